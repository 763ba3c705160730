# SPDX-License-Identifier: MIT
# Sourced by demo.sh and test.sh: Debian packages, and the build.
#
# Nothing is installed where all is there already, and no service of a proxy
# is ever started: the scripts run proxies themselves, in private folders.

weir_build_packages="build-essential cmake ninja-build pkg-config
  libcurl4-openssl-dev libuv1-dev libjansson-dev libfyaml-dev
  libhttp-parser-dev libnghttp2-dev libpcre2-dev libssl-dev zlib1g-dev
  libgumbo-dev libcmocka-dev python3"
weir_test_packages="libnginx-mod-nchan python3-uvicorn python3-starlette
  python3-aiohttp python3-h2 python3-flask gunicorn python3-django nodejs
  python3-jsonschema python3-prometheus-client libxml2-utils
  haproxy lighttpd apache2-bin caddy varnish python3-pip
  clang-format zsh fish groff-base"
weir_proxy_packages="nginx openssl"
weir_plot_packages="gnuplot-nox"
# For e2e.browser, which skips without one: large, and it brings a desktop's
# libraries along.  WEIR_BROWSER=1 ./test.sh installs it.
weir_browser_packages="${WEIR_BROWSER:+chromium}"
weir_services="nginx haproxy lighttpd caddy varnish"

say() {
  printf '\n== %s\n' "$*"
}

# as_root COMMAND...: with sudo when needed.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# missing PACKAGE...: prints those that are not installed.
missing() {
  local p
  for p in "$@"; do
    dpkg-query -W -f='${db:Status-Abbrev}' "$p" 2>/dev/null | grep -q '^ii' ||
      printf '%s ' "$p"
  done
}

# without_services COMMAND...: packages installed by the command start none of
# their services meanwhile.
without_services() {
  local policy=/usr/sbin/policy-rc.d rc=0
  if [ -e "$policy" ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  "$@" || rc=$?
  as_root rm -f "$policy"
  return $rc
}

# need PACKAGE...: installs what is missing.
need() {
  local wanted absent service
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null
  then
    say "no apt-get here: please see to the counterparts of: $*"
    return
  fi
  wanted=$(missing "$@")
  if [ -z "$wanted" ]; then
    return
  fi
  say "installing $wanted"
  # shellcheck disable=SC2086
  absent=$(missing $weir_services)
  as_root apt-get update -qq
  # shellcheck disable=SC2086 # a list of words
  without_services as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $wanted
  # Debian enables services for the next start of the machine, too.
  for service in $absent; do
    if [ -d /run/systemd/system ] && [ -z "$(missing "$service")" ]; then
      [ "$service" != varnish ] || service="varnish varnishncsa"
      # shellcheck disable=SC2086
      as_root systemctl disable --quiet $service
    fi
  done
}

# build PRESET [TARGET...]: configures and builds in build/PRESET.
build() {
  local preset=$1 cache=build/$1/CMakeCache.txt log
  shift
  if [ ! -e "$cache" ] && command -v ninja >/dev/null; then
    export CMAKE_GENERATOR=Ninja
  else
    unset CMAKE_GENERATOR
  fi
  log=$(cmake --preset "$preset" 2>&1) || {
    printf '%s\n' "$log"
    return 1
  }
  cmake --build "build/$preset" --parallel "$(nproc)" ${1:+--target "$@"}
}
