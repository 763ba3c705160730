/* SPDX-License-Identifier: MIT
 * A command line against tables of options: the same reading, the same help
 * and the same sentences for every command.
 *
 * "--NAME VALUE", "--NAME=VALUE" and letters as scan.h has them; --no-NAME for
 * switches (booleans with a fallback), no value for flags (booleans without),
 * two values for a pair of arguments. */
#ifndef WEIR_OPTION_COMMAND_H
#define WEIR_OPTION_COMMAND_H
#include "option/option.h"
#include "option/scan.h"

/* A table, and the object that its rows are read into. */
struct command_part {
  const struct option_table *table;
  void *object;
  /* Takes a value, in place of option_set; NULL: option_set. */
  option_set_fn set;
};

struct command_line {
  const struct command_part *part; /* a name is looked up in each by turns */
  size_t parts;
  /* What is no option; NULL: nothing else may stand there. */
  int (*positional)(void *ctx, const char *text, struct err *e);
  void *ctx;
  bool looked; /* command_look has had what is no option */
};

#define COMMAND_PARTS_MAX 6

/* A `positional` for one word at most, with one of these as its ctx. */
struct command_word {
  const char *things; /* what two of them would be: "targets" */
  const char *text;   /* borrowed from argv; NULL: none stands there */
};
int command_one(void *word, const char *text, struct err *e);

/* command_read reads all of a command line; argv[0] is the command's name.  0,
 * or the first E_* with a sentence. */
int command_read(const struct command_line *c, int argc, char **argv,
                 struct err *e);
/* command_look hands what is no option to `positional` and passes over the
 * values, for a line whose target says what the options are read into;
 * command_read of the same line passes over the target then.  At most
 * COMMAND_PARTS_MAX parts. */
int command_look(struct command_line *c, int argc, char **argv, struct err *e);

/* The row of --help in a table of struct S with a bool of that name. */
#define COMMAND_HELP(S)                                                       \
  {                                                                           \
    .name = "help", .letter = 'h', .type = OPTION_BOOL,                       \
    OPTION_MEMBER(S, help), .help = "This text"                               \
  }

#endif
