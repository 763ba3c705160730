/* SPDX-License-Identifier: MIT
 * Last-Event-ID as the faults let it be understood; see gate.h. */
#include <stdlib.h>

#include "http/query.h"
#include "http/reply.h"
#include "streams/gate.h"
#include "streams/remember.h"
#include "streams/streams.h"

#define ID_MAX 64u

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

static struct slice heeded_id(struct conn *c, struct slice query,
                              struct buf *text)
{
  const struct request *r = c->request;
  struct slice id = nth_id(r, 0, asked_fault(c, FAULT_RESUME_CASE_SENSITIVE));
  struct slice second = nth_id(r, 1, false);
  struct slice asked = NONE;
  if(asked_fault(c, FAULT_QUERY_WINS))
    asked = query_id(query, text);
  if(asked.n)
    return asked;
  if(second.p && asked_fault(c, FAULT_DUP_HEADER_RANDOM) &&
     streams_of(c)->remember.doubles++ % 2)
    return second;
  return id.n ? id : NONE;
}

struct slice gate_last_id(struct conn *c, struct slice query, struct buf *text)
{
  struct slice id = heeded_id(c, query, text);
  if(asked_fault(c, FAULT_REDIRECT_DROPS_ID) && c->http->asked.direct)
    return NONE;
  if(asked_fault(c, FAULT_IP_BOUND) && remember_is_foreign(c))
    return NONE;
  if(id.p && asked_fault(c, FAULT_RESUME_ONCE) && remember_is_used(c, id))
    return NONE;
  return id;
}

static bool is_word(struct slice id)
{
  for(size_t i = 0; i < id.n; i++) {
    char ch = id.p[i];
    if((ch < '0' || ch > '9') && ((ch | 0x20) < 'a' || (ch | 0x20) > 'z') &&
       ch != '-')
      return false;
  }
  return id.n <= ID_MAX;
}

bool gate_refuses_id(struct conn *c, struct slice id, enum place_known known)
{
  bool unknown = known == PLACE_UNKNOWN || known == PLACE_FUTURE;
  if(asked_fault(c, FAULT_MALFORMED_500) && !is_word(id))
    reply_error(c, 500, "the id cannot be read");
  else if(unknown && asked_fault(c, FAULT_UNKNOWN_500))
    reply_error(c, 500, "the id is unknown");
  else if(unknown && asked_fault(c, FAULT_UNKNOWN_HANG))
    conn_mute(c);
  else if(known == PLACE_EXPIRED && asked_fault(c, FAULT_EXPIRED_500))
    reply_error(c, 500, "the id is too old");
  else
    return false;
  return true;
}
