/* SPDX-License-Identifier: MIT
 * reconnect.*: how long streams live, how they are closed, and what happens
 * when many connections break. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"

#define LOOP_LIVES       3
#define LIFETIME_WARN_S  60.0
#define TOGETHER_NS      ((int64_t)NS_PER_SEC)
#define TOGETHER_STREAMS 5u
#define STORM_NS         ((int64_t)5 * (int64_t)NS_PER_SEC)

static bool ended_by_server(const struct recording *r)
{
  return r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ||
         r->end == REC_END_TRUNCATED || r->end == REC_END_RESET;
}

/* How long the stream lived, from the head on. */
static int64_t life_ns(const struct recording *r)
{
  return r->end_ns - r->head.complete_ns;
}

static void reconnect_judge_finite_loop(const struct check_input *in,
                                        struct finding *f)
{
  size_t n = input_script_count(in, SCRIPT_LOOP), short_lives = 0;
  for(size_t i = 0; i < n; i++) {
    const struct recording *r = input_script(in, SCRIPT_LOOP, i);
    f->recording = r;
    finding_show_head(f, r);
    finding_note(f, "  ended after %.2f s: %s", (double)life_ns(r) / 1e9,
                 recording_end_name(r->end));
    if(r->head.status == 204 || (i && r->head.status >= 400)) {
      finding_set(f, VERDICT_PASS, "the reconnect is told to stop (%d)",
                  r->head.status);
      return;
    }
    if(!input_is_stream(r)) {
      finding_set(f, VERDICT_UNTESTABLE, "no stream (status %d, %s)",
                  r->head.status, recording_end_name(r->end));
      return;
    }
    if(!ended_by_server(r) || life_ns(r) >= (int64_t)LOOP_SHORT_NS) {
      finding_set(f, VERDICT_PASS, "a stream was still open after %.1f s",
                  (double)life_ns(r) / 1e9);
      return;
    }
    short_lives++;
  }
  if(short_lives >= LOOP_LIVES)
    finding_broken(f,
                   "%zu streams in a row were ended within 3 s: every "
                   "client reconnects for ever",
                   short_lives);
  else
    finding_set(f, VERDICT_UNTESTABLE, "only %zu streams were tried", n);
}

static void reconnect_judge_max_lifetime(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r = input_stream(in, EX_TO_END, f);
  double life;
  if(!r)
    return;
  life = (double)life_ns(r) / 1e9;
  if(!ended_by_server(r))
    finding_set(f, VERDICT_PASS, "still open after %.0f s of watching (%s)",
                life, recording_end_name(r->end));
  else if(in->target->stream == STREAM_FINITE)
    finding_set(f, VERDICT_SKIP, "the stream is finite: it ended after %.1f s",
                life);
  else if(life < LIFETIME_WARN_S)
    finding_set(f, VERDICT_WARN,
                "the stream was ended (%s) after %.1f s: all clients "
                "reconnect more than once a minute",
                recording_end_name(r->end), life);
  else
    finding_set(f, VERDICT_INFO, "the stream was ended (%s) after %.1f s",
                recording_end_name(r->end), life);
}

/* Fills when the server ended the streams of the first wave, sorted, and
 * their ages' spread. */
static size_t server_ends(const struct check_input *in, int64_t *at,
                          int64_t *age_min, int64_t *age_max)
{
  size_t n = 0, all = role_count(in, SCRIPT_STORM, ROLE_FIRST);
  *age_min = INT64_MAX;
  *age_max = 0;
  for(size_t i = 0; i < all; i++) {
    const struct recording *r = role_find(in, SCRIPT_STORM, ROLE_FIRST, i);
    int64_t age = life_ns(r);
    if(!ended_by_server(r) || !input_is_stream(r))
      continue;
    at[n++] = (int64_t)r->started_real_ns + r->end_ns;
    *age_min = age < *age_min ? age : *age_min;
    *age_max = age > *age_max ? age : *age_max;
  }
  times_sort(at, n);
  return n;
}

