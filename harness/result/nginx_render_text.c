/* SPDX-License-Identifier: MIT
 * The doctor's findings for a terminal; see nginx_render.h. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "page/lines.h"
#include "result/doc.h"
#include "result/nginx_render.h"

static bool is(json_t *j, const char *path, const char *word)
{
  return strcmp(doc_text(j, path), word) == 0;
}

const char *nginx_render_verdict(json_t *doc)
{
  if(is(doc, "verdict", "pass"))
    return "PASS";
  return is(doc, "verdict", "fail") ? "FAIL" : "INTERRUPTED";
}

int nginx_render_place(json_t *finding, struct buf *out)
{
  if(!doc_text(finding, "file")[0])
    return 0;
  return buf_addf(out, "%s:%llu:%llu", doc_text(finding, "file"),
                  (unsigned long long)doc_count(finding, "line"),
                  (unsigned long long)doc_count(finding, "column"));
}

/* Only the first finding with an edit lists the others that it mends. */
int nginx_render_also(json_t *doc, json_t *finding, struct buf *out)
{
  json_t *edit = json_array_get(doc_array(finding, "edits"), 0), *j;
  bool behind = false;
  size_t i;
  if(doc_text(finding, "same_fix_as")[0] || !edit)
    return 0;
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    if(behind && json_equal(json_array_get(doc_array(j, "edits"), 0), edit))
      buf_addf(out, "%s%s", out->n ? ", " : "", doc_text(j, "rule"));
    behind = behind || j == finding;
  }
  return out->rc;
}

static enum page_grade colour_of(json_t *finding)
{
  if(is(finding, "severity", "error"))
    return PAGE_BAD;
  return is(finding, "severity", "warn") ? PAGE_WARN : PAGE_DIM;
}

static void optional_row(struct lines *p, const char *label, const char *text)
{
  if(text[0])
    lines_row(p, label, text);
}

/* The line as it stands, and a caret below the column. */
static void source_line(struct lines *p, json_t *finding)
{
  const char *text = doc_text(finding, "source");
  size_t column = (size_t)doc_count(finding, "column"), i;
  if(!text[0] || p->out->rc)
    return;
  p->out->rc = buf_addf(p->out, "  %6llu | %s\n",
                        (unsigned long long)doc_count(finding, "line"), text);
  if(!p->out->rc && column && column <= strlen(text)) {
    p->out->rc = buf_adds(p->out, "         | ");
    for(i = 0; i + 1 < column && !p->out->rc; i++)
      p->out->rc = buf_addc(p->out, text[i] == '\t' ? '\t' : ' ');
    if(!p->out->rc)
      p->out->rc = buf_adds(p->out, "^\n");
  }
}

static void measured(struct lines *p, json_t *finding)
{
  const char *before = doc_text(finding, "measured.before.text");
  const char *after = doc_text(finding, "measured.after.text");
  if(before[0] && after[0])
    lines_rowf(p, "  measured", "before: %s; with the fix: %s", before, after);
  else if(before[0] || after[0])
    lines_row(p, "  measured", before[0] ? before : after);
}

static void fix(struct lines *p, json_t *doc, json_t *finding)
{
  const char *text = doc_text(finding, "fix"), *state = "";
  struct buf also;
  if(is(finding, "proof", "proven"))
    state = "  (proven: measured again, and well)";
  else if(is(finding, "proof", "not proven"))
    state = "  (not proven)";
  if(text[0])
    lines_rowf(p, "  fix", "%s%s", text, state);
  buf_init(&also, 0);
  if(!p->out->rc)
    p->out->rc = nginx_render_also(doc, finding, &also);
  if(also.n)
    lines_rowf(p, "  mends too", "%s", buf_text(&also));
  buf_free(&also);
}

static void head(struct lines *p, json_t *finding)
{
  char text[300];
  struct buf place;
  const char *block = doc_text(finding, "block");
  snprintf(text, sizeof(text), "%s: %s (%s)", doc_text(finding, "rule"),
           doc_text(finding, "title"), doc_text(finding, "confidence"));
  lines_mark(p, colour_of(finding), doc_text(finding, "severity"), text);
  buf_init(&place, 0);
  if(!p->out->rc)
    p->out->rc = nginx_render_place(finding, &place);
  if(place.n)
    lines_rowf(p, "  at", "%s%s%s", buf_text(&place), block[0] ? ", " : "",
               block);
  buf_free(&place);
}

static void long_text(struct lines *p, json_t *finding)
{
  optional_row(p, "  why", doc_text(finding, "why"));
  optional_row(p, "  mind", doc_text(finding, "caveats"));
  optional_row(p, "  graded", doc_text(finding, "graded"));
  optional_row(p, "  nginx.org", doc_text(finding, "doc"));
}

