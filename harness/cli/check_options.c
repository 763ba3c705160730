/* SPDX-License-Identifier: MIT
 * Options of weir check and what each does; see check_options.h. */
#include "cli/check_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define HELP_COLUMN 30

static int replace_text(char **field, const char *value, struct err *e)
{
  char *copy = slice_dup(slice_of(value));
  if(!copy)
    return err_set(e, E_NOMEM, "out of memory");
  free(*field);
  *field = copy;
  return 0;
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

static int set_url(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->url = value;
  return 0;
}

static int set_mode(struct check_args *a, const char *value, struct err *e)
{
  static const char *const words[] = {"lint", "probe", "full"};
  int i = pick(words, 3, value, e);
  if(i < 0)
    return i;
  a->target->mode = (enum plan_mode)i;
  return 0;
}

static bool is_on(const char *value)
{
  return strcmp(value, "false") != 0 && strcmp(value, "no") != 0;
}

static int set_fast(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->fast = is_on(value);
  return 0;
}

static int set_strict(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->target->strict = is_on(value);
  return 0;
}

static int set_owned(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->owned = is_on(value);
  return 0;
}

static int set_dry_run(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->dry_run = is_on(value);
  return 0;
}

static int set_keep(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->keep_secrets = is_on(value);
  return 0;
}

static int set_insecure(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->target->insecure = is_on(value);
  return 0;
}

static int set_only(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->only[a->onlys++] = value;
  return 0;
}

static int set_skip(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->skip[a->skips++] = value;
  return 0;
}

static int set_header(struct check_args *a, const char *value, struct err *e)
{
  struct slice rest = slice_of(value);
  struct slice name = slice_trim(slice_cut(&rest, ':'));
  char *copy;
  int rc;
  if(!name.n || !rest.p)
    return err_set(e, E_SYNTAX, "\"%s\" is not \"Name: value\"", value);
  copy = slice_dup(name);
  rest = slice_trim(rest);
  rc = copy ? target_add_header(a->target, copy, rest.p ? rest.p : "")
            : E_NOMEM;
  free(copy);
  return rc ? err_set(e, rc, "out of memory") : 0;
}

static int set_method(struct check_args *a, const char *value, struct err *e)
{
  return replace_text(&a->target->method, value, e);
}

static int set_body(struct check_args *a, const char *value, struct err *e)
{
  return replace_text(&a->target->body, value, e);
}

static int set_origin(struct check_args *a, const char *value, struct err *e)
{
  if(!strstr(value, "://"))
    return err_set(e, E_SYNTAX,
                   "\"%s\" is no origin: https://app.example.org is one",
                   value);
  return replace_text(&a->target->origin, value, e);
}

static int set_user_a(struct check_args *a, const char *value, struct err *e)
{
  return replace_text(&a->target->user_a, value, e);
}

static int set_user_b(struct check_args *a, const char *value, struct err *e)
{
  return replace_text(&a->target->user_b, value, e);
}

static int set_heartbeat(struct check_args *a, const char *value,
                         struct err *e)
{
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

static int set_stream(struct check_args *a, const char *value, struct err *e)
{
  static const char *const words[] = {"endless", "finite"};
  int i = pick(words, 2, value, e);
  if(i < 0)
    return i;
  a->target->stream = i ? STREAM_FINITE : STREAM_ENDLESS;
  a->target->stream_known = KNOWN_DECLARED;
  return 0;
}

static int set_resume(struct check_args *a, const char *value, struct err *e)
{
  static const char *const words[] = {"none", "at-least-once", "exactly-once"};
  static const enum resume_kind kinds[] = {RESUME_NONE, RESUME_AT_LEAST_ONCE,
                                           RESUME_EXACTLY_ONCE};
  int i = pick(words, 3, value, e);
  if(i < 0)
    return i;
  a->target->resume = kinds[i];
  a->target->resume_known = KNOWN_DECLARED;
  return 0;
}

static int set_publish(struct check_args *a, const char *value, struct err *e)
{
  if(!strstr(value, "://"))
    return err_set(e, E_SYNTAX, "\"%s\" is not an absolute URL", value);
  return replace_text(&a->target->publish_url, value, e);
}

static int set_publish_method(struct check_args *a, const char *value,
                              struct err *e)
{
  return replace_text(&a->target->publish_method, value, e);
}

static int set_max_connections(struct check_args *a, const char *value,
                               struct err *e)
{
  uint64_t n;
  if(units_count(slice_of(value), &n) || n < 1 || n > 500)
    return err_set(e, E_RANGE, "\"%s\" is not a number from 1 to 500", value);
  a->target->max_connections = (uint32_t)n;
  return 0;
}

static int set_history(struct check_args *a, const char *value, struct err *e)
{
  if(units_count(slice_of(value), &a->target->history_events))
    return err_set(e, E_SYNTAX, "\"%s\" is not a number", value);
  return 0;
}

static int set_cuts(struct check_args *a, const char *value, struct err *e)
{
  uint64_t n;
  if(units_count(slice_of(value), &n) || n < 1 || n > 1000)
    return err_set(e, E_RANGE, "\"%s\" is not a number from 1 to 1000", value);
  a->target->resume_rounds = (uint32_t)n;
  return 0;
}

static int set_ca(struct check_args *a, const char *value, struct err *e)
{
  return replace_text(&a->target->ca_file, value, e);
}

static int set_save(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->save = value;
  return 0;
}

static int set_from(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->from = value;
  return 0;
}

static int set_profile(struct check_args *a, const char *value, struct err *e)
{
  (void)e;
  a->profile = value;
  return 0;
}

static int set_seed(struct check_args *a, const char *value, struct err *e)
{
  char *end;
  a->target->seed = strtoull(value, &end, 10);
  return *value && !*end
             ? 0
             : err_set(e, E_SYNTAX, "\"%s\" is not a number", value);
}

static const struct check_option options[] = {
    {"mode", 0, "MODE", SCOPE_CHOICE, set_mode,
     "lint: one ordinary connection, passive; probe: also other methods and "
     "headers; full: also waiting, resuming, crowds (default: probe on "
     "loopback, else lint)"},
    {"fast", 0, NULL, SCOPE_CHOICE, set_fast,
     "shorter windows of observation"},
    {"only", 0, "GLOB", SCOPE_CHOICE, set_only,
     "only checks like that: frame.*; repeatable"},
    {"skip", 0, "GLOB", SCOPE_CHOICE, set_skip, "not those; repeatable"},
    {"strict", 0, NULL, SCOPE_CHOICE, set_strict,
     "warnings fail too, and what could not be tested"},
    {"header", 'H', "LINE", SCOPE_TARGET, set_header,
     "sent with every request; repeatable"},
    {"method", 0, "NAME", SCOPE_TARGET, set_method,
     "of the stream's request (GET)"},
    {"body", 0, "TEXT", SCOPE_TARGET, set_body, "of the stream's request"},
    {"origin", 0, "ORIGIN", SCOPE_TARGET, set_origin,
     "a web page's that may read the stream: judges CORS"},
    {"user-a", 0, "VALUE", SCOPE_TARGET, set_user_a,
     "Authorization of one user"},
    {"user-b", 0, "VALUE", SCOPE_TARGET, set_user_b,
     "and of another: judges who may replay what"},
    {"heartbeat", 0, "TIME", SCOPE_TARGET, set_heartbeat,
     "the interval promised (15s), or none"},
    {"stream", 0, "KIND", SCOPE_TARGET, set_stream, "endless or finite"},
    {"resume", 0, "KIND", SCOPE_TARGET, set_resume,
     "none, at-least-once or exactly-once"},
    {"history", 0, "N", SCOPE_TARGET, set_history,
     "events kept for those who come back"},
    {"cuts", 0, "N", SCOPE_TARGET, set_cuts,
     "how often a stream is cut to see it resume (12)"},
    {"publish", 0, "URL", SCOPE_TARGET, set_publish,
     "a hook that makes the target send an event: judges injection"},
    {"publish-method", 0, "NAME", SCOPE_TARGET, set_publish_method,
     "of the hook (POST)"},
    {"max-connections", 0, "N", SCOPE_TARGET, set_max_connections,
     "streams that the target holds, at most 500"},
    {"insecure", 'k', NULL, SCOPE_TARGET, set_insecure,
     "take any certificate"},
    {"ca", 0, "FILE", SCOPE_TARGET, set_ca, "certificates to trust"},
    {"i-own-this-target", 0, NULL, SCOPE_MANNERS, set_owned,
     "allow more than lint against other hosts than this"},
    {"dry-run", 0, NULL, SCOPE_MANNERS, set_dry_run, "print the plan, stop"},
    {"save-recordings", 0, "DIR", SCOPE_MANNERS, set_save,
     "keep all that was sent and received"},
    {"from", 0, "DIR", SCOPE_MANNERS, set_from,
     "judge recordings again, without a network"},
    {"keep-secrets", 0, NULL, SCOPE_MANNERS, set_keep,
     "do not mask credentials in results"},
    {"profile", 0, "FILE", SCOPE_MANNERS, set_profile,
     "expected verdicts, lines of \"check.id FAIL reason\""},
    {"seed", 0, "N", SCOPE_CHOICE, set_seed, "of all random choices"},
    {"url", 0, "URL", SCOPE_FILE, set_url, ""},
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

/* The help sentence, wrapped behind the column of names. */
static int wrap(const char *text, struct buf *out)
{
  size_t column = HELP_COLUMN;
  int rc = 0;
  while(*text && !rc) {
    size_t n = strcspn(text, " ");
    if(column + n > 78) {
      rc = buf_addf(out, "\n%*s", HELP_COLUMN, "");
      column = HELP_COLUMN;
    }
    if(!rc)
      rc = buf_add(out, text, n);
    text += n + (text[n] == ' ');
    column += n + 1;
    if(!rc && *text)
      rc = buf_addc(out, ' ');
  }
  return rc ? rc : buf_addc(out, '\n');
}

int check_options_text(struct buf *out)
{
  size_t i;
  int rc = 0;
  for(i = 0; i < OPTIONS && !rc; i++) {
    const struct check_option *o = &options[i];
    char name[60];
    if(o->scope == SCOPE_FILE)
      continue;
    snprintf(name, sizeof(name), "  %c%c%c --%s%s%s", o->letter ? '-' : ' ',
             o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
             o->unit ? " " : "", o->unit ? o->unit : "");
    rc = buf_addf(out, "%-*s", HELP_COLUMN, name);
    if(!rc)
      rc = wrap(o->help, out);
  }
  return rc;
}
