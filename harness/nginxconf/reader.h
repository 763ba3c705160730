/* SPDX-License-Identifier: MIT
 * The parts of conf_parse: statements, includes, what a snippet is.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_READER_H
#define WEIR_NGINXCONF_READER_H
#include <stdint.h>

#include "nginxconf/arena.h"
#include "nginxconf/fault.h"
#include "nginxconf/lexer.h"

struct reader {
  struct conf *c;
  const struct conf_source *source;
  struct conf_fault *fault;
  struct slice folder; /* of the main file, with the slash */
  struct conf_file **files;
  size_t nfiles, files_room;
  struct conf_note **notes;
  size_t nnotes, notes_room;
  const struct conf_file *open[CONF_INCLUDES_MAX + 1]; /* being read */
  size_t nopen;
  size_t levels; /* blocks open */
  size_t nodes, bytes;
  uint64_t read; /* bytes gone through */
  bool templates_noted, lua_noted;
};

/* Where statements go to. */
struct place {
  struct conf_directive *parent;
  const struct conf_directive *via; /* the include, or NULL */
  bool in_block;                    /* ends with "}", not with the file */
};

/* All return 0 or a negative code with the fault filled. */
int reader_statements(struct reader *r, struct lexer *l, struct place p);
/* reader_file opens path, once however often it is asked for.  E_NOT_FOUND
 * and E_IO leave the fault alone. */
int reader_file(struct reader *r, const char *path,
                const struct conf_file **out);
/* reader_parse reads the statements of one open file. */
int reader_parse(struct reader *r, const struct conf_file *file,
                 struct place p);
/* reader_include follows d, an include directive. */
int reader_include(struct reader *r, const struct conf_directive *d,
                   struct place p);
int reader_note(struct reader *r, enum conf_note_kind kind,
                const struct conf_directive *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
struct conf_directive *reader_add(struct reader *r,
                                  struct conf_directive *parent);
/* reader_wrap puts synthetic parents around a snippet. */
int reader_wrap(struct reader *r);
/* listener_index fills the conf's private list.  0 or E_NOMEM. */
int listener_index(struct conf *c);

#endif
