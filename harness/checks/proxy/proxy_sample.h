/* SPDX-License-Identifier: MIT
 * Hand-made recordings of both sides of a proxy, for the tests of proxy.*.
 *
 *   proxy_sample_begin(&s);
 *   p = proxy_sample_add(&s, SCRIPT_PROXY_FLOW, "steady");   a pair
 *   proxy_sample_event(&p, 100, 101, 60);   written at 100, come at 101 ms
 */
#ifndef WEIR_CHECKS_PROXY_PROXY_SAMPLE_H
#define WEIR_CHECKS_PROXY_PROXY_SAMPLE_H
#include "checks/core/sample.h"

/* Both sides; times are those of the origin's request. */
struct proxy_sample {
  struct recording *client, *origin;
  unsigned events;
};

void proxy_sample_begin(struct sample *s);
/* A stream that both sides begin healthily; the request comes to the origin 2
 * ms after the client began.  The client's ends by us, the origin's properly.
 */
struct proxy_sample proxy_sample_add(struct sample *s, enum script_id id,
                                     const char *role);
/* The same with these heads; head "" = none. */
struct proxy_sample proxy_sample_heads(struct sample *s, enum script_id id,
                                       const char *role, const char *sent,
                                       const char *got);
/* An event of so many bytes. */
void proxy_sample_event(struct proxy_sample *p, int64_t sent_ms,
                        int64_t come_ms, size_t bytes);
/* Body text in one chunk on both sides. */
void proxy_sample_text(struct proxy_sample *p, int64_t sent_ms,
                       int64_t come_ms, const char *text);
/* The request as the client sent it and as it reached the origin. */
void proxy_sample_request(struct proxy_sample *p, const char *sent,
                          const char *arrived);
/* What the origin noted behind its name: "ended=clean ended_ms=500". */
void proxy_sample_note(struct proxy_sample *p, const char *attributes);

#endif
