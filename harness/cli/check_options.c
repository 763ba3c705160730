/* SPDX-License-Identifier: MIT
 * Options of weir check and what each does; see check_options.h. */
#include "cli/check_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"

#define HELP_COLUMN   30
#define WINDOW_MAX_NS (UINT64_C(3600) * NS_PER_SEC)
#define ARGS(field)   false, offsetof(struct check_args, field)
#define TARGET(field) true, offsetof(struct target, field)
#define NO_FIELD      false, 0

static void *field_of(const struct check_option *o, struct check_args *a)
{
  return o->in_target ? (char *)a->target + o->at : (char *)a + o->at;
}

/* The index of value in a list of words, or E_SYNTAX with all of them. */
static int pick(const char *const *words, int count, const char *value,
                struct err *e)
{
  int i;
  for(i = 0; i < count; i++) {
    if(strcmp(words[i], value) == 0)
      return i;
  }
  return err_set(e, E_SYNTAX, "\"%s\" is none of %s, %s%s%s", value, words[0],
                 words[1], count > 2 ? ", " : "", count > 2 ? words[2] : "");
}

/* Kinds: the row says where their field is. */

static bool is_on(const char *value)
{
  return strcmp(value, "false") != 0 && strcmp(value, "no") != 0;
}

static int set_flag(OPTION_PARAMETERS)
{
  (void)e;
  *(bool *)field_of(o, a) = is_on(value);
  return 0;
}

static int set_text(OPTION_PARAMETERS)
{
  (void)e;
  *(const char **)field_of(o, a) = value;
  return 0;
}

static int set_target_text(OPTION_PARAMETERS)
{
  char **field = field_of(o, a);
  char *copy = slice_dup(slice_of(value));
  if(!copy)
    return err_set(e, E_NOMEM, "out of memory");
  free(*field);
  *field = copy;
  return 0;
}

static int set_time(OPTION_PARAMETERS)
{
  uint64_t *field = field_of(o, a);
  if(units_duration_ns(slice_of(value), field) || *field < NS_PER_SEC ||
     *field > WINDOW_MAX_NS)
    return err_set(e, E_RANGE, "\"%s\" is not a time from 1s to 1h", value);
  return 0;
}

static int target_count(OPTION_PARAMETERS, uint32_t most)
{
  uint64_t n;
  if(units_count(slice_of(value), &n) || n < 1 || n > most)
    return err_set(e, E_RANGE, "\"%s\" is not a number from 1 to %u", value,
                   most);
  *(uint32_t *)field_of(o, a) = (uint32_t)n;
  return 0;
}

/* Single ones */

static int set_cuts(OPTION_PARAMETERS)
{
  return target_count(o, a, value, e, 1000);
}

static int set_max_connections(OPTION_PARAMETERS)
{
  return target_count(o, a, value, e, 500);
}

static int set_origin(OPTION_PARAMETERS)
{
  if(!strstr(value, "://"))
    return err_set(e, E_SYNTAX,
                   "\"%s\" is no origin: https://app.example.org is one",
                   value);
  return set_target_text(o, a, value, e);
}

static int set_publish(OPTION_PARAMETERS)
{
  if(!strstr(value, "://"))
    return err_set(e, E_SYNTAX, "\"%s\" is not an absolute URL", value);
  return set_target_text(o, a, value, e);
}

static int set_mode(OPTION_PARAMETERS)
{
  static const char *const words[] = {"lint", "probe", "full"};
  int i = pick(words, 3, value, e);
  (void)o;
  if(i < 0)
    return i;
  a->target->mode = (enum plan_mode)i;
  return 0;
}

static int set_only(OPTION_PARAMETERS)
{
  (void)o;
  (void)e;
  a->only[a->onlys++] = value;
  return 0;
}

static int set_skip(OPTION_PARAMETERS)
{
  (void)o;
  (void)e;
  a->skip[a->skips++] = value;
  return 0;
}

static int set_header(OPTION_PARAMETERS)
{
  struct slice rest = slice_of(value);
  struct slice name = slice_trim(slice_cut(&rest, ':'));
  char *copy;
  int rc;
  (void)o;
  if(!name.n || !rest.p)
    return err_set(e, E_SYNTAX, "\"%s\" is not \"Name: value\"", value);
  copy = slice_dup(name);
  rest = slice_trim(rest);
  rc = copy ? target_add_header(a->target, copy, rest.p ? rest.p : "")
            : E_NOMEM;
  free(copy);
  return rc ? err_set(e, rc, "out of memory") : 0;
}

