/* SPDX-License-Identifier: MIT
 * Events of a stream and the faults in them; see body.h. */
#include "behaviours/body.h"

#include <string.h>

#include "behaviours/encoder.h"

#define RETRY_BLOCK 4u
#define LINE_BYTES  32768
#define LONG_LINE   (1100 * 1024)
#define EVENT_LINES 64
#define JSON_EVERY  12u

void body_fini(struct body *b)
{
  buf_free(&b->held);
  buf_free(&b->work);
}

struct body_block body_split(struct slice block)
{
  struct body_block parts = {{NULL, 0}, block};
  if(slice_starts(block, "id: ")) {
    parts.id = slice_cut(&parts.rest, '\n');
    parts.id.p += 4;
    parts.id.n -= 4;
  }
  return parts;
}

/* Lines in front of a block, each of them wrong in its own way. */
static const char *stray_line(const struct fault_set *f)
{
  static const struct {
    enum fault fault;
    const char *line;
  } LINES[] = {
      {FAULT_UTF8_BAD, ": \xff\xfe\n"},
      {FAULT_UTF8_CUT, ": caf\xc3\n"},
      {FAULT_INNER_BOM, "\xef\xbb\xbf: glued\n"},
      {FAULT_UNKNOWN_FIELD, "trace: 17\n"},
      {FAULT_HTML_LINE, "<p>warning</p>\n"},
      {FAULT_NAME_CASE, "Data: shadow\n"},
      {FAULT_NAME_SPACE, " data: shadow\n"},
      {FAULT_RETRY_UNIT, "retry: 3s\n"},
      {FAULT_RETRY_0, "retry: 0\n"},
  };
  for(size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++) {
    if(f->v[LINES[i].fault])
      return LINES[i].line;
  }
  return NULL;
}

static void add_stray(const struct body *b, const struct fault_set *f,
                      struct buf *out)
{
  const char *line = stray_line(f);
  if(body_hits(b->events) && line)
    buf_adds(out, line);
  if(body_hits(b->events) && f->v[FAULT_NUL_DATA])
    buf_add(out, ": nul\0here\n", 11);
  if(f->v[FAULT_LONG_LINE] && b->events == 2)
    buf_addf(out, ": %0*d\n", LONG_LINE, 0);
  if(f->v[FAULT_RETRY_LATE] && b->events == RETRY_BLOCK)
    buf_adds(out, "retry: 2000\n");
}

/* JSON does not mind line breaks and spaces between its parts. */
static void add_bulk(struct buf *out)
{
  for(int i = 0; i < EVENT_LINES; i++)
    buf_addf(out, "data: %*s\n", LINE_BYTES, "");
}

static void add_type(const struct body *b, const struct fault_set *f,
                     struct slice *rest, struct buf *out)
{
  bool hit = body_hits(b->events);
  const char *instead = NULL;
  if(hit && f->v[FAULT_NAME_ERROR])
    instead = "event: error\n";
  else if(hit && f->v[FAULT_NAME_SPACE_PAD])
    instead = "event:  tick \n";
  if(!instead)
    return;
  if(slice_starts(*rest, "event: "))
    slice_cut(rest, '\n');
  buf_adds(out, instead);
}

/* What stands in place of an event's data lines, or NULL. */
static const char *payload_instead(const struct body *b,
                                   const struct fault_set *f)
{
  bool hit = body_hits(b->events);
  if(f->v[FAULT_PAYLOAD_NO_SPACE])
    return hit ? "data: word\n\n" : "data:word\n\n";
  if(!hit)
    return NULL;
  if(f->v[FAULT_PAYLOAD_FFFD])
    return "data: {\"text\":\"gr\xEF\xBF\xBD\xEF\xBF\xBD"
           "e\"}\n\n";
  if(f->v[FAULT_PAYLOAD_UNDEFINED])
    return "data: undefined\n\n";
  if(f->v[FAULT_PAYLOAD_RAW_LINE])
    return "data: {\"text\":\"first\"}\nand a second line\n\n";
  return f->v[FAULT_PAYLOAD_MIXED] ? "data: still working\n\n" : NULL;
}

/* Both would be at the end of the block: without the brace, without its last
 * line. */
