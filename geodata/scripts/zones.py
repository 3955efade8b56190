"""Writes zones.csv: development zones with their host county, aliases, and a point where one is decided."""

import re
from collections import Counter, defaultdict

import names
import packages
import tables
import tianditu
import townships

COLUMNS = (
    "id,name_zh,short_zh,name_en,aliases_zh,aliases_latin,host_adcode,lon,lat,point_method,radius_km,source"
).split(",")
# Type words, longest first, with their English and, where usual, a short Chinese and Latin form.
KINDS = [
    ("高新技术产业开发区", "High-tech Industrial Development Zone", "高新区", "HTZ"),
    ("高技术产业开发区", "High-tech Industrial Development Zone", "高新区", "HTZ"),
    ("高新技术产业园区", "High-tech Industrial Park", "高新区", "HTZ"),
    ("农业高新技术产业示范区", "Agricultural High-tech Demonstration Zone", "农高区", ""),
    ("经济技术开发区", "Economic and Technological Development Zone", "经开区", "ETDZ"),
    ("高新技术开发区", "High-tech Development Zone", "高新区", "HTZ"),
    ("城乡一体化示范区", "Urban-Rural Integration Demonstration Zone", "", ""),
    ("现代产业园区", "Modern Industrial Park", "", ""), ("综合保税区", "Comprehensive Bonded Zone", "", ""),
    ("保税港区", "Bonded Port Zone", "", ""), ("经济开发区", "Economic Development Zone", "经开区", ""),
    ("产业集聚区", "Industry Cluster", "", ""), ("产业聚集区", "Industry Cluster", "", ""),
    ("工业园区", "Industrial Park", "", ""), ("产业园区", "Industrial Park", "", ""),
    ("科技园区", "Science Park", "", ""), ("风景名胜区", "Scenic Area", "", ""), ("物流园区", "Logistics Park", "", ""),
    ("工业园", "Industrial Park", "", ""), ("产业园", "Industrial Park", "", ""), ("科技园", "Science Park", "", ""),
    ("物流园", "Logistics Park", "", ""), ("保税区", "Bonded Zone", "", ""), ("示范区", "Demonstration Zone", "", ""),
    ("管理区", "Management Area", "", ""), ("工业区", "Industrial Zone", "", ""), ("开发区", "Development Zone", "", ""),
    ("高新区", "High-tech Zone", "", ""), ("经开区", "Economic Development Zone", "", ""),
    ("新城", "New Town", "", ""), ("新区", "New Area", "", ""), ("园区", "Park", "", ""),
]
TOWNSHIP_ZONE = re.compile(
    "开发区$|工业园区?$|高新区$|经开区$|产业园区?$|保税港?区$|科技园区?$|工业区$|集聚区$|物流园区?$|经济新区$|示范区$|管理区$"
)
NO_NAME = re.compile("^(县|市|区|经济|技术|高新|产业|工业|农业|科技|现代|先进|制造业|管委会)*$")
LONGEST_STEM = 4
NO_ZONES = {"232761", "232762", "232763", "232764", "460323", "540481", "540581", "620201"}
LISTS = ["national_high_tech_zones", "national_etdz"]


def kind(name):
    """The stem of a zone's name and its type, or the whole name."""
    for ending, english, short, latin in KINDS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)], english, short, latin
    return name, "", "", ""


def place_words(host):
    """Short names of the province and prefecture over a host code, to split names by."""
    shorts = {unit.adcode: names.short(unit.name) for level in ("province", "prefecture") for unit in tianditu.units(level)}
    return [shorts[code] for code in (host[:2] + "0000", host[:4] + "00") if code in shorts]


def words(stem, host):
    """The stem in words: province, prefecture, rest, type letters of these left out."""
    found = []
    for place in place_words(host):
        if stem.startswith(place) and len(stem) > len(place):
            found.append(place)
            stem = stem[len(place) :]
            stem = stem.removeprefix("省").removeprefix("市")
    return [*found, stem] if stem else found


def english(name, host):
    """An English name by rule; none for a long stem, whose words a rule cannot part."""
    stem, kind_en, _, _ = kind(name)
    parts = words(stem, host)
    if len(parts[-1]) > LONGEST_STEM:
        return ""
    spelled = [names.joined(names.syllables(names.short(word))) for word in parts]
    return " ".join([*spelled, kind_en]).strip()


