# SPDX-License-Identifier: MIT
# Value by percentile, the axis of HdrHistogram.  Columns: 1/(1-q), ms.
# Blocks: latency, uncorrected (may be missing: blocks = 1).
# Given: limit (ms, 0 = none).
set logscale x
set xrange [1:*]
set rmargin 6
set yrange [0:*]
set xlabel "percentile"
set ylabel "latency, ms"
if (limit > 0) {
  set arrow 1 from graph 0, first limit to graph 1, first limit nohead \
    lc rgb "#b3261e" lw 1.6 dt 2
  set label 1 sprintf("threshold %g ms", limit) at graph 0.01, first limit \
    offset 0,0.6 tc rgb "#b3261e"
}
set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, \
  "99.99 %%" 10000, "99.999 %%" 100000, "99.9999 %%" 1000000)
if (blocks > 1) {
  plot data index 0 using 1:2 with lines ls 1 title "from the scheduled time", \
    data index 1 using 1:2 with lines ls 2 title "uncorrected"
} else {
  plot data index 0 using 1:2 with lines ls 1 title "latency"
}
