# SPDX-License-Identifier: MIT
# The capacity curve.  Blocks: steps that held, steps that broke, invalid ones,
# the reference's that held.  Columns: load, what of each step.
# Given: axis (label), what (label), of (unit), slo (limit, 0 = none), knee
# (load, 0 = none).
set xlabel axis
set ylabel what
set xrange [0:*]
set yrange [0:*]
if (slo > 0) {
  set arrow 1 from graph 0, first slo to graph 1, first slo nohead \
    lc rgb "#b3261e" lw 1.6 dt 2
  set label 1 sprintf("SLO %g %s", slo, of) at graph 0.01, first slo offset 0,0.6 \
    tc rgb "#b3261e"
}
if (knee > 0) {
  set arrow 2 from first knee, graph 0 to first knee, graph 1 nohead \
    lc rgb "#1b6e3c" lw 1.6 dt 4
  set label 2 sprintf("holds %g", knee) at first knee, graph 0.94 \
    offset 0.6,0 tc rgb "#1b6e3c"
}
plot data index 0 using 1:2 with linespoints ls 1 pt 7 ps 0.8 title "held", \
  data index 1 using 1:2 with points pt 2 ps 1.1 lw 2 lc rgb "#b3261e" \
    title "broke the SLO", \
  data index 2 using 1:2 with points pt 4 ps 0.9 lc rgb "#777777" \
    title "invalid", \
  data index 3 using 1:2 with linespoints ls 3 pt 6 ps 0.8 \
    title "weir-server here"
