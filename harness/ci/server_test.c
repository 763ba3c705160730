/* SPDX-License-Identifier: MIT
 * Servers that are started, awaited and ended, with all that is theirs. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "ci/server.h"

#define PYTHON "python3 -c '"
/* Listens at $PORT and sleeps on. */
#define LISTEN                                                                \
  "import os,socket,time; s=socket.socket(); "                                \
  "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); "                 \
  "s.bind((\"127.0.0.1\", int(os.environ[\"PORT\"]))); s.listen(9); "         \
  "open(os.environ[\"PIDS\"], \"a\").write(\"%d\\n\" % os.getpid()); "
#define SLEEP "time.sleep(60)'"

static struct {
  char folder[64], log[96], pids[96], url[64];
} here;

static int listen_at(uint16_t *port)
{
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(*port)};
  socklen_t size = sizeof(a);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
  assert_int_equal(listen(fd, 8), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
  *port = ntohs(a.sin_port);
  return fd;
}

static int set_up(void **state)
{
  uint16_t port = 0;
  char text[8];
  (void)state;
  snprintf(here.folder, sizeof(here.folder), "/tmp/weir-server-XXXXXX");
  assert_non_null(mkdtemp(here.folder));
  snprintf(here.log, sizeof(here.log), "%s/log", here.folder);
  snprintf(here.pids, sizeof(here.pids), "%s/pids", here.folder);
  close(listen_at(&port));
  snprintf(text, sizeof(text), "%u", port);
  snprintf(here.url, sizeof(here.url), "http://127.0.0.1:%u/", port);
  setenv("PORT", text, 1);
  setenv("PIDS", here.pids, 1);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  unlink(here.log);
  unlink(here.pids);
  return rmdir(here.folder);
}

static struct server_plan plan_of(const char *command)
{
  return (struct server_plan){.command = command,
                              .url = here.url,
                              .log = here.log,
                              .listens = true,
                              .ready_ns = SERVER_READY_NS,
                              .grace_ns = SERVER_GRACE_NS};
}

/* Of the processes that wrote themselves down, at least so many. */
static bool is_any_left(size_t least)
{
  FILE *f = fopen(here.pids, "re");
  char line[32];
  size_t seen = 0, left = 0;
  assert_non_null(f);
  for(; fgets(line, sizeof(line), f); seen++)
    left += kill((pid_t)strtol(line, NULL, 10), 0) == 0;
  fclose(f);
  assert_true(seen >= least);
  return left > 0;
}

static void assert_serves_and_goes(const char *command, size_t least)
{
  const struct server_plan plan = plan_of(command);
  struct err e = {0, ""};
  struct server s;
  int rc = server_start(&s, &plan, &e);
  if(rc)
    print_error("%s\n", e.text);
  assert_int_equal(rc, 0);
  assert_true(server_lives(&s, &e));
  assert_true(server_serves(&s, &e));
  assert_int_equal(server_end(&s, &e), 0);
  assert_false(is_any_left(least));
}

static void assert_fails(const struct server_plan *plan, int code,
                         const char *words)
{
  struct err e = {0, ""};
  struct server s;
  int rc = server_start(&s, plan, &e);
  if(rc != code || !strstr(e.text, words))
    print_error("%d: %s\n", rc, e.text);
  assert_int_equal(rc, code);
  assert_non_null(strstr(e.text, words));
  assert_int_equal(server_end(&s, &e), 0);
}

static void test_commands_of_all_shapes_serve_and_go(void **state)
{
  (void)state;
  assert_serves_and_goes(PYTHON LISTEN SLEEP, 1);
  assert_serves_and_goes("X=1 " PYTHON LISTEN SLEEP, 1);
  assert_serves_and_goes("cd / && " PYTHON LISTEN SLEEP, 1);
  assert_serves_and_goes(PYTHON LISTEN SLEEP " & wait", 1);
}

static void test_a_daemon_is_a_descendant_and_goes(void **state)
{
  (void)state;
  assert_serves_and_goes(PYTHON "import os; "
                                "(os.fork() and os._exit(0)); os.setsid(); "
                                "(os.fork() and os._exit(0)); " LISTEN SLEEP,
                         1);
}

static void test_one_that_ignores_the_request_is_killed(void **state)
{
  struct server_plan plan = plan_of(
      PYTHON
      "import signal; signal.signal(15, signal.SIG_IGN); " LISTEN SLEEP);
  struct err e = {0, ""};
  struct server s;
  (void)state;
  plan.grace_ns = 10 * NS_PER_MS;
  assert_int_equal(server_start(&s, &plan, &e), 0);
  assert_int_equal(server_end(&s, &e), 0);
  assert_false(is_any_left(1));
}

