/* SPDX-License-Identifier: MIT
 * Private to flow/: secrets of a flow, masked by value wherever they stand:
 * what came from the environment, what a login gave, what "secrets:" names. */
#ifndef WEIR_FLOW_HIDE_H
#define WEIR_FLOW_HIDE_H
#include "base/json.h"
#include "flow/vars.h"

#define HIDE_MAX   256
#define HIDE_LEAST 4 /* a shorter value stands in too many words */

struct hide {
  char *form[HIDE_MAX];    /* owned: as it may stand in a text */
  size_t length[HIDE_MAX]; /* of the form */
  /* Of the variable of the environment; "". */
  char name[HIDE_MAX][YAML_ENV_NAME_MAX + 1];
  uint32_t forms;
};

void hide_init(struct hide *h, const struct flow *f, const struct vars *v);
void hide_fini(struct hide *h);
/* hide_text is text as a JSON string with all secrets replaced, "" for NULL:
 * by $NAME where they came from the environment, else by ***. */
json_t *hide_text(const struct hide *h, const char *text);

#endif
