//! The net over the points, and what is drawn of the surface over it.

use geo::{Area, BooleanOps, Geometry, MultiPolygon, Rect, Translate};

use super::super::description::Run;
use super::super::distances::windows;
use super::super::parameters::Refused;
use super::super::report::rounded;
use crate::analysis::kernel_density::{Kernel, Net, Smoothing};
use crate::analysis::window::Window;
use crate::domain::LonLat;
use crate::formats::answer::{Drawn, named};
use crate::index::geodesic::{SPHERE_RADIUS_M, arc_m};
use crate::index::kd_tree::squared_chord;

/// Kilometres in a degree of latitude.
const DEGREE_KM: f64 = 111.195;
/// How many corners a net has if nobody says how fine it is.
const USUAL: f64 = 40_000.0;
/// How many it may have.
pub(super) const MOST: f64 = 400_000.0;

/// Holds where a net lies and how fine it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    west: f64,
    south: f64,
    pub(super) step: f64,
    columns: usize,
    rows: usize,
}

/// Holds the highest place of a surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peak {
    /// Per km².
    pub(super) value: f64,
    pub(super) at: LonLat,
}

/// Says where the mass went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    /// How much the surface holds.
    pub(super) drawn: f64,
    /// The share of it beyond the mainland, if all points stand in it.
    pub(super) outside: Option<f64>,
}

/// Silverman's rule in two dimensions; `None` if all points stand at one place.
pub(super) fn bandwidth_km(positions: &[LonLat], kernel: Kernel) -> Option<f64> {
    let vectors: Vec<[f64; 3]> = positions.iter().map(|at| at.unit_vector()).collect();
    let sum = vectors.iter().fold([0.0; 3], |sum, v| [0, 1, 2].map(|d| sum[d] + v[d]));
    let length = sum.iter().map(|part| part * part).sum::<f64>().sqrt();
    (length > 0.0).then_some(())?;
    let middle = sum.map(|part| part / length);
    let square: f64 = vectors.iter().map(|v| arc_m(squared_chord(&middle, v)).powi(2)).sum();
    let n = positions.len() as f64;
    // The spread along one axis.
    let spread_km = (square / n / 2.0).sqrt() / 1000.0;
    // A quartic kernel of bandwidth h has the spread h / √8 along one axis.
    let scale = if kernel == Kernel::Quartic { 8.0_f64.sqrt() } else { 1.0 };
    Some(spread_km * n.powf(-1.0 / 6.0) * scale).filter(|chosen_km| *chosen_km > 1e-3)
}

impl Frame {
    /// Lays a net over all that the points reach.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the cells that were asked for are too many.
    #[expect(clippy::cast_sign_loss, reason = "a net has at least one row and one column")]
    pub(super) fn around(
        positions: &[LonLat],
        smoothing: Smoothing,
        cell_km: Option<f64>,
    ) -> Result<Self, Refused> {
        // Beyond three bandwidths of a Gaussian there is a hundredth of its peak and of its mass.
        let reaches = if smoothing.kernel == Kernel::Quartic { 1.0 } else { 3.0 };
        let margin = reaches * smoothing.bandwidth_km / DEGREE_KM;
        let lats = || positions.iter().map(|at| at.lat());
        let south = (lats().fold(90.0, f64::min) - margin).max(-90.0);
        let north = (lats().fold(-90.0, f64::max) + margin).min(90.0);
        let (west, east) = span(positions);
        let widest = south.abs().max(north.abs()).to_radians().cos().max(1e-9);
        let aside = margin / widest;
        let is_all_around = east - west + 2.0 * aside >= 360.0;
        let (west, width) =
            if is_all_around { (-180.0, 360.0) } else { (west - aside, east - west + 2.0 * aside) };
        let west = if west < -180.0 { west + 360.0 } else { west };
        let height = (north - south).max(1e-6);
        let corners = |step: f64| (width / step + 1.0) * (height / step + 1.0);
        let usual = smoothing.bandwidth_km / DEGREE_KM / 5.0;
        let coarse = (width * height / USUAL).sqrt();
        let step = cell_km.map_or(usual.max(coarse), |km| km / DEGREE_KM);
        if corners(step) > MOST {
            let right = (width * height / MOST).sqrt() * DEGREE_KM * 1.1;
            let reason = format!("it makes more than {MOST:.0} cells: take at least {right:.1}");
            return Err(Refused::new("cell_km", reason));
        }
        // All around, the last column is the first again.
        let step = if is_all_around { width / parts_of(width, step) } else { step };
        let rows = parts_of(height, step).min(((90.0 - south) / step).floor().max(1.0));
        let [columns, rows] = [parts_of(width, step), rows].map(|count| 1 + count as usize);
        Ok(Self { west, south, step, columns, rows })
    }

    /// The corners, row by row from the south.
    pub(super) fn positions(&self) -> Vec<LonLat> {
        Net::positions(self.west, self.south, self.step, [self.columns, self.rows])
    }

    fn net(&self, values: Vec<f64>) -> Net {
        let Self { west, south, step, columns, .. } = *self;
        Net { west, south, step, columns, values }
    }
}

/// How many steps a length takes.
fn parts_of(length: f64, step: f64) -> f64 {
    (length / step - 1e-9).ceil().max(1.0)
}

