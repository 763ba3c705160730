/* SPDX-License-Identifier: MIT
 * libFuzzer target: however a stream is cut, the parser tells the same; it
 * agrees with the slow model; what it tells is bounded by what it was fed.
 *
 *   build/.../fuzz/parser_fuzz -max_total_time=60 -dict=sse.dict CORPUS
 *
 * "generate.py --corpus DIR" writes the vectors as a first corpus. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "sse/parser.h"
#include "sse/parser_model.h"
#include "sse/transcript.h"

#define MUST(x)                                                               \
  do {                                                                        \
    if(!(x))                                                                  \
      abort();                                                                \
  } while(0)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct outcome {
  struct transcript told;
  struct parser parser;
  int rc;
};

/* Each piece is fed from heap of its own, freed at once, so that a read
 * outside of it or a view that outlives it is an error. */
static int feed(struct parser *parser, const uint8_t *p, size_t n)
{
  char *copy = malloc(n ? n : 1);
  int rc;
  MUST(copy);
  memcpy(copy, p, n);
  rc = parser_feed(parser, copy, n);
  free(copy);
  return rc;
}

/* Pieces of at most most bytes, their sizes drawn when rng is given. */
static void run(struct outcome *o, const struct parser_config *config,
                struct slice s, size_t most, struct rng *rng)
{
  const uint8_t *p = (const uint8_t *)s.p;
  size_t at = 0;
  memset(o, 0, sizeof(*o));
  parser_init(&o->parser, config, &o->told);
  while(at < s.n && !o->rc) {
    size_t n = rng ? (size_t)rng_below(rng, most + 1) : most;
    n = n < s.n - at ? n : s.n - at;
    o->rc = feed(&o->parser, p + at, n);
    at += n;
  }
  parser_end(&o->parser);
}

static void release(struct outcome *o)
{
  parser_fini(&o->parser);
  transcript_free(&o->told);
}

static void same(const struct outcome *a, const struct outcome *b)
{
  MUST(a->rc == b->rc);
  MUST(slice_eq(buf_slice(&a->told.text), buf_slice(&b->told.text)));
  MUST(slice_eq(parser_last_event_id(&a->parser),
                parser_last_event_id(&b->parser)));
  MUST(parser_retry_ms(&a->parser) == parser_retry_ms(&b->parser));
}

static void check_splits(const struct parser_config *config, struct slice s,
                         struct rng *rng)
{
  struct outcome bytes, other;
  size_t cut = s.n ? (size_t)rng_below(rng, s.n + 1) : 0;
  size_t steps[4] = {s.n, cut ? cut : 1, 2, 3};
  size_t i;
  run(&bytes, config, s, 1, NULL);
  for(i = 0; i < 4 && s.n; i++) {
    run(&other, config, s, steps[i], NULL);
    same(&bytes, &other);
    release(&other);
  }
  for(i = 0; i < 2; i++) {
    run(&other, config, s, i ? 40 : 5, rng);
    same(&bytes, &other);
    release(&other);
  }
  release(&bytes);
}

static void check_model(struct slice s)
{
  struct parser_config config = {.max_line = 0, .max_event = 0};
  struct parser_model m;
  struct outcome o;
  transcript_callbacks(&config.on, true);
  parser_model_run(&m, s);
  run(&o, &config, s, s.n ? s.n : 1, NULL);
  MUST(o.rc == 0);
  MUST(slice_eq(buf_slice(&o.told.text), buf_slice(&m.text)));
  MUST(slice_eq(parser_last_event_id(&o.parser), buf_slice(&m.last_id)));
  MUST(parser_retry_ms(&o.parser) == m.retry_ms);
  MUST(o.told.events <= m.blank_lines);
  MUST(o.told.data_bytes <= s.n);
  release(&o);
  parser_model_free(&m);
}

/* FNV-1a: limits and cuts depend on the input alone, so a crash replays. */
static uint64_t hash(const uint8_t *p, size_t n)
{
  uint64_t h = UINT64_C(14695981039346656037);
  size_t i;
  for(i = 0; i < n; i++)
    h = (h ^ p[i]) * UINT64_C(1099511628211);
  return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
  struct slice s = {(const char *)p, n};
  struct sse_heard heard = {.cut = 0};
  struct parser_config config = {.heard = &heard};
  struct rng rng;
  bool limited;
  rng_seed(&rng, hash(p, n));
  limited = rng_below(&rng, 2) != 0;
  transcript_callbacks(&config.on, rng_below(&rng, 2) != 0);
  config.max_line = limited ? (size_t)rng_below(&rng, 40) : 0;
  config.max_event = limited ? (size_t)rng_below(&rng, 60) : 0;
  check_splits(&config, s, &rng);
  check_model(s);
  return 0;
}
