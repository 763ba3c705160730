/* SPDX-License-Identifier: MIT
 * Expected verdicts; see check_doc_expect in check_doc.h. */
#include <stdlib.h>
#include <string.h>

#include "conformance/check_doc.h"
#include "document/doc.h"

struct expectation {
  struct slice id, verdict, reason; /* into the profile's text */
};

static bool is_verdict(struct slice word)
{
#define X(name, text)                                                         \
  if(slice_eq_cstr(word, text))                                               \
    return true;
  VERDICT_LIST(X)
#undef X
  return false;
}

static struct slice next_word(struct slice *rest)
{
  struct slice word;
  *rest = slice_trim(*rest);
  word = slice_cut(rest, ' ');
  return word;
}

/* 1: *out is filled; 0: nothing on this line; negative: not understood. */
static int read_line(struct slice line, struct expectation *out, struct err *e)
{
  char *id;
  int rc = 1;
  line = slice_trim(line);
  if(!line.n || line.p[0] == '#')
    return 0;
  out->id = next_word(&line);
  out->verdict = next_word(&line);
  out->reason = slice_trim(line);
  id = slice_dup(out->id);
  if(!id)
    return err_set(e, E_NOMEM, "out of memory");
  if(strncmp(id, "app.", 4) != 0 && !check_find(id))
    rc = err_set(e, E_SYNTAX, "there is no check \"%s\" (weir list checks)",
                 id);
  else if(!is_verdict(out->verdict))
    rc = err_set(e, E_SYNTAX,
                 "a line is \"%s VERDICT reason\", with PASS, FAIL, WARN, "
                 "INFO, SKIP, UNTESTABLE or ERROR",
                 id);
  else if(!out->reason.n)
    rc = err_set(e, E_SYNTAX, "the reason why %s is expected is missing", id);
  free(id);
  return rc;
}

static json_t *find_check(json_t *doc, struct slice id)
{
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    if(slice_eq_cstr(id, doc_text(check, "id")))
      return check;
  }
  return NULL;
}

static int apply(json_t *doc, json_t *stale, const struct expectation *x)
{
  json_t *check = find_check(doc, x->id);
  if(!check)
    return 0;
  if(slice_eq_cstr(x->verdict, doc_text(check, "verdict")) ||
     doc_bool(check, "flaky"))
    return json_object_set_new(check, "expected", json_text(x->reason))
               ? E_NOMEM
               : 0;
  return json_array_append_new(
             stale, json_pack("{s:o, s:o, s:s, s:o}", "id", json_text(x->id),
                              "listed", json_text(x->verdict), "found",
                              doc_text(check, "verdict"), "reason",
                              json_text(x->reason)))
             ? E_NOMEM
             : 0;
}

int check_doc_expect(json_t *doc, struct slice text, const char *name,
                     struct err *e)
{
  json_t *stale = json_array();
  unsigned int line = 0;
  int rc = json_object_set_new(doc, "baseline",
                               json_pack("{s:o, s:O}", "file",
                                         json_text(slice_of(name)), "stale",
                                         stale));
  while(text.n && rc >= 0) {
    struct expectation x;
    line++;
    rc = read_line(slice_cut(&text, '\n'), &x, e);
    if(rc < 0)
      err_prefix(e, "%s:%u", name, line);
    else if(rc > 0)
      rc = apply(doc, stale, &x);
  }
  json_decref(stale);
  return rc < 0 ? rc : check_doc_decide(doc);
}
