/* SPDX-License-Identifier: MIT
 * A snapshot: everything one worker (or one machine, or one run) counted.
 *
 * Workers send snapshots as JSON over their pipe, documents hold the same
 * form, and snapshot_merge is the only aggregation: workers, machines and
 * repeated runs are one function. */
#ifndef WEIR_METRICS_SNAPSHOT_H
#define WEIR_METRICS_SNAPSHOT_H
#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "metrics/hist.h"
#include "metrics/ledger.h"

/* X(enumerator, key, merge, definition).  key is the JSON member of the
 * snapshot; definitions are printed in reports. */
#define COUNTER_LIST(X)                                                       \
  X(C_OPENED, "opened", SUM,                                                  \
    "streams whose response head was accepted (200, text/event-stream), "     \
    "first connections and reconnections alike")                              \
  X(C_ATTEMPTED, "attempted", SUM, "connection attempts started")             \
  X(C_FAILED, "failed", SUM,                                                  \
    "connection attempts that did not become a stream, for any cause")        \
  X(C_REFUSED, "refused", SUM,                                                \
    "of the failed, refused at the TCP level or by 429 or 503")               \
  X(C_ENDED_BY_SERVER, "ended_by_server", SUM,                                \
    "streams that the server or the network ended, cleanly or not")           \
  X(C_BROKEN, "broken", SUM,                                                  \
    "of those, ended without a proper end of the response")                   \
  X(C_STOPPED_204, "stopped_204", SUM,                                        \
    "subscribers that stopped because the reconnect got 204 No Content")      \
  X(C_FINISHED, "finished", SUM,                                              \
    "subscribers that stopped for good, told so by 204 or a final status")    \
  X(C_RECONNECTS, "reconnects", SUM, "reconnection attempts")                 \
  X(C_RECONNECTED, "reconnected", SUM, "reconnection attempts that opened")   \
  X(C_RESUMED, "resumed", SUM,                                                \
    "reconnections that sent Last-Event-ID and opened")                       \
  X(C_CUT, "cut", SUM, "streams that weir itself cut (storm)")                \
  X(C_REDIRECTS, "redirects", SUM, "redirects followed")                      \
  X(C_PEAK, "peak", SUM, "most streams open at once")                         \
  X(C_PRESENT_US, "present_us", SUM,                                          \
    "time that streams stood in the measured span, added up, microseconds")   \
  X(C_ASKED_US, "asked_us", SUM,                                              \
    "time that they were to stand: not before a first attempt opened, nor "   \
    "between a proper end, or weir's own cut, and the return")                \
  X(C_SOCKETS_PEAK, "sockets_peak", SUM,                                      \
    "most transport connections open at once (HTTP/2 shares them)")           \
  X(C_EVENTS, "events", SUM, "events dispatched")                             \
  X(C_EVENTS_MEASURED, "events_measured", SUM,                                \
    "of the events, those that came in the measured span")                    \
  X(C_BYTES_MEASURED, "bytes_measured", SUM,                                  \
    "of the body bytes, those that came in the measured span")                \
  X(C_COMMENTS, "comments", SUM, "comment lines (heartbeats)")                \
  X(C_DATA_LINES, "data_lines", SUM, "data lines, of events and of none")     \
  X(C_TYPE_LINES, "type_lines", SUM, "lines that name an event type")         \
  X(C_UNKNOWN_LINES, "unknown_lines", SUM,                                    \
    "lines with a field name that no client knows")                           \
  X(C_CUT_LINES, "cut_lines", SUM,                                            \
    "lines, comments aside, that had not ended when the stream did")          \
  X(C_BYTES, "bytes", SUM, "body bytes received, after transfer decoding")    \
  X(C_EXPECTED, "expected", SUM,                                              \
    "deliveries owed: exact ledger only, streams x numbers published while "  \
    "subscribed")                                                             \
  X(C_LOST, "lost", SUM, "numbers owed or inside the sequence, never seen")   \
  X(C_LOST_RECONNECT, "lost_in_reconnect", SUM,                               \
    "of the lost, in a gap that spans a reconnection")                        \
  X(C_DUPLICATED, "duplicated", SUM, "numbers delivered again")               \
  X(C_REORDERED, "reordered", SUM, "numbers delivered after a later one")     \
  X(C_CORRUPT, "corrupt", SUM, "events whose checksum or form does not fit")  \
  X(C_FOREIGN, "foreign", SUM, "events addressed to another user")            \
  X(C_UNNUMBERED, "unnumbered", SUM,                                          \
    "events without a number the ledger could use")                           \
  X(C_LIMIT_EXCEEDED, "limit_exceeded", SUM,                                  \
    "streams dropped for a line or event above the limit")                    \
  X(C_CLOCK_KERNEL, "clock_kernel", SUM,                                      \
    "latencies timed by the kernel's receive stamp")                          \
  X(C_CLOCK_USER, "clock_user", SUM, "latencies timed in user space")         \
  X(C_BATCHED, "batched", SUM,                                                \
    "events of one stream that one read brought together with an earlier "    \
    "one: their times are known no better than the reader was prompt")        \
  X(C_LATENCY_NEGATIVE, "latency_negative", SUM,                              \
    "events stamped later than they arrived (clocks disagree); not recorded") \
  X(C_PUBLISHED, "published", SUM, "publish requests answered with 2xx")      \
  X(C_PUBLISH_FAILED, "publish_failed", SUM,                                  \
    "publish requests that failed or got another status")                     \
  X(C_REQUESTS, "requests", SUM, "requests that a stream is to answer, sent") \
  X(C_COMPLETED, "completed", SUM,                                            \
    "requests whose answer ended as its protocol wants it")                   \
  X(C_RATE_LIMITED, "rate_limited", SUM, "requests answered by 429 or 503")   \
  X(C_HTTP_ERRORS, "http_errors", SUM,                                        \
    "requests answered by another status than 200, 429 and 503, or by no "    \
    "event stream")                                                           \
  X(C_UNANSWERED, "unanswered", SUM,                                          \
    "requests that got no response head at all")                              \
  X(C_ERROR_EVENTS, "error_events", SUM,                                      \
    "answers in which the server said that it failed")                        \
  X(C_TRUNCATED, "truncated", SUM,                                            \
    "answers that ended or broke off in the middle, or were empty")           \
  X(C_UNMARKED, "unmarked", SUM,                                              \
    "answers that were whole, but without the end marker of the protocol")    \
  X(C_DISORDERED, "disordered", SUM,                                          \
    "answers with an event where the protocol allows none of it")             \
  X(C_STALLED, "stalled", SUM,                                                \
    "answers that weir gave up since nothing came for longer than stall")     \
  X(C_CANCELLED, "cancelled", SUM, "requests still open when the run ended")  \
  X(C_NO_TOKEN, "no_token", SUM, "completed requests without a token")        \
  X(C_TOLD_USAGE, "told_usage", SUM,                                          \
    "completed requests whose answer told how many tokens it has")            \
  X(C_TOKENS, "tokens", SUM,                                                  \
    "tokens of completed requests: as the answer told, else its token "       \
    "events")                                                                 \
  X(C_TOKEN_EVENTS, "token_events", SUM,                                      \
    "events with a piece of an answer, of any request")                       \
  X(C_GAP_ZERO, "gap_zero", SUM,                                              \
    "gaps of 0: one read brought a token event with the one before")          \
  X(C_GOOD_OF, "good_of", SUM,                                                \
    "requests that were held against goodput: the completed and the failed")  \
  X(C_GOOD, "good", SUM, "of these, completed within every objective")        \
  X(C_GOOD_MEASURED, "good_measured", SUM,                                    \
    "of the good, those that ended in the measured span")                     \
  X(C_COMPLETED_MEASURED, "completed_measured", SUM,                          \
    "of the completed, those that ended in the measured span")                \
  X(C_FAILED_MEASURED, "failed_measured", SUM,                                \
    "of the failed and rate-limited requests, those that ended in the "       \
    "measured span")                                                          \
  X(C_TOKENS_MEASURED, "tokens_measured", SUM,                                \
    "of the tokens, those of requests that ended in the measured span")       \
  X(C_TOKEN_EVENTS_MEASURED, "token_events_measured", SUM,                    \
    "of the token events, those that came in the measured span")              \
  X(C_RSS_BYTES, "rss_bytes", SUM, "resident memory of the workers at peak")  \
  X(C_RSS_BASE_BYTES, "rss_base_bytes", SUM,                                  \
    "resident memory of the workers before the first stream")                 \
  X(C_CPU_NS, "cpu_ns", SUM, "CPU time of the workers while measuring")       \
  X(C_WALL_NS, "wall_ns", MAX, "measured time span")                          \
  X(C_WORKERS, "workers", SUM, "worker processes")

