/* SPDX-License-Identifier: MIT
 * What became of one request.  Pure. */
#ifndef WEIR_REQUESTS_JUDGE_H
#define WEIR_REQUESTS_JUDGE_H
#include "content/grammar.h"
#include "metrics/snapshot.h"

/* X(enumerator, its counter, cause, sentence).  Each request is of one. */
#define REQUEST_RESULT_LIST(X)                                                \
  X(RESULT_COMPLETED, C_COMPLETED, "completed", "it ended as it should")      \
  X(RESULT_RATE_LIMITED, C_RATE_LIMITED, "rate-limited",                      \
    "it was told to come later")                                              \
  X(RESULT_HTTP_ERROR, C_HTTP_ERRORS, "http-error",                           \
    "it was answered, but not by an event stream")                            \
  X(RESULT_UNANSWERED, C_UNANSWERED, "unanswered", "it got no answer")        \
  X(RESULT_ERROR_EVENT, C_ERROR_EVENTS, "error-event",                        \
    "the server said that it failed")                                         \
  X(RESULT_TRUNCATED, C_TRUNCATED, "truncated",                               \
    "the answer ended in the middle")                                         \
  X(RESULT_UNMARKED, C_UNMARKED, "no-end-marker",                             \
    "the answer was whole, but the end marker is missing")                    \
  X(RESULT_DISORDERED, C_DISORDERED, "wrong-order",                           \
    "an event came where the protocol allows none of it")                     \
  X(RESULT_STALLED, C_STALLED, "stalled",                                     \
    "nothing more came, and weir gave it up")                                 \
  X(RESULT_CANCELLED, C_CANCELLED, "cancelled", "the run ended before it did")

enum request_result {
#define X(name, counter, cause, sentence) name,
  REQUEST_RESULT_LIST(X)
#undef X
      REQUEST_RESULTS
};

/* How it went. */
struct request_course {
  int status;           /* of the answer; 0: none came */
  bool stream;          /* it was an event stream */
  bool clean;           /* the body ended properly */
  bool marked;          /* the protocol's end marker came */
  bool disordered;      /* an event came where none of it may */
  bool stalled;         /* given up by weir */
  bool cancelled;       /* ended by weir with the run */
  enum outcome outcome; /* what the end means to the grammar */
};

enum request_result request_judge(const struct request_course *c);
enum counter request_result_counter(enum request_result r);
const char *request_result_cause(enum request_result r);
const char *request_result_sentence(enum request_result r);
/* request_result_failed: of those that went wrong; neither completed, nor
 * rate-limited, nor weir's own doing. */
bool request_result_failed(enum request_result r);

#endif
