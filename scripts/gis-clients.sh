#!/usr/bin/env bash
# Reads the running service with GDAL as a GIS user would, and fails on the first surprise.
# Usage: gis-clients.sh BINARY
set -euo pipefail
binary=$1

if ! command -v ogrinfo >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "==> Installing gdal-bin (about a minute)"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends gdal-bin; } >/dev/null
  else
    echo "SKIPPED: GIS clients need ogrinfo (Debian's gdal-bin), and installing it needs root and apt-get."
    exit 0
  fi
fi

work=$(mktemp -d)
"$binary" serve --listen 127.0.0.1:0 >"$work/serve.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  root=$(sed -n 's#.*\(http://[0-9.:]*\).*#\1#p' "$work/serve.log")
  [ -n "$root" ] && break
  sleep 0.1
done
[ -n "$root" ] || { cat "$work/serve.log"; exit 1; }

expect() { # what, wanted, got
  if [ "$2" != "$3" ]; then echo "FAILED: $1: wanted $2, got $3"; exit 1; fi
  echo "    $1: $3"
}
count() { ogrinfo -so "OAPIF:$root" "$@" | sed -n 's/^Feature Count: //p'; }

expect "collections listed by ogrinfo" 5 "$(ogrinfo "OAPIF:$root" | grep -cE '^[0-9]+: ')"
expect "bases counted" 11 "$(count bases)"
expect "bases read" 11 "$(ogrinfo -al -q "OAPIF:$root" bases | grep -c '^OGRFeature')"
expect "hubs read over several pages" 949 "$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$root" hubs -select id | tail -n +2 | wc -l)"
expect "counties read" 2891 "$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$root" counties -select id | tail -n +2 | wc -l)"
expect "one base by its id" 1 "$(ogrinfo -al -q "OAPIF:$root" bases -where "id='base-03'" | grep -c '^OGRFeature')"
expect "a condition that reaches the server" 2 "$(count bases -where "province='Jiangsu'")"
expect "a box" 2 "$(count bases -spat 105 30 106 31)"
for format in geojson geojsonl csv; do
  "$binary" export bases -o "$work/bases.$format" 2>/dev/null
  expect "the exported bases.$format in GDAL" 11 "$(ogrinfo -so -al "$work/bases.$format" | sed -n 's/^Feature Count: //p')"
done
echo "11 passed, 0 failed"
