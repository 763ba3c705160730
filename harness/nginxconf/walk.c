/* SPDX-License-Identifier: MIT
 * Steps, variables and matches of a request on its way; see walk.h. */
#include "nginxconf/walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

const char *walk_text(struct walk *w, struct slice text)
{
  const char *p = conf_arena_text(w->route->arena, text);
  if(!p)
    w->out_of_memory = true;
  return p ? p : "";
}

const char *walk_join(struct walk *w, const char *a, const char *b,
                      const char *c)
{
  size_t n = strlen(a) + strlen(b) + strlen(c) + 1;
  char *text = conf_arena_get(w->route->arena, n);
  if(!text) {
    w->out_of_memory = true;
    return "";
  }
  snprintf(text, n, "%s%s%s", a, b, c);
  return text;
}

static void add_step(struct walk *w, const struct conf_directive *at,
                     const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void add_step(struct walk *w, const struct conf_directive *at,
                     const char *fmt, va_list ap)
{
  char text[600];
  struct conf_route *r = w->route;
  if(r->nsteps >= CONF_STEPS_MAX)
    return;
  vsnprintf(text, sizeof(text), fmt, ap);
  r->steps[r->nsteps].at = at;
  r->steps[r->nsteps++].text = walk_text(w, slice_of(text));
}

void walk_step(struct walk *w, const struct conf_directive *at,
               const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  add_step(w, at, fmt, ap);
  va_end(ap);
}

void walk_doubt(struct walk *w, const struct conf_directive *at,
                const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  add_step(w, at, fmt, ap);
  va_end(ap);
  w->route->certain = false;
}

void walk_set(struct walk *w, const char *name, const char *value)
{
  size_t i;
  for(i = 0; i < w->nvariables; i++) {
    if(strcmp(w->variables[i].name, name) == 0)
      break;
  }
  if(i == WALK_VARIABLES_MAX)
    return;
  w->variables[i].name = name;
  w->variables[i].value = value;
  if(i == w->nvariables)
    w->nvariables++;
}

static void keep_groups(struct walk *w, const struct regex_match *m)
{
  size_t i;
  for(i = 0; i < REGEX_GROUPS_MAX; i++)
    w->groups[i] = i < m->ngroups ? walk_text(w, m->groups[i]) : "";
  for(i = 0; i < m->nnames; i++)
    walk_set(w, walk_text(w, slice_of(m->names[i].name)),
             walk_text(w, m->names[i].value));
}

bool walk_match(struct walk *w, const struct conf_directive *at,
                struct slice pattern, bool ignore_case, const char *subject)
{
  struct regex_match m;
  enum regex_result result = REGEX_HARD;
  if(w->regexes < WALK_REGEXES_MAX) {
    w->regexes++;
    result = regex_run(pattern, ignore_case, slice_of(subject), &m);
  }
  if(result == REGEX_YES)
    keep_groups(w, &m);
  else if(result == REGEX_BAD)
    walk_doubt(w, at, "%.200s is not a regular expression; taken as no match",
               pattern.p);
  else if(result == REGEX_HARD)
    walk_doubt(w, at, "matching %.200s takes too much work; taken as no match",
               pattern.p);
  return result == REGEX_YES;
}

bool walk_test(struct walk *w, const struct conf_directive *at,
               struct slice pattern, bool ignore_case, const char *subject)
{
  bool yes = walk_match(w, at, pattern, ignore_case, subject);
  size_t i;
  for(i = 0; !yes && i < REGEX_GROUPS_MAX; i++)
    w->groups[i] = "";
  return yes;
}

/* ---- Variables ---- */

static const char *argument(struct walk *w, struct slice name)
{
  struct slice rest = slice_of(w->args);
  while(rest.p) {
    struct slice pair = slice_cut(&rest, '&');
    struct slice key = slice_cut(&pair, '=');
    if(key.n == name.n && strncasecmp(key.p, name.p, key.n) == 0)
      return walk_text(w, pair);
  }
  return "";
}

/* What an EventSource sends of its own accord. */
static const char *header(struct slice name)
{
  static const struct {
    const char *name, *value;
  } sent[] = {{"accept", "text/event-stream"},
              {"upgrade", ""},
              {"content_type", ""},
              {"content_length", ""},
              {"x_requested_with", ""}};
  size_t i;
  for(i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
    if(slice_ieq_cstr(name, sent[i].name))
      return sent[i].value;
  }
  return NULL;
}

static const char *port_text(struct walk *w)
{
  char text[16];
  snprintf(text, sizeof(text), "%u", w->route->listener.port);
  return walk_text(w, slice_of(text));
}

static const char *built_in(struct walk *w, struct slice name)
{
  bool ssl = w->route->listener.ssl;
  if(slice_eq_cstr(name, "uri") || slice_eq_cstr(name, "document_uri"))
    return w->uri;
  if(slice_eq_cstr(name, "request_uri"))
    return w->request->uri;
  if(slice_eq_cstr(name, "args") || slice_eq_cstr(name, "query_string"))
    return w->args;
  if(slice_eq_cstr(name, "is_args"))
    return w->args[0] ? "?" : "";
  if(slice_eq_cstr(name, "scheme"))
    return ssl ? "https" : "http";
  if(slice_eq_cstr(name, "https"))
    return ssl ? "on" : "";
  if(slice_eq_cstr(name, "request_method"))
    return w->method;
  if(slice_eq_cstr(name, "server_port"))
    return port_text(w);
  if(slice_eq_cstr(name, "http_host") && w->request->host)
    return w->request->host;
  if((slice_eq_cstr(name, "host") || slice_eq_cstr(name, "http_host")) &&
     w->host[0])
    return w->host;
  if(slice_eq_cstr(name, "server_name"))
    return conf_arg(conf_child(w->route->server, "server_name"), 0);
  return NULL;
}

const char *walk_variable(struct walk *w, struct slice name)
{
  const char *value;
  size_t i;
  if(name.n == 1 && name.p[0] >= '0' && name.p[0] <= '9')
    return w->groups[name.p[0] - '0'] ? w->groups[name.p[0] - '0'] : "";
  for(i = 0; i < w->nvariables; i++) {
    if(slice_eq_cstr(name, w->variables[i].name))
      return w->variables[i].value;
  }
  if(walk_map(w, name, &value))
    return value;
  if(slice_starts(name, "arg_"))
    return argument(w, (struct slice){name.p + 4, name.n - 4});
  if(slice_starts(name, "http_") && !slice_eq_cstr(name, "http_host"))
    return header((struct slice){name.p + 5, name.n - 5});
  return built_in(w, name);
}

static bool is_name(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

/* The name behind a "$", and how much of the text it takes. */
static struct slice name_at(const char *text, size_t *taken)
{
  size_t n = 0, brace = text[0] == '{' ? 1 : 0;
  if(!brace && text[0] >= '0' && text[0] <= '9')
    n = 1;
  else {
    while(is_name(text[brace + n]))
      n++;
  }
  *taken = n + brace + (brace && text[brace + n] == '}' ? 1 : 0);
  return (struct slice){text + brace, n};
}

static int expand(struct walk *w, const char *text, struct buf *out)
{
  int rc = 0;
  while(rc == 0 && *text) {
    size_t taken = 0;
    const char *value;
    struct slice name;
    if(*text != '$') {
      rc = buf_addc(out, *text++);
      continue;
    }
    name = name_at(text + 1, &taken);
    if(name.n == 0) {
      rc = buf_addc(out, *text++);
      continue;
    }
    value = walk_variable(w, name);
    rc = value ? buf_adds(out, value) : E_NOT_FOUND;
    text += 1 + taken;
  }
  return rc;
}

const char *walk_expand(struct walk *w, const char *text)
{
  struct buf b;
  const char *result = NULL;
  int rc;
  if(!strchr(text, '$'))
    return text;
  buf_init(&b, CONF_URI_MAX);
  rc = expand(w, text, &b);
  if(rc == 0)
    result = walk_text(w, (struct slice){buf_text(&b), b.n});
  if(rc == E_NOMEM)
    w->out_of_memory = true;
  buf_free(&b);
  return result;
}
