//! Everything that says where things are: gazetteer, pins, and polygons where there are any.

use std::panic::resume_unwind;
use std::thread;

use geo::MultiPolygon;

use super::geodata::{BUNDLED, Geodata, GeodataFile};
use super::load_error::LoadError;
use crate::domain::base::{Confidence, Listing, MatchStatus, Placement};
use crate::domain::{Adcode, LonLat, Remark};
use crate::formats::topojson::{Area, Topology};
use crate::geocode::gazetteer::GazetteerFiles;
use crate::geocode::mentions::Mentions;
use crate::geocode::pins::Pin;
use crate::geocode::reverse::{Located, Method};
use crate::geocode::{Answer, CHINA, Candidate, Gazetteer, Level, Pins, Query, Reverse};

/// Holds the gazetteer and what goes with it.
#[derive(Debug, Clone)]
pub struct Places {
    /// The gazetteer.
    pub gazetteer: Gazetteer,
    /// Pins by collection and feature.
    pub pins: Pins,
    /// From positions to units.
    pub reverse: Reverse,
}

/// Holds the areas of the three levels.
#[derive(Debug, Clone)]
pub struct Areas {
    /// Provinces.
    pub provinces: Vec<Area>,
    /// Prefectures.
    pub prefectures: Vec<Area>,
    /// Counties.
    pub counties: Vec<Area>,
}

impl Places {
    /// Reads the gazetteer and the pins, and beside them the areas of units where there are any.
    pub(super) fn load(
        geodata: &Geodata,
        files: &mut Vec<GeodataFile>,
    ) -> Result<(Self, Option<Areas>), LoadError> {
        thread::scope(|scope| {
            let areas = scope.spawn(|| {
                let boundaries = geodata.read_boundaries()?;
                let areas = boundaries.as_ref().map(Areas::read).transpose()?;
                Ok::<_, LoadError>((boundaries, areas))
            });
            Self::load_beside(geodata, files, || {
                areas.join().unwrap_or_else(|panic| resume_unwind(panic))
            })
        })
    }

    /// Reads the gazetteer while the areas are read; `areas` waits for them and gives their file, too.
    fn load_beside(
        geodata: &Geodata,
        files: &mut Vec<GeodataFile>,
        areas: impl FnOnce() -> Result<(Option<GeodataFile>, Option<Areas>), LoadError> + Send,
    ) -> Result<(Self, Option<Areas>), LoadError> {
        let mut read = |name: &str| -> Result<GeodataFile, LoadError> {
            let file = geodata.read(name)?;
            files.push(file.clone());
            Ok(file)
        };
        let (units, townships) = (read("gazetteer.csv")?, read("townships.csv")?);
        let (zones, history) = (read("zones.csv")?, read("adcode_history.csv")?);
        let (world, countries) = (read("world.csv")?, read("countries.csv")?);
        let pins = Pins::read(&read("pins.csv")?.bytes)?;
        let industries = geodata.read("industries.csv")?;
        let sources = GazetteerFiles {
            units: &units.bytes,
            townships: &townships.bytes,
            zones: &zones.bytes,
            history: &history.bytes,
            world: (&world.bytes, world.origin != BUNDLED),
            countries: &countries.bytes,
            industries: &industries.bytes,
        };
        let (gazetteer, made) = Gazetteer::read_with(sources, |gazetteer| {
            let (boundaries, areas) = areas()?;
            let polygons = areas.as_ref().map(|areas| areas.counties_of(gazetteer));
            Ok::<_, LoadError>((Reverse::new(gazetteer, polygons), boundaries, areas))
        })?;
        let (reverse, boundaries, areas) = made?;
        files.extend(boundaries);
        Ok((Self { gazetteer, pins, reverse }, areas))
    }

    /// Places a listing of a collection: by its pin if it has one, else by its place and code.
    ///
    /// The confidence is that of the weaker of geocoder and list, the uncertainty the larger.
    #[must_use]
    pub fn place(&self, collection: &str, listing: &Listing) -> Answer {
        if let Some(answer) = self.pinned(collection, listing) {
            return answer;
        }
        let mut answer = self.gazetteer.geocode(Query {
            text: if listing.place_zh.is_empty() { &listing.place } else { &listing.place_zh },
            within: &listing.province_zh,
            country: CHINA,
            adcode: listing.adcode,
            name: &listing.name_zh,
        });
        let placement = &mut answer.placement;
        placement.confidence = placement
            .confidence
            .max(listing.source_confidence.filter(|_| placement.confidence.is_some()));
        placement.uncertainty_km =
            placement.uncertainty_km.map(|km| km.max(listing.uncertainty_km.unwrap_or(0.0)));
        answer
    }

