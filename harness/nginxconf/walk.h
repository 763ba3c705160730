/* SPDX-License-Identifier: MIT
 * A request on its way through a configuration: the state that the parts of
 * conf_locate share.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_WALK_H
#define WEIR_NGINXCONF_WALK_H
#include "nginxconf/arena.h"
#include "nginxconf/locate.h"
#include "nginxconf/regex.h"

#define WALK_VARIABLES_MAX 64
#define WALK_REGEXES_MAX   5000 /* matches of one request */
#define WALK_CYCLES_MAX    10   /* nginx's own limit of internal redirects */

struct walk {
  const struct conf *c;
  const struct conf_request *request;
  struct conf_route *route;
  const char *uri;  /* normalised path */
  const char *args; /* query, "" without */
  const char *host;
  const char *why; /* of request->server */
  const char *method;
  struct walk_variable {
    const char *name;
    const char *value; /* NULL: only a run can tell */
  } variables[WALK_VARIABLES_MAX];
  size_t nvariables;
  const char *groups[REGEX_GROUPS_MAX]; /* $0..$9 of the last match */
  unsigned int regexes;
  unsigned int cycles;
  unsigned int maps; /* maps that ask maps, being looked up */
  const struct conf_directive *applied; /* the `if` whose settings hold */
  const struct conf_directive *open[CONF_BRANCHES_MAX]; /* undecided ifs */
  size_t nopen;
  int status;       /* of RUN_ERROR */
  bool changed;     /* a rewrite gave another URI */
  bool internal;    /* no longer the client's own request */
  bool error_paged; /* an error page was taken: no second one */
  bool out_of_memory;
};

/* walk_step adds a sentence to the route. */
void walk_step(struct walk *w, const struct conf_directive *at,
               const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* walk_doubt does it and makes the route uncertain. */
void walk_doubt(struct walk *w, const struct conf_directive *at,
                const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A copy that lives as long as the route; "" when there is no memory. */
const char *walk_text(struct walk *w, struct slice text);

const char *walk_join(struct walk *w, const char *a, const char *b,
                      const char *c);

/* walk_match runs a pattern, keeps the groups and named groups; a bad or too
 * hard one is a doubt and no match. */
bool walk_match(struct walk *w, const struct conf_directive *at,
                struct slice pattern, bool ignore_case, const char *subject);
/* walk_test does it for `if` and `rewrite`, whose failure empties $1 to $9. */
bool walk_test(struct walk *w, const struct conf_directive *at,
               struct slice pattern, bool ignore_case, const char *subject);
void walk_set(struct walk *w, const char *name, const char *value);
/* walk_expand fills in variables; NULL when one is known to a run only. */
const char *walk_expand(struct walk *w, const char *text);
const char *walk_variable(struct walk *w, struct slice name);

/* The condition of an `if`. */
enum truth { TRUTH_NO, TRUTH_YES, TRUTH_OPEN };
enum truth walk_condition(struct walk *w, const struct conf_directive *d);
/* walk_map looks a variable up in the map block that makes it: false when none
 * does; *value NULL when it cannot be told. */
bool walk_map(struct walk *w, struct slice name, const char **value);

/* The rewrite directives of one level. */
enum run {
  RUN_ON,    /* to the end */
  RUN_BREAK, /* stopped, the location stays */
  RUN_LAST,  /* the URI has changed: look for its location */
  RUN_DONE,  /* answered: the route is complete */
  RUN_ERROR, /* answered with a bare status that error_page may catch */
};
enum run walk_rewrite(struct walk *w, const struct conf_directive *level);

/* The location that handles w->uri; fills route->chain. */
enum search_found {
  SEARCH_NONE,
  SEARCH_PREFIX,
  SEARCH_FINAL,    /* exact or regex */
  SEARCH_REDIRECT, /* 301 to the same with a slash */
};
enum search_found walk_search(struct walk *w);
/* walk_named fills the chain with @name; false when there is none. */
bool walk_named(struct walk *w, const char *name);

/* What a location's words mean. */
enum location_kind {
  LOCATION_PREFIX,
  LOCATION_EXACT,
  LOCATION_NO_REGEX, /* ^~ */
  LOCATION_REGEX,
  LOCATION_REGEX_ANY_CASE,
  LOCATION_NAMED,
  LOCATION_INVALID,
};
enum location_kind location_read(const struct conf_directive *d,
                                 struct slice *name);

/* walk_follow goes through nginx's phases and fills the route. */
void walk_follow(struct walk *w);
/* route_follow is conf_locate for a request that names its host or server, and
 * why it names that server. */
int route_follow(const struct conf *c, const struct conf_request *request,
                 const char *why, struct conf_route **out, struct err *e);
/* server_choose fills route->server and listener.  E_NOT_FOUND. */
int server_choose(struct walk *w);
/* The default server of the socket that the route's server was chosen on. */
const struct conf_directive *server_default(const struct walk *w);
/* handler_target fills route->pass_*, upstream. */
void handler_target(struct walk *w);
/* An answer of its own accord: a redirect or a fixed one. */
void walk_answer(struct walk *w, const struct conf_directive *by, int status,
                 const char *target);

#endif
