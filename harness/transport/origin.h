/* SPDX-License-Identifier: MIT
 * Origins, and what of a request may leave its own (Fetch, "HTTP-redirect
 * fetch").  Decided here for everything that follows a redirect, so that load,
 * watch and check cannot differ in whom they trust. */
#ifndef WEIR_TRANSPORT_ORIGIN_H
#define WEIR_TRANSPORT_ORIGIN_H
#include <stdbool.h>

#include "base/slice.h"

/* origin_is_same: two absolute http(s) URLs have the same scheme, host and
 * port, as the parser that connects reads them.  false where one of them is no
 * such URL. */
bool origin_is_same(const char *a, const char *b);
/* origin_lets_go: a header of this name may go to another origin than the one
 * that it was given for.  True of a short list of those that tell what a
 * client is and wants; of any other name false, since it may tell who its user
 * is (Cookie, X-Api-Key) or be wrong elsewhere (Host). */
bool origin_lets_go(struct slice name);

#endif
