//! Vector tiles as bytes: one layer of a Mapbox Vector Tile 2.1, which is written as protocol
//! buffers.
//!
//! # References
//!
//! Vector Tile Specification 2.1, sections 4.1–4.4; Protocol Buffers, Encoding.

use super::EXTENT;
use super::numbered::Numbered;
use super::shape::{Corner, Shape};
use crate::domain::Value;

/// The kinds of fields in protocol buffers.
const VARINT: u32 = 0;
const FIXED_64: u32 = 1;
const BYTES: u32 = 2;

/// Commands of a geometry.
const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// What a feature may need, in bytes, when its size is not known.
const FEATURE_BYTES: usize = 40;

/// What the values that a feature has for itself may need.
const VALUES_BYTES: usize = 40;

/// Whole numbers below this are found by their place and not by their hash.
const SMALL: usize = 8_192;

/// How many values a feature may have for itself.
const VALUES: usize = 4;

/// Writes one layer, feature by feature; the same features give the same bytes.
#[derive(Debug, Clone)]
pub struct TileWriter {
    name: String,
    features: Vec<u8>,
    count: usize,
    keys: Numbered,
    /// Values as they stand in the layer.
    values: Numbered,
    /// One more than the number of each small whole number among the values; 0 where it is none.
    small: Vec<u32>,
    /// The feature that is being written.
    tags: Vec<u8>,
    last_key: Option<u32>,
    /// One more than the number of the name at each place of a schema; 0 where it is not known.
    keys_at: Vec<u32>,
    geometry: Vec<u8>,
}

