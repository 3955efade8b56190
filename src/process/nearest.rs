//! `nearest`: which points are nearest to a position or to one of them, with the way to each.

use geo::{Geometry, Point};

use super::description::{Estimate, Failed, Process, Run};
use super::nearest_words as words;
use super::parameters::{Arguments, Default, Kind, Parameter, Refused};
use super::report::{Report, rounded};
use super::subject::Subject;
use crate::domain::{Feature, LonLat};
use crate::formats::answer::{Answer, Drawn, Tree, named};
use crate::store::{Found, NearestQuery};

/// A sum of unit vectors shorter than this, for each point, names no direction.
const SHORTEST: f64 = 1e-9;

pub(super) static PROCESS: Process = Process {
    name: "nearest",
    title: ["Nearest", "最近的点"],
    words: [
        "The points nearest to a position or to one of the points, by distance on the WGS 84 ellipsoid, with rank, distance and bearing",
        "离某位置或某个点最近的点（WGS 84 椭球面距离），含名次、距离和方位角",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Karney (2013), Algorithms for geodesics, Journal of Geodesy 87, 43–55, doi:10.1007/s00190-012-0578-z",
    ],
    has_features: true,
    estimate,
    run,
};

static PARAMETERS: [Parameter; 4] = [
    Parameter {
        name: "at",
        words: [
            "The position that distances are measured from: longitude,latitude in degrees; either this or to",
            "起算位置：经度,纬度（度）；与 to 二选一",
        ],
        kind: Kind::Text,
        default: Default::Chosen([
            "the middle of the points: the direction of the sum of their unit vectors",
            "各点的中心：单位向量之和的方向",
        ]),
    },
    Parameter {
        name: "to",
        words: [
            "The id of the point that distances are measured from; it is left out; either this or at",
            "起算点的编号，结果不含该点；与 at 二选一",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "k",
        words: ["How many at most", "最多几个"],
        kind: Kind::Count { least: 1, most: 10_000 },
        default: Default::Fixed("5"),
    },
    Parameter {
        name: "within_km",
        words: ["How far at most, in km, the edge included", "最大距离（千米），含边界"],
        kind: Kind::Above0 { most: 20_038.0 },
        default: Default::Nothing,
    },
];

/// Where distances are measured from.
struct Origin<'a> {
    position: LonLat,
    /// The point that stands there, if it was named.
    feature: Option<&'a Feature>,
}

fn estimate(run: &Run<'_>) -> Estimate {
    let n = run.subject.len();
    Estimate { n, repetitions: 1, seconds: n as f64 * 1e-6 }
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let mut report = Report::new(&PROCESS, run);
    let (subject, arguments) = (run.subject, run.arguments);
    let origin = origin(subject, arguments)?;
    let k = arguments.count(&PARAMETERS, "k").unwrap_or_default() as usize;
    let within_km = arguments.number("within_km");
    note(&mut report, run, origin.as_ref());
    let Some(origin) = origin else {
        report.warn("too_few_points", &words::no_origin());
        report.why_null("from", &words::no_origin());
        let own = named([("from", Tree::Null), ("numberReturned", 0.into())]);
        return Ok(report.answer(Some(Vec::new()), &words::no_origin(), own));
    };
    let query = NearestQuery {
        from: origin.position,
        k: k.saturating_add(1), // one more, to see whether it is as near as the last
        within_m: within_km.map(|km| km * 1000.0),
        leave_out: origin.feature,
        equals: &[],
        filter: None,
    };
    let points = subject.features.iter().map(AsRef::as_ref);
    let mut found = Found::among(&subject.schema, points, &query);
    if let Some(next) = found.features.get(k) {
        let [last_m, next_m] =
            [&found.features[k - 1], next].map(|one| words::distance_m(&found, one));
        if last_m.to_bits() == next_m.to_bits() {
            report.warn("tied", &words::tied(k, next));
        }
        found.features.truncate(k);
    }
    if found.features.len() < k {
        report.warn("fewer_than_k", &words::fewer(found.features.len(), k, within_km));
    }
    report.warn_of_shared();
    let summary = words::summary(&origin_name(&origin), &found);
    let own = named([("from", from(&origin)), ("numberReturned", found.features.len().into())]);
    Ok(report.answer(Some(drawn(&found)), &summary, own))
}

