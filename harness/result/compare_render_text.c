/* SPDX-License-Identifier: MIT
 * A comparison as one screen of text; see compare_text.h. */
#include <stdio.h>
#include <string.h>

#include "document/doc.h"
#include "page/lines.h"
#include "result/compare_text.h"

static bool bad(json_t *doc)
{
  return strcmp(doc_text(doc, "verdict"), "pass") != 0;
}

static void side(struct lines *p, const char *label, json_t *s)
{
  double runs = doc_number(s, "runs", 0), out = doc_number(s, "left_out", 0);
  char left[60] = "";
  if(out > 0)
    snprintf(left, sizeof(left), ", %.0f more left out as not valid", out);
  if(runs > 0)
    lines_rowf(p, label, "%s: %.0f run%s of %s%s, %s", doc_text(s, "name"),
               runs, runs > 1 ? "s" : "", doc_text(s, "target"), left,
               doc_text(s, "started"));
  else
    lines_rowf(p, label, "%s: %s, %s", doc_text(s, "name"),
               doc_text(s, "target"), doc_text(s, "started"));
}

static enum page_grade colour_of(const char *verdict)
{
  if(strcmp(verdict, "worse") == 0)
    return PAGE_BAD;
  if(strcmp(verdict, "improved") == 0)
    return PAGE_GOOD;
  return strcmp(verdict, "same") == 0 ? PAGE_PLAIN : PAGE_WARN;
}

static void metric(struct lines *p, json_t *m)
{
  const char *verdict = doc_text(m, "verdict"), *why = doc_text(m, "why");
  struct buf text, label;
  if(strcmp(verdict, "not measured") == 0)
    return;
  buf_init(&text, 0);
  buf_init(&label, 0);
  p->out->rc = compare_text_change(m, &text);
  if(!p->out->rc && why[0])
    p->out->rc = buf_addf(&text, ": %s", why);
  if(!p->out->rc && !doc_bool(m, "judged"))
    p->out->rc = buf_adds(&text, " [not judged]");
  if(!p->out->rc)
    lines_mark(p, colour_of(verdict),
               strcmp(verdict, "too noisy to say") == 0 ? "too noisy"
                                                        : verdict,
               buf_text(&text));
  buf_free(&text);
  buf_free(&label);
}

/* Counts that are nothing on both sides take no line. */
static bool empty(json_t *m)
{
  double a, b;
  return doc_find(m, "base.sum", &a) && doc_find(m, "now.sum", &b) &&
         a + b <= 0;
}

static void metrics(struct lines *p, json_t *one)
{
  static const char *const order[] = {"worse", "improved", "too noisy to say",
                                      "same"};
  json_t *m;
  size_t i, k, quiet = 0;
  for(k = 0; k < 4; k++) {
    json_array_foreach(doc_array(one, "metrics"), i, m)
    {
      if(p->out->rc || strcmp(doc_text(m, "verdict"), order[k]) != 0)
        continue;
      if(empty(m))
        quiet++;
      else
        metric(p, m);
    }
  }
  if(quiet)
    lines_rowf(p, "same", "%zu counts that are nothing on both sides", quiet);
}

static void gates(struct lines *p, json_t *one)
{
  json_t *g;
  size_t i;
  json_array_foreach(doc_array(one, "gates"), i, g)
  {
    const char *state = doc_text(g, "state");
    lines_mark(p,
               !doc_bool(g, "pass")         ? PAGE_BAD
               : strcmp(state, "held") == 0 ? PAGE_GOOD
                                            : PAGE_WARN,
               doc_bool(g, "pass") ? "gate" : "gate failed",
               doc_text(g, "expression"));
    lines_row(p, "", state);
  }
}

static void checks(struct lines *p, json_t *one, const char *key,
                   const char *label, enum page_grade c)
{
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(one, key), i, check)
  {
    struct buf text;
    buf_init(&text, 0);
    if(!p->out->rc)
      p->out->rc =
          buf_addf(&text, "%s: %s before, now %s: %s", doc_text(check, "id"),
                   doc_text(check, "was"), doc_text(check, "verdict"),
                   doc_text(check, "text"));
    if(!p->out->rc)
      lines_mark(p, c, label, buf_text(&text));
    buf_free(&text);
  }
}

static void comparison(struct lines *p, json_t *doc, json_t *one)
{
  json_t *note;
  size_t i;
  lines_blank(p);
  side(p, "base", json_object_get(doc, "base"));
  side(p, "now", json_object_get(one, "now"));
  json_array_foreach(doc_array(one, "notes"), i, note)
      lines_mark(p, PAGE_WARN, "note", json_string_value(note));
  lines_blank(p);
  metrics(p, one);
  gates(p, one);
  checks(p, one, "newly_failing", "newly failing", PAGE_BAD);
  checks(p, one, "newly_warning", "newly warned", PAGE_WARN);
  checks(p, one, "newly_passing", "newly passing", PAGE_GOOD);
  checks(p, one, "no_longer_judged", "not judged", PAGE_WARN);
}

int compare_render_text(json_t *doc, bool colour, struct buf *out)
{
  struct lines p = {.out = out, .colour = colour};
  json_t *one;
  size_t i;
  lines_mark(&p, bad(doc) ? PAGE_BAD : PAGE_GOOD, bad(doc) ? "WORSE" : "HELD",
             doc_text(doc, "sentence"));
  json_array_foreach(doc_array(doc, "comparisons"), i, one)
      comparison(&p, doc, one);
  lines_blank(&p);
  lines_row(&p, "method", doc_text(doc, "method"));
  return out->rc;
}
