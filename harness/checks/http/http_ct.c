/* SPDX-License-Identifier: MIT
 * http.ct: is the answer labelled as an event stream, and correctly so?
 *
 * Judged on a 200 only: the label of an error page is http.error.ct's, and a
 * stream that does not start fails for one reason, not for two. */
#include "checks/core/groups.h"
#include "checks/core/mime.h"
#include "checks/core/specs.h"

/* The plain answer if it is a 200; otherwise sets UNTESTABLE. */
static const struct recording *answer_200(const struct check_input *in,
                                          struct finding *f)
{
  const struct recording *r = input_answer(in, EX_PLAIN, f);
  if(!r || r->head.status == 200)
    return r;
  finding_set(f, VERDICT_UNTESTABLE, "no stream: answered %d", r->head.status);
  finding_show_head(f, r);
  return NULL;
}

static void http_judge_ct_present(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = answer_200(in, f);
  if(!r)
    return;
  if(mime_deciding(&r->head).n)
    finding_set(f, VERDICT_PASS, "Content-Type is there");
  else
    finding_broken(f, "%s: EventSource stops for good without retrying",
                   recording_count_field(&r->head, "Content-Type")
                       ? "Content-Type is empty"
                       : "no Content-Type");
  finding_show_field(f, r, "Content-Type");
}

/* What a wrong type usually means. */
static const char *essence_hint(struct slice essence)
{
  if(slice_ieq_cstr(essence, "text/html"))
    return "; a login or error page?";
  if(slice_ieq_cstr(essence, "application/json"))
    return "; the handler may have returned before it streamed";
  return "";
}

static void http_judge_ct_essence(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = answer_200(in, f);
  struct slice value;
  struct mime m;
  if(!r)
    return;
  finding_show_field(f, r, "Content-Type");
  value = mime_deciding(&r->head);
  mime_parse(value, &m);
  /* Absence is http.ct.present's to report: one cause, one failure. */
  if(value.n == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no Content-Type to read");
  else if(!m.is_event_stream)
    finding_broken(f, "\"%.*s\" is not text/event-stream%s",
                   (int)(m.essence.n < 100 ? m.essence.n : 100), m.essence.p,
                   essence_hint(m.essence));
  else if(!m.usual_case)
    finding_set(f, VERDICT_PASS,
                "text/event-stream, in unusual case (clients that compare "
                "bytes would refuse it)");
  else
    finding_set(f, VERDICT_PASS, "text/event-stream");
}

static void http_judge_ct_single(const struct check_input *in,
                                 struct finding *f)
{
  const struct recording *r = answer_200(in, f);
  size_t values, lines;
  if(!r)
    return;
  finding_show_field(f, r, "Content-Type");
  values = mime_values(&r->head);
  lines = recording_count_field(&r->head, "Content-Type");
  if(values == 0)
    finding_set(f, VERDICT_UNTESTABLE, "no Content-Type to count");
  else if(values == 1 && lines == 1)
    finding_set(f, VERDICT_PASS, "one line, one value");
  else
    finding_broken(f,
                   "%zu Content-Type values in %zu line(s); clients differ in "
                   "which one they take",
                   values, lines);
}

/* The deciding value of a stream, or false with the finding set. */
static bool read_stream_type(const struct check_input *in, struct finding *f,
                             struct mime *m)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r)
    return false;
  finding_show_field(f, r, "Content-Type");
  mime_parse(mime_deciding(&r->head), m);
  return true;
}

static void http_judge_ct_charset(const struct check_input *in,
                                  struct finding *f)
{
  struct mime m;
  if(!read_stream_type(in, f, &m))
    return;
  if(!m.has_charset)
    finding_set(f, VERDICT_PASS, "no charset; streams are UTF-8 anyway");
  else if(slice_ieq_cstr(m.charset, "utf-8"))
    finding_set(f, VERDICT_PASS, "charset=utf-8");
  else
    finding_broken(f,
                   "charset is \"%.*s\"; clients decode UTF-8 whatever it "
                   "says",
                   (int)(m.charset.n < 60 ? m.charset.n : 60), m.charset.p);
}

static void http_judge_ct_params(const struct check_input *in,
                                 struct finding *f)
{
  struct mime m;
  if(!read_stream_type(in, f, &m))
    return;
  if(m.others)
    finding_broken(f, "parameter \"%.*s\" is not defined for this type",
                   (int)(m.other.n < 60 ? m.other.n : 60), m.other.p);
  else if(m.trailing)
    finding_broken(f, "a ';' with nothing behind it");
  else
    finding_set(f, VERDICT_PASS, "no parameters but charset");
}

static void http_judge_ct_nosniff(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  if(!r)
    return;
  finding_show_field(f, r, "X-Content-Type-Options");
  if(recording_list_has(&r->head, "X-Content-Type-Options", "nosniff"))
    finding_set(f, VERDICT_PASS, "nosniff is set");
  else
    finding_broken(f, "X-Content-Type-Options: nosniff is not set");
}

