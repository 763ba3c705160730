/* SPDX-License-Identifier: MIT
 * How long a stream stood of the time that it was asked for, case by case. */
#include "load/load_testing.h"

#define URL   "url: http://127.0.0.1:1/\n"
#define AT(s) (M0 + (uint64_t)((s)*1e9)) /* seconds into the span of ten */

/* What happens to the one stream, in order. */
struct step {
  double at_s;
  enum presence to;
  bool missed; /* an attempt failed; the rest of the row says nothing */
};

struct life {
  const char *name;
  struct step step[6];
  uint8_t state; /* of its subscriber, at the end */
  double present_s, asked_s;
};

#define UP(t)                                                                 \
  {                                                                           \
    t, PRESENCE_STANDS, false                                                 \
  }
#define EXCUSED(t)                                                            \
  {                                                                           \
    t, PRESENCE_EXCUSED, false                                                \
  }
#define AWAY(t)                                                               \
  {                                                                           \
    t, PRESENCE_AWAY, false                                                   \
  }
#define GONE(t)                                                               \
  {                                                                           \
    t, PRESENCE_UNASKED, false                                                \
  }
#define MISSED(t)                                                             \
  {                                                                           \
    t, PRESENCE_UNASKED, true                                                 \
  }

static const struct life lives[] = {
    {"stands throughout", {EXCUSED(-1), UP(-0.9)}, SUBSCRIBER_OPEN, 10, 10},
    {"its way to the opening is not asked for",
     {EXCUSED(2), UP(3)},
     SUBSCRIBER_OPEN,
     7,
     7},
    {"refused from the first attempt on",
     {EXCUSED(2), MISSED(3)},
     SUBSCRIBER_WAITING,
     0,
     8},
    {"broke and came back",
     {EXCUSED(-1), UP(-1), AWAY(4), UP(6)},
     SUBSCRIBER_OPEN,
     8,
     10},
    {"broke and stays away",
     {EXCUSED(-1), UP(-1), AWAY(4)},
     SUBSCRIBER_STOPPED,
     4,
     10},
    {"ended properly and came back",
     {EXCUSED(-1), UP(-1), EXCUSED(4), UP(6)},
     SUBSCRIBER_OPEN,
     8,
     8},
    {"ended properly and was then refused",
     {EXCUSED(-1), UP(-1), EXCUSED(4), MISSED(5), UP(6)},
     SUBSCRIBER_OPEN,
     8,
     10},
    {"ended properly and waits",
     {EXCUSED(-1), UP(-1), EXCUSED(4)},
     SUBSCRIBER_WAITING,
     4,
     4},
    {"is closed before the end",
     {EXCUSED(-1), UP(-1), GONE(3)},
     SUBSCRIBER_STOPPED,
     3,
     3},
    {"goes on behind the span",
     {EXCUSED(-1), UP(-1), AWAY(10.5), UP(11)},
     SUBSCRIBER_OPEN,
     10,
     10},
};

static void live(struct worker *w, struct stream *st, const struct life *l)
{
  size_t i;
  for(i = 0; i < 6 && (l->step[i].at_s < 0 || l->step[i].at_s > 0); i++) {
    if(l->step[i].missed)
      presence_missed(st);
    else
      presence_set(w, st, l->step[i].to, AT(l->step[i].at_s));
  }
  st->sub.state = l->state;
  presence_end(w, st);
}

static void is(const struct worker *w, enum counter c, double s,
               const char *name)
{
  if(w->snap->counter[c] != (uint64_t)(s * 1e6 + 0.5))
    fail_msg("%s: %s is %llu us, not %g s", name, counter_key(c),
             (unsigned long long)w->snap->counter[c], s);
}

static void test_each_life_counts_as_it_should(void **state)
{
  size_t i;
  (void)state;
  for(i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
    struct worker *w = worker_of_yaml(URL);
    struct stream *st = stream_of_worker(w, 0);
    w->m1_ns = AT(10);
    live(w, st, &lives[i]);
    is(w, C_PRESENT_US, lives[i].present_s, lives[i].name);
    is(w, C_ASKED_US, lives[i].asked_s, lives[i].name);
    stream_drop(st);
    worker_drop(w);
  }
}

static void test_an_unanswered_return_is_an_absence(void **state)
{
  struct worker *w = worker_of_yaml(URL);
  struct stream *st = stream_of_worker(w, 0);
  (void)state;
  w->m1_ns = AT(10);
  presence_set(w, st, PRESENCE_STANDS, AT(-1));
  presence_set(w, st, PRESENCE_EXCUSED, AT(4));
  st->sub.state = SUBSCRIBER_CONNECTING;
  st->attempt_ns = AT(7);
  presence_end(w, st);
  is(w, C_PRESENT_US, 4, "unanswered");
  is(w, C_ASKED_US, 7, "unanswered");
  stream_drop(st);
  worker_drop(w);
}

static void test_streams_never_tried_are_absent_all_the_time(void **state)
{
  struct worker *w = worker_of_yaml(URL);
  (void)state;
  w->m1_ns = AT(10);
  presence_never(w, 3);
  is(w, C_PRESENT_US, 0, "never");
  is(w, C_ASKED_US, 30, "never");
  worker_drop(w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_life_counts_as_it_should),
      cmocka_unit_test(test_an_unanswered_return_is_an_absence),
      cmocka_unit_test(test_streams_never_tried_are_absent_all_the_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
