/* SPDX-License-Identifier: MIT
 * The recording of one exchange: what was asked, what came back and when, how
 * it ended.  Conformance never mixes I/O and judgement: probe/ makes
 * recordings, checks/ judges them, a file of them replays (weir.recording/1).
 *
 * Pure and plain: all memory is owned by the recording.  Times are nanoseconds
 * since the exchange began, -1 where a thing did not happen. */
#ifndef WEIR_RECORDING_RECORDING_H
#define WEIR_RECORDING_RECORDING_H
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "plan/label.h"

#define RECORDING_SCHEMA   "weir.recording/1"
#define RECORDING_TOLD_MAX 200 /* of label and detail as text */
/* Of wire, and of body; then cut short, and said so. */
#define RECORDING_MAX_BYTES ((size_t)8 << 20)

/* One header line as it came: raw keeps case, order and odd spacing. */
struct field_line {
  struct slice raw, name, value; /* into the head's bytes; value is trimmed */
};

struct message_head {
  struct buf bytes; /* status line to the blank line, as received */
  int status;       /* 0: the status line could not be read */
  int major, minor; /* HTTP version */
  int64_t began_ns, complete_ns;
  struct field_line *line; /* owned array */
  size_t lines;
  bool exact; /* bytes are from the wire (HTTP/1.x), not put together again */
};

/* A read: so many bytes came at once.  Offsets count from the first byte of
 * the buffer they belong to. */
struct timed_read {
  int64_t t_ns;
  size_t offset, n;
};

struct chunk {           /* of a chunked HTTP/1.1 body */
  size_t wire_offset;    /* of the size line */
  size_t body_offset, n; /* of its data: transfer-decoded, before any content
                            coding is undone; n as declared */
  bool has_extension;
};

/* What the parser made of the body.  Offsets are into body. */
struct recorded_event {
  int64_t t_ns;                /* when its last byte came */
  int64_t first_ns;            /* when the first byte of its block came */
  size_t offset, end;          /* its block, blank line included */
  struct slice type, data, id; /* owned by the recording */
  bool id_in_block;
};

/* Lines of the body, blank ones too, as split by CR, LF and CRLF. */
enum line_kind { LINE_BLANK, LINE_COMMENT, LINE_FIELD, LINE_UNFINISHED };
struct recorded_line {
  int64_t t_ns;     /* when its end came; of unfinished ones, the last byte */
  size_t offset, n; /* without its end; the first one's BOM is in it */
  uint8_t kind;     /* enum line_kind */
  uint8_t eol;      /* 0 none, or a CR that nobody knows what followed,
                       1 LF, 2 CR, 3 CRLF */
};

/* From here on weir's own lateness may be what a verdict by the clock is made
 * of: the shortest limits that checks have are a few times as long. */
#define RECORDING_LATE_NS (250 * UINT64_C(1000000))

#define RECORDING_END_LIST(X)                                                 \
  X(REC_END_NONE, "none")           /* not yet, or never began */             \
  X(REC_END_CLEAN, "clean")         /* properly delimited end */              \
  X(REC_END_CLOSE, "close")         /* FIN ends a close-delimited body */     \
  X(REC_END_TRUNCATED, "truncated") /* FIN before the declared end */         \
  X(REC_END_RESET, "reset")                                                   \
  X(REC_END_TIMEOUT, "timeout") /* no response head within the deadline */    \
  X(REC_END_OURS, "ours")       /* we closed it as declared */                \
  X(REC_END_REFUSED, "refused")                                               \
  X(REC_END_NO_RESPONSE, "no-response")                                       \
  X(REC_END_UNREACHABLE, "unreachable")                                       \
  X(REC_END_TLS, "tls")                                                       \
  X(REC_END_PROTOCOL, "protocol") /* not HTTP */                              \
  X(REC_END_LIMIT, "limit")       /* RECORDING_MAX_BYTES */                   \
  X(REC_END_ERROR, "error")       /* weir's own trouble */

enum recording_end {
#define X(name, text) name,
  RECORDING_END_LIST(X)
#undef X
};

/* RFC 9112 section 6.3, RFC 9113 section 8.1, as the recipient sees it. */
#define BODY_FRAMING_LIST(X)                                                  \
  X(FRAMING_NONE, "none")       /* no head yet, or no body may follow */      \
  X(FRAMING_LENGTH, "length")   /* Content-Length */                          \
  X(FRAMING_CHUNKED, "chunked") /* the last transfer coding is chunked */     \
  X(FRAMING_CLOSE, "close")     /* the connection's end is the body's */      \
  X(FRAMING_STREAM, "stream")   /* END_STREAM of HTTP/2 */

