/* SPDX-License-Identifier: MIT
 * Does somebody answer there?  One GET, of which the head alone is read. */
#ifndef WEIR_CI_READY_H
#define WEIR_CI_READY_H
#include <stdint.h>

#include "base/err.h"

/* ready_ask returns the status of the answer, or a negative E_* with why none
 * came within limit_ns.  Certificates are not looked at. */
int ready_ask(const char *url, uint64_t limit_ns, struct err *e);

#endif
