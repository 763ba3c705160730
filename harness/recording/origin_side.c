/* SPDX-License-Identifier: MIT
 * Recordings of an origin; see origin_side.h. */
#include "recording/origin_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "recording/digest.h"

struct entry {
  json_t *j;
  int64_t began_ns; /* CLOCK_MONOTONIC */
  struct err *e;
};

static int bad(struct err *e, const char *key)
{
  return err_set(e, E_SYNTAX, "not an origin's log: \"%s\"", key);
}

size_t origin_side_count(json_t *log)
{
  const char *schema = json_string_value(json_object_get(log, "schema"));
  if(!schema || strcmp(schema, ORIGIN_SIDE_SCHEMA) != 0)
    return 0;
  return json_array_size(json_object_get(log, "requests"));
}

static int64_t number(const struct entry *x, const char *key)
{
  return json_integer_value(json_object_get(x->j, key));
}

static const char *word(const struct entry *x, const char *key)
{
  const char *s = json_string_value(json_object_get(x->j, key));
  return s ? s : "";
}

/* Since the request began; -1 where it did not happen. */
static int64_t since(const struct entry *x, const char *key)
{
  int64_t t = number(x, key);
  if(t <= 0)
    return -1;
  return t > x->began_ns ? t - x->began_ns : 0;
}

static int take_bytes(const struct entry *x, const char *key, struct buf *out)
{
  int rc = b64_decode(out, slice_of(word(x, key)));
  return rc == E_SYNTAX ? bad(x->e, key) : rc;
}

static int take_writes(const struct entry *x, struct recording *r)
{
  json_t *list = json_object_get(x->j, "writes"), *pair;
  struct buf wire;
  size_t i, at = 0;
  int rc;
  buf_init(&wire, RECORDING_MAX_BYTES);
  rc = take_bytes(x, "wire", &wire);
  json_array_foreach(list, i, pair)
  {
    int64_t t = json_integer_value(json_array_get(pair, 0)) - x->began_ns;
    size_t n = (size_t)json_integer_value(json_array_get(pair, 1));
    if(!rc && n > wire.n - at)
      rc = bad(x->e, "writes");
    if(!rc)
      rc =
          recording_add_read(r, t > 0 ? t : 0, (struct slice){wire.p + at, n});
    at += rc ? 0 : n;
  }
  buf_free(&wire);
  return rc;
}

static int take_head(const struct entry *x, struct recording *r)
{
  struct slice line;
  int rc = take_bytes(x, "request", &r->request);
  if(!rc)
    rc = take_bytes(x, "head", &r->head.bytes);
  if(rc)
    return rc;
  line = buf_slice(&r->request);
  free(r->method);
  r->method = slice_dup(slice_cut(&line, ' '));
  free(r->url);
  r->url = slice_dup(slice_cut(&line, ' '));
  r->head.exact = true;
  r->head.began_ns = r->head.complete_ns = since(x, "head_ns");
  return r->method && r->url ? 0 : E_NOMEM;
}

static const char *without_prefix(const char *run, const char *prefix)
{
  size_t n = strlen(prefix);
  return strncmp(run, prefix, n) == 0 ? run + n : run;
}

/* The value of a word of the log, 0 where it says nothing. */
static int take_word(const struct entry *x, enum attribute a, const char *key,
                     int *rc)
{
  int value = label_word(a, word(x, key));
  if(!*rc && !value && word(x, key)[0])
    *rc = bad(x->e, key);
  return value;
}

static int64_t whole_ms(int64_t ns)
{
  return ns > 0 ? ns / 1000000 : 0;
}

static int take_end(const struct entry *x, const char *prefix,
                    struct recording *r)
{
  int64_t ended_ns = since(x, "ended_ns"), gone_ns = since(x, "gone_ns");
  struct label *l = &r->label;
  int rc = 0;
  (void)snprintf(l->run, sizeof(l->run), "%s",
                 without_prefix(word(x, "run"), prefix));
  l->serial = number(x, "serial");
  l->ended = (enum origin_ended)take_word(x, ATTRIBUTE_ENDED, "ended", &rc);
  l->ended_ms = l->ended ? whole_ms(ended_ns) : 0;
  l->gone = (enum origin_gone)take_word(x, ATTRIBUTE_GONE, "gone", &rc);
  l->gone_ms = l->gone ? whole_ms(gone_ns) : 0;
  l->bytes = number(x, "bytes");
  if(ended_ns >= 0)
    r->end = REC_END_OURS;
  else if(gone_ns >= 0)
    r->end = l->gone == ORIGIN_GONE_FIN ? REC_END_CLOSE : REC_END_RESET;
  r->end_ns = ended_ns >= 0 ? ended_ns : gone_ns;
  r->cut_short = json_is_true(json_object_get(x->j, "cut_short"));
  return rc;
}

struct recording *origin_side_read(json_t *log, size_t i, const char *prefix,
                                   const char *name, struct err *e)
{
  struct entry x = {json_array_get(json_object_get(log, "requests"), i), 0, e};
  int64_t offset = json_integer_value(json_object_get(log, "real_offset_ns"));
  struct recording *r = recording_new(name);
  int rc = r ? 0 : E_NOMEM;
  x.began_ns = number(&x, "began_ns");
  if(!rc && x.began_ns <= 0)
    rc = bad(e, "began_ns");
  if(!rc) {
    r->origin_side = true;
    r->started_real_ns = (uint64_t)(x.began_ns + offset);
    r->connected_ns = 0;
    r->request_ns = since(&x, "asked_ns");
    r->reused = !json_is_true(json_object_get(x.j, "first"));
    rc = take_head(&x, r);
  }
  if(!rc)
    rc = take_writes(&x, r);
  if(!rc)
    rc = take_end(&x, prefix, r);
  if(!rc)
    rc = recording_digest(r);
  if(!rc)
    return r;
  if(!e->text[0])
    err_set(e, rc, "%s", err_name(rc));
  recording_free(r);
  return NULL;
}
