//! How other programs read a collection: recipes to copy, each of which the tests take from the page and
//! run (`scripts/clients/recipes.py`), unless it says otherwise.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::access::sees;
use super::ask::Ask;
use super::here::{Here, encoded};
use super::html::{escaped, page};
use super::problem::Problem;
use super::service::Service;
use crate::store::Collection;

/// Where the page of the recipes is.
pub(super) const PATH: &str = "/use-it-in";

/// One way to use a collection.
struct Recipe {
    /// The name by which the tests find it.
    key: &'static str,
    /// The program, as a heading.
    program: &'static str,
    /// What to do, and what to know.
    words: String,
    /// What to copy.
    text: String,
}

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route(PATH, get(use_it_in))
}

/// The recipes as a page of their own, for the collection that is named, else the first.
async fn use_it_in(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    ask.media_type(&[("html", "text/html")])?;
    let wanted = ask.query.take("collection");
    ask.query.finish(&["f", "collection"])?;
    let catalog = service.catalog();
    let all = catalog.collections.iter().filter(|one| sees(&catalog, &headers, &one.about().id));
    let all: Vec<&Arc<Collection>> = all.collect();
    let is_wanted = |id: &str| wanted.as_ref().is_none_or(|wanted| wanted == id);
    let none = || Problem::NoCollection(wanted.clone().unwrap_or_default());
    let chosen = all.iter().find(|one| is_wanted(&one.about().id)).ok_or_else(none)?;
    let mut body = String::from("<p class=\"lead\">Recipes to copy, for");
    for one in &all {
        let about = one.about();
        let (id, title) = (encoded(&about.id), escaped(&about.title));
        let _ = if about.id == chosen.about().id {
            write!(body, " · <strong>{title}</strong>")
        } else {
            write!(body, " · <a href=\"{PATH}?collection={id}\">{title}</a>")
        };
    }
    body.push_str("</p>\n");
    add_recipes(&mut body, chosen, &ask.here);
    Ok(page("Use it in …", &body))
}

/// Adds the recipes to the page of a collection.
pub(super) fn add(body: &mut String, collection: &Collection, here: &Here) {
    body.push_str("<h2 id=\"use-it-in\">Use it in …</h2>\n");
    add_recipes(body, collection, here);
}

fn add_recipes(body: &mut String, collection: &Collection, here: &Here) {
    let places = Places::of(collection, here);
    for Recipe { key, program, words, text } in recipes(&places, collection.is_points()) {
        let (words, text) = (escaped(words), escaped(text));
        let _ = writeln!(
            body,
            "<h3>{program}</h3>\n<p>{words}</p>\n<pre><code data-recipe=\"{key}\">{text}</code></pre>"
        );
    }
}

/// The addresses that the recipes name.
struct Places {
    root: String,
    id: String,
    collection: String,
    download: String,
}

impl Places {
    fn of(collection: &Collection, here: &Here) -> Self {
        let id = collection.about().id.clone();
        let path = here.to(&format!("/collections/{}", encoded(&id)));
        Self { root: here.to(""), id, download: format!("{path}/download"), collection: path }
    }
}

