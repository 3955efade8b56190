//! `jidi serve --check`: is the service that runs there ready? For the health checks of containers.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value as Json;

/// How long the service may take to connect and to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The most that is read of an answer, in bytes.
const MAX_ANSWER: u64 = 1024 * 1024;

/// Asks the service on an address whether it is ready: 0 when it is, 1 with the reasons when not.
pub(super) fn run(listen: SocketAddr) -> anyhow::Result<ExitCode> {
    let address = reachable(listen);
    let answer = ask(address).with_context(|| format!("nothing answers on http://{address}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let is_ready = head.split_whitespace().nth(1) == Some("200");
    if is_ready {
        writeln!(std::io::stdout(), "ready on http://{address}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let report: Json = serde_json::from_str(body).unwrap_or_default();
    let reasons = report["reasons"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let reasons: Vec<&str> = reasons.collect();
    let status = head.lines().next().unwrap_or_default();
    anyhow::bail!("not ready on http://{address} ({status}): {}", reasons.join("; "))
}

/// Where a service that listens on every address is reached from its own machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(
        stream,
        "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(MAX_ANSWER).read_to_string(&mut answer)?;
    Ok(answer)
}
