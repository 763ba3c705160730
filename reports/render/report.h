/* SPDX-License-Identifier: MIT
 * weir report: result documents of any kind in, one page (HTML, Markdown or
 * CSV) out.  Reads documents only: nothing is measured here. */
#ifndef WEIR_REPORTS_REPORT_H
#define WEIR_REPORTS_REPORT_H
#include <stdbool.h>

#include "base/json.h"
#include "reports/render/plot.h"

#define REPORT_MAX_DOCS  26
#define REPORT_MAX_PLOTS 12 /* of one document */

struct plot_list {
  struct plot item[REPORT_MAX_PLOTS];
  size_t count;
};

/* report_plots makes the plots that doc has data for, the telling one first.
 * Free with report_plots_free, also after a failure.  0 or E_NOMEM. */
int report_plots(json_t *doc, struct plot_list *out);
void report_plots_free(struct plot_list *l);

struct report_input {
  const char *name; /* of the file, borrowed */
  json_t *doc;      /* borrowed */
};

struct report_options {
  bool no_plots; /* as if there were no gnuplot */
};

/* report_read reads a result document of any kind ("-" = stdin).  New
 * reference, or NULL with a sentence: not there, not JSON, truncated, not
 * weir's, of another version. */
json_t *report_read(const char *path, struct err *e);
/* The renderers append to out.  report_html draws the plots; where gnuplot is
 * missing, *note (UTF-8, 200 bytes) says so and the page has none.  Returns
 * 0 or E_* with a sentence. */
int report_html(const struct report_input *in, size_t count,
                const struct report_options *o, struct buf *out, char *note,
                struct err *e);
int report_markdown(const struct report_input *in, size_t count,
                    struct buf *out);
int report_csv(const struct report_input *in, size_t count, struct buf *out);
/* report_pngs writes each plot of each document beside the page:
 * BASE-LETTER-NAME.png. */
int report_pngs(const struct report_input *in, size_t count, const char *base,
                struct err *e);

#endif
