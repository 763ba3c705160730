/* SPDX-License-Identifier: MIT
 * Conformance runs; see check_run.h. */
#include "conformance/check_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/units.h"
#include "conformance/check_via.h"

#define AGAIN_DIR "again"

static bool mode_allows(const struct check *c, enum plan_mode mode)
{
  int i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if((c->needs.exchanges & EX(i)) &&
       exchange_row((enum exchange_id)i)->mode > mode)
      return false;
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if(c->needs.scripts.has[i] && script_mode((enum script_id)i) > mode)
      return false;
  }
  return true;
}

/* What of a set the mode allows: a check kept by name may need more. */
static void add_needs(struct exchange_set *set, const struct check *c,
                      enum plan_mode mode)
{
  int i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if(exchange_row((enum exchange_id)i)->mode <= mode)
      set->exchanges |= (c->needs.exchanges | c->optional.exchanges) & EX(i);
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    bool wanted = c->needs.scripts.has[i] || c->optional.scripts.has[i];
    if(wanted && script_mode((enum script_id)i) <= mode)
      set->scripts.has[i] = true;
  }
}

/* Whether there is a stream at all is told by the ordinary exchange; of a
 * proxy, by what reached the origin. */
static void choose_set(struct check_run *r)
{
  const struct target *t = r->job->target;
  size_t i;
  r->set = (struct exchange_set){.exchanges = 0};
  for(i = 0; i < r->checks; i++)
    add_needs(&r->set, r->check[i], t->mode);
  if(!t->via || r->set.exchanges)
    r->set.exchanges |= EX(EX_PLAIN);
  probe_trim(t, &r->set);
  /* Made by themselves, around all others. */
  r->set.scripts.has[SCRIPT_STEPS_BEFORE] = false;
  r->set.scripts.has[SCRIPT_STEPS_LAST] = false;
}

static bool any_matches(const char *const *glob, size_t n,
                        const struct check *c)
{
  size_t i;
  for(i = 0; i < n; i++) {
    if(check_matches(c, glob[i]))
      return true;
  }
  return false;
}

bool check_is_chosen(const struct check_job *job, const struct check *c,
                     bool *exact)
{
  size_t i;
  *exact = false;
  for(i = 0; i < job->onlys; i++)
    *exact = *exact || strcmp(job->only[i], c->id) == 0;
  return (!job->onlys || any_matches(job->only, job->onlys, c)) &&
         !any_matches(job->skip, job->skips, c);
}

static void add_row(struct check_run *r, const struct check *c)
{
  const struct check_job *job = r->job;
  bool exact;
  if(!check_is_chosen(job, c, &exact) ||
     (!exact && (!mode_allows(c, job->target->mode) ||
                 !check_via_selects(job, c->modes))))
    return;
  r->check[r->checks] = c;
  finding_init(&r->finding[r->checks++]);
}

int check_rows_add(struct check_run *r, const struct profile *p)
{
  size_t i;
  r->app = malloc(sizeof(*r->app));
  if(!r->app)
    return E_NOMEM;
  r->protocol = p;
  app_checks_fill(r->app, p);
  for(i = 0; i < r->app->count; i++)
    add_row(r, r->app->check[i]);
  return 0;
}

int check_run_select(struct check_run *r, const struct check_job *job,
                     struct err *e)
{
  size_t i, most = check_count() + GRAMMAR_RULES_MAX + 1;
  memset(r, 0, sizeof(*r));
  r->job = job;
  r->check = calloc(most, sizeof(*r->check));
  r->finding = calloc(most, sizeof(*r->finding));
  if(!r->check || !r->finding)
    return err_set(e, E_NOMEM, "out of memory");
  for(i = 0; i < check_count(); i++)
    add_row(r, check_at(i));
  if(job->app && check_rows_add(r, job->app))
    return err_set(e, E_NOMEM, "out of memory");
  if(!r->checks && !job->guesses)
    return err_set(e, E_NOT_FOUND,
                   "no check is left by --only, --skip and the mode; weir "
                   "list checks shows all");
  choose_set(r);
  return 0;
}

static int plan_names(const struct exchange_set *set, struct buf *out)
{
  int i, n = 0, rc = 0;
  if(set->exchanges)
    rc = buf_adds(out, "exchanges    ");
  for(i = 0; i < EXCHANGE_COUNT && !rc; i++) {
    if(set->exchanges & EX(i))
      rc = buf_addf(out, "%s%s", n++ ? " " : "",
                    exchange_row((enum exchange_id)i)->name);
  }
  if(!rc && !script_set_is_empty(&set->scripts))
    rc = buf_addf(out, "%sscripts      ", set->exchanges ? "\n" : "");
  for(i = 0, n = 0; i < SCRIPT_COUNT && !rc; i++) {
    if(set->scripts.has[i])
      rc = buf_addf(out, "%s%s", n++ ? " " : "",
                    script_name((enum script_id)i));
  }
  return rc ? rc : buf_addc(out, '\n');
}

