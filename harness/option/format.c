/* SPDX-License-Identifier: MIT
 * Members back into text, without loss; see option.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "option/option.h"

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

int option_add_duration(struct buf *out, uint64_t ns)
{
  static const struct step steps[] = {
      {"s", NS_PER_SEC}, {"ms", NS_PER_MS}, {"us", NS_PER_US}, {"ns", 1}};
  return add_in_steps(out, ns, steps);
}

int option_add_bytes(struct buf *out, uint64_t bytes)
{
  static const struct step steps[] = {
      {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"", 1}};
  return bytes ? add_in_steps(out, bytes, steps) : buf_adds(out, "0");
}

int option_add_double(struct buf *out, double v)
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

static const void *member(const void *object, const struct option_row *o)
{
  return (const char *)object + o->at;
}

uint64_t option_whole(const void *object, const struct option_row *o)
{
  uint64_t v;
  uint32_t small;
  if(o->size == sizeof(small)) {
    memcpy(&small, member(object, o), sizeof(small));
    return small;
  }
  memcpy(&v, member(object, o), sizeof(v));
  return v;
}

double option_real(const void *object, const struct option_row *o)
{
  double v;
  memcpy(&v, member(object, o), sizeof(v));
  return v;
}

const char *option_text(const void *object, const struct option_row *o)
{
  char *text;
  memcpy(&text, member(object, o), sizeof(text));
  return !text && o->type == OPTION_POINTER ? "none" : text;
}

int option_format(const void *object, const struct option_row *o,
                  struct buf *out)
{
  unsigned int choice;
  switch(o->type) {
  case OPTION_COUNT:
  case OPTION_SEED:
    return buf_addf(out, "%llu", (unsigned long long)option_whole(object, o));
  case OPTION_DURATION:
    return option_add_duration(out, option_whole(object, o));
  case OPTION_BYTES:
    return option_add_bytes(out, option_whole(object, o));
  case OPTION_RATE:
    option_add_double(out, option_real(object, o));
    return buf_adds(out, "/s");
  case OPTION_SHARE:
    return option_add_double(out, option_real(object, o));
  case OPTION_BOOL:
    return buf_adds(out, *(const bool *)member(object, o) ? "true" : "false");
  case OPTION_CHOICE:
    memcpy(&choice, member(object, o), sizeof(choice));
    return buf_adds(out, o->choice[choice]);
  default:
    return buf_fail(out, E_INTERNAL);
  }
}
