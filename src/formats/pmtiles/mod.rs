//! `PMTiles` 3: all tiles of a collection in one file, which is read by ranges of bytes.
//!
//! # References
//!
//! `PMTiles` Specification, version 3, sections 2–5.

mod directory;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use self::directory::{Directories, Entry};
use crate::domain::Bbox;

/// How long the header is, in bytes.
const HEADER_BYTES: u64 = 127;

/// The number of gzip among the compressions.
const GZIP: u8 = 2;

/// The number of Mapbox Vector Tiles among the kinds of tiles.
const MVT: u8 = 1;

/// Gathers tiles in the order of their ids; the same tiles give the same bytes.
///
/// Tiles of the same bytes are kept once. They wait in a file of their own, since directories, which
/// stand before them, are known at the end.
#[derive(Debug)]
pub struct Archive {
    data: BufWriter<File>,
    written: u64,
    places: HashMap<[u8; 32], (u64, u32)>,
    entries: Vec<Entry>,
    addressed: u64,
}

/// Says what an archive holds as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Cover<'a> {
    /// The highest zoom; the lowest is 0.
    pub max_zoom: u8,
    /// The box around everything; `None` when there is nothing.
    pub extent: Option<Bbox>,
    /// A JSON object that describes the layers, see [`super::tile_json`].
    pub metadata: &'a str,
}

impl Archive {
    /// Begins an archive.
    ///
    /// # Errors
    ///
    /// Why the system has no file to wait in.
    pub fn new() -> io::Result<Self> {
        let data = BufWriter::new(tempfile::tempfile()?);
        Ok(Self { data, written: 0, places: HashMap::new(), entries: Vec::new(), addressed: 0 })
    }

    /// Adds a tile that [`packed`] made, of an id above all before.
    ///
    /// # Errors
    ///
    /// What the file to wait in reports.
    pub fn add(&mut self, id: u64, packed: &[u8]) -> io::Result<()> {
        debug_assert!(self.entries.last().is_none_or(|last| last.end() <= id), "in rising order");
        let digest = Sha256::digest(packed).into();
        let (offset, length) = match self.places.get(&digest) {
            Some(&place) => place,
            None => self.keep(digest, packed)?,
        };
        self.addressed += 1;
        match self.entries.last_mut() {
            Some(last) if last.end() == id && last.offset == offset => last.run += 1,
            _ => self.entries.push(Entry { id, offset, length, run: 1 }),
        }
        Ok(())
    }

    fn keep(&mut self, digest: [u8; 32], packed: &[u8]) -> io::Result<(u64, u32)> {
        let length = u32::try_from(packed.len()).map_err(io::Error::other)?;
        self.data.write_all(packed)?;
        let place = (self.written, length);
        self.written += u64::from(length);
        self.places.insert(digest, place);
        Ok(place)
    }

    /// How many tiles there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.addressed
    }

    /// Says whether there is no tile.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.addressed == 0
    }

    /// Writes the archive: header, root, metadata, leaves, tiles.
    ///
    /// # Errors
    ///
    /// What the writer or the file to wait in reports.
    pub fn finish(mut self, out: &mut dyn Write, cover: Cover<'_>) -> io::Result<()> {
        let Directories { root, leaves } = directory::written(&self.entries);
        let metadata = packed(cover.metadata.as_bytes());
        out.write_all(&self.header(cover, [&root, &metadata, &leaves]))?;
        for part in [root, metadata, leaves] {
            out.write_all(&part)?;
        }
        self.data.flush()?;
        self.data.rewind()?;
        io::copy(self.data.get_mut(), out).map(|_| ())
    }

    fn header(&self, cover: Cover<'_>, parts: [&[u8]; 3]) -> Vec<u8> {
        let mut header = b"PMTiles\x03".to_vec();
        let mut offset = HEADER_BYTES;
        let lengths = parts.map(|part| part.len() as u64);
        for length in lengths.into_iter().chain([self.written]) {
            header.extend(offset.to_le_bytes());
            header.extend(length.to_le_bytes());
            offset += length;
        }
        for count in [self.addressed, self.entries.len() as u64, self.places.len() as u64] {
            header.extend(count.to_le_bytes());
        }
        header.extend([1, GZIP, GZIP, MVT, 0, cover.max_zoom]); // 1: tiles stand in the order of ids
        let [west, south, east, north] = edges(cover.extent);
        for edge in [west, south, east, north] {
            header.extend(tenth_microdegrees(edge));
        }
        header.push(0);
        header.extend(tenth_microdegrees(f64::midpoint(west, east)));
        header.extend(tenth_microdegrees(f64::midpoint(south, north)));
        header
    }
}

/// The edges in the header, which knows no box across the antimeridian.
fn edges(extent: Option<Bbox>) -> [f64; 4] {
    match extent {
        Some(all) if all.crosses_antimeridian() => [-180.0, all.south, 180.0, all.north],
        Some(all) => [all.west, all.south, all.east, all.north],
        None => [-180.0, -90.0, 180.0, 90.0],
    }
}

#[expect(clippy::cast_possible_truncation, reason = "at most 180 degrees")]
fn tenth_microdegrees(degrees: f64) -> [u8; 4] {
    ((degrees * 1e7).round() as i32).to_le_bytes()
}

/// Packs a tile or a part of the file by gzip, without a time.
#[must_use]
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Memory takes everything.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Numbers a tile: those of lower zooms first, then along a Hilbert curve.
///
/// # References
///
/// `PMTiles` Specification, 4.1; Hilbert (1891), Ueber die stetige Abbildung einer Linie auf ein
/// Flächenstück, Mathematische Annalen 38, pp. 459–460.
#[must_use]
pub fn tile_id(z: u8, row: u32, col: u32) -> u64 {
    let side = 1u64 << z;
    let (mut x, mut y) = (u64::from(col), u64::from(row));
    let mut id = (side * side - 1) / 3;
    let mut half = side / 2;
    while half > 0 {
        let (is_east, is_south) = (x & half > 0, y & half > 0);
        let quarter = match (is_east, is_south) {
            (false, false) => 0,
            (false, true) => 1,
            (true, true) => 2,
            (true, false) => 3,
        };
        id += half * half * quarter;
        if !is_south {
            if is_east {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        half /= 2;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_numbered_along_the_curve_of_the_specification() {
        // The table of section 4.1.
        let first = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1), (2, 0, 0)];
        let ids = first.map(|(z, row, col)| tile_id(z, row, col));
        assert_eq!(ids, [0, 1, 2, 3, 4, 5]);
        assert_eq!(tile_id(12, 1763, 3423), 19_078_479);
    }

    #[test]
    fn each_number_of_a_zoom_is_that_of_one_tile_beside_the_one_before() {
        let mut tiles: Vec<(u64, i64, i64)> = (0..32u32 * 32)
            .map(|n| (tile_id(5, n / 32, n % 32), i64::from(n / 32), i64::from(n % 32)))
            .collect();
        tiles.sort_unstable();
        let start = (4u64.pow(5) - 1) / 3;
        for (n, (id, ..)) in (0u64..).zip(&tiles) {
            assert_eq!(*id, start + n);
        }
        for pair in tiles.windows(2) {
            let ((_, a, b), (_, c, d)) = (pair[0], pair[1]);
            assert_eq!((a - c).abs() + (b - d).abs(), 1);
        }
    }
}
