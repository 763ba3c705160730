/* SPDX-License-Identifier: MIT
 * What the scripts of many connections share: their state, and streams that
 * are opened to see whether they still can be.  Private to probe/. */
#ifndef WEIR_PROBE_SCRIPTS_MANY_H
#define WEIR_PROBE_SCRIPTS_MANY_H
#include "base/clock.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define MANY_HOLD_MS  500
#define MANY_AFTER_MS 500 /* for a stream's first event, if one is due */
#define MANY_LONG_NS  (UINT64_C(60) * NS_PER_SEC)
#define MANY_KINDS    5u
#define MANY_ID_MAX   64

struct many {
  struct script *s;
  struct crowd crowd;
  unsigned aborts, after;       /* how many */
  bool kept[MANY_KINDS];        /* one abort of each kind is kept */
  unsigned extra;               /* beyond the limit, of "overload" */
  char (*last_id)[MANY_ID_MAX]; /* behind the struct, of a storm */
};

/* many_begin makes the script's state, with more bytes behind it; without
 * memory the script is done and it returns NULL. */
struct many *many_begin(struct script *s, size_t more);
struct many *many_of(const struct crowd *c);

/* Parts of crowd plans.  many_hold: open until the crowd is cut, which
 * many_opened does a moment after the last one has its head; many_look: open
 * until the first event; many_after and many_before keep the recording under
 * that role; many_over ends the script. */
void many_hold(struct crowd *c, unsigned i, struct probe_request *q);
void many_opened(struct crowd *c);
void many_look(struct crowd *c, unsigned i, struct probe_request *q);
void many_after(struct crowd *c, unsigned i, struct recording *r);
void many_before(struct crowd *c, unsigned i, struct recording *r);
void many_over(struct crowd *c);

/* The row of a script that is alone: start_NAME and NAME_ns are in its file.
 */
#define MANY_ROW(symbol, script, name)                                        \
  const struct script_row symbol = {.id = script,                             \
                                    .phase = SCRIPT_ALONE,                    \
                                    .start = start_##name,                    \
                                    .expected_ns = name##_ns}

#endif