def forms(name, host):
    """Short Chinese name, Chinese aliases and Latin aliases by rule."""
    stem, _, short, latin = kind(name)
    parts = words(stem, host)
    plain = parts[-1] if len(parts[-1]) > 1 else stem
    chosen = f"{plain}{short}" if short else name
    others = [f"{stem}{short}"] if short and stem != plain else []
    if len(plain) > LONGEST_STEM:
        return chosen, others, []
    spelled = names.joined(names.syllables(names.short(plain)))
    latins = [f"{spelled} {latin}"] if latin else []
    if latin == "HTZ":
        latins.append(f"{spelled} Hi-tech Zone")
    return chosen, others, latins


def zone(identity, name, host, source, name_en=""):
    """A zone without a point."""
    short, aliases, latins = forms(name, host)
    return {
        "id": identity, "name_zh": name, "short_zh": short, "name_en": name_en or english(name, host),
        "aliases_zh": tables.join(a for a in aliases if a not in (name, short)), "aliases_latin": tables.join(latins),
        "host_adcode": host, "lon": "", "lat": "", "point_method": "", "radius_km": "", "source": source,
    }


def listed():
    """The national high-tech and economic zones of the published lists."""
    for name in LISTS:
        for row in tables.source(name):
            yield zone(row["id"], row["name_zh"], row["adcode"], "Published list: " + row["designation"], row["name_en"])


def hosts_by_townships():
    """Zone code to the county in which most of its townships with a known place lie."""
    votes = defaultdict(Counter)
    for row in townships.rows():
        if row["county"]:
            votes[row["code"][:6]][row["county"]] += 1
    return {code: min(counts, key=lambda c: (-counts[c], c)) for code, counts in votes.items()}


def host_by_name(code, name):
    """The county of the same prefecture whose short name the zone's name contains."""
    for unit in tianditu.units("county"):
        if unit.adcode[:4] == code[:4] and len(names.short(unit.name)) > 1 and names.short(unit.name) in name:
            return unit.adcode
    return ""


def statistical():
    """Zones that the statistics bureau counts like counties."""
    known = {unit.adcode for unit in tianditu.units("county")}
    hosts = hosts_by_townships()
    for row in tables.read(packages.NODE_MODULES / "china-division" / "dist" / "areas.csv"):
        code = row["code"]
        if code in known or code in NO_ZONES:
            continue
        host = host_by_name(code, row["name"]) or hosts.get(code) or code[:4] + "00"
        yield zone(code, row["name"], host, "china-division, county level")


def township_zones():
    """Development zones among the townships."""
    for row in townships.rows():
        if TOWNSHIP_ZONE.search(row["name_zh"]) and not NO_NAME.match(kind(row["name_zh"])[0]):
            host = row["county"] or row["code"][:4] + "00"
            yield zone(row["code"], row["name_zh"], host, "china-division, township level")


def with_curated(row, given):
    """Adds what has been decided about a zone to its row."""
    row["name_en"] = given["name_en"] or row["name_en"]
    row["host_adcode"] = given["host_adcode"] or row["host_adcode"]
    for column in ("aliases_zh", "aliases_latin"):
        names_known = {row["name_zh"], row["short_zh"], row["name_en"]}
        merged = tables.split(given[column]) + tables.split(row[column])
        row[column] = tables.join(name for name in merged if name not in names_known)
    row |= {key: f"{float(given[key]):.5f}" if given[key] else "" for key in ("lon", "lat")}
    row["radius_km"] = given["radius_km"]
    row["point_method"] = "patch" if given["lon"] else ""
    row["source"] = given["source"]
    return row


def first_of_each(rows):
    """Keeps the first of the rows that share a name within a prefecture."""
    seen = {}
    for row in rows:
        seen.setdefault((row["name_zh"], row["host_adcode"][:4]), row)
    return list(seen.values())


def main():
    curated = {row["id"]: row for row in tables.source("zones_curated")}
    own = [zone(r["id"], r["name_zh"], r["host_adcode"], r["source"]) for i, r in curated.items() if i.startswith("cz-")]
    rows = first_of_each([*own, *listed(), *statistical(), *township_zones()])
    rows = [with_curated(row, curated[row["id"]]) if row["id"] in curated else row for row in rows]
    missing = set(curated) - {row["id"] for row in rows}
    assert not missing, missing
    tables.write("zones", COLUMNS, sorted(rows, key=lambda row: row["id"]))


if __name__ == "__main__":
    main()
