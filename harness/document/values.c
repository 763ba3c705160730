/* SPDX-License-Identifier: MIT
 * Masking by value; see values.h.  Forms are sorted by their first bytes, so
 * that a text is gone through once however many there are. */
#include "document/values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "base/units.h"
#include "document/secrets.h"

#define TOKEN_LEAST 16 /* bytes of what is taken for a token by its looks */

static struct {
  struct slice *form; /* owned, as are their bytes */
  size_t forms, cap;
  bool sorted;
} known;

static int by_bytes(const void *a, const void *b)
{
  const struct slice *x = a, *y = b;
  size_t n = x->n < y->n ? x->n : y->n;
  int order = memcmp(x->p, y->p, n);
  return order ? order : (x->n > y->n) - (x->n < y->n);
}

static bool make_room(void)
{
  size_t cap = known.cap ? known.cap * 2 : 64;
  struct slice *more;
  if(known.forms < known.cap)
    return true;
  more = cap > VALUES_MAX ? NULL : realloc(known.form, cap * sizeof(*more));
  if(!more)
    return false;
  known.form = more;
  known.cap = cap;
  return true;
}

static void add_form(struct slice form)
{
  char *copy;
  if(form.n < VALUES_LEAST || !make_room())
    return;
  copy = slice_dup(form);
  if(!copy)
    return;
  known.form[known.forms++] = (struct slice){copy, form.n};
  known.sorted = false;
}

static bool is_unreserved(char c)
{
  return isalnum((unsigned char)c) || (c && strchr("-._~", c));
}

static void add_percent(struct slice value, const char *format)
{
  struct buf b;
  size_t i;
  buf_init(&b, 0);
  for(i = 0; i < value.n; i++) {
    if(is_unreserved(value.p[i]))
      buf_addc(&b, value.p[i]);
    else if(strcmp(format, "x") == 0)
      buf_addf(&b, "%%%02x", (unsigned char)value.p[i]);
    else
      buf_addf(&b, "%%%02X", (unsigned char)value.p[i]);
  }
  if(!b.rc && b.n != value.n)
    add_form(buf_slice(&b));
  buf_free(&b);
}

/* The text with a backslash in front of each of these. */
static void add_escaped(struct slice value, const char *which)
{
  struct buf b;
  size_t i;
  buf_init(&b, 0);
  for(i = 0; i < value.n; i++) {
    if(value.p[i] && strchr(which, value.p[i]))
      buf_addc(&b, '\\');
    buf_addc(&b, value.p[i]);
  }
  if(!b.rc && b.n != value.n)
    add_form(buf_slice(&b));
  buf_free(&b);
}

/* Base64 of a text that has the value at an offset of so many bytes, modulo 3:
 * the characters that the value alone decides. */
static void add_base64(struct slice value, size_t before)
{
  static const size_t skipped[] = {0, 2, 3};
  struct buf raw, coded;
  size_t end;
  buf_init(&raw, 0);
  buf_init(&coded, 0);
  buf_add(&raw, "\0\0", before);
  buf_add(&raw, value.p, value.n);
  if(!raw.rc && b64_encode(&coded, buf_slice(&raw)) == 0) {
    end = raw.n / 3 * 4 + (raw.n % 3 ? raw.n % 3 : 0);
    if(end > skipped[before])
      add_form(
          (struct slice){coded.p + skipped[before], end - skipped[before]});
  }
  buf_free(&raw);
  buf_free(&coded);
}

void values_learn(struct slice value)
{
  size_t i;
  if(value.n < VALUES_LEAST)
    return;
  add_form(value);
  add_percent(value, "X");
  add_percent(value, "x");
  add_escaped(value, "\"\\");
  add_escaped(value, "\"\\/");
  for(i = 0; i < 3 && value.n >= VALUES_FREE; i++)
    add_base64(value, i);
}

/* "Bearer abc", "Basic bmFtZTpwYXNz". */
static void learn_credentials(struct slice value)
{
  struct slice rest = value, scheme = slice_cut(&rest, ' ');
  struct buf pair;
  const char *colon;
  if(!rest.p)
    return;
  rest = slice_trim(rest);
  values_learn(rest);
  buf_init(&pair, 0);
  if(slice_ieq_cstr(scheme, "Basic") && b64_decode(&pair, rest) == 0) {
    colon = pair.n ? memchr(pair.p, ':', pair.n) : NULL;
    if(colon)
      values_learn(
          (struct slice){colon + 1, pair.n - (size_t)(colon + 1 - pair.p)});
  }
  buf_free(&pair);
}

static void learn_cookies(struct slice value)
{
  while(value.n) {
    struct slice one = slice_trim(slice_cut(&value, ';'));
    slice_cut(&one, '=');
    if(one.p)
      values_learn(one);
  }
}

/* Long, of one word, with letters and digits: nobody's sentence or type. */
static bool is_token(struct slice value)
{
  bool letter = false, digit = false;
  size_t i;
  if(value.n < TOKEN_LEAST)
    return false;
  for(i = 0; i < value.n; i++) {
    char c = value.p[i];
    if(!isalnum((unsigned char)c) && !(c && strchr("-._~+=", c)))
      return false;
    letter = letter || isalpha((unsigned char)c);
    digit = digit || isdigit((unsigned char)c);
  }
  return letter && digit;
}

/* A template is a place for a value, and none. */
static bool is_template(struct slice value)
{
  return slice_find(value, "{{") >= 0;
}

