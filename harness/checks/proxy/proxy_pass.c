/* SPDX-License-Identifier: MIT
 * proxy: requests and response heads, on one side and on the other. */
#include <stdio.h>
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/proxy/proxy_pair.h"

#define SHOWN 60 /* bytes of a value in a sentence */

static int shown(struct slice s)
{
  return (int)(s.n < SHOWN ? s.n : SHOWN);
}

/* --- responses ------------------------------------------------------------
 */

/* The first of the lines that matter with this status and that differs. */
static const char *changed_line(const struct proxy_pair *p)
{
  static const char *const names[] = {"Location", "Retry-After",
                                      "WWW-Authenticate", "Content-Type"};
  size_t i;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    struct slice sent = recording_field(&p->origin->head, names[i], 0);
    if(sent.n &&
       !slice_eq(sent, recording_field(&p->client->head, names[i], 0)))
      return names[i];
  }
  return NULL;
}

static bool judge_status(const struct proxy_pair *p, struct finding *f)
{
  int sent = p->origin->head.status, got = p->client->head.status;
  const char *line = changed_line(p);
  finding_show_head(f, p->client);
  if(got != sent)
    finding_broken(f, "the origin's %d reaches the client as %d%s", sent, got,
                   got ? "" : " (no response)");
  else if(line)
    finding_broken(f, "the proxy changes %s of a %d", line, sent);
  else if(!slice_eq(buf_slice(&p->origin->body), buf_slice(&p->client->body)))
    finding_broken(f, "the proxy replaces the body of a %d", sent);
  else
    return true;
  if(line) {
    finding_show_field(f, p->origin, line);
    finding_show_field(f, p->client, line);
  }
  return false;
}

static void proxy_judge_status(const struct check_input *in, struct finding *f)
{
  size_t i, n = role_count(in, SCRIPT_PROXY_PASS, ROLE_STATUS);
  for(i = 0; i < n || i == 0; i++) {
    struct proxy_pair p;
    if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_STATUS, i, f, &p) ||
       !judge_status(&p, f))
      return;
  }
  finding_set(f, VERDICT_PASS, "%zu statuses pass with their fields and text",
              n);
}

static void proxy_judge_ct(const struct check_input *in, struct finding *f)
{
  size_t i, n = role_count(in, SCRIPT_PROXY_PASS, ROLE_TYPE);
  for(i = 0; i < n || i == 0; i++) {
    struct proxy_pair p;
    struct slice sent, got;
    if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_TYPE, i, f, &p))
      return;
    sent = recording_field(&p.origin->head, "Content-Type", 0);
    got = recording_field(&p.client->head, "Content-Type", 0);
    finding_show_field(f, p.client, "Content-Type");
    if(p.client->head.status != 200) {
      finding_set(f, VERDICT_UNTESTABLE, "no stream: the proxy answered %d",
                  p.client->head.status);
      return;
    }
    if(!slice_eq(sent, got) ||
       recording_count_field(&p.client->head, "Content-Type") != 1) {
      finding_broken(f, "Content-Type \"%.*s\" reaches the client as \"%.*s\"",
                     shown(sent), sent.p, shown(got), got.p ? got.p : "");
      return;
    }
  }
  finding_set(f, VERDICT_PASS, "Content-Type passes unchanged");
}

/* --- requests -------------------------------------------------------------
 */

static void broken_id(const struct proxy_pair *p, struct slice sent,
                      struct slice got, struct finding *f)
{
  f->recording = p->client;
  finding_show_bytes(f, "sent", sent);
  if(got.p)
    finding_show_bytes(f, "arrived", got);
  if(got.p)
    finding_broken(f, "Last-Event-ID of %zu bytes arrives changed", sent.n);
  else
    finding_broken(f, "Last-Event-ID does not reach the origin");
}

