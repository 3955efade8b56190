"""Checks train.csv and test.csv against the gazetteer, and writes the counts into README.md.

The gazetteer made no label. It is asked here whether a label can be true: whether a code exists, whether the list of an
ambiguous row is complete, whether a name that is said to be one unit's alone is no other unit's.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from math import cos, hypot, radians
from pathlib import Path

HERE = Path(__file__).resolve().parent
COLUMNS = "id,query,country,within,language,class,expected_status,expected_adcode,also,lon,lat,source,note".split(",")
CLASSES = ("county_with_province county_unique prefecture province ambiguous base_name zone old_name wade_giles minority_name traditional "
           "typo abbreviated full_width type_word hierarchy contradiction non_place generic world township").split()
LANGUAGES = ("en", "zh", "pinyin", "other")
LATIN_TYPES = {"city": "市", "shi": "市", "county": "县", "xian": "县", "district": "区", "qu": "区"}


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fold(text):
    text = unicodedata.normalize("NFKD", text.lower().replace("ü", "v"))
    return re.sub("[^a-z]", "", text)


gazetteer, by_latin, by_bare, by_zh = {}, defaultdict(set), defaultdict(set), defaultdict(set)
for row in read(HERE.parent / "gazetteer.csv"):
    code = row["adcode"]
    best = {"province": 1, "prefecture": 2, "county": 3 if row["name_zh"].endswith("市") else 4}[row["level"]]
    # A city run by its province has a row as a prefecture, too, and is none.
    if row["level"] == "prefecture" and code[2:4] == "90":
        continue
    if code in gazetteer and best >= gazetteer[code]["rank"]:
        continue
    row["rank"] = best
    gazetteer[code] = row
for code, row in gazetteer.items():
    by_latin[row["pinyin"].replace(" ", "")].add(code)
    bare = row["pinyin"].replace(" ", "")
    if len(row["short_zh"]) == 2 and row["short_zh"] == row["name_zh"] and row["name_zh"][-1] in "县区":
        bare = row["pinyin"].split()[0]
    by_bare[bare].add(code)
    by_zh[row["name_zh"]].add(code)
    by_zh[row["short_zh"]].add(code)
provinces = {r["name_zh"]: c for c, r in gazetteer.items() if c.endswith("0000")} | {r["short_zh"]: c for c, r in gazetteer.items() if c.endswith("0000")}
provinces |= {r["name_en"]: c for c, r in gazetteer.items() if c.endswith("0000")}

problems, notes = [], []


def nested(a, b):
    """Whether a lies in b."""
    rank = gazetteer[b]["rank"]
    return a != b and rank <= 2 and a[: 2 * rank] == b[: 2 * rank]


def means(query, within):
    """Units of the gazetteer that a plain name fits, or None where the text is more than a name."""
    under = provinces.get(within.removesuffix(" Province").removesuffix(" Sheng").removesuffix(" Shi")) if within else None
    if within and not under:
        return None
    if re.search("[\u4e00-\u9fff]", query):
        codes = by_zh.get(query)
        if codes is None:
            return None
        codes = {c for c in codes}
    else:
        words = query.split()
        if len(words) > 1 and words[-1].lower() in LATIN_TYPES:
            kind = LATIN_TYPES[words[-1].lower()]
            name = fold("".join(words[:-1]))
            codes = {c for c in by_bare.get(name, ()) if gazetteer[c]["name_zh"].endswith(kind)}
            if words[-1] == "xian":  # 攸县 and 游仙 are both "you xian"
                codes |= by_latin.get(fold(query), set())
        elif "," in query:
            return None
        else:
            codes = set(by_latin.get(fold(query), ()))
        if not codes:
            return None
    if under:
        codes = {c for c in codes if c[:2] == under[:2]}
    return codes


def km(a, b):
    return hypot((a[0] - b[0]) * cos(radians((a[1] + b[1]) / 2)), a[1] - b[1]) * 111.2


rows = {name: read(HERE / f"{name}.csv") for name in ("train", "test")}
places = {}
far = []
for name, part in rows.items():
    places[name] = set()
    for row in part:
        where = f"{row['id']} {row['query']!r}"
        if list(row) != COLUMNS:
            problems.append(f"{where}: columns")
        codes = [row["expected_adcode"]] * bool(row["expected_adcode"]) + row["also"].split(";") * bool(row["also"])
        if row["class"] not in CLASSES or row["language"] not in LANGUAGES:
            problems.append(f"{where}: class or language")
        for code in codes:
            if code not in gazetteer:
                problems.append(f"{where}: {code} is not in the gazetteer")
        if len(codes) != len(set(codes)):
            problems.append(f"{where}: a code twice")
        status = row["expected_status"]
        if status in ("matched", "conflict") and row["class"] != "world" and not row["expected_adcode"]:
            problems.append(f"{where}: no code")
        if status == "ambiguous" and (row["expected_adcode"] or row["class"] != "world" and len(codes) < 2):
            problems.append(f"{where}: not an ambiguous row")
        if status == "no_match" and codes:
            problems.append(f"{where}: a code for no place")
        places[name].update([row["expected_adcode"]] if row["expected_adcode"] else [])
        if status == "ambiguous":
            places[name].update(codes)
        if row["lon"] and row["expected_adcode"]:
            unit = gazetteer[row["expected_adcode"]]
            gap = km((float(row["lon"]), float(row["lat"])), (float(unit["lon"]), float(unit["lat"])))
            if gap > 10:
                far.append((round(gap, 1), row["expected_adcode"], unit["name_zh"]))
        fits = means(row["query"], row["within"]) if row["class"] in (
            "ambiguous", "county_unique", "county_with_province", "prefecture", "province", "type_word") else None
        if "tone" in row["note"] or "by custom" in row["note"]:
            fits = None
        if fits and status in ("matched", "ambiguous"):
            fits = {c for c in fits if not any(nested(c, d) for d in fits)}
            best = min(gazetteer[c]["rank"] for c in fits)
            top = {c for c in fits if gazetteer[c]["rank"] == best}
            if status == "matched" and top != {row["expected_adcode"]}:
                problems.append(f"{where}: the gazetteer says {sorted(fits)}, the row {row['expected_adcode']}")
            if status == "matched" and len(fits) > 1 and "dominance:" not in row["note"]:
                problems.append(f"{where}: rests on dominance over {sorted(fits - top)}, and does not say so")
            if status == "ambiguous" and fits != set(codes):
                problems.append(f"{where}: the gazetteer says {sorted(fits)}, the row {sorted(codes)}")
both = places["train"] & places["test"]
if both:
    problems.append(f"in both files: {sorted(both)}")
texts = [(r["query"], r["within"]) for part in rows.values() for r in part]
if len(texts) != len(set(texts)):
    problems.append("a text twice")
if "-v" in sys.argv:
    print("points over 10 km from the gazetteer's:", sorted(set(far), reverse=True))

total = rows["train"] + rows["test"]
lines = ["| class | en | zh | pinyin | other | train | test | with a point |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
for kind in CLASSES + ["all"]:
    mine = [r for r in total if kind in (r["class"], "all")]
    counts = Counter(r["language"] for r in mine)
    of = {name: sum(1 for r in part if kind in (r["class"], "all")) for name, part in rows.items()}
    lines.append(f"| {kind} | " + " | ".join(str(counts[l]) for l in LANGUAGES) +
                 f" | {of['train']} | {of['test']} | {sum(1 for r in mine if r['lon'])} |")
statuses = Counter(r["expected_status"] for r in total)
lines += ["", "Of all " + f"{len(total):,} rows " + ", ".join(f"{n:,} are `{s}`" for s, n in statuses.most_common()) + ".",
          f"{sum(1 for r in total if r['note'].startswith('dominance:'))} rows rest on dominance by rank alone."]
readme = HERE / "README.md"
text = readme.read_text(encoding="utf-8")
start, end = "<!-- counts: written by check.py -->\n", "<!-- end of counts -->"
head, tail = text.split(start)[0], text.split(end)[1]
readme.write_text(head + start + "\n" + "\n".join(lines) + "\n\n" + end + tail, encoding="utf-8")
for problem in problems:
    print(problem)
print(len(total), "rows,", len(problems), "problems")
sys.exit(bool(problems))
