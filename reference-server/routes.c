/* SPDX-License-Identifier: MIT
 * Paths to handlers; see routes.h. */
#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "answers/answers.h"
#include "guard.h"
#include "http/query.h"
#include "http/reply.h"
#include "origin/origin.h"
#include "streams/gate.h"
#include "streams/streams.h"

struct route {
  const char *path;  /* ends in "/" when something must follow */
  const char *allow; /* methods */
  route_fn fn;
};

static const struct route ROUTES[] = {
    {"/", "GET, HEAD, OPTIONS", page_index},
    {"/stream", "GET, HEAD, OPTIONS", stream_open},
    {"/stream/", "GET, HEAD, OPTIONS", stream_open},
    {"/direct", "GET, HEAD, POST, OPTIONS", stream_open_direct},
    {"/direct/", "GET, HEAD, POST, OPTIONS", stream_open_direct},
    {"/publish/", "POST, OPTIONS", publish_post},
    {"/demo/", "GET, HEAD, POST, DELETE, OPTIONS", demo_any},
    {"/stats", "GET, HEAD, OPTIONS", stats_get},
    {"/echo", "GET, HEAD, POST, OPTIONS", page_echo},
    {"/raw", "GET, POST, OPTIONS", page_raw},
    {"/v1/chat/completions", "POST, OPTIONS", answers_openai_chat},
    {"/v1/responses", "POST, OPTIONS", answers_openai_responses},
    {"/v1/messages", "POST, OPTIONS", answers_anthropic},
    {"/mcp", "GET, POST, DELETE, OPTIONS", answers_mcp},
    {"/vectors", "GET, HEAD, OPTIONS", vector_list},
    {"/vector/", "GET, OPTIONS", vector_get},
    {"/status/", "GET, HEAD, POST, OPTIONS", page_status},
    {"/control/drop", "POST, OPTIONS", control_drop},
    {"/control/fault", "POST, OPTIONS", control_fault},
    {"/control/topic", "POST, OPTIONS", control_topic},
};

static bool takes_rest(const struct route *r)
{
  size_t n = strlen(r->path);
  return n > 1 && r->path[n - 1] == '/';
}

static const struct route *find_route(struct slice path)
{
  for(size_t i = 0; i < sizeof(ROUTES) / sizeof(ROUTES[0]); i++) {
    const struct route *r = &ROUTES[i];
    if(takes_rest(r) ? slice_starts(path, r->path) && path.n > strlen(r->path)
                     : slice_eq_cstr(path, r->path))
      return r;
  }
  return NULL;
}

static bool allows(const struct route *r, enum http_method method)
{
  struct slice rest = slice_of(r->allow);
  while(rest.n) {
    if(slice_eq_cstr(slice_trim(slice_cut(&rest, ',')),
                     http_method_str(method)))
      return true;
  }
  return false;
}

static void answer_options(struct conn *c, const struct route *r)
{
  char extra[320];
  struct reply reply = {.status = 204, .more = extra};
  snprintf(extra, sizeof(extra),
           "Allow: %s\r\n"
           "Access-Control-Allow-Methods: %s\r\n"
           "Access-Control-Allow-Headers: Authorization, Cache-Control, "
           "Content-Type, Last-Event-ID\r\n",
           r->allow, r->allow);
  reply_send(c, &reply);
}

static int decode_rest(struct slice raw, struct buf *out)
{
  if(query_decode(out, raw, false) || !out->n)
    return E_SYNTAX;
  for(size_t i = 0; i < out->n; i++) {
    if((unsigned char)out->p[i] < ' ')
      return E_SYNTAX;
  }
  return 0;
}

static void call(struct conn *c, const struct route *r, struct slice path,
                 struct slice query)
{
  struct slice rest = {NULL, 0};
  struct buf text;
  size_t n = strlen(r->path);
  buf_init(&text, HUB_NAME_MAX);
  if(takes_rest(r) &&
     decode_rest((struct slice){path.p + n, path.n - n}, &text)) {
    reply_error(c, 400,
                "what follows %s must be 1 to %d bytes of text, "
                "percent-encoded",
                r->path, HUB_NAME_MAX);
  } else {
    if(takes_rest(r))
      rest = buf_slice(&text);
    r->fn(c, rest, query);
  }
  buf_free(&text);
}

/* Switching faults off must work whatever is on. */
static bool is_plain(struct slice path)
{
  return slice_starts(path, "/control/") || slice_eq_cstr(path, "/stats");
}

/* What changes what others get, or what a page on this machine's browser must
 * not reach. */
static bool is_guarded(struct slice path, struct slice query)
{
  if(slice_eq_cstr(path, "/mcp"))
    return !answers_mcp_takes_any_origin(query);
  return slice_starts(path, "/control/") || slice_starts(path, "/publish/");
}

static bool is_tolerated(const struct conn *c, const struct route *r,
                         enum http_method method)
{
  if(r->fn != stream_open)
    return false;
  return gate_takes_method(asked_faults(c), method == HTTP_POST);
}

static void dispatch(struct conn *c, struct slice path, struct slice query)
{
  enum http_method method = request_method(c->request);
  const struct route *r = find_route(path);
  if(!r)
    reply_error(c, 404, "nothing is here; GET / lists what there is");
  else if(!allows(r, method) && !is_tolerated(c, r, method))
    reply_not_allowed(c, r->allow);
  else if(is_guarded(path, query) && !guard_admits(c))
    reply_error(c, 403,
                "a foreign Host or Origin may not do this; name the "
                "server by its address");
  else if(method == HTTP_OPTIONS)
    answer_options(c, r);
  else
    call(c, r, path, query);
}

void routes_dispatch(struct conn *c)
{
  const struct fault_set *faults = &streams_of(c)->faults;
  struct slice path, query;
  if(c->refused) {
    asked_begin(c, faults, slice_of(""));
    reply_error(c, 503, "the connection limit is reached");
    asked_end(c->http);
    return;
  }
  if(request_split(c->request, &path, &query)) {
    reply_error(c, 400, "the request target must be a path");
    return;
  }
  if(c->http->options->origin && origin_answers(path)) {
    origin_request(c, path, query);
    return;
  }
  asked_begin(c, is_plain(path) ? NULL : faults, query);
  if(!gate_answers_method(c))
    dispatch(c, path, query);
  asked_end(c->http);
}
