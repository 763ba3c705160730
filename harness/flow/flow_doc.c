/* SPDX-License-Identifier: MIT
 * The document of a run of flows; see flow_doc.h. */
#include "flow/flow_doc.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "document/doc.h"
#include "document/environment.h"
#include "document/exit_code.h"
#include "flow/hide.h"
#include "flow/instance.h"

#define SEEN_MAX 32 /* different names of events */

static const char *const state_word[] = {"skipped", "passed",  "failed",
                                         "error",   "skipped", "uncertain"};

/* A time of the flow in ms, null where there is none. */
static json_t *at(int64_t ns)
{
  return ns < 0 ? json_null() : doc_real((double)ns / 1e6);
}

static json_t *matched(const struct instance *in, const struct step_result *r)
{
  const struct record_item *i;
  json_t *m;
  if(r->matched == UINT32_MAX)
    return json_null();
  i = &in->record.item[r->matched];
  m = json_object();
  json_object_set_new(m, "t_ms", at(i->at_ns));
  json_object_set_new(m, "event", json_text(i->item.event));
  json_object_set_new(m, "id", json_text(i->item.id));
  return m;
}

static json_t *nearest(const struct step_result *r, const struct hide *h)
{
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; i < r->nearests; i++)
    json_array_append_new(list, hide_text(h, r->nearest[i]));
  return list;
}

static void add_failure(json_t *j, const struct instance *in,
                        const struct flow_step *s, const struct hide *h)
{
  const struct step_result *r = &in->result[s->number];
  json_object_set_new(j, "class", json_string(miss_word(r->miss)));
  json_object_set_new(j, "sentence", hide_text(h, r->sentence));
  json_object_set_new(j, "nearest", nearest(r, h));
  json_object_set_new(j, "counts", hide_text(h, r->counts));
  json_object_set_new(j, "again", hide_text(h, r->again));
}

static json_t *step_doc(const struct instance *in, const struct flow_step *s,
                        const struct hide *h)
{
  const struct step_result *r = &in->result[s->number];
  json_t *j = json_object();
  struct buf text;
  buf_init(&text, 0);
  flow_step_text(in->f, s, &text);
  json_object_set_new(j, "number", doc_integer(s->number));
  json_object_set_new(j, "phase", json_string(flow_phase_name(s->phase)));
  json_object_set_new(j, "round", doc_integer(s->round));
  json_object_set_new(j, "verb", json_string(flow_verb_name(s->verb)));
  json_object_set_new(j, "name", json_string(node_text(s->map, "name", "")));
  json_object_set_new(j, "text", hide_text(h, buf_text(&text)));
  json_object_set_new(j, "line", doc_integer(s->at.line));
  json_object_set_new(j, "column", doc_integer(s->at.column));
  json_object_set_new(j, "verdict", json_string(state_word[r->state]));
  json_object_set_new(j, "unproven", json_boolean(r->unproven));
  json_object_set_new(j, "began_ms", at(r->began_ns));
  json_object_set_new(j, "ended_ms", at(r->ended_ns));
  json_object_set_new(j, "sent_ms", at(r->sent_ns));
  json_object_set_new(j, "answered_ms", at(r->answered_ns));
  json_object_set_new(j, "latency_ms",
                      r->latency_ns == -1
                          ? json_null()
                          : doc_real((double)r->latency_ns / 1e6));
  json_object_set_new(j, "matched", matched(in, r));
  add_failure(j, in, s, h);
  buf_free(&text);
  return j;
}

static void add_steps(json_t *list, const struct instance *in,
                      const struct flow_step *s, const struct hide *h)
{
  for(; s; s = s->next) {
    json_array_append_new(list, step_doc(in, s, h));
    add_steps(list, in, s->child, h);
  }
}

static json_t *timeline(const struct instance *in, const struct hide *h)
{
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; i < in->timelines; i++) {
    const struct timeline_entry *t = &in->timeline[i];
    json_t *j = json_object();
    json_object_set_new(j, "t_ms", at(t->t_ns));
    json_object_set_new(j, "who", json_string(t->who));
    json_object_set_new(j, "what", hide_text(h, t->text));
    json_array_append_new(list, j);
  }
  return list;
}

/* What a stream brought, by the names of its events, the first ones first. */
static json_t *seen(const struct instance *in, uint32_t stream)
{
  json_t *list = json_array(), *one = NULL;
  uint32_t i;
  size_t k;
  for(i = 0; i < in->record.count; i++) {
    const struct record_item *r = &in->record.item[i];
    if(r->stream != stream || r->item.kind != ITEM_EVENT)
      continue;
    json_array_foreach(list, k, one)
    {
      if(slice_eq_cstr(r->item.event, doc_text(one, "event")))
        break;
    }
    if(k < json_array_size(list))
      json_object_set_new(one, "count",
                          doc_integer(doc_count(one, "count") + 1));
    else if(k < SEEN_MAX)
      json_array_append_new(list,
                            json_pack("{s:o, s:i}", "event",
                                      json_text(r->item.event), "count", 1));
  }
  return list;
}

