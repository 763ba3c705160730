/* SPDX-License-Identifier: MIT
 * Rules about streams that are stored, and about clients whose leaving the
 * application never hears of. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

/* ---- nginx.cache-stores-stream -------------------------------------------
 */

static bool is_replayed(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_AGAIN, NULL);
  if(!m || m->asked >= m->streams)
    return false;
  doctor_finding_measured(out, m->asked, "requests",
                          "%u connects, of which the application saw %u",
                          m->streams, m->asked);
  return true;
}

static void stores(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s, valid, ignored;
  bool sure, again;
  if(!fact_is_buffered(f) || !rule_is_cached(f, &s))
    return;
  valid = fact_family(f, "cache_valid");
  ignored = fact_family(f, "ignore_headers");
  sure = (valid.n || conf_setting_has(&ignored, "Cache-Control")) &&
         !conf_setting_varies(&s);
  again = is_replayed(f, out);
  doctor_finding_hit(out, DOCTOR_ERROR,
                     again  ? DOCTOR_CERTAIN
                     : sure ? DOCTOR_LIKELY
                            : DOCTOR_POSSIBLE,
                     "The stream may be stored: once one ends, everybody who "
                     "reconnects gets its old events from the cache at once "
                     "and then the end, again and again; Last-Event-ID never "
                     "reaches the application.");
  rule_set_family(f, "cache", "off", out);
}

/* ---- nginx.cache-lock-stall ----------------------------------------------
 */

static bool stalls(const struct doctor_facts *f, struct doctor_finding *out)
{
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_TWINS, NULL);
  char text[UNITS_MAX];
  if(!m || (m->headers_ms >= 0 && m->headers_ms < 200))
    return false;
  doctor_finding_measured(out, m->headers_ms, "ms",
                          "the second client had headers after %s",
                          units_fmt_ms(m->headers_ms, text));
  return true;
}

static void lock_stall(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting cache, s;
  if(!fact_is_buffered(f) || !rule_is_cached(f, &cache))
    return;
  s = fact_family(f, "cache_lock");
  if(!conf_setting_is(&s, "on"))
    return;
  doctor_finding_hit(out, DOCTOR_ERROR,
                     stalls(f, out) ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "A second client of the same URL waits for the first "
                     "one's stream to end, up to %s_cache_lock_timeout (5 s), "
                     "before it gets anything.",
                     conf_family_name(f->family));
  rule_set_family(f, "cache", "off", out);
  fact_blame(f, &s, out);
}

/* ---- the application is not told -----------------------------------------
 */

static bool not_told(const struct doctor_facts *f, struct doctor_finding *out)
{
  int t;
  for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    const struct symptom *s =
        symptom_get(f->symptoms, PROBE_LEAVE_QUIET, (enum doctor_transport)t);
    if(s && s->never_told) {
      doctor_finding_measured(out, -1, "ms",
                              "the application was never told that a client "
                              "on %s had left",
                              doctor_transport_name((enum doctor_transport)t));
      return true;
    }
  }
  return false;
}

static void hides(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting cache, store = fact_family(f, "store");
  bool stored = store.n && !conf_setting_is(&store, "off");
  bool cached = rule_is_cached(f, &cache);
  if(!cached && !stored)
    return;
  if(fact_is_buffered(f))
    doctor_finding_hit(out, DOCTOR_ERROR,
                       not_told(f, out) ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                       "While a response is being stored, nginx reads the "
                       "application to the end though its client has left: "
                       "for a stream that is forever.");
  else if(cached)
    doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_POSSIBLE,
                       "With a cache configured the application hears that a "
                       "client left only at its next event.");
  else
    return;
  rule_set_family(f, cached ? "cache" : "store", "off", out);
}

static void proxy_store(const struct doctor_facts *f,
                        struct doctor_finding *out)
{
  struct conf_setting s;
  if(f->family == CONF_GRPC)
    return;
  s = fact_family(f, "store");
  if(!s.n || conf_setting_is(&s, "off"))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_LIKELY,
                     "The endless response is written to disk (%s_store), "
                     "without a limit.",
                     conf_family_name(f->family));
  rule_set_family(f, "store", "off", out);
}

