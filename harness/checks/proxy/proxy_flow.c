/* SPDX-License-Identifier: MIT
 * proxy: when what the origin writes reaches the client. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/proxy/proxy_pair.h"

#define STEP_LOW_NS  INT64_C(120000000)
#define STEP_HIGH_NS INT64_C(280000000)

struct flow {
  enum role role;
  const char *what;
};

/* The plainest case first: it is what the finding tells. */
static const struct flow flows[] = {
    {ROLE_STEADY, "60-byte events, 50 ms apart"},
    {ROLE_CLOSED, "the same without chunks"},
    {ROLE_SIZES, "9 bytes to 64 KiB"},
};

/* Both sides of a stream and how its events came; false with the finding
 * set. */
static bool measure(const struct check_input *in, enum role role,
                    struct finding *f, struct proxy_pair *p,
                    struct proxy_delivery *d)
{
  f->timing = true;
  if(!proxy_find_stream(in, SCRIPT_PROXY_FLOW, role, f, p))
    return false;
  if(proxy_measure(p, proxy_event_limit(in, p), d)) {
    finding_set(f, VERDICT_ERROR, "out of memory");
    return false;
  }
  if(d->sent)
    return true;
  finding_set(f, VERDICT_UNTESTABLE, "the origin wrote no event");
  return false;
}

static void blame_buffer(struct finding *f, const struct flow *w,
                         const struct proxy_delivery *d)
{
  if(d->at_end)
    finding_broken(f,
                   "events are held until the response ends (%s): they come "
                   "up to %.2f s late",
                   w->what, http_ms(d->max_ns) / 1000);
  else if(d->median_ns > STEP_LOW_NS / 2 && d->max_ns > STEP_LOW_NS &&
          d->max_ns < STEP_HIGH_NS)
    finding_broken(f,
                   "events wait up to %.0f ms for more to come (%s), as "
                   "HAProxy makes them without \"option http-no-delay\"",
                   http_ms(d->max_ns), w->what);
  else if(w->role == ROLE_SIZES && d->slow_sizes)
    finding_broken(f,
                   "events of %zu bytes and more wait for the next one, up "
                   "to %.0f ms",
                   d->least_slow, http_ms(d->max_ns));
  else
    finding_broken(f,
                   "events come up to %.0f ms late, half of them more than "
                   "%.0f ms (%s)",
                   http_ms(d->max_ns), http_ms(d->median_ns), w->what);
}

static void proxy_judge_no_buffer(const struct check_input *in,
                                  struct finding *f)
{
  struct proxy_pair p;
  struct proxy_delivery d;
  int64_t worst_ns = 0;
  const struct recording *shown = NULL;
  bool broken = false;
  size_t i;
  for(i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
    if(!measure(in, flows[i].role, f, &p, &d)) {
      if(!broken)
        return;
      continue;
    }
    proxy_note_delivery(f, flows[i].what, &d);
    worst_ns = d.max_ns > worst_ns ? d.max_ns : worst_ns;
    if(!broken && proxy_is_slow(&d)) {
      broken = true;
      shown = p.client;
      blame_buffer(f, &flows[i], &d);
    }
  }
  if(broken)
    f->recording = shown;
  else
    finding_set(f, VERDICT_PASS,
                "every event came at once, the slowest after %.1f ms",
                http_ms(worst_ns));
}

static void proxy_judge_lonely_event(const struct check_input *in,
                                     struct finding *f)
{
  struct proxy_pair p;
  struct proxy_delivery d;
  if(!measure(in, ROLE_LONELY, f, &p, &d))
    return;
  if(!d.late) {
    finding_set(f, VERDICT_PASS, "a 20-byte event alone came after %.1f ms",
                http_ms(d.max_ns));
    return;
  }
  if(d.came)
    finding_broken(f,
                   "a 20-byte event with silence behind it came %.2f s after "
                   "it was written, %s",
                   http_ms(d.max_ns) / 1000,
                   d.at_end ? "when the response ended"
                            : "together with the next bytes");
  else
    finding_broken(f, "a 20-byte event with silence behind it never came");
  finding_show_body(f, p.client, 0, 24);
}

