/* SPDX-License-Identifier: MIT
 * The bytes of a request: what an EventSource would send, the user's headers,
 * and what an exchange changes about them.  Private to probe/. */
#ifndef WEIR_PROBE_REQUEST_H
#define WEIR_PROBE_REQUEST_H
#include "probe/recorder.h"
#include "transport/url.h"

#define REQUEST_MAX_FIELDS 128
#define REQUEST_MAX_BYTES  ((size_t)1 << 20)

/* request_method: the request's, the target's, or GET. */
const char *request_method(const struct target *t,
                           const struct probe_request *q);
/* request_url appends the absolute URL that is asked for. */
int request_url(struct buf *out, const struct target *t,
                const struct probe_request *q);
/* request_build appends the request for that URL.  0, E_TOO_LONG, E_NOMEM. */
int request_build(struct buf *out, const struct target *t,
                  const struct probe_request *q, const char *url);

#endif
