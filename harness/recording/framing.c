/* SPDX-License-Identifier: MIT
 * Body framing; see framing.h. */
#include "recording/framing.h"

#include <string.h>

#define LENGTH_MAX (UINT64_C(1) << 53)

static bool read_length(struct slice text, uint64_t *out)
{
  uint64_t n = 0;
  size_t i;
  for(i = 0; i < text.n; i++) {
    if(text.p[i] < '0' || text.p[i] > '9' || n > LENGTH_MAX)
      return false;
    n = n * 10 + (uint64_t)(text.p[i] - '0');
  }
  *out = n;
  return text.n != 0;
}

/* Repeated values are fine while they are equal (RFC 9110 section 8.6). */
static bool content_length(const struct message_head *h, uint64_t *out)
{
  size_t i, count = recording_count_field(h, "Content-Length");
  bool seen = false;
  for(i = 0; i < count; i++) {
    struct slice list = recording_field(h, "Content-Length", i);
    while(list.p) {
      uint64_t n;
      if(!read_length(slice_trim(slice_cut(&list, ',')), &n) ||
         (seen && n != *out))
        return false;
      *out = n;
      seen = true;
    }
  }
  return seen;
}

static bool last_is_chunked(const struct message_head *h, size_t count)
{
  struct slice list = recording_field(h, "Transfer-Encoding", count - 1);
  struct slice last = list;
  while(list.p)
    last = slice_cut(&list, ',');
  return slice_ieq_cstr(slice_trim(last), "chunked");
}

/* Heads of HTTP/2 are put together again; what calls itself HTTP/2 on the wire
 * of HTTP/1.1 is none. */
static bool is_h2(const struct message_head *h)
{
  return !h->exact && h->major == 2;
}

enum body_framing framing_of(const struct recording *r, uint64_t *length)
{
  const struct message_head *h = &r->head;
  size_t codings = recording_count_field(h, "Transfer-Encoding");
  if(strcmp(r->method, "HEAD") == 0 || h->status < 200 || h->status == 204 ||
     h->status == 304)
    return FRAMING_NONE;
  if(is_h2(h))
    return FRAMING_STREAM;
  if(codings)
    return last_is_chunked(h, codings) ? FRAMING_CHUNKED : FRAMING_CLOSE;
  return content_length(h, length) ? FRAMING_LENGTH : FRAMING_CLOSE;
}
