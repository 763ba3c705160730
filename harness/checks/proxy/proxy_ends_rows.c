/* SPDX-License-Identifier: MIT
 * The rows of proxy.*: bodies, ends, silence and crowds; see the judges in
 * proxy_judges.h.  Fixes are one line each, for each proxy where it differs.
 */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/proxy/proxy_judges.h"
#include "checks/proxy/proxy_pair.h"

#define REPRODUCE(id) "weir check {url} --via-origin PORT --only " id

static const struct check rows[] = {
    {.id = "proxy.bytes",
     .title = "The body arrives as the origin wrote it, byte for byte",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_BYTES)}},
     .anchor = RFC_9110 "7.7",
     .reference = "RFC 9110 section 7.7",
     .rationale =
         "An event stream is text with exact line ends. Any filter that adds, "
         "replaces or recodes bytes makes other events of it.",
     .causes = "sub_filter, ssi, addition, charset; mod_substitute and "
               "mod_pagespeed; replace-response rules.",
     .fix = {{"nginx", "sub_filter, ssi, addition and charset off in the "
                       "location (text/event-stream out of *_types)."},
             {"HAProxy", "no filter that changes bodies."},
             {"Caddy", "no replace handler, no templates."},
             {"Apache",
              "no mod_substitute, mod_sed or mod_include for the location."},
             {"Varnish", "no do_esi: set beresp.do_esi = false;"},
             {"lighttpd", "no mod_ssi for the location."}},
     .reproduce = REPRODUCE("proxy.bytes"),
     .judge = proxy_judge_bytes,
     .skip = proxy_skip},
    {.id = "proxy.split-utf8",
     .title = "Bytes cut inside characters and line ends pass unchanged",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_BYTES)}},
     .anchor = RFC_9110 "7.7",
     .reference = "RFC 9110 section 7.7",
     .rationale = "Where a write ends has no meaning. A proxy that decodes "
                  "each piece by itself replaces half characters, or turns a "
                  "CR and an LF into two line ends.",
     .causes = "A relay that reads text instead of bytes; a recoding filter.",
     .fix = {{"nginx", "charset off; no sub_filter."},
             {"any", "Pass bytes, not strings."}},
     .reproduce = REPRODUCE("proxy.split-utf8"),
     .judge = proxy_judge_split_utf8,
     .skip = proxy_skip},
    {.id = "proxy.large-event",
     .title = "Events of 1 and 6 MiB arrive whole",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_BYTES)}},
     .anchor = HTML_SSE "parsing-an-event-stream",
     .reference = "HTML: parsing",
     .rationale =
         "Feature-flag services and snapshots send first events of megabytes. "
         "One that is cut is dropped by the client without a word.",
     .causes =
         "A response limit; a temp file limit; a time-out for the whole body.",
     .fix =
         {{"nginx", "proxy_buffering off; (proxy_max_temp_file_size does not "
                    "cut then)."},
          {"HAProxy",
           "no http-response reject by size; timeout server above the pause."},
          {"Caddy", "servers { timeouts { write } } not set."},
          {"Apache",
           "no mod_substitute (it gives up at lines of 1 MiB) or other filter "
           "for the location; ProxyTimeout above the pause."},
          {"Varnish",
           "workspace_backend and storage large enough, or return (pipe)."},
          {"lighttpd", "server.max-write-idle above the pause; "
                       "stream-response-body = 2."}},
     .reproduce = REPRODUCE("proxy.large-event"),
     .judge = proxy_judge_large_event,
     .skip = proxy_skip},
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
     .reproduce = REPRODUCE("proxy.single-upstream"),
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
     .reproduce = REPRODUCE("proxy.client-abort"),
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
     .reproduce = REPRODUCE("proxy.upstream-abort"),
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
     .reproduce = REPRODUCE("proxy.upstream-eof"),
     .judge = proxy_judge_upstream_eof,
     .skip = proxy_skip},
    {.id = "proxy.error-page",
     .title = "Nothing but the origin's bytes is in a stream",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_ENDS)}},
     .anchor = HTML_SSE "parsing-an-event-stream",
     .reference = "HTML: parsing",
     .rationale = "When the origin fails in the middle, some proxies append "
                  "an HTML page to the 200 that has begun. The parser takes "
                  "its lines for fields.",
     .causes = "A home-made proxy that writes an error on failure; error "
               "handlers that do not look whether the head is out.",
     .fix = {{"any", "When the head is out, close; write nothing."},
             {"Caddy",
              "no respond in handle_errors for a response that has begun."}},
     .reproduce = REPRODUCE("proxy.error-page"),
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
     .reproduce = REPRODUCE("proxy.idle-timeout"),
     .judge = proxy_judge_idle_timeout,
     .skip = proxy_skip},
    {.id = "proxy.order",
     .title = "Streams at once do not mix",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_CROWD)}},
     .anchor = RFC_9110 "7.7",
     .reference = "RFC 9110 section 7.7",
     .rationale = "A stream that gets another one's events shows them to the "
                  "wrong user.",
     .causes = "Responses shared by URL; a home-made multiplexer.",
     .fix = {{"any", "One upstream connection for each stream."},
             {"Varnish", "return (pipe) or return (pass)."}},
     .reproduce = REPRODUCE("proxy.order"),
     .judge = proxy_judge_order,
     .skip = proxy_skip},
    {.id = "proxy.concurrent",
     .title = "Many streams are open at once",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_CROWD)}},
     .anchor = RFC_9112 "9.4",
     .reference = "RFC 9112 section 9.4",
     .rationale = "Streams stay. A pool of upstream connections or of threads "
                  "that was made for short answers is full after a few "
                  "readers, and the next ones wait for ever.",
     .causes = "maxconn, connection pools, worker threads, "
               "worker_connections, limit_conn.",
     .fix = {{"nginx", "worker_connections above twice the streams; no "
                       "limit_conn below it."},
             {"HAProxy",
              "maxconn of server, frontend and global above the streams."},
             {"Caddy", "no max_conns_per_host in transport http."},
             {"Apache", "mpm_event with MaxRequestWorkers above the streams; "
                        "ProxyPass ... max= not set."},
             {"Varnish", ".max_connections of the backend above the streams; "
                         "thread_pool_max too."},
             {"lighttpd", "server.max-connections and server.max-fds above "
                          "twice the streams."}},
     .reproduce = REPRODUCE("proxy.concurrent"),
     .judge = proxy_judge_concurrent,
     .skip = proxy_skip},
    {.id = "proxy.slow-client",
     .title = "A client that reads nothing holds the origin back",
     .severity = SEVERITY_W,
     .side = "P",
     .modes = "O,N",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_SLOW)}},
     .anchor = RFC_9110 "7.7",
     .reference = "RFC 9110 section 7.7",
     .rationale =
         "A phone in a tunnel keeps its connection and reads nothing. A proxy "
         "that goes on taking events for it fills memory or disk, and one "
         "such client a minute brings it down.",
     .causes = "Response buffering with temporary files; a cache that fetches "
               "ahead of its reader; an unlimited queue.",
     .fix =
         {{"nginx", "proxy_buffering off; or proxy_max_temp_file_size 0;"},
          {"HAProxy",
           "holds back by itself; timeout client ends such clients."},
          {"Caddy",
           "holds back by itself; no handler that reads the whole response."},
          {"Apache", "holds back by itself; each such client keeps a thread."},
          {"Varnish",
           "return (pipe) for the stream: a fetch goes ahead of its reader."},
          {"lighttpd", "server.stream-response-body = 2 (1 and 0 keep all in "
                       "memory or files)."}},
     .reproduce = REPRODUCE("proxy.slow-client"),
     .judge = proxy_judge_slow_client,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_ends, "proxy", rows);
