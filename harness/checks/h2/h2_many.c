/* SPDX-License-Identifier: MIT
 * h2.*: streams beside each other on one connection. */
#include "base/clock.h"
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/h2/h2_common.h"

#define STREAMS_LEAST 100u /* RFC 9113 section 6.5.2 */
#define EVENTS_LEAST  3u   /* of each stream, to compare rates */

/* How streams of one role fared. */
struct crowd {
  size_t streams, good; /* good: an event stream */
  size_t events, bytes; /* of the one that got least */
  int64_t silence_ns;   /* the longest of all */
  const struct recording *worst;
};

/* The longest wait for bytes, from the head to the end. */
static int64_t silence_of(const struct recording *r)
{
  int64_t last = r->head.complete_ns, most = 0;
  size_t i;
  for(i = 0; i < r->body_reads; i++) {
    int64_t t = r->body_read[i].t_ns;
    most = t - last > most ? t - last : most;
    last = t;
  }
  return r->end_ns - last > most ? r->end_ns - last : most;
}

static void look_at(const struct check_input *in, enum role role,
                    struct crowd *c)
{
  size_t i;
  *c = (struct crowd){.streams = role_count(in, SCRIPT_H2_MANY, role),
                      .events = SIZE_MAX,
                      .bytes = SIZE_MAX};
  for(i = 0; i < c->streams; i++) {
    const struct recording *r = role_find(in, SCRIPT_H2_MANY, role, i);
    int64_t silence = silence_of(r);
    if(!input_is_stream(r)) {
      c->worst = r;
      continue;
    }
    c->good++;
    if(r->events < c->events && (c->good == 1 || c->good == i + 1))
      c->worst = r;
    c->events = r->events < c->events ? r->events : c->events;
    c->bytes = r->wire.n < c->bytes ? r->wire.n : c->bytes;
    c->silence_ns = silence > c->silence_ns ? silence : c->silence_ns;
  }
}

static void note(struct finding *f, const char *what, const struct crowd *c)
{
  if(c->good)
    finding_note(f,
                 "%s: %zu of %zu streams opened, at least %zu events each, "
                 "silent for at most %.0f ms",
                 what, c->good, c->streams, c->events,
                 (double)c->silence_ns / 1e6);
  else
    finding_note(f, "%s: 0 of %zu streams opened", what, c->streams);
}

/* Streams of one connection against connections of their own; false with the
 * finding set where that says nothing, or where it says it all. */
static bool compare(const struct check_input *in, struct finding *f,
                    const struct crowd *h2, const struct crowd *alone)
{
  int64_t event_ns = (int64_t)in->target->event_ns;
  f->recording = h2->worst;
  note(f, "on one HTTP/2 connection", h2);
  note(f, "on connections of their own", alone);
  if(!h2->streams || !alone->streams || alone->good < alone->streams) {
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu streams on one connection, and %zu of %zu on their own, "
                "could be opened to compare",
                h2->good, alone->good, alone->streams);
    return false;
  }
  f->timing = true;
  if(h2->good < h2->streams)
    finding_broken(f, "only %zu of %zu streams opened: %s", h2->good,
                   h2->streams, h2->worst->detail);
  else if(alone->events < EVENTS_LEAST) {
    f->timing = false;
    finding_set(f, VERDICT_UNTESTABLE,
                "too few events came (%zu) to compare how streams progress",
                alone->events);
  } else if(h2->events * 2 < alone->events)
    finding_broken(f,
                   "a stream got %zu events, those on connections of their "
                   "own at least %zu",
                   h2->events, alone->events);
  else if(h2->silence_ns > alone->silence_ns + event_ns)
    finding_broken(f,
                   "a stream was silent for %.0f ms, those on connections of "
                   "their own for at most %.0f ms",
                   (double)h2->silence_ns / 1e6,
                   (double)alone->silence_ns / 1e6);
  else {
    f->timing = false;
    return true;
  }
  return false;
}

static void h2_judge_multiplex(const struct check_input *in, struct finding *f)
{
  struct crowd h2, alone;
  if(!h2_connection(in, SCRIPT_H2_MANY, H2_PART_SHARED, f))
    return;
  look_at(in, ROLE_SHARED, &h2);
  look_at(in, ROLE_ALONE, &alone);
  if(compare(in, f, &h2, &alone))
    finding_set(f, VERDICT_PASS,
                "%zu streams on one connection got at least %zu events each, "
                "%zu on their own at least %zu",
                h2.streams, h2.events, alone.streams, alone.events);
}

