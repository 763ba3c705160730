# SPDX-License-Identifier: MIT
# What all plots have in common: legible in black and white (lines differ by
# dash and weight, not only by colour), units on every axis.
# Given: out (file), kind ("svg" or "png"), data (file of tab-separated
# columns, no header; blocks apart by two empty lines).
if (kind eq "png") {
  set terminal pngcairo noenhanced size 1280,720 fontscale 1.6 \
    linewidth 2 background "#ffffff"
} else {
  set terminal svg noenhanced size 640,360 dynamic \
    font "DejaVu Sans,Helvetica,Arial,sans-serif,14" background "#ffffff"
}
set output out
set datafile separator "\t"
set encoding utf8
set border 3 lc rgb "#444444"
set tics nomirror out scale 0.6
set grid back lc rgb "#dddddd" lw 1 dt 1
set key outside top center horizontal samplen 3 spacing 1.2
set style line 1 lc rgb "#0b4f8a" lw 2.4 dt 1
set style line 2 lc rgb "#b3541e" lw 2.2 dt 2
set style line 3 lc rgb "#555555" lw 1.6 dt 3
set style line 4 lc rgb "#1b6e3c" lw 2.0 dt 4
set style line 5 lc rgb "#b3261e" lw 1.6 dt 5
set style fill solid 0.25 noborder
