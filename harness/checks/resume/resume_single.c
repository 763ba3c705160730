/* SPDX-License-Identifier: MIT
 * resume.* on single reconnects that must begin as the ordinary one does:
 * letter case, twice, side by side, other addresses, odd headers. */
#include <string.h>

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

/* Counts the connections of the named roles that begin elsewhere than the
 * ordinary resume; evidence of each.  seen counts those that were made, but
 * for those that came too late or were too many. */
static size_t count_others(const struct check_input *in,
                           const struct starts *s, const enum role *roles,
                           size_t *seen, struct finding *f)
{
  size_t bad = 0;
  *seen = 0;
  for(size_t i = 0; roles[i]; i++) {
    const struct recording *r = role(in, roles[i], 0);
    struct start x;
    if(!r || start_is_turned_away(in, r))
      continue;
    x = start_of(s, r);
    if(start_may_be_too_late(s, &x))
      continue;
    (*seen)++;
    if(start_is_canonical(s, &x))
      continue;
    bad++;
    f->recording = r;
    start_show(s, &x, f);
  }
  if(bad)
    start_show(s, &s->canonical, f);
  return bad;
}

/* Ordinary resumes at the same time begin alike: otherwise a difference says
 * nothing about how the odd ones were asked. */
static bool peers_agree(const struct check_input *in, const struct starts *s,
                        struct finding *f)
{
  static const enum role peers[] = {ROLE_PEER_A, ROLE_PEER_B, ROLE_NONE};
  size_t seen;
  if(!count_others(in, s, peers, &seen, f))
    return true;
  finding_set(f, VERDICT_UNTESTABLE,
              "even ordinary resumes from the same id begin differently (see "
              "resume.competing)");
  return false;
}

static void judge_same_start(const struct check_input *in, struct finding *f,
                             const enum role *roles, const char *what)
{
  struct starts s;
  size_t seen, bad;
  if(!starts_open(in, &s, f))
    return;
  bad = count_others(in, &s, roles, &seen, f);
  if(bad)
    finding_broken(f,
                   "%s: %zu of %zu resumes did not begin where the "
                   "ordinary one does",
                   what, bad, seen);
  else if(seen)
    finding_set(f, VERDICT_PASS, "%s: %zu of %zu resumes begin alike", what,
                seen, seen);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "%s: no such resume was answered before the history had "
                "moved on, or all were too many at once",
                what);
}

static void resume_judge_header(const struct check_input *in,
                                struct finding *f)
{
  static const enum role roles[] = {ROLE_LOWER, ROLE_UPPER, ROLE_NONE};
  struct starts s;
  if(starts_open(in, &s, f) && peers_agree(in, &s, f))
    judge_same_start(in, f, roles, "header name in other letters");
}

static void resume_judge_twice(const struct check_input *in, struct finding *f)
{
  static const enum role roles[] = {ROLE_AGAIN, ROLE_NONE};
  judge_same_start(in, f, roles,
                   "the same id again after a connection without events");
}

static void resume_judge_ip_independent(const struct check_input *in,
                                        struct finding *f)
{
  static const enum role roles[] = {ROLE_OTHER_IP, ROLE_NONE};
  struct starts s;
  const struct recording *r = role(in, ROLE_OTHER_IP, 0);
  if(starts_open(in, &s, f) && peers_agree(in, &s, f))
    judge_same_start(in, f, roles,
                     r && r->label.ip[0] ? "no cookie, another source address"
                                         : "a new connection without cookie");
}

/* From an earlier place everything comes as well: at-least-once is another
 * check's matter (resume.exclusive, resume.no-dup). */
static size_t behind_k1(const struct starts *s, const struct recording *r)
{
  for(size_t i = 0; i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    long place = e->id_in_block ? start_place(s, e->id) : -1;
    if(place < 0 || place > s->k1_place)
      return i;
  }
  return r->events;
}

/* A peer's ids against the control's from k1 on: the number of the first
 * event that is not as it should be, or -1. */
static long first_difference(const struct starts *s, const struct recording *r)
{
  long at = s->k1_place + 1;
  for(size_t i = behind_k1(s, r); i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    if(!e->id_in_block || !e->id.n)
      continue;
    while((size_t)at < s->control->events &&
          !s->control->event[at].id_in_block)
      at++;
    if((size_t)at >= s->control->events)
      return -1;
    if(!slice_eq(s->control->event[at].id, e->id))
      return (long)i;
    at++;
  }
  return -1;
}

static void resume_judge_competing(const struct check_input *in,
                                   struct finding *f)
{
  static const enum role names[] = {ROLE_PEER_A, ROLE_PEER_B};
  struct starts s;
  size_t bad = 0;
  if(!starts_open(in, &s, f))
    return;
  for(size_t i = 0; i < 2; i++) {
    const struct recording *r =
        role_stream(in, SCRIPT_RESUME_IDS, names[i], f);
    struct start x;
    long at;
    if(!r)
      return;
    x = start_of(&s, r);
    at = first_difference(&s, r);
    if(x.first && at < 0)
      continue;
    bad++;
    start_show(&s, &x, f);
    if(at >= 0)
      finding_show_bytes(f, "  the first id that does not fit",
                         r->event[at].id);
  }
  if(bad)
    finding_broken(f,
                   "two resumes from the same id at the same time: %zu of "
                   "them did not get everything behind it",
                   bad);
  else
    finding_set(f, VERDICT_PASS,
                "two resumes from the same id at the same time both got "
                "everything behind it");
}

