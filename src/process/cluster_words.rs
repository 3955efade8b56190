//! What `clusters` says in words: why a value was chosen, why one is missing, what it all shows.

use super::cluster_features::radius_m;
use super::cluster_find::{Chosen, FEW, Found, Method, Recipe};
use super::cluster_validity::MOST;
use super::clusters::Tested;
use super::report::p_said;
use super::subject::Subject;
use crate::analysis::honesty::Warning;
use crate::domain::Remark;

fn km(metres: f64) -> String {
    format!("{:.1}", metres / 1000.0)
}

pub(super) fn why_min_points(n: usize, is_hdbscan: bool) -> Remark {
    if is_hdbscan {
        return Remark::new("min_cluster_size, at most 5", "取 min_cluster_size，最多5");
    }
    Remark::new(
        format!("n = {n}: 2 below 30 points, else 4 (Sander et al. 1998)"),
        format!("n = {n}：少于30个点取2，否则取4（Sander 等，1998）"),
    )
}

pub(super) fn why_cluster_size(n: usize) -> Remark {
    Remark::new(format!("0.5 % of {n} points, at least 5"), format!("{n}个点的0.5%，至少5"))
}

pub(super) fn why_eps(chosen: Option<Chosen>, min_points: usize) -> Remark {
    match chosen {
        Some(Chosen::Gap(gap)) => {
            let (from, to, times) = (km(gap.from_m), km(gap.to_m), gap.to_m / gap.from_m);
            Remark::new(
                format!(
                    "nothing joins between {from} and {to} km, the largest gap between merges ({times:.1}-fold); this is its middle"
                ),
                format!(
                    "{from}至{to}千米之间没有合并，是合并距离的最大间隔（{times:.1}倍）；取其中点"
                ),
            )
        }
        Some(Chosen::Elbow(_)) => Remark::new(
            format!(
                "the elbow of the sorted distances to the point number {min_points}, itself counted, as there are {FEW} points or more"
            ),
            format!("点数不少于{FEW}：取到第{min_points}个点（含自身）的距离曲线的拐点"),
        ),
        None => Remark::new(
            "the distances suggest no radius: there are fewer than two different ones. Only points at one place are together; give eps_km.",
            "不同的距离少于两个，无法选择半径：只有位于同一处的点成群；请给出 eps_km。",
        ),
    }
}

pub(super) fn why_rounds(n: usize) -> Remark {
    Remark::new(
        format!("n = {n}: 200 up to 2,000 points, 20 up to 20,000, else none"),
        format!("n = {n}：2000个点以内200次，2万以内20次，更多则不检验"),
    )
}

pub(super) fn why_jitter(from: &str) -> Remark {
    match from {
        "uncertainty_km" => Remark::new(
            "the median of the property uncertainty_km: how far off the positions may be",
            "属性 uncertainty_km（位置误差）的中位数",
        ),
        "eps_km" => Remark::new("a tenth of eps_km", "eps_km 的十分之一"),
        _ => Remark::new(
            "a tenth of the median distance to the nearest point",
            "最近邻距离中位数的十分之一",
        ),
    }
}

pub(super) fn without_value(count: usize, by: &str) -> Remark {
    Remark::new(
        format!("{count} points have no `{by}` and are in no group."),
        format!("{count}个点没有“{by}”，不属于任何群组。"),
    )
}

pub(super) fn few(n: usize, warning: Warning) -> Remark {
    let zh = match warning {
        Warning::Description(_) => format!("n = {n}：只是描述，不是检验"),
        _ => format!("n = {n}：仅供探索；点数这样少，增减一个点就会改变分组"),
    };
    Remark::new(warning.to_string(), zh)
}

pub(super) fn too_few(n: usize) -> Remark {
    Remark::new(
        format!("n = {n}: fewer than 8 points; neither stability nor p-values mean anything."),
        format!("n = {n}：少于8个点，稳定性和p值没有意义。"),
    )
}

pub(super) fn why_not_stable(n: usize, clusters: usize) -> Remark {
    match (n, clusters) {
        (0..8, _) => too_few(n),
        (_, 0) => Remark::new("there is no cluster", "没有群组"),
        _ => Remark::new("no rounds were made", "没有做稳定性检验"),
    }
}

pub(super) fn why_no_p_value(n: usize, sites: usize) -> Remark {
    match (n, sites) {
        (0..8, _) => too_few(n),
        (_, 0) => Remark::new("there is no reference", "没有参照地点"),
        _ if sites < n => Remark::new(
            format!("{n} sites cannot be drawn from a reference of {sites}"),
            format!("无法从{sites}个参照地点中抽取{n}个"),
        ),
        _ => Remark::new(
            "no draws were made: with more than 1,000 points name a reference",
            "没有抽样：多于1000个点时请指定 reference",
        ),
    }
}

pub(super) fn why_no_validity(n: usize, clusters: usize, is_parted: bool) -> Option<Remark> {
    if is_parted {
        return Some(Remark::new(
            "groups of different values may lie among each other, so how well they are parted says nothing",
            "不同取值的群组可以交错分布，因此分离程度没有意义",
        ));
    }
    if clusters < 2 {
        return Some(Remark::new(
            "there are fewer than two groups (of two points, for dbcv) to be parted",
            "群组少于两个（dbcv 要求每群至少两点），无从衡量分离程度",
        ));
    }
    (n > MOST).then(|| {
        Remark::new(
            format!("n = {n}: all pairs would have to be measured, and that is done to {MOST}"),
            format!("n = {n}：需测量所有点对，仅对不超过{MOST}个点进行"),
        )
    })
}

