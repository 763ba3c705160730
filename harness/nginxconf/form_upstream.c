/* SPDX-License-Identifier: MIT
 * Directives of the families that pass requests on, as nginx 1.31.5
 * declares them; see form.h and form_rows.h. */
#include "nginxconf/form_rows.h"

#define UPSTREAM(f)                                                           \
  {f "_bind", HSL, T1 | T2, VALUE_FREE, true, 0, NULL},                       \
      {f "_socket_keepalive", HSL, T1, VALUE_FLAG, true, V(15, 6), NULL},     \
      {f "_connect_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},             \
      {f "_send_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},                \
      {f "_buffer_size", HSL, T1, VALUE_SIZE, true, 0, NULL},                 \
      {f "_read_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},                \
      {f "_next_upstream_tries", HSL, T1, VALUE_NUM, true, 0, NULL},          \
  {                                                                           \
    f "_next_upstream_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL            \
  }

#define BUFFERED(f)                                                           \
  {f "_store", HSL, T1, VALUE_FREE, true, 0, NULL},                           \
      {f "_store_access", HSL, T1 | T2 | T3, VALUE_FREE, true, 0, NULL},      \
      {f "_buffering", HSL, T1, VALUE_FLAG, true, 0, NULL},                   \
      {f "_request_buffering", HSL, T1, VALUE_FLAG, true, 0, NULL},           \
      {f "_ignore_client_abort", HSL, T1, VALUE_FLAG, true, 0, NULL},         \
      {f "_socket_rcvbuf", HSL, T1, VALUE_SIZE, true, V(31, 3), NULL},        \
      {f "_socket_sndbuf", HSL, T1, VALUE_SIZE, true, V(31, 3), NULL},        \
      {f "_intercept_errors", HSL, T1, VALUE_FLAG, true, 0, NULL},            \
      {f "_pass_request_headers", HSL, T1, VALUE_FLAG, true, 0, NULL},        \
      {f "_pass_request_body", HSL, T1, VALUE_FLAG, true, 0, NULL},           \
      {f "_buffers", HSL, T2, VALUE_BUFS, true, 0, NULL},                     \
      {f "_busy_buffers_size", HSL, T1, VALUE_SIZE, true, 0, NULL},           \
      {f "_force_ranges", HSL, T1, VALUE_FLAG, true, 0, NULL},                \
      {f "_limit_rate", HSL, T1, VALUE_STR, true, 0, NULL},                   \
      {f "_cache", HSL, T1, VALUE_FREE, true, 0, NULL},                       \
      {f "_cache_key", HSL, T1, VALUE_FREE, true, 0, NULL},                   \
      {f "_cache_path", H, M2, VALUE_FREE, false, 0, NULL},                   \
      {f "_cache_bypass", HSL, M1, VALUE_FREE, false, 0, NULL},               \
      {f "_no_cache", HSL, M1, VALUE_FREE, false, 0, NULL},                   \
      {f "_cache_valid", HSL, M1, VALUE_FREE, false, 0, NULL},                \
      {f "_cache_min_uses", HSL, T1, VALUE_NUM, true, 0, NULL},               \
      {f "_cache_max_range_offset", HSL, T1, VALUE_OFF, true, 0, NULL},       \
      {f "_cache_methods", HSL, M1, VALUE_MASK, false, 0, "GET HEAD POST"},   \
      {f "_cache_lock", HSL, T1, VALUE_FLAG, true, 0, NULL},                  \
      {f "_cache_lock_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},          \
      {f "_cache_lock_age", HSL, T1, VALUE_MSEC, true, 0, NULL},              \
      {f "_cache_revalidate", HSL, T1, VALUE_FLAG, true, 0, NULL},            \
      {f "_cache_background_update", HSL, T1, VALUE_FLAG, true, 0, NULL},     \
      {f "_temp_path", HSL, T1 | T2 | T3 | T4, VALUE_FREE, true, 0, NULL},    \
      {f "_max_temp_file_size", HSL, T1, VALUE_SIZE, true, 0, NULL},          \
      {f "_temp_file_write_size", HSL, T1, VALUE_SIZE, true, 0, NULL},        \
      {f "_pass_header", HSL, T1, VALUE_LIST, false, 0, NULL},                \
      {f "_hide_header", HSL, T1, VALUE_LIST, false, 0, NULL},                \
  {                                                                           \
    f "_ignore_headers", HSL, M1, VALUE_MASK, false, 0,                       \
        "X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate "                \
        "X-Accel-Buffering X-Accel-Charset Expires Cache-Control Set-Cookie " \
        "Vary"                                                                \
  }

#define TLS(f)                                                                \
  {f "_ssl_session_reuse", HSL, T1, VALUE_FLAG, true, 0, NULL},               \
      {f "_ssl_protocols",                                                    \
       HSL,                                                                   \
       M1,                                                                    \
       VALUE_MASK,                                                            \
       false,                                                                 \
       0,                                                                     \
       "SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},                          \
      {f "_ssl_ciphers", HSL, T1, VALUE_STR, true, 0, NULL},                  \
      {f "_ssl_name", HSL, T1, VALUE_STR, true, 0, NULL},                     \
      {f "_ssl_server_name", HSL, T1, VALUE_FLAG, true, 0, NULL},             \
      {f "_ssl_verify", HSL, T1, VALUE_FLAG, true, 0, NULL},                  \
      {f "_ssl_verify_depth", HSL, T1, VALUE_NUM, true, 0, NULL},             \
      {f "_ssl_trusted_certificate", HSL, T1, VALUE_STR, true, 0, NULL},      \
      {f "_ssl_crl", HSL, T1, VALUE_STR, true, 0, NULL},                      \
      {f "_ssl_certificate", HSL, T1, VALUE_STR, true, 0, NULL},              \
      {f "_ssl_certificate_key", HSL, T1, VALUE_STR, true, 0, NULL},          \
      {f "_ssl_certificate_cache",                                            \
       HSL,                                                                   \
       T1 | T2 | T3,                                                          \
       VALUE_FREE,                                                            \
       true,                                                                  \
       V(27, 4),                                                              \
       NULL},                                                                 \
      {f "_ssl_password_file", HSL, T1, VALUE_FREE, true, 0, NULL},           \
  {                                                                           \
    f "_ssl_conf_command", HSL, T2, VALUE_LIST, false, V(19, 4), NULL         \
  }

static const struct conf_form http_proxy[] = {
    UPSTREAM("proxy"),
    BUFFERED("proxy"),
    TLS("proxy"),
    {"proxy_pass", L | LIF | LMT, T1, VALUE_FREE, true, 0, NULL},
    {"proxy_redirect", HSL, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"proxy_cookie_domain", HSL, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"proxy_cookie_path", HSL, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"proxy_cookie_flags", HSL, T1 | T2 | T3 | T4, VALUE_FREE, true, V(19, 3),
     NULL},
    {"proxy_send_lowat", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"proxy_set_header", HSL, T2, VALUE_LIST, false, 0, NULL},
    {"proxy_headers_hash_max_size", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"proxy_headers_hash_bucket_size", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"proxy_set_body", HSL, T1, VALUE_STR, true, 0, NULL},
    {"proxy_method", HSL, T1, VALUE_STR, true, 0, NULL},
    {"proxy_pass_trailers", HSL, T1, VALUE_FLAG, true, V(27, 2), NULL},
    {"proxy_cache_use_stale", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_502 http_503 "
     "http_504 http_403 http_404 http_429 updating off"},
    {"proxy_cache_convert_head", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_next_upstream", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_502 http_503 "
     "http_504 http_403 http_404 http_429 updating off"},
    {"proxy_http_version", HSL, T1, VALUE_ENUM, true, 0, "1.0 1.1 2"},
};

static const struct conf_form http_fastcgi[] = {
    UPSTREAM("fastcgi"),
    BUFFERED("fastcgi"),
    {"fastcgi_pass", L | LIF, T1, VALUE_FREE, true, 0, NULL},
    {"fastcgi_index", HSL, T1, VALUE_STR, true, 0, NULL},
    {"fastcgi_split_path_info", HSL, T1, VALUE_FREE, false, 0, NULL},
    {"fastcgi_send_lowat", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"fastcgi_cache_use_stale", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_503 http_403 "
     "http_404 http_429 updating off"},
    {"fastcgi_next_upstream", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_503 http_403 "
     "http_404 http_429 updating off"},
    {"fastcgi_param", HSL, T2 | T3, VALUE_FREE, false, 0, NULL},
    {"fastcgi_catch_stderr", HSL, T1, VALUE_LIST, false, 0, NULL},
    {"fastcgi_keep_conn", HSL, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_uwsgi[] = {
    UPSTREAM("uwsgi"),
    BUFFERED("uwsgi"),
    TLS("uwsgi"),
    {"uwsgi_pass", L | LIF, T1, VALUE_FREE, true, 0, NULL},
    {"uwsgi_modifier1", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"uwsgi_modifier2", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"uwsgi_cache_use_stale", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_503 http_403 "
     "http_404 http_429 updating off"},
    {"uwsgi_next_upstream", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_503 http_403 "
     "http_404 http_429 updating off"},
    {"uwsgi_param", HSL, T2 | T3, VALUE_FREE, false, 0, NULL},
    {"uwsgi_string", HSL, T1, VALUE_STR, true, 0, NULL},
};

static const struct conf_form http_scgi[] = {
    UPSTREAM("scgi"),
    BUFFERED("scgi"),
    {"scgi_pass", L | LIF, T1, VALUE_FREE, true, 0, NULL},
    {"scgi_cache_use_stale", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_503 http_403 "
     "http_404 http_429 updating off"},
    {"scgi_next_upstream", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_503 http_403 "
     "http_404 http_429 updating off"},
    {"scgi_param", HSL, T2 | T3, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_grpc[] = {
    UPSTREAM("grpc"),
    TLS("grpc"),
    {"grpc_pass", L | LIF, T1, VALUE_FREE, true, 0, NULL},
    {"grpc_socket_rcvbuf", HSL, T1, VALUE_SIZE, true, V(31, 3), NULL},
    {"grpc_socket_sndbuf", HSL, T1, VALUE_SIZE, true, V(31, 3), NULL},
    {"grpc_intercept_errors", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"grpc_next_upstream", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_header non_idempotent http_500 http_502 http_503 "
     "http_504 http_403 http_404 http_429 off"},
    {"grpc_set_header", HSL, T2, VALUE_LIST, false, 0, NULL},
    {"grpc_pass_header", HSL, T1, VALUE_LIST, false, 0, NULL},
    {"grpc_hide_header", HSL, T1, VALUE_LIST, false, 0, NULL},
    {"grpc_ignore_headers", HSL, M1, VALUE_MASK, false, 0,
     "X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering "
     "X-Accel-Charset Expires Cache-Control Set-Cookie Vary"},
};

static const struct conf_form http_memcached[] = {
    UPSTREAM("memcached"),
    {"memcached_pass", L | LIF, T1, VALUE_FREE, true, 0, NULL},
    {"memcached_next_upstream", HSL, M1, VALUE_MASK, false, 0,
     "error timeout invalid_response not_found off"},
    {"memcached_gzip_flag", HSL, T1, VALUE_NUM, true, 0, NULL},
};

const struct conf_forms conf_forms_upstream[] = {
    FORMS(http_proxy), FORMS(http_fastcgi), FORMS(http_uwsgi),
    FORMS(http_scgi),  FORMS(http_grpc),    FORMS(http_memcached),
    {NULL, NULL, 0},
};
