/* SPDX-License-Identifier: MIT
 * The event stream parser; see parser.h.
 *
 * While bytes are being fed, the open block is held as views into them (struct
 * run).  Only what is still open when they run out is copied into the parser:
 * the block's fields, and the start of the last line.  So an event that lies
 * whole in one chunk is never copied, and an idle parser holds no block.
 *
 * Lines are split on bytes; UTF-8 is decoded, where at all, behind the parser.
 * That is equivalent, since CR and LF never occur inside a sequence. */
#include "sse/parser.h"

#include <string.h>

#include "base/err.h"
#include "sse/field.h"
#include "sse/observe.h"
#include "sse/parser_store.h"
#include "sse/scan.h"

enum {
  HAS_CR = 1,      /* the last byte was CR: one LF is to be skipped */
  HAS_CARRY = 2,   /* line (or skipped) holds the start of a line */
  HAS_SKIPPED = 4, /* that line is only counted */
  HAS_DATA = 8,    /* the open block has data in the data store */
  HAS_TYPE = 16,   /* the open block has a type in the type store */
  HAS_ID = 32,     /* the ID buffer is the id store, not last_id */
  OPEN_BLOCK = HAS_DATA | HAS_TYPE | HAS_ID
};

#define BOM_TEXT "\xEF\xBB\xBF"
#define BOM_DONE 0xFF

/* Above KEEP a store is given back by a feed that had no use for it, above
 * KEEP_USED also right after its use. */
#define KEEP_BYTES      ((size_t)8 << 10)
#define KEEP_USED_BYTES ((size_t)256 << 10)

#define LIKELY(x) __builtin_expect(!!(x), 1)

/* One parser_feed.  Views with p NULL are absent; a field may also be in its
 * store (HAS_*), and then the view, being younger, wins. */
struct run {
  struct parser *p;
  const struct parser_callbacks *on;
  const char *chunk; /* borrowed */
  const char *end;
  size_t max_line; /* no limit is SIZE_MAX */
  size_t max_event;
  struct slice data;
  struct slice type;
  struct slice id;
  bool data_in_line; /* the data view lies in the line store */
};

void parser_init(struct parser *p, const struct parser_config *config,
                 void *ctx)
{
  *p = (struct parser){.config = config, .ctx = ctx, .retry_ms = UINT64_MAX};
}

void parser_fini(struct parser *p)
{
  parser_store_drop(&p->line);
  parser_store_drop(&p->data);
  parser_store_drop(&p->type);
  parser_store_drop(&p->id);
  parser_store_drop(&p->last_id);
}

static void swap(struct parser_store **a, struct parser_store **b)
{
  struct parser_store *was = *a;
  *a = *b;
  *b = was;
}

static uint64_t offset_of(const struct run *r, const char *at)
{
  return r->p->offset + (uint64_t)(at - r->chunk);
}

/* --- The open block ----------------------------------------------------- */

/* Moves the data view into the data store.  The line store is taken over
 * instead of being copied: it may hold megabytes. */
static int store_data(struct run *r)
{
  struct parser *p = r->p;
  int rc = 0;
  if(!r->data.p)
    return 0;
  if(r->data_in_line) {
    swap(&p->line, &p->data);
    memmove(p->data->bytes, r->data.p, r->data.n);
    p->data->n = r->data.n;
    r->data_in_line = false;
  } else
    rc = parser_store_set(&p->data, r->data);
  r->data.p = NULL;
  p->flags |= HAS_DATA;
  return rc;
}

static int join_data(struct run *r, struct slice value)
{
  int rc = store_data(r);
  if(!rc)
    rc = parser_store_reserve(&r->p->data, value.n + 1);
  if(rc)
    return rc;
  r->p->data->bytes[r->p->data->n++] = '\n';
  return parser_store_add(&r->p->data, value);
}

static bool has_data(const struct run *r)
{
  return r->data.p || (r->p->flags & HAS_DATA);
}

/* Whether one more data line of n bytes would exceed the event limit. */
static bool exceeds_event(const struct run *r, size_t n)
{
  size_t have = 0;
  if(r->data.p)
    have = r->data.n + 1;
  else if(r->p->flags & HAS_DATA)
    have = parser_store_size(r->p->data) + 1;
  return have > r->max_event || n > r->max_event - have;
}

