/* SPDX-License-Identifier: MIT
 * /demo/: a small shop to try weir test on.  Users log in by name, order, and
 * hear of their own orders on a stream that can be resumed.  Its streams are
 * those of a topic, so that all faults of streams are there to be found. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "behaviours/publish_text.h"
#include "http/reply.h"
#include "routes.h"
#include "streams/stream.h"
#include "streams/streams.h"

#define TOPIC        "demo"
#define TOKEN        "demo-"
#define NAME_MAX_N   64
#define ORDER_DIGITS 18

/* The user by the token, as "Authorization: Bearer demo-anna" has it. */
static struct slice token_of(const struct conn *c)
{
  struct slice auth = request_bearer(c->request);
  return slice_starts(auth, TOKEN) && auth.n <= NAME_MAX_N
             ? auth
             : (struct slice){NULL, 0};
}

static json_t *body_of(const struct conn *c)
{
  struct err e;
  json_t *body = json_parse(buf_slice(&c->request->body), "body", &e);
  return body ? body : json_object();
}

static void log_in(struct conn *c)
{
  json_t *body = body_of(c);
  const char *name = json_string_value(json_object_get(body, "name"));
  char token[NAME_MAX_N + 1];
  if(!name || !name[0] || strlen(name) > NAME_MAX_N - sizeof(TOKEN))
    reply_error(c, 400, "a name is needed: {\"name\": \"anna\"}");
  else {
    snprintf(token, sizeof(token), TOKEN "%s", name);
    reply_json(c, 200, json_pack("{s:s}", "token", token));
  }
  json_decref(body);
}

/* Tells the user's streams. */
static void tell(struct conn *c, uint32_t topic, const char *type,
                 const json_t *data)
{
  struct buf text, lines;
  struct replay_publish p = {.t_ns = clock_mono_ns(), .user = token_of(c)};
  uint64_t id;
  buf_init(&text, 0);
  buf_init(&lines, 0);
  json_print(data, false, &text);
  if(publish_fields(&lines, asked_faults(c), slice_of(type),
                    buf_slice(&text)) == 0) {
    p.body = buf_slice(&lines);
    if(!publish_is_lost(asked_faults(c), text.n))
      (void)publish_keep(c, topic, &p, &id);
  }
  buf_free(&text);
  buf_free(&lines);
}

/* An order's number is unique: when it was made, and by which worker. */
static void order(struct conn *c, uint32_t topic)
{
  json_t *body = body_of(c), *item = json_object_get(body, "item");
  json_t *note = json_object_get(body, "note");
  json_int_t id = (json_int_t)(clock_mono_ns() / NS_PER_US * HUB_MAX_WORKERS +
                               c->http->index);
  json_t *data =
      json_pack("{s:I, s:s, s:O*, s:O*, s:f, s:[s]}", "id", id, "state", "new",
                "item", item, "note", note, "total", 9.5, "tags", "x");
  tell(c, topic, "order.created", data);
  reply_json(c, 201, data ? data : json_object());
  json_decref(body);
}

static void ship(struct conn *c, uint32_t topic, json_int_t id)
{
  static const char *const steps[] = {"order.shipped", "order.billed"};
  json_t *data = json_pack("{s:I}", "id", id);
  size_t i;
  for(i = 0; i < 2; i++)
    tell(c, topic, steps[i], data);
  reply_json(c, 202, data ? data : json_object());
}

static void done(struct conn *c)
{
  static const struct reply NOTHING = {.status = 204};
  reply_send(c, &NOTHING);
}

/* "orders/17/ship" gives 17, 0 where it is another path. */
static json_int_t order_in(struct slice path, const char *behind)
{
  json_int_t id = 0;
  size_t i = strlen("orders/");
  if(!slice_starts(path, "orders/"))
    return 0;
  while(i < path.n && i < strlen("orders/") + ORDER_DIGITS &&
        path.p[i] >= '0' && path.p[i] <= '9')
    id = id * 10 + (path.p[i++] - '0');
  return slice_eq_cstr((struct slice){path.p + i, path.n - i}, behind) ? id
                                                                       : 0;
}

static void act(struct conn *c, struct slice rest, uint32_t topic)
{
  enum http_method method = request_method(c->request);
  json_int_t shipped = order_in(rest, "/ship");
  if(method == HTTP_POST && slice_eq_cstr(rest, "orders"))
    order(c, topic);
  else if(method == HTTP_POST && shipped)
    ship(c, topic, shipped);
  else if(method == HTTP_POST && slice_eq_cstr(rest, "ping")) {
    json_t *data = json_object();
    tell(c, topic, "pong", data);
    json_decref(data);
    done(c);
  } else if(method == HTTP_DELETE && order_in(rest, ""))
    done(c);
  else {
    reply_error(c, 404, "the shop has no such thing; GET / lists what it has");
    return;
  }
  publish_pump(c, topic);
}

void demo_any(struct conn *c, struct slice rest, struct slice query)
{
  enum http_method method = request_method(c->request);
  int32_t topic;
  if(method == HTTP_POST && slice_eq_cstr(rest, "login")) {
    log_in(c);
    return;
  }
  if(!token_of(c).p) {
    reply_error(c, 401, "who is asking?  POST /demo/login gives a token");
    return;
  }
  topic = hub_topic_open(streams_of(c)->hub, SLICE_LIT(TOPIC));
  if(topic < 0)
    reply_error(c, 503, "there are %d topics already", HUB_MAX_TOPICS);
  else if(method == HTTP_POST || method == HTTP_DELETE)
    act(c, rest, (uint32_t)topic);
  else if(slice_eq_cstr(rest, "events"))
    stream_open(c, SLICE_LIT(TOPIC), query);
  else
    reply_error(c, 404, "the shop has no such thing; GET / lists what it has");
}