enum body_framing {
#define X(name, text) name,
  BODY_FRAMING_LIST(X)
#undef X
};

struct recording {
  char *name; /* of the exchange, "plain", "head", "resume.v.3" */
  /* Made by the origin behind a proxy: request is what reached it, head and
   * wire are what it sent, a read is a write; see origin_side.h. */
  bool origin_side;
  char *url, *method;
  struct buf request;       /* as sent, bytes */
  uint64_t started_real_ns; /* when it began, CLOCK_REALTIME */
  char local[64], peer[64]; /* "127.0.0.1:40312" */
  int64_t connected_ns, request_ns, end_ns;
  bool reused;            /* on a connection that an exchange before left */
  bool tls, close_notify; /* TLS; its end was announced by the peer */
  struct message_head *interim; /* owned array: 1xx */
  size_t interims;
  struct message_head head;  /* the final one; status 0 when none came */
  enum body_framing framing; /* how the body's end is known */
  bool complete;             /* the response ended as its framing says */
  size_t wire_end;           /* where it ended, if complete: bytes behind
                                it in wire are surplus */
  struct buf wire;           /* all bytes behind the head, undecoded; of
                                HTTP/2, what DATA frames held */
  struct timed_read *read;   /* owned; over wire */
  size_t reads;
  struct chunk *chunk; /* owned */
  size_t chunks;
  bool chunk_error;             /* the chunk framing is broken */
  size_t chunk_error_at;        /* wire offset */
  bool last_chunk;              /* the zero chunk came */
  struct message_head trailer;  /* lines behind the zero chunk */
  struct buf body;              /* transfer- and content-decoded */
  struct timed_read *body_read; /* owned; over body: decodable then */
  size_t body_reads;
  char coding[32]; /* Content-Encoding that was undone, "" none */
  bool coding_error;
  struct recorded_event *event; /* owned */
  size_t events;
  struct recorded_line *line; /* owned */
  size_t lines;
  int64_t retry_ms;   /* last valid retry, -1 none */
  struct buf last_id; /* committed at the end */
  enum recording_end end;
  struct label label; /* of a script's: what it is */
  char detail[200];   /* of the end: errno text, libcurl's word */
  bool cut_short;     /* more came than was kept */
  /* The longest time that weir itself stood still while it was open: what came
   * meanwhile was seen so much later. */
  uint64_t late_ns;
};

struct recording *recording_new(const char *name);
void recording_free(struct recording *r);

/* recording_digest fills head lines, chunks, body, lines, events from what was
 * captured (head bytes, wire, reads).  Called by the recorder when the
 * exchange is over, and by tests and readers on hand-made ones.  0, E_NOMEM.
 */
int recording_digest(struct recording *r);

/* recording_forget drops all that a digest makes. */
void recording_forget(struct recording *r);

/* Head fields, names compared without case. */
size_t recording_count_field(const struct message_head *h, const char *name);
/* The n-th line of that name (from 0); empty with p NULL when absent. */
struct slice recording_field(const struct message_head *h, const char *name,
                             size_t n);
/* recording_list_has looks for a token in comma lists of all such lines, e.g.
 * ("Cache-Control", "no-store"), ("Transfer-Encoding", "chunked"). */
bool recording_list_has(const struct message_head *h, const char *name,
                        const char *token);
/* When body byte `offset` was there; -1 when it never came. */
int64_t recording_byte_time(const struct recording *r, size_t offset);
/* recording_told writes label and detail as they stand in a saved recording
 * into out (RECORDING_TOLD_MAX bytes) and returns it; recording_tell takes
 * such a text in. */
const char *recording_told(const struct recording *r, char *out);
void recording_tell(struct recording *r, const char *text);
const char *recording_end_name(enum recording_end end);
const char *recording_framing_name(enum body_framing framing);

/* JSON form; secrets (Authorization, Cookie, Set-Cookie, tokens in the query)
 * are masked unless keep_secrets. */
json_t *recording_to_json(const struct recording *r, bool keep_secrets);
struct recording *recording_from_json(json_t *j, struct err *e);

#endif
