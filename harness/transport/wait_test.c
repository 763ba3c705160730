/* SPDX-License-Identifier: MIT
 * Deadlines of exchanges: each fails at its own and with its own cause, and a
 * sweep looks at those alone whose time has come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "transport/exchange.h"

#define CROWD 17000

struct scene {
  uv_loop_t loop;
  uv_timer_t end;
  struct transport *t;
  struct exchange *failed[8];
  enum end_kind kind[8];
  int failures;
  struct exchange *again; /* fails at once when another has */
};

static struct scene *scene; /* of the test that runs */

static void fail_one(struct exchange *x, enum end_kind kind)
{
  struct scene *sc = scene;
  exchange_unwait(x);
  assert_true(sc->failures < 8);
  sc->failed[sc->failures] = x;
  sc->kind[sc->failures++] = kind;
  if(sc->again) {
    x = sc->again;
    sc->again = NULL;
    exchange_defer_failure(x, END_LOCAL_LIMIT);
  }
}

static const struct carrier_ops ops = {NULL, NULL, fail_one};

static struct exchange exchange_of(struct scene *sc, bool connected)
{
  struct exchange x;
  memset(&x, 0, sizeof(x));
  x.ops = &ops;
  x.t = sc->t;
  x.connected = connected;
  return x;
}

static void begin(struct scene *sc)
{
  struct transport_config tc;
  struct err e;
  memset(sc, 0, sizeof(*sc));
  memset(&tc, 0, sizeof(tc));
  scene = sc;
  assert_int_equal(uv_loop_init(&sc->loop), 0);
  tc.loop = &sc->loop;
  sc->t = transport_new(&tc, &e);
  assert_non_null(sc->t);
  assert_int_equal(uv_timer_init(&sc->loop, &sc->end), 0);
}

static void over(uv_timer_t *t)
{
  uv_stop(t->loop);
}

/* Some sweeps' time, in which nothing else happens. */
static void let_sweep(struct scene *sc)
{
  uv_update_time(&sc->loop);
  uv_timer_start(&sc->end, over, 250, 0);
  uv_run(&sc->loop, UV_RUN_DEFAULT);
}

static void finish(struct scene *sc)
{
  transport_close(sc->t);
  uv_close((uv_handle_t *)&sc->end, NULL);
  uv_run(&sc->loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
}

static void test_each_fails_at_its_deadline_with_its_cause(void **state)
{
  struct scene sc;
  struct exchange x[5];
  int i;
  (void)state;
  begin(&sc);
  for(i = 0; i < 5; i++)
    x[i] = exchange_of(&sc, i == 3);
  exchange_wait(&x[0], 3 * NS_PER_MS);
  exchange_wait(&x[1], 0); /* for ever */
  exchange_wait(&x[2], 2 * NS_PER_MS);
  exchange_wait(&x[3], NS_PER_MS);
  exchange_wait(&x[4], NS_PER_MS);
  exchange_unwait(&x[4]);
  let_sweep(&sc);
  assert_int_equal(sc.failures, 3);
  assert_ptr_equal(sc.failed[0], &x[2]);
  assert_ptr_equal(sc.failed[1], &x[0]);
  assert_ptr_equal(sc.failed[2], &x[3]);
  assert_int_equal(sc.kind[0], END_CONNECT_TIMEOUT);
  assert_int_equal(sc.kind[2], END_HEAD_TIMEOUT);
  exchange_unwait(&x[1]);
  exchange_unwait(&x[1]); /* waits for nothing: nothing happens */
  finish(&sc);
}

static void test_failures_at_the_start_are_told_from_the_loop(void **state)
{
  struct scene sc;
  struct exchange x[3];
  int i;
  (void)state;
  begin(&sc);
  for(i = 0; i < 3; i++)
    x[i] = exchange_of(&sc, false);
  exchange_wait(&x[0], NS_PER_SEC * 3600);
  exchange_defer_failure(&x[0], END_REFUSED); /* waited for something else */
  exchange_defer_failure(&x[1], END_UNREACHABLE);
  sc.again = &x[2];
  assert_int_equal(sc.failures, 0);
  uv_run(&sc.loop, UV_RUN_NOWAIT);
  assert_int_equal(sc.failures, 2);
  assert_int_equal(sc.kind[0], END_REFUSED);
  assert_int_equal(sc.kind[1], END_UNREACHABLE);
  uv_run(&sc.loop, UV_RUN_NOWAIT); /* others had their turn */
  assert_int_equal(sc.failures, 3);
  assert_ptr_equal(sc.failed[2], &x[2]);
  finish(&sc);
}

/* Memory that may not be touched is the proof: cmocka tells of a fault. */
static void test_a_sweep_looks_at_the_due_alone(void **state)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t bytes = CROWD * sizeof(struct exchange);
  struct exchange due, *crowd;
  struct scene sc;
  int i;
  (void)state;
  begin(&sc);
  crowd = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(crowd, MAP_FAILED);
  due = exchange_of(&sc, true);
  exchange_wait(&due, NS_PER_MS);
  for(i = 0; i < CROWD; i++) {
    crowd[i] = exchange_of(&sc, true);
    exchange_wait(&crowd[i], 3600 * NS_PER_SEC);
  }
  assert_int_equal(mprotect((char *)crowd + page, bytes - page, PROT_NONE), 0);
  let_sweep(&sc);
  assert_int_equal(sc.failures, 1);
  assert_ptr_equal(sc.failed[0], &due);
  finish(&sc);
  munmap(crowd, bytes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_fails_at_its_deadline_with_its_cause),
      cmocka_unit_test(test_failures_at_the_start_are_told_from_the_loop),
      cmocka_unit_test(test_a_sweep_looks_at_the_due_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
