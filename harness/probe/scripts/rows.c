/* SPDX-License-Identifier: MIT
 * The table of scripts: one row and one file each. */
#include "probe/scripts/script.h"

#include "probe/scripts/rows.h"

static const struct script_row *const rows[] = {
    &script_redirects,   &script_head_then_get,
    &script_finished,    &script_resume,
    &script_seam,        &script_resume_ids,
    &script_hostile_ids, &script_users,
    &script_aborts,      &script_fast_aborts,
    &script_overload,    &script_storm,
    &script_loop,        &script_publish,
    &script_inject,      &script_head_leak,
    &script_h2,          &script_h2_end,
    &script_h2_many,     &script_proxy_hello,
    &script_proxy_flow,  &script_proxy_pass,
    &script_proxy_bytes, &script_proxy_ends,
    &script_proxy_idle,  &script_proxy_crowd,
    &script_proxy_slow,  &script_steps_before,
    &script_steps,       &script_steps_last,
    &script_held,
};

const struct script_row *script_find(enum script_id id)
{
  size_t i;
  for(i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
    if(rows[i]->id == id)
      return rows[i];
  }
  return NULL;
}
