/* SPDX-License-Identifier: MIT
 * A worker's tick takes as long beside 17,000 streams as beside 1,000.
 *
 * Proven, not timed: each tick runs in a child process that must not touch the
 * memory of the streams (it is protected) and that is killed where it lists a
 * folder, which for /proc/PID/fd takes longer with each stream. */
#include <dirent.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load/load_testing.h"
#include "load/worker_private.h"

#define URL   "url: http://127.0.0.1:1/\n"
#define SLOWS 4 /* of the streams; they may be looked at */

/* Streams that nothing may look at, but for the first few. */
struct crowd {
  struct worker *w;
  struct stream **list;
  struct stream *stream;
  size_t list_bytes, stream_bytes;
};

static size_t pages(size_t bytes)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (bytes + page - 1) / page * page;
}

static void *mapped(size_t bytes)
{
  void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(p, MAP_FAILED);
  return p;
}

static void add_streams(struct crowd *c, uint32_t n)
{
  struct worker *w = c->w;
  uint32_t i;
  c->list_bytes = pages(n * sizeof(*c->list));
  c->stream_bytes = pages(n * sizeof(*c->stream));
  c->list = mapped(c->list_bytes);
  c->stream = mapped(c->stream_bytes);
  for(i = 0; i < n; i++) {
    c->list[i] = &c->stream[i];
    c->stream[i].number = i;
    c->stream[i].sub.state = SUBSCRIBER_OPEN;
    c->stream[i].counted_open = true;
  }
  for(i = 0; i < SLOWS; i++)
    c->stream[i].slow = i + 1;
  w->slow = c->list;
  w->slows = SLOWS;
  w->stream = c->list;
  w->streams = w->stream_cap = n;
  w->started = w->live = w->open_now = n;
}

static struct crowd crowd_of(const char *yaml, uint32_t n)
{
  struct crowd c;
  memset(&c, 0, sizeof(c));
  c.w = worker_of_yaml(yaml);
  c.w->channel.closed = true; /* nobody listens */
  add_streams(&c, n);
  return c;
}

static void crowd_drop(struct crowd *c)
{
  munmap(c->list, c->list_bytes);
  munmap(c->stream, c->stream_bytes);
  worker_drop(c->w);
}

/* From here on all but the first page of them is out of bounds. */
static void protect(const struct crowd *c)
{
  size_t page = pages(1);
  char *list = (char *)c->list, *stream = (char *)c->stream;
  if(mprotect(list + page, c->list_bytes - page, PROT_NONE) ||
     mprotect(stream + page, c->stream_bytes - page, PROT_NONE))
    _exit(2);
}

/* From here on who lists a folder is killed. */
static void forbid_listing(void)
{
  struct sock_filter rule[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getdents64, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {sizeof(rule) / sizeof(rule[0]), rule};
  if(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
     prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
    _exit(3);
}

/* Three seconds of a worker's life. */
static void ticks(struct crowd *c)
{
  uint64_t now;
  for(now = M0; now < M0 + 3 * NS_PER_SEC;) {
    uint64_t next;
    worker_tick(c->w, now);
    next = worker_wake_ns(c->w, now);
    if(next <= now || next > now + WORKER_TICK_NS)
      _exit(4);
    now = next;
  }
  if(c->w->now.index < 3 || !c->w->snap->counter[C_RSS_BYTES])
    _exit(5); /* slices were not sent, or memory was not looked at */
}

static void touch_a_stream(struct crowd *c)
{
  if(((volatile struct stream *)c->stream)[c->w->streams - 1].slow)
    _exit(6);
}

static void list_a_folder(struct crowd *c)
{
  DIR *d = opendir("/proc/self/fd");
  (void)c;
  if(d && readdir(d))
    closedir(d);
}

/* Does fn in a child under both rules.  Returns whether it came to its end. */
static bool survives(struct crowd *c, void (*fn)(struct crowd *c))
{
  int status = 0;
  pid_t pid = fork();
  assert_true(pid >= 0);
  if(pid == 0) {
    signal(SIGSEGV, SIG_DFL); /* cmocka goes on with the next test */
    protect(c);
    forbid_listing();
    fn(c);
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  if(WIFEXITED(status) && WEXITSTATUS(status) > 1)
    fail_msg("the child ended with %d", WEXITSTATUS(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void tick_beside(const char *yaml)
{
  static const uint32_t size[] = {1000, 17000};
  int i;
  for(i = 0; i < 2; i++) {
    struct crowd c = crowd_of(yaml, size[i]);
    assert_true(survives(&c, ticks));
    crowd_drop(&c);
  }
}

static void test_the_rules_are_felt(void **state)
{
  struct crowd c = crowd_of(URL "connections: 1000\n", 1000);
  (void)state;
  assert_false(survives(&c, touch_a_stream));
  assert_false(survives(&c, list_a_folder));
  crowd_drop(&c);
}

static void test_a_tick_looks_at_no_idle_stream(void **state)
{
  (void)state;
  tick_beside(URL "connections: 1000\n"); /* opened, as many as there are */
  tick_beside(URL "connections: 1000\nramp: 1s\n"
                  "storm: {share: 10%, at: 5s}\n");
}

static void test_a_tick_of_arrivals_looks_at_the_oldest_alone(void **state)
{
  (void)state;
  tick_beside(URL "arrival: {rate: 100/s, lifetime: 1h}\n");
}

static void test_a_tick_feeds_the_slow_alone(void **state)
{
  (void)state;
  tick_beside(URL "connections: 1000\n"
                  "slow: {share: 1%, bytes-per-second: 10KB}\n");
}

/* Nothing is due: it sleeps.  Something is: to the millisecond. */
static void test_it_wakes_when_something_is_due(void **state)
{
  struct worker *w = worker_of_yaml(URL "connections: 100\nramp: 10s\n");
  (void)state;
  w->started = 100;
  w->m0_ns = w->m1_ns = 0;
  assert_int_equal(worker_wake_ns(w, T0 - NS_PER_SEC),
                   T0 - NS_PER_SEC + WORKER_TICK_NS);
  assert_int_equal(worker_wake_ns(w, T0 - 3 * NS_PER_MS), T0);
  assert_int_equal(worker_wake_ns(w, T0 + NS_PER_MS),
                   T0 + NS_PER_MS + WORKER_TICK_NS);
  assert_int_equal(worker_wake_ns(w, T0 + 96 * NS_PER_MS),
                   T0 + 100 * NS_PER_MS);
  w->m0_ns = T0 + 98 * NS_PER_MS;
  assert_int_equal(worker_wake_ns(w, T0 + 96 * NS_PER_MS), w->m0_ns);
  worker_drop(w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_rules_are_felt),
      cmocka_unit_test(test_a_tick_looks_at_no_idle_stream),
      cmocka_unit_test(test_a_tick_of_arrivals_looks_at_the_oldest_alone),
      cmocka_unit_test(test_a_tick_feeds_the_slow_alone),
      cmocka_unit_test(test_it_wakes_when_something_is_due),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
