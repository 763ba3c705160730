/* SPDX-License-Identifier: MIT
 * What the judges of h2.* share. */
#ifndef WEIR_CHECKS_H2_H2_COMMON_H
#define WEIR_CHECKS_H2_H2_COMMON_H
#include "checks/core/check.h"
#include "checks/core/roles.h"

/* Why HTTP/2 is not looked at (check.skip); NULL where it is. */
const char *h2_skip_plain(const struct check_input *in);
/* The same, and for streams that do not end. */
const char *h2_skip_not_finite(const struct check_input *in);

/* h2_connection finds the script's connection of that part when it speaks
 * HTTP/2; otherwise sets SKIP (not offered) or UNTESTABLE and returns NULL. */
const struct recording *h2_connection(const struct check_input *in,
                                      enum script_id id, enum h2_part part,
                                      struct finding *f);
/* h2_head finds the script's first stream of that role when its head came, and
 * h2_stream when it is an event stream; otherwise they set SKIP or UNTESTABLE
 * and return NULL. */
const struct recording *h2_head(const struct check_input *in,
                                enum script_id id, enum role role,
                                struct finding *f);
const struct recording *h2_stream(const struct check_input *in,
                                  enum script_id id, enum role role,
                                  struct finding *f);

#endif
