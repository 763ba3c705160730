/* SPDX-License-Identifier: MIT
 * What a protocol allows to come on a stream, and one step through it.
 *
 * Every event belongs to one class, the first whose expression holds; a class
 * moves the state, or is allowed in none of the moment.  Lanes are what opens
 * and closes by a key of its own (blocks by index, texts by id).  Rules say
 * what else must be so; a step tells which it broke.
 *
 * Expressions are those of expr.h, with "*" in pointers as in rows.h: a class
 * is that of an event where its expression holds in some row, a requirement is
 * met where it fails in none.
 *
 * Pure.  A step allocates nothing, but for joined texts (GRAMMAR_JOIN), which
 * are bounded. */
#ifndef WEIR_CONTENT_GRAMMAR_H
#define WEIR_CONTENT_GRAMMAR_H
#include "content/expr.h"
#include "content/rows.h"

#define GRAMMAR_CLASSES_MAX 64
#define GRAMMAR_STATES_MAX  32
#define GRAMMAR_LANES_MAX   8
#define GRAMMAR_RULES_MAX   64
#define GRAMMAR_KEYS_MAX    64 /* lanes of one stream */
#define GRAMMAR_SAME_MAX    16 /* members that stay the same */
#define GRAMMAR_KEY_PARTS   3
#define GRAMMAR_JOINED_MAX  (1u << 20) /* bytes of one lane's text */
#define GRAMMAR_IDS_MAX     1024 /* ids of one stream that are compared */

#define GRAMMAR_NONE 255 /* no class, no state, no lane */

/* What the end of a body means. */
#define OUTCOME_LIST(X)                                                       \
  X(OUTCOME_OK, "ok")               /* as the protocol wants it */            \
  X(OUTCOME_EMPTY, "empty")         /* nothing came */                        \
  X(OUTCOME_TRUNCATED, "truncated") /* cut off in the middle */               \
  X(OUTCOME_UNMARKED, "unmarked")   /* whole, but without an end marker */    \
  X(OUTCOME_ERROR, "error")         /* the server said that it failed */      \
  X(OUTCOME_PAUSED, "paused")       /* to be resumed */

enum outcome {
#define X(name, text) name,
  OUTCOME_LIST(X)
#undef X
      OUTCOMES
};

#define LANE_FAULT_LIST(X)                                                    \
  X(LANE_MISSING, "missing")   /* the key is not there */                     \
  X(LANE_UNOPENED, "unopened") /* used or closed, but not open */             \
  X(LANE_TWICE, "twice")       /* opened while open */                        \
  X(LANE_REOPENED, "reopened") /* opened or used after its end */             \
  X(LANE_OVERLAP, "overlap")   /* opened while another one is open */         \
  X(LANE_GAP, "gap")           /* keys are not 0, 1, 2, ... */                \
  X(LANE_LEFT, "left-open")    /* not closed at the end */                    \
  X(LANE_JSON, "no-json")      /* its joined text is no JSON */

enum lane_fault {
#define X(name, text) name,
  LANE_FAULT_LIST(X)
#undef X
      LANE_FAULTS
};

enum rule_form {
  RULE_ORDER,   /* a class came where none of it may */
  RULE_REQUIRE, /* an expression holds of such events */
  RULE_SAME,    /* members stay as they were */
  RULE_NAMED,   /* the event is called as a member says */
  RULE_RISES,   /* a member is 1 more than before */
  RULE_ECHO,    /* a member is what was asked with; judged by the caller
                   (checks/app/app_walk.c) */
  RULE_JSON,    /* the data is JSON */
  RULE_FIRST,   /* the first event is of these classes */
  RULE_COUNT,   /* its expression holds so often */
  RULE_UNIQUE,  /* no two events have the same id */
  RULE_ENTERS,  /* a state is not come into */
  RULE_KNOWN,   /* every event is of a class */
  RULE_LANE,    /* a lane's fault */
  RULE_END,     /* the end means none of these */
  RULE_AFTER,   /* the body ends so soon after a class */
  RULE_HEAD,    /* a field of the response head; as those that follow, judged
                   by the caller (checks/app/app_answer.c) */
  RULE_STATUS,  /* the answer's status is one of these */
  RULE_TYPE,    /* its Content-Type, where it has a body */
  RULE_BARE,    /* its body is empty */
  RULE_APART,   /* no event was on another step's stream, too */
  RULE_PART,    /* every event was on another step's stream, too */
  RULE_FORMS
};

/* One rule; what is not of its form counts for nothing.  Classes and outcomes
 * are bits. */
struct grammar_rule {
  enum rule_form form;
  uint64_t in;          /* classes that it is about; 0: all */
  uint64_t not_in;      /* but not these */
  uint64_t unless;      /* nor a stream on which one of these came */
  struct expr *require; /* owned */
  uint32_t scopes;      /* rows that it is judged in */
  uint8_t slots, slot[GRAMMAR_SAME_MAX]; /* same, named-as, rises, echo */
  uint32_t same;                         /* first place among the kept */
  uint64_t from;                         /* rises: the first; count: least */
  uint64_t most;                         /* count */
  uint8_t state;                         /* enters */
  uint8_t class;                         /* count */
  uint64_t first;                        /* first: classes */
  uint8_t lane;
  enum lane_fault fault;
  uint32_t outcomes; /* end */
  int64_t within_ns; /* ends-in */
};

struct grammar_class {
  char *name;        /* owned; first */
  struct expr *expr; /* owned */
  uint32_t scopes;
};

