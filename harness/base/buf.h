/* SPDX-License-Identifier: MIT
 * A growable byte buffer with a hard maximum.  Always NUL-terminated behind
 * its n bytes once anything was reserved, so text in it can be printed.
 *
 * Its error is sticky: adding to a buffer that failed does nothing, so that
 * text is built in a row of calls, and rc looked at once, at the end. */
#ifndef WEIR_BASE_BUF_H
#define WEIR_BASE_BUF_H
#include "base/slice.h"

struct buf {
  char *p;    /* owned; NULL until the first byte */
  size_t n;   /* bytes in use */
  size_t cap; /* bytes allocated */
  size_t max; /* 0 = no limit; adding beyond gives E_TOO_LONG, adds nothing */
  int rc;     /* 0, or what the first failure was: E_NOMEM, E_TOO_LONG, ... */
};

/* buf_init starts an empty buffer that may hold max bytes (0 = no limit). */
void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);
/* buf_clear empties it, forgets its failure and keeps the memory. */
void buf_clear(struct buf *b);
/* buf_fail is for what could not even be tried to be added: the buffer keeps
 * this failure unless it has one.  Returns the one it has. */
int buf_fail(struct buf *b, int rc);
/* All adders return rc as it is afterwards: 0 or the first failure. */
int buf_reserve(struct buf *b, size_t more);
int buf_add(struct buf *b, const void *p, size_t n);
int buf_addc(struct buf *b, char c);
int buf_adds(struct buf *b, const char *cstr);
int buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* buf_add_wrapped appends words and a line end, in lines of at most 79 columns
 * that begin at column `left`; the first line is there up to it already. */
int buf_add_wrapped(struct buf *b, size_t left, const char *text);
/* buf_add_percent appends text percent-encoded, but for letters, digits and
 * "-._~" (RFC 3986, unreserved). */
int buf_add_percent(struct buf *b, struct slice text);
/* buf_consume drops n bytes from the front.  A failure stays. */
void buf_consume(struct buf *b, size_t n);
struct slice buf_slice(const struct buf *b);
/* buf_text returns the content as a C string, "" when empty. */
const char *buf_text(const struct buf *b);

#endif
