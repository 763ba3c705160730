/* SPDX-License-Identifier: MIT
 * Escaping; see escape.h. */
#include "page/escape.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* What is seen by nobody, or turns what is seen around it. */
static const struct {
  uint32_t from, to;
} hidden[] = {
    {0x00, 0x08},       {0x0b, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},
    {0x061c, 0x061c},   {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe007f},
};

static bool is_hidden(uint32_t c)
{
  size_t i;
  for(i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
    if(c >= hidden[i].from && c <= hidden[i].to)
      return true;
  }
  return false;
}

/* The character that begins at p, of valid UTF-8, and its bytes. */
static uint32_t decode(const char *p, size_t *n)
{
  unsigned char lead = (unsigned char)*p;
  uint32_t c = lead;
  size_t i;
  *n = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if(*n > 1)
    c &= 0x7fu >> *n;
  for(i = 1; i < *n; i++)
    c = c << 6 | ((unsigned char)p[i] & 0x3f);
  return c;
}

/* Appends one visible character in some notation. */
typedef void put_fn(const char *p, size_t n, struct buf *out);

static void each(struct slice text, put_fn *put, struct buf *out)
{
  struct buf valid;
  size_t i, n;
  buf_init(&valid, 0);
  if(utf8_repair(&valid, text))
    buf_fail(out, valid.rc);
  for(i = 0; i < valid.n; i += n) {
    uint32_t c = decode(valid.p + i, &n);
    if(is_hidden(c))
      buf_addf(out, "\\u{%x}", (unsigned)c);
    else
      put(valid.p + i, n, out);
  }
  buf_free(&valid);
}

static void put_plain(const char *p, size_t n, struct buf *out)
{
  buf_add(out, p, n);
}

int escape_visible(struct slice text, struct buf *out)
{
  each(text, put_plain, out);
  return out->rc;
}

static void put_line(const char *p, size_t n, struct buf *out)
{
  if(*p == '\n' || *p == '\t')
    buf_addc(out, ' ');
  else
    buf_add(out, p, n);
}

int escape_line(const char *text, struct buf *out)
{
  each(slice_of(text), put_line, out);
  return out->rc;
}

static void put_xml(const char *p, size_t n, struct buf *out)
{
  if(*p == '&')
    buf_adds(out, "&amp;");
  else if(*p == '<')
    buf_adds(out, "&lt;");
  else if(*p == '>')
    buf_adds(out, "&gt;");
  else if(*p == '"')
    buf_adds(out, "&quot;");
  else
    buf_add(out, p, n);
}

int escape_xml_part(struct slice text, struct buf *out)
{
  each(text, put_xml, out);
  return out->rc;
}

int escape_xml(const char *text, struct buf *out)
{
  return escape_xml_part(slice_of(text), out);
}

int escape_attribute(const char *name, const char *value, struct buf *out)
{
  buf_addf(out, " %s=\"", name);
  escape_xml(value, out);
  return buf_addc(out, '"');
}

static void put_github(const char *p, size_t n, struct buf *out)
{
  if(*p == '%' || *p == '\n')
    buf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
  else
    buf_add(out, p, n);
}

static void put_property(const char *p, size_t n, struct buf *out)
{
  if(*p == ':' || *p == ',')
    buf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
  else
    put_github(p, n, out);
}

int escape_github(const char *text, bool property, struct buf *out)
{
  each(slice_of(text), property ? put_property : put_github, out);
  return out->rc;
}

int escape_annotation(const char *level, const char *title, const char *text,
                      struct buf *out)
{
  buf_addf(out, "::%s title=", level);
  escape_github(title, true, out);
  buf_adds(out, "::");
  escape_github(text, false, out);
  return buf_addc(out, '\n');
}

int escape_verdict(bool pass, const char *command, const char *verdict,
                   const char *sentence, struct buf *out)
{
  struct buf title;
  buf_init(&title, 0);
  if(buf_addf(&title, "%s: %s", command, verdict))
    buf_fail(out, title.rc);
  escape_annotation(pass ? "notice" : "error", buf_text(&title), sentence,
                    out);
  buf_free(&title);
  return out->rc;
}

static void put_csv(const char *p, size_t n, struct buf *out)
{
  if(*p == '"')
    buf_addc(out, '"');
  buf_add(out, p, n);
}

int escape_csv(const char *text, struct buf *out)
{
  bool quoted = strpbrk(text, "\",\r\n");
  if(quoted)
    buf_addc(out, '"');
  each(slice_of(text), put_csv, out);
  return quoted ? buf_addc(out, '"') : out->rc;
}

static void put_markdown(const char *p, size_t n, struct buf *out)
{
  if(strchr("\\`*_<>|[]", *p))
    buf_addc(out, '\\');
  put_line(p, n, out);
}

int escape_markdown(const char *text, struct buf *out)
{
  each(slice_of(text), put_markdown, out);
  return out->rc;
}

static void put_code(const char *p, size_t n, struct buf *out)
{
  if(*p == '|')
    buf_addc(out, '\\');
  if(*p == '`')
    buf_addc(out, '\'');
  else
    put_line(p, n, out);
}

int escape_code(const char *text, struct buf *out)
{
  buf_addc(out, '`');
  each(slice_of(text), put_code, out);
  return buf_addc(out, '`');
}

/* The longest run of back quotes. */
static size_t longest_run(const char *text)
{
  size_t most = 0, n = 0;
  for(; *text; text++) {
    n = *text == '`' ? n + 1 : 0;
    most = n > most ? n : most;
  }
  return most;
}

int escape_fence(const char *language, const char *text, struct buf *out)
{
  size_t n = longest_run(text), i;
  n = n < 3 ? 4 : n + 1;
  for(i = 0; i < n; i++)
    buf_addc(out, '`');
  buf_addf(out, "%s\n", language);
  escape_visible(slice_of(text), out);
  buf_addc(out, '\n');
  for(i = 0; i < n; i++)
    buf_addc(out, '`');
  return buf_adds(out, "\n");
}
