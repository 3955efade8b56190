"""Writes bases.csv, hubs.csv and pins.csv from the published lists."""

import tables

COLUMNS = (
    "id,name,name_zh,name_as_printed,industry,industry_zh,industry_codes,io_sectors,"
    "designation,designation_level,year,place,place_zh,province_zh,adcode,"
    "uncertainty_km,source_confidence,source,note,note_zh"
).split(",")
PIN_COLUMNS = (
    "collection,id,query,adcode,lon,lat,precision,uncertainty_km,decided_by,decided_on,source"
).split(",")
HUB_LISTS = [
    "advanced_manufacturing_clusters",
    "designated_industry_bases",
    "national_etdz",
    "national_high_tech_zones",
    "provincial_industry_clusters",
]
DESIGNATIONS = {
    "State Hi-tech Industrialisation Base 2020": "State Hi-tech Industrialisation Base",
    "State Hi-tech Industrialisation Base (other years)": "State Hi-tech Industrialisation Base",
}
BASE_SOURCE = (
    "Ministry of Science and Technology, notice 国科发高〔2020〕260号 of 29 September 2020, "
    "as copied at cnr.cn/sd/yw/20201014/t20201014_525295629.shtml and ttnews.xyz; "
    "English names: chinabankingnews.com, 15 October 2020; adcode: GB/T 2260"
)
TOWN_PINS = {"base-04", "base-07"}
PIN_SOURCES = {
    "base-01": "Yizhuang, the core of the zone: a public sample point, turned from GCJ-02 to WGS 84",
    "base-04": "GeoNames, Zunhuadian (CC BY 4.0): the town between the high-tech zone and the nylon zone",
    "base-07": "Yong'an town, host of the Liuyang High-tech Zone: a public sample point, turned from GCJ-02 to WGS 84",
    "base-08": "Reference point of Lanzhou Zhongchuan airport, inside the new area (airportsdata, MIT)",
    "base-11": "Liangang road in the Chenglingji New Port area: a public sample point, turned from GCJ-02 to WGS 84",
}


def kilometres(text):
    """Writes a distance in km without a useless decimal."""
    return f"{float(text):g}" if text else ""


def shared_fields(row):
    """The columns that bases and hubs take over in the same way."""
    return {
        "id": row["id"],
        "name_zh": row["name_zh"],
        "industry": "; ".join(tables.split(row["industry_label_en"])),
        "industry_zh": "; ".join(tables.split(row["industry_label_zh"])),
        "designation": DESIGNATIONS.get(row["designation"], row["designation"]),
        "designation_level": "provincial" if row["id"].startswith("pic-") else "national",
        "year": row["year"],
        "place": row["place_en"],
        "place_zh": row["place_zh"],
        "province_zh": row["province_zh"],
        "adcode": row["adcode"],
        "uncertainty_km": kilometres(row["uncertainty_km"]),
        "source_confidence": row["confidence"],
    }


def base(row, notes):
    """One of the 11 bases; its classes are four digits long and give divisions, too."""
    classes = tables.split(row["gbt4754_2017_candidates"])
    divisions = tables.split(row["gbt4754_2017_div"]) + [code[:2] for code in classes]
    return shared_fields(row) | {
        "name": row["name_en_corrected"] or row["name_en"],
        "name_as_printed": row["name_en"],
        "industry_codes": tables.join(divisions),
        "io_sectors": tables.join(tables.split(row["io153"])),
        "source": BASE_SOURCE,
        "note": notes[row["id"]]["note"],
        "note_zh": notes[row["id"]]["note_zh"],
    }


def hub_source(row):
    """Where the row is from, and where its industries are from if that is another place."""
    industries = row["industry_source"]
    if industries in ("", "name"):
        return row["source"]
    return f"{row['source']}; industries: {industries}"


def hub(row, labels):
    """One designated hub; its codes are those of its labels, in order."""
    known = [labels[label] for label in tables.split(row["industry_label_zh"]) if label in labels]
    return shared_fields(row) | {
        "name": row["name_en"],
        "name_as_printed": "",
        "industry_codes": tables.join(c for label in known for c in tables.split(label["gbt4754_2017_division"])),
        "io_sectors": tables.join(c for label in known for c in tables.split(label["io153"])),
        "source": hub_source(row),
        "note": row["note"],
        "note_zh": "",
    }


def pin(row, name):
    """The place that a person has decided for a base; lon and lat in degrees, WGS 84."""
    return {
        "collection": "bases",
        "id": row["id"],
        "query": name,
        "adcode": row["adcode"],
        "lon": row["lon"],
        "lat": row["lat"],
        "precision": "township" if row["id"] in TOWN_PINS else "exact_zone",
        "uncertainty_km": kilometres(row["uncertainty_km"]),
        "decided_by": "Jidi editors",
        "decided_on": "2026-11-24",
        "source": PIN_SOURCES[row["id"]],
    }


def main():
    labels = {row["label_zh"]: row for row in tables.source("industry_labels")}
    notes = {row["id"]: row for row in tables.source("base_notes")}
    listed = tables.source("bases_2020")
    bases = [base(row, notes) for row in listed]
    hubs = [hub(row, labels) for name in HUB_LISTS for row in tables.source(name)]
    names = {row["id"]: row["name"] for row in bases}
    pins = [pin(row, names[row["id"]]) for row in listed if row["lon"]]
    by_id = lambda row: row["id"]
    tables.write("bases", COLUMNS, sorted(bases, key=by_id))
    tables.write("hubs", COLUMNS, sorted(hubs, key=by_id))
    tables.write("pins", PIN_COLUMNS, sorted(pins, key=by_id))


if __name__ == "__main__":
    main()
