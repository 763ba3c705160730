/* SPDX-License-Identifier: MIT
 * http.method: GET streams, and other methods neither hang nor stream. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"

static bool is_refused_method(int status)
{
  return status == 405 || status == 501;
}

/* Fails on 405 and 501 only; other statuses are http.status.200's. */
static void http_judge_method_get(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_head(f, r);
  finding_show_field(f, r, "Allow");
  if(is_refused_method(r->head.status))
    finding_broken(f,
                   "GET is refused with %d: EventSource knows no other "
                   "method",
                   r->head.status);
  else if(r->head.status == 200)
    finding_set(f, VERDICT_PASS, "GET is answered 200");
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "answered %d: http.status.200 judges "
                "that",
                r->head.status);
}

/* Body bytes behind the head of an answer to HEAD, wherever they were seen. */
static const struct recording *head_with_body(const struct recording *a,
                                              const struct recording *b)
{
  if(a->wire.n)
    return a;
  return b->wire.n ? b : NULL;
}

/* A field that differs between HEAD and GET, or NULL. */
static const char *differing_field(const struct recording *head,
                                   const struct recording *get)
{
  static const char *const names[] = {"Content-Type", "Cache-Control"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(!slice_eq(recording_field(&head->head, names[i], 0),
                 recording_field(&get->head, names[i], 0)))
      return names[i];
  }
  return NULL;
}

static void compare_head(const struct check_input *in, struct finding *f,
                         const struct recording *head)
{
  const struct recording *get = input_exchange(in, EX_PLAIN);
  const struct recording *then = input_script(in, SCRIPT_HEAD_THEN_GET, 1);
  const char *field = differing_field(head, get);
  if(is_refused_method(head->head.status))
    finding_set(f, VERDICT_INFO, "HEAD is refused with %d", head->head.status);
  else if(head->head.status != get->head.status)
    finding_set(f, VERDICT_INFO, "HEAD is answered %d, GET %d",
                head->head.status, get->head.status);
  else if(field) {
    finding_set(f, VERDICT_INFO, "HEAD and GET differ in %s", field);
    finding_show_field(f, head, field);
    finding_show_field(f, get, field);
  } else if(then && then->head.status == 0) {
    finding_set(f, VERDICT_WARN,
                "a GET behind the HEAD on the same "
                "connection gets no answer: %s",
                recording_end_name(then->end));
  } else
    finding_set(f, VERDICT_PASS, "HEAD is answered as GET, without a body");
}

/* A server with a thread or a process for each stream (gunicorn's sync worker:
 * one) lets an ordinary request wait as well, while the others that weir sends
 * are served: then the method is not what it hangs on. */
static bool is_full(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_ACCEPT_ANY);
  if(r->head.status || r->end != REC_END_TIMEOUT)
    return false;
  finding_show_head(f, r);
  finding_set(f, VERDICT_UNTESTABLE,
              "an ordinary GET beside it gets no answer either: few requests "
              "are served at a time");
  return true;
}

static bool is_silent(const struct recording *r)
{
  return r && r->head.status == 0 && r->end == REC_END_TIMEOUT;
}

/* Body bytes FAIL, since they break the connection for what follows; what
 * holds a connection WARNs. HEAD is rarely used on streams: that it is refused
 * harms nobody. */
static void http_judge_method_head(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_HEAD);
  const struct recording *same = input_script(in, SCRIPT_HEAD_THEN_GET, 0);
  const struct recording *bad;
  if(!input_answer(in, EX_PLAIN, f))
    return;
  f->timing = true;
  finding_show_head(f, r);
  finding_show_head(f, same);
  bad = head_with_body(r, same);
  if((is_silent(r) || is_silent(same) ||
      is_silent(input_script(in, SCRIPT_HEAD_THEN_GET, 1))) &&
     is_full(in, f))
    return;
  if(r->end == REC_END_TIMEOUT && same->end == REC_END_TIMEOUT)
    finding_set(f, VERDICT_WARN, "HEAD gets no answer in %.1f s",
                http_ms(r->end_ns) / 1000);
  else if(r->head.status == 0)
    finding_set(f, VERDICT_WARN, "HEAD gets no answer: %s",
                recording_end_name(r->end));
  else if(bad) {
    finding_set(f, VERDICT_FAIL,
                "%zu byte(s) of body follow the answer to HEAD", bad->wire.n);
    finding_show_wire(f, bad, 0, 32);
  } else if(http_head_time(r) > http_head_limit(in, r))
    finding_set(f, VERDICT_WARN, "HEAD is answered after %.0f ms",
                http_ms(http_head_time(r)));
  else
    compare_head(in, f, r);
}

