/* SPDX-License-Identifier: MIT
 * A histogram as HdrHistogram V2 text: a header and ZigZag LEB128 counts (a
 * negative one is a run of zeros), deflated, in Base64.
 *
 * What is decoded may come from anywhere: every length is checked against what
 * is there, and inflating stops at the longest form a histogram can have. */
#include <string.h>
#include <zlib.h>

#include "base/b64.h"
#include "base/clock.h"
#include "metrics/hist.h"

#define COOKIE_PLAIN    0x1c849313u
#define COOKIE_DEFLATED 0x1c849314u
#define DIGITS          3
#define PLAIN_HEAD      40 /* bytes before the counts */
#define DEFLATED_HEAD   8  /* bytes before the deflated part */
#define VARINT_MAX      9  /* bytes of the longest count */
#define PLAIN_MAX       (PLAIN_HEAD + HIST_COUNTS * VARINT_MAX)
#define TEXT_MAX        (512 * 1024)
#define RATIO_ONE       0x3ff0000000000000ull /* the bits of 1.0 */

static void put_big(unsigned char *p, uint64_t v, size_t bytes)
{
  while(bytes--) {
    p[bytes] = (unsigned char)v;
    v >>= 8;
  }
}

static uint64_t get_big(const unsigned char *p, size_t bytes)
{
  uint64_t v = 0;
  size_t i;
  for(i = 0; i < bytes; i++)
    v = v << 8 | p[i];
  return v;
}

/* The ninth byte, if it comes to that, carries eight bits. */
static size_t put_varint(unsigned char *p, int64_t signed_v)
{
  uint64_t v = (uint64_t)signed_v << 1 ^ (signed_v < 0 ? UINT64_MAX : 0);
  size_t n = 0;
  while(v > 127 && n < VARINT_MAX - 1) {
    p[n++] = (unsigned char)(v | 128);
    v >>= 7;
  }
  p[n++] = (unsigned char)v;
  return n;
}

/* Returns the bytes used, 0 when the input ends first. */
static size_t get_varint(const unsigned char *p, size_t left, int64_t *out)
{
  uint64_t v = 0;
  size_t n;
  for(n = 0; n < left && n < VARINT_MAX; n++) {
    uint64_t byte = p[n];
    bool last = n == VARINT_MAX - 1 || byte < 128;
    v |= (n == VARINT_MAX - 1 ? byte : byte & 127) << 7 * n;
    if(last) {
      *out = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
      return n + 1;
    }
  }
  return 0;
}

static size_t put_counts(const struct hist *h, unsigned char *p)
{
  uint32_t end = h->total ? h->high + 1 : 0;
  uint32_t i = 0;
  size_t n = 0;
  while(i < end) {
    uint32_t zeros = 0;
    while(i < end && !h->counts[i]) {
      zeros++;
      i++;
    }
    if(zeros)
      n += put_varint(p + n, zeros > 1 ? -(int64_t)zeros : 0);
    else
      n += put_varint(p + n, (int64_t)h->counts[i++]);
  }
  return n;
}

static size_t put_plain(const struct hist *h, unsigned char *p)
{
  size_t counts = put_counts(h, p + PLAIN_HEAD);
  put_big(p, COOKIE_PLAIN, 4);
  put_big(p + 4, counts, 4);
  put_big(p + 8, 0, 4); /* normalizing index offset */
  put_big(p + 12, DIGITS, 4);
  put_big(p + 16, 1, 8); /* lowest value */
  put_big(p + 24, HIST_HIGHEST_US, 8);
  put_big(p + 32, RATIO_ONE, 8); /* integer to double conversion */
  return PLAIN_HEAD + counts;
}

static int deflate_plain(struct buf *plain, struct buf *out)
{
  uLongf size = compressBound((uLong)plain->n);
  unsigned char *p;
  int rc = buf_reserve(out, DEFLATED_HEAD + size);
  if(rc)
    return rc;
  p = (unsigned char *)out->p;
  /* The output has the size zlib asks for: only memory can be short. */
  if(compress(p + DEFLATED_HEAD, &size, (const Bytef *)plain->p,
              (uLong)plain->n) != Z_OK)
    return E_NOMEM;
  put_big(p, COOKIE_DEFLATED, 4);
  put_big(p + 4, size, 4);
  out->n = DEFLATED_HEAD + size;
  return 0;
}

int hist_encode(const struct hist *h, struct buf *out)
{
  struct buf plain;
  struct buf packed;
  size_t used = h->total ? h->high - h->low + 2 : 0;
  int rc;
  buf_init(&plain, 0);
  buf_init(&packed, 0);
  rc = buf_reserve(&plain, PLAIN_HEAD + used * VARINT_MAX);
  if(rc)
    goto out;
  plain.n = put_plain(h, (unsigned char *)plain.p);
  rc = deflate_plain(&plain, &packed);
  if(rc)
    goto out;
  rc = b64_encode(out, buf_slice(&packed));
out:
  buf_free(&plain);
  buf_free(&packed);
  return rc;
}

static int add_count(struct hist *h, uint32_t i, uint64_t n, struct err *e)
{
  if(i >= HIST_COUNTS)
    return err_set(e, E_SYNTAX,
                   "the histogram has more counts than its range "
                   "holds");
  if(n > INT64_MAX - h->total)
    return err_set(e, E_SYNTAX,
                   "the counts of the histogram add up to more "
                   "than 63 bits");
  if(!n)
    return 0;
  h->counts[i] = n;
  h->total += n;
  h->low = h->low < i ? h->low : i;
  h->high = i;
  h->sum_ns += (double)n * (double)NS_PER_US *
               (double)((hist_lowest_us(i) + hist_highest_us(i) + 1) / 2);
  return 0;
}

