/* SPDX-License-Identifier: MIT
 * One match of a Perl regular expression, with bounded effort.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_REGEX_H
#define WEIR_NGINXCONF_REGEX_H
#include "base/slice.h"

#define REGEX_GROUPS_MAX 10 /* the whole match and $1 to $9 */
#define REGEX_NAMES_MAX  16

struct regex_match {
  struct slice groups[REGEX_GROUPS_MAX]; /* borrowed from the subject */
  size_t ngroups;
  struct {
    char name[64];
    struct slice value;
  } names[REGEX_NAMES_MAX];
  size_t nnames;
};

enum regex_result {
  REGEX_NO,
  REGEX_YES,
  REGEX_BAD,  /* not a regular expression */
  REGEX_HARD, /* given up: too much work */
};

enum regex_result regex_run(struct slice pattern, bool ignore_case,
                            struct slice subject, struct regex_match *out);

#endif
