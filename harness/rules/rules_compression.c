/* SPDX-License-Identifier: MIT
 * Rules about compressed event streams. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

static void held_by(const struct doctor_facts *f, const char *filter,
                    struct doctor_finding *out)
{
  char name[64], where[120];
  struct conf_setting s;
  bool late;
  snprintf(name, sizeof(name), "%s_types", filter);
  s = fact_get(f, name);
  late = !rule_late(f, PROBE_REGULAR, out) && rule_late(f, PROBE_GZIP, out);
  doctor_finding_hit(out, DOCTOR_ERROR, late ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "%s compresses event streams here and buffering is on: "
                     "clients that accept it get nothing, not even headers, "
                     "before the stream ends.",
                     filter);
  rule_set_family(f, "buffering", "off", out);
  fact_fix_set(f, filter, "off", out);
  rule_where(f, where);
  doctor_finding_fix(out, "`%s_buffering off;` and `%s off;` in %s",
                     conf_family_name(f->family), filter, where);
  fact_blame(f, &s, out);
}

static void costs(const struct doctor_facts *f, const char *filter,
                  struct doctor_finding *out)
{
  char name[64], where[120];
  struct conf_setting s;
  snprintf(name, sizeof(name), "%s_types", filter);
  s = fact_get(f, name);
  rule_where(f, where);
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "%s compresses event streams: on time, since buffering "
                     "is off, but at about 110 kB of memory per stream "
                     "instead of 14, and CPU for every event.",
                     filter);
  if(f->declared.streams)
    doctor_finding_say(out, "That is about %.1f GB for %llu streams.",
                       110e-6 * (double)f->declared.streams,
                       (unsigned long long)f->declared.streams);
  fact_blame(f, &s, out);
  rule_set(f, filter, "off", out);
}

static void gzip_buffered(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  if(fact_is_buffered(f) && rule_gzip(f))
    held_by(f, "gzip", out);
}

static void gzip_cost(const struct doctor_facts *f, struct doctor_finding *out)
{
  if(!fact_is_buffered(f) && rule_gzip(f))
    costs(f, "gzip", out);
}

static const char *other_filter(const struct doctor_facts *f)
{
  return fact_is_on(f, "zstd") && fact_covers_stream(f, "zstd_types")
             ? "zstd"
             : "brotli";
}

static void brotli_buffered(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  if(!fact_is_buffered(f) || !rule_brotli(f))
    return;
  held_by(f, other_filter(f), out);
  if(strcmp(other_filter(f), "zstd") == 0)
    out->confidence = DOCTOR_POSSIBLE;
}

static void brotli_cost(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  if(!fact_is_buffered(f) && rule_brotli(f))
    costs(f, other_filter(f), out);
}

/* ---- nginx.accept-encoding-forwarded -------------------------------------
 */

static void accept_encoding(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_set_header");
  const struct conf_directive *d = conf_setting_entry(&s, "Accept-Encoding");
  const char *value = d ? conf_arg(d, 1) : "";
  if(!value[0] || strcasecmp(value, "identity") == 0)
    return;
  doctor_finding_hit(out, strchr(value, '$') ? DOCTOR_INFO : DOCTOR_WARN,
                     DOCTOR_POSSIBLE,
                     "The application is asked for compressed responses (%s): "
                     "one that does not flush its compressor after every "
                     "event looks exactly like a buffering nginx.",
                     value);
  doctor_finding_fix(out, "`proxy_set_header Accept-Encoding \"\";`");
  fact_blame_directive(d, out);
  if(d->parent == f->block)
    fact_fix_replace(d, "proxy_set_header Accept-Encoding \"\";", out);
}

/* ---- nginx.gunzip --------------------------------------------------------
 */

static void gunzip(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "gunzip");
  if(!conf_setting_is(&s, "on"))
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_LIKELY,
                     "gunzip inflates a stream that the application "
                     "compressed, on time; but where the application does "
                     "not finish its gzip stream properly, nginx logs "
                     "\"inflate() returned -5\" and cuts without a last "
                     "chunk.");
  fact_blame(f, &s, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.gzip-buffered",
     .headline =
         "do not reach clients that accept gzip before the stream ends",
     .title = "gzip holds the whole stream back",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "The compressor flushes only where the response is unbuffered. "
            "With buffering on and text/event-stream (or *) in gzip_types, "
            "clients that accept gzip, so all browsers, get nothing before "
            "the stream ends, over any transport. curl without --compressed "
            "does not show it.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "gzip off; saves memory besides. The default gzip_types "
                "(text/html) does not touch streams; Cache-Control: "
                "no-transform is ignored; behind a CDN that sends Via, gzip "
                "is off unless gzip_proxied says otherwise.",
     .doc = NGX_HTTP "gzip_module.html#gzip_types",
     .judge = gzip_buffered},
    {.id = "nginx.gzip-sse-cost",
     .title = "gzip costs memory for every stream",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Unbuffered, gzip is correct: one flush per event, 0.3 to 0.6 ms. "
            "It costs 110 kB per connection against 14 kB, and CPU per "
            "event, to save some 30 bytes of an event of 60.",
     .fix = "gzip off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Keep it where bandwidth matters more than memory.",
     .doc = NGX_HTTP "gzip_module.html#gzip",
     .judge = gzip_cost},
    {.id = "nginx.brotli-buffered",
     .headline =
         "do not reach clients that accept compression before the stream ends",
     .title = "brotli or zstd holds the whole stream back",
     .severity = DOCTOR_ERROR,
     .graded = "error; possible for zstd, which was not measured",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "As with gzip: the filter flushes per event only where the "
            "response is unbuffered.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "brotli off; saves memory besides.",
     .doc = NGX_PROXY "proxy_buffering",
     .judge = brotli_buffered},
    {.id = "nginx.brotli-sse-cost",
     .title = "brotli or zstd costs memory for every stream",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "On time where buffering is off, but with a compressor's window "
            "in memory for every stream.",
     .fix = "brotli off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_HTTP "gzip_module.html#gzip",
     .judge = brotli_cost},
    {.id = "nginx.accept-encoding-forwarded",
     .title = "the application is asked to compress the stream",
     .severity = DOCTOR_WARN,
     .graded = "warn for a fixed value, info for the client's own; possible, "
               "since it depends on the application",
     .side = SIDE_STATIC,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "nginx passes Accept-Encoding on. Compressing middleware in the "
            "application that gathers before it flushes delays events just "
            "as nginx would, and no directive of buffering helps.",
     .fix = "proxy_set_header Accept-Encoding \"\";",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "A proxy_set_header of the location replaces all inherited "
                "ones.",
     .doc = NGX_PROXY "proxy_set_header",
     .judge = accept_encoding},
    {.id = "nginx.gunzip",
     .title = "streams that the application compressed are inflated",
     .severity = DOCTOR_INFO,
     .graded = "info",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "Latency is unaffected; the end of the stream is where it breaks, "
            "when the application's gzip stream is unfinished.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_HTTP "gunzip_module.html#gunzip",
     .judge = gunzip},
};

DOCTOR_GROUP(rules_compression, "Compression", rows);
