/* SPDX-License-Identifier: MIT
 * What became of a request; see judge.h. */
#include "requests/judge.h"

static const struct {
  enum counter counter;
  const char *cause, *sentence;
} rows[] = {
#define X(name, counter, cause, sentence) {counter, cause, sentence},
    REQUEST_RESULT_LIST(X)
#undef X
};

/* What stands in the answer goes before how it came to its end: an error that
 * was told is none the less one where the connection broke behind it. */
static enum request_result judge_stream(const struct request_course *c)
{
  if(c->outcome == OUTCOME_ERROR)
    return RESULT_ERROR_EVENT;
  if(c->disordered)
    return RESULT_DISORDERED;
  if(c->stalled)
    return RESULT_STALLED;
  if(!c->clean && !c->marked)
    return RESULT_TRUNCATED;
  if(c->outcome == OUTCOME_OK)
    return RESULT_COMPLETED;
  return c->outcome == OUTCOME_UNMARKED ? RESULT_UNMARKED : RESULT_TRUNCATED;
}

enum request_result request_judge(const struct request_course *c)
{
  if(c->cancelled)
    return RESULT_CANCELLED;
  if(!c->status)
    return c->stalled ? RESULT_STALLED : RESULT_UNANSWERED;
  if(c->status == 429 || c->status == 503)
    return RESULT_RATE_LIMITED;
  return c->stream ? judge_stream(c) : RESULT_HTTP_ERROR;
}

enum counter request_result_counter(enum request_result r)
{
  return rows[r].counter;
}

const char *request_result_cause(enum request_result r)
{
  return rows[r].cause;
}

const char *request_result_sentence(enum request_result r)
{
  return rows[r].sentence;
}

bool request_result_failed(enum request_result r)
{
  return r != RESULT_COMPLETED && r != RESULT_RATE_LIMITED &&
         r != RESULT_CANCELLED;
}
