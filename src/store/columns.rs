//! Where a filter's features are looked for: in the columns and in the boxes of an index.

use std::cmp::Ordering;
use std::ops::Bound;
use std::sync::OnceLock;

use super::indexed::Indexed;
use crate::domain::Value;
use crate::filter::{Folding, Plan};
use crate::index::ColumnIndex;
use crate::index::column::Run;
use crate::index::text_order::TextOrder;

/// So few candidates are held against the filter sooner than narrowed by another index.
const FEW: usize = 1_000;

/// So many times the number of features may be gathered before a scan is as good.
const BUDGET: usize = 4;

/// Holds the fields' values in their order, each from when a filter first asks for it.
#[derive(Debug)]
pub(super) struct Columns {
    plain: Vec<OnceLock<ColumnIndex>>,
    /// The orders of each field's texts when they are folded, by the place of the folding.
    folded: Vec<[OnceLock<TextOrder>; Folding::COUNT]>,
}

impl Columns {
    /// Keeps places for the columns of so many fields.
    pub(super) fn new(fields: usize) -> Self {
        Self {
            plain: std::iter::repeat_with(OnceLock::new).take(fields).collect(),
            folded: std::iter::repeat_with(Default::default).take(fields).collect(),
        }
    }
}

impl Indexed {
    /// Finds the features that a plan names, and perhaps more; `None` when that may be most of them.
    ///
    /// The work is bounded by a few times the number of features, whatever the plan is.
    ///
    /// # Shape
    ///
    /// Numbers in rising order, each once.
    pub(super) fn candidates(&self, plan: &Plan) -> Option<Vec<usize>> {
        Search { indexed: self, left: BUDGET.saturating_mul(self.features.len()) }.candidates(plan)
    }

    /// The column of a field, ordered when it is first asked for.
    pub(super) fn column(&self, field: usize) -> Option<&ColumnIndex> {
        let value = |number: usize| &self.features[number].values[field];
        let column = self.columns.plain.get(field)?;
        Some(column.get_or_init(|| ColumnIndex::new(self.features.len(), value)))
    }

    /// The features whose texts, folded, are of a range.
    fn folded(&self, plan: &Plan) -> Option<&[u32]> {
        let Plan::Folded { folding, field, low, high } = plan else { return None };
        let text = |number: usize| match &self.features[number].values[*field] {
            Value::Text(text) => Some(folding.text(text)),
            _ => None,
        };
        let order = self.columns.folded.get(*field)?.get(folding.place())?;
        let order = order.get_or_init(|| TextOrder::new(self.features.len(), text));
        Some(order.range(text, text_bound(low)?, text_bound(high)?))
    }

    fn run(&self, range: &Plan) -> Option<Run> {
        let Plan::Range { field, low, high } = range else { return None };
        let value = |number: usize| &self.features[number].values[*field];
        Some(self.column(*field)?.range(value, low.as_ref(), high.as_ref()))
    }

    /// Says whether so many candidates are fewer than all by enough to be put in order.
    fn is_worth_it(&self, count: usize) -> bool {
        count <= FEW || count <= self.features.len() / 2
    }
}

/// Looks for candidates, and counts how many more may be gathered.
struct Search<'a> {
    indexed: &'a Indexed,
    left: usize,
}

