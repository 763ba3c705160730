/* SPDX-License-Identifier: MIT
 * Recording for a conformance run, and the look at the target that comes
 * before all else; see check_run.h. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"
#include "base/units.h"
#include "cli/check_run.h"
#include "transport/url.h"

#define LONG_WAY_NS (20 * NS_PER_MS)

struct progress {
  struct check_run *run;
  uv_signal_t interrupt;
  bool shown;
};

static void show(size_t over, size_t total, const char *name, void *ctx)
{
  struct progress *p = ctx;
  if(p->run->args->common.quiet || !isatty(STDERR_FILENO))
    return;
  fprintf(stderr, "\r\033[K%zu of %zu: %s", over, total, name);
  p->shown = true;
}

static void interrupted(uv_signal_t *s, int number)
{
  struct progress *p = s->data;
  (void)number;
  p->run->interrupted = true;
}

static bool is_interrupted(void *ctx)
{
  const struct progress *p = ctx;
  return p->run->interrupted;
}

int check_record(struct check_run *r, const struct exchange_set *set,
                 struct probe_result *out, struct err *e)
{
  struct progress p = {.run = r};
  struct probe_listener listener = {show, is_interrupted, &p};
  uv_loop_t loop;
  int rc;
  if(uv_loop_init(&loop))
    return err_set(e, E_LIMIT, "the event loop cannot be set up");
  uv_signal_init(&loop, &p.interrupt);
  p.interrupt.data = &p;
  uv_signal_start(&p.interrupt, interrupted, SIGINT);
  uv_unref((uv_handle_t *)&p.interrupt);
  rc = probe_run(&loop, r->args->target, set, &listener, out, e);
  uv_close((uv_handle_t *)&p.interrupt, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  if(p.shown)
    fputs("\r\033[K", stderr);
  return rc;
}

static bool is_credential(const struct target_header *h)
{
  return slice_ieq_cstr(slice_of(h->name), "Authorization") ||
         slice_ieq_cstr(slice_of(h->name), "Cookie");
}

/* Browsers and libraries take no credentials to another origin. */
static void drop_credentials(struct target *t)
{
  uint32_t i, n = 0;
  for(i = 0; i < t->header_count; i++) {
    if(is_credential(&t->header[i])) {
      free(t->header[i].name);
      free(t->header[i].value);
    } else
      t->header[n++] = t->header[i];
  }
  t->header_count = n;
  t->has_credentials = false;
}

/* The target is what the redirects lead to. */
static int move_to(struct check_run *r, const char *url, struct err *e)
{
  struct target *t = r->args->target;
  struct url_parts from, to;
  char *copy = slice_dup(slice_of(url));
  if(!copy || url_split(url, &to, NULL) || url_split(t->url, &from, NULL)) {
    free(copy);
    return err_set(e, E_NOMEM, "out of memory");
  }
  if(strcmp(from.origin, to.origin) != 0)
    drop_credentials(t);
  free(t->url);
  t->url = copy;
  t->tls = strcmp(to.scheme, "https") == 0;
  t->loopback = url_is_loopback(&to);
  if(t->mode > MODE_LINT && !t->loopback && !r->args->owned)
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
  char way[UNITS_MAX], time[UNITS_MAX], most[UNITS_MAX];
  const struct target *t = r->args->target;
  if(r->args->common.quiet || t->connect_ns < LONG_WAY_NS)
    return;
  fprintf(stderr,
          "time         about %s, at most %s, since connecting takes %s\n",
          units_fmt_duration(probe_expected_ns(t, &r->set), time),
          units_fmt_duration(probe_limit_ns(t, &r->set), most),
          units_fmt_duration(t->connect_ns, way));
}

int check_look(struct check_run *r, struct err *e)
{
  const struct exchange_set set = {0, SCRIPT(SCRIPT_REDIRECTS)};
  const struct recording *last;
  int status, rc = check_record(r, &set, &r->look, e);
  if(rc || !r->look.recordings || r->interrupted)
    return rc;
  last = r->look.recording[r->look.recordings - 1];
  status = last->head.status;
  if(last->connected_ns > 0)
    r->args->target->connect_ns = (uint64_t)last->connected_ns;
  tell_way(r);
  r->held = check_is_held(r, last);
  r->doubtful = check_is_doubtful(last);
  /* The type is judged when there is a body to go by. */
  if(!r->held &&
     (status < 200 || status >= 300 || status == 204 || last->complete))
    check_stop(last, r->stopped, sizeof(r->stopped));
  else if(r->look.recordings > 1 && last->url)
    rc = move_to(r, last->url, e);
  return rc;
}

int check_keep_look(struct check_run *r, struct err *e)
{
  struct probe_result *look = &r->look, *first = &r->first;
  size_t n = first->recordings + look->recordings;
  struct recording **grown;
  if(buf_add(&first->assumptions, look->assumptions.p, look->assumptions.n))
    return err_set(e, E_NOMEM, "out of memory");
  /* That a head was held back before shows in it, too. */
  if(!(r->set.scripts & SCRIPT(SCRIPT_REDIRECTS)) && !r->held)
    return 0;
  grown = realloc(first->recording, (n + 1) * sizeof(struct recording *));
  if(!grown)
    return err_set(e, E_NOMEM, "out of memory");
  first->recording = grown;
  memcpy(grown + first->recordings, look->recording,
         look->recordings * sizeof(struct recording *));
  first->recordings = n;
  look->recordings = 0;
  return 0;
}
