/* SPDX-License-Identifier: MIT
 * The groups' tables, in the order of the catalogue.  A new group is one line
 * here and `const struct check_group group_NAME` in its file. */
#ifndef WEIR_CHECKS_CORE_GROUPS_H
#define WEIR_CHECKS_CORE_GROUPS_H
#include "checks/core/check.h"

#define GROUP_LIST(X)                                                         \
  X(group_http_status)                                                        \
  X(group_http_error)                                                         \
  X(group_http_overload)                                                      \
  X(group_http_ct)                                                            \
  X(group_http_cache)                                                         \
  X(group_http_framing)                                                       \
  X(group_http_framing_ends)                                                  \
  X(group_http_framing_more)                                                  \
  X(group_http_framing_ends_more)                                             \
  X(group_http_framing_later)                                                 \
  X(group_http_framing_ends_later)                                            \
  X(group_http_coding)                                                        \
  X(group_http_hdr)                                                           \
  X(group_http_method)                                                        \
  X(group_http_redirect)                                                      \
  X(group_http_cors)                                                          \
  X(group_h2)                                                                 \
  X(group_h2_end)                                                             \
  X(group_h2_many)                                                            \
  X(group_h2_end_more)                                                        \
  X(group_h2_same)                                                            \
  X(group_frame_utf8)                                                         \
  X(group_frame_bom)                                                          \
  X(group_frame_eol)                                                          \
  X(group_frame_line)                                                         \
  X(group_frame_dispatch)                                                     \
  X(group_frame_event)                                                        \
  X(group_frame_flow)                                                         \
  X(group_frame_late)                                                         \
  X(group_frame_held)                                                         \
  X(group_frame_data)                                                         \
  X(group_frame_payload)                                                      \
  X(group_frame_finite)                                                       \
  X(group_frame_id)                                                           \
  X(group_frame_retry)                                                        \
  X(group_heartbeat)                                                          \
  X(group_heartbeat_form)                                                     \
  X(group_heartbeat_more)                                                     \
  X(group_resume_offer)                                                       \
  X(group_resume)                                                             \
  X(group_resume_id_only)                                                     \
  X(group_resume_single)                                                      \
  X(group_resume_odd)                                                         \
  X(group_resume_single_more)                                                 \
  X(group_resume_odd_more)                                                    \
  X(group_resume_hostile)                                                     \
  X(group_reconnect)                                                          \
  X(group_reconnect_aborts)                                                   \
  X(group_sec)                                                                \
  X(group_sec_plain)                                                          \
  X(group_proxy_flow)                                                         \
  X(group_proxy_pass)                                                         \
  X(group_proxy_body)                                                         \
  X(group_proxy_ends)                                                         \
  X(group_proxy_body_more)

#define X(name) extern const struct check_group name;
GROUP_LIST(X)
#undef X

/* CHECK_GROUP(name, "text", rows) defines a group from its table. */
#define CHECK_GROUP(name, text, rows)                                         \
  const struct check_group name = {text, rows, sizeof(rows) / sizeof(*(rows))}

#endif
