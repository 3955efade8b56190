//! `related`: which sites of related industries stand near each base, and is that more than chance?

use super::description::{Estimate, Failed, Process, Run};
use super::measures::{Materials, Measured};
use super::parameters::{Arguments, Default, Kind, Parameter, Refused};
use super::related_find::{Asked, Base, Nearby, NotFound, find};
use super::related_lines::{features, index};
use super::related_sites::{Partners, Site};
use super::related_survey::{Surveyed, columns, most_above_chance, overall, settle, survey};
use super::related_words as words;
use super::report::{Report, km};
use crate::analysis::honesty;
use crate::analysis::related::{Decay, REACH};
use crate::analysis::related_all::AllSites;
use crate::analysis::relatedness::Measure;
use crate::formats::answer::{Answer, Tree, named};

/// Among so many sites at most a base that is told goes to every site near, even where not all are told.
const MOST_VISITED: usize = 20_000;

pub(super) static PROCESS: Process = Process {
    name: "related",
    title: ["Related industries near", "邻近的相关产业"],
    words: [
        "For each base, or one: the sites of related industries near it, the nearest of each industry, as lines with relatedness, distance and score; related industries that are absent; and an index with a p-value from industries shuffled over fixed sites",
        "每个（或某个）基地附近的相关产业地点：每个相关产业最近的若干处，以连线给出相关度、距离和得分；附近缺失的相关产业；以及在固定地点上随机置换产业的指数检验",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Ellison, Glaeser & Kerr (2010), What causes industry agglomeration?, American Economic Review 100, 1195–1213",
        "Hidalgo, Klinger, Barabási & Hausmann (2007), The product space conditions the development of nations, Science 317, 482–487",
        "Boschma, Martín & Minondo (2017), Neighbour regions as the source of new industries, Papers in Regional Science 96, 227–245",
        "Hoeffding (1951), A combinatorial central limit theorem, Annals of Mathematical Statistics 22, 558–566",
        "Benjamini & Hochberg (1995), Controlling the false discovery rate, JRSS B 57, 289–300",
    ],
    has_features: true,
    estimate,
    run,
};

/// The parameters that choose a measure.
pub(super) const MEASURE: Parameter = Parameter {
    name: "measure",
    words: [
        "How relatedness is measured: what industries trade, buy or sell alike, where they stand together, how they are classified, or a matrix of one's own",
        "相关度的度量：投入产出、结构相似、同处一地、分类距离或自带矩阵",
    ],
    kind: Kind::Choice(&[
        "input_output",
        "cosine",
        "input_cosine",
        "output_cosine",
        "colocation",
        "association",
        "probability",
        "taxonomy",
        "custom",
    ]),
    default: Default::Fixed("input_output"),
};
pub(super) const MATRIX: Parameter = Parameter {
    name: "matrix",
    words: [
        "For measure=custom: a square matrix as CSV, a header of codes and a row for each; an empty cell is no data",
        "用于 measure=custom：CSV 方阵，首行为代码，每个代码一行；空单元格为无数据",
    ],
    kind: Kind::Table,
    default: Default::Nothing,
};
pub(super) const PLACES: Parameter = Parameter {
    name: "places",
    words: [
        "For colocation, association and probability: the collections in whose prefectures industries are counted, apart by commas",
        "用于 colocation、association、probability：按地级单位统计产业所用的集合，以逗号分隔",
    ],
    kind: Kind::Text,
    default: Default::Fixed("bases,hubs"),
};

