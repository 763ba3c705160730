/* SPDX-License-Identifier: MIT
 * "proxy-*": requests through a proxy to our own origin, and what the origin
 * saw of them; see proxy.h. */
#include "probe/scripts/proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/scripts/crowd.h"
#include "probe/scripts/rows.h"

#define MANY_FAST   60u
#define MANY_PROBE  100u
#define MANY_FULL   200u
#define MANY_MAX    MANY_FULL
#define ROWS_MAX    64u
#define GRACE_MS    6000u /* behind what a play takes */
#define SETTLE_MS   1500u /* behind our end, until the log is read */
#define HEADERS_MAX 600u

struct proxy_item {
  struct script *s;
  const struct proxy_row *row;
  bool begun, over;
};

struct proxy_script {
  struct proxy_item item[ROWS_MAX + MANY_MAX];
  size_t items, open;
  uint64_t settle_ns; /* the latest instant that must have passed */
};

static unsigned many(const struct target *t)
{
  if(t->fast)
    return MANY_FAST;
  return t->mode == MODE_FULL ? MANY_FULL : MANY_PROBE;
}

static void lay_out(struct proxy_script *p, struct script *s)
{
  const struct proxy_row *row;
  for(size_t i = 0; (row = proxy_row_at(i)) != NULL; i++) {
    unsigned times = row->many ? many(script_target(s)) : 1;
    if(row->script != script_id(s))
      continue;
    for(unsigned k = 0; k < times && p->items < ROWS_MAX + MANY_MAX; k++)
      p->item[p->items++] = (struct proxy_item){.s = s, .row = row};
  }
}

/* Path and query of the target with what the origin is to do behind; name is
 * what joins the two sides. */
static int make_path(struct buf *out, const struct target *t,
                     const struct proxy_row *row, const char *name)
{
  const char *at = strstr(t->endpoint.url, "://"),
             *path = at ? at + 3 : t->endpoint.url;
  size_t n;
  path += strcspn(path, "/?#");
  n = strcspn(path, "#");
  if(*path != '/')
    buf_addc(out, '/');
  buf_add(out, path, n);
  buf_addf(out,
           "%cweir-run=%s.%s&weir-play=", memchr(path, '?', n) ? '&' : '?',
           t->via_run, name);
  proxy_play_text(out, t, row->play);
  if(row->query)
    buf_adds(out, row->query);
  return out->rc;
}

static void start_ready(struct proxy_script *p);

static void on_done(struct recording *r, void *ctx)
{
  struct proxy_item *item = ctx;
  struct proxy_script *p = script_state(item->s);
  uint64_t rest_ms = SETTLE_MS;
  item->over = true;
  p->open--;
  r->label.role = item->row->role;
  script_keep(item->s, r);
  if(item->row->settle) {
    rest_ms += proxy_letter(script_target(item->s), item->row->settle);
    if(clock_mono_ns() + MS(rest_ms) > p->settle_ns)
      p->settle_ns = clock_mono_ns() + MS(rest_ms);
  }
  start_ready(p);
}

static const struct recorder_handler handler = {.on_done = on_done};

static int begin(struct proxy_item *item)
{
  const struct target *t = script_target(item->s);
  const struct proxy_row *row = item->row;
  struct probe_request q = {
      .method = row->method, .last_id = row->last_id, .stop = row->stop};
  char name[64], common[64], headers[HEADERS_MAX];
  struct buf path;
  int rc;
  script_next_name(item->s, name, sizeof(name));
  (void)snprintf(common, sizeof(common), "%s.%s", script_name(row->script),
                 role_name(row->role));
  buf_init(&path, 0);
  rc = make_path(&path, t, row, row->shared_url ? common : name);
  /* Where the URL may not differ, a header tells them apart. */
  (void)snprintf(headers, sizeof(headers), "%s%sX-Weir-Run: %s.%s",
                 row->headers ? row->headers : "", row->headers ? "\n" : "",
                 t->via_run, name);
  q.name = name;
  q.path = buf_text(&path);
  q.headers = row->shared_url ? headers : row->headers;
  q.stop.limit_ns = proxy_play_ns(t, row->play) + MS(GRACE_MS);
  if(!q.method)
    q.method = "GET";
  if(!rc && !recorder_start(script_recorder(item->s), &q, &handler, item))
    rc = E_NOMEM;
  buf_free(&path);
  return rc;
}

/* Those of its role that come first are over. */
static bool is_ready(const struct proxy_script *p,
                     const struct proxy_item *item)
{
  for(size_t i = 0; i < p->items; i++) {
    const struct proxy_item *other = &p->item[i];
    if(!other->over && other->row->role == item->row->role &&
       other->row->step < item->row->step)
      return false;
  }
  return true;
}

static void start_ready(struct proxy_script *p)
{
  struct script *s = p->item[0].s;
  uint64_t now = clock_mono_ns();
  for(size_t i = 0; i < p->items; i++) {
    struct proxy_item *item = &p->item[i];
    if(item->begun || !is_ready(p, item))
      continue;
    item->begun = true;
    if(begin(item))
      item->over = true;
    else
      p->open++;
  }
  if(p->open)
    return;
  /* A write of the origin's may be under way. */
  script_after(s, p->settle_ns > now ? p->settle_ns - now : MS(50),
               proxy_log_fetch);
}

static void start(struct script *s)
{
  struct proxy_script *p = calloc(1, sizeof(*p));
  script_set_state(s, p);
  if(!p || !script_target(s)->via_url) {
    script_done(s);
    return;
  }
  lay_out(p, s);
  start_ready(p);
}

static uint64_t expected_ns(const struct target *t, enum script_id id)
{
  const struct proxy_row *row;
  uint64_t longest = 0;
  for(size_t i = 0; (row = proxy_row_at(i)) != NULL; i++) {
    uint64_t ns = (row->step + 1) * proxy_play_ns(t, row->play);
    if(row->settle)
      ns = MS(proxy_letter(t, row->settle) + SETTLE_MS);
    if(row->stop.stall_ns > ns) /* the origin would not take as long */
      ns = row->stop.stall_ns;
    if(row->script == id && ns > longest)
      longest = ns;
  }
  return longest;
}

#define ROW(name, ID, when)                                                   \
  static uint64_t expected_##name##_ns(const struct target *t)                \
  {                                                                           \
    return expected_ns(t, ID);                                                \
  }                                                                           \
  const struct script_row script_proxy_##name = {.id = ID,                    \
                                                 .phase = when,               \
                                                 .start = start,              \
                                                 .expected_ns =               \
                                                     expected_##name##_ns};

ROW(hello, SCRIPT_PROXY_HELLO, SCRIPT_BESIDE)
ROW(flow, SCRIPT_PROXY_FLOW, SCRIPT_BESIDE)
ROW(pass, SCRIPT_PROXY_PASS, SCRIPT_BESIDE)
ROW(bytes, SCRIPT_PROXY_BYTES, SCRIPT_BESIDE)
ROW(ends, SCRIPT_PROXY_ENDS, SCRIPT_BESIDE)
ROW(idle, SCRIPT_PROXY_IDLE, SCRIPT_BESIDE)
ROW(crowd, SCRIPT_PROXY_CROWD, SCRIPT_ALONE)
ROW(slow, SCRIPT_PROXY_SLOW, SCRIPT_ALONE)
