//! What could grow around a place, or around every unit of a map?

use geo::{Geometry, Point};
use rayon::prelude::*;

use super::colocation::{PARAMETERS, draws, weights};
use super::colocation_words as words;
use super::description::{Failed, Run};
use super::measures::{Materials, Measured, codes, no_collection};
use super::parameters::Refused;
use super::report::{Report, rounded};
use crate::analysis::false_discovery::{Dependence, q_values};
use crate::analysis::labellings::{Cases, all_labellings};
use crate::analysis::p_values::Tails;
use crate::analysis::random::Random;
use crate::analysis::relatedness::Measure;
use crate::analysis::relatedness_density::{Sites, density, kernel, surroundings};
use crate::domain::{Feature, LonLat, Schema, Value};
use crate::formats::answer::{Answer, Drawn, Named, Tree, named};
use crate::index::geodesic::great_circle_m;
use crate::store::Selection;

/// The bandwidths in km, the middle one for the test.
const BANDWIDTHS_KM: [f64; 3] = [50.0, 100.0, 200.0];

/// Holds the sites whose industries the measure knows.
struct Known {
    measured: Measured,
    positions: Vec<LonLat>,
    industries: Vec<Vec<usize>>,
    weights: Vec<f64>,
}

fn known(run: &Run<'_>, report: &mut Report<'_>) -> Result<Known, Failed> {
    let arguments = run.arguments;
    let word = arguments.text(&PARAMETERS, "measure").unwrap_or_default();
    report.note("measure", word, None);
    let materials = Materials {
        industries: run.industries,
        collections: run.collections,
        places: arguments.text(&PARAMETERS, "places").unwrap_or_default(),
        matrix: arguments.text(&PARAMETERS, "matrix"),
    };
    let measured = materials.measured(Measure::find(word).unwrap_or(Measure::InputOutput))?;
    let all = measured.relatedness.codes();
    let place = |code: &String| all.iter().position(|known| known == code);
    let all_weights = weights(run, report)?;
    let (mut positions, mut industries, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (site, feature) in run.subject.features.iter().enumerate() {
        let codes = codes(&run.subject.schema, feature, measured.vocabulary);
        let places: Vec<usize> = codes.iter().filter_map(place).collect();
        if !places.is_empty() {
            positions.push(run.subject.positions[site]);
            weights.push(all_weights[site]);
            industries.push(places);
        }
    }
    let without = run.subject.len() - positions.len();
    if without > 0 {
        report.warn("without_kind", &words::without_kind(without, measured.vocabulary.property()));
    }
    if positions.len() < 30 {
        report.warn("few_points", &words::few(positions.len()));
    }
    if positions.is_empty() {
        report.why_null("density", &words::of_density(0, 0, &[]));
    }
    Ok(Known { measured, positions, industries, weights })
}

impl Known {
    fn nearness(&self, at: LonLat, bandwidth_km: f64) -> Vec<f64> {
        let near = |position: &LonLat| kernel(great_circle_m(at, *position), bandwidth_km * 1000.0);
        self.positions.iter().map(near).collect()
    }

    fn quotients(&self, industries: &[Vec<usize>], nearness: &[f64]) -> Vec<Option<f64>> {
        let sites = Sites { industries, weights: &self.weights };
        surroundings(sites, nearness, self.measured.relatedness.codes().len()).location_quotients
    }

    fn density(&self, quotients: &[Option<f64>], industry: usize) -> Option<f64> {
        let is_anything = quotients.iter().any(Option::is_some);
        is_anything.then(|| density(self.measured.relatedness.as_ref(), quotients, industry))?
    }
}

/// The densities of all industries around one place, with a test by shuffled industries.
pub(super) fn around_place(run: &Run<'_>, mut report: Report<'_>) -> Result<Answer, Failed> {
    let text = run.arguments.text(&PARAMETERS, "at").unwrap_or_default();
    let at = place(run, text)?;
    report.note("at", text, None);
    let known = known(run, &mut report)?;
    run.progress.check()?;
    let nearness = BANDWIDTHS_KM.map(|bandwidth_km| known.nearness(at, bandwidth_km));
    let quotients = [0, 1, 2].map(|h| known.quotients(&known.industries, &nearness[h]));
    let n = known.measured.relatedness.codes().len();
    let densities: Vec<[Option<f64>; 3]> =
        (0..n).map(|one| [0, 1, 2].map(|h| known.density(&quotients[h], one))).collect();
    let (cases, tails) = tails(run, &known, &nearness[1], &densities, report.seed());
    run.progress.check()?;
    let p_value = |tails: &Tails| cases.p_values(*tails).map(|p_values| p_values.greater);
    let p_values: Vec<Option<f64>> = tails.iter().map(p_value).collect();
    let q_values = q_values(&p_values, Dependence::Positive);
    let mut order: Vec<usize> = (0..n).filter(|&one| densities[one][1].is_some()).collect();
    order.sort_by(|&a, &b| {
        let of = |one: usize| densities[one][1].unwrap_or(0.0);
        of(b).total_cmp(&of(a)).then(a.cmp(&b))
    });
    let is_strong = |one: usize| quotients[1][one].is_some_and(|quotient| quotient >= 1.0);
    let best = order.iter().filter(|&&one| !is_strong(one)).take(3).map(|&one| {
        let [_, en, zh] = naming(run, &known, one);
        (en, zh, densities[one][1].unwrap_or(0.0))
    });
    let summary = words::of_density(known.positions.len(), order.len(), &best.collect::<Vec<_>>())
        .and(&words::of_tests(&q_values));
    let rows = order.iter().map(|&one| {
        let [code, en, zh] = naming(run, &known, one);
        let mut row = named([
            ("code", code.into()),
            ("industry", en.into()),
            ("industry_zh", zh.into()),
            ("is_strong", is_strong(one).into()),
            ("location_quotient", quotients[1][one].map(|value| rounded(value, 6)).into()),
        ]);
        row.extend(at_bandwidths(densities[one]));
        row.extend(named([
            ("p_value", p_values[one].into()),
            ("q_value", q_values[one].map(|value| rounded(value, 6)).into()),
        ]));
        Tree::Named(row)
    });
    let rows = Tree::List(rows.collect());
    let near = nearness[1].iter().filter(|near| **near > 0.0).count();
    let own = named([
        ("at", vec![at.lon(), at.lat()].into()),
        ("near", near.into()),
        ("p_found", cases.as_str().into()),
        ("rows", rows),
    ]);
    Ok(report.answer(None, &summary, own))
}

/// The density at each bandwidth, and how much it depends on it.
fn at_bandwidths(densities: [Option<f64>; 3]) -> Named {
    let told = |value: Option<f64>| -> Tree { value.map(|value| rounded(value, 6)).into() };
    let all: Vec<f64> = densities.iter().copied().flatten().collect();
    let greatest = all.iter().copied().fold(f64::MIN, f64::max);
    let least = all.iter().copied().fold(f64::MAX, f64::min);
    named([
        ("density_h50", told(densities[0])),
        ("density_h100", told(densities[1])),
        ("density_h200", told(densities[2])),
        ("sensitivity", told((all.len() == 3).then_some(greatest - least))),
    ])
}

/// Where each density stands among those of industries shuffled over the sites.
fn tails(
    run: &Run<'_>,
    known: &Known,
    nearness: &[f64],
    densities: &[[Option<f64>; 3]],
    seed: u64,
) -> (Cases, Vec<Tails>) {
    let watch = run.progress.watch();
    let compare = |shuffled: &[Vec<usize>]| {
        let mut tails = vec![Tails::default(); densities.len()];
        let quotients = known.quotients(shuffled, nearness);
        for (industry, observed) in densities.iter().enumerate() {
            if let (Some(observed), Some(drawn)) =
                (observed[1], known.density(&quotients, industry))
            {
                tails[industry].add(drawn, observed, 1e-12);
            }
        }
        tails
    };
    let none = || vec![Tails::default(); densities.len()];
    let add = |a: Vec<Tails>, b: Vec<Tails>| a.into_iter().zip(b).map(|(a, b)| a.plus(b)).collect();
    let mut lists = known.industries.clone();
    lists.sort();
    lists.dedup();
    let label = |list| lists.binary_search(list).unwrap_or_default() as u32;
    let labels: Vec<u32> = known.industries.iter().map(label).collect();
    let cases = Cases::of(&labels, draws(run.arguments));
    let draws = match cases {
        Cases::All => {
            let lists = |labels: &[u32]| {
                labels.iter().map(|&label| lists[label as usize].clone()).collect()
            };
            let goes_on = |_: &Vec<u32>| !watch.is_off();
            let of_all = all_labellings(&labels).take_while(goes_on).map(|labels| {
                let shuffled: Vec<Vec<usize>> = lists(&labels);
                compare(&shuffled)
            });
            return (cases, of_all.fold(none(), add));
        }
        Cases::Draws(draws) => draws,
    };
    let one = |draw: usize| {
        if watch.is_off() {
            return none();
        }
        let mut shuffled = known.industries.clone();
        Random::new(seed, draw as u64).shuffle_first(&mut shuffled, known.industries.len());
        compare(&shuffled)
    };
    (cases, (0..draws).into_par_iter().map(one).reduce(none, add))
}

/// The density of one industry around the seat of every unit of a level: a layer of a map.
pub(super) fn over_units(run: &Run<'_>, mut report: Report<'_>) -> Result<Answer, Failed> {
    let known = known(run, &mut report)?;
    let refused = |reason: String| Refused::new("industry", reason);
    let code = run.arguments.text(&PARAMETERS, "industry").ok_or_else(|| {
        Refused::new("at", "density needs a place, at=lon,lat or at=collection/id; or an industry, for a map of all units")
    })?;
    let all = known.measured.relatedness.codes();
    let industry = all.iter().position(|known| known == code).ok_or_else(|| {
        refused(format!(
            "`{code}` is no code that the measure knows: it has {} to {} of {}",
            all[0],
            all[all.len() - 1],
            known.measured.vocabulary.property()
        ))
    })?;
    report.note("industry", code, None);
    let level = run.arguments.text(&PARAMETERS, "level").unwrap_or_default();
    report.note("level", level, None);
    let name = match level {
        "province" => "provinces",
        "county" => "counties",
        _ => "prefectures",
    };
    let units = (run.collections)(name).ok_or_else(|| no_collection("level", name))?;
    let schema = units.schema();
    let mut places: Vec<(Feature, LonLat)> = Vec::new();
    for unit in units.stream(&Selection::default())? {
        let unit = unit?.into_owned();
        if let Some(at) = standing(schema, &unit) {
            places.push((unit, at));
        }
    }
    run.progress.check()?;
    let drawn = |(unit, at): &(Feature, LonLat)| {
        let quotients =
            BANDWIDTHS_KM.map(|h| known.quotients(&known.industries, &known.nearness(*at, h)));
        let densities = [0, 1, 2].map(|h| known.density(&quotients[h], industry));
        let text = |field: &str| {
            let value = schema.position(field).map(|place| unit.values[place].in_a_cell());
            Tree::from(value)
        };
        let mut properties = named([
            ("adcode", unit.id.as_str().into()),
            ("name", text("name")),
            ("name_zh", text("name_zh")),
            ("code", code.into()),
            ("location_quotient", quotients[1][industry].map(|value| rounded(value, 6)).into()),
        ]);
        properties.extend(at_bandwidths(densities));
        let geometry = Some(Geometry::Point(Point::new(at.lon(), at.lat())));
        Drawn { id: unit.id.as_str().to_owned(), geometry, properties }
    };
    let progress = run.progress;
    let drawn = |place| progress.check().map(|()| drawn(place));
    let features: Vec<Drawn> = places.par_iter().map(drawn).collect::<Result<_, _>>()?;
    let [_, en, zh] = naming(run, &known, industry);
    let mut summary = words::of_units(features.len(), &en);
    summary.zh = words::of_units(features.len(), &zh).zh;
    Ok(report.answer(Some(features), &summary, Vec::new()))
}

/// The code and the names of an industry.
fn naming(run: &Run<'_>, known: &Known, industry: usize) -> [String; 3] {
    let code = &known.measured.relatedness.codes()[industry];
    let names = run.industries.names(known.measured.vocabulary, code).unwrap_or([code, code]);
    [code.clone(), names[0].to_owned(), names[1].to_owned()]
}

/// Where a feature stands: a point at its position, an area at its seat.
fn standing(schema: &Schema, feature: &Feature) -> Option<LonLat> {
    let number = |field: &str| match feature.values[schema.position(field)?] {
        Value::Real(number) => Some(number),
        _ => None,
    };
    let seat = || LonLat::from_degrees(number("seat_lon")?, number("seat_lat")?).ok();
    feature.position().or_else(seat)
}

/// Reads a place: `lon,lat`, or `collection/id`.
fn place(run: &Run<'_>, text: &str) -> Result<LonLat, Failed> {
    let Some((name, id)) = text.split_once('/') else {
        let at = text.parse::<LonLat>();
        return Ok(at.map_err(|error| {
            Refused::new(
                "at",
                format!("{error}; give lon,lat, or collection/id such as prefectures/320500"),
            )
        })?);
    };
    let collection = (run.collections)(name).ok_or_else(|| no_collection("at", name))?;
    let feature = collection.find(id)?;
    let at = feature.and_then(|feature| standing(collection.schema(), &feature));
    let nowhere =
        || Refused::new("at", format!("`{name}` has no feature `{id}` that stands somewhere"));
    Ok(at.ok_or_else(nowhere)?)
}
