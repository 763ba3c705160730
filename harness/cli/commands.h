/* SPDX-License-Identifier: MIT
 * The commands of weir, one file each.  argv[0] is the command's own name,
 * what follows are its arguments; the return value is the exit code
 * (document/exit_code.h).  Only these files parse options and print. */
#ifndef WEIR_CLI_COMMANDS_H
#define WEIR_CLI_COMMANDS_H

int capacity_cmd(int argc, char **argv);
int check_cmd(int argc, char **argv);
int ci_cmd(int argc, char **argv);
int compare_cmd(int argc, char **argv);
int explain_cmd(int argc, char **argv);
int list_cmd(int argc, char **argv);
int load_cmd(int argc, char **argv);
int merge_cmd(int argc, char **argv);
int nginx_cmd(int argc, char **argv);
int parse_cmd(int argc, char **argv);
int report_cmd(int argc, char **argv);
int test_cmd(int argc, char **argv);
int watch_cmd(int argc, char **argv);

struct weir_command {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *summary;
};

/* In the order of --help; the last one has no name. */
extern const struct weir_command commands[];

/* commands_find is NULL where there is none. */
const struct weir_command *commands_find(const char *name);
/* commands_nearest is the name that was probably meant, or NULL. */
const char *commands_nearest(const char *name);

#endif
