/* SPDX-License-Identifier: MIT
 * Options as rows of tables: a name, a type, where the value goes, its bounds,
 * its words.
 *
 * Command lines, YAML keys, --help, reference pages and "did you mean" all
 * read the same rows, so that an option means the same wherever it stands.  A
 * table belongs to one struct; a row says at which offset of it the value
 * stands. Values may be repeated where the type is a list. */
#ifndef WEIR_OPTION_OPTION_H
#define WEIR_OPTION_OPTION_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* X(enumerator, how a value of this type is called, an example for messages)
 */
#define OPTION_TYPES(X)                                                       \
  X(OPTION_TEXT, "text", "text")                                              \
  X(OPTION_LINES, "text", "text")                                             \
  X(OPTION_URL, "URL", "a URL such as http://127.0.0.1:8080/stream")          \
  X(OPTION_METHOD, "method", "a method such as GET or POST")                  \
  X(OPTION_PATH, "path", "a file name")                                       \
  X(OPTION_PROXY, "URL",                                                      \
    "a proxy such as http://127.0.0.1:3128 or socks5://127.0.0.1:1080")       \
  X(OPTION_POINTER, "pointer", "a JSON pointer such as /seq, or none")        \
  X(OPTION_COUNT, "count", "a whole number such as 1000 or 10k")              \
  X(OPTION_SEED, "whole number", "a whole number such as 42")                 \
  X(OPTION_DURATION, "duration", "a duration such as 250ms, 30s or 5m")       \
  X(OPTION_BYTES, "size", "a size such as 512 or 16KiB")                      \
  X(OPTION_RATE, "rate", "a rate such as 500/s or 30/m")                      \
  X(OPTION_SHARE, "share", "a share such as 0.25 or 25%")                     \
  X(OPTION_BOOL, "yes or no", "true or false")                                \
  X(OPTION_CHOICE, "choice", "one of its words")                              \
  X(OPTION_ADDRESSES, "list", "an IPv4 or IPv6 address")                      \
  X(OPTION_RESOLVES, "list",                                                  \
    "HOST:PORT:ADDRESS, such as example.org:443:127.0.0.1")                   \
  X(OPTION_HEADERS, "headers", "a header such as \"Name: value\"")            \
  X(OPTION_TEXTS, "list", "text")                                             \
  X(OPTION_ARGUMENT, "text", "text")                                          \
  X(OPTION_OWN, "value", "a value")                                           \
  X(OPTION_OWN_LIST, "list", "a list")

enum option_type {
#define X(id, text, example) id,
  OPTION_TYPES(X)
#undef X
};

/* OPTION_ARGUMENT is text that stays the caller's, terminated: argv's.  The
 * member is one const char *, or an array of them for an option with several
 * values. */

#define OPTION_LIST_MAX 1000 /* entries of one list */
#define OPTION_NAME_MAX 64   /* bytes of a name; longer is nobody's mistake */

struct name_value {
  char *name, *value; /* owned */
};

/* Where a value comes from. */
struct option_source {
  const char *where; /* for messages: "x.yaml:3:1" or "--publish.rate" */
  const char
      *folder; /* file names are relative to it; NULL: to where we are */
  uint32_t inherited; /* so many entries of a list came from a lower layer: a
                         header of the same name takes their place */
};

struct option_row;
/* Takes text for a row of a type of its own, in place of what option_set
 * would do; as option_set. */
typedef int (*option_set_fn)(void *object, const struct option_row *o,
                             struct slice text,
                             const struct option_source *from, struct err *e);

struct option_row {
  const char *name;          /* dotted: "publish.rate" */
  const char *also;          /* other names, parted by spaces; NULL = none */
  const char *path;          /* its place in YAML; NULL = the name */
  const char *fallback;      /* default as a person writes it; NULL = none */
  const char *group;         /* heading in --help; NULL = as the row before */
  const char *argument;      /* for --help; NULL when none is needed */
  const char *help;          /* one sentence, no full stop */
  const char *expected;      /* for messages; NULL = the type's */
  const char *type_name;     /* for reference pages; NULL = the type's */
  const char *const *choice; /* OPTION_CHOICE: words by value, NULL-ended */
  option_set_fn set;         /* of OPTION_OWN and OPTION_OWN_LIST */
  double least, most;        /* in the type's base unit; both 0 = unchecked */
  size_t at, size;           /* of the member in the table's struct */
  size_t count_at;           /* of a list's uint32_t count */
  enum option_type type;
  char letter; /* short form, or 0 */
  bool anew;   /* a list that the command line begins anew, whatever a file
                  says */
};

