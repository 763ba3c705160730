/* SPDX-License-Identifier: MIT
 * Rules about limits that somebody set: connections, requests, streams of one
 * connection. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rules.h"

#define MAX_PEERS 64

/* ---- nginx.limit-conn ----------------------------------------------------
 */

/* limit_conn_zone or limit_req_zone whose zone has this name. */
static const char *zone_key(const struct doctor_facts *f, const char *kind,
                            const char *zone)
{
  const struct conf_directive *http = conf_child(f->conf->root, "http");
  const struct conf_directive *d = http ? conf_child(http, kind) : NULL;
  size_t n = strlen(zone), i;
  for(; d; d = conf_sibling(d, kind)) {
    for(i = 1; i < d->nargs; i++) {
      const char *word = conf_arg(d, i);
      if(strncmp(word, "zone=", 5) == 0 && strncmp(word + 5, zone, n) == 0 &&
         (word[5 + n] == ':' || !word[5 + n]))
        return conf_arg(d, 0);
    }
  }
  return "";
}

static bool is_per_client(const char *key)
{
  return strstr(key, "remote_addr") || strstr(key, "forwarded_for") ||
         strstr(key, "cookie") || strstr(key, "http_") || strstr(key, "arg_");
}

static void limit_conn(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "limit_conn");
  size_t i;
  for(i = 0; i < s.n && !fact_is_on(f, "limit_conn_dry_run"); i++) {
    const char *zone = conf_arg(s.from[i], 0);
    const char *key = zone_key(f, "limit_conn_zone", zone);
    unsigned long n = strtoul(conf_arg(s.from[i], 1), NULL, 10);
    bool each = is_per_client(key);
    if(each                  ? n > 100
       : f->declared.streams ? f->declared.streams <= n
                             : n > 1000)
      continue;
    doctor_finding_hit(out, each && n > 2 ? DOCTOR_WARN : DOCTOR_ERROR,
                       DOCTOR_CERTAIN,
                       "limit_conn counts open streams: number %lu of %s gets "
                       "503 with HTML, and its EventSource gives up for "
                       "good.%s",
                       n + 1, key[0] ? key : zone,
                       strstr(key, "remote_addr")
                           ? " Everybody behind one NAT or CDN shares an "
                             "address."
                           : "");
    doctor_finding_fix(out,
                       "a higher limit of its own for the stream's "
                       "location: `limit_conn %s 10000;`; the others keep "
                       "theirs",
                       zone);
    fact_blame(f, &s, out);
    if(s.n == 1) {
      char value[120];
      snprintf(value, sizeof(value), "%.80s 10000", zone);
      fact_fix_set(f, "limit_conn", value, out);
    }
    return;
  }
}

/* ---- nginx.limit-req -----------------------------------------------------
 */

static bool has_word(const struct conf_directive *d, const char *prefix,
                     const char **value)
{
  size_t i, n = strlen(prefix);
  for(i = 0; i < d->nargs; i++) {
    if(strncmp(conf_arg(d, i), prefix, n) == 0) {
      *value = conf_arg(d, i) + n;
      return true;
    }
  }
  return false;
}

/* A client of a zone of its own waits for nobody else, and comes back once a
 * stream: a burst of some lets it. */
#define OWN_BURST 5

static void judge_storm(unsigned long burst, bool wait, bool each,
                        struct doctor_finding *out)
{
  bool own = each && burst >= OWN_BURST;
  const char *who = own ? "those that share an address (NAT, CDN) reconnect"
                        : "all clients reconnect";
  if(burst && wait)
    doctor_finding_hit(out, own ? DOCTOR_WARN : DOCTOR_ERROR, DOCTOR_LIKELY,
                       "After a restart %s at once: limit_req lets them "
                       "through one by one at the zone's rate, and beyond "
                       "%lu answers 503, which ends an EventSource for good.",
                       who, burst);
  else
    doctor_finding_hit(out, own ? DOCTOR_WARN : DOCTOR_ERROR, DOCTOR_LIKELY,
                       "After a restart %s at once: limit_req answers all "
                       "but the first %lu with 503, which ends an "
                       "EventSource for good.",
                       who, burst + 1);
}

