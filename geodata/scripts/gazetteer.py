"""Writes gazetteer.csv: every province, prefecture and county with its names and its seat."""

import unicodedata
from collections import defaultdict
from functools import cache

import code_history
import names
import seats
import tables
import tianditu

COLUMNS = (
    "adcode,level,parent,name_zh,short_zh,name_en,pinyin,aliases_zh,aliases_latin,old_names,old_pinyin,"
    "lon,lat,point_method,reach_km"
).split(",")
MOST_ALIASES = 10
SHORT_ENDINGS = {"自治县": "县", "自治州": "州", "自治旗": "旗"}


def key(text):
    """What two Latin spellings share when accents, spaces and case are left aside."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in letters if c.isalnum())


@cache
def unit_names():
    """The full Chinese names of all units; none of them is another's alias."""
    return {unit.name for level in ("province", "prefecture", "county") for unit in tianditu.units(level)}


def chinese_aliases(unit, place):
    """Short forms of autonomous units, given aliases, and other Chinese names of the seat."""
    stem, own = names.short(unit.name), []
    for ending, letter in SHORT_ENDINGS.items():
        if unit.name.endswith(ending) and stem != unit.name:
            own.append(stem + letter)
    own += CHINESE_ALIASES.get((unit.adcode, unit.level), [])
    if place and stem in place.han and place.code in seats.SEAT_CODES and unit.level != "county":
        own += [name for name in place.han if stem in name]
    return [name for name in tables.unique(own) if name != stem and name not in unit_names()]


def is_name(text):
    """Whether a text looks like a name: no airport code, no lower-case transcription of another script."""
    return text[0].isupper() and not (text.isupper() and len(text) <= 4)


@cache
def taken_spellings():
    """Spelling to the codes of the units that own it by name, pinyin or given alias, so that no other takes it."""
    owners = defaultdict(set)
    for level in ("province", "prefecture", "county"):
        for unit in tianditu.units(level):
            own = (names.english_name(unit), names.pinyin(unit.name).replace("v", "u"), plain_stem(unit))
            for spelling in (*own, *names.english_aliases(unit)):
                owners[key(spelling)].add(unit.adcode)
    return owners


def plain_stem(unit):
    """The pinyin of a unit's stem, without type word."""
    return "".join(names.syllables(names.parts(unit.name)[0])).replace("v", "u")


def latin_aliases(unit, name_en, pinyin, place):
    """Given aliases, other readings, and GeoNames spellings that name no other unit, each once."""
    stem = names.short(unit.name)
    candidates = names.english_aliases(unit) + tables.split(READINGS.get(stem, ""))
    if place:
        free = [name for name in place.latin if taken_spellings().get(key(name), set()) <= {unit.adcode}]
        candidates += [name for name in free if is_name(name)]
    seen = {key(name_en), key(pinyin.replace("v", "u"))}
    found = []
    for name in candidates:
        if key(name) and key(name) not in seen:
            seen.add(key(name))
            found.append(name.replace(";", ","))
    return found[:MOST_ALIASES]


def old_pinyin(old_names, pinyin):
    """The pinyin of old names without their type words, each once, unless it is today's."""
    stems = (names.short(name) for name in old_names)
    readings = (" ".join(names.syllables(stem)) for stem in stems if len(stem) > 1)
    return [reading for reading in dict.fromkeys(readings) if reading != pinyin]


def row(unit, seat, old_names):
    """One unit as a row; lon and lat in degrees, reach in km."""
    pinyin, name_en = names.pinyin(unit.name), names.english_name(unit)
    return {
        "adcode": unit.adcode,
        "level": unit.level,
        "parent": unit.parent,
        "name_zh": unit.name,
        "short_zh": names.short(unit.name),
        "name_en": name_en,
        "pinyin": pinyin,
        "aliases_zh": tables.join(chinese_aliases(unit, seat.place)),
        "aliases_latin": tables.join(latin_aliases(unit, name_en, pinyin, seat.place)),
        "old_names": tables.join(old_names),
        "old_pinyin": tables.join(old_pinyin(old_names, pinyin)),
        "lon": f"{seat.lon:.5f}",
        "lat": f"{seat.lat:.5f}",
        "point_method": seat.method,
        "reach_km": f"{tianditu.reach_km(unit.polygon, round(seat.lon, 5), round(seat.lat, 5)):.1f}",
    }


def given_chinese_aliases():
    """Code and level to the Chinese aliases that are written down."""
    found = defaultdict(list)
    for line in tables.source("chinese_aliases"):
        found[line["adcode"], line["level"]] += tables.split(line["aliases"])
    return found


CHINESE_ALIASES = given_chinese_aliases()
READINGS = {line["name_zh"]: line["also"] for line in tables.source("pinyin_overrides")}


def main():
    counties = seats.county_seats()
    prefectures = seats.prefecture_seats(counties)
    by_level = {"province": seats.province_seats(prefectures), "prefecture": prefectures, "county": counties}
    old_names = code_history.old_names()
    rows = [
        row(unit, found[unit.adcode], old_names.get((unit.adcode, level), []))
        for level, found in by_level.items()
        for unit in tianditu.units(level)
    ]
    tables.write("gazetteer", COLUMNS, rows)
    history = code_history.rows()
    tables.write("adcode_history", code_history.COLUMNS, history)


if __name__ == "__main__":
    main()