static const struct check rows[] = {
    {.id = "http.ct.present",
     .title = "The stream has a Content-Type",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale =
         "EventSource looks at the type before it reads a byte. Without one "
         "it fires an error, closes for good and never retries; the page "
         "looks dead although the server streams.",
     .causes = "Writing to the socket before headers are set; a framework's "
               "raw response; a proxy that strips headers.",
     .fix = {{"nginx", "add_header does not help; set the type in the "
                       "application, nginx passes it on."},
             {"Node/Express", "res.writeHead(200, {'Content-Type': "
                              "'text/event-stream'}) before the first write."},
             {"Python/Starlette",
              "StreamingResponse(gen, media_type=\"text/event-stream\")."},
             {"Go", "w.Header().Set(\"Content-Type\", \"text/event-stream\") "
                    "before the first Write."},
             {"Spring", "@GetMapping(produces = TEXT_EVENT_STREAM_VALUE)."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null {url} | grep -i "
                  "'^content-type'",
     .judge = http_judge_ct_present},
    {.id = "http.ct.essence",
     .title = "The type is text/event-stream",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale =
         "Any other type ends an EventSource for good, and libraries that "
         "follow the standard raise an error. The comparison ignores case "
         "and parameters.",
     .causes = "A login or error page answered with 200; a handler that "
               "returned its generator as JSON; application/octet-stream or "
               "text/plain left as a default.",
     .fix = {{"nginx", "Look for error_page or a default_type that answers in "
                       "place of the application."},
             {"Node/Express", "res.set('Content-Type', 'text/event-stream'), "
                              "not res.json() or res.send()."},
             {"Python/Starlette",
              "media_type=\"text/event-stream\"; the default is none."},
             {"Go", "Set the header; otherwise net/http guesses text/plain."},
             {"Spring", "Return SseEmitter or Flux with produces = "
                        "TEXT_EVENT_STREAM_VALUE."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null {url} | grep -i "
                  "'^content-type'",
     .judge = http_judge_ct_essence},
    {.id = "http.ct.single",
     .title = "Content-Type stands there once, with one value",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "5.3",
     .reference = "RFC 9110 section 5.3; Fetch: extract a MIME type",
     .rationale =
         "A browser takes the last value that parses, most libraries the "
         "first line, proxies either. The same stream then works in one "
         "client and stops another for good.",
     .causes = "The application and a proxy or middleware both set the type; "
               "header append in place of header set.",
     .fix = {{"nginx", "Remove add_header Content-Type; it adds a second "
                       "line."},
             {"Node/Express", "setHeader, not appendHeader; set it in one "
                              "place."},
             {"Python/Starlette", "Use media_type alone, not media_type and "
                                  "headers={\"content-type\": ...}."},
             {"Go", "Header().Set, not Header().Add."},
             {"Spring", "Do not add the header beside produces."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null {url} | grep -ic "
                  "'^content-type'",
     .judge = http_judge_ct_single},
    {.id = "http.ct.charset",
     .title = "A charset, if given, is utf-8",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "iana.html#text/event-stream",
     .reference = "HTML: registration of text/event-stream",
     .rationale =
         "EventSource decodes UTF-8 whatever the charset says, while HTTP "
         "libraries that honour it decode something else: every non-ASCII "
         "character differs between clients.",
     .causes = "A server-wide default charset; a servlet response that is "
               "ISO-8859-1 unless told otherwise.",
     .fix = {{"nginx", "charset utf-8; or charset off; in this location."},
             {"Node/Express", "Leave the charset out or say charset=utf-8."},
             {"Python/Starlette", "Response.charset = \"utf-8\" (the "
                                  "default)."},
             {"Go", "Set \"text/event-stream\" alone."},
             {"Spring", "server.servlet.encoding.charset=UTF-8 and "
                        "response.setCharacterEncoding(\"UTF-8\")."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null {url} | grep -i charset",
     .judge = http_judge_ct_charset},
    {.id = "http.ct.params",
     .title = "The type has no parameters but charset",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = "https://html.spec.whatwg.org/multipage/"
               "iana.html#text/event-stream",
     .reference = "HTML: registration of text/event-stream",
     .rationale =
         "Browsers accept unknown parameters and a stray ';', but clients "
         "that compare the whole value, and proxies that match types exactly "
         "(to switch buffering or compression off), do not.",
     .causes = "Joining strings with ';'; a version parameter of an "
               "application protocol.",
     .fix = {{"any", "Send \"text/event-stream\" or \"text/event-stream; "
                     "charset=utf-8\" and nothing else; put versions into a "
                     "header of their own."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null {url} | grep -i "
                  "'^content-type'",
     .judge = http_judge_ct_params},
    {.id = "http.ct.nosniff",
     .title = "X-Content-Type-Options: nosniff is set",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = FETCH "x-content-type-options-header",
     .reference = "Fetch: X-Content-Type-Options",
     .rationale =
         "Harmless for EventSource, useful where a stream can be opened as a "
         "page: without it an old browser may guess HTML from event data "
         "that users wrote. Some antivirus proxies also hold a response back "
         "while they guess.",
     .causes = "No security-header middleware on this route.",
     .fix = {{"nginx", "add_header X-Content-Type-Options nosniff;"},
             {"Node/Express", "helmet.noSniff() or res.set()."},
             {"Spring", "Spring Security sets it by default."}},
     .reproduce = "curl -sN -m 2 -D - -o /dev/null {url} | grep -i nosniff",
     .judge = http_judge_ct_nosniff},
};

CHECK_GROUP(group_http_ct, "http.ct", rows);
