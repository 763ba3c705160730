/* SPDX-License-Identifier: MIT
 * What a script's recordings are: each has a role in it (struct label), by
 * which checks find it.  Recordings are numbered without gaps.
 *
 * Contracts (x* = any number):
 * resume, seam  .0 control: never cut before all others are over; victim*:
 *               one after the other, each with the Last-Event-ID that a client
 *               would have committed when the one before was cut.  What that
 *               one holds behind that event counts as never received.
 *               Labels: cut, phase.  Of resume also fresh*: a newcomer without
 *               an id beside a victim that has one (label of: which, from 1).
 * resume-ids    .0 control; then, once each where it applies, the roles of
 *               RESUME_LIST.  k1 is an id of the control with events
 *               behind it that are older than the resumes, k2 a later one.
 *               duplicate and replay come several times.
 * hostile-ids   hostile (label value), normal, in turn; ends early when the
 *               target hangs again and again.
 * users         a, b (two identities reading at the same time), a-again and
 *               b-with-a (both resume from an early id of a), nobody-with-a
 *               (the same without credentials); post* to the publish hook.
 * aborts        before* (as many streams as are opened afterwards; none where
 *               a limit is declared), abort* (one of each kind is kept;
 *               labels kind, of), then after*: streams that must work.
 * fast-aborts   before*, abort (one is kept; label of), after*.
 * overload      held*, then extra* beyond target.max_connections (none when
 *               that is unknown).
 * storm         first*, all dropped at one instant (cut), then back*.
 * loop          life*: at most three, less when one lives longer than
 *               LOOP_SHORT_NS.
 * held          first, and peer, which begins later; only where "plain" saw
 *               nothing or events by the handful.
 * finished      first, then, when it ended, reconnect.
 * head-leak     head* (the first and those not answered 200 are kept;
 *               label of), then after.
 * h2            (these three: https targets only) connection part look; look
 *               over HTTP/2 and peer over HTTP/1.1, read at the same time.
 *               Where the server does not choose h2, the connection is all.
 * h2-end        connection part end; first, and reconnect where it was ended.
 * h2-many       connection part shared, and shared* on it; connection
 *               part stalled, unread (label window, in bytes) and sibling*
 *               on it; alone*, over HTTP/1.1; all of them at the same time.
 *               Then connection part cancel, cancel (one is kept, and those
 *               without an answer; label of) and after.
 *               See probe/h2_session.h for what else is in the labels.
 * proxy-*       as the rows of probe/ say; the origin's side has no role, but
 *               run and what follows it (recording/origin_side.h).
 * control       after*: ordinary requests before the first script that is
 *               alone, behind each of them (label since) and at the end; what
 *               is refused there is asked for again for seconds, and where
 *               that does not help nothing more is sent: the last one tells.
 * publish       see publish_samples.h.   inject: see inject_samples.h.
 * steps*        step*: the requests of a profile (label of: which, from 1);
 *               of those made several times the last. */
#ifndef WEIR_PLAN_ROLES_H
#define WEIR_PLAN_ROLES_H

#define LOOP_SHORT_NS (UINT64_C(3) * 1000000000)

