//! What `density` says in words.

use super::surface::Peak;
use crate::analysis::kernel_density::Smoothing;
use crate::domain::Remark;
use crate::process::report::p_said;

pub(super) fn nothing(n: usize) -> Remark {
    if n < 2 {
        return Remark::new(
            format!("{n} points: a surface takes at least two."),
            format!("{n}个点：至少需要两个点才有密度面。"),
        );
    }
    Remark::new(
        "All points stand at one place, or weigh nothing: give bandwidth_km, or another weight.",
        "所有点位于同一处或权重为零：请给出 bandwidth_km 或其他权重。",
    )
}

pub(super) fn why_bandwidth(n: usize) -> Remark {
    Remark::new(
        format!(
            "Silverman's rule in two dimensions for {n} points; it smooths much where there are several groups"
        ),
        format!("{n}个点的二维 Silverman 法则；有多个群组时偏于平滑"),
    )
}

pub(super) fn why_cell() -> Remark {
    Remark::new(
        "a fifth of the bandwidth, or more where that makes too many cells",
        "带宽的五分之一；格数过多时加大",
    )
}

pub(super) fn few(n: usize) -> Remark {
    Remark::new(
        format!("n = {n}: a description, not a test; one point more or less moves the surface"),
        format!("n = {n}：只是描述，不是检验；增减一个点就会改变密度面"),
    )
}

pub(super) fn without_weight(count: usize, field: &str) -> Remark {
    Remark::new(
        format!("{count} points have no `{field}` and are left out."),
        format!("{count}个点没有“{field}”，未计入。"),
    )
}

/// Says what of the mass lies where no point could be.
pub(super) fn edge(outside: Option<f64>, share_drawn: f64) -> Remark {
    let lost = 100.0 * (1.0 - share_drawn).max(0.0);
    match outside {
        Some(share) => Remark::new(
            format!(
                "{:.1} % of the mass is spread beyond the coast and the border of mainland China, where no point is asked about; it is not brought back, so the density is too low along them. {lost:.1} % is beyond the surface drawn.",
                100.0 * share
            ),
            format!(
                "{:.1}%的质量散布到中国大陆的海岸和边界之外，未作校正，因此沿线密度偏低。{lost:.1}%在所绘范围之外。",
                100.0 * share
            ),
        ),
        None => Remark::new(
            format!(
                "Mass that is spread beyond a coast or a border is not brought back, so the density is too low along them. {lost:.1} % is beyond the surface drawn."
            ),
            format!("散布到海岸或边界之外的质量未作校正，沿线密度偏低。{lost:.1}%在所绘范围之外。"),
        ),
    }
}

pub(super) fn no_reference() -> Remark {
    Remark::new(
        "without a reference there is nothing to compare the peak with: a surface alone tests nothing",
        "没有 reference，峰值无从比较：密度面本身不是检验",
    )
}

pub(super) fn no_draws(n: usize, sites: usize) -> Remark {
    if n < 8 {
        return Remark::new(
            format!("n = {n}: fewer than 8 points; a p-value means nothing"),
            format!("n = {n}：少于8个点，p值没有意义"),
        );
    }
    Remark::new(
        format!("all {sites} sites are points already: nothing else can be drawn"),
        format!("全部{sites}个地点都已是所问的点，无可抽样"),
    )
}

pub(super) fn exhausted(n: usize, sites: usize) -> Remark {
    Remark::new(
        format!("{n} of {sites} sites: each draw holds most of them, so the test says little."),
        format!("从{sites}个地点中抽{n}个：每次抽样几乎包含全部地点，检验意义不大。"),
    )
}

/// Says where the surface is highest, and whether that means anything.
pub(super) fn summary(n: usize, peak: &Peak, smoothing: Smoothing, p_value: Option<f64>) -> Remark {
    let (lon, lat) = (peak.at.lon(), peak.at.lat());
    // Per 10,000 km², a square of 100 km, so that there are digits to read.
    let dense = 10_000.0 * peak.value;
    let h = smoothing.bandwidth_km;
    let said = Remark::new(
        format!(
            "{n} points smoothed over {h:.0} km are densest near {lon:.1}, {lat:.1}: {dense:.2} per 10,000 km²."
        ),
        format!(
            "{n}个点以{h:.0}千米平滑，最密处在经度{lon:.1}、纬度{lat:.1}附近：每万平方千米{dense:.2}。"
        ),
    );
    match p_value {
        None => said
            .and(&Remark::new("The surface describes; it is no test.", "密度面是描述，不是检验。")),
        Some(p) if p <= 0.05 => said.and(&Remark::new(
            format!("So high a peak is rare among draws of as many sites (p {}).", p_said(p)),
            format!("随机抽取同样多的地点时，这样高的峰值很少见（p {}）。", p_said(p)),
        )),
        Some(p) => said.and(&Remark::new(
            format!(
                "So high a peak is nothing unusual among draws of as many sites (p {}).",
                p_said(p)
            ),
            format!("随机抽取同样多的地点时，这样高的峰值并不罕见（p {}）。", p_said(p)),
        )),
    }
}
