/* SPDX-License-Identifier: MIT
 * Finding the end of a line: the first CR or LF.  Private to the sse room.
 *
 * One pass looks for both, so that streams with LF, CR and CRLF run at the
 * same speed.  Nothing outside [chunk, end) is read: a chunk may end at a page
 * that is not mapped. */
#ifndef WEIR_SSE_SCAN_H
#define WEIR_SSE_SCAN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static inline const char *scan_eol_bytes(const char *p, const char *end)
{
  while(p < end && *p != '\n' && *p != '\r')
    p++;
  return p;
}

/* Not zero when one of eight bytes equals the byte repeated in pattern. */
static inline uint64_t scan_word_has(uint64_t word, uint64_t pattern)
{
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t x = word ^ pattern;
  return (x - ones) & ~x & (ones << 7);
}

/* scan_eol_words is the version for any machine. */
static inline const char *scan_eol_words(const char *p, const char *end)
{
  while(end - p >= 8) {
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    if(scan_word_has(word, UINT64_C(0x0A0A0A0A0A0A0A0A)) |
       scan_word_has(word, UINT64_C(0x0D0D0D0D0D0D0D0D)))
      break;
    p += 8;
  }
  return scan_eol_bytes(p, end);
}

#if defined(__SSE2__)
/* One bit for each of the 16 bytes at p that is CR or LF. */
static inline unsigned scan_mask16(const char *p)
{
  __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
  __m128i lf = _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'));
  __m128i cr = _mm_cmpeq_epi8(v, _mm_set1_epi8('\r'));
  return (unsigned)_mm_movemask_epi8(_mm_or_si128(lf, cr));
}

/* Fewer than 16 bytes are left: look at the last 16 of the chunk once more. */
static inline const char *scan_tail(const char *p, const char *end,
                                    const char *chunk)
{
  unsigned mask;
  if(end - chunk < 16)
    return scan_eol_bytes(p, end);
  mask = scan_mask16(end - 16) >> (16 - (end - p));
  return mask ? p + __builtin_ctz(mask) : end;
}

/* The same for the 64 bytes at p: long lines are walked over with one branch
 * for each of these. */
static inline uint64_t scan_mask64(const char *p)
{
  uint64_t low = scan_mask16(p) | scan_mask16(p + 16) << 16;
  uint64_t high = scan_mask16(p + 32) | scan_mask16(p + 48) << 16;
  return low | high << 32;
}

static inline const char *scan_eol_sse2(const char *p, const char *end,
                                        const char *chunk)
{
  while(end - p >= 16) {
    unsigned mask = scan_mask16(p);
    if(mask)
      return p + __builtin_ctz(mask);
    p += 16;
    while(end - p >= 64) {
      uint64_t wide = scan_mask64(p);
      if(wide)
        return p + __builtin_ctzll(wide);
      p += 64;
    }
  }
  return p < end ? scan_tail(p, end, chunk) : end;
}
#endif

/* scan_eol returns the first CR or LF in [p, end), or end.  chunk is the start
 * of the readable bytes, at or before p. */
static inline const char *scan_eol(const char *p, const char *end,
                                   const char *chunk)
{
#if defined(__SSE2__)
  return scan_eol_sse2(p, end, chunk);
#else
  (void)chunk;
  return scan_eol_words(p, end);
#endif
}

#endif
