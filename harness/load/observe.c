/* SPDX-License-Identifier: MIT
 * Reading fields out of a summary, and checking that thresholds fit them; see
 * fields.h. */
#include <string.h>

#include "document/doc.h"
#include "load/fields.h"
#include "metrics/snapshot.h"

/* The whole that a share refers to; 0 when the run has none of it. */
static double base_of(json_t *summary, enum share_base base)
{
  double expected;
  switch(base) {
  case BASE_ATTEMPTED:
    return doc_number(summary, "connections.attempted", 0);
  case BASE_OPENED:
    return doc_number(summary, "connections.opened", 0);
  case BASE_RECONNECTS:
    return doc_number(summary, "connections.reconnects", 0);
  case BASE_RECEIVED:
    return doc_number(summary, "events.received", 0);
  case BASE_PUBLISHED:
    return doc_number(summary, "publish.published", 0) +
           doc_number(summary, "publish.failed", 0);
  case BASE_ENDED:
    return doc_number(summary, "requests.ended", 0);
  case BASE_OWED:
    if(doc_find(summary, "events.expected", &expected))
      return expected;
    return doc_number(summary, "events.received", 0) +
           doc_number(summary, "events.lost", 0);
  case BASE_NONE:
    break;
  }
  return 0;
}

static const char *no_ledger_data(json_t *summary)
{
  if(strcmp(doc_text(summary, "events.ledger"), "none") == 0)
    return "there was no ledger: the events carry no number to count by";
  if(strcmp(doc_text(summary, "events.ledger"), "doubtful") == 0)
    return "data /seq jumped before there was enough of it to tell whether it "
           "is a sequence: say --sequence /seq or none";
  if(doc_count(summary, "events.received") == 0)
    return "no event arrived, and none was known to be owed";
  return "only an exact ledger knows it: let weir publish";
}

/* Whether only a load in requests has it. */
static bool of_requests(const struct field *f)
{
  return f->base == BASE_ENDED || strncmp(f->path, "requests.", 9) == 0 ||
         strncmp(f->path, "tokens.", 7) == 0 ||
         strncmp(f->path, "goodput.", 8) == 0 ||
         (f->histogram >= (int)H_TTFT && f->histogram <= (int)H_WAIT);
}

static int no_data(json_t *summary, const struct field *f, struct err *why)
{
  if(strncmp(f->path, "server.", 7) == 0)
    return err_set(why, E_NOT_FOUND,
                   "the server was not watched; give --server-pid");
  if(!json_object_get(summary, "requests") && of_requests(f))
    return err_set(why, E_NOT_FOUND,
                   "the streams answered no requests; give --app");
  if(strncmp(f->path, "goodput.", 8) == 0)
    return err_set(why, E_NOT_FOUND, "no request was judged; give --goodput");
  if(strncmp(f->path, "events.", 7) == 0)
    return err_set(why, E_NOT_FOUND, "%s", no_ledger_data(summary));
  if(f->kind == FIELD_SHARE)
    return err_set(why, E_NOT_FOUND,
                   "no stream was to stand in the measured span");
  if(strncmp(f->path, "latency_ms.", 11) == 0)
    return err_set(
        why, E_NOT_FOUND,
        strcmp(doc_text(summary, "latency_ms.source"), "none") == 0
            ? "no latency was measured: the events carry no time stamp"
            : "no latency was measured: no stamped event arrived");
  return err_set(why, E_NOT_FOUND, "nothing of it was measured");
}

/* Causes that did not occur are not listed, and are zero all the same. */
static bool find_value(json_t *summary, const struct field *f,
                       const char *name, double *out)
{
  const char *prefix = "connections.by_error.";
  json_t *causes;
  if(strncmp(name, prefix, strlen(prefix)) != 0)
    return doc_find(summary, f->path, out);
  causes = json_dotted_get(summary, "connections.by_error");
  if(!json_is_object(causes))
    return false;
  *out = json_number_value(json_object_get(causes, name + strlen(prefix)));
  return true;
}

int fields_observe(json_t *summary, const char *name, char unit, double *out,
                   struct err *why)
{
  const struct field *f = fields_find(name);
  double whole, v;
  if(!f)
    return err_set(why, E_NOT_FOUND, "no such field");
  if(!find_value(summary, f, name, &v))
    return no_data(summary, f, why);
  if(unit == '%' && f->kind == FIELD_PERCENT)
    v /= 100;
  else if(unit == '%' && f->kind != FIELD_SHARE) {
    whole = base_of(summary, f->base);
    if(whole <= 0)
      return err_set(why, E_NOT_FOUND, "there were no %s to take a share of",
                     fields_base_text(f->base));
    v = v < whole ? v / whole : 1; /* what came twice is no second whole */
  } else if(unit == 'd' && f->kind == FIELD_US)
    v /= 1000;
  *out = v;
  return 0;
}

static const char *kind_text(const struct field *f)
{
  switch(f->kind) {
  case FIELD_MS:
  case FIELD_US:
    return "a duration";
  case FIELD_BYTES:
    return "an amount of bytes";
  case FIELD_RATE:
    return "a rate per second";
  case FIELD_PERCENT:
    return "a percentage";
  case FIELD_SHARE:
    return "a share";
  case FIELD_RATIO:
    return "a ratio";
  case FIELD_COUNT:
    break;
  }
  return "a count";
}

static bool unit_fits(const struct field *f, const struct threshold *t)
{
  switch(t->unit) {
  case 'd':
    return f->kind == FIELD_MS || f->kind == FIELD_US;
  case 'b':
    return f->kind == FIELD_BYTES;
  case '%':
    return f->kind == FIELD_PERCENT || f->kind == FIELD_SHARE ||
           f->base != BASE_NONE;
  default:
    return f->kind != FIELD_MS || t->value == 0;
  }
}

static const char *unit_advice(const struct field *f)
{
  switch(f->kind) {
  case FIELD_MS:
  case FIELD_US:
    return "compare it with a duration, for example 250ms";
  case FIELD_BYTES:
    return "compare it with a size, for example 16KiB";
  case FIELD_PERCENT:
  case FIELD_SHARE:
    return "compare it with a percentage, for example 80%";
  case FIELD_COUNT:
    return f->base == BASE_NONE
               ? "compare it with a plain number, for example 100"
               : "compare it with a plain number or a share, for example 0.1%";
  case FIELD_RATE:
  case FIELD_RATIO:
    break;
  }
  return "compare it with a plain number, for example 100";
}

static int check_threshold(const struct threshold *t, struct err *e)
{
  const struct field *f = fields_find(t->field);
  if(!f)
    return err_set(e, E_SYNTAX,
                   "%s: unknown field \"%s\" in the threshold \"%s\"; did you "
                   "mean %s? (weir list fields shows all)",
                   t->where, t->field, t->expression,
                   fields_nearest(t->field));
  if(!unit_fits(f, t))
    return err_set(e, E_SYNTAX, "%s: \"%s\": %s is %s; %s", t->where,
                   t->expression, t->field, kind_text(f), unit_advice(f));
  return 0;
}

int fields_check_thresholds(const struct scenario *s, struct err *e)
{
  uint32_t i;
  for(i = 0; i < s->threshold_count; i++) {
    int rc = check_threshold(&s->threshold[i], e);
    if(rc)
      return rc;
  }
  return 0;
}
