/* SPDX-License-Identifier: MIT
 * Hand-made recordings for the tests of checks.  Only test programs link it;
 * any failure of memory or digest fails the running cmocka test.
 *
 *   sample_begin(&s);
 *   r = sample_stream(&s, "plain");        head of a healthy stream
 *   sample_chunk(r, 120, "data: a\n\n");   one chunk, read after 120 ms
 *   assert_int_equal(sample_judge(&s, "frame.eol.mixed"), VERDICT_PASS);
 *   sample_end(&s);
 */
#ifndef WEIR_CHECKS_CORE_SAMPLE_H
#define WEIR_CHECKS_CORE_SAMPLE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/core/check.h"

#define SAMPLE_MAX 640
#define SAMPLE_STREAM                                                         \
  "HTTP/1.1 200 OK\r\n"                                                       \
  "Content-Type: text/event-stream\r\n"                                       \
  "Cache-Control: no-store, no-transform\r\n"                                 \
  "Date: Sun, 06 Nov 2033 08:49:37 GMT\r\n"                                   \
  "Transfer-Encoding: chunked\r\n\r\n"

struct sample {
  struct target *target; /* full mode, loopback, endless stream */
  struct recording *recording[SAMPLE_MAX];
  size_t recordings, digested;
  struct finding finding; /* of the last sample_judge */
};

void sample_begin(struct sample *s);
void sample_end(struct sample *s);
/* A recording with this response head (status line to blank line, lines ended
 * by CRLF), complete after 5 ms, ended by us after 5 s.  head "" = no response
 * came.  The method is the exchange's. */
struct recording *sample_add(struct sample *s, const char *name,
                             const char *head);
/* The same with SAMPLE_STREAM. */
struct recording *sample_stream(struct sample *s, const char *name);
/* Bytes behind the head, as on the wire, read at t_ms. */
void sample_bytes(struct recording *r, int64_t t_ms, struct slice bytes);
void sample_text(struct recording *r, int64_t t_ms, const char *text);
/* One chunk of a chunked body, in one read. */
void sample_chunk(struct recording *r, int64_t t_ms, const char *text);
/* How and when it ended. */
void sample_ends(struct recording *r, enum recording_end end, int64_t t_ms);
/* Digests what is new and judges. */
enum verdict sample_judge(struct sample *s, const char *id);
/* Judges and asserts in one line; on failure the finding is printed. */
void sample_expect(struct sample *s, const char *id, enum verdict v);
/* A sample with one recording of this head and its verdict, thrown away. */
void sample_expect_head(const char *exchange, const char *head, const char *id,
                        enum verdict v);
/* The text or the evidence of the last finding holds this. */
void sample_says(struct sample *s, const char *words);

#endif
