/* SPDX-License-Identifier: MIT
 * Quantities as people write them ("20s", "16KiB", "500/s", "0.1%") and as
 * reports print them. */
#ifndef WEIR_BASE_UNITS_H
#define WEIR_BASE_UNITS_H
#include <stdint.h>

#include "base/slice.h"

/* Parsers return 0, E_SYNTAX or E_RANGE and leave *out alone on failure.  The
 * whole slice must be used; spaces around the number and the unit are fine. */

/* "250ms" "1.5s" "2m" "1h" "30us" "10ns"; a bare number counts seconds. */
int units_duration_ns(struct slice text, uint64_t *out);
/* "512" "4k" "16KiB" "1MB" "2G": k, m and g are powers of 1024. */
int units_bytes(struct slice text, uint64_t *out);
/* "500/s" "30/m" "1200/h"; a bare number is per second.  Result per second. */
int units_rate(struct slice text, double *out);
/* "5%" gives 0.05; "0.05" gives 0.05. */
int units_share(struct slice text, double *out);
/* "10000" "10k" "1.5M": k and M are powers of 1000, result a whole number. */
int units_count(struct slice text, uint64_t *out);
/* A plain decimal number, finite. */
int units_number(struct slice text, double *out);
/* The value of one hexadecimal digit, -1 when it is none. */
int units_hex(char digit);

/* Writers fill out (always terminated) and return it. */
#define UNITS_MAX 32
const char *units_fmt_duration(uint64_t ns, char out[UNITS_MAX]);
const char *units_fmt_ms(double ms, char out[UNITS_MAX]);       /* "0.31 ms" */
const char *units_fmt_bytes(double bytes, char out[UNITS_MAX]); /* "1.2 MiB" */
const char *units_fmt_count(uint64_t n, char out[UNITS_MAX]); /* "1,000,000" */

/* units_distance is the edit distance of two words, for "did you mean". */
int units_distance(const char *a, const char *b);

#endif
