/* SPDX-License-Identifier: MIT
 * Lines and events; see lines.h.  Lines are split here, by the rules of HTML
 * 9.2.5; what they mean is left to the parser of sse/, which is fed whole
 * lines, so that an event can be tied to its block. */
#include "recording/lines.h"

#include <stdlib.h>
#include <string.h>

#include "recording/digest.h"

enum { EOL_NONE, EOL_LF, EOL_CR, EOL_CRLF };

void *items_grow(void *p, size_t n, size_t each)
{
  if(n & (n - 1))
    return p;
  return realloc(p, (n ? n * 2 : 1) * each);
}

/* One block of memory for the three texts of an event, at type.p. */
static bool copy_texts(struct recorded_event *to, const struct sse_event *e)
{
  char *p = malloc(e->type.n + e->data.n + e->id.n + 3);
  if(!p)
    return false;
  memcpy(p, e->type.p, e->type.n);
  p[e->type.n] = '\0';
  to->type = (struct slice){p, e->type.n};
  p += e->type.n + 1;
  if(e->data.n)
    memcpy(p, e->data.p, e->data.n);
  p[e->data.n] = '\0';
  to->data = (struct slice){p, e->data.n};
  p += e->data.n + 1;
  if(e->id.n)
    memcpy(p, e->id.p, e->id.n);
  p[e->id.n] = '\0';
  to->id = (struct slice){p, e->id.n};
  return true;
}

static void add_event(const struct sse_event *e, void *ctx)
{
  struct line_reader *l = ctx;
  struct recording *r = l->r;
  struct recorded_event *grown, *to;
  if(r->events >= RECORDING_MAX_ITEMS) {
    l->full = true;
    return;
  }
  grown = items_grow(r->event, r->events, sizeof(*grown));
  if(!grown) {
    l->rc = E_NOMEM;
    return;
  }
  r->event = grown;
  to = &r->event[r->events];
  memset(to, 0, sizeof(*to));
  if(!copy_texts(to, e)) {
    l->rc = E_NOMEM;
    return;
  }
  to->t_ns = l->now_ns;
  to->first_ns = recording_byte_time(r, l->block_at);
  to->offset = l->block_at;
  to->end = (size_t)e->offset;
  to->id_in_block = e->id_in_block;
  r->events++;
  l->ends_event = true;
}

static void note_retry(uint64_t ms, void *ctx)
{
  struct line_reader *l = ctx;
  l->r->retry_ms = (int64_t)ms;
}

void lines_init(struct line_reader *l, struct recording *r)
{
  memset(l, 0, sizeof(*l));
  l->r = r;
  l->config.on.on_event = add_event;
  l->config.on.on_retry = note_retry;
  parser_init(&l->parser, &l->config, l);
}

void lines_free(struct line_reader *l)
{
  parser_fini(&l->parser);
}

/* The BOM in front of the first line belongs to no field. */
static enum line_kind kind_of(const struct recording *r, size_t at, size_t n)
{
  const char *p = r->body.p + at;
  if(!at && n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
    p += 3;
    n -= 3;
  }
  if(!n)
    return LINE_BLANK;
  return p[0] == ':' ? LINE_COMMENT : LINE_FIELD;
}

static int add_line(struct line_reader *l, size_t end, enum line_kind kind,
                    uint8_t eol)
{
  struct recording *r = l->r;
  struct recorded_line *grown;
  if(r->lines >= RECORDING_MAX_ITEMS) {
    l->full = true;
    return 0;
  }
  grown = items_grow(r->line, r->lines, sizeof(*grown));
  if(!grown)
    return E_NOMEM;
  r->line = grown;
  grown[r->lines++] = (struct recorded_line){
      .t_ns = l->now_ns,
      .offset = l->line_at,
      .n = end - l->line_at,
      .kind = (uint8_t)kind,
      .eol = eol,
  };
  return 0;
}

/* The LF of a CRLF, which may come in a later read than the CR. */
static void take_lf(struct line_reader *l)
{
  struct recording *r = l->r;
  if(r->lines)
    r->line[r->lines - 1].eol = EOL_CRLF;
  if(l->ends_event)
    r->event[r->events - 1].end++;
  if(l->block_at == l->line_at)
    l->block_at++;
  l->scan_at = ++l->line_at;
}

static int take_line(struct line_reader *l, size_t end)
{
  const char *body = l->r->body.p;
  enum line_kind kind = kind_of(l->r, l->line_at, end - l->line_at);
  int rc = add_line(l, end, kind, body[end] == '\n' ? EOL_LF : EOL_CR);
  if(rc)
    return rc;
  l->ends_event = false;
  rc = parser_feed(&l->parser, body + l->fed, end + 1 - l->fed);
  if(rc || l->rc)
    return rc ? rc : l->rc;
  l->fed = end + 1;
  l->has_cr = body[end] == '\r';
  l->scan_at = l->line_at = end + 1;
  if(kind == LINE_BLANK)
    l->block_at = end + 1;
  return 0;
}

static size_t find_eol(const struct buf *b, size_t at)
{
  while(at < b->n && b->p[at] != '\n' && b->p[at] != '\r')
    at++;
  return at;
}

static int keep_last_id(struct line_reader *l)
{
  struct slice id = parser_last_event_id(&l->parser);
  struct buf *to = &l->r->last_id;
  if(slice_eq(id, buf_slice(to)))
    return 0;
  buf_clear(to);
  return buf_add(to, id.p, id.n);
}

int lines_advance(struct line_reader *l, int64_t t_ns)
{
  struct recording *r = l->r;
  int rc = 0;
  l->now_ns = t_ns;
  while(!rc && !l->full && l->scan_at < r->body.n) {
    size_t end;
    bool after_cr = l->has_cr && r->body.p[l->scan_at] == '\n';
    l->has_cr = false;
    if(after_cr) {
      take_lf(l);
      continue;
    }
    end = find_eol(&r->body, l->scan_at);
    l->scan_at = end;
    if(end == r->body.n)
      break;
    rc = take_line(l, end);
  }
  if(l->full)
    r->cut_short = true;
  return rc ? rc : keep_last_id(l);
}

int lines_end(struct line_reader *l)
{
  struct recording *r = l->r;
  if(l->full)
    return 0;
  if(l->has_cr && r->lines && !r->complete)
    r->line[r->lines - 1].eol = EOL_NONE; /* nobody knows what followed */
  if(l->line_at < r->body.n)
    return add_line(l, r->body.n, LINE_UNFINISHED, EOL_NONE);
  return 0;
}
