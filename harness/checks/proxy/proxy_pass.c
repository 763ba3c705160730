/* SPDX-License-Identifier: MIT
 * proxy: requests and response heads, on one side and on the other. */
#include <stdio.h>
#include <string.h>

#include "checks/core/roles.h"
#include "checks/http/http_common.h"
#include "checks/proxy/proxy_judges.h"
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

void proxy_judge_status(const struct check_input *in, struct finding *f)
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

void proxy_judge_ct(const struct check_input *in, struct finding *f)
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

void proxy_judge_last_event_id(const struct check_input *in, struct finding *f)
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

void proxy_judge_req_headers(const struct check_input *in, struct finding *f)
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

void proxy_judge_query(const struct check_input *in, struct finding *f)
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
void proxy_judge_hop_by_hop(const struct check_input *in, struct finding *f)
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

void proxy_judge_via(const struct check_input *in, struct finding *f)
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

void proxy_judge_http11_upstream(const struct check_input *in,
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

void proxy_judge_head(const struct check_input *in, struct finding *f)
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

void proxy_judge_cache_bypass(const struct check_input *in, struct finding *f)
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

void proxy_judge_single_upstream(const struct check_input *in,
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
