/* SPDX-License-Identifier: MIT
 * What predicates share; see rules.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rules.h"

static void name_block(const struct conf_directive *block, char out[120])
{
  struct buf text;
  buf_init(&text, 0);
  if(block && !conf_is(block, "server") && conf_title(block, &text) == 0)
    snprintf(out, 120, "%s", buf_text(&text));
  else
    snprintf(out, 120, "the server");
  buf_free(&text);
}

void rule_where(const struct doctor_facts *f, char out[120])
{
  name_block(f->block, out);
}

/* "`gzip off;` in location /events". */
static void say_set(const struct doctor_facts *f, const char *name,
                    const char *value, struct doctor_finding *out)
{
  char text[300], where[120];
  snprintf(text, sizeof(text), "%s %s;", name, value);
  name_block(fact_home(f, text), where);
  doctor_finding_fix(out, "`%s` in %s", text, where);
}

void rule_origin(const struct conf_setting *s, char out[200])
{
  struct buf text;
  buf_init(&text, 0);
  if(s->origin == CONF_DEFAULT)
    snprintf(out, 200, "nginx's default");
  else if(conf_setting_origin(s, &text) == 0)
    snprintf(out, 200, "%s", buf_text(&text));
  else
    out[0] = '\0';
  buf_free(&text);
}

const char *rule_time(uint64_t ms, char out[UNITS_MAX])
{
  if(ms >= 3600000 && ms % 3600000 == 0)
    snprintf(out, UNITS_MAX, "%llu h", (unsigned long long)(ms / 3600000));
  else if(ms >= 1000 && ms % 1000 == 0)
    snprintf(out, UNITS_MAX, "%llu s", (unsigned long long)(ms / 1000));
  else
    units_fmt_ms((double)ms, out);
  return out;
}

void rule_set(const struct doctor_facts *f, const char *name,
              const char *value, struct doctor_finding *out)
{
  say_set(f, name, value, out);
  fact_fix_set(f, name, value, out);
}

void rule_set_family(const struct doctor_facts *f, const char *rest,
                     const char *value, struct doctor_finding *out)
{
  char name[64];
  struct conf_setting s = fact_family(f, rest);
  fact_name(f, rest, name);
  say_set(f, name, value, out);
  fact_blame(f, &s, out);
  fact_fix_set(f, name, value, out);
}

void rule_drop(const struct doctor_facts *f, const struct conf_setting *s,
               const char *value, struct doctor_finding *out)
{
  size_t i;
  if(s->origin != CONF_OWN) {
    rule_set(f, s->name, value, out);
    return;
  }
  doctor_finding_fix(out, "delete `%s` (line %u)", s->name, s->from[0]->line);
  for(i = 0; i < s->n; i++)
    fact_fix_remove(s->from[i], out);
}

bool rule_late(const struct doctor_facts *f, enum doctor_probe p,
               struct doctor_finding *out)
{
  enum doctor_transport t = DOCTOR_H1;
  const struct symptom *s = symptom_worst(f->symptoms, p, &t);
  char late[UNITS_MAX];
  if(!s || !symptom_is_late(s))
    return false;
  if(s->received < s->sent)
    doctor_finding_measured(out, s->sent - s->received, "events",
                            "%u of %u events had not come over %s",
                            s->sent - s->received, s->sent,
                            doctor_transport_name(t));
  else
    doctor_finding_measured(out, s->p50_ms, "ms",
                            "%u events in %u burst%s over %s, half of them "
                            "later than %s",
                            s->received, s->bursts, s->bursts == 1 ? "" : "s",
                            doctor_transport_name(t),
                            units_fmt_ms(s->p50_ms, late));
  return true;
}

bool rule_prompt(const struct doctor_facts *f, enum doctor_probe p)
{
  const struct symptom *s = symptom_worst(f->symptoms, p, NULL);
  return s && !symptom_is_late(s);
}

bool rule_gzip(const struct doctor_facts *f)
{
  return fact_is_on(f, "gzip") && fact_covers_stream(f, "gzip_types");
}

