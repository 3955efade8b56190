//! `colocation`: which industries stand together, and what could grow around a place?

use super::colocation_density::{around_place, over_units};
use super::colocation_regions::coagglomerated;
use super::colocation_words as words;
use super::description::{Estimate, Failed, Process, Run};
use super::parameters::{Arguments, Default, Kind, Parameter, Refused};
use super::related::{MATRIX, MEASURE, PLACES};
use super::report::{Report, probability, rounded};
use crate::analysis::colocation_local::local_p_values;
use crate::analysis::colocation_quotient::{NearestShares, quotients};
use crate::analysis::false_discovery::{Dependence, q_values};
use crate::formats::answer::{Answer, Drawn, Tree, named};
use crate::index::KdTree;

/// How many kinds are compared with each other.
const MOST_KINDS: usize = 200;

pub(super) static PROCESS: Process = Process {
    name: "colocation",
    title: ["Industries together", "产业同地"],
    words: [
        "Which industries stand together: colocation quotients of nearest neighbours (all pairs, or at each site), coagglomeration over regions, and the density of related industries around a place, which says what could grow there; with tests by shuffled labels and false discovery rates",
        "哪些产业彼此邻近：最近邻同地商（两两或逐点）、跨地区共同集聚，以及某地周边的相关产业密度（哪些产业可能在此成长）；均以标签置换检验并控制错误发现率",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Leslie & Kronenfeld (2011), The colocation quotient, Geographical Analysis 43, 306–326",
        "Cromley, Hanink & Bentley (2014), Geographically weighted colocation quotients, Professional Geographer 66, 138–148",
        "Ellison, Glaeser & Kerr (2010), What causes industry agglomeration?, American Economic Review 100, 1195–1213",
        "Hidalgo, Klinger, Barabási & Hausmann (2007), The product space conditions the development of nations, Science 317, 482–487",
        "Boschma, Martín & Minondo (2017), Neighbour regions as the source of new industries, Papers in Regional Science 96, 227–245",
        "Benjamini & Hochberg (1995), Controlling the false discovery rate, JRSS B 57, 289–300",
    ],
    has_features: false,
    estimate,
    run,
};

