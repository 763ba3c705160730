/* SPDX-License-Identifier: MIT
 * reconnect.*: what connections that were broken off, or only closed, leave
 * behind, and whether the target outlives them. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checks/core/groups.h"
#include "checks/core/lost.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"

#define SLOW_FLOOR_NS ((int64_t)100 * (int64_t)NS_PER_MS)

/* How many of the streams behind the aborts must open: all, where a limit is
 * declared, else as many as before.  A server that is written with a thread
 * per stream (Flask under gunicorn's gthread, say) holds as many as it has
 * threads, and lets all others wait without an answer. */
static size_t streams_before(const struct check_input *in, struct finding *f)
{
  size_t all = role_count(in, SCRIPT_ABORTS, ROLE_BEFORE), good = 0;
  if(!all)
    return role_count(in, SCRIPT_ABORTS, ROLE_AFTER);
  for(size_t i = 0; i < all; i++)
    good += input_is_stream(role_find(in, SCRIPT_ABORTS, ROLE_BEFORE, i));
  finding_note(f, "before the aborts %zu of %zu streams could be opened", good,
               all);
  return good;
}

static uint64_t show_aborts(const struct check_input *in, struct finding *f)
{
  uint64_t aborts = 0;
  char told[RECORDING_TOLD_MAX];
  for(size_t i = 0; i < role_count(in, SCRIPT_ABORTS, ROLE_ABORT); i++) {
    const struct recording *r = role_find(in, SCRIPT_ABORTS, ROLE_ABORT, i);
    aborts += (uint64_t)r->label.of;
    finding_note(f, "%s", recording_told(r, told));
  }
  return aborts;
}

/* Answers that say that there is no room; 401, 403 and 429 say otherwise. */
static bool has_no_room(const struct recording *r)
{
  int status = r->head.status;
  return status == 400 || status == 409 || status == 423 || status == 503;
}

static size_t count_open_streams(const struct check_input *in)
{
  size_t n = 0;
  for(size_t i = 0; i < in->recordings; i++)
    n += input_is_stream(in->recording[i]);
  return n;
}

/* Where none was broken off on purpose: all that were closed ordinarily. */
static void judge_closed_streams(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *lost = input_lost(in);
  size_t n = input_script_count(in, SCRIPT_REDIRECTS);
  const struct recording *look =
      n ? input_script(in, SCRIPT_REDIRECTS, n - 1) : NULL;
  const struct recording *plain = input_exchange(in, EX_PLAIN);
  f->recording = lost ? lost : plain;
  finding_show_head(f, f->recording);
  if(lost && has_no_room(lost))
    finding_broken(f,
                   "%zu streams or more were opened and closed again, none is "
                   "open, and an ordinary request is still answered %d "
                   "seconds later",
                   count_open_streams(in), lost->head.status);
  else if(!lost && look && input_is_stream(look) && plain &&
          input_is_stream(plain))
    finding_set(f, VERDICT_PASS,
                "a stream was let in behind one that was closed (--mode full "
                "breaks off many)");
  else
    finding_set(f, VERDICT_UNTESTABLE, "no aborted connections were made");
}

static void reconnect_judge_no_slot_leak(const struct check_input *in,
                                         struct finding *f)
{
  size_t after = role_count(in, SCRIPT_ABORTS, ROLE_AFTER), good, silent = 0;
  size_t before = streams_before(in, f);
  unsigned long long aborts = show_aborts(in, f);
  good = role_count_streams(in, SCRIPT_ABORTS, ROLE_AFTER, f);
  for(size_t i = 0; i < after; i++)
    silent += !role_find(in, SCRIPT_ABORTS, ROLE_AFTER, i)->body.n;
  const struct recording *lost = input_lost(in);
  if(!after || !aborts || !before)
    judge_closed_streams(in, f);
  else if(!good && lost && lost->end == REC_END_REFUSED)
    finding_set(f, VERDICT_UNTESTABLE,
                "after %llu aborted connections the target does not listen "
                "any more",
                aborts);
  else if(good < before)
    finding_broken(f,
                   "after %llu aborted connections only %zu of %zu "
                   "streams could be opened",
                   aborts, good, before);
  else if(silent == after && after > 1 &&
          in->target->stream == STREAM_ENDLESS && in->target->ids)
    finding_set(f, VERDICT_UNTESTABLE,
                "after %llu aborted connections %zu streams opened, but "
                "nothing came on any of them",
                aborts, after);
  else
    finding_set(f, VERDICT_PASS,
                "%zu streams opened after %llu aborted connections%s", good,
                aborts, good < after ? ", as many as before" : "");
}

static void reconnect_judge_alive(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *lost = input_lost(in);
  char since[LOST_TEXT_MAX];
  int status = lost ? lost->head.status : 0;
  if(!lost) {
    finding_set(f, VERDICT_PASS, "still there behind %zu requests",
                in->recordings);
    return;
  }
  lost_say(lost, since);
  f->recording = lost;
  finding_show_head(f, lost);
  if(!status || (status >= 500 && status != 503))
    finding_broken(f, "%s", since);
  else
    finding_set(f, VERDICT_UNTESTABLE, "%s", since);
}

