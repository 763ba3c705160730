/* SPDX-License-Identifier: MIT
 * What happens when memory runs out: every allocation in turn fails once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory_testing.h"
#include "recording/digest.h"
#include "recording/target.h"

static const char head[] =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n"
    "X: y\r\n\r\n";
static const char *const reads[] = {
    "f\r\nid: 1\ndata: a\n\n\r\n", "1f;x\r\nevent: long enough to be\n",
    "data\n\n\r\n8\r\ndata: b\n\r\n", "1\r\n\n\r\n0\r\nT: u\r\n\r\n"};

static int fill(struct recording *r)
{
  size_t i;
  int rc = buf_adds(&r->head.bytes, head);
  for(i = 0; !rc && i < sizeof(reads) / sizeof(*reads); i++)
    rc = recording_add_read(r, (int64_t)i, slice_of(reads[i]));
  r->end = REC_END_CLEAN;
  return rc ? rc : recording_digest(r);
}

static bool make_recording(void *ctx)
{
  struct recording *r = recording_new("memory");
  int rc = r ? fill(r) : E_NOMEM;
  (void)ctx;
  recording_free(r);
  return rc == 0;
}

static bool write_and_read(void *ctx)
{
  struct err e;
  json_t *j = recording_to_json(ctx, false);
  struct recording *r = j ? recording_from_json(j, &e) : NULL;
  if(r) {
    assert_int_equal(r->reads, 4);
    assert_int_equal(r->events, 3);
  }
  json_decref(j);
  recording_free(r);
  return r != NULL;
}

static bool make_target(void *ctx)
{
  struct target *t = target_new("http://u:p@127.0.0.1/?token=x"), *again;
  struct err e;
  json_t *j = NULL;
  (void)ctx;
  if(t && target_add_header(t, "Cookie", "a=b") == 0)
    j = target_to_json(t, false);
  again = j ? target_from_json(j, &e) : NULL;
  if(again)
    assert_int_equal(again->endpoint.header_count, 1);
  json_decref(j);
  target_free(t);
  target_free(again);
  return again != NULL;
}

static void test_a_digest_fails_cleanly_when_memory_runs_out(void **st)
{
  (void)st;
  assert_true(memory_sweep(make_recording, NULL) > 5);
}

static void test_documents_fail_cleanly_when_memory_runs_out(void **st)
{
  struct recording *r = recording_new("memory");
  (void)st;
  assert_int_equal(fill(r), 0);
  assert_true(memory_sweep(write_and_read, r) > 5);
  recording_free(r);
}

static void test_targets_fail_cleanly_when_memory_runs_out(void **st)
{
  (void)st;
  assert_true(memory_sweep(make_target, NULL) > 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_digest_fails_cleanly_when_memory_runs_out),
      cmocka_unit_test(test_documents_fail_cleanly_when_memory_runs_out),
      cmocka_unit_test(test_targets_fail_cleanly_when_memory_runs_out),
  };
  memory_include_json();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
