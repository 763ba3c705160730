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
#define PROFILE_RULE_ID_MAX 96 /* of "app.NAME.RULE" */

struct profile_text {
  char *name, *text; /* owned */
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
  char *head, *head_is;           /* of RULE_HEAD */
  char *echo_of; /* of RULE_ECHO: a pointer into the request's body */
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
  struct profile_text header[PROFILE_HEADERS_MAX];
  struct profile_text var[PROFILE_VARS_MAX]; /* and what is taken without */
  struct profile_change change[PROFILE_CHANGES_MAX];
  char *good; /* owned; NULL: no proof */
  struct profile_text good_head[PROFILE_HEADERS_MAX];
  struct profile_fault fault[PROFILE_FAULTS_MAX];
  uint8_t headers, vars, changes, good_heads, faults;
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

/* profile_set takes "NAME=VALUE"; the last one counts.  E_SYNTAX, E_NOT_FOUND
 * (the profile knows no such variable), E_LIMIT, E_NOMEM with a sentence. */
int profile_set(const struct profile *p, struct profile_vars *vars,
                struct slice text, struct err *e);
void profile_vars_fini(struct profile_vars *vars);
/* profile_fill appends a text of the request with "{{NAME}}" filled in,
 * escaped for the inside of a JSON string where json says so.  1 where a
 * "{{NAME?}}" is set to nothing, so that the header is to be left out;
 * E_RANGE for a line end outside of JSON, E_NOMEM. */
int profile_fill(const struct profile *p, const struct profile_vars *vars,
                 const char *text, bool json, struct buf *out);

/* profile_script appends the body of the good script (fault NULL), or of one
 * that is spoilt.  0, E_NOMEM, or E_NOT_FOUND where what is to be replaced is
 * not in it exactly once. */
int profile_script(const struct profile *p, const struct profile_fault *fault,
                   struct buf *out);

#endif
