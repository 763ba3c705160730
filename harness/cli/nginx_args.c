/* SPDX-License-Identifier: MIT
 * weir nginx's command line; see nginx_args.h. */
#include "cli/nginx_args.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"

#define HELP_COLUMN 29

struct nginx_option {
  const char *name, *unit; /* unit NULL: a flag */
  int (*apply)(struct nginx_args *a, const char *value, struct err *e);
  const char *help;
};

static int set_location(struct nginx_args *a, const char *value, struct err *e)
{
  if(value[0] != '/')
    return err_set(e, E_SYNTAX, "\"%s\" is no path: /events is one", value);
  a->location = value;
  return 0;
}

static int set_host(struct nginx_args *a, const char *value, struct err *e)
{
  (void)e;
  a->host = value;
  return 0;
}

static int duration(const char *value, uint64_t *out, struct err *e)
{
  uint64_t ns;
  if(units_duration_ns(slice_of(value), &ns) || ns < 1000000)
    return err_set(e, E_SYNTAX, "\"%s\" is not a duration (15s)", value);
  *out = ns / 1000000;
  return 0;
}

static int set_heartbeat(struct nginx_args *a, const char *value,
                         struct err *e)
{
  return duration(value, &a->declared.heartbeat_ms, e);
}

static int set_silence(struct nginx_args *a, const char *value, struct err *e)
{
  return duration(value, &a->declared.quiet_ms, e);
}

static int set_streams(struct nginx_args *a, const char *value, struct err *e)
{
  if(units_count(slice_of(value), &a->declared.streams) ||
     !a->declared.streams)
    return err_set(e, E_SYNTAX, "\"%s\" is not a number of streams", value);
  return 0;
}

static int set_size(struct nginx_args *a, const char *value, struct err *e)
{
  struct doctor_declared *d = &a->declared;
  if(d->sizes == DOCTOR_MAX_SIZES)
    return err_set(e, E_TOO_LONG, "at most %d sizes", DOCTOR_MAX_SIZES);
  if(units_bytes(slice_of(value), &d->size_bytes[d->sizes]))
    return err_set(e, E_SYNTAX, "\"%s\" is not a size (10k)", value);
  d->sizes++;
  return 0;
}

static int set_transport(struct nginx_args *a, const char *value,
                         struct err *e)
{
  static const char *const names[DOCTOR_TRANSPORT_COUNT] = {"h1", "tls", "h2"};
  size_t i;
  for(i = 0; i < DOCTOR_TRANSPORT_COUNT; i++) {
    if(strcmp(value, names[i]) == 0) {
      a->declared.transports |= 1u << i;
      return 0;
    }
  }
  return err_set(e, E_SYNTAX,
                 "\"%s\" is none of h1 (plain), tls (HTTPS, HTTP/1.1), h2",
                 value);
}

static int set_version(struct nginx_args *a, const char *value, struct err *e)
{
  if(conf_version_parse(value, &a->version))
    return err_set(e, E_SYNTAX, "\"%s\" is no version: 1.22.1 is one", value);
  a->version_text = value;
  return 0;
}

static int set_binary(struct nginx_args *a, const char *value, struct err *e)
{
  (void)e;
  a->binary = value;
  return 0;
}

static int set_static(struct nginx_args *a, const char *value, struct err *e)
{
  (void)value;
  (void)e;
  a->static_only = true;
  return 0;
}

static int set_effective(struct nginx_args *a, const char *value,
                         struct err *e)
{
  if(value[0] != '/')
    return err_set(e, E_SYNTAX, "\"%s\" is no path: /events is one", value);
  a->effective = value;
  return 0;
}

static int set_fix(struct nginx_args *a, const char *value, struct err *e)
{
  (void)e;
  a->fix = value;
  return 0;
}

static int set_force(struct nginx_args *a, const char *value, struct err *e)
{
  (void)value;
  (void)e;
  a->force = true;
  return 0;
}

static int set_keep(struct nginx_args *a, const char *value, struct err *e)
{
  (void)value;
  (void)e;
  a->keep = true;
  return 0;
}

static int set_explain(struct nginx_args *a, const char *value, struct err *e)
{
  (void)value;
  (void)e;
  a->explain = true;
  return 0;
}

static int set_strict(struct nginx_args *a, const char *value, struct err *e)
{
  (void)value;
  (void)e;
  a->strict = true;
  return 0;
}

static int set_secrets(struct nginx_args *a, const char *value, struct err *e)
{
  (void)value;
  (void)e;
  a->keep_secrets = true;
  return 0;
}

