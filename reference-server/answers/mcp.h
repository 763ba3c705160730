/* SPDX-License-Identifier: MIT
 * Private to the files of /mcp. */
#ifndef WEIR_SERVER_ANSWERS_MCP_H
#define WEIR_SERVER_ANSWERS_MCP_H
#include "answers/ask.h"

struct conn;
struct session;

/* mcp_response appends the message that answers a request, as JSON. */
void mcp_response(const struct answer_ask *a, struct buf *out);
/* mcp_refuse answers with a status and a JSON-RPC error. */
void mcp_refuse(struct conn *c, int status, int code, const char *text);
/* mcp_listen answers a GET: what the server says of itself.  s may be NULL:
 * no session is kept. */
void mcp_listen(struct conn *c, const struct answer_ask *a, struct session *s);

#endif
