//! What is this file? Told from its first bytes, its name or its media type.

use crate::formats::sheet::SheetKind;

/// Names what a layer can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// A GeoJSON object (RFC 7946).
    GeoJson,
    /// GeoJSON features, one a line or parted by record separators (RFC 8142).
    GeoJsonSeq,
    /// A FlatGeobuf.
    FlatGeobuf,
    /// An OGC GeoPackage.
    GeoPackage,
    /// A GeoParquet, or any Parquet with a column of well-known binary.
    GeoParquet,
    /// A shapefile, zipped with the files beside it.
    Shapefile,
    /// An OGC KML.
    Kml,
    /// A zipped KML.
    Kmz,
    /// Rows of text: its geometries are columns of longitude and latitude or well-known text, or it
    /// has none and its rows are to be geocoded.
    Sheet(SheetKind),
}

impl LayerKind {
    /// The name for readers.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::GeoJson => "GeoJSON",
            Self::GeoJsonSeq => "GeoJSONSeq",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoPackage => "GeoPackage",
            Self::GeoParquet => "GeoParquet",
            Self::Shapefile => "shapefile",
            Self::Kml => "KML",
            Self::Kmz => "KMZ",
            Self::Sheet(SheetKind::Workbook) => "XLSX",
            Self::Sheet(SheetKind::Json) => "JSON",
            Self::Sheet(_) => "table",
        }
    }

    /// Every media type that is taken, with what it is.
    pub const MEDIA_TYPES: [(&'static str, Self); 17] = [
        ("application/geo+json", Self::GeoJson),
        ("application/vnd.geo+json", Self::GeoJson),
        ("application/x-ndjson", Self::GeoJsonSeq),
        ("application/geo+json-seq", Self::GeoJsonSeq),
        ("application/flatgeobuf", Self::FlatGeobuf),
        ("application/geopackage+sqlite3", Self::GeoPackage),
        ("application/x-sqlite3", Self::GeoPackage),
        ("application/vnd.apache.parquet", Self::GeoParquet),
        ("application/zip", Self::Shapefile),
        ("application/x-zip-compressed", Self::Shapefile),
        ("application/vnd.google-earth.kml+xml", Self::Kml),
        ("application/vnd.google-earth.kmz", Self::Kmz),
        ("application/json", Self::Sheet(SheetKind::Json)),
        ("text/csv", Self::Sheet(SheetKind::Table)),
        ("text/tab-separated-values", Self::Sheet(SheetKind::Table)),
        ("text/plain", Self::Sheet(SheetKind::List)),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Sheet(SheetKind::Workbook),
        ),
    ];

    fn from_media_type(media_type: &str) -> Option<Self> {
        let plain = media_type.split(';').next().unwrap_or_default().trim();
        let known = Self::MEDIA_TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(plain));
        known.map(|(_, kind)| *kind)
    }

    fn from_end(end: &str) -> Option<Self> {
        Some(match end.to_ascii_lowercase().as_str() {
            "geojson" => Self::GeoJson,
            "geojsonl" | "geojsons" | "geojsonseq" | "ndjson" | "jsonl" => Self::GeoJsonSeq,
            "fgb" => Self::FlatGeobuf,
            "gpkg" => Self::GeoPackage,
            "parquet" | "geoparquet" => Self::GeoParquet,
            "zip" | "shz" => Self::Shapefile,
            "kml" => Self::Kml,
            "kmz" => Self::Kmz,
            "csv" | "tsv" | "tab" | "txt" | "xlsx" | "xlsm" | "json" => {
                Self::Sheet(SheetKind::from_end(end))
            }
            _ => return None,
        })
    }

    /// The kind of sheet that it is, if its rows are to be placed: where they bring no geometries, or
    /// all are to be placed by their names.
    #[must_use]
    pub fn rows_to_place(self, is_geocoded: bool) -> Option<SheetKind> {
        match self {
            Self::Sheet(kind) if is_geocoded || kind == SheetKind::Json => Some(kind),
            _ => None,
        }
    }

    /// Says whether a file of the kind may have several layers, which have names.
    #[must_use]
    pub fn has_layers(self) -> bool {
        matches!(self, Self::GeoPackage | Self::Shapefile | Self::Sheet(SheetKind::Workbook))
    }

    fn is_zipped(self) -> bool {
        matches!(self, Self::Shapefile | Self::Kmz | Self::Sheet(SheetKind::Workbook))
    }
}

/// How much of the beginning of a file is looked at, in bytes.
pub const BEGINNING: usize = 4_096;

/// Tells what a file is from its name or media type and its first bytes.
///
/// What a file begins with counts more than what it is called: a GeoPackage is one whatever the
/// sender says. Text says little, so there the name decides; JSON by the name of `.json` is GeoJSON
/// if it says so, and one feature a line if the first line is a whole one.
///
/// # Examples
///
/// ```
/// use jidi::formats::layer::{LayerKind, kind_of};
/// assert_eq!(kind_of("towns.dat", b"PAR1"), Some(LayerKind::GeoParquet));
/// assert_eq!(kind_of("application/flatgeobuf", b""), Some(LayerKind::FlatGeobuf));
/// assert_eq!(kind_of("picture.png", b"\x89PNG"), None);
/// ```
#[must_use]
pub fn kind_of(name_or_media_type: &str, beginning: &[u8]) -> Option<LayerKind> {
    let end = name_or_media_type.rsplit_once('.').map(|(_, end)| end);
    let said = LayerKind::from_media_type(name_or_media_type)
        .or_else(|| end.and_then(LayerKind::from_end));
    let whole = beginning;
    let beginning = &beginning[..beginning.len().min(BEGINNING)];
    by_mark(beginning, said).or_else(|| by_text(beginning, said, whole))
}