enum counter {
#define X(name, key, merge, definition) name,
  COUNTER_LIST(X)
#undef X
      COUNTER_COUNT
};

/* X(enumerator, key, definition): all are durations. */
#define HIST_LIST(X)                                                          \
  X(H_LATENCY, "latency",                                                     \
    "arrival minus the time the event was scheduled to be sent; of "          \
    "requests, from the intended start to the end of a completed answer")     \
  X(H_LATENCY_RAW, "latency_uncorrected",                                     \
    "arrival minus the time the event was really sent; hides a stalled "      \
    "sender")                                                                 \
  X(H_CONNECT, "connect", "from the attempt to the TCP (and TLS) connection") \
  X(H_HEADERS, "headers", "from the attempt to the complete response head")   \
  X(H_FIRST_EVENT, "first_event", "from the attempt to the first event")      \
  X(H_GAP, "gap",                                                             \
    "between two events of one stream; where streams answer requests, two "   \
    "token events of one answer, of requests that completed or that weir "    \
    "ended")                                                                  \
  X(H_RECONNECT, "reconnect",                                                 \
    "from the end of a stream to the head of the next, the retry time "       \
    "included")                                                               \
  X(H_TTFT, "ttft",                                                           \
    "from the intended start of a request to its first token event, of "      \
    "requests that completed or that weir ended")                             \
  X(H_TTFT_SENT, "ttft_sent",                                                 \
    "from sending a request to its first token event, of requests that "      \
    "completed or that weir ended")                                           \
  X(H_TTO, "tto",                                                             \
    "from the intended start to the first token of the answer, not of "       \
    "thinking")                                                               \
  X(H_ITL, "itl",                                                             \
    "of each completed request, the time from its first to its last token "   \
    "event, per token behind the first")                                      \
  X(H_TPOT, "tpot_e2e",                                                       \
    "of each completed request, the time from sending it to its last token "  \
    "event, per token")                                                       \
  X(H_TOKEN_LATENCY, "token_latency",                                         \
    "from sending a request to its last token event")                         \
  X(H_TAIL, "tail", "from the last token event to the end of the body")       \
  X(H_WAIT, "wait", "from the intended start of a request to its sending")    \
  X(H_LOOP_LAG, "loop_lag", "lateness of the worker's own timer")             \
  X(H_SCHEDULE_LAG, "schedule_lag",                                           \
    "lateness of opening and publishing against the schedule")

