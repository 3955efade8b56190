//! Who is asked about, and among which sites: read from the parameters.

use std::collections::{BTreeMap, BTreeSet};

use super::super::canonical;
use super::super::description::Run;
use super::super::parameters::{Arguments, Refused};
use super::super::report::Report;
use super::super::weight::weight_of;
use super::super::within;
use super::{PARAMETERS, words};
use crate::domain::{Feature, LonLat, Schema, Value};

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statistic {
    Nearest,
    ClarkEvans,
    K,
    L,
    CrossK,
    Kd,
    M,
    MDensity,
}

/// What chance does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    /// Shuffles the labels of the points.
    Labels,
    /// Draws from all sites.
    Sites,
    /// Strews points in a window.
    Strewn,
}

/// The properties that an industry may be a value of, unless one is named.
const USUAL: [&str; 2] = ["industry_group", "industry"];

/// Neither asked about nor among the neighbors asked for.
pub(super) const OTHER: u32 = 0;
/// Asked about.
pub(super) const FROM: u32 = 1;
/// Whose neighborhood is asked for, if it is another's.
pub(super) const TO: u32 = 2;

/// Holds the sites, those of the subject first.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) statistic: Statistic,
    pub(super) null: Null,
    pub(super) positions: Vec<LonLat>,
    /// [`OTHER`], [`FROM`] or [`TO`] for each site.
    pub(super) kinds: Vec<u32>,
    /// The size of each site, if a weight was named.
    pub(super) sizes: Option<Vec<f64>>,
    /// The numbers of the features of the subject among the sites.
    pub(super) features: Vec<usize>,
    /// What is asked about.
    pub(super) asked: Vec<String>,
}

impl Statistic {
    pub(super) fn read(arguments: &Arguments) -> Self {
        match arguments.text(&PARAMETERS, "statistic") {
            Some("clark_evans") => Self::ClarkEvans,
            Some("k") => Self::K,
            Some("l") => Self::L,
            Some("cross_k") => Self::CrossK,
            Some("kd") => Self::Kd,
            Some("m") => Self::M,
            Some("m_density") => Self::MDensity,
            _ => Self::Nearest,
        }
    }

    pub(super) fn is_curve(self) -> bool {
        !matches!(self, Self::Nearest | Self::ClarkEvans)
    }

    /// Says whether it needs a study area.
    pub(super) fn has_window(self) -> bool {
        matches!(self, Self::K | Self::L | Self::CrossK)
    }

    /// Says whether it asks for the neighbors of one kind around another.
    fn has_two_kinds(self) -> bool {
        matches!(self, Self::Nearest | Self::CrossK | Self::M | Self::MDensity)
    }

    fn is_weighed(self) -> bool {
        matches!(self, Self::Kd | Self::M | Self::MDensity)
    }

    fn takes(self, parameter: &str) -> bool {
        match parameter {
            "weight" => self.is_weighed(),
            "max_km" | "steps" | "null" | "reference" => self.is_curve(),
            "window" | "correction" => self.has_window(),
            "simulations" => self != Self::Nearest,
            _ => true,
        }
    }
}

impl Case {
    /// Reads who is asked about.
    ///
    /// # Errors
    ///
    /// [`Refused`] for a parameter that the statistic has no use for, and for properties, values and
    /// collections that are not there.
    pub(super) fn read(run: &Run<'_>, report: &mut Report<'_>) -> Result<Self, Refused> {
        let arguments = run.arguments;
        let statistic = Statistic::read(arguments);
        let name = arguments.text(&PARAMETERS, "statistic").unwrap_or_default();
        for parameter in &PARAMETERS {
            if arguments.is_given(parameter.name) && !statistic.takes(parameter.name) {
                let reason = format!("statistic={name} has no use for it: leave it out");
                return Err(Refused::new(parameter.name, reason));
            }
        }
        report.note("statistic", name, None);
        if let Some(weight) = arguments.text(&PARAMETERS, "weight") {
            run.subject.check_numbers("weight", weight)?;
        }
        let asked = asked(run, report)?;
        if statistic == Statistic::CrossK && asked.labels.len() != 2 {
            let reason = "statistic=cross_k counts those of one around those of another: give two, apart by a comma";
            return Err(Refused::new("industry", reason));
        }
        let names = reference(run, &asked);
        let null = null(arguments, statistic, &asked, &names)?;
        let mut case = Self {
            statistic,
            null,
            positions: Vec::new(),
            kinds: Vec::new(),
            sizes: arguments.is_given("weight").then(Vec::new),
            features: Vec::new(),
            asked: asked.labels.clone(),
        };
        let mut left_out = LeftOut::default();
        let subject = run.subject;
        for (number, feature) in subject.features.iter().enumerate() {
            let site = Site { schema: &subject.schema, feature, is_reference: false };
            if case.take(arguments, &asked, site, &mut left_out)? {
                case.features.push(number);
            }
        }
        if statistic.is_curve() {
            let said = match null {
                Null::Labels => "labels",
                Null::Sites => "sites",
                Null::Strewn => "csr",
            };
            report.note("null", said, Some(&words::why_null(null)));
        }
        if null == Null::Sites && statistic.is_curve() {
            report.note("reference", names.as_str(), Some(&words::why_reference(&names)));
            case.take_reference(run, &asked, &names, &mut left_out)?;
        }
        left_out.warn(report, arguments, asked.by.as_deref());
        case.check_sizes()?;
        case.check_null(report)?;
        Ok(case)
    }

