/* SPDX-License-Identifier: MIT
 * frame.retry.*: how long clients are told to wait before they come back. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define RETRY_MIN_MS UINT64_C(100)
#define RETRY_MAX_MS UINT64_C(3600000)
#define SHOWN        3
#define SPREAD_MIN   10 /* connections from which equality says something */

/* All digits, at least one; saturates. */
static bool retry_ms(struct slice value, uint64_t *ms)
{
  size_t i;
  *ms = 0;
  for(i = 0; i < value.n; i++) {
    if(value.p[i] < '0' || value.p[i] > '9')
      return false;
    if(*ms < UINT64_MAX / 100)
      *ms = *ms * 10 + (uint64_t)(value.p[i] - '0');
  }
  return value.n > 0;
}

static bool is_retry(const struct recording *r, size_t i, struct frame_line *l)
{
  frame_line_at(r, i, l);
  return l->finished && l->field == FRAME_RETRY;
}

static size_t count_retries(const struct recording *r)
{
  struct frame_line l;
  size_t i, n = 0;
  for(i = 0; i < r->lines; i++)
    n += is_retry(r, i, &l);
  return n;
}

static const struct recording *begin(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_LINES, f);
  if(!r || count_retries(r))
    return r;
  finding_set(f, VERDICT_SKIP, "the stream states no retry");
  return NULL;
}

static void frame_judge_retry_digits(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = begin(in, f);
  size_t i, bad = 0, all = 0;
  for(i = 0; r && i < r->lines; i++) {
    struct frame_line l;
    uint64_t ms;
    if(!is_retry(r, i, &l))
      continue;
    all++;
    if(retry_ms(l.value, &ms) || bad++ >= SHOWN)
      continue;
    finding_show_bytes(f, "line", l.text);
    frame_show_line(f, r, &l);
  }
  if(r && bad)
    finding_broken(f,
                   "%zu of %zu retry lines hold something else than digits, "
                   "and are ignored",
                   bad, all);
  else if(r)
    finding_set(f, VERDICT_PASS, "%zu retry lines, all digits", all);
}

static void frame_judge_retry_range(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = begin(in, f);
  size_t i, valid = 0, bad = 0;
  uint64_t ms, last = 0;
  for(i = 0; r && i < r->lines; i++) {
    struct frame_line l;
    if(!is_retry(r, i, &l) || !retry_ms(l.value, &ms))
      continue;
    valid++;
    last = ms;
    if((ms >= RETRY_MIN_MS && ms <= RETRY_MAX_MS) || bad++)
      continue;
    finding_broken(f, "retry %llu ms: %s", (unsigned long long)ms,
                   ms < RETRY_MIN_MS
                       ? "clients come back at once, all together"
                       : "a client that loses its connection stays away for "
                         "more than an hour");
    frame_show_line(f, r, &l);
  }
  if(r && !valid)
    finding_set(f, VERDICT_SKIP, "no retry line is valid");
  else if(r && !bad)
    finding_set(f, VERDICT_PASS, "retry %llu ms", (unsigned long long)last);
}

static void frame_judge_retry_present(const struct check_input *in,
                                      struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_LINES, f);
  const struct recording *idle = input_exchange(in, EX_IDLE);
  char text[FRAME_NS_TEXT];
  if(!r)
    return;
  /* A longer look, where there was one, may have seen a later retry. */
  if(!count_retries(r) && idle && input_is_stream(idle))
    r = idle;
  if(count_retries(r))
    finding_set(f, VERDICT_PASS, "a retry is stated");
  else
    finding_broken(f,
                   "no retry in %s; clients wait what they like, browsers "
                   "some seconds",
                   frame_ns_text(frame_watched_ns(r), text));
}

static void frame_judge_retry_early(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = begin(in, f);
  struct frame_block b;
  size_t at = 0, blocks = 0;
  while(r && frame_block_next(r, &at, &b)) {
    blocks += b.fields > 0;
    if(!b.count[FRAME_RETRY])
      continue;
    if(blocks <= 1) {
      finding_set(f, VERDICT_PASS, "retry is in the first block");
      return;
    }
    finding_broken(f,
                   "the first retry is in block %zu; a stream that breaks "
                   "before leaves clients with their default",
                   blocks);
    frame_show_block(f, r, &b);
    return;
  }
}

