/* SPDX-License-Identifier: MIT
 * The rows of frame.data; see frame_data.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_judges.h"

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define PARSING        HTML_SSE "parsing-an-event-stream"
#define PUBLISH(payload)                                                      \
  "curl -sN -m 3 {url} | cat -A & sleep 1; printf '" payload                  \
  "' | curl -s --data-binary @- PUBLISH_URL; wait"

static const struct check rows[] = {
    {.id = "frame.data.join",
     .title = "A payload of several lines arrives as one event",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Each line of a payload needs its own \"data:\". Without it every "
         "client, browsers included, drops the second line and all behind it "
         "as unknown fields, or ends the event at an empty line.",
     .causes = "\"data: \" + payload + two line ends, with a payload that was "
               "one line in all tests.",
     .fix = {{"Node/Express", "text.split(/\\r\\n|\\r|\\n/).map(l => `data: "
                              "${l}\\n`).join('') + '\\n'."},
             {"Python/Starlette", "sse-starlette's ServerSentEvent does it; "
                                  "an f-string does not."},
             {"Go", "for _, l := range strings.Split(s, \"\\n\") { "
                    "fmt.Fprintf(w, \"data: %s\\n\", l) }."},
             {"Spring", "Use a current Spring: SseEmitter and WebFlux split "
                        "at line ends."}},
     .reproduce = PUBLISH("a\\nb"),
     .judge = frame_judge_data_join,
     .skip = input_skip_unpublished},
    {.id = "frame.data.raw-crlf",
     .title = "CR and CRLF in a payload become line ends, nothing is lost",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "A bare CR ends a line for every conforming client. What follows it "
         "in the payload is read as a field: lost at best, an event forged "
         "by whoever wrote the payload at worst.",
     .causes = "Splitting at \\n only; text from Windows, from forms or from "
               "progress output with CR.",
     .fix = {{"any", "Split at CRLF, CR and LF."},
             {"Node/Express", "split(/\\r\\n|\\r|\\n/), not split('\\n')."},
             {"Python/Starlette", "re.split(r\"\\r\\n|\\r|\\n\", text)."},
             {"Go", "strings.NewReplacer(\"\\r\\n\", \"\\n\", \"\\r\", "
                    "\"\\n\").Replace(s) before the split."},
             {"Spring", "Normalise before data(...): versions differ in "
                        "whether they see a bare CR."}},
     .reproduce = PUBLISH("a\\r\\nb\\rc"),
     .judge = frame_judge_data_raw_crlf,
     .skip = input_skip_unpublished},
    {.id = "frame.data.leading-space",
     .title = "A space at the start of a payload survives",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Clients remove one space behind the colon. A server that writes "
         "\"data:\" without a space of its own loses the payload's: words of "
         "a language model run together, indented code shifts.",
     .causes = "\"data:\" + payload; text that is trimmed.",
     .fix = {{"any", "Write \"data: \", with the space, always."},
             {"Spring", "SseEmitter and WebFlux write \"data:\" without it: "
                        "put a space before the payload, or send JSON."}},
     .reproduce = PUBLISH(" x"),
     .judge = frame_judge_data_leading_space,
     .skip = input_skip_unpublished},
    {.id = "frame.data.trailing-newline",
     .title = "A line end at the end of a payload survives",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Clients remove the last line end of the data, so a payload that "
         "ends with one needs a further, empty data line. Otherwise Markdown "
         "or code that is sent in pieces loses its line breaks. "
         "(fetch-event-source 2.0.1 loses it in any case.)",
     .causes = "splitlines or a trim before the data lines are written.",
     .fix = {{"any", "Split in a way that keeps the last, empty part; or send "
                     "JSON strings."},
             {"Python/Starlette", "text.split(\"\\n\"), not splitlines()."}},
     .reproduce = PUBLISH("x\\n"),
     .judge = frame_judge_data_trailing_newline,
     .skip = input_skip_unpublished},
    {.id = "frame.data.empty",
     .title = "An empty payload is an event with empty data",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An event whose data line is missing is never dispatched, by no "
         "browser; one whose data line is empty is. A signal without content "
         "needs the line.",
     .causes = "A test for emptiness that also skips the data line.",
     .fix = {{"any", "Write \"data:\" even when there is nothing behind "
                     "it."}},
     .reproduce = PUBLISH(""),
     .judge = frame_judge_data_empty,
     .skip = input_skip_unpublished},
    {.id = "frame.data.unicode",
     .title = "All characters of a payload survive",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "K",
     .needs = {.scripts = {SCRIPT(SCRIPT_PUBLISH)}},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "Only CR and LF end a line. A server that splits at U+2028, U+0085, "
         "VT or FF too gives its clients line breaks nobody wrote; one that "
         "recodes loses emoji or the BOM. A NUL that is lost is only a "
         "warning.",
     .causes = "Python's str.splitlines; Latin-1 on the way; a filter for "
               "\"unprintable\" characters; JSON with a broken escape.",
     .fix = {{"Python/Starlette", "re.split(r\"\\r\\n|\\r|\\n\", text), not "
                                  "splitlines()."},
             {"any", "Keep payloads as UTF-8 bytes from end to end."}},
     .reproduce = PUBLISH("a\\342\\200\\250b\\013c"),
     .judge = frame_judge_data_unicode,
     .skip = input_skip_unpublished},
    {.id = "frame.data.json",
     .title = "Data that begins like JSON parses as JSON",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "RFC 8259",
     .rationale =
         "A page calls JSON.parse in its handler; an exception there loses "
         "the event, and in many libraries ends the loop that reads the "
         "stream.",
     .causes = "Python's repr in place of json.dumps (NaN, single quotes); a "
               "text cut at a length; a pretty-printed document whose "
               "further lines had no \"data:\".",
     .fix = {{"Python/Starlette", "json.dumps(x, allow_nan=False)."},
             {"Node/Express", "JSON.stringify once, on the whole value."},
             {"any", "One line of JSON per event."}},
     .reproduce = "curl -sN -m 5 {url} | sed -n 's/^data: *//p' | jq -c . "
                  ">/dev/null",
     .judge = frame_judge_data_json},
};

CHECK_GROUP(group_frame_data, "frame.data", rows);
