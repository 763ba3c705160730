/* SPDX-License-Identifier: MIT
 * frame.id.*: the ids of the stream, as fields (what may stand in them) and as
 * a sequence (what a client can do with them when it comes back). */
#include <stdlib.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/frame/frame_walk.h"

#define SHOWN           3
#define LENGTH_CORS     128  /* Fetch: more is no safelisted header value */
#define LENGTH_LONG     1024 /* more strains proxies together with cookies */
#define LENGTH_FATAL    8192 /* more than servers take as header lines */
#define NUMBER_MAX_TEXT 18   /* digits that surely fit into 64 bits */

static bool gives_ids(const struct recording *r)
{
  struct frame_line l;
  size_t i;
  for(i = 0; i < r->lines; i++) {
    frame_line_at(r, i, &l);
    if(l.finished && l.field == FRAME_ID)
      return true;
  }
  return false;
}

/* The stream, when it has at least one id field.  Where it had nothing to say,
 * another reader may have seen more. */
static const struct recording *begin(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  if(r && !gives_ids(r) && !r->events)
    r = frame_stream(in, EX_PLAIN, FRAME_NEED_EVENTS, f);
  if(!r || gives_ids(r))
    return r;
  finding_set(f, VERDICT_SKIP, "the stream gives no ids");
  return NULL;
}

typedef bool id_odd_fn(struct slice id);

static void judge_ids(const struct check_input *in, struct finding *f,
                      id_odd_fn *odd, const char *sentence)
{
  const struct recording *r = begin(in, f);
  size_t i, ids = 0, hits = 0;
  for(i = 0; r && i < r->lines; i++) {
    struct frame_line l;
    frame_line_at(r, i, &l);
    if(!l.finished || l.field != FRAME_ID)
      continue;
    ids++;
    if(odd(l.value) && hits++ < SHOWN)
      frame_show_line(f, r, &l);
  }
  if(r && hits)
    finding_broken(f, "%zu of %zu ids %s", hits, ids, sentence);
  else if(r)
    finding_set(f, VERDICT_PASS, "none of %zu ids", ids);
}

static bool has_nul(struct slice id)
{
  return id.n && memchr(id.p, 0, id.n);
}

static void frame_judge_id_nul(const struct check_input *in, struct finding *f)
{
  judge_ids(in, f, has_nul, "hold a NUL: clients ignore the whole field");
}

/* A value with a NUL never becomes a header: the field is ignored. */
static bool is_unsafe(struct slice id)
{
  size_t i;
  if(!id.n || has_nul(id))
    return false;
  for(i = 0; i < id.n; i++) {
    unsigned char c = (unsigned char)id.p[i];
    bool outer = i == 0 || i == id.n - 1;
    if(c == 0x7F || (c < 0x20 && c != '\t') ||
       (outer && (c == ' ' || c == '\t')))
      return true;
  }
  return false;
}

static void frame_judge_id_header_safe(const struct check_input *in,
                                       struct finding *f)
{
  judge_ids(in, f, is_unsafe,
            "do not survive as a header value: outer spaces are cut off, "
            "controls are refused");
}

static bool is_not_ascii(struct slice id)
{
  size_t i;
  for(i = 0; i < id.n; i++) {
    if((unsigned char)id.p[i] >= 0x80)
      return true;
  }
  return false;
}

static void frame_judge_id_ascii(const struct check_input *in,
                                 struct finding *f)
{
  judge_ids(in, f, is_not_ascii, "are not plain ASCII");
}

static bool is_empty(struct slice id)
{
  return id.n == 0;
}

static void frame_judge_id_reset(const struct check_input *in,
                                 struct finding *f)
{
  judge_ids(in, f, is_empty,
            "are empty: from there on a client has no position to resume "
            "from");
}

static void frame_judge_id_length(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = begin(in, f);
  struct frame_line l, longest;
  size_t i, n = 0;
  for(i = 0; r && i < r->lines; i++) {
    frame_line_at(r, i, &l);
    if(l.finished && l.field == FRAME_ID && l.value.n >= n) {
      n = l.value.n;
      longest = l;
    }
  }
  if(!r)
    return;
  if(n <= LENGTH_CORS) {
    finding_set(f, VERDICT_PASS, "the longest id has %zu bytes", n);
    return;
  }
  finding_set(f, n > LENGTH_FATAL ? VERDICT_FAIL : VERDICT_WARN,
              "the longest id has %zu bytes: %s", n,
              n > LENGTH_FATAL
                  ? "servers answer 431 to such a header, on every reconnect"
              : n > LENGTH_LONG
                  ? "with cookies it may pass the header limit of a proxy"
                  : "over 128 a cross-origin script cannot send it without "
                    "being allowed to");
  frame_show_line(f, r, &longest);
}

