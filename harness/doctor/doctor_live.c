/* SPDX-License-Identifier: MIT
 * One live run from nothing to symptoms; see doctor_live.h. */
#include "doctor/doctor_live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "doctor/live.h"

#define LOG_KEPT ((size_t)16 << 10)

static void tell(const struct sandbox_options *o, const char *what)
{
  if(o->on_progress)
    o->on_progress(what, o->ctx);
}

/* Why there is nothing to probe, or NULL. */
static const char *cannot(const struct doctor_facts *f)
{
  if(!conf_family_is_upstream(f->family))
    return "no application stands behind this location; the rules have "
           "looked at the text";
  if(f->family == CONF_GRPC)
    return "gRPC is not probed; the rules have looked at the text";
  if(!live_listener(f, DOCTOR_H1) && !live_listener(f, DOCTOR_TLS))
    return "the server listens neither for HTTP/1.1 nor HTTP/2";
  return NULL;
}

/* What nginx wrote beyond the usual, for the report. */
static int keep_log(struct doctor_live *out, const struct buf *log)
{
  static const char *const LEVELS[] = {"[warn]", "[error]", "[crit]",
                                       "[alert]", "[emerg]"};
  struct slice rest = buf_slice(log), line;
  struct buf kept;
  buf_init(&kept, 0);
  while(rest.n) {
    bool told = false;
    line = slice_cut(&rest, '\n');
    for(size_t i = 0; i < sizeof(LEVELS) / sizeof(LEVELS[0]); i++)
      told |= slice_find(line, LEVELS[i]) >= 0;
    out->log_lines += told;
    if(told && kept.n + line.n < LOG_KEPT)
      buf_addf(&kept, "%.*s\n", (int)line.n, line.p);
  }
  out->log = kept.p;
  return kept.rc;
}

/* A redirect, a file, a refusal of nginx's own: what is measured then is no
 * stream, and says nothing of one. */
static void look_whether_reached(struct doctor_live *out)
{
  uint32_t asked = 0;
  for(int p = 0; p < DOCTOR_PROBE_COUNT; p++) {
    for(int t = 0; t < DOCTOR_TRANSPORT_COUNT; t++)
      asked += out->symptoms.of[p][t].asked;
  }
  for(int t = 0; t < DOCTOR_TRANSPORT_COUNT; t++) {
    const struct symptom *s =
        symptom_get(&out->symptoms, PROBE_HEAD, (enum doctor_transport)t);
    struct edit_note *n = &out->notes.at[out->notes.n];
    if(!s || s->asked || out->notes.n == EDIT_NOTES_MAX)
      continue;
    memset(n, 0, sizeof(*n));
    snprintf(n->text, sizeof(n->text),
             "over %s nginx answers %d itself: the application was not asked",
             doctor_transport_name((enum doctor_transport)t), s->status);
    snprintf(out->why_not, sizeof(out->why_not), "%s", n->text);
    out->notes.n++;
  }
  if(asked)
    out->why_not[0] = '\0';
  else
    out->symptoms.made = false;
}

static void note_noise(struct doctor_live *out)
{
  struct edit_note *n = &out->notes.at[out->notes.n];
  if(out->noise_ms < DOCTOR_BUSY_MS || out->notes.n == EDIT_NOTES_MAX)
    return;
  memset(n, 0, sizeof(*n));
  snprintf(
      n->text, sizeof(n->text),
      "this machine was busy: without nginx, too, half of the events came "
      "later than %.0f ms; run it again when it is quiet",
      out->noise_ms);
  out->notes.n++;
}

static int probe(const struct sandbox *s, const struct doctor_facts *f,
                 const struct conf_request *request, struct doctor_live *out,
                 struct err *e)
{
  struct live_plan plan;
  struct live_outcome outcome;
  struct buf log;
  int rc = live_plan_make(&plan, f, request, s);
  if(rc)
    return err_set(e, rc, "out of memory");
  rc = live_fire(&plan, s, &outcome, e);
  buf_init(&log, 0);
  sandbox_log(s, COPY_AS_IS, &log);
  sandbox_log(s, COPY_SCALED, &log);
  if(!rc) {
    live_measure(&plan, &outcome, clock_offset_ns(), buf_text(&log), out);
    look_whether_reached(out);
    note_noise(out);
    rc = keep_log(out, &log);
  }
  buf_free(&log);
  live_outcome_free(&outcome);
  live_plan_free(&plan);
  return rc;
}

/* A refusal is an answer, too. */
static int settle(int rc, struct doctor_live *out, const struct err *e)
{
  if(rc != E_MISMATCH)
    return rc;
  out->refused = true;
  snprintf(out->why_not, sizeof(out->why_not), "%.399s", e->text);
  return 0;
}

static void order(struct sandbox_order *to, const struct sandbox_options *o,
                  const struct doctor_facts *f, struct doctor_live *out)
{
  *to = (struct sandbox_order){
      o, &out->nginx, {f->conf, f->route, f->family, f->version}, &out->notes};
}

static void close_box(struct sandbox *s, struct doctor_live *out)
{
  sandbox_close(s);
  snprintf(out->kept, sizeof(out->kept), "%s", s->kept);
}

static int run(const struct sandbox_options *o, const struct doctor_facts *f,
               const struct conf_request *request, struct doctor_live *out,
               struct err *e)
{
  struct sandbox_order to;
  struct sandbox s;
  int rc;
  tell(o, "starting nginx on a private copy");
  order(&to, o, f, out);
  rc = settle(sandbox_open(&s, &to, e), out, e);
  out->read_timeout_ms = s.read_timeout_ms;
  out->scale = s.scale;
  if(!rc && !out->refused) {
    tell(o, "probing");
    rc = probe(&s, f, request, out, e);
  }
  close_box(&s, out);
  return rc;
}

/* What is not probed is at least read by nginx. */
static int check(const struct sandbox_options *o, const struct doctor_facts *f,
                 struct doctor_live *out, struct err *e)
{
  struct sandbox_order to;
  struct sandbox s;
  int rc;
  order(&to, o, f, out);
  rc = settle(sandbox_check(&s, &to, e), out, e);
  close_box(&s, out);
  return rc;
}

int doctor_live_run(const struct sandbox_options *o,
                    const struct doctor_facts *f,
                    const struct conf_request *request,
                    struct doctor_live *out, struct err *e)
{
  uint64_t began = clock_mono_ns();
  const char *why = cannot(f);
  int rc;
  memset(out, 0, sizeof(*out));
  symptom_init(&out->symptoms);
  out->scale = 1;
  out->noise_ms = -1;
  if(why)
    snprintf(out->why_not, sizeof(out->why_not), "%s", why);
  rc = nginx_program_find(o->nginx_binary, &out->nginx, e);
  if(rc)
    return why ? 0 : rc;
  rc = why ? check(o, f, out, e) : run(o, f, request, out, e);
  out->took_ms = (double)(clock_mono_ns() - began) / 1e6;
  return rc;
}

void doctor_live_free(struct doctor_live *l)
{
  nginx_program_free(&l->nginx);
  free(l->log);
  l->log = NULL;
}
