//! How large is a tile when it is packed? It is packed only where its own size does not
//! tell, and only as far as it fits.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// No tile has more bytes when it is packed by gzip.
pub const MAX_BYTES: usize = 200_000;

/// So many bytes are packed before it is looked whether they are few enough.
const PIECE: usize = 32 * 1024;

/// Says whether a tile is within its bound.
pub(super) fn fits(tile: &[u8]) -> bool {
    tile.len() <= MAX_BYTES || fits_packed(tile)
}

/// Packs piece by piece, until what is packed and the rest as it is are small enough, or too large.
fn fits_packed(tile: &[u8]) -> bool {
    let mut encoder = GzEncoder::new(Counter(0), Compression::fast());
    let mut rest = tile;
    while let Some((piece, after)) = rest.split_at_checked(PIECE) {
        if encoder.write_all(piece).and_then(|()| encoder.flush()).is_err() {
            return false;
        }
        if encoder.get_ref().0 + unpacked(after.len()) <= MAX_BYTES {
            return true;
        }
        rest = after;
    }
    encoder.write_all(rest).and_then(|()| encoder.finish()).is_ok()
}

/// The most bytes that deflate needs for what it cannot make smaller (RFC 1951, 3.2.4: five bytes for
/// each block of at most 65,535, taken as 16 KiB here), and for the end of the file.
fn unpacked(bytes: usize) -> usize {
    bytes + 5 * bytes.div_ceil(16 * 1024) + 32
}

/// Counts bytes, keeps none, and fails where they are too many.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        if self.0 > MAX_BYTES {
            return Err(io::Error::other("the rest does not matter"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_packed_and_does_not_fit() {
        let mut state = 1u64;
        let mut byte = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        let noise: Vec<u8> = (0..=MAX_BYTES).map(|_| byte()).collect();
        assert!(!fits(&noise) && fits(&noise[1..]));
        assert!(fits(&vec![7; 50 * MAX_BYTES]), "larger, but as even as can be");
        let mixed = |even: usize| [vec![7; even], noise[..MAX_BYTES - 10_000].to_vec()].concat();
        assert!(fits(&mixed(PIECE)) && fits(&mixed(20 * PIECE)), "most of it noise, but not all");
        assert!(!fits(&[&noise[..], &noise[..100]].concat()));
    }
}
