/* SPDX-License-Identifier: MIT
 * From a scenario and a machine to a plan; see load.h. */
#include <string.h>

#include "load/load.h"
#include "load/target.h"
#include "transport/address.h"

/* Measured with `bench`; what a run needs, streams and accounts together. */
#define BYTES_LEAN     2500u
#define BYTES_LEAN_TLS 21000u
#define BYTES_CURL     16000u
#define BYTES_TLS      70000u
#define BYTES_MUX      6000u
#define BYTES_HTTP2    20000u

static uint64_t bytes_each(const struct load_target *t)
{
  if(t->multiplexed)
    return t->lean ? BYTES_MUX : BYTES_HTTP2;
  if(strcmp(t->url.scheme, "https") == 0)
    return t->lean ? BYTES_LEAN_TLS : BYTES_TLS;
  return t->lean ? BYTES_LEAN : BYTES_CURL;
}

static int check_headers(const struct scenario *s, struct err *e)
{
  uint32_t n = s->endpoint.header_count;
  if(s->publish.header_count > n)
    n = s->publish.header_count;
  if(n <= TARGET_MAX_HEADERS)
    return 0;
  return err_set(e, E_RANGE, "%u headers: a request may have at most %d", n,
                 TARGET_MAX_HEADERS);
}

static void fill(const struct scenario *s, const struct load_target *t,
                 struct load_plan *out)
{
  out->streams = scenario_peak(s);
  out->loopback = t->loopback;
  out->publisher = s->publish.enabled;
  out->bytes_per_stream = bytes_each(t);
  out->expected_ns = scenario_run_ns(s);
  out->workers =
      s->workers ? s->workers : limits_workers(&out->limits, out->streams);
  if(out->workers > out->streams)
    out->workers = out->streams ? (uint32_t)out->streams : 1;
  out->source_addresses =
      s->endpoint.source_ip_count      ? s->endpoint.source_ip_count
      : t->loopback && !t->multiplexed ? address_count(out->streams)
                                       : 1;
}

int load_plan_make(const struct scenario *s, struct load_plan *out,
                   struct err *e)
{
  struct load_target t;
  struct demand d;
  int rc = target_look(s, &t, NULL, e);
  memset(out, 0, sizeof(*out));
  memset(&d, 0, sizeof(d));
  if(!rc)
    rc = check_headers(s, e);
  if(rc)
    return rc;
  limits_read(&out->limits);
  limits_raise_fds(&out->limits);
  fill(s, &t, out);
  d.streams = out->streams;
  d.workers = out->workers;
  d.fds_per_stream_x100 =
      t.multiplexed ? 300 / s->streams_per_connection + 1 : 100;
  d.source_addresses = out->source_addresses;
  d.bytes_per_stream = out->bytes_per_stream;
  d.loopback = out->loopback;
  return limits_check(&out->limits, &d, e);
}
