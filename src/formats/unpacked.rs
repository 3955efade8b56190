//! Files of a zip archive, unpacked as far as is allowed and never further.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

/// The most that DEFLATE makes of a byte.
const MOST_FOR_EACH_BYTE: u64 = 1_032;

/// A file that is not unpacked.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotUnpacked {
    /// It is no archive, or broken.
    #[error("{0}")]
    Broken(String),
    /// Its files are larger than is taken, in bytes.
    #[error("it is larger than {} MiB once it is unpacked", .0 / 1024 / 1024)]
    TooLarge(usize),
}

impl NotUnpacked {
    fn broken(error: impl std::fmt::Display) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Counts what is unpacked of an archive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    left: u64,
    most: usize,
}

impl Room {
    /// Room for so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self { left: most as u64, most }
    }

    /// Takes what the archive says of a file: one that says too much is not begun.
    fn take(&mut self, length: u64) -> Result<(), NotUnpacked> {
        self.left = self.left.checked_sub(length).ok_or(NotUnpacked::TooLarge(self.most))?;
        Ok(())
    }

    /// Unpacks a file of an archive whole.
    pub(super) fn file(
        &mut self,
        file: ZipFile<'_, Cursor<&[u8]>>,
    ) -> Result<Vec<u8>, NotUnpacked> {
        let told = file.size();
        self.take(told)?;
        let expected = told.min(file.compressed_size().saturating_mul(MOST_FOR_EACH_BYTE));
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(usize::try_from(expected).unwrap_or(usize::MAX))
            .map_err(|_| NotUnpacked::TooLarge(self.most))?;
        file.take(told + 1).read_to_end(&mut bytes).map_err(NotUnpacked::broken)?;
        check_length(told, bytes.len() as u64)?;
        Ok(bytes)
    }

    /// Unpacks every file to nowhere, to see that there is room for all.
    pub(super) fn check_all(
        mut self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
    ) -> Result<(), NotUnpacked> {
        let all = 0..archive.len();
        for number in all.clone() {
            self.take(archive.by_index_raw(number).map_err(NotUnpacked::broken)?.size())?;
        }
        for number in all {
            let file = archive.by_index(number).map_err(NotUnpacked::broken)?;
            let told = file.size();
            let length = io::copy(&mut file.take(told + 1), &mut io::sink());
            check_length(told, length.map_err(NotUnpacked::broken)?)?;
        }
        Ok(())
    }
}

/// Refuses a file that is longer than its archive says.
fn check_length(told: u64, length: u64) -> Result<(), NotUnpacked> {
    if length > told {
        return Err(NotUnpacked::broken("a file is longer than its archive says"));
    }
    Ok(())
}
