//! Parts the country, or the globe, into regions, and says in which of them points lie.

use std::collections::BTreeMap;

use geo::{Geometry, MultiPolygon};
use rayon::prelude::*;

use super::super::description::Run;
use super::super::parameters::{Arguments, Default, Kind, Parameter, Refused};
use super::super::report::Report;
use super::super::within::{self, Within};
use crate::analysis::chart::Chart;
use crate::analysis::weights::{Contiguity, Weights};
use crate::domain::{Feature, LonLat, Remark, Value};
use crate::index::AreaFinder;
use crate::index::equal_area::{Cell, EqualAreaGrid};
use crate::index::hexagons::{self, Hexagon, Hexagons};

/// The side of a cell in km, unless given.
const CELL_KM: f64 = 100.0;

/// The words of `level`.
pub(in crate::process) const LEVELS: &[&str] = &["province", "prefecture", "county", "cells", "h3"];

/// The side of a cell.
pub(in crate::process) const CELL: Parameter = Parameter {
    name: "cell_km",
    words: [
        "The side of a square as large as a cell, in km; for h3 the resolution of the nearest area is taken",
        "网格边长（千米）；level=h3 时取面积最接近的分辨率",
    ],
    kind: Kind::Above0 { most: 5000.0 },
    default: Default::Chosen(["100, when level is cells or h3", "level 为 cells 或 h3 时取100"]),
};

/// One region.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::process) struct Region {
    /// Its code, or the name of its cell.
    pub(in crate::process) id: String,
    /// Its GB/T 2260 code; none for cells.
    pub(in crate::process) adcode: Option<String>,
    /// Its names in English and Chinese.
    pub(in crate::process) name: [String; 2],
    /// Its outline, in degrees.
    pub(in crate::process) outline: MultiPolygon<f64>,
    /// Longitude and latitude of its middle: of its seat, for administrative units.
    pub(in crate::process) middle: [f64; 2],
}

/// The regions, and what touches what.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::process) struct Division {
    pub(in crate::process) level: Level,
    pub(in crate::process) regions: Vec<Region>,
    /// The area of a cell in km², the mean one of hexagons.
    pub(in crate::process) cell_area_km2: Option<f64>,
    touching: Option<Vec<Vec<u32>>>,
}

/// What regions are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::process) enum Level {
    /// Administrative units, of this collection.
    Units(&'static str),
    /// Cells of equal area, of this side in metres.
    Cells(f64),
    /// Hexagons, of the area of a square of this side in metres.
    H3(f64),
}

/// For each position the region that holds it.
pub(in crate::process) type Places = Vec<Option<u32>>;

impl Level {
    /// Reads `level` and `cell_km`, and notes them.
    pub(in crate::process) fn read(
        arguments: &Arguments,
        level: &str,
        report: &mut Report<'_>,
    ) -> Result<Self, Refused> {
        let given_km = arguments.number("cell_km");
        let is_cells = matches!(level, "cells" | "h3");
        match given_km {
            Some(_) if !is_cells => {
                let reason =
                    format!("level={level} has no cells: leave it out, or take level=cells");
                return Err(Refused::new("cell_km", reason));
            }
            Some(side_km) if side_km < 1.0 => {
                return Err(Refused::new("cell_km", format!("{side_km} is below 1 km")));
            }
            _ => {}
        }
        let side_m = given_km.unwrap_or(CELL_KM) * 1000.0;
        if is_cells {
            let why = Remark::new(
                "as large as a prefecture, within which most supply is a matter of a day",
                "约为一个地级市的大小，大多数供货可当日完成",
            );
            report.note("cell_km", side_m / 1000.0, Some(&why));
        }
        Ok(match level {
            "cells" => Self::Cells(side_m),
            "h3" => Self::H3(side_m),
            "prefecture" => Self::Units("prefectures"),
            "county" => Self::Units("counties"),
            _ => Self::Units("provinces"),
        })
    }