/// The narrowest range of longitudes with all positions; its east may lie beyond 180.
fn span(positions: &[LonLat]) -> (f64, f64) {
    let mut lons: Vec<f64> = positions.iter().map(|at| at.lon()).collect();
    lons.sort_by(f64::total_cmp);
    let (first, last) = (lons[0], lons[lons.len() - 1]);
    let gap = |at: usize| lons[at + 1] - lons[at];
    let widest = (0..lons.len() - 1).max_by(|&a, &b| gap(a).total_cmp(&gap(b)));
    match widest {
        Some(at) if gap(at) > first + 360.0 - last => (lons[at + 1], lons[at] + 360.0),
        _ => (first, last),
    }
}

/// The highest corner; of equally high ones, the first.
pub(super) fn peak(at: &[LonLat], values: &[f64]) -> Peak {
    let highest = (0..values.len()).rev().max_by(|&a, &b| values[a].total_cmp(&values[b]));
    let highest = highest.unwrap_or(0);
    Peak { value: values[highest], at: at[highest] }
}

/// Adds up the surface, and what of it lies beyond the mainland.
pub(super) fn spread(
    run: &Run<'_>,
    positions: &[LonLat],
    frame: &Frame,
    at: &[LonLat],
    values: &[f64],
) -> Spread {
    let radians = frame.step.to_radians();
    let cell_km2 =
        |at: &LonLat| (SPHERE_RADIUS_M / 1000.0 * radians).powi(2) * at.lat().to_radians().cos();
    let sum = |of: &dyn Fn(LonLat) -> bool| -> f64 {
        let cells = at.iter().zip(values).filter(|(at, value)| **value > 0.0 && of(**at));
        cells.map(|(at, value)| value * cell_km2(at)).sum()
    };
    let drawn = sum(&|_| true);
    let land = windows::window(run, "mainland", positions);
    let land: Option<Window> = land.filter(|land| positions.iter().all(|&at| land.contains(at)));
    let outside = land.map(|land| 1.0 - sum(&|at| land.contains(at)) / drawn);
    Spread { drawn, outside }
}

/// Draws the areas between contours, from the lowest; or cells, row by row from the south.
pub(super) fn features(frame: &Frame, values: Vec<f64>, contours: Option<usize>) -> Vec<Drawn> {
    let highest = values.iter().copied().fold(0.0, f64::max);
    let Some(count) = contours else { return cells(frame, &values, highest) };
    let net = frame.net(values);
    let level = |at: usize| highest * (2 * at + 1) as f64 / (2 * count) as f64;
    let mut areas: Vec<MultiPolygon<f64>> = (0..count).map(|at| net.at_least(level(at))).collect();
    areas.push(MultiPolygon::new(Vec::new()));
    let band = |at: usize| {
        let whole = &areas[at];
        let area = if areas[at + 1].0.is_empty() {
            whole.clone()
        } else {
            whole.difference(&areas[at + 1])
        };
        let upper = if at + 1 < count { level(at + 1) } else { highest };
        let geometry = Geometry::MultiPolygon(cut(&area)?);
        Some(drawn("band", at, Some(geometry), [level(at), upper]))
    };
    (0..count).filter_map(band).collect()
}

/// One cell around each corner that has more than a hundredth of the peak.
fn cells(frame: &Frame, values: &[f64], highest: f64) -> Vec<Drawn> {
    let half = frame.step / 2.0;
    let cell = |(number, &value): (usize, &f64)| {
        let x = frame.west + frame.step * (number % frame.columns) as f64;
        let y = frame.south + frame.step * (number / frame.columns) as f64;
        let low = (x - half, (y - half).max(-90.0));
        let square = Rect::new(low, (x + half, (y + half).min(90.0))).to_polygon();
        let area = cut(&square.into())?;
        (value > highest / 100.0)
            .then(|| drawn("cell", number, Some(Geometry::MultiPolygon(area)), [value, value]))
    };
    values.iter().enumerate().filter_map(cell).collect()
}

fn drawn(kind: &str, number: usize, geometry: Option<Geometry<f64>>, range: [f64; 2]) -> Drawn {
    let [lower, upper] = range.map(significant);
    let properties =
        named([("kind", kind.into()), ("lower", lower.into()), ("upper", upper.into())]);
    Drawn { id: format!("{kind}-{}", number + 1), geometry, properties }
}

/// Cuts an area at the antimeridian, where its longitudes run on beyond 180; `None` if it is empty.
fn cut(area: &MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    let reaches = |beyond: &dyn Fn(f64) -> bool| {
        area.iter().flat_map(|part| part.exterior().coords()).any(|at| beyond(at.x))
    };
    let mut parts = Vec::new();
    for turn in [-360.0, 0.0, 360.0] {
        let (west, east) = (turn - 180.0, turn + 180.0);
        if reaches(&|x| x < west || x > east) {
            let world = Rect::new((west, -90.0), (east, 90.0)).to_polygon();
            parts.extend(area.intersection(&world).translate(-turn, 0.0).0);
        } else {
            parts.extend(area.translate(-turn, 0.0).0);
        }
    }
    parts.retain(|part| part.unsigned_area() > 0.0);
    (!parts.is_empty()).then(|| MultiPolygon::new(parts))
}

/// Six digits: a density is known to fewer.
pub(super) fn significant(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    rounded(value, (5 - value.abs().log10().floor() as i32).clamp(-300, 300))
}