static int by_id(const void *a, const void *b)
{
  const struct recorded_event *x = *(const struct recorded_event *const *)a,
                              *y = *(const struct recorded_event *const *)b;
  size_t n = x->id.n < y->id.n ? x->id.n : y->id.n;
  int order = n ? memcmp(x->id.p, y->id.p, n) : 0;
  if(order == 0)
    order = x->id.n < y->id.n ? -1 : x->id.n > y->id.n;
  return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

static bool is_same_event(const struct recorded_event *a,
                          const struct recorded_event *b)
{
  return slice_eq(a->type, b->type) && slice_eq(a->data, b->data);
}

static void judge_sorted(const struct recording *r,
                         const struct recorded_event **e, size_t n,
                         struct finding *f)
{
  size_t i, hits = 0;
  qsort(e, n, sizeof(const struct recorded_event *), by_id);
  for(i = 1; i < n; i++) {
    if(!slice_eq(e[i - 1]->id, e[i]->id) || is_same_event(e[i - 1], e[i]) ||
       hits++ >= SHOWN)
      continue;
    finding_show_body(f, r, e[i - 1]->offset,
                      e[i - 1]->end - e[i - 1]->offset);
    finding_show_body(f, r, e[i]->offset, e[i]->end - e[i]->offset);
  }
  if(hits)
    finding_broken(f,
                   "%zu of %zu events bear an id that another event of this "
                   "connection had",
                   hits, n);
  else
    finding_set(f, VERDICT_PASS, "the ids of %zu events differ", n);
}

static void frame_judge_id_unique(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = begin(in, f);
  const struct recorded_event **e;
  size_t i, n = 0;
  if(!r)
    return;
  e = malloc((r->events + 1) * sizeof(const struct recorded_event *));
  if(!e) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return;
  }
  for(i = 0; i < r->events; i++) {
    if(r->event[i].id_in_block && r->event[i].id.n)
      e[n++] = &r->event[i];
  }
  if(n > 1)
    judge_sorted(r, e, n, f);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu events with an id came; two are needed", n);
  free(e);
}

/* False for what is no plain number. */
static bool id_number(struct slice id, uint64_t *number)
{
  size_t i;
  *number = 0;
  for(i = 0; i < id.n; i++) {
    if(id.p[i] < '0' || id.p[i] > '9')
      return false;
    *number = *number * 10 + (uint64_t)(id.p[i] - '0');
  }
  return id.n > 0 && id.n <= NUMBER_MAX_TEXT;
}

static void frame_judge_id_monotonic(const struct check_input *in,
                                     struct finding *f)
{
  const struct recording *r = begin(in, f);
  uint64_t last = 0, now;
  size_t i, ids = 0, jumps = 0;
  for(i = 0; r && i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    if(!e->id_in_block)
      continue;
    if(!id_number(e->id, &now)) {
      finding_set(f, VERDICT_SKIP, "the ids are not numbers");
      return;
    }
    if(ids++ && now != last + 1 && jumps++ < SHOWN)
      finding_note(f, "id %llu after id %llu, body byte %zu",
                   (unsigned long long)now, (unsigned long long)last,
                   e->offset);
    last = now;
  }
  if(!r)
    return;
  if(ids < 2)
    finding_set(f, VERDICT_UNTESTABLE,
                "%zu events with an id came; two are needed", ids);
  else if(jumps)
    finding_broken(f,
                   "%zu of %zu numbers are not the one before plus 1; right "
                   "where the stream is a selection, loss where it is not",
                   jumps, ids);
  else
    finding_set(f, VERDICT_PASS, "%zu numbers without a gap", ids);
}

static void frame_judge_id_always(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *r = begin(in, f);
  size_t i, bare = 0, after = 0;
  bool began = false;
  for(i = 0; r && i < r->events; i++) {
    const struct recorded_event *e = &r->event[i];
    began = began || e->id_in_block;
    if(!began)
      continue;
    after++;
    if(!e->id_in_block && bare++ < SHOWN)
      finding_show_body(f, r, e->offset, e->end - e->offset);
  }
  if(!r)
    return;
  if(!after)
    finding_set(f, VERDICT_UNTESTABLE, "no event with an id came");
  else if(bare)
    finding_broken(f,
                   "%zu of %zu events behind the first id have none: a client "
                   "that resumes there gets them again, or never",
                   bare, after);
  else
    finding_set(f, VERDICT_PASS, "all %zu events have an id", after);
}

#define INTERPRETATION HTML_SSE "event-stream-interpretation"
#define LAST_EVENT_ID  HTML_LAST_EVENT_ID
#define SHOW_IDS       "curl -sN -m 5 {url} | grep -a '^id' | cat -A | head"

