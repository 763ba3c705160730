/* SPDX-License-Identifier: MIT
 * Lines and blocks of a recorded stream; see frame_walk.h. */
#include "checks/frame/frame_walk.h"

#include <stdio.h>
#include <string.h>

#define BOM "\xEF\xBB\xBF"

static enum frame_field field_of(struct slice name)
{
  static const char *const names[] = {"data", "event", "id", "retry"};
  size_t i;
  for(i = 0; i < 4; i++) {
    if(slice_eq_cstr(name, names[i]))
      return (enum frame_field)(FRAME_DATA + i);
  }
  return FRAME_OTHER;
}

static void split(struct frame_line *l)
{
  const char *colon = memchr(l->text.p, ':', l->text.n);
  size_t at = colon ? (size_t)(colon - l->text.p) : l->text.n;
  l->name = (struct slice){l->text.p, at};
  l->value = (struct slice){l->text.p + at, 0};
  if(colon)
    l->value = (struct slice){colon + 1, l->text.n - at - 1};
  if(at == 0) {
    l->field = FRAME_COMMENT;
    return;
  }
  if(l->value.n && l->value.p[0] == ' ') {
    l->value.p++;
    l->value.n--;
  }
  l->field = field_of(l->name);
}

void frame_line_at(const struct recording *r, size_t i, struct frame_line *l)
{
  memset(l, 0, sizeof(*l));
  l->at = &r->line[i];
  l->finished = l->at->kind != LINE_UNFINISHED;
  l->text = (struct slice){r->body.p + l->at->offset, l->at->n};
  if(l->at->offset == 0 && slice_starts(l->text, BOM)) {
    l->text.p += 3;
    l->text.n -= 3;
  }
  l->field = FRAME_BLANK;
  if(l->text.n)
    split(l);
}

static size_t line_end(const struct recorded_line *l)
{
  return l->offset + l->n + (l->eol == 0 ? 0 : l->eol == 3 ? 2 : 1);
}

static void add_line(struct frame_block *b, const struct frame_line *l)
{
  if(l->field != FRAME_COMMENT && !b->fields++)
    b->field_offset = l->at->offset;
  if(l->finished)
    b->count[l->field]++;
  b->end = line_end(l->at);
}

bool frame_block_next(const struct recording *r, size_t *line,
                      struct frame_block *b)
{
  struct frame_line l;
  memset(b, 0, sizeof(*b));
  for(b->first = *line; b->first < r->lines; b->first++) {
    frame_line_at(r, b->first, &l);
    if(l.field != FRAME_BLANK)
      break;
  }
  for(b->last = b->first; b->last < r->lines; b->last++) {
    frame_line_at(r, b->last, &l);
    if(l.field == FRAME_BLANK && l.finished) {
      b->complete = true;
      b->end = line_end(l.at);
      break;
    }
    add_line(b, &l);
  }
  *line = b->last + (b->complete ? 1 : 0);
  return b->first < b->last;
}

long frame_wide_text(const struct recording *r)
{
  const unsigned char *p = (const unsigned char *)r->body.p;
  size_t i, n = r->body.n < 64 ? r->body.n : 64;
  if(n < 2)
    return -1;
  if((p[0] == 0xFF && p[1] == 0xFE) || (p[0] == 0xFE && p[1] == 0xFF))
    return 0;
  /* Text that is mostly ASCII has every second byte zero. */
  for(i = 0; i + 1 < n; i += 2) {
    if((p[i] == 0) == (p[i + 1] == 0))
      break;
  }
  if(n >= 8 && i + 1 >= n)
    return 0;
  return n >= 4 && !p[0] && !p[1] && (p[3] || p[2]) ? 0 : -1;
}

static size_t kept_lines(const struct recording *r, bool comments)
{
  struct frame_line l;
  size_t i, n = 0;
  for(i = 0; i < r->lines && !n; i++) {
    frame_line_at(r, i, &l);
    n += l.finished && l.field != FRAME_BLANK &&
         (comments || l.field != FRAME_COMMENT);
  }
  return n;
}

static const char *what_is_missing(const struct recording *r,
                                   enum frame_need need)
{
  if(r->body.n == 0)
    return "byte of the body";
  if(need == FRAME_NEED_LINES && !kept_lines(r, true))
    return "finished line";
  if(need == FRAME_NEED_FIELDS && !kept_lines(r, false))
    return "line but comments";
  if(need == FRAME_NEED_EVENTS && r->events == 0)
    return "event";
  return NULL;
}

/* A stream that is silent for the window of "plain" may have spoken to an
 * ordinary reader that stayed for longer. */
static const struct recording *that_says_more(const struct check_input *in,
                                              enum frame_need need)
{
  static const enum exchange_id others[] = {EX_SECOND, EX_IDLE, EX_TO_END};
  size_t i;
  for(i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
    const struct recording *r = input_exchange(in, others[i]);
    if(r && input_is_stream(r) && !what_is_missing(r, need))
      return r;
  }
  return NULL;
}

