/* SPDX-License-Identifier: MIT
 * A protocol on top of event streams, as a file says it (weir: profile/1): how
 * to ask, what may come, what else must be so and why, which general checks
 * it changes, and scripts that prove it.
 *
 * Pure: texts in, a profile or a sentence out.  docs: scenarios/profiles. */
#ifndef WEIR_PROFILE_PROFILE_H
#define WEIR_PROFILE_PROFILE_H
#include "content/grammar.h"

#define PROFILE_FORMAT      "profile/1"
#define PROFILE_BYTES_MAX   (256u * 1024)
#define PROFILE_NAME_MAX    40
#define PROFILE_FIXES_MAX   5
#define PROFILE_HEADERS_MAX 16
#define PROFILE_VARS_MAX    32
#define PROFILE_CHANGES_MAX 32
#define PROFILE_FAULTS_MAX  96
#define PROFILE_STEPS_MAX   24
#define PROFILE_SAVES_MAX   4
#define PROFILE_CODES_MAX   8
/* Where in an answer what is saved stands: a pointer into the data of an event
 * or a JSON body, a field of its head, or the id of its first event. */
#define PROFILE_SAVE_HEAD   "head "
#define PROFILE_SAVE_ID     "id"
#define PROFILE_RULE_ID_MAX 96 /* of "app.NAME.RULE" */

struct profile_text {
  char *name, *text; /* owned */
};

/* Statuses of answers. */
struct profile_codes {
  uint16_t code[PROFILE_CODES_MAX];
  uint8_t count; /* 0: any */
};

/* When a step is made. */
enum profile_phase {
  STEP_BEFORE, /* before all else */
  STEP_AFTER,  /* behind the ordinary look */
  STEP_LAST    /* when all else is over */
};

/* One request of several that belong together.  What it does not say is that
 * of the profile's request, and its headers come on top of those.  Texts are
 * owned; NULL where nothing is said. */
struct profile_step {
  char *name;
  enum profile_phase phase;
  char *method, *path, *body;
  struct profile_text header[PROFILE_HEADERS_MAX];
  char *without[PROFILE_HEADERS_MAX];          /* headers left out */
  struct profile_text save[PROFILE_SAVES_MAX]; /* variable, where it stands:
                                                  see profile_save */
  char *needs;        /* made where this variable is not empty */
  char *unless;       /* not made where it is not empty */
  uint8_t with;       /* made where this step was answered 2xx; GRAMMAR_NONE */
  bool open;          /* goes on beside the next one */
  bool head;          /* over when its head is there */
  uint64_t events;    /* left behind so many; 0: read to the end */
  uint64_t for_ns;    /* read for so long; 0: as the ordinary request */
  uint64_t times;     /* made so often; the last one is kept */
  uint64_t within_ns; /* tried again for so long where the status is not */
  struct profile_codes wants; /* one of these */
  uint8_t headers, withouts, saves;
};

enum profile_severity { PROFILE_FAIL, PROFILE_WARN, PROFILE_INFO };

/* What is said of the grammar's rule at the same place.  All owned; "" where
 * nothing is said, and url and reference are the profile's then. */
struct profile_rule {
  char *id; /* "app.openai-chat.order" */
  enum profile_severity severity;
  char *title, *why, *causes, *reference, *url;
  struct profile_text
      fix[PROFILE_FIXES_MAX + 1]; /* by stack, ends with NULL */
  char *head, *head_is;           /* of RULE_HEAD, */
  char *head_matches;             /* or what it is like, where it is there */
  char *echo_of; /* of RULE_ECHO: a pointer into the request's body */
  char *type;    /* of RULE_TYPE */
  struct profile_codes status; /* of RULE_STATUS */
  uint8_t at; /* the step whose answer it is about; GRAMMAR_NONE: the
                 request's */
  /* Another step: of RULE_APART and RULE_PART; of RULE_END the one whose
   * stream goes on here; of RULE_STATUS one that was left while it went on.
   * NONE. */
  uint8_t other;
  char *asked; /* asks for nothing where the request's body has nothing, or
                  false, there; NULL: always */
};

enum profile_verdict { PROFILE_SKIP, PROFILE_AS_INFO, PROFILE_AS_WARN };

/* What becomes of a general check. */
struct profile_change {
  char *glob, *why; /* owned */
  enum profile_verdict as;
};