/* The whole run's time is what was given, where it is shorter. */
static uint64_t within(const struct check_run *r, uint64_t ns)
{
  return r->job->time_ns && r->job->time_ns < ns ? r->job->time_ns : ns;
}

int check_run_plan(const struct check_run *r, bool brief, struct buf *out)
{
  static const char *const mode[] = {"lint", "probe", "full"};
  const struct target *t = r->job->target;
  char time[UNITS_MAX], most[UNITS_MAX];
  units_fmt_duration(within(r, probe_expected_ns(t, &r->set)), time);
  units_fmt_duration(within(r, probe_limit_ns(t, &r->set)), most);
  if(brief)
    return buf_addf(out,
                    "%s: mode %s%s, %zu checks, about %s, at most %s (-v "
                    "tells the plan)\n",
                    t->endpoint.url, mode[t->mode], t->fast ? ", fast" : "",
                    r->checks, time, most);
  buf_addf(out, "target       %s\nmode         %s%s\n", t->endpoint.url,
           mode[t->mode], t->fast ? ", fast" : "");
  buf_addf(out, "checks       %zu of %zu\n", r->checks,
           check_count() + (r->app ? r->app->count : 0));
  plan_names(&r->set, out);
  if(r->job->from)
    return buf_addf(out, "recordings   from %s, no network\n", r->job->from);
  buf_addf(out,
           "time         about %s, at most %s; what fails by the "
           "clock is tried once more\n",
           time, most);
  return out->rc;
}

static const struct recording *find(const struct probe_result *p,
                                    const char *name)
{
  size_t i;
  for(i = 0; i < p->recordings; i++) {
    if(strcmp(p->recording[i]->name, name) == 0)
      return p->recording[i];
  }
  return NULL;
}

/* The recordings that were read with the arguments, and the repetition beside
 * them where there was one. */
static int take_loaded(struct check_run *r)
{
  struct target *again = NULL;
  struct buf path;
  struct err none;
  int rc;
  r->first = *r->job->loaded;
  memset(r->job->loaded, 0, sizeof(*r->job->loaded));
  buf_init(&path, 0);
  rc = file_path_join(&path, r->job->from, AGAIN_DIR);
  if(!rc && access(buf_text(&path), F_OK) == 0)
    probe_load(buf_text(&path), &again, &r->again, &none);
  target_free(again);
  buf_free(&path);
  return rc;
}

/* "resume" of "resume.v.3" */
static struct slice family(const char *name)
{
  return (struct slice){name, strcspn(name, ".")};
}

static bool is_repeated(const struct check_run *r, const char *name)
{
  size_t i;
  for(i = 0; i < r->again.recordings; i++) {
    if(slice_eq(family(r->again.recording[i]->name), family(name)))
      return true;
  }
  return false;
}

static void judge(const struct check_run *r, size_t i,
                  struct recording *const *recording, size_t n,
                  struct finding *f)
{
  struct check_input in = {r->job->target, recording, n};
  finding_init(f);
  check_judge(r->check[i], &in, f);
  app_change(r->protocol, f);
}

static bool wants_again(const struct finding *f)
{
  return f->late || (f->timing && (f->verdict == VERDICT_FAIL ||
                                   f->verdict == VERDICT_WARN));
}

/* One step milder. */
static void soften(struct finding *f)
{
  char text[sizeof(f->text)];
  enum verdict milder =
      f->verdict == VERDICT_FAIL ? VERDICT_WARN : VERDICT_INFO;
  memcpy(text, f->text, sizeof(text));
  finding_set(f, milder, "once of two times: %s", text);
  f->flaky = true;
}

/* What did not come again is milder; what could not be tried again stands as
 * it is.  What weir was too late to judge is what the second time says.  Takes
 * again over. */
static void settle(struct finding *f, struct finding *again)
{
  if(f->late) {
    finding_free(f);
    *f = *again;
    return;
  }
  if(again->verdict == VERDICT_PASS || again->verdict == VERDICT_INFO)
    soften(f);
  finding_free(again);
}

/* The new recordings, and the old ones of what was not made again. */
static struct recording **with_repeated(const struct check_run *r, size_t *n)
{
  size_t i, max = r->first.recordings + r->again.recordings;
  struct recording **all = calloc(max + 1, sizeof(struct recording *));
  *n = 0;
  for(i = 0; i < r->again.recordings && all; i++)
    all[(*n)++] = r->again.recording[i];
  for(i = 0; i < r->first.recordings && all; i++) {
    if(!is_repeated(r, r->first.recording[i]->name))
      all[(*n)++] = r->first.recording[i];
  }
  return all;
}

