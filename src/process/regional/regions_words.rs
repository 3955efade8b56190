//! What `regions` says in words.

use super::division::{Division, Level};
use super::regions::Row;
use crate::analysis::honesty::Warning;
use crate::domain::Remark;
use crate::process::report::p_said;

pub(super) fn why_reference(is_among: bool) -> Remark {
    if is_among {
        return Remark::new(
            "the points of all industries: has a region more of this one than of all?",
            "以全部产业的点为基准：某地该产业的占比是否高于全部产业？",
        );
    }
    Remark::new(
        "sites that could have been chosen, the points among them",
        "可供选择的地点，含所分析的点",
    )
}

pub(super) fn outside(count: usize, level: Level) -> Remark {
    let words = level.words();
    Remark::new(
        format!("{count} points lie in none of the {} and are not counted.", words.en),
        format!("{count}个点不在任何{}内，未计入。", words.zh),
    )
}

pub(super) fn without_weight(count: usize, weight: &str) -> Remark {
    Remark::new(
        format!("{count} points have no `{weight}`: they count as points, and their size as 0."),
        format!("{count}个点没有“{weight}”：计入点数，规模按0计。"),
    )
}

pub(super) fn without_industry(count: usize, by: &str) -> Remark {
    Remark::new(
        format!("{count} points have no `{by}` and count in no industry."),
        format!("{count}个点没有“{by}”，不计入任何产业。"),
    )
}

pub(super) fn too_few(n: usize) -> Remark {
    Remark::new(
        format!("n = {n}: fewer than 8 points; no test means anything."),
        format!("n = {n}：少于8个点，检验没有意义。"),
    )
}

pub(super) fn few(n: usize) -> Remark {
    Remark::new(
        format!(
            "n = {n}: a description, not a test. The p-values are exact, but so few points would have to lie very unevenly to be told from chance; and a region picked because it has the most is no surprise: read the q-values."
        ),
        format!(
            "n = {n}：只是描述，不是检验。p值是精确的，但点数这样少，只有极不均匀时才能与偶然区分；因点数最多而选出的区域不足为奇，应看q值。"
        ),
    )
}

pub(super) fn labelled(n: usize, warning: Warning) -> Remark {
    let zh = match warning {
        Warning::Size(_) => format!("n = {n}：点数这样多时一切都显著，应看差异的大小"),
        _ => format!("n = {n}：检验很多，总有一些因偶然而显著，应看q值"),
    };
    Remark::new(warning.to_string(), zh)
}

pub(super) fn exhausted(n: usize, sites: usize) -> Remark {
    Remark::new(
        format!(
            "{n} of the {sites} sites are the points themselves: they are compared with little else, so quotients are near 1 whatever they do. Name an industry, or another reference."
        ),
        format!(
            "{sites}个地点中有{n}个就是所分析的点：几乎是与自身比较，区位商必然接近1。请指定产业或其他参照。"
        ),
    )
}

pub(super) fn nothing_else() -> Remark {
    Remark::new(
        "there are no sites but the points themselves: name an industry, or another reference",
        "除所分析的点外没有其他地点：请指定产业或其他参照",
    )
}

pub(super) fn no_sizes() -> Remark {
    Remark::new(
        "the reference has no such sizes: name one that has, or an industry",
        "参照地点没有该规模属性：请指定有该属性的参照，或指定产业",
    )
}

pub(super) fn why_bootstrap() -> Remark {
    Remark::new(
        "999 draws of all sites, with replacement: the middle 95 % of each quotient",
        "对全部地点有放回抽样999次：各区位商的中间95%",
    )
}

pub(super) fn of_counts() -> Remark {
    Remark::new(
        "quotients of counts have an exact p-value; those of sizes have an interval",
        "按点数的区位商有精确p值；按规模的区位商才有区间",
    )
}

pub(super) fn few_plants(least: usize) -> Remark {
    Remark::new(
        format!("a region with fewer than {least} of the points asked about has no interval"),
        format!("所问的点少于{least}个的区域没有区间"),
    )
}

pub(super) fn many_draws(regions: usize, draws: usize) -> Remark {
    Remark::new(
        format!(
            "{regions} regions times {draws} draws are too many to keep: take fewer draws or larger regions"
        ),
        format!("{regions}个区域乘以{draws}次抽样过多：请减少次数或加大区域"),
    )
}

pub(super) fn empty_regions() -> Remark {
    Remark::new(
        "a region without sites has no quotient, and there is nothing to test",
        "没有地点的区域没有区位商，也无从检验",
    )
}

