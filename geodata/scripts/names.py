"""Makes short names, pinyin and English names of Chinese administrative units."""

import re
from functools import cache

from pypinyin import Style, lazy_pinyin

import tables

PEOPLES = {
    "蒙古族": "Mongol", "回族": "Hui", "藏族": "Tibetan", "维吾尔": "Uyghur", "苗族": "Miao", "彝族": "Yi",
    "壮族": "Zhuang", "布依族": "Bouyei", "朝鲜族": "Korean", "满族": "Manchu", "侗族": "Dong", "瑶族": "Yao",
    "白族": "Bai", "土家族": "Tujia", "哈尼族": "Hani", "哈萨克": "Kazakh", "哈萨克族": "Kazakh", "傣族": "Dai",
    "黎族": "Li", "傈僳族": "Lisu", "佤族": "Va", "畲族": "She", "高山族": "Gaoshan", "拉祜族": "Lahu", "水族": "Shui",
    "东乡族": "Dongxiang", "纳西族": "Naxi", "景颇族": "Jingpo", "柯尔克孜": "Kyrgyz", "土族": "Tu",
    "达斡尔族": "Daur", "达斡尔": "Daur", "仫佬族": "Mulao", "羌族": "Qiang", "布朗族": "Blang", "撒拉族": "Salar",
    "毛南族": "Maonan", "仡佬族": "Gelao", "锡伯": "Xibe", "阿昌族": "Achang", "普米族": "Pumi", "塔吉克": "Tajik",
    "怒族": "Nu", "鄂温克族": "Ewenki", "德昂族": "Deang", "保安族": "Bonan", "裕固族": "Yugur", "独龙族": "Derung",
    "鄂伦春": "Oroqen", "蒙古": "Mongol", "回": "Hui", "各族": "Multi-ethnic",
}
KINDS = [
    ("特别行政区", "Special Administrative Region"), ("维吾尔自治区", "Uyghur Autonomous Region"),
    ("壮族自治区", "Zhuang Autonomous Region"), ("回族自治区", "Hui Autonomous Region"),
    ("自治区", "Autonomous Region"), ("自治州", "Autonomous Prefecture"), ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"), ("地区", "Prefecture"), ("林区", "Forestry District"),
    ("特区", "Special District"), ("矿区", "Mining District"), ("新区", "New Area"),
    ("群岛", "Islands"), ("盟", "League"), ("省", ""), ("市", ""), ("县", "County"), ("区", "District"), ("旗", "Banner"),
]
# Names in which the ending is part of the name, or the whole name is Chinese by custom.
WHOLE = {"沙县区": "沙县", "达县": "达县", "万柏林区": "万柏林", "井陉矿区": "井陉矿", "西沙区": "西沙", "南沙区": "南沙"}
DIRECTIONS_LONG = {"前旗": "Front Banner", "中旗": "Middle Banner", "后旗": "Rear Banner", "左旗": "Left Banner", "右旗": "Right Banner"}


@cache
def overrides():
    """Chinese stem to its pinyin syllables, where a dictionary would err."""
    return {row["name_zh"]: row["pinyin"].split() for row in tables.source("pinyin_overrides")}


@cache
def english_overrides():
    """Code and level to the name that English usage prefers."""
    return {(row["adcode"], row["level"]): row for row in tables.source("english_names")}


def people_suffix(text):
    """The names of peoples at the end of a text, longest first, as (rest, peoples)."""
    found = []
    while True:
        matches = [name for name in PEOPLES if text.endswith(name) and len(text) - len(name) >= 2]
        if not matches:
            return text, found
        name = max(matches, key=len)
        text, found = text[: -len(name)], [PEOPLES[name], *found]


def parts(name):
    """Splits a name into stem, peoples and English kind; a stem has two characters at least."""
    if name in WHOLE:
        return WHOLE[name], [], dict(KINDS)[name[-1]]
    for ending, kind in KINDS:
        if name.endswith(ending) and len(name) - len(ending) >= (1 if ending == "市" else 2):
            stem = name[: -len(ending)]
            if ending.startswith("自治") or stem.endswith("族"):
                stem, peoples = people_suffix(stem)
                return stem, peoples, kind
            return stem, [], kind
    return name, [], ""


def short(name):
    """The name without its type word, unless one character would be left."""
    stem = parts(name)[0]
    whole = len(stem) < 2 or (len(name) > 3 and name[-2:] in DIRECTIONS_LONG)
    return name if whole else stem


def syllables(text):
    """Toneless pinyin syllables by phrases, u-umlaut as v; overrides first."""
    for length in range(len(text), 1, -1):
        if text[:length] in overrides():
            rest = text[length:]
            return overrides()[text[:length]] + (syllables(rest) if rest else [])
    return [s.lower() for s in lazy_pinyin(text, style=Style.NORMAL, v_to_u=False)]


def pinyin(name):
    """Pinyin of the short name, spaces between syllables."""
    return " ".join(syllables(short(name)))


def joined(parts_of_name):
    """Joins syllables into a word, with the apostrophe that pinyin asks for: Xi'an, Lu'an."""
    word = ""
    for syllable in parts_of_name:
        word += ("'" if word and syllable[0] in "aeo" else "") + syllable
    return word.replace("v", "ü").capitalize()


def listed(words):
    """A, B and C."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def one_character_county(name):
    """蔚县 and 矿区 keep their type word apart: Yu County, Kuang District."""
    kinds = {"县": "County", "区": "District", "旗": "Banner"}
    if len(name) == 2 and name[1] in kinds:
        return syllables(name)[:1], kinds[name[1]]
    return None


def english(name):
    """The English form of a unit's name by rule."""
    lone = one_character_county(name)
    if lone:
        return f"{joined(lone[0])} {lone[1]}"
    stem, peoples, kind = parts(name)
    for ending, words in DIRECTIONS_LONG.items():
        if name.endswith(ending) and len(name) > 3:
            return f"{joined(syllables(name[:-2]))} {words}"
    return " ".join(word for word in [joined(syllables(stem)), listed(peoples), kind] if word)


def english_name(unit):
    """The English name: the one in use if it differs from the rule."""
    row = english_overrides().get((unit.adcode, unit.level))
    return row["name_en"] if row else english(unit.name)


def english_aliases(unit):
    """Further English and postal names that are written down for a unit."""
    row = english_overrides().get((unit.adcode, unit.level))
    return tables.split(row["aliases"]) if row else []
