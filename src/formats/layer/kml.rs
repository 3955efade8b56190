//! Layers as KML (OGC 12-007r2): placemarks with their values and geometries.

use std::borrow::Cow;

use encoding_rs::Encoding;
use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint};
use geo::{MultiPolygon, Point, Polygon};

use super::archive::Archive;
use super::collect::{Collector, Found};
use super::kml_tree::{Element, walk};
use super::limits::MOST_NESTED;
use super::{InvalidLayer, Layer};
use crate::domain::{FieldType, Value};
use crate::formats::kml::COLLECTION;
use crate::formats::{Most, list_text};

const KML: &str = "KML";

/// The elements that are read; all others are looked through for these.
const WANTED: [&str; 4] = ["Placemark", "Schema", "NetworkLink", "Data"];

/// Reads every placemark, whatever folder it lies in.
pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Layer, InvalidLayer> {
    let text = decoded(bytes)?;
    let mut all = Collector::new(KML, bytes.len(), most_rows);
    let mut schema = Vec::new();
    let mut line_links = 0;
    let take = |element: Element, line: u64| match element.name.as_str() {
        "Schema" => declare(&mut all, &element, &mut schema),
        "NetworkLink" => {
            line_links += 1;
            Ok(())
        }
        "Data" => {
            note_datum(&mut all, &element);
            Ok(())
        }
        _ => add(&mut all, &element, line, &schema),
    };
    walk(&text, |name| WANTED.contains(&name), take, |reason| InvalidLayer::broken(KML, reason))?;
    if line_links > 0 {
        all.warn("links", "Links to other files were not followed.", "文件中的网络链接未被读取。");
    }
    Ok(all.finish())
}

/// Reads the first KML in an archive.
pub(super) fn read_zipped(bytes: &[u8], most: Most) -> Result<Layer, InvalidLayer> {
    let mut archive = Archive::open(bytes, "KMZ", most)?;
    let name = archive.names(".kml").into_iter().next().ok_or_else(|| InvalidLayer::NoLayer {
        name: "with the end .kml".to_owned(),
        there: Vec::new(),
    })?;
    read(&archive.file(&name)?, most.rows)
}

/// Reads the bytes of a text in UTF-8, or in the encoding that its first line names.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, InvalidLayer> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text.trim_start_matches('\u{feff}')));
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let named = head.split("encoding=").nth(1).and_then(|rest| rest.get(1..));
    let label = named.and_then(|rest| rest.split(['"', '\'']).next());
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let text = encoding.map(|encoding| encoding.decode(bytes)).filter(|(.., errors)| !errors);
    let text = text.map(|(text, ..)| text);
    text.ok_or_else(|| {
        InvalidLayer::broken(KML, "it is neither UTF-8 nor what its first line says")
    })
}

/// Holds what a schema says of a column.
struct Typed {
    name: String,
    number: usize,
    field_type: FieldType,
}

fn declare(
    all: &mut Collector,
    element: &Element,
    schema: &mut Vec<Typed>,
) -> Result<(), InvalidLayer> {
    for field in element.children.iter().filter(|child| child.name == "SimpleField") {
        let Some(name) = field.attribute("name") else { continue };
        if schema.iter().any(|known| known.name == name) {
            continue;
        }
        let holds = field.attribute("holds").and_then(FieldType::from_word);
        let field_type = holds.unwrap_or_else(|| match field.attribute("type") {
            Some("int" | "uint" | "short" | "ushort") => FieldType::Integer,
            Some("float" | "double") => FieldType::Real,
            Some("bool") => FieldType::Boolean,
            _ => FieldType::Text,
        });
        let number = all.declare(name, field_type)?;
        schema.push(Typed { name: name.to_owned(), number, field_type });
    }
    Ok(())
}

/// Takes the datum that a file of ours names; KML itself knows WGS 84 only.
fn note_datum(all: &mut Collector, data: &Element) {
    let named = data.attribute("name") == Some("datum");
    let value = data.child("value").map(|value| value.text.as_str());
    if let Some(Ok(datum)) = value.filter(|_| named).map(str::parse) {
        all.set_datum(datum);
    }
}

fn add(
    all: &mut Collector,
    placemark: &Element,
    line: u64,
    schema: &[Typed],
) -> Result<(), InvalidLayer> {
    let mut values = Vec::new();
    for (name, value) in own_values(placemark) {
        let is_time = OWN_TIMES.contains(&name);
        let value = if is_time { all.time(value.trim()) } else { Value::Text(value.into()) };
        values.push((all.column(name)?, value));
    }
    let mut typed = Vec::new();
    placemark.each("SimpleData", &mut |data| typed.push(data));
    for data in typed {
        let Some(name) = data.attribute("name") else { continue };
        let (number, value) = match schema.iter().find(|known| known.name == name) {
            Some(known) if known.field_type.is_time() => (known.number, all.time(&data.text)),
            Some(known) => (known.number, as_type(&data.text, known.field_type)),
            None => (all.column(name)?, Value::Text(data.text.as_str().into())),
        };
        values.push((number, value));
    }
    let mut untyped = Vec::new();
    placemark.each("Data", &mut |data| untyped.push(data));
    for data in untyped {
        let value = data.child("value").map(|value| value.text.clone());
        if let (Some(name), Some(value)) = (data.attribute("name"), value) {
            values.push((all.column(name)?, Value::Text(value.into())));
        }
    }
    let mut heights = false;
    let shapes = placemark.children.iter().filter_map(|child| geometry(child, &mut heights, 0));
    let geometry = match shapes.collect::<Result<Vec<_>, _>>() {
        Ok(mut shapes) if shapes.len() < 2 => shapes.pop(),
        Ok(shapes) => Some(Geometry::GeometryCollection(GeometryCollection(shapes))),
        Err(reason) => return all.refuse(line, &placemark.text, reason),
    };
    if heights {
        all.note_heights();
    }
    let id = placemark.attribute("id").map(str::to_owned);
    all.add(Found { line, id, geometry, values })
}

