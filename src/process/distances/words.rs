//! What `distances` says in words: why a value was chosen, why one is missing, what it all shows.

use super::case::{Case, FROM, Null, OTHER, Statistic, TO};
use super::tables::{Measured, Spread};
use super::windows;
use crate::analysis::envelope::{Curve, Envelope};
use crate::analysis::honesty::{Refusal, Verdict, Warning};
use crate::domain::Remark;
use crate::process::report::{Report, p_said};

fn km(metres: f64) -> String {
    format!("{:.1}", metres / 1000.0)
}

/// The name of a statistic and the unit of its values.
pub(super) fn name(statistic: Statistic) -> (&'static str, &'static str) {
    match statistic {
        Statistic::Nearest => ("nearest", "m"),
        Statistic::ClarkEvans => ("clark_evans", "1"),
        Statistic::K => ("k", "m2"),
        Statistic::L => ("l", "m"),
        Statistic::CrossK => ("cross_k", "m2"),
        Statistic::Kd => ("kd", "1/m"),
        Statistic::M => ("m", "1"),
        Statistic::MDensity => ("m_density", "1"),
    }
}

pub(super) fn why_by() -> Remark {
    Remark::new(
        "industry_group if it has the value, else industry",
        "industry_group 含有该值时用之，否则用 industry",
    )
}

pub(super) fn why_null(null: Null) -> Remark {
    match null {
        Null::Labels => Remark::new(
            "the points stay and their labels are shuffled: is one placed otherwise than the others?",
            "点不动，打乱标签：该类的布局是否与其他类不同？",
        ),
        Null::Sites => Remark::new(
            "as many are drawn from all sites: coasts and mountains are then the same for all",
            "从全部地点中抽取同样多的点：海岸与山地对各类相同",
        ),
        Null::Strewn => Remark::new(
            "there are no other sites, so points are strewn evenly in the window, as no industry ever is",
            "没有其他地点，故在研究区内均匀撒点；现实中没有产业如此分布",
        ),
    }
}

pub(super) fn why_reference(names: &str) -> Remark {
    if names == "none" {
        return Remark::new("the other points are the sites", "其余的点即为可选地点");
    }
    Remark::new(
        "the designated zones are where such places are at all",
        "获认定的园区即为此类地点可能的所在",
    )
}

pub(super) fn why_side() -> Remark {
    Remark::new(
        "a quarter of the shorter side of the box around the sites",
        "地点外接框短边的四分之一",
    )
}

pub(super) fn why_median() -> Remark {
    Remark::new(
        "the median distance among those asked about (Duranton & Overman 2005)",
        "所问各点之间距离的中位数（Duranton 与 Overman，2005）",
    )
}

pub(super) fn why_near(neighbors: usize) -> Remark {
    Remark::new(
        format!("where a point has about {neighbors} neighbours, for there are many sites"),
        format!("地点很多：取约有{neighbors}个邻近者的距离"),
    )
}

pub(super) fn without_value(count: usize, field: &str) -> Remark {
    Remark::new(
        format!("{count} sites have no `{field}` and are left out."),
        format!("{count}个地点没有“{field}”，未计入。"),
    )
}

pub(super) fn alike(count: usize) -> Remark {
    Remark::new(
        format!(
            "{count} sites of the reference have an industry that is asked about, too. Only points of the collection are asked about: those of the reference are others, whatever they make."
        ),
        format!(
            "参照集合中有{count}个地点属于所问产业。所问的只是本集合中的点：参照地点一律计为其他地点。"
        ),
    )
}

/// Says what `bins` holds.
pub(super) fn bins(is_observed_exact: bool) -> Remark {
    let (en, zh) = if is_observed_exact {
        ("the observed curve is summed over all pairs exactly", "观测曲线对全部点对精确求和")
    } else {
        ("the observed curve, too", "观测曲线亦然")
    };
    Remark::new(
        format!(
            "Every pair is counted. Draws count distances in bins of width_m, a thirty-second of the bandwidth, which moves no value by more than greatest_error (in the unit of the curve); {en}."
        ),
        format!(
            "所有点对均计入。抽样按宽 width_m（带宽的1/32）的区间计数，任何值的误差不超过 greatest_error（单位同曲线）；{zh}。"
        ),
    )
}

/// Says who is counted as asked about, for every statistic alike.
pub(super) fn rule() -> Remark {
    Remark::new(
        "points: those of the collection that are asked about; others: its other points, and every site of the reference, whatever it makes",
        "points 为本集合中所问的点；others 为其余的点以及参照集合的全部地点，不论其产业",
    )
}

pub(super) fn exhausted(asked: usize, sites: usize) -> Remark {
    Remark::new(
        format!("{asked} of {sites} sites: each draw holds most of them, so the test says little."),
        format!("从{sites}个地点中抽{asked}个：每次抽样几乎包含全部地点，检验意义不大。"),
    )
}

