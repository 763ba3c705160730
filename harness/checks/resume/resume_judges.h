/* SPDX-License-Identifier: MIT
 * The judging functions of resume.*, reconnect.* and sec.*, called through the
 * rows that stand in *_rows.c. */
#ifndef WEIR_CHECKS_RESUME_RESUME_JUDGES_H
#define WEIR_CHECKS_RESUME_RESUME_JUDGES_H
#include "checks/core/check.h"

#define RESUME_JUDGES(X)                                                      \
  X(detect)                                                                   \
  X(exclusive)                                                                \
  X(no_loss)                                                                  \
  X(no_dup)                                                                   \
  X(order)                                                                    \
  X(same_bytes)                                                               \
  X(ids_stable)                                                               \
  X(seam)                                                                     \
  X(first_has_id)                                                             \
  X(after_rst)                                                                \
  X(id_only)                                                                  \
  X(header)                                                                   \
  X(twice)                                                                    \
  X(competing)                                                                \
  X(unknown_id)                                                               \
  X(expired_id)                                                               \
  X(gap_signal)                                                               \
  X(future_id)                                                                \
  X(empty_header)                                                             \
  X(dup_header)                                                               \
  X(query_fallback)                                                           \
  X(ip_independent)                                                           \
  X(window)                                                                   \
  X(cost)                                                                     \
  X(malformed_id)                                                             \
  X(auth)

#define RECONNECT_JUDGES(X)                                                   \
  X(finite_loop)                                                              \
  X(max_lifetime)                                                             \
  X(lifetime_jitter)                                                          \
  X(retry_before_close)                                                       \
  X(storm)                                                                    \
  X(no_slot_leak)                                                             \
  X(fast_abort)

#define SEC_JUDGES(X)                                                         \
  X(data_lf)                                                                  \
  X(data_cr)                                                                  \
  X(id)                                                                       \
  X(event)                                                                    \
  X(retry)                                                                    \
  X(comment)                                                                  \
  X(tls)                                                                      \
  X(token_in_url)                                                             \
  X(conn_limit)                                                               \
  X(topic_limit)

#define X(name)                                                               \
  void resume_judge_##name(const struct check_input *in, struct finding *f);
RESUME_JUDGES(X)
#undef X
#define X(name)                                                               \
  void reconnect_judge_##name(const struct check_input *in, struct finding *f);
RECONNECT_JUDGES(X)
#undef X
#define X(name)                                                               \
  void sec_judge_##name(const struct check_input *in, struct finding *f);
SEC_JUDGES(X)
#undef X

#endif
