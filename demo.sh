#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Shows weir at work: the reference server, a real nginx in front of it, a load
# of 1,000 event streams and a conformance check through both.  Installs
# missing Debian packages, builds, and leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")"
. .ci/setup.sh

# shellcheck disable=SC2086 # lists of words
need $weir_build_packages $weir_proxy_packages $weir_plot_packages
say "build"
build default weir weir-server

bin=$PWD/build/default/bin
dir=$(mktemp -d "${TMPDIR:-/tmp}/weir-demo-XXXXXX")
chmod 711 "$dir" # nginx workers run as another user
server_pid=
nginx_pid=

clean_up() {
  # shellcheck disable=SC2086 # empty when never started
  kill $nginx_pid $server_pid 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# await PID COMMAND...: until the command succeeds, 10 s at most.
await() {
  local pid=$1 i
  shift
  for ((i = 0; i < 200; i++)); do
    if "$@" 2>/dev/null; then
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$dir"/*.out "$dir"/error.log 2>/dev/null >&2 || true
  return 1
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

say "weir-server, the reference server"
"$bin/weir-server" --port 0 >"$dir/server.out" 2>&1 &
server_pid=$!
await $server_pid grep -q 'listening on' "$dir/server.out"
url=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$dir/server.out")
echo "$url"

say "nginx in front of it (scenarios/nginx/good/sse.conf)"
port=$(free_port)
sed "s/@PORT@/$port/; s/@UPSTREAM@/${url#http://}/" \
  scenarios/nginx/good/sse.conf >"$dir/nginx.conf"
PATH=$PATH:/usr/sbin nginx -p "$dir" -c "$dir/nginx.conf" \
  -e "$dir/error.log" -g 'daemon off;' >"$dir/nginx.out" 2>&1 &
nginx_pid=$!
await $nginx_pid bash -c ": <>/dev/tcp/127.0.0.1/$port"
echo "http://127.0.0.1:$port"

mkdir -p weir-out
set -- "http://127.0.0.1:$port/stream?rate=5" -c 1000 -d 5s \
  --threshold 'events.lost == 0' --threshold 'latency.p99 < 250ms' \
  --out weir-out/demo.json --out weir-out/demo.csv --out weir-out/demo.xml
say "weir load$(printf ' %q' "$@")"
rc=0
"$bin/weir" load "$@" || rc=$?

set -- "http://127.0.0.1:$port/stream/demo?rate=5" --fast \
  --out weir-out/check.html --out weir-out/check.json
say "weir check$(printf ' %q' "$@")"
"$bin/weir" check "$@" || rc=$?

say "exit code $rc; the results in full"
"$bin/weir" report weir-out/demo.json weir-out/check.json \
  -o weir-out/demo.html
ls -1 weir-out/demo.* weir-out/check.*
echo "the page to open: $PWD/weir-out/demo.html"
exit $rc
