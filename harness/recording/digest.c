/* SPDX-License-Identifier: MIT
 * From captured bytes to body, lines and events; see digest.h. */
#include "recording/digest.h"

#include <stdlib.h>
#include <string.h>

#include "recording/chunked.h"
#include "recording/coding.h"
#include "recording/framing.h"
#include "recording/head.h"
#include "recording/lines.h"

struct digest {
  struct recording *r; /* borrowed */
  struct chunked chunked;
  struct coding coding;
  struct line_reader lines;
  uint64_t left;  /* FRAMING_LENGTH: body bytes to come */
  size_t read_at; /* next of r->read */
  size_t wire_at; /* wire bytes taken */
  size_t decoded; /* bytes behind the transfer coding */
  bool over;      /* nothing more is taken */
};

struct digest *digest_new(struct recording *r)
{
  struct digest *d = calloc(1, sizeof(*d));
  if(!d)
    return NULL;
  d->r = r;
  recording_forget(r);
  if(!r->body.max)
    r->body.max = RECORDING_MAX_BYTES;
  chunked_init(&d->chunked);
  coding_init(&d->coding, CODING_NONE);
  lines_init(&d->lines, r);
  return d;
}

void digest_free(struct digest *d)
{
  if(!d)
    return;
  chunked_free(&d->chunked);
  coding_free(&d->coding);
  lines_free(&d->lines);
  free(d);
}

static void choose_coding(struct digest *d)
{
  struct recording *r = d->r;
  struct slice value = recording_field(&r->head, "Content-Encoding", 0);
  enum coding_kind kind = coding_of(value);
  size_t n = value.n < sizeof(r->coding) - 1 ? value.n : sizeof(r->coding) - 1;
  if(recording_count_field(&r->head, "Content-Encoding") > 1)
    kind = CODING_UNKNOWN;
  coding_init(&d->coding, kind);
  r->coding_error = kind == CODING_UNKNOWN;
  if(kind == CODING_GZIP || kind == CODING_DEFLATE) {
    memcpy(r->coding, value.p, n);
    r->coding[n] = '\0';
  }
}

static void finish_body(struct digest *d)
{
  d->over = true;
  d->r->complete = true;
  d->r->wire_end = d->wire_at;
}

/* The exchange ended in the middle of the head: its bytes are evidence, not an
 * answer. */
static bool is_half_a_head(const struct recording *r)
{
  return r->end != REC_END_NONE && r->head.complete_ns < 0 &&
         !head_end(buf_slice(&r->head.bytes), 0);
}

int digest_head(struct digest *d)
{
  struct recording *r = d->r;
  size_t i;
  int rc = is_half_a_head(r) ? 0 : head_parse(&r->head);
  for(i = 0; !rc && i < r->interims; i++)
    rc = head_parse(&r->interim[i]);
  if(rc)
    return rc;
  if(!r->head.status) {
    d->over = true;
    return 0;
  }
  r->framing = framing_of(r, &d->left);
  choose_coding(d);
  if(r->framing == FRAMING_NONE || (r->framing == FRAMING_LENGTH && !d->left))
    finish_body(d);
  return 0;
}

static int add_chunk(struct digest *d)
{
  struct recording *r = d->r;
  struct chunk *grown;
  if(!d->chunked.size) {
    r->last_chunk = true;
    return 0;
  }
  if(r->chunks >= RECORDING_MAX_ITEMS) {
    r->cut_short = true;
    return 0;
  }
  grown = items_grow(r->chunk, r->chunks, sizeof(*grown));
  if(!grown)
    return E_NOMEM;
  r->chunk = grown;
  grown[r->chunks++] = (struct chunk){
      .wire_offset = d->chunked.line_at,
      .body_offset = d->decoded,
      .n = (size_t)d->chunked.size,
      .has_extension = d->chunked.extension,
  };
  return 0;
}

static int take_decoded(struct digest *d, struct slice data)
{
  struct recording *r = d->r;
  int rc = coding_feed(&d->coding, data, &r->body);
  d->decoded += data.n;
  r->coding_error = d->coding.failed;
  if(rc == E_TOO_LONG) {
    r->cut_short = true;
    d->over = true;
    return 0;
  }
  return rc;
}

static int take_trailer(struct digest *d)
{
  struct message_head *t = &d->r->trailer;
  int rc = buf_add(&t->bytes, d->chunked.trailer.p, d->chunked.trailer.n);
  finish_body(d);
  return rc ? rc : head_parse_fields(t);
}

