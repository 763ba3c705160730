/* SPDX-License-Identifier: MIT
 * One copy of the configuration: written, read by `nginx -t` until it has
 * nothing left to refuse, started; see sandbox.h. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "nginxbox/complaint.h"
#include "nginxbox/sandbox.h"

#define TEST_NS     (10 * NS_PER_SEC)
#define READY_NS    (10 * NS_PER_SEC)
#define STARTS_MAX  4
#define ARGS_MAX    12
#define LOG_MAX     ((size_t)1 << 20)
#define GLOBALS_MAX 1400

struct command {
  const char *argv[ARGS_MAX];
  char prefix[REWRITE_PATH_MAX + 8], main[REWRITE_PATH_MAX + 16];
  char log[REWRITE_PATH_MAX + 24], globals[GLOBALS_MAX];
};

static void build_command(const struct sandbox *s, enum sandbox_copy c,
                          bool test, struct command *cmd)
{
  const char *dir = s->copy[c].dir;
  size_t n = 0;
  snprintf(cmd->prefix, sizeof(cmd->prefix), "%s/" REWRITE_RUN "/", dir);
  snprintf(cmd->main, sizeof(cmd->main), "%s/main.conf", dir);
  snprintf(cmd->log, sizeof(cmd->log), "%serror.log", cmd->prefix);
  snprintf(cmd->globals, sizeof(cmd->globals),
           "daemon off; worker_processes 1; pid %snginx.pid; "
           "lock_file %snginx.lock; error_log %s info;",
           cmd->prefix, cmd->prefix, cmd->log);
  cmd->argv[n++] = s->nginx->path;
  cmd->argv[n++] = "-p";
  cmd->argv[n++] = cmd->prefix;
  cmd->argv[n++] = "-c";
  cmd->argv[n++] = cmd->main;
  if(conf_version_from(s->nginx->version, 1, 19, 5)) {
    cmd->argv[n++] = "-e";
    cmd->argv[n++] = cmd->log;
  }
  cmd->argv[n++] = "-g";
  cmd->argv[n++] = cmd->globals;
  if(test)
    cmd->argv[n++] = "-t";
  cmd->argv[n] = NULL;
}

/* 'unknown "x" variable' comes without a place. */
static bool note_variable(struct sandbox *s, const struct complaint *k,
                          enum sandbox_copy c)
{
  struct sandbox_drop *d = &s->drop[s->drops];
  const char *name = strstr(k->text, "unknown \"");
  size_t n = name ? strcspn(name + 9, "\"") : 0;
  if(!n || n >= sizeof(d->name) || s->drops == SANDBOX_DROPS_MAX ||
     strncmp(name + 9 + n, "\" variable", 10) != 0)
    return false;
  memset(d, 0, sizeof(*d));
  memcpy(d->name, name + 9, n);
  if(rewrite_define(&s->copy[c], d->name))
    return false;
  s->drops++;
  return true;
}

static bool note_drop(struct sandbox *s, const struct complaint *k,
                      enum sandbox_copy c)
{
  struct sandbox_drop *d = &s->drop[s->drops];
  char why[480];
  size_t file = rewrite_file(&s->copy[c], k->path);
  if(!k->line || file == SIZE_MAX || s->drops == SANDBOX_DROPS_MAX)
    return false;
  snprintf(why, sizeof(why), "nginx refuses it: %s (left out of the copy)",
           k->text);
  if(!rewrite_drop(&s->copy[c], file, k->line, k->name[0] ? k->name : NULL,
                   why))
    return false;
  d->file = file;
  d->line = k->line;
  snprintf(d->name, sizeof(d->name), "%s", k->name);
  s->drops++;
  return true;
}

