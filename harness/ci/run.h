/* SPDX-License-Identifier: MIT
 * A run: the server, the steps one after the other, and what they come to. */
#ifndef WEIR_CI_RUN_H
#define WEIR_CI_RUN_H
#include "base/json.h"
#include "ci/file.h"
#include "ci/step.h"

/* X(enumerator, name, what it is) */
#define CI_STEPS(X)                                                           \
  X(CI_START, "start", "the server is started and ready")                     \
  X(CI_CHECK, "check", "the stream is right")                                 \
  X(CI_LOAD, "load", "it holds under load")                                   \
  X(CI_FLOWS, "flows", "what must arrive arrives")                            \
  X(CI_COMPARE, "compare", "it did not become worse")                         \
  X(CI_STOP, "stop", "the server lived to the end, and all of it ended")

enum ci_step {
#define X(id, name, text) id,
  CI_STEPS(X)
#undef X
      CI_STEP_COUNT
};

/* The commands that steps are made of. */
struct ci_tools {
  step_command *check, *load, *test, *report;
  /* A step begins: its command line, secrets and all; the server's is one
   * word. */
  void (*on_step)(const char *name, int words, char **word, void *ctx);
  void *ctx;
};

struct ci_step_result {
  bool wanted, ran;
  int code;      /* enum exit_code */
  char why[640]; /* one line: what it found */
  json_t *doc;   /* owned; NULL: there is none */
  uint64_t elapsed_ns;
};

struct ci_result {
  struct ci_step_result step[CI_STEP_COUNT];
  int code;            /* of it all: a failure of the target outranks */
  enum ci_step failed; /* the first one; CI_STEP_COUNT: none */
  char sentence[800];  /* one line: PASS, or which step failed and why */
  char note[300];      /* "" or what is to be done now */
};

const char *ci_step_name(enum ci_step s);
/* ci_run does it all, and leaves no process.  Files of the plan are relative
 * to the working folder.  Catches SIGINT, SIGTERM and SIGHUP meanwhile.  0, or
 * E_* with a sentence where the folder for results cannot be made;
 * ci_result_free in any case. */
int ci_run(const struct ci_file *f, const struct ci_tools *tools,
           struct ci_result *out, struct err *e);
void ci_result_free(struct ci_result *r);
/* ci_summary appends the run in Markdown: what failed first, with the fix of
 * the stack that the server's command names; the rest folded. */
int ci_summary(const struct ci_file *f, const struct ci_result *r,
               struct buf *out);
/* ci_annotations appends the same findings as GitHub's workflow commands. */
int ci_annotations(const struct ci_file *f, const struct ci_result *r,
                   struct buf *out);

#endif
