/* SPDX-License-Identifier: MIT
 * What a request asks of an answer that is streamed: how much of it, when, and
 * what is wrong with it.  Pure.
 *
 * In the query: ttft, itl (times; the first token, and each one behind it),
 * lead (when what comes before tokens does), tail (between the last token and
 * the end), jitter (0..1, of itl), tokens, per (tokens in one event), think
 * (tokens of thinking before), tool (1: a call of a tool at the end), break
 * (a fault), status and share (that part of the requests gets that status). */
#ifndef WEIR_SERVER_ANSWERS_ASK_H
#define WEIR_SERVER_ANSWERS_ASK_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define ANSWER_TOKENS_MAX 100000u
#define ANSWER_MODEL_MAX  64

/* X(enumerator, "name", what is wrong) */
#define BREAK_LIST(X)                                                         \
  X(BREAK_NOTHING, "nothing", "nothing is")                                   \
  X(BREAK_JSON, "json", "one event is no JSON")                               \
  X(BREAK_EMPTY, "empty", "one event has no data in it")                      \
  X(BREAK_CHOICES, "choices", "one chunk has no choices")                     \
  X(BREAK_INDEX, "index", "one piece has no index, or a wrong one")           \
  X(BREAK_ORDER, "order", "a piece comes where none may")                     \
  X(BREAK_AFTER_FINISH, "after-finish", "pieces follow a finish_reason")      \
  X(BREAK_FINISH, "finish", "nobody says why it ends")                        \
  X(BREAK_TRUNCATED, "truncated", "it ends in the middle")                    \
  X(BREAK_FAILED, "failed", "it ends with an error")                          \
  X(BREAK_DONE, "done", "the last event is missing")                          \
  X(BREAK_USAGE, "usage", "usage is missing")                                 \
  X(BREAK_FINISH_NULL, "finish-null", "finish_reason is absent, not null")    \
  X(BREAK_OBJECT, "object", "one chunk calls itself something else")          \
  X(BREAK_SAME, "same", "the id changes")                                     \
  X(BREAK_NAME, "name", "one event has another name")                         \
  X(BREAK_TOOL_INDEX, "tool-index", "a piece of a call has no index")         \
  X(BREAK_TOOL_JSON, "tool-json", "a call's arguments are no JSON")           \
  X(BREAK_ENDS, "ends", "the body stays open for 3 s behind the end")         \
  X(BREAK_TWICE, "twice", "it begins twice")                                  \
  X(BREAK_LATE_BLOCK, "late-block", "a block follows the reason to stop")     \
  X(BREAK_CUT, "cut", "the connection is reset in the middle")                \
  X(BREAK_STALL, "stall", "nothing more comes in the middle")

enum answer_break {
#define X(id, name, doc) id,
  BREAK_LIST(X)
#undef X
      BREAKS
};

struct answer_ask {
  uint64_t lead_ns, ttft_ns, itl_ns, tail_ns;
  double jitter, share;
  uint32_t tokens, per, think;
  bool tool, usage;
  int status; /* 0: an answer */
  enum answer_break spoilt;
  char model[ANSWER_MODEL_MAX + 1];
  uint64_t number; /* of the answer */
  uint64_t seed;
};

/* answer_read takes the query, and of a JSON body model, max_tokens and
 * stream_options.include_usage.  0, or E_* with a sentence for the client. */
int answer_read(struct answer_ask *a, struct slice query, struct slice body,
                struct err *e);
/* Of tokens; what they are is the kind of event. */
uint32_t answer_token_events(const struct answer_ask *a);
/* answer_spread is the time of the k-th token event (from 0) after the
 * request. */
uint64_t answer_due_ns(const struct answer_ask *a, uint32_t k);
/* answer_draws: whether this request gets the status. */
bool answer_refuses(const struct answer_ask *a);

/* How an API speaks, event by event. */
enum speech_kind { SPEECH_LEAD, SPEECH_TOKEN, SPEECH_TAIL, SPEECH_OVER };

struct speech {
  const char *name;
  uint32_t leads; /* events before the first token */
  /* Appends the event `at` (from 0) and says what it is; SPEECH_OVER and
   * nothing behind the last. */
  enum speech_kind (*write)(const struct answer_ask *a, uint32_t at,
                            struct buf *out);
};

extern const struct speech speech_openai_chat;
extern const struct speech speech_openai_responses;
extern const struct speech speech_anthropic;

#endif
