/* SPDX-License-Identifier: MIT
 * Recording for a conformance run, and the look at the target that comes
 * before all else; see check_run.h. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/slice.h"
#include "base/units.h"
#include "conformance/check_run.h"
#include "transport/origin.h"
#include "transport/url.h"

#define LONG_WAY_NS (20 * NS_PER_MS)

struct recorder_watch {
  struct check_run *run;
  uv_signal_t interrupt;
};

static void show(size_t over, size_t total, const char *name, void *ctx)
{
  const struct recorder_watch *p = ctx;
  const struct check_watcher *w = &p->run->job->watcher;
  w->on_progress(over, total, name, w->ctx);
}

static void interrupted(uv_signal_t *s, int number)
{
  struct recorder_watch *p = s->data;
  (void)number;
  p->run->interrupted = true;
}

static bool is_interrupted(void *ctx)
{
  const struct recorder_watch *p = ctx;
  return p->run->interrupted;
}

int check_record(struct check_run *r, const struct exchange_set *set,
                 struct probe_result *out, struct err *e)
{
  const struct check_watcher *w = &r->job->watcher;
  struct recorder_watch p = {.run = r};
  struct probe_listener listener = {show, is_interrupted, &p};
  uv_loop_t loop;
  int rc;
  if(uv_loop_init(&loop))
    return err_set(e, E_LIMIT, "the event loop cannot be set up");
  uv_signal_init(&loop, &p.interrupt);
  p.interrupt.data = &p;
  uv_signal_start(&p.interrupt, interrupted, SIGINT);
  uv_unref((uv_handle_t *)&p.interrupt);
  rc = probe_run(&loop, r->job->target, set, &listener, out, e);
  uv_close((uv_handle_t *)&p.interrupt, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  w->on_progress(0, 0, NULL, w->ctx);
  return rc;
}

/* Whether any hop of the walk was of another origin than the first. */
static bool left_home(const struct check_run *r)
{
  const char *home = r->job->target->endpoint.url;
  size_t i;
  for(i = 0; i < r->look.recordings; i++) {
    const char *url = r->look.recording[i]->url;
    if(!url || !origin_is_same(home, url))
      return true;
  }
  return false;
}

static int withhold(struct buf *names, const char *name)
{
  return buf_addf(names, "%s%s", names->n ? ", " : "", name);
}

/* What was given for one origin is not another's to know; names gets what. */
static int keep_harmless(struct target *t, struct buf *names)
{
  uint32_t i, n = 0;
  int rc = 0;
  for(i = 0; i < t->endpoint.header_count; i++) {
    struct name_value *h = &t->endpoint.header[i];
    if(origin_lets_go(slice_of(h->name))) {
      t->endpoint.header[n++] = *h;
      continue;
    }
    rc = rc ? rc : withhold(names, h->name);
    free(h->name);
    free(h->value);
  }
  t->endpoint.header_count = n;
  t->has_credentials = false;
  if(!rc && (t->user_a || t->user_b))
    rc = withhold(names, "the Authorization of both users");
  free(t->user_a);
  free(t->user_b);
  t->user_a = t->user_b = NULL;
  return rc;
}

static int leave_home(struct check_run *r, const char *origin)
{
  struct buf names;
  int rc;
  buf_init(&names, 0);
  rc = keep_harmless(r->job->target, &names);
  if(!rc && names.n)
    rc = buf_addf(&r->look.assumptions,
                  "%s is another origin, which gets no %s "
                  "(--location-trusted sends all)\n",
                  origin, buf_text(&names));
  buf_free(&names);
  return rc;
}

/* Another origin is elsewhere, under another name, and is not shown who we
 * are. */
static void leave_behind(struct target *t, const char *url)
{
  struct endpoint *p = &t->endpoint;
  char **text[] = {&p->unix_socket, &p->server_name, &p->client_cert,
                   &p->client_key};
  size_t i, n = p->location_trusted ? 2 : 4;
  for(i = 0; i < n && !origin_is_same(p->url, url); i++) {
    free(*text[i]);
    *text[i] = NULL;
  }
}

