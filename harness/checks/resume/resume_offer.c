/* SPDX-License-Identifier: MIT
 * resume.*: is resuming offered where ids are sent, and what does one get
 * who has missed nothing, or who never had an id? */
#include <string.h>

#include "base/clock.h"
#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_gate.h"

#define FEW        3 /* with fewer events nothing is claimed */
#define LIVED_NS   ((int64_t)NS_PER_SEC) /* what took so long came live */
#define AT_ONCE    4                     /* so many times faster is a replay */
#define EVENTS_MAX 2000

static void show_refusal(const struct resume_walk *w, struct finding *f)
{
  finding_broken(f,
                 "ids are sent, but %s: what is published while a client is "
                 "away is lost to it (%zu of %zu reconnects went on behind "
                 "the id)",
                 walk_refusal(w), w->went_on, w->can_tell);
  for(size_t k = 1; k <= w->pieces; k++) {
    if(w->piece[k].last_id.p && w->piece[k].events)
      f->recording = w->piece[k].r;
  }
}

static void resume_judge_offered(const struct check_input *in,
                                 struct finding *f)
{
  struct resume_walk w;
  if(!walk_build(in, SCRIPT_RESUME, &w, f)) {
    walk_close(&w);
    return;
  }
  if(!w.control.n)
    resume_no_ids(in, f);
  else if(w.count[WALK_OTHER_ID] * 2 > w.victim.n)
    finding_set(f, VERDICT_UNTESTABLE,
                "ids differ from connection to connection (see "
                "resume.ids-stable)");
  else if(!w.can_tell)
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu reconnects, but no event was published while the victim "
                "was away",
                w.resumed);
  else if(walk_refusal(&w))
    show_refusal(&w, f);
  else
    finding_set(f, VERDICT_PASS,
                "%zu of %zu reconnects went on behind the given id%s",
                w.went_on, w.can_tell,
                w.by_number ? " (a stream of its own for each connection, "
                              "matched by number)"
                            : "");
  walk_close(&w);
}

/* The id that it sent was the newest of all until its answer began. */
static bool had_newest(const struct resume_walk *w, const struct walk_piece *p)
{
  size_t next = (size_t)p->last_place + 1;
  int64_t begun = (int64_t)p->r->started_real_ns + p->r->head.complete_ns;
  if(!p->last_id.p || p->last_place < 0 || !p->events || w->by_number)
    return false;
  return next >= w->control.n || w->control.at[next].real_ns > begun;
}

/* It began with what is older than the id that it sent: as the control had
 * it, or by their numbers. */
static bool began_with_old(const struct resume_walk *w,
                           const struct walk_piece *p)
{
  uint64_t first, last;
  if(p->first_place >= 0)
    return p->first_place < p->last_place;
  for(size_t i = 0; i < p->r->events; i++) {
    struct slice id = p->r->event[i].id;
    if(p->r->event[i].id_in_block && id.n)
      return !w->by_number && walk_number(id, &first) &&
             walk_number(p->last_id, &last) && first < last;
  }
  return false;
}

/* Adds up over one script. */
static void count_newest(const struct resume_walk *w, size_t *seen,
                         size_t *old, struct finding *f)
{
  for(size_t k = 1; k <= w->pieces; k++) {
    const struct walk_piece *p = &w->piece[k];
    if(!had_newest(w, p))
      continue;
    ++*seen;
    if(!began_with_old(w, p))
      continue;
    f->recording = p->r;
    if(++*old <= WALK_SHOWN)
      finding_note(f,
                   "%s sent Last-Event-ID %.*s, the newest, and got what "
                   "is older",
                   p->r->name, (int)p->last_id.n, p->last_id.p);
  }
}

static void resume_judge_newest(const struct check_input *in,
                                struct finding *f)
{
  static const enum script_id script[] = {SCRIPT_RESUME, SCRIPT_SEAM};
  struct resume_walk w;
  size_t seen = 0, old = 0;
  if(!walk_open(in, SCRIPT_RESUME, &w, f))
    return;
  walk_close(&w);
  for(size_t i = 0; i < 2; i++) {
    if(walk_build(in, script[i], &w, f))
      count_newest(&w, &seen, &old, f);
    walk_close(&w);
  }
  if(old)
    finding_broken(f,
                   "after %zu of %zu resumes from the newest id old events "
                   "came again",
                   old, seen);
  else if(seen >= FEW)
    finding_set(f, VERDICT_PASS,
                "%zu resumes from the newest id: none "
                "brought an old event",
                seen);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "only %zu reconnects came with the newest id", seen);
}

/* The only event of r that is the same; NULL for none or several. */
static const struct recorded_event *only_same(const struct recording *r,
                                              const struct recorded_event *e)
{
  const struct recorded_event *found = NULL;
  for(size_t i = 0; i < r->events; i++) {
    if(!walk_same_event(&r->event[i], e))
      continue;
    if(found)
      return NULL;
    found = &r->event[i];
  }
  return found;
}

/* How many events of the first connection came again on the later one, which
 * begins as that one did, all at once where they were live before. */
