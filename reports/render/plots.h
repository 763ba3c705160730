/* SPDX-License-Identifier: MIT
 * The plots of each kind of document; private to reports/render. */
#ifndef WEIR_REPORTS_PLOTS_H
#define WEIR_REPORTS_PLOTS_H
#include "reports/render/report.h"

/* plots_add begins a plot at the end of l; NULL when l is full. */
struct plot *plots_add(struct plot_list *l, enum plot_kind kind,
                       const char *title);
/* Each adds what doc has data for.  0 or E_NOMEM. */
int plots_of_load(json_t *doc, struct plot_list *l);
int plots_of_capacity(json_t *doc, struct plot_list *l);
int plots_of_compare(json_t *doc, struct plot_list *l);
int plots_of_nginx(json_t *doc, struct plot_list *l);

#endif