/* The target is what the redirects lead to. */
static int move_to(struct check_run *r, const char *url, struct err *e)
{
  struct target *t = r->job->target;
  struct url_parts to;
  char *copy = slice_dup(slice_of(url));
  if(!copy || url_split(url, &to, NULL)) {
    free(copy);
    return err_set(e, E_NOMEM, "out of memory");
  }
  if(!t->endpoint.location_trusted && left_home(r) &&
     leave_home(r, to.origin)) {
    free(copy);
    return err_set(e, E_NOMEM, "out of memory");
  }
  leave_behind(t, url);
  free(t->endpoint.url);
  t->endpoint.url = copy;
  t->tls = strcmp(to.scheme, "https") == 0;
  t->loopback = url_is_loopback(&to);
  if(t->mode > MODE_LINT && !t->loopback && !r->job->owned)
    snprintf(r->stopped, sizeof(r->stopped),
             "redirects lead to another host, %.200s: say "
             "--i-own-this-target if that is yours too, or --mode lint",
             to.origin);
  return buf_addf(&r->look.assumptions,
                  "the stream is where redirects lead: "
                  "%s\n",
                  url);
}

/* A long way was not in the plan that was printed. */
static void tell_way(const struct check_run *r)
{
  char way[UNITS_MAX], time[UNITS_MAX], most[UNITS_MAX], line[200];
  const struct target *t = r->job->target;
  if(t->connect_ns < LONG_WAY_NS)
    return;
  (void)snprintf(
      line, sizeof(line),
      "time         about %s, at most %s, since connecting takes %s",
      units_fmt_duration(probe_expected_ns(t, &r->set), time),
      units_fmt_duration(probe_limit_ns(t, &r->set), most),
      units_fmt_duration(t->connect_ns, way));
  r->job->watcher.on_plan(line, r->job->watcher.ctx);
}

int check_look(struct check_run *r, struct err *e)
{
  const struct exchange_set set = {.scripts = {SCRIPT(SCRIPT_REDIRECTS)}};
  const struct recording *last;
  int status, rc = check_record(r, &set, &r->look, e);
  if(rc || !r->look.recordings || r->interrupted)
    return rc;
  last = r->look.recording[r->look.recordings - 1];
  status = last->head.status;
  if(last->connected_ns > 0)
    r->job->target->connect_ns = (uint64_t)last->connected_ns;
  tell_way(r);
  r->job->target->looked = input_is_stream(last);
  r->held = check_is_held(r, last);
  r->doubtful = check_is_doubtful(last);
  /* The type is judged when there is a body to go by. */
  if(!r->held && (status < 200 || status >= 300 || status == 204))
    check_stop(last, r->stopped, sizeof(r->stopped));
  else if(r->look.recordings > 1 && last->url)
    rc = move_to(r, last->url, e);
  return rc;
}

int check_append(struct probe_result *to, struct probe_result *from)
{
  size_t n = to->recordings + from->recordings;
  struct recording **grown;
  if(!from->recordings)
    return 0;
  grown = realloc(to->recording, n * sizeof(struct recording *));
  if(!grown)
    return E_NOMEM;
  to->recording = grown;
  memcpy(grown + to->recordings, from->recording,
         from->recordings * sizeof(struct recording *));
  to->recordings = n;
  from->recordings = 0;
  return 0;
}

int check_keep_look(struct check_run *r, struct err *e)
{
  struct probe_result *look = &r->look, *first = &r->first;
  if(buf_add(&first->assumptions, look->assumptions.p, look->assumptions.n))
    return err_set(e, E_NOMEM, "out of memory");
  /* That a head was held back before shows in it, too. */
  if(!(r->set.scripts.has[SCRIPT_REDIRECTS]) && !r->held)
    return 0;
  return check_append(first, look) ? err_set(e, E_NOMEM, "out of memory") : 0;
}
