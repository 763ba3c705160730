/* SPDX-License-Identifier: MIT
 * {{name}} templates in URLs, headers and bodies.
 *
 * Values go in as they are; {{user.FIELD|url}} percent-encodes one and
 * {{user.FIELD|json}} escapes it for the inside of a JSON string. */
#ifndef WEIR_SCENARIO_TEMPLATE_H
#define WEIR_SCENARIO_TEMPLATE_H
#include <stdbool.h>
#include <stdint.h>

#include "scenario/scenario.h"

/* What a template may refer to: {{n}} {{user.FIELD}} {{run}} for streams, and
 * {{seq}} {{t}} {{s}} {{pad}} besides for publish bodies. */
struct template_values {
  uint64_t n;              /* stream or publish number, from 0 */
  const char *run;         /* run id */
  const struct user *user; /* may be NULL */
  uint64_t seq;            /* publish: number within its user's sequence */
  uint64_t scheduled_ns;   /* {{t}}: CLOCK_REALTIME */
  uint64_t sent_ns;        /* {{s}}: CLOCK_REALTIME */
  uint64_t pad_bytes;      /* {{pad}}: so many 'x' */
};

/* template_check verifies every {{name}} against the scenario's user fields;
 * `publishing` admits the publish names.  where is for the message. */
int template_check(const struct scenario *s, const char *text, bool publishing,
                   const char *where, struct err *e);
/* template_expand appends text with all names replaced.  Returns 0, E_NOMEM,
 * E_TOO_LONG, or E_NOT_FOUND where a user is needed and v has none. */
int template_expand(const struct scenario *s, const char *text,
                    const struct template_values *v, struct buf *out);
/* template_uses tells whether text (may be NULL) contains {{name}}. */
bool template_uses(const char *text, const char *name);
/* template_publish_default_body is what is published when the scenario gives
 * no body: static text, with a user member where there are users. */
const char *template_publish_default_body(const struct scenario *s);

#endif
