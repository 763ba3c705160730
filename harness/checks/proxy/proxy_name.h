/* SPDX-License-Identifier: MIT
 * Which proxy it is, by the traces that it leaves on both sides: so that its
 * own remedies are told and not everybody's.  Pure. */
#ifndef WEIR_CHECKS_PROXY_PROXY_NAME_H
#define WEIR_CHECKS_PROXY_PROXY_NAME_H
#include "checks/core/check.h"

/* proxy_name is the name as fixes use it ("HAProxy"), or NULL. */
const char *proxy_name(const struct check_input *in);

#endif
