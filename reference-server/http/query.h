/* SPDX-License-Identifier: MIT
 * The query part of a request target: percent-decoding and typed parameters.
 * Unknown keys are ignored (clients add cache busters), wrong values are not.
 * Pure. */
#ifndef WEIR_SERVER_HTTP_QUERY_H
#define WEIR_SERVER_HTTP_QUERY_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* query_decode appends text with %XX decoded and, when plus is set, "+" as a
 * space.  E_SYNTAX on a broken escape. */
int query_decode(struct buf *out, struct slice text, bool plus);
/* query_next takes one raw key and value off *rest; false at the end. */
bool query_next(struct slice *rest, struct slice *key, struct slice *value);

/* A reader of typed parameters with one sticky error: once rc is set, every
 * further call does nothing, so that it is checked once. */
struct params {
  struct slice query; /* borrowed, raw */
  struct buf text;    /* owned: the last decoded value */
  int rc;
  struct err e; /* the sentence for the client */
};

void params_init(struct params *p, struct slice query);
void params_fini(struct params *p);
/* params_find decodes the first value of key into p->text; false when absent
 * or after an error. */
bool params_find(struct params *p, const char *key);
/* These leave *out alone when the key is absent; out of [min, max] is an
 * error. */
void params_count(struct params *p, const char *key, uint64_t min,
                  uint64_t max, uint64_t *out);
void params_number(struct params *p, const char *key, double min, double max,
                   double *out);
void params_duration(struct params *p, const char *key, uint64_t max_ns,
                     uint64_t *out_ns);
void params_bytes(struct params *p, const char *key, uint64_t max,
                  uint64_t *out);
/* params_text copies a value of at most max bytes without control characters
 * into out (max + 1 bytes). */
void params_text(struct params *p, const char *key, size_t max, char *out);
int params_fail(struct params *p, const char *key, const char *why);

#endif
