/* SPDX-License-Identifier: MIT
 * Plots, drawn by gnuplot from the scripts in reports/plots: data goes to a
 * file in a private folder, gnuplot runs as a program, the picture is read
 * back.  Nothing is drawn by weir itself. */
#ifndef WEIR_REPORTS_PLOT_H
#define WEIR_REPORTS_PLOT_H
#include "base/buf.h"
#include "base/err.h"

/* X(enumerator, script) */
#define PLOT_LIST(X)                                                          \
  X(PLOT_CAPACITY, capacity)                                                  \
  X(PLOT_CHANGE, change)                                                      \
  X(PLOT_COST, cost)                                                          \
  X(PLOT_DELAY, delay)                                                        \
  X(PLOT_DELIVERY, delivery)                                                  \
  X(PLOT_GAP, gap)                                                            \
  X(PLOT_LATENCY_TIME, latency_time)                                          \
  X(PLOT_PERCENTILE, percentile)                                              \
  X(PLOT_RATE, rate)                                                          \
  X(PLOT_RECONNECT, reconnect)                                                \
  X(PLOT_STREAMS, streams)

enum plot_kind {
#define X(id, script) id,
  PLOT_LIST(X)
#undef X
};

/* One plot: its data and what is said about it. */
struct plot {
  enum plot_kind kind;
  char title[96];
  char caption[400]; /* what is seen; the text for those who cannot see it */
  char given[256];   /* gnuplot assignments the script wants, or "" */
  struct buf data;   /* owned: tab-separated rows */
  size_t points;     /* rows in data */
};

void plot_init(struct plot *p, enum plot_kind kind, const char *title);
void plot_free(struct plot *p);
/* plot_row adds count numbers as a row; not finite ones are left empty. */
int plot_row(struct plot *p, const double *v, size_t count);
/* plot_break begins the next block. */
int plot_break(struct plot *p);
/* plot_words makes text of a document, which anybody may have written, fit for
 * a quoted string of a script and a column of data: what gnuplot could obey (a
 * quote, a backquote, a line end) becomes '?'.  Cut at PLOT_WORDS - 1. */
#define PLOT_WORDS 64
void plot_words(const char *text, char out[PLOT_WORDS]);
const char *plot_name(enum plot_kind kind); /* "latency_time" */

/* plot_draw appends the picture, "svg" or "png".  Returns 0, E_NOT_FOUND (no
 * gnuplot), or E_IO with what gnuplot said; bounded to 20 s. */
int plot_draw(const struct plot *p, const char *format, struct buf *out,
              struct err *e);

#endif
