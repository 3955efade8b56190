//! From a position to the unit around it: by polygon, or by the nearest seat where there is none.

use geo::MultiPolygon;

use super::gazetteer::Gazetteer;
use super::records::{Level, Place};
use crate::domain::LonLat;
use crate::index::geodesic::{destination, distance_m};
use crate::index::{AreaIndex, SphereIndex};

/// A seat farther away than this says nothing about a position.
const FARTHEST_SEAT_M: f64 = 150_000.0;

/// A position that no polygon holds belongs to one that is this near: coasts and gaps.
const NEAR_POLYGON_M: [f64; 2] = [2_000.0, 5_000.0];

/// Holds the areas and the seats of counties.
#[derive(Debug, Clone)]
pub struct Reverse {
    areas: Option<AreaIndex>,
    area_units: Vec<usize>,
    seats: SphereIndex,
    seat_units: Vec<usize>,
    towns: SphereIndex,
    town_places: Vec<Place>,
    zones: SphereIndex,
    zone_places: Vec<Place>,
}

/// Holds the unit found around a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Located {
    /// The number of the unit.
    pub unit: usize,
    /// How it was found.
    pub method: Method,
    /// How far its seat is, in metres on the ellipsoid.
    pub seat_distance_m: f64,
}

/// Says how a unit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Its polygon holds the position, or is a few km away.
    Polygon,
    /// Its seat is the nearest one; there are no polygons.
    NearestSeat,
}

impl Method {
    /// The word for it in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Polygon => "polygon",
            Self::NearestSeat => "nearest_seat",
        }
    }
}

impl Reverse {
    /// Indexes the seats of all counties and the areas of those that have one.
    #[must_use]
    pub fn new(gazetteer: &Gazetteer, areas: Option<Vec<(usize, MultiPolygon<f64>)>>) -> Self {
        let counties =
            gazetteer.units().iter().enumerate().filter(|(_, unit)| unit.level == Level::County);
        let (seat_units, seats): (Vec<usize>, Vec<LonLat>) =
            counties.map(|(number, unit)| (number, unit.position)).unzip();
        let (town_places, towns) = located(gazetteer.towns());
        let (zone_places, zones) = located(gazetteer.zones());
        let has_areas = areas.is_some();
        let (area_units, polygons) = areas.into_iter().flatten().unzip();
        Self {
            areas: has_areas.then(|| AreaIndex::new(polygons)),
            area_units,
            seats: SphereIndex::new(seats),
            seat_units,
            towns: SphereIndex::new(towns),
            town_places,
            zones: SphereIndex::new(zones),
            zone_places,
        }
    }

    /// Finds the nearest township whose position is known, and how far it is, in metres.
    #[must_use]
    pub fn nearest_town(&self, at: LonLat) -> Option<(Place, f64)> {
        nearest(&self.towns, &self.town_places, at)
    }

    /// Finds the nearest zone whose position is known, and how far it is, in metres.
    #[must_use]
    pub fn nearest_zone(&self, at: LonLat) -> Option<(Place, f64)> {
        nearest(&self.zones, &self.zone_places, at)
    }

    /// Finds the county around a position; `None` outside of all of them.
    ///
    /// Without polygons the nearest seat decides, which may lie across a border.
    #[must_use]
    pub fn locate(&self, gazetteer: &Gazetteer, at: LonLat) -> Option<Located> {
        if let Some(areas) = &self.areas {
            let area = areas.around(at).or_else(|| near(areas, at))?;
            let unit = self.area_units[area];
            let seat = gazetteer.units()[unit].position;
            let seat_distance_m = distance_m(at, seat);
            return Some(Located { unit, method: Method::Polygon, seat_distance_m });
        }
        let nearest = self.seats.nearest(at, 1, |_| true).into_iter().next()?;
        (nearest.way.distance_m <= FARTHEST_SEAT_M).then(|| Located {
            unit: self.seat_units[nearest.place],
            method: Method::NearestSeat,
            seat_distance_m: nearest.way.distance_m,
        })
    }
}

fn nearest(index: &SphereIndex, places: &[Place], at: LonLat) -> Option<(Place, f64)> {
    let found = index.nearest(at, 1, |_| true).into_iter().next()?;
    (found.way.distance_m <= FARTHEST_SEAT_M).then(|| (places[found.place], found.way.distance_m))
}

/// Parts places and positions.
fn located(places: impl Iterator<Item = (Place, LonLat)>) -> (Vec<Place>, Vec<LonLat>) {
    places.unzip()
}

/// Finds the area that a position just misses, looking in eight directions.
fn near(areas: &AreaIndex, at: LonLat) -> Option<usize> {
    let around = NEAR_POLYGON_M
        .iter()
        .flat_map(|&m| (0..8).map(move |eighth| (f64::from(eighth) * 45.0, m)));
    around.into_iter().find_map(|(bearing_deg, m)| areas.around(destination(at, bearing_deg, m)?))
}