static void limit_req(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "limit_req");
  size_t i;
  for(i = 0; i < s.n && !fact_is_on(f, "limit_req_dry_run"); i++) {
    const struct conf_directive *d = s.from[i];
    const char *zone = "", *burst = "0", *rest = "";
    bool wait =
        !has_word(d, "nodelay", &rest) && !has_word(d, "delay=", &rest);
    unsigned long n;
    char value[160];
    has_word(d, "zone=", &zone);
    has_word(d, "burst=", &burst);
    n = strtoul(burst, NULL, 10);
    if(n >= 100 && !wait)
      continue;
    judge_storm(n, wait, is_per_client(zone_key(f, "limit_req_zone", zone)),
                out);
    snprintf(value, sizeof(value), "zone=%.80s burst=1000 nodelay", zone);
    doctor_finding_fix(out, "`limit_req %s;` in the stream's location", value);
    fact_blame(f, &s, out);
    if(s.n == 1)
      fact_fix_set(f, "limit_req", value, out);
    return;
  }
}

/* ---- nginx.upstream-max-conns --------------------------------------------
 */

/* In its place, so that the other options of the server stay. */
static void raise_max_conns(const struct doctor_facts *f,
                            const struct conf_peer *peer,
                            struct doctor_finding *out)
{
  const struct conf_directive *d = peer->directive;
  uint64_t n = f->declared.streams > 10000 ? 2 * f->declared.streams : 10000;
  char text[60];
  size_t i;
  snprintf(text, sizeof(text), "max_conns=%llu", (unsigned long long)n);
  for(i = 0; d && i < d->nargs; i++) {
    if(strncmp(conf_arg(d, i), "max_conns=", 10) == 0)
      fact_fix_argument(d, i, text, out);
  }
}

static void max_conns(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_peer peer[MAX_PEERS];
  size_t i, n = rule_servers(f, peer, MAX_PEERS);
  uint64_t sum = 0;
  for(i = 0; i < n; i++) {
    if(!peer[i].max_conns)
      return;
    sum += peer[i].max_conns;
  }
  if(!n || sum >= (f->declared.streams ? f->declared.streams : 2000))
    return;
  doctor_finding_hit(out, DOCTOR_WARN,
                     f->declared.streams ? DOCTOR_CERTAIN : DOCTOR_POSSIBLE,
                     "max_conns counts open streams: the one after %llu is "
                     "answered with 502 \"no live upstreams\".",
                     (unsigned long long)sum);
  doctor_finding_fix(out, "max_conns above the number of streams wanted, or "
                          "none (declare it: --streams)");
  fact_blame_directive(
      peer[0].directive ? peer[0].directive : f->route->handler, out);
  for(i = 0; i < n; i++)
    raise_max_conns(f, &peer[i], out);
}

/* ---- HTTP/2 --------------------------------------------------------------
 */

static void h2_streams(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "http2_max_concurrent_streams");
  uint64_t n;
  if(!facts_h2(f) || !s.n || conf_setting_number(&s, &n) || n >= 100)
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "A browser shares one HTTP/2 connection between all its "
                     "tabs: stream %llu simply waits, without an error, until "
                     "one of the %llu open ones ends.",
                     (unsigned long long)n + 1, (unsigned long long)n);
  doctor_finding_fix(out, "`http2_max_concurrent_streams 128;` in the server");
  fact_blame(f, &s, out);
  fact_fix_replace(s.from[0], "http2_max_concurrent_streams 128;", out);
}

static void six_connections(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  size_t i;
  if(facts_h2(f))
    return;
  for(i = 0; i < f->listeners; i++) {
    const struct conf_listener *l = &f->listener[i];
    if(!l->ssl || l->http2 || l->quic)
      continue;
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                       "Without HTTP/2 a browser opens at most six "
                       "connections to a host, over all its tabs: the "
                       "seventh EventSource hangs, and so does every other "
                       "request.");
    doctor_finding_fix(out, conf_version_from(f->version, 1, 25, 1)
                                ? "`http2 on;` in the server"
                                : "`http2` on the listen (`http2 on;` from "
                                  "1.25.1 on)");
    if(l->directive)
      fact_blame_directive(l->directive, out);
    return;
  }
}

