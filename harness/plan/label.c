/* SPDX-License-Identifier: MIT
 * Labels as text; see label.h. */
#include "plan/label.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 18
#define WORD_MAX   64

enum kind { KIND_WORD, KIND_NUMBER, KIND_TEXT };

/* Each list of words, that for nothing first. */
#define X(name, text)     text,
#define WORDS(list, LIST) static const char *const list[] = {"", LIST(X)};
WORDS(role_words, ROLE_LIST)
WORDS(cut_words, TOLD_CUT_LIST)
WORDS(phase_words, VICTIM_PHASE_LIST)
WORDS(kind_words, ABORT_KIND_LIST)
WORDS(part_words, H2_PART_LIST)
WORDS(pseudo_words, H2_PSEUDO_LIST)
WORDS(field_words, H2_FIELDS_LIST)
WORDS(code_words, H2_CODE_LIST)
WORDS(ended_words, ORIGIN_ENDED_LIST)
WORDS(gone_words, ORIGIN_GONE_LIST)
#undef X
static const char *const value_words[] = {"",
#define X(id, name, bytes, repeated, answers) name,
                                          HOSTILE_ID_LIST(X)
#undef X
};

struct row {
  enum kind kind;
  const char *const *words;
  size_t n; /* of words, or bytes of a text */
  /* A number is said where it is not 0, and wherever this one is. */
  enum attribute with;
};

#define OF(words)    KIND_WORD, words, sizeof(words) / sizeof(*(words)), 0
#define NUMBER(with) KIND_NUMBER, NULL, 0, with
#define TEXT(member) KIND_TEXT, NULL, sizeof(((struct label *)0)->member), 0

static const struct row rows[ATTRIBUTES] = {
    [ATTRIBUTE_ROLE] = {OF(role_words)},
    [ATTRIBUTE_CUT] = {OF(cut_words)},
    [ATTRIBUTE_PHASE] = {OF(phase_words)},
    [ATTRIBUTE_KIND] = {OF(kind_words)},
    [ATTRIBUTE_OF] = {NUMBER(ATTRIBUTE_OF)},
    [ATTRIBUTE_VALUE] = {OF(value_words)},
    [ATTRIBUTE_IP] = {TEXT(ip)},
    [ATTRIBUTE_SINCE] = {TEXT(since)},
    [ATTRIBUTE_WINDOW] = {NUMBER(ATTRIBUTE_WINDOW)},
    [ATTRIBUTE_PART] = {OF(part_words)},
    [ATTRIBUTE_ALPN] = {TEXT(alpn)},
    [ATTRIBUTE_SETTINGS] = {NUMBER(ATTRIBUTE_PART)},
    [ATTRIBUTE_MAX_STREAMS] = {NUMBER(ATTRIBUTE_PART)},
    [ATTRIBUTE_PINGS] = {NUMBER(ATTRIBUTE_PART)},
    [ATTRIBUTE_GOAWAY] = {OF(code_words)},
    [ATTRIBUTE_STREAM] = {NUMBER(ATTRIBUTE_PSEUDO)},
    [ATTRIBUTE_PSEUDO] = {OF(pseudo_words)},
    [ATTRIBUTE_FIELD] = {OF(field_words)},
    [ATTRIBUTE_RST] = {OF(code_words)},
    [ATTRIBUTE_RUN] = {TEXT(run)},
    [ATTRIBUTE_SERIAL] = {NUMBER(ATTRIBUTE_RUN)},
    [ATTRIBUTE_ENDED] = {OF(ended_words)},
    [ATTRIBUTE_ENDED_MS] = {NUMBER(ATTRIBUTE_ENDED)},
    [ATTRIBUTE_GONE] = {OF(gone_words)},
    [ATTRIBUTE_GONE_MS] = {NUMBER(ATTRIBUTE_GONE)},
    [ATTRIBUTE_BYTES] = {NUMBER(ATTRIBUTE_RUN)},
};

static const struct {
  const char *key;
  size_t offset;
} places[ATTRIBUTES] = {
#define X(name, key, member) [name] = {key, offsetof(struct label, member)},
    ATTRIBUTE_LIST(X)
#undef X
};

/* Members that are words are enums, all of the size of an int. */
_Static_assert(sizeof(enum role) == sizeof(int), "words are read as int");

static int word_of(const struct label *l, enum attribute a)
{
  int v;
  memcpy(&v, (const char *)l + places[a].offset, sizeof(v));
  return v;
}

static int64_t number_of(const struct label *l, enum attribute a)
{
  int64_t v;
  memcpy(&v, (const char *)l + places[a].offset, sizeof(v));
  return v;
}

