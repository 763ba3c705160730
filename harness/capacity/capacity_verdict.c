/* SPDX-License-Identifier: MIT
 * What a capacity search says in one word and one sentence, and how it
 * compares with the reference server; see capacity_close.h. */
#include <string.h>

#include "base/units.h"
#include "capacity/capacity_close.h"
#include "document/doc.h"

static const char *end_of(json_t *doc)
{
  return doc_text(doc, "knee.end");
}

static bool ends_with(json_t *doc, const char *end)
{
  return strcmp(end_of(doc), end) == 0;
}

/* The limit itself was found, not only a load that holds. */
static bool is_exact(json_t *knee)
{
  return strcmp(doc_text(knee, "end"), "knee") == 0;
}

/* A load that the server is known not to hold; 0 = none. */
static double above(json_t *knee)
{
  bool broke = strcmp(doc_text(knee, "above_is"), "broken") == 0;
  return broke ? doc_number(knee, "above", 0) : 0;
}

json_t *capacity_ratio(json_t *target, json_t *reference)
{
  double t = doc_number(target, "load", 0);
  double r = doc_number(reference, "load", 0);
  const char *relation = "equal";
  if(!is_exact(target) && !is_exact(reference)) {
    /* Only what both sides have shown: one's least against other's most. */
    relation = above(target) > 0 ? "at_most" : "at_least";
    if(above(target) > 0)
      t = above(target);
    else
      r = above(reference);
  } else if(!is_exact(reference))
    relation = "at_most";
  else if(!is_exact(target))
    relation = "at_least";
  if(t <= 0 || r <= 0)
    return json_pack("{s:n, s:s}", "value", "relation", "unknown");
  return json_pack("{s:o, s:s}", "value", doc_real(t / r), "relation",
                   relation);
}

int capacity_load(json_t *doc, uint64_t load, struct buf *out)
{
  char n[UNITS_MAX];
  const char *unit = doc_text(doc, "method.unit");
  size_t all = strlen(unit);
  if(load == 1 && all && unit[all - 1] == 's' && !strchr(unit, '/'))
    all--; /* "1 stream" */
  return buf_addf(out, "%s %.*s", units_fmt_count(load, n), (int)all, unit);
}

int capacity_ratio_text(json_t *doc, struct buf *out)
{
  static const char *const words[][2] = {
      {"equal", ""}, {"at_most", "at most "}, {"at_least", "at least "}};
  const char *relation = doc_text(doc, "ratio.relation");
  json_t *knee = json_dotted_get(doc, "reference.knee");
  uint64_t load = doc_count(knee, "load");
  size_t i;
  int rc = 0;
  for(i = 0; i < 3; i++) {
    if(strcmp(words[i][0], relation) == 0)
      rc = buf_addf(out, "%s%.2f of the reference server here (", words[i][1],
                    doc_number(doc, "ratio.value", 0));
  }
  if(rc || !load)
    return rc;
  if(strcmp(relation, "unknown") == 0)
    rc = buf_adds(out, "the reference server here, as far as was seen (");
  if(!rc && !is_exact(knee))
    rc = buf_adds(out, "at least ");
  if(!rc)
    rc = capacity_load(doc, load, out);
  return rc ? rc : buf_addc(out, ')');
}

/* The search came to its end, and a longer run bore it out. */
static bool is_found(json_t *doc)
{
  return doc_bool(doc, "knee.confirmed") &&
         (ends_with(doc, "knee") || ends_with(doc, "max"));
}

static const char *decide(json_t *doc)
{
  uint64_t held = doc_count(doc, "knee.load");
  uint64_t required = doc_count(doc, "required");
  if(doc_bool(doc, "interrupted"))
    return "interrupted";
  if(held && required && held >= required && doc_bool(doc, "knee.confirmed"))
    return "pass";
  if(held && required && held >= required && !ends_with(doc, "generator"))
    return "unjudged";
  if(ends_with(doc, "generator"))
    return "invalid";
  if(!held || required || ends_with(doc, "gone"))
    return "fail";
  return is_found(doc) ? "pass" : "unjudged";
}

static int say_limit(json_t *doc, const char *before, struct buf *out)
{
  return buf_addf(out, "%s%s", before, doc_text(doc, "limited_by.sentence"));
}

static void say_held(json_t *doc, struct buf *out)
{
  uint64_t held = doc_count(doc, "knee.load");
  char n[UNITS_MAX];
  uint64_t most = (uint64_t)above(json_object_get(doc, "knee"));
  buf_adds(out, is_found(doc) ? "holds " : "holds at least ");
  capacity_load(doc, held, out);
  if(!is_found(doc) && most) {
    buf_addf(out, ", at most %s", units_fmt_count(most, n));
  }
  if(!doc_bool(doc, "knee.confirmed"))
    buf_adds(out, ", not confirmed by a longer run");
}

static int say_why(json_t *doc, struct buf *out)
{
  char n[UNITS_MAX];
  if(ends_with(doc, "knee")) {
    int rc = buf_addf(
        out, "; limited by %s at %s: ", doc_text(doc, "limited_by.code"),
        units_fmt_count(doc_count(doc, "knee.above"), n));
    return rc ? rc : say_limit(doc, "", out);
  }
  if(ends_with(doc, "max"))
    return buf_adds(out, ", the most that was asked for (--max)");
  if(ends_with(doc, "generator"))
    return say_limit(doc, "; the generator was the limit: ", out);
  if(ends_with(doc, "budget"))
    return buf_adds(out, "; the time (--budget) ran out before the search "
                         "was over");
  if(ends_with(doc, "steps"))
    return buf_adds(out, "; the steps contradict each other: the machine or "
                         "the target is too unsteady");
  if(ends_with(doc, "gone"))
    return buf_adds(out, "; then the target stopped answering");
  return buf_adds(out, "; interrupted before the limit was found");
}

static int say_nothing(json_t *doc, struct buf *out)
{
  uint64_t least = doc_count(doc, "knee.above");
  if(!least && ends_with(doc, "interrupted"))
    return buf_adds(out, "interrupted before anything was known");
  buf_adds(out, ends_with(doc, "generator")
                    ? "nothing is known of the target, since not even "
                    : "the objectives are not met, not even by ");
  capacity_load(doc, least, out);
  if(ends_with(doc, "generator"))
    buf_adds(out, " could be tried properly");
  return say_limit(doc, ": ", out);
}

static int say(json_t *doc, struct buf *out)
{
  uint64_t required = doc_count(doc, "required");
  uint64_t held = doc_count(doc, "knee.load");
  if(held)
    say_held(doc, out);
  else
    say_nothing(doc, out);
  if(held)
    say_why(doc, out);
  if(required) {
    buf_adds(out,
             held >= required ? "; enough, since " : "; too little, since ");
    capacity_load(doc, required, out);
    buf_adds(out, required == 1 ? " is required" : " are required");
  }
  return out->rc;
}

int capacity_decide(json_t *doc)
{
  struct buf sentence;
  int rc;
  buf_init(&sentence, 0);
  rc = say(doc, &sentence);
  if(!rc &&
     (json_object_set_new(doc, "verdict", json_string(decide(doc))) ||
      json_object_set_new(doc, "sentence", json_text(buf_slice(&sentence)))))
    rc = E_NOMEM;
  buf_free(&sentence);
  return rc;
}
