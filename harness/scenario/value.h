/* SPDX-License-Identifier: MIT
 * One value of a scenario: from text into its member, and back to text.
 *
 * Private to this room.  Both YAML scalars and command-line arguments come
 * through value_set, so that they mean the same. */
#ifndef WEIR_SCENARIO_VALUE_H
#define WEIR_SCENARIO_VALUE_H
#include "scenario/keys.h"
#include "scenario/scenario.h"

/* value_set reads text for a key that is not a list.  Errors begin with
 * where.  E_SYNTAX, E_RANGE or E_NOMEM leave the member as it was. */
int value_set(struct scenario *s, const struct key *k, struct slice text,
              const char *where, struct err *e);
/* value_read does the same without checks of texts and without a sentence. */
int value_read(struct scenario *s, const struct key *k, struct slice text);
/* value_expectation: "a duration such as 250ms, 30s or 5m". */
const char *value_expectation(const struct key *k);
/* value_wrong sets the sentence for text that is no value of the key. */
int value_wrong(const struct key *k, struct slice text, const char *where,
                const char *expected, struct err *e);
/* value_bad_byte returns the offset of the first byte that may not stand in
 * one line of a request (control characters, ill-formed UTF-8), or text.n. */
size_t value_bad_byte(struct slice text);
/* value_format appends a non-text value the way value_set reads it. */
int value_format(const struct scenario *s, const struct key *k,
                 struct buf *out);
/* value_is_text tells which keys value_text serves (quoted in YAML). */
bool value_is_text(const struct key *k);
/* value_text returns the member of such a key, NULL when unset. */
const char *value_text(const struct scenario *s, const struct key *k);
/* Writers that lose nothing: "90s", "16KiB", "0.3". */
int value_add_duration(struct buf *out, uint64_t ns);
int value_add_bytes(struct buf *out, uint64_t bytes);
int value_add_double(struct buf *out, double v);

#endif
