"""Decodes the TopoJSON files that the scripts have written, for checking."""

import json

import shapely

import natural_earth
import tables


def load(name):
    """A TopoJSON file and its arcs as lists of (lon, lat) in degrees."""
    topology = json.loads((tables.GEODATA / name).read_text(encoding="utf-8"))
    return topology, natural_earth.arcs(topology)


def polygon(geometry, decoded):
    """A polygon or multipolygon as written, without any repair."""
    groups = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    parts = []
    for group in groups:
        rings = [natural_earth.line(indexes, decoded) for indexes in group]
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def units(topology, decoded, name):
    """Code to polygon of one object."""
    geometries = topology["objects"][name]["geometries"]
    return {g["properties"]["adcode"]: polygon(g, decoded) for g in geometries}
