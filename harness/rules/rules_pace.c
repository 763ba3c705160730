/* SPDX-License-Identifier: MIT
 * Rules about rates that hold a buffered stream back. */
#include <string.h>

#include "rules/rules.h"

/* A rate above zero, or one that only a run can tell. */
static bool is_limited(const struct conf_setting *s)
{
  uint64_t bytes;
  if(!s->n)
    return false;
  return conf_setting_varies(s) || conf_setting_bytes(s, &bytes) || bytes;
}

static void proxy_limit_rate(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  struct conf_setting s = fact_family(f, "limit_rate");
  char name[64];
  if(!fact_is_buffered(f) || !is_limited(&s))
    return;
  fact_name(f, "limit_rate", name);
  doctor_finding_hit(out, DOCTOR_WARN,
                     conf_setting_varies(&s) ? DOCTOR_POSSIBLE : DOCTOR_LIKELY,
                     "`%s` slows the reading of the application's stream: "
                     "events get later and later.",
                     name);
  rule_set_family(f, "limit_rate", "0", out);
}

/* limit_rate, or a `set $limit_rate` in the location. */
static const struct conf_directive *variable_rate(const struct doctor_facts *f)
{
  const struct conf_directive *d = f->block;
  for(d = conf_walk(f->block, f->block); d; d = conf_walk(f->block, d)) {
    if(conf_is(d, "set") && strcmp(conf_arg(d, 0), "$limit_rate") == 0)
      return d;
  }
  return NULL;
}

static void limit_rate(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "limit_rate");
  const struct conf_directive *set = variable_rate(f);
  bool held = fact_is_buffered(f);
  if(!is_limited(&s) && !set)
    return;
  if(held)
    doctor_finding_hit(out, DOCTOR_WARN,
                       set || conf_setting_varies(&s) ? DOCTOR_POSSIBLE
                                                      : DOCTOR_LIKELY,
                       "A limited rate delivers the stream in steps once a "
                       "second, and what does not fit waits, in a temporary "
                       "file in the end.");
  else
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                       "limit_rate has no effect on an unbuffered response: "
                       "it neither slows nor protects the stream.");
  if(is_limited(&s)) {
    fact_blame(f, &s, out);
    if(held)
      rule_set(f, "limit_rate", "0", out);
    return;
  }
  fact_blame_directive(set, out);
  if(held) {
    doctor_finding_fix(out, "delete `set $limit_rate`");
    fact_fix_remove(set, out);
  }
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.proxy-limit-rate",
     .headline = "come later and later",
     .title = "reading the application is slowed down",
     .severity = DOCTOR_WARN,
     .graded = "warn; nothing where buffering is off, since it has no effect "
               "then",
     .side = SIDE_STATIC,
     .families = FAMILY_BUFFERED,
     .why = "proxy_limit_rate limits how fast nginx reads the application. "
            "On a stream that is faster, the delay grows without end: "
            "200 bytes a second made three seconds of events take nine.",
     .fix = "proxy_limit_rate 0;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Works on buffered responses only.",
     .doc = NGX_PROXY "proxy_limit_rate",
     .judge = proxy_limit_rate},
    {.id = "nginx.limit-rate",
     .headline = "come later and later",
     .title = "the delivery of the stream is slowed down",
     .severity = DOCTOR_WARN,
     .graded = "warn where buffering is on; info where it is off and the "
               "limit does nothing",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "limit_rate, $limit_rate and X-Accel-Limit-Rate pace buffered "
            "responses in steps of a second. Unbuffered responses ignore "
            "them altogether.",
     .fix = "limit_rate 0;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "limit_rate does not protect unbuffered streams.",
     .doc = NGX_CORE "limit_rate",
     .judge = limit_rate},
};

DOCTOR_GROUP(rules_pace, "Rates", rows);
