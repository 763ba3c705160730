/* SPDX-License-Identifier: MIT
 * Rules about timeouts that cut a stream, and those that do not. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"
#include "rules/rules_judges.h"

/* ---- nginx.read-timeout --------------------------------------------------
 */

/* The shortest cut in silence that was measured, NULL where none was. */
static const struct symptom *cut(const struct doctor_facts *f,
                                 enum doctor_transport *where)
{
  const struct symptom *first = NULL;
  int t;
  for(t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    const struct symptom *s =
        symptom_get(f->symptoms, PROBE_QUIET, (enum doctor_transport)t);
    if(s && s->end != SYMPTOM_ALIVE && s->cut_ms >= 0 &&
       (!first || s->cut_ms < first->cut_ms)) {
      first = s;
      *where = (enum doctor_transport)t;
    }
  }
  return first;
}

static enum doctor_severity cut_severity(const struct doctor_facts *f,
                                         const struct symptom *m, uint64_t ms)
{
  if(f->declared.heartbeat_ms && f->declared.heartbeat_ms >= ms)
    return DOCTOR_ERROR;
  if(!f->declared.heartbeat_ms && f->declared.quiet_ms >= ms)
    return DOCTOR_ERROR;
  return m && m->cut_ms < 300000 ? DOCTOR_ERROR : DOCTOR_WARN;
}

void rule_judge_read_timeout(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  struct conf_setting s = fact_family(f, "read_timeout");
  enum doctor_transport t = DOCTOR_H1;
  const struct symptom *m;
  uint64_t ms = 0;
  char name[64], text[UNITS_MAX], beat[UNITS_MAX], origin[200];
  if(!rule_may_time_out(f, &ms))
    return;
  m = cut(f, &t);
  fact_name(f, "read_timeout", name);
  rule_origin(&s, origin);
  doctor_finding_hit(out, cut_severity(f, m, ms),
                     m ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "The stream is cut %s after the application's last "
                     "byte (%s, %s), without a last chunk, in the middle of "
                     "whatever stood there.",
                     rule_time(ms, text), name, origin);
  if(f->declared.heartbeat_ms)
    doctor_finding_say(out,
                       "A heartbeat every %s leaves no room for a late "
                       "one.",
                       rule_time(f->declared.heartbeat_ms, beat));
  if(fact_is_buffered(f))
    doctor_finding_say(out, "Events that are still in nginx's buffers then "
                            "are lost.");
  if(m)
    doctor_finding_measured(
        out, m->cut_ms, "ms", "cut %s after the last byte over %s%s",
        rule_time((uint64_t)(m->cut_ms + 0.5), text), doctor_transport_name(t),
        m->scale > 1 ? " (measured at scale)" : "");
  rule_set_family(f, "read_timeout", "1h", out);
  doctor_finding_fix(out,
                     "`%s 1h;` in the location, and a heartbeat of the "
                     "application every 15 to 25 s (declare it: "
                     "--heartbeat 15s)",
                     name);
}

/* ---- nginx.read-timeout-zero ---------------------------------------------
 */

void rule_judge_timeout_zero(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  static const char *const names[] = {"read_timeout", "connect_timeout"};
  size_t i;
  for(i = 0; i < 2; i++) {
    struct conf_setting s = fact_family(f, names[i]);
    uint64_t ms;
    char name[64];
    if(!s.n || conf_setting_ms(&s, &ms) || ms)
      continue;
    fact_name(f, names[i], name);
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "`%s 0` does not mean never: every request is "
                       "answered with 504 at once.",
                       name);
    rule_set_family(f, names[i], i == 0 ? "1h" : "60s", out);
    return;
  }
}

/* ---- nginx.headers-withheld ----------------------------------------------
 */

void rule_judge_withheld(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_WITHHELD, NULL);
  struct conf_setting s = fact_family(f, "read_timeout");
  uint64_t ms;
  char text[UNITS_MAX];
  if(!m || m->status != 504 || conf_setting_ms(&s, &ms))
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "An application that holds its response headers back "
                     "until its first event gets 504 after %s.",
                     rule_time(ms, text));
  doctor_finding_measured(out, m->status, "", "status 504%s",
                          m->scale > 1 ? " (measured at scale)" : "");
  doctor_finding_fix(out, "let the application write `:ok` and a blank line "
                          "as soon as a client connects");
  fact_blame(f, &s, out);
}

/* ---- nginx.send-timeout --------------------------------------------------
 */

void rule_judge_send_timeout(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "send_timeout");
  struct conf_setting reset = fact_get(f, "reset_timedout_connection");
  uint64_t ms;
  char text[UNITS_MAX];
  if(conf_setting_is(&reset, "on")) {
    doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_CERTAIN,
                       "A client that stalls for send_timeout is reset "
                       "(reset_timedout_connection): what was on its way to "
                       "it is thrown away.");
    fact_blame(f, &reset, out);
    rule_set(f, "reset_timedout_connection", "off", out);
    return;
  }
  if(!s.n || conf_setting_ms(&s, &ms) || ms == 0 || ms >= 15000)
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_LIKELY,
                     "A client that reads nothing for %s, a phone on a train, "
                     "is cut off (send_timeout).",
                     rule_time(ms, text));
  fact_blame(f, &s, out);
  rule_set(f, "send_timeout", "60s", out);
}

