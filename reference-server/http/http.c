/* SPDX-License-Identifier: MIT
 * What connections share; see http.h. */
#include "http/http.h"

#include <stdlib.h>

#include "base/clock.h"

#define POOL 64u /* spare requests */

int http_init(struct http *h)
{
  http_parser_set_max_header_size(REQUEST_HEAD_MAX);
  buf_init(&h->scratch, 0);
  h->read_buf = malloc(HTTP_READ_BYTES);
  return h->read_buf ? 0 : E_NOMEM;
}

void http_fini(struct http *h)
{
  while(h->spare) {
    struct request *r = h->spare;
    h->spare = r->next_free;
    request_free(r);
  }
  buf_free(&h->scratch);
  buf_free(&h->asked.lines);
  free(h->read_buf);
}

const char *http_date(struct http *h)
{
  uint64_t now = clock_real_ns();
  if(now / NS_PER_SEC != h->date_second) {
    h->date_second = now / NS_PER_SEC;
    response_date(now, h->date);
  }
  return h->date;
}

struct request *http_request(struct http *h)
{
  struct request *r = h->spare;
  if(!r)
    return request_new();
  h->spare = r->next_free;
  h->spare_count--;
  return r;
}

void http_recycle(struct http *h, struct request *r)
{
  if(h->spare_count >= POOL || r->body.cap > HTTP_READ_BYTES) {
    request_free(r);
    return;
  }
  r->next_free = h->spare;
  h->spare = r;
  h->spare_count++;
}