static int add_rest(const struct body *b, const struct fault_set *f,
                    struct slice rest, struct buf *out)
{
  const char *instead = payload_instead(b, f);
  bool hit = body_hits(b->events);
  if(instead)
    return buf_adds(out, instead);
  if(f->v[FAULT_EVENT_ONE_LATE] && rest.n > 2)
    rest.n--;
  if(hit && f->v[FAULT_PAYLOAD_TWO])
    buf_adds(out, "data: {\"error\":1}\n");
  if(hit && f->v[FAULT_PAYLOAD_PREFIX] && slice_starts(rest, "data: "))
    buf_adds(out, "data: ");
  if(f->v[FAULT_BAD_JSON] && b->events % JSON_EVERY == 2 && rest.n > 3 &&
     rest.p[rest.n - 3] == '}') {
    int rc = buf_add(out, rest.p, rest.n - 3);
    return rc ? rc : buf_adds(out, "\n\n");
  }
  return buf_add(out, rest.p, rest.n);
}

static int add_behind(const struct body *b, const struct fault_set *f,
                      struct slice id, struct buf *out)
{
  if(!body_hits(b->events))
    return 0;
  if(f->v[FAULT_EVENT_NO_DATA])
    return buf_adds(out, "event: done\n\n");
  if(f->v[FAULT_BARE_CONTROL] && id.p) {
    int rc = body_add_id(b, f, id, out);
    return rc ? rc : buf_addc(out, '\n');
  }
  return 0;
}

static int write_block(struct body *b, const struct fault_set *f,
                       struct slice block, struct buf *out)
{
  struct body_block parts = body_split(block);
  bool hit = body_hits(b->events);
  if(f->v[FAULT_EVENT_ONE_LATE] && b->events > 1)
    buf_addc(out, '\n');
  add_stray(b, f, out);
  body_add_id(b, f, parts.id, out);
  if(hit && f->v[FAULT_DUP_FIELDS])
    body_add_id(b, f, parts.id, out);
  if(f->v[FAULT_HB_IN_BLOCK])
    buf_adds(out, ": hb\n");
  add_type(b, f, &parts.rest, out);
  if(f->v[FAULT_EVENT_2M] && b->events == 2)
    add_bulk(out);
  add_rest(b, f, parts.rest, out);
  add_behind(b, f, parts.id, out);
  if(parts.id.n < sizeof(b->last_id)) {
    memset(b->last_id, 0, sizeof(b->last_id));
    memcpy(b->last_id, parts.id.p ? parts.id.p : "", parts.id.n);
  }
  return out->rc;
}

/* Whether the event is left out; the seam is where the replay ended. */
static bool is_lost(struct body *b, const struct fault_set *f, bool live)
{
  bool seam = b->resumed && live && !b->seam_passed && b->replaying;
  if(live)
    b->seam_passed = true;
  else
    b->replaying = true;
  return (f->v[FAULT_SEAM_RACE] && seam) ||
         (f->v[FAULT_ID_GAP] && body_hits(b->events));
}

/* The first events of a resume, put together wrongly.  *done: written. */
static int resume_first(struct body *b, const struct fault_set *f,
                        struct slice block, bool *done)
{
  int rc = 0;
  *done = false;
  if(!b->resumed || b->events > 2)
    return 0;
  if(f->v[FAULT_RESUME_REORDER] && b->events == 1) {
    *done = true;
    return buf_add(&b->held, block.p, block.n);
  }
  rc = write_block(b, f, block, &b->work);
  *done = true;
  if(!rc && b->events == 1 && f->v[FAULT_RESUME_MUTATE])
    encode_corrupt(b->work.p, b->work.n);
  if(!rc && b->events == 1 && f->v[FAULT_RESUME_DUP_ONE])
    rc = write_block(b, f, block, &b->work);
  if(!rc && b->held.n)
    rc = write_block(b, f, buf_slice(&b->held), &b->work);
  buf_clear(&b->held);
  return rc;
}

int body_event(struct body *b, const struct fault_set *f, struct slice block,
               bool live, struct buf *out)
{
  bool done;
  int rc;
  b->events++;
  buf_clear(&b->work);
  if(is_lost(b, f, live))
    return 0;
  rc = resume_first(b, f, block, &done);
  if(!rc && !done)
    rc = write_block(b, f, block, &b->work);
  return rc ? rc
            : body_encode(b, f, buf_slice(&b->work), body_hits(b->events),
                          out);
}

int body_other(struct body *b, const struct fault_set *f, struct slice text,
               struct buf *out)
{
  return body_encode(b, f, text, false, out);
}

int body_end(struct body *b, const struct fault_set *f, struct buf *out)
{
  if(!f->v[FAULT_UNTERMINATED_END])
    return 0;
  return body_encode(b, f, slice_of("data: the end is mi\n"), false, out);
}
