/* SPDX-License-Identifier: MIT
 * Made-up outcomes; see synthetic.h. */
#include "load/synthetic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"

#define STREAMS 1000u

static const char *const names[] = {
#define X(id, name) name,
    SYNTHETIC_LIST(X)
#undef X
};

const char *synthetic_name(enum synthetic kind)
{
  return names[kind];
}

static void set(struct scenario *s, const char *key, const char *value)
{
  struct err e = {0};
  if(scenario_set(s, key, value, "test", &e)) {
    fprintf(stderr, "%s\n", e.text);
    abort();
  }
}

static struct scenario *make_scenario(void)
{
  struct scenario *s = scenario_default();
  struct err e = {0};
  if(!s)
    abort();
  set(s, "name", "synthetic");
  set(s, "url", "http://user:pw@127.0.0.1:8080/stream?rate=5&token=s3cret");
  set(s, "headers", "Authorization: Bearer hidden-credential");
  set(s, "headers", "X-Trace: visible");
  set(s, "connections", "1000");
  set(s, "duration", "20s");
  if(scenario_finish(s, &e)) {
    fprintf(stderr, "%s\n", e.text);
    abort();
  }
  return s;
}

void synthetic_threshold(struct synthetic_run *r, const char *expression)
{
  set(r->scenario, "thresholds", expression);
}

void synthetic_record(struct snapshot *s, uint64_t seed, uint32_t n)
{
  struct rng r;
  uint32_t i;
  rng_seed(&r, seed);
  for(i = 0; i < n; i++) {
    uint64_t t_ns = rng_below(&r, 20) * NS_PER_SEC;
    uint64_t ns = 100000 + rng_below(&r, 900000);
    struct timeslice *slice = snapshot_slice(s, t_ns);
    struct hist *h = snapshot_slice_latency(slice);
    if(!h)
      abort();
    hist_record(h, ns);
    hist_record(&s->hist[H_LATENCY], ns);
    hist_record(&s->hist[H_LATENCY_RAW], ns - 50000);
    hist_record(&s->hist[H_GAP], 200 * NS_PER_MS + ns);
    slice->counter[S_EVENTS]++;
    slice->counter[S_BYTES] += 200;
    s->counter[C_EVENTS]++;
    s->counter[C_EVENTS_MEASURED]++;
    s->counter[C_BYTES] += 200;
    s->counter[C_BYTES_MEASURED] += 200;
    s->counter[C_CLOCK_KERNEL]++;
  }
}

static void record_streams(struct snapshot *s, uint64_t opened)
{
  struct timeslice *slice = snapshot_slice(s, 0);
  uint64_t i;
  slice->counter[S_CONNECTIONS] = (int64_t)opened;
  slice->counter[S_OPENED] = (int64_t)opened;
  s->counter[C_OPENED] = s->counter[C_ATTEMPTED] = opened;
  s->counter[C_PEAK] = s->counter[C_SOCKETS_PEAK] = opened;
  for(i = 0; i < opened; i++) {
    hist_record(&s->hist[H_CONNECT], 120000 + i * 100);
    hist_record(&s->hist[H_HEADERS], 420000 + i * 100);
    hist_record(&s->hist[H_FIRST_EVENT], 900000 + i * 1000);
  }
  hist_record_n(&s->hist[H_LOOP_LAG], 90000, 1000);
  hist_record_n(&s->hist[H_SCHEDULE_LAG], 40000, 1000);
  s->counter[C_WORKERS] = 2;
  s->counter[C_CPU_NS] = 11 * NS_PER_SEC;
  s->counter[C_WALL_NS] = 20 * NS_PER_SEC;
  s->counter[C_RSS_BASE_BYTES] = 8 << 20;
  s->counter[C_RSS_BYTES] = 24 << 20;
}

static void note(struct load_outcome *o, const char *text)
{
  snprintf(o->note[o->note_count++], sizeof(o->note[0]), "%s", text);
}

static void invalid(struct load_outcome *o, const char *code,
                    const char *sentence, const char *advice)
{
  struct invalid_reason *r = &o->invalid[o->invalid_count++];
  snprintf(r->code, sizeof(r->code), "%s", code);
  snprintf(r->sentence, sizeof(r->sentence), "%s", sentence);
  snprintf(r->advice, sizeof(r->advice), "%s", advice);
}

static void offend(struct snapshot *s, const char *kind, uint64_t stream,
                   uint64_t number, uint64_t count)
{
  struct offender o = {
      .stream = stream, .number = number, .count = count, .t_s = 4.25};
  snprintf(o.kind, sizeof(o.kind), "%s", kind);
  if(strcmp(kind, "foreign") == 0)
    snprintf(o.detail, sizeof(o.detail), "meant for user ann");
  snapshot_offender(s, &o);
}

static void make_fail(struct load_outcome *o)
{
  struct snapshot *s = o->total;
  s->counter[C_LOST] = 12;
  s->counter[C_LOST_RECONNECT] = 5;
  s->counter[C_DUPLICATED] = 3;
  s->counter[C_FOREIGN] = 1;
  s->counter[C_ATTEMPTED] += 24;
  s->counter[C_FAILED] = 2;
  s->counter[C_REFUSED] = 2;
  s->counter[C_OPENED] += 22;
  s->counter[C_ENDED_BY_SERVER] = 22;
  s->counter[C_BROKEN] = 7;
  s->counter[C_RECONNECTS] = 24;
  s->counter[C_RECONNECTED] = s->counter[C_RESUMED] = 22;
  hist_record_n(&s->hist[H_RECONNECT], 3010 * NS_PER_MS, 22);
  snapshot_cause(s, "status-503",
                 "the server answered 503 Service Unavailable to "
                 "http://127.0.0.1:8080/stream?token=s3cret");
  snapshot_cause(s, "status-503", NULL);
  offend(s, "lost", 17, 1203, 3);
  offend(s, "duplicated", 18, 1210, 1);
  offend(s, "foreign", 3, 40, 1);
}

