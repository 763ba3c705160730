/* SPDX-License-Identifier: MIT
 * The table of summary fields; see fields.h. */
#include "load/fields.h"

#include <string.h>

#include "base/units.h"
#include "metrics/snapshot.h"

/* A count that has its own counter. */
#define COUNT(name, base, counter)                                            \
  {                                                                           \
    name, name, FIELD_COUNT, base, counter, -1, ""                            \
  }
#define STAT(name, path, h, stat, text)                                       \
  {                                                                           \
    name "." stat, path "." stat, FIELD_MS, BASE_NONE, -1, h, text            \
  }
#define TALLY(name, path, h)                                                  \
  {                                                                           \
    name ".count", path ".count", FIELD_COUNT, BASE_NONE, -1, h,              \
        "number of values"                                                    \
  }
#define HISTOGRAM(name, path, h)                                              \
  STAT(name, path, h, "p50", "median"),                                       \
      STAT(name, path, h, "p90", "90th percentile"),                          \
      STAT(name, path, h, "p99", "99th percentile"),                          \
      STAT(name, path, h, "p999", "99.9th percentile"),                       \
      STAT(name, path, h, "max", "largest value"),                            \
      STAT(name, path, h, "mean", "mean"),                                    \
      STAT(name, path, h, "min", "smallest value"), TALLY(name, path, h)
#define LAG(name, path, h)                                                    \
  STAT(name, path, h, "p50", "median"),                                       \
      STAT(name, path, h, "p99", "99th percentile"),                          \
      STAT(name, path, h, "max", "largest value"), TALLY(name, path, h)

