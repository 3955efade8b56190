//! What `colocation` says in words.

use crate::analysis::colocation_quotient::Quotients;
use crate::domain::Remark;

pub(super) fn without_kind(count: usize, by: &str) -> Remark {
    Remark::new(
        format!("{count} points have no `{by}` and are left out: for them nothing is known."),
        format!("{count}个点没有属性“{by}”，未计入（无数据）。"),
    )
}

pub(super) fn without_region(count: usize, level: &str) -> Remark {
    Remark::new(
        format!("{count} points have neither an adcode nor a {level} and are left out."),
        format!("{count}个点没有行政区划代码或{level}，未计入。"),
    )
}

pub(super) fn without_weight(count: usize, field: &str) -> Remark {
    Remark::new(
        format!("{count} points have no `{field}` and count nothing."),
        format!("{count}个点没有属性“{field}”，按零计入。"),
    )
}

pub(super) fn no_local_test() -> Remark {
    Remark::new(
        "a test needs sites of the kind that is looked for, and others",
        "检验需要既有所寻找类别的地点，也有其他类别的地点",
    )
}

/// The least false discovery rate, and of how many tests.
pub(super) fn of_tests(q_values: &[Option<f64>]) -> Remark {
    let tests = q_values.iter().flatten().count();
    let Some(least) = q_values.iter().copied().flatten().min_by(f64::total_cmp) else {
        return Remark::new("Nothing could be tested.", "没有可检验的对象。");
    };
    let clear = q_values.iter().flatten().filter(|q_value| **q_value <= 0.05).count();
    let least_said = if least < 0.001 { "< 0.001".to_owned() } else { format!("{least:.3}") };
    let (en, zh) = if clear == 0 {
        ("none is clear of chance at 5 %".to_owned(), "在5%水平上均未超出随机".to_owned())
    } else {
        (format!("{clear} are clear of chance at 5 %"), format!("{clear}个在5%水平上超出随机"))
    };
    Remark::new(
        format!("Of {tests} tests the least false discovery rate (q) is {least_said}: {en}."),
        format!("{tests}个检验中最小错误发现率（q）为{least_said}：{zh}。"),
    )
}

pub(super) fn few(n: usize) -> Remark {
    Remark::new(
        format!("n = {n}: a description, not a test"),
        format!("n = {n}：只是描述，不是检验"),
    )
}

pub(super) fn no_quotient() -> Remark {
    Remark::new(
        "a quotient needs a site of the first kind and another site of the second",
        "同地商需要至少一个前一类地点和另一个后一类地点",
    )
}

pub(super) fn no_coagglomeration() -> Remark {
    Remark::new(
        "coagglomeration needs two kinds and two regions",
        "共同集聚需要至少两个类别和两个地区",
    )
}

pub(super) fn most_frequent() -> Remark {
    Remark::new("the most frequent kind", "最常见的类别")
}

pub(super) fn of_quotients(
    n: usize,
    names: &[String],
    found: &Quotients,
    q_values: &[Option<f64>],
) -> Remark {
    let count = names.len();
    let mut clear: Vec<usize> =
        (0..q_values.len()).filter(|&at| q_values[at].is_some_and(|q| q <= 0.05)).collect();
    let value = |at: usize| found.pairwise[at].map_or(0.0, |one| one.value);
    clear.sort_by(|a, b| value(*b).total_cmp(&value(*a)).then(a.cmp(b)));
    let mut said = Remark::new(
        format!(
            "{n} sites of {count} kinds. At a false discovery rate of 5 %, {} of {} pairs differ from shuffled labels.",
            clear.len(),
            q_values.len()
        ),
        format!(
            "{n}处地点，{count}类。在5%的错误发现率下，{}对中有{}对不同于随机置换。",
            q_values.len(),
            clear.len()
        ),
    );
    for &at in clear.iter().take(3) {
        let (from, to, value) = (&names[at / count], &names[at % count], value(at));
        said = said.and(&Remark::new(
            format!("{to} is {value:.2} times as often nearest to {from} as by chance."),
            format!("{to}作为{from}最近邻的频率为随机水平的{value:.2}倍。"),
        ));
    }
    said.and(&of_tests(q_values)).and(&Remark::new(
        "That says who stands by whom, not why.",
        "这只说明谁与谁相邻，不说明原因。",
    ))
}

pub(super) fn of_local(n: usize, to: &str) -> Remark {
    Remark::new(
        format!(
            "For each of {n} sites how much more of {to} stands nearest than by chance: 1 is chance. Each site is tested by counting all ways to label the others."
        ),
        format!(
            "对{n}处地点，{to}在其最近邻中的占比与随机水平之比：1为随机水平。每一点以穷举其他地点的标签检验。"
        ),
    )
}

pub(super) fn of_coagglomeration(n: usize, regions: usize, pairs: usize, clear: usize) -> Remark {
    Remark::new(
        format!(
            "{n} sites in {regions} regions: at a false discovery rate of 5 %, {clear} of {pairs} pairs of kinds choose the same regions, or others, more than if labels were shuffled. Regions cut through neighbours at their borders: try another level."
        ),
        format!(
            "{n}处地点分布于{regions}个地区：在5%的错误发现率下，{pairs}对类别中有{clear}对的地区选择不同于随机置换。地区边界会割裂相邻地点，宜换一层级比较。"
        ),
    )
}

pub(super) fn of_density(
    sites: usize,
    regions_told: usize,
    best: &[(String, String, f64)],
) -> Remark {
    let list = |zh: bool| {
        let one = |(en, name_zh, value): &(String, String, f64)| {
            format!("{} ({value:.2})", if zh { name_zh } else { en })
        };
        best.iter().map(one).collect::<Vec<_>>().join(if zh { "、" } else { "; " })
    };
    if best.is_empty() {
        return Remark::new(
            format!(
                "{sites} sites with a known industry: none stands near enough to say anything."
            ),
            format!("{sites}处有已知产业的地点，附近没有可用的地点。"),
        );
    }
    Remark::new(
        format!(
            "{sites} sites with a known industry, {regions_told} industries compared. Not strong here, but most of what is related is (share at 100 km): {}. A density says what has neighbours to grow from, not that it will.",
            list(false)
        ),
        format!(
            "{sites}处有已知产业的地点，比较{regions_told}个产业。本地尚不突出、而相关产业密度最高者（100千米）：{}。密度只说明成长的邻近基础，并不预言成长。",
            list(true)
        ),
    )
}

pub(super) fn of_units(units: usize, industry: &str) -> Remark {
    Remark::new(
        format!(
            "The density of what is related with {industry} around {units} units, each at its seat, at 50, 100 and 200 km. It says where neighbours to grow from are; it is no forecast."
        ),
        format!(
            "{units}个单元（以驻地代表）周边与{industry}相关产业的密度，尺度为50、100、200千米。只说明成长的邻近基础，并非预测。"
        ),
    )
}
