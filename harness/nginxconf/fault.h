/* SPDX-License-Identifier: MIT
 * Filling a struct conf_fault: nginx's sentence, its place, the line, a caret.
 *
 * Private to nginxconf/. */
#ifndef WEIR_NGINXCONF_FAULT_H
#define WEIR_NGINXCONF_FAULT_H
#include "nginxconf/tree.h"

struct conf_spot {
  const struct conf_file *file;
  unsigned int line, column;
};

/* conf_fault_at fills f (NULL: nothing) and returns code; said is where nginx
 * reports it, which conf_fault_show need not be. */
int conf_fault_at(struct conf_fault *f, int code, struct conf_spot said,
                  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* conf_fault_hint adds "; text" behind nginx's words. */
void conf_fault_hint(struct conf_fault *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* conf_fault_show adds the line at spot with a caret. */
void conf_fault_show(struct conf_fault *f, struct conf_spot spot);
/* conf_fault_plain is for failures without a place.  Returns code. */
int conf_fault_plain(struct conf_fault *f, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
