/* SPDX-License-Identifier: MIT
 * resume.* with ids that mean nothing (unknown, forgotten, from the future),
 * and what a replay costs. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_gate.h"
#include "checks/resume/resume_start.h"

static const struct recording *role(const struct check_input *in,
                                    enum role name, size_t n)
{
  return role_find(in, SCRIPT_RESUME_IDS, name, n);
}

/* A head is late where it takes longer than it may and longer than one that
 * comes with no id at all: a server that ticks each second is no slower for
 * the id. */
static bool is_late(const struct check_input *in, const struct recording *r)
{
  const struct recording *plain = input_exchange(in, EX_PLAIN);
  int64_t limit = (int64_t)in->target->head_ns +
                  (r->connected_ns > 0 ? r->connected_ns : 0);
  int64_t usual = plain && plain->head.status ? plain->head.complete_ns : 0;
  return r->head.complete_ns > limit &&
         r->head.complete_ns > usual + usual / 2;
}

/* The answer to an odd id: a stream that goes on.  false with the finding set
 * when it is not. */
static bool goes_on(const struct check_input *in, const struct starts *s,
                    const struct recording *r, struct finding *f)
{
  char told[RECORDING_TOLD_MAX];
  f->recording = r;
  if(r->head.status == 0) {
    f->timing = r->end == REC_END_TIMEOUT;
    finding_broken(f, "no response (%s %s)", recording_end_name(r->end),
                   recording_told(r, told));
  } else if(start_is_turned_away(in, r)) {
    finding_set(f, VERDICT_UNTESTABLE, START_TOO_MANY);
  } else if(!input_is_stream(r)) {
    finding_broken(f,
                   "answered %d instead of a stream: an EventSource gives "
                   "up for good",
                   r->head.status);
  } else if(is_late(in, r)) {
    f->timing = true;
    finding_broken(f, "the response head took %.0f ms",
                   (double)r->head.complete_ns / 1e6);
  } else if(!r->events && start_control_events(s, r)) {
    f->timing = true;
    finding_broken(f, "the stream stays silent while the control connection "
                      "gets events");
  } else if(!r->events) {
    finding_set(f, VERDICT_UNTESTABLE,
                "no event was published while the connection was open");
  } else
    return true;
  finding_show_head(f, r);
  return false;
}

static void resume_judge_unknown_id(const struct check_input *in,
                                    struct finding *f)
{
  struct starts s;
  const struct recording *r;
  struct start x;
  if(!starts_read(in, &s, f))
    return;
  r = role(in, ROLE_UNKNOWN, 0);
  if(!r) {
    finding_set(f, VERDICT_UNTESTABLE, "no such request was made");
    return;
  }
  if(!goes_on(in, &s, r, f))
    return;
  x = start_of(&s, r);
  finding_set(f, VERDICT_PASS, "an id that was never given leads to %s",
              x.replayed     ? "a replay"
              : x.place >= 0 ? "the live stream"
                             : "a stream that begins with other events");
  start_show(&s, &x, f);
}

/* First and newest number after a resume from the first number of all. */
static bool read_window(const struct check_input *in, struct finding *f,
                        uint64_t *first, uint64_t *newest)
{
  struct starts s;
  const struct recording *r;
  struct start x;
  uint64_t asked;
  if(!starts_open(in, &s, f))
    return false;
  r = role(in, ROLE_OLDEST, 0);
  if(!r) {
    finding_set(f, VERDICT_SKIP,
                "ids are no plain numbers: an early one cannot be guessed");
    return false;
  }
  if(!goes_on(in, &s, r, f))
    return false;
  x = start_of(&s, r);
  if(!x.first || !walk_number(x.first->id, first) ||
     !walk_number(sent_header(r, "Last-Event-ID"), &asked)) {
    finding_set(f, VERDICT_UNTESTABLE, "no numbered event came");
    start_show(&s, &x, f);
    return false;
  }
  *newest = 0;
  for(size_t i = 0; i < s.control->events; i++) {
    uint64_t v;
    int64_t t = (int64_t)s.control->started_real_ns + s.control->event[i].t_ns;
    if(t < (int64_t)r->started_real_ns &&
       walk_number(s.control->event[i].id, &v))
      *newest = v > *newest ? v : *newest;
  }
  if(*newest <= asked || *first > *newest)
    *newest = *first;
  start_show(&s, &x, f);
  *first -= asked + 1 <= *first ? asked + 1 : 0;
  *newest -= asked;
  return true;
}

