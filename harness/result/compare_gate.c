/* SPDX-License-Identifier: MIT
 * Reading "latency.p99 worse than 10%"; see compare.h. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "result/compare_metric.h"

static int wrong(const char *text, const char *why, struct err *e)
{
  return err_set(e, E_SYNTAX,
                 "--gate \"%.80s\": %s; expected \"latency.p99 worse than "
                 "10%%\" or \"events.lost worse\"",
                 text, why);
}

static struct slice word(struct slice *rest)
{
  struct slice w;
  size_t n = 0;
  *rest = slice_trim(*rest);
  while(n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
    n++;
  w = (struct slice){rest->p, n};
  *rest = slice_trim((struct slice){rest->p + n, rest->n - n});
  return w;
}

static int check_field(const char *text, const char *field, struct err *e)
{
  char why[200];
  size_t i;
  for(i = 0; i < compare_metrics_count(); i++) {
    if(strcmp(compare_metrics_at(i)->field, field) == 0)
      return 0;
  }
  snprintf(why, sizeof(why),
           "\"%.60s\" is not compared (weir compare --help "
           "lists what is)",
           field);
  return wrong(text, why, e);
}

int compare_gate_parse(struct compare_gate *g, const char *text, struct err *e)
{
  struct slice rest = slice_of(text), field = word(&rest);
  memset(g, 0, sizeof(*g));
  g->text = text;
  if(field.n == 0 || field.n >= sizeof(g->field))
    return wrong(text, "there is no metric", e);
  memcpy(g->field, field.p, field.n);
  if(check_field(text, g->field, e))
    return E_SYNTAX;
  if(!slice_eq_cstr(word(&rest), "worse"))
    return wrong(text, "there is no \"worse\"", e);
  if(rest.n == 0)
    return 0;
  if(!slice_eq_cstr(word(&rest), "than"))
    return wrong(text, "there is no \"than\"", e);
  if(rest.n == 0 || rest.p[rest.n - 1] != '%' ||
     units_share(rest, &g->least) || g->least < 0)
    return wrong(text, "what stands behind \"than\" is no percentage", e);
  return 0;
}