static json_t *streams(const struct instance *in, const struct hide *h)
{
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; i < in->f->streams; i++) {
    const struct flow_stream *s = &in->stream[i];
    json_t *j;
    if(!s->step)
      continue;
    j = json_object();
    json_object_set_new(j, "name", json_string(in->f->stream[i]));
    json_object_set_new(j, "user",
                        json_string(instance_user_name(in, s->step->user)));
    json_object_set_new(j, "events", doc_integer(s->events));
    json_object_set_new(j, "seen", seen(in, i));
    json_object_set_new(j, "bytes", doc_integer(s->bytes));
    json_object_set_new(j, "connections", doc_integer(s->connection));
    json_object_set_new(j, "open", json_boolean(s->open));
    json_object_set_new(
        j, "ended",
        s->open || !s->ended_how ? json_null() : hide_text(h, s->ended_text));
    json_array_append_new(list, j);
  }
  return list;
}

/* Whether anything was looked at that could have been wrong. */
static bool is_checked(const struct instance *in, const struct flow_step *s)
{
  static const char *const keys[] = {"status", "data", "where", "head",
                                     "take"};
  size_t i;
  for(; s; s = s->next) {
    if(s->verb == VERB_EXPECT)
      return true;
    for(i = 0; s->verb == VERB_REQUEST && i < 5; i++) {
      if(yaml_get(s->map, keys[i]))
        return true;
    }
    if(is_checked(in, s->child))
      return true;
  }
  return false;
}

/* The first step that is to blame. */
static const struct flow_step *blamed(const struct instance *in,
                                      const struct flow_step *s)
{
  const struct flow_step *found = NULL;
  for(; s && !found; s = s->next) {
    if(step_is_bad(in, s))
      return s;
    found = blamed(in, s->child);
  }
  return found;
}

static const char *verdict_of(const struct instance *in)
{
  if(in->red)
    return "fail";
  if(in->error)
    return "error";
  if(in->uncertain)
    return "uncertain";
  return is_checked(in, in->f->step[PHASE_STEPS]) ? "pass" : "empty";
}

static void add_verdict(json_t *j, const struct instance *in,
                        const struct hide *h)
{
  const char *verdict = verdict_of(in);
  const struct flow_step *s = NULL;
  struct buf text;
  int p;
  buf_init(&text, 0);
  for(p = 0; p < PHASES && !s; p++)
    s = blamed(in, in->f->step[p]);
  if(s) {
    buf_addf(&text, "%s:%u:%u  ", in->f->file, s->at.line, s->at.column);
    flow_step_text(in->f, s, &text);
    if(in->result[s->number].sentence)
      buf_addf(&text, ": %s", in->result[s->number].sentence);
  } else if(in->error_text[0])
    buf_adds(&text, in->error_text);
  else if(strcmp(verdict, "empty") == 0)
    buf_adds(&text, "nothing was expected and no answer looked at: such a "
                    "flow cannot fail");
  json_object_set_new(j, "verdict", json_string(verdict));
  json_object_set_new(j, "sentence", hide_text(h, buf_text(&text)));
  json_object_set_new(j, "blamed", s ? doc_integer(s->number) : json_null());
  buf_free(&text);
}

/* The line of the file that is to blame, for a caret below it. */
static void add_source(json_t *j, const struct instance *in,
                       const struct hide *h)
{
  const struct flow_step *s =
      flow_step_find(in->f, (uint32_t)doc_count(j, "blamed"));
  struct slice line = s ? flow_line(in->f, s->at.line) : SLICE_LIT("");
  char *copy = slice_dup(line);
  json_object_set_new(j, "source", hide_text(h, copy));
  free(copy);
}

json_t *flow_doc_run(const struct instance *in)
{
  json_t *j = json_object(), *steps = json_array();
  struct hide h;
  int p;
  hide_init(&h, in->f, &in->vars);
  json_object_set_new(j, "file", json_string(in->f->file));
  json_object_set_new(j, "name", json_string(in->f->name));
  add_verdict(j, in, &h);
  add_source(j, in, &h);
  json_object_set_new(j, "unreachable", json_boolean(in->unreachable));
  json_object_set_new(j, "elapsed_ms", at(in->ended_ns));
  json_object_set_new(j, "events", doc_integer(in->record.count));
  for(p = 0; p < PHASES; p++)
    add_steps(steps, in, in->f->step[p], &h);
  json_object_set_new(j, "steps", steps);
  json_object_set_new(j, "streams", streams(in, &h));
  json_object_set_new(j, "timeline", timeline(in, &h));
  hide_fini(&h);
  return j;
}

