/* SPDX-License-Identifier: MIT
 * A stream whose bytes are not written as they come: faults in its text, its
 * coding, its framing or its life, or a compressed body.  Others have none. */
#ifndef WEIR_SERVER_STREAMS_SHAPE_H
#define WEIR_SERVER_STREAMS_SHAPE_H
#include "behaviours/body.h"
#include "behaviours/coding.h"
#include "behaviours/life.h"
#include "streams/stream.h"

struct shape {
  struct fault_set faults; /* since the stream was opened */
  struct body body;
  struct coding *coding; /* owned; NULL = identity */
  struct buf head;       /* held until the first bytes of the body */
  struct buf gathered;   /* of the body, too little to be written yet */
  struct buf text, coded, wire, rest;
  uint64_t runs;        /* of framed bytes */
  uint64_t rest_due_ns; /* when the second half goes; rest.n = 0: none */
  struct life life;
  uint64_t began_ns;
  bool gone;             /* its end was noted */
  uint64_t asked;        /* hash of the request */
  uint64_t resumed_from; /* hash of the id it came with; 0 = none */
};

/* shape_new takes what the request asked for; NULL without memory. */
struct shape *shape_new(const struct fault_set *f, bool coded);
void shape_free(struct shape *h);
/* shape_begin: the stream lives from now on, with heartbeats after silence_ns
 * if faults leave it so. */
void shape_begin(struct shape *h, uint64_t now_ns, uint64_t silence_ns);
/* shape_event and shape_other send an event block, or other whole lines.
 * As conn_send; nothing is taken with E_LIMIT. */
int shape_event(struct stream *s, struct slice block, const struct tally *t);
int shape_other(struct stream *s, struct slice text, const struct tally *t);
/* shape_rest sends a half that was held back, when it is time. */
int shape_rest(struct stream *s, uint64_t now_ns);
bool shape_is_busy(const struct stream *s);
/* shape_is_over tells whether a fault ends the stream now. */
bool shape_is_over(const struct stream *s, uint64_t now_ns);
/* shape_end sends what ends the body. */
int shape_end(struct stream *s);

#endif
