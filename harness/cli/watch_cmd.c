/* SPDX-License-Identifier: MIT
 * weir watch: one stream as it comes, with gaps, heartbeats, reconnections. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/event_text.h"
#include "cli/help.h"
#include "cli/watch_args.h"
#include "cli/watch_until.h"
#include "load/gate.h"
#include "load/target.h"
#include "scenario/keys.h"
#include "subscriber/subscriber.h"
#include "transport/origin.h"

struct watch {
  struct subscriber sub; /* first */
  struct subscriber_config config;
  const struct scenario *scenario;
  uv_loop_t loop;
  uv_signal_t on_int, on_term;
  uv_timer_t limit, deadline;
  uv_check_t drained; /* at the deadline: all that had come was read */
  uv_idle_t awake;    /* meanwhile the loop does not sleep */
  struct rng rng;
  struct request_texts texts; /* of the running attempt */
  struct watch_args own;
  struct watch_until until;
  const char *ended_by; /* what stopped it, for a sentence */
  uint64_t started_ns, opened_real_ns, last_ns, count;
  uint64_t bytes, bytes_drained;
  bool opened, over;
};

static const char intro[] =
    "Usage: weir watch URL [options]\n"
    "\n"
    "Follows one event stream: each event with the gap before it, "
    "heartbeats,\nand how it ends and comes back.  Ctrl-C stops.\n"
    "\n"
    "  weir watch http://127.0.0.1:8080/stream\n"
    "  weir watch https://example.org/events -H 'Authorization: Bearer X' "
    "--json\n"
    "  weir watch http://127.0.0.1:8080/stream --count 10 -d 30s\n"
    "  weir watch http://127.0.0.1:8080/stream --within 2s \\\n"
    "       --until 'event == order.created && /id == 42'\n"
    "  weir watch http://127.0.0.1:8080/stream --within 20s \\\n"
    "       --until \"/state in [done, failed] || comment ~ 'bye'\"\n"
    "\n"
    "  EXPR is OPERAND OP VALUE, with && || ! ( )\n"
    "    OPERAND  /pointer into the data, event, id, data, comment, retry,\n"
    "             at (since it opened), gap, length(...), type(/pointer)\n"
    "    OP       == != < <= > >= contains in, and ~ !~ with a regular\n"
    "             expression; exists(/pointer)\n"
    "    VALUE    42, 'text', word, true, null; 2s; [a, b]\n"
    "  42 and '42' are not the same in data.  The end of the stream ends it,\n"
    "  unless --reconnect is given.\n"
    "\n"
    "All options of a scenario are taken as well (weir load --help).\n"
    "\n"
    "Exit codes: 0 stopped as asked; 1 --until was not met, --count not "
    "reached, or\nwhat came made no event; 2 bad usage; 3 no stream was "
    "opened; "
    "4 whether it came\nin time is uncertain, since weir itself was held "
    "up.\n"
    "\n";

static int print_help(void)
{
  const struct help_page page = {.intro = intro,
                                 .table = {&watch_options, endpoint_options()},
                                 .further = {scenario_options()},
                                 .lists = "scenarios"};
  return help_print_page(&page);
}

static void stop(struct watch *w, const char *ended_by)
{
  w->over = true;
  w->ended_by = ended_by;
  uv_stop(&w->loop);
}

/* text may quote the server. */
static void say_bytes(struct watch *w, struct slice text)
{
  double t = (double)(clock_mono_ns() - w->started_ns) / 1e9;
  FILE *to = w->own.json ? stderr : stdout;
  struct buf line;
  buf_init(&line, 0);
  event_text_readable(&line, text);
  fprintf(to, "%9.3f s  %s\n", t, buf_text(&line));
  fflush(to);
  buf_free(&line);
}

static void say(struct watch *w, const char *text)
{
  say_bytes(w, slice_of(text));
}

static bool fill_request(struct watch *w, struct request *out)
{
  const struct scenario *sc = w->scenario;
  const struct asked what = target_asked(sc);
  struct template_values v;
  memset(&v, 0, sizeof(v));
  v.run = "watch";
  v.user = sc->user_count ? &sc->user[0] : NULL;
  if(sc->endpoint.source_ip_count)
    out->source_ip = sc->endpoint.source_ip[0];
  return target_fill(sc, &what, &v, &w->texts, out);
}

