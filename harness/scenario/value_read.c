/* SPDX-License-Identifier: MIT
 * Text into members of struct scenario, by the key's type; see value.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/units.h"
#include "scenario/origin.h"
#include "scenario/value.h"

static void *member(struct scenario *s, const struct key *k)
{
  return (char *)s + k->offset;
}

static int put_text(struct scenario *s, const struct key *k, struct slice text)
{
  char **at = member(s, k);
  char *copy = slice_dup(text);
  if(!copy)
    return E_NOMEM;
  free(*at);
  *at = copy;
  return 0;
}

static void put_whole(struct scenario *s, const struct key *k, uint64_t v)
{
  uint32_t small = (uint32_t)v;
  if(k->size == sizeof(small))
    memcpy(member(s, k), &small, sizeof(small));
  else
    memcpy(member(s, k), &v, sizeof(v));
}

/* "1.5k" is a whole number, "1.5" is not. */
static bool is_fraction(struct slice text)
{
  return text.n && memchr(text.p, '.', text.n) && text.p[text.n - 1] >= '0' &&
         text.p[text.n - 1] <= '9';
}

static int read_whole(const struct key *k, struct slice text, uint64_t *out)
{
  int rc;
  text = slice_trim(text);
  if(k->type == VALUE_DURATION)
    rc = units_duration_ns(text, out);
  else if(is_fraction(text))
    return E_SYNTAX;
  else if(k->type == VALUE_BYTES)
    rc = units_bytes(text, out);
  else
    rc = units_count(text, out);
  if(rc == 0 && ((double)*out < k->least || (double)*out > k->most))
    rc = E_RANGE;
  return rc;
}

static int read_real(const struct key *k, struct slice text, double *out)
{
  int rc =
      k->type == VALUE_RATE ? units_rate(text, out) : units_share(text, out);
  if(rc == 0 && (*out < k->least || *out > k->most))
    rc = E_RANGE;
  return rc;
}

/* A seed uses all 64 bits, more than a double holds. */
static int read_seed(struct slice text, uint64_t *out)
{
  char tmp[24];
  char *end;
  text = slice_trim(text);
  if(text.n == 0 || text.n >= sizeof(tmp))
    return E_SYNTAX;
  memcpy(tmp, text.p, text.n);
  tmp[text.n] = '\0';
  if(strspn(tmp, "0123456789") != text.n)
    return E_SYNTAX;
  errno = 0;
  *out = strtoull(tmp, &end, 10);
  return errno ? E_SYNTAX : 0;
}

static int read_bool(struct slice text, bool *out)
{
  static const char *const yes[] = {"true", "yes", "on", "1"};
  static const char *const no[] = {"false", "no", "off", "0"};
  size_t i;
  for(i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
    if(slice_ieq_cstr(text, yes[i]) || slice_ieq_cstr(text, no[i])) {
      *out = slice_ieq_cstr(text, yes[i]);
      return 0;
    }
  }
  return E_SYNTAX;
}

static int set_offset(struct scenario *s, const struct key *k,
                      struct slice text)
{
  bool negative = false;
  uint64_t ns = 0;
  int rc;
  text = slice_trim(text);
  if(text.n && (text.p[0] == '-' || text.p[0] == '+')) {
    negative = text.p[0] == '-';
    text.p++;
    text.n--;
  }
  rc = units_duration_ns(text, &ns);
  if(rc || (double)ns > k->most)
    return E_SYNTAX;
  s->clock_offset_ns = negative ? -(int64_t)ns : (int64_t)ns;
  s->clock_offset_set = true;
  return 0;
}

static int set_choice(struct scenario *s, const struct key *k,
                      struct slice text)
{
  const char *const *choice = key_choices(k);
  unsigned int i;
  for(i = 0; choice[i]; i++) {
    if(slice_ieq_cstr(text, choice[i])) {
      memcpy(member(s, k), &i, sizeof(i));
      return 0;
    }
  }
  return E_SYNTAX;
}

static bool is_pointer(struct slice text)
{
  return text.n > 0 && text.p[0] == '/' && value_bad_byte(text) == text.n;
}

/* The words of an enum, else a pointer that goes to *pointer. */
static int set_source(char **pointer, struct slice text, int word, int *from,
                      int from_data)
{
  char *copy = NULL;
  if(word < 0) {
    if(!is_pointer(text))
      return E_SYNTAX;
    copy = slice_dup(text);
    if(!copy)
      return E_NOMEM;
  }
  free(*pointer);
  *pointer = copy;
  *from = word < 0 ? from_data : word;
  return 0;
}

static int set_sequence(struct scenario *s, struct slice text)
{
  int word = slice_ieq_cstr(text, "auto")   ? SEQ_AUTO
             : slice_ieq_cstr(text, "none") ? SEQ_NONE
             : slice_ieq_cstr(text, "id")   ? SEQ_ID
                                            : -1;
  int from = 0;
  int rc = set_source(&s->sequence_pointer, text, word, &from, SEQ_DATA);
  if(rc == 0)
    s->sequence = (enum sequence_from)from;
  return rc;
}

static int set_stamp(struct scenario *s, struct slice text)
{
  int word = slice_ieq_cstr(text, "auto")   ? STAMP_AUTO
             : slice_ieq_cstr(text, "none") ? STAMP_NONE
                                            : -1;
  int from = 0;
  int rc = set_source(&s->stamp_pointer, text, word, &from, STAMP_DATA);
  if(rc == 0)
    s->stamp = (enum stamp_from)from;
  return rc;
}

static int set_pointer(struct scenario *s, const struct key *k,
                       struct slice text)
{
  if(slice_ieq_cstr(text, "none")) {
    char **at = member(s, k);
    free(*at);
    *at = NULL;
    return 0;
  }
  return is_pointer(text) ? put_text(s, k, text) : E_SYNTAX;
}

static int set_path(struct scenario *s, const struct key *k, struct slice text)
{
  struct buf joined;
  char *copy;
  int rc;
  if(text.n == 0)
    return E_SYNTAX;
  copy = slice_dup(text);
  if(!copy)
    return E_NOMEM;
  buf_init(&joined, 4096);
  rc = file_path_join(&joined, s->origin->folder, copy);
  if(rc == 0)
    rc = put_text(s, k, buf_slice(&joined));
  buf_free(&joined);
  free(copy);
  return rc;
}

int value_read(struct scenario *s, const struct key *k, struct slice text)
{
  uint64_t whole = 0;
  double real = 0;
  int rc;
  switch(k->type) {
  case VALUE_COUNT:
  case VALUE_DURATION:
  case VALUE_BYTES:
    rc = read_whole(k, text, &whole);
    if(rc == 0)
      put_whole(s, k, whole);
    return rc;
  case VALUE_SEED:
    return read_seed(text, member(s, k));
  case VALUE_RATE:
  case VALUE_SHARE:
    rc = read_real(k, text, &real);
    if(rc == 0)
      memcpy(member(s, k), &real, sizeof(real));
    return rc;
  case VALUE_BOOL:
    return read_bool(text, member(s, k));
  case VALUE_ENUM:
    return set_choice(s, k, text);
  case VALUE_OFFSET:
    return set_offset(s, k, text);
  case VALUE_SEQUENCE:
    return set_sequence(s, text);
  case VALUE_STAMP:
    return set_stamp(s, text);
  case VALUE_POINTER:
    return set_pointer(s, k, text);
  case VALUE_PATH:
    return set_path(s, k, text);
  default:
    return put_text(s, k, text);
  }
}