static void count_line(struct sse_heard *h, const struct frame_line *l)
{
  static const enum sse_line kinds[] = {
      [FRAME_COMMENT] = SSE_LINE_COMMENT, [FRAME_DATA] = SSE_LINE_DATA,
      [FRAME_EVENT] = SSE_LINE_EVENT,     [FRAME_ID] = SSE_LINE_ID,
      [FRAME_RETRY] = SSE_LINE_RETRY,     [FRAME_OTHER] = SSE_LINE_UNKNOWN};
  if(l->field == FRAME_BLANK)
    return;
  if(l->finished)
    h->line[kinds[l->field]]++;
  else
    h->cut += l->field != FRAME_COMMENT;
}

void frame_hear(const struct recording *r, struct sse_heard *h)
{
  struct frame_line l;
  size_t i;
  memset(h, 0, sizeof(*h));
  for(i = 0; i < r->lines; i++) {
    frame_line_at(r, i, &l);
    count_line(h, &l);
  }
}

bool frame_ended(const struct recording *r)
{
  return r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ||
         r->end == REC_END_TRUNCATED || r->end == REC_END_RESET;
}

static void set_missing(struct finding *f, const struct recording *r,
                        const char *missing)
{
  char text[FRAME_NS_TEXT];
  f->idle = true;
  f->recording = r;
  frame_ns_text(frame_watched_ns(r), text);
  if(frame_ended(r))
    finding_set(f, VERDICT_UNTESTABLE,
                "no %s came before the server ended \"%s\" after %s; have "
                "something published meanwhile",
                missing, r->name, text);
  else
    finding_set(f, VERDICT_UNTESTABLE,
                "no %s came in the %s that \"%s\" watched; have something "
                "published meanwhile, or watch for longer (--window)",
                missing, text, r->name);
}

void frame_set_idle(struct finding *f, const struct recording *r)
{
  set_missing(f, r, "event");
}

/* What came and reached nobody is no idleness, and is told in one place. */
static void set_lacking(struct finding *f, const struct recording *r,
                        const char *missing)
{
  struct sse_heard heard;
  frame_hear(r, &heard);
  if(!r->events && sse_unheard(&heard))
    finding_set(f, VERDICT_UNTESTABLE,
                "no %s came, see frame.event.dispatched", missing);
  else
    set_missing(f, r, missing);
}

const struct recording *frame_stream(const struct check_input *in,
                                     enum exchange_id id, enum frame_need need,
                                     struct finding *f)
{
  const struct recording *r = input_stream(in, id, f), *more = NULL;
  const char *missing = r ? what_is_missing(r, need) : NULL;
  if(missing && id == EX_PLAIN)
    more = that_says_more(in, need);
  if(missing && !more)
    set_lacking(f, r, missing);
  if(!r || (missing && !more))
    return NULL;
  f->recording = r = more ? more : r;
  if(need == FRAME_NEED_BYTES || frame_wide_text(r) < 0)
    return r;
  finding_set(f, VERDICT_UNTESTABLE,
              "the stream is not UTF-8 text at all, see frame.utf8.not-utf16");
  return NULL;
}

/* The read that brought body byte offset. */
static size_t read_of(const struct recording *r, size_t offset)
{
  size_t lo = 0, hi = r->body_reads;
  while(hi - lo > 1) {
    size_t mid = lo + (hi - lo) / 2;
    if(r->body_read[mid].offset <= offset)
      lo = mid;
    else
      hi = mid;
  }
  return lo;
}

int64_t frame_gap_ns(const struct recording *r, size_t from, size_t to,
                     size_t *at)
{
  int64_t longest = 0;
  size_t i;
  *at = from;
  if(!r->body_reads)
    return 0;
  for(i = read_of(r, from) + 1; i < r->body_reads; i++) {
    int64_t gap = r->body_read[i].t_ns - r->body_read[i - 1].t_ns;
    if(r->body_read[i].offset >= to)
      break;
    if(gap > longest) {
      longest = gap;
      *at = r->body_read[i].offset;
    }
  }
  return longest;
}

const char *frame_ns_text(int64_t ns, char out[FRAME_NS_TEXT])
{
  if(ns < 10000000000LL && ns >= 1000000000LL)
    snprintf(out, FRAME_NS_TEXT, "%.2f s", (double)ns / 1e9);
  else if(ns >= 1000000000LL)
    snprintf(out, FRAME_NS_TEXT, "%.1f s", (double)ns / 1e9);
  else if(ns >= 10000000)
    snprintf(out, FRAME_NS_TEXT, "%.0f ms", (double)ns / 1e6);
  else
    snprintf(out, FRAME_NS_TEXT, "%.1f ms", (double)ns / 1e6);
  return out;
}

bool frame_is_coded(const struct recording *r)
{
  struct slice coding = recording_field(&r->head, "Content-Encoding", 0);
  return coding.n && !slice_ieq_cstr(coding, "identity");
}

void frame_show_block(struct finding *f, const struct recording *r,
                      const struct frame_block *b)
{
  size_t from = r->line[b->first].offset;
  finding_show_body(f, r, from, b->end - from);
}

void frame_show_line(struct finding *f, const struct recording *r,
                     const struct frame_line *l)
{
  finding_show_body(f, r, l->at->offset, l->at->n);
}

int64_t frame_watched_ns(const struct recording *r)
{
  int64_t from = r->head.complete_ns > 0 ? r->head.complete_ns : 0;
  return r->end_ns > from ? r->end_ns - from : 0;
}
