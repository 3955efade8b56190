//! What the service measures of itself, as Prometheus reads it.
//!
//! What happens is counted where it happens; what simply is (how many features, how much memory)
//! is looked up when somebody asks. A new measure is a field of [`Metrics`] and a line in `new`.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use prometheus::core::Collector;
use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

use super::ask::Ask;
use super::health::checks;
use super::jobs::Status;
use super::problem::Problem;
use super::reply;
use super::service::Service;
use super::upload;
use crate::store::Asked;

/// The text format of Prometheus, version 0.0.4.
pub(super) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The upper bounds of the latencies, in seconds: from a page out of memory to the time limit.
const SECONDS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Holds the measures of one service; copies share them.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    durations: HistogramVec,
    answer_bytes: IntCounterVec,
    /// Requests whose answer is not yet sent.
    pub(super) in_flight: IntGauge,
    /// Requests refused because their client asks too often.
    pub(super) rate_limited: IntCounter,
    checks: IntGaugeVec,
    features: IntGaugeVec,
    jobs: IntGaugeVec,
    /// Jobs that have ended, by process and status.
    pub(super) jobs_ended: IntCounterVec,
    /// Analyses that have ended while a client waited, or left, by process and status.
    pub(super) runs_ended: IntCounterVec,
    edits: IntCounterVec,
    store_failures: IntCounterVec,
    /// Time from a change asked for until it is on the disk.
    pub(super) edit_durations: prometheus::Histogram,
    name_keys: IntGauge,
    name_bytes: IntGauge,
    resident_bytes: IntGauge,
}

/// What is said of the runs that have ended.
const RUNS: &str =
    "Analyses that a client waited for: answered, refused, or called off when it left";

impl Metrics {
    /// Begins to measure, all at zero.
    ///
    /// # Errors
    ///
    /// [`prometheus::Error`] when two measures have one name or a name is none.
    pub fn new() -> Result<Self, prometheus::Error> {
        let all = Measures(Registry::new());
        let began = "When the process began, in seconds since 1970";
        let started = all.add(Gauge::new("process_start_time_seconds", began)?)?;
        started.set(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64());
        let program = "The program: its version and the fingerprint of its code";
        all.gauges("jidi_build_info", program, &["version", "code"])?
            .with_label_values(&[env!("CARGO_PKG_VERSION"), env!("JIDI_CODE_FINGERPRINT")])
            .set(1);
        let refused = "Requests refused because their client asks too often";
        Ok(Self {
            durations: all.add(HistogramVec::new(
                HistogramOpts::new(
                    "jidi_http_request_duration_seconds",
                    "Time from the head of a request to the head of its answer",
                )
                .buckets(SECONDS.to_vec()),
                &["route", "method", "status"],
            )?)?,
            answer_bytes: all.counters(
                "jidi_http_response_bytes_total",
                "Bytes of answers as they were sent, without their heads",
                &["route"],
            )?,
            in_flight: all
                .gauge("jidi_http_requests_in_flight", "Requests whose answer is not yet sent")?,
            rate_limited: all.add(IntCounter::new("jidi_http_rate_limited_total", refused)?)?,
            checks: all.gauges(
                "jidi_check_up",
                "1 while a part of the service is there or left out on purpose, 0 while it is down",
                &["check"],
            )?,
            features: all.gauges(
                "jidi_collection_features",
                "Features of a collection",
                &["collection"],
            )?,
            jobs: all.gauges("jidi_jobs", "Jobs that wait or run", &["status"])?,
            jobs_ended: all.counters(
                "jidi_jobs_ended_total",
                "Jobs that have ended",
                &["process", "status"],
            )?,
            runs_ended: all.counters("jidi_runs_ended_total", RUNS, &["process", "status"])?,
            edits: all.counters(
                "jidi_store_edits_total",
                "Edits that were made, or refused for what they ask",
                &["outcome"],
            )?,
            store_failures: all.counters(
                "jidi_store_failures_total",
                "How often the store failed",
                &["asked"],
            )?,
            edit_durations: all.add(prometheus::Histogram::with_opts(
                HistogramOpts::new(
                    "jidi_store_edit_duration_seconds",
                    "Time from a change asked for until it is on the disk",
                )
                .buckets(SECONDS.to_vec()),
            )?)?,
            name_keys: all
                .gauge("jidi_names_index_keys", "Names of China that the geocoder knows")?,
            name_bytes: all.gauge("jidi_names_index_bytes", "Size of the index of these names")?,
            resident_bytes: all.gauge(
                "process_resident_memory_bytes",
                "Memory that the process holds; 0 where it cannot be told",
            )?,
            registry: all.0,
        })
    }

