/* SPDX-License-Identifier: MIT
 * proxy: the bytes of bodies, on one side and on the other. */
#include <string.h>

#include "checks/core/roles.h"
#include "checks/http/http_common.h"
#include "checks/proxy/proxy_judges.h"
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

void proxy_judge_bytes(const struct check_input *in, struct finding *f)
{
  compare(in, ROLE_CORPUS, "the parser vectors", f);
}

void proxy_judge_split_utf8(const struct check_input *in, struct finding *f)
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

void proxy_judge_large_event(const struct check_input *in, struct finding *f)
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

void proxy_judge_order(const struct check_input *in, struct finding *f)
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

void proxy_judge_concurrent(const struct check_input *in, struct finding *f)
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

void proxy_judge_slow_client(const struct check_input *in, struct finding *f)
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
