/* SPDX-License-Identifier: MIT
 * resume.malformed-id over the table of hostile values, resume.auth over two
 * identities, resume.id-only. */
#include <string.h>

#include "base/clock.h"
#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/resume/resume_gate.h"
#include "plan/hostile_ids.h"

static const struct hostile {
  const char *name, *answers;
} hostile[] = {
#define X(id, name, bytes, repeated, answers) {name, answers},
    HOSTILE_ID_LIST(X)
#undef X
};

static const struct hostile *find_hostile(enum hostile_id id)
{
  return id == HOSTILE_NONE ? NULL : &hostile[id - 1];
}

static bool is_close(const struct recording *r)
{
  return r->head.status == 0 && r->end != REC_END_TIMEOUT &&
         r->end != REC_END_REFUSED && r->end != REC_END_UNREACHABLE;
}

/* What is wrong with the answer to a value; NULL = nothing. */
static const char *wrong_answer(const struct recording *r,
                                const struct hostile *h)
{
  int status = r->head.status;
  if(status >= 500)
    return "answered with a server error";
  if(r->end == REC_END_TIMEOUT)
    return "no answer in time";
  if(status == 0 && (!is_close(r) || !strchr(h->answers, 'c')))
    return "closed without an answer";
  if(status && status != 200 && status != 204 && status / 100 != 4)
    return "an unexpected status";
  return NULL;
}

/* The value comes back unescaped in a page. */
static bool is_reflected(const struct recording *r)
{
  struct slice type = recording_field(&r->head, "Content-Type", 0);
  return slice_find(type, "html") >= 0 &&
         slice_find(buf_slice(&r->body), "<\"'&>") >= 0;
}

static void show_hostile(struct finding *f, const struct recording *r,
                         enum hostile_id id, const char *why)
{
  finding_note(f, "value \"%s\": %s",
               label_word_name(ATTRIBUTE_VALUE, (int)id), why);
  finding_show_head(f, r);
  f->recording = r;
}

static void resume_judge_malformed_id(const struct check_input *in,
                                      struct finding *f)
{
  size_t n = input_script_count(in, SCRIPT_HOSTILE_IDS), bad = 0, values = 0;
  enum hostile_id id = HOSTILE_NONE;
  for(size_t i = 0; i < n; i++) {
    const struct recording *r = input_script(in, SCRIPT_HOSTILE_IDS, i);
    const struct hostile *h;
    const char *why = NULL;
    if(r->label.role == ROLE_NORMAL) {
      if(!input_is_stream(r))
        why = "the ordinary request after it failed";
    } else {
      id = r->label.value;
      h = find_hostile(id);
      if(!h)
        continue;
      values++;
      why = wrong_answer(r, h);
      if(!why && is_reflected(r))
        why = "reflected unescaped into an HTML page";
      f->timing = f->timing || r->end == REC_END_TIMEOUT;
    }
    if(why) {
      bad++;
      show_hostile(f, r, id, why);
    }
  }
  if(bad)
    finding_broken(f,
                   "%zu of %zu hostile Last-Event-ID values were answered "
                   "badly or broke the next request",
                   bad, values);
  else if(values)
    finding_set(f, VERDICT_PASS,
                "%zu hostile values were answered, and an ordinary request "
                "worked after each",
                values);
  else
    finding_set(f, VERDICT_UNTESTABLE, "no hostile value was sent");
}

/* Events of a that b must not see: what came to a while b was listening and
 * did not come to b.  Two clocks are compared: events near b's ends do not
 * count. */
#define SPAN_MARGIN_NS ((int64_t)200 * (int64_t)NS_PER_MS)

static bool has_data(const struct recording *r, struct slice data)
{
  for(size_t i = 0; i < r->events; i++) {
    if(slice_eq(r->event[i].data, data))
      return true;
  }
  return false;
}

static bool has_id(const struct recording *r, struct slice id)
{
  for(size_t i = 0; id.n && i < r->events; i++) {
    if(r->event[i].id_in_block && slice_eq(r->event[i].id, id))
      return true;
  }
  return false;
}

