/* SPDX-License-Identifier: MIT
 * Events of the Responses API; see ask.h.  One message with one text. */
#include <stdio.h>

#include "answers/ask.h"

#define LEADS     4
#define SPOILT_AT (LEADS + 1) /* the second delta */
#define RESPONSE                                                              \
  "\"response\":{\"id\":\"resp_%llu%s\",\"object\":\"response\","             \
  "\"created_at\":1700000000,\"model\":\"%s\","                               \
  "\"parallel_tool_calls\":true,\"tool_choice\":\"auto\","                    \
  "\"tools\":[],\"status\":\"%s\",\"output\":["

/* The name, and the data up to what is its own. */
static void begin(const struct answer_ask *a, struct buf *out,
                  const char *type, uint32_t seq)
{
  bool spoilt = seq == SPOILT_AT;
  if(!spoilt || a->spoilt != BREAK_NAME)
    buf_addf(out, "event: %s\n", type);
  buf_addf(out, "data: {\"type\":\"%s\",\"sequence_number\":%u,", type,
           spoilt && a->spoilt == BREAK_INDEX ? 1 : seq);
}

static void add_item(const struct answer_ask *a, struct buf *out,
                     const char *status)
{
  buf_addf(out,
           "\"id\":\"msg_%llu\",\"type\":\"message\",\"role\":\"assistant\","
           "\"status\":\"%s\"",
           (unsigned long long)a->number, status);
}

/* What all deltas say together: a word each. */
static void add_text(const struct answer_ask *a, struct buf *out)
{
  uint32_t i, n = answer_token_events(a);
  for(i = 0; i < n; i++)
    buf_addf(out, "%sw%u", i ? " " : "", i);
}

static void write_response(const struct answer_ask *a, struct buf *out,
                           const char *type, uint32_t seq)
{
  bool over = seq > LEADS;
  uint32_t n = a->tokens + a->think;
  begin(a, out, type, seq);
  buf_addf(out, RESPONSE, (unsigned long long)a->number,
           over && a->spoilt == BREAK_SAME ? "-b" : "", a->model,
           over ? "completed" : "in_progress");
  if(over && a->spoilt != BREAK_EMPTY) {
    buf_addc(out, '{');
    add_item(a, out, "completed");
    buf_adds(out, ",\"content\":[{\"type\":\"output_text\",\"annotations\":"
                  "[],\"text\":\"");
    add_text(a, out);
    buf_adds(out, "\"}]}");
  }
  buf_adds(out, "],\"usage\":");
  if(over && a->spoilt != BREAK_USAGE)
    buf_addf(out,
             "{\"input_tokens\":9,\"input_tokens_details\":{"
             "\"cached_tokens\":0},\"output_tokens\":%u,"
             "\"output_tokens_details\":{\"reasoning_tokens\":0},"
             "\"total_tokens\":%u}",
             n, n + 9);
  else
    buf_adds(out, "null");
  buf_adds(out, "}}\n\n");
}

static void write_lead(const struct answer_ask *a, uint32_t at,
                       struct buf *out)
{
  if(at == 0)
    write_response(
        a, out,
        a->spoilt == BREAK_ORDER ? "response.queued" : "response.created", at);
  else if(at == 1)
    write_response(a, out, "response.in_progress", at);
  else if(at == 2) {
    begin(a, out, "response.output_item.added", at);
    buf_adds(out, "\"output_index\":0,\"item\":{");
    add_item(a, out, "in_progress");
    buf_adds(out, ",\"content\":[]}}\n\n");
  } else {
    begin(a, out, "response.content_part.added", at);
    buf_addf(out,
             "\"output_index\":0,\"content_index\":0,\"item_id\":"
             "\"msg_%llu\",\"part\":{\"type\":\"output_text\","
             "\"annotations\":[],\"text\":\"\"}}\n\n",
             (unsigned long long)a->number);
  }
}

static void write_delta(const struct answer_ask *a, uint32_t k,
                        struct buf *out)
{
  if(k == 1 && a->spoilt == BREAK_JSON)
    buf_adds(out, "event: response.output_text.delta\ndata: {\n\n");
  begin(a, out, "response.output_text.delta", LEADS + k);
  buf_addf(out,
           "\"output_index\":%u,\"content_index\":0,\"item_id\":\"msg_%llu\","
           "\"logprobs\":[],\"delta\":\"",
           k == 1 && a->spoilt == BREAK_TOOL_INDEX ? 1u : 0u,
           (unsigned long long)a->number);
  buf_addf(out, "%sw%u\"}\n\n", k ? " " : "", k);
}

static void write_done(const struct answer_ask *a, uint32_t seq,
                       struct buf *out)
{
  begin(a, out, "response.output_item.done", seq);
  buf_adds(out, "\"output_index\":0,\"item\":{");
  add_item(a, out, "completed");
  buf_adds(out, ",\"content\":[{\"type\":\"output_text\",\"annotations\":[],"
                "\"text\":\"");
  add_text(a, out);
  buf_adds(out, "\"}]}}\n\n");
}

static void write_end(const struct answer_ask *a, uint32_t seq,
                      struct buf *out)
{
  if(a->spoilt == BREAK_FAILED) {
    begin(a, out, "error", seq);
    buf_adds(out, "\"code\":\"server_error\",\"message\":\"overloaded\","
                  "\"param\":null}\n\n");
  } else if(a->spoilt != BREAK_DONE)
    write_response(a, out, "response.completed", seq);
}

static enum speech_kind write_event(const struct answer_ask *a, uint32_t at,
                                    struct buf *out)
{
  uint32_t tokens = answer_token_events(a);
  if(at < LEADS)
    write_lead(a, at, out);
  else if(at < LEADS + tokens)
    write_delta(a, at - LEADS, out);
  else if(at == LEADS + tokens)
    write_done(a, at, out);
  else if(at == LEADS + tokens + 1)
    write_end(a, at, out);
  else
    return SPEECH_OVER;
  return at < LEADS            ? SPEECH_LEAD
         : at < LEADS + tokens ? SPEECH_TOKEN
                               : SPEECH_TAIL;
}

const struct speech speech_openai_responses = {"openai-responses", LEADS,
                                               write_event};
