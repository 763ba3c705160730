/* SPDX-License-Identifier: MIT
 * "resume-ids": beside a control connection, one resume for each role of
 * RESUME_LIST.  A newcomer without an id comes first, then the ordinary
 * resume, from an id that no newcomer begins behind; when that has its first
 * event, a second newcomer and all others at once; "again" follows "once". */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define ID_MAX 256
#define READY  4 /* events of the control before the resumes begin */
/* From the READY event to the resumes: what a newcomer was given at once is
 * then surely older than they are. */
#define CALM_MS     60
#define OLD_MS      40  /* the least age of what is behind k1 */
#define MOVES       2   /* places by which a newcomer's history may move on */
#define PATIENCE_MS 300 /* so long the others wait for the ordinary resume */
#define EVENTS      8   /* read of each resume */
#define DUPLICATES  5
#define REPLAYS     20
#define READ_MS     1500
#define AFTER_MS    300
#define FUTURE      UINT64_C(1000000)
#define OTHER_IP    "127.0.0.2"
#define UNKNOWN     "7f9c24e8-3b12-4fef-91e0-5a4b7f3c2d10"
#define PATH_MAX_N  2048
#define HEADERS_MAX 1200

struct single {
  struct script *s;
  struct recorder_exchange *control, *fresh, *canonical, *again;
  struct crowd crowd;
  bool ready, begun, compared, all, over; /* compared: with a newcomer */
  char newcomers[ID_MAX];                 /* first id; "" none */
  char k1[ID_MAX], k2[ID_MAX];
  size_t k1_n, k2_n;
  char oldest[24], future[24];
  enum role role[ROLES + DUPLICATES + REPLAYS];
  unsigned roles;
  char headers[HEADERS_MAX], path[PATH_MAX_N];
  struct probe_header extra[2];
};

/* How far a resume is read. */
static const struct stop_rule reading = {
    .when = STOP_AFTER_EVENTS, .n = EVENTS, .limit_ns = MS(READ_MS)};

static const enum role asked[] = {
#define X(role, purpose) role,
    RESUME_LIST(X)
#undef X
};
#define ASKED (sizeof(asked) / sizeof(asked[0]))

static void finish_if_over(struct single *c)
{
  if(c->over && !c->control)
    script_done(c->s);
}

static void cut_control(struct script *s)
{
  struct single *c = script_state(s);
  c->over = true;
  if(c->control)
    recorder_cut(c->control, CUT_FIN);
  finish_if_over(c);
}

static size_t copy_id(char *out, struct slice id)
{
  /* An id that is no header value cannot be sent in a made-up line. */
  if(id.n >= ID_MAX || memchr(id.p, '\n', id.n) || memchr(id.p, '\0', id.n))
    return 0;
  memcpy(out, id.p, id.n);
  out[id.n] = '\0';
  return id.n;
}

static bool read_number(const char *id, uint64_t *out)
{
  uint64_t v = 0;
  size_t n = strlen(id);
  for(size_t i = 0; i < n; i++) {
    if(id[i] < '0' || id[i] > '9')
      return false;
    v = v * 10 + (uint64_t)(id[i] - '0');
  }
  *out = v;
  return n > 0 && n < 18;
}

static bool has_id(const struct recorded_event *e)
{
  return e->id_in_block && e->id.n;
}

/* The nearest event with an id before i, or -1. */
static long before(const struct recording *r, long i)
{
  while(--i >= 0 && !has_id(&r->event[i]))
    ;
  return i;
}

/* A few events before the newest, since servers forget, and old ones first;
 * -1: none has an id. */
static long ordinary_place(const struct recording *r, int64_t now_ns)
{
  long newest = before(r, (long)r->events), at = newest, next = newest;
  for(size_t behind = 0; at >= 0; behind++) {
    long older = before(r, at);
    if(older < 0 || (behind >= READY - 1 &&
                     r->event[next].t_ns < now_ns - (int64_t)MS(OLD_MS)))
      return at;
    next = at;
    at = older;
  }
  return at;
}

