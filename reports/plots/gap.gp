# SPDX-License-Identifier: MIT
# Gaps between events of one stream.  Columns: from ms, to ms, share in %.
set xlabel "gap between two events of a stream, ms"
set format x "%g"
# Given: wide (1: the range is so wide that only powers of ten have labels),
# narrow (1: so narrow that a logarithmic axis would have no labels at all).
if (!narrow) {
  set logscale x
}
set autoscale xfix
if (!wide && !narrow) {
  set xtics add ("0.2" 0.2, "0.5" 0.5, "2" 2, "5" 5, "20" 20, "50" 50, \
    "200" 200, "500" 500, "2000" 2000, "5000" 5000, "20000" 20000)
}
set ylabel "share of all gaps, %"
set yrange [0:*]
unset key
plot data using 1:(0):1:2:(0):3 with boxxyerror ls 1 fs solid 0.45