static void ignore_abort(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  struct conf_setting s;
  if(f->family == CONF_GRPC)
    return;
  s = fact_family(f, "ignore_client_abort");
  if(!conf_setting_is(&s, "on"))
    return;
  doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                     "A client that leaves a quiet stream is never reported "
                     "to the application: streams of people long gone stay "
                     "open on both sides.");
  not_told(f, out);
  rule_set_family(f, "ignore_client_abort", "off", out);
}

/* ---- nginx.mirror --------------------------------------------------------
 */

static void mirror(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "mirror");
  if(!s.n || conf_setting_is(&s, "off"))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "Every stream is opened twice: the copy is dropped after "
                     "its headers, so the mirrored application sees a "
                     "connect and a disconnect per client.");
  fact_blame(f, &s, out);
  rule_set(f, "mirror", "off", out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.cache-stores-stream",
     .headline = "may be old ones, from the cache",
     .title = "event streams may be stored in the cache",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured, likely where nginx itself says "
               "how long, possible where it is up to the application",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "The first clients stream normally, so nobody notices. Once a "
            "stream has ended it is in the cache, and every reconnect gets "
            "the recording in a millisecond: a loop of old events.",
     .fix = "proxy_cache off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Not stored where buffering is off, or where the application "
                "sends Cache-Control: no-cache or no-store, Set-Cookie, or "
                "nothing about validity.",
     .doc = NGX_PROXY "proxy_cache",
     .judge = stores},
    {.id = "nginx.cache-lock-stall",
     .headline = "reach a second client seconds late",
     .title = "the second client of a URL waits for the first",
     .severity = DOCTOR_ERROR,
     .graded = "error; certain when measured",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "proxy_cache_lock lets one request fill the cache and holds all "
            "others. A stream does not end, so they wait out the whole "
            "proxy_cache_lock_timeout.",
     .fix = "proxy_cache off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_PROXY "proxy_cache_lock",
     .judge = lock_stall},
    {.id = "nginx.cache-hides-disconnect",
     .headline = "go on for clients long gone",
     .title = "storing hides from the application that a client left",
     .severity = DOCTOR_ERROR,
     .graded = "error where buffering is on, else warn",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "nginx wants the whole response for its store and does not stop "
            "reading when the client goes. The application's streams, "
            "descriptors and subscriptions pile up.",
     .fix = "proxy_cache off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_PROXY "proxy_cache",
     .judge = hides},
    {.id = "nginx.proxy-store",
     .title = "the endless response is written to disk",
     .severity = DOCTOR_WARN,
     .graded = "warn",
     .side = SIDE_STATIC,
     .families = FAMILY_BUFFERED,
     .why = "proxy_store saves the response as a file. Delivery is on time, "
            "but the file grows for as long as the stream lasts.",
     .fix = "proxy_store off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "",
     .doc = NGX_PROXY "proxy_store",
     .judge = proxy_store},
    {.id = "nginx.ignore-client-abort",
     .headline = "go on for clients long gone",
     .title = "clients that leave are ignored",
     .severity = DOCTOR_ERROR,
     .graded = "error, certain",
     .side = SIDE_BOTH,
     .families = FAMILY_BUFFERED,
     .why = "Without it the application sees the end within 2 ms of a client "
            "leaving. With proxy_ignore_client_abort on it is told when a "
            "write fails, some two events later, and never on a quiet stream. "
            "Connections leak with every reconnect.",
     .fix = "proxy_ignore_client_abort off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "Not the way to be rid of 499 in the log.",
     .doc = NGX_PROXY "proxy_ignore_client_abort",
     .judge = ignore_abort},
    {.id = "nginx.mirror",
     .title = "every stream is opened twice",
     .severity = DOCTOR_WARN,
     .graded = "warn, certain",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "mirror sends a second copy of each request and drops its "
            "response after the headers.",
     .fix = "mirror off;",
     .block = "location",
     .kind = FIX_KIND_SET,
     .caveats = "A slow mirror does not delay the stream itself.",
     .doc = NGX_HTTP "mirror_module.html#mirror",
     .judge = mirror},
};

DOCTOR_GROUP(rules_cache, "Caches and clients that leave", rows);
