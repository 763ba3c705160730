/* SPDX-License-Identifier: MIT
 * weir nginx's command line; see nginx_args.h. */
#include "cli/nginx_args.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"

#define A_PATH "a path such as /events"

static int set_path(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e)
{
  if(text.p[0] != '/')
    return option_wrong(o, text, from->where, NULL, e);
  memcpy((char *)object + o->at, &text.p, sizeof(text.p));
  return 0;
}

static int set_size(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e)
{
  struct doctor_declared *d = &((struct nginx_args *)object)->declared;
  if(d->sizes == DOCTOR_MAX_SIZES)
    return err_set(e, E_TOO_LONG, "%s: at most %d sizes", from->where,
                   DOCTOR_MAX_SIZES);
  if(units_bytes(text, &d->size_bytes[d->sizes]))
    return option_wrong(o, text, from->where, NULL, e);
  d->sizes++;
  return 0;
}

static int set_transport(void *object, const struct option_row *o,
                         struct slice text, const struct option_source *from,
                         struct err *e)
{
  static const char *const names[DOCTOR_TRANSPORT_COUNT] = {"h1", "tls", "h2"};
  size_t i;
  for(i = 0; i < DOCTOR_TRANSPORT_COUNT; i++) {
    if(slice_eq_cstr(text, names[i])) {
      ((struct nginx_args *)object)->declared.transports |= 1u << i;
      return 0;
    }
  }
  return option_wrong(o, text, from->where, NULL, e);
}

static int set_method(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e)
{
  static const char *const taken[] = {"GET", "POST", "PUT", "PATCH", "QUERY"};
  for(size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
    if(slice_eq_cstr(text, taken[i])) {
      ((struct nginx_args *)object)->declared.method = taken[i];
      return 0;
    }
  }
  return option_wrong(o, text, from->where, NULL, e);
}

static int set_header(void *object, const struct option_row *o,
                      struct slice text, const struct option_source *from,
                      struct err *e)
{
  struct doctor_declared *d = &((struct nginx_args *)object)->declared;
  long colon = slice_find(text, ":");
  if(d->headers == DOCTOR_MAX_HEADERS)
    return err_set(e, E_TOO_LONG, "%s: at most %d headers", from->where,
                   DOCTOR_MAX_HEADERS);
  if(colon < 1 || colon > 70 || strpbrk(text.p, "\r\n"))
    return option_wrong(o, text, from->where, NULL, e);
  d->header[d->headers++] = text.p;
  return 0;
}

static int set_lab(void *object, const struct option_row *o, struct slice text,
                   const struct option_source *from, struct err *e)
{
  struct nginx_args *a = object;
  a->plain_lab = slice_eq_cstr(text, "plain");
  return a->plain_lab || slice_eq_cstr(text, "own")
             ? 0
             : option_wrong(o, text, from->where, NULL, e);
}

static int set_version(void *object, const struct option_row *o,
                       struct slice text, const struct option_source *from,
                       struct err *e)
{
  struct nginx_args *a = object;
  if(conf_version_parse(text.p, &a->version))
    return option_wrong(o, text, from->where, NULL, e);
  a->version_text = text.p;
  return 0;
}

static int set_map(void *object, const struct option_row *o, struct slice text,
                   const struct option_source *from, struct err *e)
{
  struct conf_places *p = &((struct nginx_args *)object)->places;
  long equals = slice_find(text, "=");
  if(p->maps == CONF_PLACE_MAPS_MAX)
    return err_set(e, E_TOO_LONG, "%s: at most %d maps", from->where,
                   CONF_PLACE_MAPS_MAX);
  if(text.p[0] != '/' || equals < 1 || (size_t)equals + 1 == text.n)
    return option_wrong(o, text, from->where, NULL, e);
  p->map[p->maps].from = text.p;
  p->map[p->maps++].n = (size_t)equals;
  return 0;
}

#define ARG(n, m) .name = n, OPTION_MEMBER(struct nginx_args, m)

