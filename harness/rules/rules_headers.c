/* SPDX-License-Identifier: MIT
 * Rules about headers: lists that replace each other, doubled and missing
 * ones. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"
#include "rules/rules_judges.h"

/* ---- lists that replace the inherited one --------------------------------
 */

/* Names in outer that own does not repeat, "Host, X-Forwarded-For". */
static size_t lost_names(const struct conf_setting *own,
                         const struct conf_setting *outer, char *out,
                         size_t size)
{
  size_t i, n = 0, at = 0;
  out[0] = '\0';
  for(i = 0; i < outer->n; i++) {
    const char *name = conf_arg(outer->from[i], 0);
    if(strcasecmp(name, "Connection") == 0 ||
       strcasecmp(name, "Upgrade") == 0 || conf_setting_entry(own, name))
      continue;
    if(at < size)
      at += (size_t)snprintf(out + at, size - at, "%s%s", n ? ", " : "", name);
    n++;
  }
  return n;
}

/* The lost ones again, as lines to insert. */
static void repeat_lost(const struct conf_setting *own,
                        const struct conf_setting *outer,
                        struct doctor_finding *out)
{
  struct buf text;
  size_t i;
  buf_init(&text, 0);
  for(i = 0; i < outer->n; i++) {
    const struct conf_directive *d = outer->from[i];
    if(!d->file || conf_setting_entry(own, conf_arg(d, 0)))
      continue;
    buf_addf(&text, "%s%.*s", text.n ? "\n" : "", (int)(d->end - d->start),
             d->file->text.p + d->start);
  }
  if(text.n && text.n < sizeof(out->edit[0].text))
    fact_fix_behind(own->from[own->n - 1], buf_text(&text), out);
  buf_free(&text);
}

static void replaces(const struct doctor_facts *f, const char *name,
                     const char *effect, struct doctor_finding *out)
{
  struct conf_setting own = fact_get(f, name), outer;
  const struct conf_directive *level = own.n ? own.level : NULL;
  char lost[160];
  if(!level || !level->parent)
    return;
  outer = conf_effective_at(level->parent, name, f->version);
  if(!lost_names(&own, &outer, lost, sizeof(lost)))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "The first `%s` of a level discards all inherited ones: "
                     "%s (line %u) no longer hold%s here, %s.",
                     name, lost, outer.from[0]->line,
                     strchr(lost, ',') ? "" : "s", effect);
  doctor_finding_fix(out, "repeat them here, or put the whole set in one file "
                          "that each level includes");
  fact_blame(f, &own, out);
  fact_blame_directive(own.from[0], out);
  repeat_lost(&own, &outer, out);
}

void rule_judge_set_header(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  replaces(f, f->family == CONF_GRPC ? "grpc_set_header" : "proxy_set_header",
           "and Host is the upstream's name again unless set", out);
}

void rule_judge_add_header(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  struct conf_setting merge = fact_get(f, "add_header_inherit");
  if(!conf_setting_is(&merge, "merge"))
    replaces(f, "add_header", "so clients do not get them with the stream",
             out);
}

/* ---- CORS ----------------------------------------------------------------
 */

#define ALLOW "Access-Control-Allow-Origin"

static size_t count_added(const struct conf_setting *s, const char *name)
{
  size_t i, n = 0;
  for(i = 0; i < s->n; i++)
    n += strcasecmp(conf_arg(s->from[i], 0), name) == 0;
  return n;
}

static bool is_hidden(const struct doctor_facts *f, const char *name)
{
  struct conf_setting s = fact_family(f, "hide_header");
  return conf_setting_has(&s, name);
}

static bool is_doubled(const struct doctor_facts *f, const char *name,
                       struct doctor_finding *out)
{
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_RESPONSE, NULL);
  if(!m || !m->headers_doubled || !strstr(m->lost, name))
    return false;
  doctor_finding_measured(out, 2, "", "%s came twice", name);
  return true;
}

void rule_judge_cors_double(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "add_header");
  const struct conf_directive *d = conf_setting_entry(&s, ALLOW);
  if(!d)
    return;
  if(count_added(&s, ALLOW) > 1)
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "Access-Control-Allow-Origin is added %zu times: "
                       "browsers refuse a response that has it twice.",
                       count_added(&s, ALLOW));
  else if(!is_hidden(f, ALLOW))
    doctor_finding_hit(out, DOCTOR_INFO,
                       is_doubled(f, ALLOW, out) ? DOCTOR_CERTAIN
                                                 : DOCTOR_POSSIBLE,
                       "nginx adds Access-Control-Allow-Origin and lets the "
                       "application's own pass: where both send it, browsers "
                       "refuse the response.");
  else
    return;
  doctor_finding_fix(out,
                     "add it in one place; `%s_hide_header %s;` hides "
                     "the application's",
                     conf_family_name(f->family), ALLOW);
  fact_blame_directive(d, out);
  if(out->severity == DOCTOR_ERROR)
    fact_fix_remove(d, out);
}

