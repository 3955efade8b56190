"""Writes the industry tables: groups, labels, classifications, relatedness."""

import tables

# slot, id, colour, text colour, English code, Chinese code, names, GB/T 4754-2017 divisions
GROUPS = [
    ("1", "electronics", "#0072B2", "#FFFFFF", "IC", "芯", "Electronics", "电子信息制造", "39"),
    ("2", "biomedicine", "#009E73", "#0B1117", "Bm", "药", "Biomedicine", "生物医药", "27"),
    ("3", "materials", "#E69F00", "#0B1117", "Nm", "材", "Materials and chemicals", "材料与化工", "25 26 28 29 30 31 32"),
    ("4", "vehicles", "#56B4E9", "#0B1117", "Ev", "车", "Vehicles, rail, ships and aircraft", "汽车与运输装备", "36 37"),
    ("5", "equipment", "#D55E00", "#0B1117", "Eq", "装", "Machinery and electrical equipment", "机械与电气装备", "33 34 35 38 40 43"),
    ("6", "software", "#CC79A7", "#0B1117", "Sw", "软", "Software and internet", "软件与互联网", "63 64 65"),
    ("7", "consumer", "#F0E442", "#0B1117", "Cg", "消", "Food, textiles and consumer goods", "食品纺织与消费品", "13 14 15 16 17 18 19 20 21 22 23 24"),
    ("8", "other", "#999999", "#0B1117", "··", "其", "Other", "其他", ""),
]
GROUP_COLUMNS = "id,slot,colour,text_colour,code_en,code_zh,name_en,name_zh,divisions".split(",")

# Labels whose first division would put them where nobody looks for them.
GROUP_OF_LABEL = {
    "biomedicine": ["医疗器械", "生物医用材料", "农业生物", "生物酶制剂"],
    "consumer": [
        "化妆品", "烟花爆竹", "香料", "家电", "智能家电", "智能家居", "智能锁具", "眼镜",
        "白酒配套", "食用菌", "肉鸡", "自行车",
    ],
    "materials": ["磁性材料", "电子材料", "光电传输材料", "硬质合金", "粉末冶金"],
    "vehicles": ["无人机"],
}
LABEL_COLUMNS = "label_en,label_zh,industry_codes,io_sectors,sei,group,confidence,source".split(",")
NBS = "National Bureau of Statistics of China, input-output table 2020, 153 sectors"


def groups(divisions):
    """The seven groups and other; a division that no group names falls to other."""
    taken = {code for group in GROUPS for code in group[8].split()}
    rest = [row["division"] for row in divisions if row["division"] not in taken]
    rows = []
    for slot, name, colour, text, code_en, code_zh, name_en, name_zh, own in GROUPS:
        codes = own.split() or rest
        values = (name, slot, colour, text, code_en, code_zh, name_en, name_zh, tables.join(codes))
        rows.append(dict(zip(GROUP_COLUMNS, values)))
    return rows


def label(row, group_of_division, group_of_label):
    """One label with its group: its own if it has one, else that of its first division."""
    codes = tables.split(row["gbt4754_2017_division"])
    by_division = group_of_division.get(codes[0], "other") if codes else "other"
    return {
        "label_en": row["label_en"],
        "label_zh": row["label_zh"],
        "industry_codes": tables.join(codes),
        "io_sectors": tables.join(tables.split(row["io153"])),
        "sei": tables.join(tables.split(row["sei2018"])),
        "group": group_of_label.get(row["label_zh"], by_division),
        "confidence": row["confidence"],
        "source": row["source"],
    }


def serves_everyone(code):
    """Whether a sector is a service that all industries buy, left out of relatedness by default."""
    number = int(code)
    return number >= 100 and not (125 <= number <= 129 or 136 <= number <= 138)


def sector(row):
    """One of the 153 sectors of the input-output table."""
    return row | {
        "source": NBS,
        "mapping_source": row["mapping_source"].removeprefix("mapping: "),
        "serves_everyone": "true" if serves_everyone(row["code"]) else "false",
    }


def same(name, rows, key):
    """Writes rows with the columns they have."""
    tables.write(name, list(rows[0]), sorted(rows, key=key))


def main():
    divisions = tables.source("gbt4754_2017_divisions")
    group_rows = groups(divisions)
    group_of_division = {code: row["id"] for row in group_rows for code in row["divisions"].split(";")}
    group_of_label = {text: group for group, texts in GROUP_OF_LABEL.items() for text in texts}
    labels = [label(row, group_of_division, group_of_label) for row in tables.source("industry_labels")]
    tables.write("industry_groups", GROUP_COLUMNS, group_rows)
    tables.write("industries", LABEL_COLUMNS, sorted(labels, key=lambda row: (row["label_en"], row["label_zh"])))
    same("io_sectors", [sector(row) for row in tables.source("io153_sectors")], lambda row: row["code"])
    same("gbt4754", divisions, lambda row: row["division"])
    same("industry_words", tables.source("industry_words"), lambda row: ())
    same("sei", tables.source("sei_2018"), lambda row: row["code"])
    same("relatedness", tables.source("relatedness_io153_2020"), lambda row: (row["i"], row["j"]))


if __name__ == "__main__":
    main()
