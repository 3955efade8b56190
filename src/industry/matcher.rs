//! Finds what industry a label stands for.

use std::collections::HashMap;
use std::sync::Arc;

use super::corrections::Corrections;
use super::entry::{Entry, entries, group, sectors_of};
use super::terms::{TermIndex, chinese, english, is_chinese, key, simplified};
use super::words::reason;
use crate::domain::Remark;
use crate::domain::base::Confidence;
use crate::domain::industry::Industries;

/// What parts the labels of a cell.
pub(super) const SEPARATORS: [char; 7] = [';', '；', ',', '，', '、', '/', '|'];
/// How many candidates are told.
const MOST_CANDIDATES: usize = 5;
/// The longest label that is read, in bytes.
const LONGEST: usize = 400;
/// The least score of a candidate.
const LEAST_SCORE: f64 = 0.2;
/// From here on a candidate is right two times in three (tests/industries.rs), and is taken.
const MEDIUM_SCORE: f64 = 0.5;
/// From here on it is right nine times in ten.
const HIGH_SCORE: f64 = 0.85;
/// A second candidate of another group with this share of the first one's score makes it ambiguous.
const AS_GOOD: f64 = 0.95;

/// Says what a candidate was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// What a person decided.
    Correction,
    /// A label of the bundled lists.
    Label,
    /// Words that name what an industry makes.
    Words,
    /// The name of an input-output sector.
    Sector,
    /// The name of a division.
    Division,
    /// A code.
    Code,
}

/// Says what came of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The first candidate is the answer.
    Matched,
    /// Any candidate could be meant.
    Ambiguous,
    /// There is no candidate.
    NoMatch,
}

impl Status {
    /// The word of the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Ambiguous => "ambiguous",
            Self::NoMatch => "no_match",
        }
    }
}

/// Holds an industry that a label could stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The text that it was found by, in English.
    pub name_en: String,
    /// The same in Chinese.
    pub name_zh: String,
    /// GB/T 4754-2017 divisions, the main one first.
    pub industry_codes: Vec<String>,
    /// Sectors of the input-output table.
    pub io_sectors: Vec<String>,
    /// Strategic Emerging Industries of 2018.
    pub sei: Vec<String>,
    /// Id of the group.
    pub group: String,
    /// How alike the label and the text are, 0 to 1.
    pub score: f64,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it was found by.
    pub origin: Origin,
    /// Why it was found.
    pub reason: Remark,
}

/// Holds what came of one label.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The label.
    pub label: String,
    /// What came of it.
    pub status: Status,
    /// The candidates, the best first.
    pub candidates: Vec<Candidate>,
}

/// Holds the codes of a cell, which may hold several labels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coded {
    /// GB/T 4754-2017 divisions.
    pub industry_codes: Vec<String>,
    /// Sectors of the input-output table.
    pub io_sectors: Vec<String>,
    /// Id of the group of the first label that was matched.
    pub group: Option<String>,
    /// The labels of the cell that were not matched.
    pub open: Vec<String>,
}

/// Finds what industry a label stands for.
#[derive(Debug, Clone)]
pub struct Matcher {
    industries: Arc<Industries>,
    entries: Vec<Entry>,
    /// The entries of each folded text, in their order.
    by_key: HashMap<String, Vec<usize>>,
    english: TermIndex,
    chinese: TermIndex,
}

