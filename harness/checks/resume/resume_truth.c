/* SPDX-License-Identifier: MIT
 * resume.* against the control connection: loss, duplicates, order, content,
 * ids, and what a reconnect begins with. */
#include <math.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_gate.h"

#define FEW_EVENTS 5 /* with fewer, nothing is claimed */
/* of the normal distribution, 95 % */
#define Z95 1.959964

static const struct walk_event *first_of(const struct resume_walk *w,
                                         size_t piece)
{
  for(size_t i = 0; i < w->victim.n; i++) {
    if(w->victim.at[i].piece == piece)
      return &w->victim.at[i];
  }
  return NULL;
}

static size_t committed(const struct resume_walk *w)
{
  size_t n = 0;
  for(size_t i = 0; i < w->victim.n; i++)
    n += w->victim.at[i].committed;
  return n;
}

static bool enough(const struct resume_walk *w, struct finding *f)
{
  size_t n = committed(w);
  if(n >= FEW_EVENTS)
    return true;
  finding_set(f, VERDICT_UNTESTABLE,
              "only %zu events came over %zu reconnects: too few to tell", n,
              w->resumed);
  return false;
}

static void judge_kind(const struct check_input *in, struct finding *f,
                       enum walk_kind kind, const char *good)
{
  struct resume_walk w;
  if(!walk_open(in, SCRIPT_RESUME, &w, f))
    return;
  if(w.count[kind] && kind == WALK_TWICE &&
     in->target->resume == RESUME_AT_LEAST_ONCE)
    finding_set(f, VERDICT_WARN,
                "%zu events came twice over %zu reconnects (declared "
                "at-least-once)",
                w.count[kind], w.resumed);
  else if(w.count[kind])
    finding_broken(f, "%zu events %s (%zu came in all) over %zu reconnects",
                   w.count[kind],
                   kind == WALK_LOST       ? "were lost"
                   : kind == WALK_TWICE    ? "came twice"
                   : kind == WALK_PERMUTED ? "came out of order"
                                           : "came with other content",
                   committed(&w), w.resumed);
  else if(enough(&w, f))
    finding_set(f, VERDICT_PASS, "%s: %zu events over %zu reconnects", good,
                committed(&w), w.resumed);
  walk_show(&w, kind, f);
  walk_close(&w);
}

static void resume_judge_no_loss(const struct check_input *in,
                                 struct finding *f)
{
  judge_kind(in, f, WALK_LOST, "nothing was lost");
}

static void resume_judge_no_dup(const struct check_input *in,
                                struct finding *f)
{
  judge_kind(in, f, WALK_TWICE, "nothing came twice");
}

static void resume_judge_order(const struct check_input *in, struct finding *f)
{
  judge_kind(in, f, WALK_PERMUTED, "the control's order was kept");
}

static void resume_judge_same_bytes(const struct check_input *in,
                                    struct finding *f)
{
  struct resume_walk w;
  bool comparable;
  if(!walk_open(in, SCRIPT_RESUME, &w, f))
    return;
  comparable = w.comparable;
  if(!comparable)
    finding_set(f, VERDICT_SKIP,
                w.by_number
                    ? "each connection has events of its own: there is no "
                      "second copy to compare with"
                    : "even live events differ from connection to "
                      "connection: replayed ones cannot be compared");
  walk_close(&w);
  if(comparable)
    judge_kind(in, f, WALK_OTHER_BYTES, "replayed events equal the live ones");
}

static void resume_judge_ids_stable(const struct check_input *in,
                                    struct finding *f)
{
  struct resume_walk w;
  if(!walk_build(in, SCRIPT_RESUME, &w, f)) {
    walk_close(&w);
    return;
  }
  if(!w.control.n)
    resume_no_ids(in, f);
  else if(w.count[WALK_OTHER_ID]) {
    finding_broken(f,
                   "%zu of %zu events came under an id that is not the one "
                   "on the control connection",
                   w.count[WALK_OTHER_ID], w.victim.n);
    walk_show(&w, WALK_OTHER_ID, f);
  } else if(w.by_number)
    finding_set(f, VERDICT_SKIP,
                "each connection has events of its own: ids have nothing in "
                "common but their numbers");
  else if(w.matched >= FEW_EVENTS && w.matched >= w.unmatched)
    finding_set(f, VERDICT_PASS, "%zu of %zu ids are the control's", w.matched,
                w.victim.n);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "only %zu of %zu ids were seen on the control connection too",
                w.matched, w.victim.n);
  walk_close(&w);
}

