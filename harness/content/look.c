/* SPDX-License-Identifier: MIT
 * Looking at items; see look.h. */
#include "content/look.h"

#include <string.h>

#include "content/reader.h"

void look_init(struct look *l, const struct pointer_set *set)
{
  memset(l, 0, sizeof(*l));
  l->set = set;
  l->json = LOOK_UNREAD;
  buf_init(&l->undone, 0);
}

void look_fini(struct look *l)
{
  buf_free(&l->undone);
}

void look_at(struct look *l, const struct stream_item *item)
{
  l->item = item;
  l->json = LOOK_UNREAD;
}

const struct value *look_value(struct look *l, uint8_t slot)
{
  if(l->item->kind != ITEM_EVENT)
    return NULL;
  if(l->json == LOOK_UNREAD)
    l->json = reader_read(l->set, l->item->data, l->value, &l->fault);
  return l->json ? NULL : &l->value[slot];
}
