/* SPDX-License-Identifier: MIT
 * Fuzzing the origin's readers of FastCGI, SCGI and uwsgi: in one piece or in
 * many, the same request or the same failure, within the limit. */

#include "base/fuzzing.h"
#include "origin/cgi.h"

/* 0 and *whole, or the failure. */
static int feed(const char *p, size_t n, size_t piece, struct buf *http,
                bool *whole)
{
  struct origin_cgi c;
  int rc = 0;
  *whole = false;
  buf_init(http, 0);
  origin_cgi_init(&c, origin_cgi_of((unsigned char)p[0]));
  while(n && !rc && !*whole) {
    size_t k = n < piece ? n : piece;
    rc = origin_cgi_feed(&c, (struct slice){p, k}, http, whole);
    demand(c.in.n <= ORIGIN_CGI_MAX && c.params.n <= ORIGIN_CGI_MAX);
    p += k;
    n -= k;
  }
  origin_cgi_fini(&c);
  return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct buf one, many;
  bool whole, cut;
  int a, b;
  if(size < 2 || origin_cgi_of(data[1]) == ORIGIN_HTTP)
    return 0;
  a = feed((const char *)data + 1, size - 1, size, &one, &whole);
  b = feed((const char *)data + 1, size - 1, 1 + data[0] % 16, &many, &cut);
  demand(whole == cut && a == b);
  if(!a)
    demand(slice_eq(buf_slice(&one), buf_slice(&many)));
  if(!a && whole)
    demand(slice_find(buf_slice(&one), " HTTP/1.0\r\n") >= 0);
  buf_free(&one);
  buf_free(&many);
  return 0;
}
