/* SPDX-License-Identifier: MIT
 * Response heads; see response.h. */
#include "behaviours/response.h"

#include <http_parser.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"

const char *response_reason(int status)
{
  switch(status) {
#define X(number, name, text)                                                 \
  case number:                                                                \
    return #text;
    HTTP_STATUS_MAP(X)
#undef X
  default:
    return "";
  }
}

void response_date(uint64_t real_ns, char out[RESPONSE_DATE_MAX])
{
  static const char DAYS[] = "SunMonTueWedThuFriSat";
  static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  time_t seconds = (time_t)(real_ns / NS_PER_SEC);
  struct tm tm;
  gmtime_r(&seconds, &tm);
  snprintf(out, RESPONSE_DATE_MAX, "%.3s, %02d %.3s %d %02d:%02d:%02d GMT",
           DAYS + 3 * tm.tm_wday, tm.tm_mday, MONTHS + 3 * tm.tm_mon,
           tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static int add_framing(struct buf *out, const struct response *r)
{
  if(r->no_body)
    return 0;
  if(r->framing)
    return buf_adds(out, r->framing);
  if(!r->chunked)
    return buf_addf(out, "Content-Length: %zu\r\n", r->length);
  if(r->http11)
    return buf_adds(out, "Transfer-Encoding: chunked\r\n");
  return 0;
}

int response_head(struct buf *out, const struct response *r)
{
  buf_addf(out, "HTTP/1.%d %d %s\r\n", !r->version10, r->status,
           response_reason(r->status));
  if(r->date)
    buf_addf(out, "Date: %s\r\n", r->date);
  buf_adds(out, "Server: weir-server/" WEIR_VERSION "\r\n");
  if(r->type)
    buf_addf(out, "Content-Type: %s\r\n", r->type);
  if(r->extra)
    buf_adds(out, r->extra);
  add_framing(out, r);
  if(r->close)
    buf_adds(out, "Connection: close\r\n");
  else if(!r->http11)
    buf_adds(out, "Connection: keep-alive\r\n");
  return buf_adds(out, "\r\n");
}
