# SPDX-License-Identifier: MIT
# Latency over time.  Columns: t, p50, p99, max.
set xlabel "seconds since the start"
set ylabel "latency, ms"
if (limit > 0) {
  set arrow 1 from graph 0, first limit to graph 1, first limit nohead \
    lc rgb "#b3261e" lw 1.6 dt 2
  set label 1 sprintf("threshold %g ms", limit) at graph 0.01, first limit \
    offset 0,0.6 tc rgb "#b3261e"
}
set yrange [0:*]
plot data using 1:2:3 with filledcurves lc rgb "#9fc3e6" title "p50 to p99", \
  data using 1:2 with lines ls 1 title "p50", \
  data using 1:3 with lines ls 2 title "p99", \
  data using 1:4 with points pt 6 ps 0.7 lw 1.5 lc rgb "#333333" title "max"
