/* SPDX-License-Identifier: MIT
 * frame.event.* and frame.finite: how blocks arrive, how large they are, how
 * many, and whether the stream stays. */
#include <stdlib.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define NS_PER_S         1000000000LL
#define ATOMIC_HARD_NS   (5 * NS_PER_S)
#define SIZE_LARGE_BYTES ((size_t)1 << 20)
#define FINITE_NS        (5 * NS_PER_S)
#define SECONDS_MAX      4096

/* The slowest block: how long, and the byte that was waited for. */
struct wait {
  int64_t ns;
  size_t at;
  size_t blocks;
  bool open; /* the wait was not over when we closed */
};

static void look_at_block(const struct recording *r,
                          const struct frame_block *b, struct wait *w)
{
  size_t at;
  int64_t gap = frame_gap_ns(r, b->field_offset, b->end, &at);
  bool open = false;
  w->blocks++;
  if(!b->complete && r->end == REC_END_OURS) {
    int64_t since = r->end_ns - recording_byte_time(r, b->end - 1);
    open = since > gap;
    gap = open ? since : gap;
    at = open ? b->end : at;
  }
  if(gap > w->ns) {
    w->ns = gap;
    w->at = at;
    w->open = open;
  }
}

/* A comment in front of a block is left out: heartbeats of one line are
 * followed by their silence, and belong to the next block by the grammar. */
static void frame_judge_event_atomic(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  struct frame_block b;
  struct wait w = {0, 0, 0, false};
  size_t at = 0, late, pairs;
  char waited[FRAME_NS_TEXT], limit[FRAME_NS_TEXT];
  int64_t limit_ns = (int64_t)in->target->event_ns;
  while(r && frame_block_next(r, &at, &b)) {
    if(b.fields)
      look_at_block(r, &b, &w);
  }
  if(!r)
    return;
  if(frame_is_one_late(r, &late, &pairs)) {
    finding_set(f, VERDICT_SKIP,
                "each block waits for the next one: see frame.event.one-late");
    return;
  }
  limit_ns += r->connected_ns > 0 ? r->connected_ns : 0;
  frame_ns_text(w.ns, waited);
  frame_ns_text(limit_ns, limit);
  if(w.ns <= limit_ns) {
    finding_set(f, VERDICT_PASS,
                "%zu blocks, none took more than %s from part to part",
                w.blocks, waited);
    return;
  }
  finding_set(
      f, w.ns > ATOMIC_HARD_NS ? VERDICT_FAIL : VERDICT_WARN,
      "the rest of a block came %s after its beginning%s (%s is fine)", waited,
      w.open ? " or later, it had not come when we closed" : "", limit);
  f->timing = true;
  finding_show_body(f, r, w.at, 1);
}

static int by_size(const void *a, const void *b)
{
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return x < y ? -1 : x > y;
}

static size_t percentile(const size_t *sorted, size_t n, size_t percent)
{
  return sorted[(n * percent + 99) / 100 - 1];
}

static void report_sizes(const struct recording *r, size_t *size, size_t n,
                         const struct frame_block *largest, struct finding *f)
{
  qsort(size, n, sizeof(*size), by_size);
  finding_set(f, size[n - 1] > SIZE_LARGE_BYTES ? VERDICT_WARN : VERDICT_PASS,
              "bytes per block: p50 %zu, p99 %zu, largest %zu (of %zu)",
              percentile(size, n, 50), percentile(size, n, 99), size[n - 1],
              n);
  if(size[n - 1] > SIZE_LARGE_BYTES)
    finding_show_body(f, r, largest->field_offset, 32);
}

static void frame_judge_event_size(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_EVENTS, f);
  struct frame_block b, largest = {0};
  size_t at = 0, n = 0, *size;
  if(!r)
    return;
  size = malloc((r->lines + 1) * sizeof(*size));
  if(!size) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return;
  }
  while(frame_block_next(r, &at, &b)) {
    if(!b.complete || !b.fields)
      continue;
    size[n++] = b.end - b.field_offset;
    if(b.end - b.field_offset > largest.end - largest.field_offset)
      largest = b;
  }
  if(n)
    report_sizes(r, size, n, &largest, f);
  free(size);
}

static void frame_judge_event_rate(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_EVENTS, f);
  size_t in_second[SECONDS_MAX] = {0}, i, seconds;
  double watched;
  if(!r)
    return;
  watched = (double)frame_watched_ns(r) / NS_PER_S;
  seconds = watched < 1             ? 1
            : watched < SECONDS_MAX ? (size_t)watched
                                    : SECONDS_MAX;
  for(i = 0; i < r->events; i++) {
    int64_t t = (r->event[i].t_ns - r->head.complete_ns) / NS_PER_S;
    if(t >= 0 && (size_t)t < seconds)
      in_second[t]++;
  }
  qsort(in_second, seconds, sizeof(in_second[0]), by_size);
  watched = watched > 0 ? watched : 1;
  finding_set(f, VERDICT_PASS,
              "%.1f events/s and %.0f bytes/s on average over %.1f s; per "
              "second: p99 %zu, most %zu",
              (double)r->events / watched, (double)r->body.n / watched,
              watched, percentile(in_second, seconds, 99),
              in_second[seconds - 1]);
}

/* 1 when the server ended it early, 0 when it stayed, -1 when neither was
 * seen. */
