/* SPDX-License-Identifier: MIT
 * Private folders: that they go with their owner, and nothing else does. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "nginxbox/private_dir.h"

/* Nothing in it runs as another user. */
#define NOBODY ((struct process_user){0, 0, NULL})

#define STALE  "weir-nginx-staLE1"
#define TURNS  2000
#define PATH_N 700

/* A folder of the test's own, which is $TMPDIR, with a file beside. */
struct place {
  char tmp[64], outside[PATH_N];
};

static void join(char *out, const char *folder, const char *name)
{
  assert_true(snprintf(out, PATH_N, "%s/%s", folder, name) < PATH_N);
}

static bool is_there(const char *folder, const char *name)
{
  struct stat st;
  char path[PATH_N];
  join(path, folder, name);
  return lstat(path, &st) == 0;
}

static void write_file(const char *folder, const char *name, mode_t mode)
{
  char path[PATH_N];
  int fd;
  join(path, folder, name);
  fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
  assert_true(fd >= 0);
  close(fd);
}

static void make_folder(char *out, const char *folder, const char *name)
{
  join(out, folder, name);
  assert_int_equal(mkdir(out, 0700), 0);
}

static void link_to(const char *target, const char *folder, const char *name)
{
  char path[PATH_N];
  join(path, folder, name);
  assert_int_equal(symlink(target, path), 0);
}

static int begin(void **state)
{
  static struct place p;
  snprintf(p.tmp, sizeof(p.tmp), "/tmp/private-test-XXXXXX");
  assert_non_null(mkdtemp(p.tmp));
  assert_int_equal(setenv("TMPDIR", p.tmp, 1), 0);
  make_folder(p.outside, p.tmp, "outside");
  write_file(p.outside, "precious", 0600);
  *state = &p;
  return 0;
}

/* All but what is outside is gone; nothing of that is. */
static int end(void **state)
{
  struct place *p = *state;
  char path[PATH_N];
  join(path, p->outside, "precious");
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(p->outside), 0);
  assert_int_equal(rmdir(p->tmp), 0);
  return 0;
}

static void make(struct private_dir *d, bool keep)
{
  struct err e = {0};
  assert_int_equal(private_dir_make(d, keep, NOBODY, &e), 0);
}

/* Folders in folders, and links that lead out. */
static void fill(const struct place *p, const char *folder)
{
  char below[PATH_N], deeper[PATH_N];
  make_folder(below, folder, "as-is");
  make_folder(deeper, below, "logs");
  write_file(deeper, "error.log", 0600);
  link_to(p->outside, deeper, "link");
  link_to(p->outside, folder, "link");
  link_to("/nowhere", folder, "broken");
}

static void test_it_goes_with_all_that_is_in_it(void **state)
{
  struct private_dir d;
  make(&d, false);
  assert_true(d.owner >= 0 && d.guard > 0);
  fill(*state, d.path);
  private_dir_remove(&d);
  assert_string_equal(d.path, "");
  private_dir_remove(&d);
}

/* An owner that is killed, in a process of its own; 'out' is the folder. */
static pid_t start_owner(struct place *p, char *out, size_t size)
{
  int pair[2];
  pid_t pid;
  assert_int_equal(pipe(pair), 0);
  pid = fork();
  assert_true(pid >= 0);
  if(pid == 0) {
    struct private_dir d;
    make(&d, false);
    fill(p, d.path);
    if(write(pair[1], d.path, sizeof(d.path)) < 0)
      _exit(1);
    for(;;)
      pause();
  }
  assert_int_equal(read(pair[0], out, size), (ssize_t)size);
  close(pair[0]);
  close(pair[1]);
  return pid;
}

