/* SPDX-License-Identifier: MIT
 * A flow: what a flow file says, checked and put in order.
 *
 * The tree of the file is kept; a step points into it, and node.h reads it.
 * What can be known without a connection is: unknown keys, wrong values,
 * variables that nobody takes, streams that nobody opens, rounds. */
#ifndef WEIR_FLOW_FLOW_H
#define WEIR_FLOW_FLOW_H
#include "flow/keys.h"
#include "flow/node.h"

#define FLOW_FILE_MAX     ((size_t)4 << 20)
#define FLOW_STEPS_MAX    1000
#define FLOW_STREAMS_MAX  64
#define FLOW_USERS_MAX    64
#define FLOW_TAKES_MAX    256
#define FLOW_CASES_MAX    1000
#define FLOW_CASE         "case" /* the variable with the case's name */
#define FLOW_BRANCHES_MAX 16     /* of one parallel */

enum flow_phase { PHASE_SETUP, PHASE_STEPS, PHASE_TEARDOWN, PHASES };

struct flow_step {
  enum flow_verb verb;
  enum flow_phase phase;
  const struct yaml_node *map; /* borrowed: the value of the verb */
  struct yaml_mark at;
  uint32_t number;   /* from 1, over the whole file */
  uint32_t round;    /* from 1 */
  uint32_t branch;   /* of a parallel, from 1; 0: none */
  uint32_t parallel; /* number of that step; 0: none */
  uint32_t base;     /* number of the parallel that its round begins with; 0 */
  int32_t stream;    /* that it opens or concerns; -1: none */
  int32_t user;      /* -1: nobody in particular */
  int32_t after;     /* an expect's own trigger: number of a step; 0: none,
                        -1: the opening of the stream */
  bool soft;
  struct flow_step *child; /* owned: of repeat; of parallel, the branches one
                              behind the other */
  struct flow_step *next;  /* owned */
};

struct flow_user {
  const char *name;
  const struct yaml_node *map;
};

struct flow {
  char *file;                     /* owned: as it is named in messages */
  char *source;                   /* owned: the file's text */
  struct yaml_node *root;         /* owned */
  const char *name;               /* "flow:", of a case with its name behind */
  const struct yaml_node *values; /* of its case; NULL: it has no cases */
  char *case_name;                /* owned: where name points then */
  const char *target;             /* "" where paths are URLs */
  uint64_t timeout_ns, settle_ns, within_ns, open_ns, answer_ns;
  bool alone;
  bool runs; /* it has a run step, which needs the user's word */
  struct flow_step *step[PHASES]; /* owned */
  uint32_t steps;
  const struct flow_step *by_number[FLOW_STEPS_MAX + 1]; /* [0]: NULL */
  const char *stream[FLOW_STREAMS_MAX]; /* names; "" where it has none */
  uint32_t streams;
  struct flow_user user[FLOW_USERS_MAX];
  uint32_t users;
  const char *taken[FLOW_TAKES_MAX]; /* names of variables, "anna.token" for
                                        those of a login; owned */
  uint32_t takes;
  /* While a branch is read: what the branches before it take is not known. */
  uint32_t hidden_from, hidden_to;
};

/* flow_read reads text, the content of the file `name`.  NULL with a sentence
 * that begins "name:line:column: " and says what was probably meant. */
struct flow *flow_read(struct slice text, const char *name, struct err *e);
/* flow_read_case is flow_read for the case of that number, from 0, in a file
 * that has flow_cases of them. */
struct flow *flow_read_case(struct slice text, const char *name,
                            uint32_t number, struct err *e);
/* flow_cases is how many flows the file is: 1 without cases. */
uint32_t flow_cases(const struct flow *f);
void flow_free(struct flow *f);
/* flow_has_tag: words of "tags:" and the name itself. */
bool flow_has_tag(const struct flow *f, const char *word);
const char *flow_phase_name(enum flow_phase phase);
/* flow_step_find is the step of that number; NULL where there is none. */
const struct flow_step *flow_step_find(const struct flow *f, uint32_t number);
/* flow_step_text appends the step as one reads it: "expect inbox order.created
 * within 2s". */
int flow_step_text(const struct flow *f, const struct flow_step *s,
                   struct buf *out);
/* flow_plan_text appends what would be done: rounds, steps, and from when to
 * when each expectation counts. */
int flow_plan_text(const struct flow *f, struct buf *out);
/* flow_is_trigger: it makes something happen that an expect may wait for. */
bool flow_is_trigger(enum flow_verb verb);
/* flow_step_after is what follows a step in its list; NULL at the end. */
const struct flow_step *flow_step_after(const struct flow_step *s);
/* flow_branch_name is the key of a branch of a parallel, from 1; "" where
 * there is none. */
const char *flow_branch_name(const struct flow_step *parallel,
                             uint32_t branch);
/* flow_method_of is the member of a request that names method and path. */
const struct yaml_node *flow_method_of(const struct yaml_node *call);
/* flow_line copies nothing: the line of the file, without its end. */
struct slice flow_line(const struct flow *f, unsigned line);

#endif
