/* SPDX-License-Identifier: MIT
 * Masking secrets; see mask.h. */
#include "recording/mask.h"

#include <string.h>

#define MASK "***"

static const char *const secret_parameters[] = {
    "token",         "access_token",  "id_token", "refresh_token",
    "auth",          "authorization", "jwt",      "key",
    "api_key",       "api-key",       "apikey",   "secret",
    "client_secret", "password",      "passwd",   "pwd",
    "sig",           "signature",     "session",  "sessionid",
    "sid",           "ticket",
};

static bool is_secret_parameter(struct slice name)
{
  size_t i;
  for(i = 0; i < sizeof(secret_parameters) / sizeof(*secret_parameters); i++) {
    if(slice_ieq_cstr(name, secret_parameters[i]))
      return true;
  }
  return false;
}

static struct slice part(struct slice s, size_t from, size_t to)
{
  return (struct slice){s.p + from, to - from};
}

static size_t find_any(struct slice s, size_t at, const char *set)
{
  while(at < s.n && (!s.p[at] || !strchr(set, s.p[at])))
    at++;
  return at;
}

/* Query parameters, wherever "?" or "&" begins one in the text. */
static int mask_query(struct buf *out, struct slice s)
{
  size_t at = 0;
  while(at < s.n) {
    size_t start = find_any(s, at, "?&");
    size_t name, stop;
    if(start == s.n)
      break;
    name = start + 1;
    stop = find_any(s, name, "=&?# \t\"'<>,;\r\n");
    buf_add(out, s.p + at, stop - at);
    at = stop;
    if(stop < s.n && s.p[stop] == '=' &&
       is_secret_parameter(part(s, name, stop))) {
      buf_adds(out, "=" MASK);
      at = find_any(s, stop, "&# \t\"'<>,;\r\n");
    }
  }
  return buf_add(out, s.p + at, s.n - at);
}

int mask_url(struct buf *out, struct slice url)
{
  long scheme = slice_find(url, "://");
  size_t host = scheme < 0 ? 0 : (size_t)scheme + 3;
  size_t stop = find_any(url, host, "/?#");
  size_t at = stop, colon;
  buf_add(out, url.p, host);
  while(at > host && url.p[at - 1] != '@')
    at--;
  colon = find_any(part(url, 0, at), host, ":");
  if(at > host) {
    buf_add(out, url.p + host, colon - host);
    if(colon < at)
      buf_adds(out, ":" MASK "@");
  }
  return mask_query(out, part(url, at, url.n));
}

/* "Bearer abc" keeps its scheme. */
static void mask_credentials(struct buf *out, struct slice value)
{
  size_t space = find_any(value, 0, " ");
  if(space < value.n)
    buf_add(out, value.p, space + 1);
  buf_adds(out, MASK);
}

/* "a=1; b=2": names stay.  Of Set-Cookie only the first pair is secret. */
static void mask_cookies(struct buf *out, struct slice value, bool first_only)
{
  size_t at = 0;
  bool masked = false;
  while(at < value.n) {
    size_t stop = find_any(value, at, ";");
    size_t eq = find_any(part(value, 0, stop), at, "=");
    if(masked && first_only)
      break;
    buf_add(out, value.p + at, eq - at);
    buf_adds(out, eq < stop ? "=" MASK : "");
    masked = true;
    at = stop;
    if(at < value.n)
      buf_addc(out, value.p[at++]);
  }
  buf_add(out, value.p + at, value.n - at);
}

static int mask_line(struct buf *out, struct slice line)
{
  size_t colon = find_any(line, 0, ":");
  size_t from = colon < line.n ? colon + 1 : line.n, to = line.n;
  struct slice name = slice_trim(part(line, 0, colon)), value;
  bool plain = slice_ieq_cstr(name, "Authorization") ||
               slice_ieq_cstr(name, "Proxy-Authorization") ||
               slice_ieq_cstr(name, "X-Api-Key") ||
               slice_ieq_cstr(name, "X-Auth-Token");
  bool cookie = slice_ieq_cstr(name, "Cookie");
  bool set = slice_ieq_cstr(name, "Set-Cookie");
  if(!plain && !cookie && !set)
    return mask_query(out, line);
  while(from < to && (line.p[from] == ' ' || line.p[from] == '\t'))
    from++;
  while(to > from && (line.p[to - 1] == '\r' || line.p[to - 1] == '\n'))
    to--;
  value = part(line, from, to);
  buf_add(out, line.p, from);
  if(plain)
    mask_credentials(out, value);
  else
    mask_cookies(out, value, set);
  return buf_add(out, line.p + to, line.n - to);
}

/* The end of the line that begins at at, with its LF and all lines folded
 * onto it. */
static size_t line_stop(struct slice s, size_t at)
{
  while(at < s.n) {
    const char *lf = memchr(s.p + at, '\n', s.n - at);
    if(!lf)
      return s.n;
    at = (size_t)(lf - s.p) + 1;
    if(at == s.n || (s.p[at] != ' ' && s.p[at] != '\t'))
      break;
  }
  return at;
}

int mask_head(struct buf *out, struct slice head)
{
  size_t at = 0;
  while(at < head.n) {
    size_t stop = line_stop(head, at);
    mask_line(out, part(head, at, stop));
    at = stop;
  }
  return out->rc;
}
