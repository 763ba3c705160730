/* SPDX-License-Identifier: MIT
 * frame.event.*: blocks and what they make of an event.  How they arrive in
 * time and size is in frame_flow.c. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define BLOCKS_SHOWN 3

typedef bool block_odd_fn(const struct recording *r,
                          const struct frame_block *b);

/* Judges every finished block that holds a field. */
static void judge_blocks(const struct check_input *in, struct finding *f,
                         block_odd_fn *odd, const char *sentence)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  struct frame_block b;
  size_t at = 0, blocks = 0, hits = 0;
  while(r && frame_block_next(r, &at, &b)) {
    if(!b.complete || !b.fields)
      continue;
    blocks++;
    if(odd(r, &b) && hits++ < BLOCKS_SHOWN)
      frame_show_block(f, r, &b);
  }
  if(!r)
    return;
  if(hits)
    finding_broken(f, "%zu of %zu blocks %s", hits, blocks, sentence);
  else if(blocks)
    finding_set(f, VERDICT_PASS, "none of %zu blocks", blocks);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                frame_ended(r)
                    ? "no block was finished by a blank line"
                    : "no block was finished by a blank line; watch for "
                      "longer (--window)");
}

/* The type that the block leaves behind: its last event field. */
static bool has_type(const struct recording *r, const struct frame_block *b)
{
  struct frame_line l;
  bool named = false;
  size_t i;
  for(i = b->first; i < b->last; i++) {
    frame_line_at(r, i, &l);
    if(l.field == FRAME_EVENT)
      named = l.value.n > 0;
  }
  return named;
}

static bool is_without_data(const struct recording *r,
                            const struct frame_block *b)
{
  return b->count[FRAME_EVENT] && !b->count[FRAME_DATA] && has_type(r, b);
}

static void frame_judge_event_no_data(const struct check_input *in,
                                      struct finding *f)
{
  judge_blocks(in, f, is_without_data,
               "name an event type but have no data line: nothing is "
               "dispatched");
}

static bool is_bare_control(const struct recording *r,
                            const struct frame_block *b)
{
  return (b->count[FRAME_ID] || b->count[FRAME_RETRY]) &&
         !b->count[FRAME_DATA] && !has_type(r, b);
}

static void frame_judge_event_bare_control(const struct check_input *in,
                                           struct finding *f)
{
  judge_blocks(in, f, is_bare_control,
               "hold only id or retry: legal, but some clients make an empty "
               "event of them");
}

static bool has_duplicates(const struct recording *r,
                           const struct frame_block *b)
{
  (void)r;
  return b->count[FRAME_EVENT] > 1 || b->count[FRAME_ID] > 1 ||
         b->count[FRAME_RETRY] > 1;
}

static void frame_judge_event_dup_fields(const struct check_input *in,
                                         struct finding *f)
{
  judge_blocks(in, f, has_duplicates,
               "repeat event, id or retry; only the last one counts");
}

typedef bool type_odd_fn(struct slice type);

static void judge_types(const struct check_input *in, struct finding *f,
                        type_odd_fn *odd, const char *sentence)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_EVENTS, f);
  size_t i, hits = 0;
  for(i = 0; r && i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    if(!odd(e->type) || hits++ >= BLOCKS_SHOWN)
      continue;
    finding_show_bytes(f, "type", e->type);
    finding_show_body(f, r, e->offset, e->end - e->offset);
  }
  if(r && hits)
    finding_broken(f, "%zu of %zu events %s", hits, r->events, sentence);
  else if(r)
    finding_set(f, VERDICT_PASS, "none of %zu events", r->events);
}

static bool is_reserved(struct slice type)
{
  return slice_eq_cstr(type, "open") || slice_eq_cstr(type, "error");
}

static void frame_judge_event_reserved_name(const struct check_input *in,
                                            struct finding *f)
{
  judge_types(in, f, is_reserved,
              "are of a type that EventSource itself uses, \"open\" or "
              "\"error\"");
}

static bool is_oddly_named(struct slice type)
{
  size_t i;
  for(i = 0; i < type.n; i++) {
    unsigned char c = (unsigned char)type.p[i];
    if(c < 0x20 || c == 0x7F)
      return true;
  }
  return type.n && (type.p[0] == ' ' || type.p[type.n - 1] == ' ');
}

static void frame_judge_event_name_chars(const struct check_input *in,
                                         struct finding *f)
{
  judge_types(in, f, is_oddly_named,
              "have a type with a control character, or a space at either "
              "end");
}

/* Whether the end of the stream takes anything away: retry acts at once and
 * comments say nothing, all else waits for the blank line. */
static bool is_lost(const struct recording *r, const struct frame_block *b)
{
  struct frame_line last;
  if(b->complete)
    return false;
  frame_line_at(r, b->last - 1, &last);
  return b->count[FRAME_DATA] || b->count[FRAME_ID] || b->count[FRAME_EVENT] ||
         (!last.finished && last.field != FRAME_COMMENT);
}

/* A stream cut short is http.framing.*'s to tell. */
static const struct recording *orderly_end(const struct check_input *in,
                                           struct finding *f)
{
  const struct recording *r = input_ended_stream(in);
  if(!r) {
    if(input_stream(in, EX_PLAIN, f))
      finding_set(f, VERDICT_SKIP, "the stream did not end while watched");
    return NULL;
  }
  f->recording = r;
  if(r->end == REC_END_CLEAN || r->end == REC_END_CLOSE)
    return r;
  finding_set(f, VERDICT_UNTESTABLE,
              "the stream did not come to an orderly end (%s); watch one "
              "that ends",
              recording_end_name(r->end));
  return NULL;
}

