/* SPDX-License-Identifier: MIT
 * Documents come from files, and memory ends: nothing here may crash on a
 * document whose members are of the wrong kind, nor leak or lie when an
 * allocation fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "document/doc.h"
#include "load/load_doc.h"
#include "load/synthetic.h"
#include "result/merge.h"
#include "result/output.h"

static const struct load_doc_context context = {.libcurl = "7.88.1",
                                                .command_line = "weir load"};

static json_t *build(enum synthetic kind)
{
  struct synthetic_run *r = synthetic_new(kind);
  json_t *doc;
  synthetic_threshold(r, "events.lost == 0");
  doc = load_doc_build(&r->outcome, &context);
  assert_non_null(doc);
  synthetic_free(r);
  return doc;
}

static void render_all(json_t *doc)
{
  int f;
  for(f = 0; f <= OUTPUT_SARIF; f++) {
    struct buf out;
    buf_init(&out, 0);
    assert_int_equal(output_render(doc, (enum output_format)f, true, &out), 0);
    buf_free(&out);
  }
  assert_int_equal(gate_apply(doc_array(doc, "thresholds"),
                              json_object_get(doc, "summary")),
                   0);
  assert_int_equal(gate_decide(doc), 0);
}

/* One of each wrong kind. */
static json_t *wrong(int kind)
{
  static const char *const texts[] = {"null", "true",        "-5",   "1e300",
                                      "[7]",  "{\"a\": {}}", "\"x\""};
  if(kind == (int)(sizeof(texts) / sizeof(texts[0])))
    return NULL;
  return json_loads(texts[kind], JSON_DECODE_ANY, NULL);
}

/* Puts each wrong kind in place of `at`'s members, one after the other. */
static void damage(json_t *doc, json_t *at, int depth)
{
  void *it;
  for(it = json_object_iter(at); it; it = json_object_iter_next(at, it)) {
    json_t *whole = json_incref(json_object_iter_value(it));
    int kind;
    if(strcmp(json_object_iter_key(it), "snapshot") == 0 || depth == 4) {
      json_decref(whole);
      continue;
    }
    for(kind = 0;; kind++) {
      json_t *v = wrong(kind);
      if(!v)
        break;
      json_object_iter_set_new(at, it, v);
      render_all(doc);
    }
    json_object_iter_set(at, it, whole);
    if(json_is_array(whole))
      damage(doc, json_array_get(whole, 0), depth + 1);
    else
      damage(doc, whole, depth + 1);
    json_decref(whole);
  }
}

static void test_members_of_the_wrong_kind_break_no_renderer(void **state)
{
  json_t *doc = build(SYNTHETIC_FAIL);
  json_t *timeline = doc_array(doc, "timeline");
  (void)state;
  while(json_array_size(timeline) > 2)
    json_array_remove(timeline, 2);
  damage(doc, doc, 0);
  json_decref(doc);
}

static void test_an_empty_document_renders(void **state)
{
  json_t *doc = json_object();
  (void)state;
  render_all(doc);
  json_decref(doc);
}

static long allocations_left = -1; /* < 0: no end */
static long allocations;

static void *limited_malloc(size_t n)
{
  allocations++;
  if(allocations_left == 0)
    return NULL;
  if(allocations_left > 0)
    allocations_left--;
  return malloc(n);
}

/* Calls make() with ever more memory, in about 200 steps up to enough. */
static void sweep(json_t *(*make)(void *), void *ctx)
{
  long enough, step, limit;
  json_t *whole, *doc;
  json_set_alloc_funcs(limited_malloc, free);
  allocations = 0;
  allocations_left = -1;
  whole = make(ctx);
  assert_non_null(whole);
  enough = allocations;
  step = enough / 200 + 1;
  for(limit = 0; limit < enough; limit += step) {
    allocations_left = limit;
    doc = make(ctx);
    allocations_left = -1;
    if(doc && !json_equal(doc, whole))
      fail_msg("another document with %ld allocations", limit);
    json_decref(doc);
  }
  json_decref(whole);
  json_set_alloc_funcs(malloc, free);
}

static json_t *make_document(void *ctx)
{
  return load_doc_build(ctx, &context);
}

static void test_a_document_without_memory_is_none(void **state)
{
  struct synthetic_run *r = synthetic_new(SYNTHETIC_FAIL);
  (void)state;
  synthetic_threshold(r, "events.lost == 0");
  sweep(make_document, &r->outcome);
  synthetic_free(r);
}

static json_t *make_merged(void *ctx)
{
  struct err e = {0};
  return merge_docs(ctx, 2, &e);
}

static void test_a_merge_without_memory_is_none(void **state)
{
  struct merge_input in[] = {{"a.json", build(SYNTHETIC_PASS)},
                             {"b.json", build(SYNTHETIC_FAIL)}};
  (void)state;
  json_object_set_new(in[1].doc, "run", json_string("other"));
  sweep(make_merged, in);
  json_decref(in[0].doc);
  json_decref(in[1].doc);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_members_of_the_wrong_kind_break_no_renderer),
      cmocka_unit_test(test_an_empty_document_renders),
      cmocka_unit_test(test_a_document_without_memory_is_none),
      cmocka_unit_test(test_a_merge_without_memory_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
