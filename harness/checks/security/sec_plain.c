/* SPDX-License-Identifier: MIT
 * sec.* that need no publish hook: transport, the URL, limits. */
#include <string.h>
#include <strings.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"

static void sec_judge_tls(const struct check_input *in, struct finding *f)
{
  const struct target *t = in->target;
  const struct recording *r = input_exchange(in, EX_PLAIN);
  f->recording = r;
  if(!t->tls && t->loopback)
    finding_set(f, VERDICT_SKIP, "plain http on the loopback interface");
  else if(!t->tls)
    finding_broken(f, "the stream is offered over plain http to another "
                      "host: everybody on the way can read and change it");
  else if(r->end == REC_END_TLS)
    finding_broken(f, "TLS failed: %s", r->detail);
  else if(t->endpoint.insecure)
    finding_set(f, VERDICT_UNTESTABLE,
                "the certificate was not verified, as asked for");
  else if(!r->head.status)
    finding_set(f, VERDICT_UNTESTABLE, "no response (%s %s)",
                recording_end_name(r->end), r->detail);
  else
    finding_set(f, VERDICT_PASS, "https with a certificate that verifies");
}

/* Names of query keys that carry secrets. */
static const char *const secret_keys[] = {
    "token",   "access_token", "auth",   "authorization", "jwt",
    "api_key", "apikey",       "secret", "password",      "session",
    "sid",     "key",          "sig",    "signature",     "bearer"};

static bool is_secret_key(struct slice key)
{
  for(size_t i = 0; i < sizeof(secret_keys) / sizeof(secret_keys[0]); i++) {
    if(slice_ieq_cstr(key, secret_keys[i]))
      return true;
  }
  return false;
}

static void sec_judge_token_in_url(const struct check_input *in,
                                   struct finding *f)
{
  const char *mark = strchr(in->target->endpoint.url, '?');
  struct slice rest = slice_of(mark ? mark + 1 : NULL), pair, key;
  const char *scheme = strstr(in->target->endpoint.url, "://");
  size_t host = scheme ? strcspn(scheme + 3, "/?#") : 0;
  f->recording = input_exchange(in, EX_PLAIN);
  if(scheme && memchr(scheme + 3, '@', host)) {
    finding_broken(f, "the URL carries user:password@");
    return;
  }
  while(rest.n) {
    pair = slice_cut(&rest, '&');
    key = slice_cut(&pair, '=');
    if(is_secret_key(key) && (pair.n >= 8 || slice_starts(pair, "eyJ"))) {
      finding_broken(f,
                     "the query parameter \"%.*s\" looks like a "
                     "credential: it ends up in logs, histories and "
                     "Referer headers",
                     (int)(key.n < 40 ? key.n : 40), key.p);
      return;
    }
  }
  finding_set(f, VERDICT_PASS, "no credential in the URL");
}

static void sec_judge_conn_limit(const struct check_input *in,
                                 struct finding *f)
{
  size_t n = input_script_count(in, SCRIPT_OVERLOAD), refused = 0, open = 0;
  int status = 0;
  for(size_t i = 0; i < n; i++) {
    const struct recording *r = input_script(in, SCRIPT_OVERLOAD, i);
    if(input_is_stream(r))
      open++;
    else {
      refused++;
      if(!status || r->head.status)
        status = r->head.status;
      f->recording = r;
    }
  }
  if(refused && (status == 429 || status == 503))
    finding_set(f, VERDICT_PASS,
                "a limit exists: %zu of %zu streams were answered %d", refused,
                n, status);
  else if(refused)
    finding_broken(f,
                   "%zu of %zu streams were refused, but not with 429 or "
                   "503 (status %d)",
                   refused, n, status);
  else
    finding_broken(f, "one client opened %zu streams and met no limit", open);
}

static bool bad_answer(const struct recording *r)
{
  return r->head.status >= 500 || r->head.status == 0;
}

