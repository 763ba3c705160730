/* SPDX-License-Identifier: MIT
 * Reading single values out of a result document by dotted path
 * ("summary.events.lost").  Documents come from files too, so every reader
 * says what to give when the value is missing, null or of another type. */
#ifndef WEIR_DOCUMENT_DOC_H
#define WEIR_DOCUMENT_DOC_H
#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

/* doc_find puts the number at path into *out; false when there is none. */
bool doc_find(json_t *doc, const char *path, double *out);
double doc_number(json_t *doc, const char *path, double otherwise);
/* doc_count is a whole number >= 0; 0 when there is none. */
uint64_t doc_count(json_t *doc, const char *path);
/* doc_text is borrowed from doc; "" when there is none. */
const char *doc_text(json_t *doc, const char *path);
bool doc_bool(json_t *doc, const char *path);
/* doc_array is borrowed and may be iterated; NULL when there is none. */
json_t *doc_array(json_t *doc, const char *path);
/* doc_main_cause is the commonest of the causes that streams failed of,
 * borrowed; NULL when there is none. */
json_t *doc_main_cause(json_t *doc);

/* doc_real is a JSON number rounded to three decimals, null when v is not
 * finite. */
json_t *doc_real(double v);
json_t *doc_integer(uint64_t v);

#endif
