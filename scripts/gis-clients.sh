#!/usr/bin/env bash
# Reads the service at $ROOT with the programs of GIS people, and fails on the first surprise.
# Usage: ROOT=http://127.0.0.1:8080 with-gis.sh gis-clients.sh BINARY
set -euo pipefail
binary=$1
clients=scripts/clients

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
expect() { # what, wanted, got
  if [ "$2" != "$3" ]; then echo "FAILED: $1: wanted $2, got $3"; exit 1; fi
  echo "    $1: $3"
  passed=$((passed + 1))
}

echo "==> OWSLib"
"$PYTHON" "$clients/owslib_walk.py" "$ROOT"

echo "==> GDAL"
expect "collections listed by ogrinfo" 5 "$(ogrinfo "OAPIF:$ROOT" | grep -cE '^[0-9]+: ')"
expect "counties read" 2891 "$(ogr2ogr -f CSV /vsistdout/ "OAPIF:$ROOT" counties -select id | tail -n +2 | wc -l)"
"$PYTHON" "$clients/gdal_read.py" "$ROOT"

echo "==> Files, as GDAL, geopandas, pyarrow and DuckDB read them"
for format in geojson geojsonl csv fgb gpkg parquet kml; do
  for collection in bases counties; do
    "$binary" export "$collection" -o "$work/$collection.$format" 2>/dev/null
  done
  [ "$format" = parquet ] || # Debian's GDAL does not read it; geopandas does, below
    expect "the exported bases.$format in GDAL" 11 "$(ogrinfo -so -al "$work/bases.$format" | sed -n 's/^Feature Count: //p')"
done

for collection in bases counties; do
  "$binary" export "$collection" -o "$work/$collection.pmtiles" 2>/dev/null
done

"$PYTHON" scripts/gis-files.py "$work" "$ROOT" "$binary"
"$PYTHON" "$clients/every_kind.py" "$work" "$binary"

# The file that lists are kept in, opened and edited by GDAL.
store=$work/store.gpkg
kept() { "$binary" export bases -o - --format csv --store "$store"; }
"$binary" import geodata/bases.csv --collection again --geocode --store "$store" 2>/dev/null
# QGIS asks for a folder of its own for what runs, and writes its settings where HOME is.
echo "==> QGIS"
mkdir -m 700 "$work/run"
HOME=$work XDG_RUNTIME_DIR=$work/run QT_QPA_PLATFORM=offscreen /usr/bin/python3 "$clients/qgis_read.py" "$ROOT" "$store"

echo "==> The store, edited by GDAL"
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

echo "==> The recipes of the page of a collection"
"$PYTHON" "$clients/recipes.py" "$ROOT"
echo "$passed passed, 0 failed"
