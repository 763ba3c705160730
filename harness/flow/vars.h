/* SPDX-License-Identifier: MIT
 * Variables of one running flow, each with the JSON type that it was taken
 * with, and texts with {{templates}} filled in by them. */
#ifndef WEIR_FLOW_VARS_H
#define WEIR_FLOW_VARS_H
#include "base/rng.h"
#include "content/condition.h"
#include "flow/flow.h"

#define VARS_MAX       512
#define VARS_VALUE_MAX ((size_t)1 << 20) /* bytes of one value */
#define VARS_TEXT_MAX  ((size_t)4 << 20) /* bytes of one text */

struct var {
  char *name;           /* owned; "anna.token" */
  struct literal value; /* owned; of arrays and objects their JSON */
};

/* Zero-initialised; rng seeded. */
struct vars {
  struct var var[VARS_MAX];
  uint32_t count;
  struct rng *rng; /* borrowed */
  uint64_t now_ns; /* {{now}}: CLOCK_REALTIME at the start */
  uint64_t n;      /* {{n}}: number of this instance */
};

void vars_fini(struct vars *v);
/* vars_set writes or overwrites; E_NOMEM, E_LIMIT, E_TOO_LONG. */
int vars_set(struct vars *v, const char *name, enum value_kind kind,
             struct slice text);
/* vars_find: user may be NULL; "USER.NAME" is looked for first. */
const struct literal *vars_find(const struct vars *v, const char *user,
                                struct slice name);
/* vars_text appends text with its templates filled in.  E_NOT_FOUND with a
 * sentence where a variable has no value. */
int vars_text(struct vars *v, const char *user, struct slice text,
              struct buf *out, struct err *e);
/* vars_literal makes a scalar of the file a value: one template alone keeps
 * its type.  out->text is owned by the caller. */
int vars_literal(struct vars *v, const char *user,
                 const struct yaml_node *scalar, struct literal *out,
                 struct err *e);
/* vars_expression is vars_text for the language of where: a template outside
 * of quotes becomes a literal of its type. */
int vars_expression(struct vars *v, const char *user, struct slice text,
                    struct buf *out, struct err *e);
/* vars_json appends a node as JSON. */
int vars_json(struct vars *v, const char *user, const struct yaml_node *n,
              struct buf *out, struct err *e);
/* vars_has_template: {{...}} stands in it. */
bool vars_has_template(struct slice text);

#endif
