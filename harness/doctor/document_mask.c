/* SPDX-License-Identifier: MIT
 * Credentials in lines of an nginx configuration: the values of headers,
 * parameters and variables whose name says that they are secret.  See
 * document.h. */
#include <string.h>

#include "doctor/document.h"
#include "document/secrets.h"

static bool ends_with(struct slice word, const char *suffix)
{
  size_t n = strlen(suffix);
  return word.n >= n && memcmp(word.p + word.n - n, suffix, n) == 0;
}

/* Directives whose first argument names what the second holds. */
static bool names_value(struct slice word)
{
  return ends_with(word, "_set_header") || ends_with(word, "_param") ||
         slice_eq_cstr(word, "add_header") || slice_eq_cstr(word, "set");
}

static bool is_secret(struct slice name)
{
  while(name.n && strchr("($\"'", name.p[0])) {
    name.p++;
    name.n--;
  }
  while(name.n && strchr("\"'", name.p[name.n - 1]))
    name.n--;
  return secrets_is_name(name);
}

static size_t span(struct slice text, const char *stop)
{
  size_t n = 0;
  while(n < text.n && !strchr(stop, text.p[n]))
    n++;
  return n;
}

static struct slice take(struct slice *text, size_t n)
{
  struct slice got = {text->p, n};
  text->p += n;
  text->n -= n;
  return got;
}

static size_t blanks(struct slice text)
{
  size_t n = 0;
  while(n < text.n && strchr(" \t\r\n;{}", text.p[n]))
    n++;
  return n;
}

/* A variable or an empty string is no secret. */
static int add_value(struct slice value, struct buf *out)
{
  bool open = !value.n || value.p[0] == '$' || slice_eq_cstr(value, "\"\"") ||
              slice_eq_cstr(value, "''");
  return open ? buf_add(out, value.p, value.n) : buf_adds(out, "***");
}

/* "abc) " of `if ($arg_token = abc) {`. */
static int add_compared(struct slice value, struct buf *out)
{
  if(value.n && value.p[0] == '$')
    return buf_add(out, value.p, value.n);
  buf_adds(out, "***)");
  return value.n && value.p[value.n - 1] == ' ' ? buf_addc(out, ' ') : out->rc;
}

/* What comes next. */
enum state {
  MASK_NOTHING,
  MASK_NAME,     /* the name of a value */
  MASK_VALUE,    /* a secret value, up to the ";" */
  MASK_VARIABLE, /* of an `if` */
  MASK_OPERATOR, /* behind a secret variable */
  MASK_COMPARED  /* what it is compared with, up to the "{" */
};

static enum state after(enum state at, struct slice word)
{
  if(at == MASK_NAME)
    return is_secret(word) ? MASK_VALUE : MASK_NOTHING;
  if(at == MASK_VARIABLE)
    return is_secret(word) ? MASK_OPERATOR : MASK_NOTHING;
  if(at == MASK_OPERATOR)
    return word.n && strchr("=!~", word.p[0]) ? MASK_COMPARED : MASK_NOTHING;
  if(slice_eq_cstr(word, "secure_link_md5") ||
     slice_eq_cstr(word, "secure_link_secret") ||
     slice_eq_cstr(word, "secure_link_hmac_secret"))
    return MASK_VALUE;
  if(slice_eq_cstr(word, "if"))
    return MASK_VARIABLE;
  return names_value(word) ? MASK_NAME : MASK_NOTHING;
}

static const char *stops(enum state at)
{
  return at == MASK_VALUE ? ";\n" : at == MASK_COMPARED ? "{\n" : " \t\r\n;{}";
}

int document_mask(struct slice text, struct buf *out)
{
  enum state at = MASK_NOTHING;
  while(text.n && !out->rc) {
    struct slice gap = take(&text, blanks(text)), word;
    buf_add(out, gap.p, gap.n);
    if(slice_find(gap, ";") >= 0)
      at = MASK_NOTHING;
    word = take(&text, span(text, stops(at)));
    if(at == MASK_VALUE)
      add_value(word, out);
    else if(at == MASK_COMPARED)
      add_compared(word, out);
    else
      buf_add(out, word.p, word.n);
    at = after(at, word);
  }
  return out->rc;
}
