/* SPDX-License-Identifier: MIT
 * The text of an event stream and the faults in it: what the server would
 * write goes in block by block, what it writes instead comes out.  Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_BODY_H
#define WEIR_SERVER_BEHAVIOURS_BODY_H
#include "base/buf.h"
#include "base/slice.h"
#include "behaviours/faults.h"

/* One connection's stream so far.  Zero it, set seed and resumed. */
struct body {
  uint64_t seed;    /* differs between connections */
  uint64_t events;  /* blocks taken in, from 1 */
  bool resumed;     /* the client came with an id */
  bool begun;       /* some text was written */
  bool replaying;   /* an event came that was there before the client */
  bool seam_passed; /* the replay is over */
  char last_id[32]; /* of the event before */
  struct buf held;  /* owned: a block that waits for its successor */
  struct buf work;  /* owned */
};

/* A block as it should be: "id: N\n", "event: T\n", data lines, "\n". */
struct body_block {
  struct slice id;   /* its value; p NULL = no id line */
  struct slice rest; /* from the event or data line on */
};

void body_fini(struct body *b);
/* body_split finds the parts of a block. */
struct body_block body_split(struct slice block);
/* body_event appends what is written for an event; live = it is no replay. */
int body_event(struct body *b, const struct fault_set *f, struct slice block,
               bool live, struct buf *out);
/* body_other appends a comment or another run of whole lines. */
int body_other(struct body *b, const struct fault_set *f, struct slice text,
               struct buf *out);
/* body_end appends what is written before a proper end. */
int body_end(struct body *b, const struct fault_set *f, struct buf *out);

/* body_id.c: body_add_id appends the id line, or what stands for it. */
int body_add_id(const struct body *b, const struct fault_set *f,
                struct slice id, struct buf *out);
/* body_text.c: body_hits tells which events faults strike that leave most
 * alone. */
bool body_hits(uint64_t event);
/* body_encode appends text in the stream's encoding, line ends
 * and byte order mark; hit = this block is one of those struck. */
int body_encode(struct body *b, const struct fault_set *f, struct slice text,
                bool hit, struct buf *out);

#endif
