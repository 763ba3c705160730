/* SPDX-License-Identifier: MIT
 * Private to load/: one worker process, its streams and its counts.
 *
 * A worker shares nothing: it gets its share of the plan over the channel,
 * holds its streams on its own loop, and hands back snapshots. */
#ifndef WEIR_LOAD_WORKER_H
#define WEIR_LOAD_WORKER_H
#include "base/clock.h"
#include "health/lag.h"
#include "load/schedule.h"
#include "load/sense.h"
#include "load/spans.h"
#include "load/target.h"
#include "loop/channel.h"
#include "metrics/snapshot.h"
#include "subscriber/subscriber.h"

#define SLICE_NS NS_PER_SEC /* of the timeline, and of progress */

struct worker;
struct publisher;
struct asking;

/* Where a stream is, seen from who asked for it. */
enum presence {
  PRESENCE_UNASKED, /* not wanted yet, or no longer */
  PRESENCE_EXCUSED, /* not there, as it may be: see presence.c */
  PRESENCE_AWAY,    /* not there, and should be */
  PRESENCE_STANDS
};

/* The numbers of one owner on a stream: it has more than one where event types
 * or topics count for themselves. */
struct account {
  struct ledger_stream ledger;
  struct spans breaks; /* gaps that span a reconnection */
  struct account *next;
  uint64_t key;     /* trial_key of the owner; 0 = the stream itself */
  bool after_break; /* reconnected; no number since */
};

#define ACCOUNTS_MAX 256 /* of a stream; what others number is not counted */

struct stream {
  struct subscriber sub; /* first */
  struct account account;
  uint64_t number;         /* over all workers, from 0 */
  const struct user *user; /* borrowed; NULL without users */
  uint64_t attempt_ns;     /* mono, of the running attempt */
  uint64_t open_ns;        /* mono, when it last opened */
  uint64_t ended_ns;       /* mono, of the last end; 0 = never ended */
  uint64_t last_event_ns;  /* real, arrival of the last event; 0 = none */
  uint64_t close_ns;       /* mono, when its lifetime is over; 0 = never */
  uint64_t since_ns;       /* mono, when its presence last changed */
  struct stream *next;     /* among the departed */
  uint32_t user_index;
  enum presence presence;
  bool counted_open;  /* part of worker.open_now */
  bool starting;      /* first attempt, not yet settled */
  bool first_pending; /* no event yet */
  bool resumed;       /* the reconnection carried Last-Event-ID */
  bool owed_all;      /* exact ledger: expectation is set */
  bool late_seen;     /* an event scheduled after the measured span came */
  uint32_t slow; /* a slow reader: its place among them, from 1; 0 = none */
};

/* The slice of the timeline that is being filled. */
struct current_slice {
  uint64_t index;
  int64_t counter[SLICE_COUNTER_COUNT];
  struct hist *latency; /* owned */
};

/* How the publisher numbers and times its events, once it is known. */
struct publish_plan {
  bool known;
  uint64_t p0_ns; /* mono, when number 0 is due */
  double rate;
  uint64_t users; /* 0 = not per user */
};

/* The first stream of the run is opened alone: where it fails, the run ends
 * with one sentence instead of thousands of failures. */
struct pilot {
  bool pending, ok, local;
  char cause[64], sentence[200];
};

struct worker {
  /* READ-ONLY AFTER SETUP */
  uv_loop_t loop;
  struct scenario *scenario;
  uint32_t index, workers;
  bool publisher;
  char run[24];
  struct subscriber_config sub;
  struct load_target target;
  uint32_t id_field; /* column of user.id */
  /* CONTROL */
  struct channel channel;
  struct transport *transport;
  struct publisher *publishing; /* owned; the publishing worker only */
  const struct workload *workload;
  struct asking *asking; /* owned; where streams answer requests */
  struct lag_meter lag;
  uv_timer_t tick; /* set to when there is something to do */
  uv_prepare_t turn;
  bool begun; /* timers and counts are up */
  bool finishing;
  /* SCHEDULE; all CLOCK_MONOTONIC, 0 = not yet known */
  uint64_t t0_ns, m0_ns, m1_ns;
  int64_t real_offset_ns; /* real minus mono, at the start */
  struct publish_plan plan;
  /* STREAMS */
  /* In order of opening, from `oldest` on: closing takes streams off the front
   * (their lifetime is over) or the back (a stage goes down). */
  struct stream **stream; /* owned */
  uint32_t oldest, streams, stream_cap;
  struct stream *departed; /* owned: closed, their account still open */
  struct stream **slow;    /* owned: the slow readers, in no order */
  uint32_t slows, slow_cap;
  uint64_t started;   /* local count of first attempts */
  uint64_t live;      /* neither stopped nor finished */
  uint32_t in_flight; /* first attempts not yet settled */
  bool made_room;     /* a first attempt settled since the last turn */
  uint64_t slot_ns;   /* mono, when too many were last under way */
  uint64_t held_back; /* first attempts that waited for such room */
  uint64_t open_now;
  uint64_t storms_done;
  uint64_t slow_fed_ns;
  struct pilot pilot; /* worker 0 */
  bool settled_told;
  struct rng rng;
  /* COUNTS */
  struct snapshot *snap; /* owned */
  struct sense sense;
  struct trial trial; /* while sense.on_trial */
  struct current_slice now;
  uint64_t cpu_m0_ns, wait_m0_ns; /* at the start of the measured span */
  uint64_t events_m0, bytes_m0;
  double cpu_share, wait_share;
  /* DRAIN */
  bool draining, drained_told;
  uint64_t drain_ns, drain_events; /* when something last came, and how many */
  uint32_t drained;                /* streams before this one are satisfied */
  uint64_t published;              /* total count, exact ledger */
  struct spans failed;             /* publish numbers that nobody is owed */
  uint64_t known;         /* the outcome of publishes below this is known */
  uint64_t settled_known; /* what was known when accounts last closed */
  uint64_t absent;        /* owed something, but not connected at the end */
};

