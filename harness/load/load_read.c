/* SPDX-License-Identifier: MIT
 * Reading and checking of documents; see load_read.h. */
#include "load/load_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "document/doc.h"
#include "load/load_doc.h"
#include "load/summary.h"

static const struct {
  const char *path;
  json_type type;
} members[] = {
    {"verdict", JSON_STRING},
    {"sentence", JSON_STRING},
    {"started", JSON_STRING},
    {"seed", JSON_INTEGER},
    {"target", JSON_OBJECT},
    {"environment", JSON_OBJECT},
    {"scenario", JSON_OBJECT},
    {"assumptions", JSON_ARRAY},
    {"thresholds", JSON_ARRAY},
    {"first_offenders", JSON_ARRAY},
    {"workers", JSON_ARRAY},
    {"timeline", JSON_ARRAY},
    {"snapshot", JSON_OBJECT},
    {"summary", JSON_OBJECT},
    {"summary.connections", JSON_OBJECT},
    {"summary.connections.opened", JSON_INTEGER},
    {"summary.events", JSON_OBJECT},
    {"summary.events.received", JSON_INTEGER},
    {"summary.events.ledger", JSON_STRING},
    {"summary.latency_ms", JSON_OBJECT},
    {"summary.latency_ms.source", JSON_STRING},
    {"summary.generator", JSON_OBJECT},
    {"summary.generator.reasons", JSON_ARRAY},
};

static int check_schema(json_t *doc, const char *name, struct err *e)
{
  const char *schema = json_string_value(json_object_get(doc, "schema"));
  long version;
  if(!schema)
    return err_set(e, E_MISMATCH,
                   "%s: not a result of weir: it has no \"schema\"", name);
  if(strcmp(schema, LOAD_SCHEMA) == 0)
    return 0;
  if(strncmp(schema, "weir.load/", 10) != 0)
    return err_set(e, E_MISMATCH,
                   "%s: a \"%.40s\" document; the result of a load run "
                   "(" LOAD_SCHEMA ") is wanted",
                   name, schema);
  version = strtol(schema + 10, NULL, 10);
  return err_set(e, E_MISMATCH,
                 "%s: written by %s version of weir (%.40s; this one reads "
                 "" LOAD_SCHEMA ")%s",
                 name, version > 1 ? "a newer" : "an older", schema,
                 version > 1 ? "; use that version" : "; repeat the run");
}

static int check_members(json_t *doc, const char *name, struct err *e)
{
  size_t i;
  for(i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
    json_t *v = json_dotted_get(doc, members[i].path);
    if(!v || json_typeof(v) != members[i].type)
      return err_set(e, E_MISMATCH,
                     "%s: damaged: \"%s\" is missing or of the wrong kind",
                     name, members[i].path);
  }
  if(ledger_mode_parse(doc_text(doc, "summary.events.ledger")) < 0 ||
     latency_source_parse(doc_text(doc, "summary.latency_ms.source")) < 0)
    return err_set(e, E_MISMATCH,
                   "%s: damaged: unknown kind of ledger or latency", name);
  return 0;
}

/* The parser knows an early end only where no word is cut in two. */
static void explain_end(struct slice text, struct err *e)
{
  text = slice_trim(text);
  if(strstr(e->text, "end of file") || strstr(e->text, "premature end") ||
     (text.p[0] == '{' && text.p[text.n - 1] != '}'))
    strncat(e->text, " (is the file truncated?)",
            sizeof(e->text) - strlen(e->text) - 1);
}

int load_read_verify(json_t *doc, const char *name, struct err *e)
{
  int rc = check_schema(doc, name, e);
  return rc ? rc : check_members(doc, name, e);
}

/* Any JSON, with better words than the parser's. */
static json_t *parse(struct slice text, const char *name, struct err *e)
{
  struct err why = {0};
  json_t *doc;
  if(slice_trim(text).n == 0) {
    err_set(e, E_SYNTAX, "%s: empty", name);
    return NULL;
  }
  doc = json_parse(text, name, &why);
  if(!doc) {
    explain_end(text, &why);
    err_set(e, why.code, "%s", why.text);
  }
  return doc;
}

static json_t *verified(json_t *doc, const char *name, struct err *e)
{
  if(doc && load_read_verify(doc, name, e)) {
    json_decref(doc);
    return NULL;
  }
  return doc;
}

json_t *load_read_text(struct slice text, const char *name, struct err *e)
{
  return verified(parse(text, name, e), name, e);
}

static const char *name_of(const char *path)
{
  return strcmp(path, "-") == 0 ? "standard input" : path;
}

json_t *load_read_any(const char *path, struct err *e)
{
  struct buf text;
  json_t *doc = NULL;
  buf_init(&text, 0);
  if(file_read(path, LOAD_READ_MAX_BYTES, &text, e) == 0)
    doc = parse(buf_slice(&text), name_of(path), e);
  buf_free(&text);
  return doc;
}

json_t *load_read(const char *path, struct err *e)
{
  return verified(load_read_any(path, e), name_of(path), e);
}
