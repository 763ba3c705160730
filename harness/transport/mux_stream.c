/* SPDX-License-Identifier: MIT
 * One exchange over HTTP/2; see mux.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/assert.h"
#include "transport/mux.h"

/* What is asked, in words that nghttp2 copies when it is handed over. */
struct mux_request {
  nghttp2_nv *field; /* owned */
  size_t fields;
  struct buf text; /* what the fields point into */
  struct buf body;
  size_t sent; /* bytes of the body */
};

/* --- The request -----------------------------------------------------------
 */

static void request_free(struct mux_request *q)
{
  if(!q)
    return;
  free(q->field);
  buf_free(&q->text);
  buf_free(&q->body);
  free(q);
}

/* RFC 9113, section 8.2.2: what speaks of a connection has no place there, and
 * the host is :authority. */
static bool is_of_the_connection(const char *name)
{
  static const char *const names[] = {"connection",       "keep-alive",
                                      "proxy-connection", "host",
                                      "upgrade",          "transfer-encoding"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(strcasecmp(name, names[i]) == 0)
      return true;
  }
  return false;
}

/* Names are sent in small letters (section 8.2.1).  While the text grows, a
 * field has the place of its name in it for a pointer. */
static void add_field(struct mux_request *q, const char *name,
                      struct slice value)
{
  nghttp2_nv *f = &q->field[q->fields++];
  size_t i;
  f->namelen = strlen(name);
  f->valuelen = value.n;
  f->flags = NGHTTP2_NV_FLAG_NONE;
  for(i = 0; i < f->namelen; i++)
    buf_addc(&q->text, name[i] >= 'A' && name[i] <= 'Z'
                           ? (char)(name[i] - 'A' + 'a')
                           : name[i]);
  buf_add(&q->text, value.p, value.n);
}

static void point_fields(struct mux_request *q)
{
  uint8_t *at = (uint8_t *)q->text.p;
  size_t i;
  for(i = 0; i < q->fields; i++) {
    q->field[i].name = at;
    q->field[i].value = at + q->field[i].namelen;
    at += q->field[i].namelen + q->field[i].valuelen;
  }
}

static void add_path(struct mux_request *q, const char *target)
{
  struct slice path = {target, strcspn(target, "#")};
  struct buf rooted;
  buf_init(&rooted, 0);
  if(target[0] != '/') {
    buf_addc(&rooted, '/');
    buf_add(&rooted, path.p, path.n);
    path = buf_slice(&rooted);
  }
  add_field(q, ":path", path);
  buf_free(&rooted);
}

static void add_fields(struct mux_request *q, const struct request *r,
                       const struct origin *o)
{
  const char *host = header_value(r->header, r->header_count, "host");
  char length[24];
  uint32_t i;
  add_field(q, ":method", slice_of(r->method));
  add_field(q, ":scheme", slice_of(o->tls ? "https" : "http"));
  add_field(q, ":authority", slice_of(host ? host : o->host_header));
  add_path(q, r->url + o->n);
  for(i = 0; i < r->header_count; i++) {
    if(!is_of_the_connection(r->header[i].name))
      add_field(q, r->header[i].name, slice_of(r->header[i].value));
  }
  if(r->body.p &&
     !header_value(r->header, r->header_count, "content-length")) {
    snprintf(length, sizeof(length), "%zu", r->body.n);
    add_field(q, "content-length", slice_of(length));
  }
  if(r->body.p)
    buf_add(&q->body, r->body.p, r->body.n);
}

#define FIELDS_OF_OURS 5 /* four of HTTP/2 and the length */

static struct mux_request *request_new(const struct request *r,
                                       const struct origin *o)
{
  struct mux_request *q = calloc(1, sizeof(*q));
  if(!q)
    return NULL;
  buf_init(&q->text, 0);
  buf_init(&q->body, 0);
  q->field = calloc(r->header_count + FIELDS_OF_OURS, sizeof(*q->field));
  if(q->field)
    add_fields(q, r, o);
  if(!q->field || q->text.rc || q->body.rc) {
    request_free(q);
    return NULL;
  }
  point_fields(q);
  return q;
}

/* --- Its place -------------------------------------------------------------
 */

static void enter(struct mux_stream *s, enum mux_place place)
{
  struct mux_list *list = &s->on->list[place];
  s->place = (uint8_t)place;
  s->before = list->last;
  s->after = NULL;
  *(s->before ? &s->before->after : &list->first) = s;
  list->last = s;
}

static void quit(struct mux_stream *s)
{
  struct mux_list *list = &s->on->list[s->place];
  *(s->before ? &s->before->after : &list->first) = s->after;
  *(s->after ? &s->after->before : &list->last) = s->before;
}