    /// Describes a position by the unit around it; `None` far from all of them.
    #[must_use]
    pub fn around(&self, at: LonLat) -> Option<Candidate> {
        let located = self.reverse.locate(&self.gazetteer, at)?;
        Some(self.gazetteer.given(located.unit, at))
    }

    fn pinned(&self, collection: &str, listing: &Listing) -> Option<Answer> {
        let pin = self.pins.pin(collection, listing.id.as_str())?;
        let code = pin.adcode.or(listing.adcode);
        let (unit, reason) = match code.and_then(|code| self.gazetteer.unit_number(code)) {
            Some(unit) => (Some(unit), self.cross_checked(unit, pin)),
            None => self.unit_around(pin.position, &pin.reason),
        };
        let placement = Placement {
            position: Some(pin.position),
            match_status: MatchStatus::Pinned,
            precision: Some(pin.precision),
            uncertainty_km: Some(pin.uncertainty_km),
            confidence: Some(listing.source_confidence.unwrap_or(Confidence::High)),
            chain: unit.map(|unit| self.gazetteer.chain(unit)).unwrap_or_default(),
        };
        Some(Answer { placement, reason, candidates: Vec::new(), mentions: Mentions::default() })
    }

    /// Says so when a pin stands outside the unit that it names.
    fn cross_checked(&self, unit: usize, pin: &Pin) -> Remark {
        let located = self.reverse.locate(&self.gazetteer, pin.position);
        match located.filter(|located| located.method == Method::Polygon) {
            Some(located) if !self.gazetteer.lies_in(located.unit, unit) => {
                let other = &self.gazetteer.units()[located.unit];
                pin.reason.clone().and(&Remark::new(
                    format!("By its polygon it stands in {} ({}).", other.name.name, other.adcode),
                    format!("按边界落在{}（{}）。", other.name.name_zh, other.adcode),
                ))
            }
            _ => pin.reason.clone(),
        }
    }

    /// Finds the unit around a pin that names none, and says how.
    fn unit_around(&self, at: LonLat, reason: &Remark) -> (Option<usize>, Remark) {
        let (unit, how) = match self.reverse.locate(&self.gazetteer, at) {
            Some(Located { unit, method: Method::Polygon, .. }) => {
                let en = "The county is the one whose polygon holds the pin.";
                (Some(unit), Remark::new(en, "所在县按边界判定。"))
            }
            Some(Located { unit, seat_distance_m, .. }) => {
                let km = seat_distance_m / 1000.0;
                let en = format!("The county is that of the nearest seat, {km:.0} km away.");
                (Some(unit), Remark::new(en, format!("所在县按最近的驻地判定，相距{km:.0}公里。")))
            }
            None => (None, Remark::new("No county is near.", "附近没有县。")),
        };
        (unit, reason.clone().and(&how))
    }
}

impl Areas {
    /// Reads the three levels from a topology.
    pub(super) fn read(file: &GeodataFile) -> Result<Self, LoadError> {
        let refused = |error| LoadError::Boundaries { file: file.origin_name(), error };
        let topology = Topology::read(&file.bytes).map_err(refused)?;
        Ok(Self {
            provinces: topology.areas("provinces").map_err(refused)?,
            prefectures: topology.areas("prefectures").map_err(refused)?,
            counties: topology.areas("counties").map_err(refused)?,
        })
    }
}

impl Areas {
    /// The areas of a level.
    pub(super) fn of(&self, level: Level) -> &[Area] {
        match level {
            Level::Province => &self.provinces,
            Level::Prefecture => &self.prefectures,
            Level::County => &self.counties,
        }
    }

    /// The areas of counties that the gazetteer knows, by their numbers there.
    fn counties_of(&self, gazetteer: &Gazetteer) -> Vec<(usize, MultiPolygon<f64>)> {
        let unit = |area: &Area| gazetteer.unit_at(Level::County, adcode(area)?);
        let counties = self.counties.iter();
        counties.filter_map(|area| Some((unit(area)?, area.polygons.clone()))).collect()
    }
}

/// Reads the code of an area.
pub(super) fn adcode(area: &Area) -> Option<Adcode> {
    area.properties.get("adcode")?.parse().ok()
}
