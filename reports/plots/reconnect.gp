# SPDX-License-Identifier: MIT
# Recovery after streams broke.  Columns: t, streams, reconnects/s.
set xlabel "seconds since the start"
set ylabel "open streams"
set y2label "reconnects per second"
set ytics nomirror
set y2tics
set border 11
set yrange [0:*]
set y2range [0:*]
plot data using 1:3 axes x1y2 with boxes lc rgb "#b3541e" fs solid 0.4 \
  title "reconnects per second (right)", \
  data using 1:2 with steps ls 1 title "open streams"
