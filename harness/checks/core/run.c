/* SPDX-License-Identifier: MIT
 * Judging one check; see check.h. */
#include <stddef.h>
#include <string.h>

#include "checks/core/check.h"
#include "checks/core/lost.h"

static const char *mode_name(enum plan_mode mode)
{
  static const char *const name[] = {"lint", "probe", "full"};
  return name[mode];
}

/* The head was waited for in vain, so that nothing else was asked. */
static bool is_held(const struct check_input *in)
{
  size_t i, n = input_script_count(in, SCRIPT_REDIRECTS);
  for(i = 0; i < n; i++) {
    const struct recording *r = input_script(in, SCRIPT_REDIRECTS, i);
    if(r->head.status == 0 && r->end == REC_END_TIMEOUT)
      return true;
  }
  return false;
}

/* The walk is left out where the first answer leads nowhere else. */
static bool is_direct(const struct check_input *in)
{
  const struct recording *r = input_exchange(in, EX_PLAIN);
  return r && r->head.status &&
         (r->head.status < 300 || r->head.status >= 400);
}

static void set_lost(const struct check_input *in, struct finding *f,
                     const char *name)
{
  char since[LOST_TEXT_MAX];
  lost_say(input_lost(in), since);
  finding_set(f, VERDICT_UNTESTABLE, "\"%s\" was not made: %s", name, since);
}

static void set_missing(const struct check_input *in, struct finding *f,
                        const char *name, enum plan_mode mode)
{
  if(mode > in->target->mode)
    finding_set(f, VERDICT_UNTESTABLE,
                "needs the exchange \"%s\", which --mode %s makes", name,
                mode_name(mode));
  else if(in->target->busy_status)
    finding_set(f, VERDICT_UNTESTABLE,
                "the target lets in one stream at a time: \"%s\" needs more",
                name);
  else if(input_lost(in))
    set_lost(in, f, name);
  else if(is_held(in))
    finding_set(f, VERDICT_UNTESTABLE,
                "not asked for, since the response head is held back");
  else
    finding_set(f, VERDICT_UNTESTABLE, "the exchange \"%s\" was not made%s",
                name, in->target->late ? ": the time was over" : "");
}

static bool has_all(const struct check *c, const struct check_input *in,
                    struct finding *f)
{
  int i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    enum exchange_id id = (enum exchange_id)i;
    if((c->needs.exchanges & EX(i)) && !input_exchange(in, id)) {
      set_missing(in, f, exchange_row(id)->name, exchange_row(id)->mode);
      return false;
    }
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    enum script_id id = (enum script_id)i;
    if(c->needs.scripts.has[i] && !input_script(in, id, 0)) {
      if(id == SCRIPT_REDIRECTS && is_direct(in)) {
        finding_set(f, VERDICT_SKIP, "the URL does not redirect");
        return false;
      }
      set_missing(in, f, script_name(id), script_mode(id));
      return false;
    }
  }
  return true;
}

/* Whether the check looks at r: an exchange, or one of a script's. */
static bool looks_at(const struct check *c, const struct recording *r)
{
  struct slice family = {r->name, strcspn(r->name, ".")};
  int i;
  for(i = 0; i < EXCHANGE_COUNT; i++) {
    if(((c->needs.exchanges | c->optional.exchanges) & EX(i)) &&
       strcmp(exchange_row((enum exchange_id)i)->name, r->name) == 0)
      return true;
  }
  for(i = 0; i < SCRIPT_COUNT; i++) {
    if((c->needs.scripts.has[i] || c->optional.scripts.has[i]) &&
       slice_eq_cstr(family, script_name((enum script_id)i)))
      return true;
  }
  return false;
}

/* What weir saw late is no evidence that it was late. */
static void excuse(const struct check *c, const struct check_input *in,
                   struct finding *f)
{
  const struct recording *late = NULL;
  char text[sizeof(f->text)];
  size_t i;
  for(i = 0; i < in->recordings; i++) {
    const struct recording *r = in->recording[i];
    if(looks_at(c, r) && (!late || r->late_ns > late->late_ns))
      late = r;
  }
  if(!late || late->late_ns < RECORDING_LATE_NS)
    return;
  memcpy(text, f->text, sizeof(text));
  finding_set(f, VERDICT_UNTESTABLE,
              "weir was late: its loop stood still for %.0f ms while \"%s\" "
              "was open, so that nobody knows whether %s",
              (double)late->late_ns / 1e6, late->name, text);
  f->late = true;
}

/* Nobody is blamed for letting in one stream at a time. */
static void excuse_busy(const struct check_input *in, struct finding *f)
{
  uint32_t busy = in->target->busy_status;
  char text[sizeof(f->text)];
  if(!busy || !f->recording || f->recording->head.status != (int)busy ||
     (f->verdict != VERDICT_FAIL && f->verdict != VERDICT_WARN))
    return;
  memcpy(text, f->text, sizeof(text));
  finding_set(f, VERDICT_UNTESTABLE,
              "the target lets in one stream at a time, and another one was "
              "not over yet: %s",
              text);
}

void check_judge(const struct check *c, const struct check_input *in,
                 struct finding *f)
{
  const char *reason = c->skip ? c->skip(in) : NULL;
  f->check = c;
  finding_set(f, VERDICT_ERROR, "the check said nothing");
  if(reason)
    finding_set(f, VERDICT_SKIP, "%s", reason);
  else if(c->eventsource && !target_is_eventsource(in->target))
    finding_set(f, VERDICT_SKIP,
                "about EventSource alone; this stream's clients use fetch "
                "(%s)",
                in->target->client ? "--client" : in->target->endpoint.method);
  else if(has_all(c, in, f))
    c->judge(in, f);
  excuse_busy(in, f);
  lost_excuse(c, in, f);
  if(f->timing && (f->verdict == VERDICT_FAIL || f->verdict == VERDICT_WARN))
    excuse(c, in, f);
}
