/* SPDX-License-Identifier: MIT
 * Test helper: one rule on a configuration written in a line or two. */
#ifndef WEIR_RULES_RULES_TESTING_H
#define WEIR_RULES_RULES_TESTING_H
#include "rules/rule.h"

/* What a configuration is made of; NULL parts are empty.  The location has a
 * proxy_pass unless it names a handler itself. */
struct rules_case {
  const char *main, *events, *http, *server, *location;
  const char *outside;  /* in the server, beside the location */
  const char *listen;   /* "8080" where NULL */
  const char *upstream; /* servers of upstream app */
  const char *match;    /* "/events" where NULL */
  const char *uri;      /* as match where NULL */
  struct doctor_declared declared;
  const char *version; /* "1.22.1" where NULL */
};

/* A judged case; rules_case_free after any outcome. */
struct rules_judged {
  struct conf *conf;
  struct conf_route *route;
  struct doctor_facts facts;
  struct doctor_finding finding;
};

/* rules_case_judge runs the rule; aborts the test when the configuration
 * cannot be read. */
void rules_case_judge(struct rules_judged *j, const struct rules_case *c,
                      const char *rule);
void rules_case_free(struct rules_judged *j);
/* rules_hits: the rule says something, of that severity. */
bool rules_hits(const struct rules_case *c, const char *rule,
                enum doctor_severity s);
/* rules_silent: it says nothing. */
bool rules_silent(const struct rules_case *c, const char *rule);

#endif