static void resume_judge_expired_id(const struct check_input *in,
                                    struct finding *f)
{
  uint64_t missing, published;
  if(!read_window(in, f, &missing, &published))
    return;
  if(!missing)
    finding_set(f, VERDICT_SKIP,
                "the history goes back to the first of %" PRIu64
                " events: nothing is forgotten yet",
                published);
  else if(in->target->history_events &&
          published - missing < in->target->history_events)
    finding_broken(f,
                   "%" PRIu64 " events are declared to be kept, but only "
                   "%" PRIu64 " were replayed",
                   in->target->history_events, published - missing);
  else
    finding_set(f, VERDICT_PASS,
                "a forgotten id leads to a stream; %" PRIu64 " of %" PRIu64
                " events were gone (see resume.gap-signal)",
                missing, published);
}

/* Something before the first numbered event, or a header, that says so. */
static bool signals_gap(const struct recording *r)
{
  if(recording_count_field(&r->head, "Mercure-Last-Event-ID") ||
     recording_count_field(&r->head, "Last-Event-ID"))
    return true;
  return r->events && !r->event[0].id_in_block &&
         !slice_eq_cstr(r->event[0].type, "message");
}

static void resume_judge_gap_signal(const struct check_input *in,
                                    struct finding *f)
{
  uint64_t missing, published;
  const struct recording *r;
  if(!read_window(in, f, &missing, &published))
    return;
  r = f->recording;
  if(!missing) {
    finding_set(f, VERDICT_SKIP,
                "nothing is forgotten yet: there is no gap to signal");
    return;
  }
  if(signals_gap(r))
    finding_set(f, VERDICT_PASS, "a gap of %" PRIu64 " events is signalled",
                missing);
  else
    finding_broken(f,
                   "%" PRIu64 " events were gone and nothing tells the "
                   "client so",
                   missing);
}

static void resume_judge_window(const struct check_input *in,
                                struct finding *f)
{
  uint64_t missing, published;
  if(!read_window(in, f, &missing, &published))
    return;
  if(missing)
    finding_set(f, VERDICT_INFO,
                "the newest %" PRIu64 " of %" PRIu64 " events can be replayed",
                published - missing, published);
  else
    finding_set(f, VERDICT_INFO,
                "all %" PRIu64 " events so far can be replayed", published);
}

static void resume_judge_future_id(const struct check_input *in,
                                   struct finding *f)
{
  struct starts s;
  struct start x;
  const struct recording *r;
  if(!starts_open(in, &s, f))
    return;
  r = role(in, ROLE_FUTURE, 0);
  if(!r)
    finding_set(f, VERDICT_SKIP,
                "ids are no plain numbers: there is no later one to guess");
  else if(r->head.status == 204)
    finding_set(f, VERDICT_PASS,
                "beyond the last id the stream is said to be over (204)");
  else if(goes_on(in, &s, r, f)) {
    x = start_of(&s, r);
    finding_set(f, VERDICT_PASS,
                "an id from the future leads to a stream that goes on");
    start_show(&s, &x, f);
  }
}

/* From the request to the event that was the newest when it was sent; -1 when
 * it did not get so far. */
static int64_t catch_up_ns(const struct starts *s, const struct recording *r)
{
  int64_t asked = (int64_t)r->started_real_ns + r->request_ns;
  const struct recorded_event *newest = NULL;
  for(size_t i = 0; i < s->control->events; i++) {
    const struct recorded_event *e = &s->control->event[i];
    if(e->id_in_block &&
       (int64_t)s->control->started_real_ns + e->t_ns < asked)
      newest = e;
  }
  for(size_t i = 0; newest && i < r->events; i++) {
    if(slice_eq(r->event[i].id, newest->id))
      return r->event[i].t_ns - r->request_ns;
  }
  return -1;
}

