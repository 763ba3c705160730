/* SPDX-License-Identifier: MIT
 * The CORS check of the Fetch standard.  Private to checks/. */
#ifndef WEIR_CHECKS_HTTP_HTTP_CORS_H
#define WEIR_CHECKS_HTTP_HTTP_CORS_H
#include "recording/recording.h"

/* http_cors_allows: a page of that origin may read this answer. */
bool http_cors_allows(const struct recording *r, const char *origin,
                      bool with_credentials);

#endif
