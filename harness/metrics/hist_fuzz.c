/* SPDX-License-Identifier: MIT
 * libFuzzer on hist_decode: arbitrary text, and arbitrary bytes in place of
 * the Base64 content or of what is deflated in it.  What decodes must come
 * back the same from hist_encode. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/b64.h"
#include "metrics/hist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if(!holds)
    abort();
}

static void check(struct slice text)
{
  static struct hist h;
  static struct hist again;
  struct buf back;
  struct err e = {0};
  int rc = hist_decode(&h, text, &e);
  must(rc ? h.total == 0 && e.text[0] : e.text[0] == '\0');
  buf_init(&back, 0);
  must(hist_encode(&h, &back) == 0);
  must(hist_decode(&again, buf_slice(&back), NULL) == 0);
  must(memcmp(&h, &again, sizeof(h)) == 0);
  buf_free(&back);
}

static void check_packed(struct slice packed)
{
  struct buf text;
  buf_init(&text, 0);
  must(b64_encode(&text, packed) == 0);
  check(buf_slice(&text));
  buf_free(&text);
}

static void check_plain(const uint8_t *data, size_t size)
{
  uLongf n = compressBound((uLong)size);
  unsigned char *p = malloc(n + 8);
  must(p != NULL);
  must(compress(p + 8, &n, data, (uLong)size) == Z_OK);
  memcpy(p, "\x1c\x84\x93\x14", 4);
  p[4] = (unsigned char)(n >> 24);
  p[5] = (unsigned char)(n >> 16);
  p[6] = (unsigned char)(n >> 8);
  p[7] = (unsigned char)n;
  check_packed((struct slice){(const char *)p, n + 8});
  free(p);
}

static void check_counts(const uint8_t *data, size_t size)
{
  static const unsigned char head[40] = {
      0x1c, 0x84, 0x93, 0x13, 0,    0,    0,    0, 0,    0,   0, 0,
      0,    0,    0,    3,    0,    0,    0,    0, 0,    0,   0, 1,
      0,    0,    0,    0,    0xd6, 0x93, 0xa4, 0, 0x3f, 0xf0};
  uint8_t *plain = malloc(sizeof(head) + size);
  must(plain != NULL);
  memcpy(plain, head, sizeof(head));
  if(size)
    memcpy(plain + sizeof(head), data, size);
  plain[4] = (uint8_t)(size >> 24);
  plain[5] = (uint8_t)(size >> 16);
  plain[6] = (uint8_t)(size >> 8);
  plain[7] = (uint8_t)size;
  check_plain(plain, sizeof(head) + size);
  free(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if(!size)
    return 0;
  switch(data[0] % 4) {
  case 0:
    check((struct slice){(const char *)data + 1, size - 1});
    break;
  case 1:
    check_packed((struct slice){(const char *)data + 1, size - 1});
    break;
  case 2:
    check_plain(data + 1, size - 1);
    break;
  default:
    check_counts(data + 1, size - 1);
  }
  return 0;
}