static bool on_request(struct subscriber *s, struct request *out)
{
  struct watch *w = (struct watch *)s;
  if(fill_request(w, out))
    return true;
  log_error("the request's headers need more room than a request has");
  stop(w, "no request could be made");
  return false;
}

static void on_attempt(struct subscriber *s, bool again)
{
  say((struct watch *)s, again ? "reconnecting" : "connecting");
}

static void on_nothing(struct subscriber *s)
{
  (void)s;
}

/* What of the headers another origin does not get, or nothing. */
static void name_withheld(const struct watch *w, struct buf *out)
{
  const struct scenario *sc = w->scenario;
  const char *before = " to another origin, which gets no ";
  uint32_t i;
  if(!w->sub.redirect_foreign || sc->endpoint.location_trusted)
    return;
  for(i = 0; i < sc->endpoint.header_count; i++) {
    if(origin_lets_go(slice_of(sc->endpoint.header[i].name)))
      continue;
    buf_addf(out, "%s%s", before, sc->endpoint.header[i].name);
    before = ", ";
  }
  if(out->n)
    buf_adds(out, " (--location-trusted sends all)");
}

static void on_redirect(struct subscriber *s)
{
  struct watch *w = (struct watch *)s;
  struct buf text, names;
  buf_init(&text, 0);
  buf_init(&names, 0);
  name_withheld(w, &names);
  if(buf_addf(&text, "redirected%s", buf_text(&names)) == 0)
    say(w, buf_text(&text));
  buf_free(&names);
  buf_free(&text);
}

/* All that came in before the deadline is read before it is said that nothing
 * did: what was sent in time counts, however late weir looks. */
static void on_drained(uv_check_t *h)
{
  struct watch *w = h->data;
  if(w->bytes == w->bytes_drained)
    stop(w, "in time");
  w->bytes_drained = w->bytes;
}

static void on_awake(uv_idle_t *h)
{
  (void)h;
}

static void on_deadline(uv_timer_t *t)
{
  struct watch *w = t->data;
  w->bytes_drained = w->bytes;
  uv_check_start(&w->drained, on_drained);
  uv_idle_start(&w->awake, on_awake);
}

static void on_open(struct subscriber *s, bool sent_id)
{
  struct watch *w = (struct watch *)s;
  if(!w->opened) {
    w->opened_real_ns = clock_real_ns();
    uv_update_time(&w->loop);
    if(w->own.within_ns) /* the loop counts whole milliseconds: not too soon */
      uv_timer_start(&w->deadline, on_deadline,
                     w->own.within_ns / NS_PER_MS + 2, 0);
  }
  w->opened = true;
  w->last_ns = 0;
  say(w, sent_id ? "open, resumed with Last-Event-ID" : "open");
}

static void on_bytes(struct subscriber *s, size_t n)
{
  ((struct watch *)s)->bytes += n;
}

static void print_json(const struct sse_event *ev, double gap_ms)
{
  struct buf out;
  buf_init(&out, 0);
  event_text_json(&out, ev, gap_ms);
  puts(buf_text(&out));
  fflush(stdout);
  buf_free(&out);
}

static void print_text(struct watch *w, const struct sse_event *ev,
                       double gap_ms)
{
  struct buf out;
  buf_init(&out, 0);
  event_text_line(&out, ev, gap_ms);
  say_bytes(w, buf_slice(&out));
  buf_free(&out);
}

/* Stops where this is what was waited for. */
static void look_at_item(struct watch *w, struct stream_item *item,
                         const struct arrival *when)
{
  item->at_ns = (int64_t)(when->real_ns - w->opened_real_ns);
  if(item->at_ns < 0)
    item->at_ns = 0; /* it came along with the head */
  if(!w->over && watch_until_item(&w->until, item))
    stop(w, "by the event that was waited for");
}

