"""Walks the service with OWSLib: landing page, conformance, collections, queryables, and every page.

Usage: owslib_walk.py ROOT
"""

import sys
from urllib.parse import parse_qsl, urlsplit

from owslib.ogcapi.features import Features

root = sys.argv[1]
passed = 0


def expect(what, wanted, got):
    global passed
    if wanted != got:
        sys.exit(f"FAILED: OWSLib: {what}: wanted {wanted!r}, got {got!r}")
    passed += 1


service = Features(f"{root}/")
relations = {link["rel"] for link in service.links}
expect("relations that are missing", set(), {"self", "service-desc", "service-doc", "conformance", "data"} - relations)
classes = service.conformance()["conformsTo"]
for name in ["core", "geojson", "html", "oas30"]:
    expect(f"the class {name}", True, f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in classes)
expect("the API document", "3.0", service.api()["openapi"][:3])
listed = service.collections()["collections"]
expect("feature collections", [one["id"] for one in listed], service.feature_collections())

for one in listed:
    name = one["id"]
    alone = service.collection(name)
    for key in ["id", "title", "description", "extent"]:
        expect(f"{key} of {name} in the list and alone", one[key], alone[key])
    queryables = service.collection_queryables(name)
    if any(link["rel"].endswith("/ogc/1.0/schema") for link in alone["links"]):
        schema = service.collection_schema(name)
        expect(f"{name}: fields in its schema and not in its queryables", set(), set(queryables["properties"]) - set(schema["properties"]))
    seen, page = [], 0
    answer = service.collection_items(name, limit=200, offset=0)
    while True:
        page += 1
        expect(f"{name}: what page {page} says it has", answer["numberReturned"], len(answer["features"]))
        seen += [feature["id"] for feature in answer["features"]]
        following = [link["href"] for link in answer["links"] if link["rel"] == "next"]
        if not following:
            break
        # OWSLib has no way to follow a link but to ask for what stands in it.
        answer = service.collection_items(name, **dict(parse_qsl(urlsplit(following[0]).query)))
    expect(f"{name}: features over all pages", answer["numberMatched"], len(seen))
    expect(f"{name}: features that came twice", len(seen), len(set(seen)))
    feature = service.collection_item(name, seen[0])
    expect(f"{name}: one feature", seen[0], feature["id"])
    declared = set(queryables["properties"])
    expect(f"{name}: fields that no filter can ask for", set(), set(feature["properties"]) - declared)
    print(f"    OWSLib: {name}: {len(seen)} features on {page} pages")

found = service.collection_items("bases", bbox=[105, 30, 106, 31])
expect("a box", {"base-09", "base-10"}, {feature["id"] for feature in found["features"]})
found = service.collection_items("bases", filter="province = 'Jiangsu'")
expect("a filter", {"base-03", "base-05"}, {feature["id"] for feature in found["features"]})
print(f"    OWSLib: {passed} passed")
