"""Checks what must hold of the files, and measures what the README states."""

import sys
from collections import Counter

import shapely

import geonames
import seats
import tables
import tianditu
import topology

# Seats written from general knowledge, to about 2 km: lon, lat, and how far the row may be off, in km.
KNOWN_SEATS = {
    "371681": (117.736, 36.878, 5), "320585": (121.13, 31.46, 6), "320581": (120.75, 31.65, 6),
    "320583": (120.98, 31.38, 6), "430181": (113.638, 28.166, 5), "500152": (105.84, 30.19, 5),
    "430621": (113.11, 29.15, 5), "320324": (117.94, 33.90, 6), "430527": (110.15, 26.58, 8),
    "110115": (116.34, 39.73, 5), "140105": (112.56, 37.74, 5), "430603": (113.27, 29.48, 6),
    "410422": (113.35, 33.63, 5), "620121": (103.26, 36.74, 5), "510903": (105.57, 30.53, 6),
    "620122": (103.95, 36.33, 5),
}
failures = []


def expect(holds, message):
    """Notes a failure and goes on, so that one run shows all of them."""
    if not holds:
        failures.append(message)


def unique(rows, columns, name):
    """Each key occurs once."""
    keys = Counter(tuple(row[column] for column in columns) for row in rows)
    twice = [key for key, count in keys.items() if count > 1]
    expect(not twice, f"{name}: {columns} not unique: {twice[:5]}")


def check_collections(units):
    """Bases and hubs: counts, ids, known codes."""
    bases, hubs = tables.output("bases"), tables.output("hubs")
    expect(len(bases) == 11, f"{len(bases)} bases")
    expect(len(hubs) == 949, f"{len(hubs)} hubs")
    expect(sum(bool(h["industry"]) for h in hubs) == 744, "hubs with an industry are not 744")
    unique(bases + hubs, ["id"], "bases and hubs")
    divisions = {row["division"] for row in tables.output("gbt4754")}
    sectors = {row["code"] for row in tables.output("io_sectors")}
    codes = {code for code, _ in units}
    for row in bases + hubs:
        expect(row["adcode"] in codes, f"{row['id']}: adcode {row['adcode']} is not in the gazetteer")
        expect(set(tables.split(row["industry_codes"])) <= divisions, f"{row['id']}: unknown division")
        expect(set(tables.split(row["io_sectors"])) <= sectors, f"{row['id']}: unknown sector")
    base3 = next(row for row in bases if row["id"] == "base-03")
    expect(base3["adcode"] == "320581" and "Changsha" in base3["name_as_printed"], "base 3 is not in Changshu")
    print(f"  {len(bases)} bases, {len(hubs)} hubs, all adcodes known")


def check_industries():
    """Labels and groups: known codes, one group for each division."""
    groups = tables.output("industry_groups")
    divisions = {row["division"] for row in tables.output("gbt4754")}
    listed = [code for row in groups for code in tables.split(row["divisions"])]
    expect(sorted(listed) == sorted(divisions), "the groups do not share out the divisions")
    names = {row["id"] for row in groups}
    sectors = {row["code"] for row in tables.output("io_sectors")}
    sei = {row["code"] for row in tables.output("sei")}
    for row in tables.output("industries"):
        expect(row["group"] in names, f"{row['label_zh']}: unknown group")
        expect(set(tables.split(row["industry_codes"])) <= divisions, f"{row['label_zh']}: unknown division")
        expect(set(tables.split(row["io_sectors"])) <= sectors, f"{row['label_zh']}: unknown sector")
        expect(set(tables.split(row["sei"])) <= sei, f"{row['label_zh']}: unknown SEI code")
    for row in tables.output("relatedness"):
        expect({row["i"], row["j"]} <= sectors and row["i"] < row["j"], f"relatedness {row['i']} {row['j']}")


def check_gazetteer(rows):
    """Units: counts, keys, parents one level up."""
    counts = Counter(row["level"] for row in rows)
    expect(dict(counts) == {"province": 34, "prefecture": 375, "county": 2891}, f"units: {dict(counts)}")
    unique(rows, ["adcode", "level"], "gazetteer")
    keys = {(row["adcode"], row["level"]) for row in rows}
    above = {"county": "prefecture", "prefecture": "province"}
    for row in rows:
        parent = (row["parent"], above.get(row["level"]))
        expect(parent in keys or row["level"] == "province", f"{row['adcode']} {row['level']}: no parent")
        expect(float(row["reach_km"]) > 0, f"{row['adcode']}: no reach")
    for row in tables.output("adcode_history"):
        expect(any((row["new_code"], level) in keys for level in counts), f"history: {row['new_code']} unknown")