/* The one that is left unread; NULL with the finding set where it was not held
 * back, or where more was sent than it may. */
static const struct recording *find_unread(const struct check_input *in,
                                           struct finding *f, size_t others)
{
  const struct recording *r = role_find(in, SCRIPT_H2_MANY, ROLE_UNREAD, 0);
  size_t window = r ? (size_t)r->label.window : 0;
  if(!r || !input_is_stream(r))
    finding_set(f, VERDICT_UNTESTABLE, "no stream could be left unread: %s",
                r ? r->detail : "none was opened");
  else if(r->end == REC_END_PROTOCOL || r->wire.n > window) {
    f->recording = r;
    finding_broken(f,
                   "more was sent than the window of %zu bytes lets pass: %s",
                   window, r->detail);
  } else if(others <= window)
    finding_set(f, VERDICT_UNTESTABLE,
                "too little came (%zu bytes) to hold a stream back whose "
                "window is %zu bytes",
                others, window);
  else
    return r;
  return NULL;
}

static void h2_judge_hol_stall(const struct check_input *in, struct finding *f)
{
  struct crowd siblings, alone;
  const struct recording *unread;
  if(!h2_connection(in, SCRIPT_H2_MANY, H2_PART_STALLED, f))
    return;
  look_at(in, ROLE_SIBLING, &siblings);
  look_at(in, ROLE_ALONE, &alone);
  unread = find_unread(in, f, alone.good ? alone.bytes : 0);
  if(unread && compare(in, f, &siblings, &alone))
    finding_set(f, VERDICT_PASS,
                "%zu streams went on (at least %zu events each) beside one "
                "that was held back after %zu bytes",
                siblings.streams, siblings.events, unread->wire.n);
}

/* The server takes no more requests and calls that no error: many do so after
 * a number of them. */
static bool is_retired(const struct recording *connection)
{
  return connection->label.goaway == H2_CODE_NO_ERROR;
}

static void h2_judge_cancel(const struct check_input *in, struct finding *f)
{
  const struct recording *c =
      h2_connection(in, SCRIPT_H2_MANY, H2_PART_CANCEL, f);
  const struct recording *one = role_find(in, SCRIPT_H2_MANY, ROLE_CANCEL, 0);
  const struct recording *after = role_find(in, SCRIPT_H2_MANY, ROLE_AFTER, 0);
  unsigned long long n = one ? (unsigned long long)one->label.of : 0;
  char told[RECORDING_TOLD_MAX];
  if(!c)
    return;
  finding_note(f, "%s", recording_told(c, told));
  if(!one || !input_is_stream(one)) {
    finding_set(f, VERDICT_UNTESTABLE, "no stream could be cancelled: %s",
                one ? one->detail : "none was opened");
    return;
  }
  f->recording = after ? after : one;
  if(after && input_is_stream(after))
    finding_set(f, VERDICT_PASS,
                "a stream opened behind %llu that were cancelled, on the same "
                "connection",
                n);
  else if(is_retired(c))
    finding_set(f, VERDICT_INFO,
                "the server retired the connection (GOAWAY NO_ERROR) while "
                "%llu streams were cancelled on it",
                n);
  else if(after && after->head.status)
    finding_broken(f,
                   "behind %llu cancelled streams the next one on the "
                   "connection was answered %d",
                   n, after->head.status);
  else {
    f->timing = after && after->end == REC_END_TIMEOUT;
    finding_broken(f,
                   "behind cancelled streams (%llu planned) the connection is "
                   "of no use: %s",
                   n, (after && c->end == REC_END_OURS ? after : c)->detail);
  }
}

static void h2_judge_max_streams(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *r = h2_connection(in, SCRIPT_H2, H2_PART_LOOK, f);
  long long n;
  if(!r)
    return;
  n = r->label.max_streams;
  if(n == LABEL_NO_LIMIT)
    finding_set(f, VERDICT_PASS, "no limit is set");
  else if(n < (long long)STREAMS_LEAST)
    finding_broken(f,
                   "SETTINGS_MAX_CONCURRENT_STREAMS is %lld: stream %lld of a "
                   "browser waits without a word",
                   n, n + 1);
  else
    finding_set(f, VERDICT_PASS, "%lld streams share a connection", n);
}

#define MANY SCRIPT(SCRIPT_H2_MANY)

#define LOOK SCRIPT(SCRIPT_H2)