/// The names of values that are times.
const OWN_TIMES: [&str; 3] = ["when", "begin", "end"];

/// The values that a placemark has by its own elements.
fn own_values(placemark: &Element) -> impl Iterator<Item = (&'static str, String)> {
    const OWN: [(&str, &[&str]); 7] = [
        ("name", &["name"]),
        ("description", &["description"]),
        ("address", &["address"]),
        ("phoneNumber", &["phoneNumber"]),
        ("when", &["TimeStamp", "when"]),
        ("begin", &["TimeSpan", "begin"]),
        ("end", &["TimeSpan", "end"]),
    ];
    let has_data = |name: &str| {
        let mut is_there = false;
        placemark.each("SimpleData", &mut |data| is_there |= data.attribute("name") == Some(name));
        is_there
    };
    OWN.into_iter().filter_map(move |(name, path)| {
        let found = path.iter().try_fold(placemark, |element, step| element.child(step))?;
        // A file of ours says a name twice: once to show, once with its type.
        (!has_data(name)).then(|| (name, found.text.clone()))
    })
}

fn as_type(text: &str, field_type: FieldType) -> Value {
    let number = match field_type {
        FieldType::Integer => text.trim().parse().ok().map(Value::Integer),
        FieldType::Real => {
            let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(Value::Real)
        }
        FieldType::Boolean => match text.trim() {
            "1" | "true" => Some(Value::Boolean(true)),
            "0" | "false" => Some(Value::Boolean(false)),
            _ => None,
        },
        FieldType::List => Some(Value::List(list_text::read(text))),
        FieldType::Text | FieldType::Date | FieldType::DateTime => None,
    };
    number.unwrap_or_else(|| Value::Text(text.into()))
}

/// Reads a geometry, if the element is one.
fn geometry(
    element: &Element,
    heights: &mut bool,
    depth: usize,
) -> Option<Result<Geometry<f64>, String>> {
    if depth > MOST_NESTED {
        return Some(Err("its geometries stand too deep in one another".to_owned()));
    }
    Some(match element.name.as_str() {
        "Point" => positions(element, heights).map(|at| match at.first() {
            Some(at) => Point(*at).into(),
            None => MultiPoint(Vec::new()).into(),
        }),
        "LineString" | "LinearRing" => {
            positions(element, heights).map(|line| LineString(line).into())
        }
        "Polygon" => polygon(element, heights).map(Geometry::from),
        "MultiGeometry" => {
            let parts = element.children.iter();
            let parts = parts.filter_map(|part| geometry(part, heights, depth + 1));
            let parts = parts.collect::<Result<Vec<_>, _>>();
            if element.attribute("is") == Some(COLLECTION) {
                parts.map(|parts| Geometry::GeometryCollection(GeometryCollection(parts)))
            } else {
                parts.map(gathered)
            }
        }
        "Track" | "MultiTrack" | "Model" => {
            Err(format!("its geometry is a {}, which is not read", element.name))
        }
        _ => return None,
    })
}

/// Parts of one kind become a geometry of many; others stay a collection.
fn gathered(parts: Vec<Geometry<f64>>) -> Geometry<f64> {
    let is_all = |is: fn(&Geometry<f64>) -> bool| !parts.is_empty() && parts.iter().all(is);
    if is_all(|part| matches!(part, Geometry::Point(_))) {
        return MultiPoint(parts.into_iter().filter_map(|part| part.try_into().ok()).collect())
            .into();
    }
    if is_all(|part| matches!(part, Geometry::LineString(_))) {
        let lines = parts.into_iter().filter_map(|part| part.try_into().ok());
        return MultiLineString(lines.collect()).into();
    }
    if is_all(|part| matches!(part, Geometry::Polygon(_))) {
        let areas = parts.into_iter().filter_map(|part| part.try_into().ok());
        return MultiPolygon(areas.collect()).into();
    }
    Geometry::GeometryCollection(GeometryCollection(parts))
}

