/* SPDX-License-Identifier: MIT
 * Finding out where a stream keeps its numbers and send times, when the user
 * did not say.  Looks at the first events only; what it assumes is printed. */
#ifndef WEIR_LOAD_SENSE_H
#define WEIR_LOAD_SENSE_H
#include "load/payload.h"
#include "load/trial.h"
#include "sse/parser.h"

/* So many events are looked at before giving up: some servers greet first. */
#define SENSE_TRIES 16

/* So many events without the send time that the scenario names, and none with
 * it, are a mistake of the scenario. */
#define SENSE_STAMP_TRIES 64

/* A step fewer between numbers is too few to say that they are no sequence. */
#define SENSE_STEPS 10

enum sense_numbers { SENSE_OPEN, SENSE_NONE, SENSE_DATA, SENSE_ID };

struct sense {
  enum sense_numbers numbers;        /* SENSE_OPEN: not known yet */
  bool stamps_open;                  /* not known yet */
  uint8_t number_tries, stamp_tries; /* events that told nothing */
  struct payload_spec spec;
  bool on_trial;         /* the first numbers have still to show themselves */
  bool given, key_given; /* by the scenario: not questioned */
  bool doubtful;    /* too few numbers to tell a sequence from other numbers */
  enum trial_by by; /* whose the numbers are */
  bool stamp_given, stamp_seen; /* by the scenario; in an event */
  uint8_t stamp_misses; /* events without it before the first with it */
  char stamp_hint[100]; /* what may have been meant; "" */
  char note[2][200];    /* what was assumed; "" when nothing */
};

/* sense_init takes over what the scenario says; the rest stays open. */
void sense_init(struct sense *s, const struct scenario *sc);
/* sense_event looks at one event as long as something is open. */
void sense_event(struct sense *s, const struct sse_event *event,
                 uint64_t now_real_ns);
/* sense_stamped is told of each event whether it had a send time. */
void sense_stamped(struct sense *s, bool stamped, struct slice data,
                   uint64_t now_real_ns);
/* sense_check: E_MISMATCH with a sentence when no event, of `least` or more,
 * had the send time that the scenario names. */
int sense_check(const struct sense *s, uint8_t least, struct err *e);
/* sense_decide ends the trial: what are these numbers? */
void sense_decide(struct sense *s, const struct trial *t);
/* sense_id_number reads a numeric id. */
bool sense_id_number(struct slice id, uint64_t *out);
/* For reports: "data /seq", "id by event type" or "". */
void sense_sequence_text(const struct sense *s, char *out, size_t size);
void sense_stamp_text(const struct sense *s, char *out, size_t size);

#endif
