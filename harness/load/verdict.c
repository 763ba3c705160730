/* SPDX-License-Identifier: MIT
 * The verdict of a document, in one word, one sentence and one exit code; see
 * gate.h.  In this order: interrupted, invalid (the generator's fault),
 * nothing opened, thresholds. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "document/doc.h"
#include "load/gate.h"

bool gate_nothing_opened(json_t *doc)
{
  return doc_count(doc, "summary.connections.opened") == 0;
}

/* Text came and no client made an event of it: why, or "". */
static const char *unheard(json_t *doc)
{
  return doc_text(doc, "summary.events.unheard");
}

static size_t count_failed(json_t *doc)
{
  size_t i, n = 0;
  json_t *t;
  json_array_foreach(doc_array(doc, "thresholds"), i, t)
  {
    n += !doc_bool(t, "pass");
  }
  return n;
}

/* Weir's own thresholds, since the scenario has none. */
static bool by_default(json_t *doc)
{
  return doc_bool(json_array_get(doc_array(doc, "thresholds"), 0), "default");
}

static const char *decide(json_t *doc)
{
  if(doc_bool(doc, "interrupted"))
    return "interrupted";
  if(json_array_size(doc_array(doc, "summary.generator.reasons")))
    return "invalid";
  if(gate_nothing_opened(doc) || unheard(doc)[0] || count_failed(doc))
    return "fail";
  return "pass";
}

enum exit_code gate_exit_code(json_t *doc)
{
  const char *verdict = doc_text(doc, "verdict");
  if(strcmp(verdict, "interrupted") == 0)
    return EXIT_INTERRUPTED;
  if(strcmp(verdict, "invalid") == 0)
    return EXIT_INVALID;
  if(gate_nothing_opened(doc))
    return EXIT_UNREACHABLE;
  return strcmp(verdict, "pass") == 0 ? EXIT_PASS : EXIT_FAIL;
}

static const char *count_text(json_t *doc, const char *path, char *out)
{
  return units_fmt_count(doc_count(doc, path), out);
}

/* ", 40 ended by the server": that they came back is no reason for silence. */
static void add_endings(json_t *doc, struct buf *out)
{
  char n[UNITS_MAX];
  uint64_t ended = doc_count(doc, "summary.connections.ended_by_server");
  uint64_t broken = doc_count(doc, "summary.connections.broken");
  if(ended > broken)
    buf_addf(out, ", %s ended by the server",
             units_fmt_count(ended - broken, n));
  if(broken)
    buf_addf(out, ", %s broken", units_fmt_count(broken, n));
}

/* ", 498 failed (status-500)": a run without thresholds passes all the same,
 * but not in silence. */
static void add_failures(json_t *doc, struct buf *out)
{
  char n[UNITS_MAX];
  json_t *cause = doc_main_cause(doc);
  if(!doc_count(doc, "summary.connections.failed"))
    return;
  buf_addf(out, ", %s failed",
           count_text(doc, "summary.connections.failed", n));
  if(cause)
    buf_addf(out, " (%s)", doc_text(cause, "name"));
}

/* ", none lost", and what else befell events, if anything did. */
static int add_losses(json_t *doc, struct buf *out)
{
  static const char *const others[] = {"duplicated", "reordered", "corrupt",
                                       "foreign"};
  char n[UNITS_MAX], path[40];
  double lost;
  size_t i;
  if(!doc_find(doc, "summary.events.lost", &lost))
    return buf_adds(out, ", loss not measured");
  if(lost <= 0)
    buf_adds(out, ", none lost");
  else
    buf_addf(out, ", %s lost", count_text(doc, "summary.events.lost", n));
  for(i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
    snprintf(path, sizeof(path), "summary.events.%s", others[i]);
    if(doc_count(doc, path))
      buf_addf(out, ", %s %s", count_text(doc, path, n), others[i]);
  }
  return out->rc;
}

