/* SPDX-License-Identifier: MIT
 * Messages of the Model Context Protocol; see ask.h.  The tool `echo` tells
 * its progress, once a token, and answers. */
#include "answers/ask.h"
#include "answers/mcp.h"

#define SPOILT_STEP 1

static const char *name_of(const struct answer_ask *a, uint32_t at)
{
  return a->spoilt == BREAK_NAME && at == SPOILT_STEP + 1 ? "mcp" : "message";
}

/* What stands before the data of an event. */
static void begin(const struct answer_ask *a, uint32_t at, struct buf *out)
{
  buf_addf(out, "event: %s\n", name_of(a, at));
  if(!a->mcp.later || a->spoilt == BREAK_IDS) {
    buf_adds(out, "id: ");
    mcp_event_id(a, at, out);
    buf_addc(out, '\n');
  }
  buf_adds(out, "data: ");
}

static void write_prime(const struct answer_ask *a, struct buf *out)
{
  if(a->mcp.later || a->spoilt == BREAK_PRIME)
    return;
  buf_adds(out, "id: ");
  mcp_event_id(a, 0, out);
  buf_adds(out, "\nretry: 1000\ndata:\n\n");
}

static void write_step(const struct answer_ask *a, uint32_t at,
                       struct buf *out)
{
  bool spoilt = at == SPOILT_STEP + 1;
  begin(a, at, out);
  buf_addf(out,
           "{\"jsonrpc\":\"%s\",\"method\":\"notifications/progress\","
           "\"params\":{\"progressToken\":%s,\"progress\":%u,\"total\":%u}%s"
           "\n\n",
           spoilt && a->spoilt == BREAK_JSONRPC ? "1.0" : "2.0", a->mcp.token,
           at, a->tokens, spoilt && a->spoilt == BREAK_JSON ? "" : "}");
  if(spoilt && a->spoilt == BREAK_REQUEST)
    buf_adds(out, "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"method\":"
                  "\"roots/list\"}\n\n");
}

static const char *result_of(const struct answer_ask *a)
{
  switch(a->mcp.method) {
  case MCP_TOOLS:
    return "\"tools\":[{\"name\":\"echo\",\"description\":\"Tells its "
           "progress and says hello\",\"inputSchema\":{\"type\":\"object\"}}]";
  case MCP_CALL:
    return "\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]";
  case MCP_DISCOVER:
    return "\"supportedVersions\":[\"" MCP_LATER "\"],\"capabilities\":"
           "{\"tools\":{}},\"serverInfo\":{\"name\":\"weir-server\","
           "\"version\":\"" WEIR_VERSION "\"}";
  default:
    return "";
  }
}

static void write_result(const struct answer_ask *a, struct buf *out)
{
  const char *rest = result_of(a);
  bool typed = a->mcp.later && a->spoilt != BREAK_RESULT_TYPE;
  if(a->mcp.method == MCP_INITIALIZE) {
    buf_addf(out,
             "\"protocolVersion\":\"%s\",\"capabilities\":{\"tools\":{}},"
             "\"serverInfo\":{\"name\":\"weir-server\",\"version\":\"%s\"}",
             a->mcp.protocol, WEIR_VERSION);
    return;
  }
  buf_addf(out, "%s%s%s", typed ? "\"resultType\":\"complete\"" : "",
           typed && *rest ? "," : "", rest);
}

void mcp_response(const struct answer_ask *a, struct buf *out)
{
  bool fails = a->spoilt == BREAK_FAILED || a->spoilt == BREAK_INIT;
  buf_addf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,",
           a->spoilt == BREAK_ECHO ? "\"another\"" : a->mcp.id);
  if(a->mcp.method == MCP_OTHER || fails) {
    buf_adds(out, fails ? "\"error\":{\"code\":-32603,\"message\":\"as asked "
                          "for\"}}"
                        : "\"error\":{\"code\":-32601,\"message\":\"there is "
                          "no such method\"}}");
    return;
  }
  buf_adds(out, "\"result\":{");
  write_result(a, out);
  buf_adds(out, "}}");
}

static void write_end(const struct answer_ask *a, uint32_t at, struct buf *out)
{
  if(a->spoilt == BREAK_DONE)
    return;
  begin(a, at, out);
  mcp_response(a, out);
  buf_adds(out, "\n\n");
  if(a->spoilt != BREAK_ORDER)
    return;
  buf_adds(out, "data: {\"jsonrpc\":\"2.0\",\"method\":"
                "\"notifications/message\",\"params\":{\"level\":\"info\","
                "\"data\":\"late\"}}\n\n");
}

static enum speech_kind write_event(const struct answer_ask *a, uint32_t at,
                                    struct buf *out)
{
  if(at == 0) {
    write_prime(a, out);
    return SPEECH_LEAD;
  }
  if(at <= a->tokens) {
    write_step(a, at, out);
    return SPEECH_TOKEN;
  }
  if(at > a->tokens + 1)
    return SPEECH_OVER;
  write_end(a, at, out);
  return SPEECH_TAIL;
}

const struct speech speech_mcp = {"mcp", 1, write_event};
