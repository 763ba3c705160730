/* SPDX-License-Identifier: MIT
 * A unified diff of two texts by the longest common run of lines at both ends
 * and a small table in between; see patch.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confedit/patch.h"

#define CONTEXT   3
#define CELLS_MAX ((size_t)16 << 20) /* of the table */

struct lines {
  struct slice *at; /* owned; with the line's end */
  size_t n;
};

static int split(struct slice text, struct lines *out)
{
  size_t n = 1;
  for(size_t i = 0; i < text.n; i++)
    n += text.p[i] == '\n';
  out->n = 0;
  out->at = calloc(n, sizeof(*out->at));
  if(!out->at)
    return E_NOMEM;
  while(text.n) {
    const char *end = memchr(text.p, '\n', text.n);
    size_t len = end ? (size_t)(end - text.p) + 1 : text.n;
    out->at[out->n++] = (struct slice){text.p, len};
    text.p += len;
    text.n -= len;
  }
  return 0;
}

/* What becomes of the lines of both: an edit script, line by line. */
struct script {
  char *op; /* owned: ' ' '-' '+' */
  size_t n;
};

static size_t common_start(const struct lines *a, const struct lines *b)
{
  size_t n = 0;
  while(n < a->n && n < b->n && slice_eq(a->at[n], b->at[n]))
    n++;
  return n;
}

static size_t common_end(const struct lines *a, const struct lines *b,
                         size_t start)
{
  size_t n = 0;
  while(n < a->n - start && n < b->n - start &&
        slice_eq(a->at[a->n - 1 - n], b->at[b->n - 1 - n]))
    n++;
  return n;
}

/* Longest common subsequence of the middle, lengths from the back. */
static void fill(const struct slice *a, size_t na, const struct slice *b,
                 size_t nb, uint32_t *t)
{
  for(size_t i = na; i-- > 0;) {
    for(size_t k = nb; k-- > 0;) {
      uint32_t down = t[(i + 1) * (nb + 1) + k];
      uint32_t right = t[i * (nb + 1) + k + 1];
      if(slice_eq(a[i], b[k]))
        t[i * (nb + 1) + k] = t[(i + 1) * (nb + 1) + k + 1] + 1;
      else
        t[i * (nb + 1) + k] = down > right ? down : right;
    }
  }
}

static void walk(const struct slice *a, size_t na, const struct slice *b,
                 size_t nb, const uint32_t *t, struct script *s)
{
  size_t i = 0, k = 0;
  while(i < na || k < nb) {
    if(i < na && k < nb && slice_eq(a[i], b[k])) {
      s->op[s->n++] = ' ';
      i++;
      k++;
    } else if(i < na &&
              (k == nb || !t ||
               t[(i + 1) * (nb + 1) + k] >= t[i * (nb + 1) + k + 1])) {
      s->op[s->n++] = '-';
      i++;
    } else {
      s->op[s->n++] = '+';
      k++;
    }
  }
}

static int compare(const struct lines *a, const struct lines *b,
                   struct script *s)
{
  size_t start = common_start(a, b), end = common_end(a, b, start);
  size_t na = a->n - start - end, nb = b->n - start - end;
  uint32_t *t = NULL;
  s->n = 0;
  s->op = malloc(a->n + b->n + 1);
  if(!s->op)
    return E_NOMEM;
  if((na + 1) * (nb + 1) <= CELLS_MAX)
    t = calloc((na + 1) * (nb + 1), sizeof(*t));
  if(t)
    fill(a->at + start, na, b->at + start, nb, t);
  memset(s->op, ' ', start);
  s->n = start;
  walk(a->at + start, na, b->at + start, nb, t, s);
  memset(s->op + s->n, ' ', end);
  s->n += end;
  free(t);
  return 0;
}

static void add_line(struct buf *out, char op, struct slice line)
{
  buf_addc(out, op);
  buf_add(out, line.p, line.n);
  if(!line.n || line.p[line.n - 1] != '\n')
    buf_adds(out, "\n\\ No newline at end of file\n");
}

static void advance(char op, size_t *i, size_t *k)
{
  *i += op != '+';
  *k += op != '-';
}

/* Where the hunk that begins with the change at `at` ends: changes with up to
 * two contexts between them are one. */
static size_t hunk_end(const struct script *s, size_t at)
{
  size_t same = 0;
  for(; at < s->n && same <= (size_t)2 * CONTEXT; at++)
    same = s->op[at] == ' ' ? same + 1 : 0;
  return at - (same > CONTEXT ? same - CONTEXT : 0);
}

static int add_range(struct buf *out, char sign, size_t from, size_t n)
{
  if(n == 1)
    return buf_addf(out, " %c%zu", sign, from + 1);
  return buf_addf(out, " %c%zu,%zu", sign, n ? from + 1 : from, n);
}

static void add_hunk(const struct lines *a, const struct lines *b,
                     const struct script *s, const size_t from[3], size_t to,
                     struct buf *out)
{
  size_t i = from[1], k = from[2], na = 0, nb = 0;
  for(size_t at = from[0]; at < to; at++)
    advance(s->op[at], &na, &nb);
  buf_adds(out, "@@");
  add_range(out, '-', i, na);
  add_range(out, '+', k, nb);
  buf_adds(out, " @@\n");
  for(size_t at = from[0]; at < to; at++) {
    add_line(out, s->op[at], s->op[at] == '+' ? b->at[k] : a->at[i]);
    advance(s->op[at], &i, &k);
  }
}

static int add_hunks(const struct lines *a, const struct lines *b,
                     const struct script *s, struct buf *out)
{
  size_t i = 0, k = 0, at = 0;
  while(at < s->n) {
    if(s->op[at] == ' ') {
      advance(s->op[at++], &i, &k);
      continue;
    }
    size_t lead = at < CONTEXT ? at : CONTEXT, end = hunk_end(s, at);
    size_t from[3] = {at - lead, i - lead, k - lead};
    add_hunk(a, b, s, from, end, out);
    for(; at < end; at++)
      advance(s->op[at], &i, &k);
  }
  return out->rc;
}

int patch_diff_text(const char *path, struct slice before, struct slice after,
                    struct buf *out)
{
  struct lines a = {NULL, 0}, b = {NULL, 0};
  struct script s = {NULL, 0};
  int rc = 0;
  if(slice_eq(before, after))
    return 0;
  rc = split(before, &a);
  rc = rc ? rc : split(after, &b);
  rc = rc ? rc : compare(&a, &b, &s);
  rc = rc ? rc : buf_addf(out, "--- %s\n+++ %s (fixed)\n", path, path);
  rc = rc ? rc : add_hunks(&a, &b, &s, out);
  free(a.at);
  free(b.at);
  free(s.op);
  return rc;
}

int patch_diff(const struct conf *c, const struct patched *p, struct buf *out)
{
  int rc = 0;
  for(size_t i = 0; !rc && i < p->files; i++) {
    if(p->file[i].changed)
      rc = patch_diff_text(p->file[i].path, c->files[i]->text,
                           buf_slice(&p->file[i].text), out);
  }
  return rc;
}
