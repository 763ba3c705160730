/* SPDX-License-Identifier: MIT
 * heartbeat.present, .starts, .jitter, .keeps-alive and .cost: the times and
 * the price of heartbeats.  Their form is judged in heartbeat_form.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"
#include "checks/heartbeat/heartbeat.h"

#define SILENCE_FINE_NS (20 * NS_PER_S)
#define SILENCE_LONG_NS (30 * NS_PER_S)
/* A window of 20 s ends a little before 20 s of silence. */
#define WINDOW_SLACK_NS NS_PER_S
#define ALIVE_NS        (300 * NS_PER_S)
#define ALIVE_FAST_NS   (90 * NS_PER_S)
#define SAMPLES_MIN     5

const struct recording *heartbeat_begin(const struct check_input *in,
                                        struct finding *f, struct beats *b)
{
  const struct recording *r = input_stream(in, EX_IDLE, f);
  if(r && beats_find(r, b)) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return NULL;
  }
  return r;
}

/* SKIP where a long silence shows that there are none, which is
 * heartbeat.present's to judge; UNTESTABLE where there was no silence. */
bool heartbeat_none(const struct check_input *in, struct finding *f,
                    const struct beats *b)
{
  char text[FRAME_NS_TEXT];
  int64_t due = (int64_t)in->target->heartbeat_ns * 2;
  if(b->count)
    return false;
  if(due == 0)
    due = SILENCE_FINE_NS - WINDOW_SLACK_NS;
  if(b->gap_ns > due)
    finding_set(f, VERDICT_SKIP, "there are no heartbeats");
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "no heartbeat was due: the stream was never silent for "
                "longer than %s; watch a quieter one, or for longer "
                "(--idle-window)",
                frame_ns_text(b->gap_ns, text));
  return true;
}

static void note_gap(struct finding *f, const struct beats *b)
{
  char text[FRAME_NS_TEXT];
  finding_note(
      f, "silent for %s%s, from %.3f s on", frame_ns_text(b->gap_ns, text),
      b->gap_open ? " until we closed" : "", (double)b->gap_at_ns / 1e9);
}

/* The catalogue's limits: 20 s is fine, 30 s is worth a word, more is a
 * warning.  A silence that our own close ended may have lasted for longer, so
 * with the window of 20 s a server without heartbeats is INFO: to call it
 * worse, it has to be watched for 30 s. */
static void judge_silence(const struct check_input *in, struct finding *f,
                          const struct beats *b, int64_t slack_ns)
{
  char text[FRAME_NS_TEXT], due[FRAME_NS_TEXT];
  const struct target *t = in->target;
  int64_t limit = (int64_t)t->heartbeat_ns * 3 / 2 + slack_ns;
  bool declared = t->heartbeat_known == KNOWN_DECLARED && t->heartbeat_ns;
  frame_ns_text(b->gap_ns, text);
  f->timing = true;
  if(declared && b->gap_ns > limit)
    finding_set(f, VERDICT_FAIL,
                "nothing came for %s, though a heartbeat every %s is "
                "declared",
                text, frame_ns_text((int64_t)t->heartbeat_ns, due));
  else if(b->gap_ns > SILENCE_LONG_NS)
    finding_set(f, VERDICT_WARN, "nothing came for %s", text);
  else if(b->gap_ns > SILENCE_FINE_NS ||
          (b->gap_open && !b->count &&
           b->gap_ns > SILENCE_FINE_NS - WINDOW_SLACK_NS))
    finding_set(f, VERDICT_INFO,
                "nothing came for %s%s; the advice is a comment every 15 s",
                text,
                b->gap_open ? ", then we closed; a window over 30 s tells "
                              "whether anything would have come"
                            : "");
  else
    f->timing = false;
}

