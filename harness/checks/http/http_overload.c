/* SPDX-License-Identifier: MIT
 * http.error at the connection limit: more clients than the target takes. */
#include "checks/core/roles.h"
#include "checks/http/http_common.h"
#include "checks/http/http_judges.h"

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

void http_judge_error_5xx_capacity(const struct check_input *in,
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

void http_judge_error_retry_after(const struct check_input *in,
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

void http_judge_error_retry_after_jitter(const struct check_input *in,
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

void http_judge_error_no_evict(const struct check_input *in, struct finding *f)
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
