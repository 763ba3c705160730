/* SPDX-License-Identifier: MIT
 * The cases of rules_test.c: for each rule a configuration where it speaks,
 * and one beside it where it does not. */
#ifndef WEIR_RULES_RULES_CASES_H
#define WEIR_RULES_RULES_CASES_H
#include "rules/rules_testing.h"

struct rules_row {
  const char *rule;
  enum doctor_severity severity;
  struct rules_case speaks, silent;
};

struct rules_rows {
  const struct rules_row *row;
  size_t count;
};

extern const struct rules_rows rules_cases_delay, rules_cases_end,
    rules_cases_load;

#define RULES_CASES(name, rows)                                               \
  const struct rules_rows name = {rows, sizeof(rows) / sizeof(*(rows))}

#endif
