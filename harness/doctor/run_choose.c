/* SPDX-License-Identifier: MIT
 * Which servers and locations the doctor looks at; see doctor_run.h. */
#include <stdio.h>
#include <string.h>

#include "doctor/run.h"
#include "rules/unjudged.h"

#define MAX_SERVERS    256
#define MAX_CANDIDATES 16

static void title(const struct conf_directive *d, char *out, size_t size)
{
  struct buf text;
  buf_init(&text, 0);
  if(conf_title(d, &text) == 0)
    snprintf(out, size, "%s", buf_text(&text));
  buf_free(&text);
}

/* How much of the URI a route's location names: a catch-all names none. */
static size_t precision(const struct conf_route *r)
{
  const struct conf_directive *l = r->nchain ? r->chain[0] : NULL;
  const char *first = l ? conf_arg(l, 0) : "";
  const char *name = l && l->nargs ? conf_arg(l, l->nargs - 1) : "";
  if(!l || name[0] == '@')
    return 0;
  if(first[0] == '~')
    return 1000;
  return (first[0] == '=' ? 3000 : 0) + strlen(name);
}

static bool shares_name(const struct conf_directive *a,
                        const struct conf_directive *b)
{
  const struct conf_directive *na = conf_child(a, "server_name");
  const struct conf_directive *nb = conf_child(b, "server_name");
  size_t i, k;
  if(!na || !nb)
    return !na && !nb;
  for(i = 0; i < na->nargs; i++) {
    for(k = 0; k < nb->nargs; k++) {
      if(strcmp(conf_arg(na, i), conf_arg(nb, k)) == 0)
        return true;
    }
  }
  return false;
}

static struct doctor_target *add(struct doctor_run *r, const char *uri,
                                 const struct conf_directive *server,
                                 struct err *e)
{
  struct doctor_target *t;
  if(r->targets == DOCTOR_MAX_TARGETS)
    return NULL;
  t = &r->target[r->targets];
  memset(t, 0, sizeof(*t));
  snprintf(t->uri, sizeof(t->uri), "%s", uri);
  t->request.uri = t->uri;
  t->request.host = r->order->host;
  t->request.method = r->order->declared.method;
  t->request.server = server;
  if(conf_locate(r->conf, &t->request, &t->route, e))
    return NULL;
  doctor_findings_init(&t->findings);
  facts_init(&t->facts, r->conf, t->route, r->version);
  t->facts.declared = r->order->declared;
  t->facts.asked = t->uri;
  if(carve_plan(&t->carve, r->conf, t->route, t->uri))
    t->facts.carve = &t->carve;
  r->targets++;
  return t;
}

static void drop(struct doctor_run *r, size_t i)
{
  conf_route_free(r->target[i].route);
  doctor_findings_free(&r->target[i].findings);
  r->targets--;
  memmove(&r->target[i], &r->target[i + 1],
          (r->targets - i) * sizeof(r->target[0]));
}

/* Moved targets point at their own copies again. */
static void settle(struct doctor_run *r)
{
  size_t i;
  for(i = 0; i < r->targets; i++) {
    struct doctor_target *t = &r->target[i];
    t->request.uri = t->facts.asked = t->uri;
    if(t->facts.carve)
      t->facts.carve = &t->carve;
  }
}

/* Clients who leave the slash out are sent away first. */
static bool is_slash_redirect(const struct doctor_target *t)
{
  return t->route->status == 301 && conf_route_adds_slash(t->route);
}

static bool is_app(const struct doctor_target *t)
{
  return conf_family_is_upstream(t->route->family) ||
         t->route->family == CONF_OTHER;
}

/* The server that names the URI best; -1 where none answers by an
 * application. */
static int best_target(const struct doctor_run *r)
{
  int best = -1;
  size_t i;
  for(i = 0; i < r->targets; i++) {
    if(is_app(&r->target[i]) &&
       (best < 0 ||
        precision(r->target[i].route) > precision(r->target[best].route)))
      best = (int)i;
  }
  return best;
}

/* Servers for other names, and those that only redirect, are not meant. */
static void narrow(struct doctor_run *r)
{
  int best = best_target(r);
  const struct conf_directive *server =
      r->target[best < 0 ? 0 : best].route->server;
  char name[120] = "";
  size_t i = 0, others = 0;
  while(i < r->targets) {
    const struct doctor_target *t = &r->target[i];
    bool same = shares_name(t->route->server, server);
    if(same && (best < 0 ? i == 0 : is_app(t) || is_slash_redirect(t))) {
      i++;
      continue;
    }
    if(!same && is_app(t)) {
      others++;
      title(t->route->server, name, sizeof(name));
    }
    drop(r, i);
    best = best_target(r);
  }
  settle(r);
  if(others) {
    char taken[120];
    title(server, taken, sizeof(taken));
    doctor_run_assume(r,
                      "%s is meant; %zu other server%s answer%s %s too, %s "
                      "among them: --host chooses",
                      taken, others, others == 1 ? "" : "s",
                      others == 1 ? "s" : "", r->target[0].uri, name);
  }
}

