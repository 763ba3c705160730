/* SPDX-License-Identifier: MIT
 * libFuzzer target: a peer that chose h2 says anything, in any pieces, while
 * streams are asked for, left unread and cancelled.  All that was begun is
 * told once, recordings stay inside their bytes, and nothing is leaked.
 *
 *   build/.../fuzz/h2_fuzz -max_total_time=60 CORPUS
 *
 * Input: pieces of a command (a byte), a length (a byte) and so many bytes.
 * The handshake that lets streams begin comes first, from here. */
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "probe/h2_private.h"

#define MUST(x)                                                               \
  do {                                                                        \
    if(!(x))                                                                  \
      abort();                                                                \
  } while(0)

#define ASKED_MOST 40

struct fuzz {
  struct h2_session *c;
  struct h2_stream *newest; /* NULL when it may be over */
  unsigned asked, done, down;
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void ask(struct fuzz *f)
{
  struct probe_request q = {.stop = {.max_bytes = 4096}};
  if(f->asked < ASKED_MOST) {
    f->newest = h2_request(f->c, &q, &(struct label){.role = ROLE_LOOK});
    MUST(f->newest);
    f->asked++;
  }
}

static void on_ready(struct h2_session *c, void *ctx)
{
  struct fuzz *f = ctx;
  f->c = c;
  ask(f);
  ask(f);
}

static void on_progress(struct h2_stream *st, const struct recording *r,
                        void *ctx)
{
  (void)ctx;
  if(r->head.status == 418)
    h2_cancel(st);
}

static void on_done(struct recording *r, void *ctx)
{
  struct fuzz *f = ctx;
  size_t i;
  f->done++;
  f->newest = NULL;
  MUST(r->end != REC_END_NONE);
  MUST(r->wire_end <= r->wire.n && r->body.n <= r->wire.n + 65536);
  for(i = 0; i < r->events; i++)
    MUST(r->event[i].end <= r->body.n);
  recording_free(r);
}

static void on_down(struct h2_session *c, void *ctx)
{
  struct fuzz *f = ctx;
  (void)c;
  f->down++;
}

static const struct h2_handler handler = {on_ready, on_progress, on_done,
                                          on_down};

static void obey(struct fuzz *f, uint8_t command)
{
  if(command == 1)
    ask(f);
  else if(command == 2 && f->newest)
    h2_leave_unread(f->newest);
  else if(command == 3 && f->newest)
    h2_cancel(f->newest);
  if(command == 3)
    f->newest = NULL;
}

static void play(struct fuzz *f, uv_loop_t *loop, const uint8_t *p, size_t n)
{
  /* SETTINGS, and the answer to ours. */
  static const char hello[] = "\0\0\0\4\0\0\0\0\0\0\0\0\4\1\0\0\0\0";
  h2_begin(f->c);
  h2_take(f->c, (struct slice){hello, sizeof(hello) - 1}, clock_mono_ns());
  while(n >= 2) {
    size_t size = p[1] < n - 2 ? p[1] : n - 2;
    obey(f, p[0]);
    h2_take(f->c, (struct slice){(const char *)p + 2, size}, clock_mono_ns());
    buf_clear(&f->c->out);
    uv_run(loop, UV_RUN_NOWAIT);
    p += 2 + size;
    n -= 2 + size;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
  struct target *t = target_new("https://127.0.0.1/s");
  struct recorder rec = {.target = t};
  struct fuzz f = {0};
  uv_loop_t loop;
  MUST(t && uv_loop_init(&loop) == 0);
  rec.loop = &loop;
  f.c = h2_new(&rec, H2_WINDOW, &handler, &f);
  MUST(f.c);
  f.c->deadline_ns = UINT64_MAX;
  play(&f, &loop, p, n);
  h2_cut(f.c);
  uv_run(&loop, UV_RUN_NOWAIT);
  MUST(f.done == f.asked && f.down == 1);
  h2_close(f.c);
  uv_run(&loop, UV_RUN_DEFAULT);
  MUST(uv_loop_close(&loop) == 0 && rec.open == 0);
  target_free(t);
  return 0;
}
