# SPDX-License-Identifier: MIT
# How much each metric changed.  Columns: row, name, change %, low %, high %.
set yrange [rows + 0.5 : 0.5]
set xlabel "change against the base, % (bar: 95 % interval; right of 0 is more)"
set ytics ()
set grid noytics
unset key
set arrow from 0, graph 0 to 0, graph 1 nohead lc rgb "#444444" lw 1.5
plot data using 3:1:4:5:ytic(2) with xerrorbars ls 1 pt 7 ps 0.9
