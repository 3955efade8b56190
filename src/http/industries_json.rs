//! Industries as JSON, for the API and the command line.

use serde_json::{Value as Json, json};

use crate::domain::industry::{
    Division, EmergingIndustry, Industries, IndustryGroup, IndustryLabel, Sector,
};
use crate::industry::{Candidate, Match};

/// Everything that is known of industries.
pub(crate) fn all(industries: &Industries) -> Json {
    let list = |all: Vec<Json>| Json::from(all);
    json!({
        "classifications": {
            "industry_codes": "Divisions of GB/T 4754-2017, Industrial classification for national economic activities",
            "io_sectors": "Sectors of the 153-sector input-output table of China 2020, National Bureau of Statistics of China",
            "sei": "Classification of Strategic Emerging Industries (2018), National Bureau of Statistics of China",
        },
        "corrections": {
            "words": "Labels are matched by likeness. To decide what a label stands for, give `corrections` to any analysis (a CSV with these columns, also in a request for a run or a form of the map), or to jidi import, jidi run and jidi industries as --corrections FILE.csv; or bring a column industry_codes, which goes before labels.",
            "words_zh": "标签按相似度匹配。如需指定标签的含义：在任何分析中（含请求与地图表单）给出参数 corrections（含下列各列的 CSV），或在 jidi import、jidi run、jidi industries 中用 --corrections FILE.csv；也可自带 industry_codes 列，其优先于标签。",
            "columns": ["label", "industry_codes", "io_sectors", "sei", "group"],
            "example": "label,industry_codes\nqianlima pens,24\n",
        },
        "groups": list(industries.groups.iter().map(group).collect()),
        "industries": list(industries.labels.iter().map(label).collect()),
        "divisions": list(industries.divisions.iter().map(division).collect()),
        "sectors": list(industries.sectors.iter().map(sector).collect()),
        "emerging_industries": list(industries.emerging.iter().map(emerging).collect()),
    })
}

/// What came of a label.
pub(crate) fn found(found: &Match, industries: &Industries) -> Json {
    let candidates: Vec<Json> =
        found.candidates.iter().map(|one| candidate(one, industries)).collect();
    let best = found.candidates.first().map(|best| best.confidence.as_str());
    json!({
        "query": found.label, "status": found.status.as_str(), "confidence": best,
        "candidates": candidates,
    })
}

fn candidate(candidate: &Candidate, industries: &Industries) -> Json {
    let divisions = || candidate.industry_codes.iter().filter_map(|code| industries.division(code));
    let together = |codes: fn(&Division) -> &Vec<String>| {
        let mut all: Vec<&String> = divisions().flat_map(codes).collect();
        all.sort();
        all.dedup();
        json!(all)
    };
    let group = industries.group(&candidate.group).map(group);
    json!({
        "name_en": candidate.name_en, "name_zh": candidate.name_zh,
        "industry_codes": candidate.industry_codes,
        "industry_names": divisions().map(|one| one.name_en.as_str()).collect::<Vec<_>>(),
        "industry_names_zh": divisions().map(|one| one.name_zh.as_str()).collect::<Vec<_>>(),
        "isic": together(|one| &one.isic), "nace": together(|one| &one.nace),
        "io_sectors": candidate.io_sectors, "sei": candidate.sei, "group": group,
        "score": (candidate.score * 10_000.0).round() / 10_000.0,
        "confidence": candidate.confidence.as_str(),
        "reason": candidate.reason.en, "reason_zh": candidate.reason.zh,
    })
}

fn group(group: &IndustryGroup) -> Json {
    json!({
        "id": group.id, "slot": group.slot, "colour": group.colour, "text_colour": group.text_colour,
        "code_en": group.code_en, "code_zh": group.code_zh,
        "name_en": group.name_en, "name_zh": group.name_zh, "divisions": group.divisions,
    })
}

fn label(label: &IndustryLabel) -> Json {
    json!({
        "label_en": label.label_en, "label_zh": label.label_zh, "group": label.group,
        "industry_codes": label.industry_codes, "io_sectors": label.io_sectors, "sei": label.sei,
        "confidence": label.confidence,
    })
}

fn division(division: &Division) -> Json {
    json!({
        "code": division.code, "section": division.section,
        "name_en": division.name_en, "name_zh": division.name_zh,
        "isic": division.isic, "nace": division.nace,
    })
}

fn sector(sector: &Sector) -> Json {
    json!({
        "code": sector.code, "name_en": sector.name_en, "name_zh": sector.name_zh,
        "divisions": sector.divisions, "serves_everyone": sector.serves_everyone,
    })
}

fn emerging(class: &EmergingIndustry) -> Json {
    json!({"code": class.code, "name_en": class.name_en, "name_zh": class.name_zh})
}
