/* SPDX-License-Identifier: MIT
 * Values of types that only a scenario has: where numbers and stamps stand in
 * events, a clock's offset, stages, thresholds.
 *
 * Private to this room. */
#ifndef WEIR_SCENARIO_OWN_H
#define WEIR_SCENARIO_OWN_H
#include "scenario/keys.h"
#include "scenario/scenario.h"

/* Each is the `set` of a row; see option_set_fn. */
int own_set_sequence_key(void *scenario, const struct option_row *o,
                         struct slice text, const struct option_source *from,
                         struct err *e);
int own_set_sequence(void *scenario, const struct option_row *o,
                     struct slice text, const struct option_source *from,
                     struct err *e);
int own_set_stamp(void *scenario, const struct option_row *o,
                  struct slice text, const struct option_source *from,
                  struct err *e);
int own_set_offset(void *scenario, const struct option_row *o,
                   struct slice text, const struct option_source *from,
                   struct err *e);
int own_add_stage(void *scenario, const struct option_row *o,
                  struct slice text, const struct option_source *from,
                  struct err *e);
int own_add_thresholds(void *scenario, const struct option_row *o,
                       struct slice text, const struct option_source *from,
                       struct err *e);
/* What a scenario has of its own in files. */
extern const struct settings_owner scenario_owner;
/* own_put_stage appends a stage that was read part by part, and
 * own_stage_part sets "connections", "ramp" or "hold" of one. */
int own_put_stage(struct scenario *s, const struct stage *stage,
                  const char *where, struct err *e);
int own_stage_part(struct stage *stage, struct slice name, struct slice text,
                   const char *where, struct err *e);
/* own_clear empties a list of this or of option/'s types. */
void own_clear(struct scenario *s, const struct option_row *o);
/* own_free frees what option_free leaves behind. */
void own_free(struct scenario *s);
/* own_is_text tells which keys own_text serves (quoted in YAML): texts, and
 * where numbers and stamps stand. */
bool own_is_text(const struct option_row *o);
/* own_text returns the member of such a key, NULL when unset. */
const char *own_text(const struct scenario *s, const struct option_row *o);
/* own_format appends a value that is neither text nor list. */
int own_format(const struct scenario *s, const struct option_row *o,
               struct buf *out);
/* own_item is entry i of a list, stages and headers left out, as it was
 * written. */
const char *own_item(const struct scenario *s, const struct option_row *o,
                     uint32_t i);

#endif