    /// What a number of such regions is called, in English and Chinese.
    pub(in crate::process) fn words(self) -> Remark {
        match self {
            Self::Units(id) => Remark::new(
                id,
                match id {
                    "prefectures" => "地级市",
                    "counties" => "县级单位",
                    _ => "省级单位",
                },
            ),
            Self::Cells(_) => Remark::new("cells", "网格"),
            Self::H3(_) => Remark::new("hexagons", "六边形"),
        }
    }
}

impl Division {
    /// Parts what is analysed into regions: all units of a level, or the cells that hold points.
    ///
    /// `sets` are positions; for each set it is said which region holds each.
    pub(in crate::process) fn new(
        run: &Run<'_>,
        level: Level,
        sets: &[&[LonLat]],
    ) -> Result<(Self, Vec<Places>), Refused> {
        match level {
            Level::Units(collection) => of_units(run, level, collection, sets),
            Level::Cells(side_m) => {
                let grid = EqualAreaGrid::new(side_m);
                let (cells, places) = numbered(sets, |at| Some(grid.cell(at)));
                let region = |cell: &Cell| {
                    cell_region(
                        format!("r{}c{}", cell.row, cell.col),
                        grid.middle(*cell),
                        grid.outline(*cell),
                    )
                };
                let regions = cells.keys().map(region).collect();
                let touching = touching(&cells, |cell| grid.touching(cell));
                let cell_area_km2 = Some(grid.cell_area_km2());
                Ok((Self { level, regions, cell_area_km2, touching: Some(touching) }, places))
            }
            Level::H3(side_m) => {
                let hexes = Hexagons::nearest_to(side_m);
                let (cells, places) = numbered(sets, |at| hexes.cell(at));
                let region = |cell: &Hexagon| {
                    cell_region(cell.to_string(), hexagons::middle(*cell), outline(*cell))
                };
                let regions = cells.keys().map(region).collect();
                let touching = touching(&cells, hexagons::touching);
                let cell_area_km2 = Some(hexes.mean_area_km2());
                Ok((Self { level, regions, cell_area_km2, touching: Some(touching) }, places))
            }
        }
    }

    /// How many regions there are.
    pub(in crate::process) fn len(&self) -> usize {
        self.regions.len()
    }

    /// Weighs regions that share an edge by 1.
    pub(in crate::process) fn contiguity(&self) -> Weights {
        if let Some(rows) = &self.touching {
            let row = |row: &Vec<u32>| row.iter().map(|&other| (other, 1.0)).collect();
            return Weights::from_rows(rows.iter().map(row).collect());
        }
        let outlines: Vec<_> = self.regions.iter().map(|one| one.outline.clone()).collect();
        Weights::contiguity(&outlines, Contiguity::Rook)
    }

    /// The middles of the regions, as unit vectors.
    pub(in crate::process) fn middles(&self) -> Vec<[f64; 3]> {
        let vector = |one: &Region| {
            let [lon, lat] = one.middle;
            LonLat::from_degrees(lon, lat).map_or([1.0, 0.0, 0.0], LonLat::unit_vector)
        };
        self.regions.iter().map(vector).collect()
    }
}

/// Numbers the cells that hold a position, in rising order.
fn numbered<C: Copy + Ord + Send>(
    sets: &[&[LonLat]],
    cell: impl Fn(LonLat) -> Option<C> + Sync,
) -> (BTreeMap<C, u32>, Vec<Places>) {
    let found: Vec<Vec<Option<C>>> = sets
        .iter()
        .map(|set| set.par_iter().with_min_len(256).map(|&at| cell(at)).collect())
        .collect();
    let mut cells: BTreeMap<C, u32> =
        found.iter().flatten().flatten().map(|&one| (one, 0)).collect();
    for (number, place) in (0u32..).zip(cells.values_mut()) {
        *place = number;
    }
    let place = |one: &Option<C>| one.and_then(|one| cells.get(&one).copied());
    let places = found.iter().map(|set| set.iter().map(place).collect()).collect();
    (cells, places)
}

