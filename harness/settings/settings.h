/* SPDX-License-Identifier: MIT
 * Which options of a table were given, where, and in which layer; and the way
 * from a YAML file into them.
 *
 * Defaults, the file and the command line are layers; a higher one wins over a
 * lower one, two of the same layer conflict.  What commands and files say is
 * read here, so that a wrong value, an unknown name and a name given twice are
 * told in the same words everywhere. */
#ifndef WEIR_SETTINGS_SETTINGS_H
#define WEIR_SETTINGS_SETTINGS_H
#include "option/option.h"
#include "yaml/yaml.h"

enum layer { LAYER_DEFAULT, LAYER_FILE, LAYER_COMMAND };

struct settings;

/* What an owner of options knows and this room does not. */
struct settings_owner {
  const char *what;      /* of the whole file: "scenario" */
  const char *keys_page; /* "weir list keys shows all" */
  /* Each may be NULL.  is_text: a row of an own type whose value is text. */
  bool (*is_text)(const struct option_row *o);
  /* Empties a list, where option_clear cannot. */
  void (*clear)(void *object, const struct option_row *o);
  /* The option was given. */
  void (*on_given)(void *object, const struct option_row *o);
  /* An item of a list that is a map: *taken tells whether the row has such
   * ones.  0, or E_* with a sentence that begins with the place. */
  int (*add_map)(struct settings *s, const struct option_row *o,
                 const struct yaml_node *map, bool *taken, struct err *e);
  /* "{a: N, b: TIME}": what such an item looks like; NULL: "text". */
  const char *(*item)(const struct option_row *o);
};

struct settings {
  void *object;                     /* borrowed: where the values stand */
  const struct option_table *table; /* borrowed */
  const struct settings_owner *owner;
  enum layer now;      /* of the values being set; LAYER_COMMAND at first */
  enum layer *layer;   /* owned, by row */
  char **where;        /* owned; "x.yaml:3:1" or "--publish.rate" */
  uint32_t *inherited; /* owned, by row: so many entries of a list came with
                          the file */
  char *folder; /* owned; file names in the file are relative to it; NULL on
                   the command line */
  char *file;   /* owned; name of the file, for messages; or NULL */
};

/* settings_new: all borrowed.  NULL without memory. */
struct settings *settings_new(void *object, const struct option_table *table,
                              const struct settings_owner *owner);
void settings_free(struct settings *s);
size_t settings_row(const struct settings *s, const struct option_row *o);
/* settings_set reads text into the option and remembers that it was given at
 * where; as option_set.  A list of the command line takes the place of the
 * file's where the row says `anew`, a header that of its namesake there. */
int settings_set(struct settings *s, const struct option_row *o,
                 struct slice text, const char *where, struct err *e);
/* settings_mark remembers that the row was given at where; 0 or E_NOMEM with a
 * sentence.  settings_forget makes it look untouched. */
int settings_mark(struct settings *s, size_t row, const char *where,
                  struct err *e);
void settings_forget(struct settings *s, size_t row);
bool settings_given(const struct settings *s, size_t row);
/* settings_where is for messages: the position, or the option's name. */
const char *settings_where(const struct settings *s, size_t row);
/* settings_error sets "WHERE: NAME: sentence", without NAME where the position
 * is an option that names it already.  Returns E_MISMATCH. */
int settings_error(const struct settings *s, size_t row, struct err *e,
                   const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* --- YAML (document.c) --- */

#define SETTINGS_WHERE_SIZE 300

/* settings_read parses text, the content of the file `name`, and sets what it
 * says in the layer of files.  E_* with a sentence that begins with the place
 * in it. */
int settings_read(struct settings *s, struct slice text, const char *name,
                  struct err *e);
/* settings_position writes "file:line:column" and returns it. */
const char *settings_position(const struct settings *s, struct yaml_mark at,
                              char out[SETTINGS_WHERE_SIZE]);
/* settings_twice: the key of n stands earlier in the map, too. */
int settings_twice(const struct settings *s, const struct yaml_node *map,
                   const struct yaml_node *n, const char *full, struct err *e);
/* settings_wrong_kind: "PLACE: FULL: expected EXPECTED, found a list". */
int settings_wrong_kind(const struct settings *s, const struct yaml_node *n,
                        const char *full, const char *expected, struct err *e);

#endif
