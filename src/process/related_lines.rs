//! The features and the index of `related`.

use geo::{Geometry, LineString, MultiLineString, coord};

use super::description::Run;
use super::measures::Measured;
use super::related::{distance_km, name};
use super::related_find::{Absent, Nearby};
use super::related_sites::Partners;
use super::report::rounded;
use crate::analysis::related::{Found, RelatedIndex};
use crate::domain::LonLat;
use crate::formats::answer::{Drawn, Named, Tree, named};

/// How many absent industries are told for each base.
const MOST_ABSENT: usize = 20;

/// One line from each base to each site that was found.
pub(super) fn features(
    run: &Run<'_>,
    found: &[Nearby],
    partners: &Partners,
    measured: &Measured,
) -> Vec<Drawn> {
    let measure = measured.relatedness.measure().as_str();
    let mut drawn = Vec::new();
    for one in found {
        let id = run.subject.features[one.base.feature].id.as_str();
        for (rank, line) in (1_usize..).zip(&one.lines) {
            let site = &partners.sites[line.site as usize];
            let industry = |place: usize| industry(run, measured, place);
            let mut properties = named([
                ("from", id.into()),
                ("to", site.id.as_str().into()),
                ("from_name", run.subject.text(one.base.feature, "name").into()),
                ("to_name", name(site, false).into()),
                ("from_name_zh", run.subject.text(one.base.feature, "name_zh").into()),
                ("to_name_zh", name(site, true).into()),
                ("to_collection", partners.collections[site.collection as usize].as_str().into()),
                ("relatedness", rounded(line.by.relatedness, 6).into()),
                ("measure", measure.into()),
                ("distance_m", rounded(line.distance_m, 1).into()),
                ("bearing_deg", line.bearing_deg.map(|degrees| rounded(degrees, 2)).into()),
                ("score", rounded(line.score, 6).into()),
                ("rank", rank.into()),
                ("is_same_industry", (line.by.of == line.by.with).into()),
            ]);
            for (end, place) in [("from", line.by.of), ("to", line.by.with)] {
                let [code, en, zh] = industry(place);
                properties.push((format!("{end}_code"), code));
                properties.push((format!("{end}_industry"), en));
                properties.push((format!("{end}_industry_zh"), zh));
            }
            let id = format!(
                "{id}-{}-{}",
                partners.collections[site.collection as usize],
                site.id.as_str()
            );
            let geometry = Some(between(one.base.position, site.position));
            drawn.push(Drawn { id, geometry, properties });
        }
    }
    drawn
}

/// The code and the names of an industry of the measure.
fn industry(run: &Run<'_>, measured: &Measured, place: usize) -> [Tree; 3] {
    let code = &measured.relatedness.codes()[place];
    let names = run.industries.names(measured.vocabulary, code).unwrap_or([code, code]);
    [code.as_str().into(), names[0].into(), names[1].into()]
}

/// A straight line on the map; one that crosses the antimeridian is parted there (RFC 7946, 3.1.9).
fn between(from: LonLat, to: LonLat) -> Geometry<f64> {
    let end = |at: LonLat| coord! { x: at.lon(), y: at.lat() };
    if (from.lon() - to.lon()).abs() <= 180.0 {
        return LineString::new(vec![end(from), end(to)]).into();
    }
    let edge = 180.0_f64.copysign(from.lon());
    let beyond = to.lon() + 360.0_f64.copysign(from.lon());
    let share = (edge - from.lon()) / (beyond - from.lon());
    let lat = from.lat() + share * (to.lat() - from.lat());
    let first = LineString::new(vec![end(from), coord! { x: edge, y: lat }]);
    let second = LineString::new(vec![coord! { x: -edge, y: lat }, end(to)]);
    MultiLineString::new(vec![first, second]).into()
}

/// One row for each base.
pub(super) fn index(
    run: &Run<'_>,
    found: &[Nearby],
    partners: &Partners,
    measured: &Measured,
) -> Vec<Tree> {
    let row = |one: &Nearby| {
        let feature = one.base.feature;
        let sensitivity = one.sensitivity.iter().map(|(decay, index)| {
            let mut row = named([("decay_km", rounded(decay.length_m / 1000.0, 3).into())]);
            row.extend(values(index.as_ref()));
            Tree::Named(row)
        });
        let absent = one.absent.iter().take(MOST_ABSENT);
        let absent = absent.map(|absent| missing(run, absent, partners, measured));
        let mut row = named([
            ("id", run.subject.features[feature].id.as_str().into()),
            ("name", run.subject.text(feature, "name").into()),
            ("name_zh", run.subject.text(feature, "name_zh").into()),
        ]);
        row.extend(values(one.index.as_ref()));
        row.extend(named([
            ("p_value", one.p_value.map(|(p_value, _)| rounded(p_value, 6)).into()),
            ("p_found", one.p_value.map(|(_, how)| how_found(how)).into()),
            ("q_value", one.q_value.map(|q_value| rounded(q_value, 6)).into()),
            ("near", one.index.map(|index| index.near).into()),
            ("sites", one.index.map(|index| index.sites).into()),
            ("related", one.lines.len().into()),
            ("sensitivity", Tree::List(sensitivity.collect())),
            ("absent", Tree::List(absent.collect())),
            ("absent_count", one.absent.len().into()),
        ]));
        Tree::Named(row)
    };
    found.iter().map(row).collect()
}

fn values(index: Option<&RelatedIndex>) -> Named {
    let of = |value: fn(&RelatedIndex) -> f64| index.map(|index| rounded(value(index), 6));
    let ratio = index.filter(|index| index.expected > 0.0);
    named([
        ("value", of(|index| index.value).into()),
        ("expected", of(|index| index.expected).into()),
        ("ratio", ratio.map(|index| rounded(index.value / index.expected, 4)).into()),
        ("z_value", index.and_then(|index| index.z_value).map(|z| rounded(z, 4)).into()),
    ])
}

pub(super) fn how_found(how: Found) -> &'static str {
    match how {
        Found::Exactly => "all_labellings",
        Found::ByDraws(_) => "draws",
        Found::ByNormalLaw => "normal_law",
        Found::ByPearsonLaw => "pearson_iii_law",
    }
}

fn missing(run: &Run<'_>, absent: &Absent, partners: &Partners, measured: &Measured) -> Tree {
    let [code, en, zh] = industry(run, measured, absent.industry);
    let nearest = absent.nearest.map(|(site, _)| partners.sites[site as usize].id.as_str());
    Tree::Named(named([
        ("code", code),
        ("industry", en),
        ("industry_zh", zh),
        ("relatedness", rounded(absent.relatedness, 6).into()),
        ("nearest", nearest.into()),
        ("nearest_km", absent.nearest.map(|(_, distance_m)| distance_km(distance_m)).into()),
    ]))
}
