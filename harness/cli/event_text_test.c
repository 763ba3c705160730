/* SPDX-License-Identifier: MIT
 * Events as weir watch shows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/event_text.h"

static const char *line_of(const char *type, const char *id, struct slice data)
{
  static char text[1000];
  struct sse_event ev;
  struct buf raw, out;
  memset(&ev, 0, sizeof(ev));
  ev.type = slice_of(type);
  ev.id = slice_of(id);
  ev.data = data;
  buf_init(&raw, 0);
  buf_init(&out, 0);
  event_text_line(&raw, &ev, 12.5);
  event_text_readable(&out, buf_slice(&raw));
  assert_true(out.n < sizeof(text));
  memcpy(text, buf_text(&out), out.n + 1);
  buf_free(&raw);
  buf_free(&out);
  return text;
}

static void test_a_line_tells_gap_type_id_and_data(void **state)
{
  (void)state;
  assert_string_equal(line_of("tick", "7", slice_of("a\nb")),
                      "+12.5 ms   tick #7  a\\nb");
  assert_string_equal(line_of("message", "", slice_of("")),
                      "+12.5 ms   message  ");
}

static void test_what_a_server_sends_is_harmless_to_a_terminal(void **state)
{
  (void)state;
  assert_string_equal(
      line_of("\x1b[2J", "\x07", (struct slice){"a\0\x7f\xff", 4}),
      "+12.5 ms   \\x1b[2J #\\x07  a\\x00\\x7f\xef\xbf\xbd");
}

static void test_long_data_is_cut_and_said_to_be(void **state)
{
  char data[5000];
  const char *line;
  (void)state;
  memset(data, 'x', sizeof(data));
  line = line_of("m", "", (struct slice){data, sizeof(data)});
  assert_non_null(strstr(line, "xxx ... 5000 bytes"));
  assert_true(strlen(line) < 220);
}

static void test_json_holds_all_of_it(void **state)
{
  struct sse_event ev;
  struct buf out;
  (void)state;
  memset(&ev, 0, sizeof(ev));
  ev.type = slice_of("m");
  ev.data = (struct slice){"\"\0\n", 3};
  buf_init(&out, 0);
  event_text_json(&out, &ev, 0.25);
  assert_string_equal(buf_text(&out),
                      "{\"type\":\"m\",\"data\":\"\\\"\\u0000\\n\","
                      "\"lastEventId\":\"\",\"gap_ms\":0.250}");
  buf_free(&out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_line_tells_gap_type_id_and_data),
      cmocka_unit_test(test_what_a_server_sends_is_harmless_to_a_terminal),
      cmocka_unit_test(test_long_data_is_cut_and_said_to_be),
      cmocka_unit_test(test_json_holds_all_of_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
