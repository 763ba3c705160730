/* SPDX-License-Identifier: MIT
 * Escaping; see markup.h. */
#include "result/markup.h"

#include <string.h>

#include "base/utf8.h"

int markup_xml(const char *text, struct buf *out)
{
  for(; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if(c == '&')
      buf_adds(out, "&amp;");
    else if(c == '<')
      buf_adds(out, "&lt;");
    else if(c == '>')
      buf_adds(out, "&gt;");
    else if(c == '"')
      buf_adds(out, "&quot;");
    else if(c < 0x20 && c != '\n' && c != '\t')
      buf_addc(out, '?');
    else
      buf_addc(out, *text);
  }
  return out->rc;
}

int markup_attribute(const char *name, const char *value, struct buf *out)
{
  buf_addf(out, " %s=\"", name);
  markup_xml(value, out);
  return buf_addc(out, '"');
}

int markup_github(const char *text, bool property, struct buf *out)
{
  for(; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if(c == '%' || c == '\r' || c == '\n' ||
       (property && (c == ':' || c == ',')))
      buf_addf(out, "%%%02X", c);
    else
      buf_addc(out, *text);
  }
  return out->rc;
}

int markup_annotation(const char *level, const char *title, const char *text,
                      struct buf *out)
{
  buf_addf(out, "::%s title=", level);
  markup_github(title, true, out);
  buf_adds(out, "::");
  markup_github(text, false, out);
  return buf_addc(out, '\n');
}

int markup_verdict(bool pass, const char *command, const char *verdict,
                   const char *sentence, struct buf *out)
{
  struct buf title;
  int rc;
  buf_init(&title, 0);
  rc = buf_addf(&title, "%s: %s", command, verdict);
  if(!rc)
    rc = markup_annotation(pass ? "notice" : "error", buf_text(&title),
                           sentence, out);
  buf_free(&title);
  return rc;
}

int markup_csv(const char *text, struct buf *out)
{
  if(!strpbrk(text, "\",\r\n"))
    return buf_adds(out, text);
  buf_addc(out, '"');
  for(; *text; text++)
    if(*text == '"')
      buf_adds(out, "\"\"");
    else
      buf_addc(out, *text);
  return buf_addc(out, '"');
}

int markup_visible(struct slice text, struct buf *out)
{
  struct buf valid;
  size_t i;
  int rc;
  buf_init(&valid, 0);
  rc = utf8_repair(&valid, text);
  for(i = 0; i < valid.n && !rc; i++) {
    unsigned char c = (unsigned char)valid.p[i];
    if((c < 0x20 && c != '\n') || c == 0x7f)
      rc = buf_addf(out, "\\x%02X", c);
    else
      rc = buf_addc(out, valid.p[i]);
  }
  buf_free(&valid);
  return rc;
}