impl Search<'_> {
    fn candidates(&mut self, plan: &Plan) -> Option<Vec<usize>> {
        let found = match plan {
            Plan::All => None,
            Plan::Nothing => Some(Vec::new()),
            Plan::Box(bbox) => (self.left > 0).then(|| self.indexed.plane.candidates(bbox)),
            Plan::Null { field } => {
                let nulls = self.indexed.column(*field)?.nulls();
                self.is_affordable(nulls.len()).then(|| nulls.collect())
            }
            Plan::Folded { .. } => {
                let found = self.indexed.folded(plan)?;
                let numbers = || found.iter().map(|&number| number as usize).collect();
                self.is_affordable(found.len()).then(|| rising(numbers()))
            }
            Plan::Range { .. } => self.by_columns(std::slice::from_ref(plan)),
            Plan::Either(parts) => self.any(parts),
            Plan::Both(parts) => self.shared(parts),
        };
        self.left = self.left.saturating_sub(found.as_ref().map_or(0, Vec::len));
        found
    }

    fn is_affordable(&self, count: usize) -> bool {
        self.indexed.is_worth_it(count) && count <= self.left
    }

    fn any(&mut self, parts: &[Plan]) -> Option<Vec<usize>> {
        let mut found = Vec::new();
        for part in parts {
            found.extend(self.candidates(part)?);
            if !self.indexed.is_worth_it(found.len()) {
                return None;
            }
        }
        Some(rising(found))
    }

    /// Finds the features of every part: by the column of the fewest, narrowed by the others.
    fn shared(&mut self, parts: &[Plan]) -> Option<Vec<usize>> {
        let mut found = self.by_columns(parts);
        for part in parts.iter().filter(|part| !matches!(part, Plan::Range { .. })) {
            if found.as_ref().is_some_and(|found| found.len() <= FEW) {
                break;
            }
            found = match (found, self.candidates(part)) {
                (Some(a), Some(b)) => Some(both(&a, &b)),
                (a, b) => a.or(b),
            };
        }
        found
    }

    /// Finds the features by the ranges among some parts: those of one column meet first.
    fn by_columns(&self, parts: &[Plan]) -> Option<Vec<usize>> {
        let mut runs: Vec<(usize, Run)> = Vec::new();
        for part in parts {
            let Plan::Range { field, .. } = part else { continue };
            let (column, run) = (self.indexed.column(*field)?, self.indexed.run(part)?);
            let same = runs.iter_mut().find(|(other, _)| other == field);
            match same.filter(|_| !column.is_of_lists()) {
                Some((_, earlier)) => *earlier = earlier.and(&run),
                None => runs.push((*field, run)),
            }
        }
        let (field, run) = runs.iter().min_by_key(|(_, run)| run.len())?;
        let column = self.indexed.column(*field)?;
        self.is_affordable(run.len()).then(|| rising(column.numbers(run)))
    }
}

/// A bound of texts; `None` for that of other values.
fn text_bound(bound: &Bound<Value>) -> Option<Bound<&str>> {
    Some(match bound {
        Bound::Included(Value::Text(text)) => Bound::Included(text.as_str()),
        Bound::Excluded(Value::Text(text)) => Bound::Excluded(text.as_str()),
        Bound::Unbounded => Bound::Unbounded,
        _ => return None,
    })
}