static bool is_private(const struct recording *a, const struct recording *b,
                       const struct recorded_event *e)
{
  int64_t t = (int64_t)a->started_real_ns + e->t_ns;
  int64_t from = (int64_t)b->started_real_ns + b->head.complete_ns;
  int64_t to = (int64_t)b->started_real_ns + b->end_ns;
  return e->data.n && t > from + SPAN_MARGIN_NS && t < to - SPAN_MARGIN_NS &&
         !has_data(b, e->data) && !has_id(b, e->id);
}

/* How many of a's private events r holds. */
static size_t count_leaked(const struct recording *a,
                           const struct recording *b,
                           const struct recording *r, struct finding *f)
{
  size_t n = 0;
  char told[RECORDING_TOLD_MAX];
  for(size_t i = 0; r && input_is_stream(r) && i < a->events; i++) {
    if(!is_private(a, b, &a->event[i]) || !has_data(r, a->event[i].data))
      continue;
    if(n++ < WALK_SHOWN)
      finding_show_bytes(f, recording_told(r, told), a->event[i].data);
    f->recording = r;
  }
  return n;
}

static void resume_judge_auth(const struct check_input *in, struct finding *f)
{
  const struct recording *a, *b, *own;
  size_t all = 0, owned, other, nobody;
  b = role_stream(in, SCRIPT_USERS, ROLE_B, f);
  a = b ? role_stream(in, SCRIPT_USERS, ROLE_A, f) : NULL;
  own = a ? role_stream(in, SCRIPT_USERS, ROLE_A_AGAIN, f) : NULL;
  if(!own)
    return;
  for(size_t i = 0; i < a->events; i++)
    all += is_private(a, b, &a->event[i]);
  other = count_leaked(a, b, role_find(in, SCRIPT_USERS, ROLE_B_WITH_A, 0), f);
  nobody = count_leaked(a, b,
                        role_find(in, SCRIPT_USERS, ROLE_NOBODY_WITH_A, 0), f);
  if(other + nobody) {
    finding_broken(f,
                   "with another user's id, %zu events of that user were "
                   "replayed to somebody else and %zu to nobody at all",
                   other, nobody);
    return;
  }
  owned = count_leaked(a, b, own, f);
  buf_clear(&f->evidence);
  if(!all)
    finding_set(f, VERDICT_UNTESTABLE,
                "both identities saw the same events: there was nothing "
                "private to leak");
  else if(!owned)
    finding_set(f, VERDICT_UNTESTABLE,
                "not even their owner got the %zu private events replayed",
                all);
  else
    finding_set(f, VERDICT_PASS,
                "%zu private events were replayed to their owner, none to "
                "others",
                owned);
}

/* Blocks with an id line and no data: (id, offset behind the block). */
static bool next_id_only(const struct recording *r, size_t *at,
                         struct slice *id)
{
  bool data = false;
  *id = (struct slice){NULL, 0};
  for(; *at < r->lines; (*at)++) {
    const struct recorded_line *l = &r->line[*at];
    struct slice s = {r->body.p + l->offset, l->n};
    if(l->kind == LINE_BLANK) {
      if(id->n && !data) {
        (*at)++;
        return true;
      }
      *id = (struct slice){NULL, 0};
      data = false;
    } else if(slice_starts(s, "data"))
      data = true;
    else if(slice_starts(s, "id:"))
      *id = slice_trim((struct slice){s.p + 3, s.n - 3});
  }
  return false;
}

/* The connection that resumed from that id; NULL. */
static const struct recording *resumed_from(const struct check_input *in,
                                            struct slice id)
{
  for(size_t i = 1; i < input_script_count(in, SCRIPT_RESUME); i++) {
    const struct recording *r = input_script(in, SCRIPT_RESUME, i);
    if(slice_eq(sent_header(r, "Last-Event-ID"), id))
      return r;
  }
  return NULL;
}