static const struct nginx_option options[] = {
    {"location", "URI", set_location,
     "the path of the stream; without it the likeliest is taken, and named"},
    {"host", "NAME", set_host, "of the request: chooses among servers"},
    {"heartbeat", "TIME", set_heartbeat,
     "the application sends something at least this often (15s)"},
    {"silence", "TIME", set_silence,
     "the longest silence that a stream has to survive"},
    {"streams", "N", set_streams, "how many there will be at once"},
    {"event-size", "SIZE", set_size, "of events (10k); repeatable"},
    {"transport", "NAME", set_transport,
     "how clients come: h1, tls (HTTPS with HTTP/1.1), h2; repeatable"},
    {"static-only", NULL, set_static,
     "judge the text alone, do not run nginx"},
    {"nginx-version", "X.Y.Z", set_version, "of the nginx it is meant for"},
    {"nginx-binary", "FILE", set_binary, "the nginx to run"},
    {"fix", "FILE|DIR", set_fix, "write the corrected configuration there"},
    {"force", NULL, set_force,
     "--fix may replace files that the configuration was read from"},
    {"effective", "URI", set_effective,
     "print the settings that hold for URI, and where each stands; stop"},
    {"explain", NULL, set_explain, "the long text of each finding"},
    {"strict", NULL, set_strict, "warnings fail too"},
    {"keep", NULL, set_keep, "leave the private folder of the run behind"},
    {"keep-secrets", NULL, set_secrets, "do not mask credentials in results"},
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static const struct nginx_option *find(struct slice name)
{
  size_t i;
  for(i = 0; i < OPTIONS; i++) {
    if(slice_eq_cstr(name, options[i].name))
      return &options[i];
  }
  return NULL;
}

static int unknown(const struct option_found *f, struct err *e)
{
  char *name = slice_dup(f->name);
  const char *best = NULL;
  int least = 4;
  size_t i;
  for(i = 0; i < OPTIONS && name && !f->letter; i++) {
    int d = units_distance(name, options[i].name);
    if(d < least) {
      least = d;
      best = options[i].name;
    }
  }
  free(name);
  return err_set(e, E_SYNTAX, "unknown option %s%s%s%s", f->text,
                 best ? " (did you mean --" : "", best ? best : "",
                 best ? "?)" : "");
}

static int take(struct nginx_args *a, struct options *o,
                const struct option_found *f, struct err *e)
{
  const struct nginx_option *row;
  const char *value = "";
  int rc = common_take(&a->common, o, f, e);
  if(rc)
    return rc < 0 ? rc : 0;
  row = f->letter ? NULL : find(f->name);
  if(!row)
    return unknown(f, e);
  if(row->unit) {
    value = options_value(o, f, e);
    if(!value)
      return E_SYNTAX;
  } else {
    rc = options_flag(o, f, e);
  }
  if(!rc)
    rc = row->apply(a, value, e);
  if(rc)
    err_prefix(e, "--%s", row->name);
  return rc;
}

static int take_path(struct nginx_args *a, const char *text, struct err *e)
{
  if(a->path)
    return err_set(e, E_SYNTAX,
                   "two configurations, \"%s\" and \"%s\": give one", a->path,
                   text);
  a->path = text;
  return 0;
}

int nginx_args_read(struct nginx_args *a, int argc, char **argv, struct err *e)
{
  struct options o;
  struct option_found f;
  long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  int rc = 0;
  memset(a, 0, sizeof(*a));
  common_init(&a->common);
  a->common.has_html = true;
  a->declared.workers = cpus > 0 ? (uint64_t)cpus : 1;
  options_init(&o, argc, argv);
  while(!rc && options_next(&o, &f))
    rc = f.positional ? take_path(a, f.text, e) : take(a, &o, &f, e);
  if(!rc && !a->common.help && !a->path)
    rc = err_set(e, E_SYNTAX,
                 "no configuration: weir nginx /etc/nginx/nginx.conf");
  return rc;
}

int nginx_options_text(struct buf *out)
{
  size_t i;
  for(i = 0; i < OPTIONS; i++) {
    const struct nginx_option *o = &options[i];
    size_t before = out->n;
    buf_addf(out, "      --%s%s%s", o->name, o->unit ? " " : "",
             o->unit ? o->unit : "");
    buf_addf(out, "%*s", (int)(HELP_COLUMN - (out->n - before)), "");
    buf_add_wrapped(out, HELP_COLUMN, o->help);
  }
  return out->rc;
}
