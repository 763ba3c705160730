/* SPDX-License-Identifier: MIT
 * Shared sentences; see phrases.h. */
#include "result/phrases.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "result/doc.h"

void phrases_row(struct page *p, const char *label, json_t *doc, phrase_fn *fn)
{
  struct buf text;
  buf_init(&text, 0);
  if(!p->rc)
    p->rc = fn(doc, &text);
  if(!p->rc && text.n)
    page_row(p, label, buf_text(&text));
  buf_free(&text);
}

const char *phrases_verdict(json_t *doc)
{
  static const char *const words[][2] = {{"pass", "PASS"},
                                         {"fail", "FAIL"},
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
  int rc = 0;
  for(i = 0; i < n && !rc; i++) {
    if(part[i].always || doc_count(doc, part[i].path))
      rc = item(out, start, doc, part[i].path, part[i].label);
  }
  return rc;
}

#define ITEMS(out, start, doc, parts)                                         \
  items(out, start, doc, parts, sizeof(parts) / sizeof((parts)[0]))

static const char *const conn = "summary.connections";

int phrases_streams(json_t *doc, struct buf *out)
{
  static const struct part parts[] = {{"opened", "opened", true},
                                      {"peak", "at once", true},
                                      {"failed", "failed", true},
                                      {"refused", "of them refused", false}};
  json_t *c = json_dotted_get(doc, conn);
  double shared;
  int rc = ITEMS(out, out->n, c, parts);
  if(!rc && doc_find(c, "streams_per_connection", &shared) && shared > 1.05)
    rc = buf_addf(out, ", %.1f per connection", shared);
  return rc;
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

static int reconnections(json_t *c, size_t start, struct buf *out)
{
  static const struct part parts[] = {{"reconnects", "reconnects", true},
                                      {"reconnected", "opened", true},
                                      {"resumed", "resumed", true}};
  int rc = out->n > start ? buf_adds(out, "; ") : 0;
  return rc ? rc : ITEMS(out, out->n, c, parts);
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
  int rc = ITEMS(out, start, c, parts);
  return rc || doc_count(c, "reconnects") == 0 ? rc
                                               : reconnections(c, start, out);
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
  int rc = item(out, start, e, "received", "received");
  if(!rc && doc_find(e, "per_second", &rate))
    rc = rate < 100 ? buf_addf(out, ", %.1f/s", rate)
                    : buf_addf(out, ", %s/s",
                               units_fmt_count((uint64_t)(rate + 0.5), n));
  if(!rc && doc_find(e, "bytes_per_second", &rate))
    rc = buf_addf(out, ", %s/s", units_fmt_bytes(rate, n));
  return rc ? rc : ITEMS(out, start, doc, others);
}

static int add_owed(json_t *e, struct buf *out)
{
  char n[UNITS_MAX];
  double expected;
  if(!doc_find(e, "expected", &expected))
    return 0;
  return buf_addf(out, " of %s", units_fmt_count(doc_count(e, "expected"), n));
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
  int rc;
  if(strcmp(ledger, "none") == 0)
    return buf_adds(out, "no ledger: the events carry no number to count by");
  if(!doc_find(e, "lost", &lost))
    return buf_adds(out, "no event arrived, and none was known to be owed");
  start = out->n;
  rc = buf_addf(out, "%s lost", units_fmt_count(doc_count(e, "lost"), n));
  if(!rc)
    rc = add_owed(e, out);
  if(!rc)
    rc = ITEMS(out, start, e, parts);
  if(!rc)
    rc = buf_addf(out, " (%s)",
                  strcmp(ledger, "exact") == 0 ? "exact ledger"
                                               : "by sequence");
  if(!rc && doc_bool(e, "ledger_overflowed"))
    rc = buf_adds(out, "; more gaps than the ledger holds: at least so many");
  return rc;
}

int phrases_clock(json_t *doc, struct buf *out)
{
  const char *clock = doc_text(doc, "summary.latency_ms.clock");
  const char *source = doc_text(doc, "summary.latency_ms.source");
  const char *arrival = "weir's own clock on reading";
  char n[UNITS_MAX];
  int rc;
  if(strcmp(source, "none") == 0)
    return buf_adds(out, "not measured: the events carry no time stamp");
  if(doc_count(doc, "summary.latency_ms.count") == 0)
    return buf_adds(out, "not measured: no stamped event arrived");
  if(strcmp(clock, "kernel") == 0)
    arrival = "the kernel's receive time";
  else if(strcmp(clock, "mixed") == 0)
    arrival = "the kernel's receive time, in part weir's own clock";
  rc = buf_addf(out, "from %s to %s",
                strcmp(source, "publish") == 0 ? "the scheduled publish time"
                                               : "the stamp in the event",
                arrival);
  if(!rc && doc_count(doc, "summary.latency_ms.negative"))
    rc = buf_addf(
        out, "; %s events from the future left out: the clocks disagree",
        units_fmt_count(doc_count(doc, "summary.latency_ms.negative"), n));
  return rc;
}

static int add_percent(json_t *doc, const char *path, struct buf *out)
{
  double v;
  return doc_find(doc, path, &v) ? buf_addf(out, ", CPU %.0f%% of a core", v)
                                 : 0;
}

static int add_bytes(json_t *doc, const char *path, const char *label,
                     struct buf *out)
{
  char n[UNITS_MAX];
  double v;
  if(!doc_find(doc, path, &v) || v <= 0)
    return 0;
  return buf_addf(out, ", %s%s", units_fmt_bytes(v, n), label);
}

static int add_lag(json_t *doc, const char *path, const char *label,
                   struct buf *out)
{
  char n[UNITS_MAX];
  double v;
  if(!doc_find(doc, path, &v))
    return 0;
  return buf_addf(out, ", %s p99 %s", label, units_fmt_ms(v, n));
}

int phrases_generator(json_t *doc, struct buf *out)
{
  json_t *g = json_dotted_get(doc, "summary.generator");
  uint64_t workers = doc_count(g, "workers");
  int rc =
      buf_addf(out, "%" PRIu64 " worker%s", workers, workers == 1 ? "" : "s");
  if(!rc)
    rc = add_percent(g, "cpu_percent", out);
  if(!rc)
    rc = add_lag(g, "loop_lag_ms.p99", "loop lag", out);
  if(!rc)
    rc = add_lag(g, "schedule_lag_ms.p99", "schedule lag", out);
  if(!rc)
    rc = add_bytes(g, "bytes_per_connection", " a stream", out);
  return rc;
}

int phrases_server(json_t *doc, struct buf *out)
{
  json_t *s = json_dotted_get(doc, "summary.server");
  uint64_t processes = doc_count(s, "processes");
  double us;
  int rc;
  if(!json_is_object(s))
    return 0;
  rc = buf_addf(out, "%" PRIu64 " process%s", processes,
                processes == 1 ? "" : "es");
  if(!rc)
    rc = add_percent(s, "cpu_percent", out);
  if(!rc)
    rc = add_bytes(s, "rss_bytes", "", out);
  if(!rc)
    rc = add_bytes(s, "bytes_per_connection", " a stream", out);
  if(!rc && doc_find(s, "cpu_us_per_event", &us))
    rc = buf_addf(out, ", %.3g us an event", us);
  return rc;
}

int phrases_run(json_t *doc, struct buf *out)
{
  char a[UNITS_MAX], b[UNITS_MAX];
  const char *name = doc_text(doc, "scenario.name");
  double measured = doc_number(doc, "measured_ms", 0);
  double elapsed = doc_number(doc, "elapsed_ms", 0);
  size_t merged = json_array_size(doc_array(doc, "merged"));
  int rc = buf_addf(out, "%s: %s measured of %s, seed %" PRIu64,
                    name[0] ? name : "load",
                    units_fmt_duration((uint64_t)(measured * 1e6), a),
                    units_fmt_duration((uint64_t)(elapsed * 1e6), b),
                    doc_count(doc, "seed"));
  if(!rc && merged)
    rc = buf_addf(out, "; %zu results merged", merged);
  return rc;
}
