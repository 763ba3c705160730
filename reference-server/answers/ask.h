/* SPDX-License-Identifier: MIT
 * What a request asks of an answer that is streamed: how much of it, when, and
 * what is wrong with it.  Pure.
 *
 * In the query: ttft, itl (times; the first token, and each one behind it),
 * lead (when what comes before tokens does), tail (between the last token and
 * the end), jitter (0..1, of itl), tokens, per (tokens in one event), think
 * (tokens of thinking before), tool (1: a call of a tool at the end), break
 * (a fault), status and share (that part of the requests gets that status),
 * slots (answers at a time; more get 503) and pool (which of them counts). */
#ifndef WEIR_SERVER_ANSWERS_ASK_H
#define WEIR_SERVER_ANSWERS_ASK_H
#include <stdbool.h>
#include <stdint.h>

#include "answers/mcp_ask.h"
#include "base/buf.h"
#include "base/err.h"

#define ANSWER_TOKENS_MAX 100000u
#define ANSWER_MODEL_MAX  64
#define ANSWER_POOL_MAX   31

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
  X(BREAK_STALL, "stall", "nothing more comes in the middle")                 \
  X(BREAK_SLOT, "slot", "where its reader leaves, its slot stays taken")      \
  X(BREAK_ECHO, "echo", "MCP: the answer has another id")                     \
  X(BREAK_JSONRPC, "jsonrpc", "MCP: one message says jsonrpc 1.0")            \
  X(BREAK_PRIME, "prime", "MCP: no empty event comes first")                  \
  X(BREAK_ID_SAME, "id-same", "MCP: all events have one id")                  \
  X(BREAK_REQUEST, "request", "MCP: the server asks something itself")        \
  X(BREAK_IDS, "ids", "MCP 2026-07-28: events have ids")                      \
  X(BREAK_RESULT_TYPE, "result-type", "MCP 2026-07-28: no resultType")        \
  X(BREAK_ACCEL, "accel", "no X-Accel-Buffering in the head")                 \
  X(BREAK_INIT, "init", "MCP: initialize is answered by an error")            \
  X(BREAK_SESSION_FORM, "session-form", "MCP: a space in the session's id")   \
  X(BREAK_NOTIFIED, "notified", "MCP: a notification gets 200 and a body")    \
  X(BREAK_NO_SESSION, "no-session", "MCP: requests without a session pass")   \
  X(BREAK_VERSION, "version", "MCP: any protocol version is served")          \
  X(BREAK_ORIGIN, "origin", "MCP: any Origin is served")                      \
  X(BREAK_GET, "get", "MCP: GET is answered 200 with text")                   \
  X(BREAK_GET_ANSWERS, "get-answers", "MCP: GET brings an answer to a call")  \
  X(BREAK_BROADCAST, "broadcast", "MCP: progress comes on GET's stream, too") \
  X(BREAK_GET_AGAIN, "get-again",                                             \
    "MCP: for a minute no second GET is let in")                              \
  X(BREAK_FOREIGN, "foreign", "MCP: a resumed stream has another's message")  \
  X(BREAK_REPLAY, "replay", "MCP: a resumed stream brings nothing")           \
  X(BREAK_DELETE, "delete", "MCP: DELETE is answered 500")                    \
  X(BREAK_UNDEAD, "undead", "MCP: a deleted session is served on")

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
  uint32_t slots; /* 0: any number */
  char pool[ANSWER_POOL_MAX + 1];
  struct mcp_ask mcp; /* of /mcp alone */
  uint64_t number;    /* of the answer */
  uint64_t seed;
};

/* answer_read takes the query, and of a JSON body model, max_tokens and
 * stream_options.include_usage.  0, or E_* with a sentence for the client. */
int answer_read(struct answer_ask *a, struct slice query, struct slice body,
                struct err *e);
/* Of tokens; what they are is the kind of event. */
uint32_t answer_token_events(const struct answer_ask *a);
/* answer_due_ns is the time of the k-th token event (from 0) after the
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
extern const struct speech speech_mcp;

#endif