struct tally {
  uint64_t all, pass, fail, error, uncertain, empty, skipped, unreachable;
};

static struct tally count(json_t *runs)
{
  struct tally t = {0};
  json_t *run;
  size_t i;
  json_array_foreach(runs, i, run)
  {
    const char *v = doc_text(run, "verdict");
    t.all++;
    t.pass += strcmp(v, "pass") == 0;
    t.fail += strcmp(v, "fail") == 0;
    t.error += strcmp(v, "error") == 0;
    t.uncertain += strcmp(v, "uncertain") == 0;
    t.empty += strcmp(v, "empty") == 0;
    t.skipped += json_is_null(run);
    t.unreachable += doc_bool(run, "unreachable");
  }
  return t;
}

static const char *verdict_of_all(const struct flow_doc_input *in,
                                  const struct tally *t, int *code)
{
  *code = EXIT_FAIL;
  if(in->interrupted) {
    *code = EXIT_INTERRUPTED;
    return "interrupted";
  }
  if(t->all && t->unreachable == t->all) {
    *code = EXIT_UNREACHABLE;
    return "unreachable";
  }
  if(t->fail || t->error || (t->empty && !in->empty_allowed))
    return "fail";
  if(t->uncertain) {
    *code = EXIT_INVALID;
    return "uncertain";
  }
  if(!t->all && !in->empty_allowed)
    return "fail";
  *code = EXIT_PASS;
  return "pass";
}

static json_t *counts(const struct tally *t)
{
  json_t *j = json_object();
  json_object_set_new(j, "all", doc_integer(t->all));
  json_object_set_new(j, "passed", doc_integer(t->pass));
  json_object_set_new(j, "failed", doc_integer(t->fail));
  json_object_set_new(j, "errors", doc_integer(t->error));
  json_object_set_new(j, "uncertain", doc_integer(t->uncertain));
  json_object_set_new(j, "empty", doc_integer(t->empty));
  json_object_set_new(j, "not_run", doc_integer(t->skipped));
  return j;
}

static void add_sentence(json_t *doc, const struct tally *t)
{
  struct buf text;
  const struct {
    uint64_t n;
    const char *what;
  } part[] = {{t->fail, "failed"},
              {t->error, "in error"},
              {t->uncertain, "uncertain"},
              {t->empty, "empty"},
              {t->skipped, "not run"}};
  size_t i;
  buf_init(&text, 0);
  buf_addf(&text, "%llu of %llu flow%s passed", (unsigned long long)t->pass,
           (unsigned long long)t->all, t->all == 1 ? "" : "s");
  for(i = 0; i < 5; i++) {
    if(part[i].n)
      buf_addf(&text, ", %llu %s", (unsigned long long)part[i].n,
               part[i].what);
  }
  json_object_set_new(doc, "sentence", json_string(buf_text(&text)));
  buf_free(&text);
}

json_t *flow_doc_build(const struct flow_doc_input *in)
{
  struct tally t = count(in->runs);
  json_t *doc = json_object();
  char started[40];
  int code;
  const char *verdict = verdict_of_all(in, &t, &code);
  clock_iso8601(in->started_ns, started, sizeof(started));
  json_object_set_new(doc, "schema", json_string(FLOW_SCHEMA));
  json_object_set_new(doc, "weir", json_string(WEIR_VERSION));
  json_object_set_new(doc, "verdict", json_string(verdict));
  add_sentence(doc, &t);
  json_object_set_new(doc, "exit_code", json_integer(code));
  json_object_set_new(doc, "started", json_string(started));
  json_object_set_new(doc, "elapsed_ms",
                      doc_real((double)in->elapsed_ns / 1e6));
  json_object_set_new(doc, "command", json_string(in->command));
  json_object_set_new(doc, "seed", doc_integer(in->options->seed));
  json_object_set_new(doc, "timeout_scale",
                      doc_real(in->options->timeout_scale));
  json_object_set_new(doc, "counts", counts(&t));
  if(in->repeated)
    json_object_set_new(doc, "rates", flow_rates(in->runs));
  json_object_set(doc, "flows", in->runs);
  json_object_set_new(doc, "environment", environment_build(NULL, NULL));
  return doc;
}

bool flow_doc_is(json_t *doc)
{
  return strcmp(doc_text(doc, "schema"), FLOW_SCHEMA) == 0;
}

int flow_doc_exit_code(json_t *doc)
{
  return (int)doc_count(doc, "exit_code");
}
