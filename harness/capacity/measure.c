/* SPDX-License-Identifier: MIT
 * Search and document together; see measure.h. */
#include "capacity/measure.h"

struct measured {
  json_t *doc;
  void (*on_step)(json_t *step, void *ctx);
  void *ctx;
};

static int judge(const struct capacity_step *step,
                 struct capacity_judgement *out, void *ctx)
{
  struct measured *m = ctx;
  json_t *steps = json_object_get(m->doc, "steps");
  int rc = capacity_doc_step(m->doc, step, out);
  if(!rc)
    m->on_step(json_array_get(steps, json_array_size(steps) - 1), m->ctx);
  return rc;
}

json_t *capacity_measure(const struct capacity_facts *f,
                         void (*on_step)(json_t *step, void *ctx),
                         struct err *e)
{
  struct measured m = {capacity_doc_new(f), on_step, f->options->ctx};
  struct capacity_options o = *f->options;
  struct capacity_outcome outcome;
  int rc;
  o.judge = judge;
  o.judge_ctx = &m;
  rc = m.doc ? capacity_run(f->scenario, &o, &outcome, e)
             : err_set(e, E_NOMEM, "out of memory");
  if(!rc && capacity_doc_finish(m.doc, &outcome))
    rc = err_set(e, E_NOMEM, "out of memory while writing the result");
  if(!rc)
    return m.doc;
  e->code = rc;
  json_decref(m.doc);
  return NULL;
}