pub(super) fn outside(count: usize, window: &Remark) -> Remark {
    Remark::new(
        format!("{count} sites stand outside {} and are left out.", window.en),
        format!("{count}个地点位于{}之外，未计入。", window.zh),
    )
}

pub(super) fn window_decides(window: &Remark, area_m2: f64) -> Remark {
    let area = area_m2 / 1e6;
    Remark::new(
        format!(
            "The window is {}, {area:.0} km²; another one gives another curve, so compare several.",
            window.en
        ),
        format!(
            "研究区为{}，{area:.0}平方千米；研究区不同，曲线也不同，请比较多个研究区。",
            window.zh
        ),
    )
}

pub(super) fn no_window(name: &str) -> Remark {
    let is = windows::words(name);
    Remark::new(
        format!("there is no such window: {} has no area here, or no boundaries are loaded", is.en),
        format!("没有这样的研究区：{}没有面积，或未加载边界", is.zh),
    )
}

pub(super) fn few_inside(n: usize) -> Remark {
    Remark::new(
        format!("{n} points inside: this takes at least 8, not all at one place"),
        format!("区内有{n}个点：至少需要8个且不在同一处"),
    )
}

pub(super) fn no_neighbor(n: usize) -> Remark {
    Remark::new(
        format!("{n} points: a neighbour takes at least two"),
        format!("{n}个点：至少要有两个点才有邻近者"),
    )
}

pub(super) fn few_simulations(count: usize, whole: usize) -> Remark {
    Remark::new(
        format!(
            "{count} simulations of so many steps cannot reach 5 %: take at least {whole}, or fewer steps."
        ),
        format!("这样多的步数下{count}次模拟达不到5%的水平：至少取{whole}次，或减少步数。"),
    )
}

pub(super) fn no_two_apart() -> Remark {
    Remark::new(
        "No two of those asked about stand apart, so there is no distance to speak of.",
        "所问的点没有两个位于不同之处，因此没有距离可言。",
    )
}

pub(super) fn no_radius() -> Remark {
    Remark::new(
        "Half of the points, or more, stand at one place, so their distances suggest none to draw a curve to: give max_km.",
        "半数或更多的点位于同一处，无法由距离选定曲线长度：请给出 max_km。",
    )
}

pub(super) fn refused(refusal: Refusal) -> Remark {
    let zh = match refusal {
        Refusal::TooFew { n, least } => format!("n = {n}：至少需要{least}个点"),
        Refusal::TooFewPlants { plants } => format!("{plants}个企业：每个产业至少需要10个"),
    };
    Remark::new(refusal.to_string(), zh)
}

/// Warns of what so few points, or so many, cannot show; `asked` are asked about.
pub(super) fn warn(report: &mut Report<'_>, verdict: Verdict, asked: usize) {
    let warning = match verdict {
        Verdict::Labelled(warning) => warning,
        Verdict::Refused(refusal) => {
            return report.warn("too_few_points", &refused(refusal));
        }
        // Among many sites few may still be asked about.
        Verdict::Allowed if asked < 30 => Warning::Description(asked),
        Verdict::Allowed if asked < 100 => Warning::LowPower(asked),
        Verdict::Allowed => return,
    };
    let (code, zh) = match warning {
        Warning::Windows(n) => ("windows", format!("n = {n}：结果取决于研究区，请至少比较三个")),
        Warning::LowPower(n) => (
            "low_power",
            format!("n = {n}：不显著并不说明什么；要有一半的点聚集，才能十次中有九次被发现"),
        ),
        Warning::Size(n) => ("size", format!("n = {n}：点数这样多，一切都会显著；请看差异的大小")),
        _ => ("few_points", format!("n = {asked}：只是描述，不是检验")),
    };
    report.warn(code, &Remark::new(warning.to_string(), zh));
}

/// Says how far the nearest neighbors are.
pub(super) fn nearest(case: &Case, spread: &Spread) -> Remark {
    let (Some(mean), Some(median), Some(least), Some(most)) =
        (spread.mean_m, spread.median_m, spread.least_m, spread.most_m)
    else {
        return no_neighbor(spread.n);
    };
    let (en, zh) = if case.neighbors() == TO {
        (format!("nearest of {}", case.asked[1]), format!("最近的“{}”", case.asked[1]))
    } else {
        ("nearest neighbour".to_owned(), "最近邻".to_owned())
    };
    let n = spread.n;
    Remark::new(
        format!(
            "{n} points: the {en} is {} km away on average, {} km by the median, from {} to {} km along great circles. This describes; it is no test.",
            km(mean),
            km(median),
            km(least),
            km(most)
        ),
        format!(
            "{n}个点：到{zh}的大圆距离平均{}千米，中位数{}千米，{}至{}千米。这是描述，不是检验。",
            km(mean),
            km(median),
            km(least),
            km(most)
        ),
    )
}

