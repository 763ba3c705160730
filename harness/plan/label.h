/* SPDX-License-Identifier: MIT
 * What a recording of a script is: its role, and what the script knows of it
 * beside what was exchanged.  Scripts set it, checks read it; as text it
 * stands in saved recordings in front of how the exchange ended:
 *
 *   "role=victim cut=rst phase=in-data; RST"
 *
 * A new attribute is a member here and a row of label.c.  Pure. */
#ifndef WEIR_PLAN_LABEL_H
#define WEIR_PLAN_LABEL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/hostile_ids.h"
#include "plan/roles.h"

#define LABEL_TEXT_MAX 200 /* of a label as text, its end included */
#define LABEL_NO_LIMIT INT64_C(-1)

/* Of all words the first is that nothing is said. */
#define TOLD_CUT_LIST(X)                                                      \
  X(TOLD_FIN, "fin")                                                          \
  X(TOLD_RST, "rst")                                                          \
  X(TOLD_HALF, "half")                                                        \
  X(TOLD_STALL, "stall")                                                      \
  X(TOLD_SERVER, "server") /* it was not cut: the server ended it */
enum told_cut {
  TOLD_NO_CUT,
#define X(name, text) name,
  TOLD_CUT_LIST(X)
#undef X
};

/* Where in the stream a victim was cut. */
#define VICTIM_PHASE_LIST(X)                                                  \
  X(VICTIM_BETWEEN, "after-blank-line")                                       \
  X(VICTIM_IN_DATA, "in-data")                                                \
  X(VICTIM_AFTER_ID, "after-id-line")                                         \
  X(VICTIM_BEFORE_BLANK, "before-blank-line")                                 \
  X(VICTIM_HEAD, "behind-head")                                               \
  X(VICTIM_COMMENT, "at-heartbeat")                                           \
  X(VICTIM_SOON, "soon")
enum victim_phase {
  VICTIM_NOWHERE,
#define X(name, text) name,
  VICTIM_PHASE_LIST(X)
#undef X
};

/* How a connection was broken off. */
#define ABORT_KIND_LIST(X)                                                    \
  X(ABORT_RST_BEFORE_HEAD, "rst-before-head")                                 \
  X(ABORT_RST_AFTER_HEAD, "rst-after-head")                                   \
  X(ABORT_HALF_CLOSE, "half-close")                                           \
  X(ABORT_FIN_BEFORE_REQUEST, "fin-before-request")                           \
  X(ABORT_FIN_MID_EVENT, "fin-mid-event")
enum abort_kind {
  ABORT_NONE,
#define X(name, text) name,
  ABORT_KIND_LIST(X)
#undef X
};

/* What an HTTP/2 connection was for. */
#define H2_PART_LIST(X)                                                       \
  X(H2_PART_LOOK, "look")                                                     \
  X(H2_PART_END, "end")                                                       \
  X(H2_PART_SHARED, "shared")                                                 \
  X(H2_PART_STALLED, "stalled")                                               \
  X(H2_PART_CANCEL, "cancel")
enum h2_part {
  H2_PART_NONE,
#define X(name, text) name,
  H2_PART_LIST(X)
#undef X
};

/* The pseudo-header of an answer. */
#define H2_PSEUDO_LIST(X)                                                     \
  X(PSEUDO_NONE, "none")                                                      \
  X(PSEUDO_OK, "ok")                                                          \
  X(PSEUDO_TWICE, "twice")                                                    \
  X(PSEUDO_LATE, "late")   /* behind other fields */                          \
  X(PSEUDO_OTHER, "other") /* a name that answers do not have */
enum h2_pseudo {
  PSEUDO_UNSAID,
#define X(name, text) name,
  H2_PSEUDO_LIST(X)
#undef X
};

#define H2_FIELDS_LIST(X)                                                     \
  X(H2_FIELDS_OK, "ok")                                                       \
  X(H2_FIELDS_BAD, "bad") /* octets that none may have; shown as '?' */
enum h2_fields {
  H2_FIELDS_UNSAID,
#define X(name, text) name,
  H2_FIELDS_LIST(X)
#undef X
};

/* Why a stream was reset, a connection given up (RFC 9113 section 7). */
#define H2_CODE_LIST(X)                                                       \
  X(H2_CODE_NONE, "none") /* it was not */                                    \
  X(H2_CODE_NO_ERROR, "NO_ERROR")                                             \
  X(H2_CODE_PROTOCOL_ERROR, "PROTOCOL_ERROR")                                 \
  X(H2_CODE_INTERNAL_ERROR, "INTERNAL_ERROR")                                 \
  X(H2_CODE_FLOW_CONTROL_ERROR, "FLOW_CONTROL_ERROR")                         \
  X(H2_CODE_SETTINGS_TIMEOUT, "SETTINGS_TIMEOUT")                             \
  X(H2_CODE_STREAM_CLOSED, "STREAM_CLOSED")                                   \
  X(H2_CODE_FRAME_SIZE_ERROR, "FRAME_SIZE_ERROR")                             \
  X(H2_CODE_REFUSED_STREAM, "REFUSED_STREAM")                                 \
  X(H2_CODE_CANCEL, "CANCEL")                                                 \
  X(H2_CODE_COMPRESSION_ERROR, "COMPRESSION_ERROR")                           \
  X(H2_CODE_CONNECT_ERROR, "CONNECT_ERROR")                                   \
  X(H2_CODE_ENHANCE_YOUR_CALM, "ENHANCE_YOUR_CALM")                           \
  X(H2_CODE_INADEQUATE_SECURITY, "INADEQUATE_SECURITY")                       \
  X(H2_CODE_HTTP_1_1_REQUIRED, "HTTP_1_1_REQUIRED")                           \
  X(H2_CODE_UNKNOWN, "unknown")
