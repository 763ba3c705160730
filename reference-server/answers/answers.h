/* SPDX-License-Identifier: MIT
 * Requests that a stream answers, as a model's API has them; what is asked for
 * stands in the query (ask.h). */
#ifndef WEIR_SERVER_ANSWERS_ANSWERS_H
#define WEIR_SERVER_ANSWERS_ANSWERS_H
#include "base/slice.h"

struct conn;

/* POST /v1/chat/completions, /v1/responses and /v1/messages. */
void answers_openai_chat(struct conn *c, struct slice rest,
                         struct slice query);
void answers_openai_responses(struct conn *c, struct slice rest,
                              struct slice query);
void answers_anthropic(struct conn *c, struct slice rest, struct slice query);

/* POST, GET and DELETE /mcp: a server of the Model Context Protocol. */
void answers_mcp(struct conn *c, struct slice rest, struct slice query);
/* The fault of serving whoever asks is in the query. */
bool answers_mcp_takes_any_origin(struct slice query);

#endif
