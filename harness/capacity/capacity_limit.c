/* SPDX-License-Identifier: MIT
 * From figures to what ran out; see capacity_limit.h.  Hard evidence of the
 * server's own first, then the symptom itself. */
#include "capacity/capacity_limit.h"

#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "load/gate.h"

#define FDS_SHARE       0.95 /* of the limit */
#define MEMORY_SHARE    0.04 /* still available */
#define BUSY_PERCENT    90.0 /* of one core: run or ready to */
#define STARVED_PERCENT 25.0 /* ready to, in bursts, without a CPU */
#define OTHERS_PERCENT  30.0 /* of a core: worth saying */
#define MAIN_SHARE      0.5  /* of the failures: the cause that names it */

static const struct {
  const char *name, *advice;
} limits[] = {
#define X(id, name, advice) {name, advice},
    CAPACITY_LIMITS(X)
#undef X
};

enum limit {
#define X(id, name, advice) id,
  CAPACITY_LIMITS(X)
#undef X
};

struct finding {
  enum limit limit;
  const char *symptom; /* "connections" "loss" "latency" "" */
  struct buf text;
  json_t *step;
  int rc;
};

#define SAY(f, ...)                                                           \
  do {                                                                        \
    if(!(f)->rc)                                                              \
      (f)->rc = buf_addf(&(f)->text, __VA_ARGS__);                            \
  } while(0)

static uint64_t connection(json_t *step, const char *name)
{
  json_t *c = json_dotted_get(step, "summary.connections");
  return doc_count(c, name);
}

