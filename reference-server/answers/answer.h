/* SPDX-License-Identifier: MIT
 * Giving an answer: a stream that a speech writes, each event at its time.
 * Private to answers/. */
#ifndef WEIR_SERVER_ANSWERS_ANSWER_H
#define WEIR_SERVER_ANSWERS_ANSWER_H
#include "answers/ask.h"

struct conn;
struct seats;

/* All borrowed. */
struct answer_start {
  const struct speech *speech;
  const struct answer_ask *ask;
  const char *lines;   /* of the head, with CRLF; NULL */
  uint32_t from;       /* the first event that is written */
  uint64_t asked_ns;   /* times count from there; 0 = now */
  struct seats *seats; /* set by answer_give */
};

/* answer_asked reads what c->request asks; where that is wrong it answers 400
 * and returns why. */
int answer_asked(struct conn *c, struct slice query, struct answer_ask *ask);
/* answer_give begins it, or refuses, as asked for or for want of a slot. */
void answer_give(struct conn *c, struct answer_start *start);

#endif
