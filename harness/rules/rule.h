/* SPDX-License-Identifier: MIT
 * Doctor rules: one row of metadata and one pure predicate each, over the
 * effective settings of a location and, where there was a live run, over what
 * was measured.  Adding a rule = one function, one row in its group's table,
 * one bad configuration in scenarios/nginx/bad. */
#ifndef WEIR_RULES_RULE_H
#define WEIR_RULES_RULE_H
#include <jansson.h>

#include "base/buf.h"
#include "rules/facts.h"
#include "rules/finding.h"

/* What kind of handler a rule is about; FAMILY_ANY for all, a bit each. */
#define FAMILY_BIT(f) (1u << (f))
#define FAMILY_BUFFERED                                                       \
  (FAMILY_BIT(CONF_PROXY) | FAMILY_BIT(CONF_FASTCGI) |                        \
   FAMILY_BIT(CONF_UWSGI) | FAMILY_BIT(CONF_SCGI))
#define FAMILY_UPSTREAM (FAMILY_BUFFERED | FAMILY_BIT(CONF_GRPC))
#define FAMILY_ANY      0xffffffffu

enum fix_kind { FIX_KIND_NONE, FIX_KIND_SET, FIX_KIND_REMOVE, FIX_KIND_ADD };

/* Which of the two sides can see it. */
enum rule_side {
  SIDE_STATIC, /* the text of the configuration tells */
  SIDE_LIVE,   /* only a running nginx (or the application) tells */
  SIDE_BOTH
};

struct doctor_rule {
  const char *id;                /* permanent: "nginx.buffering-on" */
  const char *title;             /* what is wrong, one line */
  const char *headline;          /* behind "Events on /events", or NULL */
  enum doctor_severity severity; /* the worst that it can be */
  const char *graded;            /* when it is which, how sure; may be "" */
  enum rule_side side;
  uint32_t families; /* FAMILY_BIT()s of enum conf_family */
  const char *why;   /* what nginx does, and what clients see */
  const char *fix;   /* the directive, "proxy_buffering off;"; "" none */
  const char *block; /* where it belongs: "location" "http" "events" ... */
  enum fix_kind kind;
  const char *caveats; /* may be "" */
  const char *doc;     /* a page of nginx.org, or "" */
  void (*judge)(const struct doctor_facts *f, struct doctor_finding *out);
};

struct doctor_rule_group {
  const char *name; /* "Buffering" */
  const struct doctor_rule *rule;
  size_t count;
};

/* rules.c: all groups, in the order of the catalogue. */
size_t doctor_group_count(void);
const struct doctor_rule_group *doctor_group_at(size_t i);
size_t doctor_rule_count(void);
const struct doctor_rule *doctor_rule_at(size_t i);
const struct doctor_rule *doctor_rule_find(const char *id);

/* doctor_judge runs every rule that applies to the facts' family and appends
 * what they find.  Pure.  With facts->symptoms the measured ones are judged
 * too.  0 or E_NOMEM. */
int doctor_judge(const struct doctor_facts *f, struct doctor_findings *out);
/* doctor_judge_one: one rule; hit tells whether it found something. */
void doctor_judge_one(const struct doctor_rule *r,
                      const struct doctor_facts *f,
                      struct doctor_finding *out);

/* rules_doc.c.  All return 0 or E_NOMEM. */
/* The whole row as text, for `weir explain ID`. */
int doctor_rule_explain(const struct doctor_rule *r, struct buf *out);
/* [{id, title, severity, ...}], a new reference or NULL. */
json_t *doctor_rules_json(void);
/* The page of all rules by group, in Markdown. */
int doctor_rules_markdown(struct buf *out);

#endif