pub(super) static PARAMETERS: [Parameter; 13] = [
    Parameter {
        name: "statistic",
        words: [
            "quotient: of all pairs of kinds; local: at each site; coagglomeration: over regions; density: what is related around a place",
            "quotient 两两同地商；local 逐点；coagglomeration 跨地区共同集聚；density 某地周边的相关产业密度",
        ],
        kind: Kind::Choice(&["quotient", "local", "coagglomeration", "density"]),
        default: Default::Fixed("quotient"),
    },
    Parameter {
        name: "by",
        words: ["The property that says of what kind a site is", "表示地点类别的属性"],
        kind: Kind::Text,
        default: Default::Fixed("industry_group"),
    },
    Parameter {
        name: "to",
        words: [
            "For local: the kind that is looked for near each site; the most frequent unless given",
            "用于 local：在每个地点附近寻找的类别；缺省为最常见的",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "neighbours",
        words: [
            "How many nearest neighbours are looked at; those as near as the last share its weight",
            "最近邻个数；与最后一个等距者均分权重",
        ],
        kind: Kind::Count { least: 1, most: 1_000 },
        default: Default::Fixed("1"),
    },
    Parameter {
        name: "level",
        words: [
            "For coagglomeration: the regions; for density over a map: the units",
            "coagglomeration 的地区层级；density 地图的单元层级",
        ],
        kind: Kind::Choice(&["province", "prefecture", "county"]),
        default: Default::Fixed("prefecture"),
    },
    Parameter {
        name: "reference",
        words: [
            "For coagglomeration: shares are compared with the mean of industries (2010) or with the aggregate (1997)",
            "coagglomeration 的比较基准：各产业平均（2010）或总量（1997）",
        ],
        kind: Kind::Choice(&["industries", "aggregate"]),
        default: Default::Fixed("industries"),
    },
    Parameter {
        name: "at",
        words: [
            "For density: a place as lon,lat, or a feature as collection/id; an area stands at its seat",
            "用于 density：地点，经度,纬度，或 集合/编号；面要素以驻地代表",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "industry",
        words: [
            "For density without `at`: the code whose density is told for every unit of the level",
            "用于未给 at 的 density：逐单元计算其密度的产业代码",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    MEASURE,
    Parameter {
        name: "weight",
        words: [
            "For density and coagglomeration: a property of numbers that sites count by, such as employment; all count 1 unless given",
            "用于 density 和 coagglomeration：地点的权重属性，如就业人数；缺省均为1",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "simulations",
        words: [
            "How often labels are shuffled over the sites, where not all ways to label them can be counted",
            "标签置换次数（无法穷举时）",
        ],
        kind: Kind::Count { least: 19, most: 100_000 },
        default: Default::Fixed("999"),
    },
    PLACES,
    MATRIX,
];

pub(super) fn draws(arguments: &Arguments) -> usize {
    arguments.count(&PARAMETERS, "simulations").unwrap_or(0) as usize
}

fn estimate(run: &Run<'_>) -> Estimate {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let draws = draws(arguments);
    let k = arguments.count(&PARAMETERS, "neighbours").unwrap_or(1) as f64;
    let each = match arguments.text(&PARAMETERS, "statistic") {
        Some("coagglomeration") => n as f64 * 1e-7 + 1e-3,
        Some("density") => n as f64 * 5e-8 + 1e-4,
        _ => n as f64 * (3.0 + k) * 1e-8,
    };
    Estimate { n, repetitions: 1 + draws, seconds: each * (1 + draws) as f64 + n as f64 * 2e-6 }
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let statistic = run.arguments.text(&PARAMETERS, "statistic").unwrap_or_default();
    let mut report = Report::new(&PROCESS, run);
    report.note("statistic", statistic, None);
    report.note("simulations", draws(run.arguments), None);
    if run.arguments.is_given("weight") && !matches!(statistic, "density" | "coagglomeration") {
        let reason = format!("{statistic} counts neighbours, which have no weight: leave it out");
        return Err(Refused::new("weight", reason).into());
    }
    match statistic {
        "density" if run.arguments.is_given("at") => around_place(run, report),
        "density" => over_units(run, report),
        _ => of_kinds(run, report, statistic),
    }
}

/// What each site that is counted counts by; see the parameter `weight`.
pub(super) fn weights(run: &Run<'_>, report: &mut Report<'_>) -> Result<Vec<f64>, Refused> {
    let Some(field) = run.arguments.text(&[], "weight") else {
        return Ok(vec![1.0; run.subject.len()]);
    };
    report.note("weight", field, None);
    let (weights, missing) = run.subject.sizes("weight", field)?;
    if missing > 0 {
        report.warn("without_weight", &words::without_weight(missing, field));
    }
    Ok(weights)
}

/// The kind of each site that has one.
pub(super) struct Kinds {
    pub(super) names: Vec<String>,
    /// The numbers of the sites in the subject, and the kind of each.
    pub(super) sites: Vec<usize>,
    pub(super) labels: Vec<u32>,
}

fn kinds(run: &Run<'_>, report: &mut Report<'_>) -> Result<Kinds, Refused> {
    let by = run.arguments.text(&PARAMETERS, "by").unwrap_or_default();
    report.note("by", by, None);
    if run.subject.schema.position(by).is_none() && !run.subject.is_empty() {
        let fields = run.subject.schema.fields().iter().map(|field| field.name.as_str());
        let known: Vec<&str> = fields.collect();
        let reason = format!("there is no property `{by}`: there are {}", known.join(", "));
        return Err(Refused::new("by", reason));
    }
    let values: Vec<Option<String>> =
        (0..run.subject.len()).map(|site| run.subject.text(site, by)).collect();
    let mut names: Vec<String> = values.iter().flatten().cloned().collect();
    names.sort();
    names.dedup();
    if names.len() > MOST_KINDS {
        let reason = format!(
            "`{by}` has {} values, and at most {MOST_KINDS} kinds are compared: choose a property with fewer",
            names.len()
        );
        return Err(Refused::new("by", reason));
    }
    let (mut sites, mut labels) = (Vec::new(), Vec::new());
    for (site, value) in values.iter().enumerate() {
        if let Some(label) = value.as_ref().and_then(|value| names.binary_search(value).ok()) {
            sites.push(site);
            labels.push(label as u32);
        }
    }
    let without = values.len() - sites.len();
    if without > 0 {
        report.warn("without_kind", &words::without_kind(without, by));
    }
    Ok(Kinds { names, sites, labels })
}

fn of_kinds(run: &Run<'_>, mut report: Report<'_>, statistic: &str) -> Result<Answer, Failed> {
    let kinds = kinds(run, &mut report)?;
    let n = kinds.sites.len();
    if n < 30 {
        report.warn("few_points", &words::few(n));
    }
    if statistic == "coagglomeration" {
        return coagglomerated(run, report, &kinds);
    }
    let k = run.arguments.count(&PARAMETERS, "neighbours").unwrap_or(1) as usize;
    report.note("neighbours", k, None);
    let points = run.subject.vectors();
    let points: Vec<[f64; 3]> = kinds.sites.iter().map(|&site| points[site]).collect();
    report.warn_of_shared();
    let tree = KdTree::new(&points).watched(run.progress.watch());
    let near = NearestShares::over(&tree, &points, k);
    run.progress.check()?;
    if statistic == "local" {
        return local(run, report, &kinds, &near);
    }
    let count = kinds.names.len();
    let found = quotients(&near, &kinds.labels, count, draws(run.arguments), report.seed());
    run.progress.check()?;
    let p_values: Vec<Option<f64>> =
        found.pairwise.iter().map(|one| one.and_then(|one| one.p_value)).collect();
    let q_values = q_values(&p_values, Dependence::Positive);
    let size = |kind: usize| kinds.labels.iter().filter(|label| **label as usize == kind).count();
    let row = |at: usize| {
        let (from, to) = (at / count, at % count);
        Tree::Named(named([
            ("from", kinds.names[from].as_str().into()),
            ("to", kinds.names[to].as_str().into()),
            ("n_from", size(from).into()),
            ("n_to", size(to).into()),
            ("value", found.pairwise[at].map(|one| rounded(one.value, 6)).into()),
            ("p_value", p_values[at].into()),
            ("q_value", q_values[at].map(|q_value| rounded(q_value, 6)).into()),
        ]))
    };
    let rows: Vec<Tree> = (0..count * count).map(row).collect();
    let global = found.global.map(|one| {
        let value = rounded(one.value, 6);
        Tree::Named(named([("value", value.into()), ("p_value", one.p_value.into())]))
    });
    if found.pairwise.iter().any(Option::is_none) || global.is_none() {
        report.why_null("value", &words::no_quotient());
    }
    let summary = words::of_quotients(n, &kinds.names, &found, &q_values);
    let own = named([
        ("p_found", found.cases.as_str().into()),
        ("global", global.into()),
        ("rows", Tree::List(rows)),
    ]);
    Ok(report.answer(None, &summary, own))
}

fn local(
    run: &Run<'_>,
    mut report: Report<'_>,
    kinds: &Kinds,
    near: &NearestShares,
) -> Result<Answer, Failed> {
    let size = |kind: usize| kinds.labels.iter().filter(|label| **label as usize == kind).count();
    let most = (0..kinds.names.len()).max_by_key(|&kind| (size(kind), usize::MAX - kind));
    let wanted = run.arguments.text(&PARAMETERS, "to");
    let to = match wanted {
        Some(name) => kinds.names.iter().position(|known| known == name).ok_or_else(|| {
            let reason =
                format!("no site is of the kind `{name}`: there are {}", kinds.names.join(", "));
            Refused::new("to", reason)
        })?,
        None => most.unwrap_or(0),
    };
    let name = kinds.names.get(to).map_or("", String::as_str);
    report.note("to", name, Some(&words::most_frequent()));
    let values = near.local(&kinds.labels, to as u32);
    let tests = local_p_values(near, &kinds.labels, to as u32);
    let p_values: Vec<Option<f64>> =
        tests.iter().map(|test| test.map(|p_values| p_values.two_sided)).collect();
    let q_values = q_values(&p_values, Dependence::Positive);
    let drawn = |(at, &site): (usize, &usize)| {
        let feature = &run.subject.features[site];
        let properties = named([
            ("id", feature.id.as_str().into()),
            ("name", run.subject.text(site, "name").into()),
            ("kind_of", kinds.names[kinds.labels[at] as usize].as_str().into()),
            ("to", name.into()),
            ("value", values[at].map(|value| rounded(value, 6)).into()),
            ("p_value", p_values[at].map(probability).into()),
            ("q_value", q_values[at].map(probability).into()),
        ]);
        Drawn { id: feature.id.as_str().to_owned(), geometry: feature.to_geometry(), properties }
    };
    let mut in_rows: Vec<(usize, &usize)> = kinds.sites.iter().enumerate().collect();
    in_rows.sort_by_key(|(_, site)| run.subject.rows[**site]);
    let features = in_rows.into_iter().map(drawn).collect();
    if p_values.iter().all(Option::is_none) {
        report.why_null("p_value", &words::no_local_test());
    }
    let summary = words::of_local(kinds.sites.len(), name).and(&words::of_tests(&q_values));
    let own = named([("p_found", "hypergeometric".into())]);
    Ok(report.answer(Some(features), &summary, own))
}
