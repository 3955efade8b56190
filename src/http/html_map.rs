//! A small map for pages to read: an SVG of the land, with features upon it. It needs no script.

use std::fmt::Write as _;

use geo::{Coord, Geometry, LineString, Polygon, Simplify as _};

use super::html::escaped;
use crate::domain::{Feature, LonLat};
use crate::store::Catalog;

/// The width of the drawing.
const WIDTH: f64 = 640.0;
/// The height that it may have.
const MOST_HEIGHT: f64 = 420.0;
/// The room around what is shown, as a part of it.
const MARGIN: f64 = 0.08;
/// The least that is shown, in degrees, so that one point has its surroundings.
const LEAST_DEGREES: f64 = 3.0;
/// The same where ways are drawn, which are often short.
const LEAST_OF_WAYS: f64 = 0.6;
/// How far a drawn line may lie from the true one, in pixels.
const TOLERANCE: f64 = 0.8;
/// The most features that are drawn.
const MOST_DRAWN: usize = 2_000;

/// Draws features over the provinces, each with its name and a link; nothing when none stands
/// anywhere.
pub(super) fn map(
    catalog: &Catalog,
    features: &[&Feature],
    link: impl Fn(&Feature) -> String,
) -> String {
    map_from(catalog, features, None, link)
}