static void proxy_judge_last_event_id(const struct check_input *in,
                                      struct finding *f)
{
  size_t i, n = role_count(in, SCRIPT_PROXY_PASS, ROLE_LAST_ID);
  for(i = 0; i < n || i == 0; i++) {
    struct proxy_pair p = {NULL, NULL, 0};
    struct slice sent, got;
    bool both = proxy_find(in, SCRIPT_PROXY_PASS, ROLE_LAST_ID, i, f, &p);
    if(!both && p.client && p.client->head.status >= 400) {
      finding_broken(f, "the proxy answers %d to a Last-Event-ID",
                     p.client->head.status);
      finding_show_bytes(f, "sent", sent_header(p.client, "Last-Event-ID"));
    }
    if(!both)
      return;
    sent = sent_header(p.client, "Last-Event-ID");
    got = sent_header(p.origin, "Last-Event-ID");
    if(!got.p || !slice_eq(sent, got)) {
      broken_id(&p, sent, got, f);
      return;
    }
  }
  finding_set(f, VERDICT_PASS, "%zu ids arrive byte for byte", n);
}

static void proxy_judge_req_headers(const struct check_input *in,
                                    struct finding *f)
{
  static const char *const names[] = {"Accept", "Authorization", "Origin",
                                      "Cookie", "Cache-Control"};
  struct proxy_pair p;
  char list[120] = "";
  size_t i, lost = 0;
  if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_HEADERS, 0, f, &p))
    return;
  for(i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    struct slice sent = sent_header(p.client, names[i]);
    struct slice got = sent_header(p.origin, names[i]);
    size_t n = strlen(list);
    if(!sent.p || (got.p && slice_eq(sent, got)))
      continue;
    finding_note(f, "%s: %s", names[i], got.p ? "changed" : "missing");
    (void)snprintf(list + n, sizeof(list) - n, "%s%s", lost++ ? ", " : "",
                   names[i]);
  }
  if(lost)
    finding_broken(f, "request headers do not arrive as they were sent: %s",
                   list);
  else
    finding_set(f, VERDICT_PASS,
                "Accept, Authorization, Origin, Cookie and Cache-Control "
                "arrive");
}

/* What stands behind "?" in the target of a request as it was sent. */
static struct slice query_of(const struct recording *r)
{
  struct slice line = buf_slice(&r->request);
  line = slice_cut(&line, '\n');
  slice_cut(&line, ' ');
  line = slice_cut(&line, ' ');
  slice_cut(&line, '?');
  return line;
}

static void proxy_judge_query(const struct check_input *in, struct finding *f)
{
  struct proxy_pair p;
  struct slice sent, got;
  if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_QUERY, 0, f, &p))
    return;
  sent = query_of(p.client);
  got = query_of(p.origin);
  if(slice_eq(sent, got)) {
    finding_set(f, VERDICT_PASS, "the query arrives byte for byte");
    return;
  }
  finding_show_bytes(f, "sent", sent);
  finding_show_bytes(f, "arrived", got);
  finding_broken(f, "the query reaches the origin changed");
}

static bool has_token(const struct recording *r, const char *name,
                      const char *token)
{
  struct slice rest = sent_header(r, name);
  while(rest.n) {
    if(slice_ieq_cstr(slice_trim(slice_cut(&rest, ',')), token))
      return true;
  }
  return false;
}

/* Most proxies in use pass on what they do not know, and nothing of that harms
 * an event stream: it is told, never failed. */
static void proxy_judge_hop_by_hop(const struct check_input *in,
                                   struct finding *f)
{
  struct proxy_pair p;
  if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_HOP, 0, f, &p))
    return;
  finding_show_field(f, p.client, "Connection");
  finding_show_field(f, p.client, "X-Weir-Back");
  if(has_token(p.origin, "Connection", "x-weir-hop"))
    finding_broken(f, "the client's Connection field is sent on to the "
                      "origin");
  else if(recording_list_has(&p.client->head, "Connection", "x-weir-back"))
    finding_broken(f, "the origin's Connection field is sent on to the "
                      "client");
  else if(sent_header(p.origin, "X-Weir-Hop").p ||
          recording_count_field(&p.client->head, "X-Weir-Back"))
    finding_broken(f, "fields that Connection nominates are sent on");
  else
    finding_set(f, VERDICT_PASS, "hop-by-hop fields stay on their hop");
}

static void proxy_judge_via(const struct check_input *in, struct finding *f)
{
  struct proxy_pair p;
  struct slice v;
  if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_HEADERS, 0, f, &p))
    return;
  v = sent_header(p.origin, "Via");
  if(v.p)
    finding_set(f, VERDICT_PASS, "the origin sees \"Via: %.*s\"", shown(v),
                v.p);
  else
    finding_broken(f, "the proxy adds no Via field: loops and the version "
                      "spoken before it cannot be seen");
}

