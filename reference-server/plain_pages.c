/* SPDX-License-Identifier: MIT
 * Small resources: the list of endpoints, /echo, /status/CODE, /raw. */
#include <string.h>

#include "base/json.h"
#include "http/conn.h"
#include "http/query.h"
#include "http/reply.h"
#include "routes.h"
#include "streams/player.h"

static const char INDEX[] =
    "weir-server " WEIR_VERSION "\n"
    "\n"
    "GET  /stream[/TOPIC]  ?rate=1&size=BYTES&jitter=0..1&hb=15s&retry=MS\n"
    "                      &count=N&type=T&history=N&user=U&fault=NAME=N\n"
    "                      &gzip=1&cors=ORIGIN&auth=required\n"
    "GET  /direct[/TOPIC]  the same streams; where redirect faults lead\n"
    "POST /publish/TOPIC   ?id=&type=&user=&retry=MS&comment=   body = data\n"
    "POST /demo/login      {\"name\": \"anna\"} gives a token; a small shop:\n"
    "GET  /demo/events     its user's events; POST /demo/orders, /demo/ping,\n"
    "                      /demo/orders/ID/ship, DELETE /demo/orders/ID\n"
    "GET  /stats           counters as JSON\n"
    "GET  /echo            the request as it arrived, as JSON\n"
    "GET  /raw             ?hex=..&cuts=N,N&gap_ms=N&ct=TYPE&status=N\n"
    "                      &hold_ms=N   (POST: body instead of hex)\n"
    "POST /v1/chat/completions, /v1/responses, /v1/messages\n"
    "                      ?ttft=TIME&itl=TIME&jitter=0..1&tokens=N&per=N\n"
    "                      &think=N&tool=1&lead=TIME&tail=TIME&break=FAULT\n"
    "                      &status=CODE&share=0..1&slots=N&pool=NAME\n"
    "POST /mcp             the same, tokens being steps of the tool's "
    "progress;\n"
    "                      ?stateless=1&json=1; GET, DELETE: its session\n"
    "GET  /vectors         ids of the parser vectors\n"
    "GET  /vector/ID       ?split=N&gap_ms=N   one vector's bytes\n"
    "GET  /status/CODE     ?ct=TYPE&body=TEXT\n"
    "POST /control/drop    ?how=fin|rst|truncate|mid-event&share=0..1"
    "&topic=T\n"
    "POST /control/fault   ?name=NAME=N | none\n"
    "POST /control/topic   ?topic=T&rate=N&size=BYTES&jitter=&type=&history="
    "\n";

void page_index(struct conn *c, struct slice rest, struct slice query)
{
  struct reply r = {.status = 200,
                    .type = "text/plain; charset=utf-8",
                    .body = slice_of(INDEX)};
  (void)rest;
  (void)query;
  reply_send(c, &r);
}

void page_echo(struct conn *c, struct slice rest, struct slice query)
{
  const struct request *r = c->request;
  json_t *headers = json_array();
  (void)rest;
  (void)query;
  for(uint32_t i = 0; i < r->header_count; i++)
    json_array_append_new(
        headers, json_pack("[o, o]", json_text(request_header_name(r, i)),
                           json_text(request_header_value(r, i))));
  reply_json(c, 200,
             json_pack("{s:s, s:o, s:s, s:o, s:o}", "method",
                       http_method_str(request_method(r)), "target",
                       json_text(request_target(r)), "version",
                       c->http11 ? "HTTP/1.1" : "HTTP/1.0", "headers", headers,
                       "body", json_text(buf_slice(&r->body))));
}

static int parse_status(struct slice text)
{
  if(text.n != 3 || text.p[0] < '2' || text.p[0] > '5' || text.p[1] < '0' ||
     text.p[1] > '9' || text.p[2] < '0' || text.p[2] > '9')
    return 0;
  return (text.p[0] - '0') * 100 + (text.p[1] - '0') * 10 + text.p[2] - '0';
}

