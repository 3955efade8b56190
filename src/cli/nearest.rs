//! `jidi nearest`: the features nearest to a position or to another feature.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{ArgGroup, Args};

use super::DataArgs;
use super::table::{self, Align};
use crate::domain::{Feature, LonLat, Schema, Value};
use crate::formats::{Contents, Format, Layout};
use crate::store::{Found, NearestQuery};

/// Find the features nearest to a position or to another feature
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("from").required(true).args(["at", "to"])),
    after_help = "Distances are geodesics on the WGS 84 ellipsoid. Examples:\n  jidi nearest bases --to base-09 -k 3\n  jidi nearest hubs --at 116.4,39.9 --within-km 50 --json"
)]
pub(super) struct NearestArgs {
    /// Collection to search, such as bases or hubs
    collection: String,
    /// Position to search around, in degrees
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    at: Option<LonLat>,
    /// Feature to search around; it is left out
    #[arg(long, value_name = "ID")]
    to: Option<String>,
    /// How many at most
    #[arg(short, default_value_t = 5, value_parser = count)]
    k: usize,
    /// How far at most, in km
    #[arg(long, value_name = "KM", value_parser = kilometres, allow_hyphen_values = true)]
    within_km: Option<f64>,
    /// Only what matches a condition in CQL2 Text, or in CQL2 JSON
    #[arg(long, value_name = "CQL2")]
    filter: Option<String>,
    /// Write GeoJSON instead of a table
    #[arg(long)]
    json: bool,
}

fn count(text: &str) -> Result<usize, String> {
    let refused = || format!("`{text}` is not a whole number from 1");
    text.parse().ok().filter(|&k| k > 0).ok_or_else(refused)
}

fn kilometres(text: &str) -> Result<f64, String> {
    let refused =
        || format!("`{text}` is not a distance in km: write a number from 0, such as 300");
    text.parse().ok().filter(|km: &f64| km.is_finite() && *km >= 0.0).ok_or_else(refused)
}

pub(super) fn run(args: &NearestArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let catalog = data.load()?;
    let collection = super::collection(&catalog, &args.collection)?;
    let leave_out = match &args.to {
        None => None,
        Some(id) => Some(collection.find(id)?.ok_or_else(|| {
            anyhow::anyhow!("the collection `{}` has no feature `{id}`", args.collection)
        })?),
    };
    let from = args.at.or_else(|| leave_out.as_deref().and_then(Feature::position));
    let from = from.ok_or_else(|| anyhow::anyhow!("nobody knows where that feature is"))?;
    let within_m = args.within_km.map(|km| km * 1000.0);
    let filter = super::filter::read(args.filter.as_deref(), collection)?;
    let (equals, filter, leave_out) = (&[], filter.as_ref(), leave_out.as_deref());
    let query = NearestQuery { from, k: args.k, within_m, leave_out, equals, filter };
    let found = collection.nearest(&query)?.ok_or_else(|| {
        anyhow::anyhow!(
            "nearest is answered for collections of points, and `{}` holds areas",
            args.collection
        )
    })?;
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
        let layout = Layout::new(true);
        let contents = Contents { schema: &found.schema, ..collection.contents() };
        Format::GeoJson.write(&mut out, contents, found.features.iter(), layout)?;
    } else {
        write_table(&mut out, &found)?;
    }
    out.flush()?;
    if found.features.is_empty() {
        eprintln!("Nothing is that near.");
    }
    Ok(ExitCode::SUCCESS)
}

fn write_table(out: &mut dyn Write, found: &Found) -> io::Result<()> {
    let columns = [
        ("rank", Align::Right),
        ("km", Align::Right),
        ("to", Align::Left),
        ("id", Align::Left),
        ("name", Align::Left),
        ("industry", Align::Left),
    ];
    let rows: Vec<Vec<String>> =
        found.features.iter().map(|feature| row(&found.schema, feature)).collect();
    table::write(out, &columns, &rows)
}

fn row(schema: &Schema, feature: &Feature) -> Vec<String> {
    let value = |name: &str| schema.position(name).map_or(&Value::Null, |at| &feature.values[at]);
    let number = |name: &str| match value(name) {
        Value::Real(number) => Some(*number),
        _ => None,
    };
    let text = |name: &str| match value(name) {
        Value::Text(text) => text.to_string(),
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    };
    let km = number("distance_m").map(|metres| format!("{:.1}", metres / 1000.0));
    vec![
        text("rank"),
        km.unwrap_or_default(),
        number("bearing_deg").map(compass).unwrap_or_default().to_owned(),
        feature.id.as_str().to_owned(),
        text("name"),
        text("industry"),
    ]
}

/// Names a direction as one of eight.
fn compass(bearing_deg: f64) -> &'static str {
    const EIGHT: [(f64, &str); 8] = [
        (22.5, "N"),
        (67.5, "NE"),
        (112.5, "E"),
        (157.5, "SE"),
        (202.5, "S"),
        (247.5, "SW"),
        (292.5, "W"),
        (337.5, "NW"),
    ];
    EIGHT.iter().find(|(end, _)| bearing_deg < *end).map_or("N", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_is_the_nearest_of_eight() {
        assert_eq!(
            [0.0, 22.4, 22.5, 180.0, 337.4, 359.9].map(compass),
            ["N", "N", "NE", "S", "NW", "N"]
        );
    }
}
