/* SPDX-License-Identifier: MIT
 * Small helpers around jansson, which does all parsing and printing. */
#ifndef WEIR_BASE_JSON_H
#define WEIR_BASE_JSON_H
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* json_pointer_get follows an RFC 6901 pointer ("/a/0/b"; "" is the root).
 * Returns a borrowed reference or NULL. */
json_t *json_pointer_get(json_t *root, const char *pointer);
/* json_dotted_get follows "a.b.c" through objects.  Borrowed, or NULL. */
json_t *json_dotted_get(json_t *root, const char *path);
/* json_print appends root to out: indented when pretty, one line otherwise;
 * keys keep their order. */
int json_print(const json_t *root, bool pretty, struct buf *out);
/* json_quote appends text as a JSON string; invalid UTF-8 becomes U+FFFD. */
int json_quote(struct buf *out, struct slice text);
/* json_quote_inside does so without the quotes around it. */
int json_quote_inside(struct buf *out, struct slice text);
/* json_parse reads one document.  name is for the error sentence, which gives
 * line and column.  Returns a new reference or NULL. */
json_t *json_parse(struct slice text, const char *name, struct err *e);
/* json_ms is a duration in milliseconds from nanoseconds, as a real with
 * three decimals; json_set_* ignore NULL values and never fail halfway. */
json_t *json_ms(uint64_t ns);
/* json_text is a JSON string from bytes that may not be valid UTF-8. */
json_t *json_text(struct slice text);

#endif
