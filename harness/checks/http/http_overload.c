/* SPDX-License-Identifier: MIT
 * http.error at the connection limit: more clients than the target takes. */
#include "checks/core/groups.h"
#include "checks/core/roles.h"
#include "checks/core/specs.h"
#include "checks/http/http_common.h"

#define STORM_NS       INT64_C(1000000000)
#define JITTER_REJECTS 10

/* What became of those beyond the limit. */
struct extras {
  size_t all, streams, rejected, with_retry_after, refused, dropped, others;
  const struct recording *first_dropped, *first_bare, *first_other;
  bool retry_after_differs;
  struct slice retry_after; /* the first one */
};

static bool was_dropped(const struct recording *r)
{
  bool short_lived = r->end_ns - r->connected_ns < STORM_NS;
  return http_ended_by_server(r) && short_lived &&
         (r->head.status == 0 || r->head.status == 200);
}

static void count_reject(struct extras *x, const struct recording *r)
{
  struct slice value = recording_field(&r->head, "Retry-After", 0);
  x->rejected++;
  if(!value.n) {
    x->first_bare = x->first_bare ? x->first_bare : r;
    return;
  }
  if(x->with_retry_after++ == 0)
    x->retry_after = value;
  else if(!slice_eq(value, x->retry_after))
    x->retry_after_differs = true;
}

static void count_extra(struct extras *x, const struct recording *r)
{
  x->all++;
  if(r->head.status == 503 || r->head.status == 429)
    count_reject(x, r);
  else if(r->end == REC_END_REFUSED)
    x->refused++;
  else if(was_dropped(r)) {
    x->dropped++;
    x->first_dropped = x->first_dropped ? x->first_dropped : r;
  } else if(input_is_stream(r))
    x->streams++;
  else {
    x->others++;
    x->first_other = x->first_other ? x->first_other : r;
  }
}

/* Counts the recordings of the script; false with the finding set when the
 * limit was not met. */
static bool read_extras(const struct check_input *in, struct finding *f,
                        struct extras *x)
{
  const struct recording *r;
  size_t i;
  *x = (struct extras){0};
  for(i = 0; i < input_script_count(in, SCRIPT_OVERLOAD); i++) {
    r = input_script(in, SCRIPT_OVERLOAD, i);
    if(r->label.role == ROLE_EXTRA)
      count_extra(x, r);
  }
  finding_note(f,
               "%zu connection(s) beyond the limit of %u: %zu streamed, %zu "
               "rejected (503/429), %zu refused, %zu dropped, %zu other",
               x->all, (unsigned)in->target->max_connections, x->streams,
               x->rejected, x->refused, x->dropped, x->others);
  if(x->all > x->streams)
    return true;
  finding_set(f, VERDICT_UNTESTABLE,
              "the limit was not met: %zu connection(s) beyond it, all served",
              x->all);
  return false;
}

static void http_judge_error_5xx_capacity(const struct check_input *in,
                                          struct finding *f)
{
  struct extras x;
  if(!read_extras(in, f, &x))
    return;
  if(x.first_dropped) {
    finding_set(f, VERDICT_FAIL,
                "%zu of %zu clients beyond the limit were accepted and "
                "dropped within a second: every EventSource comes back at "
                "once, a reconnect storm",
                x.dropped, x.all);
    finding_show_head(f, x.first_dropped);
  } else if(x.first_other) {
    finding_broken(f, "overload is answered with %d, not 503 or 429",
                   x.first_other->head.status);
    finding_show_head(f, x.first_other);
  } else if(x.rejected)
    finding_set(f, VERDICT_PASS,
                "overload is answered with 503 or 429; browsers stop for "
                "good on that, libraries retry");
  else
    finding_set(f, VERDICT_INFO,
                "beyond the limit connections are refused by TCP: clients "
                "go on reconnecting");
}

static void http_judge_error_retry_after(const struct check_input *in,
                                         struct finding *f)
{
  struct extras x;
  if(!read_extras(in, f, &x))
    return;
  if(!x.rejected)
    finding_set(f, VERDICT_SKIP, "nobody was rejected with 503 or 429");
  else if(x.first_bare) {
    finding_broken(f, "%zu of %zu rejections carry no Retry-After",
                   x.rejected - x.with_retry_after, x.rejected);
    finding_show_head(f, x.first_bare);
    finding_show_field(f, x.first_bare, "Retry-After");
  } else
    finding_set(f, VERDICT_PASS, "all %zu rejections carry Retry-After",
                x.rejected);
}

static void http_judge_error_retry_after_jitter(const struct check_input *in,
                                                struct finding *f)
{
  struct extras x;
  if(!read_extras(in, f, &x))
    return;
  if(x.with_retry_after < JITTER_REJECTS) {
    finding_set(f, VERDICT_SKIP,
                "%zu rejections with Retry-After, at least %d are needed",
                x.with_retry_after, JITTER_REJECTS);
    return;
  }
  finding_show_bytes(f, "first Retry-After", x.retry_after);
  if(x.retry_after_differs)
    finding_set(f, VERDICT_PASS,
                "rejected clients come back at different "
                "times");
  else
    finding_broken(f,
                   "all %zu rejected clients are told the same time: they "
                   "come back together",
                   x.with_retry_after);
}

