#!/usr/bin/env bash
# Times ST_AsMVT of PostGIS over the points and tiles of benches/tiles.rs, then those of Jidi, on the
# same machine in the same run. Prints the processor time of the database for each tile.
# Usage: scripts/with-postgis.sh benches/tiles.sh
set -euo pipefail
cd "$(dirname "$0")/.."
echo "==> PostGIS: 1,000,000 points, ST_AsMVT, milliseconds of processor time for each tile"
psql "$JIDI_TEST_POSTGRES" -q -v ON_ERROR_STOP=1 <<'SQL'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS jidi_bench CASCADE;
CREATE SCHEMA jidi_bench;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE TABLE jidi_bench.points AS
SELECT 'f' || n AS id, 'Park ' || n * 7 % 9973 AS name, 'C' || n % 9999 AS code,
  (ARRAY['chips','biomedicine','materials','vehicles','equipment','software','energy','other'])[1 + n % 8] AS industry_group,
  n % 5000 AS employment, 1985 + n % 40 AS year,
  ST_Transform(ST_SetSRID(ST_MakePoint(117 + 6 * (n * 0.6180339887::float8 - floor(n * 0.6180339887::float8)),
    28 + 6 * (n * 0.7548776662::float8 - floor(n * 0.7548776662::float8))), 4326), 3857) AS geom
FROM generate_series(0, 999999) AS n;
CREATE INDEX ON jidi_bench.points USING gist (geom);
VACUUM ANALYZE jidi_bench.points;
CREATE FUNCTION jidi_bench.cpu_ms() RETURNS float8 LANGUAGE sql VOLATILE AS $$
  SELECT (f[12]::float8 + f[13]::float8) * 10 FROM (SELECT string_to_array(
    regexp_replace(pg_read_file('/proc/self/stat'), '^.*\) ', ''), ' ') AS f) AS stat
$$;
CREATE FUNCTION jidi_bench.draw(z int, times int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE total bigint := 0; n int; part bigint; lon float8; lat float8; x int; y int; box geometry;
BEGIN
  FOR round IN 1..times LOOP FOR n IN 0..15 LOOP
    lon := 117 + 6 * (n * 60013 * 0.6180339887::float8 - floor(n * 60013 * 0.6180339887::float8));
    lat := 28 + 6 * (n * 60013 * 0.7548776662::float8 - floor(n * 60013 * 0.7548776662::float8));
    x := floor((lon + 180) / 360 * 2 ^ z);
    y := floor((0.5 - atanh(sin(radians(lat))) / (2 * pi())) * 2 ^ z);
    box := ST_TileEnvelope(z, x, y);
    SELECT length(ST_AsMVT(t, 'made')) INTO part FROM (
      SELECT id, name, code, industry_group, employment, year, ST_AsMVTGeom(geom, box, 4096, 0, true) AS geom
      FROM jidi_bench.points WHERE geom && box) AS t;
    total := total + part;
  END LOOP; END LOOP;
  RETURN total;
END $$;
SET max_parallel_workers_per_gather = 0;
\pset format unaligned
\pset tuples_only on
SELECT jidi_bench.draw(9, 1) > 0 AS warm \gset
SELECT jidi_bench.cpu_ms() AS before \gset
SELECT jidi_bench.draw(9, 2) AS bytes \gset
SELECT 'z9  ' || round(((jidi_bench.cpu_ms() - :before) / 32)::numeric, 3) || ' ms, ' || :bytes / 32 || ' bytes';
SELECT jidi_bench.cpu_ms() AS before \gset
SELECT jidi_bench.draw(10, 4) AS bytes \gset
SELECT 'z10 ' || round(((jidi_bench.cpu_ms() - :before) / 64)::numeric, 3) || ' ms, ' || :bytes / 64 || ' bytes';
SELECT jidi_bench.cpu_ms() AS before \gset
SELECT jidi_bench.draw(11, 16) AS bytes \gset
SELECT 'z11 ' || round(((jidi_bench.cpu_ms() - :before) / 256)::numeric, 3) || ' ms, ' || :bytes / 256 || ' bytes';
SELECT jidi_bench.cpu_ms() AS before \gset
SELECT jidi_bench.draw(12, 64) AS bytes \gset
SELECT 'z12 ' || round(((jidi_bench.cpu_ms() - :before) / 1024)::numeric, 3) || ' ms, ' || :bytes / 1024 || ' bytes';
SELECT jidi_bench.cpu_ms() AS before \gset
SELECT jidi_bench.draw(13, 128) AS bytes \gset
SELECT 'z13 ' || round(((jidi_bench.cpu_ms() - :before) / 2048)::numeric, 3) || ' ms, ' || :bytes / 2048 || ' bytes';
DROP SCHEMA jidi_bench CASCADE;
SQL
echo "==> Jidi: the same points and tiles (a sample is 16 tiles; items are tiles)"
cargo bench --locked --bench tiles
