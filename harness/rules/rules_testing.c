/* SPDX-License-Identifier: MIT
 * One rule on one small configuration; see rules_testing.h. */
#include "rules/rules_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *part(const char *text)
{
  return text ? text : "";
}

static bool has_handler(const char *location)
{
  return strstr(location, "_pass ") || strstr(location, "return ") ||
         strstr(location, "try_files ");
}

static void write_conf(const struct rules_case *c, struct buf *out)
{
  buf_addf(out, "%s\nevents { %s }\nhttp {\n%s\n", part(c->main),
           part(c->events), part(c->http));
  buf_addf(out, "upstream app { %s }\n",
           c->upstream ? c->upstream : "server 127.0.0.1:9; keepalive 4;");
  buf_addf(out, "server {\nlisten %s;\nserver_name a.example;\n%s\n%s\n",
           c->listen ? c->listen : "8080", part(c->server), part(c->outside));
  buf_addf(out, "location %s {\n%s%s\n}\n}\n}\n",
           c->match ? c->match : "/events",
           has_handler(part(c->location)) ? "" : "proxy_pass http://app;\n",
           part(c->location));
}

void rules_case_judge(struct rules_judged *j, const struct rules_case *c,
                      const char *rule)
{
  const struct doctor_rule *r = doctor_rule_find(rule);
  struct conf_version version = {0, 0, 0};
  struct conf_request request = {0};
  struct conf_fault fault;
  struct err e = {0};
  struct buf text;
  memset(j, 0, sizeof(*j));
  if(!r)
    fail_msg("there is no rule %s", rule);
  buf_init(&text, 0);
  write_conf(c, &text);
  conf_version_parse(c->version ? c->version : "1.22.1", &version);
  if(conf_parse_text(&j->conf, buf_slice(&text), "nginx.conf", &fault))
    fail_msg("%s", fault.e.text);
  request.uri = c->uri ? c->uri : c->match ? c->match : "/events";
  if(conf_locate(j->conf, &request, &j->route, &e))
    fail_msg("%s", e.text);
  facts_init(&j->facts, j->conf, j->route, version);
  j->facts.declared = c->declared;
  j->facts.asked = request.uri;
  doctor_judge_one(r, &j->facts, &j->finding);
  buf_free(&text);
}

void rules_case_free(struct rules_judged *j)
{
  conf_route_free(j->route);
  conf_free(j->conf);
}

static bool judge(const struct rules_case *c, const char *rule, bool hit,
                  enum doctor_severity s)
{
  struct rules_judged j;
  bool fits;
  rules_case_judge(&j, c, rule);
  fits = j.finding.hit == hit && (!hit || j.finding.severity == s);
  if(!fits)
    print_error("%s: %s %s: %s\n", rule,
                j.finding.hit ? doctor_severity_name(j.finding.severity)
                              : "silent",
                part(c->location), j.finding.symptom);
  rules_case_free(&j);
  return fits;
}

bool rules_hits(const struct rules_case *c, const char *rule,
                enum doctor_severity s)
{
  return judge(c, rule, true, s);
}

bool rules_silent(const struct rules_case *c, const char *rule)
{
  return judge(c, rule, false, DOCTOR_INFO);
}
