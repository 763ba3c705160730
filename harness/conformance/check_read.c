/* SPDX-License-Identifier: MIT
 * Reading and checking of documents; see check_read.h. */
#include "conformance/check_read.h"

#include <string.h>

#include "base/file.h"
#include "conformance/check_doc.h"
#include "document/doc.h"

static const struct {
  const char *path;
  json_type type;
} members[] = {
    {"verdict", JSON_STRING},    {"sentence", JSON_STRING},
    {"target", JSON_OBJECT},     {"target.url", JSON_STRING},
    {"summary", JSON_OBJECT},    {"summary.fail", JSON_INTEGER},
    {"assumptions", JSON_ARRAY}, {"checks", JSON_ARRAY},
    {"recordings", JSON_ARRAY},
};

static bool are_checks_whole(json_t *doc)
{
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    if(!doc_text(check, "id")[0] || !doc_text(check, "verdict")[0])
      return false;
  }
  return true;
}

int check_read_verify(json_t *doc, const char *name, struct err *e)
{
  const char *schema = doc_text(doc, "schema");
  size_t i;
  if(strcmp(schema, CHECK_SCHEMA) != 0)
    return err_set(e, E_MISMATCH,
                   "%s: %s%.40s%s; the result of weir check (" CHECK_SCHEMA
                   ") is wanted",
                   name,
                   schema[0] ? "a \""
                             : "not a result of weir: it has "
                               "no \"schema\"",
                   schema, schema[0] ? "\" document" : "");
  for(i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
    json_t *v = json_dotted_get(doc, members[i].path);
    if(!v || json_typeof(v) != members[i].type)
      return err_set(e, E_MISMATCH,
                     "%s: damaged: \"%s\" is missing or of the wrong kind",
                     name, members[i].path);
  }
  if(!are_checks_whole(doc))
    return err_set(e, E_MISMATCH, "%s: damaged: a check has no id or verdict",
                   name);
  return 0;
}

json_t *check_read(const char *path, struct err *e)
{
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  struct buf text;
  json_t *doc = NULL;
  buf_init(&text, 0);
  if(file_read(path, CHECK_READ_MAX_BYTES, &text, e) == 0)
    doc = json_parse(buf_slice(&text), name, e);
  buf_free(&text);
  if(doc && check_read_verify(doc, name, e)) {
    json_decref(doc);
    doc = NULL;
  }
  return doc;
}
