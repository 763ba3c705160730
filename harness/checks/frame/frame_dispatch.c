/* SPDX-License-Identifier: MIT
 * frame.event.dispatched: whether clients get any event at all, and why not
 * where the server said something and nothing came of it. */
#include <ctype.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define BOM         "\xEF\xBB\xBF"
#define LINES_SHOWN 4
#define BYTES_SHOWN 96

/* X(enumerator, what is wrong, what to do).  In this order: what explains more
 * comes first. */
#define CAUSE_LIST(X)                                                         \
  X(CAUSE_WIDE,                                                               \
    "the text is not UTF-8, so that no client finds a field in "              \
    "it",                                                                     \
    "encode it as UTF-8")                                                     \
  X(CAUSE_ESCAPED,                                                            \
    "line ends were written as the two characters \\n, so that all of it is " \
    "one line",                                                               \
    "write real line feeds: \"\\n\" in a string that is not raw, not quoted " \
    "twice and not run through a JSON encoder as a whole")                    \
  X(CAUSE_BOM,                                                                \
    "a byte order mark stands before the field names, which makes them "      \
    "unknown ones",                                                           \
    "encode as UTF-8 without BOM (Python: utf-8, not utf-8-sig)")             \
  X(CAUSE_COMMENT, "a comment swallowed the field behind it",                 \
    "end each comment with a line end, better with two: \": ping\\n\\n\"")    \
  X(CAUSE_SPACED,                                                             \
    "the lines that should end an event hold spaces or tabs and are not "     \
    "blank",                                                                  \
    "end each event with \"\\n\\n\" and nothing between")                     \
  X(CAUSE_NO_BLANK,                                                           \
    "the blank line that ends an event is missing: one line end stands "      \
    "behind the data, not two",                                               \
    "write \"data: ...\\n\\n\"")                                              \
  X(CAUSE_TEXT,                                                               \
    "the body is JSON, markup or text without fields, no event stream",       \
    "put \"data: \" before each line and a blank line behind each message")   \
  X(CAUSE_MISSPELT,                                                           \
    "the field names are in the wrong case or have blanks around them, "      \
    "which makes them unknown ones",                                          \
    "write data, event and id in lower case, at the start of the line")       \
  X(CAUSE_UNKNOWN, "all fields have names that no client knows",              \
    "put the payload into \"data: \" lines")                                  \
  X(CAUSE_NO_DATA, "the events have a type and no data line",                 \
    "write \"data: \" with each event")                                       \
  X(CAUSE_OPEN, "the line has no end",                                        \
    "write a line end and a blank line behind each event: "                   \
    "\"data: ...\\n\\n\"")

enum cause {
#define X(id, text, fix) id,
  CAUSE_LIST(X)
#undef X
      CAUSES
};

static const struct {
  const char *text, *fix;
} causes[] = {
#define X(id, text, fix) {text, fix},
    CAUSE_LIST(X)
#undef X
};

struct speech {
  struct sse_heard heard;
  size_t sign[CAUSES];       /* lines that show it */
  size_t first;              /* line that says something; none: r->lines */
  size_t shown[LINES_SHOWN]; /* such lines */
  size_t lines;              /* how many there are */
};

static bool is_blank_byte(char c)
{
  return c == ' ' || c == '\t';
}

static bool is_all_blank(struct slice s)
{
  size_t i;
  for(i = 0; i < s.n; i++) {
    if(!is_blank_byte(s.p[i]))
      return false;
  }
  return true;
}

/* "Data", " data", "data " */
static bool is_misspelt(struct slice name)
{
  name = slice_trim(name);
  return slice_ieq_cstr(name, "data") || slice_ieq_cstr(name, "event") ||
         slice_ieq_cstr(name, "id");
}

/* ": pingdata: x" and ":data: x"; in prose a blank stands before the word. */
static bool is_swallowed(struct slice comment)
{
  long at = slice_find(comment, "data:");
  return at == 0 || (at > 0 && isalnum((unsigned char)comment.p[at - 1]));
}