static void proxy_judge_headers_flush(const struct check_input *in,
                                      struct finding *f)
{
  struct proxy_pair p;
  int64_t wait, limit;
  f->timing = true;
  if(!proxy_find(in, SCRIPT_PROXY_FLOW, ROLE_HEAD, 0, f, &p))
    return;
  if(p.origin->head.complete_ns < 0) {
    finding_set(f, VERDICT_UNTESTABLE, "the origin sent no head");
    return;
  }
  finding_show_head(f, p.client);
  limit = http_head_limit(in, p.client);
  wait =
      (p.client->head.status ? p.client->head.complete_ns : p.client->end_ns) -
      p.origin->head.complete_ns - p.shift_ns;
  if(!p.client->head.status)
    finding_broken(f,
                   "no response head came in %.1f s, although the origin had "
                   "sent it",
                   http_ms(wait) / 1000);
  else if(wait > limit)
    finding_broken(f,
                   "the response head came %.2f s after the origin had sent "
                   "it, %s",
                   http_ms(wait) / 1000,
                   p.client->events && p.client->event[0].first_ns -
                                               p.client->head.complete_ns <
                                           limit / 10
                       ? "only with the first event"
                       : "by itself");
  else
    finding_set(f, VERDICT_PASS, "the head came after %.1f ms without a body",
                http_ms(wait));
}

static void proxy_judge_no_coalesce(const struct check_input *in,
                                    struct finding *f)
{
  struct proxy_pair p;
  struct proxy_delivery d;
  if(!measure(in, ROLE_STEADY, f, &p, &d))
    return;
  proxy_note_delivery(f, flows[0].what, &d);
  if(d.pairs && d.merged * 10 > d.pairs)
    finding_broken(f,
                   "%zu of %zu events written 50 ms apart came together with "
                   "the one before",
                   d.merged, d.pairs);
  else
    finding_set(f, VERDICT_PASS, "events written apart stay apart");
}

/* How the application's own word about buffering is taken. */
static void proxy_judge_x_accel(const struct check_input *in,
                                struct finding *f)
{
  struct proxy_pair p;
  struct proxy_delivery plain, no, yes;
  bool passed_on;
  if(!measure(in, ROLE_STEADY, f, &p, &plain) ||
     !measure(in, ROLE_ACCEL_YES, f, &p, &yes) ||
     !measure(in, ROLE_ACCEL_NO, f, &p, &no))
    return;
  proxy_note_delivery(f, "without the header", &plain);
  proxy_note_delivery(f, "X-Accel-Buffering: no", &no);
  proxy_note_delivery(f, "X-Accel-Buffering: yes", &yes);
  finding_show_field(f, p.client, "X-Accel-Buffering");
  passed_on = recording_count_field(&p.client->head, "X-Accel-Buffering") > 0;
  if(proxy_is_slow(&plain) && !proxy_is_slow(&no))
    finding_broken(f, "X-Accel-Buffering: no from the application would mend "
                      "the buffering");
  else if(!proxy_is_slow(&plain) && proxy_is_slow(&yes))
    finding_broken(f, "X-Accel-Buffering: yes from the application would "
                      "bring buffering back");
  else if(passed_on)
    finding_set(f, VERDICT_PASS,
                "the header is passed on and does nothing "
                "here");
  else
    finding_set(f, VERDICT_PASS,
                "the header is taken out and changes nothing "
                "here");
}

static bool is_coded(const struct recording *r)
{
  struct slice v = recording_field(&r->head, "Content-Encoding", 0);
  return v.n && !slice_ieq_cstr(v, "identity");
}

