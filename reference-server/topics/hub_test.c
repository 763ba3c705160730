/* SPDX-License-Identifier: MIT
 * Tests of the shared memory, with real processes where that matters. */
#include "topics/hub.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
/* cmocka.h needs what stands above */
#include <cmocka.h>

#define WORKERS 3u

static int setup(void **state)
{
  struct hub_limits limits = {
      .workers = WORKERS, .history = 100, .history_bytes = 4096, .seed = 1};
  struct err e;
  *state = hub_new(&limits, &e);
  return *state ? 0 : -1;
}

static int teardown(void **state)
{
  hub_free(*state);
  return 0;
}

static bool is_awake(struct hub *h, uint32_t worker)
{
  struct pollfd p = {.fd = h->slots[worker].wake_fd, .events = POLLIN};
  return poll(&p, 1, 0) == 1;
}

static void wait_for(pid_t pid)
{
  int status;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void test_topic_is_the_same_in_every_process(void **state)
{
  struct hub *h = *state;
  int32_t index = hub_topic_open(h, SLICE_LIT("news"));
  struct replay_publish p = {.body = SLICE_LIT("data: x\n\n")};
  struct replay_entry entry;
  pid_t pid = fork();
  if(pid == 0) {
    struct hub_topic *t = hub_topic_at(h, (uint32_t)index);
    hub_lock(&t->lock);
    replay_log_publish(&t->log, &p);
    hub_unlock(&t->lock);
    _exit(hub_topic_open(h, SLICE_LIT("sport")) == index + 1 ? 0 : 1);
  }
  wait_for(pid);
  assert_int_equal(hub_topic_find(h, SLICE_LIT("sport")), index + 1);
  assert_int_equal(hub_topic_find(h, SLICE_LIT("none")), -1);
  assert_int_equal(
      replay_log_get(&hub_topic_at(h, (uint32_t)index)->log, 1, &entry), 0);
  assert_true(slice_eq_cstr(entry.body, "data: x\n\n"));
}

static void test_lock_of_a_dead_process_can_be_taken(void **state)
{
  struct hub *h = *state;
  int32_t index = hub_topic_open(h, SLICE_LIT("t"));
  struct hub_topic *t = hub_topic_at(h, (uint32_t)index);
  pid_t pid = fork();
  if(pid == 0) {
    hub_lock(&t->lock);
    _exit(0);
  }
  wait_for(pid);
  hub_lock(&t->lock);
  hub_unlock(&t->lock);
  hub_lock(&t->lock);
  hub_unlock(&t->lock);
}

static void test_topics_are_bounded(void **state)
{
  struct hub *h = *state;
  char name[32];
  for(int i = 0; i < HUB_MAX_TOPICS; i++) {
    snprintf(name, sizeof(name), "topic-%d", i);
    assert_int_equal(hub_topic_open(h, slice_of(name)), i);
  }
  assert_int_equal(hub_topic_open(h, SLICE_LIT("one more")), -1);
  assert_int_equal(hub_topic_open(h, SLICE_LIT("topic-7")), 7);
}

static void test_generator_goes_on_without_anybody_watching(void **state)
{
  struct hub *h = *state;
  int32_t index = hub_topic_open(h, SLICE_LIT("gen"));
  struct hub_topic *t = hub_topic_at(h, (uint32_t)index);
  struct topic_request r = {.rate = 1000, .size = 50, .type = SLICE_LIT("x")};
  struct topic_request other = {.rate = 5};
  hub_lock(&t->lock);
  hub_topic_configure(h, t, &r, 1000, false);
  hub_topic_configure(h, t, &other, 1000, false);
  assert_int_equal(hub_topic_due_ns(t), 1000);
  hub_topic_advance(t, 1000 + 2000000000);
  assert_int_equal(t->log.head_id, 2002);
  assert_int_equal(hub_topic_due_ns(t), 1000 + 2001000000);
  other.rate = 0;
  hub_topic_configure(h, t, &other, 1000 + 2001000000, true);
  assert_int_equal(t->log.head_id, 2003);
  assert_int_equal(hub_topic_due_ns(t), UINT64_MAX);
  hub_unlock(&t->lock);
}

static void test_announcement_wakes_workers_with_subscribers_only(void **state)
{
  struct hub *h = *state;
  int32_t index = hub_topic_open(h, SLICE_LIT("t"));
  struct hub_topic *t = hub_topic_at(h, (uint32_t)index);
  atomic_store(&t->subscribers[0], 1);
  atomic_store(&t->subscribers[2], 4);
  hub_topic_announce(h, (uint32_t)index, 0);
  assert_false(is_awake(h, 0));
  assert_false(is_awake(h, 1));
  assert_true(is_awake(h, 2));
  assert_int_equal(atomic_load(&h->slots[2].dirty[0]), 1);
}

static void test_command_waits_for_living_workers_only(void **state)
{
  struct hub *h = *state;
  struct hub_command c = {.kind = HUB_CUT, .share = 0.5, .topic = -1};
  uint64_t number;
  atomic_store(&h->slots[0].pid, 100);
  atomic_store(&h->slots[2].pid, 102);
  number = hub_command_post(h, &c);
  assert_int_equal(number, 1);
  assert_int_equal(atomic_load(&hub_command_at(h, number)->remaining), 2);
  for(uint32_t i = 0; i < WORKERS; i++)
    assert_true(is_awake(h, i));
}

static void test_commands_that_nobody_does_are_refused_in_time(void **state)
{
  struct hub *h = *state;
  struct hub_command c = {.kind = HUB_FAULTS};
  unsigned taken = 0;
  atomic_store(&h->slots[1].pid, 101);
  while(taken < 1000 && hub_command_post(h, &c))
    taken++;
  assert_int_equal(taken, HUB_COMMANDS / 2);
  atomic_store(&h->slots[1].command_tail, taken);
  assert_int_not_equal(hub_command_post(h, &c), 0);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
  const struct CMUnitTest tests[] = {
      T(test_topic_is_the_same_in_every_process),
      T(test_lock_of_a_dead_process_can_be_taken),
      T(test_topics_are_bounded),
      T(test_generator_goes_on_without_anybody_watching),
      T(test_announcement_wakes_workers_with_subscribers_only),
      T(test_command_waits_for_living_workers_only),
      T(test_commands_that_nobody_does_are_refused_in_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
