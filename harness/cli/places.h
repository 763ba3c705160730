/* SPDX-License-Identifier: MIT
 * Where weir's own files are: data in the source tree or where it was
 * installed, programs beside the running one. */
#ifndef WEIR_CLI_PLACES_H
#define WEIR_CLI_PLACES_H
#include "base/buf.h"

/* places_data appends the first existing path of "scenarios/load" and the
 * like: the source tree when weir runs from its build folder there, then the
 * installation that the program belongs to, then the configured one.  Returns
 * 0, E_NOT_FOUND or E_NOMEM. */
int places_data(const char *name, struct buf *out);
/* places_program appends the path of a program beside the running one, or the
 * bare name, to be looked up in PATH. */
int places_program(const char *name, struct buf *out);

#endif