/* By how many places a newcomer's beginning may have moved on by the time the
 * ordinary resume is answered. */
static long may_move(const struct recording *r, int64_t now_ns)
{
  long n = MOVES;
  for(size_t i = 0; i < r->events; i++)
    n += r->event[i].t_ns > now_ns - (int64_t)MS(2 * CALM_MS);
  return n;
}

/* The place of k1.  Whoever comes without an id may be given history that
 * begins right behind it, just like a resume: then an older one, behind which
 * no newcomer will begin any more, or else the one before the newest. */
static long choose_place(const struct single *c, const struct recording *r)
{
  int64_t now = (int64_t)(clock_real_ns() - r->started_real_ns);
  long at = ordinary_place(r, now), theirs = (long)r->events, older;
  while(--theirs >= 0 && !slice_eq_cstr(r->event[theirs].id, c->newcomers))
    ;
  if(at < 0 || theirs < 0 || !c->newcomers[0] || at + 1 < theirs ||
     at + 1 > theirs + may_move(r, now))
    return at;
  older = before(r, before(r, theirs));
  return older >= 0 ? older : before(r, before(r, (long)r->events));
}

static void choose_ids(struct single *c, const struct recording *r)
{
  uint64_t newest;
  char last[ID_MAX] = "";
  long place = choose_place(c, r);
  for(size_t i = place < 0 ? r->events : (size_t)place; i < r->events; i++) {
    if(!has_id(&r->event[i]))
      continue;
    if(!c->k1_n)
      c->k1_n = copy_id(c->k1, r->event[i].id);
    else if(i + 1 < r->events || !c->k2_n)
      c->k2_n = copy_id(c->k2, r->event[i].id);
    copy_id(last, r->event[i].id);
  }
  if(!read_number(last, &newest))
    return;
  (void)snprintf(c->oldest, sizeof(c->oldest), "1");
  (void)snprintf(c->future, sizeof(c->future), "%" PRIu64, newest + FUTURE);
}

static bool applies(const struct single *c, enum role r)
{
  switch(r) {
  case ROLE_OLDEST:
  case ROLE_FUTURE:
    return c->oldest[0] != '\0';
  case ROLE_DUPLICATE:
  case ROLE_QUERY_HEADER:
    return c->k2_n > 0;
  case ROLE_CANONICAL:
  case ROLE_FRESH:
    return false; /* both made before */
  case ROLE_AGAIN:
    return false; /* see done_one */
  default:
    return true;
  }
}

static void choose_roles(struct single *c)
{
  for(size_t k = 0; k < ASKED; k++) {
    enum role r = asked[k];
    unsigned times = r == ROLE_DUPLICATE ? DUPLICATES
                     : r == ROLE_REPLAY  ? REPLAYS
                                         : 1;
    if(!applies(c, r))
      continue;
    for(unsigned i = 0; i < times; i++)
      c->role[c->roles++] = r;
  }
}

/* Path and query of the target, with lastEventId=k1 behind. */
static const char *query_path(struct single *c)
{
  const char *url = script_target(c->s)->endpoint.url, *p = strstr(url, "://");
  const char *path = p ? strchr(p + 3, '/') : NULL;
  size_t at;
  if(!path)
    path = "/";
  (void)snprintf(c->path, sizeof(c->path), "%.1000s%clastEventId=", path,
                 strchr(path, '?') ? '&' : '?');
  at = strlen(c->path);
  for(size_t i = 0; i < c->k1_n && at + 4 < sizeof(c->path); i++) {
    (void)snprintf(c->path + at, sizeof(c->path) - at, "%%%02X",
                   (unsigned)(unsigned char)c->k1[i]);
    at += 3;
  }
  return c->path;
}

static void use_header(struct single *c, struct probe_request *q,
                       const char *name, const char *value)
{
  (void)snprintf(c->headers, sizeof(c->headers), "%s: %s", name, value);
  q->headers = c->headers;
}