static int get_counts(struct hist *h, const unsigned char *p, size_t n,
                      struct err *e)
{
  uint64_t i = 0;
  while(n) {
    int64_t v = 0;
    size_t used = get_varint(p, n, &v);
    int rc;
    if(!used)
      return err_set(e, E_SYNTAX, "the histogram ends within a count");
    p += used;
    n -= used;
    if(v < 0 && (v < -HIST_COUNTS || i + (uint64_t)-v > HIST_COUNTS))
      return err_set(e, E_SYNTAX, "the histogram skips beyond its range");
    if(v < 0) {
      i += (uint64_t)-v;
      continue;
    }
    rc = add_count(h, (uint32_t)i, (uint64_t)v, e);
    if(rc)
      return rc;
    i++;
  }
  return 0;
}

/* The index offset and the ratio serve histograms of real numbers.  Counts are
 * stored in plain order whatever the offset says (hdr-histogram-js writes 1);
 * the ratio must be 1, which that library writes as an integer. */
static bool has_our_range(const unsigned char *head)
{
  uint64_t ratio = get_big(head + 32, 8);
  return get_big(head + 12, 4) == DIGITS && get_big(head + 16, 8) == 1 &&
         get_big(head + 24, 8) == HIST_HIGHEST_US &&
         (ratio == RATIO_ONE || ratio == 1);
}

static int get_plain(struct hist *h, const unsigned char *p, size_t n,
                     struct err *e)
{
  int rc;
  if(n < PLAIN_HEAD || get_big(p, 4) != COOKIE_PLAIN)
    return err_set(e, E_SYNTAX, "not a histogram in HdrHistogram's V2 form");
  if(get_big(p + 4, 4) != n - PLAIN_HEAD)
    return err_set(e, E_SYNTAX,
                   "the histogram says it has %u bytes of counts "
                   "but has %zu",
                   (unsigned)get_big(p + 4, 4), n - PLAIN_HEAD);
  if(!has_our_range(p))
    return err_set(e, E_MISMATCH,
                   "the histogram has another range or precision than 1 us to "
                   "1 h with 3 digits");
  rc = get_counts(h, p + PLAIN_HEAD, n - PLAIN_HEAD, e);
  if(!rc && h->total) {
    h->min_ns = hist_lowest_us(h->low) * NS_PER_US;
    h->max_ns = hist_highest_us(h->high) * NS_PER_US;
  }
  return rc;
}

/* Inflates into as much as it takes, PLAIN_MAX at most: a large buffer that
 * comes and goes would be reused for histograms, which then are no longer
 * fresh, untouched pages. */
static int inflate_all(const struct buf *packed, struct buf *plain)
{
  const Bytef *p = (const Bytef *)packed->p + DEFLATED_HEAD;
  uLong n = (uLong)packed->n - DEFLATED_HEAD;
  size_t room = 1024;
  int rc = Z_BUF_ERROR;
  while(rc == Z_BUF_ERROR && room < PLAIN_MAX) {
    uLong used = n;
    uLongf size;
    room = room * 4 < PLAIN_MAX ? room * 4 : PLAIN_MAX;
    if(buf_reserve(plain, room))
      return E_NOMEM;
    size = (uLongf)room;
    rc = uncompress2((Bytef *)plain->p, &size, p, &used);
    plain->n = 0;
    if(rc == Z_OK && used != n)
      return E_SYNTAX;
    if(rc == Z_OK)
      plain->n = size;
  }
  if(rc == Z_MEM_ERROR)
    return E_NOMEM;
  return rc == Z_OK ? 0 : E_SYNTAX;
}

static int inflate_packed(const struct buf *packed, struct buf *plain,
                          struct err *e)
{
  const unsigned char *p = (const unsigned char *)packed->p;
  int rc;
  if(packed->n < DEFLATED_HEAD || get_big(p, 4) != COOKIE_DEFLATED)
    return err_set(e, E_SYNTAX,
                   "not a histogram in HdrHistogram's V2 compressed form");
  if(get_big(p + 4, 4) != packed->n - DEFLATED_HEAD)
    return err_set(e, E_SYNTAX,
                   "the histogram says it has %u compressed bytes but has %zu",
                   (unsigned)get_big(p + 4, 4), packed->n - DEFLATED_HEAD);
  rc = inflate_all(packed, plain);
  if(rc == E_NOMEM)
    return err_set(e, rc, "out of memory");
  if(rc)
    return err_set(e, rc, "the histogram's compressed bytes are damaged");
  return 0;
}

int hist_fill(struct hist *h, struct slice text, struct err *e)
{
  struct buf packed;
  struct buf plain;
  int rc;
  if(text.n > TEXT_MAX)
    return err_set(e, E_SYNTAX, "%zu characters are too many for a histogram",
                   text.n);
  buf_init(&packed, 0);
  buf_init(&plain, 0);
  rc = b64_decode(&packed, text);
  if(rc)
    err_set(e, rc, "the histogram is not Base64: %s", err_name(rc));
  if(!rc)
    rc = inflate_packed(&packed, &plain, e);
  if(!rc)
    rc = get_plain(h, (const unsigned char *)plain.p, plain.n, e);
  buf_free(&packed);
  buf_free(&plain);
  return rc;
}

int hist_decode(struct hist *h, struct slice text, struct err *e)
{
  int rc;
  hist_init(h);
  rc = hist_fill(h, text, e);
  if(rc)
    hist_init(h);
  return rc;
}