static void h2_requests(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "keepalive_requests");
  uint64_t n;
  if(!facts_h2(f) || !s.n || conf_setting_number(&s, &n) || n >= 100)
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "After %llu requests of one HTTP/2 connection nginx "
                     "sends GOAWAY: open streams go on, new ones need a new "
                     "connection.",
                     (unsigned long long)n);
  fact_blame(f, &s, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.limit-conn",
     .headline = "stop for good for clients over a limit",
     .title = "open streams are limited, and the next one fails for good",
     .severity = DOCTOR_ERROR,
     .graded = "error up to 2 per client (or below the declared streams), "
               "warn up to 100: until many share an address",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "limit_conn was made for downloads. A stream counts for as long "
            "as it is open, HTTP/2 streams each on their own, and what is "
            "over the limit gets 503: an EventSource closes permanently.",
     .fix = "limit_conn ZONE 10000;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "limit_conn_status 429 does not help browsers. Behind a CDN "
                "all clients share addresses: see realip.",
     .doc = NGX_HTTP "limit_conn_module.html#limit_conn",
     .judge = limit_conn},
    {.id = "nginx.limit-req",
     .headline = "stop for good for clients over a limit",
     .title = "reconnects are limited, and what is over fails for good",
     .severity = DOCTOR_ERROR,
     .graded = "error; warn for a zone per client with a burst of 5; nothing "
               "with nodelay and a burst of 100 or more",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Reconnects come in storms. Without burst all but the first get "
            "503; with burst and no nodelay they wait in a queue, half a "
            "second each at two requests a second.",
     .fix = "limit_req zone=ZONE burst=1000 nodelay;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_HTTP "limit_req_module.html#limit_req",
     .judge = limit_req},
    {.id = "nginx.upstream-max-conns",
     .title = "the upstream takes a limited number of streams",
     .severity = DOCTOR_WARN,
     .graded = "warn; certain where more streams are declared",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Streams hold their upstream connection. With all servers at "
            "max_conns nginx answers 502.",
     .fix = "server 10.0.0.1:8080 max_conns=10000;",
     .block = "upstream",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_HTTP "upstream_module.html#server",
     .judge = max_conns},
    {.id = "nginx.h2-max-streams",
     .title = "few streams per HTTP/2 connection",
     .severity = DOCTOR_WARN,
     .graded = "warn, below 100 (the default is 128)",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "The limit is announced to clients, which wait without an error: "
            "an EventSource that stays CONNECTING.",
     .fix = "http2_max_concurrent_streams 128;",
     .block = "server",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_HTTP "v2_module.html#http2_max_concurrent_streams",
     .judge = h2_streams},
    {.id = "nginx.h1-six-connections",
     .title = "browsers open six connections only, without HTTP/2",
     .severity = DOCTOR_INFO,
     .graded = "info",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "Over HTTP/1.1 each EventSource holds one of six connections that "
            "a browser opens per host, all tabs together.",
     .fix = "http2 on;",
     .block = "server",
     .kind = FIX_KIND_ADD,
     .caveats = "Before 1.25.1: listen 443 ssl http2;",
     .doc = NGX_HTTP "v2_module.html#http2",
     .judge = six_connections},
    {.id = "nginx.h2-keepalive-requests",
     .title = "HTTP/2 connections are renewed often",
     .severity = DOCTOR_INFO,
     .graded = "info, below 100",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "keepalive_requests (1000 by default) ends a connection for new "
            "streams; those that are open go on.",
     .fix = "",
     .block = "server",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_CORE "keepalive_requests",
     .judge = h2_requests},
};

DOCTOR_GROUP(rules_limits, "Limits", rows);
