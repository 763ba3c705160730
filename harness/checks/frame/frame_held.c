/* SPDX-License-Identifier: MIT
 * frame.bytes.held: whether the server lets bytes go as they come, or holds
 * them back until enough has gathered.  The proof is a second reader that
 * begins later: what is counted in bytes reaches it as much later. */
#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"
#include "recording/bursts.h"

#define FEW_SHARED  4u
#define LEAST_BLOCK 1024u /* smaller ones nobody makes */
#define MOST_BLOCK  ((size_t)1 << 20)

/* What two readers of one stream got, and when. */
struct pair {
  const struct recording *first, *second;
  size_t shared, late;
  int64_t longest_ns, silence_ns;
  size_t block; /* bytes that had to gather; 0: no such number */
};

static int64_t real_ns(const struct recording *r, int64_t t_ns)
{
  return (int64_t)r->started_real_ns + t_ns;
}

static const struct recorded_event *same_event(const struct recording *r,
                                               const struct recorded_event *ev)
{
  size_t i;
  for(i = 0; i < r->events; i++) {
    if(slice_eq(r->event[i].data, ev->data) &&
       slice_eq(r->event[i].id, ev->id) &&
       slice_eq(r->event[i].type, ev->type))
      return &r->event[i];
  }
  return NULL;
}

/* What both were there for: what the second one got of the past says
 * nothing. */
static void compare(struct pair *p, int64_t limit_ns)
{
  int64_t there = real_ns(p->second, p->second->head.complete_ns) + limit_ns;
  size_t i;
  for(i = 0; i < p->first->events; i++) {
    const struct recorded_event *a = &p->first->event[i];
    const struct recorded_event *b = same_event(p->second, a);
    int64_t at, other;
    if(!b)
      continue;
    at = real_ns(p->first, a->t_ns);
    other = real_ns(p->second, b->t_ns);
    if(at < there || other < there)
      continue;
    p->shared++;
    at = other > at ? other - at : at - other;
    p->late += at > limit_ns;
    p->longest_ns = at > p->longest_ns ? at : p->longest_ns;
  }
}

/* The power of two that is all of it but for a part of an event; 0: none. */
static size_t block_of(const struct burst *b, size_t bytes)
{
  size_t block = LEAST_BLOCK;
  while(block <= MOST_BLOCK && 2 * block <= bytes)
    block *= 2;
  return b->events && bytes >= block && bytes - block <= b->bytes / b->events
             ? block
             : 0;
}

/* Whether every burst is the same block; *block: the one so far. */
static bool is_even(const struct recording *r, bool wire, size_t *block)
{
  struct bursts b;
  size_t i;
  bursts_read(r, &b);
  for(i = 0; i < b.n; i++) {
    size_t n = block_of(&b.at[i], wire ? b.at[i].wire : b.at[i].bytes);
    if(!n || (*block && n != *block))
      return false;
    *block = n;
  }
  return b.n > 0;
}

static void measure(struct pair *p)
{
  struct bursts b;
  int wire;
  for(wire = 0; wire < 2 && !p->block; wire++) {
    size_t block = 0;
    if(is_even(p->first, wire, &block) && is_even(p->second, wire, &block))
      p->block = block;
  }
  bursts_read(p->first, &b);
  (void)bursts_held(p->first, &b, &p->silence_ns);
}

static void tell_pair(const struct check_input *in, struct pair *p,
                      struct finding *f)
{
  char late[FRAME_NS_TEXT], silence[FRAME_NS_TEXT];
  compare(p, (int64_t)in->target->event_ns);
  measure(p);
  f->recording = p->first;
  frame_ns_text(p->longest_ns, late);
  frame_ns_text(p->silence_ns, silence);
  if(p->shared < FEW_SHARED) {
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu events reached two readers while both were there; %u "
                "would tell",
                p->shared, FEW_SHARED);
    return;
  }
  if(p->late * 10 < p->shared * 8) {
    finding_set(f, VERDICT_PASS,
                "%zu events reached two readers, %zu of them at different "
                "times",
                p->shared, p->late);
    return;
  }
  f->timing = true;
  if(p->block)
    finding_broken(f,
                   "bytes wait until %zu have gathered, up to %s: %zu of %zu "
                   "events reached two readers, of which one had begun "
                   "later, up to %s apart",
                   p->block, silence, p->late, p->shared, late);
  else
    finding_set(f, VERDICT_INFO,
                "each reader gets events at times of its own, up to %s apart "
                "(%zu of %zu events), by no number of bytes",
                late, p->late, p->shared);
  finding_show_body(f, p->first, 0, 32);
}

static void judge_held(const struct check_input *in, struct finding *f)
{
  const struct recording *r = input_stream(in, EX_PLAIN, f);
  struct pair p = {.first = role_find(in, SCRIPT_HELD, ROLE_FIRST, 0),
                   .second = role_find(in, SCRIPT_HELD, ROLE_PEER, 0)};
  struct bursts b;
  int64_t gap;
  if(!r)
    return;
  bursts_read(r, &b);
  if(frame_is_coded(r))
    finding_set(f, VERDICT_SKIP,
                "the stream is compressed; http.coding.* judges that");
  else if(p.first && p.second && input_is_stream(p.first) &&
          input_is_stream(p.second))
    tell_pair(in, &p, f);
  else if(!input_events(in))
    frame_set_idle(f, r);
  else if(bursts_held(r, &b, &gap))
    finding_set(f, VERDICT_UNTESTABLE,
                "events came by the handful; a second reader, which would "
                "tell why, was not made");
  else
    finding_set(f, VERDICT_PASS, "%zu bytes came in %zu pieces%s", r->body.n,
                r->body_reads, frame_ended(r) ? " before the end" : "");
}

static const struct check rows[] = {
    {.id = "frame.bytes.held",
     .title = "Bytes go to the client as they come",
     .severity = SEVERITY_F,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .optional = {.scripts = {SCRIPT(SCRIPT_HELD)}},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale =
         "A buffer that lets go when it is full makes events late by as long "
         "as it takes to fill: by minutes where little happens, and not at "
         "all under load, where it is tested.  The last ones wait until the "
         "stream ends.",
     .causes = "Output written and never flushed; a response writer with a "
               "buffer of 4 or 8 KiB; a gateway or filter that gathers; "
               "standard output of a child that is a pipe.",
     .fix = {{"nginx", "proxy_buffering off (or X-Accel-Buffering: no), and "
                       "postpone_output 0."},
             {"Node/Express", "No stream in between that gathers; with "
                              "compression(), res.flush() behind each event."},
             {"Python/Starlette", "StreamingResponse writes each piece; leave "
                                  "out BufferedWriter and middleware that "
                                  "joins pieces."},
             {"Go",
              "http.NewResponseController(w).Flush() behind each event."},
             {"Spring", "SseEmitter flushes; with a raw response, "
                        "response.flushBuffer() behind each event."},
             {"any", "Flush behind each event; no buffered writer around the "
                     "response."}},
     .reproduce = "curl -sN {url} | while IFS= read -r l; do "
                  "printf '%s %s\\n' \"$(date +%T.%N)\" \"$l\"; done",
     .judge = judge_held},
};

CHECK_GROUP(group_frame_held, "frame.bytes", rows);
