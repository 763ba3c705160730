/* SPDX-License-Identifier: MIT
 * proxy: the bytes of bodies, on one side and on the other. */
#include <string.h>

#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"
#include "checks/proxy/proxy_pair.h"

/* What the sockets of two connections may hold without anybody's fault: Linux
 * lets a receive buffer grow to 32 MiB since 6.17, a send buffer to 4 MiB, and
 * a busy machine lets them grow that far.  Then room for the proxy's own. */
#define SLOW_LIMIT_BYTES (UINT64_C(56) << 20)

/* The first byte in which the two differ; their common length when one is the
 * beginning of the other. */
static size_t first_difference(const struct recording *a,
                               const struct recording *b)
{
  size_t n = a->body.n < b->body.n ? a->body.n : b->body.n, i = 0;
  while(i < n && a->body.p[i] == b->body.p[i])
    i++;
  return i;
}

static void show_both(const struct proxy_pair *p, size_t at, struct finding *f)
{
  finding_note(f, "sent by the origin:");
  finding_show_body(f, p->origin, at, 32);
  finding_note(f, "received:");
  finding_show_body(f, p->client, at, 32);
}

/* One exchange compared to its last byte. */
static void compare(const struct check_input *in, enum role role,
                    const char *what, struct finding *f)
{
  struct proxy_pair p;
  size_t at;
  if(!proxy_find_stream(in, SCRIPT_PROXY_BYTES, role, f, &p))
    return;
  at = first_difference(p.client, p.origin);
  if(at == p.origin->body.n && at == p.client->body.n)
    finding_set(f, VERDICT_PASS, "%zu bytes of %s pass unchanged", at, what);
  else if(at == p.client->body.n)
    finding_broken(f, "%zu of %zu bytes of %s came, then nothing more", at,
                   p.origin->body.n, what);
  else
    finding_broken(f, "%s are changed at byte %zu", what, at);
  if(f->verdict != VERDICT_PASS)
    show_both(&p, at, f);
}

static void proxy_judge_bytes(const struct check_input *in, struct finding *f)
{
  compare(in, ROLE_CORPUS, "the parser vectors", f);
}

static void proxy_judge_split_utf8(const struct check_input *in,
                                   struct finding *f)
{
  compare(in, ROLE_SPLIT, "writes cut inside characters and line ends", f);
}

/* An event of the origin's: its number, a space, letters in their order. */
static bool is_whole(const struct recording *r, size_t wanted)
{
  static const char begin[] = "data: 1 ";
  size_t i;
  if(r->body.n != wanted || memcmp(r->body.p, begin, sizeof(begin) - 1) != 0)
    return false;
  for(i = sizeof(begin) - 1; i + 2 < wanted; i++) {
    if(r->body.p[i] != (char)('a' + i % 26))
      return false;
  }
  return memcmp(r->body.p + wanted - 2, "\n\n", 2) == 0;
}

static void proxy_judge_large_event(const struct check_input *in,
                                    struct finding *f)
{
  static const size_t sizes[] = {1048576, 6291456};
  size_t i;
  for(i = 0; i < 2; i++) {
    const struct recording *r =
        proxy_client(in, SCRIPT_PROXY_BYTES, ROLE_LARGE, i, f);
    if(!r)
      return;
    finding_show_head(f, r);
    if(r->head.status != 200 || !is_whole(r, sizes[i])) {
      finding_broken(f,
                     "an event of %zu MiB does not come whole: %zu bytes of "
                     "%zu (%s)",
                     sizes[i] >> 20, r->body.n, sizes[i],
                     recording_end_name(r->end));
      return;
    }
  }
  finding_set(f, VERDICT_PASS, "events of 1 and 6 MiB come whole");
}

/* --- many streams
 * ------------------------------------------------------------ */

