/* SPDX-License-Identifier: MIT
 * One private copy for tests; see rewrite_testing.h. */
#include "doctor/rewrite_testing.h"

#include <stdio.h>

#include "base/file.h"

#define ORIGIN 4001
#define CLOSED 4002
#define NOBODY ((struct process_user){0, 0})

void copy_begin_conf(struct copy *c, struct conf *conf, const char *uri)
{
  struct conf_request q = {.uri = uri};
  struct err e = {0};
  c->conf = conf;
  assert_int_equal(conf_locate(c->conf, &q, &c->route, &e), 0);
  facts_init(&c->facts, c->conf, c->route, (struct conf_version){1, 22, 1});
  assert_int_equal(private_dir_make(&c->dir, false, NOBODY, &e), 0);
  assert_int_equal(rewrite_init(&c->r, &c->facts, &c->live), 0);
  for(size_t i = 0; i < c->r.listens; i++)
    c->r.listen[i].port = (uint16_t)(5001 + i);
  snprintf(c->r.dir, sizeof(c->r.dir), "%s", c->dir.path);
  snprintf(c->r.cert, sizeof(c->r.cert), "/own/cert.pem");
  snprintf(c->r.key, sizeof(c->r.key), "/own/key.pem");
  c->r.binary = (struct conf_version){1, 22, 1};
  c->r.origin_port = ORIGIN;
  c->r.closed_port = CLOSED;
}

void copy_begin(struct copy *c, const char *text, const char *uri)
{
  struct conf *conf = NULL;
  memset(c, 0, sizeof(*c));
  assert_int_equal(conf_parse_text(&conf, slice_of(text), "n.conf", NULL), 0);
  copy_begin_conf(c, conf, uri);
}

char *copy_file(const struct copy *c, const char *name)
{
  char path[600];
  struct buf text;
  struct err e = {0};
  snprintf(path, sizeof(path), "%s/%s", c->dir.path, name);
  buf_init(&text, 0);
  assert_int_equal(file_read(path, 0, &text, &e), 0);
  return text.p;
}

char *copy_text_again(struct copy *c, const char *name)
{
  struct err e = {0};
  assert_int_equal(rewrite_write(&c->r, &e), 0);
  return copy_file(c, name);
}

char *copy_text(struct copy *c, const char *name)
{
  assert_int_equal(rewrite_make(&c->r), 0);
  return copy_text_again(c, name);
}

void copy_drop(struct copy *c)
{
  rewrite_fini(&c->r);
  private_dir_remove(&c->dir);
  conf_route_free(c->route);
  conf_free(c->conf);
}

bool copy_has_note(const struct copy *c, const char *part)
{
  for(size_t i = 0; i < c->live.notes; i++) {
    if(strstr(c->live.note[i].text, part))
      return true;
  }
  return false;
}
