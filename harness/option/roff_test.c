/* SPDX-License-Identifier: MIT
 * Texts and options for man pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "option/roff.h"

static const char *const words[] = {"1.1", "2", NULL};

static const struct option_row rows[] = {
    {.name = "http",
     .letter = 'x',
     .type = OPTION_CHOICE,
     .choice = words,
     .group = "Target",
     .argument = "VERSION",
     .fallback = "1.1",
     .help = "HTTP version"},
    {.name = "reconnect",
     .type = OPTION_BOOL,
     .fallback = "true",
     .help = "Come back"},
    {.name = "own", .type = OPTION_BOOL},
    {.name = "json", .type = OPTION_BOOL, .group = "Output", .help = ".json"},
};

static const struct option_table table = {rows,
                                          sizeof(rows) / sizeof(rows[0])};

static void roff_keeps_what_a_shell_needs(void **state)
{
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  roff_add(&out, slice_of(".x '-a' `b` \\ ^~\n.y"));
  assert_string_equal(
      buf_text(&out),
      "\\&.x \\(aq\\-a\\(aq \\(gab\\(ga \\e \\(ha\\(ti\n\\&.y");
  buf_free(&out);
}

static void rows_become_paragraphs_under_their_groups(void **state)
{
  struct buf out;
  (void)state;
  buf_init(&out, 0);
  assert_int_equal(roff_options(&table, &out), 0);
  assert_string_equal(buf_text(&out),
                      ".SS Target\n"
                      ".TP\n\\fB\\-x\\fR, \\fB\\-\\-http\\fR \\fIVERSION\\fR\n"
                      "HTTP version [1.1]\n"
                      ".TP\n\\fB\\-\\-[no\\-]reconnect\\fR\nCome back\n"
                      ".SS Output\n"
                      ".TP\n\\fB\\-\\-json\\fR\n\\&.json\n");
  buf_free(&out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(roff_keeps_what_a_shell_needs),
      cmocka_unit_test(rows_become_paragraphs_under_their_groups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
