/* SPDX-License-Identifier: MIT
 * What is mapped in the copy that nginx is asked about: nothing but what would
 * reach beyond it; see refusal.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "confedit/rewrite.h"
#include "doctor/refusal.h"

static int set_word(struct rewrite *r, const struct conf_directive *d,
                    size_t i, const char *text)
{
  return i < d->nargs
             ? rewrite_replace(r, d, d->args[i].start, d->args[i].end, text)
             : 0;
}

static int drop(struct rewrite *r, const struct conf_directive *d)
{
  return rewrite_remove(r, d, NULL);
}

/* A path of its own for each path. */
static int set_path(struct rewrite *r, const struct conf_directive *d)
{
  char text[REWRITE_PATH_MAX + 40];
  if(!d->nargs || strcmp(conf_arg(d, 0), "off") == 0)
    return 0;
  snprintf(text, sizeof(text), "\"%s/" REWRITE_RUN "/p%zu\"", r->dir,
           d->order);
  return set_word(r, d, 0, text);
}

static int set_log(struct rewrite *r, const struct conf_directive *d)
{
  const char *to = conf_arg(d, 0);
  if(!to[0] || strcmp(to, "off") == 0 || strcmp(to, "stderr") == 0)
    return 0;
  return set_path(r, d);
}

static int set_certificate(struct rewrite *r, const struct conf_directive *d)
{
  char text[REWRITE_PATH_MAX + 2];
  snprintf(text, sizeof(text), "\"%s\"",
           strstr(d->name, "_key") ? r->key : r->cert);
  return set_word(r, d, 0, text);
}

/* Only what belongs to nginx itself is loaded, and from its own folder. */
static int set_module(struct rewrite *r, const struct conf_directive *d)
{
  static const char *const own[] = {"ngx_stream_module.so",
                                    "ngx_mail_module.so",
                                    "ngx_http_geoip_module.so",
                                    "ngx_stream_geoip_module.so",
                                    "ngx_http_image_filter_module.so",
                                    "ngx_http_xslt_filter_module.so"};
  const char *path = conf_arg(d, 0), *slash = strrchr(path, '/');
  char text[700];
  for(size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
    if(strcmp(slash ? slash + 1 : path, own[i]) != 0)
      continue;
    snprintf(text, sizeof(text), "%s/%s", r->modules_path, own[i]);
    if(access(text, R_OK))
      break;
    snprintf(text, sizeof(text), "\"%s/%s\"", r->modules_path, own[i]);
    return set_word(r, d, 0, text);
  }
  return drop(r, d);
}

/* ---- Addresses ---- */

/* The host of a URL or an address: NULL where there is none to look up. */
static const char *host_of(const char *url, size_t *n)
{
  const char *at = strstr(url, "://"), *host = at ? at + 3 : url;
  *n = strcspn(host, ":/? ");
  if(!*n || host[0] == '[' || strchr(url, '$') ||
     strncmp(host, "unix", *n) == 0 || strspn(host, "0123456789.") >= *n)
    return NULL;
  return host;
}

/* They stand in http or stream. */
static bool is_upstream(const struct conf *c, const char *host, size_t n)
{
  for(const struct conf_directive *b = c->root->child; b; b = b->next) {
    const struct conf_directive *d = conf_child(b, "upstream");
    for(; d; d = conf_sibling(d, "upstream")) {
      const char *name = conf_arg(d, 0);
      if(strncmp(name, host, n) == 0 && !name[n])
        return true;
    }
  }
  return false;
}

static int set_host(struct rewrite *r, const struct conf_directive *d)
{
  const char *url = conf_arg(d, 0), *host;
  char text[CONF_TOKEN_MAX + 40];
  size_t n;
  /* nginx refuses it before it looks a name up. */
  if(conf_is(d, "proxy_pass") && !strstr(url, "://") &&
     conf_context_of(d->parent) != CONTEXT_STREAM_SERVER)
    return 0;
  host = host_of(url, &n);
  if(!host || is_upstream(r->of.conf, host, n))
    return 0;
  snprintf(text, sizeof(text), "\"%.*s127.0.0.1%s\"", (int)(host - url), url,
           host + n);
  return set_word(r, d, 0, text);
}

static int set_hosts(struct rewrite *r, const struct conf_directive *d)
{
  int rc = 0;
  for(size_t i = 0; i < d->nargs && !rc; i++) {
    size_t n;
    if(!strchr(conf_arg(d, i), '=') && host_of(conf_arg(d, i), &n) &&
       !strchr(conf_arg(d, i), '/'))
      rc = set_word(r, d, i, "127.0.0.1");
  }
  return rc;
}

