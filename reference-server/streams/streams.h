/* SPDX-License-Identifier: MIT
 * What the streams of one worker share. */
#ifndef WEIR_SERVER_STREAMS_STREAMS_H
#define WEIR_SERVER_STREAMS_STREAMS_H
#include "behaviours/delivery.h"
#include "behaviours/encoder.h"
#include "http/conn.h"

struct audience;

struct streams {
  struct http http; /* first: of the connections they run on */
  struct hub *hub;  /* borrowed */
  struct encoder encoder;
  struct audience *audiences[HUB_MAX_TOPICS]; /* owned; NULL = none yet */
  struct memory memory;
  struct fault_set faults; /* for everybody */
  struct hold hold;        /* the time faults among them */
  bool any_fault;
  uint64_t grace_until_ns; /* this worker was late: be lenient */
};

static inline struct streams *streams_of(const struct conn *c)
{
  return (struct streams *)(void *)c->http;
}

#endif
