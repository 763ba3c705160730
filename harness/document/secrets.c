/* SPDX-License-Identifier: MIT
 * Masking of credentials; see secrets.h. */
#include "document/secrets.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MASK "***"

/* Names that are secret whole, and parts that make any name secret. */
static const char *const whole_names[] = {
    "key",  "auth", "sig",       "jwt",     "pwd",   "passwd",
    "pass", "sid",  "signature", "session", "apikey"};
static const char *const name_parts[] = {
    "token",      "secret",    "password", "authorization", "cookie",
    "api-key",    "api_key",   "apikey",   "credential",    "access-key",
    "access_key", "sessionid", "private"};

/* In front of a colon stand header names and JSON members, but also the names
 * of exchanges, so that only whole names and these ends are taken there. */
static const char *const line_names[] = {
    "authorization", "proxy-authorization",
    "cookie",        "set-cookie",
    "password",      "passwd",
    "secret",        "token",
    "credential",    "credentials",
    "api-key",       "api_key",
    "apikey",        "private-key",
    "sessionid"};
static const char *const line_ends[] = {
    "-token", "_token",      "token",       "-secret",    "_secret",
    "-key",   "access_key",  "private_key", "secret_key", "api_key",
    "apikey", "-credential", "-password",   "_password"};

static bool contains(struct slice text, const char *part)
{
  size_t n = strlen(part), i;
  for(i = 0; i + n <= text.n; i++) {
    if(strncasecmp(text.p + i, part, n) == 0)
      return true;
  }
  return false;
}

static bool ends_with(struct slice text, const char *end)
{
  size_t n = strlen(end);
  return text.n >= n && strncasecmp(text.p + text.n - n, end, n) == 0;
}

/* What CORS says is for everybody to see. */
static bool is_public_name(struct slice name)
{
  static const char cors[] = "access-control-";
  return name.n >= sizeof(cors) - 1 &&
         strncasecmp(name.p, cors, sizeof(cors) - 1) == 0;
}

static bool is_line_name(struct slice name)
{
  size_t i;
  for(i = 0; i < sizeof(line_names) / sizeof(line_names[0]); i++) {
    if(slice_ieq_cstr(name, line_names[i]))
      return true;
  }
  for(i = 0; i < sizeof(line_ends) / sizeof(line_ends[0]); i++) {
    if(ends_with(name, line_ends[i]))
      return !is_public_name(name);
  }
  return false;
}

static bool is_strong_name(struct slice name)
{
  size_t i;
  if(is_public_name(name))
    return false;
  for(i = 0; i < sizeof(name_parts) / sizeof(name_parts[0]); i++) {
    if(contains(name, name_parts[i]))
      return true;
  }
  return false;
}

bool secrets_is_name(struct slice name)
{
  size_t i;
  for(i = 0; i < sizeof(whole_names) / sizeof(whole_names[0]); i++) {
    if(slice_ieq_cstr(name, whole_names[i]))
      return true;
  }
  return is_strong_name(name);
}

/* "{{user.token}}" and "Bearer {{user.token}}" tell nothing. */
static bool is_template(struct slice value)
{
  size_t i;
  value = slice_trim(value);
  for(i = 0; i < value.n && isalpha((unsigned char)value.p[i]); i++)
    continue;
  if(i && i < value.n && value.p[i] == ' ') {
    value.p += i + 1;
    value.n -= i + 1;
  }
  return slice_starts(value, "{{") && value.n >= 4 &&
         memcmp(value.p + value.n - 2, "}}", 2) == 0 &&
         !memchr(value.p, ' ', value.n);
}

static int add_value(struct buf *out, struct slice value)
{
  if(value.n == 0 || is_template(value))
    return buf_add(out, value.p, value.n);
  return buf_adds(out, MASK);
}

