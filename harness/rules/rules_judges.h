/* SPDX-License-Identifier: MIT
 * The predicates of rules_buffering.c, rules_timeouts.c and rules_headers.c,
 * called through the rows in rules_*_rows.c. */
#ifndef WEIR_RULES_RULES_JUDGES_H
#define WEIR_RULES_RULES_JUDGES_H
#include "rules/rule.h"

#define RULE_JUDGES(X)                                                        \
  X(buffering_on)                                                             \
  X(tls_hold)                                                                 \
  X(large_tail)                                                               \
  X(small_buffers)                                                            \
  X(temp_spool)                                                               \
  X(header_buffer)                                                            \
  X(read_size)                                                                \
  X(postpone)                                                                 \
  X(nodelay_off)                                                              \
  X(read_timeout)                                                             \
  X(timeout_zero)                                                             \
  X(withheld)                                                                 \
  X(send_timeout)                                                             \
  X(timeouts_noop)                                                            \
  X(stream_timeout)                                                           \
  X(dead_clients)                                                             \
  X(set_header)                                                               \
  X(add_header)                                                               \
  X(cors_double)                                                              \
  X(cors_errors)                                                              \
  X(cache_control)                                                            \
  X(expires)                                                                  \
  X(content_type)                                                             \
  X(hop_headers)

#define X(name)                                                               \
  void rule_judge_##name(const struct doctor_facts *f,                        \
                         struct doctor_finding *out);
RULE_JUDGES(X)
#undef X

#endif
