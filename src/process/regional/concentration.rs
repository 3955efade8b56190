//! `concentration`: is each industry more concentrated than its plants would be by chance?

use super::super::description::{Estimate, Failed, Process, Run};
use super::super::parameters::{Default, Kind, Parameter, Refused};
use super::super::report::{Report, probability, rounded};
use super::concentration_words as words;
use super::division::{CELL, Division, LEVELS, Level, Places};
use super::industries::{BY, INDUSTRY, Industries};
use super::population::{Others, REFERENCE};
use super::regions::{CORRECTION, WEIGHT, sizes, table};
use crate::analysis::ellison_glaeser::{Plants, concentration, dartboard};
use crate::analysis::false_discovery::{Dependence, q_values};
use crate::analysis::honesty::{self, Verdict, verdict};
use crate::analysis::regions::{
    Comparison, RegionTable, hhi, krugman_of_all, locational_gini, shares,
};
use crate::domain::{Remark, Watch};
use crate::formats::answer::{Answer, Tree, named};

/// The most industries that are answered.
const MOST_INDUSTRIES: usize = 5_000;

pub(in crate::process) static PROCESS: Process = Process {
    name: "concentration",
    title: ["Concentration of industries", "产业集聚度"],
    words: [
        "For each industry: Ellison and Glaeser's and Maurel and Sédillot's indices, which take off what the lumpiness of plants alone makes, with a test by plants thrown at the map; the locational Gini with its upper bound and the Herfindahl index over regions. For each region: how it is specialised",
        "各产业的 Ellison-Glaeser 指数和 Maurel-Sédillot 指数（扣除企业规模不均的影响）及随机投点检验、区位基尼系数及其上限、区域赫芬达尔指数；各区域的专业化指数",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Ellison & Glaeser (1997), Geographic concentration in U.S. manufacturing industries, JPE 105, 889–927",
        "Maurel & Sédillot (1999), A measure of the geographic concentration in French manufacturing industries, Regional Science and Urban Economics 29, 575–604",
        "Krugman (1991), Geography and Trade, 54–57 (locational Gini), 75–76 (specialisation)",
        "Hirschman (1945), National Power and the Structure of Foreign Trade; Herfindahl (1950)",
        "Benjamini & Hochberg (1995), JRSS B 57, 289–300; Benjamini & Yekutieli (2001), Annals of Statistics 29, 1165–1188",
    ],
    has_features: false,
    estimate,
    run,
};

static PARAMETERS: [Parameter; 8] = [
    Parameter {
        name: "level",
        words: [
            "What regions are: administrative units, cells of equal area, or hexagons of H3",
            "区域类型：行政单位、等面积网格或H3六边形",
        ],
        kind: Kind::Choice(LEVELS),
        default: Default::Fixed("province"),
    },
    CELL,
    INDUSTRY,
    BY,
    WEIGHT,
    Parameter {
        name: "reference",
        words: [
            "Collections of the sites over which an even industry would be spread, apart by commas; the points are counted with them, once. Neither bbox nor filter limits them, region does",
            "均匀分布时产业应随之分布的地点集合，以逗号分隔；所分析的点也计入（不重复）。不受 bbox 和 filter 限制，受 region 限制",
        ],
        kind: REFERENCE.kind,
        default: Default::Chosen(["the points of all industries", "全部产业的点"]),
    },
    Parameter {
        name: "simulations",
        words: [
            "How often the plants of each industry are thrown at the map for its p-value",
            "每个产业随机投点检验的次数",
        ],
        kind: Kind::Count { least: 99, most: 100_000 },
        default: Default::Fixed("999"),
    },
    CORRECTION,
];

fn estimate(run: &Run<'_>) -> Estimate {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let simulations = arguments.count(&PARAMETERS, "simulations").unwrap_or(0) as usize;
    let regions = match arguments.text(&PARAMETERS, "level") {
        Some("province") => 34.0,
        Some("prefecture") => 400.0,
        _ => 3_000.0,
    };
    // Every industry adds up its regions; twenty of them are taken for usual.
    let darts = simulations as f64 * (n as f64 * 6e-9 + 20.0 * regions * 1e-8);
    Estimate { n, repetitions: 1 + simulations, seconds: 0.1 + n as f64 * 2e-6 + darts }
}

/// What every row is made of.
struct Ground<'a> {
    industries: &'a Industries,
    sizes: &'a [f64],
    places: &'a Places,
    table: &'a RegionTable,
    /// What an even industry would be spread like.
    x: Vec<f64>,
    n: usize,
    simulations: usize,
    seed: u64,
    has_sizes: bool,
    watch: &'a Watch,
}

