/* SPDX-License-Identifier: MIT
 * What the request being answered asks of the response; see asked.h. */
#include "http/asked.h"

#include <string.h>

#include "http/conn.h"
#include "http/query.h"

static const struct fault_set NO_FAULTS;

static void read_fault(struct asked *a, struct params *p, struct slice value)
{
  enum fault f;
  uint64_t v;
  buf_clear(&p->text);
  a->rc = query_decode(&p->text, value, true);
  a->rc = a->rc ? a->rc : fault_parse(buf_slice(&p->text), &f, &v, &a->e);
  if(a->rc)
    return;
  if(!a->has_own)
    a->own = NO_FAULTS;
  a->has_own = true;
  a->faults.v[f] = a->own.v[f] = v;
}

void asked_begin(struct conn *c, const struct fault_set *common,
                 struct slice query)
{
  struct asked *a = &c->http->asked;
  struct slice rest = query, key, value;
  struct params p;
  a->conn = c;
  a->direct = a->has_own = false;
  a->rc = 0;
  a->e.text[0] = '\0';
  a->faults = common ? *common : NO_FAULTS;
  memcpy(a->cors, c->http->options->cors, sizeof(a->cors));
  params_init(&p, query);
  while(common && !a->rc && query_next(&rest, &key, &value)) {
    if(slice_eq_cstr(key, "fault"))
      read_fault(a, &p, value);
  }
  a->spoilt = common && fault_set_spoils(&a->faults);
  params_text(&p, "cors", HEAD_ORIGIN_MAX, a->cors);
  params_fini(&p);
}

void asked_end(struct http *h)
{
  h->asked.conn = NULL;
}

const struct fault_set *asked_faults(const struct conn *c)
{
  const struct asked *a = &c->http->asked;
  return a->conn == c ? &a->faults : &NO_FAULTS;
}

struct head_ask asked_head(const struct conn *c)
{
  const struct http *h = c->http;
  struct head_ask ask = {.faults = asked_faults(c), .cors = ""};
  ask.number = HUB_GET(h->count->requests) + ((uint64_t)h->index << 48);
  ask.refused = HUB_GET(h->count->refused);
  if(h->asked.conn != c)
    return ask;
  ask.cors = h->asked.cors;
  if(c->request)
    ask.origin = request_header(c->request, "origin");
  return ask;
}