static void heartbeat_judge_present(const struct check_input *in,
                                    struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  char text[FRAME_NS_TEXT];
  if(!r)
    return;
  judge_silence(in, f, &b, r->connected_ns > 0 ? r->connected_ns : 0);
  frame_ns_text(b.gap_ns, text);
  if(f->timing)
    note_gap(f, &b);
  else if(b.count)
    finding_set(f, VERDICT_PASS, "%zu heartbeats; the longest silence was %s",
                b.count, text);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "no heartbeat came, and no silence was longer than %s; watch "
                "a quieter stream, or for longer (--idle-window)",
                text);
  beats_free(&b);
}

/* When the first byte behind the greeting came, from the head; -1 never. */
static int64_t first_sign_ns(const struct recording *r)
{
  size_t i;
  for(i = 0; i < r->body_reads; i++) {
    int64_t t = r->body_read[i].t_ns - r->head.complete_ns;
    if(t > BEAT_GREETING_NS)
      return t;
  }
  return -1;
}

static void judge_start(const struct recording *r, const struct beats *b,
                        int64_t period, struct finding *f)
{
  char text[FRAME_NS_TEXT], due[FRAME_NS_TEXT];
  int64_t first = first_sign_ns(r), watched = frame_watched_ns(r);
  int64_t limit = period + period / 5;
  limit += r->connected_ns > 0 ? r->connected_ns : 0;
  frame_ns_text(period, due);
  if(first > limit || (first < 0 && watched > limit)) {
    f->timing = true;
    finding_broken(f, "%s %s; a heartbeat was to be expected every %s",
                   first < 0 ? "nothing came behind the head in"
                             : "the first byte came behind the head after",
                   frame_ns_text(first < 0 ? watched : first, text), due);
    note_gap(f, b);
  } else if(first < 0)
    finding_set(f, VERDICT_UNTESTABLE,
                "the window of %s is too short for a heartbeat every %s",
                frame_ns_text(watched, text), due);
  else
    finding_set(f, VERDICT_PASS, "the first bytes came after %s",
                frame_ns_text(first, text));
}

/* Declared, assumed, or seen often enough to be relied on; then the longest
 * interval, so that a server is not held to what it never kept. */
static int64_t due_period(const struct target *t, const struct beats *b)
{
  if(t->heartbeat_known != KNOWN_NOT)
    return (int64_t)t->heartbeat_ns;
  return b->intervals >= SAMPLES_MIN ? beats_percentile(b, 100) : 0;
}

static void heartbeat_judge_starts(const struct check_input *in,
                                   struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  int64_t period;
  if(!r)
    return;
  period = due_period(in->target, &b);
  /* An event in time shows nothing about heartbeats. */
  if(period && (b.count || b.gap_ns > period + period / 5))
    judge_start(r, &b, period, f);
  else if(!heartbeat_none(in, f, &b))
    finding_set(f, VERDICT_UNTESTABLE,
                "no period is declared (--heartbeat), and %zu intervals tell "
                "none; watch for longer (--idle-window)",
                b.intervals);
  beats_free(&b);
}

static void judge_spread(const struct beats *b, int64_t period,
                         struct finding *f)
{
  char p1[FRAME_NS_TEXT], p50[FRAME_NS_TEXT], p99[FRAME_NS_TEXT];
  int64_t least = beats_percentile(b, 1), most = beats_percentile(b, 99);
  bool even = least >= period * 4 / 5 && most <= period * 6 / 5;
  finding_set(f, even ? VERDICT_PASS : VERDICT_INFO,
              "%zu intervals: p1 %s, p50 %s, p99 %s%s", b->intervals,
              frame_ns_text(least, p1),
              frame_ns_text(beats_percentile(b, 50), p50),
              frame_ns_text(most, p99),
              even ? "" : "; they vary by more than a fifth");
}

static void heartbeat_judge_jitter(const struct check_input *in,
                                   struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  if(!r)
    return;
  if(b.intervals >= SAMPLES_MIN)
    judge_spread(&b, beats_period_ns(&b, in->target), f);
  else if(!heartbeat_none(in, f, &b))
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu intervals between heartbeats were seen, %d are needed; "
                "watch for six periods (--idle-window)",
                b.intervals, SAMPLES_MIN);
  beats_free(&b);
}

