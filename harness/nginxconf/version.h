/* SPDX-License-Identifier: MIT
 * Built-in defaults by version.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_VERSION_H
#define WEIR_NGINXCONF_VERSION_H
#include "nginxconf/effective.h"

/* The default of a directive in that version, or NULL; *by_version when the
 * version is unknown and matters. */
const char *version_default(const struct conf_known *known,
                            struct conf_version v, bool *by_version);

#endif
