"""Reads what Jidi exports and sends with GDAL, geopandas, pyarrow and DuckDB, and compares every value.

Then GDAL and geopandas write the same features, Jidi imports them, and nothing must be lost again.

Usage: gis-files.py FOLDER ROOT BINARY: FOLDER holds {bases,counties}.{geojson,geojsonl,csv,fgb,gpkg,parquet,kml,pmtiles};
ROOT is the service whose downloads must be the same. The GeoJSON, read by Python's own JSON, is the truth.
"""

import csv
import json
import math
import pathlib
import sqlite3
import subprocess
import sys
import urllib.request

import duckdb
import geopandas
import pyarrow.parquet
import pyogrio
import shapely.geometry

folder = pathlib.Path(sys.argv[1])
root, binary = sys.argv[2:4]
passed = 0


def expect(what, wanted, got):
    global passed
    if wanted != got:
        sys.exit(f"FAILED: {what}: wanted {wanted!r}, got {got!r}")
    passed += 1


def plain(value):
    """A value as Python has it: missing ones are None, arrays lists."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if hasattr(value, "tolist"):
        value = value.tolist()
    return value


def is_same(wanted, got, has_lists):
    if isinstance(wanted, list) and not has_lists and isinstance(got, str):
        got = json.loads(got)  # a column of JSON
    return wanted == plain(got) or (isinstance(wanted, (int, float)) and wanted == got)


def compare(what, truth, table, has_lists, geometry=True):
    expect(f"{what}: features", len(truth), len(table))
    rows = {row["id"]: row for row in table.to_dict("records")}
    expect(f"{what}: ids", set(truth), set(rows))
    for feature_id, feature in truth.items():
        row = rows[feature_id]
        for name, wanted in feature["properties"].items():
            if not is_same(wanted, row[name], has_lists):
                sys.exit(f"FAILED: {what}: {feature_id}.{name}: wanted {wanted!r}, got {row[name]!r}")
        if geometry:
            wanted = feature["geometry"] and shapely.geometry.shape(feature["geometry"])
            if not ((wanted is None and row["geometry"] is None) or wanted.equals_exact(row["geometry"], 0)):
                sys.exit(f"FAILED: {what}: {feature_id}: {wanted} became {row['geometry']}")
    print(f"    {what}: {len(truth)} features, every value")


def check(name, files):
    truth = json.loads(files("geojson").read_text())["features"]
    truth = {feature["id"]: feature for feature in truth}
    fields = list(next(iter(truth.values()))["properties"])
    lists = {f for f in fields for t in truth.values() if isinstance(t["properties"][f], list)}
    for end in ["gpkg", "fgb"]:
        table = pyogrio.read_dataframe(files(end))
        expect(f"{name}.{end}: system", 4326, table.crs.to_epsg())
        expect(f"{name}.{end}: columns", fields, [c for c in table.columns if c != "geometry"])
        compare(f"{name}.{end} in GDAL", truth, table, False)
        box = (115, 25, 122, 33)
        near = pyogrio.read_dataframe(files(end), bbox=box)
        expect(f"{name}.{end}: a box", len(table[table.intersects(shapely.box(*box))]), len(near))
    table = pyogrio.read_dataframe(files("geojsonl"))
    expect(f"{name}.geojsonl in GDAL", len(truth), len(table))
    expect(f"{name}.geojsonl: `types` is no column", True, "types" not in table.columns and "name" in table.columns)
    table = geopandas.read_parquet(files("parquet"))
    expect(f"{name}.parquet: system", "OGC:CRS84", ":".join(table.crs.to_authority()))
    compare(f"{name}.parquet in geopandas", truth, table, True)
    near = geopandas.read_parquet(files("parquet"), bbox=(115, 25, 122, 33))
    expect(f"{name}.parquet: a box", True, 0 < len(near) < len(truth))
    schema = pyarrow.parquet.read_schema(files("parquet"))
    for field in fields:
        expect(f"{name}.parquet: {field}", field in lists, str(schema.field(field).type).startswith("list"))
    geo = json.loads(schema.metadata[b"geo"])
    expect(f"{name}.parquet: version", "1.1.0", geo["version"])
    sql = "SELECT count(*), count(DISTINCT id), min(bbox.xmin) FROM read_parquet(?)"
    count, ids, west = duckdb.execute(sql, [str(files("parquet"))]).fetchone()
    expect(f"{name}.parquet in DuckDB", (len(truth), len(truth)), (count, ids))
    expect(f"{name}.parquet: the western edge", geo["columns"]["geometry"]["bbox"][0], west)
    table = pyogrio.read_dataframe(files("kml"))
    expect(f"{name}.kml in GDAL", len(truth), len(table))
    with open(files("csv"), newline="", encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    expect(f"{name}.csv", set(truth), set(rows))
    with sqlite3.connect(files("gpkg")) as database:
        expect(f"{name}.gpkg: sound", [("ok",)], database.execute("PRAGMA integrity_check").fetchall())
        expect(f"{name}.gpkg: references", [], database.execute("PRAGMA foreign_key_check").fetchall())
        expect(f"{name}.gpkg: version", 10300, database.execute("PRAGMA user_version").fetchone()[0])


def tiles(name):
    """The archive of tiles: at its highest zoom every feature is there, and points stand within two units."""
    truth = json.loads((folder / f"{name}.geojson").read_text())["features"]
    truth = {t["id"]: shapely.geometry.shape(t["geometry"]) for t in truth if t["geometry"]}
    path = folder / f"{name}.pmtiles"
    table = pyogrio.read_dataframe(path)
    expect(f"{name}.pmtiles: system", 3857, table.crs.to_epsg())
    expect(f"{name}.pmtiles: layers", [name], [layer for layer, _ in pyogrio.list_layers(path)])
    seen = table[table["id"].notna()]
    expect(f"{name}.pmtiles in GDAL: ids", set(truth), set(seen["id"]))
    for row in seen.to_crs(4326).to_dict("records"):
        if truth[row["id"]].geom_type == "Point" and truth[row["id"]].distance(row["geometry"]) > 2e-4:
            sys.exit(f"FAILED: {name}.pmtiles: {row['id']}: {truth[row['id']]} became {row['geometry']}")
    print(f"    {name}.pmtiles in GDAL: {len(truth)} features in {len(table)} pieces")


def kml(name):
    """Each value of the KML, read as XML by itself."""
    import xml.etree.ElementTree as ElementTree

    space = {"k": "http://www.opengis.net/kml/2.2"}
    truth = json.loads((folder / f"{name}.geojson").read_text())["features"]
    marks = ElementTree.parse(folder / f"{name}.kml").getroot().findall(".//k:Placemark", space)
    for feature, mark in zip(truth, marks, strict=True):
        data = {d.get("name"): d.text or "" for d in mark.findall(".//k:SimpleData", space)}
        name = mark.find("k:name", space)
        data |= {} if name is None else {"name": name.text or ""}
        for field, wanted in feature["properties"].items():
            wanted = ";".join(wanted) if isinstance(wanted, list) else wanted
            got = data.get(field)
            same = got is None if wanted is None else got is not None and (
                float(got) == wanted if isinstance(wanted, (int, float)) else got == wanted
            )
            expect(f"{name}.kml: {feature['id']}.{field} {wanted!r} {got!r}", True, same)


def bring_back(name):
    """Writes with GDAL and geopandas, imports, exports, compares."""
    table = pyogrio.read_dataframe(folder / f"{name}.gpkg")
    for column in table.columns:  # GDAL writes lists to none of these formats
        table[column] = table[column].map(lambda v: ";".join(plain(v)) if isinstance(plain(v), list) else v)
    before = {row["id"]: row for row in table.to_dict("records")}
    writers = {
        "fgb": lambda path: pyogrio.write_dataframe(table, path, SPATIAL_INDEX="NO"),
        "gpkg": lambda path: pyogrio.write_dataframe(table, path),
        "parquet": lambda path: table.to_parquet(path),
        "geojson": lambda path: pyogrio.write_dataframe(table, path, driver="GeoJSON", SIGNIFICANT_FIGURES=17),
    }
    store = folder / f"{name}-store.gpkg"
    for end, write in writers.items():
        path, back = folder / f"written-{name}.{end}", folder / f"back-{name}-{end}.geojson"
        write(path)
        collection = f"from_{end}"
        for verb in (["import", path, "--collection", collection], ["export", collection, "-o", back]):
            subprocess.run([binary, *verb, "--store", store], check=True, capture_output=True)
        after = {feature["id"]: feature for feature in json.loads(back.read_text())["features"]}
        expect(f"{name}.{end} of GDAL, imported: ids", set(before), set(after))
        for feature_id, row in before.items():
            feature = after[feature_id]
            for field, wanted in row.items():
                if field == "geometry":
                    got = shapely.geometry.shape(feature["geometry"])
                    same = got.normalize().equals_exact(wanted.normalize(), 1e-13)
                    wanted = ""
                else:
                    got = feature["properties"].get(field)
                    same = is_same(plain(wanted), got, False)
                if not same:
                    sys.exit(f"FAILED: {name}.{end}, imported: {feature_id}.{field}: wanted {wanted!r}, got {got!r}")
        print(f"    {name}.{end} of GDAL, imported: {len(after)} features, every value")


for name in ["bases", "counties"]:
    check(name, lambda end: folder / f"{name}.{end}")
    kml(name)
    tiles(name)
sent = folder / "sent"
sent.mkdir(exist_ok=True)
for end in ["geojson", "geojsonl", "csv", "fgb", "gpkg", "parquet", "kml"]:
    urllib.request.urlretrieve(f"{root}/collections/bases/download?f={end}", sent / f"bases.{end}")
check("bases as sent", lambda end: sent / f"bases.{end}")
for name in ["bases", "counties"]:
    bring_back(name)
print(f"{passed} comparisons passed, 0 failed")