/* Bytes that chunked framing adds to the chunk of body byte offset: its size
 * line and the two line ends.  *at walks along. */
static size_t framing_bytes(const struct recording *r, size_t offset,
                            size_t *at)
{
  size_t digits = 1, n;
  while(*at < r->chunks &&
        r->chunk[*at].body_offset + r->chunk[*at].n <= offset)
    (*at)++;
  if(r->framing != FRAMING_CHUNKED || *at >= r->chunks)
    return 0;
  for(n = r->chunk[*at].n; n > 15; n /= 16)
    digits++;
  return digits + 4;
}

static void heartbeat_judge_cost(const struct check_input *in,
                                 struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  size_t i, at = 0;
  double bytes = 0, period;
  if(!r)
    return;
  period = (double)beats_period_ns(&b, in->target) / NS_PER_S;
  for(i = 0; i < b.count; i++)
    bytes += (double)(b.beat[i].n + framing_bytes(r, b.beat[i].offset, &at));
  if(!heartbeat_none(in, f, &b) && period > 0)
    finding_set(f, VERDICT_PASS,
                "%.1f bytes per heartbeat, %.2f bytes/s; 10000 idle streams "
                "are %.0f bytes/s and %.0f packets/s",
                bytes / (double)b.count, bytes / (double)b.count / period,
                bytes / (double)b.count / period * 10000, 10000 / period);
  else if(b.count)
    finding_set(f, VERDICT_UNTESTABLE,
                "one heartbeat of %.0f bytes came, and no period is "
                "declared (--heartbeat); watch for longer (--idle-window)",
                bytes);
  beats_free(&b);
}

static void judge_life(const struct check_input *in, const struct recording *r,
                       struct finding *f)
{
  char text[FRAME_NS_TEXT], need[FRAME_NS_TEXT];
  int64_t lived = frame_watched_ns(r);
  int64_t enough = in->target->fast ? ALIVE_FAST_NS : ALIVE_NS;
  frame_ns_text(lived, text);
  if(lived + WINDOW_SLACK_NS >= enough)
    finding_set(f, VERDICT_PASS, "it lived for %s, then we closed", text);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "it lived for the %s that it was watched; proxies cut after "
                "30 s to some minutes, so watch it for %s (--idle-window)",
                text, frame_ns_text(enough, need));
}

static void judge_cut(const struct recording *r, const struct beats *b,
                      struct finding *f)
{
  const struct beat *last = &b->beat[b->count - 1];
  char text[FRAME_NS_TEXT], quiet[FRAME_NS_TEXT];
  int64_t since = b->last_event_ns > 0 ? b->last_event_ns : 0;
  if(last->t_ns < b->last_event_ns) {
    finding_set(f, VERDICT_UNTESTABLE,
                "the stream ended (%s), but right behind events, not in a "
                "silence",
                recording_end_name(r->end));
    return;
  }
  f->timing = true;
  finding_broken(f,
                 "cut (%s%s%s) after %s, with nothing but heartbeats in the "
                 "last %s",
                 recording_end_name(r->end), r->detail[0] ? ", " : "",
                 r->detail, frame_ns_text(frame_watched_ns(r), text),
                 frame_ns_text(r->end_ns - since, quiet));
  finding_note(f, "the last heartbeat came at %.3f s, the end at %.3f s",
               (double)last->t_ns / 1e9, (double)r->end_ns / 1e9);
  finding_show_body(f, r, last->offset, last->n);
}

static void heartbeat_judge_keeps_alive(const struct check_input *in,
                                        struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  bool none;
  if(!r)
    return;
  none = heartbeat_none(in, f, &b);
  if(!none && (r->end == REC_END_OURS || r->end == REC_END_LIMIT))
    judge_life(in, r, f);
  else if(!none)
    judge_cut(r, &b, f);
  beats_free(&b);
}

#define AUTHORING HTML_SSE "authoring-notes"
#define STAMPED                                                               \
  "curl -sN -m 65 {url} | while IFS= read -r l; do printf '%s %s\\n' "        \
  "\"$(date +%T.%N)\" \"$l\"; done"

