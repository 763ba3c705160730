/* SPDX-License-Identifier: MIT
 * What the request being answered asks of the response; see asked.h. */
#include "http/asked.h"

#include <string.h>

#include "http/query.h"
#include "server.h"

static const struct fault_set NO_FAULTS;

static void read_fault(struct asked *a, struct params *p, struct slice value)
{
  enum fault f;
  uint64_t v;
  struct err e;
  buf_clear(&p->text);
  /* A wrong one is explained by the stream; here it means nothing. */
  if(!query_decode(&p->text, value, true) &&
     !fault_parse(buf_slice(&p->text), &f, &v, &e))
    a->faults.v[f] = v;
}

void asked_begin(struct conn *c, struct slice query, bool plain)
{
  struct server *sv = c->server;
  struct asked *a = &sv->asked;
  struct slice rest = query, key, value;
  struct params p;
  a->conn = c;
  a->direct = false;
  a->faults = plain ? NO_FAULTS : sv->faults;
  memcpy(a->cors, sv->options->cors, sizeof(a->cors));
  params_init(&p, query);
  while(!plain && query_next(&rest, &key, &value)) {
    if(slice_eq_cstr(key, "fault"))
      read_fault(a, &p, value);
  }
  params_text(&p, "cors", HEAD_ORIGIN_MAX, a->cors);
  params_fini(&p);
}

void asked_end(struct server *sv)
{
  sv->asked.conn = NULL;
}

uint64_t asked_fault(const struct conn *c, enum fault f)
{
  const struct asked *a = &c->server->asked;
  return a->conn == c ? a->faults.v[f] : 0;
}

struct head_ask asked_head(const struct conn *c)
{
  const struct asked *a = &c->server->asked;
  struct head_ask h = {.faults = &NO_FAULTS, .cors = ""};
  h.number =
      HUB_GET(c->server->count->requests) + ((uint64_t)c->server->index << 48);
  if(a->conn != c)
    return h;
  h.faults = &a->faults;
  h.cors = a->cors;
  if(c->request)
    h.origin = request_header(c->request, "origin");
  return h;
}
