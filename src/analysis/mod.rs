//! What pattern do the bases make? One method, one file.
//!
//! Everything here is a function of positions, weights and labels given as slices; it knows nothing
//! of collections, JSON or HTTP. Distances are great circles in metres on a sphere of radius
//! [`SPHERE_RADIUS_M`](crate::index::geodesic::SPHERE_RADIUS_M). What is undefined is `None`,
//! never 0 or NaN. Chance comes from a seed, by streams that do not depend on threads.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points are numbered by u32, and places in a list are made of shares and distances"
)]
#![expect(
    clippy::doc_markdown,
    clippy::many_single_char_names,
    clippy::similar_names,
    reason = "formulas are written as the papers write them; sizes stand at sites"
)]

pub mod autocorrelation;
pub mod chart;
mod chord_counts;
pub mod coagglomeration;
pub mod colocation_local;
pub mod colocation_quotient;
pub mod dbscan;
pub mod ellison_glaeser;
pub mod envelope;
pub mod false_discovery;
pub mod hdbscan;
pub mod hierarchy;
pub mod honesty;
pub mod hull;
pub mod hypergeometric;
pub mod join_count;
pub mod kd_density;
pub mod kernel_density;
pub mod labellings;
pub mod local;
pub mod marcon_puech;
pub mod merges;
mod near_sites;
pub mod nulls;
pub mod optics;
pub mod p_values;
pub mod pair_spread;
pub mod quotient_bootstrap;
pub mod random;
pub mod reference_draws;
pub mod regions;
pub mod related;
pub mod related_all;
pub mod relatedness;
pub mod relatedness_density;
pub mod ripley;
pub mod spanning_tree;
pub mod stability;
pub mod union_find;
pub mod validity;
pub mod weights;
pub mod window;

pub use dbscan::{ClusterId, Clustering, dbscan};
pub use union_find::UnionFind;
