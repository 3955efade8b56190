//! Every county and prefecture is found by every form of its name.
//!
//! The forms are made from the gazetteer, so this shows that names are read, not that they are right.

use std::collections::{BTreeMap, BTreeSet};

use jidi::domain::base::{Confidence, MatchStatus};
use jidi::geocode::{Answer, Gazetteer, Query};
use jidi::store::{Catalog, Geodata};
use serde::Deserialize;

#[derive(Deserialize)]
struct Unit {
    adcode: String,
    level: String,
    name_zh: String,
    short_zh: String,
    name_en: String,
    pinyin: String,
}

impl Unit {
    fn all() -> Vec<Self> {
        let path = format!("{}/geodata/gazetteer.csv", env!("CARGO_MANIFEST_DIR"));
        let mut table = csv::Reader::from_path(path).unwrap();
        table.deserialize().collect::<Result<_, _>>().unwrap()
    }

    /// The name in pinyin as one word, ü as u: Changshu.
    fn word(&self) -> String {
        let joined = self.pinyin.replace(' ', "").replace('v', "u");
        joined[..1].to_uppercase() + &joined[1..]
    }

    /// The pinyin and the English word of the type that ends the name.
    fn types(&self) -> Option<(&'static str, &'static str)> {
        let types = [("市", "Shi", "City"), ("县", "Xian", "County"), ("区", "Qu", "District")];
        let found = types.into_iter().find(|(letter, ..)| self.name_zh.ends_with(letter));
        found
            .filter(|_| self.name_zh != self.short_zh)
            .map(|(_, pinyin, english)| (pinyin, english))
    }

    /// The texts that name the unit in its province.
    fn forms(&self, province: &Self) -> Vec<String> {
        let (zh, short, en, word) = (&self.name_zh, &self.short_zh, &self.name_en, self.word());
        let (above, above_zh, above_short) =
            (&province.name_en, &province.name_zh, &province.short_zh);
        let lower = word.to_lowercase();
        let mut forms = vec![
            format!("{above_zh}{zh}"),
            format!("{above_short}{short}"),
            format!("{short}（{above_short}）"),
            format!("{word}, {above}"),
            format!("{above} {word}"),
            format!("{lower} {}", above.to_lowercase()),
            format!("{}, {above}, China", self.pinyin.replace('v', "u")),
            format!("{en}, {above} Province"),
            format!("{above} Province, {en}"),
        ];
        if let Some((pinyin, english)) = self.types() {
            forms.extend([
                format!("{word} {english}, {above}"),
                format!("{english} of {word}, {above}"),
                format!("{above} Sheng {word} {pinyin}"),
                format!("{word}{}, {above}", pinyin.to_lowercase()),
                format!("{word}-{}, {above}-sheng", pinyin.to_lowercase()),
            ]);
        }
        forms
    }
}

/// Every form with the codes of the units that it is a form of.
fn forms(units: &[Unit]) -> BTreeMap<String, BTreeSet<&str>> {
    let mut codes: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for unit in units.iter().filter(|unit| unit.level != "province") {
        let is_above = |one: &&Unit| one.level == "province" && one.adcode[..2] == unit.adcode[..2];
        let province = units.iter().find(is_above).unwrap();
        if province.name_en != unit.name_en {
            for form in unit.forms(province) {
                codes.entry(form).or_default().insert(&unit.adcode);
            }
        }
    }
    codes
}

fn listed(answer: &Answer) -> Vec<String> {
    answer.candidates.iter().filter_map(|one| one.adcode).map(|code| code.to_string()).collect()
}

/// Says whether an answer is one of the units meant, or names all of them.
fn is_right(answer: &Answer, meant: &BTreeSet<&str>) -> bool {
    let listed = listed(answer);
    match answer.placement.match_status {
        MatchStatus::Matched => meant.contains(listed[0].as_str()),
        MatchStatus::Ambiguous => {
            meant.len() > 1 && meant.iter().all(|code| listed.iter().any(|found| found == code))
        }
        _ => false,
    }
}

fn ask(gazetteer: &Gazetteer, text: &str) -> Answer {
    gazetteer.geocode(Query { text, ..Query::default() })
}

#[test]
fn every_unit_is_found_by_every_form_of_its_name_with_its_province() {
    let catalog = Catalog::load(&Geodata::default()).unwrap();
    let gazetteer = &catalog.places.gazetteer;
    let units = Unit::all();
    let forms = forms(&units);
    let (mut wrong, mut wrong_and_sure) = (Vec::new(), 0);
    for (form, meant) in &forms {
        let answer = ask(gazetteer, form);
        if !is_right(&answer, meant) {
            wrong_and_sure += usize::from(answer.placement.confidence == Some(Confidence::High));
            wrong.push(form);
        }
    }
    assert!(forms.len() > 40_000, "{} forms", forms.len());
    assert!(wrong.len() * 1_000 < forms.len(), "{} of {}: {wrong:?}", wrong.len(), forms.len());
    assert!(wrong_and_sure * 2_000 < forms.len(), "{wrong_and_sure} wrong with high confidence");
}

#[test]
fn counties_that_share_a_name_are_all_listed() {
    let catalog = Catalog::load(&Geodata::default()).unwrap();
    let units = Unit::all();
    let mut namesakes: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
    for unit in units.iter().filter(|unit| unit.level == "county") {
        namesakes.entry(&unit.name_zh).or_default().push(unit);
    }
    namesakes.retain(|_, units| units.len() > 1);
    assert!(namesakes.len() >= 30, "{}", namesakes.len());
    for (name, units) in namesakes {
        let answer = ask(&catalog.places.gazetteer, name);
        assert_eq!(answer.placement.match_status, MatchStatus::Ambiguous, "{name}");
        let listed = listed(&answer);
        assert!(units.iter().all(|unit| listed.contains(&unit.adcode)), "{name}: {listed:?}");
    }
}
