/* SPDX-License-Identifier: MIT
 * Cache-Control and HTTP dates; see cache_control.h. */
#include "checks/http/cache_control.h"

#include <ctype.h>
#include <string.h>

/* Takes one directive off *rest; commas inside quotes do not part. */
static struct slice cut_directive(struct slice *rest)
{
  bool quoted = false;
  struct slice part = *rest;
  size_t i;
  for(i = 0; i < rest->n; i++) {
    char c = rest->p[i];
    if(quoted && c == '\\')
      i++;
    else if(c == '"')
      quoted = !quoted;
    else if(c == ',' && !quoted)
      break;
  }
  if(i >= rest->n) {
    *rest = (struct slice){NULL, 0};
    return part;
  }
  part.n = i;
  *rest = (struct slice){rest->p + i + 1, rest->n - i - 1};
  return part;
}

/* delta-seconds, quoted or not; -1 when it is none.  Large ones saturate. */
static int64_t seconds_of(struct slice s)
{
  int64_t v = 0;
  size_t i;
  s = slice_trim(s);
  if(s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
    s = (struct slice){s.p + 1, s.n - 2};
  for(i = 0; i < s.n; i++) {
    if(!isdigit((unsigned char)s.p[i]))
      return -1;
    v = v > INT32_MAX ? v : v * 10 + (s.p[i] - '0');
  }
  return s.n ? v : -1;
}

static void read_directive(struct cache_control *cc, struct slice d)
{
  struct slice value = d, name = slice_trim(slice_cut(&value, '='));
  bool bare = value.p == NULL;
  if(slice_ieq_cstr(name, "no-store"))
    cc->no_store = true;
  else if(slice_ieq_cstr(name, "no-cache"))
    cc->no_cache = cc->no_cache || bare;
  else if(slice_ieq_cstr(name, "private"))
    cc->is_private = cc->is_private || bare;
  else if(slice_ieq_cstr(name, "public"))
    cc->is_public = true;
  else if(slice_ieq_cstr(name, "immutable"))
    cc->immutable = true;
  else if(slice_ieq_cstr(name, "no-transform"))
    cc->no_transform = true;
  else if(slice_ieq_cstr(name, "must-revalidate"))
    cc->must_revalidate = true;
  else if(slice_ieq_cstr(name, "max-age") && cc->max_age_s < 0)
    cc->max_age_s = seconds_of(value);
  else if(slice_ieq_cstr(name, "s-maxage") && cc->s_maxage_s < 0)
    cc->s_maxage_s = seconds_of(value);
}

void cache_control_parse(const struct message_head *h,
                         struct cache_control *cc)
{
  size_t i;
  memset(cc, 0, sizeof(*cc));
  cc->max_age_s = cc->s_maxage_s = -1;
  for(i = 0; i < recording_count_field(h, "Cache-Control"); i++) {
    struct slice rest = recording_field(h, "Cache-Control", i);
    cc->present = true;
    while(rest.p)
      read_directive(cc, slice_trim(cut_directive(&rest)));
  }
}

struct civil {
  int64_t year;
  int month, day, hour, minute, second;
};

/* Days since 1970-01-01 of a proleptic Gregorian date. */
static int64_t days_of(const struct civil *c)
{
  int64_t y = c->year - (c->month <= 2);
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year =
      (153 * (c->month + (c->month > 2 ? -3 : 9)) + 2) / 5 + c->day - 1;
  int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

/* n digits at *p, which moves on; -1 when they are none. */
static int take_digits(struct slice *s, size_t n)
{
  int v = 0;
  size_t i;
  for(i = 0; i < n; i++) {
    if(i >= s->n || !isdigit((unsigned char)s->p[i]))
      return -1;
    v = v * 10 + (s->p[i] - '0');
  }
  *s = (struct slice){s->p + n, s->n - n};
  return v;
}

static bool take_char(struct slice *s, char c)
{
  if(s->n == 0 || s->p[0] != c)
    return false;
  *s = (struct slice){s->p + 1, s->n - 1};
  return true;
}

static int take_month(struct slice *s)
{
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int i;
  for(i = 0; s->n >= 3 && i < 12; i++) {
    if(memcmp(s->p, names + (size_t)i * 3, 3) == 0) {
      *s = (struct slice){s->p + 3, s->n - 3};
      return i + 1;
    }
  }
  return -1;
}

static bool take_time(struct slice *s, struct civil *c)
{
  c->hour = take_digits(s, 2);
  if(!take_char(s, ':'))
    return false;
  c->minute = take_digits(s, 2);
  if(!take_char(s, ':'))
    return false;
  c->second = take_digits(s, 2);
  return c->hour >= 0 && c->minute >= 0 && c->second >= 0 && c->hour < 24 &&
         c->minute < 60 && c->second <= 60;
}

/* "06 Nov 1994 08:49:37 GMT" or "06-Nov-94 08:49:37 GMT" */
static bool read_day_first(struct slice s, char sep, int64_t now_s,
                           struct civil *c)
{
  c->day = take_digits(&s, 2);
  if(c->day < 0 || !take_char(&s, sep))
    return false;
  c->month = take_month(&s);
  if(c->month < 0 || !take_char(&s, sep))
    return false;
  c->year = take_digits(&s, sep == ' ' ? 4 : 2);
  if(c->year < 0 || !take_char(&s, ' ') || !take_time(&s, c))
    return false;
  if(sep == '-') {
    /* More than 50 years ahead means the past (RFC 9110 section 5.6.7). */
    int64_t this_year = 1970 + now_s / 31556952;
    c->year += this_year - this_year % 100;
    c->year -= c->year > this_year + 50 ? 100 : 0;
  }
  return slice_eq_cstr(s, " GMT");
}

/* "Nov  6 08:49:37 1994" */
static bool read_asctime(struct slice s, struct civil *c)
{
  c->month = take_month(&s);
  if(c->month < 0 || !take_char(&s, ' '))
    return false;
  c->day = take_char(&s, ' ') ? take_digits(&s, 1) : take_digits(&s, 2);
  if(c->day < 0 || !take_char(&s, ' ') || !take_time(&s, c) ||
     !take_char(&s, ' '))
    return false;
  c->year = take_digits(&s, 4);
  return c->year >= 0 && s.n == 0;
}

bool http_date_parse(struct slice text, int64_t now_s, int64_t *out_s)
{
  struct slice rest = slice_trim(text), name;
  struct civil c = {0, 0, 0, 0, 0, 0};
  bool good;
  if(slice_find(rest, ", ") >= 0) {
    name = slice_cut(&rest, ',');
    (void)take_char(&rest, ' ');
    good = name.n >= 3 && rest.n > 3 &&
           read_day_first(rest, rest.p[2], now_s, &c);
  } else {
    name = slice_cut(&rest, ' ');
    good = name.n == 3 && rest.p && read_asctime(rest, &c);
  }
  if(!good || c.day < 1 || c.day > 31)
    return false;
  *out_s = days_of(&c) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
  return true;
}

bool cache_expires_in(const struct message_head *h, int64_t now_s,
                      int64_t *out_s)
{
  int64_t date_s = now_s, expires_s;
  if(!http_date_parse(recording_field(h, "Expires", 0), now_s, &expires_s))
    return false;
  (void)http_date_parse(recording_field(h, "Date", 0), now_s, &date_s);
  *out_s = expires_s - date_s;
  return true;
}
