/* SPDX-License-Identifier: MIT
 * What the request being answered asks of the response: its faults, who may
 * read it.  One at a time in a worker, from asked_begin to asked_end. */
#ifndef WEIR_SERVER_HTTP_ASKED_H
#define WEIR_SERVER_HTTP_ASKED_H
#include "behaviours/head.h"

struct conn;
struct http;

struct asked {
  struct conn *conn;       /* borrowed; NULL = nobody */
  struct fault_set faults; /* of the server and of the request */
  struct fault_set own;    /* of the request; valid with has_own */
  bool has_own;
  bool spoilt;  /* one of behaviours/fault_rows.h is among faults */
  int rc;       /* of the faults in the query: 0, or */
  struct err e; /* the sentence about the first wrong one */
  char cors[HEAD_ORIGIN_MAX + 1];
  bool direct;      /* behind a redirect */
  struct buf lines; /* owned scratch of header lines */
};

/* asked_begin reads the query; common = the faults for everybody, NULL = none
 * at all may spoil the answer (control, statistics). */
void asked_begin(struct conn *c, const struct fault_set *common,
                 struct slice query);
void asked_end(struct http *h);
/* asked_faults are those for the request of c; none when it is not the one
 * being answered. */
const struct fault_set *asked_faults(const struct conn *c);
/* asked_head is what the lines of a response to c depend on. */
struct head_ask asked_head(const struct conn *c);

#endif
