/* SPDX-License-Identifier: MIT
 * frame.line.*: what stands on the lines, field by field. */
#include <string.h>

#include "checks/frame/frame_judges.h"
#include "checks/frame/frame_walk.h"

#define LINE_SAFE_BYTES ((size_t)64 << 10)
#define LINE_HARD_BYTES ((size_t)1 << 20)
#define NAMES_SHOWN     5
#define BOM             "\xEF\xBB\xBF"

/* What is odd about a line.  Each line is one of these, so that one mistake
 * is reported once. */
enum oddity { ODD_NOT, ODD_GARBAGE, ODD_CASE, ODD_SPACE, ODD_BOM, ODD_NAME };

static bool is_known_name(struct slice name)
{
  return slice_ieq_cstr(name, "data") || slice_ieq_cstr(name, "event") ||
         slice_ieq_cstr(name, "id") || slice_ieq_cstr(name, "retry");
}

/* Not slice_trim: CR and LF are never inside a line. */
static struct slice trim_blanks(struct slice s)
{
  while(s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
    s.p++;
    s.n--;
  }
  while(s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
    s.n--;
  return s;
}

static bool is_garbage(struct slice text)
{
  static const char *const starts[] = {"<", "{", "Traceback", "HTTP/1."};
  struct slice inner = trim_blanks(text);
  size_t i;
  for(i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
    if(slice_starts(text, starts[i]))
      return true;
  }
  /* "    at java.lang.Thread.run", "    at async handler (app.js:3:1)" */
  return inner.p != text.p && slice_starts(inner, "at ");
}

static enum oddity oddity_of(const struct frame_line *l)
{
  struct slice bare;
  if(l->field != FRAME_OTHER)
    return ODD_NOT;
  if(slice_starts(l->text, BOM))
    return ODD_BOM;
  if(is_garbage(l->text))
    return ODD_GARBAGE;
  bare = trim_blanks(l->name);
  if(!is_known_name(bare))
    return ODD_NAME;
  return bare.n == l->name.n ? ODD_CASE : ODD_SPACE;
}

struct odd_lines {
  struct frame_line first[NAMES_SHOWN]; /* with names that differ */
  size_t shown, count, fields;
};

static bool is_new_name(const struct odd_lines *o, const struct frame_line *l)
{
  size_t i;
  for(i = 0; i < o->shown; i++) {
    if(slice_eq(o->first[i].name, l->name))
      return false;
  }
  return o->shown < NAMES_SHOWN;
}

static const struct recording *find_odd(const struct check_input *in,
                                        enum oddity what, struct finding *f,
                                        struct odd_lines *o)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  size_t i;
  memset(o, 0, sizeof(*o));
  for(i = 0; r && i < r->lines; i++) {
    struct frame_line l;
    frame_line_at(r, i, &l);
    /* What is cut short may only look wrong: "dat" of "data: x". */
    if(!l.finished || l.field == FRAME_BLANK || l.field == FRAME_COMMENT)
      continue;
    o->fields++;
    if(oddity_of(&l) != what)
      continue;
    o->count++;
    if(is_new_name(o, &l))
      o->first[o->shown++] = l;
  }
  return r;
}

static void judge_odd(const struct check_input *in, struct finding *f,
                      enum oddity what, const char *sentence)
{
  struct odd_lines o;
  const struct recording *r = find_odd(in, what, f, &o);
  size_t i;
  if(!r)
    return;
  if(!o.count) {
    finding_set(f, VERDICT_PASS, "none of %zu field lines", o.fields);
    return;
  }
  finding_broken(f, "%zu of %zu field lines %s", o.count, o.fields, sentence);
  for(i = 0; i < o.shown; i++) {
    finding_show_bytes(f, "line", o.first[i].text);
    frame_show_line(f, r, &o.first[i]);
  }
}

/* Unknown lines right behind a data line of the same block, or behind such a
 * line: the rest of a payload whose line breaks were written as they are. */
static size_t count_lost(const struct recording *r)
{
  size_t i, lost = 0;
  bool behind = false;
  for(i = 0; i < r->lines; i++) {
    struct frame_line l;
    frame_line_at(r, i, &l);
    if(behind && l.finished && oddity_of(&l) == ODD_NAME)
      lost++;
    else
      behind = l.field == FRAME_DATA;
  }
  return lost;
}

void frame_judge_line_known(const struct check_input *in, struct finding *f)
{
  const struct recording *r;
  size_t lost;
  judge_odd(in, f, ODD_NAME,
            "have a name that no client knows, and are ignored");
  if(f->verdict != VERDICT_WARN)
    return;
  r = frame_stream(in, EX_PLAIN, FRAME_NEED_FIELDS, f);
  lost = r ? count_lost(r) : 0;
  if(lost)
    finding_set(f, VERDICT_FAIL,
                "%zu lines right behind a data line have a name that no "
                "client knows: a line break of the payload was written as it "
                "is, and what follows it is lost",
                lost);
}

void frame_judge_line_garbage(const struct check_input *in, struct finding *f)
{
  judge_odd(in, f, ODD_GARBAGE,
            "are markup, JSON, a stack trace or a response head that ran "
            "into the stream");
}

void frame_judge_line_name_case(const struct check_input *in,
                                struct finding *f)
{
  judge_odd(in, f, ODD_CASE,
            "have a field name in the wrong case; clients compare byte by "
            "byte and ignore the line");
}

void frame_judge_line_name_space(const struct check_input *in,
                                 struct finding *f)
{
  judge_odd(in, f, ODD_SPACE,
            "have a space or tab before or after the field name; it is part "
            "of the name, and the line is ignored");
}

void frame_judge_line_length(const struct check_input *in, struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_BYTES, f);
  size_t i, longest = 0;
  if(!r)
    return;
  for(i = 1; i < r->lines; i++) {
    if(r->line[i].n > r->line[longest].n)
      longest = i;
  }
  i = r->lines ? r->line[longest].n : 0;
  if(i <= LINE_SAFE_BYTES) {
    finding_set(f, VERDICT_PASS, "the longest line has %zu bytes", i);
    return;
  }
  finding_set(f, i > LINE_HARD_BYTES ? VERDICT_WARN : VERDICT_INFO,
              "the longest line has %zu bytes; line readers with a fixed "
              "buffer (64 KiB and less is common) fail on it",
              i);
  finding_show_body(f, r, r->line[longest].offset, 32);
}

/* Offset of the first control but TAB, or n. */
static size_t find_control(struct slice text)
{
  size_t i;
  for(i = 0; i < text.n; i++) {
    unsigned char c = (unsigned char)text.p[i];
    if(c < 0x20 && c != '\t')
      break;
  }
  return i;
}

void frame_judge_line_control(const struct check_input *in, struct finding *f)
{
  const struct recording *r = frame_stream(in, EX_PLAIN, FRAME_NEED_LINES, f);
  size_t i, lines = 0, first = 0;
  if(!r)
    return;
  for(i = 0; i < r->lines; i++) {
    struct frame_line l;
    size_t at;
    frame_line_at(r, i, &l);
    at = find_control(l.text);
    if(at < l.text.n && !lines++)
      first = (size_t)(l.text.p - r->body.p) + at;
  }
  if(!lines) {
    finding_set(f, VERDICT_PASS, "no control characters but TAB");
    return;
  }
  finding_broken(f, "%zu line%s control characters, the first is 0x%02x",
                 lines, lines == 1 ? " holds" : "s hold",
                 (unsigned char)r->body.p[first]);
  finding_show_body(f, r, first, 1);
}