void rule_judge_cors_errors(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "add_header");
  const struct conf_directive *d = conf_setting_entry(&s, ALLOW);
  char text[400];
  if(!d || (d->nargs > 2 && strcmp(conf_arg(d, 2), "always") == 0))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "Without `always` the CORS headers are missing on 4xx "
                     "and 5xx: a client built on fetch() sees \"network "
                     "error\" where the application said 401 or 503.");
  doctor_finding_fix(out, "`add_header %s ... always;`", ALLOW);
  fact_blame_directive(d, out);
  if(!d->file || d->end - d->start > sizeof(text) - 10)
    return;
  snprintf(text, sizeof(text), "%.*s always;", (int)(d->end - d->start - 1),
           d->file->text.p + d->start);
  fact_fix_replace(d, text, out);
}

/* ---- Cache-Control -------------------------------------------------------
 */

static bool forbids(const char *value)
{
  return strstr(value, "no-cache") || strstr(value, "no-store") ||
         strstr(value, "max-age=0") || strcmp(value, "private") == 0;
}

void rule_judge_cache_control(const struct doctor_facts *f,
                              struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "add_header");
  const struct conf_directive *d = conf_setting_entry(&s, "Cache-Control");
  bool doubled;
  if(!d || is_hidden(f, "Cache-Control"))
    return;
  doubled = is_doubled(f, "Cache-Control", out);
  if(forbids(conf_arg(d, 1)))
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_POSSIBLE,
                       "add_header adds a second Cache-Control beside the "
                       "application's; of these values the stricter counts, "
                       "so it is harmless.");
  else
    doctor_finding_hit(out, DOCTOR_WARN,
                       doubled ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                       "add_header tells browsers and CDNs that a stream may "
                       "be kept (Cache-Control: %s), beside whatever the "
                       "application says.",
                       conf_arg(d, 1));
  doctor_finding_fix(out,
                     "`%s_hide_header Cache-Control;` and `add_header "
                     "Cache-Control no-store;`",
                     conf_family_name(f->family));
  fact_blame_directive(d, out);
  if(out->severity == DOCTOR_WARN && d->parent == f->block)
    fact_fix_replace(d, "add_header Cache-Control no-store;", out);
}

void rule_judge_expires(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "expires");
  char text[40];
  fact_text(&s, text, sizeof(text));
  if(!s.n || strcmp(text, "off") == 0 || strcmp(text, "epoch") == 0 ||
     text[0] == '-' || strcmp(text, "0") == 0)
    return;
  doctor_finding_hit(out, DOCTOR_WARN,
                     conf_setting_varies(&s) ? DOCTOR_POSSIBLE
                                             : DOCTOR_CERTAIN,
                     "`expires %s` replaces the application's Cache-Control: "
                     "browsers and CDNs may keep a stream that has ended and "
                     "play it again.",
                     text);
  fact_blame(f, &s, out);
  rule_set(f, "expires", "off", out);
}

/* ---- nginx.content-type --------------------------------------------------
 */

void rule_judge_content_type(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  struct conf_setting add = fact_get(f, "add_header");
  struct conf_setting hide = fact_family(f, "hide_header");
  const struct conf_directive *d = conf_setting_entry(&add, "Content-Type");
  if(!d && !is_hidden(f, "Content-Type"))
    return;
  if(d)
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "add_header puts a second Content-Type beside the "
                       "application's: clients take either one, or fail.");
  else {
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "The application's Content-Type is hidden: without "
                       "text/event-stream an EventSource fails for good.");
    d = conf_setting_entry(&hide, "Content-Type");
  }
  doctor_finding_fix(out, "delete this line: the application has to send "
                          "text/event-stream itself");
  if(!d)
    return;
  fact_blame_directive(d, out);
  if(d->parent == f->block)
    fact_fix_remove(d, out);
}

/* ---- nginx.hop-headers ---------------------------------------------------
 */

void rule_judge_hop_headers(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  static const char *const names[] = {"Connection", "Keep-Alive",
                                      "Transfer-Encoding"};
  struct conf_setting s = fact_get(f, "add_header");
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    const struct conf_directive *d = conf_setting_entry(&s, names[i]);
    if(!d)
      continue;
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                       "`add_header %s` is decoration: nginx speaks for its "
                       "own connection itself, and HTTP/2 forbids the "
                       "header.",
                       names[i]);
    doctor_finding_fix(out, "delete it");
    fact_blame_directive(d, out);
    return;
  }
}
