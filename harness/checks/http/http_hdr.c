/* SPDX-License-Identifier: MIT
 * http.hdr: when the head comes, and what else stands in it. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/cache_control.h"
#include "checks/http/http_common.h"

#define CLOCK_TOLERANCE_S 60
#define HELD              5 /* times the limit: when others give up */
#define SAME_TIME_NS      INT64_C(20000000)

/* The look that came before all else waited for the head in vain, too: that is
 * the second time already. */
static bool was_held_before(const struct check_input *in, struct finding *f)
{
  size_t n = input_script_count(in, SCRIPT_REDIRECTS);
  const struct recording *r =
      input_script(in, SCRIPT_REDIRECTS, n ? n - 1 : 0);
  if(!r || r->head.status || r->end != REC_END_TIMEOUT)
    return false;
  finding_note(f,
               "a connection before was given up after %.1f s without a "
               "head",
               http_ms(r->end_ns) / 1000);
  return true;
}

static void judge_no_head(const struct recording *r, struct finding *f)
{
  struct slice came = buf_slice(&r->head.bytes);
  finding_set(f, VERDICT_FAIL,
              "no response head within %.1f s%s: clients stay connecting, and "
              "proxies answer 504",
              http_ms(r->end_ns) / 1000,
              came.n ? ", only the beginning of one" : "");
  finding_note(f,
               "connected after %.1f ms, request sent after %.1f ms, given "
               "up after %.1f s",
               http_ms(r->connected_ns), http_ms(r->request_ns),
               http_ms(r->end_ns) / 1000);
  if(came.n)
    finding_show_bytes(f, "came", came);
}

/* Head and body came as one. */
static bool is_with_body(const struct recording *r)
{
  return r->body_reads &&
         r->body_read[0].t_ns - r->head.complete_ns < SAME_TIME_NS;
}

/* On a server this is W: whether a proxy or the server holds the head back
 * cannot be told from here.  A head that needs more than HELD times the limit,
 * or none at all, is a FAIL: hardly a client waits for that. */
static void http_judge_hdr_prompt(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_PLAIN);
  int64_t head_ns, limit_ns = http_head_limit(in, r);
  f->recording = r;
  f->timing = !was_held_before(in, f);
  if(r->head.status == 0 && r->end == REC_END_TIMEOUT) {
    judge_no_head(r, f);
    return;
  }
  r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  head_ns = http_head_time(r);
  finding_note(f, "head after %.1f ms, connected after %.1f ms",
               http_ms(head_ns), http_ms(r->connected_ns));
  if(r->body_reads)
    finding_note(f, "first body byte %.1f ms behind the head",
                 http_ms(r->body_read[0].t_ns - r->head.complete_ns));
  if(head_ns <= limit_ns) {
    finding_set(f, VERDICT_PASS, "the head came after %.0f ms",
                http_ms(head_ns));
    return;
  }
  finding_broken(f, "the head took %.0f ms (limit %.0f ms)%s",
                 http_ms(head_ns), http_ms(limit_ns),
                 is_with_body(r)
                     ? " and came together with the first bytes of "
                       "the body: it waits for them"
                     : "");
  if(head_ns > HELD * limit_ns)
    f->verdict = VERDICT_FAIL;
}

static void http_judge_hdr_prelude(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  int64_t wait_ns;
  if(!r)
    return;
  if(r->body_reads == 0) {
    finding_broken(f, "no body byte came while it was watched");
    return;
  }
  wait_ns = r->body_read[0].t_ns - r->head.complete_ns;
  finding_show_body(f, r, 0, 16);
  if(wait_ns <= (int64_t)in->target->event_ns)
    finding_set(f, VERDICT_PASS, "the first byte came %.0f ms behind the head",
                http_ms(wait_ns));
  else
    finding_broken(f,
                   "the first byte came %.0f ms behind the head; a "
                   "comment at once makes many stacks send the head",
                   http_ms(wait_ns));
}

static bool says(struct slice value, const char *word)
{
  return slice_find(value, word) >= 0;
}

/* nginx takes X-Accel-* out of what it passes on: behind it, the field cannot
 * be judged. */
