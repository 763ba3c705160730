/* SPDX-License-Identifier: MIT
 * The judging functions of the frame.* groups, called through the rows in
 * frame_*_rows.c.  Each looks at one recording, mostly "plain". */
#ifndef WEIR_CHECKS_FRAME_FRAME_JUDGES_H
#define WEIR_CHECKS_FRAME_FRAME_JUDGES_H
#include "checks/core/check.h"

#define FRAME_JUDGES(X)                                                       \
  X(utf8_valid)                                                               \
  X(utf8_not_utf16)                                                           \
  X(bom_leading)                                                              \
  X(bom_inner)                                                                \
  X(eol_consistent)                                                           \
  X(eol_cr)                                                                   \
  X(eol_crlf)                                                                 \
  X(line_known)                                                               \
  X(line_garbage)                                                             \
  X(line_name_case)                                                           \
  X(line_name_space)                                                          \
  X(line_length)                                                              \
  X(line_control)                                                             \
  X(event_dispatched)                                                         \
  X(event_terminated)                                                         \
  X(event_no_data)                                                            \
  X(event_bare_control)                                                       \
  X(event_reserved_name)                                                      \
  X(event_name_chars)                                                         \
  X(event_dup_fields)                                                         \
  X(event_atomic)                                                             \
  X(event_size)                                                               \
  X(event_rate)                                                               \
  X(data_join)                                                                \
  X(data_raw_crlf)                                                            \
  X(data_leading_space)                                                       \
  X(data_trailing_newline)                                                    \
  X(data_empty)                                                               \
  X(data_unicode)                                                             \
  X(data_json)                                                                \
  X(finite)                                                                   \
  X(id_nul)                                                                   \
  X(id_header_safe)                                                           \
  X(id_ascii)                                                                 \
  X(id_length)                                                                \
  X(id_unique)                                                                \
  X(id_monotonic)                                                             \
  X(id_always)                                                                \
  X(id_reset)                                                                 \
  X(retry_digits)                                                             \
  X(retry_range)                                                              \
  X(retry_present)                                                            \
  X(retry_early)                                                              \
  X(retry_spread)

#define X(name)                                                               \
  void frame_judge_##name(const struct check_input *in, struct finding *f);
FRAME_JUDGES(X)
#undef X

/* Why payload checks do not apply: no publish hook. */
/* Why a finite stream is no fault: it was declared to be one. */
const char *frame_skip_finite(const struct check_input *in);

#endif
