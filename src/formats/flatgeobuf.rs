//! FlatGeobuf (version 3) with its packed Hilbert R-tree.
//!
//! The index asks for features along the curve, so they are written to a file of their own first and
//! copied in that order; memory holds forty bytes or so a feature.

use std::borrow::Borrow;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use ::flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent, hilbert_sort};
use ::flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs, CrsArgs, Feature as Row, FeatureArgs, GeometryType,
    Header, HeaderArgs,
};
use flatbuffers::FlatBufferBuilder;
use geo::CoordsIter;

use super::flatgeobuf_geometry::flat;
use super::{Contents, Layout, crs_definition, list_text};
use crate::domain::{Feature, FieldType, Value};

/// What a column of lists as JSON bears as its metadata.
pub(super) const LIST: &str = r#"{"type":"list"}"#;

/// What a column of lists bore when they were joined by `;`.
pub(super) const JOINED: &str = r#"{"list":";"}"#;

/// What a column of days bears as its metadata, for the format has instants only.
pub(super) const DATE: &str = r#"{"type":"date"}"#;

/// The mark of the format, version 3.0.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";

/// The code of WGS 84 in the register of the EPSG.
const WGS84: i32 = 4326;

/// How many nodes of the index stand below one.
const NODE_SIZE: u16 = 16;

/// Writes features with an index.
///
/// Positions in GCJ-02 or BD-09 have no system, and the metadata names their datum:
/// `{"datum":"GCJ-02"}`.
///
/// # Errors
///
/// What the writer reports.
pub fn write(
    mut out: &mut dyn Write,
    contents: Contents<'_>,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
) -> io::Result<()> {
    let mut spool = Spool::new()?;
    let has_own_id = contents.schema.position("id").is_none();
    for feature in features {
        let feature: &Feature = feature.borrow();
        spool.add(feature, has_own_id, layout)?;
    }
    let extent = calc_extent(&spool.nodes);
    out.write_all(&MAGIC)?;
    out.write_all(&header(contents, layout, spool.nodes.len() as u64, &extent))?;
    if spool.nodes.is_empty() {
        return Ok(());
    }
    hilbert_sort(&mut spool.nodes, &extent);
    let mut offset = 0;
    let mut leaves = spool.nodes.clone();
    for leaf in &mut leaves {
        let length = spool.places[place(leaf)].1;
        leaf.offset = offset;
        offset += u64::from(length);
    }
    let tree = PackedRTree::build(&leaves, &extent, NODE_SIZE).map_err(io::Error::other)?;
    drop(leaves);
    tree.stream_write(&mut out)?;
    drop(tree);
    spool.copy(out)
}

/// The number of the feature that a node stands for.
fn place(node: &NodeItem) -> usize {
    usize::try_from(node.offset).unwrap_or(usize::MAX)
}

/// Holds the features in a file, in the order in which they came.
struct Spool<'b> {
    file: BufWriter<std::fs::File>,
    /// Where each begins, and how long it is.
    places: Vec<(u64, u32)>,
    /// The box around each, with its number.
    nodes: Vec<NodeItem>,
    length: u64,
    builder: FlatBufferBuilder<'b>,
}

impl Spool<'_> {
    fn new() -> io::Result<Self> {
        let file = BufWriter::new(tempfile::tempfile()?);
        let builder = FlatBufferBuilder::new();
        Ok(Self { file, places: Vec::new(), nodes: Vec::new(), length: 0, builder })
    }

    fn add(&mut self, feature: &Feature, has_own_id: bool, layout: Layout) -> io::Result<()> {
        let mut node = NodeItem::create(self.nodes.len() as u64);
        self.builder.reset();
        let shape = feature.geometry().map(|shape| layout.geometry(&shape));
        let geometry = shape.map(|shape| {
            shape.coords_iter().for_each(|at| node.expand_xy(at.x, at.y));
            flat(&mut self.builder, &shape)
        });
        let properties = properties(feature, has_own_id);
        let properties = Some(self.builder.create_vector(&properties));
        let row = FeatureArgs { geometry, properties, columns: None };
        let row = Row::create(&mut self.builder, &row);
        self.builder.finish_size_prefixed(row, None);
        let bytes = self.builder.finished_data();
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.file.write_all(bytes)?;
        self.places.push((self.length, length));
        self.length += u64::from(length);
        self.nodes.push(node);
        Ok(())
    }

    /// Copies the features in the order of the nodes.
    fn copy(self, out: &mut dyn Write) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut file = BufReader::new(file);
        let mut bytes = Vec::new();
        for node in &self.nodes {
            let (start, length) = self.places[place(node)];
            file.seek(SeekFrom::Start(start))?;
            bytes.resize(length as usize, 0);
            file.read_exact(&mut bytes)?;
            out.write_all(&bytes)?;
        }
        Ok(())
    }
}