static void http_judge_hdr_x_accel(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  struct slice server, value;
  if(!r)
    return;
  server = recording_field(&r->head, "Server", 0);
  value = recording_field(&r->head, "X-Accel-Buffering", 0);
  finding_show_field(f, r, "X-Accel-Buffering");
  if(slice_ieq_cstr(value, "no"))
    finding_set(f, VERDICT_PASS, "nginx in front would not buffer");
  else if(says(server, "nginx") || says(server, "openresty"))
    finding_set(f, VERDICT_SKIP, "nginx answers, which swallows the field");
  else if(value.n)
    finding_broken(f, "X-Accel-Buffering is there but not \"no\"");
  else
    finding_broken(f, "no X-Accel-Buffering: no; behind nginx with its "
                      "defaults the stream would be buffered");
}

static void http_judge_hdr_connection(const struct check_input *in,
                                      struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_field(f, r, "Connection");
  if(recording_list_has(&r->head, "Connection", "keep-alive") &&
     r->head.major == 1 && r->head.minor == 1)
    finding_broken(f, "Connection: keep-alive says nothing in HTTP/1.1 and "
                      "breaks HTTP/2 where it is passed on");
  else if(recording_count_field(&r->head, "Connection"))
    finding_set(f, VERDICT_PASS, "a Connection field, acceptable here");
  else
    finding_set(f, VERDICT_PASS, "no Connection field");
}

static void http_judge_hdr_date(const struct check_input *in,
                                struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  int64_t now_s, date_s, off_s;
  struct slice date;
  if(!r)
    return;
  finding_show_field(f, r, "Date");
  now_s = (int64_t)(r->started_real_ns / 1000000000u);
  date = recording_field(&r->head, "Date", 0);
  if(!date.n) {
    finding_broken(f, "no Date");
    return;
  }
  if(!http_date_parse(date, now_s, &date_s)) {
    finding_broken(f, "the Date is none");
    return;
  }
  off_s = date_s - now_s;
  if(now_s && (off_s > CLOCK_TOLERANCE_S || off_s < -CLOCK_TOLERANCE_S))
    finding_set(f, VERDICT_INFO, "the server's clock is %lld s off ours",
                (long long)off_s);
  else
    finding_set(f, VERDICT_PASS, "Date is there");
}

static void http_judge_hdr_accept_tolerant(const struct check_input *in,
                                           struct finding *f)
{
  static const enum exchange_id id[] = {EX_ACCEPT_NONE, EX_ACCEPT_ANY,
                                        EX_ACCEPT_LIST};
  const struct recording *refused = NULL;
  size_t i, n = 0;
  if(!input_stream(in, EX_PLAIN, f))
    return;
  for(i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
    const struct recording *r = input_answer(in, id[i], f);
    if(!r)
      return;
    finding_show_head(f, r);
    if(!input_is_stream(r)) {
      refused = refused ? refused : r;
      n++;
    }
  }
  if(refused)
    finding_broken(f,
                   "%zu of 3 ways to accept a stream do not get it: "
                   "\"%s\" is answered %d",
                   n, refused->name, refused->head.status);
  else
    finding_set(f, VERDICT_PASS,
                "the stream comes with no Accept, */* and a "
                "list");
  f->recording = refused ? refused : f->recording;
}

static void http_judge_hdr_accept_mismatch(const struct check_input *in,
                                           struct finding *f)
{
  const struct recording *r = input_exchange(in, EX_ACCEPT_JSON);
  finding_show_head(f, r);
  finding_show_field(f, r, "Content-Type");
  if(r->head.status == 0)
    finding_broken(f, "Accept: application/json gets no answer: %s",
                   recording_end_name(r->end));
  else if(input_is_stream(r))
    finding_broken(f, "Accept: application/json gets the stream all the "
                      "same");
  else
    finding_set(f, VERDICT_PASS, "Accept: application/json is answered %d",
                r->head.status);
}

