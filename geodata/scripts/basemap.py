"""Writes basemap.topojson: land, lakes, rivers, coast and place labels, no boundaries."""

import json
import subprocess

import shapely

import natural_earth
import packages
import places
import tables

FOLDER = tables.WORK / "basemap"
QUANTIZATION = 20000
KEPT = "80%"


def write_layer(name, features):
    """Writes one layer as GeoJSON for mapshaper."""
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def feature(geometry):
    """A shapely geometry as a GeoJSON feature without properties."""
    return {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(geometry))}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    physical = natural_earth.layers()
    for name, geometry in physical.items():
        write_layer(name, [feature(geometry)])
    labels = places.labels()
    write_layer("places", labels)
    files = [str(FOLDER / f"{name}.json") for name in [*physical, "places"]]
    target = tables.GEODATA / "basemap.topojson"
    subprocess.run(
        [packages.MAPSHAPER, "-i", *files, "combine-files",
         "-simplify", KEPT, "planar", "weighted", "keep-shapes",
         "-o", target, "format=topojson", f"quantization={QUANTIZATION}", "target=*"],
        check=True, capture_output=True, text=True,
    )
    print(f"  basemap.topojson: {target.stat().st_size:,} bytes, {len(labels)} labels")


if __name__ == "__main__":
    main()
