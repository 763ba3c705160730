/* SPDX-License-Identifier: MIT
 * Content-Type essence; see content_type.h. */
#include "sse/content_type.h"

bool content_type_is_event_stream(struct slice value)
{
  return slice_ieq_cstr(slice_trim(slice_cut(&value, ';')),
                        "text/event-stream");
}