    fn take_reference(
        &mut self,
        run: &Run<'_>,
        asked: &Asked,
        names: &str,
        left_out: &mut LeftOut,
    ) -> Result<(), Refused> {
        let here = within::region(run)?.map(|within| within.finder());
        let own: BTreeSet<&str> = run.subject.features.iter().map(|one| one.id.as_str()).collect();
        for name in names.split(',').map(str::trim).filter(|_| names != "none") {
            let Some(collection) = (run.collections)(name) else {
                let reason = format!(
                    "there is no collection `{name}`: see /collections or jidi collections, or say none"
                );
                return Err(Refused::new("reference", reason));
            };
            let is_own = name == run.subject.name;
            for (feature, at) in canonical::sites(&collection) {
                let is_here = here.as_ref().is_none_or(|here| here.around(at).is_some());
                let is_asked = is_own && own.contains(feature.id.as_str());
                if !is_asked && is_here {
                    let site = Site { schema: collection.schema(), feature, is_reference: true };
                    self.take(run.arguments, asked, site, left_out)?;
                }
            }
        }
        Ok(())
    }

    /// Takes a site, unless it stands nowhere or lacks a value.
    fn take(
        &mut self,
        arguments: &Arguments,
        asked: &Asked,
        site: Site<'_>,
        left_out: &mut LeftOut,
    ) -> Result<bool, Refused> {
        let Some(position) = site.feature.position() else { return Ok(false) };
        let Some(kind) = asked.kind(self.statistic, site) else {
            left_out.unlabelled += 1;
            return Ok(false);
        };
        left_out.alike += usize::from(site.is_reference && asked.is_of(site));
        if let Some(sizes) = &mut self.sizes {
            let name = arguments.text(&PARAMETERS, "weight").unwrap_or_default();
            // Sizes of other sites play no part in a K-density.
            let is_needed = self.statistic != Statistic::Kd || kind == FROM;
            let weighed = if is_needed { site.weighed(name)? } else { Some(1.0) };
            let Some(weighed) = weighed else {
                left_out.unweighed += 1;
                return Ok(false);
            };
            sizes.push(weighed);
        }
        self.positions.push(position);
        self.kinds.push(kind);
        Ok(true)
    }

    /// Says whether no two sites stand apart.
    pub(super) fn is_one_place(&self) -> bool {
        self.positions.windows(2).all(|pair| pair[0] == pair[1])
    }

    fn check_sizes(&self) -> Result<(), Refused> {
        let from = self.kinds.iter().zip(self.sizes.iter().flatten());
        let any = from.filter(|(kind, _)| **kind == FROM).any(|(_, size)| *size > 0.0);
        if self.sizes.is_some() && !any && self.kinds.contains(&FROM) {
            return Err(Refused::new("weight", "none of those asked about has a size above 0"));
        }
        Ok(())
    }

    fn check_null(&self, report: &mut Report<'_>) -> Result<(), Refused> {
        if !self.statistic.is_curve() || self.null == Null::Strewn || self.is_one_place() {
            return Ok(());
        }
        let asked = self.kinds.iter().filter(|kind| **kind != OTHER).count();
        if asked == self.kinds.len() && !self.kinds.contains(&TO) {
            let reason = "every site is asked about, so chance could draw nothing else: name one industry, or a reference of more sites";
            return Err(Refused::new("industry", reason));
        }
        if 2 * asked > self.kinds.len() && !self.kinds.contains(&TO) {
            report.warn("reference_exhausted", &words::exhausted(asked, self.kinds.len()));
        }
        Ok(())
    }

    /// The numbers of the sites of a kind.
    pub(super) fn of_kind(&self, kind: u32) -> Vec<u32> {
        (0u32..).zip(&self.kinds).filter(|(_, one)| **one == kind).map(|(at, _)| at).collect()
    }

