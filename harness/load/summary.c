/* SPDX-License-Identifier: MIT
 * The summary of a run; see summary.h.  A figure that nobody could have
 * counted is null, never 0: absence of evidence is not a pass. */
#include "load/summary.h"

#include <math.h>
#include <string.h>

#include "document/doc.h"
#include "document/secrets.h"
#include "sse/heard.h"

static const char *const ledger_names[] = {"none", "sequence", "exact",
                                           "doubtful"};
static const char *const source_names[] = {"none", "stamp", "publish",
                                           "request"};

const char *ledger_mode_name(enum ledger_mode m)
{
  return ledger_names[m];
}

const char *latency_source_name(enum latency_source s)
{
  return source_names[s];
}

static int index_of(const char *const *names, int n, const char *name)
{
  int i;
  for(i = 0; i < n; i++) {
    if(strcmp(names[i], name) == 0)
      return i;
  }
  return -1;
}

int ledger_mode_parse(const char *name)
{
  return index_of(ledger_names, 4, name);
}

int latency_source_parse(const char *name)
{
  return index_of(source_names, 4, name);
}

static uint64_t counter(const struct summary_facts *f, enum counter c)
{
  return f->total->counter[c];
}

static json_t *number(const struct summary_facts *f, enum counter c)
{
  return doc_integer(counter(f, c));
}

/* A count that only a ledger makes, and only when there was something to
 * count; what was seen all the same is told. */
static json_t *ledgered(const struct summary_facts *f, enum counter c)
{
  bool nothing = counter(f, C_EVENTS) == 0 && counter(f, C_EXPECTED) == 0;
  bool none = f->ledger == LEDGER_NONE || f->ledger == LEDGER_DOUBTFUL;
  if((none || nothing) && counter(f, c) == 0)
    return json_null();
  return number(f, c);
}

static json_t *ratio(double part, double whole)
{
  return whole > 0 ? doc_real(part / whole) : json_null();
}

static double seconds(const struct summary_facts *f)
{
  return (double)f->measured_ns / 1e9;
}

static json_t *by_error(const struct snapshot *s)
{
  json_t *j = json_object();
  uint32_t i;
  for(i = 0; i < s->cause_count; i++) {
    json_t *before = json_object_get(j, s->cause[i].name);
    uint64_t n = s->cause[i].count + (uint64_t)json_integer_value(before);
    if(json_object_set_new(j, s->cause[i].name, doc_integer(n))) {
      json_decref(j);
      return NULL;
    }
  }
  return j;
}

static json_t *causes(const struct snapshot *s)
{
  json_t *list = json_array();
  uint32_t i;
  for(i = 0; i < s->cause_count; i++) {
    const struct cause *c = &s->cause[i];
    json_t *j = json_pack(
        "{s:o, s:o, s:o}", "name", json_text(slice_of(c->name)), "count",
        doc_integer(c->count), "example", secrets_text(c->example));
    if(json_array_append_new(list, j)) {
      json_decref(list);
      return NULL;
    }
  }
  return list;
}

/* Rounded down: what is short of a limit does not come to meet it. */
static json_t *share(double part, double whole)
{
  return whole > 0 ? json_real(floor(part / whole * 1e6) / 1e6) : json_null();
}

static json_t *connections(const struct summary_facts *f)
{
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
      " s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
      "opened", number(f, C_OPENED), "attempted", number(f, C_ATTEMPTED),
      "peak", number(f, C_PEAK), "failed", number(f, C_FAILED), "refused",
      number(f, C_REFUSED), "ended_by_server", number(f, C_ENDED_BY_SERVER),
      "broken", number(f, C_BROKEN), "present",
      share((double)counter(f, C_PRESENT_US), (double)counter(f, C_ASKED_US)),
      "reconnects", number(f, C_RECONNECTS), "reconnected",
      number(f, C_RECONNECTED), "resumed", number(f, C_RESUMED), "stopped_204",
      number(f, C_STOPPED_204), "finished", number(f, C_FINISHED), "cut",
      number(f, C_CUT), "redirects", number(f, C_REDIRECTS), "limit_exceeded",
      number(f, C_LIMIT_EXCEEDED), "sockets_peak", number(f, C_SOCKETS_PEAK),
      "streams_per_connection",
      ratio((double)counter(f, C_PEAK), (double)counter(f, C_SOCKETS_PEAK)),
      "by_error", by_error(f->total), "causes", causes(f->total));
}

/* Why what came made no event, or null: events came, or silence. */
static json_t *unheard(const struct summary_facts *f)
{
  struct sse_heard h = {
      .line = {[SSE_LINE_DATA] = counter(f, C_DATA_LINES),
               [SSE_LINE_EVENT] = counter(f, C_TYPE_LINES),
               [SSE_LINE_UNKNOWN] = counter(f, C_UNKNOWN_LINES)},
      .cut = counter(f, C_CUT_LINES)};
  const char *why = counter(f, C_EVENTS) ? NULL : sse_unheard(&h);
  return why ? json_string(why) : json_null();
}

