/* SPDX-License-Identifier: MIT
 * Response freshness as RFC 9111 reads it: Cache-Control directives, Expires
 * and Date. */
#ifndef WEIR_CHECKS_HTTP_CACHE_CONTROL_H
#define WEIR_CHECKS_HTTP_CACHE_CONTROL_H
#include <stdbool.h>
#include <stdint.h>

#include "recording/recording.h"

struct cache_control {
  bool present;
  bool no_store, is_public, immutable, no_transform, must_revalidate;
  bool no_cache, is_private;     /* without field names: those bind less */
  int64_t max_age_s, s_maxage_s; /* -1 absent or not a number */
};

/* cache_control_parse reads all Cache-Control lines.  Unknown directives are
 * ignored, of doubled ones the first counts (RFC 9111 section 4.2.1). */
void cache_control_parse(const struct message_head *h,
                         struct cache_control *cc);
/* http_date_parse reads the three forms of RFC 9110 section 5.6.7 to seconds
 * since the epoch.  now_s decides the century of the two-digit form.  False
 * when it is no date. */
bool http_date_parse(struct slice text, int64_t now_s, int64_t *out_s);
/* cache_expires_in gives Expires minus Date in seconds (now_s where there is
 * no Date); false without a readable Expires, which means "already". */
bool cache_expires_in(const struct message_head *h, int64_t now_s,
                      int64_t *out_s);

#endif
