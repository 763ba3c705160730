/* SPDX-License-Identifier: MIT
 * A line channel between coordinator and worker: whole lines both ways over a
 * libuv pipe.  The writer never blocks; the reader gets each line without its
 * newline.  Used on the loop's thread only. */
#ifndef WEIR_LOOP_CHANNEL_H
#define WEIR_LOOP_CHANNEL_H
#include <stdbool.h>
#include <uv.h>

#include "base/buf.h"

#define CHANNEL_MAX_LINE ((size_t)256 << 20)

struct channel {
  uv_pipe_t pipe;
  struct buf in; /* the unfinished line */
  void (*on_line)(struct slice line, void *ctx);
  void (*on_close)(void *ctx); /* the other end is gone; called once */
  void *ctx;
  bool closed;
};

/* channel_init prepares the pipe; the caller then opens it (uv_pipe_open) or
 * hands it to uv_spawn, and calls channel_read. */
int channel_init(struct channel *c, uv_loop_t *loop,
                 void (*on_line)(struct slice line, void *ctx),
                 void (*on_close)(void *ctx), void *ctx);
int channel_read(struct channel *c);
/* channel_send queues the line and a newline.  The bytes are copied. */
int channel_send(struct channel *c, struct slice line);
/* channel_close releases it; on_close is not called any more.  c must live
 * until the loop has run its closing callbacks. */
void channel_close(struct channel *c);

#endif
