/* SPDX-License-Identifier: MIT
 * What a stream offers, asked before anything is demanded of it. */
#ifndef WEIR_CI_ASK_H
#define WEIR_CI_ASK_H
#include "base/json.h"
#include "ci/run.h"

#define ASK_STREAMS 20 /* held for that, and by the load that is written */

struct ci_answer {
  json_t *load, *check; /* owned: documents of a short run of each */
  struct buf flow;      /* a first flow; empty where not one event came */
};

/* ci_ask holds some streams, checks one and listens to one, and shows nothing
 * of it.  Files go into folder, which must be there.  record is
 * test_record's.  0, or with a sentence: E_UNREACHABLE where no stream is
 * there, E_CLOSED where stop was asked.  ci_answer_free in any case. */
typedef int ci_record(const char *url, uint64_t for_ns, struct buf *out,
                      struct err *e);
struct ci_question {
  const char *url, *folder;
  const struct ci_tools *tools;
  ci_record *record;
  struct server *server; /* that was started for it */
};
int ci_ask(const struct ci_question *q, struct ci_answer *out, struct err *e);
void ci_answer_free(struct ci_answer *a);

#endif
