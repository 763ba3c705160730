/* SPDX-License-Identifier: MIT
 * A process in a jail sees the system's programs and what it was given. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "loop/process.h"

#define LONG_NS  (30 * NS_PER_SEC)
#define STRANGER 64999u /* for root, who is not to be in a jail */

static char folder[64], own[80], read_only[80];

static struct process_user prisoner(const struct jail *j)
{
  struct process_user u = {0, 0, j};
  if(geteuid() == 0)
    u.uid = u.gid = STRANGER;
  return u;
}

/* Exit code and words of a shell in a jail. */
static int run(const char *script, struct buf *said)
{
  const char *argv[] = {"/bin/sh", "-c", script, NULL};
  const struct jail j = {own, {read_only, NULL}};
  const struct process_bounds bounds = {LONG_NS, {NULL, NULL}, prisoner(&j)};
  struct err e = {0, ""};
  return process_run(argv, bounds, said, &e);
}

static void assert_said(const char *script, const char *text)
{
  struct buf said;
  buf_init(&said, 0);
  assert_int_equal(run(script, &said), 0);
  assert_string_equal(buf_text(&said), text);
  buf_free(&said);
}

static void put_file(const char *name, mode_t mode)
{
  char path[160];
  int fd;
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  fd = open(path, O_WRONLY | O_CREAT, 0600);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "there\n", 6), 6);
  assert_int_equal(fchmod(fd, mode), 0);
  close(fd);
}

static void test_only_what_was_given_is_there(void **state)
{
  char script[400];
  (void)state;
  snprintf(script, sizeof(script),
           "cat '%s/file'; ls '%s'; ls /var /run /home /root /srv 2>/dev/null"
           " | grep -c -v -e '^/' -e '^$'; test ! -e '%s/secret'",
           read_only, folder, folder);
  assert_said(script, "there\nown\nread\n0\n");
}

static void test_its_own_folder_alone_can_be_written_to(void **state)
{
  char script[400];
  (void)state;
  snprintf(script, sizeof(script),
           "echo a >'%s/new' && cat '%s/new'; (echo b >'%s/new') 2>/dev/null"
           " || echo no; (echo b >/usr/new) 2>/dev/null || echo no",
           own, own, read_only);
  assert_said(script, "a\nno\nno\n");
  snprintf(script, sizeof(script), "%s/new", own);
  assert_int_equal(access(script, F_OK), 0);
}

static void test_it_has_no_rights_and_sees_no_other_process(void **state)
{
  (void)state;
  assert_said("while read name bits; do test \"$name\" != CapPrm: || echo "
              "$bits; done </proc/self/status; cd /proc; for i in [0-9]*; do "
              "test $i = $$ || echo $i; done",
              "0000000000000000\n");
}

static void test_who_it_is_stays(void **state)
{
  char text[64];
  (void)state;
  snprintf(text, sizeof(text), "%u\n",
           geteuid() == 0 ? STRANGER : (unsigned)geteuid());
  assert_said("id -u", text);
}

static bool is_allowed(void)
{
  const struct jail j = {NULL, {NULL, NULL}};
  int status = 1;
  pid_t child = fork();
  if(child == 0)
    _exit(!process_turn_into(prisoner(&j)));
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static int set_up(void **state)
{
  (void)state;
  snprintf(folder, sizeof(folder), "/tmp/jail_test_XXXXXX");
  if(!mkdtemp(folder) || chmod(folder, 0755))
    return -1;
  snprintf(own, sizeof(own), "%s/own", folder);
  snprintf(read_only, sizeof(read_only), "%s/read", folder);
  if(mkdir(own, 0755) || mkdir(read_only, 0755) ||
     (geteuid() == 0 && (chown(own, STRANGER, STRANGER) ||
                         chown(read_only, STRANGER, STRANGER))))
    return -1;
  put_file("secret", 0644);
  put_file("read/file", 0644);
  return 0;
}

static int tear_down(void **state)
{
  static const char *const NAMES[] = {"own/new", "read/file", "secret",
                                      "own",     "read",      "."};
  char path[160];
  (void)state;
  for(size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
    snprintf(path, sizeof(path), "%s/%s", folder, NAMES[i]);
    if(remove(i + 1 < sizeof(NAMES) / sizeof(NAMES[0]) ? path : folder))
      return -1;
  }
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_only_what_was_given_is_there),
      cmocka_unit_test(test_its_own_folder_alone_can_be_written_to),
      cmocka_unit_test(test_it_has_no_rights_and_sees_no_other_process),
      cmocka_unit_test(test_who_it_is_stays),
  };
  if(!is_allowed())
    return 77;
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
