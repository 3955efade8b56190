//! `hotspots`: do neighbors resemble each other, and where do high or low values stand together?

mod neighbors;
mod tests_of;
mod units;
mod words;

use super::description::{Estimate, Failed, Process, Run};
use super::parameters::{Arguments, Default, Kind, Parameter, Refused};
use super::regional::division::CELL;
use super::regional::industries::{BY, INDUSTRY};
use super::regional::regions::CORRECTION;
use super::report::{Report, rounded};
use crate::analysis::autocorrelation::Global;
use crate::analysis::honesty::{self, Verdict, verdict};
use crate::analysis::local::Local;
use crate::analysis::weights::Weights;
use crate::domain::LonLat;
use crate::formats::answer::{Answer, Tree, named};
use tests_of::Settings;
use units::Units;

pub(super) static PROCESS: Process = Process {
    name: "hotspots",
    title: ["Hot spots", "热点"],
    words: [
        "Whether neighbors resemble each other (Moran, Geary, General G, join counts) and where (local Moran, Gi, Gi*, local join counts): one feature for each region, cell or point with its value, what is expected, three p-values, the false discovery rate and a class; the statistic of the whole map beside them",
        "相邻单元是否相似（Moran、Geary、General G、连接计数）以及在何处（局部 Moran、Gi、Gi*、局部连接计数）：每个区域、网格或点一个要素，含统计值、期望、三个p值、错误发现率和类别；另附全局统计量",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Moran (1950), Biometrika 37, 17–23; Geary (1954), Incorporated Statistician 5, 115–145; Cliff & Ord (1981), Spatial Processes",
        "Getis & Ord (1992), Geographical Analysis 24, 189–206; Ord & Getis (1995), Geographical Analysis 27, 286–306",
        "Anselin (1995), Local indicators of spatial association, Geographical Analysis 27, 93–115; Sokal, Oden & Thomson (1998), Geographical Analysis 30, 331–354",
        "Anselin & Li (2019), Operational local join count statistics, J. Geographical Systems 21, 189–210",
        "Besag & Clifford (1991), Sequential Monte Carlo p-values, Biometrika 78, 301–304",
        "Benjamini & Hochberg (1995), JRSS B 57, 289–300; Benjamini & Yekutieli (2001), Annals of Statistics 29, 1165–1188; Caldas de Castro & Singer (2006), Geographical Analysis 38, 180–208",
    ],
    has_features: true,
    estimate,
    run,
};

/// Each row of weights is divided by its sum: the style W of the field.
const ROWS: &str = "row-standardised";

/// Each neighbor counts 1: the style B of the field.
const BINARY: &str = "binary";

