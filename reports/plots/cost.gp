# SPDX-License-Identifier: MIT
# What a stream costs the server.  Columns: streams, MiB, CPU % of a core.
# Given: fits: slope and offset of both lines (0 where there is no fit).
set xlabel "streams open at once"
set ylabel "resident memory, MiB"
set y2label "CPU, % of a core"
set ytics nomirror
set y2tics
set border 11
set xrange [0:*]
set yrange [0:*]
set y2range [0:*]
set key outside top center horizontal
plot data using 1:2 with points pt 7 ps 0.9 lc rgb "#0b4f8a" title "memory", \
  mem_offset + mem_slope * x with lines ls 1 title "fitted", \
  data using 1:3 axes x1y2 with points pt 4 ps 0.9 lc rgb "#b3541e" \
    title "CPU (right)", \
  cpu_offset + cpu_slope * x axes x1y2 with lines ls 2 title "fitted"
