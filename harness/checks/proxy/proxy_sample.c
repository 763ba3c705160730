/* SPDX-License-Identifier: MIT
 * Hand-made pairs of recordings; see proxy_sample.h. */
#include "checks/proxy/proxy_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS        INT64_C(1000000)
#define LAG_MS    2 /* from the client's beginning to the origin's */
#define EPOCH_NS  UINT64_C(1760000000000000000)
#define EVENT_MAX 70000

void proxy_sample_begin(struct sample *s)
{
  sample_begin(s);
  s->target->via = true;
}

static unsigned taken(const struct sample *s, const char *prefix)
{
  unsigned n = 0;
  for(size_t i = 0; i < s->recordings; i++)
    n += strncmp(s->recording[i]->name, prefix, strlen(prefix)) == 0;
  return n;
}

struct proxy_sample proxy_sample_heads(struct sample *s, enum script_id id,
                                       const char *role, const char *sent,
                                       const char *got)
{
  struct proxy_sample p = {NULL, NULL, 0};
  char name[64], prefix[64];
  (void)snprintf(prefix, sizeof(prefix), "%s.", script_name(id));
  (void)snprintf(name, sizeof(name), "%s%u", prefix, taken(s, prefix));
  p.client = sample_add(s, name, got);
  p.client->started_real_ns = EPOCH_NS;
  (void)snprintf(name, sizeof(name), "role=%s; FIN", role);
  recording_tell(p.client, name);
  (void)snprintf(prefix, sizeof(prefix), "%s-origin.", script_name(id));
  (void)snprintf(name, sizeof(name), "%s%u", prefix, taken(s, prefix));
  p.origin = sample_add(s, name, sent);
  p.origin->origin_side = true;
  p.origin->started_real_ns = EPOCH_NS + (uint64_t)(LAG_MS * MS);
  proxy_sample_note(&p, "ended=clean ended_ms=5000");
  return p;
}

struct proxy_sample proxy_sample_add(struct sample *s, enum script_id id,
                                     const char *role)
{
  return proxy_sample_heads(s, id, role, SAMPLE_STREAM, SAMPLE_STREAM);
}

void proxy_sample_text(struct proxy_sample *p, int64_t sent_ms,
                       int64_t come_ms, const char *text)
{
  sample_chunk(p->origin, sent_ms, text);
  if(come_ms >= 0)
    sample_chunk(p->client, come_ms + LAG_MS, text);
}

void proxy_sample_event(struct proxy_sample *p, int64_t sent_ms,
                        int64_t come_ms, size_t bytes)
{
  char *text = malloc(EVENT_MAX + 1);
  size_t n;
  assert_non_null(text);
  assert_true(bytes <= EVENT_MAX);
  n = (size_t)snprintf(text, EVENT_MAX, "data: %u ", ++p->events);
  while(n + 2 < bytes)
    text[n++] = 'x';
  memcpy(text + n, "\n\n", 3);
  proxy_sample_text(p, sent_ms, come_ms, text);
  free(text);
}

void proxy_sample_request(struct proxy_sample *p, const char *sent,
                          const char *arrived)
{
  struct slice line = slice_of(arrived);
  buf_clear(&p->client->request);
  buf_clear(&p->origin->request);
  assert_int_equal(buf_adds(&p->client->request, sent), 0);
  assert_int_equal(buf_adds(&p->origin->request, arrived), 0);
  free(p->origin->method);
  p->origin->method = slice_dup(slice_cut(&line, ' '));
}

void proxy_sample_note(struct proxy_sample *p, const char *attributes)
{
  char text[RECORDING_TOLD_MAX];
  (void)snprintf(text, sizeof(text), "run=%s serial=1 %s", p->client->name,
                 attributes);
  recording_tell(p->origin, text);
  assert_string_equal(p->origin->detail, "");
}