/* "200 requests completed, 3 failed (truncated), TTFT p99 152 ms" */
static int add_requests(json_t *doc, struct buf *out)
{
  static const char *const others[][2] = {{"failed", "failed"},
                                          {"rate_limited", "rate-limited"},
                                          {"cancelled", "cut off at the end"}};
  json_t *cause = doc_main_cause(doc);
  char n[UNITS_MAX], path[40];
  double p99;
  size_t i;
  buf_addf(out, "%s of %s requests completed",
           count_text(doc, "summary.requests.completed", n),
           count_text(doc, "summary.requests.sent", path));
  for(i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
    snprintf(path, sizeof(path), "summary.requests.%s", others[i][0]);
    if(doc_count(doc, path))
      buf_addf(out, ", %s %s", count_text(doc, path, n), others[i][1]);
  }
  if(cause)
    buf_addf(out, " (%s)", doc_text(cause, "name"));
  if(doc_find(doc, "summary.ttft_ms.p99", &p99))
    buf_addf(out, ", TTFT p99 %s", units_fmt_ms(p99, n));
  if(doc_find(doc, "summary.itl_ms.p99", &p99))
    buf_addf(out, ", ITL p99 %s", units_fmt_ms(p99, n));
  return out->rc;
}

/* "10,000 streams, 1,000,000 events, none lost, latency p99 0.45 ms" */
static int add_facts(json_t *doc, struct buf *out)
{
  char n[UNITS_MAX];
  double p99;
  uint64_t peak = doc_count(doc, "summary.connections.peak");
  if(json_dotted_get(doc, "summary.requests"))
    return add_requests(doc, out);
  buf_addf(out, "%s stream%s", units_fmt_count(peak, n), peak == 1 ? "" : "s");
  add_failures(doc, out);
  add_endings(doc, out);
  buf_addf(out, ", %s events", count_text(doc, "summary.events.received", n));
  if(doc_count(doc, "summary.events.received"))
    add_losses(doc, out);
  if(doc_find(doc, "summary.latency_ms.p99", &p99))
    buf_addf(out, ", latency p99 %s", units_fmt_ms(p99, n));
  return out->rc;
}

static int say_nothing_opened(json_t *doc, struct buf *out)
{
  char n[UNITS_MAX];
  json_t *cause = doc_main_cause(doc);
  uint64_t tried = doc_count(doc, "summary.connections.attempted");
  buf_addf(out, "not one stream could be opened (%s attempt%s)",
           units_fmt_count(tried, n), tried == 1 ? "" : "s");
  if(cause)
    buf_addf(out, ": %s",
             doc_text(cause, "example")[0] ? doc_text(cause, "example")
                                           : doc_text(cause, "name"));
  return out->rc;
}

static int say_unheard(json_t *doc, struct buf *out)
{
  int rc = add_facts(doc, out);
  return rc ? rc
            : buf_addf(out,
                       ": %s, so that no client gets anything; weir check "
                       "names the cause",
                       unheard(doc));
}

/* Which share of what was asked for it says went wrong: of weir's own
 * thresholds, the one that is missed by most stands first. */
static double harm(json_t *doc, json_t *t)
{
  const char *field = doc_text(t, "field");
  double lost = doc_number(doc, "summary.events.lost", 0), seen;
  if(!doc_bool(t, "default") || !doc_find(t, "observed", &seen))
    return 0;
  if(strcmp(field, "connections.present") == 0)
    return 1 - seen;
  if(strcmp(field, "events.lost") == 0)
    return lost / (lost + doc_number(doc, "summary.events.received", 0));
  return seen;
}

/* The failed threshold that follows `before`, NULL for the first: by harm,
 * then as they were given.  NULL where there is no other. */
static json_t *worst(json_t *doc, json_t *list, json_t *before)
{
  json_t *t, *found = NULL;
  bool behind = before == NULL;
  size_t i;
  json_array_foreach(list, i, t)
  {
    double h = harm(doc, t), limit = before ? harm(doc, before) : 2;
    bool follows = h < limit || (behind && !(h > limit));
    behind = behind || t == before;
    if(t != before && !doc_bool(t, "pass") && follows &&
       (!found || h > harm(doc, found)))
      found = t;
  }
  return found;
}

