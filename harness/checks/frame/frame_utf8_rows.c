/* SPDX-License-Identifier: MIT
 * The rows of frame.utf8, frame.bom and frame.eol; see frame_utf8.c and
 * frame_eol.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_judges.h"

#define PARSING  HTML_SSE "parsing-an-event-stream"
#define DUMP_256 "curl -sN -m 3 {url} | head -c 256 | xxd"

static const struct check utf8_rows[] = {
    {.id = "frame.utf8.valid",
     .title = "The stream is valid UTF-8 from the first byte to the last",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "Browsers put U+FFFD in place of each bad sequence, so text arrives "
         "damaged without an error. Strict decoders (Python's default, "
         "TextDecoder with fatal, Rust's str) raise instead, and the client "
         "drops the connection at the same event each time it comes back.",
     .causes = "Text taken from a Latin-1 or Windows-1252 source; a string "
               "cut at a byte count in the middle of a character; binary "
               "data not encoded; a proxy that recodes or truncates.",
     .fix = {{"nginx", "Remove charset and charset_types for this location: "
                       "they recode bodies."},
             {"Node/Express", "Use a streaming TextDecoder or "
                              "setEncoding('utf8') on the source; never cut a "
                              "Buffer and call toString() on the parts."},
             {"Python/Starlette", "Decode the source with its real encoding, "
                                  "yield str; use codecs.getincrementaldecoder"
                                  " for byte sources."},
             {"Go", "strings.ToValidUTF8 on foreign text; cut strings by "
                    "rune, not by byte."},
             {"Spring", "Set the charset where bytes become a String: new "
                        "String(bytes, UTF_8)."}},
     .reproduce = "curl -sN -m 5 {url} | iconv -f utf-8 -t utf-8 >/dev/null",
     .judge = frame_judge_utf8_valid},
    {.id = "frame.utf8.not-utf16",
     .title = "The stream is not UTF-16 or UTF-32",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "There is no way to declare another encoding, a charset parameter is "
         "ignored. To every client the zero bytes are part of the field "
         "names, so no line is recognised and no event ever arrives.",
     .causes =
         "A writer opened with the platform's wide encoding (\"Unicode\" "
         "on Windows); a file saved as UTF-16 and served as it is.",
     .fix = {{"any", "Write UTF-8. In .NET use new UTF8Encoding(false), not "
                     "Encoding.Unicode."}},
     .reproduce = DUMP_256,
     .judge = frame_judge_utf8_not_utf16},
};

CHECK_GROUP(group_frame_utf8, "frame.utf8", utf8_rows);

static const struct check bom_rows[] = {
    {.id = "frame.bom.leading",
     .title = "The stream does not begin with a byte order mark",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "One leading BOM is legal and means nothing. Clients that do not "
         "strip it lose the first line; eventsource-parser 4.1 keeps it when "
         "the first chunk it is fed is empty.",
     .causes = "A file or template saved \"with BOM\"; .NET's Encoding.UTF8 "
               "in a StreamWriter.",
     .fix = {{"any", "Write without a BOM: new UTF8Encoding(false) in .NET, "
                     "encoding \"utf-8\" rather than \"utf-8-sig\" in "
                     "Python."}},
     .reproduce = DUMP_256,
     .judge = frame_judge_bom_leading},
    {.id = "frame.bom.inner",
     .title = "No line behind the first begins with a byte order mark",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Only the very first BOM is stripped. Anywhere else it is a part of "
         "the field name, so \"data\" becomes a name nobody knows and the "
         "line is dropped in silence, in browsers as in libraries.",
     .causes = "Templates or files, each with its own BOM, written one after "
               "the other; a writer made anew for every event.",
     .fix = {{"any", "Save the templates without BOM, and use one writer for "
                     "the whole stream."},
             {"Python/Starlette", "Read files with encoding \"utf-8-sig\", "
                                  "which drops the mark."},
             {"Node/Express", "Strip a leading \\uFEFF from what "
                              "fs.readFile gives."},
             {"Go", "bytes.TrimPrefix(b, []byte(\"\\xef\\xbb\\xbf\"))."}},
     .reproduce = "curl -sN -m 5 {url} | LC_ALL=C grep -naP "
                  "'^\\xEF\\xBB\\xBF'",
     .judge = frame_judge_bom_inner},
};

CHECK_GROUP(group_frame_bom, "frame.bom", bom_rows);

static const struct check eol_rows[] = {
    {.id = "frame.eol.consistent",
     .title = "All lines end in the same way",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "LF, CRLF and CR may be mixed by the grammar. Clients that split the "
         "stream at LF LF, CR CR or CRLF CRLF before they parse (openai and "
         "anthropic for Python do) see no block end in a mixture and deliver "
         "late, or several events as one.",
     .causes = "A heartbeat or a proxy that writes other line ends than the "
               "application; payload lines that keep their CR; a template "
               "with CRLF inside LF code.",
     .fix = {{"any", "Write one end everywhere, best LF, heartbeats and "
                     "error paths included."},
             {"Node/Express", "data.split(/\\r\\n|\\r|\\n/) before the lines "
                              "are written; not split('\\n')."},
             {"Python/Starlette", "sse-starlette: the sep argument must be "
                                  "the same for events and pings."},
             {"Go", "strings.NewReplacer(\"\\r\\n\", \"\\n\", \"\\r\", "
                    "\"\\n\") on payloads before they are split."}},
     .reproduce = DUMP_256,
     .judge = frame_judge_eol_consistent},
    {.id = "frame.eol.cr",
     .title = "Lines do not end with CR alone",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "After a CR a client cannot know whether an LF follows. Browsers "
         "dispatch at once; eventsource-parser 3 (and with it many AI kits) "
         "waits for the next byte, so the last event before a silence stays "
         "undelivered, and older .NET clients never saw a line end.",
     .causes = "Code written for old Mac text; an LF stripped by a "
               "filter that was meant to normalise CRLF.",
     .fix = {{"any", "End lines with LF."}},
     .reproduce = DUMP_256,
     .judge = frame_judge_eol_cr},
    {.id = "frame.eol.crlf",
     .title = "Lines end with LF rather than CRLF",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "CRLF is legal and every conforming client reads it. Hand-written "
         "clients often look for LF LF only: they find no block end and "
         "buffer for ever, or leave a CR at the end of the data.",
     .causes = "A default of the library (sse-starlette writes CRLF); "
               "println on Windows.",
     .fix = {{"Python/Starlette", "EventSourceResponse(..., sep=\"\\n\")."},
             {"any", "End lines with LF where you can choose."}},
     .reproduce = DUMP_256,
     .judge = frame_judge_eol_crlf},
};

CHECK_GROUP(group_frame_eol, "frame.eol", eol_rows);
