"""Finds old codes and old names of units, from GB/T 2260 revisions and a table of changes."""

import re
from collections import defaultdict
from functools import cache

from gb2260.data import data as REVISIONS

import names
import packages
import seats
import tables
import tianditu

COLUMNS = "old_code,old_name_zh,new_code,year,kind".split(",")
EMPTY_NAMES = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖行政单位", "自治区直辖行政单位"}
SHORT_DIGITS = re.compile(r"^(\d{4})")


@cache
def current():
    """Code to the units that have it, provinces first."""
    found = defaultdict(list)
    for level in ("province", "prefecture", "county"):
        for unit in tianditu.units(level):
            found[unit.adcode].append(unit)
    return found


def revisions():
    """The revisions of GB/T 2260 in order of time, as (year, code to name)."""
    dated = [(int(SHORT_DIGITS.match(str(key or "2014"))[1]), str(key), table) for key, table in REVISIONS.items()]
    for year, _, table in sorted(dated, key=lambda item: (item[0], item[1])):
        yield year, {str(code): name for code, name in table.items() if name not in EMPTY_NAMES}


@cache
def retired():
    """(code, name) to the last year in which it stood in a revision, for pairs that are not current."""
    last = {}
    for year, table in revisions():
        for code, name in table.items():
            last[code, name] = year
    now = {(unit.adcode, unit.name) for units in current().values() for unit in units}
    return {pair: year for pair, year in last.items() if pair not in now}


@cache
def changes():
    """(province, prefecture, old name) to (year, new name)."""
    found = {}
    for line in packages.jionlp_change_lines():
        if "=>" not in line:
            continue
        before, after = line.split("=>")
        old, new = before.split("\t"), after.split("\t")
        found[old[2], old[4], old[-2]] = (int(old[0][:4]), new[-1].strip())
    return found


def province_name(code):
    """The name of the province that a code belongs to."""
    return current()[code[:2] + "0000"][0].name


def prefecture_name(code):
    """The name of the prefecture that has the first four digits of a code today, if any has."""
    return next((unit.name for unit in current().get(code[:4] + "00", [])), "")


def units_named(name, province, level=None):
    """Current units of a province that bear a name or its stem, exact names first."""
    stem = names.short(name)
    found = [u for units in current().values() for u in units if u.adcode[:2] == province]
    if level:
        found = [u for u in found if u.level == level]
    exact = [u for u in found if u.name == name]
    return exact or [u for u in found if names.short(u.name) == stem]


def level_of(code):
    """The level that a code's form tells."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


@cache
def hand_list():
    """(old code, old name) to (new code, year, kind) that were written down."""
    return {(r["old_code"], r["old_name_zh"]): r for r in tables.source("code_changes")}


def successor(code, name, last_year):
    """The current unit that followed a retired (code, name): (unit, year, kind), or None."""
    if (code, name) in hand_list():
        given = hand_list()[code, name]
        return current()[given["new_code"]][-1], given["year"], given["kind"]
    level = level_of(code)
    moved = [unit for unit in units_named(name, code[:2], level) if unit.name == name and unit.adcode[:4] == code[:4]]
    if len(moved) == 1:
        return moved[0], str(last_year), "recoded"
    same_code = [unit for unit in current().get(code, []) if unit.level == level]
    if same_code and code not in REUSED_CODES:
        return same_code[0], str(last_year), "renamed"
    change = changes().get((province_name(code), prefecture_name(code), name))
    if change:
        year, new_name = change
        found = units_named(new_name, code[:2], "county")
        if len(found) == 1:
            kind = "recoded" if names.short(new_name) == names.short(name) else "merged"
            return found[0], str(year), kind
    found = units_named(name, code[:2], level)
    near = [unit for unit in found if unit.adcode[:4] == code[:4]] or found
    return (near[0], str(last_year), "recoded") if len(near) == 1 else None


# Codes that were given to another place after the first had lost them.
REUSED_CODES = {"110103", "110104"}


@cache
def followed():
    """The retired pairs whose successor is known, as (code, name, unit, year, kind)."""
    found = []
    for (code, name), year in sorted(retired().items()):
        if code[:2] + "0000" not in current():
            continue
        next_unit = successor(code, name, year)
        if next_unit:
            found.append((code, name, *next_unit))
    return found


def listed_old_names():
    """Old names from china-region inside a unit: of its own stem, or districts that are gone.

    The seat of a county that is gone often lay in the city that it surrounded, so counties do not count.
    """
    units = tianditu.units("county")
    inside = seats.listed_by_unit(units)
    found = defaultdict(list)
    for unit in units:
        siblings = {u.name for u in units if u.adcode[:4] == unit.adcode[:4]}
        stems = {names.short(name): name for name in siblings}
        for line in inside[unit.adcode]:
            name = line["county"]
            stem = names.short(name)
            if name[-1] not in "县区市旗" or name in siblings or name == line["city"]:
                continue
            if stems.get(stem) == unit.name or (stem not in stems and name[-1] == "区"):
                found[unit.adcode].append(name)
    return found


@cache
def old_names():
    """(code, level) of a unit to its older Chinese names."""
    found = defaultdict(list)
    for _, name, unit, _, _ in followed():
        found[unit.adcode, unit.level].append(name)
    for code, listed in listed_old_names().items():
        found[code, "county"] += listed
    for (old_code, name), given in hand_list().items():
        unit = current()[given["new_code"]][-1]
        found[unit.adcode, unit.level].append(name)
    for line in tables.source("old_names"):
        found[line["adcode"], line["level"]] += tables.split(line["old_names"])
    now = {key: current()[key[0]] for key in found}
    own = {key: {u.name for u in now[key] if u.level == key[1]} for key in found}
    return {key: [n for n in tables.unique(sorted(values)) if n not in own[key]] for key, values in found.items()}


def rows():
    """The codes that changed, in order; a renamed unit that kept its code is no code change."""
    found = {
        (code, name): (unit.adcode, str(year), kind)
        for code, name, unit, year, kind in followed()
        if code != unit.adcode
    }
    for pair, given in hand_list().items():
        found[pair] = (given["new_code"], given["year"], given["kind"])
    return [dict(zip(COLUMNS, (*pair, *found[pair]))) for pair in sorted(found)]
