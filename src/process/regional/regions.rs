//! `regions`: how many points each region has, and whether that is more than its share of all sites.

use super::super::description::{Estimate, Failed, Process, Run};
use super::super::parameters::{Default, Kind, Parameter, Refused};
use super::super::report::{Report, probability, rounded};
use super::division::{CELL, Division, LEVELS, Level, Places, Region, geometry};
use super::industries::{BY, INDUSTRY, Industries};
use super::population::{Others, REFERENCE};
use super::quotient_spread::{self, BOOTSTRAP};
use super::regions_words as words;
use crate::analysis::false_discovery::{Dependence, q_values};
use crate::analysis::honesty::{self, Verdict, verdict};
use crate::analysis::regions::{Comparison, RegionTable, count_test, hhi, krugman_of_all};
use crate::formats::answer::{Answer, Drawn, named};

/// The most amounts of a table of regions and industries.
const MOST_AMOUNTS: usize = 20_000_000;

pub(in crate::process) static PROCESS: Process = Process {
    name: "regions",
    title: ["Regions compared", "区域比较"],
    words: [
        "For each province, prefecture, county or cell: how many points, their share, the location quotient against the reference, the expected number with an exact p-value and its false discovery rate, how many industries there are in effect, and how they differ from those of the others",
        "各省、市、县或网格的点数、占比、相对参照地点的区位商、期望数及精确p值与错误发现率、产业集中度和专业化指数",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Florence (1939), Report on the Location of Industry; Isard (1960), Methods of Regional Analysis (location quotient)",
        "Efron (1979), Bootstrap methods: another look at the jackknife, Annals of Statistics 7, 1–26 (intervals of quotients of sizes)",
        "Fisher (1935), The logic of inductive inference, JRSS 98, 39–82 (exact test)",
        "Hirschman (1945), National Power and the Structure of Foreign Trade; Herfindahl (1950) (concentration of shares)",
        "Krugman (1991), Geography and Trade, 75–76 (specialisation)",
        "Benjamini & Hochberg (1995), JRSS B 57, 289–300; Benjamini & Yekutieli (2001), Annals of Statistics 29, 1165–1188 (false discovery rates)",
    ],
    has_features: true,
    estimate,
    run,
};

/// The rule by which p-values of many tests become q-values.
pub(in crate::process) const CORRECTION: Parameter = Parameter {
    name: "correction",
    words: [
        "How q-values are made: bh for independent or positively dependent tests, by for any",
        "多重检验校正：bh 适用于独立或正相关的检验，by 适用于任意相关",
    ],
    kind: Kind::Choice(&["bh", "by"]),
    default: Default::Fixed("bh"),
};

/// The sizes of points.
pub(in crate::process) const WEIGHT: Parameter = Parameter {
    name: "weight",
    words: [
        "A property of numbers, such as employees: shares and quotients are of its sums, quotients with an interval; p-values count points all the same",
        "数值属性名（如职工人数）：占比和区位商按其总和计算，区位商附区间；p值仍按点数检验",
    ],
    kind: Kind::Text,
    default: Default::Nothing,
};

static PARAMETERS: [Parameter; 8] = [
    Parameter {
        name: "level",
        words: [
            "What regions are: administrative units, cells of equal area, or hexagons of H3; borders hide pairs that stand across them, so look at two",
            "区域类型：行政单位、等面积网格或H3六边形；行政边界会掩盖跨界的点对，宜比较两种",
        ],
        kind: Kind::Choice(LEVELS),
        default: Default::Fixed("province"),
    },
    CELL,
    INDUSTRY,
    BY,
    WEIGHT,
    REFERENCE,
    BOOTSTRAP,
    CORRECTION,
];

fn estimate(run: &Run<'_>) -> Estimate {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let (regions, each) = match arguments.text(&PARAMETERS, "level") {
        Some("county") => (0.08, 8e-7),
        Some("cells") => (0.02, 3.5e-6),
        Some("h3") => (0.02, 7e-6),
        _ => (0.04, 8e-7),
    };
    let seconds = regions + n as f64 * each + quotient_spread::draws_s(run);
    Estimate { n, repetitions: 1 + quotient_spread::draws(run), seconds }
}

/// What is counted in one region.
#[derive(Debug, Clone, Copy, PartialEq, std::default::Default)]
pub(super) struct Count {
    /// Points asked about, and their size.
    pub(super) n: usize,
    pub(super) size: f64,
    /// All sites that they are compared with, they among them, and their size.
    pub(super) sites: usize,
    pub(super) size_of_sites: f64,
}

