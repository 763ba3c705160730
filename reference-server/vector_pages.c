/* SPDX-License-Identifier: MIT
 * GET /vectors and /vector/ID: the inputs of the parser's test vectors, in
 * their own chunk borders or in pieces of a wanted size.  The vectors are
 * data; the parser is not in this program. */
#include <stdio.h>

#include "base/json.h"
#include "http/conn.h"
#include "http/query.h"
#include "http/reply.h"
#include "routes.h"
#include "sse/vectors/vectors.h"
#include "streams/player.h"

#define ID_MAX 64

void vector_list(struct conn *c, struct slice rest, struct slice query)
{
  json_t *list = json_array();
  size_t count;
  const struct sse_vector *all = sse_vectors(&count);
  (void)rest;
  (void)query;
  for(size_t i = 0; i < count; i++)
    json_array_append_new(list, json_pack("{s:s, s:I, s:s}", "id", all[i].id,
                                          "bytes", (json_int_t)all[i].n,
                                          "note", all[i].note));
  reply_json(c, 200, list);
}

/* The vector's own borders; equal ones stand for an empty chunk, which cannot
 * be sent as one. */
static void cut_as_given(struct play *s, const struct sse_vector *v)
{
  size_t at = 0;
  for(size_t i = 0; i < v->cut_count; i++) {
    if(v->cuts[i] > at && !play_cut(s, v->cuts[i] - at))
      at = v->cuts[i];
  }
}

static void cut_in_pieces(struct play *s, size_t each)
{
  for(size_t at = 0; at + each < s->bytes.n; at += each) {
    if(play_cut(s, each))
      return;
  }
}

static void serve(struct conn *c, const struct sse_vector *v, struct params *p)
{
  struct slice body = {(const char *)v->bytes, v->n};
  uint64_t split = 0, gap_ms = 0;
  struct play *s;
  params_count(p, "split", 1, 1u << 20, &split);
  params_count(p, "gap_ms", 0, 60000, &gap_ms);
  if(p->rc) {
    reply_error(c, 400, "%s", p->e.text);
    return;
  }
  s = play_new(body);
  if(!s) {
    reply_error(c, 500, "out of memory");
    return;
  }
  if(split)
    cut_in_pieces(s, (size_t)split);
  else
    cut_as_given(s, v);
  play_pieces(c, s, 200, "text/event-stream", (uint32_t)gap_ms, 0);
}

void vector_get(struct conn *c, struct slice rest, struct slice query)
{
  char id[ID_MAX + 1];
  const struct sse_vector *v = NULL;
  struct params p;
  if(rest.n <= ID_MAX) {
    snprintf(id, sizeof(id), "%.*s", (int)rest.n, rest.p);
    v = sse_vector_find(id);
  }
  if(!v) {
    reply_error(c, 404, "there is no such vector; GET /vectors lists them");
    return;
  }
  params_init(&p, query);
  serve(c, v, &p);
  params_fini(&p);
}
