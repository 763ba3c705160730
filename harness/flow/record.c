/* SPDX-License-Identifier: MIT
 * What arrived; see record.h. */
#include "flow/record.h"

#include <stdlib.h>
#include <string.h>

void record_fini(struct record *r)
{
  uint32_t i;
  for(i = 0; i < r->count; i++)
    free(r->item[i].bytes);
  free(r->item);
  memset(r, 0, sizeof(*r));
}

static char *move(struct slice *text, char *to)
{
  if(text->n)
    memcpy(to, text->p, text->n);
  text->p = to;
  return to + text->n;
}

static int make_room(struct record *r)
{
  uint32_t room = r->room ? r->room * 2 : 64;
  struct record_item *more;
  if(r->count < r->room)
    return 0;
  more = realloc(r->item, room * sizeof(*more));
  if(!more)
    return E_NOMEM;
  r->item = more;
  r->room = room;
  return 0;
}

int record_add(struct record *r, const struct record_item *item)
{
  struct record_item copy = *item;
  struct stream_item *i = &copy.item;
  size_t n = i->event.n + i->id.n + i->data.n + i->comment.n;
  char *at;
  if(r->count == RECORD_ITEMS_MAX || r->bytes + n > RECORD_BYTES_MAX) {
    r->full = true;
    return E_LIMIT;
  }
  if(make_room(r))
    return E_NOMEM;
  copy.bytes = at = malloc(n + 1);
  if(!at)
    return E_NOMEM;
  at = move(&i->event, at);
  at = move(&i->id, at);
  at = move(&i->data, at);
  (void)move(&i->comment, at);
  r->bytes += n;
  r->item[r->count++] = copy;
  return 0;
}