/* nginx redirects to the name with a slash: that is where streams are. */
static void follow_slash(struct doctor_run *r, struct err *e)
{
  char uri[CONF_URI_MAX];
  struct doctor_target *t;
  size_t i, n = r->targets;
  for(i = 0; i < n; i++) {
    const struct conf_route *route = r->target[i].route;
    if(!is_slash_redirect(&r->target[i]))
      continue;
    snprintf(uri, sizeof(uri), "%.8000s/", route->uri);
    t = add(r, uri, route->server, e);
    if(t && !is_app(t))
      drop(r, r->targets - 1);
  }
  settle(r);
}

/* Nothing but stream{}: it passes bytes on as they come, whatever they are,
 * and all that can be wrong is how long they may stay away. */
static bool judge_stream(struct doctor_run *r)
{
  const struct doctor_rule *rule =
      doctor_rule_find("nginx.stream-proxy-timeout");
  const struct conf_directive *stream = conf_child(r->conf->root, "stream");
  struct doctor_facts f;
  struct doctor_finding one;
  if(!rule || !stream || !conf_child(stream, "server"))
    return false;
  memset(&f, 0, sizeof(f));
  f.conf = r->conf;
  f.version = r->version;
  f.declared = r->order->declared;
  doctor_judge_one(rule, &f, &one);
  if(one.hit && doctor_findings_add(&r->text_findings, &one))
    return false;
  snprintf(r->static_why, sizeof(r->static_why),
           "there is no http server{} here, only stream{}, which passes bytes "
           "on unbuffered");
  return true;
}

static int no_server(struct doctor_run *r, struct err *e)
{
  if(doctor_unjudged_text(r->conf, r->unjudged, sizeof(r->unjudged))) {
    snprintf(r->static_why, sizeof(r->static_why),
             "no server{} is here to be run");
    return 0;
  }
  if(judge_stream(r))
    return 0;
  return err_set(e, E_NOT_FOUND, "there is no server{} in this configuration");
}

static int by_location(struct doctor_run *r, const char *uri, struct err *e)
{
  static const struct conf_directive *server[MAX_SERVERS];
  size_t i, n = conf_servers(r->conf, server, MAX_SERVERS);
  if(r->order->host) {
    if(!add(r, uri, NULL, e))
      return e->code ? e->code : E_NOT_FOUND;
  } else {
    n = n > MAX_SERVERS ? MAX_SERVERS : n;
    for(i = 0; i < n && r->targets < DOCTOR_MAX_TARGETS; i++) {
      struct doctor_target *t = add(r, uri, server[i], e);
      if(!t)
        return e->code ? e->code : E_NOT_FOUND;
      /* Room for those that matter. */
      if(!is_app(t) && n > DOCTOR_MAX_TARGETS && r->targets > 1)
        drop(r, r->targets - 1);
    }
  }
  if(!r->targets)
    return no_server(r, e);
  follow_slash(r, e);
  if(!r->order->host)
    narrow(r);
  return 0;
}

static int by_guess(struct doctor_run *r, struct err *e)
{
  struct conf_candidate c[MAX_CANDIDATES];
  const struct conf_directive *server[1];
  size_t i, n = conf_candidates(r->conf, c, MAX_CANDIDATES);
  char name[120];
  if(!n && !conf_servers(r->conf, server, 1))
    return no_server(r, e);
  if(!n)
    return err_set(e, E_NOT_FOUND,
                   "no location looks as if it served events: say which, "
                   "with --location URI");
  for(i = 0; i < n && i < MAX_CANDIDATES; i++) {
    /* Without a hint one is as good as another. */
    if(c[i].score < c[0].score || (i && !c[0].why[0]) ||
       r->targets == DOCTOR_MAX_TARGETS)
      break;
    if(!add(r, c[i].uri, c[i].server, e))
      return e->code ? e->code : E_NOT_FOUND;
    title(c[i].location, name, sizeof(name));
    doctor_run_assume(r, "the stream is %s (%s, %s): --location chooses",
                      c[i].uri, name,
                      c[i].why[0] ? c[i].why : "though nothing says so");
  }
  return 0;
}

int doctor_run_choose(struct doctor_run *r, struct err *e)
{
  if(r->order->location)
    return by_location(r, r->order->location, e);
  return by_guess(r, e);
}
