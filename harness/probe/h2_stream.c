/* SPDX-License-Identifier: MIT
 * What becomes of one HTTP/2 stream: header fields, DATA, its end.  Called by
 * nghttp2; only notes things, see h2_session.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/h2_private.h"

/* Lines are composed of it, so that it must not look like several. */
static bool is_odd(char c, bool in_name)
{
  unsigned char u = (unsigned char)c;
  return c == '\r' || c == '\n' || c == '\0' ||
         (in_name && (u <= ' ' || u >= 0x7f || c == ':'));
}

struct h2_stream *h2_stream_new(struct h2_session *c,
                                const struct label *label)
{
  struct h2_stream *st = calloc(1, sizeof(*st)), **end;
  if(!st)
    return NULL;
  st->c = c;
  st->r = recording_new("h2");
  st->d = st->r ? digest_new(st->r) : NULL;
  if(!st->d) {
    h2_stream_free(st);
    return NULL;
  }
  st->r->label = *label;
  st->pseudo = PSEUDO_NONE;
  buf_init(&st->fields, RECORDER_HEAD_MAX);
  st->started_ns = clock_mono_ns();
  st->r->started_real_ns = clock_real_ns();
  for(end = &c->first; *end; end = &(*end)->next)
    ;
  *end = st;
  c->streams++;
  return st;
}

void h2_stream_free(struct h2_stream *st)
{
  digest_free(st->d);
  recording_free(st->r);
  buf_free(&st->fields);
  buf_free(&st->body);
  free(st);
}

struct h2_stream *h2_stream_of(struct h2_session *c, int32_t id)
{
  return nghttp2_session_get_stream_user_data(c->ng, id);
}

/* Reads are dated by the kernel, all else by us: never backwards. */
static int64_t since_start(struct h2_stream *st)
{
  int64_t t = (int64_t)(st->c->now_ns - st->started_ns);
  st->last_ns = t > st->last_ns ? t : st->last_ns;
  return st->last_ns;
}

/* The end */

static void label(struct h2_stream *st, const char *detail)
{
  struct label *l = &st->r->label;
  l->stream = st->id > 0 ? st->id : 0;
  l->pseudo = st->pseudo;
  l->fields = st->bad_field ? H2_FIELDS_BAD : H2_FIELDS_OK;
  l->rst = st->reset ? label_h2_code(st->code) : H2_CODE_NONE;
  snprintf(st->r->detail, sizeof(st->r->detail), "%.100s", detail);
}

void h2_stream_finish(struct h2_stream *st, enum recording_end end,
                      const char *detail)
{
  struct h2_session *c = st->c;
  if(st->over)
    return;
  st->over = true;
  st->r->end = end;
  st->r->end_ns = since_start(st);
  label(st, detail);
  if((!st->head_done && digest_head(st->d)) || digest_end(st->d))
    st->r->end = REC_END_ERROR;
  if(!c->ng || st->id <= 0)
    return;
  /* Also of one that waits to be sent. */
  nghttp2_session_set_stream_user_data(c->ng, st->id, NULL);
  if(!st->gone && (end != REC_END_CLEAN || st->body_at < st->body.n))
    nghttp2_submit_rst_stream(c->ng, NGHTTP2_FLAG_NONE, st->id,
                              NGHTTP2_CANCEL);
}

static void out_of_memory(struct h2_stream *st)
{
  h2_stream_finish(st, REC_END_ERROR, "out of memory");
}

/* The head */

static void add_text(struct buf *b, struct slice s, bool is_name, bool *bad)
{
  size_t i, from = b->n;
  buf_add(b, s.p, s.n);
  for(i = from; i < b->n; i++) {
    if(is_odd(b->p[i], is_name)) {
      b->p[i] = '?';
      *bad = true;
    }
  }
}

static int add_field(struct h2_stream *st, struct slice name,
                     struct slice value)
{
  add_text(&st->fields, name, true, &st->bad_field);
  st->bad_field = st->bad_field || !name.n;
  buf_adds(&st->fields, ": ");
  add_text(&st->fields, value, false, &st->bad_field);
  return buf_adds(&st->fields, "\r\n");
}