    /// Where those of a kind stand.
    pub(super) fn positions_of(&self, kind: u32) -> Vec<LonLat> {
        self.of_kind(kind).iter().map(|&at| self.positions[at as usize]).collect()
    }

    /// The kind around those asked about.
    pub(super) fn neighbors(&self) -> u32 {
        if self.asked.len() > 1 && self.statistic.has_two_kinds() { TO } else { FROM }
    }

    /// Keeps those sites that stand where they should; says how many do not.
    pub(super) fn keep(&mut self, stands: impl Fn(LonLat) -> bool) -> usize {
        let before = self.positions.len();
        let sites = self.positions.iter().zip(&self.kinds).map(|(&at, &kind)| (at, kind));
        (self.positions, self.kinds) = sites.filter(|&(at, _)| stands(at)).unzip();
        before - self.positions.len()
    }
}

/// What is asked about: the property and its values.
struct Asked {
    by: Option<String>,
    labels: Vec<String>,
}

/// A feature that may be a site.
#[derive(Clone, Copy)]
struct Site<'a> {
    schema: &'a Schema,
    feature: &'a Feature,
    is_reference: bool,
}

/// Counts the sites that lack a value.
#[derive(Default)]
struct LeftOut {
    unlabelled: usize,
    unweighed: usize,
    /// Sites of the reference that have a label that is asked about.
    alike: usize,
}

impl LeftOut {
    fn warn(&self, report: &mut Report<'_>, arguments: &Arguments, by: Option<&str>) {
        if self.unlabelled > 0 {
            let remark = words::without_value(self.unlabelled, by.unwrap_or_default());
            report.warn("without_value", &remark);
        }
        if self.alike > 0 {
            report.warn("alike_in_reference", &words::alike(self.alike));
        }
        if self.unweighed > 0 {
            let name = arguments.text(&PARAMETERS, "weight").unwrap_or_default();
            report.warn("without_weight", &words::without_value(self.unweighed, name));
        }
    }
}

impl Asked {
    /// Says whether a site has one of the labels.
    fn is_of(&self, site: Site<'_>) -> bool {
        let text = self.by.as_deref().and_then(|by| site.text(by)).unwrap_or_default();
        self.labels.iter().any(|label| has_label(&text, label))
    }

    /// The kind of a site; `None` if what it is is not known.
    fn kind(&self, statistic: Statistic, site: Site<'_>) -> Option<u32> {
        let Some(by) = self.by.as_deref().filter(|_| !self.labels.is_empty()) else {
            return Some(if site.is_reference { OTHER } else { FROM });
        };
        // Who is asked about is of the points; a site of the reference could have been one.
        if site.is_reference || site.schema.position(by).is_none() {
            return Some(OTHER);
        }
        let text = site.text(by)?;
        let place = self.labels.iter().position(|label| has_label(&text, label));
        Some(match place {
            None => OTHER,
            Some(1) if statistic.has_two_kinds() => TO,
            Some(_) => FROM,
        })
    }
}

impl Site<'_> {
    fn text(self, field: &str) -> Option<String> {
        let value = &self.feature.values[self.schema.position(field)?];
        (*value != Value::Null).then(|| value.in_a_cell()).filter(|text| !text.is_empty())
    }

    fn weighed(self, field: &str) -> Result<Option<f64>, Refused> {
        let whose = if self.is_reference { " of a site of the reference" } else { "" };
        weight_of(self.schema, self.feature, field, whose)
    }
}