static void http_judge_method_head_leak(const struct check_input *in,
                                        struct finding *f)
{
  size_t i, n = input_script_count(in, SCRIPT_HEAD_LEAK);
  const struct recording *r = NULL;
  if(!input_stream(in, EX_PLAIN, f))
    return;
  for(i = 0; i < n; i++) {
    r = input_script(in, SCRIPT_HEAD_LEAK, i);
    if(r->label.role == ROLE_AFTER)
      break;
  }
  if(i == n) {
    finding_set(f, VERDICT_UNTESTABLE,
                "no stream was opened behind the "
                "HEADs");
    return;
  }
  finding_show_head(f, r);
  if(input_is_stream(r))
    finding_set(f, VERDICT_PASS, "a stream opens behind 50 HEADs");
  else
    finding_broken(f,
                   "behind 50 HEADs a stream does not open (%d, %s): they "
                   "hold its slots",
                   r->head.status, recording_end_name(r->end));
}

static void http_judge_method_options(const struct check_input *in,
                                      struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_OPTIONS);
  f->timing = true;
  finding_show_head(f, r);
  if(r->head.status == 0) {
    finding_broken(f, "OPTIONS gets no answer: %s",
                   recording_end_name(r->end));
    return;
  }
  finding_show_field(f, r, "Allow");
  finding_show_field(f, r, "Access-Control-Allow-Methods");
  if(http_head_time(r) > http_head_limit(in, r))
    finding_broken(f, "OPTIONS is answered after %.0f ms",
                   http_ms(http_head_time(r)));
  else if(recording_count_field(&r->head, "Allow") ||
          recording_count_field(&r->head, "Access-Control-Allow-Methods"))
    finding_set(f, VERDICT_PASS,
                "OPTIONS is answered %d and tells the "
                "methods",
                r->head.status);
  else
    finding_broken(f, "OPTIONS is answered %d and does not tell the methods",
                   r->head.status);
}

/* What is wrong with the answer to a method nobody asked for, or NULL; *v is
 * its verdict. */
static const char *method_trouble(const struct recording *r, enum verdict *v)
{
  *v = VERDICT_WARN;
  if(is_silent(r))
    return "gets no answer";
  if(r->head.status == 0)
    return "is cut off without an answer";
  if(input_is_stream(r))
    return "gets the stream";
  if(r->head.status == 200)
    return "is answered 200";
  if(r->head.status == 405 && !recording_count_field(&r->head, "Allow")) {
    *v = VERDICT_INFO;
    return "is answered 405 without Allow";
  }
  return NULL;
}

static void http_judge_method_unsupported(const struct check_input *in,
                                          struct finding *f)
{
  static const enum exchange_id id[] = {EX_PUT, EX_DELETE, EX_SEARCH, EX_FOO};
  enum verdict worst = VERDICT_PASS, v;
  size_t i;
  finding_set(f, VERDICT_PASS, "other methods are refused");
  for(i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
    const struct recording *r = input_exchange(in, id[i]);
    const char *trouble;
    /* What may change something was not asked of other people's targets; the
     * stream's own method is nothing to complain about. */
    if(!r || strcmp(r->method, in->target->endpoint.method) == 0)
      continue;
    trouble = method_trouble(r, &v);
    finding_show_head(f, r);
    if(is_silent(r) && is_full(in, f))
      return;
    if(!trouble || worst == VERDICT_FAIL ||
       (worst == VERDICT_WARN && v == VERDICT_WARN))
      continue;
    worst = v;
    f->timing = v == VERDICT_FAIL;
    finding_set(f, v, "%s %s", r->method, trouble);
  }
}

