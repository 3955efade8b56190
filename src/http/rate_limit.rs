//! How often may one client ask? So many requests a second, and so many at once.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;

use super::client_address::client;
use super::health::is_operation;
use super::problem::Problem;
use super::service::Service;

/// How many clients one generation remembers; two are kept, some 8 MB at most.
const CLIENTS: usize = 65_536;

/// Says how often one client may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a second, lastingly.
    pub per_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
}

impl RateLimit {
    /// How far one request moves a bucket.
    fn step(self) -> Duration {
        Duration::from_secs(1) / self.per_second.get()
    }

    /// How far a bucket may be ahead of the clock.
    fn tolerance(self) -> Duration {
        self.step() * (self.burst.get() - 1)
    }

    /// Takes a request from the bucket that is full again at `full_at`.
    ///
    /// # Shape
    ///
    /// When the bucket is full again afterwards, or how long the client must wait.
    ///
    /// # References
    ///
    /// The generic cell rate algorithm, ITU-T Recommendation I.371, annex A.
    fn take(self, full_at: Option<Instant>, now: Instant) -> Result<Instant, Duration> {
        let full_at = full_at.map_or(now, |full_at| full_at.max(now));
        let wait = (full_at - now).saturating_sub(self.tolerance());
        if wait.is_zero() { Ok(full_at + self.step()) } else { Err(wait) }
    }
}

/// Remembers the buckets of the clients that asked of late, in bounded memory.
///
/// When one generation is complete it becomes the older one, and the one before is forgotten: by
/// then its clients have not asked while 65,536 others did, and begin anew.
#[derive(Debug)]
struct Buckets {
    limit: RateLimit,
    capacity: usize,
    young: HashMap<IpAddr, Instant>,
    old: HashMap<IpAddr, Instant>,
}

impl Buckets {
    fn new(limit: RateLimit, capacity: usize) -> Self {
        Self { limit, capacity, young: HashMap::new(), old: HashMap::new() }
    }

    fn take(&mut self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let known = self.young.get(&client).or_else(|| self.old.get(&client));
        let full_at = self.limit.take(known.copied(), now)?;
        if self.young.len() >= self.capacity && !self.young.contains_key(&client) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(client, full_at);
        Ok(())
    }
}

/// Limits the requests of each client.
#[derive(Debug)]
pub(super) struct RateLimiter {
    service: Arc<Service>,
    buckets: Mutex<Buckets>,
}

impl RateLimiter {
    pub(super) fn new(limit: RateLimit, service: Arc<Service>) -> Self {
        Self { service, buckets: Mutex::new(Buckets::new(limit, CLIENTS)) }
    }

    /// Takes a request, or says how long its client must wait.
    fn take(&self, request: &Request) -> Result<(), Duration> {
        // Who comes over no network at all shares one bucket.
        let client =
            client(request, self.service.trust_proxy).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(client, Instant::now())
    }
}

impl RateLimiter {
    /// Refuses a request whose client asks too often; whoever watches the service is never refused.
    ///
    /// # Errors
    ///
    /// [`Problem::TooManyRequests`].
    pub(super) fn check(&self, request: &Request) -> Result<(), Problem> {
        if is_operation(request.uri().path()) {
            return Ok(());
        }
        self.take(request).map_err(|wait| {
            self.service.metrics.rate_limited.inc();
            Problem::TooManyRequests { retry_after_s: whole_seconds(wait) }
        })
    }
}

/// The seconds after which the wait is over.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(per_second: u32, burst: u32) -> RateLimit {
        RateLimit {
            per_second: NonZeroU32::new(per_second).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        }
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(number))
    }

    #[test]
    fn a_burst_passes_then_one_request_for_each_step() {
        // 10 a second is one each 100 ms; three at once, the fourth waits for the first to return.
        let mut buckets = Buckets::new(limit(10, 3), 8);
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        for _ in 0..3 {
            assert_eq!(buckets.take(address(1), at(0)), Ok(()));
        }
        assert_eq!(buckets.take(address(1), at(0)), Err(Duration::from_millis(100)));
        assert_eq!(buckets.take(address(2), at(0)), Ok(()), "another client is not held up");
        assert_eq!(buckets.take(address(1), at(60)), Err(Duration::from_millis(40)));
        assert_eq!(buckets.take(address(1), at(100)), Ok(()));
        assert_eq!(buckets.take(address(1), at(100)), Err(Duration::from_millis(100)));
        // After a pause the burst is whole again, and no more than whole.
        for _ in 0..3 {
            assert_eq!(buckets.take(address(1), at(10_000)), Ok(()));
        }
        assert!(buckets.take(address(1), at(10_000)).is_err());
    }

    #[test]
    fn a_flood_of_addresses_fills_two_generations_and_no_more() {
        let mut buckets = Buckets::new(limit(1, 1), 100);
        let now = Instant::now();
        for number in 0..10_000 {
            assert_eq!(buckets.take(address(number), now), Ok(()));
        }
        assert!(buckets.young.len() <= 100 && buckets.old.len() <= 100);
        assert!(buckets.take(address(9_999), now).is_err(), "who asked last is still known");
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_and_never_too_short() {
        assert_eq!(whole_seconds(Duration::from_millis(40)), 1);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
        assert_eq!(whole_seconds(Duration::from_millis(2001)), 3);
    }
}
