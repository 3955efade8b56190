"""Writes townships.csv: codes and names of townships, with a point where GeoNames has one."""

from collections import defaultdict

import names
import packages
import seats
import tables
import tianditu

COLUMNS = "code,name_zh,pinyin,county,lon,lat,point_method".split(",")
TYPE_WORDS = ("民族乡", "街道", "地区", "办事处", "镇", "乡", "苏木")


def stem(name):
    """A township's name without its type word, if two characters are left."""
    for word in TYPE_WORDS:
        if name.endswith(word) and len(name) - len(word) >= 2:
            return names.people_suffix(name[: -len(word)])[0]
    return name


def listed():
    """The townships of china-division: 9-digit code, name, county."""
    return tables.read(packages.NODE_MODULES / "china-division" / "dist" / "streets.csv")


def points_by_name(units):
    """(unit code, Chinese name or stem) to the GeoNames places of that name inside the unit."""
    found = defaultdict(dict)
    for code, places in seats.places_by_unit(units).items():
        for place in places:
            for name in place.han:
                for form in {name, stem(name)}:
                    found[code, form][place.id] = place
    return found


def best(places):
    """The largest of several places of one name."""
    return max(places.values(), key=lambda p: (p.population, -p.id))


def host_county(row, counties, in_prefecture):
    """The county of a township; for a zone's township the county of its only namesake nearby."""
    code = tianditu.NEW_CODES.get(row["areaCode"], row["areaCode"])
    if code in counties:
        return code
    if code[:4] + "00" in counties:
        return code[:4] + "00"
    namesakes = in_prefecture.get((code[:4], stem(row["name"])), set())
    return next(iter(namesakes)) if len(namesakes) == 1 else ""


def counties_by_stem(points):
    """(prefecture prefix, stem) to the counties in which GeoNames has a place of that name."""
    found = defaultdict(set)
    for code, form in points:
        found[code[:4], form].add(code)
    return found


def township(row, counties, points, in_prefecture):
    """One township; lon and lat in degrees, empty where no point is known."""
    county = host_county(row, counties, in_prefecture)
    places = points.get((county, row["name"])) or points.get((county, stem(row["name"])))
    place = best(places) if places else None
    return {
        "code": row["code"],
        "name_zh": row["name"],
        "pinyin": " ".join(names.syllables(stem(row["name"]))),
        "county": county,
        "lon": f"{place.lon:.5f}" if place else "",
        "lat": f"{place.lat:.5f}" if place else "",
        "point_method": "geonames_name" if place else "",
    }


def rows():
    """All townships, by code."""
    units = tianditu.units("county")
    counties = {unit.adcode for unit in units}
    points = points_by_name(units)
    in_prefecture = counties_by_stem(points)
    return [township(row, counties, points, in_prefecture) for row in sorted(listed(), key=lambda r: r["code"])]


def main():
    tables.write("townships", COLUMNS, rows())


if __name__ == "__main__":
    main()
