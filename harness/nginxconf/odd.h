/* SPDX-License-Identifier: MIT
 * Characters that word processors and web pages put where a configuration
 * needs plain ones: they look right and are not. */
#ifndef WEIR_NGINXCONF_ODD_H
#define WEIR_NGINXCONF_ODD_H
#include "base/slice.h"

struct conf_odd {
  const char *bytes; /* UTF-8 */
  const char *name;  /* "a no-break space (U+00A0)" */
  const char *plain; /* what belongs there: " ", "\"", "" */
  bool invisible;
};

/* conf_odd_in finds the first one in a text: its row and place, or NULL. */
const struct conf_odd *conf_odd_in(struct slice text, size_t *at);

#endif