fn header(contents: Contents<'_>, layout: Layout, count: u64, extent: &NodeItem) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let id = contents.schema.position("id").is_none();
    let id = id.then_some(("id", FieldType::Text, "The id of the feature"));
    let fields = contents.schema.fields().iter();
    let fields =
        fields.map(|field| (field.name.as_str(), field.field_type, field.description.as_str()));
    let columns: Vec<_> = id
        .into_iter()
        .chain(fields)
        .map(|(name, field_type, description)| {
            let column = ColumnArgs {
                name: Some(builder.create_string(name)),
                type_: column_type(field_type),
                description: (!description.is_empty()).then(|| builder.create_string(description)),
                metadata: metadata(field_type).map(|metadata| builder.create_string(metadata)),
                ..ColumnArgs::default()
            };
            Column::create(&mut builder, &column)
        })
        .collect();
    let crs = crs_definition::of(layout).map(|system| {
        let code = system.code().map_or(WGS84, i32::from);
        let org = Some(builder.create_string("EPSG"));
        let name = Some(builder.create_string(&system.title()));
        let wkt = Some(builder.create_string(&crs_definition::wkt(system)));
        Crs::create(&mut builder, &CrsArgs { org, code, name, wkt, ..CrsArgs::default() })
    });
    let metadata = layout.declared_datum().map(|datum| {
        builder.create_string(&serde_json::json!({"datum": datum.title()}).to_string())
    });
    let edges = [extent.min_x, extent.min_y, extent.max_x, extent.max_y];
    let has_extent = edges.iter().all(|edge| edge.is_finite());
    let header = HeaderArgs {
        name: Some(builder.create_string(contents.name)),
        title: (!contents.title.is_empty()).then(|| builder.create_string(contents.title)),
        envelope: has_extent.then(|| builder.create_vector(&edges)),
        geometry_type: if layout.points_only { GeometryType::Point } else { GeometryType::Unknown },
        columns: Some(builder.create_vector(&columns)),
        features_count: count,
        index_node_size: if count == 0 { 0 } else { NODE_SIZE },
        crs,
        metadata,
        ..HeaderArgs::default()
    };
    let header = Header::create(&mut builder, &header);
    builder.finish_size_prefixed(header, None);
    builder.finished_data().to_vec()
}

fn column_type(kind: FieldType) -> ColumnType {
    match kind {
        FieldType::Text => ColumnType::String,
        FieldType::List => ColumnType::Json,
        FieldType::Integer => ColumnType::Long,
        FieldType::Real => ColumnType::Double,
        FieldType::Boolean => ColumnType::Bool,
        FieldType::Date | FieldType::DateTime => ColumnType::DateTime,
    }
}

/// What the metadata of a column say where its type does not.
fn metadata(kind: FieldType) -> Option<&'static str> {
    match kind {
        FieldType::List => Some(LIST),
        FieldType::Date => Some(DATE),
        _ => None,
    }
}

/// The values of a feature, each behind the number of its column; what is null is left out.
fn properties(feature: &Feature, has_own_id: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(text.as_bytes());
    };
    if has_own_id {
        bytes.extend(0_u16.to_le_bytes());
        text(&mut bytes, feature.id.as_str());
    }
    for (column, value) in (u16::from(has_own_id)..).zip(&feature.values) {
        if *value == Value::Null {
            continue;
        }
        bytes.extend(column.to_le_bytes());
        match value {
            Value::Null => {}
            Value::Text(words) => text(&mut bytes, words),
            Value::Integer(number) => bytes.extend(number.to_le_bytes()),
            Value::Real(number) => bytes.extend(number.to_le_bytes()),
            Value::Boolean(is_true) => bytes.push(u8::from(*is_true)),
            Value::List(items) => text(&mut bytes, &list_text::json(items)),
            Value::Date(_) | Value::DateTime(_) => {
                text(&mut bytes, &value.in_a_cell());
            }
        }
    }
    bytes
}
