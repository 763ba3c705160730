/* SPDX-License-Identifier: MIT
 * weir parse as a user meets it: a process with an input, an output and an
 * exit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/commands.h"

#define MOST_ARGS 8

struct child {
  pid_t pid;
  int in, out; /* what the test writes to and reads from */
};

/* Starts the command; a read of what it prints gives up with the test. */
static void start(struct child *c, char **argv)
{
  int in[2], out[2], argc = 0;
  assert_int_equal(pipe(in), 0);
  assert_int_equal(pipe(out), 0);
  while(argv[argc])
    argc++;
  c->pid = fork();
  assert_true(c->pid >= 0);
  if(c->pid == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    dup2(out[1], STDERR_FILENO);
    close(in[0]);
    close(in[1]);
    close(out[0]);
    close(out[1]);
    alarm(20);
    argc = parse_cmd(argc, argv);
    fflush(stdout);
    _exit(argc);
  }
  close(in[0]);
  close(out[1]);
  c->in = in[1];
  c->out = out[0];
}

static void send_bytes(struct child *c, const char *p, size_t n)
{
  assert_int_equal(write(c->in, p, n), n);
}

/* Reads until the text has so many lines, or the output ends. */
static void read_lines(struct child *c, char *text, size_t size, int lines)
{
  size_t n = 0;
  while(lines && n + 1 < size) {
    ssize_t got = read(c->out, text + n, 1);
    assert_true(got >= 0);
    if(got == 0)
      break;
    lines -= text[n++] == '\n';
  }
  text[n] = '\0';
}

static int finish(struct child *c, char *text, size_t size)
{
  int status;
  close(c->in);
  read_lines(c, text, size, -1);
  close(c->out);
  assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static int run(char **argv, const char *in, size_t n, char *text, size_t size)
{
  struct child c;
  start(&c, argv);
  send_bytes(&c, in, n);
  return finish(&c, text, size);
}

#define ARGS(...)           ((char *[MOST_ARGS]){"parse", __VA_ARGS__})
#define RUN(args, in, text) run(args, in, sizeof(in) - 1, text, sizeof(text))

static void test_events_appear_while_the_input_is_open(void **state)
{
  struct child c;
  char text[400];
  (void)state;
  start(&c, ARGS(NULL));
  send_bytes(&c, "id: 1\ndata: a\n\nda", 17);
  read_lines(&c, text, sizeof(text), 1);
  assert_string_equal(
      text, "{\"type\":\"message\",\"data\":\"a\",\"lastEventId\":\"1\"}\n");
  send_bytes(&c, "ta: b\r\r", 7);
  read_lines(&c, text, sizeof(text), 1);
  assert_string_equal(
      text, "{\"type\":\"message\",\"data\":\"b\",\"lastEventId\":\"1\"}\n");
  assert_int_equal(finish(&c, text, sizeof(text)), 0);
  assert_string_equal(text, "");
}

static void test_bad_utf8_and_nul_become_valid_json(void **state)
{
  char text[400];
  (void)state;
  assert_int_equal(RUN(ARGS(NULL), "data: a\0b\xC0\xAF\n\n", text), 0);
  assert_string_equal(
      text,
      "{\"type\":\"message\",\"data\":\"a\\u0000b\xEF\xBF\xBD\xEF\xBF\xBD"
      "\",\"lastEventId\":\"\"}\n");
}

static void test_state_is_printed_at_the_end(void **state)
{
  char text[400];
  (void)state;
  assert_int_equal(RUN(ARGS("--state", "-"), "id: 7\nretry: 15\n\n", text), 0);
  assert_string_equal(text, "{\"lastEventId\":\"7\",\"retry\":15}\n");
  assert_int_equal(RUN(ARGS("--state"), "id: 7\nretry: x\n", text), 0);
  assert_string_equal(text, "{\"lastEventId\":\"\",\"retry\":null}\n");
}

static void test_observations_stand_between_events_in_any_chunks(void **state)
{
  static const char in[] = "data: 1\n\nfoo: bar\ndata: 2\n";
  static const char wanted[] =
      "{\"observation\":\"eol-lf\",\"offset\":7,\"line\":\"\"}\n"
      "{\"type\":\"message\",\"data\":\"1\",\"lastEventId\":\"\"}\n"
      "{\"observation\":\"unknown-field\",\"offset\":9,\"line\":\"foo: bar\"}"
      "\n{\"observation\":\"unterminated-block\",\"offset\":26,\"line\":\"\"}"
      "\n";
  char text[1000];
  (void)state;
  assert_int_equal(RUN(ARGS("--observations"), in, text), 0);
  assert_string_equal(text, wanted);
  assert_int_equal(RUN(ARGS("--observations", "--chunk", "1"), in, text), 0);
  assert_string_equal(text, wanted);
}

static void test_exceeded_limits_say_so_and_exit_1(void **state)
{
  char text[1000];
  (void)state;
  assert_int_equal(
      RUN(ARGS("--max-line", "8"), "data: 1\n\ndata: 123\n\n", text), 1);
  assert_non_null(strstr(text, "\"data\":\"1\""));
  assert_non_null(strstr(text, "a line is longer than 8 B"));
  assert_int_equal(RUN(ARGS("--max-event", "2"), "data: 1\ndata: 2\n\n", text),
                   1);
  assert_non_null(strstr(text, "more data than 2 B"));
}

static void test_unreadable_input_exits_2(void **state)
{
  char text[1000];
  (void)state;
  assert_int_equal(RUN(ARGS("/nonexistent/stream"), "", text), 2);
  assert_non_null(strstr(text, "/nonexistent/stream: cannot be opened"));
  assert_int_equal(RUN(ARGS("/"), "", text), 2);
  assert_non_null(strstr(text, "cannot be read"));
}

static void test_bad_usage_exits_2_and_points_to_the_help(void **state)
{
  char text[1000];
  (void)state;
  assert_int_equal(RUN(ARGS("--nonsense"), "", text), 2);
  assert_non_null(strstr(text, "weir parse --help"));
  assert_int_equal(RUN(ARGS("--chunk", "0"), "", text), 2);
  assert_non_null(strstr(text, "--chunk: \"0\""));
  assert_int_equal(RUN(ARGS("one", "two"), "", text), 2);
  assert_non_null(strstr(text, "two"));
}

static void test_help_shows_examples_and_exits_0(void **state)
{
  char text[4000];
  (void)state;
  assert_int_equal(RUN(ARGS("--help"), "", text), 0);
  assert_non_null(strstr(text, "Examples:"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_events_appear_while_the_input_is_open),
      cmocka_unit_test(test_bad_utf8_and_nul_become_valid_json),
      cmocka_unit_test(test_state_is_printed_at_the_end),
      cmocka_unit_test(test_observations_stand_between_events_in_any_chunks),
      cmocka_unit_test(test_exceeded_limits_say_so_and_exit_1),
      cmocka_unit_test(test_unreadable_input_exits_2),
      cmocka_unit_test(test_bad_usage_exits_2_and_points_to_the_help),
      cmocka_unit_test(test_help_shows_examples_and_exits_0),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