/// What is known of one region.
pub(super) struct Row {
    pub(super) count: Count,
    pub(super) location_quotient: Option<f64>,
    /// Between which quotients those of plants drawn again lie.
    pub(super) interval: Option<[f64; 2]>,
    pub(super) expected: Option<f64>,
    pub(super) p_value: Option<f64>,
    pub(super) q_value: Option<f64>,
    hhi: Option<f64>,
    specialisation: [Option<f64>; 2],
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let mut report = Report::new(&PROCESS, run);
    let asked = run.arguments.text(&PARAMETERS, "level").unwrap_or("province");
    report.note("level", asked, None);
    let level = Level::read(run.arguments, asked, &mut report)?;
    let industries = Industries::read(run, &mut report)?;
    let weight = run.arguments.text(&PARAMETERS, "weight");
    report.note("weight", weight, None);
    let sizes = sizes(run, weight, &mut report)?;
    let is_among = industries.as_ref().is_some_and(|one| one.wanted.is_some());
    let others = Others::read(run, is_among)?;
    let compared =
        if others.names.is_empty() { run.subject.name.clone() } else { others.names.clone() };
    report.note("reference", compared.as_str(), Some(&words::why_reference(is_among)));
    run.progress.check()?;
    let sets = [&run.subject.positions[..], &others.positions[..]];
    let (division, places) = Division::new(run, level, &sets)?;
    let focus =
        industries.as_ref().map_or_else(|| vec![true; run.subject.len()], Industries::focus);
    let counts = counts(&division, &places, &focus, &sizes, &others);
    let outside =
        places[0].iter().zip(&focus).filter(|(place, is)| place.is_none() && **is).count();
    if outside > 0 {
        report.warn("outside", &words::outside(outside, level));
    }
    let intervals = quotient_spread::intervals(
        run,
        &places,
        &focus,
        &sizes,
        &others,
        division.len(),
        &mut report,
    )?;
    run.progress.check()?;
    let table = table(&division, &places[0], industries.as_ref(), &sizes)?;
    let correction = run.arguments.text(&PARAMETERS, "correction");
    report.note("correction", correction, None);
    let is_strict = correction == Some("by");
    let mut rows = rows(&counts, table.as_ref(), is_strict, &mut report, others.sizes.is_some());
    for (row, interval) in rows.iter_mut().zip(intervals) {
        row.interval = interval;
    }
    let n: usize = counts.iter().map(|count| count.n).sum();
    say_what_is_missing(&mut report, n, industries.as_ref());
    let summary = words::summary(&division, &rows, n, &compared);
    let features: Vec<Drawn> = division
        .regions
        .iter()
        .zip(&rows)
        .map(|(region, row)| feature(region, row, &rows))
        .collect();
    let own = named([
        ("regions", division.len().into()),
        ("counted", n.into()),
        ("sites", counts.iter().map(|count| count.sites).sum::<usize>().into()),
        ("tests", rows.iter().filter(|row| row.p_value.is_some()).count().into()),
        ("cell_area_km2", division.cell_area_km2.map(|area| rounded(area, 1)).into()),
    ]);
    Ok(report.answer(Some(features), &summary, own))
}

/// The size of each point: 1, unless a property of sizes is named.
pub(super) fn sizes(
    run: &Run<'_>,
    weight: Option<&str>,
    report: &mut Report<'_>,
) -> Result<Vec<f64>, Refused> {
    let Some(weight) = weight else { return Ok(vec![1.0; run.subject.len()]) };
    let (sizes, missing) = run.subject.sizes("weight", weight)?;
    if missing > 0 {
        report.warn("without_weight", &words::without_weight(missing, weight));
    }
    Ok(sizes)
}

fn counts(
    division: &Division,
    places: &[Places],
    focus: &[bool],
    sizes: &[f64],
    others: &Others,
) -> Vec<Count> {
    let mut counts = vec![Count::default(); division.len()];
    for (point, place) in places[0].iter().enumerate() {
        let Some(place) = place else { continue };
        let count = &mut counts[*place as usize];
        count.sites += 1;
        count.size_of_sites += sizes[point];
        if focus[point] {
            count.n += 1;
            count.size += sizes[point];
        }
    }
    for (site, place) in places[1].iter().enumerate() {
        let Some(place) = place else { continue };
        let count = &mut counts[*place as usize];
        count.sites += 1;
        count.size_of_sites += others.sizes.as_ref().map_or(0.0, |sizes| sizes[site]);
    }
    counts
}

/// How much of each industry each region has; a point of k industries counts 1/k in each.
pub(super) fn table(
    division: &Division,
    places: &Places,
    industries: Option<&Industries>,
    sizes: &[f64],
) -> Result<Option<RegionTable>, Refused> {
    let Some(industries) = industries else { return Ok(None) };
    let count = industries.names.len();
    if count == 0 {
        return Ok(None);
    }
    if count * division.len() > MOST_AMOUNTS {
        let reason = format!(
            "`{}` has {count} values in {} regions, too many to compare: name a coarser property",
            industries.by,
            division.len()
        );
        return Err(Refused::new("by", reason));
    }
    let mut amounts = vec![0.0; count * division.len()];
    for (point, own) in industries.of.iter().enumerate() {
        let Some(place) = places[point] else { continue };
        for &industry in own {
            amounts[place as usize * count + industry as usize] += sizes[point] / own.len() as f64;
        }
    }
    RegionTable::new(count, amounts)
        .map(Some)
        .map_err(|error| Refused::new("weight", error.to_string()))
}

