/* SPDX-License-Identifier: MIT
 * Rules about X-Accel-Buffering: the application's word to nginx. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rules.h"

#define ACCEL "X-Accel-Buffering"

/* ---- nginx.x-accel-ignored -----------------------------------------------
 */

static void accel_ignored(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  struct conf_setting s = fact_family(f, "ignore_headers");
  char where[120];
  bool late;
  if(!fact_is_buffered(f) || !conf_setting_has(&s, ACCEL))
    return;
  rule_where(f, where);
  late = rule_late(f, PROBE_ACCEL, out);
  doctor_finding_hit(out, DOCTOR_ERROR, late ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "%s ignores the application's X-Accel-Buffering header, "
                     "so that `no` cannot switch buffering off.",
                     where);
  rule_set_family(f, "buffering", "off", out);
  fact_blame(f, &s, out);
  doctor_finding_fix(out,
                     "`%s_buffering off;` in %s, or take "
                     "X-Accel-Buffering out of the list",
                     conf_family_name(f->family), where);
}

/* ---- headers that nginx adds ---------------------------------------------
 */

static const struct conf_directive *accel_added(const struct doctor_facts *f,
                                                bool *to_app)
{
  struct conf_setting s = fact_get(f, "add_header");
  const struct conf_directive *d = conf_setting_entry(&s, ACCEL);
  *to_app = false;
  if(d || f->family != CONF_PROXY)
    return d;
  s = fact_get(f, "proxy_set_header");
  *to_app = true;
  return conf_setting_entry(&s, ACCEL);
}

static void accel_noop(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  bool to_app;
  const struct conf_directive *d = accel_added(f, &to_app);
  if(!d || !fact_is_buffered(f))
    return;
  doctor_finding_hit(out, DOCTOR_WARN,
                     rule_late(f, PROBE_REGULAR, out) ? DOCTOR_CERTAIN
                                                      : DOCTOR_LIKELY,
                     "`%s X-Accel-Buffering` does not switch buffering off "
                     "here: the header is an instruction from the "
                     "application to nginx, and nginx only %s.",
                     d->name,
                     to_app ? "sends it to the application"
                            : "labels its own response with it");
  rule_set_family(f, "buffering", "off", out);
  fact_blame_directive(d, out);
}

static void accel_bad_value(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  bool to_app;
  const struct conf_directive *d = accel_added(f, &to_app);
  const char *value = d ? conf_arg(d, 1) : "";
  if(!d || to_app || strcasecmp(value, "no") == 0 ||
     strcasecmp(value, "yes") == 0 || strchr(value, '$'))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "X-Accel-Buffering knows `no` and `yes` only: the next "
                     "nginx silently ignores \"%s\".",
                     value);
  doctor_finding_fix(out, "`add_header X-Accel-Buffering no;`");
  fact_blame_directive(d, out);
  fact_fix_replace(d, "add_header X-Accel-Buffering no;", out);
}

static void accel_yes(const struct doctor_facts *f, struct doctor_finding *out)
{
  bool to_app;
  const struct conf_directive *d = accel_added(f, &to_app);
  if(!d || to_app || strcasecmp(conf_arg(d, 1), "yes") != 0)
    return;
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_LIKELY,
                     "X-Accel-Buffering: yes switches buffering on in the "
                     "nginx in front of this one, against its own "
                     "proxy_buffering off.");
  doctor_finding_fix(out, "`add_header X-Accel-Buffering no;`");
  fact_blame_directive(d, out);
  fact_fix_replace(d, "add_header X-Accel-Buffering no;", out);
}

/* ---- nginx.x-accel-consumed ----------------------------------------------
 */