static void kill_owner(pid_t pid)
{
  assert_int_equal(kill(pid, SIGKILL), 0);
  assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void await_gone(const char *path)
{
  for(int i = 0; i < TURNS && access(path, F_OK) == 0; i++)
    poll(NULL, 0, 5);
  assert_int_not_equal(access(path, F_OK), 0);
}

static void test_its_guard_removes_it_when_the_owner_is_killed(void **state)
{
  char path[sizeof(((struct private_dir *)0)->path)];
  pid_t owner = start_owner(*state, path, sizeof(path));
  struct private_dir d;
  make(&d, false); /* it looks for the dead: this one lives */
  assert_int_equal(access(path, F_OK), 0);
  kill_owner(owner);
  await_gone(path);
  assert_int_equal(access(d.path, F_OK), 0);
  private_dir_remove(&d);
}

static void test_a_folder_of_a_dead_owner_goes_with_the_next_run(void **state)
{
  struct place *p = *state;
  char path[PATH_N];
  struct private_dir d;
  make_folder(path, p->tmp, STALE);
  write_file(path, "owner", 0600);
  fill(p, path);
  make(&d, true);
  assert_false(is_there(p->tmp, STALE));
  private_dir_remove(&d);
}

/* What is wrong with a folder that looks like a dead one's. */
enum odd {
  NO_OWNER,
  OWNER_A_LINK,
  OWNER_OPEN_TO_ALL,
  OWNER_A_FOLDER,
  FOLDER_OPEN_TO_ALL,
  LOCKED,
  OTHER_NAME,
  ODDITIES
};

static int make_odd(const struct place *p, enum odd odd, char *path)
{
  char owner[PATH_N];
  int fd = -1;
  make_folder(path, p->tmp, odd == OTHER_NAME ? STALE "2" : STALE);
  write_file(path, "kept", 0600);
  join(owner, path, "owner");
  if(odd == OWNER_A_LINK)
    link_to("kept", path, "owner");
  else if(odd == OWNER_A_FOLDER)
    make_folder(owner, path, "owner");
  else if(odd != NO_OWNER)
    write_file(path, "owner", 0600);
  if(odd == OWNER_OPEN_TO_ALL)
    assert_int_equal(chmod(owner, 0666), 0);
  if(odd == FOLDER_OPEN_TO_ALL)
    assert_int_equal(chmod(path, 0755), 0);
  if(odd == LOCKED) {
    fd = open(owner, O_RDWR);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
  }
  return fd;
}

static void drop_odd(enum odd odd, const char *path)
{
  char at[PATH_N];
  join(at, path, "kept");
  assert_int_equal(unlink(at), 0);
  join(at, path, "owner");
  if(odd == OWNER_A_FOLDER)
    assert_int_equal(rmdir(at), 0);
  else if(odd != NO_OWNER)
    assert_int_equal(unlink(at), 0);
  assert_int_equal(rmdir(path), 0);
}

static void test_no_other_folder_is_touched(void **state)
{
  struct place *p = *state;
  for(enum odd odd = 0; odd < ODDITIES; odd++) {
    char path[PATH_N];
    struct private_dir d;
    int fd = make_odd(p, odd, path);
    print_message("oddity %d\n", (int)odd);
    make(&d, false);
    private_dir_remove(&d);
    if(fd >= 0)
      close(fd);
    drop_odd(odd, path); /* all of it is there */
  }
}

static void test_a_link_that_looks_like_one_is_not_followed(void **state)
{
  struct place *p = *state;
  struct private_dir d;
  char path[PATH_N];
  write_file(p->outside, "owner", 0600);
  link_to(p->outside, p->tmp, STALE);
  make(&d, false);
  private_dir_remove(&d);
  assert_true(is_there(p->outside, "precious"));
  join(path, p->outside, "owner");
  assert_int_equal(unlink(path), 0);
  join(path, p->tmp, STALE);
  assert_int_equal(unlink(path), 0);
}

static void test_one_that_is_kept_has_neither_owner_nor_guard(void **state)
{
  struct private_dir kept, next;
  (void)state;
  make(&kept, true);
  assert_false(is_there(kept.path, "owner"));
  assert_int_equal(kept.guard, 0);
  make(&next, false);
  assert_int_equal(access(kept.path, F_OK), 0);
  private_dir_remove(&next);
  private_dir_remove(&kept);
}

static void test_a_guard_holds_nothing_of_its_owners(void **state)
{
  struct private_dir d;
  int pair[2];
  char c;
  (void)state;
  assert_int_equal(pipe(pair), 0);
  make(&d, false);
  close(pair[1]);
  assert_int_equal(read(pair[0], &c, 1), 0);
  close(pair[0]);
  private_dir_remove(&d);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_PLACE(test_it_goes_with_all_that_is_in_it),
      IN_PLACE(test_its_guard_removes_it_when_the_owner_is_killed),
      IN_PLACE(test_a_folder_of_a_dead_owner_goes_with_the_next_run),
      IN_PLACE(test_no_other_folder_is_touched),
      IN_PLACE(test_a_link_that_looks_like_one_is_not_followed),
      IN_PLACE(test_one_that_is_kept_has_neither_owner_nor_guard),
      IN_PLACE(test_a_guard_holds_nothing_of_its_owners),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
