#!/usr/bin/env bash
# Reads the service at $ROOT with GDAL as a GIS user would, and fails on the first surprise.
# Usage: ROOT=http://127.0.0.1:8080 gis-clients.sh BINARY
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
trap 'rm -rf "$work"' EXIT
passed=0
expect() { # what, wanted, got
  if [ "$2" != "$3" ]; then echo "FAILED: $1: wanted $2, got $3"; exit 1; fi
  echo "    $1: $3"
  passed=$((passed + 1))
}
count() { ogrinfo -so "OAPIF:$ROOT" "$@" | sed -n 's/^Feature Count: //p'; }

expect "collections listed by ogrinfo" 5 "$(ogrinfo "OAPIF:$ROOT" | grep -cE '^[0-9]+: ')"
expect "bases counted" 11 "$(count bases)"
expect "bases read" 11 "$(ogrinfo -al -q "OAPIF:$ROOT" bases | grep -c '^OGRFeature')"
expect "hubs read over several pages" 949 "$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$ROOT" hubs -select id | tail -n +2 | wc -l)"
expect "counties read" 2891 "$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$ROOT" counties -select id | tail -n +2 | wc -l)"
expect "one base by its id" 1 "$(ogrinfo -al -q "OAPIF:$ROOT" bases -where "id='base-03'" | grep -c '^OGRFeature')"
expect "a condition that reaches the server" 2 "$(count bases -where "province='Jiangsu'")"
expect "a box" 2 "$(count bases -spat 105 30 106 31)"
for format in geojson geojsonl csv fgb gpkg parquet kml; do
  for collection in bases counties; do
    "$binary" export "$collection" -o "$work/$collection.$format" 2>/dev/null
  done
  [ "$format" = parquet ] || # Debian's GDAL does not read it; geopandas does, below
    expect "the exported bases.$format in GDAL" 11 "$(ogrinfo -so -al "$work/bases.$format" | sed -n 's/^Feature Count: //p')"
done

# The same files value by value, as GDAL 3.12, geopandas, pyarrow and DuckDB read them.
python=target/gis-venv/bin/python
if ! "$python" -c 'import pyogrio, geopandas, pyarrow, duckdb' 2>/dev/null; then
  echo "==> Installing pyogrio, geopandas, pyarrow and duckdb (about half a minute)"
  python3 -m venv target/gis-venv && "$python" -m pip install -q pyogrio geopandas pyarrow duckdb || true
fi
if "$python" -c 'import pyogrio, geopandas, pyarrow, duckdb' 2>/dev/null; then
  "$python" scripts/gis-files.py "$work" "$ROOT" "$binary"
else
  echo "SKIPPED: the files value by value need python3 with venv and the packages named above."
fi

# The file that lists are kept in, opened and edited by GDAL.
store=$work/store.gpkg
kept() { "$binary" export bases -o - --format csv --store "$store"; }
"$binary" import geodata/bases.csv --collection again --geocode --store "$store" 2>/dev/null
expect "layers of the store in GDAL, the lists of changes, pins, sources and results among them" 7 "$(ogrinfo -q "$store" | grep -cE '^[0-9]+: ')"
expect "bases in the store" 11 "$(ogrinfo -so "$store" bases | sed -n 's/^Feature Count: //p')"
expect "a box by the index of the store" 2 "$(ogrinfo -so "$store" bases -spat 105 30 106 31 | sed -n 's/^Feature Count: //p')"
ogrinfo -q "$store" -sql "UPDATE bases SET name = 'Edited' WHERE id = 'base-01'" >/dev/null
expect "a name that GDAL changed" 1 "$(kept | grep -c '^base-01,Edited,')"
echo '{"type":"Feature","properties":{"name":"New"},"geometry":{"type":"Point","coordinates":[100,30]}}' >"$work/new.geojson"
ogr2ogr -f GPKG -append -nln bases "$store" "$work/new.geojson"
expect "a base that GDAL added, with an id" 1 "$(kept | grep -c '^bases-1,New,.*,100,30$')"
expect "it in the index of the store" 1 "$(ogrinfo -so "$store" bases -spat 99 29 101 31 | sed -n 's/^Feature Count: //p')"
ogrinfo -q "$store" -sql "DELETE FROM bases WHERE id = 'base-02'" >/dev/null
expect "a base that GDAL took out" 0 "$(kept | grep -c '^base-02,' || true)"
echo "$passed passed, 0 failed"
