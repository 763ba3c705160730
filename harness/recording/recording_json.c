/* SPDX-License-Identifier: MIT
 * Writing weir.recording/1.  What was captured is kept exactly, as Base64 and
 * whole nanoseconds; what a digest makes of it is written for people to read,
 * and made again when the recording is read. */
#include <string.h>

#include "base/b64.h"
#include "base/clock.h"
#include "document/values.h"
#include "recording/mask.h"
#include "recording/recording.h"

#define SHOWN_DATA 4096 /* bytes of an event's data; the rest is in wire */

static json_t *base64(struct slice bytes)
{
  struct buf b;
  json_t *j = NULL;
  buf_init(&b, 0);
  if(b64_encode(&b, bytes) == 0)
    j = json_stringn(buf_text(&b), b.n);
  buf_free(&b);
  return j;
}

/* Bytes and, for the eye, text; masked as a head unless keep is set. */
static json_t *masked_bytes(const struct buf *from, bool keep)
{
  struct buf b;
  json_t *j = NULL;
  buf_init(&b, 0);
  if((keep ? buf_add(&b, from->p, from->n) : mask_head(&b, buf_slice(from))) ==
     0) {
    if(!keep)
      values_mask(b.p, b.n);
    j = json_pack("{s:o, s:o}", "bytes", base64(buf_slice(&b)), "text",
                  json_text(buf_slice(&b)));
  }
  buf_free(&b);
  return j;
}

/* What came, with as many bytes. */
static json_t *masked_wire(const struct buf *from, bool keep)
{
  struct buf b;
  json_t *j = NULL;
  buf_init(&b, 0);
  if(buf_add(&b, from->p, from->n) == 0) {
    if(!keep)
      values_mask(b.p, b.n);
    j = base64(buf_slice(&b));
  }
  buf_free(&b);
  return j;
}

static json_t *masked_url(const char *url, bool keep)
{
  struct buf b;
  json_t *j = NULL;
  if(keep)
    return json_text(slice_of(url));
  buf_init(&b, 0);
  if(mask_url(&b, slice_of(url)) == 0)
    j = json_text(buf_slice(&b));
  buf_free(&b);
  return j;
}

static json_t *head_json(const struct message_head *h, bool keep)
{
  json_t *j = masked_bytes(&h->bytes, keep);
  json_t *rest = json_pack("{s:i, s:I, s:I, s:b}", "status", h->status,
                           "began_ns", (json_int_t)h->began_ns, "complete_ns",
                           (json_int_t)h->complete_ns, "exact", h->exact);
  if(j && rest && json_object_update(j, rest) == 0) {
    json_decref(rest);
    return j;
  }
  json_decref(j);
  json_decref(rest);
  return NULL;
}

/* Both are given up when there was no memory for one of them. */
static json_t *append(json_t *list, json_t *item)
{
  if(json_array_append_new(list, item) == 0)
    return list;
  json_decref(list);
  return NULL;
}

static json_t *interims_json(const struct recording *r, bool keep)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; list && i < r->interims; i++)
    list = append(list, head_json(&r->interim[i], keep));
  return list;
}

static json_t *reads_json(const struct recording *r)
{
  json_t *list = json_array();
  size_t i;
  for(i = 0; list && i < r->reads; i++)
    json_array_append_new(list,
                          json_pack("[I, I]", (json_int_t)r->read[i].t_ns,
                                    (json_int_t)r->read[i].n));
  return list;
}

static json_t *event_json(const struct recorded_event *e)
{
  struct slice data = e->data;
  if(data.n > SHOWN_DATA)
    data.n = SHOWN_DATA;
  return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:I}", "t_ns",
                   (json_int_t)e->t_ns, "first_ns", (json_int_t)e->first_ns,
                   "offset", (json_int_t)e->offset, "end", (json_int_t)e->end,
                   "type", json_text(e->type), "id", json_text(e->id), "data",
                   json_text(data), "data_bytes", (json_int_t)e->data.n);
}

static json_t *stream_json(const struct recording *r)
{
  json_t *events = json_array();
  size_t i;
  for(i = 0; events && i < r->events; i++)
    events = append(events, event_json(&r->event[i]));
  return json_pack(
      "{s:s, s:b, s:I, s:s, s:b, s:I, s:o, s:b, s:I, s:I, s:o}", "framing",
      recording_framing_name(r->framing), "complete", r->complete, "wire_end",
      (json_int_t)r->wire_end, "coding", r->coding, "coding_error",
      r->coding_error, "chunks", (json_int_t)r->chunks, "chunk_error_at",
      r->chunk_error ? json_integer((json_int_t)r->chunk_error_at)
                     : json_null(),
      "last_chunk", r->last_chunk, "body_bytes", (json_int_t)r->body.n,
      "retry_ms", (json_int_t)r->retry_ms, "events", events);
}

static json_t *frame_json(const struct recording *r, bool keep)
{
  char started[40];
  clock_iso8601(r->started_real_ns, started, sizeof(started));
  return json_pack(
      "{s:s, s:s, s:o, s:o, s:o, s:s, s:I, s:o, s:o, s:I, s:I, s:I, s:b, "
      "s:b, s:b}",
      "schema", RECORDING_SCHEMA, "weir", WEIR_VERSION, "name",
      json_text(slice_of(r->name)), "url", masked_url(r->url, keep), "method",
      json_text(slice_of(r->method)), "started", started, "started_real_ns",
      (json_int_t)r->started_real_ns, "local", json_text(slice_of(r->local)),
      "peer", json_text(slice_of(r->peer)), "connected_ns",
      (json_int_t)r->connected_ns, "request_ns", (json_int_t)r->request_ns,
      "end_ns", (json_int_t)r->end_ns, "reused", r->reused, "tls", r->tls,
      "close_notify", r->close_notify);
}

static json_t *capture_json(const struct recording *r, bool keep)
{
  char told[RECORDING_TOLD_MAX];
  return json_pack("{s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "end",
                   recording_end_name(r->end), "detail",
                   json_text(slice_of(recording_told(r, told))), "cut_short",
                   r->cut_short, "request", masked_bytes(&r->request, keep),
                   "interim", interims_json(r, keep), "head",
                   head_json(&r->head, keep), "stream", stream_json(r),
                   "reads", reads_json(r), "wire",
                   masked_wire(&r->wire, keep));
}

/* Data of events, sentences.  What is Base64 was masked before it was coded:
 * a value found in that again would be there by chance, and spoil bytes. */
static int mask_texts(json_t *frame, const json_t *capture)
{
  int rc = values_mask_json(frame);
  if(!rc)
    rc = values_mask_json(json_object_get(capture, "detail"));
  return rc ? rc : values_mask_json(json_object_get(capture, "stream"));
}

json_t *recording_to_json(const struct recording *r, bool keep_secrets)
{
  json_t *j = frame_json(r, keep_secrets);
  json_t *capture = capture_json(r, keep_secrets);
  int rc = j && capture ? 0 : -1;
  if(!rc && !keep_secrets)
    rc = mask_texts(j, capture);
  if(!rc)
    rc = json_object_update(j, capture);
  json_decref(capture);
  if(!rc && r->origin_side)
    rc = json_object_set_new(j, "side", json_string("origin"));
  if(!rc && r->late_ns)
    rc = json_object_set_new(j, "late_ns",
                             json_integer((json_int_t)r->late_ns));
  if(!rc)
    return j;
  json_decref(j);
  return NULL;
}