static void take_pseudo(struct h2_stream *st, struct slice name,
                        struct slice value)
{
  int i, status = 0;
  if(!slice_eq_cstr(name, ":status")) {
    st->pseudo = PSEUDO_OTHER;
    return;
  }
  if(value.n != 3)
    return;
  for(i = 0; i < 3; i++) {
    if(value.p[i] < '0' || value.p[i] > '9')
      return;
    status = status * 10 + (value.p[i] - '0');
  }
  if(st->pseudo == PSEUDO_NONE)
    st->pseudo = st->fields.n ? PSEUDO_LATE : PSEUDO_OK;
  else if(st->pseudo != PSEUDO_OTHER)
    st->pseudo = PSEUDO_TWICE;
  st->status = status;
}

static int on_begin_headers(nghttp2_session *ng, const nghttp2_frame *frame,
                            void *ctx)
{
  struct h2_stream *st = h2_stream_of(ctx, frame->hd.stream_id);
  (void)ng;
  if(!st || st->head_done)
    return 0;
  buf_clear(&st->fields);
  st->status = 0;
  st->pseudo = PSEUDO_NONE;
  st->r->head.began_ns = since_start(st);
  return 0;
}

static int on_header(nghttp2_session *ng, const nghttp2_frame *frame,
                     const uint8_t *name, size_t name_n, const uint8_t *value,
                     size_t value_n, uint8_t flags, void *ctx)
{
  struct h2_stream *st = h2_stream_of(ctx, frame->hd.stream_id);
  struct slice n = {(const char *)name, name_n};
  struct slice v = {(const char *)value, value_n};
  int rc = 0;
  (void)ng;
  (void)flags;
  if(!st || st->over || st->head_done)
    return 0;
  if(name_n && name[0] == ':')
    take_pseudo(st, n, v);
  else
    rc = add_field(st, n, v);
  st->heads += name_n + value_n;
  if(rc == E_TOO_LONG || st->heads > RECORDER_HEAD_MAX)
    h2_stream_finish(st, REC_END_LIMIT,
                     "the response head is longer than 256 KiB");
  else if(rc)
    out_of_memory(st);
  return 0;
}

static int add_interim(struct h2_stream *st)
{
  struct recording *r = st->r;
  if(r->interims >= RECORDER_INTERIMS_MAX)
    return E_TOO_LONG;
  return recording_add_interim(r, &r->head);
}

static int compose_head(struct h2_stream *st)
{
  struct message_head *h = &st->r->head;
  int rc = buf_addf(&h->bytes, "HTTP/2.0 %03d\r\n", st->status);
  if(!rc)
    rc = buf_add(&h->bytes, st->fields.p, st->fields.n);
  if(!rc)
    rc = buf_adds(&h->bytes, "\r\n");
  h->complete_ns = since_start(st);
  if(rc || (st->status >= 100 && st->status < 200))
    return rc ? rc : add_interim(st);
  st->head_done = st->changed = true;
  st->deadline_ns = st->c->now_ns + st->limit_ns;
  return digest_head(st->d);
}

/* DATA */

static int on_data(nghttp2_session *ng, uint8_t flags, int32_t id,
                   const uint8_t *p, size_t n, void *ctx)
{
  struct h2_stream *st = h2_stream_of(ctx, id);
  struct slice bytes = {(const char *)p, n};
  int rc;
  (void)flags;
  nghttp2_session_consume_connection(ng, n);
  if(!st || st->over)
    return 0;
  if(!st->unread)
    nghttp2_session_consume_stream(ng, id, n);
  rc = recording_add_read(st->r, since_start(st), bytes);
  if((!rc || rc == E_TOO_LONG) && st->head_done &&
     recorder_unpack(st->c->rec, st->r, st->d, n))
    rc = E_NOMEM;
  st->changed = true;
  if(rc == E_NOMEM)
    out_of_memory(st);
  else if(st->r->cut_short ||
          recorder_is_full(st->c->rec, st->r, st->max_bytes)) {
    st->r->cut_short = true;
    h2_stream_finish(st, REC_END_LIMIT, "more came than is recorded");
  }
  return 0;
}

/* Frames */

static void take_headers(struct h2_stream *st)
{
  int rc;
  if(st->head_done)
    return;
  rc = compose_head(st);
  if(rc == E_TOO_LONG)
    h2_stream_finish(st, REC_END_LIMIT, "too many interim responses");
  else if(rc)
    out_of_memory(st);
}

