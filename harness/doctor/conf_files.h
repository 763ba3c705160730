/* SPDX-License-Identifier: MIT
 * Where a configuration comes from: a file and what it includes, a folder, a
 * saved dump, or standard input. */
#ifndef WEIR_DOCTOR_CONF_FILES_H
#define WEIR_DOCTOR_CONF_FILES_H
#include "nginxconf/tree.h"

/* conf_files_read parses what stands at path ("-": standard input; a folder:
 * its nginx.conf).  0 and *out, or E_* with a sentence.  Where the text is
 * wrong (E_SYNTAX, with nginx's own position in fault), *out is what could be
 * read of it. */
int conf_files_read(const char *path, struct conf **out,
                    struct conf_fault *fault, struct err *e);

#endif
