//! Who asks? The address of the client, also behind a proxy.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::Request;
use axum::http::HeaderMap;

/// Holds the address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// Finds whom a request counts for.
///
/// Behind a trusted proxy that is the last address of `X-Forwarded-For`, the one that the proxy
/// itself saw; those before it are what the client claims. Addresses of IPv6 count by their
/// network of 64 bits, which is what one client is given. `None` when nothing is known.
pub(super) fn client(request: &Request, trust_proxy: bool) -> Option<IpAddr> {
    let forwarded = if trust_proxy { forwarded(request.headers()) } else { None };
    let peer = || request.extensions().get::<Peer>().map(|peer| peer.0);
    forwarded.or_else(peer).map(network)
}

/// The last address of the last `X-Forwarded-For`, with or without a port.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let hop = last.rsplit(',').next()?.trim();
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn seen(forwarded: &[&str], trust_proxy: bool) -> Option<String> {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Peer("10.0.0.1".parse().unwrap()));
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().unwrap());
        }
        client(&request, trust_proxy).map(|address| address.to_string())
    }

    #[test]
    fn only_the_hop_that_the_proxy_saw_counts_and_only_behind_one() {
        assert_eq!(seen(&["6.6.6.6, 192.0.2.7"], true).as_deref(), Some("192.0.2.7"));
        assert_eq!(seen(&["6.6.6.6", "192.0.2.8:443"], true).as_deref(), Some("192.0.2.8"));
        assert_eq!(seen(&["192.0.2.7"], false).as_deref(), Some("10.0.0.1"));
        assert_eq!(seen(&["unknown"], true).as_deref(), Some("10.0.0.1"));
        assert_eq!(seen(&[], true).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn a_network_of_ipv6_is_one_client_and_ipv4_inside_it_is_ipv4() {
        assert_eq!(seen(&["2001:db8:1:2:3:4:5:6"], true).as_deref(), Some("2001:db8:1:2::"));
        assert_eq!(seen(&["[2001:db8:1:2::9]:443"], true).as_deref(), Some("2001:db8:1:2::"));
        assert_eq!(seen(&["[2001:db8:1:2::9]"], true).as_deref(), Some("2001:db8:1:2::"));
        assert_eq!(seen(&["::ffff:192.0.2.7"], true).as_deref(), Some("192.0.2.7"));
    }
}