static void add_retry(struct run *r, struct slice value)
{
  uint64_t ms;
  if(!field_retry_ms(value, &ms))
    return;
  r->p->retry_ms = ms;
  if(r->on->on_retry)
    r->on->on_retry(ms, r->p->ctx);
}

static int add_field(struct run *r, enum field field, struct slice value)
{
  switch(field) {
  case FIELD_DATA:
    if(has_data(r))
      return join_data(r, value);
    r->data = value;
    break;
  case FIELD_ID:
    if(!memchr(value.p, 0, value.n))
      r->id = value;
    break;
  case FIELD_EVENT:
    r->type = value;
    break;
  case FIELD_RETRY:
    add_retry(r, value);
    break;
  case FIELD_COMMENT:
    if(r->on->on_comment)
      r->on->on_comment(value, r->p->ctx);
    break;
  case FIELD_UNKNOWN:
    break;
  }
  return 0;
}

/* A complete line that is not blank, which began at stream offset at. */
static inline int take_line(struct run *r, struct slice line, uint64_t at)
{
  struct slice value;
  enum field field = field_split(line, &value);
  if(field == FIELD_DATA && exceeds_event(r, value.n))
    return E_TOO_LONG;
  if(r->on->on_observation)
    observe_line(r->p, line, at);
  if(LIKELY(field == FIELD_DATA && !has_data(r))) {
    r->data = value;
    return 0;
  }
  return add_field(r, field, value);
}

/* Dispatch, step 1: the last event ID string becomes the ID buffer, with or
 * without data.  The buffer stays, so afterwards both are last_id. */
static int commit_id(struct run *r, bool *in_block)
{
  struct parser *p = r->p;
  int rc = 0;
  *in_block = r->id.p || (p->flags & HAS_ID);
  if(r->id.p)
    rc = parser_store_set(&p->last_id, r->id);
  else if(p->flags & HAS_ID)
    swap(&p->id, &p->last_id);
  r->id.p = NULL;
  return rc;
}

static void dispatch(struct run *r, struct sse_event *event)
{
  struct parser *p = r->p;
  event->data = r->data.p ? r->data : parser_store_slice(p->data);
  event->type = r->type;
  if(!r->type.p && (p->flags & HAS_TYPE))
    event->type = parser_store_slice(p->type);
  if(!event->type.p || !event->type.n)
    event->type = SLICE_LIT("message");
  event->id = parser_store_slice(p->last_id);
  if(r->on->on_event)
    r->on->on_event(event, p->ctx);
}

/* A blank line; at is just behind the byte that completed it. */
static inline int take_blank(struct run *r, const char *at)
{
  struct sse_event event;
  int rc = commit_id(r, &event.id_in_block);
  if(rc)
    return rc;
  if(has_data(r)) {
    event.offset = offset_of(r, at);
    dispatch(r, &event);
  }
  r->data.p = NULL;
  r->data_in_line = false;
  r->type.p = NULL;
  r->p->flags &= (uint8_t)~OPEN_BLOCK;
  return 0;
}

/* --- Lines ------------------------------------------------------------- */

static void observe_cr(struct run *r, const char *next)
{
  enum sse_observation_kind kind = SSE_OBS_EOL_CR;
  if(next < r->end && *next == '\n')
    kind = SSE_OBS_EOL_CRLF;
  if(r->on->on_observation)
    observe_eol(r->p, kind, offset_of(r, next) - 1);
}

/* Steps over the line end at eol; a CR ends the line at once, so what follows
 * it may be for the next feed to see. */
static inline const char *next_line(struct run *r, const char *eol)
{
  const char *next = eol + 1;
  if(LIKELY(*eol == '\n')) {
    if(r->on->on_observation)
      observe_eol(r->p, SSE_OBS_EOL_LF, offset_of(r, eol));
    return next;
  }
  if(next == r->end) {
    r->p->flags |= HAS_CR;
    return next;
  }
  observe_cr(r, next);
  return *next == '\n' ? next + 1 : next;
}

/* Takes all lines that end in this chunk; *rest is the start of the one that
 * does not. */
