/* SPDX-License-Identifier: MIT
 * The connection: bytes between wire and nghttp2, settings, deadlines, and
 * telling the owner what is new; see h2_session.h.
 *
 * Callbacks of nghttp2 only note things.  The owner is told afterwards, in
 * turn(), so that it may ask, cancel and close as it likes. */
#include "probe/h2_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/h2_private.h"

#define CONNECTION_WINDOW (1 << 24)
#define NEVER             UINT64_MAX

static void turn(struct h2_session *c);

/* Memory */

static void free_session(uv_handle_t *h)
{
  struct h2_session *c = h->data;
  struct recorder *rec = c->rec;
  free(c);
  rec->open--;
  recorder_release_memory(rec);
}

static void release(struct h2_session *c)
{
  if(!c->closed || c->depth || !c->timed)
    return;
  c->timed = false;
  while(c->first) {
    struct h2_stream *st = c->first;
    c->first = st->next;
    h2_stream_free(st);
  }
  nghttp2_session_del(c->ng);
  recording_free(c->r);
  buf_free(&c->out);
  uv_close((uv_handle_t *)&c->timer, free_session);
}

static void link_to(struct recorder *rec, struct h2_session *c)
{
  c->next = rec->h2;
  if(rec->h2)
    rec->h2->prev = c;
  rec->h2 = c;
  rec->open++;
}

static void unlink_from(struct recorder *rec, struct h2_session *c)
{
  if(c->prev)
    c->prev->next = c->next;
  else
    rec->h2 = c->next;
  if(c->next)
    c->next->prev = c->prev;
}

static void timer_fired(uv_timer_t *t)
{
  struct h2_session *c = t->data;
  c->now_ns = clock_mono_ns();
  turn(c);
}

struct h2_session *h2_new(struct recorder *rec, uint32_t window,
                          const struct h2_handler *h, void *ctx)
{
  struct h2_session *c = calloc(1, sizeof(*c));
  if(!c)
    return NULL;
  c->r = recording_new("h2");
  if(!c->r) {
    free(c);
    return NULL;
  }
  c->rec = rec;
  c->h = h;
  c->ctx = ctx;
  c->window = window;
  c->facts.max_streams = H2_UNLIMITED;
  c->started_ns = c->now_ns = clock_mono_ns();
  c->r->started_real_ns = clock_real_ns();
  c->r->tls = true;
  c->timed = true;
  uv_timer_init(rec->loop, &c->timer);
  c->timer.data = c;
  link_to(rec, c);
  return c;
}

/* Bytes */

static int send_out(struct h2_session *c, struct slice bytes)
{
  return c->w ? wire_send(c->w, bytes) : buf_add(&c->out, bytes.p, bytes.n);
}

/* nghttp2 sees nothing more to do: after a GOAWAY, or an error of the peer's
 * that it answered with its own. */
static void fall_over(struct h2_session *c)
{
  char detail[60];
  snprintf(detail, sizeof(detail), "GOAWAY %s",
           nghttp2_http2_strerror(c->facts.goaway_code));
  if(c->facts.goaway)
    h2_fall(c, REC_END_CLEAN, detail);
  else
    h2_fall(c, REC_END_PROTOCOL,
            c->trouble[0] ? c->trouble : "the peer broke the protocol");
}

static void flush(struct h2_session *c)
{
  while(c->ng && !c->down) {
    const uint8_t *p;
    ssize_t n = nghttp2_session_mem_send(c->ng, &p);
    if(n < 0 ||
       (n && send_out(c, (struct slice){(const char *)p, (size_t)n}))) {
      h2_fall(c, REC_END_ERROR, "cannot send");
      return;
    }
    if(n == 0)
      break;
  }
  if(c->ng && !c->down && !nghttp2_session_want_read(c->ng) &&
     !nghttp2_session_want_write(c->ng))
    fall_over(c);
}

void h2_take(struct h2_session *c, struct slice bytes, uint64_t mono_ns)
{
  ssize_t n;
  c->now_ns = mono_ns;
  if(!c->ng || c->down)
    return;
  n = nghttp2_session_mem_recv(c->ng, (const uint8_t *)bytes.p, bytes.n);
  if(n < 0)
    h2_fall(c, n == NGHTTP2_ERR_NOMEM ? REC_END_ERROR : REC_END_PROTOCOL,
            c->trouble[0] ? c->trouble : nghttp2_strerror((int)n));
  turn(c);
}

/* What nghttp2 says of a frame that breaks rules, printable. */
static int on_trouble(nghttp2_session *ng, int code, const char *text,
                      size_t n, void *ctx)
{
  struct h2_session *c = ctx;
  size_t i;
  (void)ng;
  (void)code;
  n = n < sizeof(c->trouble) - 1 ? n : sizeof(c->trouble) - 1;
  for(i = 0; i < n; i++)
    c->trouble[i] = text[i] >= ' ' && text[i] < 0x7f ? text[i] : '?';
  c->trouble[n] = '\0';
  return 0;
}

static int on_invalid(nghttp2_session *ng, const nghttp2_frame *frame,
                      int code, void *ctx)
{
  const char *text = nghttp2_strerror(code);
  (void)frame;
  return on_trouble(ng, code, text, strlen(text), ctx);
}