static void on_event(struct subscriber *s, const struct sse_event *ev,
                     const struct arrival *when)
{
  struct watch *w = (struct watch *)s;
  struct stream_item item = {.kind = ITEM_EVENT,
                             .event = ev->type,
                             .id = ev->id,
                             .data = ev->data,
                             .gap_ns = GAP_NONE};
  double gap_ms = 0;
  if(w->last_ns) {
    item.gap_ns =
        when->real_ns > w->last_ns ? (int64_t)(when->real_ns - w->last_ns) : 0;
    gap_ms = (double)item.gap_ns / 1e6;
  }
  w->last_ns = when->real_ns;
  if(w->over)
    return; /* events behind the last one asked for */
  if(w->own.json)
    print_json(ev, gap_ms);
  else
    print_text(w, ev, gap_ms);
  w->count++;
  look_at_item(w, &item, when);
  if(w->count == w->own.most && !w->over)
    stop(w, "by --count");
}

static void on_comment(struct subscriber *s, struct slice text,
                       const struct arrival *when)
{
  struct watch *w = (struct watch *)s;
  struct stream_item item = {.kind = ITEM_COMMENT, .comment = text};
  struct buf out;
  buf_init(&out, 0);
  buf_adds(&out, "comment ");
  if(text.n > EVENT_TEXT_SHOWN)
    text.n = EVENT_TEXT_SHOWN;
  json_quote(&out, text);
  say(w, buf_text(&out));
  buf_free(&out);
  look_at_item(w, &item, when);
}

static void on_retry(struct subscriber *s, uint64_t ms,
                     const struct arrival *when)
{
  struct stream_item item = {.kind = ITEM_RETRY, .retry_ms = ms};
  look_at_item((struct watch *)s, &item, when);
}

static void tell(struct subscriber *s, const char *what,
                 const struct subscriber_cause *c)
{
  char text[300];
  snprintf(text, sizeof(text), "%s: %s", what, c->sentence);
  say((struct watch *)s, text);
}

static void on_failed(struct subscriber *s, const struct subscriber_cause *c)
{
  struct watch *w = (struct watch *)s;
  tell(s, c->status == 204 ? "told to stop" : "failed", c);
  if(!w->opened) { /* nothing to follow: say so instead of trying for ever */
    log_error("%s: %s", w->scenario->endpoint.url, c->sentence);
    stop(w, "before it opened");
  }
}

static void on_ended(struct subscriber *s, const struct subscriber_cause *c)
{
  tell(s, "ended", c);
}

static void on_stopped(struct subscriber *s, const struct subscriber_cause *c)
{
  (void)c;
  stop((struct watch *)s, "before the stream ended");
}

static const struct subscriber_listener listener = {
    on_request, on_attempt, on_nothing, on_redirect, on_open,    on_bytes,
    on_event,   on_comment, on_failed,  on_ended,    on_stopped, on_retry};

static void on_signal(uv_signal_t *h, int signum)
{
  (void)signum;
  stop(h->data, "before it was stopped");
}

static void on_limit(uv_timer_t *t)
{
  stop(t->data, "before the time was over");
}

static void configure(struct watch *w, struct transport *t)
{
  target_subscriber(w->scenario, &w->config);
  if(w->own.reconnect_given)
    w->config.reconnect = w->own.reconnect;
  else if(w->own.until)
    w->config.reconnect = false;
  w->config.transport = t;
  w->config.loop = &w->loop;
  w->config.listener = &listener;
  w->config.rng = &w->rng;
  rng_seed(&w->rng, rng_fresh_seed());
  subscriber_config_finish(&w->config);
  subscriber_init(&w->sub, &w->config);
}

static void close_any(uv_handle_t *h, void *ctx)
{
  (void)ctx;
  if(!uv_is_closing(h))
    uv_close(h, NULL);
}

static void start_handles(struct watch *w, uint64_t limit_ns)
{
  uv_signal_init(&w->loop, &w->on_int);
  uv_signal_init(&w->loop, &w->on_term);
  uv_timer_init(&w->loop, &w->limit);
  uv_timer_init(&w->loop, &w->deadline);
  uv_check_init(&w->loop, &w->drained);
  uv_idle_init(&w->loop, &w->awake);
  w->on_int.data = w->on_term.data = w->limit.data = w;
  w->deadline.data = w->drained.data = w;
  uv_signal_start(&w->on_int, on_signal, SIGINT);
  uv_signal_start(&w->on_term, on_signal, SIGTERM);
  if(limit_ns)
    uv_timer_start(&w->limit, on_limit, limit_ns / NS_PER_MS, 0);
}

