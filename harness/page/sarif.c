/* SPDX-License-Identifier: MIT
 * SARIF 2.1.0 (OASIS); see write.h. */
#include <string.h>

#include "base/json.h"
#include "page/cases.h"
#include "page/escape.h"
#include "page/write.h"

#define SCHEMA                                                                \
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/"                \
  "sarif-schema-2.1.0.json"

static json_t *text_of(const char *text)
{
  struct buf safe;
  json_t *j = NULL;
  buf_init(&safe, 0);
  if(escape_visible(slice_of(text), &safe) == 0)
    j = json_text(buf_slice(&safe));
  buf_free(&safe);
  return j;
}

static json_t *message(const char *text)
{
  return json_pack("{s:o}", "text", text_of(text));
}

/* What passed or was left out is no result.  NULL then. */
static const char *level_of(const struct page_finding *f)
{
  if(f->outcome == PAGE_FAILED || f->outcome == PAGE_ERROR)
    return "error";
  if(f->outcome != PAGE_NOTED)
    return NULL;
  return f->grade == PAGE_WARN || f->grade == PAGE_BAD ? "warning" : "note";
}

/* Paths are relative references: what a URI reserves is escaped. */
static json_t *artifact(const char *path)
{
  struct buf uri;
  json_t *j = NULL;
  buf_init(&uri, 0);
  for(; *path; path++) {
    unsigned char c = (unsigned char)*path;
    if(c <= 0x20 || c >= 0x7f || strchr("%\"<>\\^`{|}", c))
      buf_addf(&uri, "%%%02X", c);
    else
      buf_addc(&uri, *path);
  }
  if(!uri.rc)
    j = json_pack("{s:s}", "uri", buf_text(&uri));
  buf_free(&uri);
  return j;
}

/* Where; of a result without a file, what was looked at. */
static json_t *location(const struct page *p, const struct page_finding *f)
{
  bool placed = page_has(f->place.file);
  json_t *region =
      json_pack("{s:I}", "startLine",
                (json_int_t)(placed && f->place.line ? f->place.line : 1));
  if(placed && f->place.column)
    json_object_set_new(region, "startColumn",
                        json_integer((json_int_t)f->place.column));
  return json_pack("{s:{s:o, s:o}}", "physicalLocation", "artifactLocation",
                   artifact(placed ? f->place.file : p->about), "region",
                   region);
}

static json_t *replacement(const struct page_edit *e)
{
  return json_pack("{s:o, s:[{s:{s:I, s:I}, s:o}]}", "artifactLocation",
                   artifact(e->file), "replacements", "deletedRegion",
                   "byteOffset", (json_int_t)e->start, "byteLength",
                   (json_int_t)(e->end - e->start), "insertedContent",
                   message(e->text));
}

static json_t *fixes(const struct page_finding *f)
{
  const struct page_edit *e;
  json_t *changes = json_array();
  for(e = f->edit; e; e = e->next)
    json_array_append_new(changes, replacement(e));
  return json_pack("[{s:o, s:o}]", "description",
                   message(page_term_text(f, PAGE_FIX)), "artifactChanges",
                   changes);
}

static json_t *result(const struct page *p, const struct page_finding *f)
{
  const char *seen = page_term_text(f, PAGE_SEEN);
  const char *fix = page_term_text(f, PAGE_FIX);
  struct buf said;
  json_t *j;
  buf_init(&said, 0);
  buf_addf(&said, "%s%s%s", seen[0] ? seen : cases_message(f),
           fix[0] ? "\nFix: " : "", fix);
  j = json_pack("{s:o, s:s, s:o, s:[o]}", "ruleId", text_of(f->id), "level",
                level_of(f), "message",
                said.rc ? NULL : message(buf_text(&said)), "locations",
                location(p, f));
  if(j && f->edit)
    json_object_set_new(j, "fixes", fixes(f));
  buf_free(&said);
  return j;
}

static json_t *rule(const struct page_finding *f)
{
  const struct page_term *t;
  const char *why = page_term_text(f, PAGE_WHY);
  json_t *j = json_pack("{s:o, s:o}", "id", text_of(f->id), "shortDescription",
                        message(page_has(f->title) ? f->title : f->id));
  if(j && why[0])
    json_object_set_new(j, "fullDescription", message(why));
  if(j && page_term_text(f, PAGE_FIX)[0])
    json_object_set_new(j, "help", message(page_term_text(f, PAGE_FIX)));
  for(t = f->term; j && t; t = t->next) {
    if(page_has(t->url) && !json_object_get(j, "helpUri"))
      json_object_set_new(j, "helpUri", text_of(t->url));
  }
  return j;
}

/* Each rule once; known has the ids of those that are there. */
static int add_rule(json_t *rules, json_t *known, const struct page_finding *f)
{
  json_t *one = rule(f);
  const char *id = json_string_value(json_object_get(one, "id"));
  int rc = id ? 0 : E_NOMEM;
  if(!rc && !json_object_get(known, id) &&
     (json_array_append(rules, one) ||
      json_object_set_new(known, id, json_true())))
    rc = E_NOMEM;
  json_decref(one);
  return rc;
}

static int fill(const struct page *p, json_t *rules, json_t *results)
{
  const struct page_finding *f;
  json_t *known = json_object();
  struct cases c;
  int rc = known ? 0 : E_NOMEM;
  for(f = cases_first(&c, p); !rc && f; f = cases_next(&c)) {
    if(!level_of(f) || (f->case_only && !page_has(f->notice)))
      continue;
    rc = add_rule(rules, known, f);
    if(json_array_append_new(results, result(p, f)))
      rc = E_NOMEM;
  }
  json_decref(known);
  return rc;
}

int page_sarif(const struct page *p, bool colour, struct buf *out)
{
  json_t *rules = json_array(), *results = json_array(), *doc;
  int rc = rules && results ? fill(p, rules, results) : E_NOMEM;
  (void)colour;
  doc = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:o}]}", "$schema",
                  SCHEMA, "version", "2.1.0", "runs", "tool", "driver", "name",
                  p->command, "version", WEIR_VERSION, "rules", rules,
                  "results", results);
  if(!rc && !doc)
    rc = E_NOMEM;
  if(!rc)
    rc = json_print(doc, true, out);
  json_decref(doc);
  return rc ? rc : buf_addc(out, '\n');
}
