//! The units of `hotspots`: regions, cells or the points themselves, each with a value.

use geo::Geometry;

use super::super::description::Run;
use super::super::regional::division::{Division, Level, geometry};
use super::super::regional::industries::Industries;
use super::super::report::Report;
use super::{Refused, Statistic, refused, words};
use crate::formats::answer::{Named, named};

/// The units, with what is measured of them.
pub(super) struct Units {
    /// Ids.
    pub(super) ids: Vec<String>,
    /// Names in English and Chinese.
    pub(super) names: Vec<[String; 2]>,
    /// What stands first in the properties of each.
    pub(super) properties: Vec<Named>,
    /// Where each is.
    pub(super) geometries: Vec<Option<Geometry<f64>>>,
    /// The middle of each, as a unit vector.
    pub(super) middles: Vec<[f64; 3]>,
    /// What is measured of each; for join counts above 0 where it is marked.
    pub(super) y: Vec<f64>,
    /// The order in which they are told: of points that of their rows.
    pub(super) listing: Vec<usize>,
    /// How many points they hold.
    pub(super) points: usize,
    /// What touches what; points touch nothing.
    pub(super) division: Option<Division>,
    /// The area of a cell.
    pub(super) cell_area_km2: Option<f64>,
}

impl Units {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Reads what the units are and what is measured of them.
    pub(super) fn read(
        run: &Run<'_>,
        level: &str,
        statistic: Statistic,
        report: &mut Report<'_>,
    ) -> Result<Self, Refused> {
        let weight = run.arguments.text(&[], "weight");
        let has_industry = run.arguments.is_given("industry");
        let industries = Industries::read(run, report)?;
        report.note("weight", weight, None);
        let focus = match &industries {
            Some(industries) if has_industry => industries.focus(),
            _ => vec![true; run.subject.len()],
        };
        if level != "points" {
            return Self::of_regions(run, level, weight, &focus, report);
        }
        if run.arguments.is_given("cell_km") {
            return Err(refused("cell_km", "level=points has no cells: leave it out"));
        }
        match (weight, has_industry && statistic.is_of_marks()) {
            (Some(weight), _) => Self::of_points(run, weight, &focus, report),
            (None, true) => {
                let y: Vec<Option<f64>> =
                    focus.iter().map(|&is| Some(f64::from(u8::from(is)))).collect();
                Ok(Self::from_points(run, &y))
            }
            (None, false) if statistic.is_of_marks() => Err(refused(
                "industry",
                "points are marked by an industry, or by a `weight` above 0: give one of them",
            )),
            (None, false) => Err(refused(
                "weight",
                "level=points compares a property of numbers: name it, or take level=cells",
            )),
        }
    }

    fn of_regions(
        run: &Run<'_>,
        level: &str,
        weight: Option<&str>,
        focus: &[bool],
        report: &mut Report<'_>,
    ) -> Result<Self, Refused> {
        let level = Level::read(run.arguments, level, report)?;
        let (sizes, missing) = match weight {
            Some(weight) => run.subject.sizes("weight", weight)?,
            None => (vec![1.0; run.subject.len()], 0),
        };
        if missing > 0 {
            report.warn("without_weight", &words::without_weight(missing));
        }
        let (division, places) = Division::new(run, level, &[&run.subject.positions])?;
        let (mut y, mut points, mut outside) = (vec![0.0; division.len()], 0, 0);
        for (point, place) in places[0].iter().enumerate().filter(|(point, _)| focus[*point]) {
            match place {
                Some(place) => {
                    y[*place as usize] += sizes[point];
                    points += 1;
                }
                None => outside += 1,
            }
        }
        if outside > 0 {
            report.warn("outside", &words::outside(outside));
        }
        if matches!(level, Level::Cells(_) | Level::H3(_)) {
            report.warn("occupied_cells", &words::occupied_cells());
        }
        let property = |one: &super::super::regional::division::Region| {
            named([
                ("adcode", one.adcode.as_deref().into()),
                ("name", one.name[0].as_str().into()),
                ("name_zh", one.name[1].as_str().into()),
            ])
        };
        Ok(Self {
            ids: division.regions.iter().map(|one| one.id.clone()).collect(),
            names: division.regions.iter().map(|one| one.name.clone()).collect(),
            properties: division.regions.iter().map(property).collect(),
            geometries: division.regions.iter().map(|one| Some(geometry(one))).collect(),
            middles: division.middles(),
            listing: (0..division.len()).collect(),
            y,
            points,
            cell_area_km2: division.cell_area_km2,
            division: Some(division),
        })
    }

    fn of_points(
        run: &Run<'_>,
        weight: &str,
        focus: &[bool],
        report: &mut Report<'_>,
    ) -> Result<Self, Refused> {
        let mut values = run.subject.values("weight", weight)?;
        let missing = values.iter().filter(|value| value.is_none()).count();
        if missing > 0 {
            report.warn("without_weight", &words::left_out(missing));
        }
        for (value, is_wanted) in values.iter_mut().zip(focus) {
            *value = value.filter(|_| *is_wanted);
        }
        Ok(Self::from_points(run, &values))
    }

    fn from_points(run: &Run<'_>, values: &[Option<f64>]) -> Self {
        let subject = run.subject;
        let kept: Vec<usize> = (0..subject.len()).filter(|&at| values[at].is_some()).collect();
        let name = |&at: &usize| {
            let id = || subject.features[at].id.as_str().to_owned();
            let english = subject.text(at, "name").unwrap_or_else(id);
            let chinese = subject.text(at, "name_zh").unwrap_or_else(|| english.clone());
            [english, chinese]
        };
        let names: Vec<[String; 2]> = kept.iter().map(name).collect();
        let property = |name: &[String; 2]| {
            named([("name", name[0].as_str().into()), ("name_zh", name[1].as_str().into())])
        };
        let mut listing: Vec<usize> = (0..kept.len()).collect();
        listing.sort_by_key(|&unit| subject.rows[kept[unit]]);
        Self {
            ids: kept.iter().map(|&at| subject.features[at].id.as_str().to_owned()).collect(),
            properties: names.iter().map(property).collect(),
            names,
            geometries: kept.iter().map(|&at| subject.features[at].to_geometry()).collect(),
            middles: kept.iter().map(|&at| subject.positions[at].unit_vector()).collect(),
            y: kept.iter().filter_map(|&at| values[at]).collect(),
            points: kept.len(),
            listing,
            division: None,
            cell_area_km2: None,
        }
    }
}
