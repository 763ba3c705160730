/* SPDX-License-Identifier: MIT
 * What a file says of a scenario beside its options: the comment that opens
 * it, its name. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "scenario/finish.h"
#include "scenario/own.h"

#define FILE_MAX_BYTES (256u << 10) /* a hostile one costs 500 times that */
#define FILE_MAX_BYTES (256u << 10) /* a hostile one costs 500 times that */

/* Takes a line off *text; YAML ends one with LF, CR or both. */
static struct slice cut_line(struct slice *text)
{
  struct slice line = {text->p, 0};
  while(line.n < text->n && text->p[line.n] != '\n' && text->p[line.n] != '\r')
    line.n++;
  text->p += line.n;
  text->n -= line.n;
  if(slice_starts(*text, "\r\n")) {
    text->p++;
    text->n--;
  }
  if(text->n) {
    text->p++;
    text->n--;
  }
  return line;
}

/* The comment that opens the file, without its '#' signs. */
static int read_description(struct slice text, struct scenario *s)
{
  struct buf out;
  struct slice whole;
  char *copy;
  int rc = 0;
  buf_init(&out, FILE_MAX_BYTES);
  while(rc == 0 && text.n && text.p[0] == '#') {
    struct slice line = cut_line(&text);
    line.p++;
    line.n--;
    if(line.n && line.p[0] == ' ') {
      line.p++;
      line.n--;
    }
    while(line.n && strchr(" \t", line.p[line.n - 1]))
      line.n--;
    rc = buf_add(&out, line.p, line.n);
    if(rc == 0)
      rc = buf_addc(&out, '\n');
  }
  whole = buf_slice(&out);
  while(whole.n && whole.p[whole.n - 1] == '\n')
    whole.n--;
  while(whole.n && whole.p[0] == '\n') {
    whole.p++;
    whole.n--;
  }
  copy = rc ? NULL : slice_dup(whole);
  buf_free(&out);
  if(!copy)
    return E_NOMEM;
  free(s->description);
  s->description = copy;
  return 0;
}

/* "scenarios/fanout.yaml" is called "fanout". */
static int name_after_file(struct scenario *s, const char *name)
{
  const char *slash = strrchr(name, '/');
  const char *stem = slash ? slash + 1 : name;
  const char *dot = strrchr(stem, '.');
  struct slice text = {stem, dot && dot > stem ? (size_t)(dot - stem)
                                               : strlen(stem)};
  char *copy;
  if(settings_given(s->origin, KEY_NAME))
    return 0;
  copy = slice_dup(text);
  if(!copy)
    return E_NOMEM;
  free(s->name);
  s->name = copy;
  return 0;
}

static int read_text(struct scenario *s, struct slice text, const char *name,
                     struct err *e)
{
  enum key_id picked;
  int rc = read_description(text, s);
  if(rc)
    return err_set(e, rc, "%s: %s", name, err_name(rc));
  rc = settings_read(s->origin, text, name, e);
  if(rc == 0)
    rc = finish_pick_workload(s, &picked, e);
  if(rc == 0 && name_after_file(s, name))
    rc = err_set(e, E_NOMEM, "%s: %s", name, err_name(E_NOMEM));
  return rc;
}

struct scenario *scenario_parse(struct slice text, const char *name,
                                struct err *e)
{
  struct scenario *s = scenario_default();
  if(!s) {
    err_set(e, E_NOMEM, "%s: %s", name, err_name(E_NOMEM));
    return NULL;
  }
  if(slice_starts(text, "\xEF\xBB\xBF")) {
    text.p += 3;
    text.n -= 3;
  }
  if(read_text(s, text, name, e) == 0)
    return s;
  scenario_free(s);
  return NULL;
}

struct scenario *scenario_load(const char *path, struct err *e)
{
  const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
  struct scenario *s = NULL;
  struct buf text;
  buf_init(&text, 0);
  if(file_read(path, FILE_MAX_BYTES, &text, e) == 0)
    s = scenario_parse(buf_slice(&text), name, e);
  buf_free(&text);
  return s;
}
