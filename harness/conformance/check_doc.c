/* SPDX-License-Identifier: MIT
 * The conformance document out of findings; see check_doc.h. */
#include "conformance/check_doc.h"

#include <string.h>

#include "base/clock.h"
#include "base/shell.h"
#include "conformance/check_wire.h"
#include "document/doc.h"
#include "document/environment.h"
#include "document/secrets.h"
#include "page/escape.h"

bool check_doc_is(json_t *doc)
{
  return strcmp(doc_text(doc, "schema"), CHECK_SCHEMA) == 0;
}

/* Text that may hold the target's own bytes. */
static json_t *safe_text(struct slice text, bool keep_secrets)
{
  struct buf visible, masked;
  json_t *j = NULL;
  buf_init(&visible, 0);
  buf_init(&masked, 0);
  if(escape_visible(text, &visible) == 0 &&
     (keep_secrets || secrets_mask(buf_slice(&visible), &masked) == 0))
    j = json_text(buf_slice(keep_secrets ? &visible : &masked));
  buf_free(&visible);
  buf_free(&masked);
  return j;
}

static json_t *optional_text(const char *text)
{
  return text ? secrets_text(text) : json_null();
}

static json_t *plain_text(const char *text)
{
  return json_text(slice_of(text ? text : ""));
}

static bool has_fix(const struct check *c, const char *stack)
{
  size_t i;
  for(i = 0; stack && i < CHECK_MAX_FIXES && c->fix[i].stack; i++) {
    if(strcmp(c->fix[i].stack, stack) == 0)
      return true;
  }
  return false;
}

static int add_fixes(json_t *list, const struct check *c, const char *stack,
                     bool its)
{
  size_t i;
  for(i = 0; i < CHECK_MAX_FIXES && c->fix[i].stack; i++) {
    if(its != (strcmp(c->fix[i].stack, stack) == 0))
      continue;
    if(json_array_append_new(list,
                             json_pack("{s:s, s:s}", "stack", c->fix[i].stack,
                                       "text", c->fix[i].text)))
      return E_NOMEM;
  }
  return 0;
}

/* Those of one stack alone, or those of the one that was seen first. */
static json_t *fixes(const struct check_doc_input *in, const struct check *c)
{
  json_t *list = json_array();
  bool alone = has_fix(c, in->stack);
  const char *stack = alone ? in->stack : in->seen ? in->seen : "";
  int rc = add_fixes(list, c, stack, true);
  if(!rc && !alone)
    rc = add_fixes(list, c, stack, false);
  if(!rc)
    return list;
  json_decref(list);
  return NULL;
}

/* The URL for a shell: quoted where it must be and where the row does not
 * quote it itself. */
static int add_url(struct buf *out, const char *url)
{
  char before = out->n ? out->p[out->n - 1] : ' ';
  return before == ' ' ? shell_word(url, out) : buf_adds(out, url);
}

/* The command with "{url}" filled in. */
static json_t *reproduction(const struct check_doc_input *in,
                            const struct check *c)
{
  struct slice rest = slice_of(c->reproduce);
  struct buf text;
  json_t *j = NULL;
  int rc = 0;
  if(!rest.n)
    return json_null();
  buf_init(&text, 0);
  while(rest.n && !rc) {
    long at = slice_find(rest, "{url}");
    size_t n = at < 0 ? rest.n : (size_t)at;
    rc = buf_add(&text, rest.p, n);
    if(!rc && at >= 0)
      rc = add_url(&text, in->target->endpoint.url);
    n += at >= 0 ? 5 : 0;
    rest = (struct slice){rest.p + n, rest.n - n};
  }
  if(!rc)
    j = safe_text(buf_slice(&text), in->keep_secrets);
  buf_free(&text);
  return j;
}

static json_t *what_is_known(const struct check_doc_input *in,
                             const struct check *c)
{
  return json_pack("{s:{s:o, s:o}, s:o, s:o, s:o, s:o}", "clause", "url",
                   plain_text(c->anchor), "reference",
                   plain_text(c->reference), "why", plain_text(c->rationale),
                   "causes", plain_text(c->causes), "fix", fixes(in, c),
                   "reproduce", reproduction(in, c));
}

static json_t *check_build(const struct check_doc_input *in,
                           const struct finding *f)
{
  const struct check *c = f->check;
  json_t *about = what_is_known(in, c);
  json_t *j = json_pack(
      "{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:n, s:b}",
      "id", c->id, "title", plain_text(c->title), "verdict",
      verdict_name(f->verdict), "severity", severity_name(c->severity), "side",
      plain_text(c->side), "modes", plain_text(c->modes), "text",
      safe_text(slice_of(f->text), in->keep_secrets), "evidence",
      safe_text(buf_slice(&f->evidence), in->keep_secrets), "recording",
      f->recording ? plain_text(f->recording->name) : json_null(), "timing",
      f->timing, "flaky", f->flaky, "expected", "fails", 0);
  if(!j || !about || json_object_update(j, about)) {
    json_decref(j);
    j = NULL;
  }
  json_decref(about);
  return j;
}