static json_t *events(const struct summary_facts *f)
{
  json_t *expected =
      f->ledger == LEDGER_EXACT ? number(f, C_EXPECTED) : json_null();
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
      " s:o, s:s, s:b, s:o}",
      "received", number(f, C_EVENTS), "comments", number(f, C_COMMENTS),
      "bytes", number(f, C_BYTES), "per_second",
      ratio((double)counter(f, C_EVENTS_MEASURED), seconds(f)),
      "bytes_per_second",
      ratio((double)counter(f, C_BYTES_MEASURED), seconds(f)), "expected",
      expected, "lost", ledgered(f, C_LOST), "lost_in_reconnect",
      ledgered(f, C_LOST_RECONNECT), "duplicated", ledgered(f, C_DUPLICATED),
      "reordered", ledgered(f, C_REORDERED), "corrupt", ledgered(f, C_CORRUPT),
      "foreign", ledgered(f, C_FOREIGN), "unnumbered",
      ledgered(f, C_UNNUMBERED), "ledger", ledger_mode_name(f->ledger),
      "ledger_overflowed", f->total->ledger_overflowed, "unheard", unheard(f));
}

static json_t *hdr(const struct hist *h)
{
  struct buf blob;
  json_t *j = NULL;
  if(h->total == 0)
    return json_null();
  buf_init(&blob, 0);
  if(hist_encode(h, &blob) == 0)
    j = json_stringn(buf_text(&blob), blob.n);
  buf_free(&blob);
  return j;
}

static json_t *stat(const struct hist *h, double ms)
{
  return h->total ? doc_real(ms) : json_null();
}

static json_t *distribution(const struct hist *h)
{
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "count",
                   doc_integer(h->total), "min", stat(h, hist_min_ms(h)),
                   "mean", stat(h, hist_mean_ms(h)), "p50",
                   stat(h, hist_quantile_ms(h, 0.5)), "p90",
                   stat(h, hist_quantile_ms(h, 0.9)), "p99",
                   stat(h, hist_quantile_ms(h, 0.99)), "p999",
                   stat(h, hist_quantile_ms(h, 0.999)), "max",
                   stat(h, hist_max_ms(h)), "hdr", hdr(h));
}

static json_t *lag(const struct hist *h)
{
  return json_pack("{s:o, s:o, s:o, s:o}", "count", doc_integer(h->total),
                   "p50", stat(h, hist_quantile_ms(h, 0.5)), "p99",
                   stat(h, hist_quantile_ms(h, 0.99)), "max",
                   stat(h, hist_max_ms(h)));
}

static const char *clock_name(const struct summary_facts *f)
{
  bool kernel = counter(f, C_CLOCK_KERNEL) > 0;
  bool user = counter(f, C_CLOCK_USER) > 0;
  if(kernel && user)
    return "mixed";
  if(kernel)
    return "kernel";
  return user ? "user" : "none";
}

static json_t *latency(const struct summary_facts *f)
{
  const struct hist *h = f->total->hist;
  json_t *j = json_pack(
      "{s:s, s:s, s:o, s:o, s:o}", "source", latency_source_name(f->latency),
      "clock", clock_name(f), "kernel_clocked", number(f, C_CLOCK_KERNEL),
      "user_clocked", number(f, C_CLOCK_USER), "negative",
      number(f, C_LATENCY_NEGATIVE));
  json_t *all = distribution(&h[H_LATENCY]);
  json_t *raw = distribution(&h[H_LATENCY_RAW]);
  int failed = json_object_update(j, all);
  json_decref(all);
  if(json_object_set_new(j, "uncorrected", raw) || failed) {
    json_decref(j);
    return NULL;
  }
  return j;
}

static json_t *generator(const struct summary_facts *f)
{
  const struct hist *h = f->total->hist;
  double rss = (double)counter(f, C_RSS_BYTES);
  double gained = fmax(0, rss - (double)counter(f, C_RSS_BASE_BYTES));
  json_t *busiest = f->busiest_worker_percent < 0
                        ? json_null()
                        : doc_real(f->busiest_worker_percent);
  json_t *per_stream = rss > 0 && counter(f, C_RSS_BASE_BYTES)
                           ? ratio(gained, (double)counter(f, C_PEAK))
                           : json_null();
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "workers",
      number(f, C_WORKERS), "cpu_percent",
      ratio((double)counter(f, C_CPU_NS) / 1e7, seconds(f)),
      "busiest_worker_percent", busiest, "loop_lag_ms", lag(&h[H_LOOP_LAG]),
      "schedule_lag_ms", lag(&h[H_SCHEDULE_LAG]), "rss_bytes",
      number(f, C_RSS_BYTES), "bytes_per_connection", per_stream, "saturated",
      json_array_size(f->reasons) > 0, "reasons", json_deep_copy(f->reasons));
}

static json_t *server(const struct server_cost *s)
{
  return json_pack("{s:I, s:i, s:o, s:o, s:o, s:o, s:o}", "pid",
                   (json_int_t)s->pid, "processes", (int)s->processes,
                   "cpu_percent", doc_real(s->cpu_percent), "rss_bytes",
                   doc_integer(s->rss_bytes), "rss_base_bytes",
                   doc_integer(s->rss_base_bytes), "bytes_per_connection",
                   doc_real(s->bytes_per_connection), "cpu_us_per_event",
                   doc_real(s->cpu_us_per_event));
}

