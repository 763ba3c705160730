/* SPDX-License-Identifier: MIT
 * One hand-made stream, one check, one expectation: the table form of the
 * tests of frame.* and heartbeat.*.  Only tests include it. */
#ifndef WEIR_CHECKS_FRAME_FRAME_SAMPLE_H
#define WEIR_CHECKS_FRAME_FRAME_SAMPLE_H
#include "checks/core/sample.h"

#define PASS       VERDICT_PASS
#define FAIL       VERDICT_FAIL
#define WARN       VERDICT_WARN
#define INFO       VERDICT_INFO
#define SKIP       VERDICT_SKIP
#define UNTESTABLE VERDICT_UNTESTABLE

struct frame_case {
  const char *id;
  enum verdict verdict;
  const char *body; /* may hold NUL: n counts */
  size_t n;
};

#define CASE(id, verdict, body)                                               \
  {                                                                           \
    id, verdict, body, sizeof(body) - 1                                       \
  }

/* One chunk with any bytes in it. */
static inline void frame_chunk(struct recording *r, int64_t t_ms,
                               const char *p, size_t n)
{
  struct buf b;
  buf_init(&b, 0);
  assert_int_equal(buf_addf(&b, "%zx\r\n", n), 0);
  assert_int_equal(buf_add(&b, p, n), 0);
  assert_int_equal(buf_adds(&b, "\r\n"), 0);
  sample_bytes(r, t_ms, buf_slice(&b));
  buf_free(&b);
}

/* The whole body at once on "plain", then 5 s of silence until our close. */
static inline void frame_expect(const struct frame_case *c)
{
  struct sample s;
  struct recording *r;
  sample_begin(&s);
  r = sample_stream(&s, "plain");
  if(c->n)
    frame_chunk(r, 20, c->body, c->n);
  sample_expect(&s, c->id, c->verdict);
  sample_end(&s);
}

static inline void frame_expect_all(const struct frame_case *c, size_t n)
{
  size_t i;
  for(i = 0; i < n; i++)
    frame_expect(&c[i]);
}

#define EXPECT_TABLE(t) frame_expect_all(t, sizeof(t) / sizeof((t)[0]))

#endif
