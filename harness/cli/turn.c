/* SPDX-License-Identifier: MIT
 * A server for one run; see turn.h. */
#include "cli/turn.h"

#include <string.h>

#include "base/log.h"
#include "load/target.h"

int turn_start(struct turn *t, const char *command, const struct scenario *s,
               struct err *e)
{
  struct load_target target;
  int rc;
  memset(t, 0, sizeof(*t));
  buf_init(&t->url, 0);
  rc = target_look(s, &target, &t->url, e);
  if(rc)
    return rc;
  t->plan = (struct server_plan){.command = command,
                                 .url = buf_text(&t->url),
                                 .log = "/dev/null",
                                 .listens = true,
                                 .ready_ns = SERVER_READY_NS};
  rc = server_start(&t->server, &t->plan, e);
  if(rc)
    err_prefix(e, "%.200s", command);
  return rc;
}

void turn_end(struct turn *t)
{
  struct err e = {0};
  if(t->server.plan && server_end(&t->server, &e))
    log_warn("%s", e.text);
  buf_free(&t->url);
}
