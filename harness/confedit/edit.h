/* SPDX-License-Identifier: MIT
 * One change of the text of a configuration, and what is told of changes. */
#ifndef WEIR_CONFEDIT_EDIT_H
#define WEIR_CONFEDIT_EDIT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum edit_kind {
  EDIT_SET,    /* replace bytes start..end (one directive, its ';' included) */
  EDIT_REMOVE, /* take bytes start..end out, with their line if it is empty */
  EDIT_INSERT  /* a new line of text behind the byte `start` (behind the '{' of
                  a block, or the ';' of a directive), indented as the block's
                  first directive is */
};

struct conf_carve;

/* Where: bytes of one file as it stands on the disk (or of the dump or
 * standard input when it came so). */
struct conf_edit {
  enum edit_kind kind;
  const char *file; /* borrowed; the name that the configuration has for it */
  size_t start_bytes, end_bytes; /* [start, end); equal for EDIT_INSERT */
  uint32_t line;                 /* of start, from 1 */
  char text[1200]; /* directives, "proxy_buffering off;"; "" for REMOVE */
  char block[120]; /* "location /events", "events", "server app.example.org" */
  /* Borrowed: made in the stream's own copy of the block (carve.h), not where
   * it stands; NULL: where it stands. */
  const struct conf_carve *carve;
};

/* What was left out of a copy or could not be made as the user has it. */
struct edit_note {
  const char *file; /* borrowed from the conf; NULL: no place */
  uint32_t line;
  /* nginx itself refused the directive: it is a mistake in the user's own
   * configuration, or a module that this machine does not have. */
  bool refused;
  char text[300];
};

#define EDIT_NOTES_MAX 40

struct edit_notes {
  struct edit_note at[EDIT_NOTES_MAX];
  size_t n;
};

#endif
