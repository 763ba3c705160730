/* SPDX-License-Identifier: MIT
 * The first numbers that a worker saw, kept until it is clear whether they are
 * a sequence, and whose: a stream's, or one for each event type or topic of
 * it.  Pure. */
#ifndef WEIR_LOAD_TRIAL_H
#define WEIR_LOAD_TRIAL_H
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define TRIAL_NUMBERS 32

/* Whose numbers: in the order in which they are tried. */
enum trial_by { TRIAL_BY_STREAM, TRIAL_BY_TYPE, TRIAL_BY_TOPIC, TRIAL_BYS };

struct trial_entry {
  void *stream; /* to be told apart, and for the owner */
  uint64_t n;
  uint64_t type, topic; /* trial_key of them */
  bool broke, resumed;  /* the first number behind a reconnection; with id */
};

struct trial { /* zero-initialised: nothing seen */
  struct trial_entry entry[TRIAL_NUMBERS];
  uint32_t count;
};

struct trial_steps { /* from one number to the next of the same owner */
  uint32_t all, by_one;
};

/* trial_key: a name as a number, never 0. */
uint64_t trial_key(struct slice name);
uint64_t trial_key_of(const struct trial_entry *e, enum trial_by by);
struct trial_steps trial_steps(const struct trial *t, enum trial_by by);
/* trial_fits: at least nine steps in ten lead to the next number. */
bool trial_fits(const struct trial *t, enum trial_by by);
/* trial_find says whose numbers they are: the first for whom at least nine
 * steps in ten lead to the next number.  False: nobody's. */
bool trial_find(const struct trial *t, enum trial_by *by);
/* trial_jump: the first step of a stream that does not lead to the next
 * number. False: there is none. */
bool trial_jump(const struct trial *t, uint64_t *from, uint64_t *to);

#endif