/* Lets nginx read the copy, and takes out what it refuses, one at a time. */
static int settle(struct sandbox *s, enum sandbox_copy c, struct err *e)
{
  const struct process_bounds bounds = {
      TEST_NS, {s->o->is_stopped, s->o->ctx}, s->user};
  struct command cmd;
  struct complaint k;
  struct buf text;
  int rc, again = 1;
  build_command(s, c, true, &cmd);
  while(again) {
    again = 0;
    rc = rewrite_write(&s->copy[c], e);
    if(rc)
      return rc;
    buf_init(&text, 0);
    rc = process_run(cmd.argv, bounds, &text, e);
    if(rc == PROCESS_CANNOT) {
      rc = err_set(e, E_IO, "%.*s", (int)strcspn(buf_text(&text), "\n"),
                   buf_text(&text));
    } else if(rc > 0) {
      bool found = complaint_read(buf_text(&text), &k);
      rc = err_set(e, E_MISMATCH, "nginx refuses the copy: %s",
                   found ? k.text : buf_text(&text));
      again = found && (note_variable(s, &k, c) || note_drop(s, &k, c));
    }
    buf_free(&text);
  }
  return rc;
}

uint16_t sandbox_port(const struct sandbox *s, enum sandbox_copy c,
                      const struct conf_listener *l)
{
  const struct rewrite_listen *found = rewrite_listen_of(&s->copy[c], l);
  return found ? found->port : 0;
}

void sandbox_log(const struct sandbox *s, enum sandbox_copy c, struct buf *out)
{
  char path[REWRITE_PATH_MAX + 32];
  snprintf(path, sizeof(path), "%s/" REWRITE_RUN "/error.log", s->copy[c].dir);
  file_read(path, LOG_MAX, out, NULL);
}

static int give_ports(struct rewrite *r, struct err *e)
{
  uint16_t port[REWRITE_LISTENS_MAX];
  int rc = sandbox_free_ports(port, r->listens, e);
  for(size_t i = 0; !rc && i < r->listens; i++)
    r->listen[i].port = port[i];
  return rc;
}

int sandbox_make_copy(struct sandbox *s, enum sandbox_copy c, struct err *e)
{
  struct rewrite *r = &s->copy[c];
  int rc = give_ports(r, e);
  if(rc)
    return rc;
  r->origin_port = s->origin_port;
  r->closed_port = s->closed_port;
  if(rewrite_make(r))
    return err_set(e, E_NOMEM, "out of memory");
  /* What nginx refused in the first copy it refuses in all. */
  for(size_t i = 0; c != COPY_AS_IS && i < s->drops; i++) {
    const struct sandbox_drop *d = &s->drop[i];
    if(d->line)
      rewrite_drop(r, d->file, d->line, d->name[0] ? d->name : NULL, "");
    else
      rewrite_define(r, d->name);
  }
  return c == COPY_AS_IS ? settle(s, c, e) : rewrite_write(r, e);
}

static int why_dead(struct sandbox *s, enum sandbox_copy c, struct err *e)
{
  struct buf log;
  struct complaint k;
  buf_init(&log, 0);
  sandbox_log(s, c, &log);
  process_read(&s->running[c], &log);
  err_set(e, E_IO, "nginx does not start: %s",
          complaint_read(buf_text(&log), &k) ? k.text : "no word from it");
  buf_free(&log);
  return E_IO;
}

static int await_nginx(struct sandbox *s, enum sandbox_copy c, struct err *e)
{
  uint64_t end = clock_mono_ns() + READY_NS;
  uint16_t port = sandbox_port(s, c, &s->of.route->listener);
  int status;
  while(!sandbox_accepts(port)) {
    if(!process_running(&s->running[c], &status) || clock_mono_ns() > end)
      return why_dead(s, c, e);
    if(s->o->is_stopped && s->o->is_stopped(s->o->ctx))
      return err_set(e, E_CLOSED, "stopped");
    poll(NULL, 0, 2);
  }
  return 0;
}

int sandbox_start_copy(struct sandbox *s, enum sandbox_copy c, struct err *e)
{
  struct command cmd;
  int rc = 0;
  build_command(s, c, false, &cmd);
  for(int i = 0; i < STARTS_MAX; i++) {
    rc = process_start_as(&s->running[c], cmd.argv, s->user, e);
    rc = rc ? rc : await_nginx(s, c, e);
    if(rc != E_IO || !strstr(e->text, "in use"))
      return rc;
    /* Somebody else took a port between the look and the use. */
    process_end(&s->running[c]);
    text_edits_free(&s->copy[c].edits[0]);
    for(size_t f = 1; f < s->of.conf->nfiles; f++)
      text_edits_free(&s->copy[c].edits[f]);
    rc = sandbox_make_copy(s, c, e);
    if(rc)
      return rc;
  }
  return rc;
}
