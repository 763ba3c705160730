/* SPDX-License-Identifier: MIT
 * Test help: a recorder, its target and the scripted server it records. */
#ifndef WEIR_PROBE_RECORDER_TESTING_H
#define WEIR_PROBE_RECORDER_TESTING_H
#include "net/server_testing.h"
#include "probe/recorder.h"

#define MS INT64_C(1000000)
#define OK                                                                    \
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"                    \
  "Transfer-Encoding: chunked\r\n\r\n"

struct scene {
  uv_loop_t loop;
  struct testing_server server;
  struct target *target;
  struct recorder *rec;
  struct recording *r; /* the last one that was finished */
  unsigned done, progress, limited;
  uint64_t bytes; /* of all recordings */
  /* what on_progress does */
  size_t cut_at_events;
  enum cut_how how;
  unsigned close_at_progress;
};

/* Counts into the scene, and does what it says. */
extern const struct recorder_handler scene_handler;

/* scene_begin: every connection is answered by these steps. */
void scene_begin(struct scene *sc, const struct testing_step *steps);
void scene_end(struct scene *sc);
/* scene_run until n exchanges are done in all. */
void scene_run(struct scene *sc, unsigned n);
/* scene_record performs one exchange; scene_answered begins a scene for it. */
struct recording *scene_record(struct scene *sc, struct probe_request *q);
struct recording *scene_answered(struct scene *sc,
                                 const struct testing_step *steps,
                                 struct probe_request *q);

#endif
