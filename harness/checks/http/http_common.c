/* SPDX-License-Identifier: MIT
 * What several http.* groups ask; see http_common.h. */
#include "checks/http/http_common.h"

#include <string.h>

const char *http_skip_without_origin(const struct check_input *in)
{
  return in->target->origin
             ? NULL
             : "not declared: a web page's origin that may read the "
               "stream (--origin)";
}

const char *http_skip_without_credentials(const struct check_input *in)
{
  return in->target->has_credentials
             ? NULL
             : "not declared: credentials to leave out (--header)";
}

const char *http_skip_other_method(const struct check_input *in)
{
  return strcmp(in->target->endpoint.method, "GET") == 0
             ? NULL
             : "the stream is not asked for with GET, so EventSource is not "
               "its client";
}

const char *http_skip_not_finite(const struct check_input *in)
{
  if(strcmp(in->target->endpoint.method, "GET") != 0)
    return http_skip_other_method(in);
  return in->target->stream == STREAM_FINITE
             ? NULL
             : "not declared: that the stream is finite (--stream finite)";
}

const char *http_skip_without_cap(const struct check_input *in)
{
  return in->target->max_connections
             ? NULL
             : "not declared: how many streams the target holds "
               "(--max-connections)";
}

const char *http_skip_finite(const struct check_input *in)
{
  return in->target->stream == STREAM_FINITE
             ? "the stream is finite, so its length may be known"
             : NULL;
}

const char *http_skip_without_tls(const struct check_input *in)
{
  return in->target->tls ? NULL : "no TLS";
}

bool http_is_redirect(int status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

bool http_ended_by_server(const struct recording *r)
{
  return r->end == REC_END_CLEAN || r->end == REC_END_CLOSE ||
         r->end == REC_END_TRUNCATED || r->end == REC_END_RESET ||
         r->end == REC_END_NO_RESPONSE;
}

int64_t http_head_time(const struct recording *r)
{
  if(r->head.complete_ns < 0)
    return -1;
  return r->head.complete_ns - (r->request_ns > 0 ? r->request_ns : 0);
}

double http_ms(int64_t ns)
{
  return (double)ns / 1e6;
}

int64_t http_head_limit(const struct check_input *in,
                        const struct recording *r)
{
  int64_t connect_ns = r->connected_ns > 0 ? r->connected_ns : 0;
  return (int64_t)in->target->head_ns + connect_ns;
}
