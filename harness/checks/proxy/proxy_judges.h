/* SPDX-License-Identifier: MIT
 * The judging functions of proxy.*, called through the rows that stand in
 * proxy_*_rows.c. */
#ifndef WEIR_CHECKS_PROXY_PROXY_JUDGES_H
#define WEIR_CHECKS_PROXY_PROXY_JUDGES_H
#include "checks/core/check.h"

#define PROXY_JUDGES(X)                                                       \
  X(bytes)                                                                    \
  X(no_buffer)                                                                \
  X(lonely_event)                                                             \
  X(headers_flush)                                                            \
  X(no_coalesce)                                                              \
  X(order)                                                                    \
  X(status)                                                                   \
  X(ct)                                                                       \
  X(last_event_id)                                                            \
  X(req_headers)                                                              \
  X(query)                                                                    \
  X(cache_bypass)                                                             \
  X(single_upstream)                                                          \
  X(client_abort)                                                             \
  X(upstream_abort)                                                           \
  X(upstream_eof)                                                             \
  X(idle_timeout)                                                             \
  X(hop_by_hop)                                                               \
  X(via)                                                                      \
  X(http11_upstream)                                                          \
  X(no_compress)                                                              \
  X(x_accel)                                                                  \
  X(large_event)                                                              \
  X(split_utf8)                                                               \
  X(concurrent)                                                               \
  X(slow_client)                                                              \
  X(error_page)                                                               \
  X(head)

#define X(name)                                                               \
  void proxy_judge_##name(const struct check_input *in, struct finding *f);
PROXY_JUDGES(X)
#undef X

#endif