static const struct option_row rows[] = {
    {ARG("location", location), .type = OPTION_OWN, .set = set_path,
     .expected = A_PATH, .group = "Doctor", .argument = "URI",
     .help = "The path of the stream; without it the likeliest is taken, and "
             "named"},
    {ARG("host", host), .type = OPTION_ARGUMENT, .argument = "NAME",
     .help = "Of the request: chooses among servers"},
    {ARG("root", places.root), .type = OPTION_ARGUMENT, .argument = "DIR",
     .help = "Absolute paths of includes begin there, as in a container's "
             "files"},
    {.name = "map",
     .type = OPTION_OWN_LIST,
     .set = set_map,
     .expected = "FROM=TO such as /etc/nginx=conf/",
     .argument = "FROM=TO",
     .help = "Includes below FROM lie below TO (/etc/nginx=conf/); "
             "repeatable"},
    {ARG("heartbeat", heartbeat_ns), .type = OPTION_DURATION, .least = 1e6,
     .most = 86400e9, .argument = "TIME",
     .help = "The application sends something at least this often (15s)"},
    {ARG("silence", silence_ns), .type = OPTION_DURATION, .least = 1e6,
     .most = 30 * 86400e9, .argument = "TIME",
     .help = "The longest silence that a stream has to survive"},
    {ARG("streams", declared.streams), .type = OPTION_COUNT, .least = 1,
     .most = 1e9, .argument = "N", .help = "How many there will be at once"},
    {.name = "event-size",
     .type = OPTION_OWN_LIST,
     .set = set_size,
     .expected = "a size such as 10k",
     .argument = "SIZE",
     .help = "Of events (10k); repeatable"},
    {.name = "transport",
     .type = OPTION_OWN_LIST,
     .set = set_transport,
     .expected = "h1 (plain), tls (HTTPS, HTTP/1.1) or h2",
     .argument = "NAME",
     .help = "How clients come: h1, tls (HTTPS with HTTP/1.1), h2; "
             "repeatable"},
    {.name = "method",
     .type = OPTION_OWN,
     .set = set_method,
     .expected = "GET, POST, PUT, PATCH or QUERY",
     .argument = "METHOD",
     .help = "Of the request that opens the stream; POST when a body is "
             "given"},
    {.name = "header",
     .letter = 'H',
     .type = OPTION_OWN_LIST,
     .set = set_header,
     .expected = "NAME: VALUE",
     .argument = "NAME: VALUE",
     .help = "Of that request, where nginx or its configuration asks for it; "
             "repeatable"},
    {ARG("body", declared.body), .type = OPTION_ARGUMENT, .argument = "TEXT",
     .help = "Of that request"},
    {ARG("static-only", static_only), .type = OPTION_BOOL,
     .help = "Judge the text alone, do not run nginx"},
    {.name = "lab",
     .type = OPTION_OWN,
     .set = set_lab,
     .expected = "own or plain",
     .argument = "NAME",
     .help = "Where nginx runs: in namespaces of its own, where no other "
             "program, file or network is (own; without them nginx is not "
             "run), or on this machine's loopback, never as root (plain)"},
    {ARG("trust-modules", trust_modules), .type = OPTION_BOOL,
     .help = "Load all modules that the configuration names, not only those "
             "known to do no harm, from nginx's own folder"},
    {ARG("trust-code", trust_code), .type = OPTION_BOOL,
     .help = "Run the configuration's code (Lua, njs, Perl, ModSecurity "
             "rules), which may read the files beside it"},
    {.name = "nginx-version",
     .type = OPTION_OWN,
     .set = set_version,
     .expected = "a version such as 1.22.1",
     .argument = "X.Y.Z",
     .help = "Of the nginx it is meant for"},
    {ARG("nginx-binary", binary), .type = OPTION_ARGUMENT, .argument = "FILE",
     .help = "The nginx to run"},
    {ARG("fix", fix), .type = OPTION_ARGUMENT, .argument = "FILE|DIR",
     .help = "Write the corrected configuration there"},
    {ARG("force", force), .type = OPTION_BOOL,
     .help = "--fix may replace files that the configuration was read from"},
    {ARG("effective", effective), .type = OPTION_OWN, .set = set_path,
     .expected = A_PATH, .argument = "URI",
     .help = "Print the settings that hold for URI, and where each stands; "
             "stop"},
    {ARG("explain", explain), .type = OPTION_BOOL,
     .help = "The long text of each finding"},
    {ARG("strict", strict), .type = OPTION_BOOL, .help = "Warnings fail too"},
    {ARG("keep", keep), .type = OPTION_BOOL,
     .help = "Leave the private folder of the run behind"},
    {ARG("keep-secrets", keep_secrets), .type = OPTION_BOOL,
     .help = "Do not mask credentials in results"},
};

const struct option_table nginx_options = {rows,
                                           sizeof(rows) / sizeof(rows[0])};

int nginx_args_read(struct nginx_args *a, int argc, char **argv, struct err *e)
{
  const struct command_part parts[] = {{&common_options, &a->common, NULL},
                                       {&nginx_options, a, NULL}};
  struct command_word path = {"configurations", NULL};
  const struct command_line line = {parts, 2, command_one, &path, false};
  long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  int rc;
  memset(a, 0, sizeof(*a));
  common_init(&a->common);
  a->common.has_html = true;
  a->declared.workers = cpus > 0 ? (uint64_t)cpus : 1;
  rc = command_read(&line, argc, argv, e);
  a->path = path.text;
  if(a->declared.body && !a->declared.method)
    a->declared.method = "POST";
  a->declared.heartbeat_ms = a->heartbeat_ns / NS_PER_MS;
  a->declared.quiet_ms = a->silence_ns / NS_PER_MS;
  if(!rc && !a->common.help && !a->path)
    rc = err_set(e, E_SYNTAX,
                 "no configuration: weir nginx /etc/nginx/nginx.conf");
  return rc;
}