static void resume_judge_empty_header(const struct check_input *in,
                                      struct finding *f)
{
  struct starts s;
  struct start empty, plain;
  if(!starts_read(in, &s, f))
    return;
  empty.r = role(in, ROLE_EMPTY, 0);
  plain.r = role(in, ROLE_PLAIN, 0);
  if(!empty.r || !plain.r) {
    finding_set(f, VERDICT_UNTESTABLE, "no such request was made");
    return;
  }
  if(start_is_turned_away(in, empty.r) || start_is_turned_away(in, plain.r)) {
    finding_set(f, VERDICT_UNTESTABLE, START_TOO_MANY);
    return;
  }
  empty = start_of(&s, empty.r);
  plain = start_of(&s, plain.r);
  f->recording = empty.r;
  if(empty.r->head.status != plain.r->head.status)
    finding_broken(f,
                   "an empty Last-Event-ID is answered %d, a request "
                   "without it %d",
                   empty.r->head.status, plain.r->head.status);
  else if(!empty.first || !plain.first)
    finding_set(f, VERDICT_UNTESTABLE,
                "no event came on one of the two connections");
  else if(!start_is_like(&s, &empty, &plain))
    finding_broken(f,
                   "with an empty Last-Event-ID the stream begins %s, "
                   "without the header %s",
                   empty.replayed ? "with old events" : "live",
                   plain.replayed ? "with old events" : "live");
  else
    finding_set(f, VERDICT_PASS, "an empty Last-Event-ID is the same as none");
  if(f->verdict != VERDICT_PASS) {
    start_show(&s, &empty, f);
    start_show(&s, &plain, f);
  }
}

/* Two streams that begin live begin with whatever is published next, and so
 * do newcomers whose history moves on. */
static bool same_outcome(const struct starts *s, const struct start *x,
                         const struct start *y)
{
  if(x->r->head.status != y->r->head.status)
    return false;
  if(!x->first || !y->first)
    return true;
  return (start_is_newcomers(s, x) && start_is_newcomers(s, y)) ||
         (x->replayed == y->replayed &&
          (!x->replayed || slice_eq(x->first->id, y->first->id)));
}

struct tries {
  struct start first;
  size_t n, differ; /* from the first */
};

static void read_tries(const struct check_input *in, const struct starts *s,
                       struct tries *t, struct finding *f)
{
  size_t n = role_count(in, SCRIPT_RESUME_IDS, ROLE_DUPLICATE);
  memset(t, 0, sizeof(*t));
  for(size_t i = 0; i < n; i++) {
    struct start x = start_of(s, role(in, ROLE_DUPLICATE, i));
    if(start_is_turned_away(in, x.r))
      continue;
    if(t->n++ == 0)
      t->first = x;
    else
      t->differ += !same_outcome(s, &t->first, &x);
    start_show(s, &x, f);
  }
  if(t->n)
    f->recording = t->first.r;
}

static void resume_judge_dup_header(const struct check_input *in,
                                    struct finding *f)
{
  struct starts s;
  struct tries t;
  int status;
  if(!starts_open(in, &s, f))
    return;
  read_tries(in, &s, &t, f);
  status = t.n ? t.first.r->head.status : 0;
  if(t.n < 2)
    finding_set(f, VERDICT_UNTESTABLE, "%zu such requests were answered", t.n);
  else if(status >= 500 || status == 0)
    finding_broken(f, "two Last-Event-ID lines are answered %d (%s)", status,
                   recording_end_name(t.first.r->end));
  else if(t.differ)
    finding_broken(f,
                   "the same request with two Last-Event-ID lines had "
                   "different outcomes in %zu of %zu tries",
                   t.differ, t.n);
  else
    finding_set(f, VERDICT_PASS,
                "two Last-Event-ID lines: %zu times the same outcome "
                "(status %d)",
                t.n, status);
}

static void resume_judge_query_fallback(const struct check_input *in,
                                        struct finding *f)
{
  struct starts s;
  struct start query, both;
  if(!starts_open(in, &s, f))
    return;
  query = start_of(&s, role(in, ROLE_QUERY, 0));
  both = start_of(&s, role(in, ROLE_QUERY_HEADER, 0));
  if(!query.r || !both.r) {
    finding_set(f, VERDICT_UNTESTABLE, "no such request was made");
    return;
  }
  f->recording = both.r;
  if(!start_is_canonical(&s, &query) || start_is_newcomers(&s, &query))
    finding_set(f, VERDICT_SKIP,
                "the query parameter lastEventId is not known here");
  else if(start_is_canonical(&s, &both)) {
    finding_broken(f, "the query parameter lastEventId wins over the header: "
                      "a reconnecting EventSource repeats its first URL and "
                      "would get everything since then again");
    start_show(&s, &query, f);
    start_show(&s, &both, f);
  } else
    finding_set(f, VERDICT_PASS,
                "lastEventId works in the query, and the header wins over it");
}

