/* SPDX-License-Identifier: MIT
 * The rows that rows.c lists; each is defined in its script's file. */
#ifndef WEIR_PROBE_SCRIPTS_ROWS_H
#define WEIR_PROBE_SCRIPTS_ROWS_H
#include "probe/scripts/script.h"

extern const struct script_row script_redirects;
extern const struct script_row script_head_then_get;
extern const struct script_row script_finished;
extern const struct script_row script_resume;
extern const struct script_row script_seam;
extern const struct script_row script_resume_ids;
extern const struct script_row script_hostile_ids;
extern const struct script_row script_users;
extern const struct script_row script_aborts;
extern const struct script_row script_fast_aborts;
extern const struct script_row script_overload;
extern const struct script_row script_storm;
extern const struct script_row script_loop;
extern const struct script_row script_publish;
extern const struct script_row script_inject;
extern const struct script_row script_head_leak;
extern const struct script_row script_held;
extern const struct script_row script_h2;
extern const struct script_row script_h2_end;
extern const struct script_row script_h2_many;
extern const struct script_row script_steps_before;
extern const struct script_row script_steps;
extern const struct script_row script_steps_last;
extern const struct script_row script_proxy_hello;
extern const struct script_row script_proxy_flow;
extern const struct script_row script_proxy_pass;
extern const struct script_row script_proxy_bytes;
extern const struct script_row script_proxy_ends;
extern const struct script_row script_proxy_idle;
extern const struct script_row script_proxy_crowd;
extern const struct script_row script_proxy_slow;

#endif
