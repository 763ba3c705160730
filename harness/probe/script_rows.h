/* SPDX-License-Identifier: MIT
 * The rows that scripts.c lists; each is defined in its script's file. */
#ifndef WEIR_PROBE_SCRIPT_ROWS_H
#define WEIR_PROBE_SCRIPT_ROWS_H
#include "probe/scripts.h"

extern const struct script_row script_redirects;
extern const struct script_row script_head_then_get;

#endif
