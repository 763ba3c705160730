/* SPDX-License-Identifier: MIT
 * Events of the Messages API; see ask.h.  A text block, and with a tool a
 * second one that calls it. */
#include <stdio.h>

#include "answers/ask.h"

#define SPOILT_DELTA 1

static void begin(struct buf *out, const char *type)
{
  buf_addf(out, "event: %s\ndata: {\"type\":\"%s\"", type, type);
}

static void write_start(const struct answer_ask *a, struct buf *out)
{
  int i, times = a->spoilt == BREAK_TWICE ? 2 : 1;
  if(a->spoilt == BREAK_ORDER)
    buf_adds(out, "event: content_block_delta\ndata: {\"type\":"
                  "\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
                  "\"text_delta\",\"text\":\"!\"}}\n\n");
  for(i = 0; i < times; i++) {
    begin(out, "message_start");
    buf_addf(out,
             ",\"message\":{\"id\":\"msg_%llu\",\"type\":\"message\","
             "\"role\":\"assistant\",\"model\":\"%s\",\"content\":[],"
             "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"
             "{\"input_tokens\":9,\"output_tokens\":1}}}\n\n",
             (unsigned long long)a->number, a->model);
  }
}

static void write_block(uint32_t index, const char *block, struct buf *out)
{
  begin(out, "content_block_start");
  buf_addf(out, ",\"index\":%u,\"content_block\":{%s}}\n\n", index, block);
}

static void write_delta(uint32_t index, const char *delta, struct buf *out)
{
  begin(out, "content_block_delta");
  buf_addf(out, ",\"index\":%u,\"delta\":{%s}}\n\n", index, delta);
}

static void write_stop(uint32_t index, struct buf *out)
{
  begin(out, "content_block_stop");
  buf_addf(out, ",\"index\":%u}\n\n", index);
}

/* The number of the text's block; a call's is the next one. */
static uint32_t text_index(const struct answer_ask *a)
{
  return a->spoilt == BREAK_INDEX ? 1 : 0;
}

static void write_text_start(const struct answer_ask *a, struct buf *out)
{
  write_block(text_index(a), "\"type\":\"text\",\"text\":\"\"", out);
  begin(out, "ping");
  buf_adds(out, "}\n\n");
}

static void write_extra(const struct answer_ask *a, struct buf *out)
{
  if(a->spoilt == BREAK_JSON)
    buf_adds(out, "event: content_block_delta\ndata: {\"type\":\n\n");
  if(a->spoilt == BREAK_NAME)
    buf_adds(out, "data: {\"type\":\"ping\"}\n\n");
}

static void write_text(const struct answer_ask *a, uint32_t k, struct buf *out)
{
  uint32_t i, first = k * a->per;
  struct buf delta;
  buf_init(&delta, 0);
  if(k == SPOILT_DELTA)
    write_extra(a, out);
  buf_adds(&delta, "\"type\":\"text_delta\",\"text\":\"");
  for(i = 0; i < a->per && first + i < a->think + a->tokens; i++)
    buf_addf(&delta, "%s%u", first + i ? " w" : "w", first + i);
  buf_addc(&delta, '"');
  write_delta(text_index(a), buf_text(&delta), out);
  buf_free(&delta);
}

/* The first part of a call closes the text before it. */
static void write_call(const struct answer_ask *a, uint32_t part,
                       struct buf *out)
{
  static const char *const text[] = {"{", "\\\"at\\\":", "1}"};
  struct buf delta;
  if(part == 0) {
    write_stop(text_index(a), out);
    write_block(text_index(a) + 1,
                "\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"look\","
                "\"input\":{}",
                out);
  }
  buf_init(&delta, 0);
  buf_addf(&delta, "\"type\":\"input_json_delta\",\"partial_json\":\"%s\"",
           part == 2 && a->spoilt == BREAK_TOOL_JSON ? text[1] : text[part]);
  write_delta(text_index(a) + 1, buf_text(&delta), out);
  buf_free(&delta);
}

static void write_reason(const struct answer_ask *a, struct buf *out)
{
  uint32_t index = text_index(a) + (a->tool ? 1 : 0);
  if(a->spoilt == BREAK_FINISH)
    return;
  write_stop(index, out);
  begin(out, "message_delta");
  buf_addf(out,
           ",\"delta\":{\"stop_reason\":\"%s\",\"stop_sequence\":null},"
           "\"usage\":{\"output_tokens\":%u}}\n\n",
           a->tool ? "tool_use" : "end_turn",
           a->tokens + a->think + (a->tool ? 3 : 0));
  if(a->spoilt == BREAK_LATE_BLOCK) {
    write_block(index + 1, "\"type\":\"text\",\"text\":\"\"", out);
    write_stop(index + 1, out);
  }
}

static void write_end(const struct answer_ask *a, struct buf *out)
{
  if(a->spoilt == BREAK_FAILED)
    buf_adds(out, "event: error\ndata: {\"type\":\"error\",\"error\":"
                  "{\"type\":\"overloaded_error\",\"message\":"
                  "\"Overloaded\"}}\n\n");
  else if(a->spoilt != BREAK_DONE) {
    begin(out, "message_stop");
    buf_adds(out, "}\n\n");
  }
}

static enum speech_kind write_event(const struct answer_ask *a, uint32_t at,
                                    struct buf *out)
{
  uint32_t tokens = answer_token_events(a), texts = tokens - (a->tool ? 3 : 0);
  if(at <= 1) {
    if(at == 0)
      write_start(a, out);
    else
      write_text_start(a, out);
    return SPEECH_LEAD;
  }
  at -= 2;
  if(at < texts)
    write_text(a, at, out);
  else if(at < tokens)
    write_call(a, at - texts, out);
  else if(at == tokens)
    write_reason(a, out);
  else if(at == tokens + 1)
    write_end(a, out);
  else
    return SPEECH_OVER;
  return at < tokens ? SPEECH_TOKEN : SPEECH_TAIL;
}

const struct speech speech_anthropic = {"anthropic", 2, write_event};