static const struct check rows[] = {
    {.id = "h2.max-streams",
     .title = "A connection carries 100 streams or more",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.scripts = {LOOK}},
     .anchor = RFC_9113 "6.5.2",
     .reference = "RFC 9113 section 6.5.2",
     .rationale = "A browser opens no second connection to the same host: "
                  "beyond the limit its requests wait for a stream to end, "
                  "and event streams do not end.",
     .causes = "A limit lowered against floods of resets; a default of an "
               "embedded server.",
     .fix = {{"nginx", "http2_max_concurrent_streams 128; (the default)."},
             {"HAProxy", "tune.h2.max-concurrent-streams 100"},
             {"Apache", "H2MaxSessionStreams 100"},
             {"Node/Express", "http2.createSecureServer({settings: "
                              "{maxConcurrentStreams: 100}})"},
             {"Go", "http2.Server{MaxConcurrentStreams: 250}, the default."}},
     .reproduce = "nghttp -nv {url} | grep MAX_CONCURRENT_STREAMS",
     .judge = h2_judge_max_streams,
     .skip = h2_skip_plain},

    {.id = "h2.multiplex",
     .title = "Streams of one connection progress like separate ones",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {MANY}},
     .anchor = RFC_9113 "5",
     .reference = "RFC 9113 section 5",
     .rationale = "All tabs of a browser share one connection. Where it "
                  "serves one stream after the other, all but the first stand "
                  "still, and only with a second tab does anybody notice.",
     .causes = "A thread or a lock per connection that a stream holds while "
               "it waits for events; a scheduler that starves streams; one "
               "upstream connection for all.",
     .fix = {{"any", "Serve each stream in a task of its own, and hold no "
                     "lock of the connection while waiting."},
             {"Apache", "H2MaxWorkers above the number of open streams: each "
                        "holds a worker."},
             {"nginx", "No upstream limit below the streams: see max_conns "
                       "of the upstream's servers."}},
     .reproduce =
         "curl -sN -m 3 --http2 --parallel --parallel-immediate {url} "
         "{url} {url}",
     .judge = h2_judge_multiplex,
     .skip = h2_skip_plain},
    {.id = "h2.hol-stall",
     .title = "A stream that is not read holds no other one up",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {MANY}},
     .anchor = RFC_9113 "5.2.1",
     .reference = "RFC 9113 sections 5.2 and 6.9",
     .rationale = "A tab in the background may leave its stream unread. Flow "
                  "control is per stream so that the others go on; a server "
                  "that waits for one window lets the whole browser wait, and "
                  "one that ignores windows has its stream killed.",
     .causes = "A write that blocks the connection's only writer; one queue "
               "for all streams; a broadcast that awaits each client in "
               "turn.",
     .fix = {{"any", "Give each stream a bounded queue of its own, and drop "
                     "or end the stream whose queue is full; never await one "
                     "client's write in a loop over all."},
             {"Node/Express", "Look at what stream.write() returns, and wait "
                              "for 'drain' of that stream only."},
             {"Go", "A channel per client with select and default."}},
     .reproduce = "weir check {url} --mode full --only h2.hol-stall",
     .judge = h2_judge_hol_stall,
     .skip = h2_skip_plain},
    {.id = "h2.cancel",
     .title = "Cancelled streams leave the connection usable",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {MANY}},
     .anchor = RFC_9113 "5.1.2",
     .reference = "RFC 9113 sections 5.1.2 and 5.4.2",
     .rationale = "A browser resets a stream on each navigation and keeps the "
                  "connection. A stream that stays counted after its reset "
                  "uses the limit up: after a hundred page views that "
                  "browser gets nothing any more.",
     .causes = "A handler that waits for its next event and does not see the "
               "reset; a counter that a raised exception skips; a defence "
               "against floods of resets that a person's clicks trip.",
     .fix = {{"any", "End the handler when its stream is reset, as on a "
                     "closed connection."},
             {"Go", "Return on r.Context().Done()."},
             {"Node/Express", "stream.on('close', cleanup), also when "
                              "stream.aborted."},
             {"Python/Starlette", "await request.is_disconnected(), or let "
                                  "the generator be cancelled."},
             {"nginx", "keepalive_requests of 1000 or more; the connection "
                       "ends after so many streams."}},
     .reproduce = "weir check {url} --mode full --only h2.cancel",
     .judge = h2_judge_cancel,
     .skip = h2_skip_plain},
};

CHECK_GROUP(group_h2_many, "h2", rows);
