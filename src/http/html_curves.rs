//! Curves to look at: lists of numbers of one length, drawn over the first of them.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::html::escaped;
use super::html_words::{number, words_of};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
/// The room for words at the left.
const ROOM_LEFT: f64 = 64.0;
/// The same below.
const ROOM_BELOW: f64 = 40.0;
/// The room at the other edges.
const ROOM: f64 = 14.0;
/// How many values make a curve.
const FEWEST: usize = 4;
/// How many curves are drawn, beside the band.
const MOST_LINES: usize = 4;
/// The bands that curves may lie within: the lower and the upper edge.
const BANDS: [[&str; 2]; 2] = [["global_lo", "global_hi"], ["lo", "hi"]];

/// Members of an answer, by name.
type Members<'a> = [(&'a String, &'a Json)];

/// Draws the lists of numbers that are as long as the first one that grows, and names what is drawn,
/// the first one first; nothing where there are none.
pub(super) fn curves<'a>(members: &Members<'a>) -> Option<(String, Vec<&'a str>)> {
    let lists = members.iter().filter_map(|(name, value)| Some((name.as_str(), list(value)?)));
    let lists: Vec<(&str, Vec<f64>)> = lists.filter(|(_, list)| list.len() >= FEWEST).collect();
    let grows = |list: &[f64]| list.windows(2).all(|pair| pair[0] < pair[1]);
    let (along, x) = lists.iter().find(|(_, list)| grows(list))?;
    let others = lists.iter().filter(|(name, list)| name != along && list.len() == x.len());
    let others: Vec<(&str, &[f64])> = others.map(|(name, list)| (*name, &list[..])).collect();
    let find = |wanted: &str| others.iter().find(|(name, _)| *name == wanted).map(|one| one.1);
    let band = BANDS.iter().find_map(|[low, high]| Some((find(low)?, find(high)?)));
    let is_edge = |name: &str| BANDS.iter().flatten().any(|edge| name == *edge);
    let lines: Vec<(&str, &[f64])> =
        others.iter().filter(|(name, _)| !is_edge(name)).take(MOST_LINES).copied().collect();
    let svg = Drawing { along, x, lines: &lines, band }.svg()?;
    let names = std::iter::once(*along).chain(others.iter().map(|(name, _)| *name));
    Some((svg, names.collect()))
}

/// The numbers of a list, NaN where there is none; `None` for what is no list of numbers.
fn list(value: &Json) -> Option<Vec<f64>> {
    let number = |one: &Json| if one.is_null() { Some(f64::NAN) } else { one.as_f64() };
    value.as_array()?.iter().map(number).collect()
}

/// Curves over one list.
struct Drawing<'a> {
    along: &'a str,
    x: &'a [f64],
    lines: &'a [(&'a str, &'a [f64])],
    band: Option<(&'a [f64], &'a [f64])>,
}