/* worker_main is the whole life of a worker process; fd is the channel.
 * Returns the exit status. */
int worker_main(int fd);

/* What the worker's streams are for.  All but free may be called any time
 * between the setup and the final message. */
struct workload {
  void (*pilot)(struct worker *w);
  /* open does what is due as far as there is room, tick all that is due. */
  void (*open)(struct worker *w, uint64_t now_ns);
  void (*tick)(struct worker *w, uint64_t now_ns);
  uint64_t (*due_ns)(const struct worker *w, uint64_t now_ns,
                     uint64_t until_ns);
  bool (*settled)(const struct worker *w, uint64_t now_ns);
  /* drain: the span is over; drained: nothing is owed any more. */
  void (*drain)(struct worker *w);
  bool (*drained)(struct worker *w, uint64_t now_ns);
  void (*stop_all)(struct worker *w);
  uint64_t (*cut_lines)(const struct worker *w);
  void (*free)(struct worker *w);
};

/* fleet.c: streams that stand; asking.c: streams that answer requests */
extern const struct workload fleet_workload, asking_workload;
/* asking_new: once the worker has begun; profile is the file of the protocol.
 * E_* with a sentence. */
int asking_new(struct worker *w, const char *profile, uint64_t seed,
               struct err *e);

/* fleet.c: opening, holding and closing streams by the schedule */
void fleet_pilot(struct worker *w);
/* fleet_open opens what is due, as far as there is room. */
void fleet_open(struct worker *w, uint64_t now_ns);
/* fleet_tick does what is due by now.  It looks at the streams alone that it
 * opens, feeds or closes, not at all that are open. */
void fleet_tick(struct worker *w, uint64_t now_ns);
/* fleet_due_ns: when there is something to do next, or until_ns. */
uint64_t fleet_due_ns(const struct worker *w, uint64_t now_ns,
                      uint64_t until_ns);
/* fleet_settled: all that is due by now has opened or failed. */
bool fleet_settled(const struct worker *w, uint64_t now_ns);
void fleet_first_settled(struct worker *w, struct stream *st);
/* fleet_read_on lets slow readers read what is left for them. */
void fleet_read_on(struct worker *w);
void fleet_stop_all(struct worker *w);
/* fleet_cut_lines: streams that are inside a line which is no comment. */
uint64_t fleet_cut_lines(const struct worker *w);
void fleet_free(struct worker *w);

/* listener.c: the subscribers' reports become counts */
extern const struct subscriber_listener load_listener;
void listener_left(struct worker *w, struct stream *st);

/* presence.c: how long streams stood of the time that they were asked for */
void presence_set(struct worker *w, struct stream *st, enum presence to,
                  uint64_t now_ns);
/* presence_missed: an attempt failed, so that its absence is no excused one,
 * from its beginning on. */
void presence_missed(struct stream *st);
/* presence_end closes the count of one stream, once the end of the span is
 * known. */
void presence_end(struct worker *w, struct stream *st);
/* presence_never counts streams that were to be there, and were not even
 * tried. */
void presence_never(struct worker *w, uint64_t streams);

/* account.c: events against ledger and clock */
void account_event(struct worker *w, struct stream *st,
                   const struct sse_event *event, const struct arrival *when);

/* numbers.c: numbers on their way into accounts */
struct number_owner { /* what may have numbers of its own; borrowed */
  struct slice type, topic;
};
void numbers_take(struct worker *w, struct stream *st, uint64_t n,
                  const struct number_owner *o);
/* numbers_decide ends the trial of the first numbers, however few. */
void numbers_decide(struct worker *w);
/* numbers_broke: the stream has reconnected. */
void numbers_broke(struct stream *st);

/* settle.c: what a stream is owed, and whether it got it */
/* account_expect sets what an open stream is owed: all that is published from
 * its opening on.  Nothing happens before the publish plan is known. */
void account_expect(struct worker *w, struct stream *st);
/* account_satisfied: nothing owed is missing any more. */
bool account_satisfied(const struct worker *w, const struct stream *st);
/* account_closable: all is known that account_close needs. */
bool account_closable(const struct worker *w, const struct stream *st);
/* account_settle settles one account into the worker's tally and empties it;
 * account_close all of a stream, and frees those that it has allocated. */
void account_settle(struct worker *w, struct stream *st, struct account *a);
void account_close(struct worker *w, struct stream *st);

/* objection.c: the first things the ledger objected to */
void objection_note(struct worker *w, const struct stream *st,
                    const char *kind, uint64_t number, uint64_t count);
/* objection_withdraw: number n of the stream came after all. */
void objection_withdraw(struct worker *w, const struct stream *st, uint64_t n);
/* objection_review drops what was never published, at the end. */
void objection_review(struct worker *w);

/* slices.c: the timeline, sent slice by slice */
void slice_advance(struct worker *w, uint64_t now_ns);
void slice_send(struct worker *w);

/* publisher.c: the role of the one worker that publishes */
struct publisher *publisher_new(struct worker *w);
void publisher_start(struct publisher *p, uint64_t p0_ns, uint64_t until_ns);
/* publisher_stop ends it now; what is under way counts as failed. */
void publisher_stop(struct publisher *p);
/* publisher_report tells the coordinator which publishes failed since the last
 * time, and up to which number that is known. */
void publisher_report(struct publisher *p);
void publisher_free(struct publisher *p);

#endif