/* Something that the control got before the block comes again in r. */
static bool repeats_before(const struct recording *c, size_t offset,
                           const struct recording *r)
{
  for(size_t i = 0; i < c->events && c->event[i].end <= offset; i++) {
    if(c->event[i].id_in_block && has_id(r, c->event[i].id))
      return true;
  }
  return false;
}

static void resume_judge_id_only(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *c = input_script(in, SCRIPT_RESUME, 0), *r;
  size_t at = 0, blocks = 0, tried = 0, bad = 0;
  struct slice id;
  while(next_id_only(c, &at, &id)) {
    blocks++;
    r = resumed_from(in, id);
    if(!r || !input_is_stream(r))
      continue;
    tried++;
    if(repeats_before(c, c->line[at - 1].offset, r)) {
      bad++;
      f->recording = r;
      finding_show_bytes(f, "resumed from the id of an empty block", id);
    }
  }
  if(!blocks)
    finding_set(f, VERDICT_SKIP, "no block with an id and without data came");
  else if(!tried)
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu blocks with an id only, but no cut fell behind one",
                blocks);
  else if(bad)
    finding_broken(f,
                   "%zu of %zu resumes from an id-only block repeated what "
                   "came before it",
                   bad, tried);
  else
    finding_set(f, VERDICT_PASS, "an id-only block moves the resume point");
}

#define REPRODUCE                                                             \
  "curl -sN -m 3 {url} | grep '^id' | tail -1; "                              \
  "curl -sN -m 3 -H 'Last-Event-ID: THAT-ID' {url}"

static const struct check rows[] = {
    {.id = "resume.malformed-id",
     .title = "No Last-Event-ID value brings the server down",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_HOSTILE_IDS)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "The header comes from the network and may hold anything. "
                  "A 500 ends an EventSource for good; a crash ends "
                  "everybody's.",
     .causes = "int() or parseInt without a check; bytes decoded as strict "
               "UTF-8; the value pasted into a query.",
     .fix = {{"any", "Parse it, and treat what does not parse as unknown."},
             {"Python/Starlette", "Headers are latin-1: .encode('latin-1')"
                                  ".decode('utf-8', 'replace')."},
             {"Go", "strconv.ParseUint and look at the error."}},
     .reproduce = "printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nLast-Event-ID: "
                  "\\x00\\r\\n\\r\\n' | nc HOST PORT",
     .judge = resume_judge_malformed_id},
    {.id = "resume.auth",
     .title = "A replay shows nobody else's events",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R,K",
     .needs = {.scripts = {SCRIPT(SCRIPT_USERS)}},
     .anchor = HTML_LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale = "Live events pass the check of rights when they are sent; "
                  "the replay path often reads the history without it. "
                  "Guessing another user's id then shows their messages.",
     .causes = "A filter on live delivery only; history per topic, not per "
               "user.",
     .fix = {{"any", "Filter the replay with the rights of this request, in "
                     "the function that live events go through."}},
     .reproduce = "curl -sN -m 3 -H 'Authorization: B' -H 'Last-Event-ID: "
                  "ID-OF-A' {url}",
     .judge = resume_judge_auth,
     .skip = input_skip_users},
};

CHECK_GROUP(group_resume_hostile, "resume (single)", rows);

static const struct check id_only_rows[] = {
    {.id = "resume.id-only",
     .title = "A block with an id and no data moves the resume point",
     .severity = SEVERITY_I,
     .side = "S,C",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_RESUME)}},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale = "Such a block is how a server tells filtered clients that "
                  "the world moved on; resuming from it must not repeat what "
                  "came before.",
     .causes = "Ids of checkpoints that the replay code does not know.",
     .fix = {{"any", "Give checkpoints ids from the same sequence."}},
     .reproduce = REPRODUCE,
     .judge = resume_judge_id_only,
     .skip = resume_skip},
};

CHECK_GROUP(group_resume_id_only, "resume", id_only_rows);
