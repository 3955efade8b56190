//! The columns of a table that say where its rows are: what they are called, and how they are found.

use std::cmp::Reverse;

use super::Layout;
use crate::domain::{Crs, Datum, Schema};

/// Names as people write them, the likeliest first.
const LONGITUDES: [&str; 9] =
    ["lon", "lng", "long", "longitude", "x", "经度", "東經", "东经", "easting"];
const LATITUDES: [&str; 7] = ["lat", "latitude", "y", "纬度", "緯度", "北纬", "northing"];
const GEOMETRIES: [&str; 4] = ["wkt", "geom", "geometry", "the_geom"];

/// What stands before a name where a field has that name itself; as often as it needs to.
const MARK: &str = "geometry_";

/// What numbers of positions are measured against, as the names of their columns say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum System {
    /// Degrees of WGS 84, unless somebody says otherwise.
    Usual,
    /// Degrees of a datum.
    Datum(Datum),
    /// A system of the register, east first.
    Registered(Crs),
}

/// The columns that say where rows are, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceColumns {
    /// Two numbers.
    Position {
        /// Longitudes or eastings.
        east: usize,
        /// Latitudes or northings.
        north: usize,
    },
    /// Well-known text.
    Wkt(usize),
}

/// Holds what the name of a column says.
struct Named<'a> {
    column: usize,
    marks: usize,
    /// In lower case, without marks and system.
    word: &'static str,
    system: System,
    /// What stands behind the word.
    end: &'a str,
}

impl<'a> Named<'a> {
    /// Reads a name in lower case, if it is one of those.
    fn read(column: usize, name: &'a str) -> Option<Self> {
        let words = || LONGITUDES.iter().chain(&LATITUDES).chain(&GEOMETRIES).copied();
        let (mut marks, mut rest) = (0, name);
        loop {
            // A longer word may begin with a shorter one, which then has no system behind it.
            let found = words().find_map(|word| {
                let end = rest.strip_prefix(word)?;
                Some((word, end, system(end)?))
            });
            if let Some((word, end, system)) = found {
                return Some(Self { column, marks, word, system, end });
            }
            rest = rest.strip_prefix(MARK)?;
            marks += 1;
        }
    }

    /// Which columns come first: those with the most marks, then those of the usual system, then those of
    /// datums.
    fn order(&self) -> (Reverse<usize>, usize, usize) {
        let system = match self.system {
            System::Usual => 0,
            System::Datum(datum) => {
                1 + Datum::ALL.iter().take_while(|known| **known != datum).count()
            }
            System::Registered(_) => usize::MAX,
        };
        (Reverse(self.marks), system, self.column)
    }
}

/// The system that the end of a name says, if it says nothing else.
fn system(end: &str) -> Option<System> {
    if end.is_empty() {
        return Some(System::Usual);
    }
    let name = end.strip_prefix('_')?;
    let datum = Datum::ALL.into_iter().find(|datum| datum.as_str() == name);
    let code = || name.strip_prefix("epsg")?.parse().ok().and_then(Crs::from_epsg);
    datum.map(System::Datum).or_else(|| code().map(System::Registered))
}

/// Finds the columns that say where rows are: two for positions, else one of well-known text.
///
/// Where several could, those count that bear marks as [`names`] puts them, else those of WGS 84, else those
/// of a datum, else those of another system; among these the likeliest names.
#[must_use]
pub fn find<'a>(columns: impl Iterator<Item = &'a str>) -> Option<(PlaceColumns, System)> {
    let columns: Vec<String> = columns.map(str::to_lowercase).collect();
    let mut named: Vec<Named<'_>> =
        columns.iter().enumerate().filter_map(|(column, name)| Named::read(column, name)).collect();
    named.sort_by_key(Named::order);
    named.iter().find_map(|first| {
        let alike = || named.iter().filter(|one| (one.marks, one.end) == (first.marks, first.end));
        let likeliest = |words: &[&str]| {
            let rank = |one: &&Named<'_>| words.iter().position(|word| *word == one.word);
            alike().filter(|one| rank(one).is_some()).min_by_key(|one| (rank(one), one.column))
        };
        let pair = likeliest(&LONGITUDES).zip(likeliest(&LATITUDES));
        let place = pair
            .map(|(east, north)| PlaceColumns::Position { east: east.column, north: north.column });
        let place = place.or_else(|| Some(PlaceColumns::Wkt(likeliest(&GEOMETRIES)?.column)))?;
        Some((place, first.system))
    })
}

