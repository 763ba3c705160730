/* SPDX-License-Identifier: MIT
 * A run; see run.h. */
#include "ci/run.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/units.h"
#include "document/exit_code.h"
#include "endpoint/endpoint.h"
#include "result/output.h"

#define DOCUMENT_MAX ((size_t)256 << 20)
#define PATH_SIZE    4096

struct run {
  const struct ci_file *file;
  const struct ci_tools *tools;
  struct ci_result *result;
  struct server server;
  struct process_stop stop;
  bool died; /* the server, in the midst of a step, which told it */
};

const char *ci_step_name(enum ci_step s)
{
  static const char *const name[] = {
#define X(id, name, text) name,
      CI_STEPS(X)
#undef X
  };
  return name[s];
}

/* --- being stopped --- */

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
  stopped = number;
}

static bool is_stopped(void *ctx)
{
  (void)ctx;
  return stopped != 0;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static void catch_signals(struct sigaction before[SIGNALS])
{
  struct sigaction catch = {.sa_handler = on_signal};
  size_t i;
  sigemptyset(&catch.sa_mask);
  stopped = 0;
  for(i = 0; i < SIGNALS; i++)
    sigaction(signals[i], &catch, &before[i]);
}

static void let_signals(const struct sigaction before[SIGNALS])
{
  size_t i;
  for(i = 0; i < SIGNALS; i++)
    sigaction(signals[i], &before[i], NULL);
}

/* --- what a step found --- */

/* One line of it, whatever stands in between. */
static void put_why(struct ci_step_result *s, const char *text)
{
  size_t n = 0;
  for(; *text && n + 1 < sizeof(s->why); text++) {
    bool space = *text == ' ' || *text == '\n' || *text == '\t';
    if(!space || (n && s->why[n - 1] != ' '))
      s->why[n++] = space ? ' ' : *text;
  }
  s->why[n] = '\0';
}

static bool is_failure(const struct page_finding *f)
{
  return f->outcome == PAGE_FAILED || f->outcome == PAGE_ERROR;
}

/* The worst finding of a page that failed something; NULL: none did. */
static const struct page_finding *worst_finding(const struct page *p)
{
  const struct page_finding *worst = NULL, *f;
  const struct page_block *b;
  for(b = p->block; b; b = b->next) {
    for(f = b->finding; f; f = f->next) {
      if(is_failure(f) && (!worst || f->rank < worst->rank))
        worst = f;
    }
  }
  return worst;
}

static bool is_said(const char *text)
{
  return text && text[0];
}

/* What is wrong, as one reads it: at a place of a file, with what stands
 * there. */
static void say_finding(struct ci_step_result *s, const struct page_finding *f)
{
  const char *seen = page_term_text(f, PAGE_SEEN);
  bool whole = is_said(f->message) && (f->place.line || !is_said(seen));
  struct buf text;
  buf_init(&text, 0);
  buf_addf(&text, "%s: %s", f->id, whole ? f->message : seen);
  put_why(s, buf_text(&text));
  buf_free(&text);
}

/* The worst that its page says; without a failure, what it says of it all. */
static void say_found(struct ci_step_result *s)
{
  const struct page_finding *f;
  struct page p;
  if(output_fill(s->doc, false, NULL, 0, &p) == 0) {
    f = s->code == EXIT_FAIL ? worst_finding(&p) : NULL;
    if(f)
      say_finding(s, f);
    else
      put_why(s, p.sentence);
  }
  page_free(&p);
}

static json_t *read_document(const char *path)
{
  struct buf text;
  json_t *doc = NULL;
  buf_init(&text, 0);
  if(file_read(path, DOCUMENT_MAX, &text, NULL) == 0)
    doc = json_parse(buf_slice(&text), path, NULL);
  buf_free(&text);
  return doc;
}

static void say_end(struct ci_step_result *s, const struct step_end *end)
{
  char text[sizeof(s->why)], time[UNITS_MAX];
  if(end->server_died) {
    s->code = EXIT_FAIL;
    snprintf(
        text, sizeof(text), "%s, %s into this step", end->why.text,
        units_fmt_duration(end->elapsed_ns / NS_PER_MS * NS_PER_MS, time));
    put_why(s, text);
  } else if(end->interrupted) {
    s->code = EXIT_INTERRUPTED;
    put_why(s, "interrupted");
  } else if(s->doc)
    say_found(s);
  else if(end->why.text[0])
    put_why(s, end->why.text);
  else if(s->code != EXIT_PASS) {
    snprintf(text, sizeof(text), "it ended with exit code %d", s->code);
    put_why(s, text);
  }
}

/* --- steps --- */

static void path_of(const struct run *r, const char *name, const char *suffix,
                    char *out, size_t size)
{
  snprintf(out, size, "%s/%s%s", r->file->out, name, suffix);
}

static void add_outputs(const struct run *r, const char *name, bool junit,
                        struct step_line *l)
{
  step_add(l, "--out=%s/%s.json", r->file->out, name);
  if(junit)
    step_add(l, "--out=%s/%s.xml", r->file->out, name);
}

static void begin(const struct run *r, enum ci_step step, int words,
                  char **word)
{
  r->result->step[step].ran = true;
  r->tools->on_step(ci_step_name(step), words, word, r->tools->ctx);
}

static void run_step(struct run *r, enum ci_step step, step_command *command,
                     struct step_line *l, const char *document)
{
  struct ci_step_result *s = &r->result->step[step];
  const struct step_job job = {
      .command = command, .line = l, .server = &r->server, .stop = r->stop};
  struct step_end end;
  struct err e = {0};
  char path[PATH_SIZE];
  path_of(r, document, ".json", path, sizeof(path));
  begin(r, step, l->words, l->word);
  if(step_run(&job, &end, &e)) {
    s->code = EXIT_INVALID;
    put_why(s, e.text);
  } else {
    s->code = end.code;
    s->elapsed_ns = end.elapsed_ns;
    r->died |= end.server_died;
    s->doc = read_document(path);
    say_end(s, &end);
  }
  step_line_free(l);
}

static void run_check(struct run *r)
{
  static const char *const mode[] = {"--fast", "--mode=lint", "--mode=probe",
                                     "--mode=full"};
  const struct ci_file *f = r->file;
  struct step_line l = {.words = 0};
  step_add(&l, "check");
  step_add(&l, "%s", f->url);
  step_add(&l, "%s", mode[f->check_mode]);
  if(f->profile)
    step_add(&l, "--profile=%s", f->profile);
  step_add_list(&l, "", f->check_option, f->check_option_count);
  add_outputs(r, "check", true, &l);
  run_step(r, CI_CHECK, r->tools->check, &l, "check");
}

static void begin_load(const struct ci_file *f, struct step_line *l)
{
  step_add(l, "load");
  step_add(l, "%s", f->scenario ? f->scenario : f->url);
  if(f->scenario)
    step_add(l, "--url=%s", f->url);
  step_add_list(l, "", f->load_option, f->load_option_count);
}

static void run_load(struct run *r)
{
  struct step_line l = {.words = 0};
  begin_load(r->file, &l);
  add_outputs(r, "load", true, &l);
  run_step(r, CI_LOAD, r->tools->load, &l, "load");
}

static void run_flows(struct run *r)
{
  const struct ci_file *f = r->file;
  struct step_line l = {.words = 0};
  step_add(&l, "test");
  step_add_list(&l, "", f->flow, f->flow_count);
  step_add(&l, "--target=%.*s", (int)url_origin(f->url), f->url);
  add_outputs(r, "flows", true, &l);
  step_add(&l, "--out=%s/flows.html", f->out);
  run_step(r, CI_FLOWS, r->tools->test, &l, "flows");
}

static void run_compare(struct run *r)
{
  const struct ci_file *f = r->file;
  bool has_base = access(f->baseline, F_OK) == 0;
  struct step_line l = {.words = 0};
  begin_load(f, &l);
  step_add(&l, "--quiet");
  step_add(&l, "--duration=%llums",
           (unsigned long long)(f->run_ns / NS_PER_MS));
  step_add(&l, "--repeat=%llu", (unsigned long long)f->runs);
  if(has_base) {
    step_add(&l, "--against=%s", f->baseline);
    step_add_list(&l, "--gate=", f->gate, f->gate_count);
    step_add(&l, "--save-runs=%s/runs.json", f->out);
  } else
    snprintf(r->result->note, sizeof(r->result->note),
             "There is no %s yet: keep %s/runs.json under that name.",
             f->baseline, f->out);
  add_outputs(r, has_base ? "compare" : "runs", has_base, &l);
  run_step(r, CI_COMPARE, r->tools->load, &l, has_base ? "compare" : "runs");
}

static void run_start(struct run *r, const struct server_plan *plan)
{
  struct ci_step_result *s = &r->result->step[CI_START];
  char *start[] = {r->file->start};
  uint64_t begun = clock_mono_ns();
  char time[UNITS_MAX];
  struct err e = {0};
  int rc;
  begin(r, CI_START, start[0] ? 1 : 0, start);
  rc = server_start(&r->server, plan, &e);
  s->elapsed_ns = clock_mono_ns() - begun;
  if(rc) {
    s->code = rc == E_CLOSED ? EXIT_INTERRUPTED : EXIT_UNREACHABLE;
    put_why(s, e.text);
    return;
  }
  units_fmt_duration(s->elapsed_ns / NS_PER_MS * NS_PER_MS, time);
  snprintf(s->why, sizeof(s->why), "ready after %s", time);
}

/* It must have lived to here, and goes now. */
static void run_stop(struct run *r)
{
  struct ci_step_result *s = &r->result->step[CI_STOP];
  bool up = r->result->step[CI_START].code == EXIT_PASS;
  struct err e = {0};
  if(up && !stopped && !r->died && !server_serves(&r->server, &e)) {
    s->ran = true;
    s->code = EXIT_FAIL;
    put_why(s, e.text);
  }
  if(server_end(&r->server, &e) && s->code == EXIT_PASS) {
    s->ran = true;
    s->code = EXIT_INVALID;
    put_why(s, e.text);
  }
}

static void run_steps(struct run *r)
{
  static void (*const fn[CI_STEP_COUNT])(struct run *) = {
      [CI_CHECK] = run_check,
      [CI_LOAD] = run_load,
      [CI_FLOWS] = run_flows,
      [CI_COMPARE] = run_compare};
  struct err e = {0};
  int i;
  for(i = CI_CHECK; i <= CI_COMPARE; i++) {
    if(!r->result->step[i].wanted)
      continue;
    if(stopped || !server_lives(&r->server, &e))
      break;
    fn[i](r);
  }
}

/* --- what it comes to --- */

static void add_sentence(struct ci_result *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void add_sentence(struct ci_result *r, const char *fmt, ...)
{
  size_t used = strlen(r->sentence);
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(r->sentence + used, sizeof(r->sentence) - used, fmt, ap);
  va_end(ap);
}

static const char *word_of(int code)
{
  switch(code) {
  case EXIT_INTERRUPTED:
    return "INTERRUPTED";
  case EXIT_INVALID:
    return "INVALID";
  case EXIT_USAGE:
    return "WRONG";
  default:
    return "FAIL";
  }
}

static void say_failed(struct ci_result *r)
{
  int i;
  add_sentence(r, "%s at %s: %s", word_of(r->code), ci_step_name(r->failed),
               r->step[r->failed].why);
  for(i = 0; i < CI_STEP_COUNT; i++) {
    if(i != (int)r->failed && r->step[i].ran && r->step[i].code != EXIT_PASS)
      add_sentence(r, "; %s failed, too", ci_step_name((enum ci_step)i));
  }
}

static void say_passed(struct ci_result *r)
{
  const char *before = "PASS: ";
  int i;
  for(i = CI_CHECK; i <= CI_COMPARE; i++) {
    if(!r->step[i].ran)
      continue;
    add_sentence(r, "%s%s", before, ci_step_name((enum ci_step)i));
    before = ", ";
  }
  add_sentence(r, " held");
}

/* A failure of the target outranks what could not be judged; that somebody
 * ended it outranks both. */
static int rank_of(const struct ci_step_result *s)
{
  return !s->ran || s->code == EXIT_PASS ? 0
         : s->code == EXIT_INTERRUPTED   ? 3
         : s->code == EXIT_FAIL          ? 2
                                         : 1;
}

static void conclude(struct ci_result *r)
{
  int i, most = 0;
  r->failed = CI_STEP_COUNT;
  for(i = 0; i < CI_STEP_COUNT; i++) {
    if(rank_of(&r->step[i]) <= most)
      continue;
    most = rank_of(&r->step[i]);
    r->failed = (enum ci_step)i;
    r->code = r->step[i].code;
  }
  if(stopped && r->code != EXIT_INTERRUPTED) {
    r->code = EXIT_INTERRUPTED;
    add_sentence(r, "INTERRUPTED between two steps");
  } else if(most)
    say_failed(r);
  else
    say_passed(r);
}

/* One page of it all; flows have their own. */
static void report(struct run *r)
{
  static const enum ci_step told[] = {CI_CHECK, CI_LOAD, CI_COMPARE};
  struct step_line l = {.words = 0};
  const struct step_job job = {
      .command = r->tools->report, .line = &l, .silent = true};
  struct step_end end;
  struct err e = {0};
  size_t i;
  step_add(&l, "report");
  for(i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
    if(r->result->step[told[i]].doc &&
       (told[i] != CI_COMPARE || !r->result->note[0]))
      step_add(&l, "%s/%s.json", r->file->out, ci_step_name(told[i]));
  }
  if(l.words > 1) {
    step_add(&l, "--out=%s/report.html", r->file->out);
    if(!step_run(&job, &end, &e) && end.code != EXIT_PASS && !stopped)
      add_sentence(r->result, " (no page of it: %s)", end.why.text);
  }
  step_line_free(&l);
}

/* What stands in the folder was of another run. */
static void clear(const struct run *r)
{
  static const char *const name[] = {"check", "load",   "flows",  "compare",
                                     "runs",  "report", "summary"};
  static const char *const suffix[] = {".json", ".xml", ".html", ".md"};
  char path[PATH_SIZE];
  size_t i, k;
  for(i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
    for(k = 0; k < sizeof(suffix) / sizeof(suffix[0]); k++) {
      path_of(r, name[i], suffix[k], path, sizeof(path));
      unlink(path);
    }
  }
}

static void want(const struct ci_file *f, struct ci_result *out)
{
  out->step[CI_START].wanted = true;
  out->step[CI_CHECK].wanted = f->check;
  out->step[CI_LOAD].wanted = f->load;
  out->step[CI_FLOWS].wanted = f->flow_count > 0;
  out->step[CI_COMPARE].wanted = f->baseline != NULL;
}

int ci_run(const struct ci_file *f, const struct ci_tools *tools,
           struct ci_result *out, struct err *e)
{
  struct run r = {
      .file = f, .tools = tools, .result = out, .stop = {is_stopped, NULL}};
  struct sigaction before[SIGNALS];
  struct server_plan plan = {.command = f->start,
                             .url = f->url,
                             .ready_url = f->ready_url,
                             .ready_ns = f->ready_ns,
                             .grace_ns = f->stop_ns,
                             .stop = r.stop};
  char log[PATH_SIZE];
  int rc;
  memset(out, 0, sizeof(*out));
  path_of(&r, "server", ".log", log, sizeof(log));
  plan.log = log;
  rc = file_ready(log, e);
  if(rc)
    return rc;
  clear(&r);
  want(f, out);
  catch_signals(before);
  run_start(&r, &plan);
  if(out->step[CI_START].code == EXIT_PASS)
    run_steps(&r);
  run_stop(&r);
  conclude(out);
  report(&r);
  let_signals(before);
  return 0;
}

void ci_result_free(struct ci_result *r)
{
  int i;
  for(i = 0; i < CI_STEP_COUNT; i++) {
    json_decref(r->step[i].doc);
    r->step[i].doc = NULL;
  }
}