static void whole(struct lines *p, json_t *doc, json_t *finding, bool explain)
{
  head(p, finding);
  source_line(p, finding);
  lines_row(p, "  seen", doc_text(finding, "symptom"));
  measured(p, finding);
  fix(p, doc, finding);
  if(explain)
    long_text(p, finding);
  lines_blank(p);
}

static void brief(struct lines *p, json_t *finding)
{
  char text[1100];
  const char *line = doc_text(finding, "fix");
  snprintf(text, sizeof(text), "%s%s%llu%s: %s%s%s", doc_text(finding, "rule"),
           doc_count(finding, "line") ? " (line " : " (",
           (unsigned long long)doc_count(finding, "line"), ")",
           doc_text(finding, "symptom"), line[0] ? " Fix: " : "", line);
  lines_mark(p, colour_of(finding), doc_text(finding, "severity"), text);
}

/* What a worse finding's fix mends already is named there; its own text is
 * for those who ask. */
static void findings(struct lines *p, json_t *doc, bool explain)
{
  json_t *j;
  size_t i;
  bool blank = false;
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    if(is(j, "severity", "info") && !explain) {
      brief(p, j);
      blank = true;
    } else if(explain || !doc_text(j, "same_fix_as")[0])
      whole(p, doc, j, explain);
  }
  if(blank)
    lines_blank(p);
}

static void diff(struct lines *p, json_t *doc)
{
  struct slice rest = slice_of(doc_text(doc, "diff"));
  while(rest.n && !p->out->rc) {
    struct slice line = slice_cut(&rest, '\n');
    const char *on = "", *off = "";
    if(p->colour && line.n && (line.p[0] == '+' || line.p[0] == '-')) {
      on = line.p[0] == '+' ? "\033[32m" : "\033[31m";
      off = "\033[0m";
    }
    p->out->rc = buf_addf(p->out, "%s%.*s%s\n", on, (int)line.n, line.p, off);
  }
  if(doc_text(doc, "diff")[0])
    lines_blank(p);
}

static void target(struct lines *p, json_t *t, bool first)
{
  const char *host = doc_text(t, "host"), *file = doc_text(t, "file");
  lines_rowf(p, first ? "judged" : "", "%s%s%s is handled by %s%s%s (%s)%s",
             doc_text(t, "uri"), host[0] ? " of " : "", host,
             doc_text(t, "location"), file[0] ? " in " : "", file,
             doc_text(t, "family"),
             doc_bool(t, "certain") ? "" : ", as far as the text tells");
}

static void about(struct lines *p, json_t *doc)
{
  json_t *j;
  size_t i;
  json_array_foreach(doc_array(doc, "targets"), i, j)
  {
    target(p, j, i == 0);
  }
  lines_rowf(p, "nginx", "%s (%s)%s%s", doc_text(doc, "nginx.version"),
             doc_text(doc, "nginx.version_from"),
             doc_text(doc, "nginx.binary")[0] ? ", " : "",
             doc_text(doc, "nginx.binary"));
  if(is(doc, "mode", "static"))
    lines_rowf(p, "static only", "%s; what only a run can tell is not known",
               doc_text(doc, "static_why"));
  optional_row(p, "written", doc_text(doc, "written"));
  json_array_foreach(doc_array(doc, "assumptions"), i, j)
  {
    lines_mark(p, PAGE_DIM, i ? "" : "assumed", json_string_value(j));
  }
  json_array_foreach(doc_array(doc, "config.notes"), i, j)
  {
    lines_mark(p, PAGE_DIM, i ? "" : "note", json_string_value(j));
  }
}

int nginx_render_text(json_t *doc, bool colour, bool explain, struct buf *out)
{
  struct lines p = {.out = out, .colour = colour};
  const char *word = nginx_render_verdict(doc);
  bool quiet = doc_count(doc, "summary.warn") == 0;
  if(strcmp(word, "PASS") != 0)
    lines_mark(&p, PAGE_BAD, word, doc_text(doc, "sentence"));
  else
    lines_mark(&p, quiet ? PAGE_GOOD : PAGE_WARN, quiet ? word : "WARN",
               doc_text(doc, "sentence"));
  lines_blank(&p);
  findings(&p, doc, explain);
  diff(&p, doc);
  about(&p, doc);
  if(json_array_size(doc_array(doc, "findings")) && !explain)
    lines_mark(&p, PAGE_DIM, "more",
               "weir explain RULE, or --explain for all of it");
  return out->rc;
}
