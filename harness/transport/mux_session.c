/* SPDX-License-Identifier: MIT
 * What nghttp2 makes of a connection's bytes, told to its streams; see mux.h.
 * No handler hears of an end from here. */
#include <stdlib.h>

#include "transport/mux.h"

static struct mux_stream *stream_of(nghttp2_session *session, int32_t id)
{
  return nghttp2_session_get_stream_user_data(session, id);
}

static void stop(nghttp2_session *session, struct mux_stream *s)
{
  nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_CANCEL);
}

static int on_begin_headers(nghttp2_session *session,
                            const nghttp2_frame *frame, void *ctx)
{
  struct mux_stream *s = stream_of(session, frame->hd.stream_id);
  (void)ctx;
  if(s && s->kept) {
    kept_clear(s->kept); /* an interim response came before */
    s->status = 0;
  }
  return 0;
}

/* nghttp2 has seen that it is three digits. */
static int status_of(struct slice value)
{
  int status = 0;
  size_t i;
  for(i = 0; i < value.n; i++)
    status = status * 10 + value.p[i] - '0';
  return status;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                     const uint8_t *name, size_t name_n, const uint8_t *value,
                     size_t value_n, uint8_t flags, void *ctx)
{
  struct mux_stream *s = stream_of(session, frame->hd.stream_id);
  struct slice key = {(const char *)name, name_n};
  struct slice text = {(const char *)value, value_n};
  struct buf *into;
  (void)flags;
  (void)ctx;
  if(!s || !s->kept)
    return 0; /* a trailer */
  if(slice_eq_cstr(key, ":status"))
    s->status = status_of(text);
  into = kept_line(s->kept, key);
  if(into)
    buf_add(into, text.p, text.n); /* too long a value is cut, not fatal */
  return 0;
}

static void head_complete(nghttp2_session *session, struct mux_stream *s)
{
  struct response_head head;
  bool go_on;
  if(s->status / 100 == 1)
    return; /* interim: the real one follows */
  head = kept_head(s->kept, s->status, 2, 0);
  go_on = exchange_tell_head(&s->base, &head);
  kept_free(s->kept);
  free(s->kept);
  s->kept = NULL;
  mux_stream_forget(s);
  s->on->answered = true;
  if(!go_on)
    stop(session, s);
}

static void peer_says(struct mux *c, const nghttp2_frame *frame)
{
  uint32_t most;
  if(frame->hd.type == NGHTTP2_GOAWAY)
    c->leaving = true;
  if(frame->hd.type != NGHTTP2_SETTINGS ||
     (frame->hd.flags & NGHTTP2_FLAG_ACK))
    return;
  most = nghttp2_session_get_remote_settings(
      c->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  if(most && most < c->limit)
    c->limit = most;
  c->ready = true;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
                    void *ctx)
{
  struct mux_stream *s = stream_of(session, frame->hd.stream_id);
  peer_says(ctx, frame);
  if(!s)
    return 0;
  if(frame->hd.type == NGHTTP2_HEADERS && s->kept)
    head_complete(session, s);
  if((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
     (frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
    s->remote_end = true;
  return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id,
                   const uint8_t *bytes, size_t n, void *ctx)
{
  struct mux *c = ctx;
  struct mux_stream *s = stream_of(session, id);
  struct slice text = {(const char *)bytes, n};
  (void)flags;
  if(s && !s->base.aborted &&
     !exchange_tell_data(&s->base, text, &c->line.when))
    stop(session, s);
  return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code,
                    void *ctx)
{
  struct mux_stream *s = stream_of(session, id);
  (void)ctx;
  if(!s)
    return 0;
  s->code = code;
  mux_stream_move(s, MUX_OVER);
  return 0;
}

static nghttp2_session_callbacks *callbacks_new(void)
{
  nghttp2_session_callbacks *cb = NULL;
  if(nghttp2_session_callbacks_new(&cb))
    return NULL;
  nghttp2_session_callbacks_set_on_begin_headers_callback(cb,
                                                          on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
  return cb;
}

static int introduce(nghttp2_session *session)
{
  static const nghttp2_settings_entry ours[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, MUX_STREAM_WINDOW}};
  int rc = nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, ours,
                                   sizeof(ours) / sizeof(ours[0]));
  return rc ? rc
            : nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE,
                                                    0, MUX_CONNECTION_WINDOW);
}

nghttp2_session *mux_session_new(struct mux *c)
{
  nghttp2_session_callbacks *cb = callbacks_new();
  nghttp2_session *session = NULL;
  int rc = cb ? nghttp2_session_client_new(&session, cb, c) : -1;
  nghttp2_session_callbacks_del(cb);
  if(!rc)
    rc = introduce(session);
  if(!rc)
    return session;
  nghttp2_session_del(session);
  return NULL;
}
