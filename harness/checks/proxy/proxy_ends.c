/* SPDX-License-Identifier: MIT
 * proxy: one side leaving, and what the other side sees of it. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/proxy/proxy_pair.h"

#define LEAVE_LIMIT_MS   5000
#define WRITE_LIMIT_MS   1200 /* from the next write to the proxy's leaving */
#define END_LIMIT_NS     INT64_C(1000000000)
#define IDLE_EVENT_BYTES 20 /* one before the silence, one behind it */
#define MS_NS            INT64_C(1000000)

/* --- the client leaves ------------------------------------------------------
 */

/* The origin's first write behind that instant, -1 when there was none. */
static int64_t next_write_ms(const struct recording *o, int64_t after_ms)
{
  size_t i;
  for(i = 0; i < o->reads; i++) {
    if(o->read[i].t_ns / MS_NS > after_ms)
      return o->read[i].t_ns / MS_NS;
  }
  return -1;
}

static int64_t last_write_ms(const struct recording *o)
{
  return o->reads ? o->read[o->reads - 1].t_ns / MS_NS : 0;
}

struct leaving {
  int64_t left_ms, gone_ms, write_ms; /* in the origin's time; -1 never */
};

static void look_at(const struct proxy_pair *p, struct leaving *l)
{
  int64_t ended = p->origin->label.ended ? p->origin->label.ended_ms : -1;
  l->left_ms = (p->client->end_ns - p->shift_ns) / MS_NS;
  l->gone_ms = p->origin->label.gone ? p->origin->label.gone_ms : -1;
  /* That it left when all was over says nothing. */
  if(ended >= 0 && l->gone_ms >= ended)
    l->gone_ms = -1;
  l->write_ms = next_write_ms(p->origin, l->left_ms);
}

static bool noticed(const struct leaving *l)
{
  if(l->gone_ms < 0)
    return false;
  return l->gone_ms - l->left_ms <= LEAVE_LIMIT_MS ||
         (l->write_ms >= 0 && l->gone_ms - l->write_ms <= WRITE_LIMIT_MS);
}

/* Only a write showed the proxy that its client was gone. */
static bool needed_write(const struct leaving *l)
{
  return l->write_ms >= 0 && l->gone_ms >= l->write_ms &&
         l->gone_ms - l->left_ms > 300;
}

static void proxy_judge_client_abort(const struct check_input *in,
                                     struct finding *f)
{
  static const enum role roles[] = {ROLE_LEAVE_QUIET, ROLE_LEAVE_QUIET,
                                    ROLE_LEAVE_BUSY};
  static const size_t nth[] = {0, 1, 0};
  static const char *const how[] = {"FIN, quiet stream", "RST, quiet stream",
                                    "FIN, busy stream"};
  bool by_write = false;
  size_t i;
  f->timing = true;
  for(i = 0; i < 3; i++) {
    struct proxy_pair p;
    struct leaving l;
    if(!proxy_find(in, SCRIPT_PROXY_ENDS, roles[i], nth[i], f, &p))
      return;
    look_at(&p, &l);
    if(p.client->end != REC_END_OURS) {
      finding_set(f, VERDICT_UNTESTABLE,
                  "the stream was not there to be left (%s)",
                  recording_end_name(p.client->end));
      return;
    }
    if(!noticed(&l)) {
      f->recording = p.client;
      finding_note(f, "%s: the origin wrote on for %.1f s", how[i],
                   (double)(last_write_ms(p.origin) - l.left_ms) / 1000);
      finding_broken(f,
                     "the client leaves (%s) and the origin is not told, not "
                     "even when it writes again",
                     how[i]);
      return;
    }
    by_write = by_write || needed_write(&l);
    finding_note(f, "%s: the origin is told after %lld ms%s", how[i],
                 (long long)(l.gone_ms - l.left_ms),
                 needed_write(&l) ? ", by its next write" : "");
  }
  finding_set(f, VERDICT_PASS,
              by_write ? "the origin learns from its next write that a client "
                         "left: heartbeats free its streams"
                       : "the origin is told at once when a client leaves");
}

/* --- the origin leaves ------------------------------------------------------
 */

/* HTTP/1.0: a FIN is how a body ends there. */
static bool may_end_by_fin(const struct recording *origin)
{
  return origin->framing == FRAMING_CLOSE;
}