pub(super) fn no_industries() -> Remark {
    Remark::new(
        "there is no property of industries here: name one with `by`",
        "没有产业属性：请用 by 指定",
    )
}

pub(super) fn empty_industries() -> Remark {
    Remark::new(
        "a region without points of a known industry has no shares of industries",
        "没有已知产业的点的区域没有产业占比",
    )
}

/// Says what was counted and what it does and does not show.
pub(super) fn summary(division: &Division, rows: &[Row], n: usize, reference: &str) -> Remark {
    let held = rows.iter().filter(|row| row.count.n > 0).count();
    let (all, words) = (division.len(), division.level.words());
    let mut said = Remark::new(
        format!("{n} points stand in {held} of {all} {}.", words.en),
        format!("{n}个点分布在{all}个{}中的{held}个。", words.zh),
    );
    let mut order: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].count.n > 0).collect();
    order.sort_by(|&a, &b| rows[b].count.n.cmp(&rows[a].count.n).then(a.cmp(&b)));
    if let Some(&most) = order.first() {
        said = said.and(&of_most(division, rows, &order, most));
    }
    let tested: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].q_value.is_some()).collect();
    if tested.is_empty() {
        return said
            .and(&Remark::new("This counts points; it tests nothing.", "这只是计数，没有检验。"));
    }
    said.and(&against(division, rows, &tested, reference))
}

fn of_most(division: &Division, rows: &[Row], order: &[usize], most: usize) -> Remark {
    let largest = rows[most].count.n;
    let equal: Vec<usize> =
        order.iter().copied().filter(|&at| rows[at].count.n == largest).collect();
    let names = |language: usize, between: &str| {
        let named = equal.iter().take(4).map(|&at| division.regions[at].name[language].as_str());
        named.collect::<Vec<_>>().join(between)
    };
    let more = equal.len().saturating_sub(4);
    let (en_more, zh_more) = match more {
        0 => (String::new(), String::new()),
        _ => (format!(" and {more} more"), "等".to_owned()),
    };
    Remark::new(
        format!("The most, {largest}, are in {}{en_more}.", names(0, ", ")),
        format!("最多的是{}{zh_more}，各{largest}个。", names(1, "、")),
    )
}

fn against(division: &Division, rows: &[Row], tested: &[usize], reference: &str) -> Remark {
    let mut found: Vec<usize> =
        tested.iter().copied().filter(|&at| rows[at].q_value.is_some_and(|q| q <= 0.05)).collect();
    found.sort_by(|&a, &b| {
        let quotient = |at: usize| rows[at].location_quotient.unwrap_or(0.0);
        quotient(b).total_cmp(&quotient(a)).then(a.cmp(&b))
    });
    let sites: usize = rows.iter().map(|row| row.count.sites).sum();
    if found.is_empty() {
        let least = tested.iter().filter_map(|&at| rows[at].p_value).fold(1.0, f64::min);
        let least = p_said(least).trim_start_matches("= ").to_owned();
        return Remark::new(
            format!(
                "Against {sites} sites ({reference}) no region has more than its share at a false discovery rate of 5 %; the smallest of {} p-values is {least}, as one of so many may be. That is no proof of evenness.",
                tested.len()
            ),
            format!(
                "与{sites}个地点（{reference}）相比，在5%的错误发现率下没有区域超出其应有份额；{}个p值中最小的为{least}，在这么多检验中属正常。这并不证明分布均匀。",
                tested.len()
            ),
        );
    }
    let list = |language: usize, between: &str| {
        let one = |&at: &usize| {
            let quotient = rows[at].location_quotient;
            let quotient = quotient.map_or_else(String::new, |one| format!(" (LQ {one:.1})"));
            format!("{}{quotient}", division.regions[at].name[language])
        };
        found.iter().take(5).map(one).collect::<Vec<_>>().join(between)
    };
    let count = found.len();
    Remark::new(
        format!(
            "Against {sites} sites ({reference}), {count} of {} have more than their share at a false discovery rate of 5 %: {}{}. The test says that they have more, not why.",
            tested.len(),
            list(0, ", "),
            if count > 5 { ", …" } else { "" }
        ),
        format!(
            "与{sites}个地点（{reference}）相比，在5%的错误发现率下{}个中有{count}个超出其应有份额：{}{}。检验说明数量偏多，不说明原因。",
            tested.len(),
            list(1, "、"),
            if count > 5 { "等" } else { "" }
        ),
    )
}
