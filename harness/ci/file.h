/* SPDX-License-Identifier: MIT
 * What a project holds its stream to: one YAML file with the server, the steps
 * and where results go.  Keys are rows of one table, those of a load the
 * scenario's own below "load". */
#ifndef WEIR_CI_FILE_H
#define WEIR_CI_FILE_H
#include "option/option.h"

#define CI_FORMAT     "ci/1" /* of the key "weir" */
#define CI_FILE_MAX   ((size_t)256 << 10)
#define CI_FILE_NAME  "weir-ci.yaml"
#define CI_RUNS_LEAST 6 /* on each side, for a comparison by rank */

enum ci_check { CI_CHECK_FAST, CI_CHECK_LINT, CI_CHECK_PROBE, CI_CHECK_FULL };

struct ci_file {
  unsigned format; /* a word of its choice; there is one */
  char *url;
  char *start;     /* shell command; NULL: others start it */
  char *ready_url; /* NULL: the url */
  bool attach, check, load;
  uint64_t ready_ns, stop_ns;
  unsigned check_mode; /* enum ci_check */
  char *profile;       /* of expected findings; NULL */
  char *scenario;      /* of the load; NULL: the url alone */
  char *baseline;      /* NULL: nothing is compared */
  uint64_t runs, run_ns;
  char *out; /* folder of the results */
  /* Arguments of weir check and, as "--KEY=VALUE", of weir load. */
  char **check_option, **load_option;
  char **flow, **gate;
  uint32_t check_option_count, load_option_count, flow_count, gate_count;
};

/* ci_file_read parses text, the content of the file `name`.  0, or E_* with a
 * sentence that begins "name:line:column: "; ci_file_free in any case. */
int ci_file_read(struct ci_file *f, struct slice text, const char *name,
                 struct err *e);
void ci_file_free(struct ci_file *f);
/* All keys, for reference pages; NULL without memory. */
const struct option_table *ci_file_keys(void);

#endif
