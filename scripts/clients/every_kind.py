"""Reads a collection of every kind of value in every format with two versions of GDAL, geopandas and pyarrow.

Then tables and a workbook that Python writes of the same values are imported, and nothing is lost.

Usage: every_kind.py FOLDER BINARY. The rows below are the truth: every type with a null and with what is awkward,
ids that look like numbers, text beyond the BMP, coordinates to the last digit. Every value is compared, not only counts.
"""

import csv
import datetime
import json
import pathlib
import subprocess
import sys
import warnings

import geopandas
import openpyxl
import pyarrow.parquet
import pyogrio
import shapely
import shapely.geometry

TYPES = {
    "name": "text", "empty": "text", "code": "text", "flag": "boolean", "day": "date", "at": "date-time",
    "big": "integer", "small": "integer", "share": "real", "codes": "list", "note": "text",
}
POINT = {"type": "Point", "coordinates": [120.73999999999998, 31.650000000000006]}
RINGS = [
    [[104.0, 28.0], [106.12345678901234, 28.0], [106.0, 30.0], [104.0, 28.0]],
    [[105.0, 28.5], [105.5, 29.0], [105.5, 28.5], [105.0, 28.5]],
]
LINE = [[0.1, 0.2], [-179.99999999999997, -89.99999999999999]]
ROWS = [
    ("007", POINT, ['𠮷野家 🏭 "q", a;b & <c>', "", "0512", True, "2019-05-01", "2020-10-13T08:00:00.25Z",
                    9007199254740993, -5, 0.30000000000000004, ["a;b", "", 'x"y', "-1", "𠮷"], ' sp "\t" x ']),
    ("1e5", None, ["=1+1", None, "1e5", False, None, "1890-02-28T23:59:59Z", None, 0, -2.5, [], "one\ntwo"]),
    ("a~b", {"type": "Polygon", "coordinates": RINGS},
     ["true", "", "x", None, "1890-02-28", None, -9007199254740993, None, None, ["39"], None]),
    ("none", {"type": "LineString", "coordinates": LINE}, [None] * len(TYPES)),
    ("Z_.-9", {"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0000000000000004, 4.0]]},
     ["", "", "007", True, "9999-12-31", "2020-10-13T00:00:00Z", 1, 2147483647, 1.5e308, ["x", "y"], "null"]),
]
TRUTH = {
    feature_id: (geometry and shapely.geometry.shape(geometry), dict(zip(TYPES, values, strict=True)))
    for feature_id, geometry, values in ROWS
}

folder, binary = pathlib.Path(sys.argv[1]), sys.argv[2]
store = folder / "kinds-store.gpkg"
passed = 0
warnings.simplefilter("ignore")  # of a layer that GDAL gives a name, and of a CSV file without a system


def jidi(*arguments):
    subprocess.run([binary, *arguments, "--store", store], check=True, capture_output=True)


def said(text):
    """A list as text: JSON, or its items parted by semicolons."""
    return json.loads(text) if text.startswith("[") else text.split(";") if text else []


def plain(field, got):
    """A value that a program gives, as the truth has it."""
    kind = TYPES[field]
    if kind == "date" and isinstance(got, datetime.datetime):
        got = got.date() if got.time() == datetime.time() else got  # FlatGeobuf has no days to GDAL
    if isinstance(got, datetime.datetime):
        text = got.replace(tzinfo=None).isoformat()
        return (text.rstrip("0") if "." in text else text) + "Z"
    if isinstance(got, datetime.date):
        return got.isoformat()
    if kind == "list" and isinstance(got, str):
        return said(got)
    return bool(got) if kind == "boolean" and isinstance(got, int) else got


def as_text(field, wanted):
    """A value as a table of text has it to a program that knows no types."""
    if wanted is None or wanted == []:
        return ""
    if TYPES[field] == "boolean":
        return str(wanted).lower()
    return "'" + wanted if isinstance(wanted, str) and wanted.startswith("=") else wanted


def from_text(field, got):
    turn = {"integer": int, "real": float, "list": said}.get(TYPES[field], str)
    return turn(got) if got and isinstance(got, str) else got or ""


def compare(what, shapes, rows, end):
    """Compares features, by their ids, with the truth as a format can tell it."""
    global passed
    if set(rows) != set(TRUTH) or set(shapes) != set(TRUTH):
        sys.exit(f"FAILED: {what}: ids {sorted(map(str, rows))}")
    for feature_id, (shape, values) in TRUTH.items():
        for field, wanted in values.items():
            got = rows[feature_id][field]
            if end == "csv":
                wanted, got = as_text(field, wanted), from_text(field, got)
            else:
                got = plain(field, got)
            if end == "kml":  # whole numbers beyond 32 bits are text there, and GDAL drops blanks around text
                got = int(got) if TYPES[field] == "integer" and got is not None else got
                wanted = wanted.strip() if isinstance(wanted, str) else wanted
            if wanted != got or isinstance(wanted, bool) != isinstance(got, bool):
                sys.exit(f"FAILED: {what}: {feature_id}.{field}: wanted {wanted!r}, got {got!r}")
            passed += 1
        got = shapes[feature_id]
        if (shape is None) != (got is None) or (shape and not shape.equals_exact(got, 0)):
            sys.exit(f"FAILED: {what}: {feature_id}: {shape} became {got}")
        passed += 1
    print(f"    {what}: {len(rows)} features, every value of {len(TYPES)} fields")


def by_gdal(path, end):
    """The features of a file by the GDAL inside of pyogrio: their values by Arrow, which knows nulls of every type."""
    _, table = pyogrio.read_arrow(path, read_geometry=False)
    rows = table.to_pylist()
    for row in rows:
        row["name"] = row.pop("Name", row.get("name"))  # as its driver calls the names of KML
    shapes = geopandas.read_file(path, engine="pyogrio")
    if end == "csv":
        shapes["geometry"] = [text and shapely.from_wkt(text) or None for text in shapes["wkt"]]
    return dict(zip(shapes["id"], shapes["geometry"], strict=True)), {row["id"]: row for row in rows}


def by_older_gdal(path, end):
    """The same by Debian's programs, which copy it to a GeoPackage, as their JSON has fewer digits, but lists to JSON."""
    copy = folder / f"kinds-copy-{end}.gpkg"
    command = ["ogr2ogr", "-f", "GPKG", copy, path, "-nln", "kinds", "-nlt", "GEOMETRY", "-dim", "XY"]
    subprocess.run(command, check=True, capture_output=True)
    shapes, rows = by_gdal(copy, "gpkg")
    command = ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, "-select", "id,codes"]
    lists = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    for feature in lists["features"]:
        properties = feature["properties"]
        rows[properties.get("id", feature.get("id"))]["codes"] = properties.get("codes")
    return shapes, rows


