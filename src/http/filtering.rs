//! Conditions in CQL2, the order and the parts of the answer, as parameters.

use serde_json::{Value as Json, json};

use super::openapi::parameter;
use super::problem::Problem;
use super::query::Query;
use crate::domain::{Feature, FieldType, RegisteredCrs, Schema};
use crate::filter::{Filter, MAX_STEPS};
use crate::formats::cql2::{self, InvalidCql2};
use crate::store::{Collection, Selection, SortKey};

/// The conformance classes of this module.
pub(super) const CLASSES: [&str; 17] = [
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
];

/// The languages of a condition.
pub(super) const LANGUAGES: [&str; 2] = ["cql2-text", "cql2-json"];

/// The most fields to sort by.
const MAX_SORT_KEYS: usize = 8;

/// Takes the condition, in the language and the reference system that are named.
///
/// # Errors
///
/// [`Problem`] with the place of what is wrong; without a condition, its language and its reference
/// system say nothing and are refused.
pub(super) fn filter(query: &mut Query, schema: &Schema) -> Result<Option<Filter>, Problem> {
    let language = query.read_as("filter-lang", |text| {
        let known = LANGUAGES.contains(&text).then(|| text.to_owned());
        known.ok_or_else(|| format!("`{text}` is not one of {}", LANGUAGES.join(", ")))
    })?;
    let crs: Option<RegisteredCrs> = query.read_as("filter-crs", str::parse)?;
    let Some(text) = query.take("filter") else {
        let alone = [("filter-lang", language.is_some()), ("filter-crs", crs.is_some())];
        return match alone.iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(Problem::parameter(name, "it says nothing without `filter`")),
            None => Ok(None),
        };
    };
    let crs = crs.unwrap_or_default();
    let read = match language.as_deref() {
        Some("cql2-json") => cql2::from_json(&text, crs),
        _ => cql2::from_text(&text, crs),
    };
    let expression = read.map_err(|error| match error {
        InvalidCql2::TooLong(_) => Problem::TooLong(error.to_string()),
        other => Problem::parameter("filter", other),
    })?;
    let filter = Filter::new(schema, expression);
    filter.map(Some).map_err(|error| Problem::parameter("filter", error))
}

/// Refuses what would take too many steps.
pub(super) fn check_steps(collection: &Collection, selection: &Selection) -> Result<(), Problem> {
    let has_texts = |filter: &Filter| !filter.byte_costs().is_empty();
    let is_cheap = !selection.filter.as_ref().is_some_and(has_texts)
        && collection.most_steps(selection) <= MAX_STEPS;
    let steps = if is_cheap { 0 } else { collection.steps(selection) };
    if steps <= MAX_STEPS {
        return Ok(());
    }
    let words = format!(
        "it would take {steps} steps on this collection, and {MAX_STEPS} are allowed: simplify it, or narrow it by a box, an equality or a range"
    );
    Err(Problem::parameter("filter", words))
}

/// Takes the fields to sort by: `name`, `+name` or `-name`, parted by commas.
pub(super) fn sort_keys(query: &mut Query, schema: &Schema) -> Result<Vec<SortKey>, Problem> {
    let keys = query.read_as("sortby", |text| {
        let keys: Vec<SortKey> =
            text.split(',').map(|part| sort_key(part, schema)).collect::<Result<_, _>>()?;
        if keys.len() > MAX_SORT_KEYS {
            return Err(format!("at most {MAX_SORT_KEYS} fields can be sorted by"));
        }
        Ok(keys)
    })?;
    Ok(keys.unwrap_or_default())
}

fn sort_key(part: &str, schema: &Schema) -> Result<SortKey, String> {
    // A plus that was not encoded arrives as a space.
    let name = part.trim_start_matches(['+', ' ', '-']);
    let field = field(name, schema)?;
    if schema.fields()[field].field_type == FieldType::List {
        return Err(format!("`{name}` holds lists, which have no order"));
    }
    Ok(SortKey { field, descending: part.starts_with('-') })
}

fn field(name: &str, schema: &Schema) -> Result<usize, String> {
    schema.position(name).ok_or_else(|| {
        let fields = schema.fields().iter().map(|field| field.name.as_str());
        let meant = cql2::nearest(name, fields);
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        format!("there is no field `{name}`{meant}")
    })
}

/// Says which parts of a feature are answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Parts {
    /// The places of the fields, in the schema's order; `None` for all.
    fields: Option<Vec<usize>>,
    skips_geometry: bool,
}

impl Parts {
    /// Takes `properties`, and `skipGeometry` under its two names.
    pub(super) fn of(query: &mut Query, schema: &Schema) -> Result<Self, Problem> {
        let fields = query.read_as("properties", |text| {
            let places = text.split(',').map(|name| field(name.trim(), schema));
            let mut places: Vec<usize> = places.collect::<Result<_, String>>()?;
            places.sort_unstable();
            places.dedup();
            Ok::<_, String>(places)
        })?;
        let skips = flag(query, "skipGeometry")?;
        let skips = skips.or(flag(query, "skip-geometry")?);
        Ok(Self { fields, skips_geometry: skips.unwrap_or(false) })
    }