static PARAMETERS: [Parameter; 11] = [
    Parameter {
        name: "statistic",
        words: [
            "What is measured: of the whole map (moran, geary, general_g, join_count) or at each unit (the others)",
            "统计量：全局（moran、geary、general_g、join_count）或局部（其余）",
        ],
        kind: Kind::Choice(&[
            "moran",
            "geary",
            "general_g",
            "local_moran",
            "gi",
            "gi_star",
            "join_count",
            "local_join_count",
        ]),
        default: Default::Fixed("gi_star"),
    },
    Parameter {
        name: "level",
        words: [
            "What units are: regions, of which the points are counted or their `weight` added up, cells that hold points, or the points themselves with their `weight`",
            "单元类型：区域（计点数或 weight 之和）、含点的网格，或点本身（取 weight 值）",
        ],
        kind: Kind::Choice(&["province", "prefecture", "county", "cells", "h3", "points"]),
        default: Default::Chosen([
            "cells when cell_km is given, else province",
            "给出 cell_km 时取 cells，否则取 province",
        ]),
    },
    CELL,
    INDUSTRY,
    BY,
    Parameter {
        name: "weight",
        words: [
            "A property of numbers: added up in regions and cells; the value of each point for level=points",
            "数值属性名：区域和网格取总和；level=points 时取各点的值",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "weights",
        words: [
            "Who is whose neighbor: knn:8 (the nearest), band:200km (all within) or contiguity (who share an edge; not for points)",
            "空间权重：knn:8（最近的若干个）、band:200km（距离内）或 contiguity（共边相邻，不用于点）",
        ],
        kind: Kind::Text,
        default: Default::Chosen([
            "contiguity; for points and cells knn:8, knn:6 below 200 units",
            "contiguity；点和网格取 knn:8，少于200个单元取 knn:6",
        ]),
    },
    Parameter {
        name: "weights_style",
        words: [
            "How much a neighbor counts: row-standardised (W: all neighbors of a unit 1 together) or binary (B: each 1); for Gi and Gi* only the statistic of the whole map depends on it",
            "邻居的权重：row-standardised（W：每个单元的邻居合计为1）或 binary（B：每个邻居为1）；对 Gi 和 Gi* 只影响全局统计量",
        ],
        kind: Kind::Choice(&[ROWS, BINARY]),
        default: Default::Chosen([
            "row-standardised for moran, geary and local_moran, else binary",
            "moran、geary、local_moran 取 row-standardised，其余取 binary",
        ]),
    },
    Parameter {
        name: "permutations",
        words: [
            "How often values are shuffled; counts and labels that are few are counted out instead",
            "置换次数；单元很少时改为精确枚举",
        ],
        kind: Kind::Count { least: 99, most: 999_999 },
        default: Default::Chosen([
            "999 below 200 units for a statistic of the whole map, else 9999",
            "全局统计量且少于200个单元取999，否则取9999",
        ]),
    },
    Parameter {
        name: "stop_after",
        words: [
            "Stop drawing at a unit once so many draws lie beyond it on either side: its p-value is then their share so far, and small p-values stay as they are; without it all are drawn",
            "某单元两侧均有这么多次抽样超出时停止：其p值取当时的比例，小的p值不受影响；不给出则全部抽完",
        ],
        kind: Kind::Count { least: 10, most: 100_000 },
        default: Default::Nothing,
    },
    CORRECTION,
];

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Statistic {
    Whole(Global),
    Local(Local),
    Joins,
    LocalJoins,
}

impl Statistic {
    fn read(arguments: &Arguments) -> Self {
        match arguments.text(&PARAMETERS, "statistic") {
            Some("moran") => Self::Whole(Global::MoranI),
            Some("geary") => Self::Whole(Global::GearyC),
            Some("general_g") => Self::Whole(Global::GeneralG),
            Some("local_moran") => Self::Local(Local::Moran),
            Some("gi") => Self::Local(Local::Gi),
            Some("join_count") => Self::Joins,
            Some("local_join_count") => Self::LocalJoins,
            _ => Self::Local(Local::GiStar),
        }
    }

    /// Whether it looks at marks and not at values.
    fn is_of_marks(self) -> bool {
        matches!(self, Self::Joins | Self::LocalJoins)
    }

    /// Whether each unit is tested.
    fn is_local(self) -> bool {
        matches!(self, Self::Local(_) | Self::LocalJoins)
    }

    /// Whether each row of weights is divided by its sum unless the style is named.
    fn is_usually_of_rows(self) -> bool {
        matches!(self, Self::Whole(Global::MoranI | Global::GearyC) | Self::Local(Local::Moran))
    }
}

fn level(arguments: &Arguments) -> &str {
    let usual = if arguments.is_given("cell_km") { "cells" } else { "province" };
    arguments.text(&PARAMETERS, "level").unwrap_or(usual)
}

/// The style of weights that was named, or the one in which the statistic is usually told.
fn style(statistic: Statistic, arguments: &Arguments) -> Result<&'static str, Refused> {
    let is_of_rows = match arguments.text(&[], "weights_style") {
        Some(ROWS) if statistic == Statistic::LocalJoins => {
            return Err(refused(
                "weights_style",
                "local_join_count counts neighbors, each 1: take binary",
            ));
        }
        Some(named) => named == ROWS,
        None => statistic.is_usually_of_rows(),
    };
    Ok(if is_of_rows { ROWS } else { BINARY })
}

/// After how many draws on either side a unit is left alone.
fn stop_after(statistic: Statistic, arguments: &Arguments) -> Result<Option<usize>, Refused> {
    let given = arguments.count(&[], "stop_after").map(|count| count as usize);
    if given.is_some() && !matches!(statistic, Statistic::Local(_)) {
        let reason = "draws are stopped at units, for local_moran, gi and gi_star: leave it out";
        return Err(refused("stop_after", reason));
    }
    Ok(given)
}

fn permutations(n: usize, statistic: Statistic, arguments: &Arguments) -> usize {
    let usual = || honesty::permutations(n, statistic.is_local());
    arguments.count(&[], "permutations").map_or_else(usual, |count| count as usize)
}

/// How many cells the box around the points has, at most: more cannot hold any.
#[expect(clippy::cast_sign_loss, reason = "rows and columns are at least one")]
fn cells(run: &Run<'_>) -> usize {
    let side_km = run.arguments.number("cell_km").unwrap_or(100.0);
    let positions = &run.subject.positions;
    let of = |part: fn(&LonLat) -> f64| {
        let all = || positions.iter().map(part);
        all().fold(f64::NEG_INFINITY, f64::max) - all().fold(f64::INFINITY, f64::min)
    };
    let middle = positions.iter().map(|at| at.lat()).sum::<f64>() / positions.len().max(1) as f64;
    let (height, width) = (of(|at| at.lat()), of(|at| at.lon()) * middle.to_radians().cos());
    let [rows, columns] = [height, width].map(|degrees| degrees.max(0.0) * 111.2 / side_km + 1.0);
    (rows * columns) as usize
}

