/* SPDX-License-Identifier: MIT
 * The verdict and the sentence of a weir.nginx/1 document; see document.h. */
#include <stdio.h>
#include <string.h>

#include "doctor/document.h"
#include "document/doc.h"
#include "document/exit_code.h"

#define SENTENCE_TITLES 2
#define REFUSED         "nginx.refused"

struct tally {
  size_t error, warn, info, fails, lines, proven, not_proven;
};

static bool is(json_t *j, const char *path, const char *word)
{
  return strcmp(doc_text(j, path), word) == 0;
}

/* Edits of others before it that are the same change. */
static bool is_counted(json_t *findings, size_t upto, json_t *edit)
{
  json_t *j, *e;
  size_t i, k;
  json_array_foreach(findings, i, j)
  {
    if(i >= upto)
      return false;
    if(is(j, "severity", "info"))
      continue;
    json_array_foreach(doc_array(j, "edits"), k, e)
    {
      if(json_equal(e, edit))
        return true;
    }
  }
  return false;
}

static void count_one(json_t *findings, size_t at, bool strict,
                      struct tally *n)
{
  json_t *j = json_array_get(findings, at), *edit;
  bool error = is(j, "severity", "error"), warn = is(j, "severity", "warn");
  size_t i;
  n->error += error;
  n->warn += warn;
  n->info += !error && !warn;
  n->proven += is(j, "proof", "proven");
  n->not_proven += is(j, "proof", "not proven");
  json_object_set_new(j, "fails", json_boolean(error || (warn && strict)));
  n->fails += error || (warn && strict);
  if(!error && !warn)
    return;
  json_array_foreach(doc_array(j, "edits"), i, edit)
  {
    n->lines += !is_counted(findings, at, edit);
  }
}

/* "/events", "/events and /feed". */
static void add_uris(json_t *doc, struct buf *out)
{
  json_t *targets = doc_array(doc, "targets");
  const char *before = "";
  size_t i, n = 0;
  if(!json_array_size(targets))
    buf_adds(out, "connections that stream{} passes on");
  for(i = 0; i < json_array_size(targets) && n < 3; i++) {
    const char *uri = doc_text(json_array_get(targets, i), "uri");
    if(strcmp(uri, before) == 0)
      continue;
    buf_addf(out, "%s%s", n++ ? ", " : "", uri);
    before = uri;
  }
}

/* "reach clients late, in bursts, and are cut off in silence; 1 more": the
 * worst that each need a change of their own. */
static int add_titles(json_t *doc, struct buf *out)
{
  json_t *findings = doc_array(doc, "findings"), *j;
  const char *before = "", *text;
  bool phrases = false;
  size_t i, n = 0, more = 0;
  int rc = 0;
  json_array_foreach(findings, i, j)
  {
    if(is(j, "severity", "info") || doc_text(j, "same_fix_as")[0])
      continue;
    text = doc_text(j, "headline");
    if(n == 0)
      phrases = text[0] != '\0';
    text = phrases ? text : doc_text(j, "title");
    if(n == SENTENCE_TITLES || !text[0] || strcmp(text, before) == 0)
      more++;
    else if(!rc)
      rc = buf_addf(out, "%s%s",
                    n++       ? phrases ? ", and " : "; "
                    : phrases ? " "
                              : ": ",
                    text);
    before = text;
  }
  if(!rc && more)
    rc = buf_addf(out, "; %zu more", more);
  return rc ? rc : buf_addc(out, '.');
}

static void add_lines(const struct tally *n, struct buf *out)
{
  if(!n->lines)
    return;
  buf_addf(out, " %zu line%s to change%s.", n->lines, n->lines == 1 ? "" : "s",
           n->proven && !n->not_proven ? ", proven by a second run" : "");
}

/* What was measured of the worst that was. */
static int add_measure(json_t *doc, struct buf *out)
{
  json_t *j;
  size_t i;
  json_array_foreach(doc_array(doc, "findings"), i, j)
  {
    const char *text = doc_text(j, "measured.before.text");
    if(text[0] && !is(j, "severity", "info"))
      return buf_addf(out, " Measured: %s.", text);
  }
  return 0;
}

/* All else comes after: there is no such nginx. */
static int refused(json_t *doc, struct buf *out)
{
  json_t *findings = doc_array(doc, "findings"), *j;
  json_t *first = json_array_get(findings, 0);
  const char *said = doc_text(first, "symptom");
  size_t i, n = 0;
  json_array_foreach(findings, i, j)
  {
    n += is(j, "rule", REFUSED);
  }
  buf_adds(out, "nginx refuses this configuration");
  if(doc_count(first, "line"))
    buf_addf(out, ", line %llu", (unsigned long long)doc_count(first, "line"));
  said = strstr(said, ": ");
  buf_adds(out, said ? said : "");
  if(n > 1)
    buf_addf(out, "; %zu more", n - 1);
  return buf_adds(out, ". Nothing is proven before it takes it; what else is "
                       "said is judged from the text alone.");
}

static int sentence(json_t *doc, const struct tally *n, struct buf *out)
{
  if(is(json_array_get(doc_array(doc, "findings"), 0), "rule", REFUSED))
    return refused(doc, out);
  if(!n->fails && doc_text(doc, "unjudged")[0])
    return buf_addf(out, "Nothing of a stream could be judged: %s.",
                    doc_text(doc, "unjudged"));
  if(n->error + n->warn == 0) {
    buf_adds(out, "Nothing was found that holds, cuts or changes events "
                  "on ");
    add_uris(doc, out);
    buf_addc(out, '.');
  } else {
    buf_adds(out, "Events on ");
    add_uris(doc, out);
    add_titles(doc, out);
    add_measure(doc, out);
    add_lines(n, out);
  }
  if(is(doc, "mode", "static"))
    buf_adds(out, " Judged from the text alone: nginx was not run.");
  return out->rc;
}

static const char *verdict(json_t *doc, const struct tally *n)
{
  if(doc_bool(doc, "interrupted"))
    return "interrupted";
  if(n->fails)
    return "fail";
  return doc_text(doc, "unjudged")[0] ? "unjudged" : "pass";
}

int document_decide(json_t *doc)
{
  json_t *findings = doc_array(doc, "findings");
  struct tally n = {0};
  struct buf text;
  size_t i;
  int rc;
  for(i = 0; i < json_array_size(findings); i++)
    count_one(findings, i, doc_bool(doc, "strict"), &n);
  buf_init(&text, 0);
  rc = sentence(doc, &n, &text);
  if(!rc)
    rc = json_object_set_new(
        doc, "summary",
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "error",
                  (json_int_t)n.error, "warn", (json_int_t)n.warn, "info",
                  (json_int_t)n.info, "lines_to_change", (json_int_t)n.lines,
                  "proven", (json_int_t)n.proven, "not_proven",
                  (json_int_t)n.not_proven));
  if(!rc)
    rc = json_object_set_new(doc, "verdict", json_string(verdict(doc, &n)));
  if(!rc)
    rc = json_object_set_new(doc, "sentence", json_text(buf_slice(&text)));
  buf_free(&text);
  return rc ? E_NOMEM : 0;
}

int doctor_exit_code(json_t *doc)
{
  if(is(doc, "verdict", "interrupted"))
    return EXIT_INTERRUPTED;
  if(is(doc, "verdict", "unjudged"))
    return EXIT_UNREACHABLE;
  return is(doc, "verdict", "pass") ? EXIT_PASS : EXIT_FAIL;
}
