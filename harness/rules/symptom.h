/* SPDX-License-Identifier: MIT
 * What was measured through a running nginx, as numbers that rules judge.
 *
 * Filled by the live side (live_*.c), read by rules.  Not a recording: one
 * small value per probe and transport.  Plain values, nothing to free.  A
 * probe that was not made has made == false, and then says nothing. */
#ifndef WEIR_RULES_SYMPTOM_H
#define WEIR_RULES_SYMPTOM_H
#include <stdbool.h>
#include <stdint.h>

/* How clients reach the server.  X(enumerator, name) */
#define DOCTOR_TRANSPORT_LIST(X)                                              \
  X(DOCTOR_H1, "http/1.1")                                                    \
  X(DOCTOR_TLS, "https http/1.1")                                             \
  X(DOCTOR_H2, "https http/2")

enum doctor_transport {
#define X(id, name) id,
  DOCTOR_TRANSPORT_LIST(X)
#undef X
      DOCTOR_TRANSPORT_COUNT
};

/* X(enumerator, id, what it does) */
#define DOCTOR_PROBE_LIST(X)                                                  \
  X(PROBE_HEAD, "Q0", "one event: status, type, headers")                     \
  X(PROBE_REGULAR, "Q1", "small events at an even pace, chunked")             \
  X(PROBE_CLOSED, "Q1c", "the same, ended by closing")                        \
  X(PROBE_ACCEL, "Q1x", "the same, with X-Accel-Buffering: no")               \
  X(PROBE_GZIP, "Q2", "the same, the client accepts gzip and br")             \
  X(PROBE_REQUEST, "Q3", "request headers, Last-Event-ID among them")         \
  X(PROBE_RESPONSE, "Q4", "response headers, large ones among them")          \
  X(PROBE_SIZES, "Q5", "events of 1 to 70 kB")                                \
  X(PROBE_QUIET, "Q6", "silence")                                             \
  X(PROBE_HEARTBEAT, "Q6h", "silence with heartbeats")                        \
  X(PROBE_WITHHELD, "Q7", "no response headers for a while")                  \
  X(PROBE_TRUNCATED, "Q8", "the application dies in the middle")              \
  X(PROBE_LEAVE, "Q8L", "the client leaves while events flow")                \
  X(PROBE_LEAVE_QUIET, "Q8Lq", "the client leaves in silence")                \
  X(PROBE_AGAIN, "Q9", "a stream that ended is asked for again")              \
  X(PROBE_TWINS, "Q9b", "two clients ask for the same")                       \
  X(PROBE_BAIT, "Q10", "text that a filter might touch")                      \
  X(PROBE_ERROR, "Q11", "the application answers 503 with Retry-After")       \
  X(PROBE_REFUSED, "Q11r", "the application is not there")                    \
  X(PROBE_STALLED, "Q12", "a client that does not read")                      \
  X(PROBE_CROWD, "Q13", "many streams at once")                               \
  X(PROBE_MULTIPLEX, "Q14", "many streams on one connection")                 \
  X(PROBE_STORM, "Q15", "many connects in a second")

enum doctor_probe {
#define X(id, name, text) id,
  DOCTOR_PROBE_LIST(X)
#undef X
      DOCTOR_PROBE_COUNT
};

enum symptom_end {
  SYMPTOM_ALIVE,     /* still open when the probe ended it */
  SYMPTOM_CLEAN,     /* last chunk, END_STREAM, or Content-Length reached */
  SYMPTOM_TRUNCATED, /* closed without the last chunk */
  SYMPTOM_RESET,     /* TCP RST, or RST_STREAM */
  SYMPTOM_REFUSED    /* no response at all */
};

/* One probe over one transport.  A number that the probe does not measure is
 * negative. */
struct symptom {
  bool made;
  int status;           /* of the response; 0 without one */
  bool is_stream;       /* 200 and one text/event-stream */
  bool is_coded;        /* Content-Encoding: gzip or br */
  uint32_t sent;        /* events that the application wrote */
  uint32_t received;    /* events that came, whole and unchanged */
  uint32_t bursts;      /* reads that brought events */
  double burst_bytes;   /* the largest burst, 0 when unknown */
  double headers_ms;    /* request sent to response head */
  double p50_ms;        /* application's write to arrival */
  double max_ms;        /* the same, of the latest one that came */
  double interval_ms;   /* between writes of the application */
  enum symptom_end end; /* how the response ended */
  double cut_ms;  /* last byte of the application to the end; already scaled to
                     the user's own timeouts */
  uint32_t scale; /* by which timeouts were divided; 1: not at all */
  bool body_differs;     /* bytes came changed */
  bool headers_lost;     /* headers that should pass did not */
  bool headers_doubled;  /* a header came twice */
  char lost[120];        /* which: "Last-Event-ID, Cookie" */
  double told_ms;        /* client left to application told; < 0: never */
  bool never_told;       /* not told while the probe waited */
  uint32_t asked;        /* requests that reached the application */
  uint32_t streams;      /* streams tried */
  uint32_t streams_open; /* of these, with a response 200 */
  int streams_status;    /* of the first that got another; 0: no response */
  bool upstream_blocked; /* Q12: the application could not write on */
  bool upstream_http10;  /* the application was asked with HTTP/1.0 */
  double spooled_bytes;  /* Q12: taken in though nobody read; < 0 unknown */
};

struct doctor_symptoms {
  bool made; /* any at all */
  struct symptom of[DOCTOR_PROBE_COUNT][DOCTOR_TRANSPORT_COUNT];
};

/* symptom_init: nothing made, numbers negative. */
void symptom_init(struct doctor_symptoms *s);
/* symptom_get: NULL where that probe was not made over that transport, or s is
 * NULL. */
const struct symptom *symptom_get(const struct doctor_symptoms *s,
                                  enum doctor_probe p,
                                  enum doctor_transport t);
/* symptom_worst is the one of all transports with the greatest p50_ms; NULL
 * where the probe was never made. */
const struct symptom *symptom_worst(const struct doctor_symptoms *s,
                                    enum doctor_probe p,
                                    enum doctor_transport *where);
/* symptom_is_late: events came, or would have come, late: half of them later
 * than the greater of 50 ms and half an interval, or never. */
bool symptom_is_late(const struct symptom *s);
const char *doctor_transport_name(enum doctor_transport t);
const char *doctor_probe_id(enum doctor_probe p);
const char *doctor_probe_text(enum doctor_probe p);

#endif
