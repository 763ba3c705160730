/* SPDX-License-Identifier: MIT
 * A pattern: conditions that one item must meet, all of them, and how near an
 * item comes that does not.  Pure; judging allocates as little as condition.h
 * says. */
#ifndef WEIR_CONTENT_PATTERN_H
#define WEIR_CONTENT_PATTERN_H
#include "content/expr.h"
#include "content/fragment.h"

#define PATTERN_PARTS_MAX 32

/* What a part weighs when a miss is judged. */
#define PATTERN_WEIGHT_EVENT 4
#define PATTERN_WEIGHT_TAKEN 3 /* a value that was taken from elsewhere */
#define PATTERN_WEIGHT       1

struct pattern_inner; /* a pattern of what a part of the data says */

/* The first of these that there is, or the condition. */
struct pattern_part {
  struct expr *expr;           /* owned */
  struct pattern_inner *inner; /* owned */
  struct fragment *fragment;   /* owned */
  struct condition condition;
  uint8_t weight;
};

/* Without a part it is met by every event. */
struct pattern {
  struct pointer_set *set; /* borrowed; the one of all looks at it */
  uint8_t parts;
  struct pattern_part part[PATTERN_PARTS_MAX];
};

struct pattern_miss {
  uint8_t met, parts; /* parts that hold, of all */
  uint8_t first;      /* the first that does not */
  unsigned weight;    /* of those that hold */
  double distance;    /* between what stood at the first and what was wanted:
                         edits or a difference; INFINITY: no such thing */
};

void pattern_init(struct pattern *p, struct pointer_set *set);
void pattern_fini(struct pattern *p);

/* What adds a part returns 0, E_SYNTAX, E_TOO_LONG, E_LIMIT (with a sentence)
 * or E_NOMEM; the pattern is then as before, but for pointers in the set. */

/* pattern_event: one of these names. */
int pattern_event(struct pattern *p, const struct slice *name, size_t names,
                  struct err *e);
/* pattern_text: operand (id or data) is exactly that text. */
int pattern_text(struct pattern *p, enum operand operand, struct slice text,
                 struct err *e);
/* pattern_part_of_data: that text stands in the data. */
int pattern_part_of_data(struct pattern *p, struct slice text, struct err *e);
/* pattern_comment: a comment in which the regular expression is found. */
int pattern_comment(struct pattern *p, struct slice regex, struct err *e);
/* pattern_retry: a reconnection time of so many milliseconds. */
int pattern_retry(struct pattern *p, uint64_t ms, struct err *e);
/* pattern_member: what the pointer leads to equals the value, type included.
 * text is as in struct literal; taken: it comes from elsewhere. */
int pattern_member(struct pattern *p, struct slice pointer,
                   const struct literal *value, bool taken, struct err *e);
/* pattern_lines: what stands behind that word in lines of the data that begin
 * with it (Datastar's "mode append") meets a pattern of its own, which is
 * returned, without a part.  NULL with a sentence. */
struct pattern *pattern_lines(struct pattern *p, struct slice word,
                              struct err *e);
/* pattern_fragment: the data, or its lines of "elements", is HTML in which the
 * fragment stands.  Takes the fragment over. */
int pattern_fragment(struct pattern *p, struct fragment *f, struct err *e);
/* pattern_where: an expression holds. */
int pattern_where(struct pattern *p, struct slice expr, struct err *e);

/* pattern_judge: HOLDS_UNKNOWN where nothing contradicts but not all is
 * known. */
enum holding pattern_judge(const struct pattern *p, struct look *l);
/* pattern_measure says how near an item comes that does not meet it. */
void pattern_measure(const struct pattern *p, struct look *l,
                     struct pattern_miss *out);
/* pattern_nearer: whether a comes nearer than b, by weight, then distance. */
bool pattern_nearer(const struct pattern_miss *a,
                    const struct pattern_miss *b);
/* pattern_explain appends what stood where the first part failed. */
int pattern_explain(const struct pattern *p, struct look *l,
                    const struct pattern_miss *miss, struct buf *out);

#endif
