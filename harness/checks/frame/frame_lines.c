/* SPDX-License-Identifier: MIT
 * frame.line.*: what stands on the lines, field by field. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define LINE_SAFE_BYTES ((size_t)64 << 10)
#define LINE_HARD_BYTES ((size_t)1 << 20)
#define NAMES_SHOWN     5
#define BOM             "\xEF\xBB\xBF"

/* What is odd about a line.  Each line is one of these, so that one mistake
 * is reported once. */
enum oddity { ODD_NOT, ODD_GARBAGE, ODD_CASE, ODD_SPACE, ODD_BOM, ODD_NAME };

static bool is_known_name(struct slice name)
{
  return slice_ieq_cstr(name, "data") || slice_ieq_cstr(name, "event") ||
         slice_ieq_cstr(name, "id") || slice_ieq_cstr(name, "retry");
}

/* Not slice_trim: CR and LF are never inside a line. */
static struct slice trim_blanks(struct slice s)
{
  while(s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
    s.p++;
    s.n--;
  }
  while(s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
    s.n--;
  return s;
}

static bool is_garbage(struct slice text)
{
  static const char *const starts[] = {"<", "{", "Traceback", "HTTP/1."};
  struct slice inner = trim_blanks(text);
  size_t i;
  for(i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
    if(slice_starts(text, starts[i]))
      return true;
  }
  /* "    at java.lang.Thread.run", "    at async handler (app.js:3:1)" */
  return inner.p != text.p && slice_starts(inner, "at ");
}

static enum oddity oddity_of(const struct frame_line *l)
{
  struct slice bare;
  if(l->field != FRAME_OTHER)
    return ODD_NOT;
  if(slice_starts(l->text, BOM))
    return ODD_BOM;
  if(is_garbage(l->text))
    return ODD_GARBAGE;
  bare = trim_blanks(l->name);
  if(!is_known_name(bare))
    return ODD_NAME;
  return bare.n == l->name.n ? ODD_CASE : ODD_SPACE;
}

struct odd_lines {
  struct frame_line first[NAMES_SHOWN]; /* with names that differ */
  size_t shown, count, fields;
};

static bool is_new_name(const struct odd_lines *o, const struct frame_line *l)
{
  size_t i;
  for(i = 0; i < o->shown; i++) {
    if(slice_eq(o->first[i].name, l->name))
      return false;
  }
  return o->shown < NAMES_SHOWN;
}

static const struct recording *find_odd(const struct check_input *in,
                                        enum oddity what, struct finding *f,
                                        struct odd_lines *o)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  size_t i;
  memset(o, 0, sizeof(*o));
  for(i = 0; r && i < r->lines; i++) {
    struct frame_line l;
    frame_line_at(r, i, &l);
    /* What is cut short may only look wrong: "dat" of "data: x". */
    if(!l.finished || l.field == FRAME_BLANK || l.field == FRAME_COMMENT)
      continue;
    o->fields++;
    if(oddity_of(&l) != what)
      continue;
    o->count++;
    if(is_new_name(o, &l))
      o->first[o->shown++] = l;
  }
  return r;
}

static void judge_odd(const struct check_input *in, struct finding *f,
                      enum oddity what, const char *sentence)
{
  struct odd_lines o;
  const struct recording *r = find_odd(in, what, f, &o);
  size_t i;
  if(!r)
    return;
  if(!o.count) {
    finding_set(f, VERDICT_PASS, "none of %zu field lines", o.fields);
    return;
  }
  finding_broken(f, "%zu of %zu field lines %s", o.count, o.fields, sentence);
  for(i = 0; i < o.shown; i++) {
    finding_show_bytes(f, "line", o.first[i].text);
    frame_show_line(f, r, &o.first[i]);
  }
}

/* Unknown lines right behind a data line of the same block, or behind such a
 * line: the rest of a payload whose line breaks were written as they are. */
static size_t count_lost(const struct recording *r)
{
  size_t i, lost = 0;
  bool behind = false;
  for(i = 0; i < r->lines; i++) {
    struct frame_line l;
    frame_line_at(r, i, &l);
    if(behind && l.finished && oddity_of(&l) == ODD_NAME)
      lost++;
    else
      behind = l.field == FRAME_DATA;
  }
  return lost;
}

static void frame_judge_line_known(const struct check_input *in,
                                   struct finding *f)
{
  const struct recording *r;
  size_t lost;
  judge_odd(in, f, ODD_NAME,
            "have a name that no client knows, and are ignored");
  if(f->verdict != VERDICT_WARN)
    return;
  r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  lost = r ? count_lost(r) : 0;
  if(lost)
    finding_set(f, VERDICT_FAIL,
                "%zu lines right behind a data line have a name that no "
                "client knows: a line break of the payload was written as it "
                "is, and what follows it is lost",
                lost);
}

static void frame_judge_line_garbage(const struct check_input *in,
                                     struct finding *f)
{
  judge_odd(in, f, ODD_GARBAGE,
            "are markup, JSON, a stack trace or a response head that ran "
            "into the stream");
}

static void frame_judge_line_name_case(const struct check_input *in,
                                       struct finding *f)
{
  judge_odd(in, f, ODD_CASE,
            "have a field name in the wrong case; clients compare byte by "
            "byte and ignore the line");
}

static void frame_judge_line_name_space(const struct check_input *in,
                                        struct finding *f)
{
  judge_odd(in, f, ODD_SPACE,
            "have a space or tab before or after the field name; it is part "
            "of the name, and the line is ignored");
}

static void frame_judge_line_length(const struct check_input *in,
                                    struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_BYTES, f);
  size_t i, longest = 0;
  if(!r)
    return;
  for(i = 1; i < r->lines; i++) {
    if(r->line[i].n > r->line[longest].n)
      longest = i;
  }
  i = r->lines ? r->line[longest].n : 0;
  if(i <= LINE_SAFE_BYTES) {
    finding_set(f, VERDICT_PASS, "the longest line has %zu bytes", i);
    return;
  }
  finding_set(f, i > LINE_HARD_BYTES ? VERDICT_WARN : VERDICT_INFO,
              "the longest line has %zu bytes; line readers with a fixed "
              "buffer (64 KiB and less is common) fail on it",
              i);
  finding_show_body(f, r, r->line[longest].offset, 32);
}

/* Offset of the first control but TAB, or n. */
static size_t find_control(struct slice text)
{
  size_t i;
  for(i = 0; i < text.n; i++) {
    unsigned char c = (unsigned char)text.p[i];
    if(c < 0x20 && c != '\t')
      break;
  }
  return i;
}

static void frame_judge_line_control(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_LINES, f);
  size_t i, lines = 0, first = 0;
  if(!r)
    return;
  for(i = 0; i < r->lines; i++) {
    struct frame_line l;
    size_t at;
    frame_line_at(r, i, &l);
    at = find_control(l.text);
    if(at < l.text.n && !lines++)
      first = (size_t)(l.text.p - r->body.p) + at;
  }
  if(!lines) {
    finding_set(f, VERDICT_PASS, "no control characters but TAB");
    return;
  }
  finding_broken(f, "%zu line%s control characters, the first is 0x%02x",
                 lines, lines == 1 ? " holds" : "s hold",
                 (unsigned char)r->body.p[first]);
  finding_show_body(f, r, first, 1);
}

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
     .anchor = HTML_PARSING,
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
     .anchor = HTML_PARSING,
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
     .anchor = HTML_PARSING,
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
