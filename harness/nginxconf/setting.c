/* SPDX-License-Identifier: MIT
 * Reading the words of a setting: switches, times, sizes; see effective.h. */
#include <string.h>

#include "nginxconf/effective.h"

struct slice conf_setting_word(const struct conf_setting *s, size_t i,
                               size_t j)
{
  struct slice rest, word = {NULL, 0};
  if(i < s->n) {
    const struct conf_directive *d = s->from[i];
    if(j < d->nargs)
      word = (struct slice){d->args[j].text, d->args[j].n};
    return word;
  }
  if(s->n > 0 || i > 0 || !s->fallback)
    return word;
  rest = slice_of(s->fallback);
  do {
    word = slice_cut(&rest, ' ');
  } while(j-- > 0 && word.p);
  return word;
}

size_t conf_setting_count(const struct conf_setting *s)
{
  return s->n > 0 ? s->n : s->fallback ? 1 : 0;
}

bool conf_setting_is(const struct conf_setting *s, const char *text)
{
  struct slice word = conf_setting_word(s, 0, 0);
  return word.p && slice_ieq_cstr(word, text);
}

bool conf_setting_has(const struct conf_setting *s, const char *text)
{
  size_t i, j;
  for(i = 0; i < conf_setting_count(s); i++) {
    struct slice word = conf_setting_word(s, i, 0);
    for(j = 1; word.p; j++) {
      if(slice_ieq_cstr(word, text))
        return true;
      word = conf_setting_word(s, i, j);
    }
  }
  return false;
}

const struct conf_directive *conf_setting_entry(const struct conf_setting *s,
                                                const char *key)
{
  size_t i = s->n;
  while(i-- > 0) {
    if(slice_ieq_cstr(conf_setting_word(s, i, 0), key))
      return s->from[i];
  }
  return NULL;
}

bool conf_setting_varies(const struct conf_setting *s)
{
  size_t i, j;
  for(i = 0; i < s->n; i++) {
    for(j = 0; j < s->from[i]->nargs; j++) {
      if(strchr(s->from[i]->args[j].text, '$'))
        return true;
    }
  }
  return false;
}

int conf_setting_ms(const struct conf_setting *s, uint64_t *ms)
{
  struct slice word = conf_setting_word(s, 0, 0);
  return word.p ? conf_read_ms(word, ms) : E_NOT_FOUND;
}

int conf_setting_bytes(const struct conf_setting *s, uint64_t *bytes)
{
  struct slice word = conf_setting_word(s, 0, 0);
  return word.p ? conf_read_bytes(word, bytes) : E_NOT_FOUND;
}

int conf_setting_number(const struct conf_setting *s, uint64_t *number)
{
  struct slice word = conf_setting_word(s, 0, 0);
  size_t i;
  for(i = 0; i < word.n; i++) {
    if(word.p[i] < '0' || word.p[i] > '9')
      return E_SYNTAX;
  }
  return word.p ? conf_read_bytes(word, number) : E_NOT_FOUND;
}

static int print_words(const struct conf_setting *s, size_t i, struct buf *out)
{
  struct slice word = conf_setting_word(s, i, 0);
  size_t j;
  for(j = 1; word.p; j++) {
    bool bare = word.n > 0 && !memchr(word.p, ' ', word.n);
    buf_addf(out, bare ? "%s%.*s" : "%s\"%.*s\"", j > 1 ? " " : "",
             (int)word.n, word.p);
    word = conf_setting_word(s, i, j);
  }
  return out->rc;
}

int conf_setting_print(const struct conf_setting *s, struct buf *out)
{
  size_t i;
  int rc = 0;
  for(i = 0; rc == 0 && i < conf_setting_count(s); i++) {
    if(i > 0)
      rc = buf_adds(out, "; ");
    if(rc == 0)
      rc = print_words(s, i, out);
  }
  return rc;
}

int conf_setting_origin(const struct conf_setting *s, struct buf *out)
{
  int rc;
  if(s->n == 0)
    return buf_adds(out, !s->fallback    ? "not set"
                         : s->by_version ? "built-in default of the nginx "
                                           "version assumed"
                                         : "built-in default");
  if(s->origin == CONF_OWN)
    return conf_place(s->from[0], out);
  rc = buf_adds(out, "inherited from ");
  if(rc == 0)
    rc = conf_title(s->level, out);
  if(rc == 0)
    rc = buf_adds(out, ", ");
  return rc == 0 ? conf_place(s->from[0], out) : rc;
}

/* ---- Times and sizes, as ngx_parse_time() and ngx_parse_size() ---- */

#define VALUE_MAX (UINT64_MAX / 20)

static int read_number(struct slice *text, uint64_t *out)
{
  uint64_t value = 0;
  size_t n = 0;
  for(; n < text->n && text->p[n] >= '0' && text->p[n] <= '9'; n++) {
    if(value > VALUE_MAX)
      return E_RANGE;
    value = value * 10 + (uint64_t)(text->p[n] - '0');
  }
  text->p += n;
  text->n -= n;
  *out = value;
  return n > 0 ? 0 : E_SYNTAX;
}

static const struct {
  const char *unit;
  uint64_t ms;
} units[] = {
    {"y", 365ull * 86400000},
    {"M", 30ull * 86400000},
    {"w", 7ull * 86400000},
    {"d", 86400000},
    {"h", 3600000},
    {"ms", 1},
    {"m", 60000},
    {"s", 1000},
};

/* Takes the unit; a bare number counts seconds. */
static uint64_t read_unit(struct slice *text)
{
  size_t i;
  for(i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
    size_t n = strlen(units[i].unit);
    if(!slice_starts(*text, units[i].unit))
      continue;
    text->p += n;
    text->n -= n;
    return units[i].ms;
  }
  return text->n == 0 || text->p[0] == ' ' ? 1000 : 0;
}

int conf_read_ms(struct slice text, uint64_t *ms)
{
  uint64_t total = 0, last = UINT64_MAX;
  do {
    uint64_t value, scale;
    int rc = read_number(&text, &value);
    if(rc)
      return rc;
    scale = read_unit(&text);
    if(scale == 0 || scale >= last)
      return E_SYNTAX;
    if(value > VALUE_MAX / scale || total > VALUE_MAX)
      return E_RANGE;
    total += value * scale;
    last = scale;
    while(text.n > 0 && text.p[0] == ' ') {
      text.p++;
      text.n--;
    }
  } while(text.n > 0);
  *ms = total;
  return 0;
}

int conf_read_bytes(struct slice text, uint64_t *bytes)
{
  uint64_t value, scale = 1;
  int rc = read_number(&text, &value);
  if(rc)
    return rc;
  if(text.n > 1)
    return E_SYNTAX;
  if(text.n == 1) {
    char c = text.p[0];
    scale = c == 'k' || c == 'K'   ? 1024u
            : c == 'm' || c == 'M' ? 1u << 20
            : c == 'g' || c == 'G' ? 1u << 30
                                   : 0;
  }
  if(scale == 0)
    return E_SYNTAX;
  if(value > VALUE_MAX / scale)
    return E_RANGE;
  *bytes = value * scale;
  return 0;
}
