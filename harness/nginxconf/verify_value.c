/* SPDX-License-Identifier: MIT
 * Flags, times, sizes, numbers and words as nginx's slots read them; see
 * verify_value.h. */
#include "nginxconf/verify_value.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DIGITS "0123456789"

bool verify_number(const char *text)
{
  size_t n = strspn(text, DIGITS);
  return n > 0 && n < 19 && !text[n];
}

/* ngx_parse_time(): units from years (where milliseconds are none; else from
 * weeks) down, each once, the last may be left out. */
bool verify_time(const char *text, bool ms)
{
  static const char *const units[] = {"y", "M", "w", "d", "h", "m", "s", "ms"};
  size_t least = ms ? 2 : 0;
  if(!*text)
    return false;
  while(*text) {
    size_t n = strspn(text, DIGITS), i, len;
    if(!n || n > 18)
      return false;
    text += n;
    len = strcspn(text, DIGITS " ");
    if(!len)
      return !*text || *text == ' ' ? !text[strspn(text, " ")] : false;
    for(i = least; i < sizeof(units) / sizeof(units[0]); i++) {
      if(strlen(units[i]) == len && strncmp(units[i], text, len) == 0)
        break;
    }
    if(i == sizeof(units) / sizeof(units[0]) || (i == 7 && !ms))
      return false;
    least = i + 1;
    text += len;
    text += strspn(text, " ");
  }
  return true;
}

bool verify_size(const char *text, bool giga)
{
  size_t n = strspn(text, DIGITS);
  const char *unit = text + n;
  if(!n || n > 18)
    return false;
  if(!*unit)
    return true;
  return !unit[1] && strchr(giga ? "kKmMgG" : "kKmM", *unit);
}

static bool is_word_of(const char *words, const char *text)
{
  size_t n = strlen(text);
  while(*words) {
    size_t len = strcspn(words, " ");
    if(len == n && strncasecmp(words, text, n) == 0)
      return true;
    words += len;
    words += strspn(words, " ");
  }
  return false;
}

/* Both always false. */
static bool say_word(const char *text, struct conf_refusal *out)
{
  snprintf(out->sentence, sizeof(out->sentence), "invalid value \"%.200s\"",
           text);
  return false;
}

static bool say_slot(const struct conf_directive *d, const char *what,
                     struct conf_refusal *out)
{
  snprintf(out->sentence, sizeof(out->sentence), "\"%s\" directive invalid %s",
           d->name, what);
  return false;
}

static bool flag(const struct conf_directive *d, struct conf_refusal *out)
{
  const char *text = conf_arg(d, 0);
  if(strcasecmp(text, "on") == 0 || strcasecmp(text, "off") == 0)
    return true;
  snprintf(out->sentence, sizeof(out->sentence),
           "invalid value \"%.200s\" in \"%s\" directive, it must be \"on\" "
           "or \"off\"",
           text, d->name);
  return false;
}

static bool words(const struct conf_directive *d, const struct conf_form *f,
                  struct conf_refusal *out)
{
  for(size_t i = 0; i < d->nargs && f->words; i++) {
    if(!is_word_of(f->words, conf_arg(d, i)))
      return say_word(conf_arg(d, i), out);
  }
  return true;
}

/* What envsubst will replace is not judged. */
static bool is_open(const struct conf_directive *d)
{
  for(size_t i = 0; i < d->nargs; i++) {
    if(strstr(d->args[i].text, "${"))
      return true;
  }
  return false;
}

bool verify_value(const struct conf_directive *d, const struct conf_form *f,
                  struct conf_refusal *out)
{
  const char *text = conf_arg(d, 0);
  bool good = true;
  if(is_open(d))
    return true;
  switch(f->value) {
  case VALUE_FLAG:
    return flag(d, out);
  case VALUE_ENUM:
  case VALUE_MASK:
    return words(d, f, out);
  case VALUE_MSEC:
    good = verify_time(text, true);
    break;
  case VALUE_SEC:
    good = verify_time(text, false);
    break;
  case VALUE_SIZE:
    good = verify_size(text, false);
    break;
  case VALUE_OFF:
    good = verify_size(text, true);
    break;
  case VALUE_NUM:
    return verify_number(text) || say_slot(d, "number", out);
  case VALUE_BUFS:
    good = verify_number(text) && strcmp(text, "0") != 0 &&
           verify_size(conf_arg(d, 1), false);
    break;
  case VALUE_FREE:
    return verify_own_words(d, out);
  case VALUE_STR:
  case VALUE_LIST:
    break;
  }
  return good || say_slot(d, "value", out);
}
