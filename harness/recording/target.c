/* SPDX-License-Identifier: MIT
 * Targets: defaults and ownership. */
#include "recording/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/slice.h"

#define MS UINT64_C(1000000)

/* Host and port of "scheme://user@host:port/path". */
static struct slice authority_of(struct slice url, bool *has_user)
{
  long at = slice_find(url, "://");
  struct slice rest = url;
  size_t n = 0, i;
  if(at >= 0) {
    rest.p += at + 3;
    rest.n -= (size_t)at + 3;
  }
  while(n < rest.n && !strchr("/?#", rest.p[n]))
    n++;
  rest.n = n;
  *has_user = memchr(rest.p, '@', n) != NULL;
  for(i = n; i > 0; i--) {
    if(rest.p[i - 1] == '@')
      return (struct slice){rest.p + i, n - i};
  }
  return rest;
}

/* An address, not a name that begins like one: 127.example.org is anybody's.
 */
static bool is_loopback(struct slice authority)
{
  char text[INET6_ADDRSTRLEN];
  struct in6_addr six;
  struct in_addr four;
  struct slice host = authority;
  bool is_six = slice_starts(authority, "[");
  if(is_six)
    host = (struct slice){authority.p + 1, authority.n - 1};
  host = slice_cut(&host, is_six ? ']' : ':');
  if(host.n >= sizeof(text))
    return false;
  memcpy(text, host.n ? host.p : "", host.n);
  text[host.n] = '\0';
  if(is_six)
    return inet_pton(AF_INET6, text, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
  if(inet_pton(AF_INET, text, &four) == 1)
    return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET;
  return slice_ieq_cstr(host, "localhost");
}

struct target *target_new(const char *url)
{
  struct target *t = calloc(1, sizeof(*t));
  if(!t)
    return NULL;
  t->endpoint.url = slice_dup(slice_of(url));
  t->endpoint.method = slice_dup(SLICE_LIT("GET"));
  t->publish_method = slice_dup(SLICE_LIT("POST"));
  if(!t->endpoint.url || !t->endpoint.method || !t->publish_method) {
    target_free(t);
    return NULL;
  }
  t->loopback = is_loopback(authority_of(slice_of(url), &t->has_credentials));
  t->tls = strncmp(url, "https:", 6) == 0;
  t->mode = t->loopback ? MODE_FULL : MODE_LINT;
  t->min_events = 1;
  t->head_ns = 1000 * MS;
  t->event_ns = 250 * MS;
  t->window_ns = 5000 * MS;
  t->idle_window_ns = 20000 * MS;
  return t;
}

void target_free(struct target *t)
{
  if(!t)
    return;
  endpoint_free(&t->endpoint);
  free(t->origin);
  free(t->protocol);
  free(t->user_a);
  free(t->user_b);
  free(t->publish_url);
  free(t->publish_method);
  free(t->via_url);
  free(t->via_run);
  free(t);
}

void target_note_header(struct target *t, const char *name)
{
  if(slice_ieq_cstr(slice_of(name), "Authorization") ||
     slice_ieq_cstr(slice_of(name), "Cookie"))
    t->has_credentials = true;
}

int target_add_header(struct target *t, const char *name, const char *value)
{
  int rc = endpoint_add_header(&t->endpoint, name, value);
  if(!rc)
    target_note_header(t, name);
  return rc;
}

bool target_is_eventsource(const struct target *t)
{
  return t->client == CLIENT_EVENTSOURCE ||
         (t->client == CLIENT_BY_METHOD && target_is_get(t));
}

bool target_is_get(const struct target *t)
{
  return strcmp(t->endpoint.method, "GET") == 0;
}

void target_set_fast(struct target *t)
{
  uint64_t silence = t->heartbeat_ns + t->heartbeat_ns / 2;
  t->fast = true;
  t->window_ns = 2000 * MS;
  t->idle_window_ns = TARGET_FAST_IDLE_NS;
  if(silence && silence < TARGET_FAST_IDLE_NS)
    t->idle_window_ns = silence > t->window_ns ? silence : t->window_ns;
}