static void proxy_judge_http11_upstream(const struct check_input *in,
                                        struct finding *f)
{
  struct proxy_pair p;
  struct slice line;
  if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_HEADERS, 0, f, &p))
    return;
  line = buf_slice(&p.origin->request);
  line = slice_trim(slice_cut(&line, '\n'));
  finding_show_bytes(f, "request line at the origin", line);
  if(slice_find(line, " HTTP/1.0") >= 0)
    finding_broken(f, "the proxy asks the origin in HTTP/1.0: no chunks, so "
                      "the end of a stream and its breaking off look the "
                      "same");
  else
    finding_set(f, VERDICT_PASS, "the proxy asks in HTTP/1.1");
}

static void proxy_judge_head(const struct check_input *in, struct finding *f)
{
  struct proxy_pair p;
  if(!proxy_find(in, SCRIPT_PROXY_PASS, ROLE_HEAD, 0, f, &p))
    return;
  finding_show_head(f, p.client);
  if(strcmp(p.origin->method, "HEAD") == 0)
    finding_set(f, VERDICT_PASS, "HEAD reaches the origin as HEAD");
  else
    finding_broken(f,
                   "HEAD reaches the origin as %.20s: it opens a stream "
                   "that nobody reads",
                   p.origin->method);
}

/* --- caches ---------------------------------------------------------------
 */

/* Two of the role's responses that answer the same upstream request. */
static bool share_response(const struct check_input *in, enum role role,
                           struct finding *f)
{
  size_t i, k, n = role_count(in, SCRIPT_PROXY_PASS, role);
  for(i = 0; i < n; i++) {
    const struct recording *a = role_find(in, SCRIPT_PROXY_PASS, role, i);
    struct slice x = recording_field(&a->head, "X-Weir-Serial", 0);
    for(k = i + 1; k < n && x.n; k++) {
      const struct recording *b = role_find(in, SCRIPT_PROXY_PASS, role, k);
      if(!slice_eq(x, recording_field(&b->head, "X-Weir-Serial", 0)))
        continue;
      finding_show_head(f, b);
      finding_show_field(f, b, "X-Weir-Serial");
      finding_show_field(f, b, "Age");
      return true;
    }
  }
  return false;
}

static void proxy_judge_cache_bypass(const struct check_input *in,
                                     struct finding *f)
{
  static const enum role roles[] = {ROLE_NO_STORE, ROLE_CACHE};
  struct proxy_pair p;
  size_t i;
  for(i = 0; i < 2; i++) {
    if(!proxy_find(in, SCRIPT_PROXY_PASS, roles[i], 0, f, &p))
      return;
    if(share_response(in, roles[i], f)) {
      finding_broken(f,
                     "two requests for one URL get the same upstream "
                     "response: the proxy %s",
                     i ? "caches or shares streams that say nothing of "
                         "caching"
                       : "caches or shares them in spite of no-store");
      return;
    }
  }
  finding_set(f, VERDICT_PASS,
              "each request has an upstream request of its own");
}

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
     .reproduce = PROXY_REPRODUCE("proxy.status"),
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
     .reproduce = PROXY_REPRODUCE("proxy.ct"),
     .judge = proxy_judge_ct,
     .skip = proxy_skip},
    {.id = "proxy.last-event-id",
     .title = "Last-Event-ID reaches the origin byte for byte",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_PASS)}},
     .anchor = HTML_LAST_EVENT_ID,
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
     .reproduce = PROXY_REPRODUCE("proxy.last-event-id"),
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
     .reproduce = PROXY_REPRODUCE("proxy.req-headers"),
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
     .reproduce = PROXY_REPRODUCE("proxy.query"),
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
     .reproduce = PROXY_REPRODUCE("proxy.cache-bypass"),
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
     .reproduce = PROXY_REPRODUCE("proxy.hop-by-hop"),
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
     .reproduce = PROXY_REPRODUCE("proxy.via"),
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
     .reproduce = PROXY_REPRODUCE("proxy.http11-upstream"),
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
     .reproduce = PROXY_REPRODUCE("proxy.head"),
     .judge = proxy_judge_head,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_pass, "proxy", rows);
