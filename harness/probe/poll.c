/* SPDX-License-Identifier: MIT
 * Watching a socket; see poll.h. */
#include "probe/poll.h"

#include <stdlib.h>

uv_poll_t *poll_new(uv_loop_t *loop, int fd, void *data)
{
  uv_poll_t *p = calloc(1, sizeof(*p));
  if(!p || uv_poll_init_socket(loop, p, fd)) {
    free(p);
    return NULL;
  }
  p->data = data;
  return p;
}

static void free_poll(uv_handle_t *h)
{
  free(h);
}

void poll_drop(uv_poll_t **p)
{
  if(!*p)
    return;
  uv_poll_stop(*p);
  (*p)->data = NULL;
  uv_close((uv_handle_t *)*p, free_poll);
  *p = NULL;
}
