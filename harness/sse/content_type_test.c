/* SPDX-License-Identifier: MIT
 * Which media types are an event stream. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sse/content_type.h"

static void test_content_type_essence(void **state)
{
  (void)state;
  assert_true(content_type_is_event_stream(slice_of("TEXT/Event-Stream")));
  assert_true(content_type_is_event_stream(
      slice_of(" text/event-stream ;charset=windows-1252")));
  assert_true(content_type_is_event_stream(slice_of("text/event-stream;")));
  assert_false(content_type_is_event_stream(slice_of("text/event-streamx")));
  assert_false(
      content_type_is_event_stream(slice_of("text/event-stream, text/html")));
  assert_false(content_type_is_event_stream(slice_of("")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_content_type_essence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
