#!/bin/sh
# SPDX-License-Identifier: MIT
# Did this commit break the stream?  Starts the server, checks its conformance,
# loads it, compares it with what is stored, writes pages and JUnit files.
#
# Everything is set by the environment:
#   WEIR_START     shell command that runs the server (required)
#   WEIR_URL       the stream (required)
#   WEIR_SCENARIO  thresholds and load                 (weir.yaml)
#   WEIR_PROFILE   expected findings of weir check     (weir.profile, if there)
#   WEIR_BASELINE  series of runs to compare with      (weir-baseline.json)
#   WEIR_GATE      what may not become worse (latency.min worse than 30%)
#   WEIR_OUT       where results go                    (weir-out)
#   WEIR_LOAD_TIME, WEIR_RUN_TIME, WEIR_RUNS           (20s, 3s, 7)
#   WEIR           the program                         (weir)
#
# Exit code: 0 all held; 1 a check, a threshold or a gate failed; else that of
# the command that could not do its work.
set -u
: "${WEIR_START:?the command that runs the server}" "${WEIR_URL:?the stream}"
weir=${WEIR:-weir}
scenario=${WEIR_SCENARIO:-weir.yaml}
profile=${WEIR_PROFILE:-weir.profile}
baseline=${WEIR_BASELINE:-weir-baseline.json}
gate=${WEIR_GATE:-latency.min worse than 30%}
out=${WEIR_OUT:-weir-out}
format=text
[ "${GITHUB_ACTIONS:-}" = true ] && format=github
worst=0
server=

# A server that waits for its last stream to end is not waited for long.
stop() {
  [ -n "$server" ] || return 0
  kill "$server" 2>/dev/null
  tries=25
  while [ "$tries" -gt 0 ] && kill -0 "$server" 2>/dev/null; do
    tries=$((tries - 1))
    sleep 0.2
  done
  kill -KILL "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  server=
}
trap stop EXIT
trap 'exit 130' INT TERM

# step NAME COMMAND...: runs it; a failure of the target outranks all others.
step() {
  name=$1
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  "$@"
  code=$?
  if [ "$code" -eq 1 ] || { [ "$code" -ne 0 ] && [ "$worst" -ne 1 ]; }; then
    worst=$code
  fi
  return 0
}

mkdir -p "$out" || exit 2
sh -c "exec $WEIR_START" >"$out/server.log" 2>&1 &
server=$!
tries=150
until "$weir" watch "$WEIR_URL" -d 1s --count 1 >/dev/null 2>&1; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ] || ! kill -0 "$server" 2>/dev/null; then
    echo "the server does not serve $WEIR_URL:" >&2
    tail -n 20 "$out/server.log" >&2
    exit 3
  fi
  sleep 0.2
done

set -- --fast
[ -f "$profile" ] && set -- "$@" --profile "$profile"
step conformance "$weir" check "$WEIR_URL" "$@" --format "$format" \
  -o "$out/check.json" -o "$out/check.xml"
step load "$weir" load "$scenario" --url "$WEIR_URL" \
  --duration "${WEIR_LOAD_TIME:-20s}" --format "$format" \
  -o "$out/load.json" -o "$out/load.xml"
set -- --url "$WEIR_URL" --duration "${WEIR_RUN_TIME:-3s}" \
  --repeat "${WEIR_RUNS:-7}" -q
if [ -f "$baseline" ]; then
  step compare "$weir" load "$scenario" "$@" --against "$baseline" \
    --gate "$gate" --gate 'events.lost worse' \
    --gate 'connections.failed worse' --save-runs "$out/runs.json" \
    --format "$format" -o "$out/compare.json" -o "$out/compare.xml"
else
  step runs "$weir" load "$scenario" "$@" -o "$out/runs.json"
  echo "There is no $baseline yet: keep $out/runs.json under that name."
fi
stop

set -- "$out/check.json" "$out/load.json"
[ -f "$out/compare.json" ] && set -- "$@" "$out/compare.json"
"$weir" report "$@" -o "$out/report.html" -o "$out/report.md" ||
  [ "$worst" -ne 0 ] || worst=2
printf '\nreport: %s\n' "$out/report.html"
exit "$worst"