static const char *text_of(const struct label *l, enum attribute a)
{
  return (const char *)l + places[a].offset;
}

static bool is_said(const struct label *l, enum attribute a)
{
  switch(rows[a].kind) {
  case KIND_WORD:
    return word_of(l, a) != 0;
  case KIND_TEXT:
    return text_of(l, a)[0] != '\0';
  default:
    return number_of(l, a) != 0 ||
           (rows[a].with != a && is_said(l, rows[a].with));
  }
}

static void value_text(const struct label *l, enum attribute a, char *out,
                       size_t size)
{
  switch(rows[a].kind) {
  case KIND_WORD:
    (void)snprintf(out, size, "%s", label_word_name(a, word_of(l, a)));
    break;
  case KIND_TEXT:
    (void)snprintf(out, size, "%s", text_of(l, a));
    break;
  default:
    if(number_of(l, a) == LABEL_NO_LIMIT)
      (void)snprintf(out, size, "none");
    else
      (void)snprintf(out, size, "%" PRId64, number_of(l, a));
  }
}

size_t label_write(const struct label *l, char *out, size_t size)
{
  char value[WORD_MAX];
  size_t n = 0;
  int i;
  out[0] = '\0';
  for(i = 0; i < ATTRIBUTES && n < size; i++) {
    enum attribute a = (enum attribute)i;
    if(!is_said(l, a))
      continue;
    value_text(l, a, value, sizeof(value));
    (void)snprintf(out + n, size - n, "%s%s=%s", n ? " " : "", places[a].key,
                   value);
    n += strlen(out + n);
  }
  return n;
}

int label_word(enum attribute a, const char *word)
{
  size_t i;
  for(i = 1; i < rows[a].n; i++) {
    if(strcmp(rows[a].words[i], word) == 0)
      return (int)i;
  }
  return 0;
}

const char *label_word_name(enum attribute a, int value)
{
  return value > 0 && (size_t)value < rows[a].n ? rows[a].words[value] : "";
}

const char *role_name(enum role role)
{
  return label_word_name(ATTRIBUTE_ROLE, (int)role);
}

static bool read_number(enum attribute a, const char *text, int64_t *out)
{
  size_t i;
  *out = LABEL_NO_LIMIT;
  if(a == ATTRIBUTE_MAX_STREAMS && strcmp(text, "none") == 0)
    return true;
  *out = 0;
  for(i = 0; text[i] && i < DIGITS_MAX; i++) {
    if(text[i] < '0' || text[i] > '9')
      return false;
    *out = *out * 10 + (text[i] - '0');
  }
  return i > 0 && !text[i];
}

static bool take_value(struct label *l, enum attribute a, const char *text)
{
  char *member = (char *)l + places[a].offset;
  int64_t number;
  int word;
  switch(rows[a].kind) {
  case KIND_WORD:
    word = label_word(a, text);
    memcpy(member, &word, sizeof(word));
    return word != 0;
  case KIND_TEXT:
    (void)snprintf(member, rows[a].n, "%s", text);
    return text[0] && strlen(text) < rows[a].n;
  default:
    if(!read_number(a, text, &number))
      return false;
    memcpy(member, &number, sizeof(number));
    return true;
  }
}

/* One "key=value". */
static bool take_one(struct label *l, const char *text, size_t n)
{
  char one[WORD_MAX], *value;
  int i;
  if(n >= sizeof(one))
    return false;
  memcpy(one, text, n);
  one[n] = '\0';
  value = strchr(one, '=');
  if(!value)
    return false;
  *value++ = '\0';
  for(i = 0; i < ATTRIBUTES; i++) {
    if(strcmp(places[i].key, one) == 0)
      return take_value(l, (enum attribute)i, value);
  }
  return false;
}

size_t label_read(struct label *l, const char *text)
{
  size_t at = 0, n;
  memset(l, 0, sizeof(*l));
  l->max_streams = LABEL_NO_LIMIT;
  do {
    n = strcspn(text + at, " ;");
    if(!take_one(l, text + at, n)) {
      memset(l, 0, sizeof(*l));
      return 0;
    }
    at += n;
  } while(text[at] == ' ' && ++at);
  if(!l->part)
    l->max_streams = 0;
  return at;
}

enum h2_code label_h2_code(uint32_t code)
{
  int first = H2_CODE_NO_ERROR;
  return code < H2_CODE_UNKNOWN - H2_CODE_NO_ERROR
             ? (enum h2_code)(first + (int)code)
             : H2_CODE_UNKNOWN;
}
