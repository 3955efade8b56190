//! Tiles to read: how the globe is cut, and where the tiles of a collection are.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::{Map, Value as Json};

use super::here::{Here, encoded};
use super::html::{anchors, escaped, for_programs, page, text_of};
use super::html_map::map;
use super::html_parts::UNLINKED;
use crate::domain::Feature;
use crate::store::{Catalog, Collection};

/// The ways to cut the globe.
pub(super) fn sets(body: &Json, here: &Here) -> Response {
    let mut text = String::from(
        "<p class=\"lead\">Vector tiles of every collection come in these tile matrix sets: at each zoom the globe is cut into rows and columns, counted from the north-west.</p>\n<table>\n<thead><tr><th>Set</th><th>Reference system</th><th>Definition</th></tr></thead>\n<tbody>\n",
    );
    for set in body["tileMatrixSets"].as_array().into_iter().flatten() {
        let id = set["id"].as_str().unwrap_or_default();
        let _ = writeln!(
            text,
            "<tr><td><a href=\"/tileMatrixSets/{}?f=html\">{}</a></td><td><code>{}</code></td><td><code>{}</code></td></tr>",
            encoded(id),
            text_of(&set["title"]),
            text_of(&set["crs"]),
            text_of(&set["uri"])
        );
    }
    text.push_str("</tbody>\n</table>\n");
    text.push_str(&anchors(&body["links"]));
    text.push_str(&for_programs(here, ", as OGC API Tiles has it"));
    page("How the globe is cut into tiles", &text)
}

/// One of them.
pub(super) fn set(body: &Json, here: &Here) -> Response {
    let axes: Vec<String> =
        body["orderedAxes"].as_array().into_iter().flatten().map(text_of).collect();
    let mut text = format!(
        "<p><a href=\"/tileMatrixSets?f=html\">Tile matrix sets</a> › <code>{}</code></p>\n<table class=\"facts\">\n<tbody>\n<tr><th>Definition</th><td><code>{}</code></td></tr>\n<tr><th>Reference system</th><td><code>{}</code>, axes {}</td></tr>\n<tr><th>Well-known scale set</th><td><code>{}</code></td></tr>\n",
        text_of(&body["id"]),
        text_of(&body["uri"]),
        text_of(&body["crs"]),
        axes.join(", "),
        text_of(&body["wellKnownScaleSet"])
    );
    let first = &body["tileMatrices"][0];
    let origin = first["pointOfOrigin"].as_array().into_iter().flatten();
    let origin: Vec<String> = origin.map(text_of).collect();
    let _ = writeln!(
        text,
        "<tr><th>Origin</th><td>{} ({})</td></tr>\n<tr><th>A tile</th><td>{} × {} pixels</td></tr>\n</tbody>\n</table>",
        origin.join(", "),
        text_of(&first["cornerOfOrigin"]),
        text_of(&first["tileWidth"]),
        text_of(&first["tileHeight"])
    );
    text.push_str("<h2>Zooms</h2>\n<table>\n<thead><tr><th>Zoom</th><th>Columns × rows</th><th>Scale</th><th>Size of a pixel, in units of the system</th></tr></thead>\n<tbody>\n");
    for matrix in body["tileMatrices"].as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "<tr><td>{}</td><td>{} × {}</td><td title=\"{}\">1 : {}</td><td>{}</td></tr>",
            text_of(&matrix["id"]),
            text_of(&matrix["matrixWidth"]),
            text_of(&matrix["matrixHeight"]),
            text_of(&matrix["scaleDenominator"]),
            grouped(matrix["scaleDenominator"].as_f64().unwrap_or_default()),
            text_of(&matrix["cellSize"])
        );
    }
    text.push_str("</tbody>\n</table>\n");
    text.push_str(&anchors(&body["links"]));
    text.push_str(&for_programs(here, ", as OGC API Tiles has it"));
    page(body["title"].as_str().unwrap_or("Tiles"), &text)
}

/// The tilesets of a collection.
pub(super) fn of_collection(collection: &Collection, body: &Json, here: &Here) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let json = here.to(&format!("{path}/tiles/WebMercatorQuad/tilejson.json"));
    let mut text = format!(
        "<p class=\"lead\"><a href=\"{path}?f=html\">{}</a> as vector tiles, for maps on the web. They take conditions as features do (<code>filter</code>, <code>datetime</code>, any field) and <code>datum=gcj02</code> for Chinese backgrounds; where very many features stand, they are counted in cells.</p>\n<h2>In a web map</h2>\n<p>MapLibre takes the address of the TileJSON as it is; see the <a href=\"/use-it-in?collection={}\">recipes</a>:</p>\n<pre><code>{}</code></pre>\n",
        escaped(&about.title),
        encoded(&about.id),
        escaped(json)
    );
    for tileset in body["tilesets"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "<h2>{}</h2>", text_of(&tileset["title"]));
        facts(&mut text, tileset);
    }
    text.push_str(&anchors(&body["links"]));
    text.push_str(&for_programs(here, ", as OGC API Tiles has it"));
    page(&format!("{}: vector tiles", about.title), &text)
}

