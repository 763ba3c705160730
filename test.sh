#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds weir and runs its tests: first the build that users run with every
# test, then the sanitized build with the unit tests.  Installs missing Debian
# packages.  Ends with "N passed, N failed", and names what did not pass at
# the first run.
#
#   ./test.sh          ten minutes
#   ./test.sh --wide   all that takes longer: every member of foreign documents
#                      alone, the whole corpus, the whole sanitized suite
set -euo pipefail
cd "$(dirname "$0")"
wide=
case "$*" in
"") ;;
--wide) wide=1 ;;
*)
  echo "usage: ./test.sh [--wide]" >&2
  exit 2
  ;;
esac
. .ci/setup.sh

passed=0
failed=0
skipped=0
again=

# attribute FILE NAME: a number of the outermost element of a JUnit file.
attribute() {
  tr '\n' ' ' <"$1" | grep -o '<testsuite[^>]*>' |
    sed -n "s/.*[[:space:]]$2=\"\([0-9]*\)\".*/\1/p"
}

# count FILE: adds a JUnit file to the totals.
count() {
  local all bad out
  all=$(attribute "$1" tests)
  bad=$(attribute "$1" failures)
  out=$(attribute "$1" skipped)
  passed=$((passed + all - bad - out))
  failed=$((failed + bad))
  skipped=$((skipped + out))
}

# check PRESET [CTEST OPTION...]: builds and tests; a build that fails counts
# as one failed test.
check() {
  local preset=$1 report log
  shift
  say "build $preset"
  if ! build "$preset"; then
    failed=$((failed + 1))
    return
  fi
  say "test $preset"
  report=$PWD/build/$preset/tests.xml
  log=$PWD/build/$preset/tests.log
  rm -f "$report"
  # Whole programs with deadlines, on machines that others use too: what fails
  # is run once more before it is believed, and both outcomes are printed.
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error \
    --timeout 240 -j "$((2 * $(nproc)))" --repeat until-pass:2 \
    --output-junit "$report" "$@" | tee "$log" || true
  again+=$(sed -n 's/.*Test *#[0-9]*: \([^ ]*\) .*\*\*\*[FTE].*/ \1/p' \
    "$log" | sort -u)
  if [ -e "$report" ]; then
    count "$report"
  else
    failed=$((failed + 1))
  fi
}

# shellcheck disable=SC2086 # lists of words
need $weir_build_packages $weir_proxy_packages $weir_plot_packages \
  $weir_test_packages $weir_browser_packages
export WEIR_WIDE=$wide
check default
if [ -n "$wide" ]; then
  check asan
else
  check asan -L unit
fi

say "total"
if [ "$skipped" -gt 0 ]; then
  echo "$skipped skipped (see above)"
fi
if [ -n "$again" ]; then
  # shellcheck disable=SC2086 # a list of words
  echo "did not pass at the first run:" $again
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
