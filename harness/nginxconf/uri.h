/* SPDX-License-Identifier: MIT
 * A request's path as nginx compares it with locations.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_URI_H
#define WEIR_NGINXCONF_URI_H
#include "base/buf.h"

/* uri_normalise appends path (without query) decoded once, dots resolved and,
 * when merge, slashes merged.  E_SYNTAX where nginx answers 400. */
int uri_normalise(struct slice path, bool merge, struct buf *out);

#endif
