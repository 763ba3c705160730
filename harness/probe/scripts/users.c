/* SPDX-License-Identifier: MIT
 * "users": two identities listen, events come (through the publish hook, for
 * the first of them, where there is one), then both and nobody resume from an
 * id that the first one saw. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define LISTEN_MS   1200
#define POSTS       3
#define POST_GAP_MS 100
#define FIRST_MS    300 /* both listen, before the first POST */
#define READ_MS     500
#define HEADER_MAX  1200
#define URL_MAX     4096
#define ID_MAX      256

enum part { PART_LISTEN, PART_RESUME };

struct users {
  struct script *s;
  struct crowd crowd;
  enum part part;
  unsigned posts;
  struct recorder_exchange *post;
  char id[ID_MAX];
  size_t id_n;
  char header[HEADER_MAX], url[URL_MAX];
};

static const enum role listen_role[] = {ROLE_A, ROLE_B};
static const enum role resume_role[] = {ROLE_A_AGAIN, ROLE_B_WITH_A,
                                        ROLE_NOBODY_WITH_A};

static void use_identity(struct users *u, const char *value,
                         struct probe_request *q)
{
  if(value)
    (void)snprintf(u->header, sizeof(u->header), "Authorization: %.1100s",
                   value);
  else
    (void)snprintf(u->header, sizeof(u->header), "-Authorization\n-Cookie");
  q->headers = u->header;
}

static void prepare(struct crowd *c, unsigned i, struct probe_request *q)
{
  struct users *u = script_state(c->script);
  const struct target *t = script_target(u->s);
  use_identity(u, i == 0 ? t->user_a : i == 1 ? t->user_b : NULL, q);
  q->stop.limit_ns = u->part == PART_LISTEN ? MS(LISTEN_MS) : MS(READ_MS);
  if(u->part == PART_RESUME)
    q->last_id = (struct slice){u->id, u->id_n};
}

/* The id before the first event that a got after b was listening: behind it
 * lies what may be private. */
static void choose_id(struct users *u, const struct recording *r)
{
  for(size_t i = 0; i < r->events; i++) {
    struct slice id = r->event[i].id;
    if(!r->event[i].id_in_block || !id.n || id.n > ID_MAX)
      continue;
    memcpy(u->id, id.p, id.n);
    u->id_n = id.n;
    return;
  }
}

static void done_one(struct crowd *c, unsigned i, struct recording *r)
{
  struct users *u = script_state(c->script);
  if(u->part == PART_LISTEN && i == 0)
    choose_id(u, r);
  r->label.role = u->part == PART_LISTEN ? listen_role[i] : resume_role[i];
  script_keep_next(u->s, r);
}

static void over(struct crowd *c);

static const struct crowd_plan plan = {
    .prepare = prepare, .done = done_one, .over = over};

static void resume_all(struct script *s)
{
  struct users *u = script_state(s);
  if(u->post) {
    script_after(s, MS(POST_GAP_MS), resume_all);
    return;
  }
  u->part = PART_RESUME;
  if(u->id_n)
    crowd_start(&u->crowd, s, &plan, 3, 3);
  else
    script_done(s);
}

static void over(struct crowd *c)
{
  struct users *u = script_state(c->script);
  if(u->part == PART_LISTEN)
    script_after(u->s, MS(1), resume_all);
  else
    script_done(u->s);
}

static void post_one(struct script *s);

static void on_posted(struct recording *r, void *ctx)
{
  struct users *u = ctx;
  u->post = NULL;
  r->label.role = ROLE_POST;
  script_keep_next(u->s, r);
  if(u->posts < POSTS && u->part == PART_LISTEN && u->crowd.member)
    script_after(u->s, MS(POST_GAP_MS), post_one);
}

static const struct recorder_handler post_handler = {.on_done = on_posted};

/* A token after its scheme: "Bearer alice" publishes for user=alice. */
static const char *make_url(struct users *u)
{
  const struct target *t = script_target(u->s);
  const char *space = strrchr(t->user_a, ' ');
  const char *user = space ? space + 1 : t->user_a;
  size_t at;
  (void)snprintf(u->url, sizeof(u->url), "%.2000s%cuser=", t->publish_url,
                 strchr(t->publish_url, '?') ? '&' : '?');
  at = strlen(u->url);
  for(size_t i = 0; user[i] && at + 4 < sizeof(u->url); i++) {
    (void)snprintf(u->url + at, sizeof(u->url) - at, "%%%02X",
                   (unsigned)(unsigned char)user[i]);
    at += 3;
  }
  return u->url;
}

static void post_one(struct script *s)
{
  struct users *u = script_state(s);
  const struct target *t = script_target(s);
  char body[40];
  struct probe_request q = {
      .method = t->publish_method ? t->publish_method : "POST",
      .url = make_url(u),
      .headers = "Content-Type: text/plain; charset=utf-8",
      .stop = {.when = STOP_AFTER_HEAD, .limit_ns = NS_PER_SEC}};
  if(!u->crowd.member)
    return;
  (void)snprintf(body, sizeof(body), "weir private %u", u->posts++);
  q.body = slice_of(body);
  q.name = "post";
  u->post = recorder_start(script_recorder(s), &q, &post_handler, u);
}

static void start(struct script *s)
{
  const struct target *t = script_target(s);
  struct users *u = NULL;
  if(t->user_a && t->user_b)
    u = calloc(1, sizeof(*u));
  script_set_state(s, u);
  if(!u) {
    script_done(s);
    return;
  }
  u->s = s;
  if(t->publish_url)
    script_after(s, MS(FIRST_MS), post_one);
  crowd_start(&u->crowd, s, &plan, 2, 2);
}

static uint64_t expected(const struct target *t)
{
  return t->user_a && t->user_b ? MS(LISTEN_MS + READ_MS) : 0;
}

const struct script_row script_users = {.id = SCRIPT_USERS,
                                        .phase = SCRIPT_ALONE,
                                        .start = start,
                                        .expected_ns = expected};