static int judge_again(struct check_run *r)
{
  size_t i, n;
  struct recording **all = with_repeated(r, &n);
  if(!all)
    return E_NOMEM;
  for(i = 0; i < r->checks; i++) {
    struct finding again;
    if(!wants_again(&r->finding[i]))
      continue;
    judge(r, i, all, n, &again);
    settle(&r->finding[i], &again);
  }
  free(all);
  return 0;
}

static int repeat(struct check_run *r, struct err *e)
{
  struct exchange_set set = {.exchanges = 0};
  size_t i, wanted = 0;
  int rc = 0;
  for(i = 0; i < r->checks; i++) {
    if(!wants_again(&r->finding[i]))
      continue;
    wanted++;
    add_needs(&set, r->check[i], r->job->target->mode);
  }
  if(!wanted || r->interrupted || r->first.unmade.n ||
     (r->job->target->mode == MODE_LINT && !r->job->from))
    return 0;
  if(r->job->from && !r->again.recordings)
    return 0;
  if(!r->job->from) {
    rc = check_via_name_run(r, e);
    if(!rc)
      rc = check_record(r, &set, &r->again, e);
  }
  if(!rc && judge_again(r))
    rc = err_set(e, E_NOMEM, "out of memory");
  return rc;
}

/* The protocol lets an answer be one JSON document. */
static bool is_json_answer(const struct check_run *r,
                           const struct recording *plain)
{
  return r->protocol && r->protocol->takes_json && plain &&
         plain->head.status == 200 && app_is_json(plain);
}

/* What may be no stream gets an ordinary request before any unusual one. */
static int look_closer(struct check_run *r, struct err *e)
{
  const struct exchange_set set = {.exchanges = EX(EX_PLAIN)};
  int rc = check_record(r, &set, &r->first, e);
  const struct recording *plain = rc ? NULL : find(&r->first, "plain");
  if(rc)
    return rc;
  if(plain && !is_json_answer(r, plain))
    check_stop(plain, r->stopped, sizeof(r->stopped));
  if(r->stopped[0])
    return 0;
  if(buf_add(&r->look.assumptions, r->first.assumptions.p,
             r->first.assumptions.n))
    return err_set(e, E_NOMEM, "out of memory");
  probe_result_free(&r->first);
  return 0;
}

static bool is_redirect(const struct recording *r)
{
  return r && r->head.status >= 300 && r->head.status < 400 &&
         r->head.status != 304;
}

/* A lint is one request.  Only where that is sent elsewhere, more follow: done
 * says that none does. */
static int lint(struct check_run *r, bool *done, struct err *e)
{
  const struct exchange_set set = {.exchanges = EX(EX_PLAIN)};
  int rc = 0;
  *done = r->job->target->mode == MODE_LINT && !r->job->target->via;
  if(*done)
    rc = check_record(r, &set, &r->first, e);
  if(rc || !is_redirect(find(&r->first, "plain")))
    return rc;
  *done = false;
  probe_result_free(&r->first);
  return 0;
}

/* Where redirects lead to is found out first: it is what all else is about.
 * Where the head is held back, every exchange would wait for nothing: only the
 * ordinary one is made, with more patience. */
static int look_and_record(struct check_run *r, struct err *e)
{
  struct exchange_set set;
  bool done;
  int rc = check_steps_begin(r, e);
  if(rc || r->stopped[0])
    return rc;
  rc = lint(r, &done, e);
  if(rc || done)
    return rc;
  rc = check_look(r, e);
  choose_set(r); /* redirects may lead to TLS, or away from it */
  set = r->set;
  set.scripts.has[SCRIPT_REDIRECTS] = false;
  if(r->held)
    set = (struct exchange_set){.exchanges = EX(EX_PLAIN)};
  if(rc)
    return rc;
  rc = check_via_meet(r, e);
  if(!rc && !r->stopped[0] && r->doubtful)
    rc = look_closer(r, e);
  if(!rc && !r->stopped[0])
    rc = check_record(r, &set, &r->first, e);
  return rc ? rc : check_keep_look(r, e);
}

static bool is_about_redirects(const struct check *c)
{
  const struct script_set walk = {SCRIPT(SCRIPT_REDIRECTS)};
  return !c->needs.exchanges && script_set_equal(&c->needs.scripts, &walk);
}

/* Of a target that is no stream, only the redirects on the way can be judged,
 * if there were any, and that a 200 says to be something else. */
static void keep_judgeable(struct check_run *r)
{
  const struct recording *hop = find(&r->first, "redirects.0");
  const struct recording *plain = find(&r->first, "plain");
  bool is_walk = hop && hop->head.status >= 300 && hop->head.status < 400;
  bool is_typed = plain && plain->head.status == 200;
  size_t i, n = 0;
  for(i = 0; i < r->checks; i++) {
    const struct check *c = r->check[i];
    if((is_walk && is_about_redirects(c)) ||
       (is_typed && check_is_about_type(c)) ||
       c->optional.scripts.has[SCRIPT_STEPS_BEFORE] ||
       (r->lost[0] && c->optional.scripts.has[SCRIPT_CONTROL]))
      r->check[n++] = c;
  }
  r->checks = n;
}