fn rising(mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// What two lists of rising numbers share.
fn both(a: &[usize], b: &[usize]) -> Vec<usize> {
    let mut shared = Vec::new();
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(one), Some(other)) = (a.peek(), b.peek()) {
        match one.cmp(other) {
            Ordering::Less => drop(a.next()),
            Ordering::Greater => drop(b.next()),
            Ordering::Equal => {
                shared.push(**one);
                a.next();
                b.next();
            }
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use geo::Point;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::RegisteredCrs;
    use crate::domain::{Feature, FeatureId, Field, FieldType, Schema, Timestamp};
    use crate::filter::Filter;
    use crate::formats::cql2::from_text;
    use crate::store::collection::About;
    use crate::store::{Change, Collection, Selection};

    fn schema() -> Schema {
        Schema::new(vec![
            Field::new("name", FieldType::Text, ""),
            Field::new("year", FieldType::Integer, ""),
            Field::new("codes", FieldType::List, ""),
            Field::new("closed", FieldType::Boolean, ""),
            Field::new("opened", FieldType::Date, ""),
            Field::new("seen", FieldType::DateTime, ""),
        ])
    }

    /// A feature made of one number, with nulls among its values.
    fn feature(id: usize, seed: u32) -> Feature {
        let known = |bit: u32| seed >> bit & 7 != 0;
        let name = ["Wu", "Wuhan", "Xi", "Xian", "a"][seed as usize % 5];
        let codes = vec![(seed % 4).to_string(), (seed % 7).to_string()];
        let point =
            Point::new(f64::from(seed % 37) * 10.0 - 180.0, f64::from(seed % 19) * 10.0 - 90.0);
        // Forty days of 2020, some hours of each.
        let seconds = 1_577_836_800 + i64::from(seed % 240) * 14_400;
        let at = Timestamp::from_micros(seconds * 1_000_000).unwrap();
        let values = vec![
            if known(3) { Value::text(name) } else { Value::Null },
            if known(6) { Value::Integer(i64::from(seed % 31) + 1990) } else { Value::Null },
            if known(9) { Value::List(codes.into()) } else { Value::Null },
            if known(15) { Value::Boolean(seed.is_multiple_of(8)) } else { Value::Null },
            if known(18) { Value::Date(at.utc().date()) } else { Value::Null },
            if known(21) { Value::DateTime(at) } else { Value::Null },
        ];
        let geometry = known(12).then(|| point.into());
        Feature::new(FeatureId::new(&format!("f{id}")).unwrap(), geometry, values)
    }

    fn collection(seeds: &[u32]) -> Collection {
        let about = About {
            id: "made".into(),
            title: String::new(),
            title_zh: String::new(),
            description: String::new(),
            description_zh: String::new(),
            data_as_of: String::new(),
            licence: String::new(),
            attribution: String::new(),
        };
        let features = seeds.iter().enumerate().map(|(id, &seed)| feature(id, seed)).collect();
        Collection::new(about, schema(), features).unwrap()
    }

    fn filter(text: &str) -> Filter {
        Filter::new(&schema(), from_text(text, RegisteredCrs::CRS84).unwrap()).unwrap()
    }

    /// What the index answers, and what every feature answers for itself.
    fn answers(collection: &Collection, text: &str) -> (Vec<String>, Vec<String>) {
        let filter = filter(text);
        let id = |feature: &Feature| feature.id.as_str().to_owned();
        let scanned = collection.features().filter(|one| filter.matches(one) == Some(true));
        let scanned = scanned.map(id).collect();
        let selection = Selection { filter: Some(filter.clone()), ..Selection::default() };
        (collection.select(&selection).map(id).collect(), scanned)
    }

    fn times() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["opened", "seen"])
    }

    fn conditions() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            (prop::sample::select(vec!["=", "<", ">=", "<>"]), 1989..2022)
                .prop_map(|(sign, year)| format!("year {sign} {year}")),
            (1989..2022, 0..9)
                .prop_map(|(year, n)| format!("year BETWEEN {year} AND {}", year + n)),
            prop::sample::select(vec!["Wu%", "X%", "%n", "a"])
                .prop_map(|pattern| format!("name LIKE '{pattern}'")),
            (0..8, 0..8).prop_map(|(a, b)| format!("A_CONTAINS(codes, ('{a}','{b}'))")),
            (0..8, 0..8).prop_map(|(a, b)| format!("A_OVERLAPS(codes, ('{a}','{b}'))")),
            prop::sample::select(vec!["closed", "closed = FALSE", "closed <> TRUE"])
                .prop_map(str::to_owned),
            (times(), prop::sample::select(vec!["=", "<", ">=", "<>", ">"]), 1..29, 0..24)
                .prop_map(|(field, sign, day, hour)| match hour % 3 {
                    0 => format!("{field} {sign} DATE('2020-01-{day:02}')"),
                    1 => format!("DATE('2020-01-{day:02}') {sign} {field}"),
                    _ => format!("{field} {sign} TIMESTAMP('2020-01-{day:02}T{hour:02}:00:00Z')"),
                }),
            (
                times(),
                prop::sample::select(vec!["BEFORE", "AFTER", "DURING", "MEETS", "DISJOINT"]),
                1..20
            )
                .prop_map(|(field, word, day)| format!(
                    "T_{word}({field}, INTERVAL('2020-01-{day:02}', '2020-01-{:02}'))",
                    day + 9
                )),
            prop::sample::select(vec![
                "name", "year", "codes", "geometry", "closed", "opened", "seen"
            ])
            .prop_map(|name| format!("{name} IS NULL")),
            (-18..=18, -18..=18, -9..=0)
                .prop_map(|(w, e, s)| format!("S_INTERSECTS(geometry, BBOX({w}0,{s}0,{e}0,40))")),
            (-18..=18, -9..=9, 0..5_000).prop_map(|(x, y, km)| format!(
                "S_DWITHIN(geometry, POINT({x}0 {y}0), {km}, 'km')"
            )),
        ];
        let joined = |parts: Vec<String>, word: &str| format!("({})", parts.join(word));
        leaf.prop_recursive(2, 8, 3, move |inner| {
            prop_oneof![
                2 => prop::collection::vec(inner.clone(), 2..4).prop_map(move |parts| joined(parts, " AND ")),
                1 => prop::collection::vec(inner.clone(), 2..4).prop_map(move |parts| joined(parts, " OR ")),
                1 => inner.prop_map(|part| format!("NOT {part}")),
            ]
        })
    }

    #[test]
    fn what_two_lists_share_is_in_both() {
        assert_eq!(both(&[1, 3, 5, 8], &[0, 3, 4, 5, 9]), [3, 5]);
        assert!(both(&[1], &[]).is_empty());
    }

    #[test]
    fn a_rare_value_is_looked_up_and_a_common_one_is_scanned() {
        let seeds: Vec<u32> = (0..4_000u32).map(|n| n.wrapping_mul(2_654_435_761)).collect();
        let collection = collection(&seeds);
        let candidates = |text: &str| collection.indexed().candidates(filter(text).plan());
        assert!(candidates("year = 2000").unwrap().len() < 200);
        assert!(candidates("year BETWEEN 2000 AND 2001").unwrap().len() < 400);
        let of_both =
            candidates("name LIKE 'W%' AND S_INTERSECTS(geometry, BBOX(0,0,9,9))").unwrap();
        assert!(of_both.len() < 300, "{}", of_both.len());
        assert_eq!(candidates("year > 1"), None);
        assert!(candidates("CASEI(name) = CASEI('WUHAN')").unwrap().len() < 1_000);
        assert!(candidates("CASEI(ACCENTI(name)) LIKE 'xia%'").unwrap().len() < 1_000);
        assert!(candidates("ACCENTI(name) IN ('Xi', 'none')").unwrap().len() < 1_000);
        assert_eq!(candidates("CASEI(name) LIKE '%a%'"), None);
        assert!(candidates("seen < DATE('2020-01-02')").unwrap().len() < 200);
        assert!(candidates("T_AFTER(opened, DATE('2020-02-08'))").unwrap().len() < 200);
        assert_eq!(candidates("year + 1 = 2001"), None);
        assert_eq!(candidates("year = 2000 AND FALSE"), Some(vec![]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn the_index_answers_what_a_scan_answers_after_any_edits(
            seeds in prop::collection::vec(any::<u32>(), 0..60),
            edits in prop::collection::vec((0usize..90, prop::option::of(any::<u32>())), 0..30),
            texts in prop::collection::vec(conditions(), 4),
        ) {
            let edits = edits.into_iter().map(|(id, seed)| match seed {
                Some(seed) => Change::Put(Arc::new(feature(id, seed))),
                None => Change::Delete(format!("f{id}")),
            });
            let before = collection(&seeds);
            for collection in [&before, &before.with(edits)] {
                for text in &texts {
                    let (indexed, scanned) = answers(collection, text);
                    prop_assert_eq!(indexed, scanned, "{}", text);
                }
            }
        }
    }

    #[test]
    fn many_features_are_found_as_by_a_scan() {
        let seeds: Vec<u32> = (0..5_000u32).map(|n| n.wrapping_mul(2_654_435_761)).collect();
        let collection = collection(&seeds);
        for text in [
            "name LIKE 'W%' AND S_INTERSECTS(geometry, BBOX(-90,-40,120,40))",
            "year >= 1995 AND year < 2009 AND name = 'Xi'",
            "A_CONTAINS(codes, ('1','2')) AND year > 1991",
            "year IN (1991, 1995, 2003) OR S_DWITHIN(geometry, POINT(170 0), 2000, 'km')",
            "geometry IS NULL AND name = 'a'",
            "CASEI(name) = CASEI('XIAN')",
            "CASEI(name) LIKE CASEI('WUH%') AND year > 2000",
            "ACCENTI(CASEI(name)) IN ('wu', 'a')",
            "CASEI(name) <= 'wu' AND CASEI(name) > 'b'",
        ] {
            let (indexed, scanned) = answers(&collection, text);
            assert!(!scanned.is_empty(), "{text}");
            assert_eq!(indexed, scanned, "{text}");
        }
    }
}
