/* SPDX-License-Identifier: MIT
 * weir check's command line; see check_args.h. */
#include "cli/check_args.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/rng.h"
#include "cli/check_options.h"
#include "cli/profiles.h"
#include "conformance/check_ask.h"
#include "document/values.h"
#include "transport/url.h"

#define DESCRIPTOR_MAX_BYTES (256u << 10)

static const struct settings_owner owner = {
    .what = "descriptor", .keys_page = "weir check --help lists all"};

static bool given(const struct check_args *a, size_t row)
{
  return settings_given(a->settings, row);
}

static int set_option(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e)
{
  struct check_args *a = object;
  /* What came may be a copy of the row. */
  return settings_set(a->settings,
                      option_find(check_options(), slice_of(o->name)), text,
                      from->where, e);
}

/* What may be done to a server is not for a file to say. */
static int refuse_manners(const struct check_args *a, struct err *e)
{
  size_t row;
  for(row = CHECK_OWNED; row < CHECK_ROWS; row++) {
    if(given(a, row))
      return err_set(e, E_SYNTAX, "%s: only the command line may say \"%s\"",
                     settings_where(a->settings, row),
                     check_options()->row[row].name);
  }
  return 0;
}

static int read_descriptor(struct check_args *a, const char *path,
                           struct err *e)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = file_read(path, DESCRIPTOR_MAX_BYTES, &text, e);
  if(!rc)
    rc = settings_read(a->settings, buf_slice(&text), path, e);
  buf_free(&text);
  return rc ? rc : refuse_manners(a, e);
}

