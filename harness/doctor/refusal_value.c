/* SPDX-License-Identifier: MIT
 * Values that people write and nginx does not take; see refusal_value.h. */
#include "doctor/refusal_value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"

struct unit {
  const char *said, *meant;
  uint64_t ms;
};

static const struct unit times[] = {
    {"ms", "ms", 1},           {"msec", "ms", 1},
    {"millisecond", "ms", 1},  {"milliseconds", "ms", 1},
    {"s", "s", 1000},          {"sec", "s", 1000},
    {"secs", "s", 1000},       {"second", "s", 1000},
    {"seconds", "s", 1000},    {"m", "m", 60000},
    {"min", "m", 60000},       {"mins", "m", 60000},
    {"minute", "m", 60000},    {"minutes", "m", 60000},
    {"h", "h", 3600000},       {"hr", "h", 3600000},
    {"hrs", "h", 3600000},     {"hour", "h", 3600000},
    {"hours", "h", 3600000},   {"d", "d", 86400000},
    {"day", "d", 86400000},    {"days", "d", 86400000},
    {"w", "w", 604800000},     {"week", "w", 604800000},
    {"weeks", "w", 604800000},
};

static const struct unit *unit_of(const char *word)
{
  for(size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
    if(strcasecmp(times[i].said, word) == 0)
      return &times[i];
  }
  return NULL;
}

bool refusal_time_ms(const char *text, uint64_t *ms)
{
  char *end;
  unsigned long n = strtoul(text, &end, 10);
  const struct unit *u = unit_of(*end ? end : "s");
  if(end == text || !u || n > 1000000000ul)
    return false;
  *ms = n * u->ms;
  return true;
}

/* "1hour", "1.5h", "90 minutes" in quotes, "60sec". */
static bool mend_time(const char *text, char *word, size_t size)
{
  char *end;
  double n = strtod(text, &end);
  const struct unit *u;
  if(end == text || n < 0 || n > 1e9)
    return false;
  while(*end == ' ')
    end++;
  u = unit_of(*end ? end : "s");
  if(!u)
    return false;
  if(n == (double)(uint64_t)n)
    snprintf(word, size, "%llu%s", (unsigned long long)n, u->meant);
  else if(u->ms > 1000)
    snprintf(word, size, "%llus",
             (unsigned long long)(n * (double)u->ms / 1000));
  else
    snprintf(word, size, "%llums", (unsigned long long)(n * (double)u->ms));
  return true;
}

/* "10mb", "10MiB", "1g" where gigabytes are not understood. */
static bool mend_size(const char *text, bool giga, char *word, size_t size)
{
  char *end;
  unsigned long n = strtoul(text, &end, 10);
  char unit;
  if(end == text || n > 1000000ul)
    return false;
  while(*end == ' ')
    end++;
  unit = (char)tolower((unsigned char)*end);
  if(*end && strcasecmp(end + 1, "") != 0 && strcasecmp(end + 1, "b") != 0 &&
     strcasecmp(end + 1, "ib") != 0)
    return false;
  if(unit == 'g' && !giga)
    snprintf(word, size, "%lum", n * 1024);
  else if(unit == 'b')
    snprintf(word, size, "%lu", n);
  else if(unit == 'k' || unit == 'm' || unit == 'g')
    snprintf(word, size, "%lu%c", n, unit);
  else
    return false;
  return true;
}

static bool mend_flag(const char *text, char *word, size_t size)
{
  static const struct {
    const char *said, *meant;
  } flags[] = {{"false", "off"}, {"no", "off"},       {"0", "off"},
               {"none", "off"},  {"disabled", "off"}, {"disable", "off"},
               {"never", "off"}, {"of", "off"},       {"true", "on"},
               {"yes", "on"},    {"1", "on"},         {"enabled", "on"},
               {"enable", "on"}, {"always", "on"}};
  for(size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
    if(strcasecmp(flags[i].said, text) == 0) {
      snprintf(word, size, "%s", flags[i].meant);
      return true;
    }
  }
  return false;
}

static void mend_word(const char *words, const char *text, char *word,
                      size_t size)
{
  int least = 3;
  word[0] = '\0';
  while(*words) {
    char one[60];
    size_t n = strcspn(words, " ");
    int d;
    snprintf(one, sizeof(one), "%.*s", (int)n, words);
    d = units_distance(text, one);
    if(d < least) {
      least = d;
      snprintf(word, size, "%s", one);
    }
    words += n;
    words += strspn(words, " ");
  }
}

/* Which argument the sentence is about. */
static size_t blamed(const struct conf_refusal *r)
{
  char text[300];
  for(size_t i = 0; i < r->at->nargs; i++) {
    if(strlen(conf_arg(r->at, i)) > 250)
      continue;
    snprintf(text, sizeof(text), "\"%s\"", conf_arg(r->at, i));
    if(strstr(r->sentence, text))
      return i;
  }
  return 0;
}

static bool of_form(const struct conf_form *f, const char *text, char *word,
                    size_t size, struct doctor_finding *out)
{
  bool done = true;
  switch(f->value) {
  case VALUE_FLAG:
    if(!mend_flag(text, word, size))
      doctor_finding_fix(out, "it is `on` or `off`");
    break;
  case VALUE_MSEC:
  case VALUE_SEC:
    if(!mend_time(text, word, size))
      doctor_finding_fix(out, "a time is a whole number and one of ms, s, m, "
                              "h, d: 90s, 1h");
    break;
  case VALUE_SIZE:
  case VALUE_OFF:
    if(!mend_size(text, f->value == VALUE_OFF, word, size))
      doctor_finding_fix(out, "a size is a whole number and k%s or m: 16k",
                         f->value == VALUE_OFF ? ", g" : "");
    break;
  case VALUE_NUM:
    doctor_finding_fix(out, "it is a whole number");
    break;
  case VALUE_ENUM:
  case VALUE_MASK:
    mend_word(f->words ? f->words : "", text, word, size);
    if(!word[0])
      doctor_finding_fix(out, "it is one of: %s", f->words ? f->words : "");
    break;
  default:
    done = false;
  }
  return done;
}

bool refusal_value(const struct conf_refusal *r, size_t *which, char *word,
                   size_t size, struct doctor_finding *out)
{
  const struct conf_directive *d = r->at;
  const struct conf_form *f = conf_form_next(d->name, NULL, NULL);
  unsigned int where = conf_context_of(d->parent);
  const char *text;
  word[0] = '\0';
  *which = blamed(r);
  text = conf_arg(d, *which);
  if(strstr(r->sentence, "invalid URL prefix") && d->nargs) {
    snprintf(word, size, "http://%.3000s", text);
  } else {
    while(f && !(f->where & where))
      f = conf_form_next(d->name, f, NULL);
    if(!f || !d->nargs || !of_form(f, text, word, size, out))
      return false;
  }
  if(word[0])
    doctor_finding_fix(out, "`%s %s;` is likely meant", d->name, word);
  return true;
}
