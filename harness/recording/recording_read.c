/* SPDX-License-Identifier: MIT
 * Reading weir.recording/1: the captured parts, checked; the rest is digested
 * anew, so that a recording cannot say one thing and hold another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "recording/digest.h"
#include "recording/head.h"
#include "recording/recording.h"

#define INTERIMS_MAX 1000
#define TEXT_MAX     ((size_t)4 << 20) /* of a head or request */

static int bad(struct err *e, const char *key, const char *want)
{
  return err_set(e, E_SYNTAX, "not a recording: \"%s\" must be %s", key, want);
}

static int get_text(json_t *j, const char *key, struct slice *out,
                    struct err *e)
{
  json_t *v = json_object_get(j, key);
  if(!json_is_string(v))
    return bad(e, key, "a string");
  *out = (struct slice){json_string_value(v), json_string_length(v)};
  return 0;
}

static int get_owned(json_t *j, const char *key, char **out, struct err *e)
{
  struct slice text;
  char *copy;
  int rc = get_text(j, key, &text, e);
  if(rc)
    return rc;
  copy = slice_dup(text);
  if(!copy)
    return err_set(e, E_NOMEM, "out of memory");
  free(*out);
  *out = copy;
  return 0;
}

static int get_field(json_t *j, const char *key, char *out, size_t size,
                     struct err *e)
{
  struct slice text;
  int rc = get_text(j, key, &text, e);
  if(!rc)
    snprintf(out, size, "%.*s", (int)text.n, text.p);
  return rc;
}

/* Times: from -1 (never) upwards. */
static int get_time(json_t *j, const char *key, int64_t *out, struct err *e)
{
  json_t *v = json_object_get(j, key);
  if(!json_is_integer(v) || json_integer_value(v) < -1)
    return bad(e, key, "a whole number of nanoseconds, or -1");
  *out = json_integer_value(v);
  return 0;
}

static int get_bool(json_t *j, const char *key, bool *out, struct err *e)
{
  json_t *v = json_object_get(j, key);
  if(!json_is_boolean(v))
    return bad(e, key, "true or false");
  *out = json_is_true(v);
  return 0;
}

static int get_bytes(json_t *j, const char *key, struct buf *out,
                     struct err *e)
{
  struct slice text;
  int rc = get_text(j, key, &text, e);
  if(rc)
    return rc;
  rc = b64_decode(out, text);
  if(rc)
    return bad(e, key, rc == E_TOO_LONG ? "shorter" : "Base64");
  return 0;
}

static int get_head(json_t *j, struct message_head *h, struct err *e)
{
  int rc;
  if(!json_is_object(j))
    return bad(e, "head", "an object");
  h->bytes.max = TEXT_MAX;
  rc = get_bytes(j, "bytes", &h->bytes, e);
  if(!rc)
    rc = get_time(j, "began_ns", &h->began_ns, e);
  if(!rc)
    rc = get_time(j, "complete_ns", &h->complete_ns, e);
  if(!rc)
    rc = get_bool(j, "exact", &h->exact, e);
  return rc;
}

static int get_interims(json_t *list, struct recording *r, struct err *e)
{
  size_t i;
  if(!json_is_array(list) || json_array_size(list) > INTERIMS_MAX)
    return bad(e, "interim", "a list of heads");
  for(i = 0; i < json_array_size(list); i++) {
    struct message_head h;
    int rc;
    head_init(&h);
    rc = get_head(json_array_get(list, i), &h, e);
    if(!rc && recording_add_interim(r, &h))
      rc = err_set(e, E_NOMEM, "out of memory");
    head_free(&h);
    if(rc)
      return rc;
  }
  return 0;
}

static int get_read(json_t *pair, struct slice *rest, struct recording *r,
                    struct err *e)
{
  json_t *t = json_array_get(pair, 0), *n = json_array_get(pair, 1);
  struct slice bytes = *rest;
  int rc;
  if(!json_is_integer(t) || !json_is_integer(n) ||
     json_integer_value(t) < -1 || json_integer_value(n) < 0 ||
     (uint64_t)json_integer_value(n) > rest->n)
    return bad(e, "reads", "pairs [time in ns, bytes] that cover \"wire\"");
  bytes.n = (size_t)json_integer_value(n);
  rest->p += bytes.n;
  rest->n -= bytes.n;
  rc = recording_add_read(r, json_integer_value(t), bytes);
  return rc ? err_set(e, rc, "cannot keep the reads: %s", err_name(rc)) : 0;
}

