/* SPDX-License-Identifier: MIT
 * Targets that are no event streams, each told in one sentence; see
 * check_run.h.  A stream with a wrong status or type is not among them: that
 * is for the checks to say. */
#include <stdio.h>
#include <string.h>

#include "conformance/check_run.h"

#define HEAD_CHECK "http.hdr.prompt" /* judges the wait for the head */

/* The essence of Content-Type, without parameters. */
static struct slice media_type(const struct recording *r)
{
  struct slice value = recording_field(&r->head, "Content-Type", 0);
  return slice_trim(slice_cut(&value, ';'));
}

static bool is_stream_line(struct slice line)
{
  static const char *const names[] = {"data", "event", "id", "retry"};
  struct slice name = slice_cut(&line, ':');
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(slice_eq_cstr(name, names[i]))
      return true;
  }
  return false;
}

/* The body reads as events whatever its type says. */
static bool looks_like_events(const struct recording *r)
{
  size_t i;
  for(i = 0; i < r->lines && i < 50; i++) {
    const struct recorded_line *l = &r->line[i];
    struct slice text = {r->body.p + l->offset, l->n};
    if(l->kind == LINE_COMMENT ||
       (l->kind == LINE_FIELD && is_stream_line(text)))
      return true;
  }
  return false;
}

static const char *no_answer(const struct recording *r)
{
  switch(r->end) {
  case REC_END_REFUSED:
    return "nothing listens there: connection refused";
  case REC_END_TIMEOUT:
    return "no response head within the deadline";
  case REC_END_NO_RESPONSE:
  case REC_END_RESET:
    return "the connection was closed without an answer";
  case REC_END_PROTOCOL:
    return "what answers is not HTTP";
  case REC_END_LIMIT:
    return "the response head does not end";
  case REC_END_UNREACHABLE:
    return "the host cannot be reached";
  default:
    return "no answer";
  }
}

/* What the recorder heard, or what may help. */
static const char *remark(const struct recording *r)
{
  if(r->end == REC_END_REFUSED)
    return "";
  if(r->end != REC_END_TLS)
    return r->detail;
  return strstr(r->detail, "wrong version")
             ? "does the port speak plain http://?"
             : "--ca FILE or --insecure may help";
}

static void no_head(const struct recording *r, char *out, size_t size)
{
  const char *more = remark(r);
  snprintf(out, size, "%s: %s%s%s%s", r->url ? r->url : "the target",
           r->end == REC_END_TLS ? r->detail : no_answer(r),
           more[0] ? " (" : "", more, more[0] ? ")" : "");
}

static void by_status(const struct recording *r, char *out, size_t size)
{
  int status = r->head.status;
  struct slice to = recording_field(&r->head, "Location", 0);
  if(status == 401 || status == 407)
    snprintf(out, size,
             "the target wants credentials (%d): give them with "
             "--header",
             status);
  else if(status == 204)
    snprintf(out, size,
             "the target answers 204 No Content, which tells clients to "
             "stop: there is no stream now");
  else if(status >= 300 && status < 400)
    snprintf(out, size,
             "the redirects do not end at a stream: the last answer was %d "
             "to \"%.*s\"",
             status, (int)(to.n < 200 ? to.n : 200), to.p ? to.p : "");
  else
    snprintf(out, size, "the target answers %d, not with an event stream",
             status);
}

static const char *kind_of(struct slice type)
{
  static const struct {
    const char *part, *kind;
  } kinds[] = {{"html", "an HTML page"},
               {"grpc", "gRPC"},
               {"ndjson", "JSON lines"},
               {"jsonl", "JSON lines"},
               {"json", "JSON"},
               {"xml", "XML"},
               {"text/plain", "plain text"},
               {"image/", "an image"}};
  size_t i;
  for(i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    if(slice_find(type, kinds[i].part) >= 0)
      return kinds[i].kind;
  }
  return "something else";
}

static void by_type(const struct recording *r, char *out, size_t size)
{
  struct slice type = media_type(r);
  if(type.n)
    snprintf(out, size,
             "the target answers with %s (Content-Type %.*s), not with an "
             "event stream",
             kind_of(type), (int)(type.n < 100 ? type.n : 100), type.p);
  else
    snprintf(out, size,
             "the target answers %d without Content-Type, and the body does "
             "not read as events",
             r->head.status);
}

bool check_is_held(const struct check_run *run, const struct recording *r)
{
  size_t i;
  if(r->head.status || r->end != REC_END_TIMEOUT)
    return false;
  for(i = 0; i < run->checks; i++) {
    if(strcmp(run->check[i]->id, HEAD_CHECK) == 0)
      return true;
  }
  return false;
}

bool check_is_doubtful(const struct recording *r)
{
  return r->head.status >= 200 && r->head.status < 300 &&
         r->head.status != 204 &&
         !slice_ieq_cstr(media_type(r), "text/event-stream");
}

/* The checks that say what is wrong with a 200 of another type. */
bool check_is_about_type(const struct check *c)
{
  return strcmp(c->id, "http.ct.present") == 0 ||
         strcmp(c->id, "http.ct.essence") == 0;
}

void check_stop(const struct recording *r, char *out, size_t size)
{
  int status = r->head.status;
  /* That GET is refused is for http.method.get to say. */
  bool is_method = status == 405 || status == 501;
  bool is_typed = slice_ieq_cstr(media_type(r), "text/event-stream");
  out[0] = '\0';
  if(!status)
    no_head(r, out, size);
  else if((status < 200 || status >= 300 || status == 204) && !is_method)
    by_status(r, out, size);
  else if(!is_method && !is_typed && !looks_like_events(r))
    by_type(r, out, size);
}
