/* SPDX-License-Identifier: MIT
 * Whether a fix leaves all else as it was: other locations and servers of the
 * configuration, before and after, by their texts.  Pure. */
#ifndef WEIR_DOCTOR_NEIGHBOURS_H
#define WEIR_DOCTOR_NEIGHBOURS_H
#include "nginxconf/effective.h"

#define NEIGHBOURS_MAX 64

struct neighbours {
  size_t asked, changed;
  char
      first[300]; /* of those that changed: "/ of server b: proxy_buffering" */
};

/* Whose neighbours they are. */
struct neighbours_of {
  const char *uri;
  const struct conf_directive
      *own; /* its location; NULL: serves others, too */
};

/* neighbours_compare follows a path to each location of each server (at most
 * NEIGHBOURS_MAX), and one beside each of the n streams' own, through both
 * texts: the same must answer, with the same settings.  What streams have for
 * themselves does not count.  0 or E_NOMEM. */
int neighbours_compare(const struct conf *before, const struct conf *after,
                       const struct neighbours_of *stream, size_t n,
                       struct conf_version v, struct neighbours *out);

#endif