static void resume_judge_cost(const struct check_input *in, struct finding *f)
{
  struct starts s;
  size_t all = role_count(in, SCRIPT_RESUME_IDS, ROLE_REPLAY), n = 0;
  int64_t *t;
  if(!starts_open(in, &s, f))
    return;
  t = calloc(all + 1, sizeof(*t));
  if(!t) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return;
  }
  for(size_t i = 0; i < all; i++) {
    int64_t took = catch_up_ns(&s, role(in, ROLE_REPLAY, i));
    if(took >= 0)
      t[n++] = took;
  }
  times_sort(t, n);
  if(n)
    finding_set(f, VERDICT_INFO,
                "%zu of %zu replays at once caught up; after %.1f ms (median) "
                "and %.1f ms (slowest)",
                n, all, (double)t[n / 2] / 1e6, (double)t[n - 1] / 1e6);
  else
    finding_set(f, VERDICT_SKIP,
                "nothing to measure: none of %zu replays reached what was "
                "the newest event",
                all);
  free(t);
}

#define WITH(value) "curl -siN -m 3 -H 'Last-Event-ID: " value "' {url}"
#define SINGLE      .needs = {.scripts = {SCRIPT(SCRIPT_RESUME_IDS)}}

static const struct check rows[] = {
    {.id = "resume.unknown-id",
     .title = "An id that was never given leads to a live stream",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "After a restart or a change of storage clients come with "
                  "ids nobody knows, and cannot be told to forget them: an "
                  "error status ends an EventSource for good, silence "
                  "leaves it hanging.",
     .causes = "An exception on a missing key; waiting for an id that never "
               "comes; a foreign-key lookup.",
     .fix = {{"any", "Treat it as expired: answer 200, signal the gap in "
                     "band, go on live or from the oldest event."}},
     .reproduce = WITH("7f9c24e8-3b12-4fef-91e0-5a4b7f3c2d10"),
     .judge = resume_judge_unknown_id,
     .skip = resume_skip},
    {.id = "resume.expired-id",
     .title = "An id older than the history leads to a stream",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A laptop that slept for a night comes back with an old "
                  "id. It needs a stream, not an error, and should get what "
                  "is still kept.",
     .causes = "An index outside of the ring buffer; 404 or 410 for an old "
               "id.",
     .fix = {{"any", "Replay from the oldest event that is kept, and signal "
                     "the gap."}},
     .reproduce = WITH("1"),
     .judge = resume_judge_expired_id,
     .skip = resume_skip},
    {.id = "resume.gap-signal",
     .title = "A gap is told to the client",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A client that knows of the gap can fetch the state anew; "
                  "one that does not shows old data. EventSource hides "
                  "response headers, so an event is the best way.",
     .causes = "The standard is silent about it, so nobody thought of it.",
     .fix = {{"any", "Send an event such as \"event: reset\" before the "
                     "first one that is kept."}},
     .reproduce = WITH("1"),
     .judge = resume_judge_gap_signal,
     .skip = resume_skip},
    {.id = "resume.window",
     .title = "How many events can be replayed",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A measurement: history divided by the rate of events is "
                  "how long a client may be away.",
     .causes = "",
     .fix = {{"any", "Keep at least some minutes of events."}},
     .reproduce = WITH("1"),
     .judge = resume_judge_window,
     .skip = resume_skip},
    {.id = "resume.future-id",
     .title = "An id from the future does not stall the stream",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "After a restore from backup, clients are ahead of the "
                  "server. One that filters id > last sends them nothing "
                  "until it has caught up, perhaps never.",
     .causes = "A live filter on id > Last-Event-ID.",
     .fix = {{"any", "Treat an id greater than the newest as unknown."}},
     .reproduce = WITH("999999999"),
     .judge = resume_judge_future_id,
     .skip = resume_skip},
};

CHECK_GROUP(group_resume_odd, "resume (single)", rows);

static const struct check resume_odd_more_rows[] = {
    {.id = "resume.cost",
     .title = "How long many replays at once take",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "N",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "A measurement: after a network outage everybody replays "
                  "at the same moment.",
     .causes = "A database query per reconnect.",
     .fix = {{"any", "Keep the newest events in memory."}},
     .reproduce = WITH("K"),
     .judge = resume_judge_cost,
     .skip = resume_skip},
};

CHECK_GROUP(group_resume_odd_more, "resume (single)", resume_odd_more_rows);