static const struct field table[] = {
    COUNT("connections.opened", BASE_ATTEMPTED, C_OPENED),
    COUNT("connections.attempted", BASE_NONE, C_ATTEMPTED),
    COUNT("connections.peak", BASE_NONE, C_PEAK),
    COUNT("connections.failed", BASE_ATTEMPTED, C_FAILED),
    COUNT("connections.refused", BASE_ATTEMPTED, C_REFUSED),
    COUNT("connections.ended_by_server", BASE_OPENED, C_ENDED_BY_SERVER),
    COUNT("connections.broken", BASE_OPENED, C_BROKEN),
    {"connections.present", "connections.present", FIELD_SHARE, BASE_NONE, -1,
     -1,
     "share of the time that streams were to stand in the measured span in "
     "which they stood; the way to the first opening, and that from a proper "
     "end to the return, are not asked for"},
    COUNT("connections.reconnects", BASE_OPENED, C_RECONNECTS),
    COUNT("connections.reconnected", BASE_RECONNECTS, C_RECONNECTED),
    COUNT("connections.resumed", BASE_RECONNECTS, C_RESUMED),
    COUNT("connections.stopped_204", BASE_OPENED, C_STOPPED_204),
    COUNT("connections.finished", BASE_OPENED, C_FINISHED),
    COUNT("connections.cut", BASE_OPENED, C_CUT),
    COUNT("connections.redirects", BASE_ATTEMPTED, C_REDIRECTS),
    COUNT("connections.limit_exceeded", BASE_OPENED, C_LIMIT_EXCEEDED),
    COUNT("connections.sockets_peak", BASE_NONE, C_SOCKETS_PEAK),
    {"connections.streams_per_connection",
     "connections.streams_per_connection", FIELD_RATIO, BASE_NONE, -1, -1,
     "most streams open at once per most transport connections at once"},
    {"events.received", "events.received", FIELD_COUNT, BASE_OWED, C_EVENTS,
     -1, ""},
    {"events.per_second", "events.per_second", FIELD_RATE, BASE_NONE, -1, -1,
     "events received per second of the measured span"},
    COUNT("events.comments", BASE_NONE, C_COMMENTS),
    {"events.bytes", "events.bytes", FIELD_BYTES, BASE_NONE, C_BYTES, -1, ""},
    {"events.bytes_per_second", "events.bytes_per_second", FIELD_BYTES,
     BASE_NONE, -1, -1, "body bytes received per second of the measured span"},
    COUNT("events.expected", BASE_NONE, C_EXPECTED),
    COUNT("events.lost", BASE_OWED, C_LOST),
    COUNT("events.lost_in_reconnect", BASE_OWED, C_LOST_RECONNECT),
    COUNT("events.duplicated", BASE_RECEIVED, C_DUPLICATED),
    COUNT("events.reordered", BASE_RECEIVED, C_REORDERED),
    COUNT("events.corrupt", BASE_RECEIVED, C_CORRUPT),
    COUNT("events.foreign", BASE_RECEIVED, C_FOREIGN),
    COUNT("events.unnumbered", BASE_RECEIVED, C_UNNUMBERED),
    {"publish.published", "publish.published", FIELD_COUNT, BASE_PUBLISHED,
     C_PUBLISHED, -1, ""},
    {"publish.failed", "publish.failed", FIELD_COUNT, BASE_PUBLISHED,
     C_PUBLISH_FAILED, -1, ""},
    COUNT("requests.sent", BASE_NONE, C_REQUESTS),
    COUNT("requests.completed", BASE_ENDED, C_COMPLETED),
    {"requests.failed", "requests.failed", FIELD_COUNT, BASE_ENDED, -1, -1,
     "requests that failed: http_errors, unanswered, error_events, truncated, "
     "unmarked, disordered and stalled"},
    COUNT("requests.rate_limited", BASE_ENDED, C_RATE_LIMITED),
    COUNT("requests.cancelled", BASE_NONE, C_CANCELLED),
    COUNT("requests.http_errors", BASE_ENDED, C_HTTP_ERRORS),
    COUNT("requests.unanswered", BASE_ENDED, C_UNANSWERED),
    COUNT("requests.error_events", BASE_ENDED, C_ERROR_EVENTS),
    COUNT("requests.truncated", BASE_ENDED, C_TRUNCATED),
    COUNT("requests.unmarked", BASE_ENDED, C_UNMARKED),
    COUNT("requests.disordered", BASE_ENDED, C_DISORDERED),
    COUNT("requests.stalled", BASE_ENDED, C_STALLED),
    COUNT("requests.no_token", BASE_ENDED, C_NO_TOKEN),
    {"requests.per_second", "requests.per_second", FIELD_RATE, BASE_NONE, -1,
     -1, "completed requests per second of the measured span"},
    {"goodput", "goodput.per_second", FIELD_RATE, BASE_NONE, -1, -1,
     "requests that completed within every objective of --goodput, per second "
     "of the measured span"},
    {"goodput.share", "goodput.share", FIELD_SHARE, BASE_NONE, -1, -1,
     "share of the completed and failed requests that did"},
    {"tokens.completed", "tokens.completed", FIELD_COUNT, BASE_NONE, C_TOKENS,
     -1, ""},
    {"tokens.per_second", "tokens.per_second", FIELD_RATE, BASE_NONE, -1, -1,
     "tokens of the completed requests per second of the measured span"},
    {"tokens.events", "tokens.events", FIELD_COUNT, BASE_NONE, C_TOKEN_EVENTS,
     -1, ""},
    {"tokens.events_per_second", "tokens.events_per_second", FIELD_RATE,
     BASE_NONE, -1, -1,
     "token events per second of the measured span, of all answers"},
    {"tokens.together", "tokens.together", FIELD_RATIO, BASE_NONE, -1, -1,
     "share of the gaps that are zero: one read brought both token events"},
    HISTOGRAM("ttft", "ttft_ms", H_TTFT),
    HISTOGRAM("ttft.sent", "ttft_sent_ms", H_TTFT_SENT),
    HISTOGRAM("tto", "tto_ms", H_TTO),
    HISTOGRAM("itl", "itl_ms", H_ITL),
    HISTOGRAM("tpot.e2e", "tpot_e2e_ms", H_TPOT),
    HISTOGRAM("latency.token", "token_latency_ms", H_TOKEN_LATENCY),
    HISTOGRAM("tail", "tail_ms", H_TAIL),
    HISTOGRAM("wait", "wait_ms", H_WAIT),
    HISTOGRAM("latency", "latency_ms", H_LATENCY),
    HISTOGRAM("latency.uncorrected", "latency_ms.uncorrected", H_LATENCY_RAW),
    {"latency.negative", "latency_ms.negative", FIELD_COUNT, BASE_RECEIVED,
     C_LATENCY_NEGATIVE, -1, ""},
    HISTOGRAM("connect", "connect_ms", H_CONNECT),
    HISTOGRAM("headers", "headers_ms", H_HEADERS),
    HISTOGRAM("first_event", "first_event_ms", H_FIRST_EVENT),
    HISTOGRAM("gap", "gap_ms", H_GAP),
    HISTOGRAM("reconnect", "reconnect_ms", H_RECONNECT),
    {"generator.cpu_percent", "generator.cpu_percent", FIELD_PERCENT,
     BASE_NONE, -1, -1,
     "CPU time of all workers while measuring, in percent of one core"},
    {"generator.busiest_worker_percent", "generator.busiest_worker_percent",
     FIELD_PERCENT, BASE_NONE, -1, -1,
     "CPU time of the busiest worker while measuring, in percent of one "
     "core"},
    {"generator.rss_bytes", "generator.rss_bytes", FIELD_BYTES, BASE_NONE,
     C_RSS_BYTES, -1, ""},
    {"generator.bytes_per_connection", "generator.bytes_per_connection",
     FIELD_BYTES, BASE_NONE, -1, -1,
     "memory that the workers gained since before the first stream, per "
     "stream open at the peak"},
    LAG("generator.loop_lag", "generator.loop_lag_ms", H_LOOP_LAG),
    LAG("generator.schedule_lag", "generator.schedule_lag_ms", H_SCHEDULE_LAG),
    COUNT("generator.workers", BASE_NONE, C_WORKERS),
    {"server.cpu_percent", "server.cpu_percent", FIELD_PERCENT, BASE_NONE, -1,
     -1,
     "CPU time of the server's processes while measuring, in percent of one "
     "core; needs --server-pid"},
    {"server.rss_bytes", "server.rss_bytes", FIELD_BYTES, BASE_NONE, -1, -1,
     "largest resident memory of the server's processes while measuring"},
    {"server.bytes_per_connection", "server.bytes_per_connection", FIELD_BYTES,
     BASE_NONE, -1, -1,
     "memory that the server gained since before the first stream, per stream "
     "open at the peak"},
    {"server.cpu_us_per_event", "server.cpu_us_per_event", FIELD_US, BASE_NONE,
     -1, -1, "CPU time of the server per event received, in microseconds"},
};

