/* SPDX-License-Identifier: MIT
 * The machine's CPUs; see machine.h. */
#include "health/machine.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/slice.h"
#include "base/units.h"

#define PROC_MAX_BYTES 65536

/* The file's text, "" where there is none. */
static struct slice text_of(const char *path, struct buf *text)
{
  struct err none;
  buf_init(text, 0);
  if(file_read(path, PROC_MAX_BYTES, text, &none))
    buf_clear(text);
  return buf_slice(text);
}

static double load_average(void)
{
  double load[1];
  return getloadavg(load, 1) == 1 ? load[0] : -1;
}

/* "some avg10=1.50 avg60=... total=MICROSECONDS" */
static double pressure_ns(void)
{
  static const char name[] = "total=";
  struct buf text;
  struct slice line = text_of("/proc/pressure/cpu", &text);
  uint64_t us;
  double out = -1;
  long at;
  line = slice_cut(&line, '\n');
  at = slice_find(line, name);
  if(at >= 0) {
    size_t from = (size_t)at + sizeof(name) - 1;
    struct slice number = {line.p + from, line.n - from};
    if(units_count(slice_trim(number), &us) == 0)
      out = (double)us * 1e3;
  }
  buf_free(&text);
  return out;
}

/* "cpu  USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL ..." */
static void ticks(struct machine *m)
{
  enum { IDLE = 3, IOWAIT, STEAL = 7, FIELDS };
  struct buf text;
  struct slice rest = text_of("/proc/stat", &text);
  uint64_t v;
  int i;
  rest = slice_cut(&rest, '\n');
  slice_cut(&rest, ' ');
  rest = slice_trim(rest);
  m->busy = m->stolen = 0;
  for(i = 0; rest.n && i < FIELDS; i++) {
    if(units_count(slice_cut(&rest, ' '), &v))
      break;
    if(i == STEAL)
      m->stolen = (double)v;
    else if(i != IDLE && i != IOWAIT)
      m->busy += (double)v;
  }
  buf_free(&text);
}

void machine_read(struct machine *m)
{
  m->at_ns = clock_mono_ns();
  m->cpus = sysconf(_SC_NPROCESSORS_ONLN);
  m->load = load_average();
  m->waited_ns = pressure_ns();
  ticks(m);
}

void machine_between(const struct machine *before, const struct machine *after,
                     struct machine_use *out)
{
  double span_ns = (double)(after->at_ns - before->at_ns);
  double hz = (double)sysconf(_SC_CLK_TCK);
  double all = span_ns / 1e9 * hz * (double)after->cpus;
  *out = (struct machine_use){after->load, -1, -1, -1, after->cpus};
  if(all > 0) {
    out->busy = (after->busy - before->busy) / all;
    out->stolen = (after->stolen - before->stolen) / all;
  }
  if(span_ns > 0 && before->waited_ns >= 0 && after->waited_ns >= 0)
    out->waited = (after->waited_ns - before->waited_ns) / span_ns;
}

int machine_say(const struct machine *before, const struct machine *after,
                struct buf *out)
{
  struct machine_use use;
  machine_between(before, after, &use);
  buf_addf(out, "load average %.1f on %ld CPU%s", use.load, use.cpus,
           use.cpus == 1 ? "" : "s");
  if(use.busy >= 0)
    buf_addf(out, ", busy %.0f%%", 100 * use.busy);
  if(use.waited >= 0)
    buf_addf(out, ", something waited for a CPU %.0f%% of the time",
             100 * use.waited);
  if(use.stolen > 0)
    buf_addf(out, ", %.0f%% stolen by other machines", 100 * use.stolen);
  return out->rc;
}
