/* SPDX-License-Identifier: MIT
 * What the query of a request asks of the origin.  Pure. */
#ifndef WEIR_SERVER_ORIGIN_SCENARIO_H
#define WEIR_SERVER_ORIGIN_SCENARIO_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "behaviours/ending.h"

#define ORIGIN_SIZES_MAX 16

struct origin_scenario {
  char run[64]; /* "run": joins both ends of an exchange; "" none */
  uint64_t n;   /* events, default 1 */
  uint64_t interval_ns, predelay_ns, postdelay_ns;
  uint64_t hold_ns; /* stay open that long behind the last event */
  uint64_t hb_ns;   /* a comment each so often in silence; 0 = none */
  uint64_t size;    /* bytes of padding in the data of each event */
  uint64_t sizes[ORIGIN_SIZES_MAX]; /* of event 1, 2, ...: instead of size */
  uint32_t sizes_n;
  uint64_t status;  /* 200 */
  bool closed;      /* delimit the body by closing, also for HTTP/1.1 */
  bool bait;        /* text that filters touch */
  char type[128];   /* Content-Type; "" none */
  char body[1024];  /* instead of events; "" none */
  struct buf lines; /* owned: further header lines, each with CRLF */
  enum ending end;
};

/* origin_scenario_read: 0, E_SYNTAX or E_NOMEM with the sentence. */
int origin_scenario_read(struct origin_scenario *s, struct slice query,
                         struct err *e);
void origin_scenario_fini(struct origin_scenario *s);
/* origin_scenario_event appends event number i (from 1): its id, and data of
 * one JSON object {"n", "t", "pad"}, or the bait. */
int origin_scenario_event(const struct origin_scenario *s, uint64_t i,
                          uint64_t now_ns, struct buf *out);
/* The page that explains the keys. */
const char *origin_scenario_help(void);

#endif
