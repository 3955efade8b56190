//! KML 2.3 (OGC 12-007r2): one placemark a feature, its values typed by a schema.

use std::borrow::{Borrow, Cow};
use std::io::{self, BufReader, BufWriter, Seek, Write};

use geo::{Coord, Geometry, LineString, Polygon};

use super::{Contents, Layout, list_text};
use crate::domain::{Feature, Field, FieldType, Schema, Value};

/// The namespace of what KML has no word for: `holds`, what the values of a text are, and `is`, what a
/// geometry is. Other programs pass it over.
pub(super) const NAMESPACE: &str = "urn:x-jidi:kml";

/// The word for a collection of geometries of any kind.
pub(super) const COLLECTION: &str = "GeometryCollection";

/// Writes a document.
///
/// Lists are written as [`list_text`] does. KML has whole numbers of 32 bits only: a field that holds a larger one is
/// text to other programs, with every digit, and says in a namespace of ours that it holds whole numbers; so
/// features go to a file of their own until that is known. KML knows WGS 84 only: positions in another
/// datum are said to be so in a value `datum` of the document. A collection of geometries says that it
/// is one, for KML has one element for it and for many of a kind.
///
/// A placemark has its id as an attribute, which newer versions of GDAL read as the field `id`, and as a value,
/// which older ones do. The schema of KML lets no id begin with a digit or have a `~` in it; readers take
/// such ids all the same, and leave none out.
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
    let fields = contents.schema.fields();
    let mut is_large = vec![false; fields.len()];
    let mut spool = BufWriter::new(tempfile::tempfile()?);
    for feature in features {
        let feature: &Feature = feature.borrow();
        for (is_large, value) in is_large.iter_mut().zip(&feature.values) {
            *is_large |= matches!(value, Value::Integer(number) if i32::try_from(*number).is_err());
        }
        placemark(&mut spool, contents.schema, feature, layout)?;
    }
    head(out, contents, layout, &is_large)?;
    let mut spool = spool.into_inner().map_err(io::IntoInnerError::into_error)?;
    spool.rewind()?;
    io::copy(&mut BufReader::new(spool), out)?;
    out.write_all(b"</Document></kml>\n")
}

fn head(
    out: &mut dyn Write,
    contents: Contents<'_>,
    layout: Layout,
    is_large: &[bool],
) -> io::Result<()> {
    let title = if contents.title.is_empty() { contents.name } else { contents.title };
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:jidi=\"{NAMESPACE}\" version=\"2.3\"><Document><name>{}</name>",
        text(title)
    )?;
    if let Some(datum) = layout.declared_datum() {
        write!(
            out,
            "<ExtendedData><Data name=\"datum\"><value>{}</value></Data></ExtendedData>",
            datum.title()
        )?;
    }
    write!(out, "\n<Schema id=\"fields\" name=\"{}\">", text(contents.name))?;
    if contents.schema.position("id").is_none() {
        out.write_all(b"<SimpleField type=\"string\" name=\"id\"/>")?;
    }
    let fields = contents.schema.fields().iter().zip(is_large);
    for (field, is_large) in fields.filter(|(field, _)| !is_shown(field)) {
        let (kind, holds) = declared(field.field_type, *is_large);
        let holds = holds.map_or_else(String::new, |word| format!(" jidi:holds=\"{word}\""));
        write!(out, "<SimpleField type=\"{kind}\" name=\"{}\"{holds}/>", text(&field.name))?;
    }
    out.write_all(b"</Schema>\n")
}

/// The type of a field to KML, and what it holds where KML has no type for it.
fn declared(kind: FieldType, is_large: bool) -> (&'static str, Option<&'static str>) {
    match kind {
        FieldType::Integer if is_large => ("string", Some(kind.as_str())),
        FieldType::Integer => ("int", None),
        FieldType::Real => ("double", None),
        FieldType::Boolean => ("bool", None),
        FieldType::List | FieldType::Date | FieldType::DateTime => ("string", Some(kind.as_str())),
        FieldType::Text => ("string", None),
    }
}

