/* SPDX-License-Identifier: MIT
 * The judging functions of the http.* groups, called through the rows that
 * stand in http_*_rows.c.  Rows are words, judges are decisions; they change
 * for different reasons. */
#ifndef WEIR_CHECKS_HTTP_JUDGES_H
#define WEIR_CHECKS_HTTP_JUDGES_H
#include "checks/check.h"

#define HTTP_JUDGES(X)                                                        \
  X(ct_present)                                                               \
  X(ct_essence)                                                               \
  X(ct_single)                                                                \
  X(ct_charset)                                                               \
  X(ct_params)                                                                \
  X(ct_nosniff)

#define X(name)                                                               \
  void http_judge_##name(const struct check_input *in, struct finding *f);
HTTP_JUDGES(X)
#undef X

#endif