static int ended_early(const struct recording *r)
{
  int64_t lived = frame_watched_ns(r);
  if(!input_is_stream(r))
    return -1;
  if(lived >= FINITE_NS)
    return 0;
  return r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ? 1 : -1;
}

/* EventSource stops there, so that nothing is asked for ever. */
static bool is_told_to_stop(const struct check_input *in)
{
  const struct recording *again = input_script(in, SCRIPT_FINISHED, 1);
  return again && again->head.status == 204;
}

static void frame_judge_finite(const struct check_input *in, struct finding *f)
{
  static const enum exchange_id looked_at[] = {EX_PLAIN, EX_SECOND, EX_TO_END};
  const struct recording *r = input_stream(in, EX_TO_END, f);
  int early = 0, stayed = 0;
  size_t i;
  char lived[FRAME_NS_TEXT];
  for(i = 0; r && i < sizeof(looked_at) / sizeof(looked_at[0]); i++) {
    const struct recording *one = input_exchange(in, looked_at[i]);
    int ended = ended_early(one);
    early += ended == 1;
    stayed += ended == 0;
    finding_note(f, "%s: %s after %s", one->name, recording_end_name(one->end),
                 frame_ns_text(frame_watched_ns(one), lived));
  }
  if(!r)
    return;
  if(early > 1 && is_told_to_stop(in))
    finding_set(f, VERDICT_PASS,
                "the server ended %d of 3 streams within 5 s, and answers the "
                "reconnect with 204",
                early);
  else if(early > 1)
    finding_broken(f,
                   "the server ended %d of 3 streams within 5 s; an "
                   "EventSource comes back for ever",
                   early);
  else if(stayed)
    finding_set(f, VERDICT_PASS, "%d of 3 streams lived for 5 s or more",
                stayed);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "no stream was watched for 5 s; watch for longer "
                "(--window)");
}

#define AUTHORING HTML_SSE "authoring-notes"

static const struct check rows[] = {
    {.id = "frame.event.atomic",
     .title = "A block arrives in one piece",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "An event fires with its blank line. When that line waits for a "
         "buffer, a timer or the next event, every client sees every event "
         "late, some by one whole event, and a cut in between loses what was "
         "already sent.",
     .causes = "Lines written one by one with a flush or Nagle's algorithm "
               "between; the blank line written before the next event "
               "rather than behind this one; a proxy that fills its buffer.",
     .fix = {{"nginx", "proxy_buffering off; gzip off for the location."},
             {"Node/Express", "One res.write per event; setNoDelay(true)."},
             {"Python/Starlette", "Yield a whole event at a time."},
             {"Go", "Write into a bytes.Buffer, one Write, then Flush."},
             {"Spring", "One emitter.send per event."}},
     .reproduce = "curl -sN -m 5 {url} | while IFS= read -r l; do "
                  "printf '%s %s\\n' \"$(date +%T.%N)\" \"$l\"; done",
     .judge = frame_judge_event_atomic},
    {.id = "frame.event.size",
     .title = "Events stay below 1 MiB",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "An event is held in memory whole by each client, and by the server "
         "for each slow one. Clients and gateways with a limit drop the "
         "connection, get the same event again when they resume, and never "
         "pass it.",
     .causes = "Whole state sent with every change; files inside events.",
     .fix = {{"any", "Send differences or a link; split what must be large."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '{ if(length > m) m = "
                  "length } END { print m }'",
     .judge = frame_judge_event_size},
    {.id = "frame.event.rate",
     .title = "Events and bytes per second on one connection",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "A measurement: times the number of subscribers it is what the "
         "server has to write. A screen shows at most its refresh rate; what "
         "comes faster is work for nothing in a page.",
     .causes = "One event per change rather than per screen refresh.",
     .fix = {{"any", "Batch changes for 50 to 250 ms."}},
     .reproduce = "timeout 5 curl -sN {url} | grep -c '^data'",
     .judge = frame_judge_event_rate},
};

CHECK_GROUP(group_frame_flow, "frame.event", rows);

static const struct check frame_finite_rows[] = {
    {.id = "frame.finite",
     .title = "The stream is open-ended",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND) | EX(EX_TO_END),
               .scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "iana.html#text/event-stream",
     .reference = "HTML: IANA considerations, text/event-stream",
     .rationale =
         "An orderly end makes EventSource reconnect after some seconds, for "
         "ever: a stream that ends by design is asked again and again, and "
         "each request runs the work anew. Only a 204, or close() in the "
         "page, stops it.",
     .causes = "Request and response dressed as a stream (LLM answers, "
               "progress bars); a handler that returns when its queue is "
               "empty.",
     .fix = {{"any", "Keep the stream open while there is nothing to say; or "
                     "answer the reconnect with 204; or tell weir what it "
                     "is: --stream finite, and --client fetch where its "
                     "clients are not EventSource."},
             {"Node/Express", "Do not call res.end() after a batch."},
             {"Python/Starlette", "Await the queue in the generator rather "
                                  "than return on empty."},
             {"Go", "Loop over select with r.Context().Done()."},
             {"Spring", "new SseEmitter(0L), without a timeout."}},
     .reproduce = "time curl -sN -o /dev/null {url}",
     .judge = frame_judge_finite,
     .skip = input_skip_finite},
};

CHECK_GROUP(group_frame_finite, "frame.finite", frame_finite_rows);
