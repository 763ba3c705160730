# SPDX-License-Identifier: MIT
# When each event was written upstream and when it arrived.
# Columns: number, written s, arrived s.
set xlabel "seconds since the request"
set ylabel "event"
set yrange [0:*]
set key outside top center horizontal
plot data using 2:1:($3-$2):(0) with vectors nohead lc rgb "#b3541e" lw 1.4 \
    title "held", \
  data using 2:1 with points pt 6 ps 0.7 lc rgb "#0b4f8a" title "written", \
  data using 3:1 with points pt 7 ps 0.7 lc rgb "#b3541e" title "arrived"
