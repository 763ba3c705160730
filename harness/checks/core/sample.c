/* SPDX-License-Identifier: MIT
 * Hand-made recordings; see sample.h. */
#include "checks/core/sample.h"

#include <stdlib.h>
#include <string.h>

#define MS 1000000

void sample_begin(struct sample *s)
{
  memset(s, 0, sizeof(*s));
  s->target = target_new("http://127.0.0.1:8080/stream");
  assert_non_null(s->target);
  s->target->mode = MODE_FULL;
  s->target->loopback = true;
  s->target->stream = STREAM_ENDLESS;
  s->target->stream_known = KNOWN_DECLARED;
  finding_init(&s->finding);
}

void sample_end(struct sample *s)
{
  size_t i;
  for(i = 0; i < s->recordings; i++)
    recording_free(s->recording[i]);
  finding_free(&s->finding);
  target_free(s->target);
}

static const char *method_of(const char *name)
{
  int i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    const struct exchange_row *row = exchange_row((enum exchange_id)i);
    if(strcmp(row->name, name) == 0)
      return row->method;
  }
  return "GET";
}

struct recording *sample_add(struct sample *s, const char *name,
                             const char *head)
{
  struct recording *r = recording_new(name);
  const char *method = method_of(name);
  assert_non_null(r);
  assert_true(s->recordings < SAMPLE_MAX);
  s->recording[s->recordings++] = r;
  free(r->url);
  free(r->method);
  r->url = slice_dup(slice_of(s->target->endpoint.url));
  r->method = slice_dup(slice_of(method));
  assert_int_equal(
      buf_addf(&r->request, "%s /stream HTTP/1.1\r\n\r\n", method), 0);
  assert_int_equal(buf_adds(&r->head.bytes, head), 0);
  r->head.exact = true;
  r->connected_ns = MS / 5;
  r->request_ns = MS / 4;
  r->head.began_ns = *head ? 5 * MS : -1;
  r->head.complete_ns = r->head.began_ns;
  r->end = *head ? REC_END_OURS : REC_END_TIMEOUT;
  r->end_ns = (int64_t)5000 * MS;
  return r;
}

struct recording *sample_stream(struct sample *s, const char *name)
{
  return sample_add(s, name, SAMPLE_STREAM);
}

void sample_bytes(struct recording *r, int64_t t_ms, struct slice bytes)
{
  struct timed_read *grown =
      realloc(r->read, (r->reads + 1) * sizeof(*r->read));
  assert_non_null(grown);
  r->read = grown;
  r->read[r->reads++] = (struct timed_read){t_ms * MS, r->wire.n, bytes.n};
  assert_int_equal(buf_add(&r->wire, bytes.p, bytes.n), 0);
}

void sample_text(struct recording *r, int64_t t_ms, const char *text)
{
  sample_bytes(r, t_ms, slice_of(text));
}

void sample_chunk(struct recording *r, int64_t t_ms, const char *text)
{
  struct buf b;
  buf_init(&b, 0);
  assert_int_equal(buf_addf(&b, "%zx\r\n%s\r\n", strlen(text), text), 0);
  sample_bytes(r, t_ms, buf_slice(&b));
  buf_free(&b);
}

void sample_ends(struct recording *r, enum recording_end end, int64_t t_ms)
{
  r->end = end;
  r->end_ns = t_ms * MS;
}

enum verdict sample_judge(struct sample *s, const char *id)
{
  struct check_input in = {s->target, s->recording, s->recordings};
  const struct check *c = check_find(id);
  assert_non_null(c);
  for(; s->digested < s->recordings; s->digested++)
    assert_int_equal(recording_digest(s->recording[s->digested]), 0);
  finding_free(&s->finding);
  finding_init(&s->finding);
  check_judge(c, &in, &s->finding);
  return s->finding.verdict;
}

void sample_expect(struct sample *s, const char *id, enum verdict v)
{
  if(sample_judge(s, id) != v) {
    print_error("%s: %s: %s\n%s", id, verdict_name(s->finding.verdict),
                s->finding.text, buf_text(&s->finding.evidence));
    assert_string_equal(verdict_name(s->finding.verdict), verdict_name(v));
  }
  assert_true(s->finding.text[0] != '\0');
}

void sample_expect_head(const char *exchange, const char *head, const char *id,
                        enum verdict v)
{
  struct sample s;
  sample_begin(&s);
  sample_add(&s, exchange, head);
  sample_expect(&s, id, v);
  sample_end(&s);
}

void sample_says(struct sample *s, const char *words)
{
  if(strstr(s->finding.text, words) ||
     strstr(buf_text(&s->finding.evidence), words))
    return;
  print_error("%s\n%s", s->finding.text, buf_text(&s->finding.evidence));
  assert_string_equal("the finding's words", words);
}
