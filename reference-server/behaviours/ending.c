/* SPDX-License-Identifier: MIT
 * How a response ends; see ending.h. */
#include "behaviours/ending.h"

static const char *const NAMES[ENDING_COUNT][3] = {
    [ENDING_CLEAN] = {"clean", "fin", "x"},
    [ENDING_FIN] = {"fin", "truncate", "f"},
    [ENDING_RST] = {"rst", "rst", "r"},
    [ENDING_SLAM] = {"slam", NULL, "l"},
    [ENDING_HALF] = {NULL, "mid-event", NULL},
};

bool ending_read(enum ending_tongue tongue, struct slice name,
                 enum ending *out)
{
  for(int i = 0; i < ENDING_COUNT; i++) {
    if(NAMES[i][tongue] && slice_eq_cstr(name, NAMES[i][tongue])) {
      *out = (enum ending)i;
      return true;
    }
  }
  return false;
}

const char *ending_name(enum ending e)
{
  return NAMES[e][ENDING_QUERY];
}
