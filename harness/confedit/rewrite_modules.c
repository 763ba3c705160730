/* SPDX-License-Identifier: MIT
 * Which modules the private nginx loads: those of nginx's own module folder
 * that neither run code of the configuration nor talk to others, unless more
 * are trusted; see rewrite.h.  A module is a program: it runs while nginx
 * reads its files. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confedit/rewrite.h"

static const char *const HARMLESS[] = {
    "ngx_http_addition_filter_module",
    "ngx_http_brotli_filter_module",
    "ngx_http_brotli_static_module",
    "ngx_http_cache_purge_module",
    "ngx_http_echo_module",
    "ngx_http_geoip2_module",
    "ngx_http_geoip_module",
    "ngx_http_headers_more_filter_module",
    "ngx_http_image_filter_module",
    "ngx_http_push_stream_module",
    "ngx_http_sticky_module",
    "ngx_http_subs_filter_module",
    "ngx_http_uploadprogress_module",
    "ngx_http_upstream_fair_module",
    "ngx_http_vhost_traffic_status_module",
    "ngx_http_xslt_filter_module",
    "ngx_http_zstd_filter_module",
    "ngx_http_zstd_static_module",
    "ngx_mail_module",
    "ngx_nchan_module",
    "ngx_stream_geoip2_module",
    "ngx_stream_geoip_module",
    "ngx_stream_module",
};

/* They run what the configuration says. */
static const char *const CODE[] = {
    "ndk_http_module", "ngx_http_js_module", "ngx_http_lua_module",
    "ngx_http_modsecurity_module", "ngx_http_perl_module"};

static bool is_among(const char *base, const char *const *list, size_t n)
{
  for(size_t i = 0; i < n; i++) {
    size_t end = strlen(list[i]);
    if(strncmp(base, list[i], end) == 0 && strcmp(base + end, ".so") == 0)
      return true;
  }
  return false;
}

static bool is_trusted(const struct rewrite *r, const char *base)
{
  return r->trust_modules ||
         is_among(base, HARMLESS, sizeof(HARMLESS) / sizeof(HARMLESS[0])) ||
         (r->trust_code &&
          is_among(base, CODE, sizeof(CODE) / sizeof(CODE[0])));
}

/* The module of nginx's own folder that is called so, whatever folder the
 * configuration names; a link that leads out of it is none. */
static bool find_module(const struct rewrite *r, const char *base,
                        char found[PATH_MAX])
{
  char path[PATH_MAX + 256], folder[PATH_MAX];
  size_t n;
  if(!r->modules_path || !realpath(r->modules_path, folder))
    return false;
  snprintf(path, sizeof(path), "%s/%.200s", folder, base);
  n = strlen(folder);
  return realpath(path, found) && access(found, R_OK) == 0 &&
         strncmp(found, folder, n) == 0 && found[n] == '/' &&
         !strchr(found + n + 1, '/');
}

/* "/usr/lib/nginx/modules/x.so" and "modules/x.so" are nginx's own. */
static bool is_elsewhere(const char *path, const char *own)
{
  char given[PATH_MAX];
  return path[0] == '/' && realpath(path, given) && strcmp(given, own) != 0;
}

int rewrite_module(struct rewrite *r, const struct conf_directive *d)
{
  const char *path = conf_arg(d, 0), *slash = strrchr(path, '/');
  const char *base = slash ? slash + 1 : path;
  char found[PATH_MAX], text[PATH_MAX + 2];
  bool here = find_module(r, base, found);
  if(!d->nargs)
    return 0;
  if(path[0] == '/' ? access(path, R_OK) != 0 && !here : !here) {
    rewrite_note(r, d, true,
                 "the module %s is not on this machine: what needs it is left "
                 "out of the copy",
                 base);
    return rewrite_remove(r, d, NULL);
  }
  if(r->trust_modules && (!here || is_elsewhere(path, found)))
    return 0;
  if(!here || is_elsewhere(path, found)) {
    rewrite_note(r, d, false,
                 "the module %s is left out of the copy: it does not lie in "
                 "nginx's own module folder (--trust-modules loads it)",
                 path);
    return rewrite_remove(r, d, NULL);
  }
  if(!is_trusted(r, base)) {
    rewrite_note(
        r, d, false,
        "the module %s is left out of the copy: it is not among those "
        "known to run no code and to stay on this machine "
        "(--trust-modules loads it)",
        base);
    return rewrite_remove(r, d, NULL);
  }
  snprintf(text, sizeof(text), "\"%s\"", found);
  return rewrite_replace(r, d, d->args[0].start, d->args[0].end, text);
}
