/* SPDX-License-Identifier: MIT
 * heartbeat.comment, .well-formed and .form: what heartbeats are made of. */
#include <stdio.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"
#include "checks/heartbeat/heartbeat.h"

#define SHOWN 3

static const char *list_kinds(const struct beats *b, char *out, size_t size)
{
  size_t i, at = 0;
  out[0] = '\0';
  for(i = 0; i < BEAT_KINDS && at < size; i++) {
    int n;
    if(!b->kind[i])
      continue;
    n = snprintf(out + at, size - at, "%s%zu x %s", at ? ", " : "", b->kind[i],
                 beat_kind_name((enum beat_kind)i));
    at += n > 0 ? (size_t)n : 0;
  }
  return out;
}

static void show_kind(struct finding *f, const struct recording *r,
                      const struct beats *b, enum beat_kind not_this)
{
  size_t i, shown = 0;
  for(i = 0; i < b->count && shown < SHOWN; i++) {
    if(b->beat[i].kind == not_this)
      continue;
    finding_show_body(f, r, b->beat[i].offset, b->beat[i].n);
    shown++;
  }
}

/* Empty events and keep-alives among the messages run every client's handler;
 * named pings are what some protocols demand, so they are only reported. */
static void heartbeat_judge_comment(const struct check_input *in,
                                    struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  char kinds[160];
  bool none;
  if(!r)
    return;
  list_kinds(&b, kinds, sizeof(kinds));
  none = heartbeat_none(in, f, &b);
  if(!none && b.kind[BEAT_COMMENT] == b.count)
    finding_set(f, VERDICT_PASS, "heartbeats are comments: %s", kinds);
  else if(!none) {
    finding_set(f,
                b.kind[BEAT_EMPTY] || b.kind[BEAT_MESSAGE] ? VERDICT_WARN
                                                           : VERDICT_INFO,
                "heartbeats are not all comments: %s", kinds);
    show_kind(f, r, &b, BEAT_COMMENT);
  }
  beats_free(&b);
}

static void heartbeat_judge_form(const struct check_input *in,
                                 struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  size_t i, own = 0;
  bool none;
  if(!r)
    return;
  for(i = 0; i < b.count; i++)
    own += b.beat[i].own_block;
  none = heartbeat_none(in, f, &b);
  if(!none && !b.kind[BEAT_COMMENT])
    finding_set(f, VERDICT_SKIP, "the heartbeats are no comments");
  else if(!none && !own)
    finding_set(f, VERDICT_PASS,
                "%zu comments, each a line alone; clients that split at "
                "blank lines see it in front of the next block",
                b.kind[BEAT_COMMENT]);
  else if(!none) {
    finding_broken(f,
                   "%zu of %zu comments have a blank line of their own; "
                   "fetch-event-source 2.0.1 delivers an empty message for "
                   "each",
                   own, b.kind[BEAT_COMMENT]);
    show_kind(f, r, &b, BEAT_KINDS);
  }
  beats_free(&b);
}

/* The last line of the block that is no comment. */
static size_t last_field(const struct recording *r,
                         const struct frame_block *b)
{
  struct frame_line l;
  size_t i;
  for(i = b->last; i > b->first; i--) {
    frame_line_at(r, i - 1, &l);
    if(l.field != FRAME_COMMENT)
      return i - 1;
  }
  return b->first;
}

/* Its line end came later than its beginning, or not at all. */
static bool is_late_ended(const struct recording *r,
                          const struct frame_line *l, int64_t limit_ns)
{
  size_t at, to = l->at->offset + l->at->n + (l->finished ? 1 : 0);
  if(frame_gap_ns(r, l->at->offset, to, &at) > limit_ns)
    return true;
  return !l->finished && r->end == REC_END_OURS &&
         r->end_ns - recording_byte_time(r, to - 1) > limit_ns;
}

struct malformed {
  size_t comments, inside, late;
  int64_t limit_ns;
};

