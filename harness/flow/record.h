/* SPDX-License-Identifier: MIT
 * All that the streams of one running flow brought, with the instants between
 * which each thing arrived.  Bounded; pure. */
#ifndef WEIR_FLOW_RECORD_H
#define WEIR_FLOW_RECORD_H
#include "base/err.h"
#include "content/look.h"

#define RECORD_ITEMS_MAX 100000
#define RECORD_BYTES_MAX ((size_t)64 << 20)

/* Times in ns since the flow began.  It arrived behind from_ns and not behind
 * at_ns: bytes that were read together are stamped by the newest. */
struct record_item {
  struct stream_item item; /* at_ns is a judge's to fill; texts owned */
  int64_t from_ns, at_ns;
  uint32_t stream, connection; /* connection: from 1, by stream */
  bool own_id;                 /* the event itself has an id */
  bool in_burst;    /* came without a pause since its connection opened */
  uint32_t claimed; /* number of the step that claims it, 0: none */
  char *bytes;      /* owned */
};

struct record {
  struct record_item *item; /* owned */
  uint32_t count, room;
  size_t bytes;
  bool full; /* something was left out */
};

void record_fini(struct record *r);
/* record_add copies the item's texts.  0, E_NOMEM, or E_LIMIT, after which the
 * record is full. */
int record_add(struct record *r, const struct record_item *item);

#endif