    /// Whether the whole of each feature is answered.
    pub(super) fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// The fields that are answered.
    pub(super) fn schema(&self, schema: &Schema) -> Schema {
        let kept =
            |places: &Vec<usize>| places.iter().map(|&n| schema.fields()[n].clone()).collect();
        self.fields.as_ref().map_or_else(|| schema.clone(), |places| Schema::new(kept(places)))
    }

    /// The parts of a feature that are answered.
    pub(super) fn feature(&self, feature: &Feature) -> Feature {
        let geometry = if self.skips_geometry { None } else { feature.to_geometry() };
        let kept =
            |places: &Vec<usize>| places.iter().map(|&n| feature.values[n].clone()).collect();
        let values = self.fields.as_ref().map_or_else(|| feature.values.to_vec(), kept);
        Feature::new(feature.id.clone(), geometry, values)
    }
}

/// Takes a parameter that is `true` or `false`.
pub(super) fn flag(query: &mut Query, name: &str) -> Result<Option<bool>, Problem> {
    query.read_as(name, |text| {
        text.parse::<bool>().map_err(|_| format!("`{text}` is not true or false"))
    })
}

/// Describes the parameters of this module, by their names.
pub(super) fn parameters() -> Json {
    let text = json!({"type": "string", "minLength": 1, "maxLength": cql2::MAX_BYTES});
    let names = json!({"type": "array", "minItems": 1, "items": {"type": "string"}});
    let words = format!(
        "A condition in CQL2 (OGC 21-065r2); fields are those of /queryables. Beyond the standard: S_DWITHIN(geometry, POINT(lon lat), 5, 'km'), true on the ellipsoid, with 'm' or 'km'. In T_ functions `year` is the whole year; fields of days and instants are compared with DATE and TIMESTAMP, a day being the whole of it. At most {} bytes, {} operators, values and names, {} deep, {} positions, {MAX_STEPS} steps, which take some seconds, and 30 seconds, after which a filter is called off, as it is when its client leaves: the features that no index rules out, times the parts of the filter, the positions of their lines and areas, times those of its geometries, and the bytes of their texts, times the longest stretch of a pattern, which a text in the middle (`%park%`) is compared with from each byte on. What PostgreSQL answers of a filter ends after 25 s, and the rest counts its steps feature by feature",
        cql2::MAX_BYTES,
        cql2::MAX_NODES,
        cql2::MAX_DEPTH,
        cql2::MAX_VERTICES
    );
    let languages = json!({"type": "string", "enum": LANGUAGES, "default": LANGUAGES[0]});
    let no = json!({"type": "boolean", "default": false});
    json!({
        "filter": parameter("filter", &words, &text),
        "filter-lang": parameter("filter-lang", "The language of `filter`", &languages),
        "filter-crs": parameter("filter-crs", "The reference system of the geometries in `filter`; its order of axes counts", &super::crs::schema()),
        "sortby": parameter("sortby", "Fields to sort by, each with + (the least first) or - in front; null comes last, equal features keep their order", &names),
        "properties": parameter("properties", "The fields that are answered; all without it", &names),
        "skipGeometry": parameter("skipGeometry", "Whether to leave the geometry out", &no),
        "skip-geometry": parameter("skip-geometry", "Another name of `skipGeometry`", &no),
        "hits": parameter("hits", "Whether to count only: numberMatched, and no features", &no),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Field;

    fn schema() -> Schema {
        Schema::new(vec![
            Field::new("name", FieldType::Text, ""),
            Field::new("codes", FieldType::List, ""),
        ])
    }

    #[test]
    fn a_plus_may_arrive_as_a_space() {
        let keys = |text: &str| sort_keys(&mut Query::read(text).unwrap(), &schema());
        let name = |descending| Ok(vec![SortKey { field: 0, descending }]);
        assert_eq!(keys("sortby=+name"), name(false));
        assert_eq!(keys("sortby=%2Bname"), name(false));
        assert_eq!(keys("sortby=-name"), name(true));
        assert!(keys("sortby=").is_err() && keys("sortby=codes").is_err());
        let refused = keys("sortby=nam").unwrap_err().to_string();
        assert!(refused.contains("did you mean `name`?"), "{refused}");
    }

    #[test]
    fn a_language_without_a_filter_is_refused() {
        let read = |text: &str| filter(&mut Query::read(text).unwrap(), &schema());
        assert_eq!(read(""), Ok(None));
        assert!(read("filter-lang=cql2-text").is_err());
        assert!(read("filter=name='a'&filter-lang=cql").is_err());
        assert!(read("filter=name='a'&filter-lang=cql2-text").unwrap().is_some());
        let json = r#"filter={"op":"isNull","args":[{"property":"name"}]}&filter-lang=cql2-json"#;
        assert!(read(json).unwrap().is_some());
    }
}
