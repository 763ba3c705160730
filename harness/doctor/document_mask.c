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
  while(name.n && strchr("$\"'", name.p[0])) {
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

int document_mask(struct slice text, struct buf *out)
{
  int at = 0, rc = 0; /* 1: a name follows, 2: a secret value follows */
  while(text.n && !rc) {
    struct slice gap = take(&text, blanks(text)), word;
    rc = buf_add(out, gap.p, gap.n);
    if(slice_find(gap, ";") >= 0)
      at = 0;
    word = take(&text, span(text, at == 2 ? ";\n" : " \t\r\n;{}"));
    if(rc)
      break;
    rc = at == 2 ? add_value(word, out) : buf_add(out, word.p, word.n);
    if(at == 1)
      at = is_secret(word) ? 2 : 0;
    else
      at = names_value(word) ? 1 : 0;
  }
  return rc;
}
