/* SPDX-License-Identifier: MIT
 * Requests of the Model Context Protocol; see mcp_ask.h. */
#include "answers/mcp_ask.h"

#include <string.h>

#include "answers/ask.h"
#include "base/json.h"
#include "base/units.h"

static const char *const METHOD[] = {
#define X(id, text) text,
    MCP_METHOD_LIST(X)
#undef X
};

/* A number or a text, as JSON again. */
static int take_json(const json_t *v, char out[MCP_TEXT_MAX + 1])
{
  struct buf text;
  int rc = 0;
  out[0] = '\0';
  if(!json_is_string(v) && !json_is_integer(v))
    return 0;
  buf_init(&text, 0);
  if(json_is_string(v))
    rc = json_quote(&text, slice_of(json_string_value(v)));
  else
    rc = buf_addf(&text, "%lld", (long long)json_integer_value(v));
  if(!rc && text.n > MCP_TEXT_MAX)
    rc = E_TOO_LONG;
  if(!rc)
    memcpy(out, buf_text(&text), text.n + 1);
  buf_free(&text);
  return rc;
}

static enum mcp_method method_of(const char *text)
{
  int i;
  for(i = 0; i < MCP_OTHER && strcmp(text, METHOD[i]) != 0; i++)
    continue;
  return (enum mcp_method)i;
}

static int take(struct mcp_ask *m, json_t *root, struct err *e)
{
  const char *method = json_string_value(json_object_get(root, "method"));
  const char *rpc = json_string_value(json_object_get(root, "jsonrpc"));
  const char *protocol =
      json_string_value(json_pointer_get(root, "/params/protocolVersion"));
  bool answers =
      json_object_get(root, "result") || json_object_get(root, "error");
  if(!json_is_object(root) || !rpc || strcmp(rpc, "2.0") != 0 ||
     (!method && !answers))
    return err_set(e, E_SYNTAX, "this is no JSON-RPC 2.0 message");
  m->method = method ? method_of(method) : MCP_OTHER;
  if(take_json(json_object_get(root, "id"), m->id) ||
     take_json(json_pointer_get(root, "/params/_meta/progressToken"),
               m->token))
    return err_set(e, E_TOO_LONG, "an id has at most %d bytes", MCP_TEXT_MAX);
  m->notifies = !method || !m->id[0];
  memcpy(m->protocol, MCP_NOW, sizeof(MCP_NOW));
  if(protocol && mcp_knows(slice_of(protocol)))
    memcpy(m->protocol, protocol, strlen(protocol) + 1);
  return 0;
}

int mcp_read(struct mcp_ask *m, struct slice body, struct err *e)
{
  json_t *root = json_parse(body, "body", e);
  int rc;
  memset(m, 0, sizeof(*m));
  if(!root)
    return E_SYNTAX;
  rc = take(m, root, e);
  json_decref(root);
  return rc;
}

bool mcp_knows(struct slice protocol)
{
  static const char *const known[] = {"2024-11-05", "2025-03-26", "2025-06-18",
                                      MCP_NOW, MCP_LATER};
  size_t i;
  for(i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if(slice_eq_cstr(protocol, known[i]))
      return true;
  }
  return false;
}

/* Ids of events: NUMBER.ASKED.TOKENS.ITL.AT.ID.TOKEN, the last two as
 * hexadecimal digits of their JSON. */

static void add_hex(struct buf *out, const char *text)
{
  for(; *text; text++)
    buf_addf(out, "%02x", (unsigned char)*text);
}

void mcp_event_id(const struct answer_ask *a, uint32_t at, struct buf *out)
{
  buf_addf(out, "%llu.%llu.%u.%llu.%u.", (unsigned long long)a->number,
           (unsigned long long)a->mcp.asked_ns, a->tokens,
           (unsigned long long)a->itl_ns, a->spoilt == BREAK_ID_SAME ? 0 : at);
  add_hex(out, a->mcp.id);
  buf_addc(out, '.');
  add_hex(out, a->mcp.token);
}

static int take_hex(struct slice text, char out[MCP_TEXT_MAX + 1])
{
  size_t i;
  if(text.n % 2 || text.n / 2 > MCP_TEXT_MAX)
    return E_SYNTAX;
  for(i = 0; i < text.n; i += 2) {
    int high = units_hex(text.p[i]), low = units_hex(text.p[i + 1]);
    if(high < 0 || low < 0 || high * 16 + low < ' ')
      return E_SYNTAX;
    out[i / 2] = (char)(high * 16 + low);
  }
  out[text.n / 2] = '\0';
  return 0;
}

int mcp_resume(struct answer_ask *a, struct slice id, uint32_t *from)
{
  uint64_t number[5];
  size_t i;
  for(i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
    if(units_count(slice_cut(&id, '.'), &number[i]))
      return E_SYNTAX;
  }
  if(number[2] > ANSWER_TOKENS_MAX || number[4] > number[2] + 1)
    return E_SYNTAX;
  a->number = number[0];
  a->mcp.asked_ns = number[1];
  a->tokens = (uint32_t)number[2];
  a->itl_ns = number[3];
  *from = (uint32_t)number[4] + 1;
  a->mcp.method = MCP_CALL;
  return take_hex(slice_cut(&id, '.'), a->mcp.id) || take_hex(id, a->mcp.token)
             ? E_SYNTAX
             : 0;
}