impl Matcher {
    /// Prepares a matcher; corrections go before everything else.
    #[must_use]
    pub fn new(industries: Arc<Industries>, corrections: &Corrections) -> Self {
        let entries = entries(&industries, corrections);
        let of = |text: fn(&Entry) -> &str, weigh: fn(&str) -> super::terms::Weights| {
            TermIndex::new(&entries.iter().map(|entry| weigh(text(entry))).collect::<Vec<_>>())
        };
        let english = of(|entry| &entry.en, english);
        let chinese = of(|entry| &entry.zh, chinese);
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, entry) in entries.iter().enumerate() {
            for text in [key(&entry.en), key(&entry.zh)].into_iter().filter(|text| !text.is_empty())
            {
                by_key.entry(text).or_default().push(number);
            }
        }
        Self { industries, entries, by_key, english, chinese }
    }

    /// Finds what a label stands for.
    ///
    /// A code is what it says. A label that is written as one that is known is that. Any other is
    /// compared with all by the cosine of their weighted words or pairs of characters.
    #[must_use]
    pub fn find(&self, label: &str) -> Match {
        let text = label[..label.floor_char_boundary(LONGEST)].trim();
        let mut candidates = self.by_code(text);
        if candidates.is_empty() {
            candidates = self.exact(text);
        }
        if candidates.is_empty() {
            candidates = self.alike(text);
        }
        Match { label: label.to_owned(), status: status(&candidates), candidates }
    }

    /// Finds the codes of a cell: of the whole, or else of the labels that stand in it.
    ///
    /// Labels are parted by semicolons, commas, slashes and 、. What is ambiguous is left open.
    #[must_use]
    pub fn codes(&self, cell: &str) -> Coded {
        let whole = self.find(cell);
        let is_sure = whole.candidates.first().is_some_and(|best| best.score >= HIGH_SCORE);
        if is_sure || !cell.contains(SEPARATORS) {
            return Coded::of([whole]);
        }
        let labels = cell.split(SEPARATORS).map(str::trim).filter(|label| !label.is_empty());
        Coded::of(labels.map(|label| self.find(label)))
    }

    /// Takes codes that are given, and adds what belongs to them; what is no code is left open.
    #[must_use]
    pub fn divisions(&self, codes: &[&str]) -> Coded {
        let find = |code: &&str| {
            let candidates = self.by_code(code);
            Match { label: (*code).to_owned(), status: status(&candidates), candidates }
        };
        Coded::of(codes.iter().map(find))
    }

    /// Reads a code of GB/T 4754-2017, with or without its letter, to the division; or a sector.
    fn by_code(&self, text: &str) -> Vec<Candidate> {
        let bare = text.strip_prefix(|letter: char| letter.is_ascii_uppercase()).unwrap_or(text);
        let is_code =
            (2..=4).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit());
        if !is_code {
            return Vec::new();
        }
        let mut found = Vec::new();
        if let Some(division) = self.industries.division(&bare[..2]) {
            let codes = vec![division.code.clone()];
            let sectors = sectors_of(&self.industries, &division.code);
            found.push(self.coded(&division.name_en, &division.name_zh, codes, sectors));
        }
        if let Some(sector) = self.industries.sector(text) {
            let sectors = vec![sector.code.clone()];
            found.push(self.coded(
                &sector.name_en,
                &sector.name_zh,
                sector.divisions.clone(),
                sectors,
            ));
        }
        found
    }

    fn coded(&self, en: &str, zh: &str, divisions: Vec<String>, sectors: Vec<String>) -> Candidate {
        let entry = Entry {
            en: en.to_owned(),
            zh: zh.to_owned(),
            group: group(&self.industries, &divisions),
            industry_codes: divisions,
            io_sectors: sectors,
            sei: Vec::new(),
            origin: Origin::Code,
        };
        candidate(&entry, 1.0, true)
    }

    /// What is written like this; what a person or a list says of it goes before what a class is called.
    fn exact(&self, text: &str) -> Vec<Candidate> {
        let first = self.by_key.get(&key(text)).and_then(|all| all.first());
        first.map(|&number| candidate(&self.entries[number], 1.0, true)).into_iter().collect()
    }

    fn alike(&self, text: &str) -> Vec<Candidate> {
        let folded = simplified(text);
        let cosines = if is_chinese(&folded) {
            self.chinese.cosines(&chinese(&folded))
        } else {
            self.english.cosines(&english(&folded))
        };
        let weighed = cosines.iter().zip(&self.entries);
        let mut scores: Vec<(f64, usize)> = weighed
            .map(|(cosine, entry)| cosine * entry.origin.weight())
            .zip(0..)
            .filter(|(score, _)| *score >= LEAST_SCORE)
            .collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut candidates = Vec::new();
        for (score, number) in scores {
            if candidates.len() == MOST_CANDIDATES {
                break;
            }
            push_new(&mut candidates, candidate(&self.entries[number], score, false));
        }
        candidates
    }
}

/// Adds a candidate unless one with the same codes is there.
fn push_new(candidates: &mut Vec<Candidate>, new: Candidate) {
    let codes = |one: &Candidate| (one.industry_codes.clone(), one.io_sectors.clone());
    if !candidates.iter().any(|known| codes(known) == codes(&new)) {
        candidates.push(new);
    }
}

fn candidate(entry: &Entry, score: f64, is_exact: bool) -> Candidate {
    Candidate {
        name_en: entry.en.clone(),
        name_zh: entry.zh.clone(),
        industry_codes: entry.industry_codes.clone(),
        io_sectors: entry.io_sectors.clone(),
        sei: entry.sei.clone(),
        group: entry.group.clone(),
        score,
        confidence: match score {
            HIGH_SCORE.. => Confidence::High,
            MEDIUM_SCORE.. => Confidence::Medium,
            _ => Confidence::Low,
        },
        origin: entry.origin,
        reason: reason(entry, is_exact),
    }
}

fn status(candidates: &[Candidate]) -> Status {
    let Some(best) = candidates.first() else { return Status::NoMatch };
    let is_rival =
        |other: &Candidate| other.group != best.group && other.score >= AS_GOOD * best.score;
    if best.score < MEDIUM_SCORE || candidates[1..].iter().any(is_rival) {
        return Status::Ambiguous;
    }
    Status::Matched
}

impl Coded {
    fn of(matches: impl IntoIterator<Item = Match>) -> Self {
        let mut coded = Self::default();
        let add = |all: &mut Vec<String>, more: &[String]| {
            for code in more {
                if !all.contains(code) {
                    all.push(code.clone());
                }
            }
        };
        for found in matches {
            match found.candidates.first().filter(|_| found.status == Status::Matched) {
                Some(best) => {
                    add(&mut coded.industry_codes, &best.industry_codes);
                    add(&mut coded.io_sectors, &best.io_sectors);
                    coded.group.get_or_insert_with(|| best.group.clone());
                }
                None if found.label.trim().is_empty() => {}
                None => coded.open.push(found.label.trim().to_owned()),
            }
        }
        coded
    }
}
