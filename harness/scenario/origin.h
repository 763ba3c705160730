/* SPDX-License-Identifier: MIT
 * Which keys of a scenario were given, where, and in which layer.
 *
 * Private to this room: defaults, the file and the command line are layers;
 * a higher one wins over a lower one, two of the same layer conflict. */
#ifndef WEIR_SCENARIO_ORIGIN_H
#define WEIR_SCENARIO_ORIGIN_H
#include "scenario/keys.h"
#include "scenario/scenario.h"

enum layer { LAYER_DEFAULT, LAYER_FILE, LAYER_COMMAND };

struct key_origins {
  enum layer now; /* of the values being set */
  enum layer layer[KEY_COUNT];
  char *where[KEY_COUNT]; /* owned; "x.yaml:3:1" or "--publish.rate" */
  char *folder;           /* owned; file names in the file are relative to it;
                             NULL on the command line */
  char *file;             /* owned; name of the file, for messages; or NULL */
  uint32_t file_headers, file_publish_headers; /* so many came with the file */
};

struct key_origins *origin_new(void);
void origin_free(struct key_origins *o);
/* origin_mark remembers that the key was set at where, which switches its
 * section on; 0 or E_NOMEM. */
int origin_mark(struct scenario *s, enum key_id id, const char *where);
/* origin_forget makes the key look untouched. */
void origin_forget(struct scenario *s, enum key_id id);
bool origin_given(const struct scenario *s, enum key_id id);
/* origin_where is for messages: the position, or the key's name. */
const char *origin_where(const struct scenario *s, enum key_id id);
/* origin_inherited: so many headers of the list came with the file, and one of
 * the command line takes the place of its namesake; 0 while the file is read.
 * origin_disinherit forgets them, when the list was emptied. */
uint32_t origin_inherited(const struct scenario *s,
                          const struct option_row *o);
void origin_disinherit(struct scenario *s, const struct option_row *o);
/* origin_error sets "WHERE: KEY: sentence", without KEY where the position
 * is an option that names it already. */
int origin_error(const struct scenario *s, enum key_id id, struct err *e,
                 const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