static bool judge_break(const struct proxy_pair *p, const char *what,
                        struct finding *f)
{
  int64_t ended = p->origin->end_ns + p->shift_ns;
  finding_note(f, "%s: the client sees \"%s\" after %.0f ms", what,
               recording_end_name(p->client->end),
               http_ms(p->client->end_ns - ended));
  f->recording = p->client;
  if(p->client->complete || p->client->end == REC_END_CLOSE)
    finding_broken(f,
                   "%s: the proxy ends the response properly, so the client "
                   "takes a broken stream for a finished one",
                   what);
  else if(p->client->end == REC_END_OURS ||
          p->client->end_ns - ended > END_LIMIT_NS)
    finding_broken(f, "%s: the client is not told within 1 s", what);
  else
    return true;
  return false;
}

/* Who reads the whole response first can still say that it failed. */
static bool says_so(const struct proxy_pair *p, struct finding *f)
{
  if(p->client->head.status < 500)
    return false;
  finding_show_head(f, p->client);
  finding_set(f, VERDICT_PASS, "a broken stream is answered %d",
              p->client->head.status);
  return true;
}

static void proxy_judge_upstream_abort(const struct check_input *in,
                                       struct finding *f)
{
  struct proxy_pair p;
  f->timing = true;
  if(!proxy_find(in, SCRIPT_PROXY_ENDS, ROLE_UPSTREAM_RST, 0, f, &p) ||
     says_so(&p, f) ||
     !proxy_find_stream(in, SCRIPT_PROXY_ENDS, ROLE_UPSTREAM_RST, f, &p) ||
     !judge_break(&p, "the origin resets", f))
    return;
  if(!proxy_find_stream(in, SCRIPT_PROXY_ENDS, ROLE_UPSTREAM_FIN, f, &p))
    return;
  if(!may_end_by_fin(p.origin) && !judge_break(&p, "the origin breaks off", f))
    return;
  finding_set(f, VERDICT_PASS, "a broken stream arrives as a broken one");
}

static void proxy_judge_upstream_eof(const struct check_input *in,
                                     struct finding *f)
{
  struct proxy_pair p;
  if(!proxy_find(in, SCRIPT_PROXY_ENDS, ROLE_EOF, 0, f, &p))
    return;
  finding_show_head(f, p.client);
  if(p.client->body.n < p.origin->body.n)
    finding_broken(f, "an event written together with the end is lost");
  else if(p.client->complete || p.client->end == REC_END_CLOSE)
    finding_set(f, VERDICT_PASS,
                "the last event and a proper end reach the client");
  else
    finding_broken(f,
                   "a finished stream reaches the client as a broken one "
                   "(%s)",
                   recording_end_name(p.client->end));
}

/* Bytes that the origin never sent. */
static bool has_foreign(const struct proxy_pair *p, size_t *at)
{
  const struct buf *got = &p->client->body, *sent = &p->origin->body;
  size_t n = got->n < sent->n ? got->n : sent->n, i = 0;
  while(i < n && got->p[i] == sent->p[i])
    i++;
  *at = i;
  return i < got->n;
}

static void proxy_judge_error_page(const struct check_input *in,
                                   struct finding *f)
{
  static const enum role roles[] = {ROLE_UPSTREAM_RST, ROLE_UPSTREAM_FIN};
  size_t i;
  for(i = 0; i < 2; i++) {
    struct proxy_pair p;
    size_t at;
    if(!proxy_find(in, SCRIPT_PROXY_ENDS, roles[i], 0, f, &p))
      return;
    /* An answer of its own in the place of a stream is none inside of one. */
    if(p.client->head.status == 200 && has_foreign(&p, &at)) {
      finding_broken(f, "when the origin fails, the proxy writes text of its "
                        "own into the stream");
      finding_show_body(f, p.client, at, 64);
      return;
    }
  }
  finding_set(f, VERDICT_PASS, "nothing but the origin's bytes in a stream");
}

/* --- nobody says anything
 * ---------------------------------------------------- */