fn names(schema: &Schema) -> String {
    schema.fields().iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Says whether a text is a label, or a list that holds it.
fn has_label(text: &str, label: &str) -> bool {
    text == label || text.split(';').any(|one| one.trim() == label)
}

/// How many points are asked about.
pub(super) fn asked_about(run: &Run<'_>) -> usize {
    let (subject, arguments) = (run.subject, run.arguments);
    let industry = arguments.text(&PARAMETERS, "industry");
    let Some(industry) = industry else {
        return subject.len();
    };
    let mut labels = split(industry);
    labels.push(industry.trim().to_owned());
    let count = |by: &str| {
        let texts = (0..subject.len()).filter_map(|point| subject.text(point, by));
        texts.filter(|text| labels.iter().any(|label| has_label(text, label))).count()
    };
    match arguments.text(&PARAMETERS, "by") {
        Some(by) => count(by),
        None => USUAL.iter().map(|by| count(by)).max().unwrap_or(0),
    }
}

fn split(industry: &str) -> Vec<String> {
    industry.split(',').map(|label| label.trim().to_owned()).collect()
}

fn asked(run: &Run<'_>, report: &mut Report<'_>) -> Result<Asked, Refused> {
    let (arguments, subject) = (run.arguments, run.subject);
    let is_there = |name: &&str| subject.schema.position(name).is_some();
    let first = arguments.text(&PARAMETERS, "industry").and_then(|text| text.split(',').next());
    // Of the two, the one that has the value; if neither has, the first, which then says so.
    let has_value = |name: &&str| {
        let texts = (0..subject.len()).filter_map(|point| subject.text(point, name));
        first.is_some_and(|first| texts.into_iter().any(|text| has_label(&text, first.trim())))
    };
    let chosen =
        USUAL.into_iter().filter(is_there).find(has_value).or(USUAL.into_iter().find(is_there));
    let by = arguments.text(&PARAMETERS, "by").or(chosen).map(str::to_owned);
    let Some(industry) = arguments.text(&PARAMETERS, "industry") else {
        if arguments.is_given("by") {
            return Err(Refused::new(
                "by",
                "it says of what `industry` is a value: give that, too",
            ));
        }
        return Ok(Asked { by: None, labels: Vec::new() });
    };
    let Some(by) = by.filter(|by| !subject.is_empty() || is_there(&by.as_str())) else {
        if subject.len() < 2 {
            return Ok(Asked { by: None, labels: split(industry) });
        }
        return Err(Refused::new(
            "industry",
            "the points have no industries: name a property, by=",
        ));
    };
    if subject.schema.position(&by).is_none() {
        let known = names(&subject.schema);
        return Err(Refused::new("by", format!("`{by}` is no property here: use one of {known}")));
    }
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for point in 0..subject.len() {
        *known.entry(subject.text(point, &by).unwrap_or_default()).or_default() += 1;
    }
    known.remove("");
    let is_known = |label: &str| known.keys().any(|text| has_label(text, label));
    // A value may hold commas itself.
    let labels: Vec<String> =
        if is_known(industry.trim()) { vec![industry.trim().to_owned()] } else { split(industry) };
    // Of one point, or none, no label can be said to be wrong.
    let unknown = labels.iter().find(|label| !is_known(label)).filter(|_| subject.len() > 1);
    if let Some(unknown) = unknown {
        let mut most: Vec<(&String, &usize)> = known.iter().collect();
        most.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let most: Vec<&str> = most.iter().take(12).map(|(text, _)| text.as_str()).collect();
        let reason =
            format!("no point has `{unknown}` as its `{by}`: use one of {}", most.join(", "));
        return Err(Refused::new("industry", reason));
    }
    report.note("industry", labels.clone(), None);
    report.note("by", by.as_str(), Some(&words::why_by()));
    Ok(Asked { by: Some(by), labels })
}

/// The names of the reference collections.
fn reference(run: &Run<'_>, asked: &Asked) -> String {
    if let Some(given) = run.arguments.text(&PARAMETERS, "reference") {
        return given.to_owned();
    }
    let usual = ["bases", "hubs"];
    let sizes = usual.map(|name| (run.collections)(name).map_or(0, |one| one.len()));
    let is_one = usual.contains(&run.subject.name.as_str());
    let is_part = !asked.labels.is_empty() || 2 * run.subject.len() <= sizes.iter().sum();
    if is_one && is_part && !sizes.contains(&0) { usual.join(",") } else { "none".to_owned() }
}

fn null(
    arguments: &Arguments,
    statistic: Statistic,
    asked: &Asked,
    reference: &str,
) -> Result<Null, Refused> {
    let is_alone = asked.labels.is_empty();
    let null = match arguments.text(&PARAMETERS, "null") {
        Some("labels") => Null::Labels,
        Some("sites") => Null::Sites,
        Some(_) => Null::Strewn,
        None => match statistic {
            Statistic::CrossK => Null::Labels,
            Statistic::Kd | Statistic::M | Statistic::MDensity => Null::Sites,
            _ if is_alone && reference == "none" => Null::Strewn,
            _ => Null::Sites,
        },
    };
    if null == Null::Labels && is_alone {
        let reason = "labels are shuffled among several: give `industry`, too, or take sites";
        return Err(Refused::new("null", reason));
    }
    if null == Null::Strewn && statistic.is_weighed() {
        let reason = "this statistic compares with the sites that there are: take labels or sites";
        return Err(Refused::new("null", reason));
    }
    if null != Null::Sites && arguments.is_given("reference") {
        return Err(Refused::new("reference", "it gives the sites of null=sites: leave it out"));
    }
    Ok(null)
}
