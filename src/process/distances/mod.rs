//! `distances`: how far points stand from each other, against what chance draws.

mod case;
mod cost;
mod curves;
mod tables;
pub(super) mod windows;
mod words;

use self::case::{Case, Statistic};
use super::description::{Failed, Process, Run};
use super::parameters::{Default, Kind, Parameter};
use super::report::Report;
use crate::formats::answer::Answer;

pub(super) static PROCESS: Process = Process {
    name: "distances",
    title: ["Distances", "距离"],
    words: [
        "How far points stand from each other: a table of nearest neighbours, the index of Clark and Evans in several windows, or a curve over distance (Ripley's K and L, cross-K, Duranton and Overman's K-density, Marcon and Puech's M and m) with what chance draws, its global envelope and one p-value",
        "点与点相距多远：最近邻表、多个研究区内的 Clark-Evans 指数，或随距离变化的曲线（Ripley K 与 L、交叉K、Duranton-Overman K密度、Marcon-Puech M 与 m），附随机抽样的全局包络与p值",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Clark & Evans (1954), Distance to nearest neighbor as a measure of spatial relationships in populations, Ecology 35, 445–453",
        "Ripley (1977), Modelling spatial patterns, JRSS B 39, 172–212; on the sphere: Robeson, Li & Huang (2014), Spatial Statistics 10, 76–86",
        "Duranton & Overman (2005), Testing for localization using micro-geographic data, Review of Economic Studies 72, 1077–1106",
        "Marcon & Puech (2010), Measures of the geographic concentration of industries, J. Economic Geography 10, 745–762",
        "Lang, Marcon & Puech (2020), Distance-based measures of spatial concentration: introducing a relative density function, Annals of Regional Science 64, 243–265",
        "Myllymäki, Mrkvička, Grabarnik, Seijo & Hahn (2017), Global envelope tests for spatial processes, JRSS B 79, 381–404",
    ],
    has_features: false,
    estimate: cost::estimate,
    run,
};

static PARAMETERS: [Parameter; 11] = [
    Parameter {
        name: "statistic",
        words: [
            "What is answered: a table of nearest neighbours, an index by window, or a curve; kd asks where distances are frequent, m whether neighbours are of the same industry, m_density the same at one distance",
            "统计量：最近邻表、按研究区的指数或曲线；kd 问哪些距离多见，m 问邻近者是否同业，m_density 为某一距离处的同类指标",
        ],
        kind: Kind::Choice(&[
            "nearest",
            "clark_evans",
            "k",
            "l",
            "cross_k",
            "kd",
            "m",
            "m_density",
        ]),
        default: Default::Fixed("nearest"),
    },
    Parameter {
        name: "industry",
        words: [
            "The value of `by` asked about, or several apart by commas: taken together, but for nearest, cross_k, m and m_density the second is that of the neighbours",
            "所问的 `by` 取值，可用逗号分隔多个：合并计算；在 nearest、cross_k、m、m_density 中第二个为邻近者的取值",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "by",
        words: [
            "The property that `industry` is a value of; one of a list counts",
            "`industry` 所属的属性；列表中含有即可",
        ],
        kind: Kind::Text,
        default: Default::Chosen([
            "industry_group if it has the value, else industry",
            "industry_group 含有该值时用之，否则用 industry",
        ]),
    },
    Parameter {
        name: "weight",
        words: [
            "A property with the size of each, such as employees; for kd, m and m_density, which are answered without it, too",
            "规模属性（如就业人数）；仅用于 kd、m、m_density，并同时给出不加权的结果",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "max_km",
        words: ["To which distance in km a curve is drawn", "曲线的最大距离（千米）"],
        kind: Kind::Above0 { most: 20_015.0 },
        default: Default::Chosen([
            "a quarter of the shorter side of the box around the sites; for kd and m the median distance",
            "地点外接框短边的四分之一；kd 与 m 取距离的中位数",
        ]),
    },
    Parameter {
        name: "steps",
        words: ["How many steps a curve has", "曲线的步数"],
        kind: Kind::Count { least: 1, most: 500 },
        default: Default::Fixed("20"),
    },
    Parameter {
        name: "null",
        words: [
            "What chance does: shuffles labels among the points, draws as many from all sites, or strews points evenly in the window",
            "零假设：打乱标签（labels）、从全部地点中抽取（sites）或在研究区内均匀撒点（csr）",
        ],
        kind: Kind::Choice(&["labels", "sites", "csr"]),
        default: Default::Chosen([
            "sites where there are more of them than points, labels for cross_k, else csr",
            "地点多于所问的点时取 sites，cross_k 取 labels，否则取 csr",
        ]),
    },
    Parameter {
        name: "reference",
        words: [
            "Collections whose sites could have been chosen, beside the other points, apart by commas; none for none",
            "除其余的点外可供选择的地点所在集合，以逗号分隔；none 表示没有",
        ],
        kind: Kind::Text,
        default: Default::Chosen([
            "bases,hubs for these two unless most of them are asked about, else none",
            "对 bases 与 hubs 取 bases,hubs（所问超过一半时除外），否则为 none",
        ]),
    },
    Parameter {
        name: "window",
        words: [
            "The study area of k, l and cross_k: the convex hull of the sites, their box or circle, the provinces they stand in, mainland China south-east of the line from Heihe to Tengchong, or all of it",
            "k、l、cross_k 的研究区：地点的凸包、外接框、外接圆、所在省份、黑河—腾冲线东南的大陆，或整个大陆",
        ],
        kind: Kind::Choice(&windows::NAMES),
        default: Default::Fixed("hull"),
    },
    Parameter {
        name: "correction",
        words: [
            "What is done about neighbours beyond the edge, for k, l and cross_k; simulations have the same edge, so none is fair. The sphere has no translations, so there is no such correction",
            "k、l、cross_k 的边界校正；模拟具有同样的边界，故可不校正。球面上没有平移，因此没有平移校正",
        ],
        kind: Kind::Choice(&["none", "border", "isotropic"]),
        default: Default::Fixed("none"),
    },
    Parameter {
        name: "simulations",
        words: ["How often chance draws", "随机模拟次数"],
        kind: Kind::Count { least: 19, most: 100_000 },
        default: Default::Fixed("999"),
    },
];

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let mut report = Report::new(&PROCESS, run);
    report.warn_of_shared();
    let case = Case::read(run, &mut report)?;
    let answer = match case.statistic {
        Statistic::Nearest => tables::nearest(run, &case, report),
        Statistic::ClarkEvans => tables::clark_evans(run, &case, report),
        _ => curves::answer(run, case, report)?,
    };
    run.progress.check()?;
    Ok(answer)
}

/// The count of simulations, noted.
fn simulations(run: &Run<'_>, report: &mut Report<'_>) -> usize {
    let count = run.arguments.count(&PARAMETERS, "simulations").unwrap_or(0) as usize;
    report.note("simulations", count, None);
    count
}