static void resume_judge_exclusive(const struct check_input *in,
                                   struct finding *f)
{
  struct resume_walk w;
  size_t same = 0, seen = 0;
  if(!walk_open(in, SCRIPT_RESUME, &w, f))
    return;
  for(size_t k = 1; k <= w.pieces; k++) {
    const struct walk_event *e = first_of(&w, k);
    if(!w.piece[k].last_id.p || !e)
      continue;
    seen++;
    if(!slice_eq(walk_id(e), w.piece[k].last_id))
      continue;
    same++;
    f->recording = e->r;
    if(same <= WALK_SHOWN)
      finding_note(f, "%s sent Last-Event-ID %.*s and got that event first",
                   e->r->name, (int)w.piece[k].last_id.n,
                   w.piece[k].last_id.p);
  }
  if(same)
    finding_broken(f,
                   "%zu of %zu replays began with the event whose id was "
                   "given; it must begin with the one after",
                   same, seen);
  else if(seen)
    finding_set(f, VERDICT_PASS, "none of %zu replays began with the given id",
                seen);
  else
    finding_set(f, VERDICT_UNTESTABLE, "no reconnect brought an event");
  walk_close(&w);
}

static void resume_judge_first_has_id(const struct check_input *in,
                                      struct finding *f)
{
  struct resume_walk w;
  size_t seen = 0, bare = 0;
  if(!walk_open(in, SCRIPT_RESUME, &w, f))
    return;
  for(size_t k = 1; k <= w.pieces; k++) {
    const struct recording *r = w.piece[k].r;
    if(!w.piece[k].last_id.p || !r->events)
      continue;
    seen++;
    if(r->event[0].id_in_block)
      continue;
    bare++;
    f->recording = r;
    if(bare == 1)
      finding_show_body(f, r, r->event[0].offset,
                        r->event[0].end - r->event[0].offset);
  }
  if(bare)
    finding_broken(f, "%zu of %zu reconnects began with an event without id",
                   bare, seen);
  else if(seen)
    finding_set(f, VERDICT_PASS,
                "the first event after each of %zu reconnects carried an id",
                seen);
  else
    finding_set(f, VERDICT_UNTESTABLE, "no reconnect brought an event");
  walk_close(&w);
}

/* A reset in the middle of an event: is there something in this connection
 * that the victim did not take in? */
static bool was_inside(const struct resume_walk *w, size_t k)
{
  const struct recording *r = w->piece[k].r;
  size_t end = r->events ? r->event[r->events - 1].end : 0;
  if(r->label.cut != TOLD_RST && r->label.cut != TOLD_STALL)
    return false;
  for(size_t i = 0; i < w->victim.n; i++) {
    if(w->victim.at[i].piece == k && !w->victim.at[i].committed)
      return true;
  }
  return r->events && r->body.n > end;
}

static void resume_judge_after_rst(const struct check_input *in,
                                   struct finding *f)
{
  struct resume_walk w;
  char told[RECORDING_TOLD_MAX];
  size_t seen = 0, bad = 0;
  if(!walk_open(in, SCRIPT_RESUME, &w, f))
    return;
  for(size_t k = 1; k < w.pieces; k++) {
    const struct walk_piece *p = &w.piece[k + 1];
    if(!was_inside(&w, k) || p->last_place < 0 || p->first_place < 0)
      continue;
    seen++;
    /* From an earlier place the event comes as well: at-least-once is another
     * check's matter (resume.exclusive, resume.no-dup). */
    if(p->first_place <= p->last_place + 1)
      continue;
    bad++;
    f->recording = p->r;
    finding_note(f,
                 "%s (%s) was reset inside the event behind id %.*s; %s then "
                 "began %ld places from it",
                 w.piece[k].r->name, recording_told(w.piece[k].r, told),
                 (int)p->last_id.n, p->last_id.p, p->r->name,
                 p->first_place - p->last_place);
  }
  if(bad)
    finding_broken(f,
                   "after %zu of %zu resets inside an event the reconnect "
                   "began behind that event",
                   bad, seen);
  else if(seen)
    finding_set(f, VERDICT_PASS,
                "after each of %zu resets inside an event it came again, "
                "whole",
                seen);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "no reset fell inside an event and was followed by another "
                "one");
  walk_close(&w);
}

