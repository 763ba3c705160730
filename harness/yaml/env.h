/* SPDX-License-Identifier: MIT
 * Private to yaml/: what of the environment comes into a value.
 *
 * "${NAME}" becomes the variable's text, "${NAME:-text}" that or, where the
 * variable is unset or empty, `text`; "$${" is "${" as it stands.  What comes
 * in is text: it is not read as YAML, and not looked through again. */
#ifndef WEIR_YAML_ENV_H
#define WEIR_YAML_ENV_H
#include "base/buf.h"
#include "base/err.h"

/* No value grows beyond this by what comes in. */
#define ENV_MAX_BYTES (1u << 20)

/* env_expand appends text to out with its variables filled in.  0; E_SYNTAX
 * with a sentence that says what is wrong at byte *at of text, and that names
 * the variable (never its value); E_TOO_LONG; E_NOMEM. */
int env_expand(struct slice text, struct buf *out, size_t *at, struct err *e);
/* env_is_plain: nothing of text would change. */
bool env_is_plain(struct slice text);

#endif
