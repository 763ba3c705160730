/* SPDX-License-Identifier: MIT
 * Writing down what a parser tells; see transcript.h.  Out of memory ends the
 * test program, which is all a test can do about it. */
#include "sse/transcript.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/utf8.h"

static void must(int rc)
{
  if(rc)
    abort();
}

/* Length first, so that no content can be mistaken for another. */
static void add(struct buf *text, struct slice s)
{
  must(buf_addf(text, " %zu:", s.n));
  must(buf_add(text, s.p, s.n));
}

static void add_repaired(struct buf *text, struct slice s)
{
  struct buf clean;
  buf_init(&clean, 0);
  must(utf8_repair(&clean, s));
  add(text, buf_slice(&clean));
  buf_free(&clean);
}

void transcript_add_event(struct buf *text, struct slice type,
                          struct slice data, struct slice id)
{
  must(buf_adds(text, "event"));
  add_repaired(text, type);
  add_repaired(text, data);
  add_repaired(text, id);
  must(buf_addc(text, '\n'));
}

static void count(struct transcript *t, const struct sse_event *event)
{
  t->events++;
  t->data_bytes += event->data.n;
  t->event_offset = event->offset;
}

static void on_event_only(const struct sse_event *event, void *ctx)
{
  struct transcript *t = ctx;
  count(t, event);
  transcript_add_event(&t->text, event->type, event->data, event->id);
}

static void on_event(const struct sse_event *event, void *ctx)
{
  struct transcript *t = ctx;
  count(t, event);
  must(buf_addf(&t->text, "event @%" PRIu64 " %d", event->offset,
                event->id_in_block));
  add(&t->text, event->type);
  add(&t->text, event->data);
  add(&t->text, event->id);
  must(buf_addc(&t->text, '\n'));
}

static void on_comment(struct slice text, void *ctx)
{
  struct transcript *t = ctx;
  must(buf_adds(&t->text, "comment"));
  add(&t->text, text);
  must(buf_addc(&t->text, '\n'));
}

static void on_retry(uint64_t ms, void *ctx)
{
  struct transcript *t = ctx;
  must(buf_addf(&t->text, "retry %" PRIu64 "\n", ms));
}

static void on_observation(const struct sse_observation *o, void *ctx)
{
  struct transcript *t = ctx;
  must(buf_addf(&t->text, "%s @%" PRIu64, sse_observation_name(o->kind),
                o->offset));
  add(&t->text, o->line);
  must(buf_addc(&t->text, '\n'));
}

void transcript_callbacks(struct parser_callbacks *on, bool events_only)
{
  if(events_only) {
    *on = (struct parser_callbacks){.on_event = on_event_only};
    return;
  }
  *on = (struct parser_callbacks){on_event, on_comment, on_retry,
                                  on_observation};
}

void transcript_clear(struct transcript *t)
{
  buf_clear(&t->text);
  t->events = 0;
  t->data_bytes = 0;
  t->event_offset = 0;
}

void transcript_free(struct transcript *t)
{
  buf_free(&t->text);
}