/* ---- Listens ---- */

static const char *family_of(const struct conf_directive *d)
{
  unsigned int where = conf_context_of(d->parent);
  return where == CONTEXT_STREAM_SERVER ? "stream"
         : where == CONTEXT_MAIL_SERVER ? "mail"
                                        : "";
}

static bool has_word(const struct conf_directive *d, const char *word)
{
  for(size_t i = 1; i < d->nargs; i++) {
    if(strcmp(conf_arg(d, i), word) == 0)
      return true;
  }
  return false;
}

/* "*:80" for "80" and "0.0.0.0:80". */
static void key_of(const struct conf_directive *d, char key[140])
{
  const char *to = conf_arg(d, 0), *colon = strrchr(to, ':');
  bool port = to[0] && strspn(to, "0123456789") == strlen(to);
  bool udp = has_word(d, "udp") || has_word(d, "quic");
  bool any = strncmp(to, "0.0.0.0", 7) == 0 && (!to[7] || to[7] == ':');
  if(any)
    to += 7;
  snprintf(key, 140, "%s%.90s%s%s%s", port || any ? "*" : "", port ? ":" : "",
           to, port || colon || strncmp(to, "unix:", 5) == 0 ? "" : ":80",
           udp ? "/udp" : "");
  if(family_of(d)[0])
    snprintf(key + strlen(key), 140 - strlen(key), "/%s", family_of(d));
}

static const struct rewrite_listen *listen_of(struct rewrite *r,
                                              const char *key)
{
  for(size_t i = 0; i < r->listens; i++) {
    if(strcmp(r->listen[i].key, key) == 0)
      return &r->listen[i];
    if(!r->listen[i].key[0]) {
      snprintf(r->listen[i].key, sizeof(r->listen[i].key), "%s", key);
      return &r->listen[i];
    }
  }
  return NULL;
}

/* nginx says itself what is wrong with that one; what a template leaves open
 * ("${PORT}", "@PORT@") is nothing wrong. */
static bool is_bad_port(const char *to)
{
  const char *colon = strrchr(to, ':');
  const char *port = colon ? colon + 1 : to;
  size_t n = strspn(port, "0123456789");
  if(strchr(to, '@'))
    return false;
  if(strncmp(to, "unix:", 5) == 0 || strchr(to, '$') || !n ||
     (!colon && port[n]))
    return colon && strncmp(to, "unix:", 5) != 0 && !strchr(to, '$') &&
           to[strlen(to) - 1] != ']' && (!n || port[n]);
  return port[n] || n > 5 || strtol(port, NULL, 10) > 65535 ||
         strtol(port, NULL, 10) < 1;
}

static bool is_left_out(const char *word)
{
  static const char *const of_others[] = {
      "ipv6only=", "setfib=", "accept_filter=",
      "fastopen=", "quic",    "multipath"};
  for(size_t i = 0; i < sizeof(of_others) / sizeof(of_others[0]); i++) {
    if(strncmp(word, of_others[i], strlen(of_others[i])) == 0)
      return true;
  }
  return false;
}

static int set_listen(struct rewrite *r, const struct conf_directive *d)
{
  const struct rewrite_listen *l;
  char key[140], text[40];
  int rc;
  if(!d->nargs || is_bad_port(conf_arg(d, 0)))
    return 0;
  key_of(d, key);
  l = listen_of(r, key);
  if(!l)
    return drop(r, d);
  snprintf(text, sizeof(text), "127.0.0.1:%u", (unsigned)l->port);
  rc = set_word(r, d, 0, text);
  for(size_t i = 1; i < d->nargs && !rc; i++) {
    if(is_left_out(conf_arg(d, i)))
      rc = set_word(r, d, i, "");
  }
  return rc;
}

/* A server without one would take port 80. */
static int add_listen(struct rewrite *r, const struct conf_directive *d)
{
  const struct rewrite_listen *l;
  char text[60];
  if(conf_context_of(d) == CONTEXT_STREAM_SERVER ||
     conf_context_of(d) == CONTEXT_MAIL_SERVER || conf_child(d, "listen"))
    return 0;
  if(conf_context_of(d) != CONTEXT_SERVER)
    return set_host(r, d);
  l = listen_of(r, "*:80");
  snprintf(text, sizeof(text), " listen 127.0.0.1:%u;",
           l ? (unsigned)l->port : 0u);
  return l ? rewrite_insert(r, d, text) : 0;
}

/* ---- The table ---- */

