/* SPDX-License-Identifier: MIT
 * Reading what is asked of an answer; see ask.h. */
#include "answers/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/rng.h"
#include "http/query.h"

#define HOUR_NS (UINT64_C(3600) * 1000000000)

static int take_break(struct params *p, struct answer_ask *a)
{
  static const char *const name[] = {
#define X(id, text, doc) text,
      BREAK_LIST(X)
#undef X
  };
  int i;
  if(!params_find(p, "break"))
    return p->rc;
  for(i = 0; i < BREAKS; i++) {
    if(slice_eq_cstr(buf_slice(&p->text), name[i])) {
      a->spoilt = (enum answer_break)i;
      return 0;
    }
  }
  return params_fail(p, "break", "is no fault of answers; GET / lists them");
}

static int take_query(struct answer_ask *a, struct slice query, struct err *e)
{
  struct params p;
  uint64_t tokens = 20, per = 1, think = 0, tool = 0, status = 0, slots = 0;
  int rc;
  params_init(&p, query);
  params_duration(&p, "lead", HOUR_NS, &a->lead_ns);
  params_duration(&p, "ttft", HOUR_NS, &a->ttft_ns);
  params_duration(&p, "itl", HOUR_NS, &a->itl_ns);
  params_duration(&p, "tail", HOUR_NS, &a->tail_ns);
  params_number(&p, "jitter", 0, 1, &a->jitter);
  params_number(&p, "share", 0, 1, &a->share);
  params_count(&p, "tokens", 0, ANSWER_TOKENS_MAX, &tokens);
  params_count(&p, "per", 1, 1000, &per);
  params_count(&p, "think", 0, ANSWER_TOKENS_MAX, &think);
  params_count(&p, "tool", 0, 1, &tool);
  params_count(&p, "status", 400, 599, &status);
  params_count(&p, "slots", 1, UINT32_MAX, &slots);
  params_text(&p, "pool", ANSWER_POOL_MAX, a->pool);
  take_break(&p, a);
  a->tokens = (uint32_t)tokens;
  a->per = (uint32_t)per;
  a->think = (uint32_t)think;
  a->tool = tool;
  a->status = (int)status;
  a->slots = (uint32_t)slots;
  rc = p.rc;
  if(rc)
    *e = p.e;
  params_fini(&p);
  return rc;
}

/* The model's name goes into JSON again as it is. */
static bool is_plain(const char *text)
{
  size_t i, n = strlen(text);
  for(i = 0; i < n; i++) {
    if((unsigned char)text[i] < ' ' || text[i] == '"' || text[i] == '\\')
      return false;
  }
  return n > 0 && n <= ANSWER_MODEL_MAX;
}

static void take_body(struct answer_ask *a, struct slice body)
{
  struct err none;
  json_t *root = body.n ? json_parse(body, "body", &none) : NULL;
  const char *model = json_string_value(json_object_get(root, "model"));
  json_t *most = json_object_get(root, "max_tokens");
  if(model && is_plain(model))
    snprintf(a->model, sizeof(a->model), "%s", model);
  if(json_is_integer(most) && json_integer_value(most) >= 0 &&
     json_integer_value(most) < a->tokens)
    a->tokens = (uint32_t)json_integer_value(most);
  a->usage =
      json_is_true(json_pointer_get(root, "/stream_options/include_usage"));
  json_decref(root);
}

int answer_read(struct answer_ask *a, struct slice query, struct slice body,
                struct err *e)
{
  int rc;
  memset(a, 0, sizeof(*a));
  a->share = 1;
  memcpy(a->model, "weir", sizeof("weir"));
  rc = take_query(a, query, e);
  if(!rc)
    take_body(a, body);
  return rc;
}

uint32_t answer_token_events(const struct answer_ask *a)
{
  return a->think + (a->tokens + a->per - 1) / a->per + (a->tool ? 3 : 0);
}

/* In [0, 1): the k-th number of this answer. */
static double unit(const struct answer_ask *a, uint64_t k)
{
  struct rng r;
  rng_seed(&r, a->seed + a->number * UINT64_C(0x9e3779b97f4a7c15) + k);
  return rng_unit(&r);
}

uint64_t answer_due_ns(const struct answer_ask *a, uint32_t k)
{
  double late = a->jitter > 0 ? (unit(a, k + 1) - 0.5) * a->jitter : 0;
  double ns = (double)a->ttft_ns + (double)a->itl_ns * k +
              (k ? late * (double)a->itl_ns : 0);
  return (uint64_t)ns;
}

bool answer_refuses(const struct answer_ask *a)
{
  return a->status && (a->share >= 1 || unit(a, 0) < a->share);
}