fn recipes(places: &Places, is_points: bool) -> [Recipe; 10] {
    let Places { root, id, .. } = places;
    [
        Recipe {
            key: "qgis",
            program: "QGIS",
            words: format!("Layer › Add Layer › Add WFS / OGC API Features Layer › New, with the URL {root}/ (the version OGC API - Features), then Connect and choose {id}. Or in the Python console:"),
            text: format!("layer = QgsVectorLayer(\"url='{root}/' typename='{id}' pagingEnabled='true'\", \"{id}\", \"OAPIF\")\nQgsProject.instance().addMapLayer(layer)"),
        },
        Recipe {
            key: "arcgis",
            program: "ArcGIS Pro",
            words: "Insert › Connections › Server › New OGC API Server, with the URL below; the collections then stand in the Catalog pane under Servers. It is licensed software: these steps follow its documentation and were not tried here. A GeoPackage (Download, above) is opened without a connection.".to_owned(),
            text: format!("{root}/"),
        },
        Recipe {
            key: "gdal",
            program: "GDAL",
            words: "Reads page by page; conditions of equality and boxes are answered by the service.".to_owned(),
            text: format!("ogrinfo -so OAPIF:{root} {id}\nogr2ogr -f GPKG {id}.gpkg OAPIF:{root} {id}"),
        },
        geopandas(places),
        Recipe {
            key: "r",
            program: "R, sf",
            words: "Reads the whole collection in one request.".to_owned(),
            text: format!("library(sf)\nfeatures <- st_read(\"{}?f=geojson\")\nsummary(features)", places.download),
        },
        duckdb(places),
        maplibre(places, is_points),
        Recipe {
            key: "excel",
            program: "Excel",
            words: "Data › Get Data › From Other Sources › From Web, with the URL below. The table begins with the mark of UTF-8, so that Chinese is read as Chinese when the file is opened by a double click, too. Excel is licensed software: tried here is that the table is read as UTF-8 with every row, not Excel itself.".to_owned(),
            text: format!("{}?f=csv&bom=true", places.download),
        },
        Recipe {
            key: "curl",
            program: "curl",
            words: "Every format: geojson, geojsonl, csv, fgb, gpkg, parquet, kml.".to_owned(),
            text: format!("curl --fail --output {id}.csv '{}?f=csv'", places.download),
        },
        Recipe {
            key: "python",
            program: "Python, without packages",
            words: "Follows the links from page to page.".to_owned(),
            text: format!("import json, urllib.request\n\naddress, features = \"{}/items?limit=1000\", []\nwhile address:\n    with urllib.request.urlopen(address) as answer:\n        page = json.load(answer)\n    features += page[\"features\"]\n    address = next((link[\"href\"] for link in page[\"links\"] if link[\"rel\"] == \"next\"), None)\nprint(len(features))", places.collection),
        },
    ]
}

fn geopandas(places: &Places) -> Recipe {
    Recipe {
        key: "geopandas",
        program: "geopandas",
        words: "Takes the collection as one GeoPackage; part of it by filter= or bbox=.".to_owned(),
        text: format!(
            "import geopandas\n\nfeatures = geopandas.read_file(\"{}?f=gpkg\")\nprint(features.head())",
            places.download
        ),
    }
}

fn duckdb(places: &Places) -> Recipe {
    let Places { id, download, .. } = places;
    Recipe {
        key: "duckdb",
        program: "DuckDB",
        words: format!(
            "Reads GeoParquet. First: curl --fail --output {id}.parquet '{download}?f=parquet'. With the extensions httpfs and spatial it reads from the address itself, and shapes as GEOMETRY."
        ),
        text: format!("SELECT * FROM read_parquet('{id}.parquet') LIMIT 5;"),
    }
}

fn maplibre(places: &Places, is_points: bool) -> Recipe {
    let Places { id, collection, .. } = places;
    let layer = if is_points {
        "type: \"circle\", paint: {\"circle-color\": \"#1f4e8c\", \"circle-radius\": 5}"
    } else {
        "type: \"fill\", paint: {\"fill-color\": \"#1f4e8c\", \"fill-opacity\": 0.3}"
    };
    Recipe {
        key: "maplibre",
        program: "MapLibre",
        words: "Vector tiles for any number of features, in a map that is there: put this where it has loaded. What is served may be read from every origin.".to_owned(),
        text: format!(
            "map.addSource(\"{id}\", {{type: \"vector\", url: \"{collection}/tiles/WebMercatorQuad/tilejson.json\"}});\nmap.addLayer({{id: \"{id}\", source: \"{id}\", \"source-layer\": \"{id}\", {layer}}});"
        ),
    }
}
