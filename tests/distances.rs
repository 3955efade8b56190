//! The process `distances`: tables and curves of the bases and hubs, and of points of a literal test.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::cli::run;
use crate::client::{get, post};

fn bases(query: &str) -> Json {
    get(&format!("/collections/bases/distances?{query}")).json()
}

fn hubs(query: &str) -> Json {
    get(&format!("/collections/hubs/distances?{query}")).json()
}

fn numbers(list: &Json) -> Vec<Option<f64>> {
    serde_json::from_value(list.clone()).unwrap()
}

/// Forty sites near Wuhan by a rule: ten of one industry at the corner, with sizes from 1 to 7.
fn forty() -> (Vec<[f64; 2]>, Vec<&'static str>, Vec<f64>) {
    let position = |n: u32| {
        let (x, y) = (n * 37 % 41, n * 23 % 43);
        let scale = if n < 10 { 0.004 } else { 0.02 };
        [114.0 + scale * f64::from(x), 30.0 + scale * f64::from(y)]
    };
    let positions = (0..40).map(position).collect();
    let industries = (0..40).map(|n| if n < 10 { "glass" } else { "steel" }).collect();
    (positions, industries, (0..40).map(|n| f64::from(1 + n % 7)).collect())
}

fn forty_features() -> Json {
    let (positions, industries, sizes) = forty();
    let feature = |n: usize| {
        json!({"type": "Feature", "id": format!("s{n}"),
            "properties": {"industry": industries[n], "staff": sizes[n]},
            "geometry": {"type": "Point", "coordinates": positions[n]}})
    };
    json!({"type": "FeatureCollection", "features": (0..40).map(feature).collect::<Vec<_>>()})
}

fn executed(more: Json) -> (StatusCode, Json) {
    let mut inputs = more;
    inputs["features"] = forty_features();
    let answer = post("/processes/distances/execution", &json!({"inputs": inputs}).to_string());
    (answer.status, answer.json())
}

/// The haversine formula, in metres on the sphere of the service.
fn haversine_m(a: [f64; 2], b: [f64; 2]) -> f64 {
    let [[lon, lat], [other_lon, other_lat]] = [a, b].map(|at| at.map(f64::to_radians));
    let h = ((other_lat - lat) / 2.0).sin().powi(2)
        + lat.cos() * other_lat.cos() * ((other_lon - lon) / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().asin()
}

#[test]
fn each_base_has_its_nearest_one() {
    let answer = bases("");
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &answer["statistic"]), (11, &json!("nearest")));
    // Changshu and Taicang, Liuyang and Yueyang, Tongnan and Suining: each the other's.
    for (id, other, km) in [("base-03", "base-05", 40.0), ("base-09", "base-10", 44.2)] {
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        assert_eq!((&row["nearest"], &row["is_mutual"]), (&json!(other), &json!(true)), "{row}");
        assert!((row["distance_m"].as_f64().unwrap() / 1000.0 - km).abs() < 0.5, "{row}");
    }
    assert!(answer["mean_km"].as_f64().unwrap() > answer["median_km"].as_f64().unwrap() / 2.0);
    assert!(bases("lang=zh")["summary"].as_str().unwrap().contains("11个点"), "{answer}");
    let none = get("/collections/bases/distances?bbox=0,0,1,1").json();
    assert_eq!((&none["n"], &none["rows"]), (&json!(0), &json!([])));
    assert!(none["reasons"]["rows"].as_str().unwrap().contains("at least two"), "{none}");
}

