/* SPDX-License-Identifier: MIT
 * How a response ends, well or badly, in the words of all who may ask for it.
 * Pure. */
#ifndef WEIR_SERVER_BEHAVIOURS_ENDING_H
#define WEIR_SERVER_BEHAVIOURS_ENDING_H
#include <stdbool.h>

#include "base/slice.h"

enum ending {
  ENDING_CLEAN, /* what ends the body, then FIN or the next request */
  ENDING_FIN,   /* FIN without that */
  ENDING_RST,
  ENDING_SLAM, /* RST instead of a response */
  ENDING_HALF, /* FIN in the middle of an event */
  ENDING_COUNT
};

/* Who asks: end= of an origin's query, how= of /control/drop, a play's step.
 */
enum ending_tongue { ENDING_QUERY, ENDING_DROP, ENDING_STEP };

/* ending_read finds the ending of that name; false where there is none. */
bool ending_read(enum ending_tongue tongue, struct slice name,
                 enum ending *out);
/* ending_name is what logs call it. */
const char *ending_name(enum ending e);

#endif
