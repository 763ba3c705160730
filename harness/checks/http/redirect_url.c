/* SPDX-License-Identifier: MIT
 * Parts of URLs; see redirect_url.h. */
#include "checks/http/redirect_url.h"

#include <ctype.h>
#include <string.h>

/* Length of "scheme" in "scheme:...", 0 when there is none. */
static size_t scheme_length(struct slice s)
{
  size_t i;
  for(i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if(c == ':')
      return i;
    if(!isalpha(c) && (i == 0 || (!isdigit(c) && !strchr("+-.", c))))
      return 0;
  }
  return 0;
}

static struct slice skip(struct slice s, size_t n)
{
  return (struct slice){s.p + n, s.n - n};
}

/* Splits "user:pw@host:port". */
static void split_authority(struct slice a, struct redirect_url *u)
{
  size_t i, at = 0;
  bool has_userinfo = false;
  for(i = 0; i < a.n; i++) {
    if(a.p[i] == '@') {
      at = i;
      has_userinfo = true;
    }
  }
  if(has_userinfo) {
    u->userinfo = (struct slice){a.p, at};
    a = skip(a, at + 1);
  }
  u->host = a;
  for(i = a.n; i > 0; i--) {
    if(a.p[i - 1] == ']')
      break;
    if(a.p[i - 1] == ':') {
      u->host.n = i - 1;
      u->port = skip(a, i);
      break;
    }
  }
}

void redirect_url_split(struct slice text, struct redirect_url *u)
{
  struct slice rest = slice_trim(text), hash = rest;
  size_t n;
  memset(u, 0, sizeof(*u));
  rest = slice_cut(&hash, '#');
  n = scheme_length(rest);
  if(n) {
    u->scheme = (struct slice){rest.p, n};
    rest = skip(rest, n + 1);
  }
  if(slice_starts(rest, "//")) {
    struct slice authority = skip(rest, 2);
    n = 0;
    while(n < authority.n && !strchr("/?\\", authority.p[n]))
      n++;
    rest = skip(authority, n);
    authority.n = n;
    split_authority(authority, u);
  }
  (void)slice_cut(&rest, '?');
  u->query = rest;
}

static bool same_text(struct slice a, struct slice b)
{
  size_t i;
  for(i = 0; i < a.n && i < b.n; i++) {
    if(tolower((unsigned char)a.p[i]) != tolower((unsigned char)b.p[i]))
      return false;
  }
  return a.n == b.n;
}

static struct slice port_of(const struct redirect_url *u)
{
  if(u->port.n)
    return u->port;
  return slice_ieq_cstr(u->scheme, "https") ? SLICE_LIT("443")
                                            : SLICE_LIT("80");
}

bool redirect_url_same_origin(struct slice a, struct slice b)
{
  struct redirect_url ua, ub;
  redirect_url_split(a, &ua);
  redirect_url_split(b, &ub);
  return same_text(ua.scheme, ub.scheme) && same_text(ua.host, ub.host) &&
         slice_eq(port_of(&ua), port_of(&ub));
}

static bool is_port(struct slice s)
{
  unsigned long v = 0;
  size_t i;
  for(i = 0; i < s.n; i++) {
    if(!isdigit((unsigned char)s.p[i]) || v > 65535)
      return false;
    v = v * 10 + (unsigned long)(s.p[i] - '0');
  }
  return v <= 65535;
}

/* The forbidden host code points of the URL standard, as far as they can
 * stand in a host at all. */
static bool is_host(struct slice s)
{
  size_t i;
  if(s.n && s.p[0] == '[')
    return s.p[s.n - 1] == ']';
  for(i = 0; i < s.n; i++) {
    if((unsigned char)s.p[i] <= ' ' || strchr("<>[]^|\x7f", s.p[i]))
      return false;
  }
  return s.n > 0;
}

const char *redirect_url_trouble(struct slice location)
{
  struct redirect_url u;
  location = slice_trim(location);
  if(location.n == 0)
    return "is empty";
  redirect_url_split(location, &u);
  if(u.scheme.n && !slice_ieq_cstr(u.scheme, "http") &&
     !slice_ieq_cstr(u.scheme, "https"))
    return "is no http(s) URL";
  if((u.scheme.n || slice_starts(location, "//")) &&
     (!is_host(u.host) || !is_port(u.port)))
    return "cannot be parsed";
  return NULL;
}

bool redirect_url_keeps_query(struct slice query, struct slice other)
{
  while(query.p) {
    struct slice parameter = slice_cut(&query, '&');
    struct slice rest = other;
    bool found = parameter.n == 0;
    while(!found && rest.p)
      found = slice_eq(slice_cut(&rest, '&'), parameter);
    if(!found)
      return false;
  }
  return true;
}