/* Of those that failed, for whatever reason but weir's own doing. */
static uint64_t failed_requests(const struct summary_facts *f)
{
  static const enum counter reasons[] = {
      C_HTTP_ERRORS, C_UNANSWERED, C_ERROR_EVENTS, C_TRUNCATED,
      C_UNMARKED,    C_DISORDERED, C_STALLED};
  uint64_t n = 0;
  size_t i;
  for(i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
    n += counter(f, reasons[i]);
  return n;
}

/* How tokens were counted. */
static const char *tokens_from(const struct summary_facts *f)
{
  uint64_t told = counter(f, C_TOLD_USAGE);
  if(!told)
    return "events";
  return told == counter(f, C_COMPLETED) ? "usage" : "mixed";
}

static json_t *request_counts(const struct summary_facts *f)
{
  uint64_t failed = failed_requests(f);
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
      " s:o, s:o, s:o}",
      "sent", number(f, C_REQUESTS), "ended",
      doc_integer(counter(f, C_COMPLETED) + counter(f, C_RATE_LIMITED) +
                  failed),
      "completed", number(f, C_COMPLETED), "failed", doc_integer(failed),
      "rate_limited", number(f, C_RATE_LIMITED), "cancelled",
      number(f, C_CANCELLED), "http_errors", number(f, C_HTTP_ERRORS),
      "unanswered", number(f, C_UNANSWERED), "error_events",
      number(f, C_ERROR_EVENTS), "truncated", number(f, C_TRUNCATED),
      "unmarked", number(f, C_UNMARKED), "disordered", number(f, C_DISORDERED),
      "stalled", number(f, C_STALLED), "no_token", number(f, C_NO_TOKEN),
      "per_second",
      ratio((double)counter(f, C_COMPLETED_MEASURED), seconds(f)),
      "failed_per_second",
      ratio((double)counter(f, C_FAILED_MEASURED), seconds(f)));
}

static json_t *request_tokens(const struct summary_facts *f)
{
  double pairs = (double)f->total->hist[H_GAP].total;
  return json_pack(
      "{s:o, s:s, s:o, s:o, s:o, s:o}", "completed", number(f, C_TOKENS),
      "from", tokens_from(f), "per_second",
      ratio((double)counter(f, C_TOKENS_MEASURED), seconds(f)), "events",
      number(f, C_TOKEN_EVENTS), "events_per_second",
      ratio((double)counter(f, C_TOKEN_EVENTS_MEASURED), seconds(f)),
      "together", ratio((double)counter(f, C_GAP_ZERO), pairs));
}

/* Null where no objectives were given. */
static json_t *goodput(const struct summary_facts *f)
{
  bool asked = counter(f, C_GOOD_OF) > 0;
  double good = (double)counter(f, C_GOOD);
  return json_pack(
      "{s:o, s:o, s:o, s:o}", "good", asked ? number(f, C_GOOD) : json_null(),
      "of", number(f, C_GOOD_OF), "per_second",
      asked ? ratio((double)counter(f, C_GOOD_MEASURED), seconds(f))
            : json_null(),
      "share", share(good, (double)counter(f, C_GOOD_OF)));
}

/* What a load in requests has besides. */
static int add_requests(json_t *j, const struct summary_facts *f)
{
  const struct hist *h = f->total->hist;
  json_t *times =
      json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                "requests", request_counts(f), "goodput", goodput(f), "tokens",
                request_tokens(f), "ttft_ms", distribution(&h[H_TTFT]),
                "ttft_sent_ms", distribution(&h[H_TTFT_SENT]), "tto_ms",
                distribution(&h[H_TTO]), "itl_ms", distribution(&h[H_ITL]),
                "tpot_e2e_ms", distribution(&h[H_TPOT]), "token_latency_ms",
                distribution(&h[H_TOKEN_LATENCY]), "tail_ms",
                distribution(&h[H_TAIL]), "wait_ms", distribution(&h[H_WAIT]));
  int rc = times ? json_object_update(j, times) : -1;
  json_decref(times);
  return rc;
}

json_t *summary_build(const struct summary_facts *f)
{
  const struct hist *h = f->total->hist;
  json_t *j = json_pack(
      "{s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
      "connections", connections(f), "events", events(f), "publish",
      "published", number(f, C_PUBLISHED), "failed",
      number(f, C_PUBLISH_FAILED), "latency_ms", latency(f), "connect_ms",
      distribution(&h[H_CONNECT]), "headers_ms", distribution(&h[H_HEADERS]),
      "first_event_ms", distribution(&h[H_FIRST_EVENT]), "gap_ms",
      distribution(&h[H_GAP]), "reconnect_ms", distribution(&h[H_RECONNECT]),
      "generator", generator(f));
  if(j && ((f->server && f->server->known &&
            json_object_set_new(j, "server", server(f->server))) ||
           (counter(f, C_REQUESTS) && add_requests(j, f)))) {
    json_decref(j);
    return NULL;
  }
  return j;
}
