/* SPDX-License-Identifier: MIT
 * weir-server's --help, read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/server_help.h"

static const char help[] = "Usage: weir-server [OPTION]...\n"
                           "A server.\n"
                           "\n"
                           "  --host ADDRESS        listen address\n"
                           "  --ready-fd N          write to this descriptor "
                           "when\n"
                           "                        all workers accept\n"
                           "  --origin              one worker\n"
                           "  --version, -V         the version\n"
                           "\n"
                           "Examples:\n"
                           "  weir-server --port 8080 &\n";

static void options_become_rows_and_the_rest_stays(void **state)
{
  struct server_help s;
  (void)state;
  assert_int_equal(server_help_read(&s, slice_of(help)), 0);
  assert_int_equal(s.table.count, 4);
  assert_string_equal(s.row[0].name, "host");
  assert_string_equal(s.row[0].argument, "ADDRESS");
  assert_true(option_takes_argument(&s.row[0]));
  assert_string_equal(s.row[1].help,
                      "write to this descriptor when all workers accept");
  assert_string_equal(s.row[2].name, "origin");
  assert_false(option_takes_argument(&s.row[2]));
  assert_string_equal(s.row[3].name, "version");
  assert_int_equal(s.row[3].letter, 'V');
  assert_string_equal(s.page.intro,
                      "Usage: weir-server [OPTION]...\nA server.\n\n\n"
                      "Examples:\n  weir-server --port 8080 &\n");
  server_help_free(&s);
}

static void what_has_no_options_is_no_help(void **state)
{
  struct server_help s;
  (void)state;
  assert_int_equal(server_help_read(&s, slice_of("Usage: x\n")), E_SYNTAX);
  server_help_free(&s);
  assert_int_equal(server_help_read(&s, slice_of("  --bare\n")), E_SYNTAX);
  server_help_free(&s);
}

static void more_rows_than_there_is_room_for_are_refused(void **state)
{
  struct server_help s;
  struct buf text;
  int i;
  (void)state;
  buf_init(&text, 0);
  for(i = 0; i <= SERVER_HELP_ROWS; i++)
    buf_addf(&text, "  --o%d N              text\n", i);
  assert_int_equal(server_help_read(&s, buf_slice(&text)), E_TOO_LONG);
  server_help_free(&s);
  buf_free(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_become_rows_and_the_rest_stays),
      cmocka_unit_test(what_has_no_options_is_no_help),
      cmocka_unit_test(more_rows_than_there_is_room_for_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