static bool starts(const char *text, const char *prefix)
{
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The kind of the worst objective missed: who is not let in gets neither
 * events nor latency, and who loses events shows no latency for them. */
static const char *symptom_of(json_t *step)
{
  json_t *t;
  size_t i;
  bool loss = false, late = false;
  json_array_foreach(doc_array(step, "slo"), i, t)
  {
    const char *field = doc_text(t, "field");
    if(doc_bool(t, "pass"))
      continue;
    if(starts(field, "connections."))
      return "connections";
    if(starts(field, "events.") || starts(field, "publish."))
      loss = true;
    else
      late = true;
  }
  if(loss)
    return "loss";
  return late ? "latency" : "connections";
}

static void say_missed(struct finding *f)
{
  json_t *t;
  size_t i;
  const char *separator = "";
  json_array_foreach(doc_array(f->step, "slo"), i, t)
  {
    if(doc_bool(t, "pass"))
      continue;
    SAY(f, "%s%s, but observed ", separator, doc_text(t, "expression"));
    if(!f->rc)
      f->rc = gate_observed(t, &f->text);
    separator = "; ";
  }
}

static uint64_t by_cause(json_t *step, const char *name)
{
  json_t *all = json_dotted_get(step, "summary.connections.by_error");
  json_t *n = json_object_get(all, name);
  return (uint64_t)json_integer_value(n);
}

static void say_got_in(struct finding *f)
{
  char n[UNITS_MAX];
  SAY(f, "; %s stood at once",
      units_fmt_count(connection(f->step, "peak"), n));
}

static double server(json_t *step, const char *name)
{
  return doc_number(json_object_get(step, "server"), name, 0);
}

/* Others on the machine may be why there was too little of it. */
static void blame_others(struct finding *f)
{
  double all = doc_number(f->step, "machine_cpu_percent", 0);
  double ours = doc_number(f->step, "summary.generator.cpu_percent", 0);
  double other = all - ours - server(f->step, "cpu_percent");
  if(json_is_object(json_object_get(f->step, "server")) &&
     other > OTHERS_PERCENT)
    SAY(f, "; other programs on this machine used %.0f%% of a core meanwhile",
        other);
}

/* Whatever the symptom: where the CPU ran out, that is the reason. */
static void blame_cpu(struct finding *f)
{
  double run = server(f->step, "busiest_percent");
  double wait = server(f->step, "starved_percent");
  if(run + wait < BUSY_PERCENT && wait < STARVED_PERCENT)
    return;
  f->limit = LIMIT_SERVER_CPU;
  SAY(f,
      "; the server's busiest thread ran %.0f%% of the time and stood ready "
      "without a CPU for another %.0f%%",
      run, wait);
}

/* Streams that did not come about, or did not stay. */
static void judge_connections(struct finding *f)
{
  char n[UNITS_MAX], all[UNITS_MAX], opened[UNITS_MAX];
  uint64_t broken = connection(f->step, "broken");
  uint64_t failed = connection(f->step, "failed");
  uint64_t refused = connection(f->step, "refused");
  uint64_t mute = by_cause(f->step, "no-response");
  uint64_t tried = connection(f->step, "attempted");
  json_t *cause = doc_main_cause(f->step);
  units_fmt_count(tried, all);
  if(broken > failed) {
    f->limit = LIMIT_EVICTED;
    SAY(f, "%s of %s streams were broken off while they stood (%s)",
        units_fmt_count(broken, n),
        units_fmt_count(connection(f->step, "opened"), opened),
        cause ? doc_text(cause, "example") : "no cause was told");
  } else if(failed && (double)refused >= MAIN_SHARE * (double)failed) {
    f->limit = LIMIT_REFUSED;
    SAY(f, "%s of %s attempts were refused (%s)", units_fmt_count(refused, n),
        all, cause ? doc_text(cause, "example") : "no connection");
  } else if(failed && (double)mute >= MAIN_SHARE * (double)failed) {
    f->limit = LIMIT_WORKER_CONNECTIONS;
    SAY(f,
        "%s of %s connections were accepted, then closed without an answer, "
        "as nginx does when its worker_connections are used up",
        units_fmt_count(mute, n), all);
  } else {
    f->limit = LIMIT_FAILED;
    say_missed(f);
    if(cause)
      SAY(f, " (%s)", doc_text(cause, "example"));
    blame_cpu(f);
  }
  say_got_in(f);
}

/* What the server's own figures prove; false when they prove nothing. */
static bool judge_server(struct finding *f)
{
  char a[UNITS_MAX], b[UNITS_MAX];
  json_t *s = json_object_get(f->step, "server");
  double fds = server(f->step, "fds_fullest");
  double fds_limit = server(f->step, "fds_limit");
  double left = server(f->step, "memory_available_bytes");
  double total = server(f->step, "memory_total_bytes");
  if(doc_bool(s, "gone")) {
    f->limit = LIMIT_SERVER_GONE;
    SAY(f, "the server's process ended during the step");
  } else if(fds_limit > 0 && fds >= FDS_SHARE * fds_limit) {
    f->limit = LIMIT_FDS;
    SAY(f, "the server's fullest process had %s of its %s descriptors open",
        units_fmt_count((uint64_t)fds, a),
        units_fmt_count((uint64_t)fds_limit, b));
  } else if(total > 0 && left < MEMORY_SHARE * total) {
    f->limit = LIMIT_SERVER_MEMORY;
    SAY(f, "%s of %s memory were left", units_fmt_bytes(left, a),
        units_fmt_bytes(total, b));
  } else
    return false;
  return true;
}

static void judge_late(struct finding *f)
{
  say_missed(f);
  f->limit = strcmp(f->symptom, "loss") == 0 ? LIMIT_LOSS : LIMIT_LATENCY;
  blame_cpu(f);
  blame_others(f);
}

static void judge_broken(struct finding *f)
{
  bool opened = connection(f->step, "opened") > 0;
  f->symptom = symptom_of(f->step);
  if(judge_server(f))
    return;
  if(!json_is_object(json_object_get(f->step, "summary"))) {
    f->limit = LIMIT_UNANSWERED;
    SAY(f, "%s", doc_text(f->step, "sentence"));
  } else if(!opened || strcmp(f->symptom, "connections") == 0)
    judge_connections(f);
  else
    judge_late(f);
}

/* Descriptors and ports are the generator's here. */
static void judge_generator(struct finding *f)
{
  json_t *r =
      json_array_get(doc_array(f->step, "summary.generator.reasons"), 0);
  f->limit = LIMIT_GENERATOR;
  if(strcmp(doc_text(r, "code"), "ports") == 0)
    f->limit = LIMIT_PORTS;
  SAY(f, "%s", r ? doc_text(r, "sentence") : doc_text(f->step, "sentence"));
}

static void judge_end(struct finding *f, const char *end)
{
  static const struct {
    const char *end;
    enum limit limit;
    const char *text;
  } ends[] = {
      {"max", LIMIT_MAX, "the largest load allowed (--max) holds"},
      {"interrupted", LIMIT_INTERRUPTED, "interrupted before it was found"},
      {"gone", LIMIT_UNANSWERED, "the target stopped answering"}};
  size_t i;
  for(i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
    if(strcmp(ends[i].end, end) == 0) {
      f->limit = ends[i].limit;
      SAY(f, "%s", ends[i].text);
      return;
    }
  }
  if(!f->step) {
    f->limit = LIMIT_BUDGET;
    SAY(f, "time or steps ran out before a load was found that breaks");
  } else if(strcmp(doc_text(f->step, "verdict"), "invalid") == 0)
    judge_generator(f);
  else
    judge_broken(f);
}

static const char *advice_of(const struct finding *f)
{
  if(f->limit == LIMIT_LATENCY &&
     json_is_object(json_object_get(f->step, "server")))
    return "the server's CPU did not run out: look for locks, queues and slow "
           "storage behind it";
  return limits[f->limit].advice;
}

json_t *capacity_limit_build(const char *end, json_t *step)
{
  struct finding f = {.symptom = "", .step = step};
  json_t *j = NULL;
  buf_init(&f.text, 0);
  judge_end(&f, end);
  if(!f.rc)
    j = json_pack("{s:s, s:s, s:o, s:s, s:o}", "code", limits[f.limit].name,
                  "symptom", f.symptom, "sentence",
                  json_text(buf_slice(&f.text)), "advice", advice_of(&f),
                  "step",
                  step ? doc_integer(doc_count(step, "number")) : json_null());
  buf_free(&f.text);
  return j;
}
