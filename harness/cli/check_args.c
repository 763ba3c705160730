/* SPDX-License-Identifier: MIT
 * weir check's command line; see check_args.h. */
#include "cli/check_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "cli/check_options.h"
#include "transport/url.h"

int check_args_add(struct check_args *a, const struct check_option *o,
                   struct slice value, const char *where, struct err *e)
{
  struct check_setting *s = &a->setting[a->settings];
  if(a->settings == CHECK_ARGS_MAX)
    return err_set(e, E_TOO_LONG, "at most %d options", CHECK_ARGS_MAX);
  s->option = o;
  s->value = slice_dup(value);
  s->where = slice_dup(slice_of(where));
  a->settings++;
  return s->value && s->where ? 0 : err_set(e, E_NOMEM, "out of memory");
}

static int unknown(const struct option_found *f, struct err *e)
{
  const char *near = f->letter ? NULL : check_option_nearest(f->name);
  return err_set(e, E_SYNTAX, "unknown option %s%s%s%s", f->text,
                 near ? " (did you mean --" : "", near ? near : "",
                 near ? "?)" : "");
}

static int take_option(struct check_args *a, struct options *o,
                       const struct option_found *f, struct err *e)
{
  const struct check_option *row =
      f->letter ? check_option_letter(f->letter) : check_option_find(f->name);
  const char *value = "true";
  char where[60];
  int rc = common_take(&a->common, o, f, e);
  if(rc)
    return rc < 0 ? rc : 0;
  if(!row || row->scope == SCOPE_FILE)
    return unknown(f, e);
  if(row->unit)
    value = options_value(o, f, e);
  else if(f->value)
    value = f->value;
  if(!value)
    return E_SYNTAX;
  snprintf(where, sizeof(where), "--%s", row->name);
  return check_args_add(a, row, slice_of(value), where, e);
}

static int take_target(struct check_args *a, const char *text,
                       const char **seen, struct err *e)
{
  if(*seen)
    return err_set(e, E_SYNTAX, "two targets, \"%s\" and \"%s\": give one",
                   *seen, text);
  *seen = text;
  if(strstr(text, "://"))
    return check_args_add(a, check_option_find(SLICE_LIT("url")),
                          slice_of(text), "the target", e);
  return check_file_read(a, text, e);
}

/* Applies what only concerns where the rest comes from. */
static int apply_scope(struct check_args *a, bool early, struct err *e)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < a->settings && !rc; i++) {
    const struct check_setting *s = &a->setting[i];
    bool needs_target =
        s->option->scope == SCOPE_TARGET || s->option->scope == SCOPE_CHOICE;
    if(needs_target == early)
      continue;
    rc = s->option->apply(s->option, a, s->value, e);
    if(rc)
      err_prefix(e, "%s", s->where);
  }
  return rc;
}

static int allow(const struct check_args *a, struct err *e)
{
  if(a->target->mode == MODE_LINT || a->target->loopback || a->owned ||
     a->from)
    return 0;
  return err_set(e, E_RANGE,
                 "more than --mode lint sends requests that only the owner "
                 "of a server may send: say --i-own-this-target if %s is "
                 "yours",
                 a->target->endpoint.url);
}

static int make_target(struct check_args *a, struct err *e)
{
  struct url_parts parts;
  if(!a->url)
    return err_set(e, E_SYNTAX, "no target: weir check URL");
  if(strncmp(a->url, "http://", 7) != 0 && strncmp(a->url, "https://", 8) != 0)
    return err_set(e, E_SYNTAX, "\"%s\" is not an http:// or https:// URL",
                   a->url);
  a->target = target_new(a->url);
  if(!a->target)
    return err_set(e, E_NOMEM, "out of memory");
  if(url_split(a->url, &parts, e))
    return e->code;
  a->target->loopback = url_is_loopback(&parts);
  a->target->mode = a->target->loopback ? MODE_PROBE : MODE_LINT;
  a->target->seed = rng_fresh_seed() & INT32_MAX;
  return 0;
}

/* What was found out at the time is in the saved target. */
static int load_target(struct check_args *a, struct err *e)
{
  if(a->url)
    return err_set(e, E_SYNTAX,
                   "--from has a target already: give no other one");
  return probe_load(a->from, &a->target, &a->loaded, e);
}

static int finish(struct check_args *a, struct err *e)
{
  int rc = a->from ? load_target(a, e) : make_target(a, e);
  struct target *t = a->target;
  if(!rc)
    rc = apply_scope(a, false, e);
  if(rc)
    return rc;
  t->owned = a->owned;
  if(t->heartbeat_ns && t->idle_window_ns < 2 * t->heartbeat_ns)
    t->idle_window_ns = 2 * t->heartbeat_ns;
  if(a->fast)
    target_set_fast(t);
  if(a->window_ns)
    t->window_ns = a->window_ns;
  if(a->idle_window_ns)
    t->idle_window_ns = a->idle_window_ns;
  return allow(a, e);
}

/* A descriptor's settings come before those of the command line, wherever it
 * stands there. */
static int find_target(struct check_args *a, struct options *o, struct err *e)
{
  struct common scratch = {.has_html = true};
  const char *seen = NULL;
  struct option_found f;
  int rc = 0;
  while(rc >= 0 && options_next(o, &f)) {
    const struct check_option *row = NULL;
    if(f.positional) {
      rc = take_target(a, f.text, &seen, e);
      continue;
    }
    row = f.letter ? check_option_letter(f.letter) : check_option_find(f.name);
    if(row)
      rc = row->unit && !options_value(o, &f, e) ? E_SYNTAX : 0;
    else {
      rc = common_take(&scratch, o, &f, e);
      rc = rc == 0 ? unknown(&f, e) : (rc < 0 ? rc : 0);
    }
  }
  return rc;
}

int check_args_read(struct check_args *a, int argc, char **argv, struct err *e)
{
  struct options o;
  struct option_found f;
  int rc;
  memset(a, 0, sizeof(*a));
  common_init(&a->common);
  a->common.has_html = true;
  options_init(&o, argc, argv);
  rc = find_target(a, &o, e);
  options_init(&o, argc, argv);
  while(!rc && options_next(&o, &f)) {
    if(!f.positional)
      rc = take_option(a, &o, &f, e);
  }
  if(rc || a->common.help)
    return rc;
  rc = apply_scope(a, true, e);
  return rc ? rc : finish(a, e);
}

void check_args_free(struct check_args *a)
{
  size_t i;
  for(i = 0; i < a->settings; i++) {
    free(a->setting[i].value);
    free(a->setting[i].where);
  }
  a->settings = 0;
  target_free(a->target);
  a->target = NULL;
  probe_result_free(&a->loaded);
}