/// Tells files that begin with a mark of their own.
fn by_mark(beginning: &[u8], said: Option<LayerKind>) -> Option<LayerKind> {
    if beginning.starts_with(b"fgb") && beginning.get(4..7) == Some(b"fgb") {
        Some(LayerKind::FlatGeobuf)
    } else if beginning.starts_with(b"SQLite format 3\0") {
        Some(LayerKind::GeoPackage)
    } else if beginning.starts_with(b"PAR1") {
        Some(LayerKind::GeoParquet)
    } else if beginning.starts_with(b"PK\x03\x04") {
        let holds = |part: &[u8]| beginning.windows(part.len()).any(|window| window == part);
        if holds(b"[Content_Types].xml") || holds(b"xl/") {
            Some(LayerKind::Sheet(SheetKind::Workbook))
        } else if holds(b".kml") {
            Some(LayerKind::Kmz)
        } else {
            Some(said.filter(|kind| kind.is_zipped()).unwrap_or(LayerKind::Shapefile))
        }
    } else if beginning.first() == Some(&0x1e) {
        Some(LayerKind::GeoJsonSeq)
    } else {
        None
    }
}

/// Says whether the first line, however long, is a whole feature of its own.
fn begins_with_a_feature(whole: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Line {
        r#type: String,
    }
    let whole = whole.strip_prefix("\u{feff}".as_bytes()).unwrap_or(whole).trim_ascii_start();
    let Some(end) = whole.iter().position(|byte| *byte == b'\n') else { return false };
    let line = serde_json::from_slice::<Line>(&whole[..end]);
    line.is_ok_and(|line| line.r#type == "Feature")
}

/// Tells kinds of text, by their beginning; of JSON, by the whole of the first line.
fn by_text(beginning: &[u8], said: Option<LayerKind>, whole: &[u8]) -> Option<LayerKind> {
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let is_json = matches!(said, None | Some(LayerKind::Sheet(SheetKind::Json)));
    if is_json && text.starts_with('{') {
        let squeezed: String = text.split_whitespace().collect();
        let is_feature = squeezed.contains(r#""type":"Feature""#);
        return Some(if squeezed.contains(r#""type":"FeatureCollection""#) {
            LayerKind::GeoJson
        } else if begins_with_a_feature(whole) {
            LayerKind::GeoJsonSeq
        } else if is_feature {
            LayerKind::GeoJson
        } else {
            LayerKind::Sheet(SheetKind::Json)
        });
    }
    let is_markup = text.starts_with("<?xml") || text.starts_with("<kml");
    if is_markup && said.is_none() && text.contains("<kml") {
        return Some(LayerKind::Kml);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_longer_than_the_beginning_is_still_a_feature_of_its_own() {
        let ring = "[0.5,0.5],".repeat(2_000);
        let line = format!(
            r#"{{"geometry":{{"type":"LineString","coordinates":[{ring}[1,1]]}},"properties":null,"type":"Feature"}}"#
        );
        let kind = |text: &str| kind_of("a.json", text.as_bytes());
        assert_eq!(kind(&format!("{line}\n{line}\n")), Some(LayerKind::GeoJsonSeq));
        assert_eq!(kind(&format!("\u{feff}{line}\n")), Some(LayerKind::GeoJsonSeq));
        let collection = format!(r#"{{"type":"FeatureCollection","features":[{line}]}}"#);
        assert_eq!(kind(&format!("{collection}\n")), Some(LayerKind::GeoJson));
    }

    #[test]
    fn marks_count_more_than_names() {
        let sqlite = b"SQLite format 3\0";
        assert_eq!(kind_of("firms.csv", sqlite), Some(LayerKind::GeoPackage));
        assert_eq!(kind_of("a", b"fgb\x03fgb\x00"), Some(LayerKind::FlatGeobuf));
        assert_eq!(kind_of("a.json", b"\x1e{}"), Some(LayerKind::GeoJsonSeq));
        let workbook = Some(LayerKind::Sheet(SheetKind::Workbook));
        assert_eq!(kind_of("a.zip", b"PK\x03\x04....[Content_Types].xml"), workbook);
        assert_eq!(kind_of("application/zip", b"PK\x03\x04...doc.kml"), Some(LayerKind::Kmz));
        assert_eq!(kind_of("a.kmz", b"PK\x03\x04"), Some(LayerKind::Kmz));
        assert_eq!(kind_of("a", b"PK\x03\x04.a.shp"), Some(LayerKind::Shapefile));
    }

    #[test]
    fn json_is_what_it_says() {
        let rows = Some(LayerKind::Sheet(SheetKind::Json));
        let feature = br#"{"type": "Feature", "geometry": null, "properties": {}}"#;
        assert_eq!(kind_of("a.json", br#"{"rows":[]}"#), rows);
        assert_eq!(kind_of("a.json", b"[1]"), rows);
        assert_eq!(kind_of("application/json; charset=utf-8", feature), Some(LayerKind::GeoJson));
        let lines = [&feature[..], b"\n", &feature[..]].concat();
        assert_eq!(kind_of("a.json", &lines), Some(LayerKind::GeoJsonSeq));
        let whole = br#" {"type": "FeatureCollection", "features": ["#;
        assert_eq!(kind_of("", whole), Some(LayerKind::GeoJson));
    }

    #[test]
    fn text_is_what_its_name_says() {
        let table = Some(LayerKind::Sheet(SheetKind::Table));
        assert_eq!(kind_of("a.TSV", b"a\tb"), table);
        assert_eq!(kind_of("text/csv; charset=gb18030", b""), table);
        assert_eq!(kind_of("", b"<?xml version=\"1.0\"?><kml>"), Some(LayerKind::Kml));
        assert_eq!(kind_of("a.doc", b"text"), None);
    }
}