struct grammar_end {
  uint8_t outcome; /* otherwise */
  uint8_t closed;  /* where lanes were opened and none is open, or NONE */
  uint64_t saw;    /* where one of these classes came: */
  uint8_t if_saw;  /* or NONE */
};

struct grammar_state {
  char *name;                        /* owned; first */
  uint8_t next[GRAMMAR_CLASSES_MAX]; /* GRAMMAR_NONE: not allowed */
  struct grammar_end end;
};

struct grammar_lane {
  char *name;                            /* owned; first */
  uint8_t parts, key[GRAMMAR_KEY_PARTS]; /* slots */
  uint8_t scope;                         /* rows that it is found in */
  uint64_t open, use, close;             /* classes */
  uint8_t join;                          /* slot of a text, or NONE */
};

/* Zero-initialised, then built by the functions below. */
struct grammar {
  struct pointer_set set;
  struct rows rows;
  struct rows moves; /* of GRAMMAR_MOVES: without what rules alone ask for */
  struct grammar_class class[GRAMMAR_CLASSES_MAX];
  struct grammar_state state[GRAMMAR_STATES_MAX];
  struct grammar_lane lane[GRAMMAR_LANES_MAX];
  struct grammar_rule rule[GRAMMAR_RULES_MAX];
  uint8_t classes, states, lanes, rules;
  uint8_t same;            /* members kept, of all rules */
  uint64_t anywhere;       /* classes that move nothing and may always come */
  uint64_t token;          /* classes whose events count as a token ... */
  uint64_t counts_in;      /* ... also where the event is of these */
  uint64_t answer;         /* ... of the answer, not of thinking; 0: all do */
  uint64_t marker;         /* classes that end the stream */
  uint8_t usage, usage_in; /* slots, or NONE */
};

void grammar_init(struct grammar *g);
void grammar_fini(struct grammar *g);
/* Building.  Each returns a place (of a class, state, lane, rule, slot), or a
 * negative E_* with a sentence.  Texts are copied. */
int grammar_class(struct grammar *g, struct slice name, struct slice expr,
                  struct err *e);
int grammar_state(struct grammar *g, struct slice name, struct err *e);
int grammar_lane(struct grammar *g, struct slice name, struct err *e);
int grammar_slot(struct grammar *g, struct slice pointer, struct err *e);
int grammar_rule(struct grammar *g, const struct grammar_rule *rule,
                 struct err *e);
/* grammar_seal: all is built; finds the rows.  0 or E_*. */
int grammar_seal(struct grammar *g, struct err *e);
/* By name; GRAMMAR_NONE where there is none. */
uint8_t grammar_find_class(const struct grammar *g, struct slice name);
uint8_t grammar_find_state(const struct grammar *g, struct slice name);
uint8_t grammar_find_lane(const struct grammar *g, struct slice name);
const char *outcome_name(enum outcome o);
const char *lane_fault_name(enum lane_fault f);

struct grammar_kept {
  uint64_t digest;
  bool known;
};

struct grammar_key {
  uint64_t digest;
  uint64_t number; /* where the key is one, else UINT64_MAX */
  uint8_t lane;
  bool open;
};

enum grammar_effort {
  GRAMMAR_MOVES, /* classes, states, lanes: what a load needs */
  GRAMMAR_RULES, /* and the rules */
  GRAMMAR_JOIN   /* and texts joined over a lane */
};

/* One stream's way. */
struct grammar_run {
  const struct grammar *g; /* borrowed */
  enum grammar_effort effort;
  uint8_t state;
  uint64_t events;
  uint64_t saw;    /* classes */
  uint64_t broken; /* rules */
  bool opened;     /* some lane was */
  bool marked;     /* an event of the class that ends it came */
  bool over;       /* more keys, ids or rows than are kept */
  uint8_t keys;
  struct grammar_key key[GRAMMAR_KEYS_MAX];
  struct buf *joined; /* owned, by key: GRAMMAR_JOIN alone */
  struct grammar_kept kept[GRAMMAR_SAME_MAX];
  uint64_t count[GRAMMAR_CLASSES_MAX];
  uint64_t last_number; /* of rises */
  uint64_t *id;         /* owned digests: GRAMMAR_JOIN alone */
  uint32_t ids;
};

/* What a step found. */
struct grammar_told {
  uint8_t class;  /* GRAMMAR_NONE: of none */
  uint8_t before; /* the state that it came in */
  bool allowed, token, answer, marker;
  int json;        /* 0, or why its data is no JSON */
  uint64_t broken; /* rules that it broke */
};

/* grammar_begin: 0 or E_NOMEM. */
int grammar_begin(struct grammar_run *run, const struct grammar *g,
                  enum grammar_effort effort);
void grammar_leave(struct grammar_run *run);
/* grammar_step takes the next event.  The look, made for the grammar's set,
 * may serve many runs; it stays at the event, whose values it can tell. */
void grammar_step(struct grammar_run *run, struct look *look,
                  const struct stream_item *item, struct grammar_told *out);
/* grammar_outcome: what an end of the body would mean now. */
enum outcome grammar_outcome(const struct grammar_run *run);
/* grammar_finish judges what can only be judged at the end, which meant that;
 * returns the rules that it broke.  Rules about what did not come are judged
 * where the stream was whole (OUTCOME_OK or _UNMARKED). */
uint64_t grammar_finish(struct grammar_run *run, enum outcome end);

#endif