bool rule_brotli(const struct doctor_facts *f)
{
  return (fact_is_on(f, "brotli") && fact_covers_stream(f, "brotli_types")) ||
         (fact_is_on(f, "zstd") && fact_covers_stream(f, "zstd_types"));
}

bool rule_may_time_out(const struct doctor_facts *f, uint64_t *timeout_ms)
{
  struct conf_setting s = fact_family(f, "read_timeout");
  uint64_t ms;
  if(conf_setting_ms(&s, &ms) || ms == 0)
    return false;
  *timeout_ms = ms;
  if(f->declared.heartbeat_ms)
    return ms < 2 * f->declared.heartbeat_ms;
  if(f->declared.quiet_ms)
    return ms <= f->declared.quiet_ms;
  return ms < LONG_MS;
}

/* A constant that is neither empty nor "0" is always true for nginx. */
static bool always(const struct conf_setting *s)
{
  size_t i, j;
  for(i = 0; i < s->n; i++) {
    for(j = 0; j < s->from[i]->nargs; j++) {
      const char *text = conf_arg(s->from[i], j);
      if(text[0] && strcmp(text, "0") != 0 && !strchr(text, '$'))
        return true;
    }
  }
  return false;
}

bool rule_is_cached(const struct doctor_facts *f, struct conf_setting *out)
{
  struct conf_setting no;
  if(f->family == CONF_GRPC)
    return false;
  *out = fact_family(f, "cache");
  if(!out->n || conf_setting_is(out, "off"))
    return false;
  no = fact_family(f, "no_cache");
  return !always(&no);
}

size_t rule_servers(const struct doctor_facts *f, struct conf_peer *out,
                    size_t max)
{
  size_t i, n = 0, all = conf_peers(f->route, out, max);
  for(i = 0; i < all; i++) {
    if(!out[i].backup && !out[i].down)
      out[n++] = out[i];
  }
  return n;
}

const struct conf_directive *rule_location(const struct doctor_facts *f,
                                           const char *name)
{
  const struct conf_directive *d = f->route->server;
  for(d = conf_walk(f->route->server, f->route->server); d;
      d = conf_walk(f->route->server, d)) {
    if(conf_is(d, "location") && d->nargs &&
       strcmp(conf_arg(d, d->nargs - 1), name) == 0)
      return d;
  }
  return NULL;
}

static bool answers_with_stream(const struct conf_directive *location)
{
  const struct conf_directive *type = conf_child(location, "default_type");
  return type && strcmp(conf_arg(type, 0), "text/event-stream") == 0;
}

bool rule_is_retry_page(const struct doctor_facts *f, const char *target)
{
  const struct conf_directive *l = rule_location(f, target), *r;
  r = l ? conf_child(l, "return") : NULL;
  if(!r)
    return false;
  return strcmp(conf_arg(r, 0), "444") == 0 ||
         (strcmp(conf_arg(r, 0), "200") == 0 && answers_with_stream(l));
}

const char *rule_page_target(const struct conf_directive *page, int *code)
{
  size_t i;
  *code = 0;
  for(i = 0; i + 1 < page->nargs; i++) {
    const char *word = conf_arg(page, i);
    if(word[0] == '=')
      *code = word[1] ? (int)strtol(word + 1, NULL, 10) : -1;
  }
  return conf_arg(page, page->nargs ? page->nargs - 1 : 0);
}

bool rule_page_covers(const struct conf_directive *page, int status)
{
  size_t i;
  for(i = 0; i + 1 < page->nargs; i++) {
    if(strtol(conf_arg(page, i), NULL, 10) == status)
      return true;
  }
  return false;
}

bool rule_slots(const struct doctor_facts *f, uint64_t *per_worker,
                uint64_t *workers)
{
  struct conf_setting w = fact_get(f, "worker_connections");
  struct conf_setting p = fact_get(f, "worker_processes");
  if(conf_setting_number(&w, per_worker))
    return false;
  if(conf_setting_number(&p, workers))
    *workers = 0;
  return true;
}