enum histogram {
#define X(name, key, definition) name,
  HIST_LIST(X)
#undef X
      HIST_COUNT
};

/* One slice of the timeline.  Slices are aligned to the run's common start, so
 * slices of different workers with the same index add up. */
#define SLICE_COUNTER_LIST(X)                                                 \
  X(S_CONNECTIONS, "connections") /* open at the end of the slice */          \
  X(S_EVENTS, "events")                                                       \
  X(S_BYTES, "bytes")                                                         \
  X(S_OPENED, "opened")                                                       \
  X(S_CLOSED, "closed")                                                       \
  X(S_FAILED, "failed")                                                       \
  X(S_LOST, "lost") /* may be negative when a gap is filled later */          \
  X(S_RECONNECTS, "reconnects")                                               \
  X(S_PUBLISHED, "published")

enum slice_counter {
#define X(name, key) name,
  SLICE_COUNTER_LIST(X)
#undef X
      SLICE_COUNTER_COUNT
};

struct timeslice {
  int64_t counter[SLICE_COUNTER_COUNT];
  struct hist *latency; /* owned, NULL when nothing was recorded */
  bool filled;          /* at least one worker reported this slice */
};

#define SERIES_MAX                                                            \
  1200 /* beyond it, neighbours are joined and width doubles */