#[test]
fn clark_and_evans_of_the_bases_hang_on_the_window() {
    let answer = bases("statistic=clark_evans&simulations=199");
    let rows = answer["rows"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["window"] == name).unwrap().clone();
    let value = |name: &str| row(name)["value"].as_f64().unwrap();
    assert_eq!(rows.len(), 6);
    // The windows grow, so the same points look dispersed in the first and clustered in the last.
    assert!(value("hull") > 1.2 && value("mainland") < 0.8, "{answer}");
    assert!(value("hull") > value("box") && value("provinces") > value("mainland"));
    let area = row("mainland")["area_km2"].as_f64().unwrap();
    assert!((area / 9.41e6 - 1.0).abs() < 0.02, "{area}");
    assert!(row("mainland")["p_clustered"].as_f64().unwrap() < 0.1);
    assert!(answer["summary"].as_str().unwrap().contains("hangs on the window"), "{answer}");
    assert!(answer["warnings"][0]["message"].as_str().unwrap().contains("at least three"));
    // A p-value belongs to the index that was drawn for, and is on its side of 1.
    assert_eq!(
        (&answer["p_value_is_of"], &answer["z_value_is_of"]),
        (&json!("simulated"), &json!("value"))
    );
    for row in rows {
        let of = |name: &str| row[name].as_f64().unwrap();
        assert_eq!(of("simulated") < 1.0, of("p_clustered") < of("p_dispersed"), "{row}");
        let is_apart = (of("value") < 1.0) != (of("corrected") < 1.0);
        assert_eq!(row["is_contradictory"], json!(is_apart), "{row}");
    }
    let is_any = rows.iter().any(|row| row["is_contradictory"] == true);
    assert_eq!(answer["warnings"].to_string().contains("edge_decides"), is_any, "{rows:?}");
    assert!(is_any, "the edge decides in one of the windows: {rows:?}");
}

#[test]
fn points_that_share_a_position_are_counted_in_a_warning() {
    let shared = |answer: &Json| {
        let warnings = answer["warnings"].as_array().unwrap().iter();
        warnings
            .clone()
            .find(|one| one["code"] == "shared_positions")
            .map(|one| one["count"].clone())
    };
    // Written out: of 949 hubs, how many have a position that another has.
    let all = get("/collections/hubs/items?limit=10000&decimals=9").json();
    let mut places: Vec<String> = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["geometry"]["coordinates"].to_string())
        .filter(|at| at != "null")
        .collect();
    places.sort_unstable();
    let told: usize = places.chunk_by(|a, b| a == b).map(<[String]>::len).filter(|n| *n > 1).sum();
    assert!(told > 500, "{told}");
    for query in [
        "distances?",
        "distances?statistic=kd&industry=electronics&simulations=19&steps=2",
        "clusters?rounds=1&simulations=19",
        "colocation?simulations=19",
    ] {
        let answer = get(&format!("/collections/hubs/{query}")).json();
        assert_eq!(shared(&answer), Some(json!(told)), "{query}: {}", answer["warnings"]);
    }
    assert_eq!(shared(&bases("")), None);
    let (_, apart) = executed(json!({"statistic": "nearest"}));
    assert_eq!(shared(&apart), None, "forty sites by a rule, each at its own place");
}

#[test]
fn so_few_points_have_no_curve_but_a_reason() {
    for (query, reason) in [
        ("statistic=k&null=csr", "at least 30"),
        ("statistic=l&null=csr&lang=zh", "至少需要30"),
        ("statistic=kd&industry=electronics", "at least 10"),
        ("statistic=k&null=sites&industry=materials", "at least 30"),
    ] {
        let answer = bases(query);
        assert_eq!(answer["r_m"], json!([]), "{query}");
        for list in ["observed", "expected", "mean", "lo", "hi", "global_lo", "global_hi"] {
            assert_eq!(answer[list], json!([]), "{query} {list}");
        }
        assert!(answer["global_p"].is_null());
        let said = answer["reasons"]["observed"].as_str().unwrap();
        assert!(said.contains(reason), "{query}: {said}");
    }
}

#[test]
fn the_bases_among_all_zones_have_a_k_density() {
    let answer = bases("statistic=kd&simulations=199&steps=4");
    assert_eq!((&answer["points"], &answer["unit"]), (&json!(11), &json!("1/m")));
    assert!(answer["others"].as_u64().unwrap() > 900);
    for list in ["r_m", "observed", "expected", "mean", "lo", "hi", "global_lo", "global_hi"] {
        assert_eq!(answer[list].as_array().unwrap().len(), 5, "{list}");
    }
    let bins = &answer["bins"];
    let peak = numbers(&answer["observed"]).into_iter().flatten().fold(0.0, f64::max);
    assert!(bins["greatest_error"].as_f64().is_some_and(|off| off > 0.0 && off < 1e-3 * peak));
    assert_eq!(bins["is_observed_exact"], true);
    let p = answer["global_p"].as_f64().unwrap();
    assert!(p > 0.05, "eleven bases are placed as any eleven zones: {p}");
    assert!(answer["summary"].as_str().unwrap().contains("nothing can be told from chance"));
    // What chance draws on average is the density of all distances.
    for (mean, expected) in numbers(&answer["mean"]).iter().zip(numbers(&answer["expected"])) {
        assert!((mean.unwrap() / expected.unwrap() - 1.0).abs() < 0.2, "{answer}");
    }
    assert_eq!(bases("statistic=kd&simulations=199&steps=4"), answer, "the same again");
    assert_ne!(bases("statistic=kd&simulations=199&steps=4&seed=2")["mean"], answer["mean"]);
}

