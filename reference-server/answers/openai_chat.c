/* SPDX-License-Identifier: MIT
 * Chat completion chunks; see ask.h.  Faults are committed in the second
 * content chunk, or where they belong. */
#include <stdio.h>

#include "answers/ask.h"

#define SPOILT_CHUNK 1

/* What one chunk is made of. */
struct chunk {
  const char *index, *delta, *finish;
  bool spoilt; /* the fault, if it is one of a chunk, is in this one */
};

static void begin(const struct answer_ask *a, struct buf *out, bool spoilt)
{
  bool object = spoilt && a->spoilt == BREAK_OBJECT;
  if(spoilt && a->spoilt == BREAK_NAME)
    buf_adds(out, "event: chunk\n");
  buf_addf(out,
           "data: {\"id\":\"chatcmpl-%llu%s\",\"object\":\"%s\","
           "\"created\":1700000000,\"model\":\"%s\"",
           (unsigned long long)a->number,
           spoilt && a->spoilt == BREAK_SAME ? "-b" : "",
           object ? "chat.completion" : "chat.completion.chunk", a->model);
}

static void write_chunk(const struct answer_ask *a, const struct chunk *c,
                        struct buf *out)
{
  begin(a, out, c->spoilt);
  buf_addf(out, ",\"choices\":[{%s\"delta\":{%s}%s}]}\n\n",
           c->spoilt && a->spoilt == BREAK_INDEX ? "" : "\"index\":0,",
           c->delta,
           c->spoilt && a->spoilt == BREAK_FINISH_NULL ? "" : c->finish);
}

static void write_role(const struct answer_ask *a, struct buf *out)
{
  struct chunk c = {.delta = "\"role\":\"assistant\",\"content\":\"\"",
                    .finish = ",\"finish_reason\":null"};
  write_chunk(a, &c, out);
}

static const char *finish_of(const struct answer_ask *a, bool spoilt)
{
  return spoilt && a->spoilt == BREAK_AFTER_FINISH
             ? ",\"finish_reason\":\"stop\""
             : ",\"finish_reason\":null";
}

/* An event that comes before the spoilt chunk. */
static void write_extra(const struct answer_ask *a, struct buf *out)
{
  if(a->spoilt == BREAK_JSON)
    buf_adds(out, "data: {\"id\":\n\n");
  if(a->spoilt == BREAK_EMPTY)
    buf_adds(out, "data:\n\n");
  if(a->spoilt == BREAK_CHOICES) {
    begin(a, out, false);
    buf_adds(out, "}\n\n");
  }
}

static void write_text(const struct answer_ask *a, uint32_t k, struct buf *out)
{
  bool think = k < a->think, spoilt = k == SPOILT_CHUNK;
  uint32_t i, first = (k - a->think) * a->per;
  struct buf delta;
  buf_init(&delta, 0);
  if(spoilt)
    write_extra(a, out);
  buf_addf(&delta, "\"%s\":\"", think ? "reasoning_content" : "content");
  for(i = 0; think ? i < 1 : i < a->per && first + i < a->tokens; i++)
    buf_addf(&delta, "%s%u", first + i || think ? " w" : "w",
             think ? k : first + i);
  buf_addc(&delta, '"');
  write_chunk(a,
              &(struct chunk){.delta = buf_text(&delta),
                              .finish = finish_of(a, spoilt),
                              .spoilt = spoilt},
              out);
  buf_free(&delta);
}

static void write_call(const struct answer_ask *a, uint32_t part,
                       struct buf *out)
{
  static const char *const index[] = {"\"index\":0,", ""};
  static const char *const text[] = {
      ("\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":"
       "\"look\",\"arguments\":\"\"}"),
      "\"function\":{\"arguments\":\"{\\\"at\\\":\"}",
      "\"function\":{\"arguments\":\"1}\"}"};
  struct buf delta;
  bool lost = part == 2 && a->spoilt == BREAK_TOOL_INDEX;
  bool cut = part == 2 && a->spoilt == BREAK_TOOL_JSON;
  buf_init(&delta, 0);
  buf_addf(&delta, "\"tool_calls\":[{%s%s}]", index[lost],
           cut ? text[1] : text[part]);
  write_chunk(a,
              &(struct chunk){.delta = buf_text(&delta),
                              .finish = ",\"finish_reason\":null"},
              out);
  buf_free(&delta);
}

static void write_finish(const struct answer_ask *a, struct buf *out)
{
  struct chunk c = {.delta = "", .finish = ",\"finish_reason\":\"stop\""};
  if(a->tool)
    c.finish = ",\"finish_reason\":\"tool_calls\"";
  if(a->spoilt == BREAK_FINISH)
    c.finish = ",\"finish_reason\":null";
  write_chunk(a, &c, out);
}

static void write_usage(const struct answer_ask *a, struct buf *out)
{
  uint32_t n = a->tokens + a->think + (a->tool ? 3 : 0);
  if(!a->usage || a->spoilt == BREAK_USAGE)
    return;
  begin(a, out, false);
  buf_addf(out,
           ",\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
           "\"completion_tokens\":%u,\"total_tokens\":%u}}\n\n",
           n, n + 9);
}

/* The last event, with what belongs in front of it. */
static void write_end(const struct answer_ask *a, struct buf *out)
{
  write_usage(a, out);
  if(a->spoilt == BREAK_ORDER)
    write_chunk(a,
                &(struct chunk){.delta = "\"content\":\"!\"",
                                .finish = ",\"finish_reason\":null"},
                out);
  if(a->spoilt == BREAK_FAILED)
    buf_adds(out, "data: {\"error\":{\"message\":\"overloaded\","
                  "\"type\":\"server_error\"}}\n\n");
  else if(a->spoilt != BREAK_DONE)
    buf_adds(out, "data: [DONE]\n\n");
}

static enum speech_kind write_event(const struct answer_ask *a, uint32_t at,
                                    struct buf *out)
{
  uint32_t tokens = answer_token_events(a), texts = tokens - (a->tool ? 3 : 0);
  if(at == 0) {
    write_role(a, out);
    return SPEECH_LEAD;
  }
  if(at <= texts)
    write_text(a, at - 1, out);
  else if(at <= tokens)
    write_call(a, at - 1 - texts, out);
  else if(at == tokens + 1)
    write_finish(a, out);
  else if(at == tokens + 2)
    write_end(a, out);
  else
    return SPEECH_OVER;
  return at <= tokens ? SPEECH_TOKEN : SPEECH_TAIL;
}

const struct speech speech_openai_chat = {"openai-chat", 1, write_event};