/// What a p-value is of.
pub(super) fn rule(is_chosen: bool, eps_m: Option<f64>) -> Remark {
    let at = eps_m.map_or_else(Remark::default, |eps_m| {
        Remark::new(
            format!(" at the same radius, {} km,", km(eps_m)),
            format!("在同一半径（{}千米）下", km(eps_m)),
        )
    });
    let said = Remark::new(
        format!(
            "the share of draws of as many sites from the reference whose largest group{} is at least as large, the points themselves counted as one",
            at.en
        ),
        format!(
            "从参照地点抽取同样多的地点，{}最大群组至少同样大的抽样所占比例（所分析的点计为一次）",
            at.zh
        ),
    );
    if is_chosen { said.and(&radius_chosen()) } else { said }
}

pub(super) fn radius_chosen() -> Remark {
    Remark::new(
        "The radius was chosen from these points and is kept for the draws, so p-values are somewhat too small; one that is named beforehand with eps_km owes nothing to them.",
        "半径由这些点选定，并用于各次抽样，因此p值略偏小；事先用 eps_km 指定的半径没有此问题。",
    )
}

pub(super) fn exhausted(n: usize, sites: usize) -> Remark {
    Remark::new(
        format!(
            "{n} of {sites} sites: each draw holds most of the reference, so the p-value says little."
        ),
        format!("从{sites}个地点中抽{n}个：每次抽样几乎包含全部参照地点，p值意义不大。"),
    )
}

pub(super) fn without_weight(count: usize, weight: &str) -> Remark {
    Remark::new(
        format!("{count} points have no `{weight}` and weigh nothing."),
        format!("{count}个点没有“{weight}”，权重按0计。"),
    )
}

pub(super) fn why_min_weight(min_points: usize) -> Remark {
    Remark::new(
        format!("what {min_points} points (min_points) of mean size weigh"),
        format!("{min_points}个（min_points）平均规模的点的总规模"),
    )
}

/// Says what was found and what it does and does not show.
pub(super) fn summary(
    subject: &Subject,
    found: &Found,
    recipe: Recipe,
    tested: &Tested,
    points: &[[f64; 3]],
) -> Remark {
    let (n, clusters) = (points.len(), found.clustering.clusters);
    let noise = found.clustering.labels.iter().filter(|label| label.is_none()).count();
    let at = match (recipe.method, recipe.eps_m) {
        (Method::Hdbscan, _) | (_, None) => Remark::default(),
        (_, Some(eps_m)) => {
            Remark::new(format!(" at {} km", km(eps_m)), format!("在{}千米半径下，", km(eps_m)))
        }
    };
    let mut said = Remark::new(
        format!(
            "{n} points form {clusters} {}{}; {noise} stand alone.",
            if clusters == 1 { "group" } else { "groups" },
            at.en
        ),
        format!("{}{n}个点形成{clusters}个群组，{noise}个点不属于任何群组。", at.zh),
    );
    let members = found.members_by(&subject.rows);
    let mut largest: Vec<(usize, &Vec<usize>)> = members.iter().enumerate().collect();
    largest.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    for (at, members) in largest.iter().take(3) {
        said = said.and(&of_cluster(subject, found, points, *at, members));
    }
    said.and(&against_chance(tested, largest.first().map(|(_, members)| members.len())))
}

fn of_cluster(
    subject: &Subject,
    found: &Found,
    points: &[[f64; 3]],
    at: usize,
    members: &[usize],
) -> Remark {
    let name = |point: usize, zh: bool| {
        let places: &[&str] =
            if zh { &["place_zh", "name_zh", "name"] } else { &["place", "name"] };
        let said = places.iter().find_map(|field| subject.text(point, field));
        said.unwrap_or_else(|| subject.features[point].id.as_str().to_owned())
    };
    let list = |zh: bool| {
        let mut names: Vec<String> = members.iter().take(4).map(|&one| name(one, zh)).collect();
        if members.len() > 4 {
            names.push(if zh { "等".into() } else { format!("{} more", members.len() - 4) });
        }
        names.join(if zh { "、" } else { "; " })
    };
    let radius = km(radius_m(points, members));
    let (from_m, to_m) = found.exists_m[at];
    let to_en = to_m.map_or("any larger radius".to_owned(), |to_m| format!("{} km", km(to_m)));
    let to_zh = to_m.map_or("更大".to_owned(), |to_m| format!("{}千米", km(to_m)));
    Remark::new(
        format!(
            "Group {}: {} (radius {radius} km; it exists from {} km to {to_en}).",
            at + 1,
            list(false),
            km(from_m)
        ),
        format!(
            "群组{}：{}（半径{radius}千米；在半径{}千米至{to_zh}之间存在）。",
            at + 1,
            list(true),
            km(from_m)
        ),
    )
}

fn against_chance(tested: &Tested, largest: Option<usize>) -> Remark {
    let Some(p_value) =
        tested.draws.as_ref().zip(largest).and_then(|(draws, size)| draws.p_value(size))
    else {
        return Remark::new(
            "This describes where points lie; it is no test of whether they cluster.",
            "这是对点位分布的描述，并未检验其是否聚集。",
        );
    };
    let (en, zh) = if p_value <= 0.05 {
        ("so large a group is rare among them", "这样大的群组很少见")
    } else {
        ("so large a group is nothing unusual", "这样大的群组并不罕见")
    };
    Remark::new(
        format!(
            "Of draws of as many sites from the reference, {:.1} % have a largest group at least as large (p {}): {en}. The test asks about size alone, not about why.",
            p_value * 100.0,
            p_said(p_value)
        ),
        format!(
            "从参照地点随机抽取同样多的地点，{:.1}%的抽样中最大群组至少同样大（p {}）：{zh}。检验只涉及规模，不说明原因。",
            p_value * 100.0,
            p_said(p_value)
        ),
    )
}
