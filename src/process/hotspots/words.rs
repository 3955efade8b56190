//! What `hotspots` says in words.

use super::Statistic;
use super::tests_of::Tested;
use super::units::Units;
use crate::analysis::autocorrelation::Undefined;
use crate::analysis::honesty::Warning;
use crate::domain::Remark;
use crate::formats::answer::find;
use crate::process::report::p_said;

pub(super) fn why_level() -> Remark {
    Remark::new("cells when cell_km is given, else province", "给出 cell_km 时取网格，否则取省级")
}

pub(super) fn why_weights(is_units: bool) -> Remark {
    if is_units {
        return Remark::new("administrative units share edges", "行政单位之间有共同边界");
    }
    Remark::new("8 neighbors, 6 below 200 units", "8个邻居，少于200个单元取6个")
}

pub(super) fn why_permutations() -> Remark {
    Remark::new(
        "999 below 200 units for a statistic of the whole map, else 9999",
        "全局统计量且少于200个单元取999，否则取9999",
    )
}

pub(super) fn too_few(n: usize) -> Remark {
    Remark::new(
        format!("n = {n} units: fewer than 8; no statistic means anything."),
        format!("n = {n}个单元：少于8个，统计量没有意义。"),
    )
}

/// What cannot be counted where nothing is drawn.
pub(super) fn many_cases(most: usize) -> Remark {
    Remark::new(
        format!(
            "below 30 units nothing is drawn, and a unit whose neighbors could be more than {most} sets of others, or count by unequal weights, is not counted out"
        ),
        format!("少于30个单元时不作抽样；邻居组合超过{most}种或权重不等的单元不作枚举"),
    )
}

/// What local tests of few units can show at best.
pub(super) fn counted_out(n: usize, least: f64, can_reach: bool) -> Remark {
    let (en, zh) = if can_reach {
        ("", "")
    } else {
        (
            ", so none can be significant among so many (Bonferroni, 5 %): these are descriptions",
            "，因此在这么多检验中没有一个可能显著（Bonferroni，5%）：只是描述",
        )
    };
    Remark::new(
        format!(
            "n = {n} units: local p-values are exact, from all cases and not from draws; the smallest that any can have is {least:.2e}{en}."
        ),
        format!("n = {n}个单元：局部p值为精确值（穷举而非抽样），可能的最小值为{least:.2e}{zh}。"),
    )
}

pub(super) fn why_style(is_standardised: bool) -> Remark {
    if is_standardised {
        Remark::new(
            "each row of weights is divided by its sum, as Moran and Geary are usually told",
            "权重按行标准化：Moran 与 Geary 通常采用该形式",
        )
    } else {
        Remark::new("each neighbor counts 1", "每个邻居权重为1")
    }
}

pub(super) fn few_units(n: usize) -> Remark {
    Remark::new(
        format!(
            "n = {n} units: below 30 nothing is drawn; what can be counted case by case is tested exactly (join counts, local statistics, up to 9 units the statistic of the whole map), the rest is told and not tested."
        ),
        format!(
            "n = {n}个单元：少于30个时不作抽样；可逐一枚举者作精确检验（连接计数、局部统计量、9个单元以内的全局统计量），其余只给出数值。"
        ),
    )
}

pub(super) fn labelled(n: usize, warning: Warning) -> Remark {
    let zh = match warning {
        Warning::Size(_) => format!("n = {n}：单元这样多时一切都显著，应看数值的大小"),
        Warning::ManyDraws(_) => format!("n = {n}：邻居最多8个，置换至少9999次或精确枚举"),
        _ => format!("n = {n}：检验很多，总有一些因偶然而显著，应看q值"),
    };
    Remark::new(warning.to_string(), zh)
}

pub(super) fn few_points(points: usize, n: usize) -> Remark {
    Remark::new(
        format!(
            "{points} points over {n} units: a description of so few points, whatever the tests say; most units hold none."
        ),
        format!(
            "{points}个点分布在{n}个单元：点数很少，无论检验结果如何都只是描述；多数单元没有点。"
        ),
    )
}

pub(super) fn islands(count: usize) -> Remark {
    Remark::new(
        format!(
            "{count} units have no neighbors: they count in n, add nothing, and have no value of their own."
        ),
        format!("{count}个单元没有邻居：计入n，但不参与求和，也没有局部值。"),
    )
}

pub(super) fn few_neighbors(count: usize, others: usize) -> Remark {
    Remark::new(
        format!("{count} neighbors were asked for, and there are {others} others."),
        format!("要求{count}个邻居，只有{others}个其他单元。"),
    )
}

pub(super) fn outside(count: usize) -> Remark {
    Remark::new(
        format!("{count} points lie in no region and are not counted."),
        format!("{count}个点不在任何区域内，未计入。"),
    )
}

pub(super) fn occupied_cells() -> Remark {
    Remark::new(
        "Only cells that hold points are units: empty land is not compared, as nobody knows where it ends.",
        "只有含点的网格才是单元：空白区域的边界无从确定，未参与比较。",
    )
}

pub(super) fn without_weight(count: usize) -> Remark {
    Remark::new(
        format!("{count} points have no value of `weight` and add nothing."),
        format!("{count}个点没有 weight 值，按0计。"),
    )
}

pub(super) fn left_out(count: usize) -> Remark {
    Remark::new(
        format!("{count} points have no value of `weight` and are left out."),
        format!("{count}个点没有 weight 值，未计入。"),
    )
}