/// Says which index a p-value belongs to.
pub(super) fn whose_p_value() -> Remark {
    Remark::new(
        "value: the mean distance to the nearest over 0.5 √(A/n), with z_value, both blind to the edge; corrected: with Donnelly's correction for the edge; simulated: over the mean of points strewn in the same window, which have the same edge. The p-values are of simulated, and of no other",
        "value 为平均最近邻距离与 0.5 √(A/n) 之比，与 z_value 同样未考虑边界；corrected 含 Donnelly 边界校正；simulated 为与同一研究区内撒点均值之比，边界相同。p 值只属于 simulated",
    )
}

/// Warns where the index and its corrected value are on opposite sides of 1.
pub(super) fn edge_decides(names: &[&str]) -> Remark {
    let list = |zh: bool| {
        let is = names.iter().map(|name| windows::words(name));
        let is = is.map(|one| if zh { one.zh } else { one.en });
        is.collect::<Vec<_>>().join(if zh { "、" } else { "; " })
    };
    Remark::new(
        format!(
            "The edge decides: the index and its corrected value are on opposite sides of 1 in {}. The p-value is of neither but of `simulated`, whose draws have the same edge.",
            list(false)
        ),
        format!(
            "边界起决定作用：在{}中，指数与其校正值分居1的两侧。p值不属于二者，而属于 simulated，其模拟具有相同边界。",
            list(true)
        ),
    )
}

/// Says what the windows agree on, if anything.
pub(super) fn clark_evans(n: usize, measured: &[Measured]) -> Remark {
    let known: Vec<(&str, f64, f64)> = measured
        .iter()
        .filter_map(|one| {
            let index = one.index?;
            Some((one.name, index.simulated?, index.p_values?.two_sided))
        })
        .collect();
    if known.is_empty() {
        return Remark::new(
            format!("{n} points: no window has the index of Clark and Evans."),
            format!("{n}个点：没有研究区可计算 Clark-Evans 指数。"),
        );
    }
    let list = |is_zh: bool| {
        let of = |&(name, value, p): &(&str, f64, f64)| {
            let is = windows::words(name);
            format!("{value:.2} – {} (p {})", if is_zh { is.zh } else { is.en }, p_said(p))
        };
        known.iter().map(of).collect::<Vec<_>>().join(if is_zh { "；" } else { "; " })
    };
    let low = known.iter().filter(|(_, value, p)| *value < 1.0 && *p <= 0.05).count();
    let high = known.iter().filter(|(_, value, p)| *value > 1.0 && *p <= 0.05).count();
    let (en, zh) = match (low, high) {
        (low, 0) if low == known.len() => (
            "In every window points are nearer to each other than strewn ones.",
            "在每个研究区内，点都比均匀撒点更相互靠近。",
        ),
        (0, high) if high == known.len() => (
            "In every window points are farther from each other than strewn ones.",
            "在每个研究区内，点都比均匀撒点更相互远离。",
        ),
        (0, 0) => (
            "In no window can they be told from strewn ones.",
            "在任何研究区内都无法与均匀撒点区分。",
        ),
        _ => (
            "The answer hangs on the window, so nothing can be claimed of clustering or dispersion.",
            "结果取决于研究区，因此不能断言聚集或分散。",
        ),
    };
    Remark::new(
        format!(
            "Mean distance to the nearest of {n} points over that of points strewn evenly in the same window: {}. {en}",
            list(false)
        ),
        format!("{n}个点的平均最近邻距离与同一研究区内均匀撒点之比：{}。{zh}", list(true)),
    )
}

fn who(case: &Case) -> Remark {
    let points = case.kinds.iter().filter(|kind| **kind == FROM).count();
    let others = case.kinds.iter().filter(|kind| **kind == TO).count();
    match (&case.asked[..], case.neighbors()) {
        ([from, to, ..], TO) => Remark::new(
            format!("{points} points of {from} and {others} of {to}"),
            format!("{points}个“{from}”的点与{others}个“{to}”的点"),
        ),
        ([], _) => Remark::new(format!("{points} points"), format!("{points}个点")),
        (asked, _) => Remark::new(
            format!("{points} points of {}", asked.join(" and ")),
            format!("{points}个“{}”的点", asked.join("、")),
        ),
    }
}

/// Says that there is no curve.
pub(super) fn no_curve(case: &Case, refusal: Refusal) -> Remark {
    let (who, why) = (who(case), refused(refusal));
    Remark::new(
        format!(
            "No curve of {}: {}. statistic=nearest still says how far apart they are.",
            who.en, why.en
        ),
        format!("{}没有曲线：{}。statistic=nearest 仍可说明它们相距多远。", who.zh, why.zh),
    )
}