static int64_t median_head_ns(const struct check_input *in, enum role role)
{
  int64_t t[64];
  size_t n = 0, all = role_count(in, SCRIPT_FAST_ABORTS, role);
  for(size_t i = 0; i < all && n < 64; i++) {
    const struct recording *r = role_find(in, SCRIPT_FAST_ABORTS, role, i);
    if(input_is_stream(r))
      t[n++] = r->head.complete_ns;
  }
  times_sort(t, n);
  return n ? t[n / 2] : -1;
}

static void reconnect_judge_fast_abort(const struct check_input *in,
                                       struct finding *f)
{
  const struct recording *abort_one =
      role_find(in, SCRIPT_FAST_ABORTS, ROLE_ABORT, 0);
  size_t after = role_count(in, SCRIPT_FAST_ABORTS, ROLE_AFTER);
  size_t good = role_count_streams(in, SCRIPT_FAST_ABORTS, ROLE_AFTER, f);
  int64_t was = median_head_ns(in, ROLE_BEFORE);
  int64_t is = median_head_ns(in, ROLE_AFTER);
  unsigned long long n =
      abort_one ? (unsigned long long)abort_one->label.of : 0;
  if(was < 0 || !after || !n)
    finding_set(f, VERDICT_UNTESTABLE,
                "no stream could be opened to begin with");
  else if(good < after)
    finding_broken(f,
                   "after %llu quick aborts only %zu of %zu streams could "
                   "be opened",
                   n, good, after);
  else if(is > 2 * was && is > SLOW_FLOOR_NS) {
    f->timing = true;
    finding_broken(f,
                   "after %llu quick aborts a response head takes %.1f ms, "
                   "before it took %.1f ms",
                   n, (double)is / 1e6, (double)was / 1e6);
  } else
    finding_set(f, VERDICT_PASS,
                "%zu streams opened after %llu quick aborts (head after "
                "%.1f ms, before %.1f ms)",
                after, n, (double)is / 1e6, (double)was / 1e6);
}

static const struct check rows[] = {
    {.id = "reconnect.no-slot-leak",
     .title = "Aborted connections free their slots",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND)},
     .optional = {.scripts = {SCRIPT(SCRIPT_REDIRECTS), SCRIPT(SCRIPT_CONTROL),
                              SCRIPT(SCRIPT_ABORTS)}},
     .anchor = RFC_9112 "9.5",
     .reference = "RFC 9112 section 9.5",
     .rationale = "Browsers abort streams on each navigation. A slot that is "
                  "freed only by the next write, or never, fills the server "
                  "in a day of ordinary use.",
     .causes = "No handler for the close; a thread that waits on a queue and "
               "never looks at the socket; a counter that a raised exception "
               "skips.",
     .fix = {{"any", "Write a heartbeat every 15 s: it finds dead peers."},
             {"Node/Express", "req.on('close', cleanup), not 'end'."},
             {"Python/Starlette", "await request.is_disconnected(), or clean "
                                  "up in finally."},
             {"Go", "select on r.Context().Done()."},
             {"Spring", "SseEmitter.onCompletion, onTimeout and onError."}},
     .reproduce = "for i in $(seq 100); do timeout 0.05 curl -sN {url}; done; "
                  "curl -siN -m 2 {url}",
     .judge = reconnect_judge_no_slot_leak},
    {.id = "reconnect.alive",
     .title = "The target outlives what clients do",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND)},
     .optional = {.scripts = {SCRIPT(SCRIPT_REDIRECTS), SCRIPT(SCRIPT_CONTROL),
                              SCRIPT(SCRIPT_ABORTS)}},
     .anchor = RFC_9112 "9.5",
     .reference = "RFC 9112 section 9.5",
     .rationale = "Requests that are odd, broken off or many come from every "
                  "network. A server that stops for one of them stops for "
                  "everybody.",
     .causes = "An exception that nobody catches, in a callback or a thread; "
               "a write to a closed socket; a lock that is never given back.",
     .fix = {{"any", "Look at the log of the moment named. Let one request's "
                     "error end that request alone."},
             {"Node/Express", "Handle 'error' on req, res and the socket; an "
                              "unhandled one ends the process."},
             {"Go", "recover() in goroutines that a handler starts."}},
     .reproduce = "curl -siN -m 2 {url}",
     .judge = reconnect_judge_alive},
    {.id = "reconnect.fast-abort",
     .title = "Connections reset before the head do no harm",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_FAST_ABORTS)}},
     .anchor = RFC_9112 "9.5",
     .reference = "RFC 9112 section 9.5",
     .rationale = "A page that is reloaded quickly, or a proxy with a short "
                  "connect limit, resets connections while the server still "
                  "prepares the answer. Errors on that path crash or leak.",
     .causes = "EPIPE or ECONNRESET without a handler; subscriptions made "
               "after the peer is gone.",
     .fix = {{"Node/Express", "Handle 'error' on res; check res.destroyed "
                              "before subscribing."},
             {"any", "Ignore SIGPIPE; look at the connection again after "
                     "each wait."}},
     .reproduce = "for i in $(seq 300); do curl -sN -m 0.001 {url}; done; "
                  "curl -siN -m 2 {url}",
     .judge = reconnect_judge_fast_abort},
};

CHECK_GROUP(group_reconnect_aborts, "reconnect", rows);