/* Why a stream that its client did not leave was cut. */
static void proxy_judge_idle_timeout(const struct check_input *in,
                                     struct finding *f)
{
  struct proxy_pair p;
  int64_t quiet_ns, beat_ns = (int64_t)in->target->heartbeat_ns;
  if(!proxy_find_stream(in, SCRIPT_PROXY_IDLE, ROLE_IDLE, f, &p))
    return;
  f->timing = true;
  quiet_ns = p.client->end_ns -
             (p.origin->events ? p.origin->event[0].t_ns + p.shift_ns : 0);
  if(p.client->body.n >= 2 * IDLE_EVENT_BYTES ||
     p.client->end == REC_END_OURS) {
    finding_set(f, VERDICT_PASS, "a stream lives through %.0f s of silence",
                (double)in->target->idle_window_ns / 1e9);
    return;
  }
  finding_note(f, "ended as \"%s\" (%s)", recording_end_name(p.client->end),
               recording_framing_name(p.client->framing));
  if(beat_ns && quiet_ns > beat_ns * 3 / 2)
    finding_set(f, VERDICT_INFO,
                "a silent stream is cut after %.1f s: the heartbeat of %.0f "
                "s comes in time",
                http_ms(quiet_ns) / 1000, (double)beat_ns / 1e9);
  else
    finding_set(f,
                quiet_ns < 15 * END_LIMIT_NS || beat_ns ? VERDICT_WARN
                                                        : VERDICT_INFO,
                "a silent stream is cut after %.1f s%s: a heartbeat must come "
                "every %.0f s, or the time-out be longer",
                http_ms(quiet_ns) / 1000,
                p.client->complete ? ", and it looks finished" : "",
                http_ms(quiet_ns) / 3000 < 1 ? 1.0 : http_ms(quiet_ns) / 3000);
}

static void proxy_judge_single_upstream(const struct check_input *in,
                                        struct finding *f)
{
  static const enum role roles[] = {ROLE_SLOW_HEAD, ROLE_UPSTREAM_RST,
                                    ROLE_UPSTREAM_FIN};
  static const char *const when[] = {"while the head is slow",
                                     "when the origin resets the stream",
                                     "when the origin breaks the stream off"};
  size_t i;
  for(i = 0; i < 3; i++) {
    struct proxy_pair p;
    size_t n;
    if(!proxy_find(in, SCRIPT_PROXY_ENDS, roles[i], 0, f, &p))
      return;
    n = proxy_requests(in, p.client);
    finding_note(f, "%s: %zu upstream request(s)", role_name(roles[i]), n);
    if(n > 1) {
      finding_broken(f, "one request becomes %zu upstream requests %s", n,
                     when[i]);
      return;
    }
  }
  finding_set(f, VERDICT_PASS,
              "one upstream request for each of the client's");
}

