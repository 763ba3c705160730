/* SPDX-License-Identifier: MIT
 * A whole capacity search, from a scenario to its document. */
#ifndef WEIR_CAPACITY_MEASURE_H
#define WEIR_CAPACITY_MEASURE_H
#include "capacity/capacity_doc.h"

/* capacity_measure searches with f->options, whose steps are judged by the
 * objectives of f->scenario (judge and judge_ctx are set here), and returns
 * the weir.capacity/1 document, also of a search that was cut short; new
 * reference.  on_step is shown each step as it stands in the document
 * (borrowed), with the options' ctx.  NULL with a sentence and e->code as
 * capacity_run has it where nothing was run, E_NOMEM without memory. */
json_t *capacity_measure(const struct capacity_facts *f,
                         void (*on_step)(json_t *step, void *ctx),
                         struct err *e);

#endif
