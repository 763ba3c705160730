/* SPDX-License-Identifier: MIT
 * CONNECT; see tunnel.h. */
#include "probe/tunnel.h"

#include <string.h>

#include "base/err.h"

int tunnel_ask(struct buf *out, const char *host, uint16_t port,
               const char *authorization)
{
  bool v6 = strchr(host, ':') != NULL;
  int i;
  for(i = 0; i < 2; i++) {
    buf_adds(out, i ? "Host: " : "CONNECT ");
    buf_addf(out, v6 ? "[%s]:%u" : "%s:%u", host, (unsigned)port);
    buf_adds(out, i ? "\r\n" : " HTTP/1.1\r\n");
  }
  if(authorization && authorization[0])
    buf_addf(out, "Proxy-Authorization: %s\r\n", authorization);
  return buf_adds(out, "\r\n");
}

static int status_of(struct slice head)
{
  int status = 0, i;
  if(head.n < 12 || !slice_starts(head, "HTTP/1.") || head.p[8] != ' ')
    return E_SYNTAX;
  for(i = 9; i < 12; i++) {
    if(head.p[i] < '0' || head.p[i] > '9')
      return E_SYNTAX;
    status = status * 10 + head.p[i] - '0';
  }
  return status;
}

long tunnel_answer(struct slice bytes, int *status)
{
  long end = slice_find(bytes, "\r\n\r\n");
  if(end < 0)
    return bytes.n > TUNNEL_HEAD_MAX ||
                   (bytes.n >= 5 && !slice_starts(bytes, "HTTP/"))
               ? E_SYNTAX
               : 0;
  *status = status_of(bytes);
  return *status < 0 ? E_SYNTAX : end + 4;
}
