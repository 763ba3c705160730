/* SPDX-License-Identifier: MIT
 * What becomes of which directive in the private copy, one row each; see
 * rewrite.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "confedit/rewrite.h"
#include "nginxconf/form.h"

#define CLEAR_CONNECTIONS 2048u

/* The command line of the copy says these itself, or nothing is to be written
 * there. */
static int drop(struct rewrite *r, const struct conf_directive *d)
{
  return rewrite_remove(r, d, NULL);
}

static int drop_tls(struct rewrite *r, const struct conf_directive *d)
{
  return rewrite_remove(
      r, d, "is left out of the copy: its files are not needed there");
}

static int keep(struct rewrite *r, const struct conf_directive *d)
{
  (void)r;
  (void)d;
  return 0;
}

static int drop_code(struct rewrite *r, const struct conf_directive *d)
{
  if(r->trust_code)
    return 0;
  return rewrite_remove(r, d,
                        "is left out of the copy: no code of the "
                        "configuration is run (--trust-code runs it)");
}

/* Those of places that no probe gets to stay. */
static int drop_access(struct rewrite *r, const struct conf_directive *d)
{
  if(!rewrite_concerns(r, d))
    return 0;
  return rewrite_remove(
      r, d, "is left out of the copy, so that the probes get through");
}

static int drop_users(struct rewrite *r, const struct conf_directive *d)
{
  return rewrite_concerns(r, d) ? drop(r, d) : 0;
}

/* Of the whole socket, whichever server has it. */
static int drop_handshake(struct rewrite *r, const struct conf_directive *d)
{
  return rewrite_remove(
      r, d, "is left out of the copy, so that the probes get through");
}

static int drop_file_access(struct rewrite *r, const struct conf_directive *d)
{
  return rewrite_remove(r, d,
                        "is left out of the copy: no file is listed or "
                        "written there");
}

static int drop_outside(struct rewrite *r, const struct conf_directive *d)
{
  return rewrite_remove(r, d,
                        "is left out of the copy: it reaches beyond this "
                        "machine's loopback");
}

static int drop_unknown(struct rewrite *r, const struct conf_directive *d)
{
  const char *module = conf_form_module(d->name);
  rewrite_note(r, d, false,
               "%s%s%s%s is left out of the copy: it is not among what is "
               "known to do no harm",
               d->name, module ? " (" : "", module ? module : "",
               module ? ")" : "");
  return rewrite_remove(r, d, NULL);
}

static int drop_limit(struct rewrite *r, const struct conf_directive *d)
{
  return r->clear ? drop(r, d) : 0;
}

/* The scripts that it looks for are not in the copy's folder. */
static int drop_guard(struct rewrite *r, const struct conf_directive *d)
{
  const struct conf_directive *handler;
  if(d->parent != r->of.route->block || !d->nargs ||
     conf_arg(d, d->nargs - 1)[0] != '=' ||
     !conf_family_is_upstream(conf_handler_of(d->parent, &handler)))
    return 0;
  return rewrite_remove(r, d,
                        "is left out of the copy: the application answers, "
                        "whatever files there are");
}

static int set_argument(struct rewrite *r, const struct conf_directive *d,
                        const char *text)
{
  if(!d->nargs)
    return 0;
  return rewrite_replace(r, d, d->args[0].start, d->args[0].end, text);
}

static int set_certificate(struct rewrite *r, const struct conf_directive *d)
{
  char path[REWRITE_PATH_MAX + 2];
  bool key = conf_is(d, "ssl_certificate_key");
  snprintf(path, sizeof(path), "\"%s\"", key ? r->key : r->cert);
  return set_argument(r, d, path);
}

/* X_cache_path: a folder of its own. */
static int set_cache_path(struct rewrite *r, const struct conf_directive *d)
{
  char path[REWRITE_PATH_MAX + 32];
  snprintf(path, sizeof(path), "\"%s/" REWRITE_RUN "/cache%zu\"", r->dir,
           ++r->caches);
  return set_argument(r, d, path);
}

/* X_store writes below root, which is the user's. */
static int set_store(struct rewrite *r, const struct conf_directive *d)
{
  char path[REWRITE_PATH_MAX + 40];
  if(!d->nargs || strcmp(conf_arg(d, 0), "off") == 0)
    return 0;
  snprintf(path, sizeof(path), "\"%s/" REWRITE_RUN "/store$uri.stored\"",
           r->dir);
  return set_argument(r, d, path);
}