fn touching<C: Copy + Ord>(
    cells: &BTreeMap<C, u32>,
    around: impl Fn(C) -> Vec<C>,
) -> Vec<Vec<u32>> {
    let row = |&cell: &C| around(cell).iter().filter_map(|one| cells.get(one).copied()).collect();
    cells.keys().map(row).collect()
}

fn cell_region(id: String, middle: [f64; 2], outline: MultiPolygon<f64>) -> Region {
    let [lon, lat] = middle;
    let degrees = |value: f64, [plus, minus]: [&str; 2]| {
        format!("{:.1}° {}", value.abs(), if value < 0.0 { minus } else { plus })
    };
    let english = format!("{} {}", degrees(lon, ["E", "W"]), degrees(lat, ["N", "S"]));
    let half = |value: f64, [plus, minus]: [&str; 2]| {
        format!("{}{:.1}°", if value < 0.0 { minus } else { plus }, value.abs())
    };
    let chinese = format!("{} {}", half(lon, ["东经", "西经"]), half(lat, ["北纬", "南纬"]));
    Region { id, adcode: None, name: [english, chinese], outline, middle }
}

/// The outline of a hexagon, cut at the antimeridian; its edges are great circles.
fn outline(cell: Hexagon) -> MultiPolygon<f64> {
    let plain = hexagons::corners(cell);
    let vector = |at: &geo::Coord<f64>| {
        LonLat::from_degrees(at.x, at.y).map_or([1.0, 0.0, 0.0], LonLat::unit_vector)
    };
    let corners: Vec<[f64; 3]> = plain.exterior().coords().map(vector).collect();
    let on_map = |chart: &Chart| -> Option<MultiPolygon<f64>> {
        let flat =
            corners.iter().map(|corner| chart.to_plane(corner)).collect::<Option<Vec<_>>>()?;
        Some(chart.to_degrees(&geo::Polygon::new(flat.into(), Vec::new())))
    };
    Chart::around(&corners).as_ref().and_then(on_map).unwrap_or_else(|| plain.into())
}

fn of_units(
    run: &Run<'_>,
    level: Level,
    id: &str,
    sets: &[&[LonLat]],
) -> Result<(Division, Vec<Places>), Refused> {
    let Some(collection) = (run.collections)(id) else {
        let reason = "no boundaries are loaded here: take level=cells or level=h3";
        return Err(Refused::new("level", reason));
    };
    let within = within::region(run)?;
    let place = |field: &str| collection.schema().position(field);
    let (code, names) = (place("adcode"), [place("name"), place("name_zh")]);
    let middles = [place("seat_lon"), place("seat_lat")];
    let region = |feature: &Feature| -> Option<Region> {
        let text = |at: Option<usize>| at.map(|at| feature.values[at].in_a_cell());
        let number = |at: Option<usize>| match feature.values[at?] {
            Value::Real(number) => Some(number),
            _ => None,
        };
        let adcode = text(code)?;
        let is_wanted = |within: &Within| within.has_unit(&adcode) || adcode == within.adcode;
        if !within.as_ref().is_none_or(is_wanted) {
            return None;
        }
        Some(Region {
            id: adcode.clone(),
            adcode: Some(adcode),
            name: names.map(|at| text(at).unwrap_or_default()),
            outline: feature.shape().and_then(within::polygons)?,
            middle: [number(middles[0])?, number(middles[1])?],
        })
    };
    let regions: Vec<Region> = collection.features().filter_map(region).collect();
    let outlines: Vec<MultiPolygon<f64>> = regions.iter().map(|one| one.outline.clone()).collect();
    let finder = AreaFinder::new(&outlines);
    let in_region = |&at: &LonLat| finder.around(at).map(|number| number as u32);
    let places =
        sets.iter().map(|set| set.par_iter().with_min_len(256).map(in_region).collect()).collect();
    Ok((Division { level, regions, cell_area_km2: None, touching: None }, places))
}

/// A region as the geometry of a feature.
pub(in crate::process) fn geometry(region: &Region) -> Geometry<f64> {
    match &region.outline.0[..] {
        [only] => Geometry::Polygon(only.clone()),
        _ => Geometry::MultiPolygon(region.outline.clone()),
    }
}
