/* SPDX-License-Identifier: MIT
 * The reference server, run beside the target on the same machine. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "capacity/capacity_private.h"

#define READY    "listening on http://127.0.0.1:"
#define READY_NS (10 * NS_PER_SEC)

static int start(struct process *p, const char *program, struct err *e)
{
  char path[4096];
  const char *argv[] = {path, "--port", "0", NULL};
  if(!process_find(program, program, NULL, path, sizeof(path)))
    return E_NOT_FOUND;
  return process_start(p, argv, e);
}

/* The port in the line that it prints when it accepts. */
static uint16_t await_port(struct process *p)
{
  const struct process_stop nobody = {NULL, NULL};
  struct buf said;
  unsigned long port = 0;
  buf_init(&said, 0);
  if(!process_await(p, READY, READY_NS, &said, nobody))
    port = strtoul(strstr(buf_text(&said), READY) + strlen(READY), NULL, 10);
  buf_free(&said);
  return port < 65536 ? (uint16_t)port : 0;
}

int reference_start(struct reference *r, const char *program, struct err *e)
{
  memset(r, 0, sizeof(*r));
  r->server.out = -1;
  if(!start(&r->server, program, e)) {
    r->port = await_port(&r->server);
    if(r->port)
      return 0;
  }
  reference_stop(r);
  return err_set(e, E_NOT_FOUND, "%s did not start (is it installed?)",
                 program);
}

void reference_stop(struct reference *r)
{
  if(r->server.pid)
    process_end(&r->server);
}