static void test_a_taken_address_is_refused(void **state)
{
  uint16_t port = (uint16_t)strtoul(getenv("PORT"), NULL, 10);
  const struct server_plan plan = plan_of("touch $PIDS; sleep 60");
  int fd = listen_at(&port);
  (void)state;
  assert_fails(&plan, E_UNREACHABLE, "listens on 127.0.0.1:");
  assert_int_equal(access(here.pids, F_OK), -1);
  close(fd);
}

/* Somebody else comes while it is awaited. */
static void test_what_listens_must_be_a_descendant(void **state)
{
  const struct server_plan plan = plan_of(": > $PIDS; exec sleep 60");
  uint16_t port = (uint16_t)strtoul(getenv("PORT"), NULL, 10);
  pid_t other = fork();
  (void)state;
  if(other == 0) {
    while(access(here.pids, F_OK))
      usleep(1000);
    listen_at(&port);
    pause();
    _exit(0);
  }
  assert_fails(&plan, E_UNREACHABLE, "is not a descendant");
  kill(other, SIGKILL);
  waitpid(other, NULL, 0);
}

static void test_a_crash_at_the_start_is_told_with_its_words(void **state)
{
  const struct server_plan plan =
      plan_of("echo 'Error: no module x'; echo bye; exit 7");
  (void)state;
  assert_fails(&plan, E_UNREACHABLE,
               "ended with exit code 7; it printed: Error: no module x");
}

static void test_one_that_never_listens_is_told(void **state)
{
  struct server_plan plan = plan_of("exec sleep 60");
  (void)state;
  plan.ready_ns = 50 * NS_PER_MS;
  assert_fails(&plan, E_UNREACHABLE, "does not listen on 127.0.0.1:");
}

static void test_one_that_does_not_answer_is_not_ready(void **state)
{
  uint16_t port = (uint16_t)strtoul(getenv("PORT"), NULL, 10);
  struct server_plan plan = plan_of(NULL);
  int fd = listen_at(&port);
  (void)state;
  plan.listens = false;
  plan.ready_ns = 50 * NS_PER_MS;
  assert_fails(&plan, E_UNREACHABLE, "is not ready after 50 ms: connected, ");
  close(fd);
}

static void test_a_death_in_between_is_noticed(void **state)
{
  const struct server_plan plan =
      plan_of(PYTHON LISTEN "s.accept(); os.kill(os.getpid(), 9)'");
  struct err e = {0, ""};
  struct server s;
  int fd;
  (void)state;
  assert_int_equal(server_start(&s, &plan, &e), 0);
  fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(server_lives(&s, &e));
  assert_int_equal(connect(fd, s.address->ai_addr, s.address->ai_addrlen), 0);
  while(server_lives(&s, &e))
    usleep(1000);
  close(fd);
  assert_non_null(strstr(e.text, "was ended by signal 9"));
  assert_int_equal(server_end(&s, &e), 0);
}

/* However this process dies. */
static void test_nothing_outlives_the_one_who_started_it(void **state)
{
  const struct server_plan plan = plan_of(PYTHON LISTEN SLEEP);
  pid_t weir;
  char one;
  int ready[2];
  (void)state;
  assert_int_equal(pipe(ready), 0);
  weir = fork();
  if(weir == 0) {
    struct err e = {0, ""};
    struct server s;
    if(server_start(&s, &plan, &e) == 0 && write(ready[1], "x", 1) == 1)
      pause();
    _exit(1);
  }
  assert_int_equal(read(ready[0], &one, 1), 1);
  kill(weir, SIGKILL);
  waitpid(weir, NULL, 0);
  while(is_any_left(1))
    usleep(1000);
  close(ready[0]);
  close(ready[1]);
}

int main(void)
{
#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(test_commands_of_all_shapes_serve_and_go),
      IN_FOLDER(test_a_daemon_is_a_descendant_and_goes),
      IN_FOLDER(test_one_that_ignores_the_request_is_killed),
      IN_FOLDER(test_a_taken_address_is_refused),
      IN_FOLDER(test_what_listens_must_be_a_descendant),
      IN_FOLDER(test_a_crash_at_the_start_is_told_with_its_words),
      IN_FOLDER(test_one_that_never_listens_is_told),
      IN_FOLDER(test_one_that_does_not_answer_is_not_ready),
      IN_FOLDER(test_a_death_in_between_is_noticed),
      IN_FOLDER(test_nothing_outlives_the_one_who_started_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
