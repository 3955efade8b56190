#!/usr/bin/env bash
# Runs a command beside a service of its own on a free port; the command finds it in $ROOT.
# It keeps nothing unless $JIDI_STORE says where; every other setting can be given as a variable, too.
# Usage: with-service.sh BINARY COMMAND...
set -euo pipefail
binary=$1
shift
log=$(mktemp)
"$binary" serve --store "${JIDI_STORE:-none}" --listen 127.0.0.1:0 >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 100); do
  ROOT=$(sed -n 's#.*on \(http://[0-9.:]*\).*#\1#p' "$log")
  [ -n "$ROOT" ] && break
  kill -0 $server 2>/dev/null || break
  sleep 0.1
done
[ -n "$ROOT" ] || { cat "$log"; exit 1; }
export ROOT
"$@"