static int set_heartbeat(OPTION_PARAMETERS)
{
  (void)o;
  a->target->heartbeat_known = KNOWN_DECLARED;
  a->target->heartbeat_ns = 0;
  if(strcmp(value, "none") == 0)
    return 0;
  if(units_duration_ns(slice_of(value), &a->target->heartbeat_ns) ||
     !a->target->heartbeat_ns)
    return err_set(e, E_SYNTAX, "\"%s\" is neither a duration (15s) nor none",
                   value);
  return 0;
}

static int set_stream(OPTION_PARAMETERS)
{
  static const char *const words[] = {"endless", "finite"};
  int i = pick(words, 2, value, e);
  (void)o;
  if(i < 0)
    return i;
  a->target->stream = i ? STREAM_FINITE : STREAM_ENDLESS;
  a->target->stream_known = KNOWN_DECLARED;
  return 0;
}

static int set_resume(OPTION_PARAMETERS)
{
  static const char *const words[] = {"none", "at-least-once", "exactly-once"};
  static const enum resume_kind kinds[] = {RESUME_NONE, RESUME_AT_LEAST_ONCE,
                                           RESUME_EXACTLY_ONCE};
  int i = pick(words, 3, value, e);
  (void)o;
  if(i < 0)
    return i;
  a->target->resume = kinds[i];
  a->target->resume_known = KNOWN_DECLARED;
  return 0;
}

static int set_target_number(OPTION_PARAMETERS)
{
  if(units_count(slice_of(value), field_of(o, a)))
    return err_set(e, E_SYNTAX, "\"%s\" is not a number", value);
  return 0;
}

/* "PORT" or "ADDRESS:PORT", where the proxy forwards to. */
static int set_via(OPTION_PARAMETERS)
{
  const char *colon = strrchr(value, ':'), *port = colon ? colon + 1 : value;
  size_t digits = strspn(port, "0123456789");
  long n = strtol(port, NULL, 10);
  (void)o;
  if(!digits || digits > 5 || port[digits] || n < 1 || n > 65535)
    return err_set(e, E_RANGE,
                   "\"%s\" is not the port (1 to 65535) that the proxy "
                   "forwards to",
                   value);
  a->via = value;
  a->target->via = true;
  /* That the proxy forwards to us is proof of whose it is. */
  a->owned = true;
  if(a->target->mode < MODE_PROBE)
    a->target->mode = MODE_PROBE;
  return 0;
}