/* Wilson score interval of x in n, as counts per 1,000. */
static void wilson(size_t x, size_t n, double *low, double *high)
{
  double p = (double)x / (double)n, z = Z95 * Z95, m = (double)n;
  double centre = p + z / (2 * m);
  double half = Z95 * sqrt(p * (1 - p) / m + z / (4 * m * m));
  *low = 1000 * (centre - half) / (1 + z / m);
  *high = 1000 * (centre + half) / (1 + z / m);
  if(*low < 0)
    *low = 0;
}

/* Reconnects after which something was wrong. */
static size_t broken_seams(const struct resume_walk *w)
{
  size_t n = 0;
  for(size_t k = 1; k <= w->pieces; k++)
    n += w->piece[k].flawed;
  return n;
}

static void resume_judge_seam(const struct check_input *in, struct finding *f)
{
  struct resume_walk w;
  double low, high;
  /* Quick reconnects miss too little to show whether resuming is offered: the
   * slower script knows. */
  if(!walk_open(in, SCRIPT_RESUME, &w, f))
    return;
  walk_close(&w);
  if(!walk_build(in, SCRIPT_SEAM, &w, f)) {
    walk_close(&w);
    return;
  }
  if(!w.resumed || w.matched * 2 < w.victim.n)
    finding_set(f, VERDICT_UNTESTABLE,
                "the %zu quick reconnects brought no events to compare",
                w.resumed);
  else if(w.count[WALK_LOST] || w.count[WALK_TWICE]) {
    wilson(broken_seams(&w), w.resumed, &low, &high);
    finding_broken(f,
                   "%zu lost and %zu repeated events over %zu quick "
                   "reconnects; %zu hand-overs went wrong (95 %%: "
                   "%.0f to %.0f of 1000)",
                   w.count[WALK_LOST], w.count[WALK_TWICE], w.resumed,
                   broken_seams(&w), low, high);
  } else if(enough(&w, f))
    finding_set(f, VERDICT_PASS,
                "no loss and no repeat in %zu quick reconnects with %zu "
                "events (rate < 3/%zu)",
                w.resumed, committed(&w), w.resumed);
  walk_show(&w, WALK_LOST, f);
  walk_show(&w, WALK_TWICE, f);
  walk_close(&w);
}

#define REPRODUCE                                                             \
  "curl -sN -m 3 {url} | grep '^id' | tail -1; "                              \
  "curl -sN -m 3 -H 'Last-Event-ID: THAT-ID' {url}"
#define LOG_FIRST                                                             \
  "Keep events in one log with increasing ids; a stream is a position in "    \
  "that log, read from it for old and new events alike."