enum h2_code {
  H2_CODE_UNSAID,
#define X(name, text) name,
  H2_CODE_LIST(X)
#undef X
};

/* What our origin behind a proxy did at the end. */
#define ORIGIN_ENDED_LIST(X)                                                  \
  X(ORIGIN_ENDED_CLEAN, "clean")                                              \
  X(ORIGIN_ENDED_FIN, "fin")                                                  \
  X(ORIGIN_ENDED_RST, "rst")                                                  \
  X(ORIGIN_ENDED_SLAM, "slam")
enum origin_ended {
  ORIGIN_PLAYS_ON,
#define X(name, text) name,
  ORIGIN_ENDED_LIST(X)
#undef X
};

/* How the proxy left it. */
#define ORIGIN_GONE_LIST(X)                                                   \
  X(ORIGIN_GONE_FIN, "fin")                                                   \
  X(ORIGIN_GONE_RST, "rst")                                                   \
  X(ORIGIN_GONE_ERROR, "error")
enum origin_gone {
  ORIGIN_STAYED,
#define X(name, text) name,
  ORIGIN_GONE_LIST(X)
#undef X
};

/* X(attribute, its key as text, member), in the order of the text. */
#define ATTRIBUTE_LIST(X)                                                     \
  X(ATTRIBUTE_ROLE, "role", role)                                             \
  X(ATTRIBUTE_CUT, "cut", cut)                                                \
  X(ATTRIBUTE_PHASE, "phase", phase)                                          \
  X(ATTRIBUTE_KIND, "kind", kind)                                             \
  X(ATTRIBUTE_OF, "of", of)                                                   \
  X(ATTRIBUTE_VALUE, "value", value)                                          \
  X(ATTRIBUTE_IP, "ip", ip)                                                   \
  X(ATTRIBUTE_SINCE, "since", since)                                          \
  X(ATTRIBUTE_WINDOW, "window", window)                                       \
  X(ATTRIBUTE_PART, "part", part)                                             \
  X(ATTRIBUTE_ALPN, "alpn", alpn)                                             \
  X(ATTRIBUTE_SETTINGS, "settings", settings)                                 \
  X(ATTRIBUTE_MAX_STREAMS, "max-streams", max_streams)                        \
  X(ATTRIBUTE_PINGS, "pings", pings)                                          \
  X(ATTRIBUTE_GOAWAY, "goaway", goaway)                                       \
  X(ATTRIBUTE_STREAM, "stream", stream)                                       \
  X(ATTRIBUTE_PSEUDO, "pseudo", pseudo)                                       \
  X(ATTRIBUTE_FIELD, "field", fields)                                         \
  X(ATTRIBUTE_RST, "rst", rst)                                                \
  X(ATTRIBUTE_RUN, "run", run)                                                \
  X(ATTRIBUTE_SERIAL, "serial", serial)                                       \
  X(ATTRIBUTE_ENDED, "ended", ended)                                          \
  X(ATTRIBUTE_ENDED_MS, "ended_ms", ended_ms)                                 \
  X(ATTRIBUTE_GONE, "gone", gone)                                             \
  X(ATTRIBUTE_GONE_MS, "gone_ms", gone_ms)                                    \
  X(ATTRIBUTE_BYTES, "bytes", bytes)

enum attribute {
#define X(name, key, member) name,
  ATTRIBUTE_LIST(X)
#undef X
      ATTRIBUTES
};

/* Zeroed = nothing is said.  Numbers are not negative, but for
 * LABEL_NO_LIMIT. */
struct label {
  enum role role;
  enum told_cut cut;
  enum victim_phase phase;
  enum abort_kind kind;
  int64_t of; /* how many there were alike, of which this one was kept */
  enum hostile_id value;
  char ip[48];    /* our address where it is another one */
  char since[24]; /* the script that was over just before; "" */
  int64_t window; /* bytes that the stream may send unread */
  /* of an HTTP/2 connection */
  enum h2_part part;
  char alpn[33];       /* what was chosen; "none" */
  int64_t settings;    /* 1: the peer's SETTINGS came */
  int64_t max_streams; /* or LABEL_NO_LIMIT */
  int64_t pings;
  enum h2_code goaway;
  /* of an HTTP/2 stream */
  int64_t stream; /* its number; 0 none */
  enum h2_pseudo pseudo;
  enum h2_fields fields;
  enum h2_code rst; /* the peer's */
  /* of the origin's side of a proxy, see recording/origin_side.h */
  char run[41];
  int64_t serial;
  enum origin_ended ended;
  int64_t ended_ms;
  enum origin_gone gone;
  int64_t gone_ms;
  int64_t bytes;
};

/* label_write makes the text of it, "" where nothing is said; returns its
 * length.  size: LABEL_TEXT_MAX is enough for every label. */
size_t label_write(const struct label *l, char *out, size_t size);
/* label_read takes in the label that text begins with, up to ';' or the end,
 * and returns its length; 0 with a zeroed label where text begins with none,
 * or where some of it is not known. */
size_t label_read(struct label *l, const char *text);
/* The value of an attribute that a word stands for, 0 where it is none. */
int label_word(enum attribute a, const char *word);
/* The word of a value; "" of 0. */
const char *label_word_name(enum attribute a, int value);
/* The code of RFC 9113 as it stands in a frame. */
enum h2_code label_h2_code(uint32_t code);

#endif
