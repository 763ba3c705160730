/* SPDX-License-Identifier: MIT
 * Keeping credentials out of documents: results are shared, attached to
 * tickets and published.  Masks passwords in URLs, query parameters, header
 * values and JSON members whose name says that they are secret.  What only
 * names a secret ({{user.token}}) stays readable. */
#ifndef WEIR_DOCUMENT_SECRETS_H
#define WEIR_DOCUMENT_SECRETS_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

/* secrets_is_name tells whether a parameter or header of that name is secret
 * ("token", "X-Api-Key", "Authorization", ...). */
bool secrets_is_name(struct slice name);
/* secrets_mask appends text (a URL, a header line, a command line, any
 * sentence) with every secret value replaced by "***". */
int secrets_mask(struct slice text, struct buf *out);
/* secrets_mask_json returns a deep copy with all strings masked, or NULL
 * without memory.  Understands {"Authorization": "..."} as well as
 * {"name": "Authorization", "value": "..."}. */
json_t *secrets_mask_json(json_t *j);
/* secrets_text is secrets_mask as a JSON string. */
json_t *secrets_text(const char *text);

#endif