/* Returns NULL when it said why. */
static struct transport *open_transport(struct watch *w, struct err *e)
{
  static const enum carrier carrier[] = {CARRIER_AUTO, CARRIER_LEAN,
                                         CARRIER_CURL};
  struct transport_config tc;
  struct transport *t;
  struct load_target target;
  struct buf url;
  int rc;
  memset(&tc, 0, sizeof(tc));
  tc.loop = &w->loop;
  tc.carrier = carrier[w->scenario->carrier];
  t = transport_new(&tc, e);
  if(!t)
    return NULL;
  buf_init(&url, 0);
  rc = target_look(w->scenario, &target, &url, e);
  if(!rc && target.lean)
    rc = transport_prepare(t, buf_text(&url), e);
  buf_free(&url);
  if(!rc)
    return t;
  transport_close(t);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  return NULL;
}

/* What came and made no event, or NULL. */
static const char *unheard(const struct watch *w)
{
  struct sse_heard h = w->config.heard;
  h.cut += parser_is_cut(&w->sub.parser);
  return w->count ? NULL : sse_unheard(&h);
}

/* Says why a stream that opened is not what was asked for. */
static int judge(const struct watch *w)
{
  bool missed = w->until.expr && !w->until.met;
  bool few = !w->until.met && w->count < w->own.most;
  const char *cause = unheard(w);
  struct buf text;
  if(!missed && !few && (!cause || w->until.met))
    return EXIT_PASS;
  buf_init(&text, 0);
  if(missed)
    buf_addf(&text, "--until was not met %s", w->ended_by);
  else if(few)
    buf_addf(&text, "--count was not reached %s", w->ended_by);
  if(missed || few)
    buf_addf(&text, "; %llu event%s came", (unsigned long long)w->count,
             w->count == 1 ? "" : "s");
  if(missed)
    watch_until_miss(&w->until, &text);
  if(cause)
    buf_addf(&text, "%snot one event was dispatched: %s", text.n ? "; " : "",
             cause);
  log_error("%s", buf_text(&text));
  buf_free(&text);
  return missed && w->until.uncertain ? EXIT_INVALID : EXIT_FAIL;
}

static int follow(struct watch *w, uint64_t limit_ns)
{
  int code = EXIT_UNREACHABLE;
  struct transport *t;
  struct err e;
  signal(SIGPIPE, SIG_IGN);
  if(transport_global_init(&e) || uv_loop_init(&w->loop))
    return EXIT_UNREACHABLE;
  t = open_transport(w, &e);
  if(!t) {
    log_error("%s", e.text);
    return e.code == E_SYNTAX ? EXIT_USAGE : EXIT_UNREACHABLE;
  }
  configure(w, t);
  start_handles(w, limit_ns);
  w->started_ns = clock_mono_ns();
  subscriber_start(&w->sub);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  if(w->opened)
    code = judge(w);
  subscriber_fini(&w->sub);
  transport_close(t);
  uv_walk(&w->loop, close_any, NULL);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  uv_loop_close(&w->loop);
  target_texts_free(&w->texts);
  return code;
}

static int read_all(struct watch *w, int argc, char **argv, struct err *e)
{
  struct watch_args *a = &w->own;
  int rc = watch_args_read(a, argc, argv, e);
  if(rc || a->help)
    return rc;
  return watch_until_init(&w->until, a->until, a->within_ns, e);
}

int watch_cmd(int argc, char **argv)
{
  struct watch w;
  struct err e;
  int code;
  memset(&w, 0, sizeof(w));
  if(read_all(&w, argc, argv, &e)) {
    log_error("%s", e.text);
    code = EXIT_USAGE;
  } else if(w.own.help)
    code = print_help();
  else {
    w.scenario = w.own.scenario;
    code = follow(&w, w.own.duration_ns);
  }
  watch_until_fini(&w.until);
  watch_args_free(&w.own);
  return code;
}
