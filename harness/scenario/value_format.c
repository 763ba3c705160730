/* SPDX-License-Identifier: MIT
 * Members of struct scenario back into text, without loss; see value.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scenario/value.h"

struct step {
  const char *name;
  uint64_t factor;
};

/* Writes v in the largest unit that divides it. */
static int add_in_steps(struct buf *out, uint64_t v, const struct step *steps)
{
  while(v % steps->factor)
    steps++;
  return buf_addf(out, "%llu%s", (unsigned long long)(v / steps->factor),
                  steps->name);
}

int value_add_duration(struct buf *out, uint64_t ns)
{
  static const struct step steps[] = {
      {"s", NS_PER_SEC}, {"ms", NS_PER_MS}, {"us", NS_PER_US}, {"ns", 1}};
  return add_in_steps(out, ns, steps);
}

int value_add_bytes(struct buf *out, uint64_t bytes)
{
  static const struct step steps[] = {
      {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"", 1}};
  return bytes ? add_in_steps(out, bytes, steps) : buf_adds(out, "0");
}

int value_add_double(struct buf *out, double v)
{
  char text[40];
  int digits;
  for(digits = 6; digits <= 17; digits++) {
    snprintf(text, sizeof(text), "%.*g", digits, v);
    if(strtod(text, NULL) == v)
      break;
  }
  return buf_adds(out, text);
}

static const void *member(const struct scenario *s, const struct key *k)
{
  return (const char *)s + k->offset;
}

static uint64_t get_whole(const struct scenario *s, const struct key *k)
{
  uint64_t v;
  uint32_t small;
  if(k->size == sizeof(small)) {
    memcpy(&small, member(s, k), sizeof(small));
    return small;
  }
  memcpy(&v, member(s, k), sizeof(v));
  return v;
}

static double get_real(const struct scenario *s, const struct key *k)
{
  double v;
  memcpy(&v, member(s, k), sizeof(v));
  return v;
}

static const char *get_choice(const struct scenario *s, const struct key *k)
{
  unsigned int i;
  memcpy(&i, member(s, k), sizeof(i));
  return key_choices(k)[i];
}

static int add_offset(struct buf *out, int64_t ns)
{
  if(ns < 0)
    buf_addc(out, '-');
  return value_add_duration(out, (uint64_t)(ns < 0 ? -ns : ns));
}

bool value_is_text(const struct key *k)
{
  return k->type == VALUE_STRING || k->type == VALUE_URL ||
         k->type == VALUE_METHOD || k->type == VALUE_PATH ||
         k->type == VALUE_POINTER || k->type == VALUE_SEQUENCE ||
         k->type == VALUE_STAMP;
}

const char *value_text(const struct scenario *s, const struct key *k)
{
  char *text;
  switch(k->type) {
  case VALUE_SEQUENCE:
    return s->sequence == SEQ_AUTO   ? "auto"
           : s->sequence == SEQ_NONE ? "none"
           : s->sequence == SEQ_ID   ? "id"
                                     : s->sequence_pointer;
  case VALUE_STAMP:
    return s->stamp == STAMP_AUTO   ? "auto"
           : s->stamp == STAMP_NONE ? "none"
                                    : s->stamp_pointer;
  default:
    memcpy(&text, member(s, k), sizeof(text));
    return !text && k->type == VALUE_POINTER ? "none" : text;
  }
}

int value_format(const struct scenario *s, const struct key *k,
                 struct buf *out)
{
  int rc;
  switch(k->type) {
  case VALUE_COUNT:
  case VALUE_SEED:
    return buf_addf(out, "%llu", (unsigned long long)get_whole(s, k));
  case VALUE_DURATION:
    return value_add_duration(out, get_whole(s, k));
  case VALUE_BYTES:
    return value_add_bytes(out, get_whole(s, k));
  case VALUE_RATE:
    rc = value_add_double(out, get_real(s, k));
    return rc ? rc : buf_adds(out, "/s");
  case VALUE_SHARE:
    return value_add_double(out, get_real(s, k));
  case VALUE_BOOL:
    return buf_adds(out, *(const bool *)member(s, k) ? "true" : "false");
  case VALUE_ENUM:
    return buf_adds(out, get_choice(s, k));
  case VALUE_OFFSET:
    return add_offset(out, s->clock_offset_ns);
  default:
    return E_INTERNAL;
  }
}
