//! What `related` says in words.

use super::description::Run;
use super::measures::Measured;
use super::related_find::{Asked, MOST_LINES, Nearby};
use super::related_sites::Partners;
use super::related_survey::Surveyed;
use super::report::{Report, p_said};
use crate::analysis::related::Found;
use crate::analysis::relatedness::Measure;
use crate::domain::Remark;
use crate::formats::answer::{Tree, named};

pub(super) fn why_within() -> Remark {
    Remark::new(
        "three times decay_km, where a site counts for less than 0.05",
        "decay_km 的三倍，此处权重低于0.05",
    )
}

pub(super) fn why_least(measure: Measure) -> Remark {
    let least = measure.threshold();
    Remark::new(
        format!("where {} begins to show something: {least}", measure.as_str()),
        format!("{} 开始有区分度之处：{least}", measure.as_str()),
    )
}

/// What is said of the rules and of what a measure is.
pub(super) fn notes(report: &mut Report<'_>, run: &Run<'_>, measured: &Measured) {
    if let Some(regions) = measured.regions.filter(|_| run.arguments.is_given("measure")) {
        let rule = Remark::new(
            format!(
                "counted in {regions} prefectures, a place and an industry once; noisy for industries in fewer than five"
            ),
            format!(
                "在{regions}个地级单位中统计，同一地点同一产业只计一次；少于五个地区的产业波动较大"
            ),
        );
        report.note("places", run.arguments.text(&[super::related::PLACES], "places"), Some(&rule));
    }
}

pub(super) fn bases_without(count: usize) -> Remark {
    Remark::new(
        format!(
            "{count} bases have no industry that the measure knows: for them nothing is known, which is not the same as nothing related."
        ),
        format!("{count}个基地没有该度量所含的产业代码：结果为无数据，而不是没有相关产业。"),
    )
}

pub(super) fn sites_without(count: usize) -> Remark {
    Remark::new(
        format!("{count} sites have no industry that the measure knows, and take no part."),
        format!("{count}处地点没有该度量所含的产业代码，不参与计算。"),
    )
}

pub(super) fn counted_once(count: usize) -> Remark {
    Remark::new(
        format!(
            "{count} designations stand at the place of another of the same industries, and are counted with it."
        ),
        format!("{count}项认定与同地同产业的其他认定合并计算。"),
    )
}

pub(super) fn told_in_short(bases: usize, told: usize) -> Remark {
    Remark::new(
        format!(
            "All {bases} bases were computed, and {told} of them are told in full: those whose surroundings are most above chance. The others, and among more than 20000 sites all, are summed over cells of sites (within about a half of one percent) with p-values by the Pearson III law; columns=true answers them all, id=… one in full, and limit= more in full, up to 10000."
        ),
        format!(
            "已计算全部{bases}个基地，其中详细列出最高于随机水平的{told}个。其余（地点超过20000处时则为全部）按网格单元求和（误差约0.5%以内），p 值用皮尔逊 III 型近似；columns=true 给出全部数值，id=… 详细列出某一个，limit= 可增至10000。"
        ),
    )
}

pub(super) fn too_many_lines() -> String {
    format!(
        "there would be more than {MOST_LINES} lines: ask for fewer bases (limit, id, bbox), fewer sites of an industry (k), or more related ones (min_relatedness)"
    )
}

pub(super) fn no_sites() -> Remark {
    Remark::new(
        "No site among those collections has an industry that the measure knows.",
        "所选集合中没有该度量所含产业的地点。",
    )
}

pub(super) fn few(n: usize) -> Remark {
    Remark::new(
        format!(
            "n = {n}: a description, not a test of all bases together; each p-value asks about one base."
        ),
        format!("n = {n}：只是描述，不是对全部基地的检验；每个 p 值只针对一个基地。"),
    )
}

pub(super) fn no_p_value() -> Remark {
    Remark::new(
        "no base has both an industry that the measure knows and a site within reach whose industry could have been another",
        "没有基地同时具备已知产业代码和范围内可置换产业的地点",
    )
}