/// Draws the same, and the ways to the features from a position.
pub(super) fn map_from(
    catalog: &Catalog,
    features: &[&Feature],
    from: Option<LonLat>,
    link: impl Fn(&Feature) -> String,
) -> String {
    let from = from.map(|at| Coord { x: at.lon(), y: at.lat() });
    let Some(frame) = Frame::around(features, from) else { return String::new() };
    let mut svg = format!(
        "<svg class=\"map\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"Map of the features\">\n",
        frame.height
    );
    let land = catalog.collection("provinces").filter(|land| land.is_held());
    for province in land.iter().flat_map(|land| land.features()) {
        let path = province.geometry().map(|shape| frame.path(&shape)).unwrap_or_default();
        if !path.is_empty() {
            let _ = writeln!(svg, "<path class=\"land\" d=\"{path}\"/>");
        }
    }
    if let Some(from) = from {
        frame.ways(&mut svg, from, features);
    }
    for feature in features.iter().take(MOST_DRAWN) {
        let Some(shape) = feature.geometry() else { continue };
        let drawn = match &*shape {
            Geometry::Point(point) => {
                let (x, y) = frame.place(point.0);
                format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>")
            }
            shape => format!("<path class=\"shape\" d=\"{}\"/>", frame.path(shape)),
        };
        let _ = writeln!(
            svg,
            "<a href=\"{}\">{drawn}<title>{}</title></a>",
            escaped(link(feature)),
            escaped(feature.id.as_str())
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// What part of the earth is shown: equirectangular, true to scale at its middle.
struct Frame {
    west: f64,
    north: f64,
    /// Pixels for a degree of longitude and of latitude.
    scale: [f64; 2],
    height: f64,
}

impl Frame {
    fn around(features: &[&Feature], from: Option<Coord<f64>>) -> Option<Self> {
        let boxes = features.iter().filter_map(|one| one.bounding_rect());
        let boxes = boxes.chain(from.map(|at| geo::Rect::new(at, at)));
        let all = boxes.reduce(|a, b| {
            let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
            let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
            geo::Rect::new(low, high)
        })?;
        let least = if from.is_some() { LEAST_OF_WAYS } else { LEAST_DEGREES };
        let widened = |low: f64, high: f64| {
            let half = ((high - low) * (0.5 + MARGIN)).max(least / 2.0);
            let middle = f64::midpoint(low, high);
            [middle - half, middle + half]
        };
        let [west, east] = widened(all.min().x, all.max().x);
        let [south, north] = widened(all.min().y, all.max().y);
        let shrink = f64::midpoint(south, north).to_radians().cos().max(0.2);
        let across = WIDTH / ((east - west) * shrink);
        let scale = across.min(MOST_HEIGHT / (north - south));
        // What the height leaves over is shown at the sides.
        let spare = (WIDTH / (scale * shrink) - (east - west)) / 2.0;
        let height = (north - south) * scale;
        Some(Self { west: west - spare, north, scale: [scale * shrink, scale], height })
    }

    fn place(&self, at: Coord<f64>) -> (f64, f64) {
        ((at.x - self.west) * self.scale[0], (self.north - at.y) * self.scale[1])
    }

    /// Draws a position and straight lines to where features stand, not those across the antimeridian.
    fn ways(&self, svg: &mut String, from: Coord<f64>, features: &[&Feature]) {
        let (x, y) = self.place(from);
        for at in features.iter().take(MOST_DRAWN).filter_map(|one| one.position()) {
            if (at.lon() - from.x).abs() <= 180.0 {
                let (to_x, to_y) = self.place(Coord { x: at.lon(), y: at.lat() });
                let _ =
                    writeln!(svg, "<path class=\"way\" d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\"/>");
            }
        }
        let _ = writeln!(svg, "<circle class=\"from\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>");
    }

    fn path(&self, shape: &Geometry<f64>) -> String {
        let mut path = String::new();
        match shape {
            Geometry::Polygon(one) => self.polygon(&mut path, one),
            Geometry::MultiPolygon(all) => all.iter().for_each(|one| self.polygon(&mut path, one)),
            Geometry::LineString(one) => self.line(&mut path, one, ""),
            Geometry::MultiLineString(all) => {
                all.iter().for_each(|one| self.line(&mut path, one, ""));
            }
            Geometry::GeometryCollection(all) => {
                all.iter().for_each(|one| path.push_str(&self.path(one)));
            }
            _ => {}
        }
        path
    }

    fn polygon(&self, path: &mut String, polygon: &Polygon<f64>) {
        self.line(path, polygon.exterior(), "Z");
        polygon.interiors().iter().for_each(|ring| self.line(path, ring, "Z"));
    }

    /// Draws a line by whole pixels, bends below a pixel left out, from each to the next.
    fn line(&self, path: &mut String, line: &LineString<f64>, end: &str) {
        let height = self.height.max(1.0);
        let near = |at: f64, size: f64| at.clamp(-size, 2.0 * size);
        let placed = line.coords().map(|at| {
            let (x, y) = self.place(*at);
            Coord { x: near(x, WIDTH), y: near(y, height) }
        });
        let line = LineString::new(placed.collect()).simplify(TOLERANCE);
        let mut pixels: Vec<(f64, f64)> =
            line.coords().map(|at| (at.x.round(), at.y.round())).collect();
        pixels.dedup();
        let inside =
            |&(x, y): &(f64, f64)| (0.0..=WIDTH).contains(&x) && (0.0..=height).contains(&y);
        if pixels.len() < 2 || !pixels.iter().any(inside) {
            return;
        }
        let _ = write!(path, "M{} {}", pixels[0].0, pixels[0].1);
        for pair in pixels.windows(2) {
            let _ = write!(path, "l{} {}", pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        }
        path.push_str(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FeatureId;

    fn feature(lon: f64, lat: f64) -> Feature {
        let id = FeatureId::new("a").unwrap();
        Feature::new(id, Some(geo::Point::new(lon, lat).into()), Vec::new())
    }

    #[test]
    fn what_is_shown_lies_within_the_frame_and_is_true_to_scale() {
        let (a, b) = (feature(104.0, 30.0), feature(106.0, 31.0));
        let frame = Frame::around(&[&a, &b], None).unwrap();
        for one in [&a, &b] {
            let (x, y) =
                frame.place(one.position().map(|at| Coord { x: at.lon(), y: at.lat() }).unwrap());
            assert!((0.0..=WIDTH).contains(&x) && (0.0..=frame.height).contains(&y), "{x} {y}");
        }
        let ratio = frame.scale[0] / frame.scale[1];
        assert!((ratio - 30.5_f64.to_radians().cos()).abs() < 1e-9);
        assert!(frame.height <= MOST_HEIGHT + 1e-9);
        assert!(Frame::around(&[], None).is_none());
    }
}