/* Members of a row: where the value stands in struct S. */
#define OPTION_MEMBER(S, m) .at = offsetof(S, m), .size = sizeof(((S *)0)->m)
#define OPTION_LIST(S, m)                                                     \
  OPTION_MEMBER(S, m), .count_at = offsetof(S, m##_count)

struct option_table {
  const struct option_row *row;
  size_t count;
};

/* --- looking up (find.c) --- */

/* option_find knows names, YAML paths and other names, takes '_' for '-' and
 * no notice of case.  NULL when there is none. */
const struct option_row *option_find(const struct option_table *t,
                                     struct slice name);
/* option_find_switch finds "no-reconnect" too and then sets *negated.  Where
 * option_takes_argument is false, "--reconnect" means true, "--no-reconnect"
 * false, and "--reconnect=VALUE" what VALUE says; flags know the first only.
 */
const struct option_row *option_find_switch(const struct option_table *t,
                                            struct slice name, bool *negated);
/* option_find_letter: 'c' gives "connections".  NULL when there is none. */
const struct option_row *option_find_letter(const struct option_table *t,
                                            char c);
/* option_suggest returns the name that was probably meant, or NULL.  With
 * *nearest (below it a name counts as near; start with OPTION_NOT_NEAR)
 * several tables can be asked in turn. */
#define OPTION_NOT_NEAR 1000
const char *option_suggest(const struct option_table *t, struct slice name,
                           int *nearest);
/* option_is_section tells whether names begin with "name.". */
bool option_is_section(const struct option_table *t, struct slice name);
/* option_path: the place in YAML, "reconnect.enabled" for "reconnect", which
 * has others below it; else the name. */
const char *option_path(const struct option_row *o);
/* option_takes_argument is false where --NAME alone means "true". */
bool option_takes_argument(const struct option_row *o);
/* option_is_flag: a boolean without a fallback, which has no --no-NAME and
 * takes no value. */
bool option_is_flag(const struct option_row *o);
/* option_values: how many values stand behind --NAME. */
size_t option_values(const struct option_row *o);
/* option_is_list: each use on the command line appends. */
bool option_is_list(const struct option_row *o);
/* option_is_text tells which values are text (quoted in YAML), those of own
 * types left out. */
bool option_is_text(const struct option_row *o);
/* option_type_name: "duration", "share", ...; never NULL. */
const char *option_type_name(const struct option_row *o);
/* option_expected: "a duration such as 250ms, 30s or 5m". */
const char *option_expected(const struct option_row *o);

/* --- values (value.c, list.c) --- */

/* option_set reads text into the member; a list is added to, and the word none
 * empties it.  Errors begin with from->where, and with the name behind it
 * where that is no option.  E_SYNTAX, E_RANGE, E_TOO_LONG or E_NOMEM leave the
 * member as it was. */
int option_set(void *object, const struct option_row *o, struct slice text,
               const struct option_source *from, struct err *e);
/* option_put_text is for the `set` of a text row: text as it is, once that has
 * judged it.  E_SYNTAX where no text may be like that, or E_NOMEM. */
int option_put_text(void *object, const struct option_row *o,
                    struct slice text, const struct option_source *from,
                    struct err *e);
/* option_set_default sets the fallback of every row that has one. */
int option_set_default(void *object, const struct option_table *t);
/* option_free frees what texts and lists hold, those of own types left out;
 * the members are NULL and 0 afterwards. */
void option_free(void *object, const struct option_table *t);
/* option_wrong sets the sentence for text that is no value of the row;
 * expected NULL = option_expected.  Returns E_SYNTAX. */
int option_wrong(const struct option_row *o, struct slice text,
                 const char *where, const char *expected, struct err *e);
/* option_add_header appends one header, or replaces an inherited one.  The
 * values are copied. */
int option_add_header(void *object, const struct option_row *o,
                      struct name_value header,
                      const struct option_source *from, struct err *e);
/* option_next_entry makes room for one more entry of `size` bytes in a list
 * and returns it zeroed; the caller raises the count once it is filled.  NULL,
 * with a sentence, without memory or beyond OPTION_LIST_MAX. */
void *option_next_entry(void *object, const struct option_row *o, size_t size,
                        const char *where, struct err *e);
/* The count of a list. */
uint32_t *option_count(void *object, const struct option_row *o);
uint32_t option_count_of(const void *object, const struct option_row *o);
/* option_clear empties a list of headers, addresses or resolves. */
void option_clear(void *object, const struct option_row *o);

/* --- back into text (format.c) --- */

/* option_text is the member of a row for which option_is_text is true; NULL
 * when unset ("none" for a pointer). */
const char *option_text(const void *object, const struct option_row *o);
/* option_whole and option_real read numbers of any width. */
uint64_t option_whole(const void *object, const struct option_row *o);
double option_real(const void *object, const struct option_row *o);
/* option_format appends a value that is neither text, list nor of an own type,
 * the way option_set reads it. */
int option_format(const void *object, const struct option_row *o,
                  struct buf *out);
/* Writers that lose nothing: "90s", "16KiB", "0.3". */
int option_add_duration(struct buf *out, uint64_t ns);
int option_add_bytes(struct buf *out, uint64_t bytes);
int option_add_double(struct buf *out, double v);

/* --- pages (page.c; roff.h has those of man) --- */

/* option_defaults_on: a switch that is on where nothing is said. */
bool option_defaults_on(const struct option_row *o);
/* option_heading is the group that begins with row i, or NULL. */
const char *option_heading(const struct option_table *t, size_t i);

/* option_help appends a table for --help, by group, in at most 79 columns. */
int option_help(const struct option_table *t, struct buf *out);
/* option_markdown appends it as tables of Markdown, by group. */
int option_markdown(const struct option_table *t, struct buf *out);

#endif