static const struct check_option options[] = {
    {"mode", 0, "MODE", SCOPE_CHOICE, set_mode, NO_FIELD,
     "lint: one ordinary connection, passive; probe: also other methods and "
     "headers; full: also waiting, resuming, crowds (default: probe on "
     "loopback, else lint)"},
    {"fast", 0, NULL, SCOPE_CHOICE, set_flag, ARGS(fast),
     "shorter windows of observation"},
    {"window", 0, "TIME", SCOPE_CHOICE, set_time, ARGS(window_ns),
     "how long a stream is watched (5s; with --fast 2s)"},
    {"idle-window", 0, "TIME", SCOPE_CHOICE, set_time, ARGS(idle_window_ns),
     "how long it is watched for heartbeats and its end (20s, at least two "
     "heartbeats; with --fast at most 6s); 5m shows what proxies cut"},
    {"only", 0, "GLOB", SCOPE_CHOICE, set_only, NO_FIELD,
     "only checks like that: frame.*; repeatable"},
    {"skip", 0, "GLOB", SCOPE_CHOICE, set_skip, NO_FIELD,
     "not those; repeatable"},
    {"strict", 0, NULL, SCOPE_CHOICE, set_flag, TARGET(strict),
     "warnings fail too, and what could not be tested"},
    {"header", 'H', "LINE", SCOPE_TARGET, set_header, NO_FIELD,
     "sent with every request; repeatable"},
    {"location-trusted", 0, NULL, SCOPE_TARGET, set_flag,
     TARGET(endpoint.location_trusted),
     "send all of them to any origin that redirects lead to, not only "
     "harmless "
     "ones"},
    {"method", 0, "NAME", SCOPE_TARGET, set_target_text,
     TARGET(endpoint.method), "of the stream's request (GET)"},
    {"body", 0, "TEXT", SCOPE_TARGET, set_target_text, TARGET(endpoint.body),
     "of the stream's request"},
    {"origin", 0, "ORIGIN", SCOPE_TARGET, set_origin, TARGET(origin),
     "a web page's that may read the stream: judges CORS"},
    {"user-a", 0, "VALUE", SCOPE_TARGET, set_target_text, TARGET(user_a),
     "Authorization of one user"},
    {"user-b", 0, "VALUE", SCOPE_TARGET, set_target_text, TARGET(user_b),
     "and of another: judges who may replay what"},
    {"heartbeat", 0, "TIME", SCOPE_TARGET, set_heartbeat, NO_FIELD,
     "the interval promised (15s), or none"},
    {"stream", 0, "KIND", SCOPE_TARGET, set_stream, NO_FIELD,
     "endless or finite"},
    {"resume", 0, "KIND", SCOPE_TARGET, set_resume, NO_FIELD,
     "none, at-least-once or exactly-once"},
    {"history", 0, "N", SCOPE_TARGET, set_target_number,
     TARGET(history_events), "events kept for those who come back"},
    {"min-events", 0, "N", SCOPE_TARGET, set_target_number, TARGET(min_events),
     "events that must come for the stream to be judged (1); 0 accepts one "
     "that is idle"},
    {"cuts", 0, "N", SCOPE_TARGET, set_cuts, TARGET(resume_rounds),
     "how often a stream is cut to see it resume (12)"},
    {"publish", 0, "URL", SCOPE_TARGET, set_publish, TARGET(publish_url),
     "a hook that makes the target send an event: judges injection"},
    {"publish-method", 0, "NAME", SCOPE_TARGET, set_target_text,
     TARGET(publish_method), "of the hook (POST)"},
    {"max-connections", 0, "N", SCOPE_TARGET, set_max_connections,
     TARGET(max_connections), "streams that the target holds, at most 500"},
    {"via-origin", 0, "PORT", SCOPE_TARGET, set_via, NO_FIELD,
     "the target is a proxy that forwards to this port (or ADDRESS:PORT): "
     "weir takes the place of the application there and compares both "
     "sides, proxy.*"},
    {"insecure", 'k', NULL, SCOPE_TARGET, set_flag, TARGET(endpoint.insecure),
     "take any certificate"},
    {"ca", 0, "FILE", SCOPE_TARGET, set_target_text, TARGET(endpoint.ca_file),
     "certificates to trust"},
    {"i-own-this-target", 0, NULL, SCOPE_MANNERS, set_flag, ARGS(owned),
     "allow more than lint against other hosts than this, and PUT and DELETE "
     "in full mode"},
    {"dry-run", 0, NULL, SCOPE_MANNERS, set_flag, ARGS(dry_run),
     "print the plan, stop"},
    {"save-recordings", 0, "DIR", SCOPE_MANNERS, set_text, ARGS(save),
     "keep all that was sent and received"},
    {"from", 0, "DIR", SCOPE_MANNERS, set_text, ARGS(from),
     "judge recordings again, without a network"},
    {"keep-secrets", 0, NULL, SCOPE_MANNERS, set_flag, ARGS(keep_secrets),
     "do not mask credentials in results"},
    {"profile", 0, "FILE", SCOPE_MANNERS, set_text, ARGS(profile),
     "expected verdicts, lines of \"check.id FAIL reason\""},
    {"seed", 0, "N", SCOPE_CHOICE, set_target_number, TARGET(seed),
     "of all random choices"},
    {"url", 0, "URL", SCOPE_FILE, set_text, ARGS(url), ""},
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

/* Underscores may stand for dashes, as in scenarios. */
static bool is_name(const char *name, struct slice given)
{
  size_t i, n = strlen(name);
  if(n != given.n)
    return false;
  for(i = 0; i < n; i++) {
    if(given.p[i] != name[i] && !(name[i] == '-' && given.p[i] == '_'))
      return false;
  }
  return true;
}

const struct check_option *check_option_find(struct slice name)
{
  size_t i;
  for(i = 0; i < OPTIONS; i++) {
    if(is_name(options[i].name, name))
      return &options[i];
  }
  return slice_eq_cstr(name, "headers")
             ? check_option_find(SLICE_LIT("header"))
             : NULL;
}

const struct check_option *check_option_letter(char letter)
{
  size_t i;
  for(i = 0; i < OPTIONS; i++) {
    if(options[i].letter == letter)
      return &options[i];
  }
  return NULL;
}

const char *check_option_nearest(struct slice name)
{
  char *text = slice_dup(name);
  const char *best = NULL;
  int least = 4;
  size_t i;
  for(i = 0; i < OPTIONS && text; i++) {
    int d = units_distance(text, options[i].name);
    if(d < least) {
      least = d;
      best = options[i].name;
    }
  }
  free(text);
  return best;
}

int check_options_text(struct buf *out)
{
  size_t i;
  for(i = 0; i < OPTIONS; i++) {
    const struct check_option *o = &options[i];
    char name[60];
    if(o->scope == SCOPE_FILE)
      continue;
    snprintf(name, sizeof(name), "  %c%c%c --%s%s%s", o->letter ? '-' : ' ',
             o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
             o->unit ? " " : "", o->unit ? o->unit : "");
    buf_addf(out, "%-*s", HELP_COLUMN, name);
    buf_add_wrapped(out, HELP_COLUMN, o->help);
  }
  return out->rc;
}