static const struct check rows[] = {
    {.id = "http.method.get",
     .title = "GET opens the stream",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "dom-eventsource",
     .reference = "HTML: the EventSource constructor",
     .rationale = "EventSource sends GET and nothing else. A stream that "
                  "wants POST can be read with fetch() only.",
     .causes = "The route was registered for POST; a firewall.",
     .fix = {{"Node/Express", "app.get(path, ...)."},
             {"Python/Starlette", "Route(path, endpoint, "
                                  "methods=[\"GET\"])."},
             {"Go", "\"GET /path\" in the mux's pattern."},
             {"Spring", "@GetMapping."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}",
     .judge = http_judge_method_get,
     .skip = http_skip_other_method},
    {.id = "http.method.head",
     .title = "HEAD is answered as GET would be, at once and without a body",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_HEAD) | EX(EX_ACCEPT_ANY),
               .scripts = {SCRIPT(SCRIPT_HEAD_THEN_GET)}},
     .anchor = RFC_9110 "9.3.2",
     .reference = "RFC 9110 section 9.3.2",
     .rationale =
         "Link checkers, uptime monitors and proxies ask with HEAD. Where "
         "the stream's handler runs for it, the answer never ends, or its "
         "bytes are taken for the next answer on the connection.",
     .causes = "A router that maps HEAD to GET and lets the endless handler "
               "run.",
     .fix = {{"Node/Express", "app.head(path, (q, s) => s.type("
                              "'text/event-stream').end()) before app.get."},
             {"Python/Starlette", "A route of its own with methods="
                                  "[\"HEAD\"] that returns headers only."},
             {"Go", "if r.Method == http.MethodHead { return } behind the "
                    "headers."},
             {"Spring", "@RequestMapping(method = HEAD) beside the "
                        "@GetMapping."}},
     .reproduce = "curl -sI -m 2 {url}",
     .judge = http_judge_method_head,
     .skip = http_skip_other_method},
    {.id = "http.method.head-leak",
     .title = "HEAD requests do not use up stream slots",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A,N",
     .needs = {.exchanges = EX(EX_PLAIN),
               .scripts = {SCRIPT(SCRIPT_HEAD_LEAK)}},
     .anchor = RFC_9110 "9.3.2",
     .reference = "RFC 9110 section 9.3.2",
     .rationale =
         "A subscriber is registered for each HEAD and never removed, since "
         "no write to it fails: after enough health checks the server is "
         "full, or out of memory, without a client.",
     .causes = "Subscription before the method is looked at.",
     .fix = {{"any", "Answer HEAD before subscribing; unsubscribe when the "
                     "response is finished, not only when a write fails."}},
     .reproduce = "for i in $(seq 50); do curl -sI -m 1 -o /dev/null {url}; "
                  "done; curl -sN -m 3 {url}",
     .judge = http_judge_method_head_leak,
     .skip = http_skip_other_method},
    {.id = "http.method.options",
     .title = "OPTIONS is answered and tells the methods",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_OPTIONS)},
     .anchor = RFC_9110 "9.3.7",
     .reference = "RFC 9110 section 9.3.7",
     .rationale = "Where fetch-based clients live on another origin, their "
                  "preflight is an OPTIONS: one that hangs blocks them.",
     .causes = "No route for OPTIONS; the stream's handler answers it.",
     .fix = {{"nginx", "if ($request_method = OPTIONS) { return 204; } with "
                       "add_header Allow."},
             {"any", "Answer 204 with Allow: GET, HEAD, OPTIONS."}},
     .reproduce = "curl -s -m 2 -i -X OPTIONS {url}",
     .judge = http_judge_method_options},
    {.id = "http.method.unsupported",
     .title = "Other methods are refused, and at once",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_FOO) | EX(EX_ACCEPT_ANY)},
     .optional = {.exchanges = EX(EX_SEARCH) | EX(EX_PUT) | EX(EX_DELETE)},
     .anchor = RFC_9110 "15.5.6",
     .reference = "RFC 9110 sections 9.1, 15.5.6",
     .rationale =
         "A PUT that gets the stream, or no answer, holds a connection that "
         "its client takes for a failed upload and repeats. 405 must say "
         "in Allow what would work.",
     .causes = "A handler registered for all methods.",
     .fix = {{"nginx", "limit_except GET { deny all; }"},
             {"Node/Express", "app.get(), and app.all(path, (q, s) => "
                              "s.set('Allow', 'GET, HEAD').sendStatus(405))."},
             {"Python/Starlette", "methods=[\"GET\"] on the route."},
             {"Go", "\"GET /path\" in the mux's pattern (405 and Allow come "
                    "by themselves)."},
             {"Spring", "@GetMapping in place of @RequestMapping."}},
     .reproduce = "curl -s -m 2 -i -X SEARCH {url}",
     .judge = http_judge_method_unsupported},
};

CHECK_GROUP(group_http_method, "http.method", rows);
