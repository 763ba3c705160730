/* SPDX-License-Identifier: MIT
 * Event to bytes; see encoder.h. */
#include "behaviours/encoder.h"

#include <string.h>
#include <zlib.h>

static const char DIGITS[] = "00010203040506070809"
                             "10111213141516171819"
                             "20212223242526272829"
                             "30313233343536373839"
                             "40414243444546474849"
                             "50515253545556575859"
                             "60616263646566676869"
                             "70717273747576777879"
                             "80818283848586878889"
                             "90919293949596979899";
static const char HEX[] = "0123456789abcdef";

#define PAD_KEY  ",\"pad\":\""
#define CRC_KEY  "\",\"crc\":\""
#define DATA_END "\"}\n\n"
/* Below this a pad is summed byte by byte: cheaper than the operator. */
#define PAD_DIRECT 96
/* {"seq":,"t":,"s":,"pad":"","crc":"12345678"} without the three numbers. */
#define FIXED_DATA                                                            \
  (sizeof("{\"seq\":") - 1 + 2 * (sizeof(",\"t\":") - 1) + sizeof(PAD_KEY) -  \
   1 + sizeof(CRC_KEY) - 1 + 8 + 2)

void encoder_init(struct encoder *e)
{
  memset(e, 0, sizeof(*e));
}

size_t encode_u64(char *out, uint64_t v)
{
  char tmp[20];
  size_t at = sizeof(tmp);
  while(v >= 100) {
    at -= 2;
    memcpy(tmp + at, DIGITS + 2 * (v % 100), 2);
    v /= 100;
  }
  if(v >= 10) {
    at -= 2;
    memcpy(tmp + at, DIGITS + 2 * v, 2);
  } else {
    tmp[--at] = (char)('0' + v);
  }
  memcpy(out, tmp + at, sizeof(tmp) - at);
  return sizeof(tmp) - at;
}

static char *add(char *p, const char *text, size_t n)
{
  memcpy(p, text, n);
  return p + n;
}

#define ADD_LIT(p, lit) add((p), (lit), sizeof(lit) - 1)

size_t encode_generated_max(size_t size, size_t type_n)
{
  size_t data = FIXED_DATA + 60 + 1;
  return (size > data ? size : data) + type_n + ENCODE_ID_MAX + 32;
}

static const struct encoder_pad *pad_for(struct encoder *e, const char *pad,
                                         size_t n)
{
  struct encoder_pad *slot = &e->pads[n % ENCODE_PAD_SLOTS];
  if(slot->pad_n != n) {
    slot->pad_n = n;
    slot->crc = (uint32_t)crc32(0, (const Bytef *)pad, (uInt)n + 1);
    slot->op = crc32_combine_gen((z_off_t)n + 1);
  }
  return slot;
}

/* Checksum of the head_n bytes at data followed by a pad of n and a quote. */
static uint32_t checksum(struct encoder *e, const char *data, size_t head_n,
                         size_t n)
{
  const struct encoder_pad *pad;
  uLong crc;
  if(n < PAD_DIRECT)
    return (uint32_t)crc32(0, (const Bytef *)data, (uInt)(head_n + n + 1));
  pad = pad_for(e, data + head_n, n);
  crc = crc32(0, (const Bytef *)data, (uInt)head_n);
  return (uint32_t)crc32_combine_op(crc, pad->crc, pad->op);
}

static char *add_hex32(char *p, uint32_t v)
{
  for(int shift = 28; shift >= 0; shift -= 4)
    *p++ = HEX[(v >> shift) & 15];
  return p;
}

size_t encode_id(char *out, uint64_t id)
{
  char *p = ADD_LIT(out, "id: ");
  p += encode_u64(p, id);
  *p++ = '\n';
  return (size_t)(p - out);
}

size_t encode_generated(struct encoder *e, const struct generated_event *ev,
                        char *out)
{
  char *p = out + encode_id(out, ev->id);
  char *data;
  size_t head_n, fixed_n, pad_n;
  uint32_t crc;
  if(ev->type.n) {
    p = ADD_LIT(p, "event: ");
    p = add(p, ev->type.p, ev->type.n);
    *p++ = '\n';
  }
  p = ADD_LIT(p, "data: ");
  data = p;
  p = ADD_LIT(p, "{\"seq\":");
  p += encode_u64(p, ev->seq);
  p = ADD_LIT(p, ",\"t\":");
  p += encode_u64(p, ev->t_ns);
  p = ADD_LIT(p, ",\"s\":");
  p += encode_u64(p, ev->s_ns);
  p = ADD_LIT(p, PAD_KEY);
  head_n = (size_t)(p - data);
  fixed_n = head_n + sizeof(CRC_KEY) - 1 + 8 + 2;
  pad_n = ev->size > fixed_n ? ev->size - fixed_n : 1;
  memset(p, 'x', pad_n);
  p += pad_n;
  p = ADD_LIT(p, CRC_KEY);
  crc = checksum(e, data, head_n, pad_n);
  p = add_hex32(p, crc);
  p = ADD_LIT(p, DATA_END);
  return (size_t)(p - out);
}

/* One line off *rest; *more tells whether a line end was seen. */
static struct slice next_line(struct slice *rest, bool *more)
{
  struct slice line = {rest->p, 0};
  size_t skip = 0;
  while(line.n < rest->n && rest->p[line.n] != '\n' && rest->p[line.n] != '\r')
    line.n++;
  *more = line.n < rest->n;
  if(*more)
    skip = 1;
  if(*more && rest->p[line.n] == '\r' && line.n + 1 < rest->n &&
     rest->p[line.n + 1] == '\n')
    skip = 2;
  if(rest->n) {
    rest->p += line.n + skip;
    rest->n -= line.n + skip;
  }
  return line;
}

int encode_fields(struct buf *out, struct slice type, struct slice data)
{
  bool more = true;
  if(type.n) {
    buf_adds(out, "event: ");
    buf_add(out, type.p, type.n);
    buf_addc(out, '\n');
  }
  while(more) {
    struct slice line = next_line(&data, &more);
    buf_adds(out, "data: ");
    buf_add(out, line.p, line.n);
    buf_addc(out, '\n');
  }
  return buf_addc(out, '\n');
}

size_t encode_chunk(char *body, size_t n)
{
  char *p = body;
  size_t v = n;
  *--p = '\n';
  *--p = '\r';
  do {
    *--p = HEX[v & 15];
    v >>= 4;
  } while(v);
  body[n] = '\r';
  body[n + 1] = '\n';
  return (size_t)(body - p);
}

static bool is_plain(char ch)
{
  return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
         (ch >= 'A' && ch <= 'Z');
}

bool encode_corrupt(char *event, size_t n)
{
  struct slice whole = {event, n};
  long pad = slice_find(whole, PAD_KEY);
  long data = slice_find(whole, "data: ");
  size_t at, end = n;
  if(pad >= 0) {
    at = (size_t)pad + sizeof(PAD_KEY) - 1;
    event[at] = event[at] == 'x' ? 'y' : 'x';
    return true;
  }
  if(data < 0)
    return false;
  /* A published event: the last letter or digit of its first data line. */
  at = (size_t)data + 6;
  for(end = at; end < n && event[end] != '\n'; end++)
    ;
  while(end > at && !is_plain(event[end - 1]))
    end--;
  if(end == at)
    return false;
  event[end - 1] = event[end - 1] == 'x' ? 'y' : 'x';
  return true;
}
