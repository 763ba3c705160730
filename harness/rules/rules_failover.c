/* SPDX-License-Identifier: MIT
 * Rules about several servers behind one upstream. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

#define MAX_PEERS 64

static size_t failing_servers(const struct doctor_facts *f,
                              struct conf_peer *peer)
{
  size_t i, n = 0, all = rule_servers(f, peer, MAX_PEERS);
  for(i = 0; i < all; i++)
    n += peer[i].max_fails > 0;
  return all >= 2 ? n : 0;
}

static void marked_down(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_peer peer[MAX_PEERS];
  size_t n = failing_servers(f, peer);
  uint64_t ms;
  char text[UNITS_MAX];
  if(n < 2 || !rule_may_time_out(f, &ms))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_POSSIBLE,
                     "When the application sends no headers within %s (it "
                     "waits for its first event), each of the %zu servers "
                     "counts as failed in turn; with all of them failed every "
                     "client gets 502 \"no live upstreams\" for 10 s.",
                     rule_time(ms, text), n);
  doctor_finding_fix(out,
                     "let the application send its headers at once; "
                     "`max_fails=0` on the servers; "
                     "`%s_next_upstream error;` in the location",
                     conf_family_name(f->family));
  if(f->route->upstream)
    fact_blame_directive(f->route->upstream, out);
}

static void next_upstream(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  struct conf_peer peer[MAX_PEERS];
  struct conf_setting s = fact_family(f, "next_upstream");
  size_t n = rule_servers(f, peer, MAX_PEERS);
  bool http =
      conf_setting_has(&s, "http_500") || conf_setting_has(&s, "http_502") ||
      conf_setting_has(&s, "http_503") || conf_setting_has(&s, "http_504") ||
      conf_setting_has(&s, "http_429");
  uint64_t ms = 0;
  char text[UNITS_MAX], name[64];
  if(n < 2 || conf_setting_is(&s, "off") ||
     !(http || (conf_setting_has(&s, "timeout") && rule_may_time_out(f, &ms))))
    return;
  fact_name(f, "next_upstream", name);
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_POSSIBLE,
                     "A request that fails before its headers come is sent "
                     "to the next of %zu servers: the application may see "
                     "one client connect several times.",
                     n);
  if(ms)
    doctor_finding_say(out, "A timeout takes %s for each.",
                       rule_time(ms, text));
  rule_set_family(f, "next_upstream", "error", out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.upstream-marked-down",
     .title = "a slow first byte takes all servers down",
     .severity = DOCTOR_WARN,
     .graded = "warn, possible: with two or more servers, where the read "
               "timeout may run out before headers come",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "A timeout before the response headers is a failed attempt "
            "(max_fails 1 by default), and fail_timeout (10 s) takes the "
            "server out of use. A cut in the middle of a stream does not "
            "count, and a single server is never marked.",
     .fix = "server 10.0.0.1:8080 max_fails=0;",
     .block = "upstream",
     .kind = FIX_KIND_ADD,
     .caveats = "",
     .doc = NGX_HTTP "upstream_module.html#server",
     .judge = marked_down},
    {.id = "nginx.next-upstream-duplicates",
     .title = "one connect may reach several servers",
     .severity = DOCTOR_WARN,
     .graded = "warn, possible: with two or more servers, where a timeout "
               "or a status leads to the next",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "proxy_next_upstream tries the next server when one fails before "
            "the first header byte. Side effects of connecting happen twice, "
            "and the client waits for every timeout in turn.",
     .fix = "proxy_next_upstream error;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "After the first header byte nothing is tried again.",
     .doc = NGX_PROXY "proxy_next_upstream",
     .judge = next_upstream},
};

DOCTOR_GROUP(rules_failover, "Several servers", rows);
