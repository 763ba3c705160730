/* SPDX-License-Identifier: MIT
 * The one question an EventSource asks of a Content-Type. */
#ifndef WEIR_SSE_CONTENT_TYPE_H
#define WEIR_SSE_CONTENT_TYPE_H
#include <stdbool.h>

#include "base/slice.h"

/* content_type_is_event_stream: the essence is text/event-stream, compared
 * without case; parameters do not matter (HTML, "announce the connection"). */
bool content_type_is_event_stream(struct slice value);

#endif