fn rows(
    counts: &[Count],
    table: Option<&RegionTable>,
    is_strict: bool,
    report: &mut Report<'_>,
    has_sizes: bool,
) -> Vec<Row> {
    let sum = |of: fn(&Count) -> f64| counts.iter().map(of).sum::<f64>();
    let (size, size_of_sites) = (sum(|count| count.size), sum(|count| count.size_of_sites));
    let n: usize = counts.iter().map(|count| count.n).sum();
    let sites: usize = counts.iter().map(|count| count.sites).sum();
    let is_tested = match verdict(honesty::Method::ExactLabels, n, n) {
        Verdict::Refused(_) => {
            report.why_null("p_value", &words::too_few(n));
            report.why_null("q_value", &words::too_few(n));
            report.warn("too_few_points", &words::too_few(n));
            false
        }
        other => {
            if n < 30 {
                report.warn("few_points", &words::few(n));
            } else if let Verdict::Labelled(warning) = other {
                report.warn("many_tests", &words::labelled(n, warning));
            }
            true
        }
    };
    if is_tested && 2 * n > sites && n < sites {
        report.warn("reference_exhausted", &words::exhausted(n, sites));
    }
    if is_tested && n == sites {
        report.warn("reference_exhausted", &words::nothing_else());
        report.why_null("p_value", &words::nothing_else());
        report.why_null("q_value", &words::nothing_else());
    }
    if !has_sizes {
        report.why_null("location_quotient", &words::no_sizes());
    }
    let tests: Vec<_> = counts
        .iter()
        .map(|one| count_test(one.n as u64, one.sites as u64, n as u64, sites as u64))
        .collect();
    let p_values: Vec<Option<f64>> = tests
        .iter()
        .map(|test| test.filter(|_| is_tested && n < sites).map(|test| test.p_value))
        .collect();
    let dependence = if is_strict { Dependence::Any } else { Dependence::Positive };
    let q_values = q_values(&p_values, dependence);
    let comparisons = [Comparison::Rest, Comparison::Total];
    let krugman = comparisons.map(|comparison| table.map(|one| krugman_of_all(one, comparison)));
    let quotient = |one: &Count| {
        let expected = one.size_of_sites * size;
        (has_sizes && expected > 0.0).then(|| one.size * size_of_sites / expected)
    };
    let row = |(at, count): (usize, &Count)| Row {
        count: *count,
        location_quotient: quotient(count),
        interval: None,
        expected: tests[at].map(|test| test.expected),
        p_value: p_values[at],
        q_value: q_values[at],
        hhi: table.and_then(|table| hhi(table.region(at))),
        specialisation: [0, 1].map(|kind| krugman[kind].as_ref().and_then(|all| all[at])),
    };
    counts.iter().enumerate().map(row).collect()
}

fn say_what_is_missing(report: &mut Report<'_>, n: usize, industries: Option<&Industries>) {
    if n > 0 {
        report.why_null("location_quotient of some", &words::empty_regions());
    }
    match industries {
        None => {
            report.why_null("hhi", &words::no_industries());
            report.why_null("specialisation", &words::no_industries());
        }
        Some(industries) => {
            if industries.without() > 0 {
                let remark = words::without_industry(industries.without(), &industries.by);
                report.warn("without_industry", &remark);
            }
            report.why_null("hhi of some", &words::empty_industries());
        }
    }
}

fn feature(region: &Region, row: &Row, rows: &[Row]) -> Drawn {
    let sum = |of: fn(&Count) -> f64| rows.iter().map(|row| of(&row.count)).sum::<f64>();
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| rounded(part / whole, 6));
    let places = |value: Option<f64>| value.map(|value| rounded(value, 6));
    let count = row.count;
    let properties = named([
        ("adcode", region.adcode.as_deref().into()),
        ("name", region.name[0].as_str().into()),
        ("name_zh", region.name[1].as_str().into()),
        ("n", count.n.into()),
        ("share", share(count.size, sum(|count| count.size)).into()),
        ("sites", count.sites.into()),
        ("share_of_sites", share(count.sites as f64, sum(|count| count.sites as f64)).into()),
        ("location_quotient", places(row.location_quotient).into()),
        ("location_quotient_lo", places(row.interval.map(|[lo, _]| lo)).into()),
        ("location_quotient_hi", places(row.interval.map(|[_, hi]| hi)).into()),
        ("expected", places(row.expected).into()),
        ("is_small", row.expected.map(|expected| expected < 5.0).into()),
        ("p_value", row.p_value.map(probability).into()),
        ("q_value", row.q_value.map(probability).into()),
        ("hhi", places(row.hhi).into()),
        ("effective_industries", places(row.hhi.map(|hhi| 1.0 / hhi)).into()),
        ("specialisation", places(row.specialisation[0]).into()),
        ("specialisation_total", places(row.specialisation[1]).into()),
    ]);
    Drawn { id: region.id.clone(), geometry: Some(geometry(region)), properties }
}