static const struct check rows[] = {
    {.id = "frame.id.nul",
     .title = "No id holds a NUL",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "Clients ignore an id field with a NUL and keep the id before it. "
         "After a reconnect they ask from too early a position and get "
         "events twice.",
     .causes = "Ids taken from fixed-size buffers or binary keys.",
     .fix = {{"any", "Encode binary keys, as hex or base64url."}},
     .reproduce = SHOW_IDS,
     .judge = frame_judge_id_nul},
    {.id = "frame.id.header-safe",
     .title = "Each id survives as an HTTP header value",
     .severity = SEVERITY_F,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "RFC 9110 section 5.5",
     .rationale =
         "The id comes back in Last-Event-ID. Spaces at its ends are cut off "
         "on the way, and a control character makes the client library "
         "throw or the server answer 400: the stream does not come back, "
         "with every retry anew.",
     .causes = "Two spaces behind \"id:\"; padded database keys; a timestamp "
               "or user text with tabs or escapes.",
     .fix = {{"any", "Use letters, digits, '-', '_', '.' and ':' only; trim "
                     "what comes from elsewhere."}},
     .reproduce = SHOW_IDS,
     .judge = frame_judge_id_header_safe},
    {.id = "frame.id.ascii",
     .title = "Ids are plain ASCII",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header; RFC 9110 section 5.5",
     .rationale =
         "Browsers send the id's UTF-8 bytes, servers and proxies often read "
         "header bytes as Latin-1, and client libraries (undici, Deno) have "
         "thrown on them. The position then is unknown to the server, or the "
         "reconnect never leaves the client.",
     .causes = "Names or titles used as ids.",
     .fix = {{"any", "Percent-encode such ids, or use numbers."},
             {"Node/Express", "encodeURIComponent(id), and decode "
                              "req.headers['last-event-id']."},
             {"Python/Starlette", "urllib.parse.quote(id); Starlette decodes "
                                  "headers as Latin-1."},
             {"Go", "url.PathEscape(id)."}},
     .reproduce = SHOW_IDS,
     .judge = frame_judge_id_ascii},
    {.id = "frame.id.length",
     .title = "Ids are short: 128 bytes, in no case over 8 KiB",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = FETCH "cors-safelisted-request-header",
     .reference = "Fetch: CORS-safelisted request-header",
     .rationale =
         "Each reconnect carries the id as a header. Over 8 KiB most servers "
         "and proxies answer 431 or 400, which ends an EventSource for good; "
         "and 128 bytes is where Fetch stops treating a header value as "
         "harmless.",
     .causes = "State packed into the id: cursors of many topics, JSON, "
               "tokens.",
     .fix = {{"nginx", "large_client_header_buffers bounds the whole header "
                       "line; shorten the id rather than raise it."},
             {"any", "Keep the state on the server and send its key."}},
     .reproduce = "curl -sN -m 5 {url} | awk '/^id/ { if(length > m) m = "
                  "length } END { print m }'",
     .judge = frame_judge_id_length},
    {.id = "frame.id.unique",
     .title = "No two events of a connection share an id",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "A client that resumes says one id. If several events bear it, the "
         "server cannot know which was the last one seen: some are lost or "
         "come again.",
     .causes = "A counter that is never advanced (\"0\" always); one id for "
               "all events of a batch; a clock of coarse steps as the id.",
     .fix = {{"any", "Count up for each event, per stream or topic; give a "
                     "batch's id to its last event only."}},
     .reproduce = "curl -sN -m 5 {url} | grep '^id' | sort | uniq -d",
     .judge = frame_judge_id_unique},
    {.id = "frame.id.monotonic",
     .title = "Numeric ids rise by one",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = LAST_EVENT_ID,
     .reference = "HTML: the Last-Event-ID header",
     .rationale =
         "Not demanded by anything. With numbers without gaps a client, and "
         "weir, can prove that nothing was lost; a gap is loss unless the "
         "stream is a selection of a larger one.",
     .causes = "One counter for several topics of which this stream shows "
               "one; events dropped for a slow reader.",
     .fix = {{"any", "Count per topic, or put a second, dense number into the "
                     "data."}},
     .reproduce = "curl -sN -m 5 {url} | sed -n 's/^id: *//p' | awk 'NR > 1 "
                  "&& $1 != p + 1 { print p, $1 } { p = $1 }'",
     .judge = frame_judge_id_monotonic},
    {.id = "frame.id.always",
     .title = "Once there are ids, every event has one",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An event without an id leaves the client at the id before. When "
         "the connection breaks there, the server replays from that id: the "
         "bare event comes again or, not being kept, never.",
     .causes = "Two producers, one of which numbers; state or ping events "
               "deliberately without a number.",
     .fix = {{"any", "Number all events that matter. State that is sent "
                     "afresh on each connect may go without; list it as a "
                     "known exception."}},
     .reproduce = "curl -sN -m 5 {url} | awk -v RS= '/(^|\\n)data/ && "
                  "!/(^|\\n)id/'",
     .judge = frame_judge_id_always},
    {.id = "frame.id.reset",
     .title = "No empty id",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = INTERPRETATION,
     .reference = "HTML: interpreting an event stream",
     .rationale =
         "An empty id is the standard's way to make clients forget their "
         "position: they reconnect without Last-Event-ID. Meant, it is "
         "useful; by accident it undoes resuming.",
     .causes = "A null or missing id written as \"id: \".",
     .fix = {{"any", "Leave the line out when there is no id."}},
     .reproduce = "curl -sN -m 5 {url} | grep -nE '^id:? *$'",
     .judge = frame_judge_id_reset},
};

CHECK_GROUP(group_frame_id, "frame.id", rows);
