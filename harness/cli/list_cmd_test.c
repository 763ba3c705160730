/* SPDX-License-Identifier: MIT
 * weir list as a user meets it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "cli/captured.h"
#include "cli/commands.h"

/* At most two words, "checks --json". */
static struct captured list(const char *what)
{
  char name[] = "list", argument[64], *option;
  char *argv[] = {name, what ? argument : NULL, NULL, NULL};
  snprintf(argument, sizeof(argument), "%s", what ? what : "");
  option = strchr(argument, ' ');
  if(option) {
    *option = '\0';
    argv[2] = option + 1;
  }
  return captured_run(list_cmd, argv);
}

static void expect(const char *what, int code, const char *part)
{
  struct captured c = list(what);
  if(c.code != code || !strstr(buf_text(&c.text), part))
    fail_msg("list %s: exit code %d:\n%s", what ? what : "", c.code,
             buf_text(&c.text));
  buf_free(&c.text);
}

static void test_scenarios_are_listed_with_their_question(void **state)
{
  (void)state;
  expect("scenarios", 0, "/scenarios/load\n");
  expect("scenarios", 0, "\nhello              ");
  expect("scenarios", 0, "?\n");
}

static void test_fields_are_listed_with_unit_and_definition(void **state)
{
  (void)state;
  expect("fields", 0, "\nlatency.p99                         ms     99th");
  expect("fields", 0,
         "\nevents.lost                                numbers owed or inside "
         "the sequence, never seen (% of events owed)\n");
}

static void test_metrics_are_listed_with_definition(void **state)
{
  (void)state;
  expect("metrics", 0, "resumed              counter    reconnections that");
  expect("metrics", 0, "gap                  histogram  between two events");
}

static void test_checks_and_rules_are_told_whole(void **state)
{
  (void)state;
  expect("checks --markdown", 0, "# The checks of `weir check`\n");
  expect("checks --markdown", 0, "<a id=\"http.ct.present\"></a>");
  expect("rules --markdown", 0, "# The rules of `weir nginx`\n");
  expect("keys", 0, "  -c, --connections N ");
  expect("keys --markdown", 0, "\n### Workload\n");
  expect("keys --markdown", 0,
         "\n| `connections` | count | `1` | Streams to hold open at once |\n");
  expect("keys --json", 2, "keys have no form --json");
  expect("checks --json", 0, "\"id\": \"http.ct.present\"");
  expect("rules --json", 0, "\"id\": \"nginx.read-timeout\"");
  expect("fields --markdown", 2, "fields have no form --markdown");
  expect("rules --yaml", 2, "unknown option --yaml; see weir list --help");
}

static void test_anything_else_shows_what_there_is(void **state)
{
  (void)state;
  expect("fielts", 2, "there is no list of \"fielts\"");
  expect("fielts", 2, "  scenarios  ");
  expect(NULL, 2, "  scenarios  ");
  expect("--help", 0, "Usage: weir list WHAT");
}

/* A weir-server of our own making, found in PATH. */
static void make_server(const char *dir, const char *script)
{
  struct buf path;
  struct err e = {0};
  buf_init(&path, 0);
  assert_int_equal(file_path_join(&path, dir, "weir-server"), 0);
  assert_int_equal(file_write(buf_text(&path), slice_of(script), &e), 0);
  assert_int_equal(chmod(buf_text(&path), 0755), 0);
  buf_free(&path);
}

static void test_faults_are_asked_of_the_server(void **state)
{
  char dir[] = "/tmp/weir-list-XXXXXX";
  char before[4096];
  (void)state;
  snprintf(before, sizeof(before), "%s", getenv("PATH"));
  assert_non_null(mkdtemp(dir));
  assert_int_equal(setenv("PATH", dir, 1), 0);
  expect("faults", 2, "weir-server is neither beside weir nor in PATH");
  make_server(dir, "#!/bin/sh\necho \"asked: $*\"\n");
  expect("faults", 0, "asked: --list-faults\n");
  make_server(dir, "#!/bin/sh\nexit 3\n");
  expect("faults", 2, "weir-server --list-faults failed");
  make_server(dir, "#!/bin/sh\nkill -9 $$\n");
  expect("faults", 2, "weir-server --list-faults failed");
  assert_int_equal(setenv("PATH", before, 1), 0);
  assert_int_equal(chdir(dir), 0);
  assert_int_equal(unlink("weir-server"), 0);
  assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scenarios_are_listed_with_their_question),
      cmocka_unit_test(test_fields_are_listed_with_unit_and_definition),
      cmocka_unit_test(test_metrics_are_listed_with_definition),
      cmocka_unit_test(test_checks_and_rules_are_told_whole),
      cmocka_unit_test(test_anything_else_shows_what_there_is),
      cmocka_unit_test(test_faults_are_asked_of_the_server),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