static int take_chunked(struct digest *d, struct slice in)
{
  struct recording *r = d->r;
  while(in.n && !d->over) {
    struct chunked_step step;
    int rc = chunked_next(&d->chunked, &in, &step);
    if(!rc && step.began)
      rc = add_chunk(d);
    if(!rc && step.data.n)
      rc = take_decoded(d, step.data);
    r->chunk_error = d->chunked.error;
    r->chunk_error_at = d->chunked.error_at;
    d->wire_at = d->chunked.at;
    if(!rc && d->chunked.state == CHUNKED_DONE)
      rc = take_trailer(d);
    d->over = d->over || d->chunked.state == CHUNKED_BROKEN;
    if(rc)
      return rc;
  }
  return 0;
}

static int take_bytes(struct digest *d, struct slice in)
{
  int rc;
  if(d->r->framing == FRAMING_CHUNKED)
    return take_chunked(d, in);
  if(d->r->framing == FRAMING_LENGTH && in.n > d->left)
    in.n = (size_t)d->left;
  d->left -= d->r->framing == FRAMING_LENGTH ? in.n : 0;
  d->wire_at += in.n;
  rc = take_decoded(d, in);
  if(!rc && d->r->framing == FRAMING_LENGTH && !d->left)
    finish_body(d);
  return rc;
}

static int date_body(struct digest *d, size_t from, int64_t t_ns)
{
  struct recording *r = d->r;
  struct timed_read *grown;
  if(r->body.n == from)
    return 0;
  grown = items_grow(r->body_read, r->body_reads, sizeof(*grown));
  if(!grown)
    return E_NOMEM;
  r->body_read = grown;
  grown[r->body_reads++] =
      (struct timed_read){.t_ns = t_ns, .offset = from, .n = r->body.n - from};
  return lines_advance(&d->lines, t_ns);
}

static int take_read(struct digest *d, struct slice in, int64_t t_ns)
{
  size_t from = d->r->body.n;
  int rc = d->over ? 0 : take_bytes(d, in);
  return rc ? rc : date_body(d, from, t_ns);
}

int digest_advance(struct digest *d)
{
  struct recording *r = d->r;
  while(d->read_at < r->reads) {
    const struct timed_read *t = &r->read[d->read_at++];
    struct slice in;
    int rc;
    if(t->offset > r->wire.n || t->n > r->wire.n - t->offset)
      return E_RANGE;
    in = (struct slice){r->wire.p + t->offset, t->n};
    rc = take_read(d, in, t->t_ns);
    if(rc)
      return rc;
  }
  return 0;
}

static bool is_whole(const struct recording *r)
{
  return (r->framing == FRAMING_CLOSE && r->end == REC_END_CLOSE) ||
         (r->framing == FRAMING_STREAM && r->end == REC_END_CLEAN);
}

int digest_end(struct digest *d)
{
  struct recording *r = d->r;
  if(is_whole(r)) {
    r->complete = true;
    r->wire_end = r->wire.n;
  }
  return lines_end(&d->lines);
}

int recording_digest(struct recording *r)
{
  struct digest *d = digest_new(r);
  int rc = d ? digest_head(d) : E_NOMEM;
  if(!rc)
    rc = digest_advance(d);
  if(!rc)
    rc = digest_end(d);
  digest_free(d);
  return rc;
}

int recording_add_read(struct recording *r, int64_t t_ns, struct slice bytes)
{
  size_t room = RECORDING_MAX_BYTES - r->wire.n;
  bool full = bytes.n > room || r->reads >= RECORDING_MAX_ITEMS;
  struct timed_read *grown;
  int rc;
  r->cut_short = r->cut_short || full;
  if(r->reads >= RECORDING_MAX_ITEMS)
    return E_TOO_LONG;
  bytes.n = full ? room : bytes.n;
  grown = items_grow(r->read, r->reads, sizeof(*grown));
  if(!grown)
    return E_NOMEM;
  r->read = grown;
  rc = buf_add(&r->wire, bytes.p, bytes.n);
  if(rc)
    return rc;
  grown[r->reads++] = (struct timed_read){
      .t_ns = t_ns, .offset = r->wire.n - bytes.n, .n = bytes.n};
  return full ? E_TOO_LONG : 0;
}

int recording_add_interim(struct recording *r, struct message_head *h)
{
  struct message_head *grown =
      items_grow(r->interim, r->interims, sizeof(*grown));
  if(!grown)
    return E_NOMEM;
  r->interim = grown;
  grown[r->interims++] = *h;
  head_init(h);
  return 0;
}