static PARAMETERS: [Parameter; 13] = [
    Parameter {
        name: "id",
        words: ["The id of one base; all unless given", "某个基地的编号；缺省为全部"],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "among",
        words: [
            "The collections whose sites are looked for, apart by commas; `features` are those of a file or a request themselves",
            "在哪些集合中寻找，以逗号分隔；features 表示所提交文件或请求中的要素本身",
        ],
        kind: Kind::Text,
        default: Default::Fixed("hubs"),
    },
    MEASURE,
    Parameter {
        name: "decay_km",
        words: [
            "The length in km over which a site counts 1/e as much: exp(−d / decay_km), nothing beyond three times it",
            "距离衰减长度（千米）：权重为 exp(−d / decay_km)，三倍以外不计",
        ],
        kind: Kind::Above0 { most: 6_000.0 },
        default: Default::Fixed("100"),
    },
    Parameter {
        name: "within_km",
        words: [
            "How far a site may be to be drawn, and an industry to be present",
            "连线和判断产业是否存在的最大距离（千米）",
        ],
        kind: Kind::Above0 { most: 20_038.0 },
        default: Default::Chosen(["three times decay_km", "decay_km 的三倍"]),
    },
    Parameter {
        name: "min_relatedness",
        words: ["From which relatedness on industries are related", "视为相关的最低相关度"],
        kind: Kind::Above0 { most: 1_000_000.0 },
        default: Default::Chosen([
            "0.05 for input_output and custom, 0.3 for cosines and colocation, 0.5 for taxonomy, 1 for association and probability",
            "投入产出和自带矩阵0.05，余弦和同地0.3，分类0.5，关联强度和概率指数1",
        ]),
    },
    Parameter {
        name: "k",
        words: [
            "How many sites of each related industry are drawn, the nearest",
            "每个相关产业画出最近的几处",
        ],
        kind: Kind::Count { least: 1, most: 1_000 },
        default: Default::Fixed("3"),
    },
    Parameter {
        name: "limit",
        words: [
            "How many bases are told in full, with their lines, at most: of more, those whose surroundings are most above chance; the others are computed in short",
            "最多详细列出多少个基地（含连线）：超过时列出最高于随机水平者，其余仅作简要计算",
        ],
        kind: Kind::Count { least: 1, most: 10_000 },
        default: Default::Fixed("1000"),
    },
    Parameter {
        name: "columns",
        words: [
            "Answer a value for every base, too, as columns: index, p-value, how many are related near, and the site of the best score",
            "同时以列的形式给出每个基地的数值：指数、p 值、邻近相关地点数和得分最高的地点",
        ],
        kind: Kind::Switch,
        default: Default::Fixed("false"),
    },
    Parameter {
        name: "weight",
        words: [
            "A property of the sites that they count by, such as employment; all count 1 unless given",
            "地点的权重属性，如就业人数；缺省均为1",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "simulations",
        words: [
            "How often industries are shuffled over the sites for the p-value, where not all ways can be counted",
            "检验的随机置换次数（无法穷举时）",
        ],
        kind: Kind::Count { least: 19, most: 100_000 },
        default: Default::Fixed("999"),
    },
    PLACES,
    MATRIX,
];

fn estimate(run: &Run<'_>) -> Estimate {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let bases = if arguments.is_given("id") { n.min(1) } else { n };
    let count = |name: &str| arguments.count(&PARAMETERS, name).unwrap_or(0) as usize;
    let (draws, told) = (count("simulations"), bases.min(count("limit")));
    // A base has some hundreds of sites near it, and a draw of each takes some nanoseconds; where not
    // all are told, each is looked at over cells of sites.
    let surveyed = if bases > told { bases } else { 0 };
    let seconds = told as f64 * (1e-3 + draws as f64 * 3e-6) + surveyed as f64 * 6e-5;
    Estimate { n, repetitions: 1 + draws, seconds: seconds + n as f64 * 1e-6 }
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let mut report = Report::new(&PROCESS, run);
    let arguments = run.arguments;
    let word = arguments.text(&PARAMETERS, "measure").unwrap_or_default();
    let measure = Measure::find(word).unwrap_or(Measure::InputOutput);
    let materials = Materials {
        industries: run.industries,
        collections: run.collections,
        places: arguments.text(&PARAMETERS, "places").unwrap_or_default(),
        matrix: arguments.text(&PARAMETERS, "matrix"),
    };
    let measured = materials.measured(measure)?;
    run.progress.check()?;
    let sites = ["among", "weight", "id"].map(|name| arguments.text(&PARAMETERS, name));
    let mut partners = Partners::read(run.collections, run.subject, sites, &measured)?;
    partners.by_kind = partners.by_kind.watched(run.progress.watch());
    let bases = bases(run, &partners)?;
    let asked = asked(arguments, measure, &mut report);
    words::notes(&mut report, run, &measured);
    warn(&mut report, &partners, &bases, run);
    run.progress.check()?;
    let (surveyed, mut found) = found(run, &bases, &partners, &measured, &asked)?;
    found.sort_by_key(|one| run.subject.rows[one.base.feature]);
    if found.len() < bases.len() {
        report.warn("told_in_short", &words::told_in_short(bases.len(), found.len()));
    }
    if surveyed.iter().all(|one| one.p_value.is_none()) {
        report.why_null("p_value", &words::no_p_value());
    }
    let lines = features(run, &found, &partners, &measured);
    let rows = index(run, &found, &partners, &measured);
    let summary = words::summary(run, &found, &surveyed, &partners, &measured, &asked);
    let columns = arguments.is_on("columns").then(|| in_columns(run, &bases, &surveyed, &partners));
    let own = named([
        ("measure", words::measure(run, &measured)),
        ("sites", partners.sites.len().into()),
        ("overall", overall(&surveyed, found.len())),
        ("index", Tree::List(rows)),
        ("columns", columns.into()),
    ]);
    Ok(report.answer(Some(lines), &summary, own))
}

/// What was found for all bases in short, and in full for as many as are told.
fn found(
    run: &Run<'_>,
    bases: &[Base],
    partners: &Partners,
    measured: &Measured,
    asked: &Asked,
) -> Result<(Vec<Surveyed>, Vec<Nearby>), Failed> {
    let measure = measured.relatedness.as_ref();
    let in_full = |bases: &[Base], all: Option<&AllSites>| {
        let found = find(bases, partners, measure, asked, all, run.progress);
        found.map_err(|error| match error {
            NotFound::CalledOff(error) => Failed::from(error),
            NotFound::TooMany => Refused::new("limit", words::too_many_lines()).into(),
        })
    };
    let (mut surveyed, mut told);
    if bases.len() <= asked.limit {
        told = in_full(bases, None)?;
        surveyed = told.iter().map(Surveyed::of).collect::<Vec<_>>();
    } else {
        let all = partners.all_sites();
        surveyed = survey(bases, partners, measure, asked, &all, run.progress)?;
        let most = most_above_chance(&surveyed, asked.limit);
        let most: Vec<Base> = most.iter().map(|&place| bases[place].clone()).collect();
        // Where a base has thousands of sites near it, to go to each takes longer than all the rest.
        told = in_full(&most, Some(&all).filter(|_| partners.sites.len() > MOST_VISITED))?;
    }
    settle(&mut surveyed, &mut told);
    Ok((surveyed, told))
}

/// A value for every base, in the order of the rows.
fn in_columns(run: &Run<'_>, bases: &[Base], all: &[Surveyed], partners: &Partners) -> Tree {
    let mut places: Vec<usize> = (0..bases.len()).collect();
    places.sort_by_key(|&place| run.subject.rows[bases[place].feature]);
    let id = |&place: &usize| run.subject.features[bases[place].feature].id.as_str().into();
    let ids = places.iter().map(id).collect();
    let in_order: Vec<&Surveyed> = places.iter().map(|&place| &all[place]).collect();
    columns(&in_order, ids, partners)
}

/// The bases that are asked about.
fn bases(run: &Run<'_>, partners: &Partners) -> Result<Vec<Base>, Refused> {
    let subject = run.subject;
    let wanted = run.arguments.text(&PARAMETERS, "id");
    let bases: Vec<Base> = (0..subject.len())
        .filter(|&at| wanted.is_none_or(|id| subject.features[at].id.as_str() == id))
        .zip(0..)
        .map(|(at, stream)| Base {
            feature: at,
            stream,
            position: subject.positions[at],
            codes: partners.places_of(&subject.schema, &subject.features[at]),
            site: partners.site_of(&subject.features[at].id),
        })
        .collect();
    match wanted {
        Some(id) if bases.is_empty() => {
            let reason =
                format!("there is no feature `{id}` with a position in `{}`", subject.name);
            Err(Refused::new("id", reason))
        }
        _ => Ok(bases),
    }
}

fn asked(arguments: &Arguments, measure: Measure, report: &mut Report<'_>) -> Asked {
    let decay_km = arguments.number("decay_km").unwrap_or(100.0);
    let within_km = arguments.number("within_km").unwrap_or(REACH * decay_km);
    let least = arguments.number("min_relatedness").unwrap_or(measure.threshold());
    let count = |name: &str| arguments.count(&PARAMETERS, name).unwrap_or_default() as usize;
    report.note("among", arguments.text(&PARAMETERS, "among"), None);
    report.note("measure", measure.as_str(), None);
    report.note("decay_km", decay_km, None);
    report.note("within_km", within_km, Some(&words::why_within()));
    report.note("min_relatedness", least, Some(&words::why_least(measure)));
    report.note("k", count("k"), None);
    report.note("limit", count("limit"), None);
    report.note("columns", arguments.is_on("columns"), None);
    report.note("weight", arguments.text(&PARAMETERS, "weight"), None);
    report.note("simulations", count("simulations"), None);
    Asked {
        decay: Decay { length_m: decay_km * 1000.0 },
        within_m: within_km * 1000.0,
        least,
        k: count("k"),
        draws: count("simulations"),
        limit: count("limit"),
        seed: report.seed(),
    }
}

fn warn(report: &mut Report<'_>, partners: &Partners, bases: &[Base], run: &Run<'_>) {
    let without = bases.iter().filter(|base| base.codes.is_empty()).count();
    if without > 0 {
        report.warn("without_industry", &words::bases_without(without));
    }
    if partners.without > 0 {
        report.warn("sites_without_industry", &words::sites_without(partners.without));
    }
    if partners.merged > 0 {
        report.warn("counted_once", &words::counted_once(partners.merged));
    }
    if partners.sites.is_empty() {
        report.warn("no_sites", &words::no_sites());
    }
    let n = run.subject.len();
    if let honesty::Verdict::Labelled(_) | honesty::Verdict::Refused(_) =
        honesty::verdict(honesty::Method::Dbscan, n, n)
    {
        report.warn("few_points", &words::few(n));
    }
}

/// The distance of a site in km, to the metre.
pub(super) fn distance_km(distance_m: f64) -> f64 {
    km(distance_m)
}

/// Names a site as a reader would.
pub(super) fn name(site: &Site, is_chinese: bool) -> &str {
    let names = if is_chinese { [&site.name_zh, &site.name] } else { [&site.name, &site.name_zh] };
    names.into_iter().find(|name| !name.is_empty()).map_or(site.id.as_str(), |name| name)
}