static const struct check rows[] = {
    {.id = "heartbeat.present",
     .title = "In a silence something is sent about every 15 s",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "Proxies and load balancers cut connections that are silent: nginx "
         "after 60 s by default, others after 30 s to some minutes. Clients "
         "with a read timeout give up as well. And without bytes neither side "
         "notices that the other is gone: a page sits on a dead connection, "
         "the server keeps a dead subscriber.",
     .causes = "No heartbeat at all, or one that is longer than the shortest "
               "timeout on the way.",
     .fix = {{"nginx", "proxy_read_timeout above the heartbeat; it does not "
                       "replace one."},
             {"Node/Express", "setInterval(() => res.write(':\\n'), 15000), "
                              "cleared on 'close'."},
             {"Python/Starlette", "sse-starlette pings every 15 s unless "
                                  "ping= says otherwise."},
             {"Go", "A time.Ticker in the select: fmt.Fprint(w, \":\\n\") and "
                    "Flush."},
             {"Spring", "A scheduled emitter.send(SseEmitter.event()"
                        ".comment(\"\"))."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_present},
};

CHECK_GROUP(group_heartbeat, "heartbeat", rows);

static const struct check more_rows[] = {
    {.id = "heartbeat.starts",
     .title = "The first heartbeat comes within one period",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "The time from the response head to the first byte counts against "
         "the same timeouts. A first heartbeat that waits for a shared "
         "timer, or for the first event, lets new connections be cut before "
         "they saw one.",
     .causes = "The timer starts with the first event, or is one for all "
               "connections at long steps.",
     .fix = {{"any", "Send a comment at once, and start the timer when the "
                     "connection opens."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_starts},
    {.id = "heartbeat.jitter",
     .title = "Heartbeats are regular",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "A client that takes two missing heartbeats for a dead connection "
         "needs them in time. Intervals that vary by more than a fifth point "
         "at a busy event loop or at a buffer on the way.",
     .causes = "Blocking work on the event loop; a proxy that collects small "
               "writes.",
     .fix = {{"nginx", "proxy_buffering off; gzip off."},
             {"any", "Move blocking work off the loop that writes."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_jitter},
    {.id = "heartbeat.cost",
     .title = "Bytes per second of an idle connection",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "A measurement, chunk framing included, TCP and TLS headers not: "
         "with many idle subscribers the packets, each with its wake-up, are "
         "what heartbeats cost.",
     .causes = "A period much shorter than any timeout; long texts in "
               "comments.",
     .fix = {{"any", "\":\\n\" every 15 to 25 s."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_cost},
    {.id = "heartbeat.keeps-alive",
     .title = "An idle stream with heartbeats stays for five minutes",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = AUTHORING,
     .reference = "HTML: authoring notes",
     .rationale =
         "Heartbeats are sent so that the connection lives. If it is cut "
         "nevertheless, each client reconnects in that rhythm for ever, and "
         "a server that does not replay loses events in every gap.",
     .causes = "A timeout that counts from the start of the request "
               "(gunicorn's worker timeout, a gateway's request limit); one "
               "that counts only what the client sends; heartbeats held back "
               "by a buffer.",
     .fix = {{"nginx",
              "proxy_read_timeout above the heartbeat; proxy_buffering"
              " off, so that heartbeats pass."},
             {"Node/Express", "server.requestTimeout and server.timeout = 0 "
                              "for streams."},
             {"Python/Starlette", "gunicorn --timeout does not suit streams "
                                  "in sync workers; use async ones."},
             {"Go", "http.Server.WriteTimeout = 0, or "
                    "ResponseController.SetWriteDeadline per write."},
             {"Spring", "new SseEmitter(0L); "
                        "spring.mvc.async.request-timeout=-1."}},
     .reproduce = "time curl -sN -o /dev/null {url}",
     .judge = heartbeat_judge_keeps_alive,
     .skip = input_skip_finite},
};

CHECK_GROUP(group_heartbeat_more, "heartbeat", more_rows);
