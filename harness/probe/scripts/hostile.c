/* SPDX-License-Identifier: MIT
 * "hostile-ids": each value of HOSTILE_ID_LIST, and after each an ordinary
 * request on a new connection. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "plan/hostile_ids.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define MOST_HANGS 3 /* then it is clear enough */

static const struct value {
  enum hostile_id id;
  struct slice bytes;
  size_t times;
} values[] = {
#define X(id, name, bytes, repeated, answers)                                 \
  {id, {bytes, sizeof(bytes) - 1}, repeated},
    HOSTILE_ID_LIST(X)
#undef X
};

#define VALUES (sizeof(values) / sizeof(values[0]))

struct hostile {
  struct script *s;
  size_t next;
  unsigned hangs;
  char *long_value; /* owned while it is being sent */
};

static void send_value(struct hostile *c);

static void end_all(struct hostile *c)
{
  free(c->long_value);
  c->long_value = NULL;
  script_done(c->s);
}

static void on_normal(struct recording *r, void *ctx)
{
  struct hostile *c = ctx;
  c->hangs += r->end == REC_END_TIMEOUT;
  r->label.role = ROLE_NORMAL;
  script_keep(c->s, r);
  c->next++;
  if(c->next >= VALUES || c->hangs >= MOST_HANGS)
    end_all(c);
  else
    send_value(c);
}

static const struct recorder_handler normal_handler = {.on_done = on_normal};

static void on_answer(struct recording *r, void *ctx)
{
  struct hostile *c = ctx;
  struct probe_request q = {
      .stop = {.when = STOP_AFTER_HEAD, .limit_ns = NS_PER_SEC}};
  c->hangs += r->end == REC_END_TIMEOUT;
  r->label.role = ROLE_HOSTILE;
  r->label.value = values[c->next].id;
  script_keep(c->s, r);
  if(!script_begin(c->s, &q, &normal_handler, c))
    end_all(c);
}

static const struct recorder_handler answer_handler = {.on_done = on_answer};

static struct slice expand(struct hostile *c, const struct value *v)
{
  if(v->times == 1)
    return v->bytes;
  free(c->long_value);
  c->long_value = malloc(v->times);
  if(!c->long_value)
    return v->bytes;
  memset(c->long_value, v->bytes.p[0], v->times);
  return (struct slice){c->long_value, v->times};
}

static void send_value(struct hostile *c)
{
  struct probe_request q = {
      .last_id = expand(c, &values[c->next]),
      .stop = {.when = STOP_AFTER_HEAD, .limit_ns = NS_PER_SEC}};
  if(!script_begin(c->s, &q, &answer_handler, c))
    end_all(c);
}

static void start(struct script *s)
{
  struct hostile *c = calloc(1, sizeof(*c));
  script_set_state(s, c);
  if(!c) {
    script_done(s);
    return;
  }
  c->s = s;
  send_value(c);
}

static uint64_t expected(const struct target *t)
{
  (void)t;
  return NS_PER_SEC / 2;
}

const struct script_row script_hostile_ids = {.id = SCRIPT_HOSTILE_IDS,
                                              .phase = SCRIPT_ALONE,
                                              .single = true,
                                              .start = start,
                                              .expected_ns = expected};
