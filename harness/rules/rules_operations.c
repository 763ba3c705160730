/* SPDX-License-Identifier: MIT
 * Rules about running it: reloads, logs, and what other tools say. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

#define MANY_STREAMS 1000u

static void shutdown_timeout(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "worker_shutdown_timeout");
  uint64_t ms;
  char text[UNITS_MAX];
  if(!s.n || conf_setting_ms(&s, &ms) || !ms || ms >= LONG_MS)
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                     "Every reload cuts all streams %s later, all at once: "
                     "h1 clients without a last chunk, and everybody "
                     "reconnects in the same moment.",
                     rule_time(ms, text));
  doctor_finding_fix(out, "`worker_shutdown_timeout 4h;`, and let the "
                          "application spread `retry:`");
  fact_blame(f, &s, out);
  fact_fix_replace(s.from[0], "worker_shutdown_timeout 4h;", out);
}

static void reload_drain(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "worker_shutdown_timeout");
  if(s.n || f->declared.streams < MANY_STREAMS)
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "After a reload old workers stay until their last "
                     "stream ends: with frequent reloads processes and "
                     "memory pile up.");
  doctor_finding_fix(out, "`worker_shutdown_timeout 4h;` in the main context");
  fact_blame_block(f, out);
}

static void access_log(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "access_log");
  if(s.origin != CONF_OWN || !s.n || conf_setting_is(&s, "off"))
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "A stream is logged when it ends, not when it opens, "
                     "with its duration as $request_time and 200 even where "
                     "it was cut. stub_status counts the open ones.");
  fact_blame(f, &s, out);
}

static void gixy(const struct doctor_facts *f, struct doctor_finding *out)
{
  struct conf_setting s;
  if(f->family == CONF_GRPC)
    return;
  s = fact_family(f, "buffering");
  if(s.origin != CONF_INHERITED || !conf_setting_is(&s, "off") ||
     s.level == conf_outer(f->block, "location"))
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "Buffering is off for everything, not only for the "
                     "stream: ordinary responses lose its protection from "
                     "slow clients. Linters such as Gixy flag that.");
  doctor_finding_fix(out, "`%s_buffering off;` in the stream's location only",
                     conf_family_name(f->family));
  fact_blame(f, &s, out);
}

static void http3(const struct doctor_facts *f, struct doctor_finding *out)
{
  size_t i;
  for(i = 0; i < f->listeners; i++) {
    if(!f->listener[i].quic)
      continue;
    doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_POSSIBLE,
                       "HTTP/3 is offered: nothing here is verified over it.");
    if(f->listener[i].directive)
      fact_blame_directive(f->listener[i].directive, out);
    return;
  }
}

static void health_check(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "health_check");
  if(!s.n)
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_POSSIBLE,
                     "A health check whose URI is an event stream holds a "
                     "connection per check and never sees an end.");
  fact_blame(f, &s, out);
}

static void handshakes(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "ssl_session_cache");
  if(!facts_tls(f) || f->declared.streams < MANY_STREAMS ||
     conf_setting_has(&s, "builtin") ||
     (s.n && !conf_setting_is(&s, "none") && !conf_setting_is(&s, "off")))
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_LIKELY,
                     "Without a shared session cache each reconnect of a "
                     "storm is a full TLS handshake.");
  doctor_finding_fix(out, "`ssl_session_cache shared:SSL:50m; "
                          "ssl_session_timeout 1d;` in http");
  fact_blame(f, &s, out);
}

static void request_buffering(const struct doctor_facts *f,
                              struct doctor_finding *out)
{
  struct conf_setting s;
  if(f->family == CONF_GRPC)
    return;
  s = fact_family(f, "request_buffering");
  if(s.origin != CONF_OWN || !s.n)
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "`%s_request_buffering` is about the client's request "
                     "body: for a stream that a GET opens it does nothing.",
                     conf_family_name(f->family));
  fact_blame(f, &s, out);
}

static const struct doctor_rule rows[] = {
    {.id = "nginx.worker-shutdown-timeout",
     .headline = "are cut off at every reload",
     .title = "reloads cut all streams at once",
     .severity = DOCTOR_WARN,
     .graded = "warn, below an hour",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "worker_shutdown_timeout closes what old workers still hold. "
            "Where something reloads nginx every few minutes, streams live "
            "no longer than that.",
     .fix = "worker_shutdown_timeout 4h;",
     .block = "main",
     .kind = FIX_KIND_SET,
     .caveats = "Without it old workers stay until their last stream ends.",
     .doc = NGX_MAIN "worker_shutdown_timeout",
     .judge = shutdown_timeout},
    {.id = "nginx.reload-drain",
     .title = "old workers stay after a reload",
     .severity = DOCTOR_INFO,
     .graded = "info, where many streams are declared",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "A reload lets streams go on in the old workers. SIGTERM (nginx "
            "-s stop) cuts them all, SIGQUIT drains.",
     .fix = "worker_shutdown_timeout 4h;",
     .block = "main",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_MAIN "worker_shutdown_timeout",
     .judge = reload_drain},
    {.id = "nginx.access-log-at-end",
     .title = "streams are logged only when they end",
     .severity = DOCTOR_INFO,
     .graded = "info, where the stream's location has its own log",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "An access log cannot tell how many streams are open.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_HTTP "stub_status_module.html",
     .judge = access_log},
    {.id = "nginx.gixy-conflict",
     .title = "buffering is off for more than the stream",
     .severity = DOCTOR_INFO,
     .graded = "info, where it is inherited",
     .side = SIDE_STATIC,
     .families = FAMILY_BUFFERED,
     .why = "Buffering protects applications from slow clients of ordinary "
            "responses. For a stream it must be off; for the rest it should "
            "stay on.",
     .fix = "proxy_buffering off;",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_buffering",
     .judge = gixy},
    {.id = "nginx.http3",
     .title = "HTTP/3 is offered, and not judged",
     .severity = DOCTOR_INFO,
     .graded = "info, possible",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "The way from the application is the same; how nginx notices "
            "that a client left is not.",
     .fix = "",
     .block = "server",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_HTTP "v3_module.html",
     .judge = http3},
    {.id = "nginx.health-check",
     .title = "a health check on the stream's location",
     .severity = DOCTOR_INFO,
     .graded = "info, possible",
     .side = SIDE_STATIC,
     .families = FAMILY_UPSTREAM,
     .why = "health_check, queue and slow_start are of NGINX Plus. A check "
            "should ask for something that ends.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_HTTP "upstream_hc_module.html#health_check",
     .judge = health_check},
    {.id = "nginx.ssl-session",
     .title = "reconnects are full TLS handshakes",
     .severity = DOCTOR_INFO,
     .graded = "info, where many streams are declared",
     .side = SIDE_STATIC,
     .families = FAMILY_ANY,
     .why = "After a restart everybody reconnects; resumed sessions cost a "
            "fraction of the CPU.",
     .fix = "ssl_session_cache shared:SSL:50m;",
     .block = "http",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_HTTP "ssl_module.html#ssl_session_cache",
     .judge = handshakes},
    {.id = "nginx.request-buffering",
     .title = "a setting for request bodies, on a stream",
     .severity = DOCTOR_INFO,
     .graded = "info, where it stands in the stream's own location",
     .side = SIDE_STATIC,
     .families = FAMILY_BUFFERED,
     .why = "proxy_request_buffering matters only for streams that a POST "
            "opens: on, the application hears of the request when its whole "
            "body is there.",
     .fix = "",
     .block = "location",
     .kind = FIX_KIND_NONE,
     .caveats = "",
     .doc = NGX_PROXY "proxy_request_buffering",
     .judge = request_buffering},
};

DOCTOR_GROUP(rules_operations, "Operations", rows);
