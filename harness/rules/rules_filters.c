/* SPDX-License-Identifier: MIT
 * Rules about filters that change the bytes of a stream. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

/* The bytes that came were others than those sent: says so. */
static bool differs(const struct doctor_facts *f, struct doctor_finding *out)
{
  int t;
  for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    const struct symptom *s =
        symptom_get(f->symptoms, PROBE_BAIT, (enum doctor_transport)t);
    if(s && s->body_differs) {
      doctor_finding_measured(out, 1, "", "bytes came changed over %s",
                              doctor_transport_name((enum doctor_transport)t));
      return true;
    }
  }
  return false;
}

/* ---- nginx.sub-filter ----------------------------------------------------
 */

/* Markup does not occur in events as a rule; field names and plain words do.
 */
static bool can_match(const struct conf_setting *s)
{
  size_t i;
  for(i = 0; i < s->n; i++) {
    const char *text = conf_arg(s->from[i], 0);
    if(text[0] && text[0] != '<')
      return true;
  }
  return false;
}

static void sub_filter(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "sub_filter");
  bool changed;
  if(!s.n || !fact_covers_stream(f, "sub_filter_types"))
    return;
  changed = differs(f, out);
  if(changed || can_match(&s))
    doctor_finding_hit(out, DOCTOR_ERROR,
                       changed ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                       "sub_filter replaces text inside of events: `%s` "
                       "becomes `%s` wherever it stands, field names "
                       "included.",
                       conf_arg(s.from[0], 0), conf_arg(s.from[0], 1));
  else
    doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_LIKELY,
                       "sub_filter looks through events: where the end of "
                       "one begins like `%s`, it waits for the next.",
                       conf_arg(s.from[0], 0));
  fact_blame(f, &s, out);
  rule_set(f, "sub_filter_types", "text/html", out);
}

/* ---- nginx.ssi -----------------------------------------------------------
 */

static void ssi(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "ssi");
  if(!conf_setting_is(&s, "on") || !fact_covers_stream(f, "ssi_types"))
    return;
  doctor_finding_hit(out, DOCTOR_ERROR,
                     differs(f, out) ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "SSI commands (<!--#...-->) in event data are executed "
                     "and taken out: data is lost, and text of users can "
                     "command nginx.");
  fact_blame(f, &s, out);
  rule_set(f, "ssi", "off", out);
}

/* ---- nginx.charset-recode ------------------------------------------------
 */

static void charset(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting to = fact_get(f, "charset");
  struct conf_setting from = fact_get(f, "source_charset");
  char a[40], b[40];
  fact_text(&to, a, sizeof(a));
  fact_text(&from, b, sizeof(b));
  if(!to.n || !from.n || strcasecmp(a, "off") == 0 || strcasecmp(a, b) == 0 ||
     !fact_covers_stream(f, "charset_types"))
    return;
  doctor_finding_hit(out, DOCTOR_ERROR,
                     differs(f, out) ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "The stream is converted from %s to %s; event streams "
                     "are UTF-8, whatever the header says, and clients "
                     "decode nothing else.",
                     b, a);
  fact_blame(f, &to, out);
  rule_set(f, "charset", "off", out);
}

/* ---- nginx.addition ------------------------------------------------------
 */

static bool adds(const struct conf_setting *s)
{
  return s->n && conf_arg(s->from[0], 0)[0];
}

static void addition(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting before = fact_get(f, "add_before_body");
  struct conf_setting after = fact_get(f, "add_after_body");
  const struct conf_setting *s = adds(&before) ? &before : &after;
  if(!adds(s) || !fact_covers_stream(f, "addition_types"))
    return;
  doctor_finding_hit(
      out, DOCTOR_ERROR, differs(f, out) ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
      "%s puts text %s the stream: %s.", s->name,
      s == &before ? "in front of" : "behind",
      s == &before ? "the first line of the first event is no field any "
                     "more, so its id, event or data is lost"
                   : "it comes as an event without an end");
  fact_blame(f, s, out);
  rule_set(f, "addition_types", "text/html", out);
}

/* ---- nginx.body-filter-other ---------------------------------------------
 */

static const char *const other_filters[] = {
    "body_filter_by_lua_block",
    "body_filter_by_lua_file",
    "body_filter_by_lua",
    "js_body_filter",
    "xslt_stylesheet",
    "image_filter",
    "pagespeed",
    "modsecurity",
    "slice",
    "subs_filter",
};

static void body_filter(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  size_t i;
  for(i = 0; i < sizeof(other_filters) / sizeof(other_filters[0]); i++) {
    struct conf_setting s = fact_get(f, other_filters[i]);
    if(!s.n || conf_setting_is(&s, "off") || conf_setting_is(&s, "0"))
      continue;
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_POSSIBLE,
                       "`%s` works on the body here; whether it holds or "
                       "changes events cannot be told from the text.",
                       other_filters[i]);
    doctor_finding_fix(out, "if events are late for no other reason, try "
                            "without it");
    fact_blame(f, &s, out);
    return;
  }
}

/* ---- nginx.filter-memory-growth ------------------------------------------
 */

static const char *growing_filter(const struct doctor_facts *f)
{
  struct conf_setting sub = fact_get(f, "sub_filter");
  if(rule_gzip(f))
    return "gzip";
  if(fact_is_on(f, "gunzip"))
    return "gunzip";
  if(fact_is_on(f, "ssi") && fact_covers_stream(f, "ssi_types"))
    return "ssi";
  if(sub.n && fact_covers_stream(f, "sub_filter_types"))
    return "sub_filter";
  return NULL;
}

