#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes the pages of this folder anew: capacities of three real set-ups, each
# beside weir-server on the same machine, and the nginx doctor on a bad
# configuration.  About 15 minutes; better on a machine that does nothing else.
#
#   reports/examples/make.sh [BIN]      BIN: where weir is (build/default/bin)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$(cd "${1:-$root/build/default/bin}" && pwd)
budget=${BUDGET:-4m}
step=${STEP:-3s}
tmp=$(mktemp -d)
chmod 711 "$tmp"
cd "$tmp" # so that the pages name files, not folders
pids=()
finish() {
  for p in "${pids[@]}"; do
    kill "$p" 2>/dev/null || true
  done
  rm -rf "$tmp"
}
trap finish EXIT
PATH=$PATH:/usr/sbin

free_port() {
  python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0));
print(s.getsockname()[1])'
}

# up PORT: waits until it accepts.
up() {
  for _ in $(seq 100); do
    if (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
      return 0
    fi
    sleep 0.1
  done
  echo "nothing listens on port $1" >&2
  return 1
}

# nginx_with TEMPLATE PORT UPSTREAM_PORT: sets $nginx_pid.
nginx_with() {
  mkdir -p "$tmp/$1"
  chmod 711 "$tmp/$1"
  sed "s/@PORT@/$2/; s/@UPSTREAM@/127.0.0.1:$3/" \
    "$root/scenarios/nginx/good/$1.conf" >"$tmp/$1/nginx.conf"
  nginx -p "$tmp/$1" -c "$tmp/$1/nginx.conf" -e "$tmp/$1/error.log" \
    -g 'daemon off;' &
  nginx_pid=$!
  pids+=("$nginx_pid")
  up "$2"
}

# capacity NAME URL PID [OPTION...]
capacity() {
  local name=$1 url=$2 pid=$3
  shift 3
  "$bin/weir" capacity "$url" --server-pid "$pid" --budget "$budget" \
    --step-time "$step" -q -o "$name.json" "$@" >/dev/null || true
  "$bin/weir" report "$name.json" -o "$here/$name.html"
  echo "$here/$name.html"
}

origin=$(free_port)
"$bin/weir-server" --port "$origin" >/dev/null &
pids+=($!)
up "$origin"

port=$(free_port)
nginx_with sse "$port" "$origin"
capacity capacity-nginx "http://127.0.0.1:$port/stream?rate=5" "$nginx_pid"

port=$(free_port)
nginx_with nchan "$port" "$origin"
capacity capacity-nchan "http://127.0.0.1:$port/subscribe/news" "$nginx_pid" \
  --axis publish -c 200 --publish.url "http://127.0.0.1:$port/publish/news"

port=$(free_port)
/usr/bin/python3 -B -m uvicorn --app-dir "$root/harness/e2e/apps" \
  --port "$port" --log-level warning starlette_app:app &
pids+=($!)
up "$port"
capacity capacity-starlette "http://127.0.0.1:$port/stream?rate=5" "${pids[-1]}"

"$bin/weir" load "http://127.0.0.1:$origin/stream?rate=5" -c 1000 -d 20s -q \
  --storm.at 8s --storm.share 50% --threshold 'latency.p99 < 250ms' \
  -o load.json >/dev/null || true
"$bin/weir" report load.json -o "$here/load-storm.html"
(cd "$root/scenarios/nginx/bad" &&
  "$bin/weir" nginx buffering-tls.conf --location /events -q \
    -o "$here/doctor-tls.html" >/dev/null) || true
# The picture in the README.
if command -v chromium >/dev/null; then
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
    --disable-background-networking --user-data-dir="$tmp/browser" \
    --window-size=1000,446 --screenshot="$here/doctor-tls.png" \
    "file://$here/doctor-tls.html" 2>/dev/null
fi
ls -l "$here"