static void http_judge_hdr_req_cache_control(const struct check_input *in,
                                             struct finding *f)
{
  const struct recording *r;
  if(!input_stream(in, EX_PLAIN, f))
    return;
  r = input_answer(in, EX_BROWSER, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(input_is_stream(r))
    finding_set(f, VERDICT_PASS, "a browser's request gets the stream");
  else
    finding_broken(f,
                   "with the Cache-Control, Pragma and User-Agent of a "
                   "browser it is answered %d",
                   r->head.status);
}

/* No exchange hands a cookie back, so this sees only that each connection is
 * given another one: INFO, as a hint to look. */
static void http_judge_hdr_cookie_churn(const struct check_input *in,
                                        struct finding *f)
{
  const struct recording *a = input_stream(in, EX_PLAIN, f);
  const struct recording *b = a ? input_stream(in, EX_SECOND, f) : NULL;
  struct slice first, second;
  if(!b)
    return;
  first = recording_field(&a->head, "Set-Cookie", 0);
  second = recording_field(&b->head, "Set-Cookie", 0);
  /* Values are secrets; their names say enough. */
  finding_show_bytes(f, "first connection sets", slice_cut(&first, '='));
  finding_show_bytes(f, "second connection sets", slice_cut(&second, '='));
  if(!first.n || !second.n)
    finding_set(f, VERDICT_PASS, "no cookie on every connection");
  else if(slice_eq(first, second))
    finding_set(f, VERDICT_PASS, "the same cookie each time");
  else
    finding_broken(f, "each connection gets another cookie; is a session "
                      "made for every reconnect?");
}

#define SHOW_HEAD "curl -sN -m 2 -D - -o /dev/null {url}"

static const struct check rows[] = {
    {.id = "http.hdr.prompt",
     .title = "The head comes at once, although no event is due",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model (announce the connection)",
     .rationale =
         "EventSource fires 'open' when the head is there. Where it waits "
         "for the first event, a quiet stream never opens, pages show "
         "'connecting', and proxies answer 504 while they read the head.",
     .causes = "The head is flushed with the first write only; a proxy that "
               "buffers; start-up work before the answer.",
     .fix = {{"nginx", "proxy_buffering off; or X-Accel-Buffering: no."},
             {"Node/Express", "res.flushHeaders() after res.writeHead()."},
             {"Python/Starlette", "Yield \": ok\\n\\n\" first (Starlette "
                                  "itself sends the head at once)."},
             {"Go", "w.WriteHeader(200), then Flush before the first "
                    "event."},
             {"Spring", "emitter.send(SseEmitter.event().comment(\"ok\"))."}},
     .reproduce = "curl -sN -m 5 -o /dev/null -w '%{time_starttransfer}\\n' "
                  "{url}",
     .judge = http_judge_hdr_prompt},
    {.id = "http.hdr.prelude",
     .title = "Some body byte comes at once",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale =
         "A comment as the first thing makes stacks that hold an empty "
         "response back send the head, and shows proxies and clients that "
         "the stream lives.",
     .causes = "Nothing is written until there is an event.",
     .fix = {{"any", "Write \":\\n\\n\" or a retry line first and flush it."}},
     .reproduce = "curl -sN -m 2 {url} | head -c 16 | xxd",
     .judge = http_judge_hdr_prelude},
    {.id = "http.hdr.x-accel",
     .title = "X-Accel-Buffering: no is sent",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = "https://nginx.org/en/docs/http/"
               "ngx_http_proxy_module.html#proxy_buffering",
     .reference = "nginx: proxy_buffering",
     .rationale =
         "nginx buffers answers unless its configuration, or this field, "
         "says otherwise. With it the stream works behind an nginx that its "
         "owner cannot configure, such as a hosting provider's.",
     .causes = "Developed without a proxy in front.",
     .fix = {{"nginx", "Or proxy_buffering off; in the location."},
             {"Node/Express", "res.set('X-Accel-Buffering', 'no')."},
             {"Python/Starlette", "headers={\"X-Accel-Buffering\": \"no\"}."},
             {"Go", "w.Header().Set(\"X-Accel-Buffering\", \"no\")."},
             {"Spring", "response.setHeader(\"X-Accel-Buffering\", "
                        "\"no\")."}},
     .reproduce = SHOW_HEAD " | grep -i x-accel",
     .judge = http_judge_hdr_x_accel},
    {.id = "http.hdr.connection",
     .title = "No needless Connection: keep-alive",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "7.6.1",
     .reference = "RFC 9110 section 7.6.1; RFC 9113 section 8.2.2",
     .rationale =
         "HTTP/1.1 connections are kept anyway. Passed on in HTTP/2 or 3 the "
         "field makes the response malformed, and the stream is refused.",
     .causes = "Copied from examples; Node adds it by itself.",
     .fix = {{"Node/Express", "Leave 'Connection' out of writeHead()."},
             {"any", "Do not set Connection; the server does."}},
     .reproduce = SHOW_HEAD " | grep -i '^connection'",
     .judge = http_judge_hdr_connection},
    {.id = "http.hdr.date",
     .title = "Date is sent and right",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "6.6.1",
     .reference = "RFC 9110 section 6.6.1",
     .rationale =
         "Caches and clients compute age and freshness from it; without it "
         "or with a wrong clock, Expires means something else to each.",
     .causes = "Heads written by hand; Node's sendDate = false; a container "
               "without time.",
     .fix = {{"Node/Express", "Leave res.sendDate true."},
             {"Python/Starlette", "Run uvicorn without --no-date-header."},
             {"any", "Let the server library add it; run NTP."}},
     .reproduce = SHOW_HEAD " | grep -i '^date'",
     .judge = http_judge_hdr_date},
    {.id = "http.hdr.accept-tolerant",
     .title = "The stream comes with any Accept that allows it",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_ACCEPT_NONE) |
                            EX(EX_ACCEPT_ANY) | EX(EX_ACCEPT_LIST)},
     .anchor = RFC_9110 "12.5.1",
     .reference = "RFC 9110 section 12.5.1",
     .rationale =
         "Browsers send text/event-stream, curl */*, many HTTP libraries "
         "nothing or a list with weights. A server that compares the whole "
         "value turns those away with 406 or sends them JSON.",
     .causes = "A string comparison with the Accept field.",
     .fix = {{"Node/Express", "req.accepts('text/event-stream')."},
             {"Python/Starlette", "\"text/event-stream\" in accept or "
                                  "\"*/*\" in accept, and no Accept at all."},
             {"Spring", "produces handles lists; do not compare by hand."},
             {"any", "Parse the list; take */* and absence for yes."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' -H "
                  "'Accept: */*' {url}",
     .judge = http_judge_hdr_accept_tolerant},
    {.id = "http.hdr.accept-mismatch",
     .title = "An Accept that excludes streams gets something else",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_ACCEPT_JSON)},
     .anchor = RFC_9110 "15.5.7",
     .reference = "RFC 9110 sections 12.5.1, 15.5.7",
     .rationale =
         "A JSON client that gets an endless stream waits for its end for "
         "ever; a 406, or JSON, tells it what is wrong. Sending the stream "
         "all the same is allowed.",
     .causes = "The handler does not look at Accept.",
     .fix = {{"any", "Answer 406, or the current state as JSON."}},
     .reproduce = "curl -sN -m 2 -D - -H 'Accept: application/json' {url}",
     .judge = http_judge_hdr_accept_mismatch},
    {.id = "http.hdr.req-cache-control",
     .title = "A browser's request headers do not change the answer",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "A",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_BROWSER)},
     .anchor = HTML_SSE "server-sent-events-intro",
     .reference = "HTML: the EventSource interface (cache mode no-store)",
     .rationale =
         "Browsers always send Cache-Control: no-cache and Pragma: no-cache "
         "with an EventSource. Firewalls and routers that act on these "
         "break the page and not the test with curl.",
     .causes = "A firewall rule, a bot filter or a CDN rule on these "
               "fields.",
     .fix = {{"any", "Take the path out of the rule."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' -H "
                  "'Cache-Control: no-cache' -H 'Pragma: no-cache' {url}",
     .judge = http_judge_hdr_req_cache_control},
    {.id = "http.hdr.cookie-churn",
     .title = "Not every connection makes a new session",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "R",
     .needs = {.exchanges = EX(EX_PLAIN) | EX(EX_SECOND)},
     .anchor = "https://www.rfc-editor.org/rfc/rfc6265#section-4.1",
     .reference = "RFC 6265 section 4.1",
     .rationale =
         "Streams reconnect often, and clients outside browsers keep no "
         "cookies: a session per connection fills the session store.",
     .causes = "Session middleware on the stream's route.",
     .fix = {{"Node/Express", "saveUninitialized: false, or mount the stream "
                              "before the session."},
             {"Spring", "SessionCreationPolicy.NEVER for the path."},
             {"any", "Do not start sessions on the stream's route."}},
     .reproduce = SHOW_HEAD " | grep -i set-cookie",
     .judge = http_judge_hdr_cookie_churn},
};

CHECK_GROUP(group_http_hdr, "http.hdr", rows);
