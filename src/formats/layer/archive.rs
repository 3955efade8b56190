//! Files inside of zipped ones, unpacked as far as is allowed.

use std::io::Cursor;

use encoding_rs::GB18030;
use zip::ZipArchive;

use super::InvalidLayer;
use crate::formats::Most;
use crate::formats::unpacked::{NotUnpacked, Room};

/// How many files an archive may have.
const MOST_FILES: usize = 4_096;

/// Holds an archive, open.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// The names of its files in UTF-8, or in GB 18030 as some programs write them.
    names: Vec<String>,
    kind: &'static str,
    room: Room,
}

impl<'a> Archive<'a> {
    /// Opens an archive that is read as some kind of file.
    pub(super) fn open(
        bytes: &'a [u8],
        kind: &'static str,
        most: Most,
    ) -> Result<Self, InvalidLayer> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| InvalidLayer::broken(kind, error))?;
        if zip.len() > MOST_FILES {
            return Err(InvalidLayer::TooLarge(format!("{MOST_FILES} files in it")));
        }
        let decoded = |name: &[u8]| match std::str::from_utf8(name) {
            Ok(name) => name.to_owned(),
            Err(_) => GB18030.decode_without_bom_handling(name).0.into_owned(),
        };
        let names = zip.file_names_raw().map(decoded).collect();
        Ok(Self { zip, names, kind, room: Room::new(most.unpacked(bytes.len())) })
    }

    /// The names of the files with some end, whatever its case, in the order of the archive; the
    /// resource forks of one system are none.
    pub(super) fn names(&self, end: &str) -> Vec<String> {
        let is_wanted = |name: &&String| {
            let (length, wanted) = (name.len(), end.len());
            let has_end = length >= wanted
                && name.as_bytes()[length - wanted..].eq_ignore_ascii_case(end.as_bytes());
            has_end && !name.starts_with("__MACOSX/")
        };
        self.names.iter().filter(is_wanted).cloned().collect()
    }

    /// Unpacks a file.
    pub(super) fn file(&mut self, name: &str) -> Result<Vec<u8>, InvalidLayer> {
        let broken = |error: &dyn std::fmt::Display| {
            InvalidLayer::broken(self.kind, format!("{name}: {error}"))
        };
        let place = self.names.iter().position(|known| known == name).unwrap_or(usize::MAX);
        let file = self.zip.by_index(place).map_err(|error| broken(&error))?;
        self.room.file(file).map_err(|error| match error {
            NotUnpacked::TooLarge(most) => InvalidLayer::Unpacked(most),
            NotUnpacked::Broken(_) => broken(&error),
        })
    }

    /// Unpacks the file beside another one that has a different end, if there is one.
    pub(super) fn beside(
        &mut self,
        name: &str,
        end: &str,
    ) -> Result<Option<Vec<u8>>, InvalidLayer> {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let wanted = format!("{stem}{end}");
        let other = self.names(end).into_iter().find(|other| other.eq_ignore_ascii_case(&wanted));
        other.map(|other| self.file(&other)).transpose()
    }
}
