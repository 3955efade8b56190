"""Opens the service and the store in QGIS without a window, as a GIS user would.

Usage: qgis_read.py ROOT STORE, with the Python that QGIS is installed for (Debian's python3-qgis) and
QT_QPA_PLATFORM=offscreen. STORE is a GeoPackage that `jidi import` made, with the collection `bases`.
"""

import json
import sys
import urllib.parse
import urllib.request

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProviderRegistry,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize, QVariant
from qgis.PyQt.QtGui import QColor

root, store = sys.argv[1:3]
passed = 0


def expect(what, wanted, got):
    global passed
    if wanted != got:
        sys.exit(f"FAILED: QGIS: {what}: wanted {wanted!r}, got {got!r}")
    passed += 1


def get(path):
    with urllib.request.urlopen(root + path) as answer:
        return json.load(answer)


def service(collection, more=""):
    uri = f"url='{root}/' typename='{collection}' pagingEnabled='true' {more}"
    layer = QgsVectorLayer(uri, collection, "OAPIF")
    expect(f"{collection} is a layer", True, layer.isValid())
    return layer


def ids(layer, request=None):
    return sorted(f["id"] for f in (layer.getFeatures(request) if request else layer.getFeatures()))


def check_fields(layer, schema):
    kinds = {QVariant.String: "text", QVariant.Int: "whole", QVariant.LongLong: "whole", QVariant.Double: "number"}
    fields = {field.name(): kinds.get(field.type(), field.typeName()) for field in layer.fields()}
    expect("no field is missing", set(), set(schema) - set(fields))
    for name in ["name", "name_zh", "province"]:
        expect(f"the type of {name}", "text", fields[name])
    expect("the type of year", "whole", fields["year"])


def check_bases():
    layer = service("bases")
    truth = get("/collections/bases/items?limit=10000")["features"]
    expect("bases counted", len(truth), layer.featureCount())
    expect("bases read", sorted(f["id"] for f in truth), ids(layer))
    # Both are degrees of WGS 84; which way round they stand is looked at below.
    expect("the reference system", True, layer.crs().authid() in ["OGC:CRS84", "EPSG:4326"])
    check_fields(layer, truth[0]["properties"])
    west, south, east, north = get("/collections/bases")["extent"]["spatial"]["bbox"][0]
    extent = layer.extent()
    got = (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    expect("the extent", (west, south, east, north), got)
    for feature in layer.getFeatures():
        wanted = next(f for f in truth if f["id"] == feature["id"])
        at = feature.geometry().asPoint()
        expect(f"where {feature['id']} is", wanted["geometry"]["coordinates"], [at.x(), at.y()])
        expect(f"the Chinese name of {feature['id']}", wanted["properties"]["name_zh"], feature["name_zh"])
    box = QgsFeatureRequest().setFilterRect(QgsRectangle(105, 30, 106, 31))
    in_box = sorted(f["id"] for f in get("/collections/bases/items?bbox=105,30,106,31")["features"])
    expect("bases in a box", in_box, ids(layer, box))


def check_filters():
    for condition, wanted in [
        ("\"province\" = 'Jiangsu'", "province=Jiangsu"),
        ("\"year\" >= 2020", ""),
        ("\"name_zh\" LIKE '%太阳能%'", "filter=name_zh%20LIKE%20%27%25太阳能%25%27"),
        ("\"province\" = 'Jiangsu' OR \"county\" LIKE 'C%'", "filter=province=%27Jiangsu%27%20OR%20county%20LIKE%20%27C%25%27"),
    ]:
        layer = service("bases")
        expect(f"{condition} is a filter", True, layer.setSubsetString(condition))
        wanted = urllib.parse.quote(wanted, safe="=%&")
        truth = sorted(f["id"] for f in get(f"/collections/bases/items?limit=1000&{wanted}")["features"])
        expect(f"read by {condition}", truth, ids(layer))
        expect(f"counted by {condition}", len(truth), layer.featureCount())


def check_pages():
    truth = get("/collections/hubs/items?limit=10000")["features"]
    layer = service("hubs", "pageSize='100'")
    expect("hubs counted", len(truth), layer.featureCount())
    expect("hubs read page by page", sorted(f["id"] for f in truth), ids(layer))
    layer = service("provinces")
    expect("provinces read, with areas", True, all(f.geometry().isGeosValid() or f.geometry().area() > 0 for f in layer.getFeatures()))
    expect("provinces counted", get("/collections/provinces/items?limit=1")["numberMatched"], layer.featureCount())


def check_tiles():
    template = f"{root}/collections/bases/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    layer = QgsVectorTileLayer(f"type=xyz&url={template}&zmin=0&zmax=14", "tiles")
    expect("tiles are a layer", True, layer.isValid())
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(8_000_000, 2_000_000, 15_000_000, 7_000_000))
    settings.setOutputSize(QSize(700, 500))
    white = QColor("white")
    settings.setBackgroundColor(white)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    marks = sum(image.pixelColor(x, y) != white for x in range(700) for y in range(500))
    expect("something is drawn from the tiles, and not everywhere", True, 11 < marks < 20_000)


def check_store():
    layer = QgsVectorLayer(f"{store}|layername=bases", "bases", "ogr")
    expect("the store is a layer", True, layer.isValid())
    expect("bases in the store", 11, layer.featureCount())
    expect("the store can be edited", True, bool(layer.dataProvider().capabilities() & layer.dataProvider().ChangeAttributeValues))
    expect("the reference system of the store", "EPSG:4326", layer.crs().authid())
    box = QgsFeatureRequest().setFilterRect(QgsRectangle(105, 30, 106, 31))
    expect("a box in the store", 2, len(list(layer.getFeatures(box))))


def main():
    application = QgsApplication([], False)
    application.initQgis()
    expect("QGIS knows OGC API Features", True, "OAPIF" in QgsProviderRegistry.instance().providerList())
    for check in [check_bases, check_filters, check_pages, check_tiles, check_store]:
        check()
        print(f"    QGIS {Qgis.QGIS_VERSION.split('-')[0]}: {check.__name__.removeprefix('check_')}", flush=True)
    print(f"    QGIS: {passed} passed", flush=True)
    # Python's end and QGIS's own get in each other's way; what was to be said is said.
    import os

    os._exit(0)


main()