static void take_settings(struct h2_session *c, const nghttp2_frame *frame)
{
  size_t i;
  if(frame->hd.flags & NGHTTP2_FLAG_ACK) {
    c->acked = true;
    return;
  }
  c->facts.settings = true;
  for(i = 0; i < frame->settings.niv; i++) {
    if(frame->settings.iv[i].settings_id ==
       NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
      c->facts.max_streams = frame->settings.iv[i].value;
  }
}

static void take_connection_frame(struct h2_session *c,
                                  const nghttp2_frame *frame)
{
  if(frame->hd.type == NGHTTP2_SETTINGS)
    take_settings(c, frame);
  if(frame->hd.type == NGHTTP2_PING && !(frame->hd.flags & NGHTTP2_FLAG_ACK))
    c->facts.pings++;
  if(frame->hd.type == NGHTTP2_GOAWAY) {
    c->facts.goaway = true;
    c->facts.goaway_code = frame->goaway.error_code;
  }
}

static int on_frame(nghttp2_session *ng, const nghttp2_frame *frame, void *ctx)
{
  struct h2_session *c = ctx;
  struct h2_stream *st;
  (void)ng;
  if(!frame->hd.stream_id) {
    take_connection_frame(c, frame);
    return 0;
  }
  st = h2_stream_of(c, frame->hd.stream_id);
  if(!st || st->over)
    return 0;
  if(frame->hd.type == NGHTTP2_HEADERS)
    take_headers(st);
  if(frame->hd.type == NGHTTP2_RST_STREAM) {
    st->reset = true;
    st->code = frame->rst_stream.error_code;
  }
  if((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
     (frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
    h2_stream_finish(st, st->head_done ? REC_END_CLEAN : REC_END_PROTOCOL,
                     st->head_done ? "END_STREAM"
                                   : "END_STREAM without a response head");
  return 0;
}

static int on_close(nghttp2_session *ng, int32_t id, uint32_t code, void *ctx)
{
  struct h2_session *c = ctx;
  struct h2_stream *st = h2_stream_of(c, id);
  char detail[120];
  (void)ng;
  if(!st || st->over)
    return 0;
  st->gone = true;
  if(st->reset)
    snprintf(detail, sizeof(detail), "RST_STREAM %s",
             nghttp2_http2_strerror(code));
  else if(c->facts.goaway)
    snprintf(detail, sizeof(detail), "GOAWAY %s, not processed",
             nghttp2_http2_strerror(c->facts.goaway_code));
  else
    snprintf(detail, sizeof(detail), "our %s%s%.80s",
             nghttp2_http2_strerror(code), c->trouble[0] ? ": " : "",
             c->trouble);
  h2_stream_finish(
      st, st->reset || c->facts.goaway ? REC_END_RESET : REC_END_PROTOCOL,
      detail);
  return 0;
}

static int on_not_sent(nghttp2_session *ng, const nghttp2_frame *frame,
                       int why, void *ctx)
{
  struct h2_session *c = ctx;
  struct h2_stream *st;
  (void)ng;
  if(frame->hd.type != NGHTTP2_HEADERS)
    return 0;
  for(st = c->first; st; st = st->next) {
    if(st->id != frame->hd.stream_id)
      continue;
    st->gone = true;
    h2_stream_finish(st, REC_END_NO_RESPONSE, nghttp2_strerror(why));
  }
  return 0;
}

static int on_sent(nghttp2_session *ng, const nghttp2_frame *frame, void *ctx)
{
  struct h2_stream *st = h2_stream_of(ctx, frame->hd.stream_id);
  if(!st || st->over || frame->hd.type != NGHTTP2_HEADERS)
    return 0;
  st->r->request_ns = (int64_t)(clock_mono_ns() - st->started_ns);
  if(st->room)
    nghttp2_session_set_local_window_size(ng, NGHTTP2_FLAG_NONE, st->id,
                                          st->room);
  return 0;
}

void h2_set_callbacks(nghttp2_session_callbacks *cb)
{
  nghttp2_session_callbacks_set_on_begin_headers_callback(cb,
                                                          on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(cb, on_not_sent);
  nghttp2_session_callbacks_set_on_frame_send_callback(cb, on_sent);
}
