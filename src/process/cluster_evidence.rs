//! What `clusters` shows beside its groups: merges, the curve of distances, and the list as printed.

use super::cluster_find::{Chosen, choose, curve, find, merge_heights};
use super::clusters::Plan;
use super::description::Run;
use super::report::km;
use crate::domain::{Feature, LonLat, Remark, Value};
use crate::formats::answer::{Named, Tree, named};
use crate::index::KdTree;
use crate::index::geodesic::distance_m;

/// How many merges an answer lists.
const MOST_MERGES: usize = 100;
/// How many points of the curve an answer shows.
const MOST_OF_CURVE: usize = 500;

type Vector = [f64; 3];

/// The distances at which points become connected; null for many points.
pub(super) fn merges(run: &Run<'_>, points: &[Vector], min_points: usize) -> Tree {
    if points.len() > MOST_MERGES {
        return Tree::Null;
    }
    let heights = merge_heights(&KdTree::new(points).watched(run.progress.watch()), min_points);
    heights.into_iter().map(km).collect::<Vec<_>>().into()
}

/// The curve at whose elbow the radius was chosen; null where it was chosen otherwise.
///
/// Of many points every so manieth is shown, the first, the last and the elbow always.
pub(super) fn distance_curve(
    run: &Run<'_>,
    points: &[Vector],
    plan: &Plan,
    min_points: usize,
) -> Tree {
    let Some(Chosen::Elbow(eps_m)) = plan.chosen else { return Tree::Null };
    let all = curve(&parted(points, &plan.parts), min_points, run.progress.watch());
    if all.is_empty() {
        return Tree::Null; // called off
    }
    let elbow = all.partition_point(|&distance| distance < eps_m);
    let step = all.len().div_ceil(MOST_OF_CURVE).max(1);
    let mut shown: Vec<usize> =
        (0..all.len()).step_by(step).chain([elbow, all.len() - 1]).collect();
    shown.sort_unstable();
    shown.dedup();
    Tree::Named(named([
        ("rank", shown.clone().into()),
        ("distance_km", shown.iter().map(|&at| km(all[at])).collect::<Vec<_>>().into()),
        ("elbow_rank", elbow.into()),
        ("of", all.len().into()),
    ]))
}

fn parted(points: &[Vector], parts: &[Vec<usize>]) -> Vec<Vec<Vector>> {
    parts.iter().map(|part| part.iter().map(|&point| points[point]).collect()).collect()
}

/// A point that its list prints elsewhere.
struct Misprint {
    point: usize,
    /// In English and Chinese.
    place: [String; 2],
    at: Vector,
    /// How far that is, in metres on the ellipsoid, as the note of the feature has it.
    moved_m: f64,
}

/// A point that stands within so many metres of its printed place is where its list prints it.
const SAME_PLACE_M: f64 = 50_000.0;

/// What the groups would be if every point stood where its list prints it.
///
/// `None` where no printed name differs, or what differs names no prefecture or county.
pub(super) fn as_printed(run: &Run<'_>, points: &[Vector], plan: &Plan) -> Option<(Remark, Named)> {
    let (parts, recipe) = (&plan.parts[..], plan.recipe);
    let misprints: Vec<Misprint> =
        (0..points.len()).filter_map(|point| misprint(run, point)).collect();
    if misprints.is_empty() {
        return None;
    }
    let mut printed = points.to_vec();
    for one in &misprints {
        printed[one.point] = one.at;
    }
    let watch = run.progress.watch();
    let chosen = || choose(&parted(&printed, parts), recipe.min_points, watch).map(Chosen::eps_m);
    let eps_m = recipe.eps_m.or_else(chosen);
    let found = find(&printed, parts, recipe, plan.weighing.as_ref(), watch);
    let id = |point: usize| run.subject.features[point].id.as_str().to_owned();
    let rows = &run.subject.rows;
    let members = found.numbered_by(rows).0.members_by(rows);
    let groups: Vec<Tree> = members
        .iter()
        .map(|members| members.iter().map(|&one| id(one)).collect::<Vec<_>>().into())
        .collect();
    let moved = |one: &Misprint| {
        Tree::Named(named([
            ("id", id(one.point).into()),
            ("printed_place", one.place[0].as_str().into()),
            ("moved_km", km(one.moved_m).into()),
        ]))
    };
    let shown = named([
        ("moved", Tree::List(misprints.iter().map(moved).collect())),
        ("eps_km", eps_m.map(km).into()),
        ("clusters", groups.len().into()),
        ("groups", Tree::List(groups)),
        ("merges_km", merges(run, &printed, recipe.min_points)),
    ]);
    Some((words(run, &misprints, &members), shown))
}

fn words(run: &Run<'_>, misprints: &[Misprint], members: &[Vec<usize>]) -> Remark {
    let one = |misprint: &Misprint| {
        let id = run.subject.features[misprint.point].id.as_str();
        let off = misprint.moved_m / 1000.0;
        let [english, chinese] = &misprint.place;
        (
            format!("{id} in {english}, {off:.0} km away"),
            format!("{id}放在{chinese}（相距{off:.0}千米）"),
        )
    };
    let (english, chinese): (Vec<String>, Vec<String>) = misprints.iter().map(one).unzip();
    let place = |point: usize, language: usize| {
        let printed = misprints.iter().find(|one| one.point == point);
        let field = ["place", "place_zh"][language];
        let known = || run.subject.text(point, field).unwrap_or_default();
        printed.map_or_else(known, |one| one.place[language].clone())
    };
    // Names of places hold commas of their own.
    let groups = |language: usize, none: &str| {
        let group = |members: &Vec<usize>| {
            let names = members.iter().map(|&one| place(one, language));
            format!("({})", names.collect::<Vec<_>>().join(" + "))
        };
        let all: Vec<String> = members.iter().take(4).map(group).collect();
        if all.is_empty() { none.to_owned() } else { all.join(" ") }
    };
    Remark::new(
        format!(
            "The list as printed puts {}: with that one name the groups would be {}. See as_printed.",
            english.join(" and "),
            groups(0, "none")
        ),
        format!(
            "英文名单把{}：仅此一名之差，群组就成为{}。见 as_printed。",
            chinese.join("、"),
            groups(1, "无")
        ),
    )
}

/// Finds the place that a printed name has where the corrected one has another.
fn misprint(run: &Run<'_>, point: usize) -> Option<Misprint> {
    let printed = run.subject.text(point, "name_as_printed")?;
    let name = run.subject.text(point, "name")?;
    let known: Vec<&str> = name.split_whitespace().collect();
    let word = printed.split_whitespace().find(|word| !known.contains(word))?;
    ["prefectures", "counties"].iter().find_map(|id| {
        let collection = (run.collections)(id)?;
        let schema = collection.schema();
        let places = [schema.position("seat_lon")?, schema.position("seat_lat")?];
        let (named, chinese) = (schema.position("name")?, schema.position("name_zh")?);
        let is_it = |feature: &&Feature| feature.values[named].in_a_cell() == word;
        let unit = collection.features().find(is_it)?;
        let number = |place: usize| match unit.values[place] {
            Value::Real(number) => Some(number),
            _ => None,
        };
        let at = LonLat::from_degrees(number(places[0])?, number(places[1])?).ok()?;
        let place = [word.to_owned(), unit.values[chinese].in_a_cell()];
        let moved_m = distance_m(run.subject.positions[point], at);
        let misprint = Misprint { point, place, at: at.unit_vector(), moved_m };
        (moved_m > SAME_PLACE_M).then_some(misprint)
    })
}
