/* SPDX-License-Identifier: MIT
 * The rows of proxy.*: when events arrive; see the judges in
 * proxy_judges.h.  Fixes are one line each, for each proxy where it differs.
 */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/proxy/proxy_judges.h"
#include "checks/proxy/proxy_pair.h"

#define REPRODUCE(id) "weir check {url} --via-origin PORT --only " id

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
     .reproduce = REPRODUCE("proxy.no-buffer"),
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
     .reproduce = REPRODUCE("proxy.lonely-event"),
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
     .reproduce = REPRODUCE("proxy.headers-flush"),
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
     .reproduce = REPRODUCE("proxy.no-coalesce"),
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
     .reproduce = REPRODUCE("proxy.x-accel"),
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
     .reproduce = REPRODUCE("proxy.no-compress"),
     .judge = proxy_judge_no_compress,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_flow, "proxy", rows);