impl Drawing<'_> {
    /// The drawing with its key; `None` where nothing is known.
    fn svg(&self) -> Option<String> {
        let band = self.band.into_iter().flat_map(|(low, high)| low.iter().chain(high));
        let all = self.lines.iter().flat_map(|(_, y)| y.iter()).chain(band);
        let all = all.copied().filter(|y| y.is_finite());
        let (low, high) = all
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
        if low > high {
            return None;
        }
        let (low, high) = if low < high { (low, high) } else { (low - 0.5, high + 0.5) };
        let (first, last) = (self.x[0], self.x[self.x.len() - 1]);
        let bottom = HEIGHT - ROOM_BELOW;
        let place = |x: f64, y: f64| {
            let across = ROOM_LEFT + (x - first) / (last - first) * (WIDTH - ROOM_LEFT - ROOM);
            (across, bottom - (y - low) / (high - low) * (bottom - ROOM))
        };
        let mut svg = format!(
            "<svg class=\"curve\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Curves over {}\">\n",
            escaped(words_of(self.along))
        );
        let right = WIDTH - ROOM;
        let _ = writeln!(
            svg,
            "<path class=\"axis\" d=\"M{ROOM_LEFT} {ROOM}V{bottom}H{right}\" fill=\"none\"/>"
        );
        self.words(&mut svg, [first, last, low, high]);
        if let Some((lower, upper)) = self.band {
            let there = path(self.x.iter().zip(upper), place);
            let back = path(self.x.iter().zip(lower).rev(), place);
            let _ = writeln!(
                svg,
                "<path class=\"band\" d=\"{there}{}Z\"/>",
                back.replacen('M', "L", 1)
            );
        }
        for (number, (_, y)) in self.lines.iter().enumerate() {
            let drawn = path(self.x.iter().zip(*y), place);
            let _ = writeln!(svg, "<path class=\"drawn kind{number}\" d=\"{drawn}\"/>");
        }
        svg.push_str("</svg>\n");
        Some(svg + &self.key())
    }

    /// The ends of both axes.
    fn words(&self, svg: &mut String, [first, last, low, high]: [f64; 4]) {
        let said = |value: f64| {
            serde_json::Number::from_f64(value).map_or_else(String::new, |one| number(&one))
        };
        let (left, right, bottom) = (ROOM_LEFT - 6.0, WIDTH - ROOM, HEIGHT - ROOM_BELOW);
        let mut word = |x: f64, y: f64, anchor: &str, text: &str| {
            let text = escaped(text);
            let _ =
                writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>");
        };
        word(left, ROOM + 8.0, "end", &said(high));
        word(left, bottom, "end", &said(low));
        word(ROOM_LEFT, bottom + 16.0, "start", &said(first));
        word(right, bottom + 16.0, "end", &said(last));
        word(f64::midpoint(ROOM_LEFT, right), bottom + 30.0, "middle", &words_of(self.along));
    }

    fn key(&self) -> String {
        let mut key = String::from("<p class=\"key curve-key\">");
        for (number, (name, _)) in self.lines.iter().enumerate() {
            let _ = write!(
                key,
                "<span><i class=\"kind{number}\"></i>{}</span>",
                escaped(words_of(name))
            );
        }
        if self.band.is_some() {
            key.push_str("<span><i class=\"band\"></i>where chance lies</span>");
        }
        key + "</p>\n"
    }
}

/// A line through what is known; it is broken where nothing is.
fn path<'a>(
    pairs: impl Iterator<Item = (&'a f64, &'a f64)>,
    place: impl Fn(f64, f64) -> (f64, f64),
) -> String {
    let (mut path, mut is_on) = (String::new(), false);
    for (x, y) in pairs {
        if y.is_finite() {
            let (x, y) = place(*x, *y);
            let _ = write!(path, "{}{x:.1} {y:.1}", if is_on { 'L' } else { 'M' });
        }
        is_on = y.is_finite();
    }
    path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_one_length_are_drawn_over_the_first_that_grows() {
        let body = json!({
            "r_m": [0, 1, 2, 4], "observed": [1, 2, null, 3], "lo": [0, 0, 0, 0], "hi": [2, 2, 2, 2],
            "other": [1, 2], "words": ["a", "b", "c", "d"],
        });
        let members: Vec<_> = body.as_object().unwrap().iter().collect();
        let (text, names) = curves(&members).unwrap();
        assert_eq!(names, ["r_m", "observed", "lo", "hi"]);
        assert_eq!(text.matches("class=\"drawn").count(), 1);
        assert_eq!(text.matches("class=\"band\" d=").count(), 1);
        let line = text.split("class=\"drawn kind0\" d=\"").nth(1).unwrap();
        let line = line.split('"').next().unwrap();
        assert_eq!((line.matches('M').count(), line.matches('L').count()), (2, 1), "{line}");
        assert!(text.contains("r, m") && !text.contains("NaN"), "{text}");
    }

    #[test]
    fn one_list_alone_is_no_curve_and_a_level_one_is_drawn() {
        let alone = json!({"merges_km": [1, 2, 3, 4, 5]});
        let members: Vec<_> = alone.as_object().unwrap().iter().collect();
        assert_eq!(curves(&members), None);
        let level = json!({"x": [1, 2, 3, 4], "y": [7, 7, 7, 7]});
        let members: Vec<_> = level.as_object().unwrap().iter().collect();
        assert!(!curves(&members).unwrap().0.contains("NaN"));
        let unknown = json!({"x": [1, 2, 3, 4], "y": [null, null, null, null]});
        let members: Vec<_> = unknown.as_object().unwrap().iter().collect();
        assert_eq!(curves(&members), None);
    }
}
