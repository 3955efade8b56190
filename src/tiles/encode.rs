//! Vector tiles as bytes: one layer of a Mapbox Vector Tile 2.1, which is written as protocol
//! buffers.
//!
//! # References
//!
//! Vector Tile Specification 2.1, sections 4.1–4.4; Protocol Buffers, Encoding.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::EXTENT;
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

/// Writes one layer, feature by feature; the same features give the same bytes.
#[derive(Debug, Clone)]
pub struct TileWriter {
    name: String,
    features: Vec<u8>,
    count: usize,
    keys: Numbered,
    values: Numbered,
}

/// Numbers byte strings in the order in which they come first, all in one buffer.
#[derive(Debug, Clone, Default)]
struct Numbered {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Numbered {
    fn number(&mut self, wanted: &[u8]) -> u32 {
        let Self { bytes, ends, numbers, hasher } = self;
        let known = |number: &u32| known(bytes, ends, *number as usize);
        let is_it = |number: &u32| known(number) == wanted;
        let hash_of = |number: &u32| hasher.hash_one(known(number));
        match numbers.entry(hasher.hash_one(wanted), is_it, hash_of) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(place) => {
                let number = u32::try_from(ends.len()).unwrap_or(u32::MAX);
                place.insert(number);
                bytes.extend(wanted);
                ends.push(bytes.len());
                number
            }
        }
    }

    /// The same for one that is likely the one after the last that was asked for.
    fn number_after(&mut self, last: Option<u32>, wanted: &[u8]) -> u32 {
        let next = last.map_or(0, |last| last + 1);
        if (next as usize) < self.ends.len() && self.known(next as usize) == wanted {
            return next;
        }
        self.number(wanted)
    }

    fn known(&self, number: usize) -> &[u8] {
        known(&self.bytes, &self.ends, number)
    }

    fn in_order(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|number| self.known(number))
    }
}

fn known<'a>(bytes: &'a [u8], ends: &[usize], number: usize) -> &'a [u8] {
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start..ends[number]]
}

impl TileWriter {
    /// Begins a layer.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let (keys, values) = (Numbered::default(), Numbered::default());
        Self { name: name.to_owned(), features: Vec::new(), count: 0, keys, values }
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
        let (mut tags, mut bytes, mut key) = (Vec::new(), Vec::new(), None);
        for (name, value) in properties {
            bytes.clear();
            if !put_value(&mut bytes, value) {
                continue;
            }
            let number = self.keys.number_after(key, name.as_bytes());
            key = Some(number);
            put_varint(&mut tags, u64::from(number));
            put_varint(&mut tags, u64::from(self.values.number(&bytes)));
        }
        let mut feature = Vec::new();
        let is_plain = |number: &u64| id.is_some_and(|id| id == number.to_string());
        if let Some(number) = id.and_then(|id| id.parse().ok()).filter(is_plain) {
            put_number(&mut feature, 1, number);
        }
        put_bytes(&mut feature, 2, &tags);
        let (kind, geometry) = commands(shape);
        put_number(&mut feature, 3, kind);
        put_bytes(&mut feature, 4, &geometry);
        put_bytes(&mut self.features, 2, &feature);
        self.count += 1;
    }

    /// Ends the layer: the tile, or nothing when it has no feature.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut layer = Vec::with_capacity(self.features.len() + 1024);
        put_number(&mut layer, 15, 2);
        put_bytes(&mut layer, 1, self.name.as_bytes());
        layer.extend(&self.features);
        self.keys.in_order().for_each(|key| put_bytes(&mut layer, 3, key));
        self.values.in_order().for_each(|value| put_bytes(&mut layer, 4, value));
        put_number(&mut layer, 5, u64::from(EXTENT));
        let mut tile = Vec::with_capacity(layer.len() + 8);
        put_bytes(&mut tile, 3, &layer);
        tile
    }
}

/// Writes a value, and says whether there is one.
fn put_value(out: &mut Vec<u8>, value: &Value) -> bool {
    match value {
        Value::Null => return false,
        Value::Text(text) => put_bytes(out, 1, text.as_bytes()),
        Value::List(_) => put_bytes(out, 1, value.in_a_cell().as_bytes()),
        Value::Real(number) => {
            put_varint(out, u64::from(3 << 3 | FIXED_64));
            out.extend(number.to_le_bytes());
        }
        Value::Integer(number) => match u64::try_from(*number) {
            Ok(number) => put_number(out, 5, number),
            Err(_) => put_number(out, 6, ((number << 1) ^ (number >> 63)).cast_unsigned()),
        },
    }
    true
}

/// The kind of a shape and its commands.
fn commands(shape: &Shape) -> (u64, Vec<u8>) {
    let mut pen = Pen { out: Vec::new(), at: [0, 0] };
    match shape {
        Shape::Points(points) => {
            pen.command(MOVE_TO, points.len());
            for point in points {
                pen.go(*point);
            }
            (1, pen.out)
        }
        Shape::Lines(lines) => {
            for line in lines {
                pen.path(line);
            }
            (2, pen.out)
        }
        Shape::Polygons(rings) => {
            for ring in rings {
                pen.path(ring);
                pen.command(CLOSE_PATH, 1);
            }
            (3, pen.out)
        }
    }
}

/// Writes commands relative to where it stands.
struct Pen {
    out: Vec<u8>,
    at: Corner,
}

impl Pen {
    fn command(&mut self, command: u32, count: usize) {
        put_varint(&mut self.out, (count as u64) << 3 | u64::from(command));
    }

    fn go(&mut self, to: Corner) {
        for axis in [0, 1] {
            let step = to[axis] - self.at[axis];
            put_varint(&mut self.out, u64::from(((step << 1) ^ (step >> 31)).cast_unsigned()));
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
    put_varint(out, u64::from(field << 3 | BYTES));
    put_varint(out, bytes.len() as u64);
    out.extend(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_written_as_they_stand_there() {
        // Sections 4.3.5.1, 4.3.5.3 and 4.3.5.5.
        assert_eq!(commands(&Shape::Points(vec![[25, 17]])).1, [9, 50, 34]);
        let line = Shape::Lines(vec![vec![[2, 2], [2, 10], [10, 10]]]);
        assert_eq!(commands(&line).1, [9, 4, 4, 18, 0, 16, 16, 0]);
        let ring = Shape::Polygons(vec![vec![[3, 6], [8, 12], [20, 34]]]);
        assert_eq!(commands(&ring).1, [9, 6, 12, 18, 10, 12, 24, 44, 15]);
    }

    #[test]
    fn numbers_are_written_as_protocol_buffers_do() {
        // The example of the encoding's own documentation.
        let mut out = Vec::new();
        put_number(&mut out, 1, 150);
        assert_eq!(out, [0x08, 0x96, 0x01]);
        out.clear();
        assert!(put_value(&mut out, &Value::Integer(-1)));
        assert_eq!(out, [0x30, 0x01], "zigzag in field 6");
    }

    #[test]
    fn a_layer_without_features_is_no_bytes() {
        assert!(TileWriter::new("bases").finish().is_empty());
    }
}
