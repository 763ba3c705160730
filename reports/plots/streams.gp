# SPDX-License-Identifier: MIT
# Streams open and events per second over time.  Columns: t, streams, events/s.
set xlabel "seconds since the start"
set ylabel "open streams"
set y2label "events per second"
set ytics nomirror
set y2tics
set border 11
set yrange [0:*]
set y2range [0:*]
plot data using 1:2 with steps ls 1 title "open streams", \
  data using 1:3 axes x1y2 with lines ls 2 title "events per second (right)"