impl TileWriter {
    /// Begins a layer.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self::with_capacity(name, 0)
    }

    /// Begins a layer with room for about so many features.
    #[must_use]
    pub fn with_capacity(name: &str, count: usize) -> Self {
        Self {
            name: name.to_owned(),
            features: Vec::with_capacity(FEATURE_BYTES * count),
            count: 0,
            keys: Numbered::default(),
            values: Numbered::with_capacity(VALUES * count, VALUES_BYTES * count),
            small: Vec::new(),
            tags: Vec::new(),
            last_key: None,
            keys_at: Vec::new(),
            geometry: Vec::new(),
        }
    }

    /// How many features there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Says whether there is no feature.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a feature with its properties; those that are null are left out, lists are joined by
    /// `;`. A whole number written plainly is the id of the format, too, which has room for no text.
    pub fn add<'a>(
        &mut self,
        id: Option<&str>,
        shape: &Shape,
        properties: impl Iterator<Item = (&'a str, &'a Value)>,
    ) {
        properties.for_each(|(name, value)| self.property(name, value));
        self.end(id, shape);
    }

    /// Gives a property to the feature that is ended next; none when it is null.
    pub fn property(&mut self, name: &str, value: &Value) {
        if *value != Value::Null {
            let key = self.key(name);
            self.value(key, value);
        }
    }

    /// The same for the field at a place of a schema: its name is looked for once only.
    pub fn property_at(&mut self, place: usize, name: &str, value: &Value) {
        if *value != Value::Null {
            let key = self.key_at(place, name);
            self.value(key, value);
        }
    }

    /// Gives a text to the feature that is ended next which no other has: it is not looked for.
    pub fn own_text(&mut self, name: &str, text: &str) {
        let key = self.key(name);
        let value = match short_head(text) {
            Some(head) => self.values.next(|out| put_both(out, &head, text)),
            None => self.values.next(|out| put_both(out, &head(text), text)),
        };
        self.put_tag(key, value);
    }

    /// Gives a whole number to the feature that is ended next.
    pub fn integer(&mut self, name: &str, number: i64) {
        let key = self.key(name);
        self.whole(key, number);
    }

    fn value(&mut self, key: u32, value: &Value) {
        match value {
            Value::Null => {}
            Value::Text(text) => self.text(key, text),
            Value::List(_) | Value::Date(_) | Value::DateTime(_) => {
                self.text(key, &value.in_a_cell());
            }
            Value::Boolean(is_true) => self.tag(key, |out| {
                put_bytes_field(out, 4, 2);
                put_number(out, 7, u64::from(*is_true));
            }),
            Value::Real(number) => self.tag(key, |out| {
                put_bytes_field(out, 4, 9);
                put_varint(out, u64::from(3 << 3 | FIXED_64));
                out.extend_from_slice(&number.to_le_bytes());
            }),
            Value::Integer(number) => self.whole(key, *number),
        }
    }

    fn text(&mut self, key: u32, text: &str) {
        let value = match short_head(text) {
            Some(head) => self.values.tailed(&head, text.as_bytes()),
            None => self.values.tailed(&head(text), text.as_bytes()),
        };
        self.put_tag(key, value);
    }

    fn whole(&mut self, key: u32, number: i64) {
        let place = usize::try_from(number).ok().filter(|place| *place < SMALL);
        let known = place.and_then(|place| self.small.get(place)).and_then(|at| at.checked_sub(1));
        let value = known.unwrap_or_else(|| match place {
            Some(place) => self.new_small(place, number),
            None => self.values.number(|out| put_integer(out, number)),
        });
        self.put_tag(key, value);
    }

    /// The number of a small whole number that comes the first time.
    fn new_small(&mut self, place: usize, number: i64) -> u32 {
        let value = self.values.next(|out| put_integer(out, number));
        self.small.resize(self.small.len().max(place + 1), 0);
        self.small[place] = value + 1;
        value
    }

    fn tag(&mut self, key: u32, write: impl FnOnce(&mut Vec<u8>)) {
        let value = self.values.number(write);
        self.put_tag(key, value);
    }

    /// The number of a name, which is likely the one after that before it.
    fn key(&mut self, name: &str) -> u32 {
        let key = self.keys.number_after(self.last_key, name.as_bytes());
        self.last_key = Some(key);
        key
    }

    fn key_at(&mut self, place: usize, name: &str) -> u32 {
        if let Some(known) = self.keys_at.get(place).and_then(|at| at.checked_sub(1)) {
            return known;
        }
        let key = self.keys.number(|out| out.extend_from_slice(name.as_bytes()));
        self.keys_at.resize(self.keys_at.len().max(place + 1), 0);
        self.keys_at[place] = key + 1;
        key
    }

    fn put_tag(&mut self, key: u32, value: u32) {
        put_varint(&mut self.tags, u64::from(key));
        put_varint(&mut self.tags, u64::from(value));
    }

    /// Ends a feature that is a point.
    pub fn end_point(&mut self, id: Option<&str>, at: Corner) {
        self.pen().points(&[at]);
        self.put_feature(id, 1);
    }

    /// Ends a feature.
    pub fn end(&mut self, id: Option<&str>, shape: &Shape) {
        let kind = self.pen().draw(shape);
        self.put_feature(id, kind);
    }

    fn pen(&mut self) -> Pen<'_> {
        self.geometry.clear();
        Pen { out: &mut self.geometry, at: [0, 0] }
    }

    fn put_feature(&mut self, id: Option<&str>, kind: u8) {
        let Self { features, tags, geometry, .. } = self;
        let number = id.and_then(plain_number);
        let id_len = number.map_or(0, |number| 1 + varint_len_u64(number));
        let field_len = |bytes: &[u8]| 1 + varint_len(bytes.len()) + bytes.len();
        put_bytes_field(features, 2, id_len + field_len(tags) + 2 + field_len(geometry));
        if let Some(number) = number {
            put_number(features, 1, number);
        }
        put_bytes(features, 2, tags);
        put_number(features, 3, u64::from(kind));
        put_bytes(features, 4, geometry);
        tags.clear();
        self.last_key = None;
        self.count += 1;
    }

    /// Ends the layer: the tile, or nothing when it has no feature.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        if self.is_empty() {
            return Vec::new();
        }
        let (mut head, mut keys, mut last) = (Vec::new(), Vec::new(), Vec::new());
        put_number(&mut head, 15, 2);
        put_bytes(&mut head, 1, self.name.as_bytes());
        self.keys.in_order().for_each(|key| put_bytes(&mut keys, 3, key));
        put_number(&mut last, 5, u64::from(EXTENT));
        let parts = [&head, &self.features[..], &keys, self.values.joined(), &last];
        let len = parts.iter().map(|part| part.len()).sum();
        let mut tile = Vec::with_capacity(len + 8);
        put_bytes_field(&mut tile, 3, len);
        for part in parts {
            tile.extend_from_slice(part);
        }
        tile
    }
}