static void frame_judge_retry_spread(const struct check_input *in,
                                     struct finding *f)
{
  int64_t least = INT64_MAX, most = -1;
  size_t i, streams = 0, stated = 0;
  for(i = 0; i < in->recordings; i++) {
    const struct recording *r = in->recording[i];
    if(!input_is_stream(r) || !r->body.n)
      continue;
    streams++;
    if(r->retry_ms < 0)
      continue;
    stated++;
    least = r->retry_ms < least ? r->retry_ms : least;
    most = r->retry_ms > most ? r->retry_ms : most;
  }
  if(streams < SPREAD_MIN)
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu streams were seen; %d are needed to tell", streams,
                SPREAD_MIN);
  else if(!stated)
    finding_set(f, VERDICT_SKIP, "none of %zu streams states a retry",
                streams);
  else if(stated < SPREAD_MIN || least != most)
    finding_set(f, stated < SPREAD_MIN ? VERDICT_UNTESTABLE : VERDICT_PASS,
                "%zu of %zu streams state a retry, from %lld to %lld ms",
                stated, streams, (long long)least, (long long)most);
  else
    finding_broken(f, "%zu of %zu streams state a retry, all %lld ms", stated,
                   streams, (long long)most);
}

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define PROCESSING     HTML_SSE "sse-processing-model"
#define IANA                                                                  \
  "https://html.spec.whatwg.org/multipage/iana.html#text/event-stream"
#define SHOW_RETRY "curl -sN -m 5 {url} | grep -n '^retry' | cat -A"

static const struct check rows[] = {
    {.id = "frame.retry.digits",
     .title = "retry holds digits only",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Anything but ASCII digits makes clients ignore the line: \"3s\", "
         "\"3000.0\", \"-1\" or \"3 000\" all leave them with their own "
         "default, and the server's plan for reconnects does not happen.",
     .causes = "A unit; a floating-point number printed as one; a duration "
               "object's default text.",
     .fix = {{"any", "Print whole milliseconds."},
             {"Node/Express", "Math.round(ms)."},
             {"Python/Starlette", "retry=int(ms); 3000.0 is ignored."},
             {"Go", "strconv.FormatInt(d.Milliseconds(), 10), not "
                    "d.String()."},
             {"Spring", "reconnectTime takes milliseconds; in WebFlux "
                        "retry(Duration)."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_digits},
    {.id = "frame.retry.range",
     .title = "retry is between 100 ms and an hour",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = IANA,
     .reference = "HTML: IANA considerations, text/event-stream",
     .rationale =
         "With retry 0 every client is back within the same instant after a "
         "restart, and again after each refusal: the storm keeps the server "
         "down. With more than an hour a lost connection looks like a dead "
         "page.",
     .causes = "Seconds where milliseconds are meant (\"retry: 3\"), or the "
               "other way round; 0 meant as \"off\".",
     .fix = {{"any", "1000 to 15000, with some random part per client."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_range},
    {.id = "frame.retry.present",
     .title = "The server states a retry",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PROCESSING,
     .reference = "HTML: processing model",
     .rationale =
         "Without it each client uses its own wait: 3 s in Chromium and "
         "Safari, 5 s in Firefox, 1 s or none in libraries. The server has no "
         "say in how hard a restart hits it.",
     .causes = "Nobody thought of it; most frameworks have no default.",
     .fix = {{"any", "Begin the stream with \"retry: 3000\" and a blank "
                     "line."},
             {"Python/Starlette", "ServerSentEvent(retry=3000, ...)."},
             {"Spring", "SseEmitter.event().reconnectTime(3000)."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_present},
    {.id = "frame.retry.early",
     .title = "retry stands in the first block",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "retry acts as soon as its line is read (in undici with its block's "
         "blank line). A stream that breaks before it came leaves the client "
         "with its default, just when the server is in trouble.",
     .causes = "retry attached to some event type rather than to the start.",
     .fix = {{"any", "Write it first, in the same write as the response "
                     "head."}},
     .reproduce = SHOW_RETRY,
     .judge = frame_judge_retry_early},
    {.id = "frame.retry.spread",
     .title = "retry differs from client to client",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "N",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN), .scripts = {SCRIPT(SCRIPT_STORM)}},
     .anchor = PROCESSING,
     .reference = "HTML: processing model",
     .rationale =
         "EventSource adds no randomness of its own. After a restart all "
         "clients that were told the same number come back in the same "
         "instant, and after a refusal again in step: tens of thousands in "
         "lock-step have been seen.",
     .causes = "A constant.",
     .fix = {{"any", "retry = base + random(0, base), drawn per "
                     "connection."}},
     .reproduce = "for i in 1 2 3 4 5; do curl -sN -m 1 {url} | grep -m 1 "
                  "'^retry'; done",
     .judge = frame_judge_retry_spread},
};

CHECK_GROUP(group_frame_retry, "frame.retry", rows);
