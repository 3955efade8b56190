"""Runs the recipes of the page of a collection, taken from the page itself, so that none can rot.

Usage: recipes.py ROOT, in an environment with geopandas and duckdb, beside Debian's GDAL, QGIS and r-cran-sf;
the one for MapLibre runs in $CHROMIUM with the library of web/node_modules, and is skipped without them.
ArcGIS Pro and Excel are licensed: of Excel only what it is given is read, of ArcGIS Pro nothing.
"""

import csv
import html
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

import duckdb

root = sys.argv[1]
web = pathlib.Path(__file__).resolve().parents[2] / "web"
RUN_HERE = ["qgis", "gdal", "geopandas", "r", "duckdb", "maplibre", "excel", "curl", "python"]
NOT_RUN = ["arcgis"]


def get(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def recipes(collection):
    page = get(f"{root}/collections/{collection}?f=html").decode()
    found = re.findall(r'<code data-recipe="(\w+)">(.*?)</code>', page, re.DOTALL)
    texts = {key: html.unescape(text) for key, text in found}
    words = re.findall(r'<p>([^<]*)</p>\n<pre><code data-recipe="(\w+)">', page)
    return texts, {key: html.unescape(text) for text, key in words}


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, **more)
    if done.returncode:
        sys.exit(f"FAILED: {command[0]}: {done.stdout}\n{done.stderr}")
    return done.stdout


def expect(what, wanted, got):
    if wanted != got:
        sys.exit(f"FAILED: the recipe for {what}: wanted {wanted!r}, got {got!r}")


def qgis(text, folder, collection, count):
    script = ("from qgis.core import *\nfrom qgis.PyQt.QtCore import *\nimport os\napplication = QgsApplication([], False)\n"
              f"application.initQgis()\n{text}\nprint(layer.isValid(), layer.featureCount(), len(list(layer.getFeatures())),"
              " len(QgsProject.instance().mapLayers()), flush=True)\nos._exit(0)\n")
    (folder / "run").mkdir(mode=0o700, exist_ok=True)
    environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder / "run"), "QT_QPA_PLATFORM": "offscreen"}
    said = run("/usr/bin/python3", "-c", script, cwd=folder, env=environment)
    expect("QGIS", f"True {count} {count} 1", said.strip().splitlines()[-1])


def gdal(text, folder, collection, count):
    run("bash", "-euc", text, cwd=folder)
    said = run("ogrinfo", "-so", "-al", f"{folder}/{collection}.gpkg")
    expect("GDAL", str(count), re.search(r"Feature Count: (\d+)", said)[1])


def geopandas(text, folder, collection, count):
    said = run(sys.executable, "-c", f"{text}\nprint(len(features), features.crs.to_epsg())", cwd=folder)
    expect("geopandas", f"{count} 4326", said.splitlines()[-1])


def r(text, folder, collection, count):
    said = run("Rscript", "-e", f"{text}\ncat('\\n', nrow(features), st_is_longlat(features), '\\n')", cwd=folder)
    expect("R", f"{count} TRUE", said.strip().splitlines()[-1].strip())


def duck(text, folder, collection, count, words):
    first = re.search(r"First: (curl .*?')\.", words)[1]
    run("bash", "-euc", first, cwd=folder)
    os.chdir(folder)
    expect("DuckDB", min(count, 5), len(duckdb.sql(text.rstrip(";")).fetchall()))
    expect("DuckDB, all rows", count, len(duckdb.sql(text.replace("LIMIT 5;", "")).fetchall()))


def maplibre(text, folder, collection, count):
    chromium = os.environ.get("CHROMIUM")
    if not chromium or not (web / "node_modules/maplibre-gl").exists():
        print("    SKIPPED: the recipe for MapLibre needs $CHROMIUM and the packages of the web page")
        return
    (folder / "recipe.js").write_text(text)
    said = run("node", "scripts/recipe.mjs", str(folder / "recipe.js"), collection, cwd=web)
    drawn = json.loads(said.strip().splitlines()[-1])
    expect("MapLibre, something drawn", True, 0 < drawn <= max(count * 2, 4000))


def excel(text, folder, collection, count):
    table = get(text)
    expect("Excel, the mark of UTF-8", b"\xef\xbb\xbf", table[:3])
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    expect("Excel, rows", count, len(rows))


def curl(text, folder, collection, count):
    run("bash", "-euc", text, cwd=folder)
    rows = list(csv.DictReader(open(folder / f"{collection}.csv", encoding="utf-8")))
    expect("curl", count, len(rows))


def python(text, folder, collection, count):
    expect("Python", str(count), run("/usr/bin/python3", "-c", text, cwd=folder).strip())


def main():
    for collection in ["bases", "provinces"]:
        texts, words = recipes(collection)
        expect("each program", sorted(RUN_HERE + NOT_RUN), sorted(texts))
        count = json.loads(get(f"{root}/collections/{collection}/items?limit=1"))["numberMatched"]
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for key in RUN_HERE:
                if key == "duckdb":
                    duck(texts[key], folder, collection, count, words[key])
                else:
                    globals()[key](texts[key], folder, collection, count)
                os.chdir("/")
        print(f"    recipes of {collection}: {', '.join(RUN_HERE)}; not run here: {', '.join(NOT_RUN)}", flush=True)


main()
