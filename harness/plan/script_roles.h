/* SPDX-License-Identifier: MIT
 * What the recordings of the scripts about reconnecting are, so that checks
 * find them.  Recordings are numbered without gaps; the detail of each begins
 * with its role and, separated by spaces, attributes:
 *
 *   "role=victim cut=rst phase=in-data; <the transport's own words>"
 *
 * Contracts (x* = any number):
 * resume, seam  .0 control: never cut before all others are over; victim*:
 *               one after the other, each with the Last-Event-ID that a client
 *               would have committed when the one before was cut.  What that
 *               one holds behind that event counts as never received.
 *               Attributes: cut (fin rst half stall server), phase.
 * resume-ids    .0 control; then, once each where it applies, the roles of
 *               RESUME_ROLE_LIST.  k1 is an id of the control with events
 *               behind it that are older than the resumes, k2 a later one.
 *               duplicate and replay come several times.
 * hostile-ids   hostile (attribute value=NAME of HOSTILE_ID_LIST), normal, in
 *               turn; ends early when the target hangs again and again.
 * users         a, b (two identities reading at the same time), a-again and
 *               b-with-a (both resume from an early id of a), nobody-with-a
 *               (the same without credentials); post* to the publish hook.
 * aborts        before* (as many streams as are opened afterwards; none where
 *               a limit is declared), abort* (one of each kind is kept;
 *               attributes kind, of), then after*: streams that must work.
 * fast-aborts   before*, abort (one is kept; attribute of), after*.
 * overload      held*, then extra* beyond target.max_connections (none when
 *               that is unknown).
 * storm         first*, all dropped at one instant (cut), then back*.
 * loop          life*: at most three, less when one lives longer than
 *               LOOP_SHORT_NS.
 * finished      first, then, when it ended, reconnect.
 * head-leak     head* (the first and those not answered 200 are kept;
 *               attribute of), then after.
 * h2            (these three: https targets only) connection part=look; look
 *               over HTTP/2 and peer over HTTP/1.1, read at the same time.
 *               Where the server does not choose h2, the connection is all.
 * h2-end        connection part=end; first, and reconnect where it was ended.
 * h2-many       connection part=shared, and shared* on it; connection
 *               part=stalled, unread (attribute window, in bytes) and sibling*
 *               on it; alone*, over HTTP/1.1; all of them at the same time.
 *               Then connection part=cancel, cancel (one is kept, and those
 *               without an answer; attribute of) and after.
 *               See probe/h2_session.h for what else is in the details.
 * publish       see publish_samples.h.   inject: see inject_samples.h. */
#ifndef WEIR_PLAN_SCRIPT_ROLES_H
#define WEIR_PLAN_SCRIPT_ROLES_H

#define LOOP_SHORT_NS (UINT64_C(3) * 1000000000)

/* X(enumerator, role, what it asks) */
#define RESUME_ROLE_LIST(X)                                                   \
  X(RESUME_CANONICAL, "canonical", "Last-Event-ID: k1")                       \
  X(RESUME_LOWER, "lower", "last-event-id: k1")                               \
  X(RESUME_UPPER, "upper", "LAST-EVENT-ID: k1")                               \
  X(RESUME_ONCE, "once", "k1, cut behind the head")                           \
  X(RESUME_AGAIN, "again", "k1 once more, after \"once\"")                    \
  X(RESUME_PEER_A, "peer-a", "k1")                                            \
  X(RESUME_PEER_B, "peer-b", "k1 at the same time")                           \
  X(RESUME_UNKNOWN_ID, "unknown", "an id that was never given")               \
  X(RESUME_OLDEST, "oldest", "the first number of all (numeric ids)")         \
  X(RESUME_FUTURE, "future", "newest + 1000000 (numeric ids)")                \
  X(RESUME_EMPTY, "empty", "Last-Event-ID without a value")                   \
  X(RESUME_PLAIN, "plain", "no Last-Event-ID, beside \"empty\"")              \
  X(RESUME_DUPLICATE, "duplicate", "two lines, k1 and k2")                    \
  X(RESUME_QUERY, "query", "?lastEventId=k1, no header")                      \
  X(RESUME_QUERY_HEADER, "query-header", "?lastEventId=k1, header k2")        \
  X(RESUME_OTHER_IP, "other-ip", "k1 from another address, no cookie")        \
  X(RESUME_REPLAY, "replay", "k1, many at once")

enum resume_role {
#define X(name, text, purpose) name,
  RESUME_ROLE_LIST(X)
#undef X
      RESUME_ROLES
};

#endif
