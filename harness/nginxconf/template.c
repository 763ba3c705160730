/* SPDX-License-Identifier: MIT
 * Texts that are still to be rendered; see verify.h. */
#include <string.h>

#include "nginxconf/verify.h"

#define MARK_MAX 60

static const struct {
  const char *open, *close;
} pairs[] = {{"{{", "}}"}, {"{%", "%}"}, {"<%", "%>"}, {"@@", "@@"}};

static struct slice behind(struct slice text, size_t n)
{
  return (struct slice){text.p + n, text.n - n};
}

/* "@PORT@" */
static bool find_name(struct slice text, struct slice *mark)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  for(size_t i = 0; i < text.n; i++) {
    size_t n = i + 1;
    while(text.p[i] == '@' && n < text.n && strchr(letters, text.p[n]))
      n++;
    if(n > i + 2 && n < text.n && text.p[n] == '@') {
      *mark = (struct slice){text.p + i, n + 1 - i};
      return true;
    }
  }
  return false;
}

static bool find_mark(struct slice text, struct slice *mark)
{
  for(size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
    ptrdiff_t at = slice_find(text, pairs[i].open), end;
    if(at < 0)
      continue;
    *mark = behind(text, (size_t)at);
    end = slice_find(behind(*mark, 2), pairs[i].close);
    if(end < 0)
      continue;
    mark->n = (size_t)end + 4 < MARK_MAX ? (size_t)end + 4 : MARK_MAX;
    return true;
  }
  return find_name(text, mark);
}

bool conf_looks_like_template(struct slice text, struct slice *mark)
{
  while(text.n) {
    struct slice line = slice_trim(slice_cut(&text, '\n'));
    if(line.n && line.p[0] == '#')
      continue;
    if(find_mark(line, mark))
      return true;
    /* A whole statement from the environment. */
    if(line.n > 3 && line.p[0] == '$' && line.p[1] == '{' &&
       line.p[line.n - 1] == '}') {
      *mark = line;
      return true;
    }
  }
  return false;
}

/* Their words are for people, or for pages. */
static bool is_prose(const struct conf_directive *d)
{
  static const char *const names[] = {
      "return",     "sub_filter",  "add_header",  "log_format",
      "set",        "rewrite",     "auth_basic",  "if",
      "error_page", "subs_filter", "default_type"};
  for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if(conf_is(d, names[i]))
      return true;
  }
  return d->parent && d->parent->body == CONF_RAW;
}

const struct conf_directive *conf_template_in(const struct conf *c,
                                              struct slice *mark)
{
  const struct conf_directive *d = conf_walk(c->root, c->root);
  for(; d; d = conf_walk(c->root, d)) {
    size_t end = d->body == CONF_SIMPLE ? d->end : d->body_start;
    if(d->file && !is_prose(d) && end > d->start &&
       find_mark((struct slice){d->file->text.p + d->start, end - d->start},
                 mark))
      return d;
  }
  return NULL;
}
