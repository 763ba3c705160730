/* SPDX-License-Identifier: MIT
 * Secrets by value: what a command was given as a secret is masked wherever it
 * comes back, as it was given or coded for a URL, for JSON or as Base64.
 *
 * What was learned belongs to the process, since every output of it has to
 * hold to it.  Masks keep the length, so that offsets stay true. */
#ifndef WEIR_DOCUMENT_VALUES_H
#define WEIR_DOCUMENT_VALUES_H
#include <stdbool.h>

#include "base/json.h"

#define VALUES_MAX   65536 /* forms; what is learned beyond is not masked */
#define VALUES_LEAST 4     /* bytes; shorter ones stand in too many words */
#define VALUES_FREE  8     /* from here on inside of words, too */

/* values_learn takes a value that is secret. */
void values_learn(struct slice value);
/* values_learn_named takes the value of a header, a parameter, a column or a
 * member of that name: where the name says that it is secret, or the value
 * looks like a token.  Credentials behind a scheme are taken for themselves,
 * too, Basic ones apart, and cookies one by one. */
void values_learn_named(struct slice name, struct slice value);
/* values_learn_url takes userinfo and parameters of a URL. */
void values_learn_url(struct slice url);
/* values_learn_body takes members of JSON or of a form. */
void values_learn_body(struct slice body);
/* values_forget drops all that was learned. */
void values_forget(void);
/* values_mask puts '*' in place of every byte of what was learned. */
void values_mask(char *text, size_t n);
/* values_mask_json masks all strings of j, in place.  0 or E_NOMEM. */
int values_mask_json(json_t *j);

#endif