static int take_lines(struct run *r, const char *at, const char **rest)
{
  int rc = 0;
  while(at < r->end) {
    const char *eol = scan_eol(at, r->end, r->chunk);
    struct slice line = {at, (size_t)(eol - at)};
    if(eol == r->end)
      break;
    if(line.n > r->max_line)
      return E_TOO_LONG;
    if(line.n == 0)
      rc = take_blank(r, eol + 1);
    else
      rc = take_line(r, line, offset_of(r, at));
    if(rc)
      return rc;
    at = next_line(r, eol);
  }
  *rest = at;
  return 0;
}

/* --- Lines over chunk borders ------------------------------------------- */

/* Whether anybody will look at the line that begins with what is carried and
 * goes on with text, as far as one can tell now. */
static bool is_wanted(const struct run *r, struct slice text)
{
  struct slice line = parser_store_slice(r->p->line);
  char head[FIELD_HEAD_MAX];
  size_t n = line.n, more;
  if(r->on->on_observation || n >= sizeof(head))
    return true;
  more = text.n < sizeof(head) - n ? text.n : sizeof(head) - n;
  memcpy(head, line.p, n);
  memcpy(head + n, text.p, more);
  if(head[0] == ':')
    return r->on->on_comment != NULL;
  return field_may_be_known((struct slice){head, n + more});
}

/* Whether the data line that is being carried is too long already.  Without
 * its colon it may still become the line of an unknown field. */
static bool carries_too_much(const struct run *r)
{
  struct slice line = parser_store_slice(r->p->line);
  return FIELD_IS(line, "data") &&
         exceeds_event(r, field_value(line, FIELD_NAME_N("data")).n);
}

/* Adds text, which is not empty, to the line that goes on. */
static int carry(struct run *r, struct slice text)
{
  struct parser *p = r->p;
  int rc;
  if(!(p->flags & HAS_CARRY)) {
    p->flags |= HAS_CARRY;
    p->skipped = 0;
    if(p->line)
      p->line->n = 0;
  }
  if(!(p->flags & HAS_SKIPPED) && !is_wanted(r, text)) {
    p->flags |= HAS_SKIPPED;
    p->skipped = parser_store_size(p->line);
  }
  if(p->flags & HAS_SKIPPED) {
    p->skipped += text.n;
    return p->skipped > r->max_line ? E_TOO_LONG : 0;
  }
  if(text.n > r->max_line - parser_store_size(p->line))
    return E_TOO_LONG;
  rc = parser_store_add(&p->line, text);
  if(rc)
    return rc;
  return carries_too_much(r) ? E_TOO_LONG : 0;
}

/* Goes on with the line that an earlier chunk began. */
static int finish_carried(struct run *r, const char *at, const char **rest)
{
  struct parser *p = r->p;
  const char *eol = scan_eol(at, r->end, r->chunk);
  struct slice text = {at, (size_t)(eol - at)};
  int rc = text.n ? carry(r, text) : 0;
  *rest = eol;
  if(rc || eol == r->end)
    return rc;
  if(!(p->flags & HAS_SKIPPED)) {
    bool had_data = has_data(r);
    struct slice line = parser_store_slice(p->line);
    rc = take_line(r, line, offset_of(r, eol) - line.n);
    r->data_in_line = r->data.p && !had_data;
    if(rc)
      return rc;
  }
  p->flags &= (uint8_t) ~(HAS_CARRY | HAS_SKIPPED);
  *rest = next_line(r, eol);
  return 0;
}

/* --- Begin and end of a feed --------------------------------------------- */

/* Strips one BOM.  Bytes that turn out not to be one are line text: those of
 * earlier chunks are carried, those of this chunk are read again. */
static int take_bom(struct run *r, const char **at)
{
  struct parser *p = r->p;
  size_t before = p->bom;
  const char *s = *at;
  while(s < r->end && p->bom < 3 && *s == BOM_TEXT[p->bom]) {
    p->bom++;
    s++;
  }
  if(p->bom == 3 || s == r->end) {
    if(p->bom == 3)
      p->bom = BOM_DONE;
    *at = s;
    return 0;
  }
  p->bom = BOM_DONE;
  if(!before)
    return 0;
  return carry(r, (struct slice){BOM_TEXT, before});
}

