/* SPDX-License-Identifier: MIT
 * What is known about the target of a check: declared by the user, or found
 * out from the first recording and printed as an assumption. */
#ifndef WEIR_RECORDING_TARGET_H
#define WEIR_RECORDING_TARGET_H
#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "endpoint/endpoint.h"
#include "plan/exchanges.h"

enum stream_kind { STREAM_UNKNOWN, STREAM_ENDLESS, STREAM_FINITE };
enum resume_kind {
  RESUME_UNKNOWN,
  RESUME_NONE,
  RESUME_AT_LEAST_ONCE,
  RESUME_EXACTLY_ONCE
};
/* Whose rules hold: by the method, unless somebody says. */
enum target_client { CLIENT_BY_METHOD, CLIENT_EVENTSOURCE, CLIENT_FETCH };
enum known { KNOWN_NOT, KNOWN_DECLARED, KNOWN_ASSUMED };

struct profile_asked; /* profile/profile.h */

struct target {
  struct endpoint endpoint; /* its url is absolute */
  char *origin;             /* for CORS checks; NULL: those are skipped */
  char *protocol;        /* the protocol on top, as profiles are named, given
                            or guessed; NULL: none is known */
  bool has_credentials;  /* an Authorization or Cookie header was given */
  char *user_a, *user_b; /* Authorization values of two identities */
  char *publish_url;     /* cooperation hook; NULL: none */
  char *publish_method;  /* "POST" */
  bool loopback, tls;
  bool owned; /* the user says that it is theirs to change; never saved */
  bool via;   /* a proxy in front of an origin of ours */
  /* The protocol on top as it is asked, borrowed; NULL.  Never saved. */
  struct profile_asked *app;
  /* While it runs: where the origin itself listens ("http://127.0.0.1:81"),
   * and the secret that runs of it begin with.  NULL, and never saved. */
  char *via_url, *via_run;
  enum plan_mode mode;
  bool fast, strict;
  enum target_client client;
  uint64_t deadline_ns; /* CLOCK_MONOTONIC: when a run has to be over; 0 =
                           when its plan says; not saved */
  /* declared or assumed */
  enum stream_kind stream;
  enum resume_kind resume;
  enum known stream_known, resume_known, heartbeat_known;
  uint64_t heartbeat_ns; /* 0 = none declared or seen */
  bool ids, numeric_ids, broadcast;
  uint64_t connect_ns; /* what connecting took once; not saved */
  bool late;   /* the run was given up before all of its plan was done */
  bool looked; /* a stream of it was opened and closed; not saved */
  /* It lets in one stream at a time, and answers another one with this status
   * meanwhile; 0 = it lets in more. */
  uint32_t busy_status;
  uint64_t history_events;  /* 0 = unknown */
  uint32_t max_connections; /* 0 = unknown */
  /* thresholds, nanoseconds; the connect time is added to each */
  uint64_t head_ns;        /* T_h: 1 s */
  uint64_t event_ns;       /* T_e: 250 ms */
  uint64_t window_ns;      /* observation: 5 s (fast: 2 s) */
  uint64_t idle_window_ns; /* heartbeats: 20 s (see target_set_fast) */
  uint64_t seed;
  uint64_t min_events;    /* where fewer came the stream is not judged; 1 */
  uint32_t resume_rounds; /* cuts of the script "resume"; 0 = 12, fast: 5 */
};

/* target_new: a GET target with the default thresholds; loopback and tls are
 * read off the URL.  NULL without memory. */
struct target *target_new(const char *url);
/* target_add_header appends a request header and notes credentials.  0 or
 * E_NOMEM. */
int target_add_header(struct target *t, const char *name, const char *value);
/* target_note_header notes credentials, of a header that is added otherwise.
 */
void target_note_header(struct target *t, const char *name);
/* target_is_eventsource: the stream's client is an EventSource, which comes
 * back by itself; one that is asked otherwise than by GET is read by fetch,
 * where nobody says. */
bool target_is_eventsource(const struct target *t);
/* target_is_get: asking costs nothing and changes nothing. */
bool target_is_get(const struct target *t);
/* target_set_fast shortens the windows: 2 s, and 1.5 heartbeats of silence (at
 * most TARGET_FAST_IDLE_NS, which is also taken when none is declared). */
#define TARGET_FAST_IDLE_NS (UINT64_C(6) * 1000000000)
void target_set_fast(struct target *t);
void target_free(struct target *t);

#define TARGET_SCHEMA "weir.target/1"
/* JSON form; credentials and tokens in URLs masked unless keep_secrets. */
json_t *target_to_json(const struct target *t, bool keep_secrets);
struct target *target_from_json(json_t *j, struct err *e);

#endif