/// Names the columns of positions behind those of a schema, so that they are found again: by their datum or
/// system unless that is the usual one, and with a mark in front where a field has their name.
#[must_use]
pub fn names(schema: &Schema, layout: Layout) -> Vec<String> {
    let words: &[&str] = match layout.points_only {
        true if layout.crs.is_metric() => &["easting", "northing"],
        true => &["lon", "lat"],
        false => &["wkt"],
    };
    let fields = schema.fields();
    let marked = |marks: usize| -> Vec<String> {
        let mark = MARK.repeat(marks);
        words.iter().map(|word| format!("{mark}{word}{}", layout.suffix())).collect()
    };
    let wanted = match words.len() {
        1 => PlaceColumns::Wkt(fields.len()),
        _ => PlaceColumns::Position { east: fields.len(), north: fields.len() + 1 },
    };
    let is_found = |names: &Vec<String>| {
        let all = fields.iter().map(|field| field.name.as_str());
        find(all.chain(names.iter().map(String::as_str))).is_some_and(|(found, _)| found == wanted)
    };
    // Each field takes one number of marks at most.
    (0..=fields.len()).map(marked).find(is_found).unwrap_or_else(|| marked(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, FieldType, RegisteredCrs};

    fn found(names: &[&str]) -> Option<(PlaceColumns, System)> {
        find(names.iter().copied())
    }

    fn position(east: usize, north: usize) -> PlaceColumns {
        PlaceColumns::Position { east, north }
    }

    #[test]
    fn the_likeliest_names_are_found_whatever_their_case() {
        assert_eq!(found(&["Y", "X"]), Some((position(1, 0), System::Usual)));
        assert_eq!(found(&["x", "y", "LAT", "Lon"]), Some((position(3, 2), System::Usual)));
        assert_eq!(found(&["geom", "WKT"]), Some((PlaceColumns::Wkt(1), System::Usual)));
        assert_eq!(found(&["lon", "geometry"]), Some((PlaceColumns::Wkt(1), System::Usual)));
        assert_eq!(found(&["经度", "北纬"]), Some((position(0, 1), System::Usual)));
        assert_eq!(found(&["lon", "name"]), None);
        assert_eq!(found(&["lon", "lat_gcj02"]), None, "of one system");
        assert_eq!(found(&["longitudinal", "lately", "geometry_"]), None);
    }

    #[test]
    fn a_name_says_a_datum_or_a_system() {
        let gcj = Some((position(0, 1), System::Datum(Datum::Gcj02)));
        assert_eq!(found(&["lon_gcj02", "lat_gcj02"]), gcj);
        let (_, system) = found(&["wkt_epsg4527"]).unwrap();
        assert_eq!(system, System::Registered(Crs::from_epsg(4527).unwrap()));
        assert_eq!(found(&["wkt_epsg1"]), None);
        let both = found(&["lon_bd09", "lat_bd09", "x", "y"]);
        assert_eq!(both, Some((position(2, 3), System::Usual)));
    }

    #[test]
    fn names_are_found_again_whatever_the_fields_are_called() {
        let points = Layout::new(true);
        let zone = Layout { crs: RegisteredCrs::from_epsg(4527).unwrap(), ..points };
        let gcj = Layout { datum: Datum::Gcj02, ..points };
        for (layout, fields, wanted) in [
            (points, "name", "lon,lat"),
            (points, "x,y", "lon,lat"),
            (points, "Lon,lat", "geometry_lon,geometry_lat"),
            (points, "lon", "geometry_lon,geometry_lat"),
            (
                points,
                "geometry_lon,lat,geometry_lat,lon",
                "geometry_geometry_lon,geometry_geometry_lat",
            ),
            (Layout::new(false), "lon,lat", "geometry_wkt"),
            (Layout::new(false), "geom", "wkt"),
            (Layout::new(false), "WKT", "geometry_wkt"),
            (gcj, "lon,lat", "geometry_lon_gcj02,geometry_lat_gcj02"),
            (zone, "name", "easting_epsg4527,northing_epsg4527"),
            (zone, "x,y", "geometry_easting_epsg4527,geometry_northing_epsg4527"),
        ] {
            let field = |name: &str| Field::new(name, FieldType::Real, "");
            let schema = Schema::new(fields.split(',').map(field).collect());
            assert_eq!(names(&schema, layout).join(","), wanted, "{fields}");
        }
    }
}