static void use_two_lines(struct single *c, struct probe_request *q)
{
  c->extra[0] =
      (struct probe_header){SLICE_LIT("Last-Event-ID"), {c->k1, c->k1_n}};
  c->extra[1] =
      (struct probe_header){SLICE_LIT("Last-Event-ID"), {c->k2, c->k2_n}};
  q->extra = c->extra;
  q->extras = 2;
}

static void from_elsewhere(struct single *c, struct probe_request *q)
{
  q->headers = "-Cookie";
  if(script_target(c->s)->loopback)
    q->source_ip = OTHER_IP;
}

/* The value of the header where it is not k1. */
static struct slice other_id(const struct single *c, enum role r)
{
  switch(r) {
  case ROLE_UNKNOWN:
    return SLICE_LIT(UNKNOWN);
  case ROLE_OLDEST:
    return slice_of(c->oldest);
  case ROLE_FUTURE:
    return slice_of(c->future);
  case ROLE_EMPTY:
    return SLICE_LIT("");
  case ROLE_QUERY_HEADER:
    return (struct slice){c->k2, c->k2_n};
  case ROLE_LOWER:
  case ROLE_UPPER:
  case ROLE_PLAIN:
  case ROLE_DUPLICATE:
  case ROLE_QUERY:
    return (struct slice){NULL, 0};
  default:
    return (struct slice){c->k1, c->k1_n};
  }
}

static void prepare_role(struct single *c, enum role r,
                         struct probe_request *q)
{
  q->last_id = other_id(c, r);
  switch(r) {
  case ROLE_LOWER:
  case ROLE_UPPER:
    use_header(c, q, r == ROLE_LOWER ? "last-event-id" : "LAST-EVENT-ID",
               c->k1);
    break;
  case ROLE_ONCE:
    q->stop.when = STOP_AFTER_HEAD;
    break;
  case ROLE_DUPLICATE:
    use_two_lines(c, q);
    break;
  case ROLE_QUERY:
  case ROLE_QUERY_HEADER:
    q->path = query_path(c);
    break;
  case ROLE_OTHER_IP:
    from_elsewhere(c, q);
    break;
  default:
    break;
  }
}

static void prepare(struct crowd *crowd, unsigned i, struct probe_request *q)
{
  struct single *c = script_state(crowd->script);
  q->stop = reading;
  prepare_role(c, c->role[i], q);
}

static void settle(struct single *c)
{
  if(c->all && !c->crowd.member && !c->again && !c->fresh && !c->canonical)
    script_after(c->s, MS(AFTER_MS), cut_control);
}

/* One of the ordinary resumes, from k1. */
static struct recorder_exchange *start_resume(struct single *c,
                                              const char *name,
                                              const struct recorder_handler *h)
{
  struct probe_request q = {
      .name = name, .last_id = {c->k1, c->k1_n}, .stop = reading};
  return recorder_start(script_recorder(c->s), &q, h, c);
}

static void again_done(struct recording *r, void *ctx)
{
  struct single *c = ctx;
  c->again = NULL;
  r->label.role = ROLE_AGAIN;
  script_keep_next(c->s, r);
  settle(c);
}

static const struct recorder_handler again_handler = {.on_done = again_done};

static void start_again(struct single *c)
{
  c->again = start_resume(c, "again", &again_handler);
}

static void done_one(struct crowd *crowd, unsigned i, struct recording *r)
{
  struct single *c = script_state(crowd->script);
  enum role role = c->role[i];
  r->label.role = role;
  if(role == ROLE_OTHER_IP && script_target(c->s)->loopback)
    (void)snprintf(r->label.ip, sizeof(r->label.ip), OTHER_IP);
  script_keep_next(c->s, r);
  if(role == ROLE_ONCE)
    start_again(c);
}

static void all_over(struct crowd *crowd)
{
  settle(script_state(crowd->script));
}

static const struct crowd_plan plan = {
    .prepare = prepare, .done = done_one, .over = all_over};

static void resume(struct script *s);

