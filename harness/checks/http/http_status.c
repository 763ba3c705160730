/* SPDX-License-Identifier: MIT
 * http.status: the stream is a 200, and a finished one says so with 204. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"

static bool is_wrong_method(int status)
{
  return status == 405 || status == 501;
}

/* Where the redirects of the URL end in a 200; NULL otherwise. */
static const struct recording *redirected_200(const struct check_input *in)
{
  size_t n = input_script_count(in, SCRIPT_REDIRECTS);
  const struct recording *last =
      n > 1 ? input_script(in, SCRIPT_REDIRECTS, n - 1) : NULL;
  return last && last->head.status == 200 ? last : NULL;
}

/* A 203 or 206 fails this and no-203-206, which names its cause.  405 and 501
 * are left to http.method.get, so that a stream that is not there fails for
 * one reason. */
static void http_judge_status_200(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  const struct recording *final;
  if(!r)
    return;
  finding_show_head(f, r);
  final = http_is_redirect(r->head.status) ? redirected_200(in) : NULL;
  if(r->head.status == 200)
    finding_set(f, VERDICT_PASS, "answered 200");
  else if(final) {
    finding_set(f, VERDICT_PASS,
                "answered %d, and 200 where that leads; "
                "check that URL for the rest",
                r->head.status);
    finding_show_bytes(f, "URL", slice_of(final->url));
  } else if(is_wrong_method(r->head.status))
    finding_set(f, VERDICT_UNTESTABLE,
                "answered %d: http.method.get judges that", r->head.status);
  else
    finding_broken(f,
                   "answered %d: EventSource stops for good on anything but "
                   "200",
                   r->head.status);
  if(http_is_redirect(r->head.status))
    finding_show_field(f, r, "Location");
}

static void http_judge_status_no_203_206(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(r->head.status == 203)
    finding_broken(f, "203: a proxy on the way transforms the answer");
  else if(r->head.status == 206)
    finding_broken(f, "206: the stream was answered as a part of a file");
  else
    finding_set(f, VERDICT_PASS, "neither 203 nor 206");
  if(r->head.status == 203)
    finding_show_field(f, r, "Via");
  if(r->head.status == 206)
    finding_show_field(f, r, "Content-Range");
}

static void http_judge_status_1xx(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  size_t i;
  if(!r)
    return;
  for(i = 0; i < r->interims; i++)
    finding_note(f, "interim response %d", r->interim[i].status);
  finding_show_head(f, r);
  if(r->interims == 0)
    finding_set(f, VERDICT_SKIP, "no interim response was sent");
  else if(r->head.status == 200)
    finding_set(f, VERDICT_PASS, "%zu interim response(s), then 200",
                r->interims);
  else
    finding_broken(f, "%zu interim response(s), then %d", r->interims,
                   r->head.status);
}

/* The reconnect after a finite stream's end; NULL with the finding set. */
static const struct recording *reconnect_of(const struct check_input *in,
                                            struct finding *f)
{
  const struct recording *first = input_script(in, SCRIPT_FINISHED, 0);
  const struct recording *again = input_script(in, SCRIPT_FINISHED, 1);
  f->recording = first;
  if(!input_is_stream(first))
    finding_set(f, VERDICT_UNTESTABLE, "no stream: answered %d",
                first->head.status);
  else if(!again)
    finding_set(f, VERDICT_UNTESTABLE,
                "the stream did not end while it was watched (%s)",
                recording_end_name(first->end));
  else if(again->head.status == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no response to the reconnect: %s",
                recording_end_name(again->end));
  else
    return again;
  return NULL;
}

static bool same_event(const struct recorded_event *a,
                       const struct recorded_event *b)
{
  return slice_eq(a->type, b->type) && slice_eq(a->data, b->data);
}

static void judge_200_again(struct finding *f, const struct recording *first,
                            const struct recording *again)
{
  if(first->events && again->events &&
     same_event(&first->event[0], &again->event[0]))
    finding_broken(f, "the reconnect with the last id was answered 200 and "
                      "the stream began again: EventSource repeats it for "
                      "ever");
  else if(http_ended_by_server(again))
    finding_broken(f, "the reconnect with the last id was answered 200 and "
                      "ended at once: EventSource reconnects for ever");
  else
    finding_set(f, VERDICT_INFO,
                "the reconnect with the last id was answered 200 and stays "
                "open; a stream that is over would answer 204");
}

