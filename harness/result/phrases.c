/* SPDX-License-Identifier: MIT
 * Shared sentences; see phrases.h. */
#include "result/phrases.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"

const char *phrases_verdict(json_t *doc)
{
  static const char *const words[][2] = {{"pass", "PASS"},
                                         {"fail", "FAIL"},
                                         {"unjudged", "UNJUDGED"},
                                         {"invalid", "INVALID"},
                                         {"interrupted", "INTERRUPTED"}};
  const char *v = doc_text(doc, "verdict");
  size_t i;
  for(i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if(strcmp(words[i][0], v) == 0)
      return words[i][1];
  }
  return "UNKNOWN";
}

/* One "count label", with a separator when something stands before it. */
static int item(struct buf *out, size_t start, json_t *doc, const char *path,
                const char *label)
{
  char n[UNITS_MAX];
  double v;
  const char *text = "?";
  if(doc_find(doc, path, &v))
    text = units_fmt_count(doc_count(doc, path), n);
  return buf_addf(out, "%s%s %s", out->n > start ? ", " : "", text, label);
}

struct part {
  const char *path, *label;
  bool always; /* else only what happened */
};

static int items(struct buf *out, size_t start, json_t *doc,
                 const struct part *part, size_t n)
{
  size_t i;
  for(i = 0; i < n; i++) {
    if(part[i].always || doc_count(doc, part[i].path))
      item(out, start, doc, part[i].path, part[i].label);
  }
  return out->rc;
}

#define ITEMS(out, start, doc, parts)                                         \
  items(out, start, doc, parts, sizeof(parts) / sizeof((parts)[0]))

static const char *const conn = "summary.connections";

/* ", 12.5/s", or whole ones from a hundred on; nothing where it is not known.
 */
static void add_rate(json_t *of, struct buf *out)
{
  char n[UNITS_MAX];
  double rate;
  if(!doc_find(of, "per_second", &rate))
    return;
  if(rate < 100)
    buf_addf(out, ", %.1f/s", rate);
  else
    buf_addf(out, ", %s/s", units_fmt_count((uint64_t)(rate + 0.5), n));
}

bool phrases_of_requests(json_t *doc)
{
  return json_is_object(json_dotted_get(doc, "summary.requests"));
}

int phrases_requests(json_t *doc, struct buf *out)
{
  static const struct part parts[] = {
      {"sent", "sent", true},
      {"completed", "completed", true},
      {"failed", "failed", true},
      {"rate_limited", "rate-limited", false},
      {"cancelled", "cut off at the end", false}};
  static const struct part reasons[] = {
      {"http_errors", "HTTP errors", false},
      {"unanswered", "unanswered", false},
      {"error_events", "error events", false},
      {"truncated", "truncated", false},
      {"unmarked", "without end marker", false},
      {"disordered", "in a wrong order", false},
      {"stalled", "stalled", false},
      {"no_token", "completed without a token", false}};
  json_t *r = json_dotted_get(doc, "summary.requests");
  if(!phrases_of_requests(doc))
    return 0;
  ITEMS(out, out->n, r, parts);
  add_rate(r, out);
  if(doc_count(r, "failed") || doc_count(r, "no_token"))
    buf_adds(out, "; ");
  return ITEMS(out, out->n, r, reasons);
}

int phrases_goodput(json_t *doc, struct buf *out)
{
  json_t *g = json_dotted_get(doc, "summary.goodput");
  char n[UNITS_MAX], of[UNITS_MAX];
  double v;
  if(!doc_find(g, "share", &v))
    return 0;
  buf_addf(out, "%s of %s good (%.4g%%)",
           units_fmt_count(doc_count(g, "good"), n),
           units_fmt_count(doc_count(g, "of"), of), v * 100);
  add_rate(g, out);
  return buf_addf(out, ": %s", doc_text(doc, "scenario.goodput"));
}

int phrases_tokens(json_t *doc, struct buf *out)
{
  json_t *t = json_dotted_get(doc, "summary.tokens");
  const char *from = doc_text(t, "from");
  char n[UNITS_MAX];
  double v;
  if(!phrases_of_requests(doc))
    return 0;
  buf_addf(out, "%s", units_fmt_count(doc_count(t, "completed"), n));
  add_rate(t, out);
  buf_adds(out, strcmp(from, "usage") == 0    ? ", as the answers tell"
                : strcmp(from, "events") == 0 ? ", counted by their events"
                                              : ", as the answers tell where "
                                                "they do, else by events");
  if(doc_find(t, "together", &v) && v >= 0.005)
    buf_addf(out, "; %.1f%% of the gaps are 0: one read brought both",
             v * 100);
  return out->rc;
}