/* What text is without a colon, or with one that ends no name. */
static bool is_prose(const struct frame_line *l)
{
  size_t i;
  if(l->text.n && strchr("{[<\"", l->text.p[0]))
    return true;
  for(i = 0; i < l->name.n; i++) {
    if(is_blank_byte(l->name.p[i]))
      return true;
  }
  return l->name.n == l->text.n;
}

/* Escapes inside a payload are JSON's own; those of a stream stand at the end
 * of the line, before another field, or in a line that never ends. */
static bool is_escaped(const struct frame_line *l)
{
  static const char *const fields[] = {"\\ndata:", "\\nevent:", "\\nid:"};
  size_t i;
  for(i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
    if(slice_find(l->text, fields[i]) >= 0)
      return true;
  }
  if(!l->finished)
    return slice_find(l->text, "\\n\\n") >= 0;
  return l->text.n > 1 && memcmp(l->text.p + l->text.n - 2, "\\n", 2) == 0;
}

static enum cause sign_of(const struct frame_line *l)
{
  if(l->field == FRAME_COMMENT)
    return is_swallowed(l->value) ? CAUSE_COMMENT : CAUSES;
  if(is_escaped(l))
    return CAUSE_ESCAPED;
  if(l->field == FRAME_DATA)
    return l->finished ? CAUSE_NO_BLANK : CAUSE_OPEN;
  if(l->field == FRAME_EVENT)
    return CAUSE_NO_DATA;
  if(l->field == FRAME_ID || l->field == FRAME_RETRY)
    return CAUSES;
  if(slice_starts(l->text, BOM))
    return CAUSE_BOM;
  if(is_all_blank(l->text))
    return CAUSE_SPACED;
  if(is_misspelt(l->name))
    return CAUSE_MISSPELT;
  return is_prose(l) ? CAUSE_TEXT : CAUSE_UNKNOWN;
}

static void listen(const struct recording *r, struct speech *s)
{
  size_t i;
  memset(s, 0, sizeof(*s));
  s->first = r->lines;
  frame_hear(r, &s->heard);
  for(i = 0; i < r->lines; i++) {
    struct frame_line l;
    enum cause sign;
    frame_line_at(r, i, &l);
    sign = l.field == FRAME_BLANK ? CAUSES : sign_of(&l);
    if(sign == CAUSES)
      continue;
    s->sign[sign]++;
    if(s->first == r->lines)
      s->first = i;
    if(s->lines++ < LINES_SHOWN)
      s->shown[s->lines - 1] = i;
  }
  if(frame_wide_text(r) >= 0)
    s->sign[CAUSE_WIDE] = 1;
}

/* A comment that holds a field is speech, whatever the parser makes of it. */
static bool says_something(const struct speech *s)
{
  return sse_unheard(&s->heard) || s->sign[CAUSE_COMMENT] ||
         s->sign[CAUSE_WIDE];
}

static enum cause cause_of(const struct speech *s)
{
  int i;
  for(i = 0; i < CAUSES; i++) {
    if(s->sign[i])
      return (enum cause)i;
  }
  return CAUSE_OPEN;
}

static void show(struct finding *f, const struct recording *r,
                 const struct speech *s)
{
  size_t i, n = s->lines < LINES_SHOWN ? s->lines : LINES_SHOWN;
  struct frame_line l;
  for(i = 0; i < n; i++) {
    frame_line_at(r, s->shown[i], &l);
    finding_show_bytes(f, "line", l.text);
  }
  finding_show_body(f, r, s->first < r->lines ? r->line[s->first].offset : 0,
                    BYTES_SHOWN);
}

/* What could not be read to its end says nothing about what stood there. */
static const char *unreadable(const struct recording *r)
{
  if(r->coding_error)
    return "its content coding cannot be undone, see http.coding";
  if(r->chunk_error)
    return "its chunks are broken, see http.framing.chunk-syntax";
  if(r->cut_short || r->end == REC_END_LIMIT)
    return "more came than weir keeps";
  return NULL;
}

