/* SPDX-License-Identifier: MIT
 * What all commands that judge have in common: where results go, how much is
 * said meanwhile. */
#ifndef WEIR_CLI_COMMON_H
#define WEIR_CLI_COMMON_H
#include <stdio.h>

#include "option/command.h"
#include "result/output.h"

#define COMMON_MAX_OUT 16

struct common {
  const char *out[COMMON_MAX_OUT]; /* borrowed from argv */
  size_t out_count;
  enum output_format format; /* on stdout */
  bool quiet, verbose, no_color, help;
  bool has_html; /* HTML may go to standard output too */
  bool silent;   /* common_publish leaves standard output empty */
};

/* Their rows; the object is a struct common. */
extern const struct option_table common_options;

/* common_init: has_html is false until the command sets it. */
void common_init(struct common *c);
/* common_publish prints doc on stdout in the chosen format and writes every
 * --out file; in the form for GitHub it adds Markdown to the job's summary
 * (GITHUB_STEP_SUMMARY) too.  Returns 0 or an E_* code with a sentence. */
int common_publish(const struct common *c, json_t *doc, struct err *e);
/* common_refuse_bare: E_NOT_FOUND with a sentence where a target is no file,
 * but would be a URL with http:// before it; else 0. */
int common_refuse_bare(const char *target, struct err *e);
/* common_print masks what is secret of a text, and prints it; nothing of one
 * that could not be written whole. */
void common_print(struct buf *text, FILE *to);
/* common_command_line appends the command as it was given, for documents. */
void common_command_line(int argc, char **argv, struct buf *out);

#endif
