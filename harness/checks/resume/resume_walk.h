/* SPDX-License-Identifier: MIT
 * A victim's connections, cut and resumed, laid beside a control connection
 * that never broke: what is missing, what came twice, out of order, changed,
 * or under another id.
 *
 * Matching goes by id.  Where a stream is made for each connection, so that
 * the control's ids say nothing, whole-numbered ids stand for themselves.
 * Members of JSON data that differ from connection to connection even live (a
 * time of sending) are found out and left aside.  Pure; owned by the caller,
 * points into the recordings. */
#ifndef WEIR_CHECKS_RESUME_RESUME_WALK_H
#define WEIR_CHECKS_RESUME_RESUME_WALK_H
#include "checks/core/check.h"

struct walk_event {
  const struct recording *r; /* NULL: a number nobody saw */
  const struct recorded_event *e;
  json_t *json;    /* owned: data that is an object; NULL */
  uint64_t hash;   /* of type and data without volatile members */
  int64_t real_ns; /* when it came */
  size_t piece;    /* 0 = control, else the victim's connection */
  bool committed;  /* the victim had it whole before the cut */
  long place;      /* in the control's list, or -1 */
};

struct walk_list {
  struct walk_event *at; /* owned */
  size_t n, cap;
};

#define WALK_FLAW_LIST(X)                                                     \
  X(WALK_LOST, "lost")                                                        \
  X(WALK_TWICE, "delivered twice")                                            \
  X(WALK_PERMUTED, "out of order")                                            \
  X(WALK_OTHER_BYTES, "other content")                                        \
  X(WALK_OTHER_ID, "another id")

enum walk_kind {
#define X(name, text) name,
  WALK_FLAW_LIST(X)
#undef X
      WALK_KINDS
};

#define WALK_SHOWN 5 /* flaws kept of each kind */

struct walk_flaw {
  size_t piece; /* where it was noticed */
  long place;   /* in the control's list */
  const struct walk_event *v;
};

/* A resumed connection and what its first event says. */
struct walk_piece {
  const struct recording *r;
  const struct recording *fresh; /* who came beside without an id; NULL */
  struct slice last_id;          /* as sent; p NULL = none */
  long last_place;               /* of that id, or -1 */
  long first_place;              /* of its first event with an id, or -1 */
  size_t events;                 /* with an id, committed or not */
  bool can_tell; /* something was published between cut and reconnect */
  bool went_on;  /* it began about where the id says */
  bool flawed;   /* something is lost or repeated here */
};

struct resume_walk {
  struct walk_list control, victim;
  struct walk_piece *piece; /* owned; [0] is the control's, unused */
  size_t pieces;            /* victim's connections */
  bool by_number;           /* ids were matched as numbers, */
  uint64_t base;            /* of which this one has place 0 */
  bool comparable;          /* content can be compared */
  size_t matched, unmatched, resumed, can_tell, went_on;
  size_t count[WALK_KINDS];
  struct walk_flaw flaw[WALK_KINDS][WALK_SHOWN];
};

/* walk_build lays them side by side.  false when it cannot be said, with the
 * finding set to UNTESTABLE or ERROR (the control itself broke). */
bool walk_build(const struct check_input *in, enum script_id id,
                struct resume_walk *w, struct finding *f);
/* walk_open is walk_build for a check that wants resuming to be offered: sets
 * SKIP or UNTESTABLE and returns false where it is not. */
bool walk_open(const struct check_input *in, enum script_id id,
               struct resume_walk *w, struct finding *f);
/* Whatever id is asked for, each connection begins with the event that the
 * first one and the control began with: a count of its own (a progress bar,
 * say), or the whole history again.  Nobody looked at Last-Event-ID, so how
 * well it is heeded is no question. */
bool walk_begins_anew(const struct resume_walk *w);
/* By their ids where they have some, else by what they say. */
bool walk_same_event(const struct recorded_event *a,
                     const struct recorded_event *b);
/* Who comes back with an id gets what a newcomer beside it gets, and not what
 * is behind the id. */
bool walk_is_ignored(const struct resume_walk *w);
/* Whether resuming is offered, as far as both tell: what is wrong, or NULL.
 * Wants can_tell. */
const char *walk_refusal(const struct resume_walk *w);
void walk_close(struct resume_walk *w);
/* The evidence: the flaws kept of a kind, with cut and phase. */
void walk_show(const struct resume_walk *w, enum walk_kind kind,
               struct finding *f);

/* The parts (resume_lists.c, resume_content.c). */
int walk_add(struct walk_list *l, const struct recording *r, size_t piece);
int walk_read_lists(const struct check_input *in, enum script_id id,
                    struct resume_walk *w);
void walk_hash_content(struct resume_walk *w);
bool walk_number(struct slice id, uint64_t *out);
struct slice walk_id(const struct walk_event *e);

#endif
