/* SPDX-License-Identifier: MIT
 * Test help: reads a response head and body of many kinds and prints the
 * recordings, one JSON document a line, for schema_test.py. */
#include <stdio.h>
#include <stdlib.h>

#include "recording/digest.h"

static const struct {
  const char *method, *head, *wire;
  enum recording_end end;
} samples[] = {
    {"GET",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
     "Content-Type: text/event-stream\r\n\r\n",
     "e\r\nid: 1\ndata: a\n\n\r\n0\r\n\r\n", REC_END_CLEAN},
    {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "zz\r\n",
     REC_END_TRUNCATED},
    {"GET", "HTTP/1.0 200 OK\r\n\r\n", "\xFF\xFE: x\n\ndata: \xC3\n\n",
     REC_END_CLOSE},
    {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "",
     REC_END_CLEAN},
    {"GET", "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", "x",
     REC_END_OURS},
    {"GET", "", "", REC_END_REFUSED},
    {"GET", "SSH-2.0-x\r\n", "", REC_END_PROTOCOL},
};

static int print_sample(size_t i)
{
  struct recording *r = recording_new("sample");
  struct message_head interim = {.began_ns = 1, .complete_ns = 2};
  struct buf text;
  json_t *j;
  int rc;
  if(!r)
    return E_NOMEM;
  buf_init(&text, 0);
  free(r->method);
  r->method = slice_dup(slice_of(samples[i].method));
  r->started_real_ns = UINT64_C(1760000000000000000) + i;
  r->end = samples[i].end;
  rc = buf_adds(&r->head.bytes, samples[i].head);
  if(!rc)
    rc = buf_adds(&interim.bytes, "HTTP/1.1 100 Continue\r\n\r\n");
  if(!rc)
    rc = recording_add_interim(r, &interim);
  if(!rc)
    rc = recording_add_read(r, 5, slice_of(samples[i].wire));
  if(!rc)
    rc = recording_digest(r);
  j = rc ? NULL : recording_to_json(r, false);
  rc = j ? json_print(j, false, &text) : E_NOMEM;
  if(!rc)
    puts(buf_text(&text));
  json_decref(j);
  buf_free(&text);
  recording_free(r);
  return rc;
}

int main(void)
{
  size_t i;
  for(i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
    if(print_sample(i))
      return 1;
  }
  return 0;
}
