/* SPDX-License-Identifier: MIT
 * One private copy for tests; see rewrite_testing.h. */
#include "confedit/rewrite_testing.h"

#include <ftw.h>
#include <stdio.h>

#include "base/file.h"

#define ORIGIN 4001
#define CLOSED 4002

void copy_begin_conf(struct copy *c, struct conf *conf, const char *uri)
{
  struct conf_request q = {.uri = uri};
  struct examined of;
  struct err e = {0};
  c->conf = conf;
  assert_int_equal(conf_locate(c->conf, &q, &c->route, &e), 0);
  of = (struct examined){c->conf, c->route, c->route->family, {1, 22, 1}};
  snprintf(c->dir, sizeof(c->dir), "/tmp/weir-rewrite-XXXXXX");
  assert_non_null(mkdtemp(c->dir));
  assert_int_equal(rewrite_init(&c->r, &of, &c->notes), 0);
  for(size_t i = 0; i < c->r.listens; i++)
    c->r.listen[i].port = (uint16_t)(5001 + i);
  snprintf(c->r.dir, sizeof(c->r.dir), "%s", c->dir);
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
  snprintf(path, sizeof(path), "%s/%s", c->dir, name);
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

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *at)
{
  (void)st;
  (void)kind;
  (void)at;
  return remove(path);
}

void copy_drop(struct copy *c)
{
  rewrite_fini(&c->r);
  nftw(c->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  conf_route_free(c->route);
  conf_free(c->conf);
}

bool copy_has_note(const struct copy *c, const char *part)
{
  for(size_t i = 0; i < c->notes.n; i++) {
    if(strstr(c->notes.at[i].text, part))
      return true;
  }
  return false;
}