static void sec_judge_topic_limit(const struct check_input *in,
                                  struct finding *f)
{
  const struct recording *many = input_exchange(in, EX_MANY_PARAMETERS);
  const struct recording *big = input_exchange(in, EX_LONG_PARAMETER);
  size_t bad = 0;
  if(bad_answer(many)) {
    bad++;
    f->recording = many;
    finding_show_head(f, many);
  }
  /* A close instead of 414 is a poor but safe answer to 16 KiB. */
  if(big->head.status >= 500 || big->end == REC_END_TIMEOUT) {
    bad++;
    f->recording = big;
    finding_show_head(f, big);
  }
  f->timing = many->end == REC_END_TIMEOUT || big->end == REC_END_TIMEOUT;
  if(many->end == REC_END_REFUSED || many->end == REC_END_UNREACHABLE)
    finding_set(f, VERDICT_UNTESTABLE, "the target was not reached");
  else if(bad)
    finding_broken(f,
                   "%zu of 2 requests with oversized parameters were "
                   "answered with a server error or not at all",
                   bad);
  else
    finding_set(f, VERDICT_PASS,
                "200 parameters are answered %d, one of 16 KiB %d",
                many->head.status, big->head.status);
}

static const struct check rows[] = {
    {.id = "sec.tls",
     .title = "The stream is offered over https",
     .severity = SEVERITY_W,
     .side = "S,P",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "4.2.2",
     .reference = "RFC 9110 section 4.2.2",
     .rationale = "A page served over https cannot open a plain http stream "
                  "(mixed content), tokens travel readable, and proxies on "
                  "the way buffer what they can read.",
     .causes = "A certificate that ran out; a port that was meant for the "
               "inside.",
     .fix = {{"nginx", "listen 443 ssl http2; redirect port 80."},
             {"any", "Serve the whole chain, not the leaf alone."}},
     .reproduce = "curl -sN -m 2 -v -o /dev/null {url}",
     .judge = sec_judge_tls},
    {.id = "sec.token-in-url",
     .title = "No credential stands in the URL",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "L",
     .needs = {.exchanges = EX(EX_PLAIN)},
     .anchor = RFC_9110 "17.9",
     .reference = "RFC 9110 section 17.9",
     .rationale = "EventSource cannot set Authorization, so tokens move into "
                  "the query, and from there into access logs, histories "
                  "and error reports. Fetch-based clients and cookies need "
                  "no such thing.",
     .causes = "EventSource knows no request headers.",
     .fix = {{"any", "A cookie, a fetch-based client, or a token that works "
                     "once and for seconds."}},
     .reproduce = "grep token /var/log/nginx/access.log",
     .judge = sec_judge_token_in_url},
    {.id = "sec.conn-limit",
     .title = "One client cannot take all connections",
     .severity = SEVERITY_I,
     .side = "S,P",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = "https://www.rfc-editor.org/rfc/rfc6585#section-4",
     .reference = "RFC 6585 section 4",
     .rationale = "Streams cost a connection each for hours. Without a limit "
                  "for each client one script takes the place of all.",
     .causes = "Limits on requests per second only.",
     .fix = {{"nginx", "limit_conn_zone $binary_remote_addr zone=sse:1m; "
                       "limit_conn sse 20;"},
             {"any", "Count streams per user; answer 429 with "
                     "Retry-After."}},
     .reproduce = "for i in $(seq 100); do curl -sN -m 5 -o /dev/null -w "
                  "'%{http_code}\\n' {url} & done | sort | uniq -c",
     .judge = sec_judge_conn_limit},
    {.id = "sec.topic-limit",
     .title = "Oversized parameters are refused, not fatal",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "A",
     .needs = {.exchanges = EX(EX_MANY_PARAMETERS) | EX(EX_LONG_PARAMETER)},
     .anchor = RFC_9110 "15.5.15",
     .reference = "RFC 9110 section 15.5.15",
     .rationale = "Hubs let clients name topics in the query. Hundreds of "
                  "them, or a very long one, cost memory per stream; a 500 "
                  "shows that nobody thought of it.",
     .causes = "A regular expression or a query per topic; a fixed buffer.",
     .fix = {{"any", "Limit number and length; answer 400, 414 or 431."},
             {"nginx", "large_client_header_buffers."}},
     .reproduce = "curl -s -o /dev/null -w '%{http_code}\\n' "
                  "'{url}?topic=...x200'",
     .judge = sec_judge_topic_limit},
};

CHECK_GROUP(group_sec_plain, "sec", rows);