static void reconnect_judge_lifetime_jitter(const struct check_input *in,
                                            struct finding *f)
{
  size_t all = role_count(in, SCRIPT_STORM, ROLE_FIRST), n;
  int64_t young, old, *at = calloc(all + 1, sizeof(*at));
  f->timing = true;
  if(!at) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return;
  }
  n = server_ends(in, at, &young, &old);
  /* All of them were begun at once, so all of them are over at once. */
  if(in->target->stream == STREAM_FINITE)
    finding_set(f, VERDICT_SKIP,
                "the stream is finite: its end is no disconnect");
  else if(!n)
    finding_set(f, VERDICT_SKIP,
                "none of %zu streams was ended by the server while watched",
                all);
  else if(n < TOGETHER_STREAMS)
    finding_set(f, VERDICT_UNTESTABLE,
                "the server ended only %zu of %zu streams", n, all);
  else if(at[n - 1] - at[0] < TOGETHER_NS)
    finding_broken(f,
                   "the server ended %zu streams within %.2f s, at ages "
                   "from %.2f to %.2f s",
                   n, (double)(at[n - 1] - at[0]) / 1e9, (double)young / 1e9,
                   (double)old / 1e9);
  else
    finding_set(f, VERDICT_PASS, "the ends of %zu streams spread over %.2f s",
                n, (double)(at[n - 1] - at[0]) / 1e9);
  free(at);
}

static void reconnect_judge_retry_before_close(const struct check_input *in,
                                               struct finding *f)
{
  const struct recording *r = input_stream(in, EX_TO_END, f);
  if(!r)
    return;
  if(r->end != REC_END_CLEAN && r->end != REC_END_CLOSE)
    finding_set(f, VERDICT_SKIP, "the server did not end the stream (%s)",
                recording_end_name(r->end));
  else if(in->target->stream == STREAM_FINITE)
    finding_set(f, VERDICT_SKIP,
                "the stream is finite: nothing is to be resumed");
  else if(r->retry_ms >= 0)
    finding_set(f, VERDICT_PASS, "retry: %lld was sent before the end",
                (long long)r->retry_ms);
  else
    finding_broken(f,
                   "the server ended the stream after %.1f s and never "
                   "said with retry: when to come back",
                   (double)life_ns(r) / 1e9);
}

/* When everything was dropped: the latest of our cuts. */
static int64_t drop_time(const struct check_input *in)
{
  size_t n = role_count(in, SCRIPT_STORM, ROLE_FIRST);
  int64_t last = 0;
  for(size_t i = 0; i < n; i++) {
    const struct recording *r = role_find(in, SCRIPT_STORM, ROLE_FIRST, i);
    int64_t t = (int64_t)r->started_real_ns + r->end_ns;
    last = t > last ? t : last;
  }
  return last;
}

/* Those who came back to a stream that is over and were told so. */
static size_t count_stopped(const struct check_input *in)
{
  size_t n = 0, all = role_count(in, SCRIPT_STORM, ROLE_BACK);
  for(size_t i = 0; i < all; i++)
    n += role_find(in, SCRIPT_STORM, ROLE_BACK, i)->head.status == 204;
  return n;
}

/* From the drop to the last stream that was open again. */
static int64_t slowest_back(const struct check_input *in)
{
  int64_t dropped = drop_time(in), slowest = 0;
  for(size_t i = 0; i < role_count(in, SCRIPT_STORM, ROLE_BACK); i++) {
    const struct recording *r = role_find(in, SCRIPT_STORM, ROLE_BACK, i);
    int64_t t = (int64_t)r->started_real_ns + r->head.complete_ns - dropped;
    if(input_is_stream(r) && t > slowest)
      slowest = t;
  }
  return slowest;
}

static void reconnect_judge_storm(const struct check_input *in,
                                  struct finding *f)
{
  size_t first = role_count(in, SCRIPT_STORM, ROLE_FIRST);
  size_t back = role_count(in, SCRIPT_STORM, ROLE_BACK), good;
  size_t stopped = count_stopped(in);
  int64_t slowest = slowest_back(in);
  if(stopped && stopped == back) {
    finding_set(f, VERDICT_SKIP,
                "the streams were over: all %zu were answered 204", back);
    return;
  }
  back -= stopped;
  good = role_count_streams(in, SCRIPT_STORM, ROLE_FIRST, f);
  if(!first || good < first) {
    finding_set(f, VERDICT_UNTESTABLE,
                "only %zu of %zu streams could be opened to begin with", good,
                first);
    return;
  }
  good = role_count_streams(in, SCRIPT_STORM, ROLE_BACK, f);
  f->timing = good < back || slowest > STORM_NS;
  if(!back)
    finding_set(f, VERDICT_UNTESTABLE, "nobody came back");
  else if(good < back)
    finding_broken(f,
                   "of %zu streams dropped at once only %zu could be "
                   "opened again",
                   back, good);
  else if(slowest > STORM_NS)
    finding_broken(f,
                   "%zu streams dropped at once: the last was back only "
                   "after %.1f s",
                   back, (double)slowest / 1e9);
  else
    finding_set(f, VERDICT_PASS,
                "%zu streams dropped at once were all back after %.0f ms",
                back, (double)slowest / 1e6);
}

