/* SPDX-License-Identifier: MIT
 * The rewrite directives of one level, run as nginx would as far as the text
 * allows; see walk.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nginxconf/walk.h"

void walk_answer(struct walk *w, const struct conf_directive *by, int status,
                 const char *target)
{
  struct conf_route *r = w->route;
  r->family = CONF_RETURN;
  r->handler = by;
  r->status = status;
  r->target = target;
  if(status >= 300 && status < 400 && target)
    walk_step(w, by, "answered with %d to %.300s", status, target);
  else
    walk_step(w, by, "answered with %d", status);
}

static int read_status(const char *text)
{
  int value = 0;
  size_t i;
  for(i = 0; text[i]; i++) {
    if(text[i] < '0' || text[i] > '9' || i > 2)
      return 0;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

static enum run run_return(struct walk *w, const struct conf_directive *d)
{
  int status = read_status(conf_arg(d, 0));
  const char *text = d->nargs > 1 ? conf_arg(d, 1) : NULL, *full;
  if(status == 0) {
    status = 302;
    text = conf_arg(d, 0);
  }
  full = text ? walk_expand(w, text) : NULL;
  if(status >= 400 && (!text || !text[0])) {
    w->status = status;
    w->route->handler = d;
    return RUN_ERROR;
  }
  walk_answer(w, d, status, full ? full : text);
  return RUN_DONE;
}

static enum run run_set(struct walk *w, const struct conf_directive *d)
{
  const char *name = conf_arg(d, 0);
  if(name[0] == '$')
    walk_set(w, name + 1, walk_expand(w, conf_arg(d, 1)));
  return RUN_ON;
}

/* ---- rewrite ---- */

static bool leads_away(const char *target)
{
  return strncmp(target, "http://", 7) == 0 ||
         strncmp(target, "https://", 8) == 0 ||
         strncmp(target, "$scheme", 7) == 0;
}

/* The query is appended unless the replacement ends with "?". */
static void take_target(struct walk *w, const char *full)
{
  struct slice rest = slice_of(full), path = slice_cut(&rest, '?');
  w->uri = walk_text(w, path);
  if(!rest.p)
    return;
  w->args = rest.n > 0 && w->args[0]
                ? walk_join(w, walk_text(w, rest), "&", w->args)
                : walk_text(w, rest);
}

static enum run end_rewrite(struct walk *w, const char *flag)
{
  if(strcmp(flag, "break") == 0) {
    w->changed = false;
    return RUN_BREAK;
  }
  return strcmp(flag, "last") == 0 ? RUN_LAST : RUN_ON;
}

static enum run run_rewrite(struct walk *w, const struct conf_directive *d)
{
  const char *target = conf_arg(d, 1), *flag = conf_arg(d, 2), *full;
  bool permanent = strcmp(flag, "permanent") == 0;
  if(!walk_test(w, d, (struct slice){conf_arg(d, 0), strlen(conf_arg(d, 0))},
                false, w->uri))
    return RUN_ON;
  full = walk_expand(w, target);
  if(permanent || strcmp(flag, "redirect") == 0 || leads_away(target)) {
    walk_answer(w, d, permanent ? 301 : 302, full ? full : target);
    return RUN_DONE;
  }
  if(!full || full[0] == '\0') {
    walk_doubt(w, d, "where %.200s leads is known to a run only", target);
    return end_rewrite(w, flag);
  }
  take_target(w, full);
  w->changed = true;
  w->internal = true;
  walk_step(w, d, "rewritten to %.300s%s%.100s", w->uri, w->args[0] ? "?" : "",
            w->args);
  return end_rewrite(w, flag);
}

/* ---- if ---- */

static bool is_handler(const char *name)
{
  size_t n = strlen(name);
  return n > 5 && strcmp(name + n - 5, "_pass") == 0;
}

/* What an `if` that may or may not hold makes unknown. */
static bool decides(struct walk *w, const struct conf_directive *d)
{
  const struct conf_directive *at = conf_walk(d, d);
  bool decides = false;
  for(; at; at = conf_walk(d, at)) {
    if(conf_is(at, "set") && conf_arg(at, 0)[0] == '$')
      walk_set(w, conf_arg(at, 0) + 1, NULL);
    else if(conf_is(at, "return") || conf_is(at, "rewrite") ||
            conf_is(at, "break") || is_handler(at->name))
      decides = true;
  }
  return decides;
}

static void leave_open(struct walk *w, const struct conf_directive *d)
{
  static const char sentence[] =
      "whether this condition holds depends on the request; taken as not";
  if(decides(w, d))
    walk_doubt(w, d, "%s", sentence);
  else
    walk_step(w, d, "%s", sentence);
  if(w->nopen < CONF_BRANCHES_MAX)
    w->open[w->nopen++] = d;
}

static enum run run_if(struct walk *w, const struct conf_directive *d)
{
  enum truth truth = walk_condition(w, d);
  if(truth == TRUTH_OPEN)
    leave_open(w, d);
  if(truth != TRUTH_YES)
    return RUN_ON;
  walk_step(w, d, "this condition holds");
  w->applied = d;
  return walk_rewrite(w, d);
}

static enum run run_one(struct walk *w, const struct conf_directive *d)
{
  if(conf_is(d, "return"))
    return run_return(w, d);
  if(conf_is(d, "rewrite"))
    return run_rewrite(w, d);
  if(conf_is(d, "set"))
    return run_set(w, d);
  if(conf_is(d, "if") && d->body == CONF_BLOCK)
    return run_if(w, d);
  if(strncmp(d->name, "rewrite_by_lua", 14) == 0 ||
     strncmp(d->name, "access_by_lua", 13) == 0 ||
     strncmp(d->name, "set_by_lua", 10) == 0)
    walk_doubt(w, d, "what %s does is known to a run only", d->name);
  if(conf_is(d, "break")) {
    w->changed = false;
    return RUN_BREAK;
  }
  return RUN_ON;
}

enum run walk_rewrite(struct walk *w, const struct conf_directive *level)
{
  const struct conf_directive *d = level->child;
  enum run run = RUN_ON;
  for(; d && run == RUN_ON; d = d->next)
    run = run_one(w, d);
  return run;
}