static void http_judge_status_204_stop(const struct check_input *in,
                                       struct finding *f)
{
  const struct recording *again = reconnect_of(in, f);
  if(!again)
    return;
  finding_show_head(f, again);
  if(again->head.status == 204)
    finding_set(f, VERDICT_PASS, "the reconnect was answered 204");
  else if(again->head.status == 200)
    judge_200_again(f, input_script(in, SCRIPT_FINISHED, 0), again);
  else
    finding_set(f, VERDICT_WARN,
                "the reconnect was answered %d: browsers stop, but as after "
                "an error, and other clients retry",
                again->head.status);
}

/* The 204 of a reconnect; NULL with SKIP or UNTESTABLE set.  Other 204s, such
 * as a preflight's, are none of a stream's business. */
static const struct recording *no_content(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *again = reconnect_of(in, f);
  if(!again || again->head.status == 204)
    return again;
  finding_set(f, VERDICT_SKIP, "no 204 was sent, but %d", again->head.status);
  finding_show_head(f, again);
  return NULL;
}

static void http_judge_status_204_empty(const struct check_input *in,
                                        struct finding *f)
{
  const struct recording *r = no_content(in, f);
  if(!r)
    return;
  finding_show_head(f, r);
  if(recording_count_field(&r->head, "Transfer-Encoding")) {
    finding_broken(f, "the 204 has a Transfer-Encoding");
    finding_show_field(f, r, "Transfer-Encoding");
  } else if(recording_count_field(&r->head, "Content-Length")) {
    finding_broken(f, "the 204 has a Content-Length");
    finding_show_field(f, r, "Content-Length");
  } else if(r->wire.n) {
    finding_broken(f, "%zu byte(s) follow the 204", r->wire.n);
    finding_show_wire(f, r, 0, r->wire.n);
  } else
    finding_set(f, VERDICT_PASS, "nothing but a head");
}

static void http_judge_status_204_uncached(const struct check_input *in,
                                           struct finding *f)
{
  const struct recording *r = no_content(in, f);
  if(!r)
    return;
  finding_show_field(f, r, "Cache-Control");
  if(recording_list_has(&r->head, "Cache-Control", "no-store"))
    finding_set(f, VERDICT_PASS, "no-store");
  else
    finding_broken(f, "the 204 lacks no-store: a cache may keep it and turn "
                      "away clients of the next stream");
}