/* One way to spoil the good script, and the rules that see it. */
struct profile_fault {
  uint64_t breaks;      /* rules */
  char *replace, *with; /* owned; NULL: the text stays */
  char *without_head;   /* owned; NULL: the head stays */
  uint64_t hold_ns;     /* the body stays open so long */
};

struct profile {
  char *file;                           /* owned: where it was read */
  char *name, *about, *reference, *url; /* owned; never NULL */
  struct grammar grammar;
  struct expr *sniff; /* owned; NULL: never guessed */
  struct profile_rule rule[GRAMMAR_RULES_MAX];
  char *method, *path, *body; /* owned; body may be NULL */
  struct profile_step step[PROFILE_STEPS_MAX];
  struct profile_text header[PROFILE_HEADERS_MAX];
  struct profile_text var[PROFILE_VARS_MAX]; /* and what is taken without */
  struct profile_change change[PROFILE_CHANGES_MAX];
  char *good; /* owned; NULL: no proof */
  struct profile_text good_head[PROFILE_HEADERS_MAX];
  struct profile_fault fault[PROFILE_FAULTS_MAX];
  bool takes_json; /* one JSON document is an answer, too */
  uint8_t headers, vars, changes, good_heads, faults, steps;
};

/* profile_read: NULL with a sentence that begins "file:line:column: ". */
struct profile *profile_read(struct slice text, const char *file,
                             struct err *e);
void profile_free(struct profile *p);
/* profile_name_is_good: small letters, digits and dashes. */
bool profile_name_is_good(struct slice name);

/* Variables that somebody set. */
struct profile_vars {
  struct profile_text var[PROFILE_VARS_MAX]; /* owned */
  uint8_t vars;
};

/* A request that is the profile's, but for what was said otherwise. */
struct profile_asked {
  const struct profile *p;  /* borrowed */
  struct profile_vars vars; /* owned: given, and brought by answers */
  bool path, body;          /* are the profile's, */
  uint32_t headers;         /* and these of its headers, by bits */
  uint64_t requests;        /* numbers that were given away */
  uint32_t fine; /* steps that were answered 2xx, and gave the members that
         they save, by bits */
};

/* profile_set takes "NAME=VALUE"; the last one counts.  E_SYNTAX, E_NOT_FOUND
 * (the profile knows no such variable), E_LIMIT, E_NOMEM with a sentence. */
int profile_set(const struct profile *p, struct profile_vars *vars,
                struct slice text, struct err *e);
/* profile_keep sets one to what an answer brought.  E_LIMIT, E_NOMEM. */
int profile_keep(struct profile_vars *vars, const char *name,
                 struct slice value);
/* profile_has_var: whether the request has that variable; and whether its
 * body has, so that a value stands inside a JSON string. */
bool profile_has_var(const struct profile *p, const char *name);
bool profile_var_in_body(const struct profile *p, const char *name);
void profile_vars_fini(struct profile_vars *vars);
/* profile_fill appends a text of the request with "{{NAME}}" filled in,
 * escaped for the inside of a JSON string where json says so, but for
 * "{{json NAME}}", which is JSON already.  1 where a
 * "{{NAME?}}" is set to nothing, so that the header is to be left out;
 * E_RANGE for a line end outside of JSON, E_NOMEM. */
int profile_fill(const struct profile *p, const struct profile_vars *vars,
                 const char *text, bool json, struct buf *out);

/* profile_number appends a filled text with each "{{number}}" in it, which
 * profile_fill leaves as it stands, replaced: no two requests have the same.
 */
#define PROFILE_NUMBER "{{number}}"
int profile_number(struct slice text, uint64_t n, struct buf *out);
/* profile_value is what a variable is, NULL where there is none. */
const char *profile_value(const struct profile *p,
                          const struct profile_vars *vars, struct slice name);
/* profile_find_step: GRAMMAR_NONE where there is none. */
uint8_t profile_find_step(const struct profile *p, struct slice name);
bool profile_wants(const struct profile_codes *codes, int status);

/* profile_script appends the body of the good script (fault NULL), or of one
 * that is spoilt.  0, E_NOMEM, or E_NOT_FOUND where what is to be replaced is
 * not in it exactly once. */
int profile_script(const struct profile *p, const struct profile_fault *fault,
                   struct buf *out);

#endif