static void make_unreachable(struct load_outcome *o)
{
  struct snapshot *s = o->total;
  s->counter[C_ATTEMPTED] = s->counter[C_FAILED] = STREAMS;
  s->counter[C_REFUSED] = STREAMS;
  s->counter[C_WORKERS] = 2;
  snapshot_cause(s, "refused",
                 "127.0.0.1 port 8080 refused the connection: nothing "
                 "listens there");
  s->cause[0].count = STREAMS;
  snapshot_slice(s, 0)->counter[S_FAILED] = STREAMS;
  o->measured_ns = 0;
}

static void make_invalid(struct load_outcome *o)
{
  o->worker[1].died = true;
  snprintf(o->worker[1].how, sizeof(o->worker[1].how), "killed by signal 9");
  invalid(o, "worker-died",
          "worker 1 was killed by signal 9; its 500 streams are not counted",
          "repeat the run; look for the reason in the kernel log (dmesg)");
  invalid(o, "cpu", "worker 0 used 99% of a core",
          "use more workers (--workers) or fewer streams");
}

static void add_workers(struct load_outcome *o)
{
  uint32_t i;
  o->worker_count = 2;
  o->worker = calloc(2, sizeof(*o->worker));
  if(!o->worker)
    abort();
  for(i = 0; i < 2; i++) {
    o->worker[i].index = i;
    o->worker[i].pid = 4000 + i;
    o->worker[i].streams = STREAMS / 2;
    o->worker[i].cpu_share = 0.25 + 0.05 * i;
    o->worker[i].loop_lag_p99_ms = 0.09;
  }
}

static void add_server(struct load_outcome *o)
{
  o->server.known = true;
  o->server.pid = 777;
  o->server.processes = 4;
  o->server.cpu_percent = 88;
  o->server.rss_base_bytes = 40 << 20;
  o->server.rss_bytes = 54 << 20;
  o->server.bytes_per_connection = 14680.064;
  o->server.cpu_us_per_event = 2.13;
}

static void add_details(struct load_outcome *o, enum synthetic kind)
{
  if(kind == SYNTHETIC_FAIL)
    make_fail(o);
  if(kind == SYNTHETIC_INVALID)
    make_invalid(o);
  if(kind == SYNTHETIC_PASS)
    add_server(o);
  if(kind == SYNTHETIC_INTERRUPTED) {
    o->interrupted = true;
    o->ledger = LEDGER_SEQUENCE;
    o->latency = LATENCY_STAMP;
    o->ended_real_ns = o->started_real_ns + 4 * NS_PER_SEC;
    snprintf(o->sequence_from, sizeof(o->sequence_from), "data /seq");
    snprintf(o->stamp_from, sizeof(o->stamp_from), "data /t in ns");
    note(o, "the numbers are taken from the member /seq of the data");
    note(o, "the send times are taken from the member /t of the data, which "
            "by its size counts nanoseconds; the clocks of both machines are "
            "taken to agree");
  }
}

static void make_streams(struct load_outcome *o, enum synthetic kind)
{
  struct snapshot *s = o->total;
  record_streams(s, STREAMS);
  synthetic_record(s, 1, 100000);
  s->counter[C_COMMENTS] = 400;
  s->counter[C_EXPECTED] = 100000;
  if(kind == SYNTHETIC_BLIND) {
    o->ledger = LEDGER_NONE;
    o->latency = LATENCY_NONE;
    hist_init(&s->hist[H_LATENCY]);
    hist_init(&s->hist[H_LATENCY_RAW]);
    s->counter[C_CLOCK_KERNEL] = s->counter[C_EXPECTED] = 0;
  }
}

struct synthetic_run *synthetic_new(enum synthetic kind)
{
  struct synthetic_run *r = calloc(1, sizeof(*r));
  struct load_outcome *o;
  if(!r)
    abort();
  o = &r->outcome;
  r->scenario = make_scenario();
  o->scenario = r->scenario;
  o->total = snapshot_new(NS_PER_SEC);
  if(!o->total)
    abort();
  o->seed = 42;
  snprintf(o->run, sizeof(o->run), "k3f9a2");
  o->started_real_ns = 1767225600ull * NS_PER_SEC;
  o->ended_real_ns = o->started_real_ns + 23 * NS_PER_SEC;
  o->measured_ns = 20 * NS_PER_SEC;
  o->ledger = LEDGER_EXACT;
  o->latency = LATENCY_PUBLISH;
  add_workers(o);
  if(kind == SYNTHETIC_UNREACHABLE) {
    make_unreachable(o);
    return r;
  }
  make_streams(o, kind);
  add_details(o, kind);
  return r;
}

void synthetic_free(struct synthetic_run *r)
{
  if(!r)
    return;
  scenario_free(r->scenario);
  snapshot_free(r->outcome.total);
  free(r->outcome.worker);
  free(r);
}
