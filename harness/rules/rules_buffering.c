/* SPDX-License-Identifier: MIT
 * Rules about responses that nginx holds because it buffers them. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"
#include "rules/rules_judges.h"

/* Events up to this size leave in one piece: a proxy buffer of 4 KiB minus
 * what the chunk headers take. */
#define SAFE_EVENT_BYTES 3900

/* ---- nginx.buffering-on --------------------------------------------------
 */

static bool is_held_for_sure(const struct doctor_facts *f)
{
  return f->family != CONF_PROXY || fact_is_http10(f) || facts_tls_h1(f) ||
         rule_gzip(f) || rule_brotli(f);
}

/* What clients see, the worst that applies. */
static void say_effect(const struct doctor_facts *f,
                       struct doctor_finding *out)
{
  if(rule_gzip(f) || rule_brotli(f))
    doctor_finding_say(out, "Compressed, nothing arrives before the stream "
                            "ends, not even the response headers.");
  else if(f->family != CONF_PROXY || fact_is_http10(f))
    doctor_finding_say(out, "Nothing arrives, not even the response headers, "
                            "until 4 KiB have gathered or the stream ends.");
  else if(facts_tls_h1(f))
    doctor_finding_say(out, "Over HTTPS (HTTP/1.1) nothing arrives until "
                            "16 KiB have gathered or the stream ends.");
  else
    doctor_finding_say(out, "Small events of an application that sends "
                            "chunks pass; larger ones, and all of an "
                            "application that does not, are held.");
}

void rule_judge_buffering_on(const struct doctor_facts *f,
                             struct doctor_finding *out)
{
  bool held = is_held_for_sure(f);
  struct conf_setting s;
  char where[120], origin[200];
  if(!fact_is_buffered(f))
    return;
  s = fact_family(f, "buffering");
  rule_where(f, where);
  rule_origin(&s, origin);
  if(rule_late(f, PROBE_REGULAR, out))
    doctor_finding_hit(out, DOCTOR_ERROR, DOCTOR_CERTAIN,
                       "Responses of %s are buffered (%s).", where, origin);
  else
    doctor_finding_hit(out, held ? DOCTOR_ERROR : DOCTOR_WARN,
                       rule_late(f, PROBE_CLOSED, out) ? DOCTOR_CERTAIN
                                                       : DOCTOR_LIKELY,
                       "Responses of %s are buffered (%s).", where, origin);
  say_effect(f, out);
  rule_set_family(f, "buffering", "off", out);
}

/* ---- nginx.buffering-tls-hold --------------------------------------------
 */

void rule_judge_tls_hold(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  const struct symptom *m =
      symptom_get(f->symptoms, PROBE_REGULAR, DOCTOR_TLS);
  struct conf_setting size = fact_get(f, "ssl_buffer_size");
  uint32_t chosen = f->declared.transports;
  char text[32], ms[UNITS_MAX];
  bool late = m && symptom_is_late(m);
  if(!fact_is_buffered(f) || !facts_tls(f) || (chosen && !facts_tls_h1(f)) ||
     (m && !late))
    return;
  fact_text(&size, text, sizeof(text));
  doctor_finding_hit(out, DOCTOR_ERROR,
                     late || facts_tls_h1(f) ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "Buffering is on and clients connect with TLS and "
                     "HTTP/1.1: nginx holds the stream, headers and "
                     "heartbeats included, in its %s TLS buffer until that "
                     "is full. The same stream works over plain HTTP.",
                     text[0] ? text : "16k");
  if(late)
    doctor_finding_measured(out, m->p50_ms, "ms",
                            "%u of %u events over HTTPS, p50 %s late",
                            m->received, m->sent, units_fmt_ms(m->p50_ms, ms));
  rule_set_family(f, "buffering", "off", out);
}

/* ---- nginx.buffering-large-event-tail ------------------------------------
 */

static bool has_large_events(const struct doctor_facts *f)
{
  size_t i;
  for(i = 0; i < f->declared.sizes; i++) {
    if(f->declared.size_bytes[i] > SAFE_EVENT_BYTES)
      return true;
  }
  return f->declared.sizes == 0;
}

void rule_judge_large_tail(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "proxy_buffer_size");
  bool late, asked = symptom_worst(f->symptoms, PROBE_SIZES, NULL) != NULL;
  char text[40];
  if(!fact_is_buffered(f) || fact_is_http10(f) || !has_large_events(f))
    return;
  late = rule_prompt(f, PROBE_REGULAR) && rule_late(f, PROBE_SIZES, out);
  fact_text(&s, text, sizeof(text));
  /* A run would show it: the text says no less. */
  doctor_finding_hit(out, late || !asked ? DOCTOR_ERROR : DOCTOR_WARN,
                     late ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "The end of an event larger than one buffer (%s) stays "
                     "in nginx until the next event comes: it is complete "
                     "one interval late.",
                     s.n ? text : "4 KiB");
  rule_set_family(f, "buffering", "off", out);
}

/* ---- nginx.small-buffers-folklore ----------------------------------------
 */

void rule_judge_small_buffers(const struct doctor_facts *f,
                              struct doctor_finding *out)
{
  struct conf_setting s = fact_family(f, "buffer_size");
  uint64_t bytes;
  char name[64];
  if(!fact_is_buffered(f) || !s.n || conf_setting_bytes(&s, &bytes) ||
     bytes > 2048)
    return;
  fact_name(f, "buffer_size", name);
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "Small buffers do not make nginx pass events on: they "
                     "only make smaller bursts (1 KiB instead of 4), and %s "
                     "below 4k breaks responses with long headers.",
                     name);
  doctor_finding_fix(out, "delete it; `%s_buffering off;` is what helps",
                     conf_family_name(f->family));
  fact_blame(f, &s, out);
}