/// One tileset.
pub(super) fn tileset(collection: &Collection, body: &Json, here: &Here) -> Response {
    let path = format!("/collections/{}", encoded(&collection.about().id));
    let mut text = format!(
        "<p><a href=\"{path}?f=html\">{}</a> › <a href=\"{path}/tiles?f=html\">vector tiles</a></p>\n",
        escaped(&collection.about().title)
    );
    facts(&mut text, body);
    text.push_str("<h2>Zooms</h2>\n<table>\n<thead><tr><th>Zoom</th><th>Rows</th><th>Columns</th></tr></thead>\n<tbody>\n");
    for limits in body["tileMatrixSetLimits"].as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "<tr><td>{}</td><td>{} to {}</td><td>{} to {}</td></tr>",
            text_of(&limits["tileMatrix"]),
            text_of(&limits["minTileRow"]),
            text_of(&limits["maxTileRow"]),
            text_of(&limits["minTileCol"]),
            text_of(&limits["maxTileCol"])
        );
    }
    text.push_str("</tbody>\n</table>\n");
    text.push_str(&for_programs(here, ", as OGC API Tiles has it"));
    page(body["title"].as_str().unwrap_or("Tiles"), &text)
}

/// How many features are drawn of what tiles show.
const MOST_SHOWN: usize = 1_000;

/// The `TileJSON` of a collection: what its tiles hold, and how a web map takes them.
pub(super) fn tile_json(
    catalog: &Catalog,
    collection: &Collection,
    body: &Json,
    here: &Here,
) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let mut text = format!(
        "<p><a href=\"{path}?f=html\">{}</a> › <a href=\"{path}/tiles?f=html\">vector tiles</a></p>\n<p class=\"lead\">{}</p>\n",
        escaped(&about.title),
        text_of(&body["description"])
    );
    let whole = here.with(&[("f", None)]);
    // With conditions the tiles show others than the first ones.
    if !whole.contains('?') {
        let shown: Vec<&Feature> = collection.features().take(MOST_SHOWN).collect();
        let link =
            |feature: &Feature| format!("{path}/items/{}?f=html", encoded(feature.id.as_str()));
        text.push_str(&map(catalog, &shown, link));
    }
    let layer = &body["vector_layers"][0];
    let kind = if collection.is_points() { "circle" } else { "fill" };
    let code = format!(
        "map.addSource('{id}', {{type: 'vector', url: '{whole}'}});\nmap.addLayer({{id: '{id}', type: '{kind}', source: '{id}', 'source-layer': '{id}'}});",
        id = about.id
    );
    let _ = writeln!(
        text,
        "<h2>In a web map</h2>\n<p>MapLibre takes this address as a source; see the <a href=\"/use-it-in?collection={}\">recipes</a> for other programs:</p>\n<pre><code>{}</code></pre>\n<h2>What it says</h2>",
        encoded(&about.id),
        escaped(code)
    );
    let but = |name: &String| !["vector_layers", "description", "name"].contains(&name.as_str());
    let said = body.as_object().into_iter().flatten().filter(|(name, _)| but(name));
    let said: Map<String, Json> = said.map(|(name, said)| (name.clone(), said.clone())).collect();
    text.push_str(&UNLINKED.facts(&Json::Object(said)));
    let _ = writeln!(
        text,
        "<h2>What the features of a tile tell</h2>\n{}",
        UNLINKED.facts(&layer["fields"])
    );
    text.push_str(&for_programs(here, ", which is TileJSON 3.0"));
    page(&format!("{}: TileJSON", body["name"].as_str().unwrap_or(&about.title)), &text)
}

/// What is known of a tileset.
fn facts(text: &mut String, tileset: &Json) {
    let links = tileset["links"].as_array().into_iter().flatten();
    let template = links.filter(|link| link["templated"] == true).map(|link| &link["href"]).next();
    let corner = |name: &str| {
        let pair = tileset["boundingBox"][name].as_array().into_iter().flatten();
        pair.map(text_of).collect::<Vec<_>>().join(", ")
    };
    let layers = tileset["layers"].as_array().into_iter().flatten();
    let layers: Vec<String> = layers.map(|layer| text_of(&layer["id"])).collect();
    let mut rows = vec![
        ("A tile", template.map(text_of).unwrap_or_default()),
        ("Layer", layers.join(", ")),
        ("Reference system", text_of(&tileset["crs"])),
        ("Tile matrix set", text_of(&tileset["tileMatrixSetURI"])),
    ];
    if tileset["boundingBox"].is_object() {
        rows.push(("From, to", format!("{} to {}", corner("lowerLeft"), corner("upperRight"))));
    }
    text.push_str("<table class=\"facts\">\n<tbody>\n");
    for (name, said) in rows {
        let _ = writeln!(text, "<tr><th>{name}</th><td><code>{said}</code></td></tr>");
    }
    text.push_str("</tbody>\n</table>\n");
    text.push_str(&anchors(&tileset["links"]));
}

/// A number without its fraction, its digits in threes.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!(grouped(559_082_264.028), "559,082,264");
        assert_eq!([grouped(999.4), grouped(1000.0)], ["999", "1,000"]);
    }
}