def read_with_programs():
    for end in ["geojson", "geojsonl", "csv", "fgb", "gpkg", "kml"]:
        path = folder / f"kinds.{end}"
        compare(f"kinds.{end} in GDAL {'.'.join(map(str, pyogrio.__gdal_version__))}", *by_gdal(path, end), end)
        compare(f"kinds.{end} in Debian's GDAL", *by_older_gdal(path, end), end)
    path = folder / "kinds.parquet"
    rows = {row["id"]: row for row in pyarrow.parquet.read_table(path).to_pylist()}
    shapes = geopandas.read_parquet(path)
    compare("kinds.parquet in geopandas and pyarrow", dict(zip(shapes["id"], shapes["geometry"])), rows, "parquet")


def cell(value):
    """A value as people put it into a cell."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else value


def header_and_rows():
    yield ["id", *TYPES, "wkt"]
    for feature_id, (shape, values) in TRUTH.items():
        yield [feature_id, *values.values(), shape and shapely.to_wkt(shape, rounding_precision=-1)]


def write_table(path, encoding, delimiter):
    with open(path, "w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([cell(value) for value in row] for row in header_and_rows())


def write_workbook(path):
    """A workbook whose second sheet is the list: truths, days and instants are cells of such."""
    book = openpyxl.Workbook()
    book.active.title = "about"
    book.active.append(["A list of every kind"])
    sheet = book.create_sheet("kinds")
    for row in header_and_rows():
        for place, name in enumerate(["id", *TYPES]):
            value, kind = row[place], TYPES.get(name)
            if isinstance(value, list):
                row[place] = cell(value)
            elif value is None or row[0] == "id":
                continue
            elif kind == "date":
                row[place] = datetime.date.fromisoformat(value)
            elif kind == "date-time":
                row[place] = datetime.datetime.fromisoformat(value).replace(tzinfo=None)
            elif name == "big":
                row[place] = str(value)  # the numbers of a workbook have 53 bits
        # Text that begins as a formula does is a formula to openpyxl, which nothing has worked out.
        sheet.append(["1+1" if value == "=1+1" else value for value in row])
    book.save(path)


def bring(path, collection, known_as, *more):
    """Imports a file and compares what is exported again; `known_as` says what it can hold of a value."""
    types = ",".join(f"{name}:{kind}" for name, kind in TYPES.items())
    back = folder / f"{collection}-back.geojson"
    jidi("import", path, "--collection", collection, "--types", types, *more)
    jidi("export", collection, "-o", back)
    features = {feature["id"]: feature for feature in json.loads(back.read_text())["features"]}
    global passed
    if set(features) != set(TRUTH):
        sys.exit(f"FAILED: {path.name}, imported: ids {sorted(features)}")
    for feature_id, (shape, values) in TRUTH.items():
        for field, wanted in values.items():
            wanted, got = known_as(wanted), features[feature_id]["properties"][field]
            if wanted != got:
                sys.exit(f"FAILED: {path.name}, imported: {feature_id}.{field}: wanted {wanted!r}, got {got!r}")
            passed += 1
        got = features[feature_id]["geometry"]
        if (got and shapely.geometry.shape(got)) != shape:
            sys.exit(f"FAILED: {path.name}, imported: {feature_id}: {shape} became {got}")
        passed += 1
    print(f"    {path.name}, imported: {len(features)} features, every value")


def bring_tables():
    def in_a_table(value):
        return None if value == "" else value  # Python writes both as nothing

    def in_a_workbook(value):
        if isinstance(value, float):
            return float(f"{value:.16g}")  # as openpyxl writes numbers
        return None if value == "" else "1+1" if value == "=1+1" else value

    for name, encoding, delimiter in [("kinds.tsv", "utf-8", "\t"), ("kinds-gb18030.csv", "gb18030", ",")]:
        write_table(folder / name, encoding, delimiter)
        bring(folder / name, name.split(".")[0].replace("-", "_") + "_table", in_a_table)
    write_workbook(folder / "kinds.xlsx")
    bring(folder / "kinds.xlsx", "workbook", in_a_workbook, "--layer", "kinds")


source = folder / "kinds-truth.geojson"
source.write_text(json.dumps({"type": "FeatureCollection", "types": TYPES, "features": [
    {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": dict(zip(TYPES, values))}
    for feature_id, geometry, values in ROWS
]}))
jidi("import", source, "--collection", "kinds")
for end in ["geojson", "geojsonl", "csv", "fgb", "gpkg", "parquet", "kml"]:
    jidi("export", "kinds", "-o", folder / f"kinds.{end}")
read_with_programs()
bring_tables()
print(f"{passed} comparisons passed, 0 failed")
