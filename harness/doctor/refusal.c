/* SPDX-License-Identifier: MIT
 * Asking nginx whether it takes the configuration; see refusal.h. */
#include "doctor/refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "nginxbox/certificate.h"
#include "nginxbox/complaint.h"
#include "nginxbox/lab_user.h"
#include "nginxbox/private_dir.h"
#include "nginxbox/sandbox.h"

#define TEST_NS    (20 * NS_PER_SEC)
#define ROUNDS_MAX 80

struct asking {
  const struct sandbox_options *o;
  const struct nginx_program *nginx;
  struct examined of; /* the configuration alone: no route */
  struct rewrite copy;
  struct private_dir dir;
  struct buf common; /* owned */
  struct refusals *out;
};

/* ---- The copy ---- */

static size_t count_listens(const struct conf *c)
{
  size_t n = 1; /* of servers that have none */
  for(const struct conf_directive *d = conf_walk(c->root, c->root); d;
      d = conf_walk(c->root, d))
    n += conf_is(d, "listen");
  return n < REWRITE_LISTENS_MAX ? n : REWRITE_LISTENS_MAX;
}

static int give_ports(struct rewrite *r, struct err *e)
{
  uint16_t port[REWRITE_LISTENS_MAX];
  size_t n = count_listens(r->of.conf);
  int rc = sandbox_free_ports(port, n, e);
  for(size_t i = 0; !rc && i < n; i++)
    r->listen[i].port = port[i];
  snprintf(r->listen[0].key, sizeof(r->listen[0].key), "*:80");
  r->listens = n;
  return rc;
}

static int map_all(struct asking *a)
{
  struct rewrite *r = &a->copy;
  const struct conf_directive *root = a->of.conf->root;
  const struct conf_directive *http = conf_child(root, "http");
  int rc = 0;
  for(const struct conf_directive *d = conf_walk(root, root); !rc && d;
      d = conf_walk(root, d)) {
    if(d->file && (d->parent->body != CONF_RAW || conf_is(d, "include") ||
                   conf_is(d->parent, "upstream")))
      rc = refusal_map(r, d);
  }
  rc = rc ? rc : refusal_common(r, &a->common);
  r->common = buf_text(&a->common);
  return !rc && http && http->file ? rewrite_insert(r, http, r->common) : rc;
}

/* Which may be such that only RSA keys will do. */
static bool names_ciphers(const struct conf *c)
{
  const struct conf_directive *d = conf_walk(c->root, c->root);
  while(d && !conf_is(d, "ssl_ciphers"))
    d = conf_walk(c->root, d);
  return d != NULL;
}

static int open_copy(struct asking *a, struct err *e)
{
  struct rewrite *r = &a->copy;
  int rc = private_dir_make(&a->dir, false, lab_user(), e);
  if(!rc && rewrite_init(r, &a->of, NULL))
    return err_set(e, E_NOMEM, "out of memory");
  if(rc)
    return rc;
  snprintf(r->dir, sizeof(r->dir), "%s/asked", a->dir.path);
  snprintf(r->cert, sizeof(r->cert), "%s/cert.pem", a->dir.path);
  snprintf(r->key, sizeof(r->key), "%s/key.pem", a->dir.path);
  r->modules_path = a->nginx->modules_path;
  r->binary = a->nginx->version;
  rc = private_dir_folder(&a->dir, "asked", e);
  rc = rc ? rc
          : certificate_make(r->cert, r->key, names_ciphers(a->of.conf), e);
  rc = rc ? rc : private_dir_give(&a->dir, "asked/" REWRITE_RUN, e);
  rc = rc ? rc : private_dir_show(&a->dir, r->cert, e);
  rc = rc ? rc : private_dir_show(&a->dir, r->key, e);
  rc = rc ? rc : give_ports(r, e);
  if(!rc && map_all(a))
    rc = err_set(e, E_NOMEM, "out of memory");
  return rc;
}

static void close_copy(struct asking *a)
{
  if(a->copy.edits)
    rewrite_fini(&a->copy);
  buf_free(&a->common);
  private_dir_remove(&a->dir);
}

/* ---- nginx's answer ---- */

static void note_lack(struct refusals *out, const struct conf_refusal *r,
                      const char *why)
{
  struct edit_note *n = &out->lack[out->lacks];
  if(out->lacks == REFUSAL_LACKS_MAX)
    return;
  memset(n, 0, sizeof(*n));
  n->file = r->file ? r->file->path : NULL;
  n->line = r->line;
  n->refused = true;
  snprintf(n->text, sizeof(n->text), "%.270s: left out", why);
  out->lacks++;
}

static int leave_out(struct asking *a, const struct conf_refusal *r)
{
  const struct conf_directive *d = r->at;
  char name[120];
  size_t n;
  const char *at = strstr(r->sentence, "unknown \"");
  if(at && strstr(at, "\" variable")) {
    n = strcspn(at + 9, "\"");
    snprintf(name, sizeof(name), "%.*s", (int)(n < 100 ? n : 100), at + 9);
    return rewrite_define(&a->copy, name);
  }
  if(!d)
    return E_NOT_FOUND;
  if(conf_is(d, "listen") && conf_context_of(d->parent) == CONTEXT_SERVER)
    return rewrite_spare_listen(&a->copy, d);
  return rewrite_replace(&a->copy, d, d->start, d->end, "");
}