fn note(report: &mut Report<'_>, run: &Run<'_>, origin: Option<&Origin<'_>>) {
    let arguments = run.arguments;
    if !arguments.is_given("to") {
        let at = origin.map(|one| degrees(one.position));
        let why = words::why_middle();
        report.note("at", at, Some(&why));
    }
    report.note("to", arguments.text(&PARAMETERS, "to"), None);
    let k = arguments.count(&PARAMETERS, "k").unwrap_or_default() as usize;
    report.note("k", k, None);
    report.note("within_km", arguments.number("within_km"), None);
}

/// Where distances are measured from; `None` when nothing is named and the points have no middle.
fn origin<'a>(subject: &'a Subject, arguments: &Arguments) -> Result<Option<Origin<'a>>, Refused> {
    let (at, to) = (arguments.text(&[], "at"), arguments.text(&[], "to"));
    match (at, to) {
        (Some(_), Some(_)) => Err(Refused::new("to", "give either at or to, not both")),
        (Some(at), None) => {
            let position = at.trim().parse::<LonLat>();
            let position = position.map_err(|error| Refused::new("at", error.to_string()))?;
            Ok(Some(Origin { position, feature: None }))
        }
        (None, Some(to)) => {
            let place = subject.features.iter().position(|one| one.id.as_str() == to);
            let missing = || {
                let reason = format!(
                    "there is no feature `{to}` with a position among the points that are asked about"
                );
                Refused::new("to", reason)
            };
            let place = place.ok_or_else(missing)?;
            let (position, feature) = (subject.positions[place], &subject.features[place]);
            Ok(Some(Origin { position, feature: Some(feature) }))
        }
        (None, None) => Ok(middle(subject).map(|position| Origin { position, feature: None })),
    }
}

/// The direction of the sum of the points' unit vectors, to six decimal places of a degree.
fn middle(subject: &Subject) -> Option<LonLat> {
    let vectors = subject.vectors();
    let sum = |axis: usize| vectors.iter().map(|vector| vector[axis]).sum::<f64>();
    let [x, y, z] = [sum(0), sum(1), sum(2)];
    let length = x.hypot(y).hypot(z);
    if length <= SHORTEST * vectors.len() as f64 {
        return None;
    }
    let (lon, lat) = (y.atan2(x).to_degrees(), z.atan2(x.hypot(y)).to_degrees());
    LonLat::from_degrees(rounded(lon, 6), rounded(lat, 6)).ok()
}

fn degrees(position: LonLat) -> Vec<f64> {
    vec![position.lon(), position.lat()]
}

fn from(origin: &Origin<'_>) -> Tree {
    let id = origin.feature.map(|feature| feature.id.as_str());
    Tree::Named(named([("coordinates", degrees(origin.position).into()), ("id", id.into())]))
}

fn origin_name(origin: &Origin<'_>) -> String {
    let position = origin.position;
    let degrees = || format!("{}, {}", position.lon(), position.lat());
    origin.feature.map_or_else(degrees, |feature| feature.id.as_str().to_owned())
}

fn drawn(found: &Found) -> Vec<Drawn> {
    let fields = found.schema.fields();
    let one = |feature: &Feature| Drawn {
        id: feature.id.as_str().to_owned(),
        geometry: feature.position().map(|at| Geometry::from(Point::new(at.lon(), at.lat()))),
        properties: fields
            .iter()
            .zip(&feature.values)
            .map(|(field, value)| (field.name.as_str().to_owned(), value.into()))
            .collect(),
    };
    found.features.iter().map(one).collect()
}
