/* SPDX-License-Identifier: MIT
 * What a check says, with its evidence; see check.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/core/check.h"

#define EVIDENCE_MAX_BYTES 16384
#define DUMP_ROW           16
#define DUMP_CONTEXT       16
#define DUMP_MAX_BYTES     256
#define SHOWN_LINE_BYTES   300

void finding_init(struct finding *f)
{
  memset(f, 0, sizeof(*f));
  f->verdict = VERDICT_ERROR;
  buf_init(&f->evidence, EVIDENCE_MAX_BYTES);
}

void finding_free(struct finding *f)
{
  buf_free(&f->evidence);
}

static void set_text(struct finding *f, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void set_text(struct finding *f, const char *fmt, va_list ap)
{
  int n = vsnprintf(f->text, sizeof(f->text), fmt, ap);
  if(n < 0)
    f->text[0] = '\0';
}

void finding_set(struct finding *f, enum verdict v, const char *fmt, ...)
{
  va_list ap;
  f->verdict = v;
  va_start(ap, fmt);
  set_text(f, fmt, ap);
  va_end(ap);
}

void finding_broken(struct finding *f, const char *fmt, ...)
{
  static const enum verdict of[] = {VERDICT_FAIL, VERDICT_WARN, VERDICT_INFO};
  va_list ap;
  f->verdict = of[f->check->severity];
  va_start(ap, fmt);
  set_text(f, fmt, ap);
  va_end(ap);
}

void finding_note(struct finding *f, const char *fmt, ...)
{
  char line[1024];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(line, sizeof(line), fmt, ap);
  va_end(ap);
  /* Evidence that is full, or memory that is out, loses lines only. */
  (void)buf_addf(&f->evidence, "%s\n", line);
}

/* Bytes of a head are the server's: what is not printable ASCII is escaped, so
 * that evidence cannot disturb a terminal or a report. */
static void add_printable(struct buf *out, struct slice s)
{
  size_t i, n = s.n < SHOWN_LINE_BYTES ? s.n : SHOWN_LINE_BYTES;
  for(i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if(c < 0x20 || c > 0x7e)
      (void)buf_addf(out, "\\x%02x", c);
    else
      (void)buf_addc(out, (char)c);
  }
  if(n < s.n)
    (void)buf_addf(out, " ... (%zu bytes)", s.n);
}

void finding_show_head(struct finding *f, const struct recording *r)
{
  struct slice rest = buf_slice(&r->head.bytes);
  struct slice line = slice_trim(slice_cut(&rest, '\n'));
  f->recording = r;
  (void)buf_addf(&f->evidence, "%s: ", r->name);
  if(r->head.status == 0 && line.n == 0)
    (void)buf_addf(&f->evidence, "no response (%s)",
                   recording_end_name(r->end));
  add_printable(&f->evidence, line);
  (void)buf_addc(&f->evidence, '\n');
}

void finding_show_bytes(struct finding *f, const char *label, struct slice s)
{
  (void)buf_addf(&f->evidence, "%s: ", label);
  add_printable(&f->evidence, s);
  (void)buf_addc(&f->evidence, '\n');
}

void finding_show_field(struct finding *f, const struct recording *r,
                        const char *name)
{
  size_t i, shown = 0;
  f->recording = r;
  for(i = 0; i < r->head.lines; i++) {
    const struct field_line *l = &r->head.line[i];
    if(!slice_ieq_cstr(slice_trim(l->name), name))
      continue;
    add_printable(&f->evidence, slice_trim(l->raw));
    (void)buf_addc(&f->evidence, '\n');
    shown++;
  }
  if(!shown)
    finding_note(f, "%s: (absent)", name);
}

static void dump_row(struct buf *out, struct slice all, size_t at)
{
  size_t i;
  (void)buf_addf(out, "%08zx ", at);
  for(i = at; i < at + DUMP_ROW; i++) {
    if(i < all.n)
      (void)buf_addf(out, " %02x", (unsigned char)all.p[i]);
    else
      (void)buf_adds(out, "   ");
  }
  (void)buf_adds(out, "  |");
  for(i = at; i < at + DUMP_ROW && i < all.n; i++) {
    char c = all.p[i];
    (void)buf_addc(out, (char)(c >= 0x20 && c <= 0x7e ? c : '.'));
  }
  (void)buf_adds(out, "|\n");
}

/* Whole rows around [offset, offset + n) of some bytes. */
static void dump(struct finding *f, struct slice all, size_t offset, size_t n)
{
  size_t from, to, at;
  if(offset > all.n)
    offset = all.n;
  if(n > DUMP_MAX_BYTES)
    n = DUMP_MAX_BYTES;
  from = offset > DUMP_CONTEXT ? offset - DUMP_CONTEXT : 0;
  from -= from % DUMP_ROW;
  to = offset + n + DUMP_CONTEXT;
  if(to > all.n)
    to = all.n;
  for(at = from; at < to; at += DUMP_ROW)
    dump_row(&f->evidence, all, at);
}

void finding_show_body(struct finding *f, const struct recording *r,
                       size_t offset, size_t n)
{
  int64_t t_ns = recording_byte_time(r, offset);
  f->recording = r;
  if(t_ns >= 0)
    finding_note(f, "%s: body byte %zu, %.3f s after the request began",
                 r->name, offset, (double)t_ns / 1e9);
  else
    finding_note(f, "%s: body byte %zu, never received", r->name, offset);
  dump(f, buf_slice(&r->body), offset, n);
}

void finding_show_wire(struct finding *f, const struct recording *r,
                       size_t offset, size_t n)
{
  f->recording = r;
  finding_note(f, "%s: byte %zu behind the head, as sent", r->name, offset);
  dump(f, buf_slice(&r->wire), offset, n);
}

const char *verdict_name(enum verdict v)
{
  static const char *const name[] = {
#define X(id, text) text,
      VERDICT_LIST(X)
#undef X
  };
  return (size_t)v < sizeof(name) / sizeof(name[0]) ? name[v] : "?";
}

const char *severity_name(enum severity s)
{
  static const char *const name[] = {"F", "W", "I"};
  return (size_t)s < sizeof(name) / sizeof(name[0]) ? name[s] : "?";
}
