"""Finds the seat of each unit: the best point that free sources give, and how it was found."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import shapely

import geonames
import names
import packages
import tables
import tianditu

SEAT_CODES = {"PPLC": 0, "PPLA": 1, "PPLA2": 2, "PPLA3": 3}
CHINA = {"CN", "HK", "MO", "TW"}


@dataclass(frozen=True)
class Seat:
    """A point in degrees, how it was found, and the GeoNames place if there is one of that name."""

    lon: float
    lat: float
    method: str
    place: geonames.Place | None = None


def by_polygon(units, points):
    """Gathers points by the polygon they lie in: index of unit to indexes of points."""
    tree = shapely.STRtree([unit.polygon for unit in units])
    found = defaultdict(list)
    for point, unit in tree.query(shapely.points(points), predicate="within").T:
        found[int(unit)].append(int(point))
    return found


def places_by_unit(units):
    """Unit code to the GeoNames places inside it, in order of id."""
    places = [place for place in geonames.places() if place.country in CHINA]
    inside = by_polygon(units, [(place.lon, place.lat) for place in places])
    return {unit.adcode: [places[i] for i in sorted(inside[n])] for n, unit in enumerate(units)}


def listed_points():
    """The points of china-region with their county names."""
    return tables.read(packages.python_package("china_region") / "region.csv")


def listed_by_unit(units):
    """Unit code to the rows of china-region inside it."""
    rows = listed_points()
    inside = by_polygon(units, [(float(row["longitude"]), float(row["latitude"])) for row in rows])
    return {unit.adcode: [rows[i] for i in sorted(inside[n])] for n, unit in enumerate(units)}


def plain(text):
    """Latin letters only, lower case, for comparing names."""
    return "".join(c for c in text.lower().replace("ü", "u") if c.isalpha())


def bears_name(place, unit):
    """Whether a place has a unit's name: 0 in Chinese, 1 in pinyin, None if not."""
    if {names.short(unit.name), unit.name} & set(place.han):
        return 0
    stem = plain(names.joined(names.syllables(names.parts(unit.name)[0])))
    return 1 if len(stem) > 3 and plain(place.name) == stem else None


def rank(place, unit):
    """Sorts seats first, then Chinese over pinyin matches, then large over small."""
    return SEAT_CODES.get(place.code, 9), bears_name(place, unit), -place.population, place.id


def named(places, unit):
    """The best place that bears the unit's name, or None."""
    found = [place for place in places if bears_name(place, unit) is not None]
    return min(found, key=lambda place: rank(place, unit), default=None)


def listed_seat(rows, unit):
    """The point of china-region whose name is the unit's, with or without type word."""
    stem = names.short(unit.name)
    for row in rows:
        if row["county"] == unit.name or names.short(row["county"]) == stem:
            return Seat(float(row["longitude"]), float(row["latitude"]), "china_region")
    return None


def patched(patch):
    """A seat that was looked up by hand, where the packages are wrong."""
    return Seat(float(patch["lon"]), float(patch["lat"]), "patch")


def county_seat(unit, places, rows, patches):
    """The seat of a county by the first rule that gives one."""
    if unit.adcode in patches:
        return patched(patches[unit.adcode])
    place = named(places, unit)
    if place:
        return Seat(place.lon, place.lat, "geonames_seat", place)
    seats = [place for place in places if place.code in SEAT_CODES]
    if len(seats) == 1:
        return Seat(seats[0].lon, seats[0].lat, "geonames_only_seat")
    listed = listed_seat(rows, unit)
    if listed:
        return listed
    largest = max(places, key=lambda p: (p.population, -p.id), default=None)
    if largest and largest.population > 0:
        return Seat(largest.lon, largest.lat, "geonames_populated")
    return Seat(*unit.label, "label_point")


@cache
def seat_patches():
    """Code to the point that was looked up by hand."""
    return {row["adcode"]: row for row in tables.source("seat_patches")}


def county_seats():
    """County code to seat."""
    units = tianditu.units("county")
    places, rows = places_by_unit(units), listed_by_unit(units)
    return {u.adcode: county_seat(u, places[u.adcode], rows[u.adcode], seat_patches()) for u in units}


def prefecture_seat(unit, places, counties, given):
    """The seat of a prefecture: of its seat county if given, else its GeoNames place."""
    if unit.adcode in given:
        county = counties[given[unit.adcode]]
        return Seat(county.lon, county.lat, county.method)
    if unit.adcode in seat_patches():
        return patched(seat_patches()[unit.adcode])
    place = named(places, unit)
    if place:
        return Seat(place.lon, place.lat, "geonames_seat", place)
    if unit.adcode in counties:
        return counties[unit.adcode]
    largest = max(places, key=lambda p: (-SEAT_CODES.get(p.code, 9), p.population, -p.id), default=None)
    if largest:
        return Seat(largest.lon, largest.lat, "geonames_populated")
    return Seat(*unit.label, "label_point")


def prefecture_seats(counties):
    """Prefecture code to seat."""
    units = tianditu.units("prefecture")
    places = places_by_unit(units)
    given = {row["prefecture"]: row["county"] for row in tables.source("prefecture_seats")}
    return {u.adcode: prefecture_seat(u, places[u.adcode], counties, given) for u in units}


def province_seats(prefectures):
    """Province code to the seat of its capital: of the prefecture 0100, or of the city itself."""
    seats = {}
    for unit in tianditu.units("province"):
        capital = unit.adcode if unit.adcode in prefectures else unit.adcode[:2] + "0100"
        seat = prefectures[capital]
        own = seat.place if capital == unit.adcode else None
        seats[unit.adcode] = Seat(seat.lon, seat.lat, "capital", own)
    return seats
