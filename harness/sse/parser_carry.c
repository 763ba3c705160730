/* SPDX-License-Identifier: MIT
 * Lines over chunk borders; see parser_run.h.  The start of a line is stored
 * until its end comes, unless nobody will look at it: then it is counted. */
#include <string.h>

#include "base/assert.h"
#include "base/err.h"
#include "sse/field.h"
#include "sse/parser_run.h"
#include "sse/parser_store.h"
#include "sse/scan.h"

/* Whether anybody will look at the line that begins with what is carried and
 * goes on with text, as far as one can tell now. */
static bool is_wanted(const struct parser_run *r, struct slice text)
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
static bool carries_too_much(const struct parser_run *r)
{
  struct slice line = parser_store_slice(r->p->line);
  return FIELD_IS(line, "data") &&
         run_exceeds_event(r, field_value(line, FIELD_NAME_N("data")).n);
}

/* Adds text, which is not empty, to the line that goes on. */
int run_carry(struct parser_run *r, struct slice text)
{
  struct parser *p = r->p;
  int rc;
  weir_assert(text.n);
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
  weir_assert(parser_store_size(p->line) <= r->max_line);
  if(text.n > r->max_line - parser_store_size(p->line))
    return E_TOO_LONG;
  rc = parser_store_add(&p->line, text);
  if(rc)
    return rc;
  return carries_too_much(r) ? E_TOO_LONG : 0;
}

/* Goes on with the line that an earlier chunk began. */
int run_finish_carried(struct parser_run *r, const char *at, const char **rest)
{
  struct parser *p = r->p;
  const char *eol = scan_eol(at, r->end, r->chunk);
  struct slice text = {at, (size_t)(eol - at)};
  int rc = text.n ? run_carry(r, text) : 0;
  *rest = eol;
  if(rc || eol == r->end)
    return rc;
  if(!(p->flags & HAS_SKIPPED)) {
    bool had_data = run_has_data(r);
    struct slice line = parser_store_slice(p->line);
    rc = run_line(r, line, run_offset(r, eol) - line.n);
    r->data_in_line = r->data.p && !had_data;
    if(rc)
      return rc;
  } else if(p->config->heard && r->on->on_comment)
    p->config->heard->line[FIELD_UNKNOWN]++;
  p->flags &= (uint8_t) ~(HAS_CARRY | HAS_SKIPPED);
  *rest = run_step(r, eol);
  return 0;
}
