/* SPDX-License-Identifier: MIT
 * Rows of an event's data; see rows.h. */
#include "content/rows.h"

#include <string.h>

#include "content/reader.h"

#define NO_SLOT 255 /* of an array alone */

/* Where the first step "*" of a pointer stands, or below 0. */
static long find_star(struct slice text)
{
  size_t i;
  for(i = 0; i + 1 < text.n; i++) {
    if(text.p[i] == '/' && text.p[i + 1] == '*' &&
       (i + 2 == text.n || text.p[i + 2] == '/'))
      return (long)i;
  }
  return -1;
}

static int add(struct rows_scope *s, struct slice text, uint8_t slot,
               struct err *e)
{
  uint8_t before = s->set.count;
  int at = pointer_set_add(&s->set, text, e);
  if(at < 0)
    return at;
  if(at >= ROWS_SCOPE_MAX)
    return err_set(e, E_LIMIT, "more than %d pointers into one array",
                   ROWS_SCOPE_MAX);
  if(s->set.count > before)
    s->slot[at] = NO_SLOT;
  if(slot != NO_SLOT)
    s->slot[at] = slot;
  return at;
}

/* The scope of the elements of an array, which is new where it is. */
static int find_scope(struct rows *r, uint8_t parent, uint8_t array,
                      struct err *e)
{
  uint8_t i;
  for(i = 1; i < r->scopes; i++) {
    if(r->scope[i].parent == parent && r->scope[i].array == array)
      return i;
  }
  if(r->scopes == ROWS_SCOPES_MAX)
    return err_set(e, E_LIMIT, "\"*\" stands for more than %d arrays",
                   ROWS_SCOPES_MAX - 1);
  r->scope[i].parent = parent;
  r->scope[i].array = array;
  return r->scopes++;
}

static int plan_one(struct rows *r, struct slice text, uint8_t slot,
                    struct err *e)
{
  uint8_t scope = ROWS_ROOT;
  long star;
  int rc;
  for(star = find_star(text); star >= 0; star = find_star(text)) {
    rc = add(&r->scope[scope], (struct slice){text.p, (size_t)star}, NO_SLOT,
             e);
    if(rc >= 0)
      rc = find_scope(r, scope, (uint8_t)rc, e);
    if(rc < 0)
      return rc;
    scope = (uint8_t)rc;
    text.p += star + 2;
    text.n -= (size_t)star + 2;
  }
  r->scope_of[slot] = scope;
  rc = add(&r->scope[scope], text, slot, e);
  return rc < 0 ? rc : 0;
}

int rows_plan(struct rows *r, const struct pointer_set *set, uint64_t slots,
              struct err *e)
{
  uint8_t i;
  int rc = 0;
  if(!r->scopes)
    r->scopes = 1;
  for(i = 0; i < set->count && !rc; i++) {
    if(slots >> i & 1)
      rc = plan_one(r, set->at[i].whole, i, e);
  }
  return rc;
}

void rows_fini(struct rows *r)
{
  uint8_t i;
  for(i = 0; i < r->scopes; i++)
    pointer_set_fini(&r->scope[i].set);
  memset(r, 0, sizeof(*r));
}

struct walk {
  const struct rows *rows;
  struct look *look;
  rows_fn fn;
  void *ctx;
  unsigned told;
};

/* Puts the values of a row into the look; absent ones for NULL. */
static void show(const struct rows_scope *s, struct look *l,
                 const struct value *value)
{
  static const struct value absent;
  uint8_t i;
  for(i = 0; i < s->set.count; i++) {
    if(s->slot[i] != NO_SLOT)
      l->value[s->slot[i]] = value ? value[i] : absent;
  }
}

/* One row, then those inside it; as deep as "*" was written. */
static void walk_row(struct walk *w, uint8_t scope, const struct value *value)
{
  const struct rows *rows = w->rows;
  uint8_t i;
  show(&rows->scope[scope], w->look, value);
  w->fn(w->look, scope, w->ctx);
  for(i = 1; i < rows->scopes; i++) {
    const struct rows_scope *s = &rows->scope[i];
    struct slice rest = value[s->array].text;
    struct value inside[ROWS_SCOPE_MAX];
    if(s->parent != scope || value[s->array].kind != KIND_ARRAY)
      continue;
    while(w->told < ROWS_TOLD_MAX && reader_next(&s->set, &rest, inside)) {
      w->told++;
      walk_row(w, i, inside);
    }
    show(s, w->look, NULL);
  }
}

bool rows_read(const struct rows *r, struct look *l, rows_fn fn, void *ctx)
{
  struct walk w = {r, l, fn, ctx, 0};
  const struct rows_scope *root = &r->scope[ROWS_ROOT];
  struct value value[ROWS_SCOPE_MAX];
  if(l->set->count)
    memset(l->value, 0, l->set->count * sizeof(l->value[0]));
  l->json = reader_read(&root->set, l->item->data, value, &l->fault);
  if(l->json)
    fn(l, ROWS_ROOT, ctx);
  else
    walk_row(&w, ROWS_ROOT, value);
  return w.told < ROWS_TOLD_MAX;
}