#define BY_ERROR "connections.by_error."

static const struct field by_error = {
    BY_ERROR "CAUSE",
    BY_ERROR "CAUSE",
    FIELD_COUNT,
    BASE_ATTEMPTED,
    -1,
    -1,
    "failed attempts and ended streams with that cause"};

size_t fields_count(void)
{
  return sizeof(table) / sizeof(table[0]);
}

const struct field *fields_at(size_t i)
{
  return i < fields_count() ? &table[i] : NULL;
}

const struct field *fields_find(const char *name)
{
  size_t i;
  for(i = 0; i < fields_count(); i++) {
    if(strcmp(table[i].name, name) == 0 || strcmp(table[i].path, name) == 0)
      return &table[i];
  }
  if(strncmp(name, BY_ERROR, strlen(BY_ERROR)) == 0 && name[strlen(BY_ERROR)])
    return &by_error;
  return NULL;
}

/* "p99" and "failed" mean the field that ends so; "latency" the one that
 * begins so.  Only then does spelling decide. */
static bool is_part_of(const char *part, const char *name)
{
  size_t n = strlen(part), all = strlen(name);
  if(n == 0 || n >= all)
    return false;
  if(name[all - n - 1] == '.' && strcmp(name + all - n, part) == 0)
    return true;
  return strncmp(name, part, n) == 0 && name[n] == '.';
}

const char *fields_nearest(const char *name)
{
  const struct field *best = &table[0];
  int least = 1000;
  size_t i;
  if(strcmp(name, "latency") == 0 || strcmp(name, "p99") == 0)
    return "latency.p99";
  for(i = 0; i < fields_count(); i++) {
    int d = units_distance(name, table[i].name);
    if(is_part_of(name, table[i].name))
      return table[i].name;
    if(d < least) {
      least = d;
      best = &table[i];
    }
  }
  return best->name;
}

int fields_definition(const struct field *f, struct buf *out)
{
  if(f->counter >= 0)
    return buf_adds(out, counter_definition((enum counter)f->counter));
  if(f->histogram < 0)
    return buf_adds(out, f->text);
  return buf_addf(out, "%s: %s", f->text,
                  histogram_definition((enum histogram)f->histogram));
}

const char *fields_unit(const struct field *f)
{
  switch(f->kind) {
  case FIELD_MS:
    return "ms";
  case FIELD_US:
    return "us";
  case FIELD_BYTES:
    return "bytes";
  case FIELD_RATE:
    return "/s";
  case FIELD_PERCENT:
    return "%";
  case FIELD_COUNT:
  case FIELD_SHARE:
  case FIELD_RATIO:
    break;
  }
  return "";
}

const char *fields_base_text(enum share_base base)
{
  static const char *const text[] = {"",
                                     "attempts",
                                     "opened",
                                     "reconnects",
                                     "events owed",
                                     "received",
                                     "publish requests",
                                     "requests that ended"};
  return text[base];
}
