/* SPDX-License-Identifier: MIT
 * The parts of http URLs that judging redirects takes.  Splits and compares
 * only; resolving relative references is the recorder's work. */
#ifndef WEIR_CHECKS_HTTP_REDIRECT_URL_H
#define WEIR_CHECKS_HTTP_REDIRECT_URL_H
#include <stdbool.h>

#include "base/slice.h"

struct redirect_url {
  struct slice scheme;   /* empty in a relative reference */
  struct slice userinfo; /* "user:password"; p NULL without '@' */
  struct slice host;     /* without port */
  struct slice port;     /* empty: the scheme's own */
  struct slice query;    /* without '?'; p NULL without */
};

/* redirect_url_split: everything borrows from text. */
void redirect_url_split(struct slice text, struct redirect_url *u);
bool redirect_url_same_origin(struct slice a, struct slice b);
/* Why a browser cannot follow this Location, or NULL where it can. */
const char *redirect_url_trouble(struct slice location);
/* Every parameter of query stands in other, in any order. */
bool redirect_url_keeps_query(struct slice query, struct slice other);

#endif
