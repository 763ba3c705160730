/* SPDX-License-Identifier: MIT
 * How directives are inherited, and nginx's built-in defaults: a table after
 * the merge functions and the documentation; see effective.h. */
#include <string.h>

#include "nginxconf/effective.h"

/* What all five upstream families have. */
#define FAMILY(f)                                                             \
  {f "_pass", CONF_HANDLER, NULL}, {f "_bind", CONF_SCALAR, NULL},            \
      {f "_buffer_size", CONF_SCALAR, "4k"},                                  \
      {f "_connect_timeout", CONF_SCALAR, "60s"},                             \
      {f "_hide_header", CONF_LIST, NULL},                                    \
      {f "_ignore_headers", CONF_MASK, NULL},                                 \
      {f "_intercept_errors", CONF_SCALAR, "off"},                            \
      {f "_next_upstream", CONF_MASK, "error timeout"},                       \
      {f "_next_upstream_timeout", CONF_SCALAR, "0"},                         \
      {f "_next_upstream_tries", CONF_SCALAR, "0"},                           \
      {f "_pass_header", CONF_LIST, NULL},                                    \
      {f "_read_timeout", CONF_SCALAR, "60s"},                                \
      {f "_send_timeout", CONF_SCALAR, "60s"},                                \
  {                                                                           \
    f "_socket_keepalive", CONF_SCALAR, "off"                                 \
  }

/* What gRPC lacks: it passes everything on at once and keeps nothing. */
#define BUFFERED(f)                                                           \
  {f "_buffering", CONF_SCALAR, "on"}, {f "_buffers", CONF_SCALAR, "8 4k"},   \
      {f "_busy_buffers_size", CONF_SCALAR, "8k"},                            \
      {f "_cache", CONF_SCALAR, "off"},                                       \
      {f "_cache_background_update", CONF_SCALAR, "off"},                     \
      {f "_cache_bypass", CONF_LIST, NULL},                                   \
      {f "_cache_key", CONF_SCALAR, NULL},                                    \
      {f "_cache_lock", CONF_SCALAR, "off"},                                  \
      {f "_cache_lock_age", CONF_SCALAR, "5s"},                               \
      {f "_cache_lock_timeout", CONF_SCALAR, "5s"},                           \
      {f "_cache_max_range_offset", CONF_SCALAR, NULL},                       \
      {f "_cache_methods", CONF_MASK, "GET HEAD"},                            \
      {f "_cache_min_uses", CONF_SCALAR, "1"},                                \
      {f "_cache_revalidate", CONF_SCALAR, "off"},                            \
      {f "_cache_use_stale", CONF_MASK, "off"},                               \
      {f "_cache_valid", CONF_LIST, NULL},                                    \
      {f "_force_ranges", CONF_SCALAR, "off"},                                \
      {f "_ignore_client_abort", CONF_SCALAR, "off"},                         \
      {f "_limit_rate", CONF_SCALAR, "0"},                                    \
      {f "_max_temp_file_size", CONF_SCALAR, "1024m"},                        \
      {f "_no_cache", CONF_LIST, NULL},                                       \
      {f "_pass_request_body", CONF_SCALAR, "on"},                            \
      {f "_pass_request_headers", CONF_SCALAR, "on"},                         \
      {f "_request_buffering", CONF_SCALAR, "on"},                            \
      {f "_store", CONF_SCALAR, "off"},                                       \
      {f "_store_access", CONF_SCALAR, "user:rw"},                            \
      {f "_temp_file_write_size", CONF_SCALAR, "8k"},                         \
  {                                                                           \
    f "_temp_path", CONF_SCALAR, f "_temp"                                    \
  }