static void frame_judge_event_terminated(const struct check_input *in,
                                         struct finding *f)
{
  const struct recording *r = orderly_end(in, f);
  struct frame_block b;
  size_t at = 0;
  if(!r)
    return;
  if(!r->body.n || frame_wide_text(r) >= 0) {
    finding_set(f, VERDICT_UNTESTABLE, "no text came before the end");
    return;
  }
  finding_set(f, VERDICT_PASS, "the last block before the end is finished");
  while(frame_block_next(r, &at, &b)) {
    if(!is_lost(r, &b))
      continue;
    finding_broken(f, "the stream ended inside a block: every client "
                      "discards what stands behind the last blank line");
    frame_show_block(f, r, &b);
  }
}

#define INTERPRETATION HTML_SSE "event-stream-interpretation"

static const struct check rows[] = {
    {.id = "frame.event.terminated",
     .title = "The stream does not end inside a block",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .optional = {.exchanges = EX(EX_IDLE) | EX(EX_TO_END)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "What stands behind the last blank line is discarded at the end of "
         "the stream: the last event, often the result or the \"done\", "
         "never fires in a browser. Lenient libraries deliver it, so it is "
         "missed only in production.",
     .causes = "The last write ends with one line end in place of two; a "
               "process that exits before its buffer is flushed; text that "
               "is trimmed before it is sent.",
     .fix = {{"Node/Express", "res.end('data: ...\\n\\n'), with both line "
                              "ends."},
             {"Python/Starlette", "Yield ServerSentEvent objects; do not "
                                  "strip() what is yielded."},
             {"Go", "Write and Flush the last event before the handler "
                    "returns."},
             {"Spring", "emitter.send before emitter.complete, in this order "
                        "and on one thread."}},
     .reproduce = "curl -sN {url} | tail -c 64 | xxd",
     .judge = frame_judge_event_terminated},
    {.id = "frame.event.no-data",
     .title = "A block that names an event type has a data line",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Without data nothing is dispatched: a browser never fires the "
         "event, a GraphQL \"complete\" never completes. The openai and "
         "anthropic kits deliver it with empty data instead, and the "
         "application's JSON.parse(\"\") throws.",
     .causes = "An event that is only a signal; a library that leaves the "
               "data line out when the payload is empty or null.",
     .fix = {{"any", "Write \"data: \" or \"data: {}\" with each event."},
             {"Node/Express", "res.write('event: done\\ndata: \\n\\n')."},
             {"Python/Starlette", "ServerSentEvent(event=\"done\", data=\"\"),"
                                  " not data=None."},
             {"Go", "fmt.Fprint(w, \"event: done\\ndata:\\n\\n\")."},
             {"Spring", "SseEmitter.event().name(\"done\").data(\"\")."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '/(^|\\n)event:/ && "
                  "!/(^|\\n)data/'",
     .judge = frame_judge_event_no_data},
    {.id = "frame.event.bare-control",
     .title = "No block holds only id or retry",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Legal, and browsers take the values without an event. The Python "
         "kits of openai and anthropic and fetch-event-source 2.0.1 deliver "
         "an event with empty data for each such block; code that parses "
         "JSON without a guard throws.",
     .causes = "retry sent in a block of its own as a greeting; an id sent to "
               "mark a position; a priming event.",
     .fix = {{"any", "Send retry or id in the block of the first event where "
                     "your clients are not browsers."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '!/(^|\\n)(data|event)/'",
     .judge = frame_judge_event_bare_control},
    {.id = "frame.event.reserved-name",
     .title = "No event is named open or error",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .eventsource = true,
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "handler-eventsource-onerror",
     .reference = "HTML: the EventSource interface",
     .rationale =
         "EventSource fires its own open and error. A server's event of that "
         "name runs the same handlers, which then take an application error "
         "for a lost connection, or close a healthy stream.",
     .causes = "\"error\" chosen for failures inside the stream, as many LLM "
               "servers do.",
     .fix = {{"any", "Use another name, such as \"failure\" or \"app-error\"."
                     " Where a protocol demands \"error\" (Anthropic's does), "
                     "list it as a known exception."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nE '^event: ?(open|error)$'",
     .judge = frame_judge_event_reserved_name},
    {.id = "frame.event.name-chars",
     .title = "Event types have no controls and no outer spaces",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Types are compared byte by byte: addEventListener('x') does not "
         "hear \"x \". Libraries that trim do, so that the same stream works "
         "in one client and is silent in the other.",
     .causes = "Two spaces behind the colon; a name padded to a fixed width; "
               "names taken from user input.",
     .fix = {{"any", "Trim names, and take them from a fixed list."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nP "
                  "'^event: ?( |.* $|.*[\\x00-\\x09\\x0b\\x0c\\x0e-\\x1f])'",
     .judge = frame_judge_event_name_chars},
    {.id = "frame.event.dup-fields",
     .title = "event, id and retry come at most once per block",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "The last one wins in browsers; other clients keep the first, or "
         "join them. Mostly it is a sign that two events ran together, of "
         "which one was lost, or that a payload could write fields.",
     .causes = "A blank line missing between events; two writers without a "
               "lock; line breaks in an id or type that come from a user.",
     .fix = {{"any", "Build each event as one string and write it with one "
                     "call, under one lock."},
             {"Go", "Guard the ResponseWriter with a mutex, or write from "
                    "one goroutine."},
             {"Spring", "Do not share an SseEmitter between threads without "
                        "a queue."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= "
                  "'/(^|\\n)(id|event|retry)(:|\\n).*\\n(id|event|retry)/'",
     .judge = frame_judge_event_dup_fields},
};

CHECK_GROUP(group_frame_event, "frame.event", rows);