static size_t count_replayed(const struct recording *first,
                             const struct recording *later)
{
  const struct recorded_event *a = NULL, *b = NULL, *was = NULL, *is = NULL;
  size_t n = 0;
  if(!later->events || first->events < FEW || first->events > EVENTS_MAX ||
     !walk_same_event(&first->event[0], &later->event[0]))
    return 0;
  for(size_t i = 0; i < later->events && i < EVENTS_MAX; i++) {
    b = &later->event[i];
    a = only_same(first, b);
    if(!a)
      continue;
    if(!n++) {
      was = a;
      is = b;
    } else if(a->t_ns - was->t_ns >= LIVED_NS &&
              (b->t_ns - is->t_ns) * AT_ONCE < a->t_ns - was->t_ns)
      return i + 1;
  }
  return 0;
}

/* Of streams with ids it is a replay for everybody only where the id makes no
 * difference.  false with the finding set. */
static bool is_for_everybody(const struct check_input *in, struct finding *f)
{
  struct resume_walk w;
  bool refused;
  if(!in->target->ids)
    return true;
  if(!input_script(in, SCRIPT_RESUME, 0)) {
    finding_set(f, VERDICT_UNTESTABLE, "the exchange \"resume\" was not made");
    return false;
  }
  if(!walk_build(in, SCRIPT_RESUME, &w, f)) {
    walk_close(&w);
    return false;
  }
  refused = w.control.n && w.can_tell && walk_refusal(&w);
  walk_close(&w);
  if(!refused)
    finding_set(f, VERDICT_PASS,
                "newcomers get what came before; who comes with an id goes on "
                "behind it");
  return refused;
}

static void resume_judge_replay_all(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *first = input_stream(in, EX_PLAIN, f);
  const struct recording *later = input_script(in, SCRIPT_FINISHED, 0);
  size_t again;
  if(!first)
    return;
  f->timing = true;
  f->recording = later;
  again = count_replayed(first, later);
  if(first->events < FEW || !input_is_stream(later) || !later->events)
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu events came before another connection was made, and %zu "
                "on that one",
                first->events, later->events);
  else if(!again)
    finding_set(f, VERDICT_PASS,
                "a later connection does not begin with all that came live "
                "before");
  else if(is_for_everybody(in, f))
    finding_broken(f,
                   "a later connection begins as the first did, with all that "
                   "came live since: %zu events at once or more, with each "
                   "reconnect again",
                   again);
}

#define REPRODUCE                                                             \
  "curl -sN -m 3 {url} | grep '^id' | tail -1; "                              \
  "curl -sN -m 3 -H 'Last-Event-ID: THAT-ID' {url}"
#define LOG_FIRST                                                             \
  "Keep events in one log with increasing ids; a stream is a position in "    \
  "that log, read from it for old and new events alike."

static const struct check rows[] = {
    {.id = "resume.offered",
     .title = "A reconnect goes on behind the given id",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Every EventSource sends the last id it saw. A server that gives "
         "ids and ignores that header promises something it does not keep: "
         "what is published during each reconnect is lost in silence.",
     .causes = "Ids added for their looks; a handler that never reads the "
               "header; a proxy that drops it.",
     .fix = {{"any", "Read Last-Event-ID and replay from there, or send no "
                     "ids at all. " LOG_FIRST},
             {"Node/Express", "req.get('Last-Event-ID')."},
             {"Python/Starlette", "request.headers.get(\"last-event-id\")."},
             {"Go", "r.Header.Get(\"Last-Event-ID\")."},
             {"Spring", "@RequestHeader(name = \"Last-Event-ID\", required = "
                        "false)."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_offered,
     .skip = resume_skip},
    {.id = "resume.newest",
     .title = "The newest id brings nothing old back",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME), SCRIPT(SCRIPT_SEAM)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "Most clients that come back have missed nothing. Where "
                  "\"nothing is behind this id\" is taken for \"this id is "
                  "unknown\", each of them gets the whole history again.",
     .causes = "An empty result of the query read as a failed one; the newest "
               "id not yet in the log that is searched.",
     .fix = {{"any", "Tell an empty rest from an unknown id: the first is "
                     "answered with live events alone."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_newest,
     .skip = resume_skip},
    {.id = "resume.replay-all",
     .title = "Connections do not all begin with the whole past",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     .needs = {.exchanges = EX(EX_PLAIN),
               .scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .optional = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "An EventSource comes back after every break. When each "
                  "connection begins with everything, whatever the client "
                  "has, every reconnect doubles what the page shows, and the "
                  "burst grows with the age of the server.",
     .causes = "History written to each new connection, and no ids, or ids "
               "that are not looked at.",
     .fix = {{"any", "Give events ids and begin behind Last-Event-ID; send "
                     "history only to who comes without one, and bound it."},
             {"Node/Express", "req.get('Last-Event-ID')."},
             {"Python/Starlette", "request.headers.get(\"last-event-id\")."}},
     .reproduce = "curl -sN -m 1 {url} | grep -c '^data'; sleep 3; curl -sN "
                  "-m 1 {url} | grep -c '^data'",
     .judge = resume_judge_replay_all},
};

CHECK_GROUP(group_resume_offer, "resume (offer)", rows);