/* X(enumerator, name) */
#define ROLE_LIST(X)                                                          \
  X(ROLE_CONTROL, "control")                                                  \
  X(ROLE_STEP, "step")                                                        \
  X(ROLE_VICTIM, "victim")                                                    \
  X(ROLE_CANONICAL, "canonical")                                              \
  X(ROLE_FRESH, "fresh")                                                      \
  X(ROLE_LOWER, "lower")                                                      \
  X(ROLE_UPPER, "upper")                                                      \
  X(ROLE_ONCE, "once")                                                        \
  X(ROLE_AGAIN, "again")                                                      \
  X(ROLE_PEER_A, "peer-a")                                                    \
  X(ROLE_PEER_B, "peer-b")                                                    \
  X(ROLE_UNKNOWN, "unknown")                                                  \
  X(ROLE_OLDEST, "oldest")                                                    \
  X(ROLE_FUTURE, "future")                                                    \
  X(ROLE_EMPTY, "empty")                                                      \
  X(ROLE_PLAIN, "plain")                                                      \
  X(ROLE_DUPLICATE, "duplicate")                                              \
  X(ROLE_QUERY, "query")                                                      \
  X(ROLE_QUERY_HEADER, "query-header")                                        \
  X(ROLE_OTHER_IP, "other-ip")                                                \
  X(ROLE_REPLAY, "replay")                                                    \
  X(ROLE_HOSTILE, "hostile")                                                  \
  X(ROLE_NORMAL, "normal")                                                    \
  X(ROLE_A, "a")                                                              \
  X(ROLE_B, "b")                                                              \
  X(ROLE_A_AGAIN, "a-again")                                                  \
  X(ROLE_B_WITH_A, "b-with-a")                                                \
  X(ROLE_NOBODY_WITH_A, "nobody-with-a")                                      \
  X(ROLE_POST, "post")                                                        \
  X(ROLE_BEFORE, "before")                                                    \
  X(ROLE_ABORT, "abort")                                                      \
  X(ROLE_AFTER, "after")                                                      \
  X(ROLE_HELD, "held")                                                        \
  X(ROLE_EXTRA, "extra")                                                      \
  X(ROLE_FIRST, "first")                                                      \
  X(ROLE_BACK, "back")                                                        \
  X(ROLE_LIFE, "life")                                                        \
  X(ROLE_RECONNECT, "reconnect")                                              \
  X(ROLE_HEAD, "head")                                                        \
  X(ROLE_CONNECTION, "connection")                                            \
  X(ROLE_LOOK, "look")                                                        \
  X(ROLE_PEER, "peer")                                                        \
  X(ROLE_SHARED, "shared")                                                    \
  X(ROLE_UNREAD, "unread")                                                    \
  X(ROLE_SIBLING, "sibling")                                                  \
  X(ROLE_ALONE, "alone")                                                      \
  X(ROLE_CANCEL, "cancel")                                                    \
  X(ROLE_SUBSCRIBER, "subscriber")                                            \
  X(ROLE_HELLO, "hello")                                                      \
  X(ROLE_STATUS, "status")                                                    \
  X(ROLE_TYPE, "type")                                                        \
  X(ROLE_HEADERS, "headers")                                                  \
  X(ROLE_HOP, "hop")                                                          \
  X(ROLE_LAST_ID, "last-id")                                                  \
  X(ROLE_CACHE, "cache")                                                      \
  X(ROLE_NO_STORE, "no-store")                                                \
  X(ROLE_GZIP, "gzip")                                                        \
  X(ROLE_ACCEL_NO, "accel-no")                                                \
  X(ROLE_ACCEL_YES, "accel-yes")                                              \
  X(ROLE_CLOSED, "closed")                                                    \
  X(ROLE_CORPUS, "corpus")                                                    \
  X(ROLE_CROWD, "crowd")                                                      \
  X(ROLE_EOF, "eof")                                                          \
  X(ROLE_IDLE, "idle")                                                        \
  X(ROLE_LARGE, "large")                                                      \
  X(ROLE_LEAVE_BUSY, "leave-busy")                                            \
  X(ROLE_LEAVE_QUIET, "leave-quiet")                                          \
  X(ROLE_LONELY, "lonely")                                                    \
  X(ROLE_SIZES, "sizes")                                                      \
  X(ROLE_SLAM, "slam")                                                        \
  X(ROLE_SLOW, "slow")                                                        \
  X(ROLE_SLOW_HEAD, "slow-head")                                              \
  X(ROLE_SPLIT, "split")                                                      \
  X(ROLE_STEADY, "steady")                                                    \
  X(ROLE_UPSTREAM_FIN, "upstream-fin")                                        \
  X(ROLE_UPSTREAM_RST, "upstream-rst")

enum role {
  ROLE_NONE,
#define X(name, text) name,
  ROLE_LIST(X)
#undef X
      ROLES
};

/* What "resume-ids" asks for.  X(role, what it asks) */
#define RESUME_LIST(X)                                                        \
  X(ROLE_CANONICAL, "Last-Event-ID: k1")                                      \
  X(ROLE_FRESH, "no Last-Event-ID, just before \"canonical\" and behind it")  \
  X(ROLE_LOWER, "last-event-id: k1")                                          \
  X(ROLE_UPPER, "LAST-EVENT-ID: k1")                                          \
  X(ROLE_ONCE, "k1, cut behind the head")                                     \
  X(ROLE_AGAIN, "k1 once more, after \"once\"")                               \
  X(ROLE_PEER_A, "k1")                                                        \
  X(ROLE_PEER_B, "k1 at the same time")                                       \
  X(ROLE_UNKNOWN, "an id that was never given")                               \
  X(ROLE_OLDEST, "the first number of all (numeric ids)")                     \
  X(ROLE_FUTURE, "newest + 1000000 (numeric ids)")                            \
  X(ROLE_EMPTY, "Last-Event-ID without a value")                              \
  X(ROLE_PLAIN, "no Last-Event-ID, beside \"empty\"")                         \
  X(ROLE_DUPLICATE, "two lines, k1 and k2")                                   \
  X(ROLE_QUERY, "?lastEventId=k1, no header")                                 \
  X(ROLE_QUERY_HEADER, "?lastEventId=k1, header k2")                          \
  X(ROLE_OTHER_IP, "k1 from another address, no cookie")                      \
  X(ROLE_REPLAY, "k1, many at once")

/* Its name; "" of ROLE_NONE. */
const char *role_name(enum role role);

#endif
