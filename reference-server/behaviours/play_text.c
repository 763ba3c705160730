/* SPDX-License-Identifier: MIT
 * Reading plays; see play_text.h. */
#include "behaviours/play_text.h"

#include <string.h>

#include "base/err.h"

/* Decimal digits up to a "." or the end; "" is 0. */
static int take_number(struct slice *rest, uint32_t max, uint32_t *out)
{
  struct slice digits = slice_cut(rest, '.');
  uint64_t v = 0;
  for(size_t i = 0; i < digits.n; i++) {
    if(digits.p[i] < '0' || digits.p[i] > '9')
      return E_SYNTAX;
    v = v * 10 + (uint64_t)(digits.p[i] - '0');
    if(v > max)
      return E_SYNTAX;
  }
  *out = (uint32_t)v;
  return 0;
}

static int take_step(struct play_text *t, char kind, struct slice rest)
{
  struct play_step *s = &t->step[t->steps];
  if(t->steps == PLAY_MAX_STEPS)
    return E_SYNTAX;
  s->kind = kind;
  s->count = 1;
  if(take_number(&rest, PLAY_MAX_EVENT, &s->n))
    return E_SYNTAX;
  /* "v.5" has no count. */
  if(rest.p && kind != 'v' && kind != 'i' &&
     take_number(&rest, PLAY_MAX_REPEATS, &s->count))
    return E_SYNTAX;
  if(rest.p && take_number(&rest, PLAY_MAX_MS, &s->ms))
    return E_SYNTAX;
  if(rest.p || !s->count)
    return E_SYNTAX;
  if(kind == 'd') {
    s->ms = s->n;
    if(s->ms > PLAY_MAX_MS)
      return E_SYNTAX;
  }
  t->steps++;
  return 0;
}

/* What is said about the head; E_NOT_FOUND when the letter is a step's. */
static int take_trait(struct play_text *t, char kind, struct slice rest)
{
  uint32_t v = 0;
  if(!strchr("staokb", kind))
    return E_NOT_FOUND;
  if(take_number(&rest, 599, &v) || rest.p)
    return E_SYNTAX;
  if(kind == 's')
    t->status = (int)v;
  else if(kind == 't')
    t->type = (uint8_t)v;
  else if(kind == 'a')
    t->accel = v ? 'y' : 'n';
  else if(kind == 'o')
    t->cache = (uint8_t)v;
  else if(kind == 'k')
    t->close_delimited = true;
  else
    t->hop = true;
  return t->status < 200 || t->type > 2 || t->cache > 2 ? E_SYNTAX : 0;
}

int play_text_read(struct play_text *t, struct slice text)
{
  memset(t, 0, sizeof(*t));
  t->status = 200;
  t->type = 1;
  t->cache = 2;
  if(!text.n)
    return E_SYNTAX;
  while(text.p) {
    struct slice word = slice_cut(&text, '_');
    char kind;
    int rc;
    if(!word.n)
      return E_SYNTAX;
    kind = word.p[0];
    word.p++;
    word.n--;
    rc = take_trait(t, kind, word);
    if(rc == E_NOT_FOUND)
      rc = strchr("hdecvizfrlx", kind) ? take_step(t, kind, word) : E_SYNTAX;
    if(rc)
      return rc;
  }
  return 0;
}
