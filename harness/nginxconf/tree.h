/* SPDX-License-Identifier: MIT
 * An nginx configuration as a tree of directives that know where they stand.
 *
 * The reader follows nginx's own lexer and parser, includes and all, but is
 * more tolerant: unknown directives stay as they are, and an include that
 * cannot be read becomes a note.  Nothing in a configuration is executed or
 * fetched, and files come only through a struct conf_source.
 *
 * Everything a struct conf points to belongs to it and lives until conf_free;
 * a conf is immutable after parsing. */
#ifndef WEIR_NGINXCONF_TREE_H
#define WEIR_NGINXCONF_TREE_H
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Beyond these a configuration is refused (CONF_LEVELS_MAX, _TOKEN_MAX as
 * nginx does) or what lies beyond is left out with a note (the others). */
#define CONF_LEVELS_MAX   100         /* blocks within blocks */
#define CONF_INCLUDES_MAX 32          /* includes within includes */
#define CONF_FILES_MAX    2000        /* different files */
#define CONF_BYTES_MAX    (64u << 20) /* of text read, all files */
#define CONF_NODES_MAX    500000      /* directives, includes expanded */
#define CONF_TOKEN_MAX    4096        /* bytes of one argument */
#define CONF_ARGS_MAX     4096        /* arguments of one directive */
#define CONF_NOTES_MAX    200

struct conf_file {
  const char *path;  /* where it is */
  const char *name;  /* as the configuration calls it; often the same */
  struct slice text; /* the bytes, NUL-terminated behind */
  size_t index;      /* in conf.files; 0 is the main file */
};

struct conf_arg {
  const char *text;    /* decoded as nginx stores it, NUL-terminated */
  size_t n;            /* bytes of text */
  size_t start, end;   /* [start, end) in the file, quotes included */
  unsigned int line;   /* 1-based */
  unsigned int column; /* 1-based, in bytes */
  char quote;          /* '"' or '\'', 0 where it stood bare */
};

enum conf_body {
  CONF_SIMPLE,  /* ends with ";" */
  CONF_BLOCK,   /* { directives } */
  CONF_RAW,     /* { entries }: types, map, geo, ...; a child's name is the
                   key, its args are the values */
  CONF_FOREIGN, /* { Lua }: skipped whole, no children */
};

struct conf_directive {
  const char *name;            /* "" for the root */
  const struct conf_arg *args; /* without the name */
  size_t nargs;
  enum conf_body body;
  /* True for what the reader added around a snippet: no file, no position. */
  bool synthetic;
  const struct conf_file *file;  /* NULL for the root and synthetic ones */
  unsigned int line, column;     /* of the name, 1-based, column in bytes */
  size_t start, end;             /* [start, end) with ";" or "{...}" */
  size_t body_start, body_end;   /* what is inside of "{" and "}" */
  size_t order;                  /* reading order over all files */
  struct conf_directive *parent; /* NULL for the root only */
  struct conf_directive *child;  /* first */
  struct conf_directive *last;   /* last child */
  struct conf_directive *next;   /* sibling, from whatever file */
  /* The include directive that brought it here, NULL otherwise.  That
   * directive stays in the tree, its content follows as siblings. */
  const struct conf_directive *via;
};

enum conf_note_kind {
  CONF_NOTE_ASSUMED,  /* what was put around a snippet */
  CONF_NOTE_INCLUDE,  /* an include that could not be followed */
  CONF_NOTE_TEMPLATE, /* ${NAME} or {{ }}: a template, not a configuration */
  CONF_NOTE_LIMIT,    /* something left out, it is too much */
  CONF_NOTE_FOREIGN,  /* Lua, which nothing here can judge */
};

struct conf_note {
  enum conf_note_kind kind;
  const char *text;                /* a sentence */
  const struct conf_directive *at; /* may be NULL */
};

/* What the text was.  A snippet gets synthetic parents up to the root. */
enum conf_shape {
  CONF_WHOLE,    /* a main file: events, http, ... */
  CONF_HTTP,     /* what stands inside of http: servers, upstreams, maps */
  CONF_SERVER,   /* what stands inside of one server: locations, listen */
  CONF_LOCATION, /* bare directives: taken as a location "/" */
};

struct conf {
  struct conf_directive *root; /* its children are the main context */
  const struct conf_file *const *files;
  size_t nfiles;
  const struct conf_note *const *notes;
  size_t nnotes;
  enum conf_shape shape;
  /* What makes a whole configuration of the main file's text when put around
   * it; both "" for CONF_WHOLE, both NULL for a mixture (bare locations beside
   * upstreams), which no text around it can repair. */
  const char *before, *after;
  /* Private: */
  const struct conf_listener *listeners; /* of all servers, in order */
  size_t nlisteners;
  struct conf_arena *arena;
};