/// What the measure is, for the answer.
pub(super) fn measure(run: &Run<'_>, measured: &Measured) -> Tree {
    let measure = measured.relatedness.measure();
    let said = measure.words();
    let is_chinese = run.arguments.text(&[], "lang") == Some("zh");
    let of = |en: &'static str, zh: &'static str| Tree::from(if is_chinese { zh } else { en });
    Tree::Named(named([
        ("name", measure.as_str().into()),
        ("words", if is_chinese { said.zh.as_str() } else { said.en.as_str() }.into()),
        ("words_zh", said.zh.as_str().into()),
        ("citation", measure.citation().into()),
        ("codes", measured.vocabulary.property().into()),
        ("regions", measured.regions.into()),
        ("several_codes", of("the most related pair counts", "取相关度最高的一对")),
        (
            "kernel",
            of(
                "exp(-distance / decay_km), nothing beyond 3 decay_km; the index measures on the sphere, lines on the ellipsoid",
                "exp(−距离 / decay_km)，三倍以外不计；指数按球面距离，连线按椭球面距离",
            ),
        ),
        (
            "null_hypothesis",
            of(
                "industries shuffled over fixed sites; weights stay with the sites",
                "在固定地点上随机置换产业；权重留在原地点",
            ),
        ),
    ]))
}

pub(super) fn summary(
    run: &Run<'_>,
    found: &[Nearby],
    surveyed: &[Surveyed],
    partners: &Partners,
    measured: &Measured,
    asked: &Asked,
) -> Remark {
    let lines: usize = surveyed.iter().map(|one| one.lines).sum();
    let (bases, sites) = (surveyed.len(), partners.sites.len());
    let within = asked.within_m / 1000.0;
    let measure = measured.relatedness.measure().as_str();
    let mut said = Remark::new(
        format!(
            "{bases} bases, {sites} sites with a known industry: {lines} lines to sites of related industries within {within:.0} km (relatedness by {measure} of at least {}).",
            asked.least
        ),
        format!(
            "{bases}个基地，{sites}处有已知产业的地点：{within:.0}千米内相关产业连线{lines}条（{measure} 相关度不低于{}）。",
            asked.least
        ),
    );
    let mut tested: Vec<&Nearby> = found.iter().filter(|one| one.p_value.is_some()).collect();
    tested.sort_by(|a, b| {
        let p = |one: &Nearby| one.p_value.map_or(1.0, |(p_value, _)| p_value);
        p(a).total_cmp(&p(b)).then(a.base.feature.cmp(&b.base.feature))
    });
    let clear = surveyed.iter().filter(|one| one.q_value.is_some_and(|q| q <= 0.05)).count();
    let all_tested = surveyed.iter().filter(|one| one.p_value.is_some()).count();
    if tested.is_empty() {
        return said;
    }
    for one in tested.iter().take(3) {
        said = said.and(&of_base(run, one));
    }
    said.and(&Remark::new(
        format!("At a false discovery rate of 5 % {clear} of {all_tested} bases have more that is related near than if industries were shuffled over the sites. That says where sites are, not that firms trade."),
        format!("在5%的错误发现率下，{all_tested}个基地中有{clear}个的邻近相关产业多于随机置换。这只说明地点分布，不代表企业间存在交易。"),
    ))
}

fn of_base(run: &Run<'_>, one: &Nearby) -> Remark {
    let Some((index, (p_value, how))) = one.index.zip(one.p_value) else {
        return Remark::default();
    };
    let feature = one.base.feature;
    let id = || run.subject.features[feature].id.as_str().to_owned();
    let text = |fields: &[&str]| fields.iter().find_map(|field| run.subject.text(feature, field));
    let en = text(&["place", "name"]).unwrap_or_else(id);
    let zh = text(&["place_zh", "name_zh", "name"]).unwrap_or_else(id);
    let ratio = if index.expected > 0.0 { index.value / index.expected } else { 0.0 };
    let (how_en, how_zh) = match how {
        Found::Exactly => ("all labellings counted".to_owned(), "穷举".to_owned()),
        Found::ByDraws(draws) => (format!("{draws} draws"), format!("{draws}次置换")),
        Found::ByNormalLaw => ("normal law".to_owned(), "正态近似".to_owned()),
        Found::ByPearsonLaw => ("Pearson III law".to_owned(), "皮尔逊 III 型近似".to_owned()),
    };
    let (missing, p) = (one.absent.len(), p_said(p_value));
    Remark::new(
        format!(
            "{en}: {ratio:.1} times what chance gives (p {p}, {how_en}), {} sites near; related industries that are absent: {missing}.",
            index.near
        ),
        format!(
            "{zh}：为随机水平的{ratio:.1}倍（p {p}，{how_zh}），附近{}处；缺失相关产业{missing}个。",
            index.near
        ),
    )
}
