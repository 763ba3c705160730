/* SPDX-License-Identifier: MIT
 * Streams drawn at random, from fixed seeds: the properties of the fuzz target
 * where there is no fuzzer, and the way there and back through a serializer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "sse/parser.h"
#include "sse/transcript.h"

#define STREAMS 10000
#define EVENTS  3000

/* Aborts when a property does not hold; see parser_fuzz.c. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Bytes that mean something to a parser, and a few that do not. */
static void add_random_word(struct buf *text, struct rng *rng)
{
  static const struct {
    const char *p;
    size_t n;
  } words[] = {{"\n", 1},
               {"\r", 1},
               {"\r\n", 2},
               {"\n\n", 2},
               {":", 1},
               {" ", 1},
               {"\0", 1},
               {"\xEF\xBB\xBF", 3},
               {"\xEF\xBB", 2},
               {"data", 4},
               {"data: ", 6},
               {"event:", 6},
               {"id: ", 4},
               {"retry: ", 7},
               {"9", 1},
               {"99999999999", 11},
               {"\xE2\x82\xAC", 3},
               {"\xC3", 1},
               {"x", 1},
               {"Data: some more text", 20}};
  size_t i = (size_t)rng_below(rng, sizeof(words) / sizeof(words[0]));
  assert_int_equal(buf_add(text, words[i].p, words[i].n), 0);
}

static void test_random_streams_keep_the_properties_of_the_fuzzer(void **state)
{
  struct buf text;
  struct rng rng;
  int i;
  (void)state;
  buf_init(&text, 0);
  rng_seed(&rng, 20);
  for(i = 0; i < STREAMS; i++) {
    size_t words = (size_t)rng_below(&rng, 30);
    buf_clear(&text);
    while(words--)
      add_random_word(&text, &rng);
    LLVMFuzzerTestOneInput((const uint8_t *)buf_text(&text), text.n);
  }
  buf_free(&text);
}

/* Draws text of up to 11 bytes without CR; without LF and NUL on request. */
static struct slice draw(char out[12], struct rng *rng, bool one_line)
{
  static const char letters[] = "ab :\t{\"}\x80\xFF\n";
  size_t n = (size_t)rng_below(rng, 12), i;
  size_t choice = sizeof(letters) - 1 - (one_line ? 1 : 0);
  for(i = 0; i < n; i++)
    out[i] = letters[rng_below(rng, choice)];
  return (struct slice){out, n};
}

static void add_line(struct buf *text, const char *name, struct slice value)
{
  assert_int_equal(buf_adds(text, name), 0);
  assert_int_equal(buf_add(text, value.p, value.n), 0);
  assert_int_equal(buf_addc(text, '\n'), 0);
}

static void serialize(struct buf *text, struct slice type, struct slice data,
                      struct slice id)
{
  if(type.n)
    add_line(text, "event: ", type);
  add_line(text, "id: ", id);
  while(data.p)
    add_line(text, "data: ", slice_cut(&data, '\n'));
  assert_int_equal(buf_addc(text, '\n'), 0);
}

static void test_what_is_serialized_comes_back(void **state)
{
  struct parser_config config = {.max_line = 0, .max_event = 0};
  struct transcript seen = {.events = 0};
  struct buf text, wanted;
  struct parser p;
  struct rng rng;
  int i;
  (void)state;
  buf_init(&text, 0);
  buf_init(&wanted, 0);
  rng_seed(&rng, 21);
  for(i = 0; i < EVENTS; i++) {
    char a[12], b[12], c[12];
    struct slice type = draw(a, &rng, true), data = draw(b, &rng, false);
    struct slice id = draw(c, &rng, true);
    serialize(&text, type, data, id);
    transcript_add_event(&wanted, type.n ? type : SLICE_LIT("message"), data,
                         id);
  }
  transcript_callbacks(&config.on, true);
  parser_init(&p, &config, &seen);
  assert_int_equal(parser_feed(&p, text.p, text.n), 0);
  assert_string_equal(buf_text(&seen.text), buf_text(&wanted));
  parser_fini(&p);
  transcript_free(&seen);
  buf_free(&text);
  buf_free(&wanted);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_streams_keep_the_properties_of_the_fuzzer),
      cmocka_unit_test(test_what_is_serialized_comes_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
