/* SPDX-License-Identifier: MIT
 * The rows of proxy.*: requests and heads; see the judges in
 * proxy_judges.h.  Fixes are one line each, for each proxy where it differs.
 */
#include "checks/core/groups.h"
#include "checks/core/specs.h"
#include "checks/proxy/proxy_judges.h"
#include "checks/proxy/proxy_pair.h"

#define REPRODUCE(id) "weir check {url} --via-origin PORT --only " id

static const struct check rows[] = {
    {.id = "proxy.status",
     .title = "Statuses pass with their fields and their text",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = RFC_9110 "15",
     .reference = "RFC 9110 section 15",
     .rationale =
         "204 tells an EventSource to stop, 401 and 503 tell libraries what "
         "to do and when. A proxy that answers in the place of the origin "
         "sends clients into endless retries or ends them for good.",
     .causes = "proxy_intercept_errors, errorfile, ProxyErrorOverride, "
               "handle_response, synthetic answers in vcl_backend_response.",
     .fix = {{"nginx", "proxy_intercept_errors off; in the location."},
             {"HAProxy", "no http-response set-status or return for the "
                         "backend; http-errors only for its own."},
             {"Caddy",
              "no handle_response in reverse_proxy for these statuses."},
             {"Apache", "ProxyErrorOverride Off."},
             {"Varnish", "no return (error) or retry on beresp.status in "
                         "vcl_backend_response."},
             {"lighttpd", "server.error-intercept = \"disable\"."}},
     .reproduce = REPRODUCE("proxy.status"),
     .judge = proxy_judge_status,
     .skip = proxy_skip},
    {.id = "proxy.ct",
     .title = "Content-Type passes unchanged",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model",
     .rationale = "EventSource looks at the type first. A charset that is "
                  "added does not harm browsers but breaks clients that "
                  "compare text, and another type ends the stream for good.",
     .causes = "charset in nginx, AddDefaultCharset in Apache, a header rule "
               "for all responses.",
     .fix = {{"nginx",
              "charset off; and no more_set_headers for Content-Type."},
             {"HAProxy", "no http-response set-header Content-Type."},
             {"Caddy", "no header_down Content-Type."},
             {"Apache", "AddDefaultCharset Off; no Header set Content-Type."},
             {"Varnish", "no set beresp.http.Content-Type."},
             {"lighttpd", "no setenv.set-response-header for Content-Type."}},
     .reproduce = REPRODUCE("proxy.ct"),
     .judge = proxy_judge_ct,
     .skip = proxy_skip},
    {.id = "proxy.last-event-id",
     .title = "Last-Event-ID reaches the origin byte for byte",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = HTML_SSE "the-last-event-id-header",
     .reference = "HTML: Last-Event-ID",
     .rationale =
         "Without it a stream cannot be resumed: after every break events are "
         "lost, or all are sent again. Ids are UTF-8 and may be long.",
     .causes = "A list of allowed request headers; a web application "
               "firewall; a length limit; strict header parsing.",
     .fix = {{"nginx", "no proxy_set_header Last-Event-ID and no "
                       "proxy_pass_request_headers off; "
                       "large_client_header_buffers 4 16k; for long ids."},
             {"HAProxy",
              "no http-request del-header for it; tune.bufsize for long ids."},
             {"Caddy", "no header_up -Last-Event-ID."},
             {"Apache", "no RequestHeader unset Last-Event-ID; "
                        "LimitRequestFieldSize for ids beyond 8 KiB."},
             {"Varnish", "no unset bereq.http.Last-Event-ID; http_req_hdr_len "
                         "for long ids."},
             {"lighttpd", "no setenv.set-request-header for it; "
                          "server.max-request-field-size for long ids."}},
     .reproduce = REPRODUCE("proxy.last-event-id"),
     .judge = proxy_judge_last_event_id,
     .skip = proxy_skip},
    {.id = "proxy.req-headers",
     .title = "Accept, Authorization, Origin, Cookie and Cache-Control reach "
              "the origin",
     .severity = SEVERITY_W,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = RFC_9110 "7.6",
     .reference = "RFC 9110 section 7.6",
     .rationale =
         "Origins choose the stream by Accept, the user by Authorization or "
         "Cookie, and whom to let read by Origin. What is left out on the way "
         "ends as a 401, a wrong type or a CORS error.",
     .causes = "Header lists made for a cache; an authentication step that "
               "consumes Authorization; RequestHeader unset.",
     .fix = {{"nginx",
              "proxy_set_header of one level replaces those of all outer "
              "ones: repeat what is needed; proxy_pass_request_headers on."},
             {"HAProxy", "no http-request del-header or set-header for them."},
             {"Caddy", "no header_up for them."},
             {"Apache", "no RequestHeader unset; ProxyPassReverse does not "
                        "touch requests."},
             {"Varnish", "no unset req.http.Cookie, Accept or Authorization "
                         "for the stream; return (pass) keeps them."},
             {"lighttpd", "no setenv.set-request-header for them."}},
     .reproduce = REPRODUCE("proxy.req-headers"),
     .judge = proxy_judge_req_headers,
     .skip = proxy_skip},
    {.id = "proxy.query",
     .title = "The query reaches the origin byte for byte",
     .severity = SEVERITY_W,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = "https://www.rfc-editor.org/rfc/rfc3986#section-3.4",
     .reference = "RFC 3986 section 3.4",
     .rationale =
         "Topics and tokens stand in the query. One that is decoded and "
         "encoded again selects another topic, or breaks a signature.",
     .causes = "rewrite or a proxy_pass with variables; URL normalisation; "
               "std.querysort in VCL.",
     .fix =
         {{"nginx", "proxy_pass without a URI part, or $request_uri; $args is "
                    "raw too."},
          {"HAProxy", "no http-request set-query and no normalize-uri."},
          {"Caddy", "no uri query rewriting and no rewrite with placeholders "
                    "for the stream."},
          {"Apache", "ProxyPass ... nocanon, AllowEncodedSlashes NoDecode."},
          {"Varnish", "no std.querysort or regsub on req.url."},
          {"lighttpd",
           "server.http-parseopts = ( \"url-normalize\" => \"disable\" )."}},
     .reproduce = REPRODUCE("proxy.query"),
     .judge = proxy_judge_query,
     .skip = proxy_skip},
    {.id = "proxy.cache-bypass",
     .title = "Every request gets an upstream request of its own",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = RFC_9111 "3",
     .reference = "RFC 9111 section 3",
     .rationale =
         "Two readers of one cached response see the same old events, the "
         "second one late or never; of a private stream, somebody else's.",
     .causes =
         "The default VCL, which joins requests for one URL; proxy_cache with "
         "proxy_cache_lock; a CDN that ignores a missing Cache-Control.",
     .fix = {{"nginx", "proxy_cache off; in the location."},
             {"HAProxy", "no http-request cache-use for the stream."},
             {"Caddy", "no cache handler in front of the stream."},
             {"Apache", "CacheDisable /events."},
             {"Varnish", "return (pass) or return (pipe) for Accept: "
                         "text/event-stream in vcl_recv."},
             {"any", "The application: Cache-Control: no-store."}},
     .reproduce = REPRODUCE("proxy.cache-bypass"),
     .judge = proxy_judge_cache_bypass,
     .skip = proxy_skip},
    {.id = "proxy.hop-by-hop",
     .title = "Hop-by-hop fields are not sent on",
     .severity = SEVERITY_I,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = RFC_9110 "7.6.1",
     .reference = "RFC 9110 section 7.6.1",
     .rationale = "Connection and its friends are about one connection. Sent "
                  "on, they close or upgrade the wrong one.",
     .causes = "Headers copied as they are by a home-made proxy; "
               "proxy_set_header Connection $http_connection.",
     .fix = {{"nginx",
              "proxy_set_header Connection \"\"; never $http_connection."},
             {"any",
              "Copy no Connection, Keep-Alive, TE, Trailer, Transfer-Encoding "
              "or Upgrade field, nor any that Connection names."}},
     .reproduce = REPRODUCE("proxy.hop-by-hop"),
     .judge = proxy_judge_hop_by_hop,
     .skip = proxy_skip},
    {.id = "proxy.via",
     .title = "The proxy tells of itself in Via",
     .severity = SEVERITY_I,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = RFC_9110 "7.6.3",
     .reference = "RFC 9110 section 7.6.3",
     .rationale = "Via shows loops and the HTTP version in front of a proxy. "
                  "Most proxies leave it out.",
     .causes = "",
     .fix = {{"nginx", "proxy_set_header Via \"$server_protocol proxy\";"},
             {"HAProxy", "http-request set-header Via \"%HV proxy\"."},
             {"Caddy", "header_up Via \"{http.request.proto} proxy\"."},
             {"Apache", "ProxyVia On."},
             {"Varnish", "adds it by itself since 6.0."},
             {"lighttpd",
              "setenv.add-request-header = ( \"Via\" => \"1.1 proxy\" )."}},
     .reproduce = REPRODUCE("proxy.via"),
     .judge = proxy_judge_via,
     .skip = proxy_skip},
    {.id = "proxy.http11-upstream",
     .title = "The origin is asked in HTTP/1.1",
     .severity = SEVERITY_W,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = RFC_9112 "7.1",
     .reference = "RFC 9112 section 7.1",
     .rationale =
         "In HTTP/1.0 there are no chunks: the body ends with the connection, "
         "so nobody can tell a finished stream from a broken one, and buffers "
         "are only let go when they are full.",
     .causes = "The default of nginx before 1.29.7; lighttpd with "
               "force-http10; SetEnv force-proxy-request-1.0 in Apache.",
     .fix =
         {{"nginx",
           "proxy_http_version 1.1; proxy_set_header Connection \"\";"},
          {"HAProxy", "HTTP/1.1 unless the client spoke 1.0."},
          {"Caddy", "HTTP/1.1 by itself."},
          {"Apache", "no SetEnv force-proxy-request-1.0."},
          {"Varnish",
           "HTTP/1.1 by itself; with return (pipe), what the client spoke."},
          {"lighttpd", "proxy.header = ( \"force-http10\" => \"disable\" )."}},
     .reproduce = REPRODUCE("proxy.http11-upstream"),
     .judge = proxy_judge_http11_upstream,
     .skip = proxy_skip},
    {.id = "proxy.head",
     .title = "HEAD reaches the origin as HEAD",
     .severity = SEVERITY_W,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = RFC_9110 "9.3.2",
     .reference = "RFC 9110 section 9.3.2",
     .rationale = "A HEAD that becomes GET opens a stream that nobody reads; "
                  "monitors ask for HEAD every few seconds.",
     .causes = "proxy_cache_convert_head in nginx; the default VCL, which "
               "fetches with GET.",
     .fix = {{"nginx", "proxy_cache off; or proxy_cache_convert_head off;"},
             {"Varnish", "return (pass) or return (pipe) for the stream: a "
                         "lookup always fetches with GET."},
             {"any", "Do not answer HEAD from a GET."}},
     .reproduce = REPRODUCE("proxy.head"),
     .judge = proxy_judge_head,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_pass, "proxy", rows);