pub(super) fn floor(tests: usize, permutations: usize, fewest: usize) -> Remark {
    Remark::new(
        format!(
            "With {permutations} permutations no p-value is below {:.2e}, so of {tests} units either none or at least {fewest} pass a false discovery rate of 5 %: ask for more permutations.",
            1.0 / (permutations + 1) as f64
        ),
        format!(
            "置换{permutations}次时p值不会小于{:.2e}，因此{tests}个单元中要么没有、要么至少{fewest}个通过5%的错误发现率：请增加置换次数。",
            1.0 / (permutations + 1) as f64
        ),
    )
}

pub(super) fn of_the_whole() -> Remark {
    Remark::new("the statistic is of the whole map: see `global`", "该统计量针对全图：见 global")
}

pub(super) fn one_sided() -> Remark {
    Remark::new("a local join count is tested for many, not for few", "局部连接计数只检验是否偏多")
}

pub(super) fn unmarked() -> Remark {
    Remark::new("only marked units are counted at", "只在有标记的单元计数")
}

pub(super) fn undefined(why: Undefined) -> Remark {
    let zh = match why {
        Undefined::TooFew(n) => format!("{n}个单元没有空间自相关可言：至少需要3个"),
        Undefined::Constant => "所有值相等，无从比较".to_owned(),
        Undefined::NoLinks => "没有单元有邻居：请选择至少连接两个单元的权重".to_owned(),
        Undefined::OneAlone => "General G 比较大于零的值；这样的单元不足两个".to_owned(),
        Undefined::Negative(count) => format!("General G 不接受负值；其中{count}个为负"),
    };
    Remark::new(why.to_string(), zh)
}

/// Says what was found and what it does and does not show.
pub(super) fn summary(units: &Units, statistic: Statistic, tested: &Tested) -> Remark {
    let n = units.len();
    let said = of_the_map(n, tested);
    if !statistic.is_local() {
        return said;
    }
    if tested.tests == 0 {
        return said.and(&Remark::new("No unit is tested.", "没有单元作检验。"));
    }
    let mut kinds: Vec<&str> = tested.classes.iter().flatten().copied().collect();
    kinds.retain(|kind| !matches!(*kind, "not_significant" | "island"));
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() {
        return said.and(&Remark::new(
            format!("Of {} units tested none stands out at a false discovery rate of 5 %; that is no proof of evenness.", tested.tests),
            format!("检验的{}个单元中，在5%的错误发现率下没有突出者；这并不证明分布均匀。", tested.tests),
        ));
    }
    kinds.into_iter().fold(said, |said, kind| {
        let of: Vec<usize> = (0..n).filter(|&at| tested.classes[at] == Some(kind)).collect();
        let list = |language: usize, between: &str| {
            let names = of.iter().take(5).map(|&at| units.names[at][language].as_str());
            names.collect::<Vec<_>>().join(between)
        };
        let (en_more, zh_more) = if of.len() > 5 { (", …", "等") } else { ("", "") };
        let words = kind.replace('_', " among ");
        said.and(&Remark::new(
            format!("{} of {} are {words}: {}{en_more}.", of.len(), tested.tests, list(0, ", ")),
            format!("{}个单元为{}：{}{zh_more}。", of.len(), chinese(kind), list(1, "、")),
        ))
    })
}

fn chinese(kind: &str) -> &'static str {
    match kind {
        "hot" => "热点",
        "cold" => "冷点",
        "high_high" => "高值聚集",
        "low_low" => "低值聚集",
        "high_low" => "低值中的高值",
        "low_high" => "高值中的低值",
        _ => "聚集",
    }
}

/// What a statistic of the whole map is called in a sentence.
fn title(statistic: &str) -> Remark {
    match statistic {
        "moran" => Remark::new("Moran's I", "莫兰指数I"),
        "geary" => Remark::new("Geary's C", "吉尔里系数C"),
        "general_g" => Remark::new("General G", "General G"),
        "join_count" => Remark::new("The join count", "连接计数"),
        other => Remark::new(other, other),
    }
}

fn of_the_map(n: usize, tested: &Tested) -> Remark {
    let number = |name: &str| find(&tested.global, name).as_number();
    let name = title(find(&tested.global, "statistic").as_text().unwrap_or_default());
    let Some((value, expected)) = number("value").zip(number("expected")) else {
        let why = find(&tested.global, "reason").as_text().unwrap_or_default();
        return Remark::new(
            format!("{n} units. {} has no value: {}.", name.en, why.trim_end_matches('.')),
            format!("{n}个单元。{}没有值：{}。", name.zh, why.trim_end_matches('。')),
        );
    };
    let verdict = match number("p_value") {
        Some(p) if p <= 0.05 => Remark::new(
            format!("p {}, two-sided: more than chance arranges", p_said(p)),
            format!("双侧p {}：超出偶然", p_said(p)),
        ),
        Some(p) => Remark::new(
            format!("p {}, two-sided: nothing that chance does not arrange", p_said(p)),
            format!("双侧p {}：未超出偶然", p_said(p)),
        ),
        None => Remark::new("not tested", "未作检验"),
    };
    Remark::new(
        format!(
            "{n} units. {} = {value:.4}, expected {expected:.4} by chance; {}.",
            name.en, verdict.en
        ),
        format!("{n}个单元。{} = {value:.4}，随机期望{expected:.4}；{}。", name.zh, verdict.zh),
    )
}