/* Where files come from.  Paths are as the configuration has them. */
struct conf_source {
  void *ctx;
  /* read appends the file to out: 0, E_NOT_FOUND, E_IO, E_TOO_LONG. */
  int (*read)(void *ctx, const char *path, struct buf *out);
  /* glob appends the existing paths that match pattern (* ? [), sorted, each
   * followed by a NUL byte.  No match is 0 with nothing added. */
  int (*glob)(void *ctx, const char *pattern, struct buf *out);
  /* place appends where such a file is; NULL: there. */
  int (*place)(void *ctx, const char *path, struct buf *out);
};

/* Why a text is no configuration. */
struct conf_fault {
  struct err e;        /* nginx's words and place, then the line and a caret */
  char sentence[200];  /* nginx's words alone: unexpected "}" */
  char hint[200];      /* what is likely wrong, or "" */
  char file[512];      /* "" when there is no position */
  unsigned int line;   /* nginx's line, 1-based; 0 without position */
  unsigned int column; /* of the offending token, in bytes */
  unsigned int cause;  /* the line where it likely began; 0 unknown */
};

/* conf_parse reads main_path and what it includes; relative includes are
 * relative to main_path's folder.  Returns 0 and *out (conf_free), or
 * E_SYNTAX, E_NOT_FOUND, E_IO, E_TOO_LONG, E_NOMEM with *fault filled (may be
 * NULL). */
int conf_parse(struct conf **out, const struct conf_source *source,
               const char *main_path, struct conf_fault *fault);
/* conf_parse_text does it with one text alone: a dump of `nginx -T`, a whole
 * file without its includes, or a snippet; name is for messages. */
int conf_parse_text(struct conf **out, struct slice text, const char *name,
                    struct conf_fault *fault);
/* The same, but where the text is none (E_SYNTAX), *out is what stood before
 * the fault, to be shown and searched; nothing is put around it. */
int conf_parse_broken(struct conf **out, const struct conf_source *source,
                      const char *main_path, struct conf_fault *fault);
int conf_parse_text_broken(struct conf **out, struct slice text,
                           const char *name, struct conf_fault *fault);
void conf_free(struct conf *c);

/* Files in memory.  All texts are copied. */
struct conf_memory {
  struct conf_memory_file {
    char *path; /* owned */
    char *text; /* owned */
    size_t n;
  } * files;
  size_t nfiles;
};

void conf_memory_init(struct conf_memory *m);
void conf_memory_fini(struct conf_memory *m);
int conf_memory_add(struct conf_memory *m, const char *path,
                    struct slice text);
/* conf_memory_is_dump: the first line that is neither blank nor a comment nor
 * nginx's own word names a file of an `nginx -T` dump. */
bool conf_memory_is_dump(struct slice text);
/* conf_memory_add_dump adds all files of an `nginx -T` dump, the main file
 * first.  E_MISMATCH when the text is no dump. */
int conf_memory_add_dump(struct conf_memory *m, struct slice text);
/* conf_memory_source borrows m. */
struct conf_source conf_memory_source(struct conf_memory *m);

/* ---- Looking around ---- */

bool conf_is(const struct conf_directive *d, const char *name);
/* conf_arg returns the text of argument i, "" where there is none. */
const char *conf_arg(const struct conf_directive *d, size_t i);
/* conf_child returns the first child of that name, or NULL; conf_sibling the
 * next one behind d. */
const struct conf_directive *conf_child(const struct conf_directive *block,
                                        const char *name);
const struct conf_directive *conf_sibling(const struct conf_directive *d,
                                          const char *name);
/* conf_file_of returns the file that was read as that path, or NULL. */
const struct conf_file *conf_file_of(const struct conf *c, const char *path);
/* conf_walk returns the directive behind d in reading order, first children,
 * then siblings, or NULL after the last of top (itself not visited again). */
const struct conf_directive *conf_walk(const struct conf_directive *top,
                                       const struct conf_directive *d);
/* conf_within tells whether d is block or stands inside of it. */
bool conf_within(const struct conf_directive *d,
                 const struct conf_directive *block);
/* conf_outer returns d or the nearest block around it called name, or NULL. */
const struct conf_directive *conf_outer(const struct conf_directive *d,
                                        const char *name);
/* conf_path appends the blocks around and including d as a reader knows them:
 * "http > server example.com > location /events". */
int conf_path(const struct conf_directive *d, struct buf *out);
/* conf_title appends a block's or directive's own words: "location ~ ^/ev",
 * "server example.com", "proxy_buffering off". */
int conf_title(const struct conf_directive *d, struct buf *out);
/* conf_place appends "/etc/nginx/nginx.conf:12", or "(assumed)". */
int conf_place(const struct conf_directive *d, struct buf *out);
/* conf_show_line appends the line with its number and, when column > 0, a
 * caret below it; both lines end in \n. */
int conf_show_line(const struct conf_file *file, unsigned int line,
                   unsigned int column, struct buf *out);

#endif
