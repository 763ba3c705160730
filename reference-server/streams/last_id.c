/* SPDX-License-Identifier: MIT
 * Where a request names the id it has; see gate.h. */
#include "http/query.h"
#include "streams/gate.h"
#include "streams/streams.h"

static const struct slice NONE = {NULL, 0};

/* The n-th Last-Event-ID, from 0; p NULL = there are not so many. */
static struct slice nth_id(const struct request *r, unsigned n, bool exact)
{
  for(uint32_t i = 0; i < r->header_count; i++) {
    struct slice name = request_header_name(r, i);
    if(exact ? slice_eq_cstr(name, "Last-Event-ID")
             : slice_ieq_cstr(name, "Last-Event-ID")) {
      if(!n--)
        return request_header_value(r, i);
    }
  }
  return NONE;
}

/* lastEventId of the query; p NULL = none. */
static struct slice query_id(struct slice query, struct buf *text)
{
  struct slice key, value;
  while(query_next(&query, &key, &value)) {
    if(!slice_eq_cstr(key, "lastEventId"))
      continue;
    buf_clear(text);
    return query_decode(text, value, true) ? NONE : buf_slice(text);
  }
  return NONE;
}

static void read_peer(const struct conn *c, char out[MEMORY_ADDRESS])
{
  struct sockaddr_storage a;
  int n = sizeof(a);
  out[0] = '\0';
  if(!uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&a, &n))
    uv_ip_name((struct sockaddr *)&a, out, MEMORY_ADDRESS);
}

struct slice gate_last_id(struct conn *c, struct slice query, struct buf *text)
{
  const struct request *r = c->request;
  char peer[MEMORY_ADDRESS];
  struct id_offer o = {.first = nth_id(r, 0, false), .peer = peer};
  if(!c->http->asked.spoilt)
    return o.first.n ? o.first : NONE;
  o.second = nth_id(r, 1, false);
  o.exact = nth_id(r, 0, true);
  o.query = query_id(query, text);
  o.direct = c->http->asked.direct;
  read_peer(c, peer);
  return memory_heeds(asked_faults(c), &streams_of(c)->memory, &o);
}
