/* SPDX-License-Identifier: MIT
 * The life of a parser, begin and end of a feed; see parser.h for the contract
 * and parser_run.h for how it works. */
#include <string.h>

#include "base/assert.h"
#include "base/err.h"
#include "sse/observe.h"
#include "sse/parser_run.h"
#include "sse/parser_store.h"

#define BOM_TEXT "\xEF\xBB\xBF"
#define BOM_DONE 0xFF

/* Above KEEP a store is given back by a feed that had no use for it, above
 * KEEP_USED also right after its use. */
#define KEEP_BYTES      ((size_t)8 << 10)
#define KEEP_USED_BYTES ((size_t)256 << 10)

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

/* Strips one BOM.  Bytes that turn out not to be one are line text: those of
 * earlier chunks are carried, those of this chunk are read again. */
static int take_bom(struct parser_run *r, const char **at)
{
  struct parser *p = r->p;
  size_t before = p->bom;
  const char *s = *at;
  weir_assert(before < 3);
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
  return run_carry(r, (struct slice){BOM_TEXT, before});
}

static int begin(struct parser_run *r, const char **at)
{
  struct parser *p = r->p;
  int rc = 0;
  /* Behind a CR no line is open, and only an open one can be skipped. */
  weir_assert(!(p->flags & HAS_CARRY) || !(p->flags & HAS_CR));
  weir_assert(!(p->flags & HAS_SKIPPED) || (p->flags & HAS_CARRY));
  if(p->bom != BOM_DONE)
    rc = take_bom(r, at);
  if(p->flags & HAS_CR) {
    run_observe_cr(r, *at);
    if(**at == '\n')
      (*at)++;
    p->flags &= (uint8_t)~HAS_CR;
  }
  if(!rc && *at < r->end && (p->flags & HAS_CARRY))
    rc = run_finish_carried(r, *at, at);
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

static int finish(struct parser_run *r, const char *rest)
{
  struct parser *p = r->p;
  int rc = run_keep_block(r);
  weir_assert(rest >= r->chunk && rest <= r->end);
  weir_assert(!(p->flags & HAS_DATA) || rc ||
              parser_store_size(p->data) <= r->max_event);
  if(!rc && rest < r->end)
    rc = run_carry(r, (struct slice){rest, (size_t)(r->end - rest)});
  trim(&p->line, p->flags & HAS_CARRY);
  trim(&p->data, p->flags & HAS_DATA);
  p->offset += (uint64_t)(r->end - r->chunk);
  return rc;
}

int parser_feed(struct parser *p, const char *bytes, size_t n)
{
  const struct parser_config *c = p->config;
  struct parser_run r = {.p = p, .on = &c->on, .chunk = bytes};
  const char *at = bytes;
  if(p->failed || !n)
    return p->failed;
  r.end = bytes + n;
  r.max_line = c->max_line ? c->max_line : SIZE_MAX;
  r.max_event = c->max_event ? c->max_event : SIZE_MAX;
  p->failed = begin(&r, &at);
  if(!p->failed)
    p->failed = run_lines(&r, at, &at);
  if(!p->failed)
    p->failed = finish(&r, at);
  return p->failed;
}

bool parser_is_cut(const struct parser *p)
{
  struct slice line = parser_store_slice(p->line);
  if(!(p->flags & HAS_CARRY) || p->failed)
    return false;
  return p->flags & HAS_SKIPPED ? p->config->on.on_comment != NULL
                                : line.n && line.p[0] != ':';
}

bool parser_is_amid(const struct parser *p)
{
  return p->flags & OPEN_BLOCK || parser_is_cut(p);
}

static void count_cut(const struct parser *p)
{
  if(p->config->heard && parser_is_cut(p))
    p->config->heard->cut++;
}

void parser_end(struct parser *p)
{
  struct slice line = SLICE_LIT("");
  bool cut = p->flags & OPEN_BLOCK;
  count_cut(p);
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
  count_cut(p);
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

struct slice parser_last_event_id(const struct parser *p)
{
  return parser_store_slice(p->last_id);
}

uint64_t parser_retry_ms(const struct parser *p)
{
  return p->retry_ms;
}