static int take_target(struct check_args *a, struct err *e)
{
  if(!a->given)
    return 0;
  if(!endpoint_is_url(a->given)) {
    int rc = common_refuse_bare(a->given, e);
    return rc ? rc : read_descriptor(a, a->given, e);
  }
  return settings_set(a->settings, &check_options()->row[ENDPOINT_URL],
                      slice_of(a->given), "the target", e);
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

/* What the probe's own client does not do is said before anything is sent. */
static int check_endpoint(const struct check_args *a, struct err *e)
{
  const struct endpoint *p = &a->endpoint;
  enum endpoint_row at;
  struct err why;
  if(endpoint_check(p, &at, &why))
    return settings_error(a->settings, at, e, "%s", why.text);
  if(p->proxy && strstr(p->proxy, "://") &&
     strncmp(p->proxy, "http://", 7) != 0)
    return settings_error(a->settings, ENDPOINT_PROXY, e,
                          "weir check goes through http:// proxies; others "
                          "(SOCKS, TLS to the proxy) are for load and watch");
  if(p->http == HTTP_2)
    return settings_error(a->settings, ENDPOINT_HTTP, e,
                          "weir check asks by HTTP/1.1, and over TLS by "
                          "HTTP/2 beside it: say auto or 1.1");
  return 0;
}

/* "unix:SOCKET:PATH" is a URL of localhost, asked for at the socket. */
static int take_apart(struct check_args *a, struct err *e)
{
  char **url[] = {&a->endpoint.url, &a->publish_url};
  size_t i;
  int rc = 0;
  for(i = 0; i < 2 && !rc; i++) {
    struct buf socket, http;
    if(!*url[i] || !endpoint_is_local(*url[i]))
      continue;
    buf_init(&socket, 0);
    buf_init(&http, 0);
    rc = endpoint_split_local(*url[i], &socket, &http);
    if(!rc && i == 0)
      a->endpoint.unix_socket = slice_dup(buf_slice(&socket));
    if(!rc && (!a->endpoint.unix_socket ||
               strcmp(a->endpoint.unix_socket, buf_text(&socket)) != 0))
      rc = settings_error(a->settings, CHECK_PUBLISH, e,
                          "a socket that is not the target's");
    if(!rc) {
      free(*url[i]);
      *url[i] = slice_dup(buf_slice(&http));
    }
    buf_free(&socket);
    buf_free(&http);
    if(!rc && !*url[i])
      rc = err_set(e, E_NOMEM, "out of memory");
  }
  return rc;
}

/* The request of the protocol on top, where nothing else is said of it. */
static int ask_protocol(struct check_args *a, struct err *e)
{
  uint32_t i;
  int rc = 0;
  if(!a->protocol)
    return a->var_count ? settings_error(a->settings, CHECK_VAR, e,
                                         "variables are those of --app")
                        : 0;
  a->asked.p = a->protocol;
  for(i = 0; i < a->var_count && !rc; i++) {
    rc = profile_set(a->protocol, &a->asked.vars, slice_of(a->var[i]), e);
    if(rc)
      err_prefix(e, "%s", settings_where(a->settings, CHECK_VAR));
  }
  return rc ? rc
            : check_ask(&a->asked, &a->endpoint, given(a, ENDPOINT_METHOD), e);
}

/* --user-a and --user-b are values of Authorization. */
static void learn(const struct check_args *a)
{
  const char *user[] = {a->user_a, a->user_b};
  size_t i;
  if(a->keep_secrets)
    return;
  endpoint_learn(&a->endpoint);
  for(i = 0; i < 2; i++) {
    if(user[i])
      values_learn_named(SLICE_LIT("Authorization"), slice_of(user[i]));
  }
  if(a->publish_url)
    values_learn_url(slice_of(a->publish_url));
}

static int make_target(struct check_args *a, struct err *e)
{
  struct url_parts parts;
  struct target *t;
  uint32_t i;
  if(!a->endpoint.url)
    return err_set(e, E_SYNTAX, "no target: weir check URL");
  if(take_apart(a, e) || ask_protocol(a, e) ||
     url_split(a->endpoint.url, &parts, e) || check_endpoint(a, e))
    return e->code;
  if(endpoint_finish(&a->endpoint, a->protocol || given(a, ENDPOINT_METHOD)))
    return err_set(e, E_NOMEM, "out of memory");
  learn(a);
  t = a->target = target_new(a->endpoint.url);
  if(!t)
    return err_set(e, E_NOMEM, "out of memory");
  endpoint_free(&t->endpoint);
  t->endpoint = a->endpoint;
  memset(&a->endpoint, 0, sizeof(a->endpoint));
  for(i = 0; i < t->endpoint.header_count; i++)
    target_note_header(t, t->endpoint.header[i].name);
  t->loopback = url_is_loopback(&parts);
  t->mode = t->loopback || a->via ? MODE_PROBE : MODE_LINT;
  t->seed = rng_fresh_seed() & INT32_MAX;
  t->app = a->protocol ? &a->asked : NULL;
  return 0;
}

/* What was found out at the time is in the saved target, and how it was asked
 * in the recordings. */
static int load_target(struct check_args *a, struct err *e)
{
  size_t row;
  for(row = 0; row < ENDPOINT_ROWS; row++) {
    if(given(a, row))
      return settings_error(a->settings, row, e,
                            "--from has a target already, as it was asked "
                            "then: give no other one");
  }
  return probe_load(a->from, &a->target, &a->loaded, e);
}

static void move_text(char **to, char **from)
{
  if(!*from)
    return;
  free(*to);
  *to = *from;
  *from = NULL;
}

static void declare_times(struct check_args *a, struct target *t)
{
  if(given(a, CHECK_HEARTBEAT)) {
    t->heartbeat_known = KNOWN_DECLARED;
    t->heartbeat_ns = a->heartbeat_ns;
  }
  if(t->heartbeat_ns && t->idle_window_ns < 2 * t->heartbeat_ns)
    t->idle_window_ns = 2 * t->heartbeat_ns;
  if(a->fast)
    target_set_fast(t);
  if(a->window_ns)
    t->window_ns = a->window_ns;
  if(a->idle_window_ns)
    t->idle_window_ns = a->idle_window_ns;
}

/* What was declared stands above what was found out or is usual. */
static void declare(struct check_args *a, struct target *t)
{
  static const enum resume_kind kinds[] = {RESUME_NONE, RESUME_AT_LEAST_ONCE,
                                           RESUME_EXACTLY_ONCE};
  a->owned = a->owned || a->via; /* that it forwards to us is proof */
  t->owned = a->owned;
  t->via = t->via || a->via;
  if(given(a, CHECK_MODE))
    t->mode = a->mode;
  if(given(a, CHECK_STRICT))
    t->strict = a->strict;
  if(given(a, CHECK_SEED))
    t->seed = a->seed;
  if(given(a, CHECK_HISTORY))
    t->history_events = a->history;
  if(given(a, CHECK_MIN_EVENTS))
    t->min_events = a->min_events;
  if(given(a, CHECK_CUTS))
    t->resume_rounds = a->cuts;
  if(given(a, CHECK_MAX_CONNECTIONS))
    t->max_connections = a->max_connections;
  if(given(a, CHECK_CLIENT))
    t->client = a->client ? CLIENT_FETCH : CLIENT_EVENTSOURCE;
  if(given(a, CHECK_STREAM)) {
    t->stream = a->stream ? STREAM_FINITE : STREAM_ENDLESS;
    t->stream_known = KNOWN_DECLARED;
  }
  if(given(a, CHECK_RESUME)) {
    t->resume = kinds[a->resume];
    t->resume_known = KNOWN_DECLARED;
  }
  move_text(&t->origin, &a->origin);
  move_text(&t->user_a, &a->user_a);
  move_text(&t->user_b, &a->user_b);
  move_text(&t->publish_url, &a->publish_url);
  move_text(&t->publish_method, &a->publish_method);
  declare_times(a, t);
}

static int load_protocol(struct check_args *a, struct err *e)
{
  if(strcmp(a->app, "none") == 0)
    return 0;
  if(strcmp(a->app, "auto") == 0)
    a->guess = profiles_load_all(&a->guesses, e);
  else
    a->protocol = profiles_load(a->app, e);
  if(a->protocol || a->guess)
    return 0;
  err_prefix(e, "%s",
             given(a, CHECK_APP) ? settings_where(a->settings, CHECK_APP)
                                 : "the protocol of the recordings");
  return e->code;
}

/* A stream that answers a request mostly has a protocol on top.  Where there
 * are no profiles to guess from, nobody asked for one. */
static int guess_unasked(struct check_args *a, struct err *e)
{
  if(a->app || target_is_get(a->target))
    return 0;
  a->guess = profiles_load_all(&a->guesses, e);
  return a->guess || e->code == E_NOT_FOUND ? 0 : e->code;
}

/* What was on top at the time is in the saved target, and stays there. */
static int keep_app(char **to, const char *from, struct err *e)
{
  if(*to || !from)
    return 0;
  *to = slice_dup(slice_of(from));
  return *to ? 0 : err_set(e, E_NOMEM, "out of memory");
}

static int finish(struct check_args *a, struct err *e)
{
  int rc = a->from ? load_target(a, e) : 0;
  if(!rc && a->from)
    rc = keep_app(&a->app, a->target->protocol, e);
  if(!rc && a->app)
    rc = load_protocol(a, e);
  if(!rc && !a->from)
    rc = make_target(a, e);
  if(!rc)
    rc = guess_unasked(a, e);
  if(!rc && a->protocol)
    rc = keep_app(&a->target->protocol, a->app, e);
  if(rc)
    return rc;
  declare(a, a->target);
  return allow(a, e);
}

/* A descriptor's settings come before those of the command line, wherever it
 * stands there. */
static int read_line(struct check_args *a, int argc, char **argv,
                     struct err *e)
{
  struct command_part part[] = {{&common_options, &a->common, NULL},
                                {check_options(), a, set_option}};
  struct command_word target = {"targets", NULL};
  struct command_line line = {part, 2, command_one, &target, false};
  int rc = command_look(&line, argc, argv, e);
  a->given = target.text;
  if(!rc)
    rc = take_target(a, e);
  return rc ? rc : command_read(&line, argc, argv, e);
}

int check_args_read(struct check_args *a, int argc, char **argv, struct err *e)
{
  int rc;
  memset(a, 0, sizeof(*a));
  common_init(&a->common);
  a->common.has_html = true;
  a->settings = settings_new(a, check_options(), &owner);
  if(!a->settings || option_set_default(a, check_options()))
    return err_set(e, E_NOMEM, "out of memory");
  rc = read_line(a, argc, argv, e);
  return rc || a->common.help ? rc : finish(a, e);
}

void check_args_free(struct check_args *a)
{
  option_free(a, check_options());
  settings_free(a->settings);
  a->settings = NULL;
  target_free(a->target);
  a->target = NULL;
  profile_vars_fini(&a->asked.vars);
  profile_free(a->protocol);
  a->protocol = NULL;
  profiles_free_all(a->guess, a->guesses);
  a->guess = NULL;
  a->guesses = 0;
  probe_result_free(&a->loaded);
}