/* No file of this machine is served. */
static int set_root(struct rewrite *r, const struct conf_directive *d)
{
  char path[REWRITE_PATH_MAX + 16];
  snprintf(path, sizeof(path), "\"%s/" REWRITE_FILES "\"", r->dir);
  return set_argument(r, d, path);
}

/* The same: what alias makes of a path is then what root would. */
static int set_alias(struct rewrite *r, const struct conf_directive *d)
{
  const struct conf_directive *l = d->parent;
  const char *name = l ? conf_arg(l, l->nargs - 1) : "";
  const char *kind = l && l->nargs > 1 ? conf_arg(l, 0) : "";
  char path[2 * REWRITE_PATH_MAX];
  if(name[0] == '=')
    name++;
  if(kind[0] == '~')
    name = "$uri";
  else if(name[0] != '/' || strlen(name) >= REWRITE_PATH_MAX - 20 ||
          strpbrk(name, "\"\\$") || strstr(name, ".."))
    return set_root(r, d);
  snprintf(path, sizeof(path), "\"%s/" REWRITE_FILES "%s\"", r->dir, name);
  return set_argument(r, d, path);
}

static int set_resolver(struct rewrite *r, const struct conf_directive *d)
{
  char text[60];
  snprintf(text, sizeof(text), "resolver 127.0.0.1:%u;",
           (unsigned)r->closed_port);
  return rewrite_replace(r, d, d->start, d->end, text);
}

static int set_connections(struct rewrite *r, const struct conf_directive *d)
{
  char text[24];
  uint64_t n = 0;
  for(const char *c = conf_arg(d, 0); isdigit((unsigned char)*c); c++)
    n = n * 10 + (uint64_t)(*c - '0');
  if(!r->clear || n >= CLEAR_CONNECTIONS)
    return 0;
  snprintf(text, sizeof(text), "%u", CLEAR_CONNECTIONS);
  return set_argument(r, d, text);
}

/* `http2 on;` for an nginx that knows only the parameter of listen. */
static bool lacks_http2_directive(const struct rewrite *r)
{
  return conf_version_known(r->binary) &&
         !conf_version_from(r->binary, 1, 25, 1);
}

static int set_http2(struct rewrite *r, const struct conf_directive *d)
{
  return lacks_http2_directive(r)
             ? rewrite_remove(r, d,
                              "became a parameter of listen in the "
                              "copy: this nginx is older than 1.25.1")
             : 0;
}

static bool has_word(const struct conf_directive *d, const char *word)
{
  for(size_t i = 1; i < d->nargs; i++) {
    if(strcmp(conf_arg(d, i), word) == 0)
      return true;
  }
  return false;
}

static const struct conf_listener *listener_of(const struct conf_directive *d,
                                               struct conf_listener *all,
                                               size_t n)
{
  for(size_t i = 0; i < n; i++) {
    if(all[i].directive == d)
      return &all[i];
  }
  return NULL;
}

static bool is_kept_flag(const char *word)
{
  static const char *const DROPPED[] = {
      "ipv6only=", "setfib=", "accept_filter=",
      "fastopen=", "quic",    "proxy_protocol"};
  for(size_t i = 0; i < sizeof(DROPPED) / sizeof(DROPPED[0]); i++) {
    if(strncmp(word, DROPPED[i], strlen(DROPPED[i])) == 0)
      return false;
  }
  return true;
}

int rewrite_spare_listen(struct rewrite *r, const struct conf_directive *d)
{
  char text[REWRITE_PATH_MAX + 40];
  snprintf(text, sizeof(text),
           "listen \"unix:%s/" REWRITE_RUN "/spare.sock\";", r->dir);
  return rewrite_replace(r, d, d->start, d->end, text);
}

static int set_listen(struct rewrite *r, const struct conf_directive *d)
{
  struct conf_listener all[CONF_LISTENERS_MAX];
  const struct conf_listener *l;
  const struct rewrite_listen *port;
  char text[40];
  size_t n;
  int rc;
  if(!d->parent || !conf_is(d->parent, "server"))
    return 0;
  n = conf_listeners(r->of.conf, d->parent, all, CONF_LISTENERS_MAX);
  l = listener_of(d, all, n < CONF_LISTENERS_MAX ? n : CONF_LISTENERS_MAX);
  port = l ? rewrite_listen_of(r, l) : NULL;
  if(!port || !port->port)
    return rewrite_spare_listen(r, d);
  snprintf(text, sizeof(text), "127.0.0.1:%u%s", (unsigned)port->port,
           lacks_http2_directive(r) && l->http2 && !has_word(d, "http2")
               ? " http2"
               : "");
  rc = set_argument(r, d, text);
  for(size_t i = 1; !rc && i < d->nargs; i++) {
    if(!is_kept_flag(conf_arg(d, i)))
      rc = rewrite_replace(r, d, d->args[i].start, d->args[i].end, "");
  }
  return rc;
}

