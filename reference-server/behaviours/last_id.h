/* SPDX-License-Identifier: MIT
 * Which Last-Event-ID counts.  No I/O. */
#ifndef WEIR_SERVER_BEHAVIOURS_LAST_ID_H
#define WEIR_SERVER_BEHAVIOURS_LAST_ID_H
#include "behaviours/memory.h"

/* Where a request names one; p NULL = it does not. */
struct id_offer {
  struct slice first, second; /* of its headers by this name */
  struct slice exact;         /* the first that is written Last-Event-ID */
  struct slice query;         /* lastEventId */
  bool direct;                /* behind a redirect */
  const char *peer;           /* the client's address */
};

/* last_id_heed is the one that counts; p NULL = none. */
struct slice last_id_heed(const struct fault_set *f, struct memory *m,
                          const struct id_offer *o);

#endif