int phrases_streams(json_t *doc, struct buf *out)
{
  static const struct part parts[] = {{"opened", "opened", true},
                                      {"peak", "at once", true},
                                      {"failed", "failed", true},
                                      {"refused", "of them refused", false}};
  json_t *c = json_dotted_get(doc, conn);
  double shared;
  ITEMS(out, out->n, c, parts);
  if(doc_find(c, "streams_per_connection", &shared) && shared > 1.05)
    buf_addf(out, ", %.1f per connection", shared);
  return out->rc;
}

int phrases_causes(json_t *doc, struct buf *out)
{
  json_t *causes = doc_array(doc, "summary.connections.causes"), *c;
  size_t i, start = out->n;
  json_array_foreach(causes, i, c)
  {
    int rc = item(out, start, c, "count", doc_text(c, "name"));
    if(rc)
      return rc;
  }
  return 0;
}

static void reconnections(json_t *c, size_t start, struct buf *out)
{
  static const struct part parts[] = {{"reconnects", "reconnects", true},
                                      {"reconnected", "opened", true},
                                      {"resumed", "resumed", true}};
  if(out->n > start)
    buf_adds(out, "; ");
  ITEMS(out, out->n, c, parts);
}

int phrases_endings(json_t *doc, struct buf *out)
{
  static const struct part parts[] = {
      {"ended_by_server", "ended by the server", false},
      {"broken", "of them broken", false},
      {"cut", "cut by weir", false},
      {"limit_exceeded", "over the size limit", false},
      {"finished", "stopped for good", false}};
  json_t *c = json_dotted_get(doc, conn);
  size_t start = out->n;
  ITEMS(out, start, c, parts);
  if(doc_count(c, "reconnects"))
    reconnections(c, start, out);
  return out->rc;
}

int phrases_events(json_t *doc, struct buf *out)
{
  static const struct part others[] = {
      {"summary.events.comments", "comments", false},
      {"summary.publish.published", "published", false},
      {"summary.publish.failed", "publishes failed", false}};
  json_t *e = json_dotted_get(doc, "summary.events");
  char n[UNITS_MAX];
  double rate;
  size_t start = out->n;
  item(out, start, e, "received", "received");
  add_rate(e, out);
  if(doc_find(e, "bytes_per_second", &rate))
    buf_addf(out, ", %s/s", units_fmt_bytes(rate, n));
  return ITEMS(out, start, doc, others);
}

static void add_owed(json_t *e, struct buf *out)
{
  char n[UNITS_MAX];
  double expected;
  if(!doc_find(e, "expected", &expected))
    return;
  buf_addf(out, " of %s", units_fmt_count(doc_count(e, "expected"), n));
}

int phrases_delivery(json_t *doc, struct buf *out)
{
  static const struct part parts[] = {
      {"lost_in_reconnect", "of them at a reconnect", false},
      {"duplicated", "duplicated", true},
      {"reordered", "reordered", true},
      {"corrupt", "corrupt", true},
      {"foreign", "foreign", true},
      {"unnumbered", "without number", false}};
  json_t *e = json_dotted_get(doc, "summary.events");
  const char *ledger = doc_text(e, "ledger");
  char n[UNITS_MAX];
  double lost;
  size_t start;
  if(strcmp(ledger, "none") == 0)
    return buf_adds(out, "no ledger: the events carry no number to count by");
  if(strcmp(ledger, "doubtful") == 0)
    return buf_adds(out, "no ledger: data /seq jumped before there was enough "
                         "of it to tell whether it is a sequence");
  if(!doc_find(e, "lost", &lost))
    return buf_adds(out, "no event arrived, and none was known to be owed");
  start = out->n;
  buf_addf(out, "%s lost", units_fmt_count(doc_count(e, "lost"), n));
  add_owed(e, out);
  ITEMS(out, start, e, parts);
  buf_addf(out, " (%s)",
           strcmp(ledger, "exact") == 0 ? "exact ledger" : "by sequence");
  if(doc_bool(e, "ledger_overflowed"))
    buf_adds(out, "; more gaps than the ledger holds: at least so many");
  return out->rc;
}