/* ---- nginx.temp-file-spool -----------------------------------------------
 */

void rule_judge_temp_spool(const struct doctor_facts *f,
                           struct doctor_finding *out)
{
  enum doctor_transport t = DOCTOR_H1;
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_STALLED, &t);
  struct conf_setting s = fact_family(f, "max_temp_file_size");
  bool spooled = m && !m->upstream_blocked;
  uint64_t bytes;
  char name[64], size[UNITS_MAX];
  if(!fact_is_buffered(f) || (!conf_setting_bytes(&s, &bytes) && !bytes))
    return;
  fact_name(f, "max_temp_file_size", name);
  doctor_finding_hit(out, DOCTOR_WARN,
                     spooled ? DOCTOR_CERTAIN : DOCTOR_LIKELY,
                     "For a client that reads slowly nginx goes on reading "
                     "the application and writes up to %s to disk per "
                     "stream; the client gets stale events later.",
                     s.n ? name : "1 GiB");
  if(spooled && m->spooled_bytes >= 0)
    doctor_finding_measured(out, m->spooled_bytes, "bytes",
                            "%s taken in for a client that read nothing",
                            units_fmt_bytes(m->spooled_bytes, size));
  rule_set_family(f, "buffering", "off", out);
}

/* ---- nginx.header-buffer-too-small ---------------------------------------
 */

void rule_judge_header_buffer(const struct doctor_facts *f,
                              struct doctor_finding *out)
{
  const struct symptom *m = symptom_worst(f->symptoms, PROBE_RESPONSE, NULL);
  struct conf_setting s = fact_family(f, "buffer_size");
  bool refused = m && m->status == 502;
  uint64_t bytes;
  char name[64];
  if(!s.n || conf_setting_bytes(&s, &bytes) || bytes >= 4096)
    return;
  doctor_finding_hit(out, refused ? DOCTOR_ERROR : DOCTOR_WARN,
                     refused ? DOCTOR_CERTAIN : DOCTOR_POSSIBLE,
                     "Response headers of more than %llu bytes (cookies, "
                     "CSP) are answered with 502: \"upstream sent too big "
                     "header\".",
                     (unsigned long long)bytes);
  if(refused)
    doctor_finding_measured(out, m->status, "", "status %d", m->status);
  rule_set_family(f, "buffer_size", "16k", out);
  fact_name(f, "buffers", name);
  fact_fix_set(f, name, "8 16k", out);
  fact_name(f, "busy_buffers_size", name);
  fact_fix_set(f, name, "32k", out);
  doctor_finding_fix(out,
                     "delete `%s`, or `proxy_buffer_size 16k; "
                     "proxy_buffers 8 16k; proxy_busy_buffers_size "
                     "32k;` together",
                     s.name);
}

/* ---- nginx.unbuffered-read-size ------------------------------------------
 */

void rule_judge_read_size(const struct doctor_facts *f,
                          struct doctor_finding *out)
{
  struct conf_setting s = fact_family(f, "buffer_size");
  uint64_t bytes = 4096, largest = 0;
  size_t i;
  if(f->family == CONF_GRPC || fact_is_buffered(f))
    return;
  for(i = 0; i < f->declared.sizes; i++)
    largest = f->declared.size_bytes[i] > largest ? f->declared.size_bytes[i]
                                                  : largest;
  conf_setting_bytes(&s, &bytes);
  if(largest < 16 * bytes)
    return;
  doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                     "Unbuffered, nginx passes on at most %llu bytes at a "
                     "time: an event of %llu bytes leaves in %llu pieces. "
                     "No delay, some CPU; a client must not take a chunk for "
                     "an event.",
                     (unsigned long long)bytes, (unsigned long long)largest,
                     (unsigned long long)((largest + bytes - 1) / bytes));
  doctor_finding_fix(out,
                     "for events of megabytes `%s_buffer_size 64k;` "
                     "with matching %s_buffers",
                     conf_family_name(f->family), conf_family_name(f->family));
  fact_blame(f, &s, out);
}

/* ---- nginx.postpone-output -----------------------------------------------
 */

void rule_judge_postpone(const struct doctor_facts *f,
                         struct doctor_finding *out)
{
  static const char *const names[] = {"postpone_output", "tcp_nopush",
                                      "sendfile", "output_buffers", "aio"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    struct conf_setting s = fact_get(f, names[i]);
    if(s.origin != CONF_OWN || !s.n)
      continue;
    if(!out->hit) {
      doctor_finding_hit(out, DOCTOR_INFO, DOCTOR_CERTAIN,
                         "`%s` has no effect on a proxied event stream.",
                         names[i]);
      fact_blame(f, &s, out);
    } else
      doctor_finding_say(out, "Nor has `%s`.", names[i]);
    doctor_finding_fix(out, "delete it from here");
  }
}

/* ---- nginx.tcp-nodelay-off -----------------------------------------------
 */

void rule_judge_nodelay_off(const struct doctor_facts *f,
                            struct doctor_finding *out)
{
  struct conf_setting s = fact_get(f, "tcp_nodelay");
  if(!conf_setting_is(&s, "off"))
    return;
  doctor_finding_hit(out, DOCTOR_WARN, DOCTOR_POSSIBLE,
                     "nginx leaves Nagle's algorithm on: over a real network "
                     "an event that leaves in two writes may wait for an "
                     "acknowledgement, up to a round trip or 40 ms.");
  fact_blame(f, &s, out);
  rule_set(f, "tcp_nodelay", "on", out);
}
