//! GeoParquet 1.1 with boxes, one group of rows after the other.
//!
//! Rows keep the order in which pages show them, so that a file and the pages of the service agree
//! and nothing but one group is held; the boxes of a group are wider for it.

use std::borrow::Borrow;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::geoparquet_columns::{io_error, schema, write_group};
use super::geoparquet_metadata::{Names, Summary};
use super::{Contents, Layout};
use crate::domain::Feature;

/// How many rows a group has.
const GROUP_ROWS: usize = 65_536;

/// Writes features with their boxes in a column `bbox`; lists are lists.
///
/// Positions in GCJ-02 or BD-09 are of an unknown system, and the column of geometries is called by
/// their datum: `geometry_gcj02`.
///
/// # Errors
///
/// What the writer reports.
pub fn write(
    out: &mut dyn Write,
    contents: Contents<'_>,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
) -> io::Result<()> {
    let names = Names::new(contents.schema, layout.declared_datum());
    let root: Arc<Type> = Arc::new(schema(contents.schema, &names).map_err(io_error)?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("jidi ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let parts = Parts::default();
    let mut file =
        SerializedFileWriter::new(parts.clone(), root, Arc::new(properties)).map_err(io_error)?;
    let mut summary = Summary::default();
    let mut group = Vec::new();
    for feature in features {
        group.push(feature);
        if group.len() == GROUP_ROWS {
            write_group(&mut file, contents.schema, &names, &lent(&group), layout, &mut summary)?;
            parts.hand_over(out)?;
            group.clear();
        }
    }
    if !group.is_empty() {
        write_group(&mut file, contents.schema, &names, &lent(&group), layout, &mut summary)?;
    }
    let geo = summary.geo(&names, layout).to_string();
    file.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo));
    file.close().map_err(io_error)?;
    parts.hand_over(out)
}

/// The features of a group, wherever they are.
fn lent(group: &[impl Borrow<Feature>]) -> Vec<&Feature> {
    group.iter().map(Borrow::borrow).collect()
}

/// What the library wrote and nobody has taken yet: it wants a writer that other threads may use.
#[derive(Debug, Default, Clone)]
struct Parts(Arc<Mutex<Vec<u8>>>);

impl Parts {
    fn hand_over(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut bytes = self.0.lock().map_err(|_| io::Error::other("a writer stopped"))?;
        out.write_all(&bytes)?;
        bytes.clear();
        Ok(())
    }
}

impl Write for Parts {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let mut bytes = self.0.lock().map_err(|_| io::Error::other("a writer stopped"))?;
        bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
