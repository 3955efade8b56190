//! Layers as zipped shapefiles: geometries, the table beside them, their encoding and their system.

use super::archive::Archive;
use super::collect::{Collector, Found};
use super::{InvalidLayer, Layer, dbf, shp};
use crate::formats::{Most, crs_text};

const SHAPEFILE: &str = "shapefile";

/// Reads the shapefile of a name, or the first one in the archive.
pub(super) fn read(bytes: &[u8], name: Option<&str>, most: Most) -> Result<Layer, InvalidLayer> {
    let broken = |reason: String| InvalidLayer::broken(SHAPEFILE, reason);
    let mut archive = Archive::open(bytes, SHAPEFILE, most)?;
    let names = archive.names(".shp");
    let chosen = match name {
        None => names.first(),
        Some(name) => names.iter().find(|path| stem(path) == name),
    };
    let path = chosen.cloned().ok_or_else(|| InvalidLayer::NoLayer {
        name: name.unwrap_or("with the end .shp").to_owned(),
        there: names.iter().map(|path| stem(path).to_owned()).collect(),
    })?;
    let mut all = Collector::new(SHAPEFILE, bytes.len(), most.rows);
    all.set_name(stem(&path));
    if name.is_none() && names.len() > 1 {
        let others: Vec<&str> = names[1..].iter().map(|path| stem(path)).collect();
        let (first, others) = (stem(&path), others.join(", "));
        all.warn(
            "other_layers",
            format!("Only the first layer, {first}, was read; there are also {others}."),
            format!("只读取了第一个图层 {first}，另有 {others}。"),
        );
    }
    note_crs(&mut all, archive.beside(&path, ".prj")?)?;
    let shapes = shp::read(&archive.file(&path)?, most.rows).map_err(broken)?;
    (0..shapes.with_heights).for_each(|_| all.note_heights());
    let table = archive.beside(&path, ".dbf")?;
    let codepage = archive.beside(&path, ".cpg")?;
    let codepage = codepage.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let Some(table) = table else {
        all.warn(
            "no_dbf",
            "There is no .dbf beside the geometries: they have no values.",
            "缺少 .dbf 文件，要素没有属性。",
        );
        for (line, record) in (1..).zip(shapes.records) {
            add(&mut all, line, record, Vec::new())?;
        }
        return Ok(all.finish());
    };
    let table = dbf::open(&table, codepage.as_deref())
        .map_err(|reason| broken(format!("the .dbf: {reason}")))?;
    let (there, told) = (shapes.records.len(), table.records().len());
    if there != told && there <= most.rows {
        return Err(broken(format!("it has {there} geometries and {told} rows of values")));
    }
    read_rows(&mut all, shapes.records, &table)?;
    Ok(all.finish())
}

fn read_rows(
    all: &mut Collector,
    shapes: Vec<shp::Record>,
    table: &dbf::Table<'_>,
) -> Result<(), InvalidLayer> {
    let mut numbers = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        numbers.push(all.declare(&column.name, column.field_type)?);
    }
    for ((line, shape), record) in (1..).zip(shapes).zip(table.records()) {
        if dbf::Table::is_deleted(record) {
            continue;
        }
        let columns = numbers.iter().copied().zip(&table.columns);
        let value = |(number, column)| Ok((number, table.value(record, column)?));
        match columns.map(value).collect::<Result<_, String>>() {
            Ok(values) => add(all, line, shape, values)?,
            Err(reason) => all.refuse(line, "", reason)?,
        }
    }
    Ok(())
}

fn add(
    all: &mut Collector,
    line: u64,
    shape: shp::Record,
    values: Vec<(usize, crate::domain::Value)>,
) -> Result<(), InvalidLayer> {
    match shape {
        Ok(geometry) => all.add(Found { line, id: None, geometry, values }),
        Err(reason) => all.refuse(line, "", reason),
    }
}

fn note_crs(all: &mut Collector, text: Option<Vec<u8>>) -> Result<(), InvalidLayer> {
    let Some(text) = text else {
        all.warn(
            "no_crs",
            "There is no .prj beside the geometries; WGS 84 was assumed.",
            "缺少 .prj 文件，按 WGS 84 处理。",
        );
        return Ok(());
    };
    let text = String::from_utf8_lossy(&text);
    let refused = || InvalidLayer::Crs(crs_text::name_in_wkt(&text));
    all.set_crs(crs_text::from_wkt(&text).ok_or_else(refused)?);
    Ok(())
}

/// The name of a file without its folder and end.
fn stem(path: &str) -> &str {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