static const struct check rows[] = {
    {.id = "proxy.single-upstream",
     .title = "One request of the client is one request to the origin",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_ENDS)}},
     .anchor = RFC_9110 "9.2.2",
     .reference = "RFC 9110 section 9.2.2",
     .rationale = "A proxy that asks again in silence opens a second stream: "
                  "events come twice, one-time tokens are used up, the origin "
                  "carries streams that nobody reads.",
     .causes = "proxy_next_upstream with a time-out; retry-on in HAProxy; "
               "lb_try_duration in Caddy; return (retry) in VCL.",
     .fix =
         {{"nginx", "proxy_next_upstream off; in the location."},
          {"HAProxy",
           "no retry-on response-timeout; option redispatch is harmless."},
          {"Caddy", "lb_try_duration 0 and no lb_retry_match."},
          {"Apache", "asks once; with a balancer, maxattempts=0."},
          {"Varnish",
           "no return (retry) in vcl_backend_response and vcl_backend_error."},
          {"lighttpd", "asks once when proxy.server has one host."}},
     .reproduce = PROXY_REPRODUCE("proxy.single-upstream"),
     .judge = proxy_judge_single_upstream,
     .skip = proxy_skip},

    {.id = "proxy.client-abort",
     .title = "The origin is told when a client leaves",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_ENDS)}},
     .anchor = RFC_9112 "9.6",
     .reference = "RFC 9112 section 9.6",
     .rationale = "Every page that is reloaded leaves a stream behind. When "
                  "the origin is not told, at the latest by its next write, "
                  "they pile up until it has no connections left.",
     .causes = "proxy_ignore_client_abort on; a cache that finishes what it "
               "began to fetch; a proxy that reads the whole body first.",
     .fix = {{"nginx", "proxy_ignore_client_abort off; proxy_cache off;"},
             {"HAProxy", "heartbeats every 15 s: it notices on the next "
                         "write; option abortonclose for queued requests."},
             {"Caddy",
              "notices at once; no handler that reads the whole response."},
             {"Apache",
              "heartbeats every 15 s: it notices on the next write."},
             {"Varnish", "return (pipe) for the stream: a fetch for the cache "
                         "goes on without its client."},
             {"lighttpd",
              "server.stream-response-body = 2; heartbeats every 15 s."}},
     .reproduce = PROXY_REPRODUCE("proxy.client-abort"),
     .judge = proxy_judge_client_abort,
     .skip = proxy_skip},
    {.id = "proxy.upstream-abort",
     .title = "A stream that breaks off arrives as broken",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_ENDS)}},
     .anchor = RFC_9112 "8",
     .reference = "RFC 9112 section 8",
     .rationale = "The client has to know that something is missing. A proxy "
                  "that writes the last chunk in the origin's place makes a "
                  "finished answer of half a one.",
     .causes = "HTTP/1.0 towards the origin; a time-out that ends the "
               "response properly (Caddy); FastCGI, which has no way to tell.",
     .fix = {{"nginx", "proxy_http_version 1.1;"},
             {"HAProxy",
              "breaks off too, as long as both sides speak HTTP/1.1."},
             {"Caddy",
              "2.8 or later: before it every broken stream ends as if it were "
              "finished; no transport http { read_timeout }."},
             {"Apache", "no SetEnv force-proxy-request-1.0."},
             {"Varnish", "set beresp.do_stream = true; or return (pipe)."},
             {"lighttpd", "proxy.header = ( \"force-http10\" => \"disable\" ) "
                          "and server.stream-response-body = 2."}},
     .reproduce = PROXY_REPRODUCE("proxy.upstream-abort"),
     .judge = proxy_judge_upstream_abort,
     .skip = proxy_skip},
    {.id = "proxy.upstream-eof",
     .title = "A finished stream arrives finished, with its last event",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_ENDS)}},
     .anchor = RFC_9112 "7.1",
     .reference = "RFC 9112 section 7.1",
     .rationale = "The last event often says that the work is done. It is "
                  "written together with the end, and lost by a proxy that "
                  "drops what is in its buffer when the origin closes.",
     .causes =
         "A buffer that is dropped on close; a reset sent instead of an end.",
     .fix = {{"any", "Send what was read before the origin closed, then the "
                     "last chunk."},
             {"nginx",
              "proxy_buffering off; and a version without known faults."}},
     .reproduce = PROXY_REPRODUCE("proxy.upstream-eof"),
     .judge = proxy_judge_upstream_eof,
     .skip = proxy_skip},
    {.id = "proxy.error-page",
     .title = "Nothing but the origin's bytes is in a stream",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_ENDS)}},
     .anchor = HTML_PARSING,
     .reference = "HTML: parsing",
     .rationale = "When the origin fails in the middle, some proxies append "
                  "an HTML page to the 200 that has begun. The parser takes "
                  "its lines for fields.",
     .causes = "A home-made proxy that writes an error on failure; error "
               "handlers that do not look whether the head is out.",
     .fix = {{"any", "When the head is out, close; write nothing."},
             {"Caddy",
              "no respond in handle_errors for a response that has begun."}},
     .reproduce = PROXY_REPRODUCE("proxy.error-page"),
     .judge = proxy_judge_error_page,
     .skip = proxy_skip},
    {.id = "proxy.idle-timeout",
     .title = "A silent stream is left alone",
     .severity = SEVERITY_W,
     .side = "P",
     .modes = "O,W",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_IDLE)}},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale = "The standard advises a comment every 15 s, since proxies "
                  "cut what is silent. A time-out below that cuts every "
                  "stream again and again; one above it needs heartbeats.",
     .causes = "proxy_read_timeout (60 s), timeout server, ProxyTimeout (60 "
               "s), between_bytes_timeout (60 s), write and read time-outs.",
     .fix = {{"nginx", "proxy_read_timeout 1h; and a heartbeat every 15 s."},
             {"HAProxy", "timeout server 1h (timeout tunnel has no effect on "
                         "event streams)."},
             {"Caddy", "no transport http { read_timeout } and no servers { "
                       "timeouts { write } }."},
             {"Apache", "ProxyPass ... timeout=3600, or ProxyTimeout 3600."},
             {"Varnish", "set bereq.between_bytes_timeout = 1h; or "
                         "pipe_timeout=3600 with return (pipe)."},
             {"lighttpd", "server.max-write-idle = 3600; proxy.server ( "
                          "\"read-timeout\" => 3600 )."}},
     .reproduce = PROXY_REPRODUCE("proxy.idle-timeout"),
     .judge = proxy_judge_idle_timeout,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_ends, "proxy", rows);