static const struct check rows[] = {
    {.id = "http.status.200",
     .title = "The stream is answered 200",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale =
         "Any other final status makes EventSource fail the connection: an "
         "error event, readyState CLOSED, no retry. One passing 502 from a "
         "proxy ends every open browser tab for good, while most libraries "
         "outside browsers go on retrying.",
     .causes = "A path that changed; missing credentials; a proxy whose "
               "upstream was away for a moment.",
     .fix = {{"nginx", "Keep upstreams reachable during deploys "
                       "(proxy_next_upstream, more than one server line)."},
             {"Node/Express", "res.writeHead(200, ...) before the first "
                              "write; errors go through next(err) earlier."},
             {"Python/Starlette", "Raise HTTPException before the streaming "
                                  "response is returned."},
             {"Go", "w.WriteHeader(http.StatusOK) or simply the first "
                    "Write."},
             {"Spring", "Fail before the SseEmitter is returned."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}",
     .judge = http_judge_status_200},
    {.id = "http.status.no-203-206",
     .title = "The stream is not answered 203 or 206",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model; RFC 9110 sections 15.3.4, 15.3.7",
     .rationale =
         "Both look like success and end an EventSource all the same. 203 "
         "comes from a proxy that changes content, 206 from something that "
         "treats the stream as a file.",
     .causes = "A transforming proxy or antivirus gateway; a static file "
               "handler or a range-aware cache in front of the stream.",
     .fix = {{"nginx", "proxy_force_ranges off; no slice module in the "
                       "stream's location."},
             {"any", "Send Cache-Control: no-transform; take the stream out "
                     "of file and range handling."}},
     .reproduce = "curl -sN -m 2 -o /dev/null -w '%{http_code}\\n' {url}",
     .judge = http_judge_status_no_203_206},
    {.id = "http.status.1xx",
     .title = "Interim responses before the 200 do no harm",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "15.2",
     .reference = "RFC 9110 section 15.2",
     .rationale =
         "Clients must cope with any number of 1xx responses, yet some "
         "proxies answer 503 to a 103 from their upstream, and hand-written "
         "clients take the first status line for the final one.",
     .causes = "Early Hints switched on for all routes.",
     .fix = {{"Node/Express", "Do not call res.writeEarlyHints() on stream "
                              "routes."},
             {"any", "Send 103 for pages only."}},
     .reproduce = "curl -sN -m 2 -v -o /dev/null {url} 2>&1 | grep '^< HTTP'",
     .judge = http_judge_status_1xx},
    {.id = "http.status.204-stop",
     .title = "A finished stream answers the reconnect with 204",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "R",
     .eventsource = true,
     .needs = {.scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = HTML_SSE "server-sent-events-intro",
     .reference = "HTML: server-sent events, introduction",
     .rationale =
         "EventSource reconnects after every end of a stream; 204 is the one "
         "way to tell it to stop. Without it a finished job, answer or log "
         "is sent over and over, and expensive work is repeated.",
     .causes = "A handler that ignores Last-Event-ID and starts again; "
               "stream endings designed for fetch() and used with "
               "EventSource.",
     .fix = {{"Node/Express", "if (finished(req.get('last-event-id'))) return "
                              "res.status(204).end();"},
             {"Python/Starlette", "return Response(status_code=204) when the "
                                  "id is the last one."},
             {"Go", "w.WriteHeader(http.StatusNoContent) before any Write."},
             {"Spring", "Return ResponseEntity.noContent() in place of the "
                        "emitter."},
             {"any", "Or send a last event that tells the page to call "
                     "close(), and keep the stream open until it does."}},
     .reproduce = "curl -sN -i -m 5 -H 'Last-Event-ID: LAST' {url}",
     .judge = http_judge_status_204_stop,
     .skip = http_skip_not_finite},
    {.id = "http.status.204-empty",
     .title = "The 204 has no body, Content-Length or Transfer-Encoding",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = RFC_9112 "6.1",
     .reference = "RFC 9110 section 8.6; RFC 9112 section 6.1",
     .rationale =
         "Bytes behind a 204 are read as the start of the next response on "
         "a kept connection: strict clients and proxies then report a broken "
         "answer to some other request.",
     .causes = "A body sent with the status; middleware that adds "
               "Content-Length: 0 or chunked to everything.",
     .fix = {{"Node/Express", "res.status(204).end(), no json() or send()."},
             {"Python/Starlette", "Response(status_code=204) without "
                                  "content."},
             {"Go", "No Write after WriteHeader(204); net/http adds "
                    "nothing."},
             {"any", "Remove middleware that sets Content-Length on 204."}},
     .reproduce = "curl -sN -i -m 5 -H 'Last-Event-ID: LAST' {url} | xxd",
     .judge = http_judge_status_204_empty,
     .skip = http_skip_not_finite},
    {.id = "http.status.204-uncached",
     .title = "The 204 is not to be stored",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "R",
     .needs = {.scripts = {SCRIPT(SCRIPT_FINISHED)}},
     .anchor = RFC_9110 "15.3.5",
     .reference = "RFC 9110 sections 15.1, 15.3.5",
     .rationale =
         "204 may be cached without being told to. A cached one tells every "
         "later EventSource on that URL to stop for good, also when there is "
         "something to stream again.",
     .causes = "Cache-Control is set on the stream only, not on the answer "
               "that ends it.",
     .fix = {{"nginx", "add_header Cache-Control no-store always;"},
             {"any", "Set Cache-Control: no-store on the 204 too."}},
     .reproduce = "curl -sN -D - -m 5 -H 'Last-Event-ID: LAST' {url} | grep "
                  "-i cache-control",
     .judge = http_judge_status_204_uncached,
     .skip = http_skip_not_finite},
};

CHECK_GROUP(group_http_status, "http.status", rows);