fn placemark(
    out: &mut dyn Write,
    schema: &Schema,
    feature: &Feature,
    layout: Layout,
) -> io::Result<()> {
    let id = feature.id.as_str();
    write!(out, "<Placemark id=\"{id}\">")?;
    if let Some(place) = schema.position("name")
        && let Value::Text(name) = &feature.values[place]
    {
        write!(out, "<name>{}</name>", text(name))?;
    }
    out.write_all(b"<ExtendedData><SchemaData schemaUrl=\"#fields\">")?;
    if schema.position("id").is_none() {
        write!(out, "<SimpleData name=\"id\">{id}</SimpleData>")?;
    }
    let values = schema.fields().iter().zip(&feature.values);
    for (field, value) in values.filter(|(field, _)| !is_shown(field)) {
        let words = match value {
            Value::Null => continue,
            Value::Text(words) => text(words),
            // Programs that read numbers know no other truth.
            Value::Boolean(is_true) => Cow::Borrowed(if *is_true { "1" } else { "0" }),
            Value::List(items) => Cow::Owned(text(&list_text::write(items)).into_owned()),
            other => Cow::Owned(text(&other.in_a_cell()).into_owned()),
        };
        write!(out, "<SimpleData name=\"{}\">{words}</SimpleData>", text(&field.name))?;
    }
    out.write_all(b"</SchemaData></ExtendedData>")?;
    if let Some(shape) = feature.geometry() {
        geometry(out, &layout.geometry(&shape))?;
    }
    out.write_all(b"</Placemark>\n")
}

/// Says whether a field is what a placemark is called by, and has no value beside that.
fn is_shown(field: &Field) -> bool {
    field.name == "name" && field.field_type == FieldType::Text
}

fn geometry(out: &mut dyn Write, shape: &Geometry<f64>) -> io::Result<()> {
    match shape {
        Geometry::Point(point) => {
            out.write_all(b"<Point>")?;
            coordinates(out, &[point.0])?;
            out.write_all(b"</Point>")
        }
        Geometry::Line(line) => line_string(out, &[line.start, line.end]),
        Geometry::LineString(line) => line_string(out, &line.0),
        Geometry::Polygon(area) => polygon(out, area),
        Geometry::Rect(area) => polygon(out, &area.to_polygon()),
        Geometry::Triangle(area) => polygon(out, &area.to_polygon()),
        Geometry::MultiPoint(points) => many(out, "", points.iter().map(|point| (*point).into())),
        Geometry::MultiLineString(lines) => {
            many(out, "", lines.iter().map(|line| line.clone().into()))
        }
        Geometry::MultiPolygon(areas) => {
            many(out, "", areas.iter().map(|area| area.clone().into()))
        }
        Geometry::GeometryCollection(shapes) => {
            many(out, &format!(" jidi:is=\"{COLLECTION}\""), shapes.iter().cloned())
        }
    }
}

fn many(
    out: &mut dyn Write,
    mark: &str,
    parts: impl Iterator<Item = Geometry<f64>>,
) -> io::Result<()> {
    write!(out, "<MultiGeometry{mark}>")?;
    for part in parts {
        geometry(out, &part)?;
    }
    out.write_all(b"</MultiGeometry>")
}

fn line_string(out: &mut dyn Write, line: &[Coord<f64>]) -> io::Result<()> {
    out.write_all(b"<LineString>")?;
    coordinates(out, line)?;
    out.write_all(b"</LineString>")
}

fn polygon(out: &mut dyn Write, area: &Polygon<f64>) -> io::Result<()> {
    out.write_all(b"<Polygon>")?;
    boundary(out, "outerBoundaryIs", area.exterior())?;
    for ring in area.interiors() {
        boundary(out, "innerBoundaryIs", ring)?;
    }
    out.write_all(b"</Polygon>")
}

fn boundary(out: &mut dyn Write, name: &str, ring: &LineString<f64>) -> io::Result<()> {
    write!(out, "<{name}><LinearRing>")?;
    coordinates(out, &ring.0)?;
    write!(out, "</LinearRing></{name}>")
}

fn coordinates(out: &mut dyn Write, line: &[Coord<f64>]) -> io::Result<()> {
    out.write_all(b"<coordinates>")?;
    for (number, at) in line.iter().enumerate() {
        let blank = if number == 0 { "" } else { " " };
        write!(out, "{blank}{},{}", at.x, at.y)?;
    }
    out.write_all(b"</coordinates>")
}

/// Writes a text so that it is no markup; characters that XML has no place for become U+FFFD.
fn text(words: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| {
        !matches!(letter, '&' | '<' | '>' | '"' | '\u{fffe}' | '\u{ffff}') && letter >= ' '
    };
    if words.chars().all(is_plain) {
        return Cow::Borrowed(words);
    }
    let mut written = String::with_capacity(words.len() + 8);
    for letter in words.chars() {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\t' => written.push_str("&#9;"),
            '\n' => written.push_str("&#10;"),
            '\r' => written.push_str("&#13;"),
            other if is_plain(other) => written.push(other),
            _ => written.push('\u{fffd}'),
        }
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        assert_eq!(text("a<b>&\"c\"\u{1}\n"), "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}&#10;");
        assert_eq!(text("常熟 🏭"), "常熟 🏭");
    }
}