/// The number that a text is, if it is written plainly: without a sign or leading zeros.
fn plain_number(text: &str) -> Option<u64> {
    let is_plain = match text.as_bytes() {
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        digits => digits == b"0",
    };
    text.parse().ok().filter(|_| is_plain)
}

/// Writes commands relative to where it stands.
struct Pen<'a> {
    out: &'a mut Vec<u8>,
    at: Corner,
}

impl Pen<'_> {
    /// Draws a shape and says its kind.
    fn draw(&mut self, shape: &Shape) -> u8 {
        match shape {
            Shape::Points(points) => {
                self.points(points);
                1
            }
            Shape::Lines(lines) => {
                for line in lines {
                    self.path(line);
                }
                2
            }
            Shape::Polygons(rings) => {
                for ring in rings {
                    self.path(ring);
                    self.command(CLOSE_PATH, 1);
                }
                3
            }
        }
    }

    fn points(&mut self, points: &[Corner]) {
        self.command(MOVE_TO, points.len());
        for point in points {
            self.go(*point);
        }
    }

    fn command(&mut self, command: u32, count: usize) {
        put_varint(self.out, (count as u64) << 3 | u64::from(command));
    }

    fn go(&mut self, to: Corner) {
        for axis in [0, 1] {
            let step = to[axis] - self.at[axis];
            put_varint(self.out, u64::from(((step << 1) ^ (step >> 31)).cast_unsigned()));
        }
        self.at = to;
    }

    fn path(&mut self, corners: &[Corner]) {
        let Some((first, rest)) = corners.split_first() else { return };
        self.command(MOVE_TO, 1);
        self.go(*first);
        self.command(LINE_TO, rest.len());
        for corner in rest {
            self.go(*corner);
        }
    }
}

/// Writes a whole number as it stands among the values.
fn put_integer(out: &mut Vec<u8>, number: i64) {
    // One below zero is shorter in zigzag, which is field 6.
    let (field, bits) = match u64::try_from(number) {
        Ok(number) => (5, number),
        Err(_) => (6, ((number << 1) ^ (number >> 63)).cast_unsigned()),
    };
    put_bytes_field(out, 4, 1 + varint_len_u64(bits));
    put_number(out, field, bits);
}

fn put_both(out: &mut Vec<u8>, head: &[u8], text: &str) {
    out.extend_from_slice(head);
    out.extend_from_slice(text.as_bytes());
}

/// What stands before a short text among the values; `None` before a longer one.
fn short_head(text: &str) -> Option<[u8; 4]> {
    let len = u8::try_from(text.len()).ok().filter(|len| *len < 0x80 - 2)?;
    Some([0x22, len + 2, 0x0a, len]) // fields 4 and 1, as in `head`
}

/// What stands before any text among the values.
fn head(text: &str) -> Vec<u8> {
    let mut head = Vec::new();
    put_bytes_field(&mut head, 4, 1 + varint_len(text.len()) + text.len());
    put_bytes_field(&mut head, 1, text.len());
    head
}

/// Writes a number in groups of seven bits, the lowest first.
pub fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

fn put_number(out: &mut Vec<u8>, field: u32, number: u64) {
    put_varint(out, u64::from(field << 3 | VARINT));
    put_varint(out, number);
}

fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    put_bytes_field(out, field, bytes.len());
    out.extend_from_slice(bytes);
}

/// Writes what stands before so many bytes of a field.
fn put_bytes_field(out: &mut Vec<u8>, field: u32, len: usize) {
    put_varint(out, u64::from(field << 3 | BYTES));
    put_varint(out, len as u64);
}

/// How many bytes a number takes.
fn varint_len_u64(number: u64) -> usize {
    (64 - (number | 1).leading_zeros()).div_ceil(7) as usize
}