static const struct row {
  const char *name; /* "*x": ends in that */
  int (*act)(struct rewrite *r, const struct conf_directive *d);
} rows[] = {
    {"load_module", set_module},
    {"include", rewrite_include},
    {"listen", set_listen},
    {"server", add_listen},
    {"pid", set_path},
    {"lock_file", set_path},
    {"error_log", set_log},
    {"access_log", set_log},
    {"*_temp_path", set_path},
    {"*_cache_path", set_path},
    {"state_path", set_path},
    {"ssl_certificate", set_certificate},
    {"ssl_certificate_key", set_certificate},
    {"ssl_client_certificate", set_certificate},
    {"ssl_trusted_certificate", set_certificate},
    {"*_ssl_certificate", set_certificate},
    {"*_ssl_certificate_key", set_certificate},
    {"*_ssl_trusted_certificate", set_certificate},
    {"ssl_dhparam", drop},
    {"ssl_crl", drop},
    {"*_ssl_crl", drop},
    {"*ssl_password_file", drop},
    {"ssl_session_ticket_key", drop},
    {"ssl_stapling_file", drop},
    {"ssl_ech_file", drop},
    {"ssl_engine", drop},
    {"ssl_stapling_responder", drop},
    {"ssl_ocsp_responder", drop},
    {"*ssl_conf_command", drop},
    {"google_perftools_profiles", drop},
    {"*_pass", set_host},
    {"auth_http", set_host},
    {"resolver", set_hosts},
    {"set_real_ip_from", set_hosts},
};

static bool is_called(const struct conf_directive *d, const char *name)
{
  size_t n = strlen(d->name), tail = strlen(name) - 1;
  if(name[0] != '*')
    return strcmp(d->name, name) == 0;
  return n > tail && strcmp(d->name + n - tail, name + 1) == 0;
}

int refusal_map(struct rewrite *r, const struct conf_directive *d)
{
  /* Of others: it may run code, or reach other machines. */
  if(conf_form_module(d->name))
    return drop(r, d);
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    if(is_called(d, rows[i].name))
      return rows[i].act(r, d);
  }
  return 0;
}

/* ---- Back ---- */

static void put_back(char *sentence, size_t size, const char *from,
                     const char *to)
{
  char *at = strstr(sentence, from);
  char rest[400];
  if(!at || !from[0])
    return;
  snprintf(rest, sizeof(rest), "%s", at + strlen(from));
  snprintf(at, size - (size_t)(at - sentence), "%s%s", to, rest);
}

void refusal_unmap(const struct rewrite *r, const struct conf_directive *d,
                   char *sentence, size_t size)
{
  char from[REWRITE_PATH_MAX + 40];
  size_t n;
  for(size_t i = 0; i < r->listens; i++) {
    snprintf(from, sizeof(from), "127.0.0.1:%u", (unsigned)r->listen[i].port);
    put_back(sentence, size, from,
             d && conf_is(d, "listen") ? conf_arg(d, 0) : r->listen[i].key);
  }
  if(d) {
    const char *host = host_of(conf_arg(d, 0), &n);
    char name[300];
    snprintf(name, sizeof(name), "%.*s", host ? (int)n : 0, host ? host : "");
    if(host)
      put_back(sentence, size, "127.0.0.1", name);
    snprintf(from, sizeof(from), "%s/" REWRITE_RUN "/p%zu", r->dir, d->order);
    put_back(sentence, size, from, conf_arg(d, 0));
  }
  put_back(sentence, size, r->cert, "the certificate");
  put_back(sentence, size, r->key, "the key");
}

int refusal_common(struct rewrite *r, struct buf *out)
{
  static const char *const kinds[] = {"client_body", "proxy", "fastcgi",
                                      "uwsgi", "scgi"};
  const struct conf *c = r->of.conf;
  const struct conf_directive *http = conf_child(c->root, "http");
  char name[60];
  for(size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
    snprintf(name, sizeof(name), "%s_temp_path", kinds[i]);
    if(!http || !conf_child(http, name))
      buf_addf(out, " %s \"%s/" REWRITE_RUN "/temp_%s\";", name, r->dir,
               kinds[i]);
  }
  if((!http || !conf_child(http, "access_log")))
    buf_adds(out, " access_log off;");
  if(conf_incomplete(c) && (!http || !conf_child(http, "ssl_certificate")))
    buf_addf(out, " ssl_certificate \"%s\"; ssl_certificate_key \"%s\";",
             r->cert, r->key);
  return buf_adds(out, buf_text(&r->defined));
}
