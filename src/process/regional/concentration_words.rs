//! What `concentration` says in words.

use super::division::Division;
use crate::analysis::honesty::{Refusal, Warning};
use crate::domain::Remark;

pub(super) fn why_reference() -> Remark {
    Remark::new(
        "the points of all industries: an even industry would be spread as all of them are",
        "全部产业的点：均匀的产业应与其同样分布",
    )
}

pub(super) fn nothing() -> Remark {
    Remark::new(
        "No point has an industry, so there is nothing to compare.",
        "没有含产业的点，无从比较。",
    )
}

pub(super) fn without_sizes() -> Remark {
    Remark::new(
        "Every point counts as a plant of the same size (H = 1/N). One giant plant makes an industry look concentrated; name a property of sizes as `weight`, and compare.",
        "每个点按同等规模计（H = 1/N）。单个大企业会使产业显得集聚；请用 weight 指定规模属性并比较。",
    )
}

pub(super) fn too_few(n: usize) -> Remark {
    Remark::new(
        format!(
            "n = {n}: a description, not a test. Indices of concentration take at least 30 points, and 10 of an industry; the raw one is told, not corrected for the lumpiness of plants, and bounds the index from above."
        ),
        format!(
            "n = {n}：只是描述，不是检验。集聚指数至少需要30个点、每个产业10个点；此处只给出未扣除企业规模不均的原始值，它是指数的上限。"
        ),
    )
}

pub(super) fn refused(refusal: Refusal) -> Remark {
    let zh = match refusal {
        Refusal::TooFew { n, least } => format!("n = {n}：至少需要{least}个点"),
        Refusal::TooFewPlants { plants } => format!("{plants}个点：每个产业至少需要10个"),
    };
    Remark::new(refusal.to_string(), zh)
}

pub(super) fn undefined() -> Remark {
    Remark::new(
        "one region has everything, or the industry has nothing: there is nothing to compare",
        "全部集中在一个区域，或该产业没有数量：无从比较",
    )
}

pub(super) fn labelled(n: usize, warning: Warning) -> Remark {
    let zh = match warning {
        Warning::Size(_) => format!("n = {n}：点数这样多时一切都显著，应看指数的大小"),
        _ => format!("n = {n}：检验效力低，不显著并不说明均匀"),
    };
    Remark::new(warning.to_string(), zh)
}

/// Says what was found and what it does and does not show.
pub(super) fn summary(
    division: &Division,
    industries: usize,
    tests: usize,
    found: &[(&str, f64)],
    n: usize,
) -> Remark {
    let words = division.level.words();
    let said = Remark::new(
        format!("{n} points of {industries} industries over {} {}.", division.len(), words.en),
        format!("{n}个点、{industries}个产业，分布在{}个{}。", division.len(), words.zh),
    );
    if tests == 0 {
        return said.and(&Remark::new(
            "No industry has enough points for an index of concentration; shares and raw values describe, and test nothing.",
            "没有产业的点数足以计算集聚指数；占比和原始值只是描述，没有检验。",
        ));
    }
    let of = |is_above: bool| {
        let mut all: Vec<&(&str, f64)> =
            found.iter().filter(|(_, gamma)| (*gamma > 0.0) == is_above).collect();
        all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
        let names = all.iter().take(5).map(|(name, gamma)| format!("{name} (γ = {gamma:.3})"));
        (all.len(), names.collect::<Vec<_>>())
    };
    let (above, above_names) = of(true);
    let (below, below_names) = of(false);
    let list = |count: usize, names: &[String], between: &str| {
        if count == 0 { String::new() } else { format!(": {}", names.join(between)) }
    };
    said.and(&Remark::new(
        format!(
            "Of {tests} tested, {above} are more concentrated than plants thrown at the map at a false discovery rate of 5 %{}, and {below} less{}. The indices are of these regions: other borders give others, and pairs across a border are not seen.",
            list(above, &above_names, ", "),
            list(below, &below_names, ", ")
        ),
        format!(
            "检验的{tests}个产业中，在5%的错误发现率下{above}个比随机投点更集聚{}，{below}个更分散{}。指数取决于区域划分，跨界的点对看不到。",
            list(above, &above_names, "、"),
            list(below, &below_names, "、")
        ),
    ))
}
