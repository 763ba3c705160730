/* SPDX-License-Identifier: MIT
 * jansson helpers; see json.h. */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* One reference token of a pointer, with ~0 and ~1 undone. */
static json_t *step(json_t *at, struct slice token)
{
  char key[256];
  size_t i, n = 0;
  for(i = 0; i < token.n && n + 1 < sizeof(key); i++) {
    char c = token.p[i];
    if(c == '~' && i + 1 < token.n) {
      i++;
      c = token.p[i] == '1' ? '/' : '~';
    }
    key[n++] = c;
  }
  key[n] = '\0';
  if(json_is_object(at))
    return json_object_get(at, key);
  if(json_is_array(at) && n && strspn(key, "0123456789") == n)
    return json_array_get(at, strtoul(key, NULL, 10));
  return NULL;
}

static json_t *walk(json_t *root, struct slice rest, char sep)
{
  while(root && rest.p)
    root = step(root, slice_cut(&rest, sep));
  return root;
}

json_t *json_pointer_get(json_t *root, const char *pointer)
{
  if(!pointer[0])
    return root;
  if(pointer[0] != '/')
    return NULL;
  return walk(root, slice_of(pointer + 1), '/');
}

json_t *json_dotted_get(json_t *root, const char *path)
{
  return walk(root, slice_of(path), '.');
}

static int append(const char *p, size_t n, void *ctx)
{
  return buf_add(ctx, p, n);
}

int json_print(const json_t *root, bool pretty, struct buf *out)
{
  size_t flags = JSON_PRESERVE_ORDER | JSON_ENCODE_ANY |
                 JSON_REAL_PRECISION(12) |
                 (pretty ? JSON_INDENT(2) : JSON_COMPACT);
  return json_dump_callback(root, append, out, flags) ? buf_fail(out, E_NOMEM)
                                                      : out->rc;
}

json_t *json_text(struct slice text)
{
  struct buf clean;
  json_t *s = NULL;
  buf_init(&clean, 0);
  if(utf8_repair(&clean, text) == 0)
    s = json_stringn(buf_text(&clean), clean.n);
  buf_free(&clean);
  return s;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The eight bytes at p. */
static uint64_t word_at(const char *p)
{
  uint64_t word;
  memcpy(&word, p, sizeof(word));
  return word;
}

static bool is_ascii(struct slice text)
{
  uint64_t seen = 0;
  size_t i = 0;
  for(; text.n - i >= sizeof(seen); i += sizeof(seen))
    seen |= word_at(text.p + i);
  for(; i < text.n; i++)
    seen |= (unsigned char)text.p[i];
  return !(seen & EACH(0x80));
}

/* Not zero in the highest bits when one of eight bytes is below the limit,
 * or beyond ASCII. */
static uint64_t outside(uint64_t word, uint64_t limit)
{
  return ((word - EACH(limit)) | word) & EACH(0x80);
}

/* How many bytes a JSON string holds as they are: ASCII, no control, quote or
 * backslash. */
static size_t plain_run(struct slice text)
{
  size_t i = 0;
  for(; text.n - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
    uint64_t word = word_at(text.p + i);
    if(outside(word, ' ') | outside(word ^ EACH('"'), 1) |
       outside(word ^ EACH('\\'), 1))
      break;
  }
  while(i < text.n && (signed char)text.p[i] >= ' ' && text.p[i] != '"' &&
        text.p[i] != '\\')
    i++;
  return i;
}

/* One byte of ASCII that it does not hold so, as jansson writes it. */
static void quote_byte(struct buf *out, char c)
{
  static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
  const char *at = c ? strchr(named, c) : NULL;
  if(at) {
    buf_addc(out, '\\');
    buf_addc(out, letters[at - named]);
  } else
    buf_addf(out, "\\u%04X", (unsigned)c);
}

static void quote_ascii(struct buf *out, struct slice text)
{
  size_t i = 0;
  buf_addc(out, '"');
  while(i < text.n) {
    size_t n = plain_run((struct slice){text.p + i, text.n - i});
    buf_add(out, text.p + i, n);
    i += n;
    if(i < text.n)
      quote_byte(out, text.p[i++]);
  }
  buf_addc(out, '"');
}

static void quote_plain(struct buf *out, struct slice text)
{
  char *p;
  if(buf_reserve(out, text.n + 2))
    return;
  p = out->p + out->n;
  *p++ = '"';
  if(text.n)
    memcpy(p, text.p, text.n);
  p[text.n] = '"';
  p[text.n + 1] = '\0';
  out->n += text.n + 2;
}

/* Text that may have to be repaired. */
static void quote_any(struct buf *out, struct slice text)
{
  json_t *s = json_text(text);
  if(s)
    json_print(s, false, out);
  else
    buf_fail(out, E_NOMEM);
  json_decref(s);
}

/* Nearly all text is plain, or ASCII at least: no value of jansson's is made
 * for it. */
int json_quote(struct buf *out, struct slice text)
{
  if(plain_run(text) == text.n)
    quote_plain(out, text);
  else if(is_ascii(text))
    quote_ascii(out, text);
  else
    quote_any(out, text);
  return out->rc;
}

int json_quote_inside(struct buf *out, struct slice text)
{
  struct buf quoted;
  buf_init(&quoted, 0);
  if(json_quote(&quoted, text) == 0)
    buf_add(out, quoted.p + 1, quoted.n - 2);
  else
    buf_fail(out, quoted.rc);
  buf_free(&quoted);
  return out->rc;
}

json_t *json_parse(struct slice text, const char *name, struct err *e)
{
  json_error_t je;
  json_t *root = json_loadb(text.p ? text.p : "", text.n,
                            JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &je);
  if(!root)
    err_set(e, E_SYNTAX, "%s:%d:%d: not valid JSON: %s", name, je.line,
            je.column, je.text);
  return root;
}

json_t *json_ms(uint64_t ns)
{
  return json_real((double)((ns + 500) / 1000) / 1000.0);
}
