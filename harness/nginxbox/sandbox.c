/* SPDX-License-Identifier: MIT
 * A live run's surroundings; see sandbox.h. */
#include "nginxbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "nginxbox/certificate.h"
#include "nginxbox/lab_user.h"

#define READY      "listening on http://127.0.0.1:"
#define READY_NS   (10 * NS_PER_SEC)
#define SCALED_MS  900u
#define LONGEST_MS 2000u /* a timeout up to this needs no dividing */

/* --- weir-server -------------------------------------------------------- */

static uint16_t read_port(const char *text)
{
  unsigned long n = strtoul(strstr(text, READY) + strlen(READY), NULL, 10);
  return n < 65536 ? (uint16_t)n : 0;
}

static int await_server(struct sandbox *s, struct err *e)
{
  struct process_stop stop = {s->o->is_stopped, s->o->ctx};
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = process_await(&s->server, READY, READY_NS, &text, stop);
  if(rc == E_CLOSED)
    err_set(e, rc, "stopped");
  else if(rc)
    err_set(e, rc, "weir-server does not start: %.300s", buf_text(&text));
  else
    s->origin_port = read_port(buf_text(&text));
  buf_free(&text);
  return rc;
}

static int start_server(struct sandbox *s, struct err *e)
{
  char path[512];
  const char *argv[] = {path, "--origin", "--port", "0", NULL};
  int rc;
  if(!process_find(s->o->server_binary, "weir-server", NULL, path,
                   sizeof(path)))
    return err_set(e, E_NOT_FOUND,
                   "weir-server is neither beside weir nor in PATH");
  rc = process_start_as(&s->server, argv, s->user, e);
  return rc ? rc : await_server(s, e);
}

/* --- folders ------------------------------------------------------------ */

static bool has_cipher_list(const struct examined *of)
{
  return conf_effective_at(of->route->server, "ssl_ciphers", of->version).n >
         0;
}

/* Code that is trusted lies beside the configuration. */
static void set_jail(struct sandbox *s)
{
  const char *path = s->of.conf->files[0]->path;
  char folder[PATH_MAX];
  snprintf(folder, sizeof(folder), "%.*s", (int)file_dir_of(path), path);
  if(!s->o->trust_code || !strchr(path, '/') || !realpath(folder, s->code))
    s->code[0] = '\0';
  s->jail = (struct jail){
      s->dir.path, {s->nginx->modules_path, s->code[0] ? s->code : NULL}};
  s->user.jail = s->o->plain ? NULL : &s->jail;
}

static int make_folders(struct sandbox *s, struct err *e)
{
  static const char *const NAMES[] = {"as-is", "scaled"};
  char run[32];
  int rc = private_dir_make(&s->dir, s->o->keep, s->user, e);
  set_jail(s);
  for(int c = 0; !rc && c < COPY_COUNT; c++) {
    if(rewrite_init(&s->copy[c], &s->of, c == COPY_AS_IS ? s->notes : NULL))
      return err_set(e, E_NOMEM, "out of memory");
    s->copied[c] = true;
    snprintf(s->copy[c].dir, sizeof(s->copy[c].dir), "%s/%s", s->dir.path,
             NAMES[c]);
    snprintf(s->copy[c].cert, sizeof(s->copy[c].cert), "%s/cert.pem",
             s->dir.path);
    snprintf(s->copy[c].key, sizeof(s->copy[c].key), "%s/key.pem",
             s->dir.path);
    s->copy[c].modules_path = s->nginx->modules_path;
    s->copy[c].binary = s->nginx->version;
    s->copy[c].readers = s->user.gid;
    s->copy[c].trust_code = s->o->trust_code;
    s->copy[c].trust_modules = s->o->trust_modules;
    snprintf(run, sizeof(run), "%s/" REWRITE_RUN, NAMES[c]);
    rc = private_dir_folder(&s->dir, NAMES[c], e);
    rc = rc ? rc : private_dir_give(&s->dir, run, e);
  }
  return rc;
}

static int make_certificate(struct sandbox *s, struct err *e)
{
  int rc = certificate_make(s->copy[0].cert, s->copy[0].key,
                            has_cipher_list(&s->of), e);
  rc = rc ? rc : private_dir_show(&s->dir, s->copy[0].cert, e);
  return rc ? rc : private_dir_show(&s->dir, s->copy[0].key, e);
}

/* --- the family's timeout ----------------------------------------------- */

static void choose_scale(struct sandbox *s)
{
  struct conf_setting t;
  uint64_t ms = 60000;
  char name[64];
  snprintf(name, sizeof(name), "%s_read_timeout",
           conf_family_name(s->of.family));
  t = conf_effective_at(s->of.route->block, name, s->of.version);
  conf_setting_ms(&t, &ms);
  s->read_timeout_ms = ms;
  s->scale = 1;
  s->scaled_ms = 0;
  if(ms > LONGEST_MS) {
    s->scaled_ms = SCALED_MS;
    s->scale = (double)ms / SCALED_MS;
  }
}

/* --- open and close ----------------------------------------------------- */

static void begin(struct sandbox *s, const struct sandbox_order *order)
{
  memset(s, 0, sizeof(*s));
  s->o = order->options;
  s->nginx = order->nginx;
  s->of = order->of;
  s->notes = order->notes;
  s->scale = 1;
  s->user = lab_user();
  s->closed_fd = s->server.out = -1;
  for(int c = 0; c < COPY_COUNT; c++)
    s->running[c].out = -1;
}

int sandbox_open(struct sandbox *s, const struct sandbox_order *order,
                 struct err *e)
{
  int rc;
  begin(s, order);
  rc = make_folders(s, e);
  rc = rc ? rc : make_certificate(s, e);
  rc = rc ? rc : start_server(s, e);
  if(rc)
    return rc;
  s->closed_fd = sandbox_closed_port(&s->closed_port, e);
  if(s->closed_fd < 0)
    return s->closed_fd;
  choose_scale(s);
  s->copy[COPY_SCALED].read_timeout_ms = s->scaled_ms;
  s->copy[COPY_SCALED].clear = true;
  for(int c = 0; !rc && c < COPY_COUNT; c++) {
    rc = sandbox_make_copy(s, (enum sandbox_copy)c, e);
    rc = rc ? rc : sandbox_start_copy(s, (enum sandbox_copy)c, e);
  }
  return rc;
}

int sandbox_check(struct sandbox *s, const struct sandbox_order *order,
                  struct err *e)
{
  int rc;
  begin(s, order);
  rc = make_folders(s, e);
  rc = rc ? rc : make_certificate(s, e);
  if(rc)
    return rc;
  s->closed_fd = sandbox_closed_port(&s->closed_port, e);
  if(s->closed_fd < 0)
    return s->closed_fd;
  s->origin_port = s->closed_port;
  return sandbox_make_copy(s, COPY_AS_IS, e);
}

void sandbox_close(struct sandbox *s)
{
  for(int c = 0; c < COPY_COUNT; c++) {
    process_end(&s->running[c]);
    if(s->copied[c])
      rewrite_fini(&s->copy[c]);
    s->copied[c] = false;
  }
  process_end(&s->server);
  if(s->closed_fd >= 0)
    close(s->closed_fd);
  s->closed_fd = -1;
  if(s->o->keep && s->dir.path[0])
    snprintf(s->kept, sizeof(s->kept), "%s", s->dir.path);
  else
    private_dir_remove(&s->dir);
}