/// One industry, before q-values are known.
struct Row {
    members: Vec<(&'static str, Tree)>,
    p_value: Option<f64>,
    gamma: Option<f64>,
    name: String,
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let mut report = Report::new(&PROCESS, run);
    let asked = run.arguments.text(&PARAMETERS, "level").unwrap_or("province");
    report.note("level", asked, None);
    let level = Level::read(run.arguments, asked, &mut report)?;
    let Some(industries) = Industries::read(run, &mut report)? else {
        if run.subject.is_empty() {
            return Ok(nothing(report));
        }
        let known = "there is no property of industries here: name the property that holds them";
        return Err(Refused::new("by", known).into());
    };
    let weight = run.arguments.text(&PARAMETERS, "weight");
    report.note("weight", weight, None);
    let sizes = sizes(run, weight, &mut report)?;
    let others = Others::read(run, true)?;
    let compared =
        if others.names.is_empty() { run.subject.name.clone() } else { others.names.clone() };
    report.note("reference", compared.as_str(), Some(&words::why_reference()));
    let simulations = run.arguments.count(&PARAMETERS, "simulations").unwrap_or(999) as usize;
    report.note("simulations", simulations, None);
    let correction = run.arguments.text(&PARAMETERS, "correction");
    report.note("correction", correction, None);
    let sets = [&run.subject.positions[..], &others.positions[..]];
    let (division, places) = Division::new(run, level, &sets)?;
    run.progress.check()?;
    let Some(table) = table(&division, &places[0], Some(&industries), &sizes)? else {
        return Ok(nothing(report));
    };
    check_number(&industries)?;
    let x = spread(&table, &places[1], &others);
    let n = run.subject.len();
    say_what_n_allows(&mut report, n, weight.is_some());
    let ground = Ground {
        industries: &industries,
        sizes: &sizes,
        places: &places[0],
        table: &table,
        x,
        n,
        simulations,
        seed: report.seed(),
        has_sizes: weight.is_some(),
        watch: run.progress.watch(),
    };
    let is_strict = correction == Some("by");
    let (rows, summary) = rows(run, &ground, &division, is_strict, &report)?;
    let tests = rows.iter().filter(|row| *row.at("q_value") != Tree::Null).count();
    let own = named([
        ("tests", tests.into()),
        ("cell_area_km2", division.cell_area_km2.map(|area| rounded(area, 1)).into()),
        ("rows", Tree::List(rows)),
        ("regions", of_regions(&division, &table)),
    ]);
    Ok(report.answer(None, &summary, own))
}

/// Answers that no point has an industry.
fn nothing(mut report: Report<'_>) -> Answer {
    let none = words::nothing();
    report.why_null("rows", &none);
    report.warn("no_industries", &none);
    let own = named([("rows", Tree::List(Vec::new())), ("regions", Tree::List(Vec::new()))]);
    report.answer(None, &none, own)
}

fn check_number(industries: &Industries) -> Result<(), Refused> {
    let (count, by) = (industries.names.len(), &industries.by);
    if count <= MOST_INDUSTRIES {
        return Ok(());
    }
    let reason = format!(
        "`{by}` has {count} values, and {MOST_INDUSTRIES} are answered: name a coarser property"
    );
    Err(Refused::new("by", reason))
}

/// How much of everything each region has: what an even industry would be spread like.
fn spread(table: &RegionTable, places: &Places, others: &Others) -> Vec<f64> {
    let mut x = table.of_regions();
    for (site, place) in places.iter().enumerate() {
        let size = others.sizes.as_ref().map_or(1.0, |sizes| sizes[site]);
        if let Some(place) = place {
            x[*place as usize] += size;
        }
    }
    x
}

/// The rows of the industries asked about, and what they show.
fn rows(
    run: &Run<'_>,
    ground: &Ground<'_>,
    division: &Division,
    is_strict: bool,
    report: &Report<'_>,
) -> Result<(Vec<Tree>, Remark), Failed> {
    let industries = ground.industries;
    let asked_for = |at: &usize| industries.wanted.is_none_or(|wanted| wanted as usize == *at);
    let mut rows = Vec::new();
    for industry in (0..industries.names.len()).filter(asked_for) {
        run.progress.check()?;
        rows.push(row(ground, industry, report));
    }
    run.progress.check()?;
    let dependence = if is_strict { Dependence::Any } else { Dependence::Positive };
    let q = q_values(&rows.iter().map(|row| row.p_value).collect::<Vec<_>>(), dependence);
    let found: Vec<(&str, f64)> = rows
        .iter()
        .zip(&q)
        .filter(|(_, q)| q.is_some_and(|q| q <= 0.05))
        .filter_map(|(row, _)| Some((row.name.as_str(), row.gamma?)))
        .collect();
    let tests = q.iter().flatten().count();
    let summary = words::summary(division, rows.len(), tests, &found, ground.n);
    Ok((rows.into_iter().zip(q).map(|(row, q)| finished(row, q)).collect(), summary))
}

fn say_what_n_allows(report: &mut Report<'_>, n: usize, has_sizes: bool) {
    match verdict(honesty::Method::Concentration, n, n.max(10)) {
        Verdict::Refused(_) => {
            let why = words::too_few(n);
            for name in ["gamma", "gamma_maurel_sedillot", "z_value", "p_value", "q_value"] {
                report.why_null(name, &why);
            }
            report.warn("few_points", &why);
        }
        Verdict::Labelled(warning) => report.warn("caution", &words::labelled(n, warning)),
        Verdict::Allowed => {}
    }
    if !has_sizes {
        report.warn("without_sizes", &words::without_sizes());
    }
}

fn row(ground: &Ground<'_>, industry: usize, report: &Report<'_>) -> Row {
    let amounts = ground.table.industry(industry);
    // Plants that stand in a region; those outside are in neither s nor z.
    let of = &ground.industries.of;
    let plants: Vec<f64> = (0..of.len())
        .filter(|&point| of[point].contains(&(industry as u32)) && ground.places[point].is_some())
        .map(|point| ground.sizes[point] / of[point].len() as f64)
        .collect();
    let sized = if ground.has_sizes { Plants::Sizes(&plants) } else { Plants::Count(plants.len()) };
    let found = concentration(&amounts, &ground.x, sized);
    let refused = match verdict(honesty::Method::Concentration, ground.n, plants.len()) {
        Verdict::Refused(refusal) => Some(words::refused(refusal)),
        _ if found.is_none() => Some(words::undefined()),
        _ => None,
    };
    let is_told = refused.is_none();
    let told = |value: Option<f64>| value.filter(|_| is_told).map(|value| rounded(value, 6));
    let number = |value: Option<f64>| value.map(|value| rounded(value, 6));
    let p_values = if is_told {
        let seeds = [ground.seed, industry as u64];
        dartboard(&amounts, &ground.x, sized, ground.simulations, seeds, ground.watch)
    } else {
        None
    };
    let over_regions = hhi(&amounts);
    let name = ground.industries.names[industry].clone();
    let gamma = told(found.and_then(|one| one.gamma));
    let members = vec![
        ("industry", name.as_str().into()),
        ("n", plants.len().into()),
        ("amount", rounded(amounts.iter().sum(), 6).into()),
        ("gamma", gamma.into()),
        ("gamma_maurel_sedillot", told(found.and_then(|one| one.gamma_maurel_sedillot)).into()),
        ("g", number(found.map(|one| one.g)).into()),
        ("plant_hhi", number(found.map(|one| one.h)).into()),
        ("raw_not_corrected_for_lumpiness", number(found.map(|one| one.raw)).into()),
        ("expected_g", number(found.map(|one| one.expected_g)).into()),
        ("z_value", told(found.and_then(|one| one.z_value)).into()),
        ("p_greater", p_values.map(|p| probability(p.greater)).into()),
        ("p_less", p_values.map(|p| probability(p.less)).into()),
        ("p_value", p_values.map(|p| probability(p.two_sided)).into()),
        ("gini", number(gini(ground, &amounts)).into()),
        ("gini_upper_bound", number(gini_bound(&ground.x)).into()),
        ("hhi", number(over_regions).into()),
        ("effective_regions", number(over_regions.map(|hhi| 1.0 / hhi)).into()),
        ("reason", refused.map(|why| report.say(&why)).into()),
    ];
    Row { members, p_value: p_values.map(|p| p.two_sided), gamma, name }
}

/// The locational Gini of an industry against what an even one would be spread like.
fn gini(ground: &Ground<'_>, amounts: &[f64]) -> Option<f64> {
    let rest = amounts.iter().zip(&ground.x).map(|(own, all)| [*own, (all - own).max(0.0)]);
    let both = RegionTable::new(2, rest.flatten().collect()).ok()?;
    locational_gini(&both, 0)
}

/// The Gini of an industry that is all in the smallest region: 1 − its share.
fn gini_bound(x: &[f64]) -> Option<f64> {
    let least = shares(x)?.into_iter().filter(|share| *share > 0.0).fold(1.0, f64::min);
    Some(1.0 - least)
}

fn finished(row: Row, q_value: Option<f64>) -> Tree {
    let mut all = Vec::new();
    for (name, value) in row.members {
        all.push((name.to_owned(), value));
        if name == "p_value" {
            all.push(("q_value".to_owned(), q_value.map(probability).into()));
        }
    }
    Tree::Named(all)
}

/// How each region that has any industry is specialised.
fn of_regions(division: &Division, table: &RegionTable) -> Tree {
    let rest = krugman_of_all(table, Comparison::Rest);
    let total = krugman_of_all(table, Comparison::Total);
    let number = |value: Option<f64>| value.map(|value| rounded(value, 6));
    let row = |(at, region): (usize, &super::division::Region)| {
        let own = hhi(table.region(at))?;
        Some(Tree::Named(named([
            ("id", region.id.as_str().into()),
            ("adcode", region.adcode.as_deref().into()),
            ("name", region.name[0].as_str().into()),
            ("name_zh", region.name[1].as_str().into()),
            ("amount", rounded(table.region(at).iter().sum(), 6).into()),
            ("hhi", rounded(own, 6).into()),
            ("effective_industries", rounded(1.0 / own, 6).into()),
            ("specialisation", number(rest[at]).into()),
            ("specialisation_total", number(total[at]).into()),
        ])))
    };
    Tree::List(division.regions.iter().enumerate().filter_map(row).collect())
}