/* The server of this configuration that the application's address is. */
static const struct conf_directive *next_hop(const struct doctor_facts *f,
                                             const char *address)
{
  const char *colon = strrchr(address, ':');
  unsigned long port = colon ? strtoul(colon + 1, NULL, 10) : 80;
  const struct conf_directive *server[64];
  struct conf_listener l[CONF_LISTENERS_MAX];
  size_t i, k, n, all = conf_servers(f->conf, server, 64);
  if(strncmp(address, "127.", 4) != 0 &&
     strncmp(address, "localhost", 9) != 0 &&
     strncmp(address, "[::1]", 5) != 0)
    return NULL;
  for(i = 0; i < all && i < 64; i++) {
    n = conf_listeners(f->conf, server[i], l, CONF_LISTENERS_MAX);
    for(k = 0; k < n; k++) {
      if(server[i] != f->route->server && l[k].port == port)
        return server[i];
    }
  }
  return NULL;
}

static void accel_consumed(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  struct conf_peer peer[16];
  size_t i, n = rule_servers(f, peer, 16);
  const struct conf_directive *hop;
  if(!fact_is_buffered(f))
    return;
  for(i = 0; i < n; i++) {
    hop = peer[i].address ? next_hop(f, peer[i].address) : NULL;
    if(!hop)
      continue;
    doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                       "%s is another nginx (the server of line %u): it "
                       "takes X-Accel-Buffering off the response, so this "
                       "one never sees it and buffers.",
                       peer[i].address, hop->line);
    rule_set_family(f, "buffering", "off", out);
    doctor_finding_fix(out,
                       "`%s_buffering off;` on every hop, or "
                       "`proxy_pass_header X-Accel-Buffering;` on the "
                       "inner one",
                       conf_family_name(f->family));
    return;
  }
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.x-accel-ignored",
     .headline = "are held although the application forbids it",
     .title = "the application's X-Accel-Buffering is ignored",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "Many frameworks send X-Accel-Buffering: no with event streams, "
            "and that is enough for nginx, unless ignore_headers names it.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "A proxy_ignore_headers of the location replaces the "
                "inherited list as a whole.",
     .doc = NGX_PROXY "proxy_ignore_headers",
     .judge = accel_ignored},
    {.id = "nginx.x-accel-add-header-noop",
     .title = "X-Accel-Buffering added by nginx itself has no effect",
     .severity = DOCTOR_WARN,
     .graded = "warn",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "nginx obeys the header where it comes from the application. "
            "add_header puts it on nginx's own response, where only another "
            "nginx in front would obey it; proxy_set_header sends it to the "
            "application, which does not care.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Keep the add_header where another nginx stands in front.",
     .doc = NGX_PROXY "proxy_buffering",
     .judge = accel_noop},
    {.id = "nginx.x-accel-bad-value",
     .title = "X-Accel-Buffering with a value that nginx does not know",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain, where nginx adds it; what the application "
               "sends is not visible in a file",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Only no and yes, in any case, are recognised; off, 0 and false "
            "are silently ignored.",
     .fix = "add_header X-Accel-Buffering no;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_PROXY "proxy_buffering",
     .judge = accel_bad_value},
    {.id = "nginx.x-accel-yes",
     .title = "X-Accel-Buffering: yes switches buffering on again",
     .severity = DOCTOR_ERROR,
     .graded = "error, where nginx adds it; what the application sends is "
               "not visible in a file",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "The header overrides proxy_buffering off in the nginx that "
            "receives it.",
     .fix = "add_header X-Accel-Buffering no;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Against an application that sends it: proxy_ignore_headers "
                "X-Accel-Buffering; together with proxy_buffering off.",
     .doc = NGX_PROXY "proxy_buffering",
     .judge = accel_yes},
    {.id = "nginx.x-accel-consumed",
     .title = "a second nginx never sees X-Accel-Buffering",
     .severity = DOCTOR_WARN,
     .graded = "warn; where the next hop stands in the same configuration",
     .side = SIDE_STATIC,
     .families = FAMILY_BUFFERED,
     .why = "The first nginx behind the application obeys the header and "
            "takes it off. A second one in the chain buffers again.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "On the inner hop proxy_pass_header X-Accel-Buffering; lets "
                "it through.",
     .doc = NGX_PROXY "proxy_pass_header",
     .judge = accel_consumed},
};

DOCTOR_GROUP(rules_accel, "X-Accel-Buffering", rows);
