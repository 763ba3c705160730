/* SPDX-License-Identifier: MIT
 * A recorder for tests; see recorder_testing.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probe/recorder_testing.h"

static void on_progress(struct recorder_exchange *x, const struct recording *r,
                        void *ctx)
{
  struct scene *sc = ctx;
  sc->progress++;
  assert_ptr_equal(r, recorder_recording(x));
  if(sc->cut_at_events && r->events >= sc->cut_at_events)
    recorder_cut(x, sc->how);
  if(sc->close_at_progress && sc->progress >= sc->close_at_progress) {
    recorder_close(sc->rec);
    sc->rec = NULL;
  }
}

static void on_done(struct recording *r, void *ctx)
{
  struct scene *sc = ctx;
  recording_free(sc->r);
  sc->r = r;
  sc->bytes += r->wire.n;
  sc->limited += r->end == REC_END_LIMIT;
  sc->done++;
}

const struct recorder_handler scene_handler = {on_progress, on_done};

void scene_begin(struct scene *sc, const struct testing_step *steps)
{
  const struct testing_step *const *answer;
  struct err e;
  static const struct testing_step *one[1];
  memset(sc, 0, sizeof(*sc));
  one[0] = steps;
  answer = one;
  uv_loop_init(&sc->loop);
  testing_server_start(&sc->server, &sc->loop, answer, 1, NULL);
  sc->target = target_new(sc->server.url);
  sc->target->window_ns = 150 * (uint64_t)MS;
  sc->rec = recorder_new(&sc->loop, sc->target, &e);
  assert_non_null(sc->rec);
}

void scene_run(struct scene *sc, unsigned n)
{
  while(sc->done < n)
    uv_run(&sc->loop, UV_RUN_ONCE);
}

struct recording *scene_record(struct scene *sc, struct probe_request *q)
{
  q->name = q->name ? q->name : "test";
  assert_non_null(recorder_start(sc->rec, q, &scene_handler, sc));
  scene_run(sc, sc->done + 1);
  return sc->r;
}

void scene_end(struct scene *sc)
{
  if(sc->rec)
    recorder_close(sc->rec);
  testing_server_stop(&sc->server);
  assert_int_equal(uv_loop_close(&sc->loop), 0);
  recording_free(sc->r);
  target_free(sc->target);
}

/* One exchange with one answer; the caller ends the scene. */
struct recording *scene_answered(struct scene *sc,
                                 const struct testing_step *steps,
                                 struct probe_request *q)
{
  scene_begin(sc, steps);
  return scene_record(sc, q);
}