/* Where it was lost before anything was seen of it, that is all there is. */
static void note_lost(struct check_run *r)
{
  const struct check_input in = {r->job->target, r->first.recording,
                                 r->first.recordings};
  const struct recording *lost = input_lost(&in);
  const struct buf *unmade = &r->first.unmade;
  if(!lost && unmade->n)
    (void)snprintf(r->lost, sizeof(r->lost),
                   "the time was over before all was made (%.*s%s)",
                   (int)(unmade->n < 100 ? unmade->n : 100), unmade->p,
                   unmade->n < 100 ? "" : "...");
  if(!lost)
    return;
  lost_say(lost, r->lost);
  if(!r->stopped[0] && lost == find(&r->first, "plain"))
    memcpy(r->stopped, r->lost, sizeof(r->lost));
}

static bool is_of_protocol(const struct check *c)
{
  return strncmp(c->id, "app.", 4) == 0;
}

/* Of such an answer there is no stream to judge, but all that the protocol
 * says. */
static void keep_protocol(struct check_run *r)
{
  size_t i, n = 0;
  for(i = 0; i < r->checks; i++) {
    if(is_of_protocol(r->check[i]))
      r->check[n++] = r->check[i];
  }
  r->checks = n;
  r->stopped[0] = '\0';
}

/* Judges what rests on the last steps, which came behind all else. */
static int end_steps(struct check_run *r, struct err *e)
{
  size_t i;
  int rc = check_steps_end(r, e);
  for(i = 0; i < r->checks && !rc; i++) {
    if(!r->check[i]->optional.scripts.has[SCRIPT_STEPS_LAST])
      continue;
    finding_free(&r->finding[i]);
    judge(r, i, r->first.recording, r->first.recordings, &r->finding[i]);
  }
  return rc;
}

static int perform(struct check_run *r, struct err *e)
{
  const struct recording *plain;
  size_t i;
  int rc = r->job->from ? take_loaded(r) : look_and_record(r, e);
  if(rc)
    return rc;
  if(check_append(&r->first, &r->begun))
    return err_set(e, E_NOMEM, "out of memory");
  plain = find(&r->first, "plain");
  note_lost(r);
  if(plain && !r->stopped[0] && !check_is_held(r, plain))
    check_stop(plain, r->stopped, sizeof(r->stopped));
  if(is_json_answer(r, plain))
    keep_protocol(r);
  else if(r->stopped[0])
    keep_judgeable(r);
  else if(plain && check_guess(r, plain))
    return err_set(e, E_NOMEM, "out of memory");
  for(i = 0; i < r->checks; i++) {
    finding_free(&r->finding[i]);
    judge(r, i, r->first.recording, r->first.recordings, &r->finding[i]);
  }
  rc = check_via_assume(r, e);
  return rc || r->stopped[0] ? rc : repeat(r, e);
}

int check_run_perform(struct check_run *r, struct err *e)
{
  uint64_t began = clock_mono_ns();
  int rc;
  r->started_real_ns = clock_real_ns();
  r->job->target->deadline_ns = r->job->time_ns ? began + r->job->time_ns : 0;
  rc = check_via_start(r, e);
  if(!rc) {
    struct err none;
    rc = perform(r, e);
    if(end_steps(r, rc ? &none : e) && !rc)
      rc = e->code;
  }
  check_via_stop(r);
  r->elapsed_ns = clock_mono_ns() - began;
  return rc;
}

int check_run_save(const struct check_run *r, struct err *e)
{
  const char *dir = r->job->save;
  const struct target *t = r->job->target;
  bool keep = r->job->keep_secrets;
  struct buf path;
  int rc;
  if(!dir)
    return 0;
  rc = probe_save(dir, t, &r->first, keep, e);
  if(rc || !r->again.recordings)
    return rc;
  buf_init(&path, 0);
  rc = file_path_join(&path, dir, AGAIN_DIR);
  rc = rc ? err_set(e, rc, "%s", err_name(rc))
          : probe_save(buf_text(&path), t, &r->again, keep, e);
  buf_free(&path);
  return rc;
}

void check_run_free(struct check_run *r)
{
  size_t i;
  for(i = 0; i < r->checks && r->finding; i++)
    finding_free(&r->finding[i]);
  free(r->finding);
  free(r->check);
  free(r->app);
  probe_result_free(&r->look);
  probe_result_free(&r->begun);
  probe_result_free(&r->first);
  probe_result_free(&r->again);
  memset(r, 0, sizeof(*r));
}
