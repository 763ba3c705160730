/* SPDX-License-Identifier: MIT
 * What rules read of a configuration; see facts.h. */
#include "rules/facts.h"

#include <stdio.h>
#include <string.h>

void facts_init(struct doctor_facts *f, const struct conf *c,
                const struct conf_route *route, struct conf_version version)
{
  memset(f, 0, sizeof(*f));
  f->conf = c;
  f->route = route;
  f->block = route->block;
  f->family = route->family;
  f->version = version;
  f->listeners =
      conf_listeners(c, route->server, f->listener, CONF_LISTENERS_MAX);
}

void facts_branch(struct doctor_facts *f, size_t i)
{
  f->block = f->route->branches[i].block;
  f->family = f->route->branches[i].family;
}

static bool declared(const struct doctor_facts *f, enum doctor_transport t)
{
  return !f->declared.transports || (f->declared.transports & (1u << t));
}

static bool offers(const struct doctor_facts *f, bool tls, bool h2)
{
  size_t i;
  for(i = 0; i < f->listeners; i++) {
    const struct conf_listener *l = &f->listener[i];
    if(l->ssl == tls && l->http2 == h2 && !l->quic)
      return true;
  }
  return false;
}

bool facts_tls(const struct doctor_facts *f)
{
  return offers(f, true, false) || offers(f, true, true);
}

bool facts_tls_h1(const struct doctor_facts *f)
{
  if(f->declared.transports)
    return facts_tls(f) && declared(f, DOCTOR_TLS);
  return offers(f, true, false);
}

bool facts_h2(const struct doctor_facts *f)
{
  return declared(f, DOCTOR_H2) && offers(f, true, true);
}

/* An `if` has settings of its own; the upstream's and the main context's names
 * are only found through the route. */
struct conf_setting fact_get(const struct doctor_facts *f, const char *name)
{
  if(f->block == f->route->block)
    return conf_effective(f->route, name, f->version);
  return conf_effective_at(f->block, name, f->version);
}

void fact_name(const struct doctor_facts *f, const char *rest, char out[64])
{
  snprintf(out, 64, "%s_%s", conf_family_name(f->family), rest);
}

struct conf_setting fact_family(const struct doctor_facts *f, const char *rest)
{
  const struct conf_known *known;
  char name[64];
  if(f->block == f->route->block)
    return conf_effective_family(f->route, rest, f->version);
  fact_name(f, rest, name);
  known = conf_known_find(name);
  /* A setting keeps the name by reference. */
  return conf_effective_at(f->block, known ? known->name : rest, f->version);
}

bool fact_is_on(const struct doctor_facts *f, const char *name)
{
  struct conf_setting s = fact_get(f, name);
  return conf_setting_is(&s, "on");
}

bool fact_is_buffered(const struct doctor_facts *f)
{
  struct conf_setting s;
  if(f->family == CONF_GRPC || !conf_family_is_upstream(f->family))
    return false;
  s = fact_family(f, "buffering");
  return !conf_setting_is(&s, "off");
}

bool fact_covers_stream(const struct doctor_facts *f, const char *name)
{
  struct conf_setting s = fact_get(f, name);
  return conf_setting_has(&s, "text/event-stream") ||
         conf_setting_has(&s, "*");
}

bool fact_is_http10(const struct doctor_facts *f)
{
  struct conf_setting s;
  if(f->family != CONF_PROXY)
    return false;
  s = fact_get(f, "proxy_http_version");
  return conf_setting_is(&s, "1.0");
}

void fact_text(const struct conf_setting *s, char *out, size_t size)
{
  struct slice w = conf_setting_word(s, 0, 0);
  snprintf(out, size, "%.*s", (int)w.n, w.p ? w.p : "");
}