/* Takes nginx's word in; true when it is worth asking on. */
static bool take(struct asking *a, const char *log)
{
  struct complaint k;
  struct conf_refusal r;
  const struct conf *c = a->of.conf;
  const struct conf_file *file = NULL;
  char why[400];
  size_t i;
  if(!complaint_read(log, &k))
    return false;
  i = k.line ? rewrite_file(&a->copy, k.path) : SIZE_MAX;
  if(i != SIZE_MAX)
    file = c->files[i];
  refusal_word(c, file, file ? k.line : 0, k.text, &r);
  refusal_unmap(&a->copy, r.at, r.sentence, sizeof(r.sentence));
  if(refusal_is_lack(c, &r, why, sizeof(why)))
    note_lack(a->out, &r, why);
  else
    a->out->at[a->out->n++] = r;
  return a->out->n < REFUSALS_MAX && leave_out(a, &r) == 0;
}

static size_t command(const struct asking *a, const char **argv, char *prefix,
                      char *globals)
{
  const char *dir = a->copy.dir;
  const struct conf_directive *root = a->of.conf->root;
  size_t n = 0;
  snprintf(prefix, REWRITE_PATH_MAX + 2, "%s/", dir);
  snprintf(globals, 4 * REWRITE_PATH_MAX, "error_log stderr;");
  if(!conf_child(root, "pid"))
    snprintf(globals + strlen(globals), REWRITE_PATH_MAX + 40,
             " pid %s/" REWRITE_RUN "/nginx.pid;", dir);
  if(!conf_child(root, "lock_file"))
    snprintf(globals + strlen(globals), REWRITE_PATH_MAX + 40,
             " lock_file %s/" REWRITE_RUN "/nginx.lock;", dir);
  argv[n++] = a->nginx->path;
  argv[n++] = "-t";
  argv[n++] = "-p";
  argv[n++] = prefix;
  argv[n++] = "-c";
  argv[n++] = "main.conf";
  if(conf_version_from(a->nginx->version, 1, 19, 5)) {
    argv[n++] = "-e";
    argv[n++] = "stderr";
  }
  argv[n++] = "-g";
  argv[n++] = globals;
  argv[n] = NULL;
  return n;
}

static int ask(struct asking *a, struct err *e)
{
  const char *argv[12];
  char prefix[REWRITE_PATH_MAX + 2], globals[4 * REWRITE_PATH_MAX];
  const struct jail jail = {a->dir.path, {a->nginx->modules_path, NULL}};
  struct process_bounds bounds = {.limit_ns = TEST_NS,
                                  .stop = {a->o->is_stopped, a->o->ctx},
                                  .as = a->dir.guest};
  bool again = true;
  int rc = 0;
  bounds.as.jail = a->o->plain ? NULL : &jail;
  command(a, argv, prefix, globals);
  for(size_t i = 0; again && i < ROUNDS_MAX && rc >= 0; i++) {
    struct buf said;
    rc = rewrite_write(&a->copy, e);
    if(rc)
      return rc;
    buf_init(&said, 0);
    rc = process_run(argv, bounds, &said, e);
    again = rc > 0 && take(a, buf_text(&said));
    buf_free(&said);
  }
  return rc < 0 ? rc : 0;
}

/* In the copy each part stands where it belongs. */
static void add_strays(const struct conf *c, struct refusals *out)
{
  for(const struct conf_directive *d = conf_walk(c->root, c->root); d;
      d = conf_walk(c->root, d)) {
    if(d->file && out->n < REFUSALS_MAX &&
       !conf_verify_stray(c, d, &out->at[out->n]))
      out->n++;
  }
}

int refusals_ask(const struct sandbox_options *o,
                 const struct nginx_program *nginx, const struct conf *c,
                 struct refusals *out, struct err *e)
{
  struct asking *a = calloc(1, sizeof(*a));
  int rc;
  memset(out, 0, sizeof(*out));
  if(!a)
    return err_set(e, E_NOMEM, "out of memory");
  a->o = o;
  a->nginx = nginx;
  a->out = out;
  a->of.conf = c;
  a->dir.owner = a->dir.alive = -1;
  buf_init(&a->common, 0);
  rc = open_copy(a, e);
  rc = rc ? rc : ask(a, e);
  out->asked = !rc;
  if(!rc)
    add_strays(c, out);
  close_copy(a);
  free(a);
  return rc;
}

/* ---- The text alone ---- */

static bool keep(const struct conf_refusal *r, void *ctx)
{
  struct refusals *out = ctx;
  out->at[out->n++] = *r;
  return out->n < REFUSALS_MAX;
}

void refusals_read(const struct conf *c, struct conf_version v,
                   struct refusals *out)
{
  memset(out, 0, sizeof(*out));
  conf_verify(c, v, keep, out);
}

/* ---- As findings ---- */

static int tell_one(const struct refusals *all, const struct conf_refusal *r,
                    struct doctor_findings *out)
{
  struct doctor_finding f;
  memset(&f, 0, sizeof(f));
  f.rule = doctor_rule_find("nginx.refused");
  doctor_finding_hit(&f, DOCTOR_ERROR, DOCTOR_CERTAIN, "nginx%s: %s",
                     all->asked ? "" : " would say", r->sentence);
  if(r->at)
    fact_blame_directive(r->at, &f);
  if(r->file) {
    f.file = r->file->path;
    f.line = r->line;
    f.column = r->column;
  }
  refusal_repair(r, &f);
  return doctor_findings_add(out, &f);
}

int refusals_tell(const struct refusals *r, struct doctor_findings *out)
{
  int rc = 0;
  for(size_t i = 0; i < r->n && !rc; i++)
    rc = tell_one(r, &r->at[i], out);
  return rc;
}
