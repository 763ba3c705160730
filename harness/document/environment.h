/* SPDX-License-Identifier: MIT
 * The machine a run was made on, as documents describe it. */
#ifndef WEIR_DOCUMENT_ENVIRONMENT_H
#define WEIR_DOCUMENT_ENVIRONMENT_H
#include "base/json.h"

/* environment_build asks the running system.  libcurl and libuv are version
 * strings (result/ links neither) and may be NULL.  New reference, NULL
 * without memory. */
json_t *environment_build(const char *libcurl, const char *libuv);

#endif