/* "; most often: ...", where streams were not as they should be. */
static int add_cause(json_t *doc, struct buf *out)
{
  json_t *list = doc_array(doc, "thresholds"), *t;
  json_t *cause = doc_main_cause(doc);
  bool of_streams = false;
  size_t i;
  json_array_foreach(list, i, t)
  {
    of_streams =
        of_streams ||
        (!doc_bool(t, "pass") &&
         (slice_starts(slice_of(doc_text(t, "field")), "connections.") ||
          slice_starts(slice_of(doc_text(t, "field")), "requests.")));
  }
  if(!cause || !of_streams)
    return out->rc;
  return buf_addf(out, "; most often: %s",
                  doc_text(cause, "example")[0] ? doc_text(cause, "example")
                                                : doc_text(cause, "name"));
}

static int say_failed(json_t *doc, struct buf *out)
{
  json_t *list = doc_array(doc, "thresholds"), *t;
  size_t failed = count_failed(doc);
  const char *separator = ": ";
  if(gate_nothing_opened(doc))
    return say_nothing_opened(doc, out);
  if(unheard(doc)[0])
    return say_unheard(doc, out);
  buf_addf(out, "%zu of %zu %sthreshold%s not met", failed,
           json_array_size(list), by_default(doc) ? "default " : "",
           json_array_size(list) == 1 ? "" : "s");
  for(t = worst(doc, list, NULL); t; t = worst(doc, list, t)) {
    buf_addf(out, "%s%s (", separator, doc_text(t, "expression"));
    gate_observed(t, out);
    buf_addc(out, ')');
    separator = ", ";
  }
  return add_cause(doc, out);
}

static int say_passed(json_t *doc, struct buf *out)
{
  size_t n = json_array_size(doc_array(doc, "thresholds"));
  int rc = add_facts(doc, out);
  if(rc || n == 0)
    return rc ? rc : buf_adds(out, "; no threshold was set");
  if(by_default(doc))
    return buf_adds(out, "; the default thresholds hold");
  if(n == 1)
    return buf_adds(out, "; the threshold holds");
  return buf_addf(out, "; all %zu thresholds hold", n);
}

static int say_invalid(json_t *doc, struct buf *out)
{
  json_t *reasons = doc_array(doc, "summary.generator.reasons");
  size_t more = json_array_size(reasons) - 1;
  buf_addf(out, "this run says nothing certain about the target: %s",
           doc_text(json_array_get(reasons, 0), "sentence"));
  if(more)
    buf_addf(out, " (and %zu more reason%s)", more, more == 1 ? "" : "s");
  return out->rc;
}

static int say_interrupted(json_t *doc, struct buf *out)
{
  char t[UNITS_MAX];
  double ms = doc_number(doc, "elapsed_ms", 0);
  buf_addf(out,
           "stopped after %s: ", units_fmt_duration((uint64_t)(ms * 1e6), t));
  add_facts(doc, out);
  return buf_adds(out, "; a partial run passes no gate");
}

static int say(json_t *doc, const char *verdict, struct buf *out)
{
  if(strcmp(verdict, "interrupted") == 0)
    return say_interrupted(doc, out);
  if(strcmp(verdict, "invalid") == 0)
    return say_invalid(doc, out);
  if(strcmp(verdict, "fail") == 0)
    return say_failed(doc, out);
  return say_passed(doc, out);
}

int gate_decide(json_t *doc)
{
  const char *verdict = decide(doc);
  struct buf sentence;
  int rc;
  buf_init(&sentence, 0);
  rc = say(doc, verdict, &sentence);
  if(!rc &&
     (json_object_set_new(doc, "verdict", json_string(verdict)) ||
      json_object_set_new(doc, "sentence", json_text(buf_slice(&sentence)))))
    rc = E_NOMEM;
  buf_free(&sentence);
  return rc;
}
