/* SPDX-License-Identifier: MIT
 * Private to the recorder: recorder.c starts, exchange.c lives through one
 * exchange, stop.c knows when its rule is met, recorder_keep.c delivers and
 * parks.
 */
#ifndef WEIR_PROBE_RECORDER_PRIVATE_H
#define WEIR_PROBE_RECORDER_PRIVATE_H
#include "probe/recorder.h"
#include "probe/route.h"
#include "probe/wire.h"
#include "recording/digest.h"
#include "transport/url.h"

#define RECORDER_PARKED_MAX   16
#define RECORDER_INTERIMS_MAX 100

/* What an exchange's one timer is for. */
enum timer_job {
  JOB_CONNECT, /* deadline */
  JOB_HEAD,    /* deadline */
  JOB_LIMIT,
  JOB_TAIL, /* the answer is over: is there more behind it? */
  JOB_CUT,  /* the rule's delay */
  JOB_STALL,
  JOB_DELIVER
};

struct recorder_exchange {
  struct recorder *rec;                  /* borrowed */
  struct recorder_exchange *prev, *next; /* in rec->first */
  const struct recorder_handler *h;      /* borrowed */
  void *ctx;
  struct recording *r; /* owned until on_done */
  struct digest *d;    /* owned */
  struct wire *w;      /* owned; NULL before and after */
  uv_timer_t timer;
  enum timer_job job;
  struct stop_rule stop;
  unsigned session;
  char authority[300]; /* "http://host:port": what w is connected to */
  uint64_t started_ns; /* CLOCK_MONOTONIC */
  uint64_t limit_ms;   /* loop time at which the limit is; 0 not yet */
  int64_t last_ns;     /* of the newest read: times never run backwards */
  size_t searched;     /* body bytes the pattern is not in */
  bool sent, head_done, rule_met, tail, half, over;
};

struct parked {
  struct recorder *rec;
  struct wire *w;
  unsigned session; /* 0: the place is free */
  char authority[300];
};

struct recorder {
  uv_loop_t *loop;                /* borrowed */
  const struct target *target;    /* borrowed */
  struct tls_context *tls;        /* owned; NULL until needed */
  struct tls_context *tls_abroad; /* for other origins; likewise */
  uint32_t turn;                  /* of the source addresses */
  struct recorder_exchange *first;
  struct parked parked[RECORDER_PARKED_MAX];
  uint64_t bytes;        /* recorded so far, over all exchanges */
  struct h2_session *h2; /* those that are not closed */
  size_t open; /* exchanges and sessions whose timer is not closed yet */
  bool closing;
};

/* exchange.c */
extern const struct wire_handler exchange_wire_handler;
/* exchange_begin: w is connected (reused) or connecting. */
void exchange_begin(struct recorder_exchange *x, bool reused);
/* exchange_finish ends the recording and has it delivered from the loop. */
void exchange_finish(struct recorder_exchange *x, enum recording_end end,
                     bool reset, const char *detail);
void exchange_cut(struct recorder_exchange *x, enum cut_how how);

/* stop.c */
/* stop_met: the rule of x is fulfilled by what has happened so far. */
bool stop_met(struct recorder_exchange *x);

/* recorder_keep.c */
/* recorder_release_memory frees a recorder that is closed and has nothing
 * open any more. */
void recorder_release_memory(struct recorder *rec);
void recorder_deliver(struct recorder_exchange *x);
/* recorder_park keeps x->w for its session where the answer allows it. */
bool recorder_park(struct recorder_exchange *x);
/* recorder_unpark takes the connection out that was kept for the session of x
 * and leads where x wants to; the caller attaches it.  NULL: there is none. */
struct wire *recorder_unpark(struct recorder_exchange *x);
/* recorder_unpack reads on in what r got (n more bytes of the wire, packed or
 * not) and counts it; where the memory of all is used up no more than a share
 * is unpacked.  0 or E_NOMEM. */
int recorder_unpack(struct recorder *rec, struct recording *r,
                    struct digest *d, size_t n);
/* recorder_is_full: r has as much as it may have, for itself or beside all
 * others. */
bool recorder_is_full(const struct recorder *rec, const struct recording *r,
                      size_t max_bytes);
/* recorder_dissolve takes x apart and gives its recording; what is left is its
 * timer, until the loop has closed it. */
struct recording *recorder_dissolve(struct recorder_exchange *x);

#endif