struct series {
  uint64_t width_ns; /* of one slice */
  uint32_t count;
  struct timeslice *slice; /* owned array of SERIES_MAX */
};

#define CAUSE_MAX 32
struct cause {   /* why connections failed or streams ended */
  char name[64]; /* "timeout", "refused", "status-503", "content-type", ... */
  uint64_t count;
  /* One full sentence, from the first occurrence; of several workers', the
   * alphabetically first one. */
  char example[160];
};

#define OFFENDER_MAX 20
struct offender {  /* the first things the ledger objected to */
  char kind[16];   /* "lost" "duplicated" "reordered" "corrupt" "foreign" */
  uint64_t stream; /* global stream number, from 0 */
  uint64_t number; /* sequence number concerned */
  uint64_t count;  /* for "lost": length of the gap */
  double t_s;      /* seconds since the start of the run, to 1 us */
  char detail[96]; /* e.g. the user it was meant for; may be empty */
};

struct snapshot { /* large (about 2 MB): heap only */
  uint64_t counter[COUNTER_COUNT];
  struct hist hist[HIST_COUNT];
  struct series series;
  struct cause cause[CAUSE_MAX];
  uint32_t cause_count;
  struct offender offender[OFFENDER_MAX];
  uint32_t offender_count;
  struct ledger_tally *missing; /* owned */
  bool ledger_overflowed;
};

/* snapshot_new: NULL without memory; a width of 0 means one second. */
struct snapshot *snapshot_new(uint64_t slice_width_ns);
void snapshot_free(struct snapshot *s);
/* snapshot_slice returns the slice at t_ns since the start, making room, and
 * marks it filled.  May join slices and double series.width_ns: a slice got
 * earlier is then no longer valid. */
struct timeslice *snapshot_slice(struct snapshot *s, uint64_t t_ns);
/* snapshot_slice_latency returns the slice's histogram, made on demand; NULL
 * without memory. */
struct hist *snapshot_slice_latency(struct timeslice *slice);
/* snapshot_cause counts one occurrence under name; example may be NULL.  When
 * the table is full, "other" takes it.  Too long texts are shortened, bytes
 * that are not UTF-8 become '?'; offenders alike. */
void snapshot_cause(struct snapshot *s, const char *name, const char *example);
/* snapshot_cause_add adds what another snapshot counted under one cause. */
void snapshot_cause_add(struct snapshot *s, const struct cause *add);
/* snapshot_offender keeps a copy of *o when it is among the first
 * OFFENDER_MAX; cheap when not. */
void snapshot_offender(struct snapshot *s, const struct offender *o);
/* snapshot_merge adds src to dst; returns 0 or E_NOMEM (dst then counts what
 * it did before).  Order and grouping do not matter.  C_PEAK of the merged one
 * is the largest sum over the timeline when the series tell, at least either
 * peak and at most their sum.  The finer timeline is widened first. */
int snapshot_merge(struct snapshot *dst, const struct snapshot *src);
/* snapshot_to_json: a new reference, NULL without memory.  Lossless with
 * snapshot_from_json up to 2^63 - 1, the largest integer of JSON; larger
 * numbers are written as that one (sums of durations as reals).  Empty
 * histograms are left out. */
json_t *snapshot_to_json(const struct snapshot *s);
/* snapshot_from_json: NULL with a sentence that names the member when j is not
 * a snapshot.  Unknown members are ignored. */
struct snapshot *snapshot_from_json(json_t *j, struct err *e);
/* Keys and definitions, for documents and generated docs. */
const char *counter_key(enum counter c);
const char *counter_definition(enum counter c);
const char *histogram_key(enum histogram h);
const char *histogram_definition(enum histogram h);
const char *slice_counter_key(enum slice_counter c);

#endif
