/* SPDX-License-Identifier: MIT
 * Both sides of a proxy: the client's recording, and what weir's own origin
 * recorded of the same request (recording/origin_side.h).  Pure. */
#ifndef WEIR_CHECKS_PROXY_PROXY_PAIR_H
#define WEIR_CHECKS_PROXY_PROXY_PAIR_H
#include "checks/core/check.h"

/* The command that shows what a check saw. */
#define PROXY_REPRODUCE(id) "weir check {url} --via-origin PORT --only " id

struct proxy_pair {
  const struct recording *client, *origin;
  int64_t shift_ns; /* to be added to the origin's times */
};

/* Why proxy.* do not apply, or NULL. */
const char *proxy_skip(const struct check_input *in);

/* proxy_client finds the n-th recording of the role; otherwise NULL with
 * UNTESTABLE set. */
const struct recording *proxy_client(const struct check_input *in,
                                     enum script_id id, enum role role,
                                     size_t n, struct finding *f);
/* proxy_origin finds what the origin recorded for it: the request that it
 * answers, else the first with its id.  NULL when nothing reached it. */
const struct recording *proxy_origin(const struct check_input *in,
                                     const struct recording *client);
/* How often the request of this recording reached the origin. */
size_t proxy_requests(const struct check_input *in,
                      const struct recording *client);
/* proxy_find is both; false with UNTESTABLE set. */
bool proxy_find(const struct check_input *in, enum script_id id,
                enum role role, size_t n, struct finding *f,
                struct proxy_pair *out);
/* The same where the client got an event stream. */
bool proxy_find_stream(const struct check_input *in, enum script_id id,
                       enum role role, struct finding *f,
                       struct proxy_pair *out);

/* How events came that the origin wrote. */
struct proxy_delivery {
  size_t sent, came; /* of those the client could still have got */
  size_t late;       /* later than the limit, or never */
  size_t pairs;      /* neighbours written at least 20 ms apart */
  size_t merged;     /* of those, come at once */
  int64_t median_ns, max_ns;
  size_t slow_sizes; /* sizes of which every event was slow, at least two */
  size_t least_slow; /* the smallest of these, in bytes */
  bool at_end;       /* the late ones came when the origin had ended */
};

/* proxy_measure: 0 or E_NOMEM. */
int proxy_measure(const struct proxy_pair *p, int64_t limit_ns,
                  struct proxy_delivery *d);
/* The deadline of an event through the proxy. */
int64_t proxy_event_limit(const struct check_input *in,
                          const struct proxy_pair *p);
/* Half of the events are slow, or all of a size, or a tenth of them late: one
 * pause of a busy machine is none of these. */
bool proxy_is_slow(const struct proxy_delivery *d);
/* A line of evidence. */
void proxy_note_delivery(struct finding *f, const char *what,
                         const struct proxy_delivery *d);

#endif
