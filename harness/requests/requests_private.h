/* SPDX-License-Identifier: MIT
 * Private to requests/: requests.c says who asks when, user.c makes one
 * request and takes its answer. */
#ifndef WEIR_REQUESTS_PRIVATE_H
#define WEIR_REQUESTS_PRIVATE_H
#include "requests/requests.h"
#include "sse/parser.h"

#define USER_SAID_MAX 120 /* bytes of an error that are kept */

struct virtual_user {
  struct requests *owner;
  struct exchange *exchange; /* NULL between requests */
  const struct arrival *when;
  struct parser parser;
  struct grammar_run run;
  struct request_times times;
  struct buf gaps;          /* measured ones, until it is known how it ended */
  struct slo_gaps slo_gaps; /* where an objective asks for them */
  struct request_course course;
  uint64_t number;           /* over all workers */
  uint64_t bytes_ns;         /* when something last came */
  uint64_t retry_after_ns;   /* that the answer asks for; 0: nothing */
  struct virtual_user *next; /* among the free ones */
  uv_timer_t timer;          /* thinking, or looking out for a stall */
  bool thinking, first_event, pilot;
  char said[USER_SAID_MAX + 1]; /* an error event's data, cut */
};

struct requests {
  struct requests_config config;
  struct parser_config parser;
  struct look look;
  struct pace pace;
  struct rng rng;
  struct virtual_user **user; /* owned */
  struct virtual_user *free;  /* open loop: those that do nothing */
  uint64_t users, room;
  uint64_t begun;   /* closed loop: users that have begun */
  uint64_t started; /* requests of this worker */
  uint64_t open;
  uint64_t last_ns; /* when the last one ended */
  uint64_t full_ns; /* open loop: when too many were last open */
  uint64_t t0_ns, m0_ns, m1_ns;
  bool draining, sending;
};

/* user_new: NULL without memory. */
struct virtual_user *user_new(struct requests *r, uint64_t number);
/* user_ask sends a request that was to be sent at intended_ns. */
void user_ask(struct virtual_user *u, uint64_t intended_ns);
/* user_cancel ends its request, if it has one, with the run. */
void user_cancel(struct virtual_user *u);
void user_free(struct virtual_user *u);

/* requests_next: the user's request has ended with that, or none could be
 * sent; arranges what it does next. */
void requests_next(struct virtual_user *u, enum request_result r,
                   uint64_t now_ns);
/* requests_measured: whether that instant lies in the measured span. */
bool requests_measured(const struct requests *r, uint64_t ns);

#endif