def check_points(rows):
    """How many points lie in their own polygon, and how far known seats are off."""
    for level in ("province", "prefecture", "county"):
        polygons = {unit.adcode: unit.polygon for unit in tianditu.units(level)}
        mine = [row for row in rows if row["level"] == level]
        outside = [r for r in mine if not polygons[r["adcode"]].covers(shapely.Point(float(r["lon"]), float(r["lat"])))]
        methods = dict(sorted(Counter(row["point_method"] for row in mine).items()))
        print(f"  {level}: {len(mine) - len(outside)} of {len(mine)} points in their own polygon; {methods}")
        expect(len(outside) <= 0.01 * len(mine), f"{level}: {len(outside)} points outside")
        if outside:
            print("    outside:", ", ".join(f"{r['adcode']} {r['name_zh']}" for r in outside[:12]))
    by_code = {row["adcode"]: row for row in rows if row["level"] == "county"}
    for code, (lon, lat, most) in KNOWN_SEATS.items():
        row = by_code[code]
        off = tianditu.distance_km((lon, lat), (float(row["lon"]), float(row["lat"])))
        expect(off <= most, f"{code} {row['name_zh']}: {off:.1f} km from the known seat")


def agreement_of_sources():
    """Distance between GeoNames seats and china-region points of the same county, in km."""
    units = tianditu.units("county")
    places, listed = seats.places_by_unit(units), seats.listed_by_unit(units)
    found = []
    for unit in units:
        place, other = seats.named(places[unit.adcode], unit), seats.listed_seat(listed[unit.adcode], unit)
        if place and other:
            found.append(tianditu.distance_km((place.lon, place.lat), (other.lon, other.lat)))
    found.sort()
    share = sum(d <= 10 for d in found) / len(found)
    print(f"  GeoNames and china-region: {len(found)} counties, median {found[len(found) // 2]:.1f} km, "
          f"p90 {found[int(len(found) * 0.9)]:.1f} km, {share:.1%} within 10 km")


def check_townships(codes):
    """Townships: unique codes, known counties."""
    rows = tables.output("townships")
    unique(rows, ["code"], "townships")
    expect(all(row["county"] in codes or not row["county"] for row in rows), "townships: unknown county")
    placed, homeless = sum(bool(r["lon"]) for r in rows), sum(not r["county"] for r in rows)
    print(f"  {len(rows)} townships, {placed} with a point, {homeless} without a county")


def check_zones(codes):
    """Zones and pins: unique ids, known hosts."""
    zones, pins = tables.output("zones"), tables.output("pins")
    unique(zones, ["id"], "zones")
    for row in zones:
        expect(row["host_adcode"] in codes, f"zone {row['id']}: unknown host {row['host_adcode']}")
    for row in pins:
        expect(row["adcode"] in codes, f"pin {row['id']}: unknown adcode")
    print(f"  {len(zones)} zones, {sum(bool(z['lon']) for z in zones)} with a point; {len(pins)} pins")


def nearest(tree, codes, point):
    """The code of the polygon that holds a point, else of the nearest within 5 km (0.05 degrees)."""
    inside = tree.query(point, predicate="intersects")
    if len(inside):
        return codes[inside[0]]
    near = tree.query_nearest(point, max_distance=0.05)
    return codes[near[0]] if len(near) else None


def check_boundaries():
    """Polygons: none missing, all valid, and in agreement with the full ones on GeoNames places."""
    drawn, decoded = topology.load("boundaries.topojson")
    points = [shapely.Point(p.lon, p.lat) for p in geonames.places() if p.country in seats.CHINA]
    for level, name in (("province", "provinces"), ("prefecture", "prefectures"), ("county", "counties")):
        full = tianditu.units(level)
        simple = topology.units(drawn, decoded, name)
        expect(set(simple) == {unit.adcode for unit in full}, f"{name}: units are missing")
        invalid = [code for code, shape in simple.items() if not shape.is_valid]
        expect(not invalid, f"{name}: invalid {invalid}")
        before = shapely.STRtree([unit.polygon for unit in full]), [unit.adcode for unit in full]
        after = shapely.STRtree(list(simple.values())), list(simple)
        pairs = [(nearest(*before, point), nearest(*after, point)) for point in points]
        share = sum(a == b for a, b in pairs) / len(pairs)
        print(f"  {name}: {len(simple)} polygons; {share:.2%} of {len(pairs)} places fall into the same one as before")
        expect(share > 0.995, f"{name}: agreement {share:.2%}")


def check_basemap():
    """Land and lakes: closed, valid rings."""
    drawn, decoded = topology.load("basemap.topojson")
    for name in ("land", "lakes"):
        for geometry in drawn["objects"][name]["geometries"]:
            shape = topology.polygon(geometry, decoded)
            bad = [part for part in shapely.get_parts(shape) if not part.is_valid]
            expect(not bad, f"basemap: {len(bad)} invalid parts of {name}")
    expect("countries" not in drawn["objects"], "basemap: holds country boundaries")


def main():
    rows = tables.output("gazetteer")
    units = {(row["adcode"], row["level"]) for row in rows}
    codes = {code for code, _ in units}
    check_collections(units)
    check_industries()
    check_gazetteer(rows)
    check_points(rows)
    agreement_of_sources()
    check_townships(codes)
    check_zones(codes)
    check_boundaries()
    check_basemap()
    for message in failures:
        print("  FAILED", message)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