void page_status(struct conn *c, struct slice rest, struct slice query)
{
  struct params p;
  char type[128] = "text/plain; charset=utf-8", body[1024] = "status\n";
  const char *extra = "Cache-Control: no-store\r\n";
  int status = parse_status(rest);
  params_init(&p, query);
  params_text(&p, "ct", sizeof(type) - 1, type);
  params_text(&p, "body", sizeof(body) - 1, body);
  if(status == 401)
    extra = "Cache-Control: no-store\r\nWWW-Authenticate: Bearer\r\n";
  if(status == 429 || status == 503)
    extra = "Cache-Control: no-store\r\nRetry-After: 1\r\n";
  if(p.rc || !status) {
    reply_error(c, 400, "%s", p.rc ? p.e.text : "the code must be 200 to 599");
  } else {
    struct reply r = {.status = status,
                      .type = status == 204 || status == 304 ? NULL : type,
                      .extra = extra,
                      .body = slice_of(body)};
    reply_send(c, &r);
  }
  params_fini(&p);
}

static int hex_digit(char ch)
{
  static const char DIGITS[] = "0123456789abcdef";
  const char *at = ch ? strchr(DIGITS, ch | 0x20) : NULL;
  return at ? (int)(at - DIGITS) : -1;
}

static int decode_hex(struct slice hex, struct buf *out)
{
  if(hex.n % 2)
    return E_SYNTAX;
  for(size_t i = 0; i < hex.n; i += 2) {
    int high = hex_digit(hex.p[i]), low = hex_digit(hex.p[i + 1]);
    if(high < 0 || low < 0 || buf_addc(out, (char)(high * 16 + low)))
      return E_SYNTAX;
  }
  return 0;
}

static int read_cuts(struct params *p, struct play *s)
{
  struct slice rest, item;
  if(!params_find(p, "cuts"))
    return p->rc;
  rest = buf_slice(&p->text);
  while(rest.n) {
    uint64_t n = 0;
    item = slice_cut(&rest, ',');
    for(size_t i = 0; i < item.n && i < 9; i++) {
      if(item.p[i] < '0' || item.p[i] > '9')
        return params_fail(p, "cuts", "must be numbers with commas");
      n = n * 10 + (uint64_t)(item.p[i] - '0');
    }
    if(!item.n || play_cut(s, (size_t)n))
      return params_fail(p, "cuts", "go beyond the body");
  }
  return 0;
}

static int read_body(struct conn *c, struct params *p, struct buf *body)
{
  struct slice sent = buf_slice(&c->request->body);
  if(request_method(c->request) == HTTP_POST)
    return buf_add(body, sent.p, sent.n);
  if(!params_find(p, "hex"))
    return p->rc ? p->rc : params_fail(p, "hex", "is missing");
  if(decode_hex(buf_slice(&p->text), body))
    return params_fail(p, "hex", "must be pairs of hexadecimal digits");
  return 0;
}

void page_raw(struct conn *c, struct slice rest, struct slice query)
{
  uint64_t gap_ms = 0, hold_ms = 0, status = 200;
  char type[128] = "text/event-stream";
  struct play *s = NULL;
  struct params p;
  struct buf body;
  (void)rest;
  buf_init(&body, 0);
  params_init(&p, query);
  params_count(&p, "gap_ms", 0, 60000, &gap_ms);
  params_count(&p, "hold_ms", 0, 600000, &hold_ms);
  params_count(&p, "status", 200, 599, &status);
  params_text(&p, "ct", sizeof(type) - 1, type);
  if(!p.rc && !read_body(c, &p, &body)) {
    s = play_new(buf_slice(&body));
    if(s)
      read_cuts(&p, s);
  }
  if(p.rc || !s) {
    play_free(s);
    reply_error(c, p.rc ? 400 : 500, "%s", p.rc ? p.e.text : "out of memory");
  } else {
    play_pieces(c, s, (int)status, type[0] ? type : NULL, (uint32_t)gap_ms,
                (uint32_t)hold_ms);
  }
  params_fini(&p);
  buf_free(&body);
}