static int begin(struct run *r, const char **at)
{
  struct parser *p = r->p;
  int rc = 0;
  if(p->bom != BOM_DONE)
    rc = take_bom(r, at);
  if(p->flags & HAS_CR) {
    observe_cr(r, *at);
    if(**at == '\n')
      (*at)++;
    p->flags &= (uint8_t)~HAS_CR;
  }
  if(!rc && *at < r->end && (p->flags & HAS_CARRY))
    rc = finish_carried(r, *at, at);
  return rc;
}

/* Copies what is open into the parser, because the chunk goes away. */
static int keep_block(struct run *r)
{
  struct parser *p = r->p;
  int rc = store_data(r);
  if(!rc && r->type.p) {
    rc = parser_store_set(&p->type, r->type);
    p->flags |= HAS_TYPE;
  }
  if(!rc && r->id.p) {
    rc = parser_store_set(&p->id, r->id);
    p->flags |= HAS_ID;
  }
  return rc;
}

/* Gives back memory that a large event left behind. */
static void trim(struct parser_store **s, bool in_use)
{
  if(!*s || (*s)->cap <= KEEP_BYTES || in_use)
    return;
  if((*s)->cap > KEEP_USED_BYTES || (*s)->n < (*s)->cap / 8)
    parser_store_drop(s);
  else
    (*s)->n = 0;
}

static int finish(struct run *r, const char *rest)
{
  struct parser *p = r->p;
  int rc = keep_block(r);
  if(!rc && rest < r->end)
    rc = carry(r, (struct slice){rest, (size_t)(r->end - rest)});
  trim(&p->line, p->flags & HAS_CARRY);
  trim(&p->data, p->flags & HAS_DATA);
  p->offset += (uint64_t)(r->end - r->chunk);
  return rc;
}

int parser_feed(struct parser *p, const char *bytes, size_t n)
{
  const struct parser_config *c = p->config;
  struct run r = {.p = p, .on = &c->on, .chunk = bytes};
  const char *at = bytes;
  if(p->failed || !n)
    return p->failed;
  r.end = bytes + n;
  r.max_line = c->max_line ? c->max_line : SIZE_MAX;
  r.max_event = c->max_event ? c->max_event : SIZE_MAX;
  p->failed = begin(&r, &at);
  if(!p->failed)
    p->failed = take_lines(&r, at, &at);
  if(!p->failed)
    p->failed = finish(&r, at);
  return p->failed;
}

void parser_end(struct parser *p)
{
  struct slice line = SLICE_LIT("");
  bool cut = p->flags & OPEN_BLOCK;
  if(p->flags & HAS_CARRY && !(p->flags & HAS_SKIPPED))
    line = parser_store_slice(p->line);
  else if(p->bom == 1 || p->bom == 2)
    line = (struct slice){BOM_TEXT, p->bom};
  cut = cut || (line.n && line.p[0] != ':');
  if(p->config->on.on_observation && !p->failed) {
    if(p->flags & HAS_CR)
      observe_eol(p, SSE_OBS_EOL_CR, p->offset - 1);
    if(cut)
      observe_report(p, SSE_OBS_UNTERMINATED, p->offset - line.n, line);
  }
  p->flags = 0;
  p->bom = BOM_DONE;
}

static void give_back(struct parser_store **s)
{
  if(*s && (*s)->cap > KEEP_BYTES)
    parser_store_drop(s);
}

void parser_reset(struct parser *p)
{
  give_back(&p->line);
  give_back(&p->data);
  give_back(&p->type);
  give_back(&p->id);
  p->offset = 0;
  p->failed = 0;
  p->flags = 0;
  p->bom = 0;
  p->eols = 0;
}

int parser_seed_id(struct parser *p, struct slice id)
{
  return parser_store_set(&p->last_id, id.p ? id : SLICE_LIT(""));
}

struct slice parser_last_event_id(const struct parser *p)
{
  return parser_store_slice(p->last_id);
}

uint64_t parser_retry_ms(const struct parser *p)
{
  return p->retry_ms;
}
