/* SPDX-License-Identifier: MIT
 * The rows of frame.line; see frame_lines.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_judges.h"

#define PARSING        HTML_SSE "parsing-an-event-stream"
#define INTERPRETATION HTML_SSE "event-stream-interpretation"

static const struct check rows[] = {
    {.id = "frame.line.known",
     .title = "Every field is data, event, id or retry",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Clients drop a line whose name they do not know, without a word. "
         "What was meant to be said with it reaches nobody, and a text line "
         "that lost its \"data:\" is a lost line of the payload.",
     .causes = "A payload with line breaks written as it is, so that only its "
               "first line carries \"data:\"; own extensions to the format; a "
               "misspelt name.",
     .fix = {{"any", "Put \"data: \" before each line of the payload; put "
                     "extras into the data, as JSON."},
             {"Node/Express",
              "for(const line of text.split(/\\r\\n|\\r|\\n/)) "
              "res.write(`data: ${line}\\n`)."},
             {"Python/Starlette", "Use sse-starlette's ServerSentEvent rather "
                                  "than an f-string around the payload."},
             {"Go", "Split at \\n and write \"data: %s\\n\" for each part."},
             {"Spring", "SseEmitter.event().data(...), never a raw write."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nvE '^(data|event|id|retry)"
                  "(:|$)|^:|^\\r?$'",
     .judge = frame_judge_line_known},
    {.id = "frame.line.garbage",
     .title = "No HTML, JSON, stack trace or response head inside the stream",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "The response is under way, so an error that is printed into it "
         "cannot change the status any more. Every client ignores the lines, "
         "the page waits on, and a stack trace is open to anyone who looks.",
     .causes = "A framework's or proxy's error page written behind the first "
               "events; PHP notices; bare JSON without \"data:\"; two "
               "responses written to one socket.",
     .fix = {{"nginx", "proxy_intercept_errors does not act once the stream "
                       "runs; mend the upstream."},
             {"Node/Express", "Check res.headersSent in the error handler and "
                              "end the stream, or send an event of your own."},
             {"Python/Starlette", "Catch inside the generator and yield an "
                                  "error event."},
             {"Go", "Do not call http.Error after the first Flush."},
             {"Spring", "emitter.completeWithError, and an exception handler "
                        "that does not write for text/event-stream."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nE '^(<|\\{|Traceback|HTTP/1)'",
     .judge = frame_judge_line_garbage},
    {.id = "frame.line.name-case",
     .title = "Field names are in lower case",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Names are compared literally: for a browser \"Data\" or \"ID\" is "
         "an unknown field and the event is lost. Some lenient libraries "
         "accept it, which is why it passes the developer's own test.",
     .causes = "Names written as if they were HTTP headers; a serializer that "
               "capitalises members.",
     .fix = {{"any", "Write data, event, id and retry in lower case."}},
     .reproduce = "curl -sN -m 5 {url} | grep -niE '^(data|event|id|retry)' | "
                  "grep -vE '^[0-9]+:(data|event|id|retry)'",
     .judge = frame_judge_line_name_case},
    {.id = "frame.line.name-space",
     .title = "No space or tab around a field name",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "Only one space behind the colon is special. A space before the name "
         "or before the colon belongs to the name, which then is unknown to "
         "browsers and libraries alike: the line is dropped.",
     .causes = "An indented multi-line string (triple quotes, template "
               "literal); \"data : x\" typed by hand.",
     .fix = {{"Node/Express", "Keep template literals at the left margin, or "
                              "join an array with \\n."},
             {"Python/Starlette", "textwrap.dedent, or join the lines "
                                  "instead of a triple-quoted string."},
             {"any", "Write the name, the colon, one space, the value."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nE "
                  "'^[ \\t]+(data|event|id|retry)|^(data|event|id|retry)"
                  "[ \\t]+:'",
     .judge = frame_judge_line_name_space},
    {.id = "frame.line.length",
     .title = "Lines are at most 64 KiB long",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "The format has no limit, line readers have: Go's bufio.Scanner "
         "gives up at 64 KiB, Python's asyncio StreamReader raises there. "
         "Such clients fail on the same event after each reconnect.",
     .causes = "Whole documents or base64 images as one data line.",
     .fix = {{"any", "Send a reference and let the client fetch the body, or "
                     "split the payload over several data lines."}},
     .reproduce = "curl -sN -m 5 {url} | awk '{ if(length > m) m = length } "
                  "END { print m }'",
     .judge = frame_judge_line_length},
    {.id = "frame.line.control",
     .title = "No control characters but TAB on a line",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "All but LF and CR are legal, and browsers pass them on. Clients "
         "with C strings cut the value at a NUL; Python's splitlines takes "
         "VT, FF and FS to RS for line ends and breaks the payload in two.",
     .causes = "Binary data sent as text; terminal output with escape "
               "sequences; fixed-size buffers with trailing zeros.",
     .fix = {{"any", "Encode such payloads as JSON (which escapes them) or "
                     "base64."}},
     .reproduce = "curl -sN -m 5 {url} | LC_ALL=C grep -naP "
                  "'[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]'",
     .judge = frame_judge_line_control},
};

CHECK_GROUP(group_frame_line, "frame.line", rows);
