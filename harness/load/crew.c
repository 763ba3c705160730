/* SPDX-License-Identifier: MIT
 * The worker processes: started, spoken to, missed when they die. */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/coordinator.h"

#define CHANNEL_FD 3

static void on_line(struct slice line, void *ctx)
{
  struct member *b = ctx;
  struct err e;
  json_t *m = json_parse(line, "worker", &e);
  if(m)
    coordinator_heard(b, m);
  json_decref(m);
}

static void on_gone(void *ctx)
{
  coordinator_lost(ctx);
}

static void on_process_exit(uv_process_t *p, int64_t status, int sig)
{
  struct member *b = p->data;
  b->exited = true;
  if(!b->how[0] && sig) /* else the reason is known already */
    snprintf(b->how, sizeof(b->how), "killed by signal %d (%s)", sig,
             strsignal(sig));
  else if(!b->how[0])
    snprintf(b->how, sizeof(b->how), "exited with code %d", (int)status);
  uv_close((uv_handle_t *)p, NULL);
  coordinator_lost(b);
}

static int spawn(struct coordinator *c, struct member *b)
{
  static char command[] = "worker-process", fd_text[] = "3";
  char *args[] = {(char *)(uintptr_t)c->options->program, command, fd_text,
                  NULL};
  uv_stdio_container_t stdio[CHANNEL_FD + 1];
  uv_process_options_t o;
  int rc;
  memset(&o, 0, sizeof(o));
  stdio[0].flags = UV_IGNORE;
  stdio[1].flags = stdio[2].flags = UV_INHERIT_FD;
  stdio[1].data.fd = stdio[2].data.fd = 2; /* stdout is for results */
  stdio[CHANNEL_FD].flags =
      (uv_stdio_flags)(UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE);
  stdio[CHANNEL_FD].data.stream = (uv_stream_t *)&b->channel.pipe;
  o.file = c->options->program;
  o.args = args;
  /* A session of their own: a terminal's Ctrl-C must reach the coordinator
   * alone, also before they can ignore it. */
  o.flags = UV_PROCESS_DETACHED;
  o.stdio = stdio;
  o.stdio_count = CHANNEL_FD + 1;
  o.exit_cb = on_process_exit;
  b->process.data = b;
  rc = uv_spawn(&c->loop, &b->process, &o);
  if(rc) {
    uv_close((uv_handle_t *)&b->process, NULL);
    return err_set(c->e, E_IO, "a worker process cannot be started: %s",
                   uv_strerror(rc));
  }
  b->spawned = true;
  return channel_read(&b->channel);
}

static json_t *setup_message(struct coordinator *c, struct member *b,
                             const char *yaml)
{
  json_t *m = message_new("setup");
  message_set_text(m, "scenario", yaml);
  message_set_text(m, "name", "scenario");
  message_set_text(m, "run", c->out->run);
  message_set_u64(m, "seed", c->out->seed);
  message_set_u64(m, "index", b->publisher ? 0 : b->index);
  message_set_u64(m, "workers", c->plan.workers);
  if(c->scenario->app_file)
    message_set_text(m, "profile", c->scenario->app_file);
  message_set(m, "publisher", json_boolean(b->publisher));
  return m;
}

int crew_start(struct coordinator *c)
{
  struct buf yaml;
  uint32_t i;
  int rc;
  c->members = c->plan.workers + (c->plan.publisher ? 1 : 0);
  c->member = calloc(c->members, sizeof(*c->member));
  buf_init(&yaml, 0);
  rc = c->member ? scenario_print(c->scenario, &yaml) : E_NOMEM;
  for(i = 0; !rc && i < c->members; i++) {
    struct member *b = &c->member[i];
    b->c = c;
    b->index = i;
    b->publisher = i == c->plan.workers;
    b->joined_ns = UINT64_MAX;
    rc = channel_init(&b->channel, &c->loop, on_line, on_gone, b);
    if(!rc)
      rc = spawn(c, b);
    if(!rc)
      rc = message_send(&b->channel, setup_message(c, b, buf_text(&yaml)));
  }
  buf_free(&yaml);
  return rc;
}

void crew_tell_one(struct member *b, json_t *m)
{
  if(b->died || b->finished)
    json_decref(m);
  else
    message_send(&b->channel, m);
}

void crew_tell(struct coordinator *c, json_t *m)
{
  uint32_t i;
  for(i = 0; i < c->members; i++)
    crew_tell_one(&c->member[i], json_incref(m));
  json_decref(m);
}

bool crew_all(const struct coordinator *c, size_t flag_offset)
{
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    const struct member *b = &c->member[i];
    if(!b->died && !*(const bool *)((const char *)b + flag_offset))
      return false;
  }
  return true;
}

uint32_t crew_alive(const struct coordinator *c)
{
  uint32_t i, n = 0;
  for(i = 0; i < c->members; i++)
    n += !c->member[i].died && !c->member[i].publisher;
  return n;
}

void crew_end(struct coordinator *c)
{
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].c)
      channel_close(&c->member[i].channel);
  }
}

void crew_dismiss(struct member *b)
{
  if(!b->spawned || b->exited || b->died)
    return;
  snprintf(b->how, sizeof(b->how), "it did not answer any more");
  uv_process_kill(&b->process, SIGKILL);
  coordinator_lost(b);
}

void crew_kill(struct coordinator *c)
{
  uint32_t i;
  for(i = 0; i < c->members; i++) {
    if(c->member[i].spawned && !c->member[i].exited)
      uv_process_kill(&c->member[i].process, SIGKILL);
  }
}