static bool is_word(char c)
{
  return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t word_length(struct slice s)
{
  size_t n = 0;
  while(n < s.n && is_word(s.p[n]))
    n++;
  return n;
}

static size_t until_any(struct slice s, const char *stops)
{
  size_t n = 0;
  while(n < s.n && (s.p[n] == '\0' || !strchr(stops, s.p[n])))
    n++;
  return n;
}

static struct slice from(struct slice s, size_t at)
{
  return (struct slice){s.p + at, s.n - at};
}

static struct slice upto(struct slice s, size_t n)
{
  return (struct slice){s.p, n};
}

/* Finds the value of the secret `word` bytes long at the start of s: sets
 * where it starts and returns its length, 0 when nothing is assigned. */
static size_t find_value(struct slice s, size_t word, size_t *start)
{
  size_t at = word;
  struct slice name = upto(s, word);
  if(at < s.n && s.p[at] == '=' && secrets_is_name(name)) {
    *start = at + 1;
    return until_any(from(s, *start), "& \t\r\n'\",;#<>");
  }
  if(!is_line_name(name))
    return 0;
  if(at < s.n && s.p[at] == '"')
    at++;
  if(at >= s.n || s.p[at] != ':')
    return 0;
  at++;
  while(at < s.n && (s.p[at] == ' ' || s.p[at] == '"'))
    at++;
  *start = at;
  return until_any(from(s, at), "\r\n'\"");
}

/* Length of "user:password" after "://", or 0 when the authority has none. */
static size_t user_info(struct slice s)
{
  size_t end = until_any(s, "/?# \t\r\n'\"<>"), at = 0, i;
  for(i = 0; i < end; i++) {
    if(s.p[i] == '@')
      at = i;
  }
  return at;
}

static int mask_user_info(struct slice s, size_t n, struct buf *out)
{
  const char *colon = memchr(s.p, ':', n);
  size_t user = colon ? (size_t)(colon - s.p) + 1 : 0;
  buf_add(out, s.p, user);
  return add_value(out, (struct slice){s.p + user, n - user});
}

/* One piece: copies or masks what stands at the start of s.  Returns how much
 * of s it used; *rc tells a failure. */
static size_t mask_piece(struct slice s, struct buf *out, int *rc)
{
  size_t word = word_length(s), start = 0, n;
  if(word) {
    n = find_value(s, word, &start);
    *rc = buf_add(out, s.p, n ? start : word);
    if(!*rc && n)
      *rc = add_value(out, (struct slice){s.p + start, n});
    return n ? start + n : word;
  }
  if(slice_starts(s, "://")) {
    *rc = buf_adds(out, "://");
    n = user_info(from(s, 3));
    if(!*rc && n)
      *rc = mask_user_info(from(s, 3), n, out);
    return 3 + n;
  }
  *rc = buf_addc(out, s.p[0]);
  return 1;
}

int secrets_mask(struct slice text, struct buf *out)
{
  int rc = 0;
  while(text.n && !rc)
    text = from(text, mask_piece(text, out, &rc));
  return rc;
}

static json_t *mask_string(struct slice text)
{
  struct buf masked;
  json_t *j = NULL;
  buf_init(&masked, 0);
  if(secrets_mask(text, &masked) == 0)
    j = json_text(buf_slice(&masked));
  buf_free(&masked);
  return j;
}

json_t *secrets_text(const char *text)
{
  return mask_string(slice_of(text));
}

static struct slice string_slice(json_t *j)
{
  return (struct slice){json_string_value(j), json_string_length(j)};
}

static json_t *mask_named(bool is_secret, json_t *value)
{
  if(is_secret && json_string_length(value) &&
     !is_template(string_slice(value)))
    return json_string(MASK);
  return secrets_mask_json(value);
}

static json_t *mask_object(json_t *j)
{
  json_t *copy = json_object();
  const char *pair = json_string_value(json_object_get(j, "name"));
  const char *key;
  json_t *value;
  json_object_foreach(j, key, value)
  {
    bool is_secret = pair && strcmp(key, "value") == 0
                         ? secrets_is_name(slice_of(pair))
                         : is_strong_name(slice_of(key));
    if(json_object_set_new(copy, key, mask_named(is_secret, value))) {
      json_decref(copy);
      return NULL;
    }
  }
  return copy;
}

static json_t *mask_array(json_t *j)
{
  json_t *copy = json_array();
  size_t i;
  json_t *value;
  json_array_foreach(j, i, value)
  {
    if(json_array_append_new(copy, secrets_mask_json(value))) {
      json_decref(copy);
      return NULL;
    }
  }
  return copy;
}

json_t *secrets_mask_json(json_t *j)
{
  if(json_is_string(j))
    return mask_string(string_slice(j));
  if(json_is_object(j))
    return mask_object(j);
  if(json_is_array(j))
    return mask_array(j);
  return json_deep_copy(j);
}