fn polygon(element: &Element, heights: &mut bool) -> Result<Polygon<f64>, String> {
    let mut ring = |boundary: &Element| {
        let ring = boundary.child("LinearRing").ok_or("a boundary has a LinearRing")?;
        positions(ring, heights).map(LineString)
    };
    let outer = element.child("outerBoundaryIs").map(&mut ring).transpose()?;
    let inner = element.children.iter().filter(|child| child.name == "innerBoundaryIs");
    let inner: Vec<_> = inner.map(ring).collect::<Result<_, _>>()?;
    Ok(Polygon::new(outer.unwrap_or_else(|| LineString(Vec::new())), inner))
}

/// Reads positions parted by blanks, each `longitude,latitude` and perhaps a height.
fn positions(element: &Element, heights: &mut bool) -> Result<Vec<Coord<f64>>, String> {
    let text = element.child("coordinates").map_or("", |child| child.text.as_str());
    let position = |text: &str| {
        let mut numbers = text.split(',').map(str::parse::<f64>);
        match (numbers.next(), numbers.next(), numbers.next()) {
            (Some(Ok(x)), Some(Ok(y)), height) => {
                *heights |= height.is_some_and(|height| height.is_ok_and(|height| height != 0.0));
                Ok(Coord { x, y })
            }
            _ => Err(format!("`{text}` is no position: write longitude,latitude without a blank")),
        }
    };
    text.split_whitespace().map(position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Schema id="s">
<SimpleField type="int" name="year"/><SimpleField type="string" name="name"/></Schema>
<Folder><Placemark id="a"><name>常熟 &amp; &#x592A;仓</name>
<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="year">2020</SimpleData></SchemaData>
<Data name="note"><value><![CDATA[a < b]]></value></Data></ExtendedData>
<MultiGeometry><Point><coordinates>120.75,31.65,5</coordinates></Point><Point><coordinates> 121,31 </coordinates></Point></MultiGeometry></Placemark>
<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 4,0 0,4 0,0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>1,1 1,2 2,1 1,1</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
<Placemark><Point><coordinates>120.75, 31.65</coordinates></Point></Placemark>
</Folder></Document></kml>"##;

    #[test]
    fn placemarks_bring_values_types_and_parts() {
        let layer = read(DOCUMENT.as_bytes(), 9).unwrap();
        let names: Vec<&str> =
            layer.schema.fields().iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["year", "name", "note"]);
        let first = &layer.rows[0];
        assert_eq!((first.line, first.id.as_deref()), (4, Some("a")));
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(first.values, [Value::Integer(2020), text("常熟 & 太仓"), text("a < b")]);
        assert!(
            matches!(&first.geometry, Some(Geometry::MultiPoint(points)) if points.0.len() == 2)
        );
        let Some(Geometry::Polygon(area)) = &layer.rows[1].geometry else { panic!() };
        assert_eq!(area.interiors().len(), 1);
        assert_eq!(layer.refused[0].line, 10);
        assert!(layer.warnings[0].1.en.starts_with("1 features have heights"));
    }

    #[test]
    fn what_is_no_kml_is_refused_by_its_outermost_element() {
        for (text, reason) in [
            ("hello world", "it has no element `kml`"),
            (r#"{"type":"FeatureCollection","features":[]}"#, "it has no element `kml`"),
            ("<!DOCTYPE html><html><body>Not found</body></html>", "is `html`, not `kml`"),
            ("<gpx><Placemark/></gpx>", "is `gpx`, not `kml`"),
            ("<?xml version='1.0'?><!-- none -->", "it has no element `kml`"),
        ] {
            let refused = read(text.as_bytes(), 9).unwrap_err().to_string();
            assert!(refused.contains(reason), "{text}: {refused}");
        }
        let prefixed = "<k:kml xmlns:k='http://www.opengis.net/kml/2.2'><k:Document/></k:kml>";
        for empty in [prefixed, "<kml/>"] {
            assert_eq!(read(empty.as_bytes(), 9).unwrap().rows, [], "an empty list is one");
        }
    }

    #[test]
    fn an_element_of_more_parts_than_memory_has_room_for_is_refused() {
        let text = format!("<kml><Placemark>{}</Placemark></kml>", "<a/>".repeat(1_000_001));
        let refused = read(text.as_bytes(), 9).unwrap_err().to_string();
        assert!(refused.contains("more than 1000000 others"), "{refused}");
    }

    #[test]
    fn hostile_markup_is_refused() {
        let bomb = r#"<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml><Placemark><name>&b;</name></Placemark></kml>"#;
        assert!(read(bomb.as_bytes(), 9).unwrap_err().to_string().contains("&b;"));
        assert!(read("<kml>".repeat(100_000).as_bytes(), 9).is_err());
        for cut in (0..DOCUMENT.len()).filter(|cut| DOCUMENT.is_char_boundary(*cut)) {
            let _ = read(&DOCUMENT.as_bytes()[..cut], 9);
        }
        let mut gbk = b"<?xml version='1.0' encoding='GBK'?><kml><Placemark><name>".to_vec();
        gbk.extend([0xb3, 0xa3, 0xca, 0xec]);
        gbk.extend(b"</name></Placemark></kml>");
        assert_eq!(read(&gbk, 9).unwrap().rows[0].values, [Value::Text("常熟".into())]);
    }
}