void values_learn_named(struct slice name, struct slice value)
{
  value = slice_trim(value);
  if(is_template(value))
    return;
  if(slice_ieq_cstr(name, "Cookie"))
    learn_cookies(value);
  else if(secrets_is_name(name)) {
    values_learn(value);
    learn_credentials(value);
  } else if(is_token(value))
    values_learn(value);
}

/* Percent-encoding undone: what the target will see. */
static void learn_decoded(struct slice name, struct slice value)
{
  struct buf plain;
  size_t i;
  buf_init(&plain, 0);
  for(i = 0; i < value.n; i++) {
    int high =
        i + 2 < value.n && value.p[i] == '%' ? units_hex(value.p[i + 1]) : -1;
    int low = high >= 0 ? units_hex(value.p[i + 2]) : -1;
    buf_addc(&plain, low >= 0 ? (char)(high * 16 + low) : value.p[i]);
    i += low >= 0 ? 2 : 0;
  }
  values_learn_named(name, value);
  if(!plain.rc && plain.n != value.n)
    values_learn_named(name, buf_slice(&plain));
  buf_free(&plain);
}

static void learn_pairs(struct slice pairs)
{
  while(pairs.n) {
    struct slice value = slice_cut(&pairs, '&');
    struct slice name = slice_cut(&value, '=');
    if(value.p)
      learn_decoded(name, value);
  }
}

void values_learn_url(struct slice url)
{
  long host = slice_find(url, "://"), at, query;
  struct slice rest = url, info;
  if(host >= 0) {
    rest.p += host + 3;
    rest.n -= (size_t)host + 3;
    info = slice_cut(&rest, '/');
    at = slice_find(info, "@");
    info.n = at < 0 ? 0 : (size_t)at;
    slice_cut(&info, ':');
    if(info.p)
      learn_decoded(SLICE_LIT("password"), info);
  }
  query = slice_find(url, "?");
  if(query < 0)
    return;
  rest = (struct slice){url.p + query + 1, url.n - (size_t)query - 1};
  learn_pairs(slice_cut(&rest, '#'));
}

static void learn_members(json_t *j)
{
  const char *key;
  json_t *value;
  size_t i;
  json_object_foreach(j, key, value)
  {
    if(json_is_string(value))
      values_learn_named(
          slice_of(key),
          (struct slice){json_string_value(value), json_string_length(value)});
    else
      learn_members(value);
  }
  json_array_foreach(j, i, value)
  {
    learn_members(value);
  }
}

void values_learn_body(struct slice body)
{
  json_t *j = json_loadb(body.p, body.n, 0, NULL);
  if(j)
    learn_members(j);
  else
    learn_pairs(body);
  json_decref(j);
}

void values_forget(void)
{
  while(known.forms)
    free((char *)(uintptr_t)known.form[--known.forms].p);
  free(known.form);
  known.form = NULL;
  known.cap = 0;
}

/* The last form that does not stand behind the text, NULL for none. */
static const struct slice *form_before(struct slice text)
{
  size_t low = 0, high = known.forms;
  while(low < high) {
    size_t mid = low + (high - low) / 2;
    if(by_bytes(&known.form[mid], &text) > 0)
      high = mid;
    else
      low = mid + 1;
  }
  return low ? &known.form[low - 1] : NULL;
}

static size_t shared(struct slice a, struct slice b)
{
  size_t n = 0;
  while(n < a.n && n < b.n && a.p[n] == b.p[n])
    n++;
  return n;
}

/* Length of the longest form that the text begins with; 0 = none.  What shares
 * less with the text than it is long has no such form beyond what it shares.
 */
static size_t form_at(const char *text, size_t n)
{
  while(n >= VALUES_LEAST) {
    struct slice s = {text, n};
    const struct slice *f = form_before(s);
    n = f ? shared(*f, s) : 0;
    if(f && n == f->n)
      return n;
  }
  return 0;
}

static bool is_word(char c)
{
  return isalnum((unsigned char)c) || c == '_';
}

/* Short values stand inside of words by chance. */
static bool stands_alone(const char *text, size_t n, size_t at, size_t form)
{
  return form >= VALUES_FREE ||
         ((at == 0 || !is_word(text[at - 1])) &&
          (at + form == n || !is_word(text[at + form])));
}

void values_mask(char *text, size_t n)
{
  size_t at = 0;
  if(!known.forms)
    return;
  if(!known.sorted)
    qsort(known.form, known.forms, sizeof(known.form[0]), by_bytes);
  known.sorted = true;
  while(at < n) {
    size_t form = form_at(text + at, n - at);
    if(!form || !stands_alone(text, n, at, form)) {
      at++;
      continue;
    }
    memset(text + at, '*', form);
    at += form;
  }
}

static int mask_string(json_t *j)
{
  size_t n = json_string_length(j);
  struct buf b;
  int rc = 0;
  buf_init(&b, 0);
  rc = buf_add(&b, json_string_value(j), n);
  if(!rc && n) {
    values_mask(b.p, b.n);
    if(memcmp(b.p, json_string_value(j), n) != 0 &&
       json_string_setn(j, b.p, b.n))
      rc = E_NOMEM;
  }
  buf_free(&b);
  return rc;
}

int values_mask_json(json_t *j)
{
  const char *key;
  json_t *value;
  size_t i;
  int rc = 0;
  if(!known.forms)
    return 0;
  if(json_is_string(j))
    return mask_string(j);
  json_object_foreach(j, key, value)
  {
    rc = rc ? rc : values_mask_json(value);
  }
  json_array_foreach(j, i, value)
  {
    rc = rc ? rc : values_mask_json(value);
  }
  return rc;
}
