/* SPDX-License-Identifier: MIT
 * frame.utf8.* and frame.bom.*: the encoding of the stream. */
#include <string.h>

#include "base/utf8.h"
#include "checks/frame/frame_judges.h"
#include "checks/frame/frame_walk.h"

#define BOM "\xEF\xBB\xBF"

/* A character that our own close, or a broken connection, cut in two is no
 * fault of the encoding: what is there begins a valid sequence. */
static bool is_cut_character(const struct recording *r, size_t at)
{
  static const char fill[] = {'\x80', '\xBF'};
  size_t n = r->body.n - at, i;
  if(r->end == REC_END_CLEAN || r->end == REC_END_CLOSE || n > 3)
    return false;
  for(i = 0; i < sizeof(fill); i++) {
    char whole[6];
    memset(whole, fill[i], sizeof(whole));
    memcpy(whole, r->body.p + at, n);
    if(utf8_check((struct slice){whole, sizeof(whole)}) > n)
      return true;
  }
  return false;
}

static const char *kind_of_error(const unsigned char *p, size_t n)
{
  if(p[0] == 0xC0 || p[0] == 0xC1 || (n > 1 && p[0] == 0xE0 && p[1] < 0xA0) ||
     (n > 1 && p[0] == 0xF0 && p[1] < 0x90))
    return "an overlong form";
  if(n > 1 && p[0] == 0xED && p[1] >= 0xA0 && p[1] <= 0xBF)
    return "a UTF-16 surrogate";
  if(p[0] >= 0xF5 || (n > 1 && p[0] == 0xF4 && p[1] >= 0x90))
    return "a value above U+10FFFF or a byte that is never part of UTF-8";
  if(p[0] < 0xC0)
    return "a continuation byte without a start, as in Latin-1 or "
           "Windows-1252 text";
  return "a sequence that is not completed, as in Latin-1 text or a cut "
         "character";
}

void frame_judge_utf8_valid(const struct check_input *in, struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_BYTES, f);
  size_t at;
  if(!r)
    return;
  at = utf8_check(buf_slice(&r->body));
  if(at == r->body.n || is_cut_character(r, at)) {
    finding_set(f, VERDICT_PASS, "%zu bytes of valid UTF-8", at);
    return;
  }
  finding_broken(
      f, "byte %zu of the stream (0x%02x) is not UTF-8: %s", at,
      (unsigned char)r->body.p[at],
      kind_of_error((const unsigned char *)r->body.p + at, r->body.n - at));
  finding_show_body(f, r, at, 1);
}

void frame_judge_utf8_not_utf16(const struct check_input *in,
                                struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_BYTES, f);
  long at;
  if(!r)
    return;
  at = frame_wide_text(r);
  if(at < 0) {
    finding_set(f, VERDICT_PASS, "the bytes are not UTF-16 or UTF-32");
    return;
  }
  finding_broken(f, "the stream is UTF-16 or UTF-32: it begins with %s",
                 r->body.p[0] == '\xFF' || r->body.p[0] == '\xFE'
                     ? "that encoding's byte order mark"
                     : "zero bytes in step");
  finding_show_body(f, r, 0, 32);
}

void frame_judge_bom_leading(const struct check_input *in, struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_BYTES, f);
  if(!r)
    return;
  if(!slice_starts(buf_slice(&r->body), BOM)) {
    finding_set(f, VERDICT_PASS, "the stream begins without a BOM");
    return;
  }
  finding_broken(f, "the stream begins with a byte order mark");
  finding_show_body(f, r, 0, 16);
}

/* How many lines begin with a BOM that clients do not strip. */
static size_t count_inner(const struct recording *r, struct frame_line *first)
{
  struct frame_line l;
  size_t i, n = 0;
  for(i = 0; i < r->lines; i++) {
    frame_line_at(r, i, &l);
    if(slice_starts(l.text, BOM) && !n++)
      *first = l;
  }
  return n;
}

void frame_judge_bom_inner(const struct check_input *in, struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_LINES, f);
  struct frame_line first;
  size_t n;
  if(!r)
    return;
  n = count_inner(r, &first);
  if(!n) {
    finding_set(f, VERDICT_PASS, "no line begins with U+FEFF");
    return;
  }
  finding_broken(f,
                 "%zu line%s with U+FEFF; its field name is unknown to every "
                 "client, and the line is lost",
                 n, n == 1 ? " begins" : "s begin");
  frame_show_line(f, r, &first);
}