static const struct conf_known known[] = {
    FAMILY("proxy"),
    FAMILY("fastcgi"),
    FAMILY("uwsgi"),
    FAMILY("scgi"),
    FAMILY("grpc"),
    BUFFERED("proxy"),
    BUFFERED("fastcgi"),
    BUFFERED("uwsgi"),
    BUFFERED("scgi"),
    {"proxy_cookie_domain", CONF_LIST, "off"},
    {"proxy_cookie_flags", CONF_LIST, "off"},
    {"proxy_cookie_path", CONF_LIST, "off"},
    {"proxy_http_version", CONF_SCALAR, "1.1"},
    {"proxy_method", CONF_SCALAR, NULL},
    {"proxy_redirect", CONF_LIST, "default"},
    {"proxy_set_body", CONF_SCALAR, NULL},
    {"proxy_set_header", CONF_LIST, "Host $proxy_host"},
    {"proxy_ssl_certificate", CONF_SCALAR, NULL},
    {"proxy_ssl_name", CONF_SCALAR, "$proxy_host"},
    {"proxy_ssl_protocols", CONF_MASK, "TLSv1.2 TLSv1.3"},
    {"proxy_ssl_server_name", CONF_SCALAR, "off"},
    {"proxy_ssl_session_reuse", CONF_SCALAR, "on"},
    {"proxy_ssl_trusted_certificate", CONF_SCALAR, NULL},
    {"proxy_ssl_verify", CONF_SCALAR, "off"},
    {"fastcgi_index", CONF_SCALAR, NULL},
    {"fastcgi_keep_conn", CONF_SCALAR, "off"},
    {"fastcgi_param", CONF_LIST, NULL},
    {"fastcgi_split_path_info", CONF_SCALAR, NULL},
    {"grpc_set_header", CONF_LIST, "Content-Length $content_length"},
    {"scgi_param", CONF_LIST, NULL},
    {"uwsgi_param", CONF_LIST, NULL},
    {"uwsgi_modifier1", CONF_SCALAR, "0"},
    {"uwsgi_modifier2", CONF_SCALAR, "0"},
    /* main and events */
    {"accept_mutex", CONF_SCALAR, "off"},
    {"daemon", CONF_SCALAR, "on"},
    {"error_log", CONF_LIST, "logs/error.log error"},
    {"load_module", CONF_LIST, NULL},
    {"master_process", CONF_SCALAR, "on"},
    {"multi_accept", CONF_SCALAR, "off"},
    {"pcre_jit", CONF_SCALAR, "off"},
    {"pid", CONF_SCALAR, "logs/nginx.pid"},
    {"use", CONF_SCALAR, NULL},
    {"user", CONF_SCALAR, "nobody nobody"},
    {"worker_connections", CONF_SCALAR, "512"},
    {"worker_cpu_affinity", CONF_SCALAR, NULL},
    {"worker_processes", CONF_SCALAR, "1"},
    {"worker_rlimit_nofile", CONF_SCALAR, NULL},
    {"worker_shutdown_timeout", CONF_SCALAR, NULL},
    /* upstream */
    {"keepalive", CONF_SCALAR, "32 local"},
    {"least_conn", CONF_SCALAR, NULL},
    {"ip_hash", CONF_SCALAR, NULL},
    {"hash", CONF_SCALAR, NULL},
    {"zone", CONF_SCALAR, NULL},
    /* http, server, location */
    {"absolute_redirect", CONF_SCALAR, "on"},
    {"access_log", CONF_LIST, "logs/access.log combined"},
    {"add_after_body", CONF_SCALAR, NULL},
    {"add_before_body", CONF_SCALAR, NULL},
    {"add_header", CONF_LIST, NULL},
    {"add_header_inherit", CONF_SCALAR, "on"},
    {"add_trailer", CONF_LIST, NULL},
    {"addition_types", CONF_LIST, "text/html"},
    {"aio", CONF_SCALAR, "off"},
    {"alias", CONF_HANDLER, NULL},
    {"allow", CONF_LIST, NULL},
    {"auth_basic", CONF_SCALAR, "off"},
    {"auth_basic_user_file", CONF_SCALAR, NULL},
    {"auth_request", CONF_SCALAR, "off"},
    {"auth_request_set", CONF_LIST, NULL},
    {"autoindex", CONF_SCALAR, "off"},
    {"break", CONF_STEP, NULL},
    {"brotli", CONF_SCALAR, "off"},
    {"brotli_types", CONF_LIST, "text/html"},
    {"charset", CONF_SCALAR, "off"},
    {"charset_types", CONF_LIST,
     "text/html text/xml text/plain text/vnd.wap.wml application/javascript "
     "application/rss+xml"},
    {"chunked_transfer_encoding", CONF_SCALAR, "on"},
    {"client_body_buffer_size", CONF_SCALAR, "16k"},
    {"client_body_temp_path", CONF_SCALAR, "client_body_temp"},
    {"client_body_timeout", CONF_SCALAR, "60s"},
    {"client_header_buffer_size", CONF_SCALAR, "1k"},
    {"client_header_timeout", CONF_SCALAR, "60s"},
    {"client_max_body_size", CONF_SCALAR, "1m"},
    {"default_type", CONF_SCALAR, "text/plain"},
    {"deny", CONF_LIST, NULL},
    {"empty_gif", CONF_HANDLER, NULL},
    {"error_page", CONF_LIST, NULL},
    {"etag", CONF_SCALAR, "on"},
    {"expires", CONF_SCALAR, "off"},
    {"gunzip", CONF_SCALAR, "off"},
    {"gzip", CONF_SCALAR, "off"},
    {"gzip_buffers", CONF_SCALAR, "32 4k"},
    {"gzip_comp_level", CONF_SCALAR, "1"},
    {"gzip_disable", CONF_LIST, NULL},
    {"gzip_http_version", CONF_SCALAR, "1.1"},
    {"gzip_min_length", CONF_SCALAR, "20"},
    {"gzip_proxied", CONF_MASK, "off"},
    {"gzip_static", CONF_SCALAR, "off"},
    {"gzip_types", CONF_LIST, "text/html"},
    {"gzip_vary", CONF_SCALAR, "off"},
    {"http2", CONF_SCALAR, "off"},
    {"http2_body_preread_size", CONF_SCALAR, "64k"},
    {"http2_chunk_size", CONF_SCALAR, "8k"},
    {"http2_idle_timeout", CONF_SCALAR, "3m"},
    {"http2_max_concurrent_streams", CONF_SCALAR, "128"},
    {"http2_max_requests", CONF_SCALAR, "1000"},
    {"http2_recv_timeout", CONF_SCALAR, "30s"},
    {"http3", CONF_SCALAR, "on"},
    {"ignore_invalid_headers", CONF_SCALAR, "on"},
    {"include", CONF_STEP, NULL},
    {"index", CONF_LIST, "index.html"},
    {"internal", CONF_HANDLER, NULL},
    {"keepalive_disable", CONF_MASK, "msie6"},
    {"keepalive_requests", CONF_SCALAR, "1000"},
    {"keepalive_time", CONF_SCALAR, "1h"},
    {"keepalive_timeout", CONF_SCALAR, "75s"},
    {"large_client_header_buffers", CONF_SCALAR, "4 8k"},
    {"limit_conn", CONF_LIST, NULL},
    {"limit_conn_dry_run", CONF_SCALAR, "off"},
    {"limit_conn_status", CONF_SCALAR, "503"},
    {"limit_rate", CONF_SCALAR, "0"},
    {"limit_rate_after", CONF_SCALAR, "0"},
    {"limit_req", CONF_LIST, NULL},
    {"limit_req_dry_run", CONF_SCALAR, "off"},
    {"limit_req_status", CONF_SCALAR, "503"},
    {"lingering_close", CONF_SCALAR, "on"},
    {"lingering_time", CONF_SCALAR, "30s"},
    {"lingering_timeout", CONF_SCALAR, "5s"},
    {"listen", CONF_LIST, "*:80"},
    {"limit_conn_zone", CONF_STEP, NULL},
    {"limit_req_zone", CONF_STEP, NULL},
    {"log_format", CONF_STEP, NULL},
    {"log_not_found", CONF_SCALAR, "on"},
    {"log_subrequest", CONF_SCALAR, "off"},
    {"max_ranges", CONF_SCALAR, NULL},
    {"merge_slashes", CONF_SCALAR, "on"},
    {"mirror", CONF_LIST, "off"},
    {"mirror_request_body", CONF_SCALAR, "on"},
    {"msie_padding", CONF_SCALAR, "on"},
    {"open_file_cache", CONF_SCALAR, "off"},
    {"output_buffers", CONF_SCALAR, "2 32k"},
    {"port_in_redirect", CONF_SCALAR, "on"},
    {"postpone_output", CONF_SCALAR, "1460"},
    {"proxy_cache_path", CONF_STEP, NULL},
    {"proxy_timeout", CONF_SCALAR, "10m"},
    {"real_ip_header", CONF_SCALAR, "X-Real-IP"},
    {"recursive_error_pages", CONF_SCALAR, "off"},
    {"request_pool_size", CONF_SCALAR, "4k"},
    {"reset_timedout_connection", CONF_SCALAR, "off"},
    {"resolver", CONF_LIST, NULL},
    {"resolver_timeout", CONF_SCALAR, "30s"},
    {"return", CONF_STEP, NULL},
    {"rewrite", CONF_STEP, NULL},
    {"rewrite_log", CONF_SCALAR, "off"},
    {"root", CONF_SCALAR, "html"},
    {"satisfy", CONF_SCALAR, "all"},
    {"send_lowat", CONF_SCALAR, "0"},
    {"send_timeout", CONF_SCALAR, "60s"},
    {"sendfile", CONF_SCALAR, "off"},
    {"sendfile_max_chunk", CONF_SCALAR, "2m"},
    {"server_name", CONF_LIST, NULL},
    {"server_name_in_redirect", CONF_SCALAR, "off"},
    {"server_tokens", CONF_SCALAR, "on"},
    {"server_names_hash_bucket_size", CONF_SCALAR, "64"},
    {"server_names_hash_max_size", CONF_SCALAR, "512"},
    {"set", CONF_STEP, NULL},
    {"set_real_ip_from", CONF_LIST, NULL},
    {"slice", CONF_SCALAR, "0"},
    {"source_charset", CONF_SCALAR, "off"},
    {"ssi", CONF_SCALAR, "off"},
    {"ssi_types", CONF_LIST, "text/html"},
    {"ssl_buffer_size", CONF_SCALAR, "16k"},
    {"ssl_certificate", CONF_LIST, NULL},
    {"ssl_certificate_key", CONF_LIST, NULL},
    {"ssl_ciphers", CONF_SCALAR, "HIGH:!aNULL:!MD5"},
    {"ssl_protocols", CONF_MASK, "TLSv1.2 TLSv1.3"},
    {"ssl_session_cache", CONF_SCALAR, "none"},
    {"ssl_session_tickets", CONF_SCALAR, "on"},
    {"ssl_session_timeout", CONF_SCALAR, "5m"},
    {"stub_status", CONF_HANDLER, NULL},
    {"sub_filter", CONF_LIST, NULL},
    {"sub_filter_last_modified", CONF_SCALAR, "off"},
    {"sub_filter_once", CONF_SCALAR, "on"},
    {"sub_filter_types", CONF_LIST, "text/html"},
    {"subrequest_output_buffer_size", CONF_SCALAR, "4k"},
    {"tcp_nodelay", CONF_SCALAR, "on"},
    {"tcp_nopush", CONF_SCALAR, "off"},
    {"try_files", CONF_STEP, NULL},
    {"types", CONF_LIST, NULL},
    {"types_hash_bucket_size", CONF_SCALAR, "64"},
    {"types_hash_max_size", CONF_SCALAR, "1024"},
    {"underscores_in_headers", CONF_SCALAR, "off"},
    {"uninitialized_variable_warn", CONF_SCALAR, "on"},
    {"variables_hash_bucket_size", CONF_SCALAR, "64"},
    {"variables_hash_max_size", CONF_SCALAR, "1024"},
    {"xslt_stylesheet", CONF_LIST, NULL},
    {"zstd", CONF_SCALAR, "off"},
    {"zstd_types", CONF_LIST, "text/html"},
};

size_t conf_known_count(void)
{
  return sizeof(known) / sizeof(known[0]);
}

const struct conf_known *conf_known_at(size_t i)
{
  return i < conf_known_count() ? &known[i] : NULL;
}

const struct conf_known *conf_known_find(const char *name)
{
  size_t i;
  for(i = 0; i < conf_known_count(); i++) {
    if(strcmp(known[i].name, name) == 0)
      return &known[i];
  }
  return NULL;
}
