/* SPDX-License-Identifier: MIT
 * The rows of http.ct; see http_ct.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/http/http_judges.h"

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