/* Where a newcomer begins is all that is asked of it. */
static void fresh_progress(struct recorder_exchange *x,
                           const struct recording *r, void *ctx)
{
  (void)ctx;
  for(size_t i = 0; i < r->events; i++) {
    if(!has_id(&r->event[i]))
      continue;
    recorder_cut(x, CUT_FIN);
    return;
  }
}

static void fresh_done(struct recording *r, void *ctx)
{
  struct single *c = ctx;
  c->fresh = NULL;
  r->label.role = ROLE_FRESH;
  for(size_t i = 0; i < r->events && !c->newcomers[0]; i++) {
    if(has_id(&r->event[i]))
      (void)copy_id(c->newcomers, r->event[i].id);
  }
  script_keep_next(c->s, r);
  if(!c->compared) {
    c->compared = true;
    script_after(c->s, MS(CALM_MS), resume);
  }
  settle(c);
}

static const struct recorder_handler fresh_handler = {
    .on_progress = fresh_progress, .on_done = fresh_done};

static void start_fresh(struct single *c)
{
  struct probe_request q = {.name = "fresh",
                            .stop = {.limit_ns = MS(READ_MS)}};
  c->fresh = recorder_start(script_recorder(c->s), &q, &fresh_handler, c);
}

static void ask_all(struct script *s)
{
  struct single *c = script_state(s);
  if(c->all)
    return;
  c->all = true;
  start_fresh(c);
  choose_roles(c);
  crowd_start(&c->crowd, s, &plan, c->roles, c->roles);
}

static void canonical_progress(struct recorder_exchange *x,
                               const struct recording *r, void *ctx)
{
  struct single *c = ctx;
  (void)x;
  if(r->events)
    ask_all(c->s);
}

static void canonical_done(struct recording *r, void *ctx)
{
  struct single *c = ctx;
  c->canonical = NULL;
  r->label.role = ROLE_CANONICAL;
  script_keep_next(c->s, r);
  ask_all(c->s);
  settle(c);
}

static const struct recorder_handler canonical_handler = {
    .on_progress = canonical_progress, .on_done = canonical_done};

static void resume(struct script *s)
{
  struct single *c = script_state(s);
  if(c->control)
    choose_ids(c, recorder_recording(c->control));
  if(!c->k1_n) {
    cut_control(s);
    return;
  }
  script_after(s, MS(PATIENCE_MS), ask_all);
  c->canonical = start_resume(c, "canonical", &canonical_handler);
}

static void begin(struct script *s)
{
  struct single *c = script_state(s);
  if(c->begun)
    return;
  c->begun = true;
  if(c->control)
    start_fresh(c);
  if(!c->fresh)
    cut_control(s);
}

static void control_progress(struct recorder_exchange *x,
                             const struct recording *r, void *ctx)
{
  struct single *c = ctx;
  (void)x;
  if(c->ready || r->events < READY)
    return;
  c->ready = true;
  if(!c->begun)
    script_after(c->s, MS(CALM_MS), begin);
}

static void control_done(struct recording *r, void *ctx)
{
  struct single *c = ctx;
  c->control = NULL;
  r->label.role = ROLE_CONTROL;
  script_keep(c->s, r);
  if(!c->begun) {
    c->begun = true;
    c->over = true;
  }
  finish_if_over(c);
}

static const struct recorder_handler control_handler = {
    .on_progress = control_progress, .on_done = control_done};

static void start(struct script *s)
{
  struct single *c = calloc(1, sizeof(*c));
  struct probe_request q = {
      .stop = {.limit_ns = script_target(s)->window_ns + MS(20 * READ_MS)}};
  script_set_state(s, c);
  if(c) {
    c->s = s;
    c->control = script_begin(s, &q, &control_handler, c);
  }
  if(!c || !c->control)
    script_done(s);
  else
    script_after(s, script_target(s)->window_ns, begin);
}

static uint64_t expected(const struct target *t)
{
  return t->window_ns / 2 + MS(3 * READ_MS + AFTER_MS);
}

const struct script_row script_resume_ids = {.id = SCRIPT_RESUME_IDS,
                                             .phase = SCRIPT_BESIDE,
                                             .start = start,
                                             .expected_ns = expected};