#define WITH(value) "curl -siN -m 3 -H 'Last-Event-ID: " value "' {url}"
#define SINGLE      .needs = {.scripts = {SCRIPT(SCRIPT_RESUME_IDS)}}

static const struct check rows[] = {
    {.id = "resume.header",
     .title = "Last-Event-ID is honoured in any letter case",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = RFC_9110 "5.1",
     .reference = "RFC 9110 section 5.1",
     .rationale = "HTTP/2 and HTTP/3 write all names in small letters, and "
                  "so do many client libraries: a server that looks for one "
                  "spelling loses events for half of its clients.",
     .causes = "Raw header arrays or environment maps searched with ==.",
     .fix = {{"any", "Use the framework's header lookup, which ignores case."},
             {"Node/Express", "req.headers['last-event-id'] (always small)."}},
     .reproduce = "curl -sN -m 3 -H 'last-event-id: K' {url}",
     .judge = resume_judge_header,
     .skip = resume_skip},
    {.id = "resume.twice",
     .title = "A reconnect without new events keeps the position",
     .severity = SEVERITY_F,
     .side = "S,C",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "On bad networks a client connects, gets nothing, and "
                  "connects again with the same id. A server that counts the "
                  "first attempt as delivered skips events.",
     .causes = "The position is moved when the replay is queued.",
     .fix = {{"any", "Keep no per-client position; compute it from the "
                     "header each time."}},
     .reproduce = WITH("K"),
     .judge = resume_judge_twice,
     .skip = resume_skip},
    {.id = "resume.competing",
     .title = "Two resumes from one id both get everything",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R,N",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "Two tabs, or a client whose old connection still lingers: "
                  "with a consuming queue each gets half of the events.",
     .causes = "One queue per user instead of one per connection; LPOP, or "
               "a consumer group shared by all.",
     .fix = {{"any", "A position per connection in a shared log."},
             {"Python/Starlette",
              "One asyncio.Queue per connection, not per user."}},
     .reproduce = WITH("K") " & " WITH("K") "; wait",
     .judge = resume_judge_competing,
     .skip = resume_skip},
};

CHECK_GROUP(group_resume_single, "resume (single)", rows);

static const struct check resume_single_more_rows[] = {
    {.id = "resume.empty-header",
     .title = "An empty Last-Event-ID is the same as none",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale = "EventSource leaves the header out when it has no id, but "
                  "fetch-based clients and proxies send it empty.",
     .causes = "\"\" compared as an id smaller than all others.",
     .fix = {{"any", "Test for a non-empty value, not for presence."}},
     .reproduce = "curl -sN -m 3 -H 'Last-Event-ID;' {url}",
     .judge = resume_judge_empty_header,
     .skip = resume_skip},
    {.id = "resume.dup-header",
     .title = "Two Last-Event-ID lines have one outcome",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = RFC_9110 "5.3",
     .reference = "RFC 9110 section 5.3",
     .rationale = "A library that sets the header and a polyfill that sets "
                  "it too send both. Any fixed rule will do; chance will "
                  "not.",
     .causes = "Different workers or proxies that take the first or the "
               "last line.",
     .fix = {{"any", "Take the last line, or answer 400."}},
     .reproduce = "curl -siN -m 3 -H 'Last-Event-ID: A' -H 'Last-Event-ID: "
                  "B' {url}",
     .judge = resume_judge_dup_header,
     .skip = resume_skip},
    {.id = "resume.query-fallback",
     .title = "The header wins over the lastEventId query parameter",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "EventSource cannot set a header on its first connection, "
                  "so a page passes its state in the URL. On reconnects that "
                  "URL is repeated with its old id: only the header is new.",
     .causes = "query || header in that order.",
     .fix = {{"any", "Use the header when it is there, else the query."}},
     .reproduce = "curl -sN -m 3 -H 'Last-Event-ID: NEW' "
                  "'{url}?lastEventId=OLD'",
     .judge = resume_judge_query_fallback,
     .skip = resume_skip},
    {.id = "resume.ip-independent",
     .title = "Resuming does not hang on address or cookie",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "R",
     SINGLE,
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "Phones change networks; that is why they reconnect. A "
                  "history bound to address or session is lost just then.",
     .causes = "Sticky sessions by address; history in the session.",
     .fix = {{"any", "Keep the history in one place for all nodes."},
             {"nginx", "ip_hash is no replacement for a shared history."}},
     .reproduce = "curl -sN -m 3 --interface OTHER-ADDRESS -H "
                  "'Last-Event-ID: K' {url}",
     .judge = resume_judge_ip_independent,
     .skip = resume_skip},
};

CHECK_GROUP(group_resume_single_more, "resume (single)",
            resume_single_more_rows);
