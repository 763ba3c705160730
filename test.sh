#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds weir and runs its tests: first the build that users run with every
# test, then the sanitized build with the unit tests.  Installs missing Debian
# packages.  Ends with "N passed, N failed"; each test has one try.
#
#   ./test.sh          six minutes
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
  local preset=$1 report
  shift
  say "build $preset"
  if ! build "$preset"; then
    failed=$((failed + 1))
    return
  fi
  say "test $preset"
  report=$PWD/build/$preset/tests.xml
  rm -f "$report"
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error \
    --timeout 240 -j "$((3 * $(nproc)))" \
    --output-junit "$report" "$@" || true
  if [ -e "$report" ]; then
    count "$report"
  else
    failed=$((failed + 1))
  fi
}

# shellcheck disable=SC2086 # lists of words
need $weir_build_packages $weir_proxy_packages $weir_test_packages \
  $weir_browser_packages
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
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
