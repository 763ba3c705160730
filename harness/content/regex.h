/* SPDX-License-Identifier: MIT
 * Perl regular expressions (PCRE2, UTF-8) compiled once and matched with
 * bounded effort, so that neither a pattern nor an event can hold the program.
 * A match allocates nothing after the first ones. */
#ifndef WEIR_CONTENT_REGEX_H
#define WEIR_CONTENT_REGEX_H
#include "base/err.h"
#include "base/slice.h"

#define REGEX_PATTERN_MAX 1024 /* bytes */

struct regex;

/* regex_new compiles; NULL with a sentence (E_SYNTAX, E_TOO_LONG, E_NOMEM) and
 * *at, the offset of the fault. */
struct regex *regex_new(struct slice pattern, size_t *at, struct err *e);
void regex_free(struct regex *r);
/* regex_found: 1 where the pattern matches anywhere, 0 where not, E_LIMIT
 * where finding out is too much work.  Ill-formed UTF-8 matches nothing but
 * itself. */
int regex_found(struct regex *r, struct slice subject);

#endif