static const struct check rows[] = {
    {.id = "resume.exclusive",
     .title = "A replay begins behind the given id, not with it",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "The client has that event: it says so by sending its id. "
                  "Getting it again after every reconnect makes counters "
                  "wrong and messages appear twice.",
     .causes = "id >= last instead of id > last; a list index used as an id.",
     .fix = {{"any", "Select events with an id greater than the given one."},
             {"Node/Express", "With Redis streams: XREAD takes an exclusive "
                              "id, XRANGE an inclusive one; write (ID."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_exclusive,
     .skip = resume_skip},
    {.id = "resume.no-loss",
     .title = "Nothing is lost over a reconnect",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Mobile clients reconnect all day. A client that resumes with its "
         "last id believes that it saw everything; what is missing shows "
         "nowhere, as a stale screen or a chat with a hole.",
     .causes = "Subscribing to live events after the replay was read; a "
               "replay that begins one too late; a history that is too "
               "short; events published to those who are connected only.",
     .fix = {{"any", LOG_FIRST},
             {"Node/Express", "Subscribe first, queue what comes, send the "
                              "replay, then the queue without repeats."},
             {"Go", "Take the position and the subscription under one lock."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_no_loss,
     .skip = resume_skip},
    {.id = "resume.no-dup",
     .title = "Nothing comes twice over a reconnect",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "EventSource has no memory of what it dispatched: each "
                  "repeat runs the page's handler again. Declare resume: "
                  "at-least-once where consumers remove repeats themselves.",
     .causes = "A replay that overlaps the live queue; id >= last; a fixed "
               "number of events replayed whatever the id says.",
     .fix = {{"any", LOG_FIRST},
             {"Node/Express", "Drop live events with an id not greater than "
                              "the last one replayed."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_no_dup,
     .skip = resume_skip},
    {.id = "resume.order",
     .title = "A resumed stream keeps the order",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "The client remembers the id that came last. When an older "
                  "event comes after a newer one, the next reconnect asks "
                  "for the wrong place, and updates are applied backwards.",
     .causes = "Live events sent before the replay is finished; ids sorted "
               "as text (10 before 9); a query without ORDER BY.",
     .fix = {{"any", "Finish the replay before the first live event. "
                     "Compare ids as numbers."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_order,
     .skip = resume_skip},
    {.id = "resume.same-bytes",
     .title = "A replayed event is the event that was sent live",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "Two clients that saw the same ids must know the same "
                  "things. Members of JSON data that differ on every "
                  "connection even live, times near now and checksums beside "
                  "them are left aside: a server may stamp what it sends.",
     .causes = "The replay comes from a database in another shape; the type "
               "is not stored; data is encoded twice.",
     .fix = {{"any", "Store the encoded event, or encode stored and live "
                     "events in one function."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_same_bytes,
     .skip = resume_skip},
    {.id = "resume.ids-stable",
     .title = "An event has the same id on every connection",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "An id is a position in the server's history. A counter "
                  "that starts anew with each connection, or a random id, "
                  "means something else on the next one: clients resume at "
                  "the wrong place.",
     .causes = "A counter inside the handler; uuid() per delivery; each "
               "worker process counting for itself.",
     .fix = {{"any", "Give the id when the event is published, once, and "
                     "store it with the event."},
             {"Node/Express", "Move let id = 0 out of the route handler; with "
                              "cluster, let Redis or the database count."},
             {"Python/Starlette",
              "With several uvicorn workers, count outside of the process."}},
     .reproduce = "curl -sN -m 2 {url} & curl -sN -m 2 {url}; wait",
     .judge = resume_judge_ids_stable,
     .skip = resume_skip},
    {.id = "resume.seam",
     .title = "Replay and live stream meet without gap or overlap",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_SEAM), SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Most hand-written servers read the history and then subscribe, or "
         "the other way round. What is published in between is lost or comes "
         "twice; it happens once in hundreds of reconnects and is never "
         "found by hand.",
     .causes = "No lock or sequence over \"read history\" and \"subscribe\".",
     .fix = {{"any", LOG_FIRST},
             {"Node/Express", "await between reading the history and "
                              "subscribing is the gap: subscribe first."},
             {"Go", "Snapshot and channel registration in one critical "
                    "section."}},
     .reproduce = "while :; do timeout 0.1 curl -sN -H 'Last-Event-ID: "
                  "LAST' {url}; done",
     .judge = resume_judge_seam,
     .skip = resume_skip},
    {.id = "resume.first-has-id",
     .title = "The first event after a resume carries an id",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "By the letter of the standard a new stream starts with an "
                  "empty id buffer: an event without id resets the client's "
                  "position. Clients that follow the letter then resume "
                  "from nowhere.",
     .causes = "A greeting event (\"connected\") in front of the replay; ids "
               "only on some types.",
     .fix = {{"any", "Send the greeting as a comment, or with the id that "
                     "the client came with."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_first_has_id,
     .skip = resume_skip},
    {.id = "resume.after-rst",
     .title = "An event that was cut in the middle comes again",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "A client drops half an event and resumes from the one "
                  "before. A server that keeps its own idea of what was "
                  "delivered (bytes handed to the kernel) skips it.",
     .causes = "Positions kept on the server per session and moved on "
               "write().",
     .fix = {{"any", "Believe the client's Last-Event-ID, not what was "
                     "written."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_after_rst,
     .skip = resume_skip},
};

CHECK_GROUP(group_resume, "resume", rows);
