/* SPDX-License-Identifier: MIT
 * Summary, verdict and exit code of a conformance document, and its baseline;
 * see check_doc.h.  Works on JSON, so that a document read back is judged by
 * the same code. */
#include <string.h>

#include "conformance/check_doc.h"
#include "document/doc.h"
#include "document/exit_code.h"

#define NAMED_MAX 3 /* failing checks that the sentence names */

static const char *const verdicts[] = {
#define X(id, name) name,
    VERDICT_LIST(X)
#undef X
};

#define VERDICTS (sizeof(verdicts) / sizeof(verdicts[0]))

static bool verdict_is(json_t *check, enum verdict v)
{
  return strcmp(doc_text(check, "verdict"), verdicts[v]) == 0;
}

/* What a check does to the exit code, its expectation aside. */
static bool is_failing(json_t *check, bool strict)
{
  if(verdict_is(check, VERDICT_FAIL))
    return true;
  if(!strict)
    return false;
  return verdict_is(check, VERDICT_WARN) ||
         (verdict_is(check, VERDICT_UNTESTABLE) &&
          strcmp(doc_text(check, "severity"), severity_name(SEVERITY_I)) != 0);
}

static json_t *summarise(json_t *checks)
{
  static const char *const keys[] = {"pass", "fail",       "warn", "info",
                                     "skip", "untestable", "error"};
  uint64_t count[VERDICTS] = {0};
  json_t *summary = json_object(), *check;
  size_t i, v;
  json_array_foreach(checks, i, check)
  {
    for(v = 0; v < VERDICTS; v++)
      count[v] += verdict_is(check, (enum verdict)v);
  }
  for(v = 0; v < VERDICTS; v++)
    json_object_set_new(summary, keys[v], doc_integer(count[v]));
  return summary;
}

struct tally {
  uint64_t checks, fails, errors, expected, stale;
};

static struct tally mark(json_t *doc)
{
  struct tally t = {0};
  bool strict = doc_bool(doc, "target.strict");
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    bool listed = json_is_string(json_object_get(check, "expected"));
    bool fails = is_failing(check, strict);
    t.checks++;
    t.expected += fails && listed;
    t.errors += verdict_is(check, VERDICT_ERROR) && !listed;
    fails = fails && !listed;
    t.fails += fails;
    json_object_set_new(check, "fails", json_boolean(fails));
  }
  t.stale = json_array_size(doc_array(doc, "baseline.stale"));
  return t;
}

static const char *decide(json_t *doc, const struct tally *t)
{
  if(doc_bool(doc, "interrupted"))
    return "interrupted";
  if(t->fails || t->stale)
    return "fail";
  if(doc_text(doc, "stopped")[0])
    return "unreachable";
  if(t->errors)
    return "error";
  return doc_count(doc, "idle.wanted") ? "unjudged" : "pass";
}

static int name_failing(json_t *doc, struct buf *out)
{
  json_t *check;
  size_t i, n = 0;
  int rc = 0;
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    if(rc || !doc_bool(check, "fails"))
      continue;
    if(n < NAMED_MAX)
      rc = buf_addf(out, "%s%s", n ? ", " : ": ", doc_text(check, "id"));
    else if(n == NAMED_MAX)
      rc = buf_adds(out, " and more");
    n++;
  }
  return rc;
}

static void count_phrase(json_t *doc, const char *key, const char *text,
                         struct buf *out)
{
  char path[40] = "summary.";
  uint64_t n;
  strncat(path, key, sizeof(path) - sizeof("summary."));
  n = doc_count(doc, path);
  if(n)
    buf_addf(out, ", %llu %s", (unsigned long long)n, text);
}

/* What comes first: that there was nothing to judge. */
static void idle_phrase(json_t *doc, struct buf *out)
{
  unsigned long long came = (unsigned long long)doc_count(doc, "idle.events");
  if(!json_is_object(json_object_get(doc, "idle")))
    return;
  if(!doc_count(doc, "idle.wanted"))
    buf_adds(out, "idle stream, events not judged: ");
  else if(came)
    buf_addf(out,
             "idle: only %llu events came (--min-events): have more "
             "published meanwhile; ",
             came);
  else
    buf_adds(out, "idle: no event came, so that nothing can be said of the "
                  "stream: have something published meanwhile, or accept it "
                  "with --min-events 0; ");
}

/* There is no stream; what of that can be blamed is named. */
static int stopped_phrase(json_t *doc, const struct tally *t, struct buf *out)
{
  buf_adds(out, doc_text(doc, "stopped"));
  if(t->fails) {
    buf_addf(out, "; %llu failed", (unsigned long long)t->fails);
    name_failing(doc, out);
  }
  return out->rc;
}

static int sentence(json_t *doc, const struct tally *t, struct buf *out)
{
  unsigned long long passed =
      (unsigned long long)doc_count(doc, "summary.pass");
  if(doc_text(doc, "stopped")[0])
    return stopped_phrase(doc, t, out);
  if(doc_text(doc, "lost")[0])
    buf_addf(out, "%s, what was to come behind it was not judged: ",
             doc_text(doc, "lost"));
  idle_phrase(doc, out);
  buf_addf(out, "%llu of %llu checks passed", passed,
           (unsigned long long)t->checks);
  if(t->fails)
    buf_addf(out, ", %llu failed", (unsigned long long)t->fails);
  if(t->fails)
    name_failing(doc, out);
  count_phrase(doc, "warn", "warned", out);
  count_phrase(doc, "error", "ended in trouble of weir's own", out);
  count_phrase(doc, "info", "for information", out);
  count_phrase(doc, "untestable", "could not be tested", out);
  count_phrase(doc, "skip", "not applicable", out);
  if(t->expected)
    buf_addf(out, "; %llu expected by the profile",
             (unsigned long long)t->expected);
  if(t->stale)
    buf_addf(out, "; %llu entries of the profile are stale",
             (unsigned long long)t->stale);
  return out->rc;
}

int check_doc_decide(json_t *doc)
{
  struct buf text;
  struct tally t;
  int rc;
  buf_init(&text, 0);
  rc = json_object_set_new(doc, "summary", summarise(doc_array(doc, "checks")))
           ? E_NOMEM
           : 0;
  t = mark(doc);
  if(!rc)
    rc = sentence(doc, &t, &text);
  if(!rc &&
     (json_object_set_new(doc, "verdict", json_string(decide(doc, &t))) ||
      json_object_set_new(doc, "sentence", json_text(buf_slice(&text)))))
    rc = E_NOMEM;
  buf_free(&text);
  return rc;
}

int check_doc_exit_code(json_t *doc)
{
  static const struct {
    const char *verdict;
    int code;
  } codes[] = {{"pass", EXIT_PASS},
               {"fail", EXIT_FAIL},
               {"unreachable", EXIT_UNREACHABLE},
               {"unjudged", EXIT_UNREACHABLE},
               {"interrupted", EXIT_INTERRUPTED}};
  size_t i;
  for(i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
    if(strcmp(doc_text(doc, "verdict"), codes[i].verdict) == 0)
      return codes[i].code;
  }
  return EXIT_INVALID;
}
