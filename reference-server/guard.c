/* SPDX-License-Identifier: MIT
 * Foreign hosts and origins; see guard.h. */
#include "guard.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* The host of "HOST[:PORT]", without the brackets of an IPv6 address. */
static struct slice host_of(struct slice authority)
{
  struct slice host = authority;
  const char *end;
  if(authority.n && authority.p[0] == '[') {
    end = memchr(authority.p, ']', authority.n);
    if(end)
      return (struct slice){authority.p + 1, (size_t)(end - authority.p) - 1};
  }
  return slice_cut(&host, ':');
}

static bool is_address(struct slice host)
{
  struct in6_addr any;
  char text[INET6_ADDRSTRLEN];
  if(host.n >= sizeof(text))
    return false;
  memcpy(text, host.p, host.n);
  text[host.n] = '\0';
  return inet_pton(AF_INET, text, &any) == 1 ||
         inet_pton(AF_INET6, text, &any) == 1;
}

/* A name with a dot is anybody's, and leads here if its owner says so. */
static bool is_near(struct slice host)
{
  return host.n && (is_address(host) || !memchr(host.p, '.', host.n));
}

static bool is_loopback(struct slice host)
{
  return slice_ieq_cstr(host, "localhost") || slice_eq_cstr(host, "::1") ||
         (is_address(host) && slice_starts(host, "127."));
}

bool guard_admits(const struct conn *c)
{
  struct slice host = request_header(c->request, "host");
  struct slice origin = request_header(c->request, "origin");
  long at = slice_find(origin, "://");
  struct slice authority = {NULL, 0};
  if(at >= 0)
    authority = (struct slice){origin.p + at + 3, origin.n - (size_t)at - 3};
  if(host.p && !is_near(host_of(host)))
    return false;
  if(!origin.p)
    return true;
  return at >= 0 &&
         (slice_eq(authority, host) || is_loopback(host_of(authority)));
}