static void make_session(struct h2_session *c)
{
  nghttp2_session_callbacks *cb = NULL;
  nghttp2_option *o = NULL;
  if(nghttp2_session_callbacks_new(&cb) == 0 && nghttp2_option_new(&o) == 0) {
    h2_set_callbacks(cb);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(cb,
                                                                 on_invalid);
    nghttp2_session_callbacks_set_error_callback2(cb, on_trouble);
    nghttp2_option_set_no_auto_window_update(o, 1);
    nghttp2_option_set_no_http_messaging(o, 1);
    if(nghttp2_session_client_new2(&c->ng, cb, c, o))
      c->ng = NULL;
  }
  nghttp2_option_del(o);
  nghttp2_session_callbacks_del(cb);
}

void h2_begin(struct h2_session *c)
{
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, c->window}};
  make_session(c);
  if(!c->ng ||
     nghttp2_submit_settings(c->ng, NGHTTP2_FLAG_NONE, settings, 2) ||
     nghttp2_session_set_local_window_size(c->ng, NGHTTP2_FLAG_NONE, 0,
                                           CONNECTION_WINDOW))
    h2_fall(c, REC_END_ERROR, "out of memory");
  turn(c);
}

/* The end */

void h2_fall(struct h2_session *c, enum recording_end end, const char *detail)
{
  struct h2_stream *st;
  if(c->down)
    return;
  c->down = true;
  if(c->r) {
    c->r->end = end;
    c->r->end_ns = (int64_t)(c->now_ns - c->started_ns);
    c->r->close_notify = c->w && wire_close_notify(c->w);
    snprintf(c->r->detail, sizeof(c->r->detail), "%s", detail);
  }
  for(st = c->first; st; st = st->next)
    h2_stream_finish(
        st,
        end == REC_END_CLEAN || end == REC_END_CLOSE ? REC_END_TRUNCATED : end,
        detail);
}

void h2_cut(struct h2_session *c)
{
  c->now_ns = clock_mono_ns();
  h2_fall(c, REC_END_OURS, "the run was stopped");
  h2_wake(c);
}

void h2_close(struct h2_session *c)
{
  if(c->closed)
    return;
  if(c->ng && !c->down) {
    nghttp2_session_terminate_session(c->ng, NGHTTP2_NO_ERROR);
    flush(c);
  }
  c->closed = true;
  if(c->w)
    wire_close(c->w, false);
  c->w = NULL;
  unlink_from(c->rec, c);
  release(c);
}

/* Deadlines */

static void check_deadlines(struct h2_session *c)
{
  struct h2_stream *st;
  if(!c->ready && !c->down && c->now_ns >= c->deadline_ns)
    h2_fall(c, REC_END_TIMEOUT,
            c->ng ? "no SETTINGS within the deadline"
                  : "no connection within the deadline");
  for(st = c->first; st; st = st->next) {
    if(st->over || c->now_ns < st->deadline_ns)
      continue;
    if(st->head_done)
      h2_stream_finish(st, REC_END_OURS, "the time was over");
    else
      h2_stream_finish(st, REC_END_TIMEOUT,
                       "no response head within the deadline");
  }
}

static uint64_t next_deadline(const struct h2_session *c)
{
  uint64_t at = c->ready || c->down ? NEVER : c->deadline_ns;
  const struct h2_stream *st;
  for(st = c->first; st; st = st->next)
    at = st->deadline_ns < at ? st->deadline_ns : at;
  return at;
}

static void arm(struct h2_session *c)
{
  uint64_t at = next_deadline(c), now = clock_mono_ns();
  if(at == NEVER) {
    uv_timer_stop(&c->timer);
    return;
  }
  uv_update_time(c->rec->loop);
  uv_timer_start(&c->timer, timer_fired,
                 at > now ? (at - now) / NS_PER_MS + 1 : 0, 0);
}

void h2_wake(struct h2_session *c)
{
  if(!c->depth)
    uv_timer_start(&c->timer, timer_fired, 0, 0);
}

/* Telling */

static struct h2_stream *take_over(struct h2_session *c)
{
  struct h2_stream **at = &c->first;
  while(*at && !(*at)->over)
    at = &(*at)->next;
  if(*at) {
    struct h2_stream *st = *at;
    *at = st->next;
    c->streams--;
    return st;
  }
  return NULL;
}

static void tell_done(struct h2_session *c)
{
  struct h2_stream *st = take_over(c);
  while(st) {
    struct recording *r = st->r;
    st->r = NULL;
    h2_stream_free(st);
    c->h->on_done(r, c->ctx);
    st = c->closed ? NULL : take_over(c);
  }
}

static void tell_progress(struct h2_session *c)
{
  struct h2_stream *st;
  for(st = c->first; st && !c->closed; st = st->next) {
    bool changed = st->changed && !st->over;
    st->changed = false;
    if(changed && c->h->on_progress)
      c->h->on_progress(st, st->r, c->ctx);
  }
}

static bool has_news(const struct h2_session *c)
{
  const struct h2_stream *st;
  for(st = c->first; st; st = st->next) {
    if(st->over || st->changed)
      return true;
  }
  return c->down && !c->told_down;
}

static void tell(struct h2_session *c)
{
  if(!c->ready && !c->down && c->facts.settings && c->acked) {
    c->ready = true;
    c->h->on_ready(c, c->ctx);
  }
  if(!c->closed)
    tell_progress(c);
  if(!c->closed)
    tell_done(c);
  if(!c->closed && c->down && !c->told_down && !c->first) {
    c->told_down = true;
    c->h->on_down(c, c->ctx);
  }
}

static void turn(struct h2_session *c)
{
  if(c->closed || c->depth)
    return;
  c->depth++;
  check_deadlines(c);
  do {
    tell(c);
    if(!c->closed)
      flush(c);
  } while(!c->closed && has_news(c));
  c->depth--;
  if(c->closed)
    release(c);
  else
    arm(c);
}
