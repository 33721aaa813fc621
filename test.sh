#!/usr/bin/env bash
# Installs what the tests need and lack, runs every test, and prints "N passed, N failed, N skipped" as its last line.
# ./test.sh --filter X runs a part. With CI=true a missing part is a failure, never a skip.
set -uo pipefail
cd "$(dirname "$0")"

install() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  { command -v prometheus && command -v promtool; } >/dev/null || missing+=(prometheus)
  { command -v ssh && { command -v sshd || [ -x /usr/sbin/sshd ]; }; } >/dev/null || missing+=(openssh-client openssh-server)
  { command -v amtool && command -v prometheus-alertmanager; } >/dev/null || missing+=(prometheus-alertmanager)
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=""; [ "$(id -u)" -eq 0 ] || sudo="sudo"
  echo "installing ${missing[*]}"
  # The packages must not start services of their own on this machine.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  $sudo apt-get -o DPkg::Lock::Timeout=600 update -qq >/dev/null 2>&1
  $sudo apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${missing[@]}" >/tmp/ops-test-install.log 2>&1 || { tail -5 /tmp/ops-test-install.log; return 1; }
}

if ! install; then
  echo "could not install what the tests need"
  [ "${CI:-}" = true ] && { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test OpsDashboard.Tests/OpsDashboard.Tests.csproj --nologo ${CI:+--blame-hang-timeout 5m} "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

read -r passed failed skipped < <(grep -E '^(Passed|Failed)!' "$log" | sed -E 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).*/\2 \1 \3/' | awk '{p+=$1; f+=$2; s+=$3} END {print p+0, f+0, s+0}')
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
