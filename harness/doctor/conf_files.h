/* SPDX-License-Identifier: MIT
 * Where a configuration comes from: a file and what it includes, a folder, a
 * saved dump, or standard input. */
#ifndef WEIR_DOCTOR_CONF_FILES_H
#define WEIR_DOCTOR_CONF_FILES_H
#include "doctor/conf_place.h"
#include "nginxconf/tree.h"

/* conf_files_read parses what stands at path ("-": standard input; a folder:
 * its nginx.conf, or that of a folder in it where one is at home); places says
 * where files lie that it names (may be NULL).  0 and *out, or E_* with a
 * sentence.  Where the text is wrong (E_SYNTAX, with nginx's own position in
 * fault), *out is what could be read of it. */
int conf_files_read(const char *path, const struct conf_places *places,
                    struct conf **out, struct conf_fault *fault,
                    struct err *e);

#endif
