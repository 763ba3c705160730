/* SPDX-License-Identifier: MIT
 * Files and what they include; see reader.h.  An include that cannot be
 * followed is a note: the rest of the configuration still says something. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#include "nginxconf/reader.h"

/* Bytes gone through, a file included twice counted twice. */
#define READ_MAX (4ull * CONF_BYTES_MAX)

static int fail_memory(struct reader *r)
{
  return conf_fault_plain(r->fault, E_NOMEM, "out of memory");
}

/* Room for one more pointer in a list that doubles. */
static bool has_room(void *list, size_t n, size_t *room)
{
  void **old, **grown;
  size_t wanted = *room ? *room * 2 : 16;
  if(n < *room)
    return true;
  memcpy(&old, list, sizeof(old));
  grown = realloc(old, wanted * sizeof(*grown));
  if(!grown)
    return false;
  memcpy(list, &grown, sizeof(grown));
  *room = wanted;
  return true;
}

int reader_note(struct reader *r, enum conf_note_kind kind,
                const struct conf_directive *at, const char *fmt, ...)
{
  char text[700];
  struct conf_note *note;
  va_list ap;
  if(r->nnotes >= CONF_NOTES_MAX)
    return 0;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  note = conf_arena_get(r->c->arena, sizeof(*note));
  if(!note || !has_room(&r->notes, r->nnotes, &r->notes_room))
    return fail_memory(r);
  note->kind = kind;
  note->at = at;
  note->text = conf_arena_text(r->c->arena, slice_of(text));
  if(!note->text)
    return fail_memory(r);
  r->notes[r->nnotes++] = note;
  return 0;
}

static char *place_of(struct reader *r, const char *name)
{
  const struct conf_source *s = r->source;
  struct buf path;
  char *text = NULL;
  buf_init(&path, 0);
  if((s->place ? s->place(s->ctx, name, &path) : buf_adds(&path, name)) == 0)
    text = conf_arena_text(r->c->arena, buf_slice(&path));
  buf_free(&path);
  return text;
}

/* Adds a file whose bytes are there already. */
static int add_text(struct reader *r, const char *called, struct slice text,
                    const struct conf_file **out)
{
  struct conf_file *f = conf_arena_get(r->c->arena, sizeof(*f));
  char *copy = conf_arena_text(r->c->arena, text);
  char *name = conf_arena_text(r->c->arena, slice_of(called));
  char *path = place_of(r, called);
  if(!f || !copy || !name || !path ||
     !has_room(&r->files, r->nfiles, &r->files_room))
    return fail_memory(r);
  f->path = path;
  f->name = name;
  f->text = (struct slice){copy, text.n};
  f->index = r->nfiles;
  r->files[r->nfiles++] = f;
  r->bytes += text.n;
  *out = f;
  return 0;
}

int reader_file(struct reader *r, const char *path,
                const struct conf_file **out)
{
  struct buf text;
  size_t i;
  int rc;
  for(i = 0; i < r->nfiles; i++) {
    if(strcmp(r->files[i]->name, path) == 0) {
      *out = r->files[i];
      return 0;
    }
  }
  if(r->nfiles >= CONF_FILES_MAX || r->bytes >= CONF_BYTES_MAX)
    return E_TOO_LONG;
  buf_init(&text, CONF_BYTES_MAX - r->bytes);
  rc = r->source->read(r->source->ctx, path, &text);
  if(rc == 0)
    rc = add_text(r, path, buf_slice(&text), out);
  buf_free(&text);
  return rc;
}

int reader_parse(struct reader *r, const struct conf_file *file,
                 struct place p)
{
  struct lexer l;
  int rc;
  lexer_init(&l, file, r->c->arena, r->fault);
  weir_assert(r->nopen <= CONF_INCLUDES_MAX);
  r->open[r->nopen++] = file;
  r->read += file->text.n;
  rc = reader_statements(r, &l, p);
  r->nopen--;
  lexer_fini(&l);
  return rc;
}

static bool is_open(const struct reader *r, const struct conf_file *file)
{
  size_t i;
  for(i = 0; i < r->nopen; i++) {
    if(r->open[i] == file)
      return true;
  }
  return false;
}

/* A file that is there but cannot be had, or not again. */
static int note_refused(struct reader *r, const struct conf_directive *d,
                        const char *path, int rc)
{
  if(rc == E_NOMEM)
    return fail_memory(r);
  if(rc == E_TOO_LONG)
    return reader_note(r, CONF_NOTE_LIMIT, d,
                       "%.500s is left out: the files together are too much",
                       path);
  if(rc == E_NOT_FOUND)
    return reader_note(r, CONF_NOTE_INCLUDE, d,
                       "%.500s is not there: what it would set is unknown",
                       path);
  return reader_note(r, CONF_NOTE_INCLUDE, d,
                     "%.500s cannot be read: what it sets is unknown", path);
}

static int include_file(struct reader *r, const char *path, struct place p)
{
  const struct conf_file *file = NULL;
  int rc = reader_file(r, path, &file);
  if(rc)
    return note_refused(r, p.via, path, rc);
  if(is_open(r, file))
    return reader_note(r, CONF_NOTE_INCLUDE, p.via,
                       "%.500s includes itself; it is not read again", path);
  if(r->nopen > CONF_INCLUDES_MAX - 1 || r->read >= READ_MAX)
    return reader_note(
        r, CONF_NOTE_LIMIT, p.via,
        "%.500s is left out: includes are nested too deeply or too much",
        path);
  return reader_parse(r, file, p);
}

static int include_matches(struct reader *r, const char *pattern,
                           struct place p)
{
  struct buf found;
  size_t at = 0;
  int rc;
  buf_init(&found, 4u << 20);
  rc = r->source->glob(r->source->ctx, pattern, &found);
  if(rc == E_NOMEM)
    rc = fail_memory(r);
  else if(rc)
    rc = reader_note(r, CONF_NOTE_INCLUDE, p.via,
                     "%.500s cannot be looked up: what it sets is unknown",
                     pattern);
  else {
    while(rc == 0 && at < found.n) {
      rc = include_file(r, found.p + at, p);
      at += strlen(found.p + at) + 1;
    }
  }
  buf_free(&found);
  return rc;
}

int reader_include(struct reader *r, const struct conf_directive *d,
                   struct place p)
{
  struct buf path;
  int rc;
  if(d->nargs != 1 || strlen(d->args[0].text) != d->args[0].n)
    return reader_note(r, CONF_NOTE_INCLUDE, d,
                       "this include has not exactly one path and is not "
                       "followed");
  buf_init(&path, 4096);
  rc =
      d->args[0].text[0] == '/' ? 0 : buf_add(&path, r->folder.p, r->folder.n);
  if(rc == 0)
    rc = buf_adds(&path, d->args[0].text);
  if(rc == E_TOO_LONG)
    rc = reader_note(r, CONF_NOTE_INCLUDE, d,
                     "the path of this include is too long");
  else if(rc)
    rc = fail_memory(r);
  else if(strpbrk(buf_text(&path), "*?["))
    rc = include_matches(r, buf_text(&path), p);
  else
    rc = include_file(r, buf_text(&path), p);
  buf_free(&path);
  return rc;
}