fn estimate(run: &Run<'_>) -> Estimate {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let statistic = Statistic::read(arguments);
    let units = match level(arguments) {
        "province" => 34,
        "prefecture" => 400,
        "county" => 3_000,
        "cells" | "h3" => n.min(cells(run)),
        _ => n,
    };
    let repetitions = match statistic {
        Statistic::LocalJoins => 1,
        _ => 1 + permutations(units, statistic, arguments),
    };
    let links = match neighbors::Rule::read(arguments.text(&[], "weights").unwrap_or_default()) {
        Ok(neighbors::Rule::Nearest(k)) => k.min(units.max(1)) as f64,
        Ok(neighbors::Rule::Band(_)) => 50.0,
        _ => 8.0,
    };
    let once = units as f64 * links * 2.5e-9;
    let found = if level(arguments) == "county" { 0.2 } else { 0.05 };
    let seconds = found + n as f64 * 1e-6 + once * repetitions as f64;
    Estimate { n, repetitions, seconds }
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let mut report = Report::new(&PROCESS, run);
    let statistic = Statistic::read(run.arguments);
    report.note("statistic", run.arguments.text(&PARAMETERS, "statistic"), None);
    let style = style(statistic, run.arguments)?;
    let level = level(run.arguments);
    report.note("level", level, Some(&words::why_level()));
    if level == "points" {
        report.warn_of_shared();
    }
    let units = Units::read(run, level, statistic, &mut report)?;
    run.progress.check()?;
    let n = units.len();
    let rule = neighbors::chosen(run.arguments, &units, &mut report)?;
    let weights = rule.weights(&units, run.progress.watch());
    let weights = if style == ROWS { weights.row_standardised() } else { weights };
    run.progress.check()?;
    let permutations = permutations(n, statistic, run.arguments);
    report.note("permutations", permutations, Some(&words::why_permutations()));
    let stop_after = stop_after(statistic, run.arguments)?;
    report.note("stop_after", stop_after, None);
    let correction = run.arguments.text(&PARAMETERS, "correction");
    report.note("correction", correction, None);
    let settings = Settings {
        statistic,
        permutations,
        stop_after,
        is_strict: correction == Some("by"),
        allowed: allowed(statistic, n, &mut report),
    };
    let islands = weights.islands().len();
    if islands > 0 && n > 0 {
        report.warn("islands", &words::islands(islands));
    }
    if units.points < 30 && units.points != n {
        report.warn("few_points", &words::few_points(units.points, n));
    }
    report.note("weights_style", style, Some(&words::why_style(style == ROWS)));
    say_what_is_least(statistic, settings.allowed, &weights, &mut report);
    let tested = tests_of::tested(&units, &weights, &settings, &mut report);
    run.progress.check()?;
    let summary = words::summary(&units, statistic, &tested);
    let own = named([
        ("units", n.into()),
        ("tests", tested.tests.into()),
        ("weights_style", style.into()),
        ("islands", islands.into()),
        ("cell_area_km2", units.cell_area_km2.map(|area| rounded(area, 1)).into()),
        ("global", Tree::Named(tested.global.clone())),
    ]);
    Ok(report.answer(Some(tested.features), &summary, own))
}

/// Says how small an exact p-value can be, where few units are counted out.
fn say_what_is_least(
    statistic: Statistic,
    allowed: Allowed,
    weights: &Weights,
    report: &mut Report<'_>,
) {
    let n = weights.len();
    let most = (0..n).map(|unit| weights.degree(unit)).filter(|&k| k < n).max().unwrap_or(0);
    if allowed == Allowed::Exact && matches!(statistic, Statistic::Local(_)) && most > 0 {
        let ks = (0..n).map(|unit| weights.degree(unit)).filter(|&k| k > 0 && k < n);
        let least = ks.filter_map(|k| honesty::least_p_value(n, k)).fold(1.0, f64::min);
        let can_reach = least <= 0.05 / n as f64;
        report.warn("exact_cases", &words::counted_out(n, least, can_reach));
    }
}

/// What n units allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    /// No statistic.
    Nothing,
    /// Statistics; p-values only where every case can be counted.
    Exact,
    /// Everything.
    All,
}

fn allowed(statistic: Statistic, n: usize, report: &mut Report<'_>) -> Allowed {
    if n < 8 {
        let why = words::too_few(n);
        for name in ["value", "p_value", "q_value"] {
            report.why_null(name, &why);
        }
        report.warn("too_few_units", &why);
        return Allowed::Nothing;
    }
    let method = if statistic.is_of_marks() {
        honesty::Method::ExactLabels
    } else {
        honesty::Method::Autocorrelation
    };
    match verdict(method, n, n) {
        Verdict::Refused(_) => {
            report.warn("few_units", &words::few_units(n));
            Allowed::Exact
        }
        Verdict::Labelled(warning) => {
            report.warn("caution", &words::labelled(n, warning));
            Allowed::All
        }
        Verdict::Allowed => Allowed::All,
    }
}

fn refused(name: &str, reason: &str) -> Refused {
    Refused::new(name, reason)
}