/* Our own close may have come between a line and the one behind it. */
static bool came_just_now(const struct check_input *in,
                          const struct recording *r, const struct speech *s)
{
  size_t at = s->first < r->lines ? r->line[s->first].offset : 0;
  int64_t limit = (int64_t)in->target->event_ns;
  limit += r->connected_ns > 0 ? r->connected_ns : 0;
  return r->end == REC_END_OURS &&
         r->end_ns - recording_byte_time(r, at) < limit;
}

static void blame(const struct check_input *in, const struct recording *r,
                  const struct speech *s, struct finding *f)
{
  char text[FRAME_NS_TEXT];
  enum cause cause = cause_of(s);
  const char *reason = unreadable(r);
  f->recording = r;
  frame_ns_text(frame_watched_ns(r), text);
  if(!reason && came_just_now(in, r, s))
    reason = "its first line came just before weir closed";
  if(reason) {
    finding_set(f, VERDICT_UNTESTABLE, "no event in %s: %s", text, reason);
    return;
  }
  finding_broken(f,
                 "%zu byte%s came in %s and no client gets an event of them: "
                 "%s.  To mend it, %s",
                 r->body.n, r->body.n == 1 ? "" : "s", text,
                 causes[cause].text, causes[cause].fix);
  show(f, r, s);
}

/* The first ordinary reader that was told something, and what; or NULL. */
static const struct recording *speaker(const struct check_input *in,
                                       struct speech *s)
{
  static const enum exchange_id readers[] = {EX_PLAIN, EX_SECOND, EX_IDLE,
                                             EX_TO_END};
  size_t i;
  for(i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
    const struct recording *r = input_exchange(in, readers[i]);
    if(!r || !input_is_stream(r))
      continue;
    listen(r, s);
    if(says_something(s))
      return r;
  }
  return NULL;
}

static void frame_judge_event_dispatched(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f), *spoke;
  size_t events = r ? input_events(in) : 0;
  struct speech s;
  if(!r)
    return;
  if(events) {
    finding_set(f, VERDICT_PASS, "%zu event%s reached a client", events,
                events == 1 ? "" : "s");
    return;
  }
  spoke = speaker(in, &s);
  if(spoke)
    blame(in, spoke, &s, f);
  else
    frame_set_idle(f, r);
}

#define INTERPRETATION HTML_SSE "event-stream-interpretation"

static const struct check rows[] = {
    {.id = "frame.event.dispatched",
     .title = "What the server sends becomes events at the client",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An event fires with the blank line behind it, and only when a data "
         "line stands before. Without that no client ever sees one: the "
         "connection is open, bytes flow, nothing is logged, and onmessage "
         "is never called. It is the commonest mistake of a first stream.",
     .causes = "One line end behind the data in place of two; a payload "
               "written without \"data: \"; \"\\n\" written as two "
               "characters; a byte order mark or a comment without a line "
               "end in front of the field; an error object in place of the "
               "stream.",
     .fix = {{"any", "End each event with two line ends: "
                     "\"data: ...\\n\\n\"."},
             {"Node/Express", "res.write(`data: ${JSON.stringify(x)}"
                              "\\n\\n`)."},
             {"Python/Starlette", "yield f\"data: {json.dumps(x)}"
                                  "\\n\\n\", or yield ServerSentEvent "
                                  "objects."},
             {"Go", "fmt.Fprintf(w, \"data: %s\\n\\n\", b), then Flush; "
                    "not Fprintln, not a raw `...` string."},
             {"Spring", "Return SseEmitter or Flux<ServerSentEvent>; do not "
                        "write lines to the response."}},
     .reproduce = "curl -sN -m 5 {url} | sed -n l",
     .judge = frame_judge_event_dispatched},
};

CHECK_GROUP(group_frame_dispatch, "frame.event", rows);