/// The distances at which a curve is beyond a band: from where to where.
fn beyond(radii_m: &[f64], is_beyond: impl Fn(usize) -> bool) -> Vec<(f64, f64)> {
    let mut runs: Vec<(f64, f64)> = Vec::new();
    for (at, &radius_m) in radii_m.iter().enumerate().filter(|(at, _)| is_beyond(*at)) {
        match runs.last_mut() {
            Some(run) if at > 0 && run.1 == radii_m[at - 1] => run.1 = radius_m,
            _ => runs.push((radius_m, radius_m)),
        }
    }
    runs
}

fn ranges(runs: &[(f64, f64)]) -> Remark {
    let one = |&(from, to): &(f64, f64), word: &str| {
        if from == to { km(from) } else { format!("{}{word}{}", km(from), km(to)) }
    };
    let list = |word: &str, comma: &str| {
        runs.iter().map(|run| one(run, word)).collect::<Vec<_>>().join(comma)
    };
    Remark::new(list(" to ", ", "), list("至", "、"))
}

/// What a curve above, and below, what chance draws says.
fn sense(statistic: Statistic) -> [Remark; 2] {
    match statistic {
        Statistic::Kd => [
            Remark::new(
                "distances among them are more frequent than among draws",
                "彼此间的距离比抽样更多见",
            ),
            Remark::new(
                "distances among them are less frequent than among draws",
                "彼此间的距离比抽样更少见",
            ),
        ],
        Statistic::M | Statistic::MDensity => [
            Remark::new(
                "their share among neighbours is larger than chance makes it",
                "在邻近者中的份额大于偶然",
            ),
            Remark::new(
                "their share among neighbours is smaller than chance makes it",
                "在邻近者中的份额小于偶然",
            ),
        ],
        _ => [
            Remark::new("there are more neighbours than chance makes", "邻近者多于偶然"),
            Remark::new("there are fewer neighbours than chance makes", "邻近者少于偶然"),
        ],
    }
}

/// Says whether a curve leaves what chance draws, and where.
pub(super) fn curve(case: &Case, radii_m: &[f64], observed: &Curve, envelope: &Envelope) -> Remark {
    let who = who(case);
    let longest = km(radii_m.last().copied().unwrap_or(0.0));
    let sites = case.kinds.len();
    let others = case.kinds.iter().filter(|kind| **kind == OTHER).count();
    let count = envelope.simulations;
    let against = match case.null {
        Null::Labels => Remark::new(
            format!("{count} shuffles of the labels of {sites} points"),
            format!("{sites}个点的{count}次标签打乱"),
        ),
        Null::Sites if others > 0 => Remark::new(
            format!("{count} draws from {sites} sites"),
            format!("{sites}个地点的{count}次抽样"),
        ),
        Null::Sites => Remark::new(
            format!("{count} shuffles over {sites} sites"),
            format!("{sites}个地点的{count}次打乱"),
        ),
        Null::Strewn => Remark::new(
            format!("{count} times as many points strewn evenly in the window"),
            format!("研究区内均匀撒点{count}次"),
        ),
    };
    let Some(p_value) = envelope.global_p else {
        return Remark::new(
            format!("{} up to {longest} km: no test was possible.", who.en),
            format!("{}，至{longest}千米：无法检验。", who.zh),
        );
    };
    let said = Remark::new(
        format!(
            "{} up to {longest} km against {}: p {} over all distances at once.",
            who.en,
            against.en,
            p_said(p_value)
        ),
        format!(
            "{}，至{longest}千米，与{}相比：所有距离合并检验 p {}。",
            who.zh,
            against.zh,
            p_said(p_value)
        ),
    );
    let over = |a: Option<f64>, b: Option<f64>| a.zip(b).is_some_and(|(a, b)| a > b);
    let above = beyond(radii_m, |at| over(observed[at], envelope.global_hi[at]));
    let below = beyond(radii_m, |at| over(envelope.global_lo[at], observed[at]));
    if p_value > 0.05 || (above.is_empty() && below.is_empty()) {
        return said.and(&Remark::new(
            "The curve stays within the global band: nothing can be told from chance.",
            "曲线始终位于全局包络之内：无法与偶然区分。",
        ));
    }
    let mut said = said;
    for (runs, sense) in [above, below].iter().zip(sense(case.statistic)) {
        if !runs.is_empty() {
            let ranges = ranges(runs);
            said = said.and(&Remark::new(
                format!("At {} km {}.", ranges.en, sense.en),
                format!("在{}千米处，{}。", ranges.zh, sense.zh),
            ));
        }
    }
    said
}
