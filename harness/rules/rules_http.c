/* SPDX-License-Identifier: MIT
 * Rules about HTTP versions, connections and the ends of streams. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

/* ---- nginx.http10-upstream -----------------------------------------------
 */

/* `proxy_set_header Connection ""` would replace what is inherited: all of
 * that is repeated. */
static void clear_connection(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_set_header");
  struct buf text;
  size_t i;
  if(conf_setting_entry(&s, "Connection"))
    return;
  buf_init(&text, 0);
  for(i = 0; i < s.n && s.origin == CONF_INHERITED; i++) {
    const struct conf_directive *d = s.from[i];
    if(d->file)
      buf_addf(&text, "%.*s\n", (int)(d->end - d->start),
               d->file->text.p + d->start);
  }
  buf_adds(&text, "proxy_set_header Connection \"\";");
  if(text.n < sizeof(out->edit[0].text))
    fact_fix_insert(f, buf_text(&text), out);
  buf_free(&text);
}

static void http10(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_http_version");
  enum doctor_confidence sure =
      s.n || conf_version_known(f->version) ? DOCTOR_CERTAIN : DOCTOR_LIKELY;
  char origin[200];
  bool late;
  if(!fact_is_http10(f))
    return;
  late = fact_is_buffered(f) && rule_late(f, PROBE_REGULAR, out);
  rule_origin(&s, origin);
  doctor_finding_hit(out, late ? DOCTOR_ERROR : DOCTOR_WARN, sure,
                     "nginx speaks HTTP/1.0 to the application (%s): no "
                     "chunks, so its stream can only end by closing, no "
                     "connection is used twice, and a buffered stream is "
                     "held hardest.",
                     origin);
  fact_blame(f, &s, out);
  fact_fix_set(f, "proxy_http_version", "1.1", out);
  clear_connection(f, out);
  doctor_finding_fix(out, "`proxy_http_version 1.1;` and `proxy_set_header "
                          "Connection \"\";` in the location");
}

/* ---- nginx.truncation-masked ---------------------------------------------
 */

static bool masked(const struct doctor_facts *f, struct doctor_finding *out)
{
  int t;
  for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    const struct symptom *s =
        symptom_get(f->symptoms, PROBE_TRUNCATED, (enum doctor_transport)t);
    if(s && s->end == SYMPTOM_CLEAN) {
      doctor_finding_measured(out, 1, "",
                              "the application died, %s saw a proper end",
                              doctor_transport_name((enum doctor_transport)t));
      return true;
    }
  }
  return false;
}

static void truncation(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_http_version");
  bool seen = masked(f, out);
  if(!fact_is_http10(f))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, seen ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "When the application dies in the middle of a stream, "
                     "clients see a proper end: over HTTP/1.0 closing is how "
                     "a response ends.");
  fact_blame(f, &s, out);
  fact_fix_set(f, "proxy_http_version", "1.1", out);
  clear_connection(f, out);
  doctor_finding_fix(out, "`proxy_http_version 1.1;` in the location, and an "
                          "application that sends chunks");
}

/* ---- nginx.chunked-off ---------------------------------------------------
 */

static void chunked_off(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "chunked_transfer_encoding");
  if(!conf_setting_is(&s, "off"))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "`chunked_transfer_encoding off` mends nothing in "
                     "nginx; it makes every stream end by closing, so a cut "
                     "looks like a proper end.");
  fact_blame(f, &s, out);
  rule_drop(f, &s, "on", out);
}

/* ---- nginx.connection-upgrade-copy ---------------------------------------
 */

static void upgrade_copy(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_set_header");
  const struct conf_directive *d = conf_setting_entry(&s, "Connection");
  const char *value = d ? conf_arg(d, 1) : "";
  if(!strstr(value, "upgrade") && !strstr(value, "Upgrade") &&
     strcasecmp(value, "close") != 0)
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "`Connection %s` is meant for WebSockets; an event "
                     "stream does not need it, and `close` keeps nginx from "
                     "using a connection twice.",
                     value);
  doctor_finding_fix(out, "`proxy_set_header Connection \"\";`");
  fact_blame_directive(d, out);
}

