/* SPDX-License-Identifier: MIT
 * How fast the parser is, alone: gigabytes per second on one core, for the
 * shapes of stream that occur.  Prints one JSON object.
 *
 * Each shape is a text of a megabyte that is fed again and again in chunks
 * of the size of a socket read, so that events lie across chunk borders as
 * they do in life.  The best of several rounds counts: the machine may be
 * shared. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "sse/parser.h"

#define TEXT_BYTES ((size_t)1 << 20)
#define READ_BYTES ((size_t)64 << 10)
#define ROUNDS     50

struct shape {
  const char *name;
  int (*add)(struct buf *text, unsigned n); /* one event or heartbeat */
  size_t chunk;                             /* bytes per feed */
  size_t text_bytes;                        /* bytes per round */
};

static void on_event(const struct sse_event *event, void *ctx)
{
  uint64_t *data_bytes = ctx;
  *data_bytes += event->data.n;
}

static int add_pad(struct buf *text, size_t n)
{
  static const char pad[] =
      "{\"seq\":123456,\"t\":1700000000000000000,\"pad\":\"the quick brown "
      "fox jumps over the lazy dog, and then it does so again and again and "
      "again until the line is as long as it has to be for this bench, which "
      "is two hundred bytes";
  return buf_add(text, pad, n);
}

static int add_200(struct buf *text, unsigned n)
{
  int rc = buf_addf(text, "id: %u\ndata: ", n);
  if(!rc)
    rc = add_pad(text, 200);
  return rc ? rc : buf_adds(text, "\n\n");
}

static int add_200_crlf(struct buf *text, unsigned n)
{
  int rc = buf_addf(text, "id: %u\r\ndata: ", n);
  if(!rc)
    rc = add_pad(text, 200);
  return rc ? rc : buf_adds(text, "\r\n\r\n");
}

static int add_data_only(struct buf *text, unsigned n)
{
  int rc = buf_adds(text, "data: ");
  (void)n;
  if(!rc)
    rc = add_pad(text, 200);
  return rc ? rc : buf_adds(text, "\n\n");
}

static int add_multi_line(struct buf *text, unsigned n)
{
  int rc = buf_addf(text, "event: update\nid: %u\n", n);
  int i;
  for(i = 0; i < 10 && !rc; i++) {
    rc = buf_adds(text, "data: ");
    if(!rc)
      rc = add_pad(text, 40);
    if(!rc)
      rc = buf_addc(text, '\n');
  }
  return rc ? rc : buf_addc(text, '\n');
}

static int add_16k(struct buf *text, unsigned n)
{
  int rc = buf_addf(text, "id: %u\ndata: ", n);
  int i;
  for(i = 0; i < 82 && !rc; i++)
    rc = add_pad(text, 200);
  return rc ? rc : buf_adds(text, "\n\n");
}

static int add_heartbeat(struct buf *text, unsigned n)
{
  (void)n;
  return buf_adds(text, ":\n\n");
}

static const struct shape shapes[] = {
    {"events_200", add_200, READ_BYTES, TEXT_BYTES},
    {"events_200_crlf", add_200_crlf, READ_BYTES, TEXT_BYTES},
    {"events_200_no_id", add_data_only, READ_BYTES, TEXT_BYTES},
    {"events_200_mtu_chunks", add_200, 1448, TEXT_BYTES},
    {"events_10_lines", add_multi_line, READ_BYTES, TEXT_BYTES},
    {"events_16k", add_16k, READ_BYTES, TEXT_BYTES},
    {"heartbeats", add_heartbeat, READ_BYTES, TEXT_BYTES / 4},
    {"events_200_1_byte_chunks", add_200, 1, TEXT_BYTES / 8},
};

static int fill(const struct shape *s, struct buf *text, unsigned *blocks)
{
  int rc = 0;
  *blocks = 0;
  buf_clear(text);
  while(!rc && text->n < s->text_bytes)
    rc = s->add(text, (*blocks)++);
  return rc;
}

/* Feeds the text once; returns nanoseconds, or 0 when the parser failed. */
static uint64_t feed_all(const struct shape *s, const struct buf *text,
                         struct parser *p)
{
  uint64_t start = clock_mono_ns();
  size_t at;
  for(at = 0; at < text->n; at += s->chunk) {
    size_t n = text->n - at < s->chunk ? text->n - at : s->chunk;
    if(parser_feed(p, text->p + at, n))
      return 0;
  }
  return clock_mono_ns() - start;
}

/* The floor: finding every LF with memchr, and nothing else. */
static uint64_t split_all(const struct buf *text)
{
  static volatile size_t lines;
  uint64_t start = clock_mono_ns();
  const char *at = text->p, *end = at + text->n;
  size_t n = 0;
  while(at) {
    at = memchr(at, '\n', (size_t)(end - at));
    if(at) {
      at++;
      n++;
    }
  }
  lines = n;
  return clock_mono_ns() - start + (lines == 0);
}

static int measure(const struct shape *s, struct buf *text, const char *sep)
{
  struct parser_config config = {.on.on_event = on_event,
                                 .max_line = PARSER_MAX_LINE_DEFAULT,
                                 .max_event = PARSER_MAX_EVENT_DEFAULT};
  uint64_t best = UINT64_MAX, floor_best = UINT64_MAX, data_bytes = 0;
  struct parser p;
  unsigned blocks;
  int i;
  if(fill(s, text, &blocks))
    return 1;
  parser_init(&p, &config, &data_bytes);
  for(i = 0; i < ROUNDS; i++) {
    uint64_t ns = feed_all(s, text, &p), floor_ns = split_all(text);
    if(!ns)
      return 1;
    best = ns < best ? ns : best;
    floor_best = floor_ns < floor_best ? floor_ns : floor_best;
  }
  parser_fini(&p);
  printf("%s\"%s\":{\"gb_per_s\":%.2f,\"ns_per_block\":%.1f,"
         "\"times_memchr\":%.2f}",
         sep, s->name, (double)text->n / (double)best, (double)best / blocks,
         (double)best / (double)floor_best);
  return 0;
}

/* "parser_bench" measures all shapes, "parser_bench NAME" that one. */
int main(int argc, char **argv)
{
  struct buf text;
  const char *sep = "";
  size_t i;
  int rc = 0;
  buf_init(&text, 0);
  printf("{");
  for(i = 0; i < sizeof(shapes) / sizeof(shapes[0]) && !rc; i++) {
    if(argc > 1 && strcmp(argv[1], shapes[i].name) != 0)
      continue;
    rc = measure(&shapes[i], &text, sep);
    sep = ",";
  }
  printf("}\n");
  buf_free(&text);
  return rc;
}
