/* SPDX-License-Identifier: MIT
 * libFuzzer target: any head, any bytes behind it, cut into reads anyhow: the
 * digest survives, stays inside the bytes, and does not depend on the cuts.
 *
 *   build/.../fuzz/recording_fuzz -max_total_time=60 CORPUS
 *
 * Input: method and end (a byte), length of the head (two), head, wire. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "recording/digest.h"
#include "recording/mask.h"

#define MUST(x)                                                               \
  do {                                                                        \
    if(!(x))                                                                  \
      abort();                                                                \
  } while(0)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct recording *digested(uint8_t kind, struct slice head,
                                  struct slice wire, struct rng *rng)
{
  struct recording *r = recording_new("fuzz");
  MUST(r);
  if(kind & 1) {
    free(r->method);
    r->method = slice_dup(SLICE_LIT("HEAD"));
  }
  r->end = kind & 2 ? REC_END_CLOSE : REC_END_OURS;
  MUST(buf_add(&r->head.bytes, head.p, head.n) == 0);
  while(wire.n) {
    size_t n = rng ? 1 + (size_t)rng_below(rng, 40) : wire.n;
    n = n < wire.n ? n : wire.n;
    MUST(recording_add_read(r, (int64_t)r->reads, (struct slice){wire.p, n}) ==
         0);
    wire.p += n;
    wire.n -= n;
  }
  MUST(recording_digest(r) == 0);
  return r;
}

static void inside(const struct recording *r)
{
  size_t i;
  MUST(r->wire_end <= r->wire.n);
  MUST(!r->chunk_error || r->chunk_error_at <= r->wire.n);
  for(i = 0; i < r->lines; i++)
    MUST(r->line[i].offset + r->line[i].n <= r->body.n);
  for(i = 0; i < r->events; i++) {
    MUST(r->event[i].offset < r->event[i].end);
    MUST(r->event[i].end <= r->body.n);
    MUST(r->event[i].first_ns <= r->event[i].t_ns);
    MUST(r->event[i].first_ns >= 0);
  }
  for(i = 0; i < r->head.lines; i++)
    MUST(r->head.line[i].name.n <= r->head.line[i].raw.n);
}

static void same(const struct recording *a, const struct recording *b)
{
  size_t i;
  MUST(a->framing == b->framing && a->complete == b->complete);
  MUST(a->wire_end == b->wire_end && a->chunks == b->chunks);
  MUST(a->chunk_error == b->chunk_error);
  MUST(a->chunk_error_at == b->chunk_error_at);
  MUST(a->events == b->events && a->lines == b->lines);
  MUST(a->retry_ms == b->retry_ms);
  MUST(slice_eq(buf_slice(&a->body), buf_slice(&b->body)));
  for(i = 0; i < a->events; i++) {
    MUST(a->event[i].offset == b->event[i].offset);
    MUST(a->event[i].end == b->event[i].end);
    MUST(slice_eq(a->event[i].data, b->event[i].data));
  }
  for(i = 0; i < a->lines; i++)
    MUST(a->line[i].eol == b->line[i].eol && a->line[i].n == b->line[i].n);
}

static void round_trip(const struct recording *r)
{
  struct err e;
  json_t *j = recording_to_json(r, true);
  struct recording *again;
  MUST(j);
  again = recording_from_json(j, &e);
  MUST(again);
  same(r, again);
  json_decref(j);
  recording_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
  struct slice head, wire;
  struct recording *whole, *cut;
  struct buf masked;
  struct rng rng;
  size_t head_n;
  if(n < 3)
    return 0;
  head_n = (size_t)p[1] << 8 | p[2];
  head_n = head_n < n - 3 ? head_n : n - 3;
  head = (struct slice){(const char *)p + 3, head_n};
  wire = (struct slice){(const char *)p + 3 + head_n, n - 3 - head_n};
  rng_seed(&rng, n * 131 + p[n - 1]);
  whole = digested(p[0], head, wire, NULL);
  cut = digested(p[0], head, wire, &rng);
  inside(whole);
  inside(cut);
  same(whole, cut);
  round_trip(cut);
  buf_init(&masked, 0);
  MUST(mask_head(&masked, head) == 0 && mask_url(&masked, head) == 0);
  buf_free(&masked);
  recording_free(whole);
  recording_free(cut);
  return 0;
}