static json_t *checks_build(const struct check_doc_input *in)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < in->findings && list; i++) {
    if(json_array_append_new(list, check_build(in, &in->finding[i]))) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static bool told_already(json_t *list, const char *name)
{
  json_t *r;
  size_t i;
  json_array_foreach(list, i, r)
  {
    if(strcmp(doc_text(r, "name"), name) == 0)
      return true;
  }
  return false;
}

/* The exchanges that findings point to, each once. */
static json_t *recordings_build(const struct check_doc_input *in)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; i < in->findings && list; i++) {
    const struct recording *r = in->finding[i].recording;
    if(!r || !r->name || told_already(list, r->name))
      continue;
    if(json_array_append_new(list, check_wire_build(r, in->keep_secrets))) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static const char *known_name(enum known k)
{
  return k == KNOWN_DECLARED ? "declared"
                             : (k == KNOWN_ASSUMED ? "assumed" : "unknown");
}

static const char *stream_name(enum stream_kind k)
{
  static const char *const name[] = {"unknown", "endless", "finite"};
  return name[k];
}

static const char *resume_name(enum resume_kind k)
{
  static const char *const name[] = {"unknown", "none", "at-least-once",
                                     "exactly-once"};
  return name[k];
}

static json_t *target_build(const struct check_doc_input *in)
{
  static const char *const mode[] = {"lint", "probe", "full"};
  const struct target *t = in->target;
  json_t *known = json_pack(
      "{s:s, s:s, s:s, s:s, s:o, s:s, s:b, s:b, s:b, s:o}", "stream",
      stream_name(t->stream), "stream_known", known_name(t->stream_known),
      "resume", resume_name(t->resume), "resume_known",
      known_name(t->resume_known), "heartbeat_ms",
      t->heartbeat_known == KNOWN_NOT ? json_null() : json_ms(t->heartbeat_ns),
      "heartbeat_known", known_name(t->heartbeat_known), "ids", t->ids,
      "numeric_ids", t->numeric_ids, "broadcast", t->broadcast, "origin",
      optional_text(t->origin));
  json_t *j = json_pack(
      "{s:o, s:o, s:s, s:b, s:b}", "url",
      safe_text(slice_of(t->endpoint.url), in->keep_secrets), "method",
      plain_text(t->endpoint.method ? t->endpoint.method : "GET"), "mode",
      mode[t->mode], "fast", t->fast, "strict", t->strict);
  if(!j || !known || json_object_update(j, known)) {
    json_decref(j);
    j = NULL;
  }
  json_decref(known);
  return j;
}

static json_t *assumptions_build(const struct check_doc_input *in)
{
  struct slice rest = in->assumptions;
  json_t *list = json_array();
  while(rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    if(line.n)
      json_array_append_new(list, safe_text(line, in->keep_secrets));
  }
  return list;
}

/* null, or how little came of a stream that checks wanted events of. */
static json_t *idle_build(const struct check_doc_input *in)
{
  uint64_t wanted = in->target->min_events;
  bool idle = wanted > 1; /* somebody said how many */
  size_t i;
  for(i = 0; i < in->findings; i++)
    idle = idle || in->finding[i].idle;
  if(!idle || in->stopped || in->events >= (wanted ? wanted : 1))
    return json_null();
  return json_pack("{s:I, s:I}", "events", (json_int_t)in->events, "wanted",
                   (json_int_t)wanted);
}

json_t *check_doc_build(const struct check_doc_input *in)
{
  char started[40];
  json_t *doc;
  clock_iso8601(in->started_real_ns, started, sizeof(started));
  doc = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:I, s:o, s:b,"
      " s:o, s:o, s:o, s:o, s:o, s:n}",
      "schema", CHECK_SCHEMA, "weir", WEIR_VERSION, "verdict", "pass",
      "sentence", "", "started", started, "elapsed_ms",
      json_ms(in->elapsed_ns), "seed",
      (json_int_t)(in->target->seed & INT64_MAX), "command",
      in->command ? safe_text(slice_of(in->command), in->keep_secrets)
                  : json_null(),
      "target", target_build(in), "environment",
      environment_build(in->libcurl, in->libuv), "assumptions",
      assumptions_build(in), "exchanges", (json_int_t)in->exchanges, "from",
      optional_text(in->from), "interrupted", in->interrupted, "stopped",
      in->stopped ? safe_text(slice_of(in->stopped), in->keep_secrets)
                  : json_null(),
      "lost", optional_text(in->lost), "idle", idle_build(in), "checks",
      checks_build(in), "recordings", recordings_build(in), "baseline");
  if(doc && check_doc_decide(doc) == 0)
    return doc;
  json_decref(doc);
  return NULL;
}

json_t *check_doc_find(json_t *doc, const char *id)
{
  json_t *check;
  size_t i;
  json_array_foreach(doc_array(doc, "checks"), i, check)
  {
    if(strcmp(doc_text(check, "id"), id) == 0)
      return check;
  }
  return NULL;
}
