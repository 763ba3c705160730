# SPDX-License-Identifier: MIT
# Value by percentile, the axis of HdrHistogram.  Columns: 1/(1-q), ms.
# Blocks: latency, uncorrected (may be missing: blocks = 1).
set logscale x
set xrange [1:*]
set rmargin 6
set yrange [0:*]
set xlabel "percentile of all events"
set ylabel "latency, ms"
set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, \
  "99.99 %%" 10000, "99.999 %%" 100000, "99.9999 %%" 1000000)
if (blocks > 1) {
  plot data index 0 using 1:2 with lines ls 1 title "from the scheduled time", \
    data index 1 using 1:2 with lines ls 2 title "uncorrected"
} else {
  plot data index 0 using 1:2 with lines ls 1 title "latency"
}
