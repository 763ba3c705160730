/* SPDX-License-Identifier: MIT
 * Error codes and the sentence that goes with one.
 *
 * Functions that can fail return 0 or a negative E_* code; those that face a
 * user also fill a struct err.  Only cli/ and log.c print. */
#ifndef WEIR_BASE_ERR_H
#define WEIR_BASE_ERR_H

#define ERR_LIST(X)                                                           \
  X(E_NOMEM, -1, "out of memory")                                             \
  X(E_SYNTAX, -2, "cannot be parsed")                                         \
  X(E_RANGE, -3, "value out of range")                                        \
  X(E_TOO_LONG, -4, "longer than the limit")                                  \
  X(E_IO, -5, "input or output failed")                                       \
  X(E_UNREACHABLE, -6, "target unreachable")                                  \
  X(E_LIMIT, -7, "a limit of this machine is too low")                        \
  X(E_UNSUPPORTED, -8, "not supported")                                       \
  X(E_CLOSED, -9, "closed")                                                   \
  X(E_NOT_FOUND, -10, "not found")                                            \
  X(E_MISMATCH, -11, "does not fit together")                                 \
  X(E_INTERNAL, -12, "internal error")

enum err_code {
  E_OK = 0,
#define X(name, value, text) name = value,
  ERR_LIST(X)
#undef X
};

/* A failure as a user will read it.  Plain value, nothing to free. */
struct err {
  int code;       /* enum err_code */
  char text[600]; /* one or more sentences, no trailing newline */
};

/* err_name returns a short fixed text for a code, never NULL. */
const char *err_name(int code);

/* err_set formats the sentence and returns code.  e may be NULL. */
int err_set(struct err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* err_prefix puts "text: " in front of the sentence.  Returns e->code. */
int err_prefix(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
