/* SPDX-License-Identifier: MIT
 * Which directives the private copy keeps when no row says what becomes of
 * them: those known to do nothing but shape an answer; see rewrite.h. */
#include <string.h>

#include "confedit/rewrite.h"
#include "nginxconf/form.h"

/* Of nginx's own modules, by the names that form.h has for them. */
static const char *const MODULES[] = {"http_access",
                                      "http_addition_filter",
                                      "http_auth_basic",
                                      "http_auth_request",
                                      "http_browser",
                                      "http_charset_filter",
                                      "http_copy_filter",
                                      "http_core",
                                      "http_empty_gif",
                                      "http_fastcgi",
                                      "http_flv",
                                      "http_geo",
                                      "http_geoip",
                                      "http_grpc",
                                      "http_gunzip_filter",
                                      "http_gzip_filter",
                                      "http_gzip_static",
                                      "http_headers_filter",
                                      "http_image_filter",
                                      "http_index",
                                      "http_limit_conn",
                                      "http_limit_req",
                                      "http_log",
                                      "http_map",
                                      "http_memcached",
                                      "http_mirror",
                                      "http_mp4",
                                      "http_proxy",
                                      "http_realip",
                                      "http_referer",
                                      "http_rewrite",
                                      "http_scgi",
                                      "http_secure_link",
                                      "http_slice_filter",
                                      "http_split_clients",
                                      "http_ssi_filter",
                                      "http_ssl",
                                      "http_stub_status",
                                      "http_sub_filter",
                                      "http_try_files",
                                      "http_tunnel",
                                      "http_upstream",
                                      "http_upstream_hash",
                                      "http_upstream_ip_hash",
                                      "http_upstream_keepalive",
                                      "http_upstream_least_conn",
                                      "http_upstream_least_time",
                                      "http_upstream_random",
                                      "http_upstream_sticky",
                                      "http_upstream_zone",
                                      "http_userid_filter",
                                      "http_uwsgi",
                                      "http_v2",
                                      "http_v3"};

/* Of nginx's core and events, which have more than that; then of the modules
 * that rewrite_modules.c loads.  "x*": begins so. */
static const char *const NAMES[] = {"accept_mutex",
                                    "accept_mutex_delay",
                                    "events",
                                    "http",
                                    "multi_accept",
                                    "pcre_jit",
                                    "quic_bpf",
                                    "ssl_object_cache_inheritable",
                                    "thread_pool",
                                    "timer_resolution",
                                    "use",
                                    "worker_aio_requests",
                                    "worker_rlimit_nofile",
                                    "worker_shutdown_timeout",
                                    "brotli*",
                                    "echo*",
                                    "fair",
                                    "geoip2*",
                                    "more_*",
                                    "nchan_*",
                                    "push_stream_*",
                                    "report_uploads",
                                    "sticky",
                                    "subs_filter*",
                                    "track_uploads",
                                    "upload_progress*",
                                    "vhost_traffic_status*",
                                    "zstd*"};

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
  for(size_t i = 0; i < n; i++) {
    size_t end = strlen(list[i]) - 1;
    if(list[i][end] == '*' ? strncmp(name, list[i], end) == 0
                           : strcmp(name, list[i]) == 0)
      return true;
  }
  return false;
}

bool rewrite_allows(const struct rewrite *r, const struct conf_directive *d)
{
  const char *module = NULL;
  const struct conf_form *f = conf_form_next(d->name, NULL, &module);
  bool known = f != NULL;
  if(is_one_of(d->name, NAMES, sizeof(NAMES) / sizeof(NAMES[0])))
    return true;
  for(; f; f = conf_form_next(d->name, f, &module)) {
    if(is_one_of(module, MODULES, sizeof(MODULES) / sizeof(MODULES[0])))
      return true;
  }
  return r->trust_modules && !known;
}
