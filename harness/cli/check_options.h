/* SPDX-License-Identifier: MIT
 * The table of weir check's options, private to check_*.c: one row serves the
 * command line and descriptor files. */
#ifndef WEIR_CLI_CHECK_OPTIONS_H
#define WEIR_CLI_CHECK_OPTIONS_H
#include "cli/check_args.h"

enum option_scope {
  SCOPE_TARGET,  /* says something about the target */
  SCOPE_CHOICE,  /* what to judge and how */
  SCOPE_MANNERS, /* of this very run */
  SCOPE_FILE     /* key of a descriptor only */
};

struct check_option;
#define OPTION_PARAMETERS                                                     \
  const struct check_option *o, struct check_args *a, const char *value,      \
      struct err *e

struct check_option {
  const char *name;
  char letter;      /* 0: none */
  const char *unit; /* of the value, for --help; NULL: a flag */
  enum option_scope scope;
  /* Applies it when the target exists; what is wrong with the value is told
   * without naming the option. */
  int (*apply)(OPTION_PARAMETERS);
  /* The field, for those that ask: in the target, or in check_args. */
  bool in_target;
  size_t at;
  const char *help;
};

/* Both NULL when there is none. */
const struct check_option *check_option_find(struct slice name);
const struct check_option *check_option_letter(char letter);
const char *check_option_nearest(struct slice name);
/* check_args_add remembers a setting; value and where are copied. */
int check_args_add(struct check_args *a, const struct check_option *o,
                   struct slice value, const char *where, struct err *e);
/* check_file_read adds what a descriptor holds. */
int check_file_read(struct check_args *a, const char *path, struct err *e);
#endif
