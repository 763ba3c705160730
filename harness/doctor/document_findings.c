/* SPDX-License-Identifier: MIT
 * The findings of a weir.nginx/1 document; see document.h. */
#include <string.h>

#include "doctor/document.h"
#include "document/doc.h"
#include "document/secrets.h"
#include "page/escape.h"

#define SOURCE_MAX 200

/* Control characters are made visible, but for the tabs that people indent
 * with. */
static int add_visible(struct slice text, struct buf *out)
{
  int rc = 0;
  while(text.n && !rc) {
    struct slice part = slice_cut(&text, '\t');
    rc = escape_visible(part, out);
    if(!rc && text.p)
      rc = buf_addc(out, '\t');
  }
  return rc;
}

json_t *document_safe_text(struct slice text, bool keep_secrets)
{
  struct buf visible, lines, masked;
  json_t *j = NULL;
  buf_init(&visible, 0);
  buf_init(&lines, 0);
  buf_init(&masked, 0);
  if(add_visible(text, &visible) == 0 &&
     (keep_secrets || (document_mask(buf_slice(&visible), &lines) == 0 &&
                       secrets_mask(buf_slice(&lines), &masked) == 0)))
    j = json_text(buf_slice(keep_secrets ? &visible : &masked));
  buf_free(&visible);
  buf_free(&lines);
  buf_free(&masked);
  return j;
}

static json_t *safe(const struct document_input *in, const char *text)
{
  return document_safe_text(slice_of(text), in->keep_secrets);
}

/* The line of the configuration, or null. */
static json_t *source(const struct document_input *in,
                      const struct doctor_finding *f)
{
  const struct conf_file *file =
      f->file ? conf_file_of(in->conf, f->file) : NULL;
  struct slice rest = file ? file->text : (struct slice){NULL, 0};
  struct slice line = {NULL, 0};
  uint32_t at;
  for(at = 0; at < f->line && rest.n; at++)
    line = slice_cut(&rest, '\n');
  if(!f->line || at < f->line || !line.p)
    return json_null();
  while(line.n && strchr(" \t\r", line.p[line.n - 1]))
    line.n--;
  line.n = line.n > SOURCE_MAX ? SOURCE_MAX : line.n;
  return document_safe_text(line, in->keep_secrets);
}

static json_t *measure(const struct doctor_measure *m)
{
  if(!m->made)
    return json_null();
  return json_pack("{s:o, s:s, s:s}", "value", doc_real(m->value), "unit",
                   m->unit, "text", m->text);
}

static json_t *edits(const struct document_input *in,
                     const struct doctor_finding *f)
{
  static const char *const kind[] = {"set", "remove", "insert"};
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < f->edits && list; i++) {
    const struct conf_edit *e = &f->edit[i];
    json_t *one = json_pack(
        "{s:s, s:o, s:I, s:I, s:I, s:o, s:o}", "kind", kind[e->kind], "file",
        safe(in, e->file), "line", (json_int_t)e->line, "start",
        (json_int_t)e->start_bytes, "end", (json_int_t)e->end_bytes, "block",
        safe(in, e->block), "text", safe(in, e->text));
    if(json_array_append_new(list, one)) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static json_t *optional(const struct document_input *in, const char *text)
{
  return text && text[0] ? safe(in, text) : json_null();
}

static json_t *about_rule(const struct doctor_rule *r)
{
  return json_pack("{s:s, s:s?, s:s, s:s, s:s, s:s}", "title", r->title,
                   "headline", r->headline, "why", r->why, "caveats",
                   r->caveats, "doc", r->doc, "graded", r->graded);
}

/* on: the locations that it is said of. */
static json_t *finding_build(const struct document_input *in, json_t *on,
                             const struct doctor_finding *f)
{
  json_t *about = about_rule(f->rule);
  json_t *j = json_pack(
      "{s:s, s:s, s:s, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
      " s:{s:o, s:o}, s:s, s:o, s:n, s:b}",
      "rule", f->rule->id, "severity", doctor_severity_name(f->severity),
      "confidence", doctor_confidence_name(f->confidence), "file",
      optional(in, f->file), "line", (json_int_t)f->line, "column",
      (json_int_t)f->column, "source", source(in, f), "directive",
      optional(in, f->directive), "effective", optional(in, f->effective),
      "inherited_from", optional(in, f->inherited_from), "block",
      optional(in, f->block), "symptom", safe(in, f->symptom), "fix",
      optional(in, f->fix), "edits", edits(in, f), "measured", "before",
      measure(&f->before), "after", measure(&f->after), "proof",
      doctor_fix_state_name(f->state), "targets", on, "same_fix_as", "fails",
      0);
  if(!j || !about || json_object_update(j, about)) {
    json_decref(j);
    j = NULL;
  }
  json_decref(about);
  return j;
}

/* The same rule at the same place: said of another location already. */
static json_t *told(json_t *list, const struct doctor_finding *f)
{
  json_t *j;
  size_t i;
  json_array_foreach(list, i, j)
  {
    if(strcmp(doc_text(j, "rule"), f->rule->id) == 0 &&
       doc_count(j, "line") == f->line &&
       strcmp(doc_text(j, "file"), f->file ? f->file : "") == 0)
      return j;
  }
  return NULL;
}

static int rank(json_t *finding)
{
  const char *s = doc_text(finding, "severity");
  return strcmp(s, "error") == 0 ? 0 : strcmp(s, "warn") == 0 ? 1 : 2;
}

static int add_all(const struct document_input *in, size_t target,
                   json_t *list)
{
  const struct doctor_findings *all = in->target[target].findings;
  size_t i;
  int rc = 0;
  for(i = 0; i < all->n && !rc; i++) {
    json_t *before = told(list, &all->at[i]);
    if(before)
      rc = json_array_append_new(json_object_get(before, "targets"),
                                 json_integer((json_int_t)target));
    else
      rc = json_array_append_new(
          list, finding_build(in, json_pack("[I]", (json_int_t)target),
                              &all->at[i]));
  }
  return rc;
}

/* Where one change mends several, the worst of them carries it. */
static void link_fixes(json_t *list)
{
  json_t *j, *k;
  size_t i, n;
  json_array_foreach(list, i, j)
  {
    json_t *mine = json_array_get(doc_array(j, "edits"), 0);
    for(n = 0; n < i && mine; n++) {
      k = json_array_get(list, n);
      if(json_equal(json_array_get(doc_array(k, "edits"), 0), mine)) {
        json_object_set_new(j, "same_fix_as",
                            json_string(doc_text(k, "rule")));
        break;
      }
    }
  }
}

json_t *document_findings(const struct document_input *in)
{
  json_t *all = json_array(), *sorted = json_array(), *j;
  size_t i;
  int severity, rc = all && sorted ? 0 : E_NOMEM;
  for(i = 0; in->text && i < in->text->n && !rc; i++)
    rc = json_array_append_new(
        all, finding_build(in, json_array(), &in->text->at[i]));
  for(i = 0; i < in->targets && !rc; i++)
    rc = add_all(in, i, all);
  for(severity = 0; severity < 3 && !rc; severity++) {
    json_array_foreach(all, i, j)
    {
      if(!rc && rank(j) == severity)
        rc = json_array_append(sorted, j);
    }
  }
  json_decref(all);
  if(rc) {
    json_decref(sorted);
    return NULL;
  }
  link_fixes(sorted);
  return sorted;
}
