#!/usr/bin/env bash
# Takes docs/map.png, the picture of the README, from the running page.
# Usage: picture.sh BINARY
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")/.."
log=$(mktemp)
"$binary" serve --listen 127.0.0.1:0 >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 100); do
  root=$(sed -n 's#.*\(http://[0-9.:]*\).*#\1#p' "$log")
  [ -n "$root" ] && break
  sleep 0.1
done
mkdir -p docs
(cd web && node scripts/look.mjs "$root/?sel=base-09&theme=light&lang=en" ../docs/map.png)
echo "docs/map.png is new"