static void look_at_comments(const struct recording *r,
                             const struct frame_block *b, struct malformed *m,
                             struct finding *f)
{
  struct frame_line l;
  size_t i, last = last_field(r, b);
  for(i = b->first; i < b->last; i++) {
    bool inside, late;
    frame_line_at(r, i, &l);
    if(l.field != FRAME_COMMENT)
      continue;
    m->comments++;
    inside = b->fields && l.at->offset > b->field_offset && i < last;
    late = is_late_ended(r, &l, m->limit_ns);
    if((inside || late) && m->inside + m->late < SHOWN)
      frame_show_block(f, r, b);
    m->inside += inside;
    m->late += late && !inside;
  }
}

static void heartbeat_judge_well_formed(const struct check_input *in,
                                        struct finding *f)
{
  struct beats b;
  const struct recording *r = heartbeat_begin(in, f, &b);
  struct malformed m = {0, 0, 0, (int64_t)in->target->event_ns};
  struct frame_block block;
  size_t at = 0;
  if(!r)
    return;
  m.limit_ns += r->connected_ns > 0 ? r->connected_ns : 0;
  while(frame_block_next(r, &at, &block))
    look_at_comments(r, &block, &m, f);
  if(m.inside || m.late) {
    f->timing = m.late > 0;
    finding_broken(f,
                   "of %zu comments %zu stand between the fields of one "
                   "block, %zu have a line end that came late or never",
                   m.comments, m.inside, m.late);
  } else if(m.comments)
    finding_set(f, VERDICT_PASS, "%zu comments, all between blocks",
                m.comments);
  else if(!heartbeat_none(in, f, &b))
    finding_set(f, VERDICT_SKIP, "the heartbeats are no comments");
  beats_free(&b);
}

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define STAMPED                                                               \
  "curl -sN -m 65 {url} | while IFS= read -r l; do printf '%s %s\\n' "        \
  "\"$(date +%T.%N)\" \"$l\"; done"

static const struct check rows[] = {
    {.id = "heartbeat.comment",
     .title = "A heartbeat is a comment, not an event",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An empty \"data:\" is an event: onmessage runs with an empty string "
         "and JSON.parse throws, each period anew. A named ping is silent in "
         "EventSource, but strict typed clients reject a type they do not "
         "know. (Protocols such as Anthropic's demand it.) Comments reach no "
         "handler.",
     .causes = "The library offers events only; empty data taken for "
               "\"ignored\".",
     .fix = {{"any", "Write a line that begins with a colon."},
             {"Node/Express", "res.write(':\\n')."},
             {"Python/Starlette", "ServerSentEvent(comment=\"\")."},
             {"Go", "fmt.Fprint(w, \":\\n\")."},
             {"Spring", "SseEmitter.event().comment(\"\"), or "
                        "ServerSentEvent.builder().comment(\"\")."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_comment},
    {.id = "heartbeat.well-formed",
     .title = "A comment has its line end and stands between blocks",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "A colon without its line end makes a comment of the next \"data:\" "
         "line: an event is lost for every client. A comment between two "
         "fields is legal, but shows that two writers share the connection "
         "without a lock; the next one may land inside a line.",
     .causes = "write(\":\") as a heartbeat; a timer that writes while an "
               "event is being written.",
     .fix = {{"any", "Write \":\\n\" in one call, through the same queue or "
                     "lock as the events."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_well_formed},
    {.id = "heartbeat.form",
     .title = "A heartbeat is one line, without a blank line of its own",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "W",
     .needs = {.exchanges = EX(EX_IDLE)},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing an event stream",
     .rationale =
         "Both forms are legal. With a blank line, fetch-event-source 2.0.1 "
         "delivers an empty message for each heartbeat, and decoders that "
         "keep an id (openai and anthropic for Python) an empty event. "
         "Without one, clients that split at blank lines see the comment in "
         "front of the next event, which does no harm.",
     .causes = "A library that ends everything with a blank line.",
     .fix = {{"any", "Write \":\\n\" rather than \":\\n\\n\", or let the "
                     "client ignore empty data."}},
     .reproduce = STAMPED,
     .judge = heartbeat_judge_form},
};

CHECK_GROUP(group_heartbeat_form, "heartbeat", rows);
