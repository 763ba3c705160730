/* SPDX-License-Identifier: MIT
 * Test help: one EventSource, the server that answers its connections from a
 * script, and a log of what was heard. */
#ifndef WEIR_SUBSCRIBER_SUBSCRIBER_TESTING_H
#define WEIR_SUBSCRIBER_SUBSCRIBER_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "subscriber/subscriber.h"

#define MAX_PEERS 8

struct peer {
  uv_tcp_t tcp;
  struct scene *scene;
  int index;
  struct buf request;
  bool answered, open;
  char in[4096];
};

struct scene {
  uv_loop_t loop;
  uv_tcp_t listener;
  uv_timer_t guard; /* ends a test in which an awaited call never comes */
  const char *const *script; /* one answer a connection; then silence */
  int script_n;
  struct peer peer[MAX_PEERS];
  int peers;
  struct transport *t;
  struct subscriber_config config;
  struct rng rng;
  struct subscriber s;
  bool keep_open; /* the server does not close after its answer */
  char url[64];
  const char *authorization;
  struct header more[2]; /* of the request, behind that */
  uint32_t mores;
  /* heard */
  struct buf log; /* "attempt open event:x ended:clean-end ..." */
  uint64_t ended_ns;
  char sentence[300]; /* of the last failure */
};

/* scene_new: connection n is answered with script[n], those behind the last
 * with silence. */
struct scene *scene_new(const char *const *script, int n);
void scene_free(struct scene *sc);
/* run_until the log has this text; the test fails after ten seconds. */
void run_until(struct scene *sc, const char *seen);
/* requested: text stands in the request of connection i. */
bool requested(const struct scene *sc, int i, const char *text);

#endif