static int get_reads(json_t *j, struct recording *r, struct err *e)
{
  json_t *list = json_object_get(j, "reads");
  struct buf wire;
  struct slice rest;
  size_t i;
  int rc;
  buf_init(&wire, RECORDING_MAX_BYTES);
  rc = get_bytes(j, "wire", &wire, e);
  if(!rc &&
     (!json_is_array(list) || json_array_size(list) > RECORDING_MAX_ITEMS))
    rc = bad(e, "reads", "a list");
  rest = buf_slice(&wire);
  for(i = 0; !rc && i < json_array_size(list); i++)
    rc = get_read(json_array_get(list, i), &rest, r, e);
  if(!rc && rest.n)
    rc = bad(e, "reads", "pairs that cover all of \"wire\"");
  buf_free(&wire);
  return rc;
}

static int get_end(json_t *j, struct recording *r, struct err *e)
{
  static const enum recording_end ends[] = {
#define X(name, text) name,
      RECORDING_END_LIST(X)
#undef X
  };
  struct slice text;
  size_t i;
  int rc = get_text(j, "end", &text, e);
  if(rc)
    return rc;
  for(i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
    if(slice_eq_cstr(text, recording_end_name(ends[i]))) {
      r->end = ends[i];
      return 0;
    }
  }
  return bad(e, "end", "one of the known ends");
}

static int get_frame(json_t *j, struct recording *r, struct err *e)
{
  json_t *started = json_object_get(j, "started_real_ns");
  json_t *late = json_object_get(j, "late_ns");
  char told[RECORDING_TOLD_MAX];
  int rc = get_owned(j, "name", &r->name, e);
  if(!rc)
    rc = get_owned(j, "url", &r->url, e);
  if(!rc)
    rc = get_owned(j, "method", &r->method, e);
  if(!rc)
    rc = get_field(j, "local", r->local, sizeof(r->local), e);
  if(!rc)
    rc = get_field(j, "peer", r->peer, sizeof(r->peer), e);
  if(!rc)
    rc = get_field(j, "detail", told, sizeof(told), e);
  if(!rc)
    recording_tell(r, told);
  if(!rc)
    rc = get_end(j, r, e);
  if(!rc && (!json_is_integer(started) || json_integer_value(started) < 0))
    rc = bad(e, "started_real_ns", "a whole number");
  r->started_real_ns = (uint64_t)json_integer_value(started);
  if(!rc && late && (!json_is_integer(late) || json_integer_value(late) < 0))
    rc = bad(e, "late_ns", "a whole number");
  r->late_ns = (uint64_t)json_integer_value(late);
  return rc;
}

static int get_flags(json_t *j, struct recording *r, struct err *e)
{
  int rc = get_time(j, "connected_ns", &r->connected_ns, e);
  if(!rc)
    rc = get_time(j, "request_ns", &r->request_ns, e);
  if(!rc)
    rc = get_time(j, "end_ns", &r->end_ns, e);
  if(!rc)
    rc = get_bool(j, "reused", &r->reused, e);
  if(!rc)
    rc = get_bool(j, "tls", &r->tls, e);
  if(!rc)
    rc = get_bool(j, "close_notify", &r->close_notify, e);
  if(!rc)
    rc = get_bool(j, "cut_short", &r->cut_short, e);
  return rc;
}

static int get_capture(json_t *j, struct recording *r, struct err *e)
{
  json_t *request = json_object_get(j, "request");
  int rc;
  r->request.max = RECORDING_MAX_BYTES;
  rc = get_bytes(request, "bytes", &r->request, e);
  if(!rc)
    rc = get_interims(json_object_get(j, "interim"), r, e);
  if(!rc)
    rc = get_head(json_object_get(j, "head"), &r->head, e);
  return rc ? rc : get_reads(j, r, e);
}

struct recording *recording_from_json(json_t *j, struct err *e)
{
  struct recording *r;
  struct slice schema;
  int rc = get_text(j, "schema", &schema, e);
  if(rc)
    return NULL;
  if(!slice_eq_cstr(schema, RECORDING_SCHEMA)) {
    bad(e, "schema", "\"" RECORDING_SCHEMA "\"");
    return NULL;
  }
  r = recording_new("");
  if(r)
    r->origin_side = json_object_get(j, "side") != NULL;
  rc = r ? get_frame(j, r, e) : err_set(e, E_NOMEM, "out of memory");
  if(!rc)
    rc = get_flags(j, r, e);
  if(!rc)
    rc = get_capture(j, r, e);
  if(!rc) {
    rc = recording_digest(r);
    if(rc)
      err_set(e, rc, "cannot digest the recording: %s", err_name(rc));
  }
  if(!rc)
    return r;
  recording_free(r);
  return NULL;
}
