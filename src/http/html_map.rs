//! A small map for pages to read: an SVG of the land, with features upon it. It needs no script.

use std::borrow::Cow;
use std::fmt::Write as _;

use geo::{BoundingRect as _, Coord, Geometry, LineString, Polygon, Simplify as _};

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
/// From how many features on points are drawn small.
const MANY: usize = 150;
/// The most features that are drawn.
pub(super) const MOST_DRAWN: usize = 2_000;

/// Holds what is drawn of one feature.
pub(super) struct Mark<'a> {
    pub(super) shape: Cow<'a, Geometry<f64>>,
    pub(super) paint: Paint,
    /// Said of it where it is pointed at.
    pub(super) title: String,
    /// Where it leads; nowhere when empty.
    pub(super) href: String,
}

/// Says how a mark is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Paint {
    /// As everything is where nothing sets it apart.
    Plain,
    /// As one of some kinds, by its number; colours come again after eight.
    Kind(usize),
    /// As the outline of one of such kinds.
    Outline(usize),
    /// As what belongs to none.
    Faint,
    /// The stronger the nearer to 1, from 0.
    Share(f64),
}

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
    let mark = |one: &&'_ Feature| {
        Some(Mark {
            shape: Cow::Owned(one.to_geometry()?),
            paint: Paint::Plain,
            title: one.id.as_str().to_owned(),
            href: link(one),
        })
    };
    let marks: Vec<Mark<'_>> = features.iter().filter_map(mark).collect();
    marks_from(catalog, &marks, from)
}

/// Draws marks over the provinces, and the ways to the points among them from a position; nothing
/// when there is none.
pub(super) fn marks_from(catalog: &Catalog, marks: &[Mark<'_>], from: Option<LonLat>) -> String {
    let from = from.map(|at| Coord { x: at.lon(), y: at.lat() });
    let Some(frame) = Frame::around(marks, from) else { return String::new() };
    let mut svg = format!(
        "<svg class=\"map{}\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"Map of the features\">\n",
        if marks.len() > MANY { " many" } else { "" },
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
        frame.ways(&mut svg, from, marks);
    }
    for mark in marks.iter().take(MOST_DRAWN) {
        frame.mark(&mut svg, mark);
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
    fn around(marks: &[Mark<'_>], from: Option<Coord<f64>>) -> Option<Self> {
        let boxes = marks.iter().filter_map(|one| one.shape.bounding_rect());
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
    fn ways(&self, svg: &mut String, from: Coord<f64>, marks: &[Mark<'_>]) {
        let (x, y) = self.place(from);
        for mark in marks.iter().take(MOST_DRAWN) {
            let Geometry::Point(at) = &*mark.shape else { continue };
            if (at.x() - from.x).abs() <= 180.0 {
                let (to_x, to_y) = self.place(at.0);
                let _ =
                    writeln!(svg, "<path class=\"way\" d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\"/>");
            }
        }
        let _ = writeln!(svg, "<circle class=\"from\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>");
    }

    /// Draws one feature with its title, and a link around it where it leads anywhere.
    fn mark(&self, svg: &mut String, mark: &Mark<'_>) {
        let kind = match mark.paint {
            Paint::Plain => String::new(),
            Paint::Kind(number) => format!(" kind{}", number % 8),
            Paint::Outline(number) => format!(" outline kind{}", number % 8),
            Paint::Faint => " faint".to_owned(),
            Paint::Share(_) => " share".to_owned(),
        };
        let strength = match mark.paint {
            Paint::Share(share) => format!(" style=\"--share:{:.2}\"", share.clamp(0.0, 1.0)),
            _ => String::new(),
        };
        let title = format!("<title>{}</title>", escaped(&mark.title));
        let drawn = match &*mark.shape {
            Geometry::Point(point) => {
                let (x, y) = self.place(point.0);
                let class = kind.trim_start();
                let class =
                    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
                format!(
                    "<circle{class}{strength} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\">{title}</circle>"
                )
            }
            Geometry::LineString(_) | Geometry::MultiLineString(_) => {
                let path = self.path(&mark.shape);
                format!("<path class=\"line{kind}\"{strength} d=\"{path}\">{title}</path>")
            }
            shape => {
                let path = self.path(shape);
                format!("<path class=\"shape{kind}\"{strength} d=\"{path}\">{title}</path>")
            }
        };
        let _ = match mark.href.as_str() {
            "" => writeln!(svg, "{drawn}"),
            href => writeln!(svg, "<a href=\"{}\">{drawn}</a>", escaped(href)),
        };
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

    fn point(lon: f64, lat: f64) -> Mark<'static> {
        let (title, href) = (String::new(), String::new());
        let shape = Cow::Owned(geo::Point::new(lon, lat).into());
        Mark { shape, paint: Paint::Plain, title, href }
    }

    #[test]
    fn what_is_shown_lies_within_the_frame_and_is_true_to_scale() {
        let marks = [point(104.0, 30.0), point(106.0, 31.0)];
        let frame = Frame::around(&marks, None).unwrap();
        for (x, y) in [(104.0, 30.0), (106.0, 31.0)] {
            let (x, y) = frame.place(Coord { x, y });
            assert!((0.0..=WIDTH).contains(&x) && (0.0..=frame.height).contains(&y), "{x} {y}");
        }
        let ratio = frame.scale[0] / frame.scale[1];
        assert!((ratio - 30.5_f64.to_radians().cos()).abs() < 1e-9);
        assert!(frame.height <= MOST_HEIGHT + 1e-9);
        assert!(Frame::around(&[], None).is_none());
    }
}
