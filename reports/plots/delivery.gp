# SPDX-License-Identifier: MIT
# What became of the events.  Columns: name, count.
set style fill solid 0.5 border lc rgb "#0b4f8a"
set boxwidth 0.6
set logscale y
set yrange [0.5:*]
set ylabel "events (log scale; 0 has no bar)"
set xtics rotate by 0
set grid noxtics
unset key
plot data using 0:($2 > 0 ? $2 : 0.5):xtic(1) with boxes ls 1, \
  data using 0:($2 > 0 ? $2 : 0.5):(sprintf("%.0f", $2)) with labels \
  offset 0,0.7 notitle
