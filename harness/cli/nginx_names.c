/* SPDX-License-Identifier: MIT
 * A short list out of some 300 directives; see nginx_names.h. */
#include "cli/nginx_names.h"

#include <stdio.h>

static const char *const of_family[] = {"buffering",
                                        "buffer_size",
                                        "buffers",
                                        "read_timeout",
                                        "send_timeout",
                                        "connect_timeout",
                                        "http_version",
                                        "set_header",
                                        "param",
                                        "cache",
                                        "cache_valid",
                                        "cache_lock",
                                        "ignore_headers",
                                        "hide_header",
                                        "pass_header",
                                        "ignore_client_abort",
                                        "intercept_errors",
                                        "next_upstream",
                                        "limit_rate",
                                        "max_temp_file_size",
                                        "store",
                                        "pass_request_headers",
                                        "bind"};

static const char *const common[] = {"gzip",
                                     "gzip_types",
                                     "brotli",
                                     "sub_filter",
                                     "ssi",
                                     "charset",
                                     "add_header",
                                     "expires",
                                     "error_page",
                                     "limit_conn",
                                     "limit_req",
                                     "limit_rate",
                                     "send_timeout",
                                     "auth_request",
                                     "mirror",
                                     "chunked_transfer_encoding",
                                     "tcp_nodelay",
                                     "ssl_buffer_size",
                                     "http2",
                                     "http2_max_concurrent_streams",
                                     "keepalive",
                                     "worker_connections",
                                     "worker_processes",
                                     "worker_rlimit_nofile",
                                     "worker_shutdown_timeout"};

/* Filters that are off, limits of none and empty lists say nothing. */
static bool is_worth_it(const struct conf_route *r, const char *name,
                        struct conf_version v)
{
  struct conf_setting s = conf_effective(r, name, v);
  if(s.n > 0)
    return true;
  return s.origin == CONF_DEFAULT && !conf_setting_is(&s, "off") &&
         !conf_setting_is(&s, "0") && !conf_setting_is(&s, "text/html");
}

size_t nginx_names(const struct conf_route *r,
                   const struct nginx_effective *ask,
                   const char *names[NGINX_NAMES_MAX])
{
  const char *family = conf_family_name(r->family);
  size_t n = 0, i;
  for(i = 0; i < ask->nnames && n < NGINX_NAMES_MAX; i++)
    names[n++] = ask->names[i];
  if(n > 0)
    return n;
  for(i = 0; i < sizeof(of_family) / sizeof(of_family[0]); i++) {
    char name[80];
    const struct conf_known *known;
    snprintf(name, sizeof(name), "%s_%s", family, of_family[i]);
    known = conf_known_find(name);
    if(known && is_worth_it(r, known->name, ask->version))
      names[n++] = known->name;
  }
  for(i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
    if(is_worth_it(r, common[i], ask->version))
      names[n++] = common[i];
  }
  return n;
}
