/* SPDX-License-Identifier: MIT
 * A scenario as YAML that reads back to the same values. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "scenario/own.h"
#include "scenario/scenario.h"
#include "scenario/shape.h"
#include "yaml/yaml.h"

static int add_description(const char *text, struct buf *out)
{
  struct slice rest = slice_of(text);
  int rc = 0;
  while(rc == 0 && rest.n) {
    struct slice line = slice_cut(&rest, '\n');
    rc = buf_adds(out, line.n ? "# " : "#");
    if(rc == 0)
      rc = buf_add(out, line.p, line.n);
    if(rc == 0)
      rc = buf_addc(out, '\n');
  }
  return rc;
}

static int add_quoted(const char *text, struct buf *out)
{
  return yaml_quote(slice_of(text), out);
}

/* Relative to wherever the reader stands, only an absolute path is right. */
static int add_path(const char *path, struct buf *out)
{
  struct buf full;
  char *here = path[0] == '/' ? NULL : getcwd(NULL, 0);
  int rc;
  buf_init(&full, 0);
  rc = file_path_join(&full, here, path);
  if(rc == 0)
    rc = add_quoted(full.p, out);
  buf_free(&full);
  free(here);
  return rc;
}

static int add_indent(unsigned int depth, struct buf *out)
{
  int rc = 0;
  while(depth-- && rc == 0)
    rc = buf_adds(out, "  ");
  return rc;
}

static int add_headers(const struct scenario *s, const struct option_row *k,
                       unsigned int depth, struct buf *out)
{
  bool publish = key_id(k) == KEY_PUBLISH_HEADERS;
  const struct name_value *h =
      publish ? s->publish.header : s->endpoint.header;
  uint32_t i, n = option_count_of(s, k);
  int rc = 0;
  for(i = 0; i < n && rc == 0; i++) {
    struct buf line;
    buf_init(&line, 0);
    rc = buf_addf(&line, "%s: %s", h[i].name, h[i].value);
    if(rc == 0)
      rc = add_indent(depth + 1, out);
    if(rc == 0)
      rc = buf_adds(out, "- ");
    if(rc == 0)
      rc = add_quoted(line.p, out);
    if(rc == 0)
      rc = buf_addc(out, '\n');
    buf_free(&line);
  }
  return rc;
}

static int add_stages(const struct scenario *s, struct buf *out)
{
  uint32_t i;
  int rc = 0;
  for(i = 0; i < s->stage_count && rc == 0; i++) {
    const struct stage *st = &s->stage[i];
    rc = buf_addf(out, "  - {connections: %llu, ramp: ",
                  (unsigned long long)st->connections);
    if(rc == 0)
      rc = option_add_duration(out, st->ramp_ns);
    if(rc == 0)
      rc = buf_adds(out, ", hold: ");
    if(rc == 0)
      rc = option_add_duration(out, st->hold_ns);
    if(rc == 0)
      rc = buf_adds(out, "}\n");
  }
  return rc;
}

static int add_texts(const struct scenario *s, const struct option_row *k,
                     struct buf *out)
{
  uint32_t i, n = option_count_of(s, k);
  int rc = 0;
  for(i = 0; i < n && rc == 0; i++) {
    const char *text = own_item(s, k, i);
    rc = buf_adds(out, "  - ");
    if(rc == 0)
      rc = add_quoted(text, out);
    if(rc == 0)
      rc = buf_addc(out, '\n');
  }
  return rc;
}

static int add_list(const struct scenario *s, const struct option_row *k,
                    unsigned int depth, struct buf *out)
{
  int rc = buf_addc(out, '\n');
  if(rc)
    return rc;
  if(k->type == OPTION_HEADERS)
    return add_headers(s, k, depth, out);
  if(key_id(k) == KEY_STAGES)
    return add_stages(s, out);
  return add_texts(s, k, out);
}

/* A body's own "@" is doubled: a single one would name a file. */
static int add_own_at(const char *body, struct buf *out)
{
  struct buf text;
  int rc;
  buf_init(&text, 0);
  rc = buf_addf(&text, "@%s", body);
  rc = rc ? buf_fail(out, rc) : yaml_quote(buf_slice(&text), out);
  buf_free(&text);
  return rc;
}

static int add_scalar(const struct scenario *s, const struct option_row *k,
                      struct buf *out)
{
  buf_addc(out, ' ');
  if(k->type == OPTION_PATH)
    add_path(own_text(s, k), out);
  else if(key_id(k) == KEY_BODY && own_text(s, k)[0] == '@')
    add_own_at(own_text(s, k), out);
  else if(own_is_text(k))
    add_quoted(own_text(s, k), out);
  else
    own_format(s, k, out);
  return buf_addc(out, '\n');
}

static int add_key(void *ctx, const struct scenario *s,
                   const struct shape_place *at)
{
  struct buf *out = ctx;
  int rc = add_indent(at->depth, out);
  if(rc == 0)
    rc = buf_addf(out, "%.*s:", (int)at->name.n, at->name.p);
  if(rc == 0 && !at->key)
    return buf_addc(out, '\n');
  if(rc)
    return rc;
  return option_is_list(at->key) ? add_list(s, at->key, at->depth, out)
                                 : add_scalar(s, at->key, out);
}

int scenario_print(const struct scenario *s, struct buf *out)
{
  int rc = add_description(s->description, out);
  return rc ? rc : shape_walk(s, add_key, out);
}
