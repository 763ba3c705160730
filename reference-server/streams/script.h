/* SPDX-License-Identifier: MIT
 * A response whose body goes out in exact writes at exact times: /raw and
 * /vector. */
#ifndef WEIR_SERVER_STREAMS_SCRIPT_H
#define WEIR_SERVER_STREAMS_SCRIPT_H
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct conn;

#define SCRIPT_MAX_PIECES 4096u

struct script {
  char *bytes; /* owned: the body */
  size_t n;
  size_t *ends; /* owned: where each piece ends */
  uint32_t count, next;
  uint64_t gap_ns;  /* between pieces */
  uint64_t hold_ns; /* stay open that long behind the last */
};

struct script_head {
  int status;
  const char *type; /* Content-Type, NULL = none */
};

/* script_new copies the body.  It starts as one piece; script_cut adds an end
 * n bytes behind the last cut (E_RANGE beyond the body or too many). */
struct script *script_new(struct slice body);
int script_cut(struct script *s, size_t n);
void script_free(struct script *s);
/* script_start answers with the head, then the pieces, each in one write (one
 * chunk in HTTP/1.1), then ends the connection.  Takes over s. */
void script_start(struct conn *c, struct script *s,
                  const struct script_head *head);

#endif