static void proxy_judge_order(const struct check_input *in, struct finding *f)
{
  size_t i, n = role_count(in, SCRIPT_PROXY_CROWD, ROLE_CROWD), seen = 0;
  for(i = 0; i < n; i++) {
    const struct recording *r =
        role_find(in, SCRIPT_PROXY_CROWD, ROLE_CROWD, i);
    struct proxy_pair p = {r, proxy_origin(in, r), 0};
    size_t at;
    if(!p.origin || !input_is_stream(r))
      continue;
    seen++;
    at = first_difference(r, p.origin);
    if(at < r->body.n) {
      f->recording = r;
      finding_broken(f,
                     "stream %zu of %zu gets other bytes than its own from "
                     "byte %zu on",
                     i + 1, n, at);
      show_both(&p, at, f);
      return;
    }
  }
  if(seen)
    finding_set(f, VERDICT_PASS,
                "%zu streams at once, each with its own events in order",
                seen);
  else
    finding_set(f, VERDICT_UNTESTABLE, "no stream of the crowd came up");
}

/* Of all that the crowd asked for, on the side where waiting shows: a proxy
 * that collects responses is judged by other checks. */
struct crowding {
  size_t asked, reached;
  const struct recording *refused;
  int64_t first_end_ns, last_begin_ns;
};

static void count(const struct check_input *in, const struct recording *r,
                  struct crowding *c)
{
  const struct recording *o = proxy_origin(in, r);
  int64_t began, end;
  c->asked++;
  if(!o || r->head.status != 200) {
    c->refused = r;
    return;
  }
  began = (int64_t)o->started_real_ns;
  end = began + o->end_ns;
  c->reached++;
  if(end < c->first_end_ns)
    c->first_end_ns = end;
  if(began > c->last_begin_ns)
    c->last_begin_ns = began;
}

static void proxy_judge_concurrent(const struct check_input *in,
                                   struct finding *f)
{
  struct crowding c = {.first_end_ns = INT64_MAX};
  size_t i, n = role_count(in, SCRIPT_PROXY_CROWD, ROLE_CROWD);
  for(i = 0; i < n; i++)
    count(in, role_find(in, SCRIPT_PROXY_CROWD, ROLE_CROWD, i), &c);
  f->timing = true;
  if(c.refused)
    finding_show_head(f, c.refused);
  if(c.reached < c.asked)
    finding_broken(f, "of %zu streams at once only %zu came up (%s)", c.asked,
                   c.reached,
                   c.refused->head.status ? "the others were refused"
                                          : "the others got no head");
  else if(c.last_begin_ns > c.first_end_ns)
    finding_broken(f,
                   "of %zu streams at once some reach the origin only when "
                   "others have ended",
                   n);
  else
    finding_set(f, VERDICT_PASS, "%zu streams are open at once", n);
}

static void proxy_judge_slow_client(const struct check_input *in,
                                    struct finding *f)
{
  struct proxy_pair p;
  uint64_t bytes;
  if(!proxy_find(in, SCRIPT_PROXY_SLOW, ROLE_SLOW, 0, f, &p))
    return;
  finding_show_head(f, p.client);
  bytes = (uint64_t)p.origin->label.bytes;
  if(bytes > SLOW_LIMIT_BYTES)
    finding_broken(f,
                   "the proxy takes %.0f MiB from the origin for a client "
                   "that reads nothing, and keeps them",
                   (double)bytes / (1 << 20));
  else
    finding_set(f, VERDICT_PASS,
                "the origin is held back after %.1f MiB for a client that "
                "reads nothing",
                (double)bytes / (1 << 20));
}

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
     .reproduce = PROXY_REPRODUCE("proxy.bytes"),
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
     .reproduce = PROXY_REPRODUCE("proxy.split-utf8"),
     .judge = proxy_judge_split_utf8,
     .skip = proxy_skip},
    {.id = "proxy.large-event",
     .title = "Events of 1 and 6 MiB arrive whole",
     .severity = SEVERITY_F,
     .side = "P",
     .modes = "O",
     .needs = {.scripts = {SCRIPT(SCRIPT_PROXY_BYTES)}},
     .anchor = HTML_PARSING,
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
     .reproduce = PROXY_REPRODUCE("proxy.large-event"),
     .judge = proxy_judge_large_event,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_body, "proxy", rows);

static const struct check proxy_body_rows[] = {
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
     .reproduce = PROXY_REPRODUCE("proxy.order"),
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
     .reproduce = PROXY_REPRODUCE("proxy.concurrent"),
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
     .reproduce = PROXY_REPRODUCE("proxy.slow-client"),
     .judge = proxy_judge_slow_client,
     .skip = proxy_skip},
};

CHECK_GROUP(group_proxy_body_more, "proxy", proxy_body_rows);
