#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds weir where it is to build, warnings being errors, and runs its unit
# tests there: Debian 12, Debian 13, and Debian 13 with the flags that Ubuntu
# 24.04 compiles with.  Then Debian packages, made on 12 and 13, are installed on
# bare systems of the same, and tried.  Ends with a table.
#
#   .ci/matrix.sh             all; needs root, debootstrap and a mirror
#   .ci/matrix.sh debian13    rows of it: debian12 debian13 ubuntu package
#
# WEIR_ROOTS: a folder that keeps the systems for the next time (without it they
# are removed); WEIR_MIRROR: where Debian is.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/setup.sh

mirror=${WEIR_MIRROR:-http://deb.debian.org/debian}
roots=${WEIR_ROOTS:-$(mktemp -d "${TMPDIR:-/tmp}/weir-matrix-XXXXXX")}
ubuntu_flags="-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
ubuntu_flags+=" -fstack-protector-strong -fstack-clash-protection"
ubuntu_flags+=" -fcf-protection -Wformat -Werror=format-security"
table=

[ "$(id -u)" -eq 0 ] || { echo "matrix.sh: only root can" >&2; exit 2; }
need debootstrap
mkdir -p "$roots"

clean_up() {
  local root
  for root in "$roots"/*/; do
    umount "$root/proc" 2>/dev/null || true
  done
  [ -n "${WEIR_ROOTS:-}" ] || rm -rf "$roots"
}
trap clean_up EXIT

# inside ROOT COMMAND...: in that system, with a /proc of its own.
inside() {
  local root=$roots/$1
  shift
  mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive CMAKE_GENERATOR=Ninja \
    CFLAGS="${flags:-}" nice -n 15 chroot "$root" "$@"
}

# system ROOT SUITE [PACKAGE...]: a system that starts no services, with these.
system() {
  local root=$1 suite=$2
  shift 2
  if [ ! -e "$roots/$root/etc/debian_version" ]; then
    debootstrap --variant=minbase "$suite" "$roots/$root" "$mirror" \
      >"$roots/$root.log" 2>&1 || { tail -n 5 "$roots/$root.log"; return 1; }
    printf '#!/bin/sh\nexit 101\n' >"$roots/$root/usr/sbin/policy-rc.d"
    chmod 755 "$roots/$root/usr/sbin/policy-rc.d"
  fi
  inside "$root" apt-get update -qq
  [ $# -eq 0 ] ||
    inside "$root" apt-get install -y -qq --no-install-recommends "$@"
}

# sources ROOT: what is committed here, in its /weir.
sources() {
  rm -rf "$roots/$1/weir"
  mkdir "$roots/$1/weir"
  git archive HEAD | tar -x --no-same-permissions -C "$roots/$1/weir"
}

# row NAME COMMAND...: a line of the table.
row() {
  local name=$1 result
  shift
  say "$name"
  if "$@"; then
    result=passed
  else
    result=FAILED
  fi
  table+=$(printf '%-24s %s' "$name" "$result")$'\n'
}

# quietly FILE COMMAND...: its output is in FILE, and shown where it failed.
quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 || { grep -E "error|warning|\*\*\*" "$log" || tail "$log"
    return 1; }
}

# unit SUITE: a build with the preset werror, and its unit tests.
unit() {
  local root=build-$1
  # shellcheck disable=SC2086 # a list of words
  quietly "$roots/$root.log" system "$root" "$1" $weir_build_packages &&
    sources "$root" &&
    inside "$root" sh -c 'cc --version | head -n 1' &&
    inside "$root" sh -c 'cd /weir && cmake --preset werror' >"$roots/log" &&
    quietly "$roots/$root.log" inside "$root" cmake --build /weir/build/werror &&
    quietly "$roots/$root.log" inside "$root" \
      ctest --test-dir /weir/build/werror -L unit -j 2 &&
    grep "tests passed" "$roots/$root.log"
}

# package SUITE: made there, since libraries' names differ.
package() {
  local root=build-$1
  # shellcheck disable=SC2086 # a list of words
  quietly "$roots/$root.log" system "$root" "$1" $weir_build_packages \
    dpkg-dev lintian &&
    sources "$root" &&
    quietly "$roots/$root.log" inside "$root" \
      sh -c 'cd /weir && cmake --workflow --preset package' &&
    inside "$root" sh -c 'lintian --fail-on error /weir/build/package/*.deb'
}

# installed SUITE: the package on a bare system.
installed() {
  local root=bare-$1
  system "$root" "$1" >"$roots/log" 2>&1 &&
    cp "$roots/build-$1"/weir/build/package/weir_*.deb "$roots/$root/" &&
    quietly "$roots/$root.log" inside "$root" sh -c \
      'apt-get install -y -qq --no-install-recommends /weir_*.deb man-db \
        bash-completion' &&
    inside "$root" bash -euc 'weir-server --port 8080 > /tmp/out & pid=$!
      trap "kill $pid" EXIT
      until grep -q listening /tmp/out; do sleep 0.1; done
      weir load hello -q | head -n 2
      man weir-load | grep -q THRESHOLD\\\|threshold
      man 7 weir-cookbook > /dev/null
      set +u
      . /usr/share/bash-completion/bash_completion
      _completion_loader weir || true
      COMP_WORDS=(weir load hel) COMP_CWORD=2; _weir
      [ "${COMPREPLY[*]}" = hello ]'
}

for what in "${@:-all}"; do
  case $what in
  debian12 | all) row "Debian 12" unit bookworm ;;&
  debian13 | all) row "Debian 13" unit trixie ;;&
  ubuntu | all) flags=$ubuntu_flags row "Ubuntu's flags" unit trixie ;;&
  package | all)
    for suite in bookworm trixie; do
      row "package, $suite" package $suite
      row "installed, $suite" installed $suite
    done
    ;;&
  debian12 | debian13 | ubuntu | package | all) ;;
  *) echo "matrix.sh: there is no \"$what\"" >&2; exit 2 ;;
  esac
done

say "total"
printf '%s' "$table"
case $table in *FAILED*) exit 1 ;; esac