#define MODEL HTML_SSE "sse-processing-model"
#define NOTES HTML_SSE "authoring-notes"

static const struct check rows[] = {
    {.id = "reconnect.finite-loop",
     .title = "The server does not force a tight reconnect loop",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "W",
     .eventsource = true,
     .needs = {.scripts = {SCRIPT(SCRIPT_LOOP)}},
     .anchor = MODEL,
     .reference = "HTML: processing model",
     .rationale = "An EventSource reconnects after every end, for ever. A "
                  "server that answers with a short body and closes is "
                  "polled by every open tab every three seconds.",
     .causes = "A handler that returns after the first event; a finite "
               "answer that never turns into 204; a platform's time limit "
               "of a few seconds.",
     .fix = {{"any", "Keep the stream open, or answer the reconnect of a "
                     "finished stream with 204."},
             {"Node/Express", "Do not call res.end() after the first write."},
             {"Python/Starlette",
              "The generator must not return; loop on a queue."},
             {"Go", "Block on r.Context().Done() instead of returning."}},
     .reproduce = "for i in 1 2 3; do time curl -sN -m 5 {url}; done",
     .judge = reconnect_judge_finite_loop,
     .skip = input_skip_finite},
    {.id = "reconnect.max-lifetime",
     .title = "How long a stream lives",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "W",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_TO_END)},
     .anchor = NOTES,
     .reference = "HTML: authoring notes",
     .rationale = "A measurement. Streams that are ended more than once a "
                  "minute cost a TLS handshake, a login and a replay each "
                  "time, and every end is a chance to lose events.",
     .causes = "Time limits of serverless functions, gateways and workers.",
     .fix = {{"nginx", "proxy_read_timeout and send_timeout above the "
                       "heartbeat's interval."},
             {"Python/Starlette", "gunicorn: an async worker, --timeout does "
                                  "not hit those."},
             {"Go", "http.Server.WriteTimeout = 0 for streams, or "
                    "http.ResponseController.SetWriteDeadline."}},
     .reproduce = "time curl -sN -o /dev/null {url}",
     .judge = reconnect_judge_max_lifetime},
    {.id = "reconnect.lifetime-jitter",
     .title = "Planned ends of streams are spread",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "N",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_TO_END), .scripts = {SCRIPT(SCRIPT_STORM)}},
     .anchor = NOTES,
     .reference = "HTML: authoring notes",
     .rationale = "When all streams end in the same second, all clients come "
                  "back in the same second, and keep that rhythm.",
     .causes = "A fixed maximum age after a restart; a timer for all.",
     .fix = {{"any", "Give each stream a maximum age of T plus or minus a "
                     "random fifth."}},
     .reproduce = "for i in $(seq 20); do curl -sN -o /dev/null -w "
                  "'%{time_total}\\n' {url} & done; wait",
     .judge = reconnect_judge_lifetime_jitter},
    {.id = "reconnect.retry-before-close",
     .title = "A planned end is announced by retry:",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "K,W",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_TO_END)},
     .anchor = NOTES,
     .reference = "HTML: authoring notes",
     .rationale = "Without retry: each client comes back after its own "
                  "default: browsers after three seconds, some libraries at "
                  "once. MCP asks servers for it.",
     .causes = "retry: is not sent at all.",
     .fix = {{"any", "Send retry: with the first block of each stream, "
                     "different for each client."}},
     .reproduce = "curl -sN {url} | grep '^retry'",
     .judge = reconnect_judge_retry_before_close},
    {.id = "reconnect.storm",
     .title = "Clients that are dropped at once all come back",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_STORM)}},
     .anchor = MODEL,
     .reference = "HTML: processing model",
     .rationale = "After a network outage everybody reconnects within "
                  "seconds. A refused or failed answer other than a broken "
                  "connection ends an EventSource for good.",
     .causes = "A listen backlog that is too short; slots of the dead "
               "connections still taken; rate limits per address; a login "
               "service that is asked for each stream.",
     .fix = {{"any", "Free slots when the connection breaks; raise the "
                     "backlog (somaxconn); send a retry: with jitter."},
             {"nginx", "limit_req and limit_conn need a burst for streams."}},
     .reproduce = "for i in $(seq 50); do timeout 1 curl -sN {url} & done; "
                  "wait; curl -siN -m 2 {url}",
     .judge = reconnect_judge_storm},
};

CHECK_GROUP(group_reconnect, "reconnect", rows);
