/* SPDX-License-Identifier: MIT
 * Lines and blocks; see parser_run.h.  Everything that happens per line is in
 * this file, so that the compiler sees it as one loop. */
#include <string.h>

#include "base/err.h"
#include "sse/field.h"
#include "sse/observe.h"
#include "sse/parser_run.h"
#include "sse/parser_store.h"
#include "sse/scan.h"

#define LIKELY(x) __builtin_expect(!!(x), 1)

/* --- The open block ----------------------------------------------------- */

static void swap(struct parser_store **a, struct parser_store **b)
{
  struct parser_store *was = *a;
  *a = *b;
  *b = was;
}

/* Moves the data view into the data store.  The line store is taken over
 * instead of being copied: it may hold megabytes. */
static int store_data(struct parser_run *r)
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

static int join_data(struct parser_run *r, struct slice value)
{
  int rc = store_data(r);
  if(!rc)
    rc = parser_store_reserve(&r->p->data, value.n + 1);
  if(rc)
    return rc;
  r->p->data->bytes[r->p->data->n++] = '\n';
  return parser_store_add(&r->p->data, value);
}

/* Whether one more data line of n bytes would exceed the event limit. */
bool run_exceeds_event(const struct parser_run *r, size_t n)
{
  size_t have = 0;
  if(r->data.p)
    have = r->data.n + 1;
  else if(r->p->flags & HAS_DATA)
    have = parser_store_size(r->p->data) + 1;
  return have > r->max_event || n > r->max_event - have;
}

static void add_retry(struct parser_run *r, struct slice value)
{
  uint64_t ms;
  if(!field_retry_ms(value, &ms))
    return;
  r->p->retry_ms = ms;
  if(r->on->on_retry)
    r->on->on_retry(ms, r->p->ctx);
}

static int add_field(struct parser_run *r, enum line_field field,
                     struct slice value)
{
  switch(field) {
  case FIELD_DATA:
    if(run_has_data(r))
      return join_data(r, value);
    r->data = value;
    break;
  case FIELD_ID:
    if(!field_has_nul(value))
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
int run_line(struct parser_run *r, struct slice line, uint64_t at)
{
  struct slice value;
  enum line_field field = field_split(line, &value);
  if(field == FIELD_DATA && run_exceeds_event(r, value.n))
    return E_TOO_LONG;
  if(r->p->config->heard)
    r->p->config->heard->line[field]++;
  if(r->on->on_observation)
    observe_line(r->p, line, at);
  if(LIKELY(field == FIELD_DATA && !run_has_data(r))) {
    r->data = value;
    return 0;
  }
  return add_field(r, field, value);
}

/* Dispatch, step 1: the last event ID string becomes the ID buffer, with or
 * without data.  The buffer stays, so afterwards both are last_id. */
static int commit_id(struct parser_run *r, bool *in_block)
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

static void dispatch(struct parser_run *r, struct sse_event *event)
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
static inline int take_blank(struct parser_run *r, const char *at)
{
  struct sse_event event;
  int rc = commit_id(r, &event.id_in_block);
  if(rc)
    return rc;
  if(run_has_data(r)) {
    event.offset = run_offset(r, at);
    dispatch(r, &event);
  }
  r->data.p = NULL;
  r->data_in_line = false;
  r->type.p = NULL;
  r->p->flags &= (uint8_t)~OPEN_BLOCK;
  return 0;
}

/* Copies what is open into the parser, because the chunk goes away. */
int run_keep_block(struct parser_run *r)
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

/* --- Lines ------------------------------------------------------------- */

void run_observe_cr(struct parser_run *r, const char *next)
{
  enum sse_observation_kind kind = SSE_OBS_EOL_CR;
  if(next < r->end && *next == '\n')
    kind = SSE_OBS_EOL_CRLF;
  if(r->on->on_observation)
    observe_eol(r->p, kind, run_offset(r, next) - 1);
}

/* Steps over the line end at eol; a CR ends the line at once, so what follows
 * it may be for the next feed to see. */
const char *run_step(struct parser_run *r, const char *eol)
{
  const char *next = eol + 1;
  if(LIKELY(*eol == '\n')) {
    if(r->on->on_observation)
      observe_eol(r->p, SSE_OBS_EOL_LF, run_offset(r, eol));
    return next;
  }
  if(next == r->end) {
    r->p->flags |= HAS_CR;
    return next;
  }
  run_observe_cr(r, next);
  return *next == '\n' ? next + 1 : next;
}

/* Takes all lines that end in this chunk; *rest is the start of the one that
 * does not. */
int run_lines(struct parser_run *r, const char *at, const char **rest)
{
  int rc = 0;
  while(at < r->end) {
    const char *eol = *at == '\n' ? at : scan_eol(at, r->end, r->chunk);
    struct slice line = {at, (size_t)(eol - at)};
    if(eol == r->end)
      break;
    if(line.n > r->max_line)
      return E_TOO_LONG;
    if(line.n == 0)
      rc = take_blank(r, eol + 1);
    else
      rc = run_line(r, line, run_offset(r, at));
    if(rc)
      return rc;
    at = run_step(r, eol);
  }
  *rest = at;
  return 0;
}
