/* SPDX-License-Identifier: MIT
 * conf_parse and its end; see tree.h. */
#include "nginxconf/tree.h"

#include <stdlib.h>
#include <string.h>

#include "nginxconf/reader.h"

static struct conf *conf_new(void)
{
  struct conf_arena *arena = conf_arena_new();
  struct conf *c = arena ? conf_arena_get(arena, sizeof(*c)) : NULL;
  if(!c) {
    conf_arena_free(arena);
    return NULL;
  }
  c->arena = arena;
  return c;
}

void conf_free(struct conf *c)
{
  if(c)
    conf_arena_free(c->arena);
}

static int fail_main(struct reader *r, const char *path, int rc)
{
  if(rc == E_NOT_FOUND)
    return conf_fault_plain(r->fault, rc,
                            "open() \"%.150s\" failed (No such file or "
                            "directory)",
                            path);
  if(rc == E_TOO_LONG)
    return conf_fault_plain(r->fault, rc, "%.150s is larger than %u MiB", path,
                            CONF_BYTES_MAX >> 20);
  return conf_fault_plain(r->fault, rc, "%.150s cannot be read", path);
}

/* The reader's lists become the conf's. */
static int hand_over(struct reader *r)
{
  struct conf *c = r->c;
  size_t files = r->nfiles * sizeof(*c->files);
  size_t notes = r->nnotes * sizeof(*c->notes);
  void *f = conf_arena_get(c->arena, files);
  void *n = conf_arena_get(c->arena, notes);
  if(!f || !n || listener_index(c))
    return conf_fault_plain(r->fault, E_NOMEM, "out of memory");
  if(files)
    memcpy(f, r->files, files);
  if(notes)
    memcpy(n, r->notes, notes);
  c->files = f;
  c->nfiles = r->nfiles;
  c->notes = n;
  c->nnotes = r->nnotes;
  return 0;
}

static size_t folder_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) + 1 : 0;
}

static int read_all(struct reader *r, const char *main_path)
{
  const struct conf_file *file = NULL;
  int rc = reader_file(r, main_path, &file);
  if(rc)
    return fail_main(r, main_path, rc);
  r->folder = (struct slice){main_path, folder_of(main_path)};
  r->c->root = reader_add(r, NULL);
  if(!r->c->root)
    return conf_fault_plain(r->fault, E_NOMEM, "out of memory");
  r->c->root->body = CONF_BLOCK;
  rc = reader_parse(r, file, (struct place){r->c->root, NULL, false});
  if(rc == 0)
    rc = reader_wrap(r);
  return rc == 0 ? hand_over(r) : rc;
}

/* keep: what was read before a fault of the text is handed over, too. */
static int parse(struct conf **out, const struct conf_source *source,
                 const char *main_path, bool keep, struct conf_fault *fault)
{
  struct reader r;
  int rc;
  *out = NULL;
  if(fault)
    memset(fault, 0, sizeof(*fault));
  memset(&r, 0, sizeof(r));
  r.source = source;
  r.fault = fault;
  r.c = conf_new();
  if(!r.c)
    return conf_fault_plain(fault, E_NOMEM, "out of memory");
  rc = read_all(&r, main_path);
  keep = rc == E_SYNTAX && keep && hand_over(&r) == 0;
  free(r.files);
  free(r.notes);
  if(rc && !keep)
    conf_free(r.c);
  else
    *out = r.c;
  return rc;
}

int conf_parse(struct conf **out, const struct conf_source *source,
               const char *main_path, struct conf_fault *fault)
{
  return parse(out, source, main_path, false, fault);
}

int conf_parse_broken(struct conf **out, const struct conf_source *source,
                      const char *main_path, struct conf_fault *fault)
{
  return parse(out, source, main_path, true, fault);
}

static int parse_text(struct conf **out, struct slice text, const char *name,
                      bool keep, struct conf_fault *fault)
{
  struct conf_memory m;
  struct conf_source source;
  const char *main_path = name;
  int rc;
  conf_memory_init(&m);
  rc = conf_memory_add_dump(&m, text);
  if(rc == 0)
    main_path = m.files[0].path;
  else if(rc == E_MISMATCH)
    rc = conf_memory_add(&m, name, text);
  if(rc) {
    *out = NULL;
    conf_fault_plain(fault, rc, "%s", err_name(rc));
  } else {
    source = conf_memory_source(&m);
    rc = parse(out, &source, main_path, keep, fault);
  }
  conf_memory_fini(&m);
  return rc;
}

int conf_parse_text(struct conf **out, struct slice text, const char *name,
                    struct conf_fault *fault)
{
  return parse_text(out, text, name, false, fault);
}

int conf_parse_text_broken(struct conf **out, struct slice text,
                           const char *name, struct conf_fault *fault)
{
  return parse_text(out, text, name, true, fault);
}
