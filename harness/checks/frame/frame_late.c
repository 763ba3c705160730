/* SPDX-License-Identifier: MIT
 * frame.event.one-late: whether each event is finished only by the next one.
 * The row stands behind its judge. */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define WAIT_NS   10000000 /* what passes for waiting, inside one block */
#define FEW_PAIRS 3        /* fewer say nothing */

static size_t next_with_fields(const struct recording *r, size_t *line,
                               struct frame_block *b)
{
  while(frame_block_next(r, line, b)) {
    if(b->fields)
      return 1;
  }
  return 0;
}

/* The blank line waited, and came in one read with what follows it. */
static bool is_finished_by(const struct recording *r,
                           const struct frame_block *b,
                           const struct frame_block *next)
{
  size_t at;
  return b->complete &&
         frame_gap_ns(r, b->field_offset, b->end, &at) > WAIT_NS &&
         recording_byte_time(r, b->end - 1) ==
             recording_byte_time(r, next->field_offset);
}

bool frame_is_one_late(const struct recording *r, size_t *late, size_t *pairs)
{
  struct frame_block b, next;
  size_t line = 0;
  *late = *pairs = 0;
  if(!next_with_fields(r, &line, &b))
    return false;
  while(next_with_fields(r, &line, &next)) {
    *late += is_finished_by(r, &b, &next);
    (*pairs)++;
    b = next;
  }
  return *pairs >= FEW_PAIRS && *late * 10 >= *pairs * 8;
}

static void show_first(struct finding *f, const struct recording *r)
{
  struct frame_block b, next;
  size_t line = 0;
  if(!next_with_fields(r, &line, &b))
    return;
  while(next_with_fields(r, &line, &next)) {
    if(is_finished_by(r, &b, &next)) {
      finding_show_body(f, r, b.field_offset, next.end - b.field_offset);
      return;
    }
    b = next;
  }
}

static void judge_one_late(const struct check_input *in, struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  size_t late, pairs;
  if(!r)
    return;
  if(frame_is_coded(r)) {
    finding_set(f, VERDICT_SKIP,
                "the stream is compressed; http.coding.* judges that");
  } else if(frame_is_one_late(r, &late, &pairs)) {
    finding_broken(f,
                   "%zu of %zu blocks were finished only by the first bytes "
                   "of the next one: each event fires one event late",
                   late, pairs);
    f->timing = true;
    show_first(f, r);
  } else if(pairs < FEW_PAIRS)
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu blocks behind one another; %d would tell", pairs,
                FEW_PAIRS);
  else
    finding_set(f, VERDICT_PASS, "%zu of %zu blocks waited for the next one",
                late, pairs);
}

static const struct check rows[] = {
    {.id = "frame.event.one-late",
     .title = "An event is finished before the next one begins",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = HTML_SSE "event-stream-interpretation",
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An event fires with the blank line behind it. Where that line is "
         "written in front of the next event, every client sees every event "
         "one late, and the last one never.",
     .causes = "\"\\n\" written before each event in place of behind it; one "
               "line end behind the data, and one in front of the next; a "
               "filter that holds the last byte back until it knows what "
               "follows.",
     .fix = {{"any", "Write the event and its blank line at once: \"data: "
                     "...\\n\\n\"; flush behind it."},
             {"Node/Express", "res.write(`data: ${x}\\n\\n`), no line end in "
                              "front."},
             {"Python/Starlette", "yield f\"data: {x}\\n\\n\"."},
             {"Go", "fmt.Fprintf(w, \"data: %s\\n\\n\", x), then Flush."}},
     .reproduce = "curl -sN -m 5 {url} | while IFS= read -r l; do "
                  "printf '%s %s\\n' \"$(date +%T.%N)\" \"$l\"; done",
     .judge = judge_one_late},
};

CHECK_GROUP(group_frame_late, "frame.event (order)", rows);
