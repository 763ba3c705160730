/* SPDX-License-Identifier: MIT
 * A request of the Model Context Protocol, as the body says it, and the ids of
 * the events that answer it: each tells all that it takes to go on behind it.
 * Pure. */
#ifndef WEIR_SERVER_ANSWERS_MCP_ASK_H
#define WEIR_SERVER_ANSWERS_MCP_ASK_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define MCP_TEXT_MAX  64 /* bytes of an id or token as JSON */
#define MCP_NOW       "2025-11-25"
#define MCP_LATER     "2026-07-28"
#define MCP_EVENT_MAX 512 /* bytes of an event's id */

/* X(enumerator, method) */
#define MCP_METHOD_LIST(X)                                                    \
  X(MCP_INITIALIZE, "initialize")                                             \
  X(MCP_DISCOVER, "server/discover")                                          \
  X(MCP_PING, "ping")                                                         \
  X(MCP_TOOLS, "tools/list")                                                  \
  X(MCP_CALL, "tools/call")

enum mcp_method {
#define X(id, text) id,
  MCP_METHOD_LIST(X)
#undef X
      MCP_OTHER
};

struct mcp_ask {
  enum mcp_method method;
  bool notifies; /* it wants no answer */
  bool later;    /* 2026-07-28: no sessions, no event ids */
  char id[MCP_TEXT_MAX + 1], token[MCP_TEXT_MAX + 1]; /* as JSON; "" none */
  char protocol[16];
  uint64_t asked_ns;
};

/* mcp_read takes a body.  E_SYNTAX with a sentence where it is no single
 * JSON-RPC message, E_TOO_LONG where its id or token is. */
int mcp_read(struct mcp_ask *m, struct slice body, struct err *e);
/* mcp_knows: one of the revisions that are spoken. */
bool mcp_knows(struct slice protocol);

struct answer_ask;

/* mcp_event_id appends the id of the event `at`; mcp_resume takes one in: what
 * it answers, and from which event on.  E_SYNTAX where it is none. */
void mcp_event_id(const struct answer_ask *a, uint32_t at, struct buf *out);
int mcp_resume(struct answer_ask *a, struct slice id, uint32_t *from);

#endif
