# SPDX-License-Identifier: MIT
# Streams opened, ended and failed.  Columns: t, opened/s, closed/s, failed/s.
set xlabel "seconds since the start"
set ylabel "streams per second"
set yrange [0:*]
plot data using 1:2 with steps ls 1 title "opened", \
  data using 1:3 with steps ls 2 title "ended", \
  data using 1:4 with steps ls 5 title "failed"
