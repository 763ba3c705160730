/* SPDX-License-Identifier: MIT
 * Walking through a command line: GNU style, long names with '=' or a value
 * behind, short ones alone, in clusters ("-qv") or with the value attached,
 * "--" ends options. */
#ifndef WEIR_OPTION_SCAN_H
#define WEIR_OPTION_SCAN_H
#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"

struct options {
  int argc;
  char **argv;
  int at;              /* index of the next argument */
  bool only_rest;      /* "--" was seen */
  const char *cluster; /* further letters behind one that takes no value */
};

struct option_found {
  bool positional;
  struct slice name; /* without dashes; one character for short options */
  char letter;       /* of a short option, else 0 */
  const char *value; /* "--name=value" or "-nvalue"; else NULL */
  const char *text;  /* the argument as given; the positional itself */
};

/* options_init starts behind argv[0]. */
void options_init(struct options *o, int argc, char **argv);
/* options_next returns false at the end. */
bool options_next(struct options *o, struct option_found *out);
/* options_flag says that the option just found takes no value.  0, or E_SYNTAX
 * with a sentence for "--name=value". */
int options_flag(struct options *o, const struct option_found *f,
                 struct err *e);
/* options_value gives the value of the option just found, taking the next
 * argument where none was attached; NULL with a sentence when there is none.
 */
const char *options_value(struct options *o, const struct option_found *f,
                          struct err *e);

#endif