int phrases_clock(json_t *doc, struct buf *out)
{
  const char *clock = doc_text(doc, "summary.latency_ms.clock");
  const char *source = doc_text(doc, "summary.latency_ms.source");
  const char *arrival = "weir's own clock on reading";
  char n[UNITS_MAX];
  if(strcmp(source, "none") == 0)
    return buf_adds(out, "not measured: the events carry no time stamp");
  if(doc_count(doc, "summary.latency_ms.count") == 0)
    return buf_adds(out, "not measured: no stamped event arrived");
  if(strcmp(clock, "kernel") == 0)
    arrival = "the kernel's receive time";
  else if(strcmp(clock, "mixed") == 0)
    arrival = "the kernel's receive time, in part weir's own clock";
  buf_addf(out, "from %s to %s",
           strcmp(source, "publish") == 0   ? "the scheduled publish time"
           : strcmp(source, "request") == 0 ? "the intended start of a request"
                                            : "the stamp in the event",
           arrival);
  if(doc_count(doc, "summary.latency_ms.negative"))
    buf_addf(
        out, "; %s events from the future left out: the clocks disagree",
        units_fmt_count(doc_count(doc, "summary.latency_ms.negative"), n));
  return out->rc;
}

static void add_percent(json_t *doc, const char *path, struct buf *out)
{
  double v;
  if(doc_find(doc, path, &v))
    buf_addf(out, ", CPU %.0f%% of a core", v);
}

static void add_bytes(json_t *doc, const char *path, const char *label,
                      struct buf *out)
{
  char n[UNITS_MAX];
  double v;
  if(!doc_find(doc, path, &v) || v <= 0)
    return;
  buf_addf(out, ", %s%s", units_fmt_bytes(v, n), label);
}

static void add_lag(json_t *doc, const char *path, const char *label,
                    struct buf *out)
{
  char n[UNITS_MAX];
  double v;
  if(!doc_find(doc, path, &v))
    return;
  buf_addf(out, ", %s p99 %s", label, units_fmt_ms(v, n));
}

int phrases_generator(json_t *doc, struct buf *out)
{
  json_t *g = json_dotted_get(doc, "summary.generator");
  uint64_t workers = doc_count(g, "workers");
  buf_addf(out, "%" PRIu64 " worker%s", workers, workers == 1 ? "" : "s");
  add_percent(g, "cpu_percent", out);
  add_lag(g, "loop_lag_ms.p99", "loop lag", out);
  add_lag(g, "schedule_lag_ms.p99", "schedule lag", out);
  add_bytes(g, "bytes_per_connection", " a stream", out);
  return out->rc;
}

int phrases_server(json_t *doc, struct buf *out)
{
  json_t *s = json_dotted_get(doc, "summary.server");
  uint64_t processes = doc_count(s, "processes");
  double us;
  if(!json_is_object(s))
    return 0;
  buf_addf(out, "%" PRIu64 " process%s", processes,
           processes == 1 ? "" : "es");
  add_percent(s, "cpu_percent", out);
  add_bytes(s, "rss_bytes", "", out);
  add_bytes(s, "bytes_per_connection", " a stream", out);
  if(doc_find(s, "cpu_us_per_event", &us))
    buf_addf(out, ", %.3g us an event", us);
  return out->rc;
}

int phrases_run(json_t *doc, struct buf *out)
{
  char a[UNITS_MAX], b[UNITS_MAX];
  const char *name = doc_text(doc, "scenario.name");
  double measured = doc_number(doc, "measured_ms", 0);
  double elapsed = doc_number(doc, "elapsed_ms", 0);
  size_t merged = json_array_size(doc_array(doc, "merged"));
  buf_addf(out, "%s: %s measured of %s, seed %" PRIu64,
           name[0] ? name : "load",
           units_fmt_duration((uint64_t)(measured * 1e6), a),
           units_fmt_duration((uint64_t)(elapsed * 1e6), b),
           doc_count(doc, "seed"));
  if(merged)
    buf_addf(out, "; %zu results merged", merged);
  return out->rc;
}