/* A server without listen, or with TLS and no certificate in sight. */
static int complete_server(struct rewrite *r, const struct conf_directive *d)
{
  struct conf_listener all[CONF_LISTENERS_MAX];
  size_t n;
  bool tls = false;
  char text[2 * REWRITE_PATH_MAX + 120];
  int rc = 0;
  if(!d->parent || !conf_is(d->parent, "http"))
    return rewrite_peer(r, d);
  rc = rewrite_close_server(r, d);
  n = conf_listeners(r->of.conf, d, all, CONF_LISTENERS_MAX);
  for(size_t i = 0; !rc && i < n && i < CONF_LISTENERS_MAX; i++) {
    const struct rewrite_listen *l = rewrite_listen_of(r, &all[i]);
    tls |= all[i].ssl;
    if(all[i].directive)
      continue;
    if(l && l->port)
      snprintf(text, sizeof(text), " listen 127.0.0.1:%u;", (unsigned)l->port);
    else
      snprintf(text, sizeof(text),
               " listen \"unix:%s/" REWRITE_RUN "/spare.sock\";", r->dir);
    rc = rewrite_insert(r, d, text);
  }
  if(rc || !tls || conf_effective_at(d, "ssl_certificate", r->of.version).n)
    return rc;
  snprintf(text, sizeof(text),
           " ssl_certificate \"%s\"; ssl_certificate_key \"%s\";", r->cert,
           r->key);
  return rewrite_insert(r, d, text);
}

/* Files are called by number; see rewrite_write. */
int rewrite_include(struct rewrite *r, const struct conf_directive *d)
{
  const struct conf_directive *x;
  size_t last = SIZE_MAX;
  struct buf text;
  int rc = 0;
  buf_init(&text, 0);
  for(x = d->next; !rc && x && x->via == d; x = x->next) {
    if(!x->file || x->file->index == last)
      continue;
    last = x->file->index;
    rc = buf_addf(&text, "%sinclude \"%s/f%zu.conf\";", text.n ? " " : "",
                  r->dir, last);
  }
  if(!rc)
    rc = rewrite_replace(r, d, d->start, d->end, buf_text(&text));
  buf_free(&text);
  return rc;
}

struct row {
  const char *name; /* "*_temp_path": ends in that; "lua_*": begins so */
  int (*act)(struct rewrite *r, const struct conf_directive *d);
};