static void memory_growth(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  const char *filter = growing_filter(f);
  struct conf_setting s;
  if(!filter || conf_version_from(f->version, 1, 27, 0))
    return;
  s = fact_get(f, filter);
  doctor_finding_hit(out, DOCTOR_WARN,
                     conf_version_known(f->version) ? DOCTOR_LIKELY
                                                    : DOCTOR_POSSIBLE,
                     "Before nginx 1.27.0 the memory of a request grows with "
                     "every event that passes `%s`, for as long as the "
                     "stream lasts.",
                     filter);
  fact_blame(f, &s, out);
  if(strcmp(filter, "sub_filter") == 0)
    rule_set(f, "sub_filter_types", "text/html", out);
  else
    rule_set(f, filter, "off", out);
}

/* ---- nginx.unexplained ---------------------------------------------------
 */

static bool has_filter(const struct doctor_facts *f)
{
  struct conf_setting before = fact_get(f, "add_before_body");
  struct conf_setting after = fact_get(f, "add_after_body");
  struct conf_setting to = fact_get(f, "charset");
  return growing_filter(f) || adds(&before) || adds(&after) || to.n;
}

/* Late twice over, so that a busy machine alone does not make it. */
/* A timeout of 0 fails requests: what comes then is another answer. */
static bool is_zero(const struct doctor_facts *f, const char *rest)
{
  struct conf_setting s = fact_family(f, rest);
  uint64_t ms;
  return conf_setting_ms(&s, &ms) == 0 && ms == 0;
}

static void unexplained(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  bool known = fact_is_buffered(f) || rule_brotli(f) || has_filter(f);
  bool late = !known && rule_late(f, PROBE_ACCEL, out) &&
              rule_late(f, PROBE_REGULAR, out);
  bool changed = !late && !has_filter(f) && differs(f, out);
  char where[120];
  if((!late && !changed) || is_zero(f, "read_timeout") ||
     is_zero(f, "connect_timeout"))
    return;
  rule_where(f, where);
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                     "Events through %s were %s in a real run, and no "
                     "directive that is known here explains it: a module, or "
                     "Lua or njs code, is the likeliest cause.",
                     where, late ? "late" : "changed");
  doctor_finding_fix(out, "take third-party directives out one by one and "
                          "run again");
  fact_blame_block(f, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.sub-filter",
     .headline = "arrive changed",
     .title = "text inside of events is replaced",
     .severity = DOCTOR_ERROR,
     .graded = "error where it can match, else warn",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "sub_filter with text/event-stream (or *) in sub_filter_types "
            "works on events as on any text. A partial match at the end of a "
            "read is held until more bytes come: that event is one interval "
            "late and arrives in two pieces, with buffering off too.",
     .fix = "sub_filter_types text/html;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_HTTP "sub_module.html#sub_filter_types",
     .judge = sub_filter},
    {.id = "nginx.ssi",
     .headline = "arrive changed",
     .title = "SSI commands in events are executed",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "With ssi on and text/event-stream in ssi_types, `<!--#echo "
            "...-->` in data is replaced by its result. Where data holds "
            "users' text that is an injection.",
     .fix = "ssi off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_HTTP "ssi_module.html#ssi_types",
     .judge = ssi},
    {.id = "nginx.charset-recode",
     .headline = "arrive in another encoding",
     .title = "the stream is converted to another character set",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "charset with a different source_charset recodes responses whose "
            "type is in charset_types. Clients decode event streams as UTF-8 "
            "always.",
     .fix = "charset off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "`charset utf-8` alone only adds `; charset=utf-8`, which is "
                "fine.",
     .doc = NGX_HTTP "charset_module.html#charset_types",
     .judge = charset},
    {.id = "nginx.addition",
     .headline = "arrive changed",
     .title = "text is put in front of or behind the stream",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured",
     .side = SIDE_BOTH,
     .families = FAMILY_UPSTREAM,
     .why = "add_before_body puts its text right before the first byte: "
            "`id: 1` becomes `HELLOid: 1`, a field that no client knows.",
     .fix = "addition_types text/html;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_HTTP "addition_module.html#addition_types",
     .judge = addition},
    {.id = "nginx.body-filter-other",
     .title = "another filter works on the body",
     .severity = DOCTOR_INFO,
     .graded = "info, possible",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Lua and njs body filters, ModSecurity, PageSpeed, XSLT, image "
            "filters and slice may gather the body before they pass it on.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = "",
     .judge = body_filter},
    {.id = "nginx.filter-memory-growth",
     .title = "memory grows with every event in this version",
     .severity = DOCTOR_WARN,
     .graded = "warn, before nginx 1.27.0",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "gzip, gunzip, ssi, sub_filter and gRPC took some bytes of the "
            "request's memory per event until 1.27.0 (17 bytes measured on "
            "1.22.1). A stream that lives for weeks adds up.",
     .fix = "gzip off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Or newer nginx; or let the application end streams now and "
                "then.",
     .doc = "https://nginx.org/en/CHANGES",
     .judge = memory_growth},
    {.id = "nginx.unexplained",
     .headline = "arrive late or changed, for no cause that is known here",
     .title = "measured to be wrong, without a known cause",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain: measured twice",
     .side = SIDE_LIVE,
     .families = FAMILY_UPSTREAM,
     .why = "The run through nginx on a copy of the configuration showed "
            "events late or changed although the settings that are known to "
            "do so are all right.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = "",
     .judge = unexplained},
};

DOCTOR_GROUP(rules_filters, "Filters", rows);
