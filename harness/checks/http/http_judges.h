/* SPDX-License-Identifier: MIT
 * The judging functions of the http.* groups, called through the rows that
 * stand in http_*_rows.c.  Rows are words, judges are decisions; they change
 * for different reasons. */
#ifndef WEIR_CHECKS_HTTP_HTTP_JUDGES_H
#define WEIR_CHECKS_HTTP_HTTP_JUDGES_H
#include "checks/core/check.h"

#define HTTP_JUDGES(X)                                                        \
  X(ct_present)                                                               \
  X(ct_essence)                                                               \
  X(ct_single)                                                                \
  X(ct_charset)                                                               \
  X(ct_params)                                                                \
  X(ct_nosniff)                                                               \
  X(status_200)                                                               \
  X(status_no_203_206)                                                        \
  X(status_1xx)                                                               \
  X(status_204_stop)                                                          \
  X(status_204_empty)                                                         \
  X(status_204_uncached)                                                      \
  X(error_not_200)                                                            \
  X(error_ct)                                                                 \
  X(error_401)                                                                \
  X(error_no_login_redirect)                                                  \
  X(error_cacheable)                                                          \
  X(error_5xx_capacity)                                                       \
  X(error_retry_after)                                                        \
  X(error_no_evict)                                                           \
  X(error_retry_after_jitter)                                                 \
  X(cache_no_store)                                                           \
  X(cache_not_fresh)                                                          \
  X(cache_no_transform)                                                       \
  X(cache_no_age)                                                             \
  X(cache_no_validator)                                                       \
  X(cache_no_304)                                                             \
  X(cache_no_range)                                                           \
  X(cache_vary)                                                               \
  X(cache_two_readers)                                                        \
  X(framing_no_cl)                                                            \
  X(framing_te_cl)                                                            \
  X(framing_self_delimited)                                                   \
  X(framing_te_value)                                                         \
  X(framing_no_te_10)                                                         \
  X(framing_chunk_syntax)                                                     \
  X(framing_chunk_ext)                                                        \
  X(framing_terminator)                                                       \
  X(framing_trailers)                                                         \
  X(framing_header_syntax)                                                    \
  X(framing_header_size)                                                      \
  X(framing_version)                                                          \
  X(framing_chunk_aligned)                                                    \
  X(framing_tls_close)                                                        \
  X(coding_honoured)                                                          \
  X(coding_known)                                                             \
  X(coding_flush)                                                             \
  X(coding_one_late)                                                          \
  X(coding_ratio)                                                             \
  X(hdr_prompt)                                                               \
  X(hdr_prelude)                                                              \
  X(hdr_x_accel)                                                              \
  X(hdr_connection)                                                           \
  X(hdr_date)                                                                 \
  X(hdr_accept_tolerant)                                                      \
  X(hdr_accept_mismatch)                                                      \
  X(hdr_req_cache_control)                                                    \
  X(hdr_cookie_churn)                                                         \
  X(method_get)                                                               \
  X(method_head)                                                              \
  X(method_head_leak)                                                         \
  X(method_options)                                                           \
  X(method_unsupported)                                                       \
  X(redirect_location)                                                        \
  X(redirect_depth)                                                           \
  X(redirect_auth)                                                            \
  X(redirect_query)                                                           \
  X(redirect_scheme)                                                          \
  X(redirect_method)                                                          \
  X(redirect_cors)                                                            \
  X(redirect_reconnect_original)                                              \
  X(redirect_last_event_id)                                                   \
  X(cors_acao)                                                                \
  X(cors_single)                                                              \
  X(cors_credentials)                                                         \
  X(cors_no_reflection)                                                       \
  X(cors_vary)                                                                \
  X(cors_preflight_id)                                                        \
  X(cors_on_error)

#define X(name)                                                               \
  void http_judge_##name(const struct check_input *in, struct finding *f);
HTTP_JUDGES(X)
#undef X

#endif