void mux_stream_move(struct mux_stream *s, enum mux_place place)
{
  quit(s);
  enter(s, place);
}

void mux_stream_join(struct mux_stream *s, struct mux *c)
{
  weir_assert(!s->on && !c->leaving);
  s->on = c;
  s->late = c->ready;
  c->streams++;
  enter(s, MUX_WAITING);
}

void mux_stream_leave(struct mux_stream *s)
{
  struct mux *c = s->on;
  if(s->place == MUX_ASKED) {
    nghttp2_session_set_stream_user_data(c->session, s->id, NULL);
    nghttp2_submit_rst_stream(c->session, NGHTTP2_FLAG_NONE, s->id,
                              NGHTTP2_CANCEL);
  }
  quit(s);
  weir_assert(c->streams);
  c->streams--;
  s->on = NULL;
}

void mux_stream_free(struct mux_stream *s)
{
  weir_assert(s->base.t->live);
  s->base.t->live--;
  request_free(s->asked);
  if(s->kept)
    kept_free(s->kept);
  free(s->kept);
  free(s);
}

/* RFC 9113, section 8.7; nghttp2 closes with this code, too, what a GOAWAY
 * leaves out. */
bool mux_stream_refused(const struct mux_stream *s)
{
  return s->place == MUX_OVER && s->code == NGHTTP2_REFUSED_STREAM &&
         !s->base.head_seen && s->retries < MUX_RETRIES;
}

/* What has a body may have been done though nobody said so. */
bool mux_stream_missed(const struct mux_stream *s)
{
  return s->late && !s->base.head_seen && !s->asked->body.n &&
         s->retries < MUX_RETRIES;
}

/* Servers that end connections after some requests come to everyone's turn. */
void mux_stream_retry(struct mux_stream *s)
{
  if(!s->on->leaving || !s->on->answered)
    s->retries++;
  mux_stream_leave(s);
  s->id = 0;
  s->remote_end = false;
  s->asked->sent = 0;
}

void mux_stream_forget(struct mux_stream *s)
{
  if(!s->asked || !s->base.head_seen || s->asked->sent < s->asked->body.n)
    return;
  request_free(s->asked);
  s->asked = NULL;
}

/* --- As an exchange --------------------------------------------------------
 */

void mux_stream_finish(struct mux_stream *s, enum end_kind kind,
                       const char *why)
{
  exchange_unwait(&s->base);
  if(s->on)
    mux_stream_leave(s);
  exchange_tell_end(&s->base, kind, why);
  mux_stream_free(s);
}

void mux_stream_over(struct mux_stream *s)
{
  if(s->code != NGHTTP2_NO_ERROR)
    mux_stream_finish(s, END_HTTP2, nghttp2_http2_strerror(s->code));
  else if(!s->base.head_seen)
    mux_stream_finish(s, END_NO_RESPONSE, NULL);
  else
    mux_stream_finish(s, s->remote_end ? END_CLEAN : END_TRUNCATED, NULL);
}

struct mux_stream *mux_stream_new(struct transport *t,
                                  const struct line_way *w)
{
  struct mux_stream *s = calloc(1, sizeof(*s));
  if(!s)
    return NULL;
  s->asked = request_new(w->request, w->origin);
  s->kept = calloc(1, sizeof(*s->kept));
  if(!s->asked || !s->kept) {
    request_free(s->asked);
    free(s->kept);
    free(s);
    return NULL;
  }
  kept_init(s->kept);
  s->base.t = t;
  s->base.budget = UINT64_MAX;
  s->base.head_timeout_ns = w->request->head_timeout_ns;
  t->live++;
  return s;
}

/* --- Asking ----------------------------------------------------------------
 */

static ssize_t give_body(nghttp2_session *session, int32_t id, uint8_t *out,
                         size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *ctx)
{
  struct mux_stream *s = nghttp2_session_get_stream_user_data(session, id);
  struct mux_request *q = s ? s->asked : NULL;
  size_t n;
  (void)source;
  (void)ctx;
  if(!q)
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  n = q->body.n - q->sent < room ? q->body.n - q->sent : room;
  if(n)
    memcpy(out, q->body.p + q->sent, n);
  q->sent += n;
  if(q->sent == q->body.n)
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  mux_stream_forget(s);
  return (ssize_t)n;
}

int mux_stream_ask(struct mux_stream *s)
{
  const nghttp2_data_provider body = {.read_callback = give_body};
  struct mux_request *q = s->asked;
  int32_t id = nghttp2_submit_request(s->on->session, NULL, q->field,
                                      q->fields, q->body.n ? &body : NULL, s);
  if(id < 0)
    return id;
  s->id = id;
  mux_stream_move(s, MUX_ASKED);
  exchange_tell_connected(&s->base);
  return 0;
}