static const struct row ROWS[] = {
    {"*_by_lua*", drop_code},
    {"lua_*", drop_code},
    {"perl*", drop_code},
    {"js_*", drop_code},
    {"modsecurity_rules_remote", drop_outside},
    {"modsecurity*", drop_code},
    {"ModSecurity*", drop_code},
    {"passenger_*", drop_code},
    {"nchan_redis_*", drop_outside},
    {"pagespeed*", drop_outside},
    {"acme_*", drop_outside},
    {"user", drop},
    {"daemon", drop},
    {"master_process", drop},
    {"pid", drop},
    {"lock_file", drop},
    {"worker_processes", drop},
    {"worker_cpu_affinity", drop},
    {"worker_priority", drop},
    {"working_directory", drop},
    {"worker_rlimit_core", drop},
    {"google_perftools_profiles", drop},
    {"error_log", drop},
    {"access_log", drop},
    {"open_log_file_cache", drop},
    {"ssl_engine", drop_tls},
    {"*ssl_conf_command", drop_tls},
    {"ssl_ech_file", drop_tls},
    {"quic_host_key", drop_tls},
    {"ssl_dhparam", drop_tls},
    {"ssl_trusted_certificate", drop_tls},
    {"ssl_client_certificate", drop_tls},
    {"ssl_crl", drop_tls},
    {"ssl_password_file", drop_tls},
    {"ssl_session_ticket_key", drop_tls},
    {"ssl_verify_client", drop_handshake},
    {"ssl_reject_handshake", drop_handshake},
    {"ssl_stapling", drop_outside},
    {"ssl_stapling_file", drop_outside},
    {"ssl_stapling_responder", drop_outside},
    {"ssl_stapling_verify", drop},
    {"ssl_ocsp", drop_outside},
    {"ssl_ocsp_responder", drop_outside},
    {"ssl_ocsp_cache", drop},
    {"*_ssl_certificate", drop_tls},
    {"*_ssl_certificate_key", drop_tls},
    {"*_ssl_trusted_certificate", drop_tls},
    {"*_ssl_crl", drop_tls},
    {"*_ssl_verify", drop_tls},
    {"*_ssl_password_file", drop_tls},
    {"auth_basic", drop_access},
    {"auth_basic_user_file", drop_users},
    {"allow", drop_access},
    {"deny", drop_access},
    {"*_bind", drop_outside},
    {"set_real_ip_from", drop}, /* its names would be looked up */
    {"otel_exporter", drop_outside},
    {"opentelemetry_config", drop_outside},
    {"opentracing_load_tracer", drop_outside},
    {"limit_conn", drop_limit},
    {"limit_req", drop_limit},
    {"worker_connections", set_connections},
    {"ssl_certificate", set_certificate},
    {"ssl_certificate_key", set_certificate},
    {"resolver", set_resolver},
    {"load_module", rewrite_module},
    {"root", set_root},
    {"alias", set_alias},
    {"autoindex*", drop_file_access},
    {"fancyindex", drop_file_access},
    {"random_index", drop_file_access},
    {"dav_*", drop_file_access},
    {"create_full_put_path", drop_file_access},
    {"min_delete_depth", drop_file_access},
    {"vhost_traffic_status_dump", drop_file_access},
    {"upload_store", drop_file_access},
    {"state", drop}, /* of an upstream: a file that is written */
    {"location", keep},
    {"listen", set_listen},
    {"http2", set_http2},
    {"include", rewrite_include},
    {"try_files", drop_guard},
    {"server", complete_server},
    {"*_temp_path", drop},
    {"*_cache_path", set_cache_path},
    {"*_store", set_store},
    {"*_pass", rewrite_pass},
};

static bool is_called(const struct conf_directive *d, const char *name)
{
  const char *at = d->name, *part = name + (name[0] == '*');
  size_t n = strlen(part), have = strlen(at);
  bool open = n && part[n - 1] == '*';
  if(open)
    n--;
  if(name[0] == '*' && open)
    return memmem(at, have, part, n) != NULL;
  if(name[0] == '*')
    return have > n && strcmp(at + have - n, part) == 0;
  return open ? strncmp(at, part, n) == 0 : strcmp(at, part) == 0;
}

int rewrite_directive(struct rewrite *r, const struct conf_directive *d)
{
  if(d->body == CONF_FOREIGN)
    return drop_code(r, d);
  for(size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
    if(is_called(d, ROWS[i].name))
      return ROWS[i].act(r, d);
  }
  return rewrite_allows(r, d) ? 0 : drop_unknown(r, d);
}

/* Defaults of the version that the configuration is meant for, where the one
 * at hand has others. */
static int add_defaults(struct rewrite *r, struct buf *out)
{
  const struct conf_directive *block = r->of.route->block;
  struct conf_setting version =
      conf_effective_at(block, "proxy_http_version", r->of.version);
  struct conf_setting header =
      conf_effective_at(block, "proxy_set_header", r->of.version);
  if(!conf_version_from(r->of.version, 1, 29, 7) ||
     conf_version_from(r->binary, 1, 29, 7) || version.n)
    return 0;
  rewrite_note(r, NULL, false,
               "HTTP/1.1 to applications, the default since 1.29.7, was set "
               "in the copy: the nginx at hand is %u.%u.%u",
               r->binary.major, r->binary.minor, r->binary.patch);
  buf_adds(out, " proxy_http_version 1.1;");
  if(!header.n)
    buf_adds(out, " proxy_set_header Connection \"\";");
  return out->rc;
}

int rewrite_common(struct rewrite *r, struct buf *out)
{
  static const char *const KINDS[] = {"client_body", "proxy", "fastcgi",
                                      "uwsgi", "scgi"};
  const struct conf_directive *http = conf_child(r->of.conf->root, "http");
  buf_adds(out, " access_log off;");
  if(http && !conf_child(http, "root"))
    buf_addf(out, " root \"%s/" REWRITE_FILES "\";", r->dir);
  for(size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
    buf_addf(out, " %s_temp_path \"%s/" REWRITE_RUN "/temp_%s\";", KINDS[i],
             r->dir, KINDS[i]);
  buf_adds(out, buf_text(&r->defined));
  return add_defaults(r, out);
}