    /// Counts a request that was answered.
    pub(super) fn answered(
        &self,
        route: &str,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let labels = [route, method_label(method), class(status)];
        self.durations.with_label_values(&labels).observe(took.as_secs_f64());
    }

    /// Counts bytes of an answer that were sent.
    pub(super) fn sent(&self, route: &str, bytes: u64) {
        self.answer_bytes.with_label_values(&[route]).inc_by(bytes);
    }

    /// Looks up what is, and writes all measures.
    fn text(&self, service: &Service) -> Result<String, prometheus::Error> {
        let catalog = service.catalog();
        for (name, is_up) in checks(service, &catalog) {
            self.checks.with_label_values(&[name]).set(i64::from(is_up));
        }
        self.features.reset();
        let open = catalog.collections.iter().filter(|one| !catalog.is_private(&one.about().id));
        for collection in open {
            let features = self.features.with_label_values(&[collection.about().id.as_str()]);
            features.set(whole(collection.len()));
        }
        for (status, count) in service.jobs.open() {
            self.jobs.with_label_values(&[status]).set(whole(count));
        }
        for status in [Status::Successful, Status::Failed, Status::Dismissed] {
            self.jobs_ended.with_label_values(&[upload::PROCESS, status.as_str()]);
        }
        let store = service.store.clone().unwrap_or_default();
        let (made, refused) = store.edits();
        set(&self.edits, "made", made);
        set(&self.edits, "refused", refused);
        set(&self.store_failures, "read", store.failures(Asked::Read));
        set(&self.store_failures, "write", store.failures(Asked::Write));
        let (keys, bytes) = catalog.places.gazetteer.names().size();
        self.name_keys.set(whole(keys));
        self.name_bytes.set(whole(bytes));
        self.resident_bytes.set(whole(resident_bytes().unwrap_or(0)));
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(service): State<Arc<Service>>, ask: Ask) -> Result<Response, Problem> {
    ask.query.finish(&[])?;
    let text = service.metrics.text(&service).map_err(|error| {
        tracing::error!(%error, "the metrics could not be written");
        Problem::Status(StatusCode::INTERNAL_SERVER_ERROR)
    })?;
    Ok(reply::bytes(MEDIA_TYPE, text))
}

/// Makes measures and adds them to a registry.
struct Measures(Registry);

impl Measures {
    /// Adds a measure, and hands it back to be used.
    fn add<M: Collector + Clone + 'static>(&self, measure: M) -> Result<M, prometheus::Error> {
        self.0.register(Box::new(measure.clone()))?;
        Ok(measure)
    }

    fn gauge(&self, name: &str, words: &str) -> Result<IntGauge, prometheus::Error> {
        self.add(IntGauge::new(name, words)?)
    }

    fn counters(
        &self,
        name: &str,
        words: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, prometheus::Error> {
        self.add(IntCounterVec::new(Opts::new(name, words), labels)?)
    }

    fn gauges(
        &self,
        name: &str,
        words: &str,
        labels: &[&str],
    ) -> Result<IntGaugeVec, prometheus::Error> {
        self.add(IntGaugeVec::new(Opts::new(name, words), labels)?)
    }
}

/// The name of a method; what clients invent shares one, so that they cannot make series.
fn method_label(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// Sets a counter to what was counted elsewhere.
fn set(counters: &IntCounterVec, label: &str, count: u64) {
    let counter = counters.with_label_values(&[label]);
    counter.reset();
    counter.inc_by(count);
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The memory that the process holds, as Linux tells it.
fn resident_bytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