#[test]
fn an_industry_of_the_hubs_is_compared_with_the_others() {
    let m = hubs("statistic=m&industry=biomedicine&simulations=99&steps=5&max_km=300");
    assert_eq!(numbers(&m["expected"]), [Some(1.0); 6]);
    assert!(m["global_p"].is_number() && m["method"]["parameters"]["null"]["value"] == "sites");
    assert_eq!(
        m["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["code"] == "few_simulations")
            .count(),
        1
    );
    let cross = hubs("statistic=cross_k&industry=biomedicine,electronics&simulations=19&steps=3");
    assert_eq!(cross["method"]["parameters"]["null"]["value"], "labels");
    assert!(cross["neighbors"].as_u64().unwrap() > 10 && cross["unit"] == "m2");
    let l = hubs("statistic=l&simulations=19&steps=3&max_km=100&window=mainland&null=csr");
    let (observed, mean) = (numbers(&l["observed"]), numbers(&l["mean"]));
    assert!(observed[3] > mean[3], "zones stand in cities, strewn points anywhere: {l}");
    assert!(l["warnings"].to_string().contains("another one gives another curve"));
    assert_eq!(l["global_p"], json!(0.05), "one of twenty");
}

#[test]
fn the_cost_of_a_k_density_is_that_of_those_asked_about() {
    let foreseen = |query: &str| {
        let query = format!("statistic=kd&simulations=999&estimate=true{query}");
        let told = hubs(&query)["estimate"]["seconds"].as_f64().unwrap();
        (hubs(&query)["n"].as_u64().unwrap(), told)
    };
    let (all, seconds) = foreseen("");
    let (some, fewer) = foreseen("&industry=electronics");
    assert!(all == 949 && some > 50 && some < 200, "{all} {some}");
    assert!(fewer < seconds / 4.0, "{fewer} {seconds}");
}

#[test]
fn k_and_m_are_their_definitions() {
    let (positions, industries, sizes) = forty();
    let glass: Vec<usize> = (0..40).filter(|&n| industries[n] == "glass").collect();
    let asked = json!({"statistic": "m", "industry": "glass", "weight": "staff", "max_km": 30,
        "steps": 3, "simulations": 19});
    let (status, answer) = executed(asked);
    assert_eq!(status, StatusCode::OK, "{answer}");
    let m = |radius_m: f64, size: &dyn Fn(usize) -> f64| {
        let (all, of_glass): (f64, f64) =
            ((0..40).map(size).sum(), glass.iter().map(|&n| size(n)).sum());
        let (mut above, mut below) = (0.0, 0.0);
        for &i in &glass {
            let near = |j: &usize| *j != i && haversine_m(positions[i], positions[*j]) <= radius_m;
            let of_all: f64 = (0..40).filter(near).map(size).sum();
            let of_both: f64 = glass.iter().copied().filter(near).map(size).sum();
            if of_all > 0.0 {
                above += of_both / of_all;
                below += (of_glass - size(i)) / (all - size(i));
            }
        }
        (below > 0.0).then_some(above / below)
    };
    let check = |found: &Json, size: &dyn Fn(usize) -> f64| {
        for (at, found) in numbers(found).iter().enumerate().skip(1) {
            let told = m(10_000.0 * at as f64, size);
            assert!((found.unwrap() - told.unwrap()).abs() < 1e-6, "{at}: {found:?} {told:?}");
        }
    };
    check(&answer["observed"], &|n| sizes[n]);
    check(&answer["unweighted"]["observed"], &|_| 1.0);
    assert!(numbers(&answer["observed"])[1] > Some(1.5), "glass stands in one corner: {answer}");
    // Sizes 1 to 7, then 1 to 3: 34 in all.
    assert!((answer["largest_share"].as_f64().unwrap() - 7.0 / 34.0).abs() < 1e-5);
    let asked = json!({"statistic": "k", "window": "box", "max_km": 30, "steps": 3,
        "simulations": 19});
    let (_, k) = executed(asked);
    let lon = positions.iter().map(|at| at[0]);
    let lat = positions.iter().map(|at| at[1]);
    let span = |of: &mut dyn Iterator<Item = f64>| {
        let all: Vec<f64> = of.collect();
        [all.iter().copied().fold(f64::MAX, f64::min), all.iter().copied().fold(f64::MIN, f64::max)]
    };
    let ([west, east], [south, north]) = (span(&mut lon.clone()), span(&mut lat.clone()));
    let area = 6_371_008.8_f64.powi(2)
        * (east - west).to_radians()
        * (north.to_radians().sin() - south.to_radians().sin());
    for (at, found) in numbers(&k["observed"]).iter().enumerate() {
        let near = |i: usize, j: usize| {
            i != j && haversine_m(positions[i], positions[j]) <= 10_000.0 * at as f64
        };
        let pairs = (0..40).map(|i| (0..40).filter(|&j| near(i, j)).count()).sum::<usize>();
        let told = area * pairs as f64 / (40.0 * 39.0);
        assert!((found.unwrap() - told).abs() <= 1e-6 * told.max(1.0), "{at}: {found:?} {told}");
    }
}

#[test]
fn what_a_statistic_cannot_take_is_refused_with_what_it_can() {
    let bad = [
        ("statistic=ripley", "one of nearest"),
        ("weight=year", "has no use for it"),
        ("statistic=clark_evans&max_km=5", "has no use for it"),
        ("statistic=m&window=box&industry=materials", "has no use for it"),
        ("statistic=kd&industry=cheese", "no point has `cheese`"),
        ("statistic=kd&by=colour&industry=red", "is no property here"),
        ("statistic=kd&by=industry", "give that, too"),
        ("statistic=kd&null=csr&industry=materials", "labels or sites"),
        ("statistic=kd&null=labels", "give `industry`"),
        ("statistic=kd&reference=none", "every site is asked about"),
        ("statistic=kd&reference=nowhere", "there is no collection `nowhere`"),
        ("statistic=k&null=csr&reference=hubs", "leave it out"),
        ("statistic=cross_k&industry=materials", "give two"),
        ("statistic=kd&weight=colour", "`colour` is no property"),
        ("statistic=kd&weight=name", "is no number"),
        ("statistic=k&steps=0", "from 1"),
        ("statistic=k&max_km=-1", "above 0"),
        ("statistic=k&correction=translation", "one of none, border, isotropic"),
    ];
    for (query, right) in bad {
        let answer = get(&format!("/collections/bases/distances?{query}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
        assert!(answer.text().contains(right), "{query}: {}", answer.text());
    }
    for (asked, right) in [
        (json!({"statistic": "kd", "industry": "glass", "weight": "industry"}), "is no number"),
        (
            json!({"statistic": "m", "industry": "glass", "weight": "staff", "reference": "hubs"}),
            "of a site of the reference",
        ),
    ] {
        let (status, refused) = executed(asked);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
        assert!(refused["detail"].as_str().unwrap().contains(right), "{refused}");
    }
}

#[test]
fn the_command_prints_a_table_for_a_reader_and_json_for_a_program() {
    let folder = std::env::temp_dir().join(format!("jidi-distances-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("out.json").to_str().unwrap().to_owned();
    let (code, out, words) = run(&["run", "distances", "bases", "-o", &file]);
    assert!(code == 0 && out.is_empty(), "{words}");
    assert!(words.contains("nearest_name") && words.contains("11 points"), "{words}");
    let written: Json = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(written["rows"].as_array().unwrap().len(), 11);
    let (code, _, words) = run(&[
        "run",
        "distances",
        "bases",
        "--statistic",
        "kd",
        "--simulations",
        "19",
        "--steps",
        "3",
        "-o",
        &file,
    ]);
    assert!(code == 0 && words.contains("distance_km") && words.contains("global_hi"), "{words}");
    std::fs::remove_dir_all(folder).unwrap();
    let (code, _, words) = run(&["run", "distances", "bases", "--weight", "year"]);
    assert!(code == 2 && words.contains("--weight is refused"), "{words}");
}
