/* SPDX-License-Identifier: MIT
 * POST /publish/TOPIC: one event into the topic's log, then to everybody. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "behaviours/publish_text.h"
#include "http/query.h"
#include "http/reply.h"
#include "routes.h"
#include "streams/audience.h"
#include "streams/streams.h"

#define USER_MAX    127
#define RETRY_MAX   63
#define COMMENT_MAX 255
#define RETRY_MS    86400000ull

/* What the query says about the event. */
struct notice {
  char name[HUB_NAME_MAX + 1];
  char type[HUB_TYPE_MAX + 1];
  char user[USER_MAX + 1];
  char retry[RETRY_MAX + 1];
  char comment[COMMENT_MAX + 1];
  struct buf lines; /* the event without its id line */
};

/* A name, type or remark, with its line ends when a fault lets them through.
 */
static void read_word(const struct conn *c, struct params *p, const char *key,
                      enum publish_field field, size_t max, char *out)
{
  if(!publish_is_raw(asked_faults(c), field)) {
    params_text(p, key, max, out);
  } else if(params_find(p, key)) {
    size_t n = p->text.n < max ? p->text.n : max;
    memcpy(out, buf_text(&p->text), n);
    out[n] = '\0';
  }
}

static int add_remarks(struct notice *n)
{
  if(n->comment[0])
    buf_addf(&n->lines, ": %s\n", n->comment);
  if(n->retry[0])
    buf_addf(&n->lines, "retry: %s\n", n->retry);
  return n->lines.rc;
}

static int read_notice(struct conn *c, struct params *p, struct notice *n)
{
  struct slice body = buf_slice(&c->request->body);
  uint64_t retry_ms;
  int rc;
  read_word(c, p, "id", PUBLISH_ID, HUB_NAME_MAX, n->name);
  read_word(c, p, "type", PUBLISH_EVENT, HUB_TYPE_MAX, n->type);
  read_word(c, p, "comment", PUBLISH_COMMENT, COMMENT_MAX, n->comment);
  /* Digits only, unless a fault lets anything through. */
  if(!publish_is_raw(asked_faults(c), PUBLISH_RETRY))
    params_count(p, "retry", 0, RETRY_MS, &retry_ms);
  read_word(c, p, "retry", PUBLISH_RETRY, RETRY_MAX, n->retry);
  params_text(p, "user", USER_MAX, n->user);
  if(p->rc)
    return p->rc;
  if(utf8_check(body) != body.n)
    return p->rc = err_set(&p->e, E_SYNTAX, "the body is not valid UTF-8");
  rc = add_remarks(n);
  rc =
      rc ? rc
         : publish_fields(&n->lines, asked_faults(c), slice_of(n->type), body);
  if(rc)
    p->rc = err_set(&p->e, rc, "out of memory");
  return p->rc;
}

static void answer(struct conn *c, const struct notice *n, uint64_t id,
                   uint64_t t_ns)
{
  json_t *name =
      n->name[0] ? json_text(slice_of(n->name)) : json_integer((json_int_t)id);
  reply_json(c, 200,
             json_pack("{s:o, s:I, s:I}", "id", name, "seq", (json_int_t)id,
                       "t",
                       (json_int_t)hub_real_ns(streams_of(c)->hub, t_ns)));
}

int publish_keep(struct conn *c, uint32_t topic,
                 const struct replay_publish *p, uint64_t *id)
{
  struct streams *sv = streams_of(c);
  struct hub_topic *t = hub_topic_at(sv->hub, topic);
  int rc;
  hub_lock(&t->lock);
  hub_topic_advance(t, p->t_ns);
  *id = t->log.head_id;
  rc = replay_log_publish(&t->log, p);
  hub_unlock(&t->lock);
  if(rc)
    return rc;
  HUB_ADD(sv->http.count->published, 1);
  hub_topic_announce(sv->hub, topic, sv->http.index);
  return 0;
}

void publish_pump(struct conn *c, uint32_t topic)
{
  struct audience *a = streams_of(c)->audiences[topic];
  if(a && a->count)
    fanout_pump(a, clock_mono_ns());
}

static void append(struct conn *c, int32_t index, const struct notice *n)
{
  struct replay_publish p = {.t_ns = clock_mono_ns(),
                             .name = slice_of(n->name),
                             .user = slice_of(n->user),
                             .body = buf_slice(&n->lines)};
  uint64_t id;
  if(publish_keep(c, (uint32_t)index, &p, &id)) {
    reply_error(c, 413, "the event is larger than --history-bytes");
    return;
  }
  answer(c, n, id, p.t_ns);
  publish_pump(c, (uint32_t)index);
}

void publish_post(struct conn *c, struct slice topic, struct slice query)
{
  struct params p;
  struct notice n;
  int32_t index;
  memset(&n, 0, sizeof(n));
  buf_init(&n.lines, 0);
  params_init(&p, query);
  if(read_notice(c, &p, &n)) {
    reply_error(c, p.rc == E_NOMEM ? 500 : 400, "%s", p.e.text);
  } else if(publish_is_lost(asked_faults(c), c->request->body.n)) {
    answer(c, &n, 0, clock_mono_ns());
  } else {
    index = hub_topic_open(streams_of(c)->hub, topic);
    if(index < 0)
      reply_error(c, 503, "there are %d topics already", HUB_MAX_TOPICS);
    else
      append(c, index, &n);
  }
  params_fini(&p);
  buf_free(&n.lines);
}
