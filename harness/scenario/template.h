/* SPDX-License-Identifier: MIT
 * {{name}} templates in URLs, headers and bodies. */
#ifndef WEIR_SCENARIO_TEMPLATE_H
#define WEIR_SCENARIO_TEMPLATE_H
#include <stdint.h>

#include "scenario/scenario.h"

/* What a template may refer to: {{n}} {{user.FIELD}} {{run}} for streams, and
 * {{seq}} {{t}} {{s}} {{pad}} besides for publish bodies. */
struct template_values {
  uint64_t n;               /* stream or publish number, from 0 */
  const char *run;          /* run id */
  const struct user *user;  /* may be NULL */
  uint64_t seq;             /* publish: number within its user's sequence */
  uint64_t scheduled_ns;    /* {{t}}: CLOCK_REALTIME */
  uint64_t sent_ns;         /* {{s}}: CLOCK_REALTIME */
  uint64_t pad_bytes;       /* {{pad}}: so many 'x' */
};

/* template_check verifies every {{name}} against the scenario's user fields;
 * `publishing` admits the publish names.  where is for the message. */
int template_check(const struct scenario *s, const char *text,
                   bool publishing, const char *where, struct err *e);
/* template_expand appends text with all names replaced. */
int template_expand(const struct scenario *s, const char *text,
                    const struct template_values *v, struct buf *out);

#endif