/* ---- nginx.timeouts-noop -------------------------------------------------
 */

static const char *const noops[] = {
    "proxy_send_timeout", "fastcgi_send_timeout", "uwsgi_send_timeout",
    "scgi_send_timeout",  "grpc_send_timeout",    "keepalive_timeout",
    "keepalive_time",     "client_body_timeout",  "client_header_timeout",
    "lingering_timeout",  "lingering_time",       "http2_recv_timeout",
    "http2_idle_timeout", "http2_max_requests",
};

void rule_judge_timeouts_noop(const struct doctor_facts *f,
                              struct doctor_finding *out)
{
  size_t i;
  for(i = 0; i < sizeof(noops) / sizeof(noops[0]); i++) {
    const struct conf_directive *d = conf_child(f->block, noops[i]);
    if(!d)
      continue;
    if(!out->hit) {
      doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                         "`%s` does not cut an open stream, nor keep it: "
                         "here only %s_read_timeout counts.",
                         noops[i], conf_family_name(f->family));
      fact_blame_block(f, out);
      fact_blame_directive(d, out);
    } else
      doctor_finding_say(out, "Nor does `%s` (line %u).", noops[i], d->line);
    doctor_finding_fix(out, "delete it from here");
  }
}

/* ---- nginx.stream-proxy-timeout ------------------------------------------
 */

/* The port behind the last colon of "127.0.0.1:443", or a bare "443". */
static unsigned int port_of(const char *address)
{
  const char *colon = strrchr(address, ':');
  uint64_t port = 0;
  if(units_count(slice_of(colon ? colon + 1 : address), &port) || port > 65535)
    return 0;
  return (unsigned int)port;
}

static bool leads_here(const struct doctor_facts *f,
                       const struct conf_directive *server)
{
  const struct conf_directive *pass = conf_child(server, "proxy_pass");
  unsigned int port = pass ? port_of(conf_arg(pass, 0)) : 0;
  size_t i;
  for(i = 0; i < f->listeners; i++) {
    if(port && f->listener[i].port == port)
      return true;
  }
  return pass && !f->route; /* no http server: whatever is behind it */
}

void rule_judge_stream_timeout(const struct doctor_facts *f,
                               struct doctor_finding *out)
{
  const struct conf_directive *stream = conf_child(f->conf->root, "stream");
  const struct conf_directive *d = stream;
  uint64_t ms, beat = f->declared.heartbeat_ms;
  char text[UNITS_MAX];
  for(d = stream ? conf_walk(stream, d) : NULL; d; d = conf_walk(stream, d)) {
    struct conf_setting s;
    if(!conf_is(d, "server") || d->parent != stream || !leads_here(f, d))
      continue;
    s = conf_effective_at(d, "proxy_timeout", f->version);
    if(!s.n || conf_setting_ms(&s, &ms))
      ms = 600000;
    if(beat ? ms >= 2 * beat : ms >= LONG_MS)
      continue;
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_LIKELY,
                       "The stream{} server%s (line %u) cuts a connection "
                       "that is silent for %s, without a last chunk "
                       "(proxy_timeout%s).",
                       f->route ? " in front" : "", d->line,
                       rule_time(ms, text), s.n ? "" : ", nginx's default");
    doctor_finding_fix(out, "`proxy_timeout 1h;` in that server");
    fact_blame_directive(s.n ? s.from[0] : d, out);
    if(s.n && s.origin == CONF_OWN)
      fact_fix_replace(s.from[0], "proxy_timeout 1h;", out);
    else
      fact_fix_inside(d, "proxy_timeout 1h;", out);
    return;
  }
}

/* ---- nginx.dead-clients --------------------------------------------------
 */

static bool has_keepalive(const struct doctor_facts *f)
{
  size_t i;
  for(i = 0; i < f->listeners; i++) {
    const char *text = f->listener[i].so_keepalive;
    if(!text[0] || strcmp(text, "off") == 0)
      return false;
  }
  return f->listeners > 0;
}

void rule_judge_dead_clients(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  struct conf_setting s = fact_family(f, "read_timeout");
  uint64_t ms;
  char text[UNITS_MAX];
  size_t i;
  if(f->declared.heartbeat_ms || has_keepalive(f) ||
     conf_setting_ms(&s, &ms) || ms <= LONG_MS)
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_LIKELY,
                     "A client that vanishes without a word (a dead phone, a "
                     "pulled cable) keeps its quiet stream open for %s, here "
                     "and in the application: no heartbeat is declared and "
                     "the listener has no so_keepalive.",
                     rule_time(ms, text));
  doctor_finding_fix(out, "a heartbeat of the application every 15 to 25 s "
                          "(declare it: --heartbeat 15s), or "
                          "`so_keepalive=60s:15s:4` on the listen");
  fact_blame(f, &s, out);
  for(i = 0; i < f->listeners; i++)
    fact_fix_listen(f, &f->listener[i], "so_keepalive=60s:15s:4", out);
}
