/* SPDX-License-Identifier: MIT
 * From a scenario and a machine to a plan; see load.h. */
#include <string.h>

#include "load/load.h"
#include "load/schedule.h"
#include "transport/address.h"
#include "transport/url.h"

/* Measured with `bench`; what a run needs, streams and accounts together. */
#define BYTES_LEAN  2500u
#define BYTES_CURL  16000u
#define BYTES_TLS   70000u
#define BYTES_HTTP2 20000u

static uint64_t bytes_each(const struct scenario *s, const struct url_parts *u)
{
  if(s->http != HTTP_1_1)
    return BYTES_HTTP2;
  if(strcmp(u->scheme, "https") == 0)
    return BYTES_TLS;
  return s->compression || s->proxy ? BYTES_CURL : BYTES_LEAN;
}

static uint64_t run_ns(const struct scenario *s)
{
  uint64_t stages = schedule_stages_ns(s);
  return stages ? stages : s->ramp_ns + s->warmup_ns + s->duration_ns;
}

int load_plan_make(const struct scenario *s, struct load_plan *out,
                   struct err *e)
{
  struct url_parts u;
  struct demand d;
  char *plain = s->url;
  int rc;
  memset(out, 0, sizeof(*out));
  memset(&d, 0, sizeof(d));
  rc = url_split(plain, &u, strstr(plain, "{{") ? NULL : e);
  if(rc && !strstr(plain, "{{"))
    return rc;
  limits_read(&out->limits);
  limits_raise_fds(&out->limits);
  out->streams = schedule_most_streams(s);
  out->loopback = !rc && url_is_loopback(&u);
  out->publisher = s->publish.enabled;
  out->bytes_per_stream = bytes_each(s, &u);
  out->expected_ns = run_ns(s);
  out->workers =
      s->workers ? s->workers : limits_workers(&out->limits, out->streams);
  if(out->workers > out->streams)
    out->workers = out->streams ? (uint32_t)out->streams : 1;
  out->source_addresses = s->source_ip_count ? s->source_ip_count
                          : out->loopback && s->http == HTTP_1_1
                              ? address_count(out->streams)
                              : 1;
  d.streams = out->streams;
  d.workers = out->workers;
  d.fds_per_stream_x100 =
      s->http == HTTP_1_1 ? 100 : 300 / s->streams_per_connection + 1;
  d.source_addresses = out->source_addresses;
  d.bytes_per_stream = out->bytes_per_stream;
  d.loopback = out->loopback;
  return limits_check(&out->limits, &d, e);
}