/* ---- nginx.upstream-keepalive-missing ------------------------------------
 */

static void no_keepalive(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_set_header");
  const struct conf_directive *d = conf_setting_entry(&s, "Connection");
  if(conf_version_from(f->version, 1, 29, 7) || fact_is_http10(f) || !d ||
     conf_arg(d, 1)[0] || !f->route->upstream ||
     conf_child(f->route->upstream, "keepalive"))
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "Connection is cleared, but the upstream has no "
                     "`keepalive`: every reconnect of a client opens a new "
                     "connection to the application as well.");
  doctor_finding_fix(out, "`keepalive 32;` at the end of the upstream");
  fact_blame_directive(f->route->upstream, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.http10-upstream",
     .title = "nginx speaks HTTP/1.0 to the application",
     .severity = DOCTOR_ERROR,
     .graded = "error when buffering is on and events were measured late, "
               "else warn",
     .side = SIDE_BOTH,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "Before 1.29.7 HTTP/1.0 is the default. The application must end "
            "its response by closing, which is the framing that nginx buffers "
            "hardest; upstream connections are never reused, and a crash of "
            "the application cannot be told from an end.",
     .fix = "proxy_http_version 1.1; proxy_set_header Connection \"\";",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "The first proxy_set_header of a location discards the "
                "inherited ones: repeat them.",
     .doc = NGX_PROXY "proxy_http_version",
     .judge = http10},
    {.id = "nginx.truncation-masked",
     .title = "a crash of the application looks like a proper end",
     .severity = DOCTOR_WARN,
     .graded = "warn",
     .side = SIDE_BOTH,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "With a body that ends by closing nginx cannot know that it is "
            "incomplete, and sends the client a last chunk.",
     .fix = "proxy_http_version 1.1;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "The application has to send chunks as well.",
     .doc = NGX_PROXY "proxy_http_version",
     .judge = truncation},
    {.id = "nginx.chunked-off",
     .title = "chunked encoding is off, which helps nothing",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "The directive comes from an often copied answer. It changes the "
            "framing towards the client: no chunks, Connection: close, a cut "
            "stream looks finished. It does not touch buffering.",
     .fix = "chunked_transfer_encoding on;",
     .block = "location",
     .kind = FIX_KIND_REMOVE,
     .caveats = "Keep it for clients that cannot read chunks.",
     .doc = NGX_CORE "chunked_transfer_encoding",
     .judge = chunked_off},
    {.id = "nginx.connection-upgrade-copy",
     .title = "the WebSocket recipe, copied",
     .severity = DOCTOR_INFO,
     .graded = "info",
     .side = SIDE_STATIC,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "Event streams are ordinary responses; Upgrade and Connection "
            "need not be forwarded.",
     .fix = "proxy_set_header Connection \"\";",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "Keep it where the same location serves WebSockets.",
     .doc = NGX_PROXY "proxy_set_header",
     .judge = upgrade_copy},
    {.id = "nginx.upstream-keepalive-missing",
     .title = "connections to the application are not kept",
     .severity = DOCTOR_INFO,
     .graded = "info, before 1.29.7",
     .side = SIDE_STATIC,
     .families = FAMILY_BIT(CONF_PROXY),
     .why = "A stream that ended properly leaves its upstream connection for "
            "the next one where the upstream has keepalive. It does not "
            "limit how many streams there may be.",
     .fix = "keepalive 32;",
     .block = "upstream",
     .kind = FIX_KIND_NONE,
     .caveats = "A stream that a client left is closed, not kept.",
     .doc = NGX_HTTP "upstream_module.html#keepalive",
     .judge = no_keepalive},
};

DOCTOR_GROUP(rules_http, "HTTP versions and endings", rows);