static void http_judge_error_no_evict(const struct check_input *in,
                                      struct finding *f)
{
  const struct recording *r, *cut = NULL;
  size_t i, held = 0, lost = 0, extra = 0, turned_away = 0;
  for(i = 0; i < input_script_count(in, SCRIPT_OVERLOAD); i++) {
    r = input_script(in, SCRIPT_OVERLOAD, i);
    extra += r->label.role == ROLE_EXTRA;
    turned_away += r->label.role == ROLE_EXTRA && !input_is_stream(r);
    if(r->label.role != ROLE_HELD || !input_is_stream(r))
      continue;
    held++;
    if(http_ended_by_server(r)) {
      lost++;
      cut = cut ? cut : r;
    }
  }
  finding_note(f, "%zu streams held, %zu more clients, %zu held ones cut",
               held, extra, lost);
  if(cut) {
    finding_broken(f,
                   "%zu of %zu streams were cut when more clients came: "
                   "they reconnect and cut others",
                   lost, held);
    finding_note(f, "%s: %s after %.0f ms", cut->name,
                 recording_end_name(cut->end), http_ms(cut->end_ns));
    f->recording = cut;
  } else if(!held || !turned_away)
    finding_set(f, VERDICT_UNTESTABLE, "the limit was not met");
  else
    finding_set(f, VERDICT_PASS, "all %zu streams went on", held);
}

static const struct check rows[] = {
    {.id = "http.error.5xx-capacity",
     .title = "Overload is answered with 503 or 429",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = RFC_9110 "15.6.4",
     .reference = "RFC 9110 section 15.6.4; HTML: processing model",
     .rationale =
         "A connection that is accepted and dropped makes every client come "
         "back after its short retry time, so the overload feeds itself. A "
         "503 or 429 stops browsers for good and lets libraries wait; tell "
         "users of the first and give the second a Retry-After.",
     .causes = "A limit enforced by closing sockets; running out of file "
               "descriptors or worker processes.",
     .fix = {{"nginx", "limit_conn with limit_conn_status 503."},
             {"Node/Express", "Count streams; res.status(503).end() beyond "
                              "the limit, not server.maxConnections."},
             {"Python/Starlette", "uvicorn --limit-concurrency answers 503."},
             {"Go", "A semaphore in the handler, not netutil.LimitListener."},
             {"Spring", "Raise max-connections above the limit the "
                        "application enforces itself."}},
     .reproduce = "for i in $(seq 200); do curl -sN -m 5 -o /dev/null -w "
                  "'%{http_code}\\n' {url} & done | sort | uniq -c",
     .judge = http_judge_error_5xx_capacity,
     .skip = http_skip_without_cap},
    {.id = "http.error.retry-after",
     .title = "503 and 429 carry Retry-After",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = RFC_9110 "10.2.3",
     .reference = "RFC 9110 section 10.2.3",
     .rationale = "Libraries that retry use it; without it they come back "
                  "after their own short time and keep the overload going.",
     .causes = "A bare status from a proxy's limiter.",
     .fix = {{"nginx", "add_header Retry-After 10 always; in an error_page "
                       "503 location."},
             {"Node/Express", "res.set('Retry-After', seconds)."},
             {"any", "Set Retry-After wherever 503 or 429 is sent."}},
     .reproduce = "curl -s -m 2 -D - -o /dev/null {url} | grep -i retry-after",
     .judge = http_judge_error_retry_after,
     .skip = http_skip_without_cap},
    {.id = "http.error.no-evict",
     .title = "At the limit new clients are refused, old ones stay",
     .severity = SEVERITY_W,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = HTML_SSE "sse-processing-model",
     .reference = "HTML: processing model (re-establishing)",
     .rationale =
         "A stream that is cut to make room reconnects at once and cuts the "
         "next one: two browser tabs are enough for hundreds of connections "
         "a second.",
     .causes = "A least-recently-used table of sessions; one stream per user "
               "enforced by closing the older one.",
     .fix = {{"any", "Refuse the newcomer with 503 or 429; where only one "
                     "stream per user is wanted, end the older one with 204 "
                     "on its reconnect."}},
     .reproduce = "curl -N {url} & sleep 1; curl -N -m 5 {url}; jobs",
     .judge = http_judge_error_no_evict,
     .skip = http_skip_without_cap},
    {.id = "http.error.retry-after-jitter",
     .title = "Rejected clients are not all told the same instant",
     .severity = SEVERITY_I,
     .side = "S",
     .modes = "N",
     .needs = {.scripts = {SCRIPT(SCRIPT_OVERLOAD)}},
     .anchor = RFC_9110 "10.2.3",
     .reference = "RFC 9110 section 10.2.3",
     .rationale = "Clients that obey one fixed Retry-After come back together "
                  "and meet the same overload again.",
     .causes = "Retry-After is a constant.",
     .fix = {{"any", "Draw it from a range, such as 5 to 30 seconds."}},
     .reproduce =
         "for i in $(seq 20); do curl -s -m 2 -D - -o /dev/null {url} "
         "& done | grep -i retry-after",
     .judge = http_judge_error_retry_after_jitter,
     .skip = http_skip_without_cap},
};

CHECK_GROUP(group_http_overload, "http.error", rows);
