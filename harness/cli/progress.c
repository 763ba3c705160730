/* SPDX-License-Identifier: MIT
 * Progress lines; see progress.h. */
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/units.h"
#include "cli/terminal.h"

#define PLAIN_EVERY_S 10.0

void progress_init(struct progress *p, bool quiet)
{
  memset(p, 0, sizeof(*p));
  p->quiet = quiet;
  p->tty = terminal_draws(STDERR_FILENO);
  p->next_plain_s = PLAIN_EVERY_S;
}

static void line(const struct load_progress *n, struct buf *out)
{
  char open[UNITS_MAX], want[UNITS_MAX], rate[UNITS_MAX], ms[UNITS_MAX];
  buf_addf(out, "%-10s %5.1f / %.0f s  %s/%s streams  %s ev/s", n->phase,
           n->elapsed_s, n->total_s, units_fmt_count(n->connections, open),
           units_fmt_count(n->target_connections, want),
           units_fmt_count(n->events_per_second, rate));
  if(n->p99_ms > 0)
    buf_addf(out, "  p99 %s", units_fmt_ms(n->p99_ms, ms));
  if(n->failed)
    buf_addf(out, "  failed %llu", (unsigned long long)n->failed);
  if(n->reconnects)
    buf_addf(out, "  reconnects %llu", (unsigned long long)n->reconnects);
  if(n->lost)
    buf_addf(out, "  lost %llu", (unsigned long long)n->lost);
}

void progress_show(const struct load_progress *now, void *ctx)
{
  struct progress *p = ctx;
  struct buf text;
  if(p->quiet)
    return;
  if(!p->tty && now->elapsed_s < p->next_plain_s)
    return;
  buf_init(&text, 1024);
  line(now, &text);
  if(p->tty) {
    p->drawn = true;
    terminal_line(buf_text(&text));
  } else {
    p->next_plain_s += PLAIN_EVERY_S;
    fprintf(stderr, "weir: %s\n", buf_text(&text));
  }
  fflush(stderr);
  buf_free(&text);
}

void progress_end(struct progress *p)
{
  if(p->drawn)
    terminal_line("");
  p->drawn = false;
}