static void proxy_judge_no_compress(const struct check_input *in,
                                    struct finding *f)
{
  struct proxy_pair p;
  struct proxy_delivery d;
  if(!measure(in, ROLE_GZIP, f, &p, &d))
    return;
  finding_show_field(f, p.client, "Content-Encoding");
  proxy_note_delivery(f, "with Accept-Encoding: gzip", &d);
  if(!is_coded(p.client))
    finding_set(f, VERDICT_PASS, "the stream is not compressed");
  else if(!p.client->coding[0])
    finding_set(f, VERDICT_UNTESTABLE,
                "compressed with a coding that weir does not undo");
  else if(proxy_is_slow(&d))
    finding_broken(f,
                   "the proxy compresses with %s and holds events in its "
                   "encoder, up to %.2f s",
                   p.client->coding, http_ms(d.max_ns) / 1000);
  else
    finding_set(f, VERDICT_PASS, "compressed with %s, and each event flushed",
                p.client->coding);
}

static const struct check rows[] = {
    {.id = "proxy.no-buffer",
     .title = "Every event reaches the client when it is written",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_FLOW)}},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale = "A proxy that fills a buffer before it sends turns a live "
                  "stream into bursts: chats stutter, dashboards lag, and a "
                  "heartbeat no longer keeps the connection alive.",
     .causes =
         "Response buffering (the default of nginx); HAProxy waiting for more "
         "to send; a compressor; a body without chunks, which buffers only "
         "let go when they are full; a store-and-forward cache.",
     .fix = {{"nginx", "proxy_buffering off; in the stream's location; behind "
                       "TLS it is needed even where http:// streams well."},
             {"HAProxy", "option http-no-delay in defaults or the frontend: "
                         "without it each event waits about 200 ms."},
             {"Caddy", "flush_interval -1 in reverse_proxy, and no encode in "
                       "front of the stream."},
             {"Apache", "ProxyPass ... flushpackets=on, and SetEnv no-gzip 1 "
                        "for the stream's location."},
             {"Varnish", "set beresp.do_stream = true; and no do_gzip in "
                         "vcl_backend_response, or return (pipe) for Accept: "
                         "text/event-stream."},
             {"lighttpd", "server.stream-response-body = 2 (0 collects the "
                          "whole response)."}},
     .reproduce = PROXY_REPRODUCE("proxy.no-buffer"),
     .judge = proxy_judge_no_buffer,
     .skip = proxy_skip},
    {.id = "proxy.lonely-event",
     .title = "One small event with silence behind it arrives at once",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_FLOW)}},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale = "Most streams are quiet. An event that waits in a buffer "
                  "for the next one is late by as long as the silence lasts, "
                  "and the last event before a break never comes.",
     .causes =
         "A buffer of 4, 8 or 16 KiB that is sent when it is full; an encoder "
         "that is not flushed; a cache that stores the whole response first.",
     .fix = {{"nginx", "proxy_buffering off; in the stream's location."},
             {"HAProxy", "option http-no-delay; and no text/event-stream in "
                         "compression type."},
             {"Caddy", "flush_interval -1 in reverse_proxy."},
             {"Apache", "ProxyPass ... flushpackets=on."},
             {"Varnish",
              "set beresp.do_stream = true; or return (pipe) for the stream."},
             {"lighttpd", "server.stream-response-body = 2."}},
     .reproduce = PROXY_REPRODUCE("proxy.lonely-event"),
     .judge = proxy_judge_lonely_event,
     .skip = proxy_skip},
    {.id = "proxy.headers-flush",
     .title = "The response head is passed on before any body byte",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_FLOW)}},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale = "EventSource reports \"open\" when the head is there. A "
                  "head that waits for the first event looks like a server "
                  "that hangs: clients time out, pages show no connection.",
     .causes = "Response buffering with TLS; a filter that wants to see the "
               "body before it decides (compression with a least length); a "
               "store-and-forward cache.",
     .fix = {{"nginx", "proxy_buffering off; (behind TLS the head waits in "
                       "ssl_buffer_size)."},
             {"HAProxy",
              "no wait-for-body and no compression for text/event-stream."},
             {"Caddy", "no encode for text/event-stream; flush_interval -1."},
             {"Apache", "SetEnv no-gzip 1 for the location; ProxyPass ... "
                        "flushpackets=on."},
             {"Varnish", "set beresp.do_stream = true;"},
             {"lighttpd", "server.stream-response-body = 2."}},
     .reproduce = PROXY_REPRODUCE("proxy.headers-flush"),
     .judge = proxy_judge_headers_flush,
     .skip = proxy_skip},
    {.id = "proxy.no-coalesce",
     .title = "Events written 50 ms apart arrive apart",
     .severity = SEVERITY_W,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_FLOW)}},
     .anchor = HTML_SSE "authoring-notes",
     .reference = "HTML: authoring notes",
     .rationale =
         "Text that appears word by word comes in lumps. It is the first sign "
         "of a small buffer or of a timer that waits for more.",
     .causes =
         "HAProxy without option http-no-delay; a flush interval (fabio, "
         "Traefik of old); limit_rate; Nagle on the way to the client.",
     .fix = {{"nginx", "proxy_buffering off; no limit_rate; tcp_nodelay on "
                       "(the default)."},
             {"HAProxy", "option http-no-delay."},
             {"Caddy", "flush_interval -1 instead of an interval."},
             {"Apache", "ProxyPass ... flushpackets=on, not flushpackets=auto "
                        "with flushwait."},
             {"Varnish", "set beresp.do_stream = true; or return (pipe)."},
             {"lighttpd", "server.stream-response-body = 2 (1 collects)."}},
     .reproduce = PROXY_REPRODUCE("proxy.no-coalesce"),
     .judge = proxy_judge_no_coalesce,
     .skip = proxy_skip},
    {.id = "proxy.x-accel",
     .title = "What X-Accel-Buffering from the application does",
     .severity = SEVERITY_I,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_FLOW)}},
     .anchor = "https://nginx.org/en/docs/http/"
               "ngx_http_proxy_module.html#proxy_buffering",
     .reference = "nginx: proxy_buffering",
     .rationale =
         "Where nobody may touch the proxy, the application can switch "
         "buffering off by this header, if the proxy knows it; the first "
         "nginx on the way takes it out, so that a second one buffers again.",
     .causes = "",
     .fix = {{"nginx", "understood unless proxy_ignore_headers "
                       "X-Accel-Buffering; add_header X-Accel-Buffering no; "
                       "helps the next nginx out, not this one."},
             {"any", "other proxies pass it on and ignore it; they are "
                     "configured by themselves."}},
     .reproduce = PROXY_REPRODUCE("proxy.x-accel"),
     .judge = proxy_judge_x_accel,
     .skip = proxy_skip},
    {.id = "proxy.no-compress",
     .title = "Compression is off, or lets each event out",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_FLOW)}},
     .anchor = RFC_9110 "8.4",
     .reference = "RFC 9110 section 8.4",
     .rationale = "An encoder that is not flushed holds events until its "
                  "block is full. Browsers always offer gzip, curl does not: "
                  "it works in the shell and not in the page.",
     .causes = "gzip for text/* with buffering on; compression type "
               "text/event-stream in HAProxy; do_gzip in Varnish; mod_deflate "
               "in lighttpd for every type.",
     .fix = {{"nginx", "gzip off; in the location, or text/event-stream out "
                       "of gzip_types, or proxy_buffering off;"},
             {"HAProxy", "take text/event-stream out of compression type."},
             {"Caddy",
              "encode with a matcher that leaves text/event-stream out."},
             {"Apache", "SetEnvIf Request_URI ^/events no-gzip=1."},
             {"Varnish",
              "no set beresp.do_gzip = true; for text/event-stream."},
             {"lighttpd", "text/event-stream not among deflate.mimetypes."}},
     .reproduce = PROXY_REPRODUCE("proxy.no-compress"),
     .judge = proxy_judge_no_compress,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_flow, "proxy", rows);
