"""Reads the service with GDAL twice: Debian's programs, and the newer library inside pyogrio.

Usage: gdal_read.py ROOT. What the service says in JSON, read by Python's own reader, is the truth.
"""

import json
import math
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request

import pyogrio

root = sys.argv[1]
passed = 0


def expect(what, wanted, got):
    global passed
    if wanted != got:
        sys.exit(f"FAILED: {what}: wanted {wanted!r}, got {got!r}")
    passed += 1


def get(path):
    with urllib.request.urlopen(root + path) as answer:
        return json.load(answer)


class Programs:
    """ogrinfo and ogr2ogr."""

    def __init__(self):
        said = self.run("ogrinfo", "--version")
        self.name = "GDAL " + re.search(r"GDAL ([\d.]+)", said)[1]

    @staticmethod
    def run(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def info(self, layer):
        said = self.run("ogrinfo", "-so", f"OAPIF:{root}", layer)
        numbers = re.search(r"Extent: \((.*?), (.*?)\) - \((.*?), (.*?)\)", said).groups()
        kinds = {"String": "text", "Integer": "whole", "Integer64": "whole", "Real": "number", "StringList": "list"}
        fields = re.findall(r"^(\w+): (\w+)(?:\(\w+\))? \([\d.]+\)", said, re.MULTILINE)
        return {
            "count": int(re.search(r"Feature Count: (\d+)", said)[1]),
            "extent": [float(number) for number in numbers],
            "fields": {name: kinds[kind] for name, kind in fields},
        }

    def read(self, layer, where=None, bbox=None):
        more = (["-where", where] if where else []) + (["-spat", *map(str, bbox)] if bbox else [])
        said = self.run("ogr2ogr", "-f", "GeoJSONSeq", "/vsistdout/", f"OAPIF:{root}", layer, *more)
        return sorted(json.loads(line)["properties"]["id"] for line in said.splitlines())


class Library:
    """pyogrio."""

    def __init__(self):
        self.name = "GDAL " + ".".join(map(str, pyogrio.__gdal_version__)) + " in pyogrio"

    def info(self, layer):
        said = pyogrio.read_info(f"OAPIF:{root}", layer=layer, force_feature_count=True, force_total_bounds=True)
        kinds = {"OFTString": "text", "OFTInteger": "whole", "OFTInteger64": "whole", "OFTReal": "number", "OFTStringList": "list"}
        fields = dict(zip(said["fields"], (kinds.get(kind, kind) for kind in said["ogr_types"])))
        return {"count": said["features"], "extent": list(said["total_bounds"]), "fields": fields}

    def read(self, layer, where=None, bbox=None):
        return sorted(pyogrio.read_dataframe(f"OAPIF:{root}", layer=layer, where=where, bbox=bbox)["id"])


def ids(collection, more=""):
    features = get(f"/collections/{collection}/items?limit=10000{more}")["features"]
    return sorted(feature["id"] for feature in features)


def check(gdal):
    for collection in ["bases", "hubs", "provinces", "prefectures"]:
        info = gdal.info(collection)
        truth = ids(collection)
        expect(f"{gdal.name}: {collection} counted", len(truth), info["count"])
        expect(f"{gdal.name}: {collection} read to the last page", truth, gdal.read(collection))
        extent = get(f"/collections/{collection}")["extent"]["spatial"]["bbox"][0]
        off = max(abs(a - b) for a, b in zip(extent, info["extent"]))
        expect(f"{gdal.name}: the extent of {collection} is off by no more than is printed", True, off < 1e-6)
    fields = gdal.info("bases")["fields"]
    for name, kind in [("id", "text"), ("name_zh", "text"), ("year", "whole"), ("uncertainty_km", "number")]:
        expect(f"{gdal.name}: the type of {name}", kind, fields.get(name))
    sample = get("/collections/bases/items?limit=1")["features"][0]["properties"]
    expect(f"{gdal.name}: fields that are missing", set(), set(sample) - set(fields))
    for where, more in [
        ("province = 'Jiangsu'", "&province=Jiangsu"),
        ("name_zh = '广西'", "&name_zh=" + urllib.parse.quote("广西")),
        ("year >= 2020", "&filter=year%3E=2020"),
        ("id = 'base-03'", "&filter=id=%27base-03%27"),
    ]:
        expect(f"{gdal.name}: {where}", ids("bases", more), gdal.read("bases", where=where))
    for box in [(105, 30, 106, 31), (0, 0, 1, 1)]:
        more = "&bbox=" + ",".join(map(str, box))
        expect(f"{gdal.name}: the box {box}", ids("hubs", more), gdal.read("hubs", bbox=box))


def check_values():
    """Every value of the bases, as the newer GDAL reads them over the network."""
    table = pyogrio.read_dataframe(f"OAPIF:{root}", layer="bases").set_index("id")
    for feature in get("/collections/bases/items?limit=1000")["features"]:
        row = table.loc[feature["id"]]
        for name, wanted in feature["properties"].items():
            if name == "id":
                continue
            got = row[name]
            if hasattr(got, "tolist"):
                got = got.tolist()
            if isinstance(got, float) and math.isnan(got):
                got = None
            if isinstance(wanted, list) and isinstance(got, str):
                got = json.loads(got)
            expect(f"{feature['id']}.{name}", wanted, got)
        at = [row["geometry"].x, row["geometry"].y]
        expect(f"where {feature['id']} is", feature["geometry"]["coordinates"], at)


os.environ["GDAL_HTTP_MAX_RETRY"] = "0"
for gdal in [Programs(), Library()]:
    check(gdal)
    print(f"    {gdal.name}: count, pages, extent, fields, conditions and boxes over OGC API Features")
check_values()
print(f"    GDAL: {passed} passed")