fn varint_len(number: usize) -> usize {
    varint_len_u64(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(shape: &Shape) -> Vec<u8> {
        let mut out = Vec::new();
        Pen { out: &mut out, at: [0, 0] }.draw(shape);
        out
    }

    #[test]
    fn the_examples_of_the_specification_are_written_as_they_stand_there() {
        // Sections 4.3.5.1, 4.3.5.3 and 4.3.5.5.
        assert_eq!(commands(&Shape::Points(vec![[25, 17]])), [9, 50, 34]);
        let line = Shape::Lines(vec![vec![[2, 2], [2, 10], [10, 10]]]);
        assert_eq!(commands(&line), [9, 4, 4, 18, 0, 16, 16, 0]);
        let ring = Shape::Polygons(vec![vec![[3, 6], [8, 12], [20, 34]]]);
        assert_eq!(commands(&ring), [9, 6, 12, 18, 10, 12, 24, 44, 15]);
    }

    #[test]
    fn numbers_are_written_as_protocol_buffers_do() {
        // The example of the encoding's own documentation.
        let mut out = Vec::new();
        put_number(&mut out, 1, 150);
        assert_eq!(out, [0x08, 0x96, 0x01]);
        for number in [0, 127, 128, 16_383, 16_384, u64::MAX] {
            out.clear();
            put_varint(&mut out, number);
            assert_eq!(out.len(), varint_len_u64(number), "{number}");
        }
    }

    #[test]
    fn a_tile_is_written_as_it_is_worked_by_hand() {
        let mut layer = TileWriter::new("l");
        let values = [Value::Integer(-1), Value::Real(0.0), Value::Text("ab".into()), Value::Null];
        layer.add(
            Some("7"),
            &Shape::Points(vec![[1, 2]]),
            ["a", "b", "c", "d"].into_iter().zip(&values),
        );
        layer.property("c", &Value::Text("ab".into()));
        layer.end_point(Some("07"), [0, 0]);
        let mut expected: Vec<u8> = vec![0x1a, 70, 0x78, 2, 0x0a, 1, b'l']; // the layer, version 2, name
        expected.extend([0x12, 17, 8, 7, 0x12, 6, 0, 0, 1, 1, 2, 2, 0x18, 1, 0x22, 3, 9, 2, 4]);
        expected.extend([0x12, 11, 0x12, 2, 2, 2, 0x18, 1, 0x22, 3, 9, 0, 0]);
        expected.extend([0x1a, 1, b'a', 0x1a, 1, b'b', 0x1a, 1, b'c']);
        expected.extend([0x22, 2, 0x30, 1]); // zigzag in field 6
        expected.extend([0x22, 9, 0x19, 0, 0, 0, 0, 0, 0, 0, 0]);
        expected.extend([0x22, 4, 0x0a, 2, b'a', b'b', 0x28, 0x80, 0x20]);
        assert_eq!(layer.finish(), expected);
    }

    #[test]
    fn a_truth_is_one_and_a_day_is_text() {
        let mut layer = TileWriter::new("l");
        let day = Value::Date(time::macros::date!(2020 - 10 - 13));
        let values = [Value::Boolean(true), day];
        layer.add(None, &Shape::Points(vec![[0, 0]]), ["a", "b"].into_iter().zip(&values));
        let tile = layer.finish();
        let holds = |part: &[u8]| tile.windows(part.len()).any(|window| window == part);
        assert!(holds(&[0x22, 2, 0x38, 1]), "true in field 7: {tile:?}");
        assert!(holds(b"\x22\x0c\x0a\x0a2020-10-13"), "{tile:?}");
    }

    #[test]
    fn a_number_is_an_id_only_if_it_is_written_plainly() {
        let plain = ["0", "7", "18446744073709551615"];
        assert!(plain.iter().all(|id| plain_number(id).is_some()));
        let other = ["", "07", "+7", "-7", "7a", "18446744073709551616"];
        assert!(other.iter().all(|id| plain_number(id).is_none()));
    }

    #[test]
    fn a_layer_without_features_is_no_bytes() {
        assert!(TileWriter::new("bases").finish().is_empty());
    }
}
