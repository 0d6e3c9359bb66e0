//! Where we are reached and from where we are called: the public address, networks we trust, the caller's address.
use crate::{ApiError, AppState};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

/// `https://voice.example.com`: scheme, host and port, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl Default for PublicUrl {
    fn default() -> PublicUrl {
        PublicUrl("http://127.0.0.1:7420".into())
    }
}

impl PublicUrl {
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a page of ours: `path` begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether a page of this origin is ours: the public one, or the very host the request was sent to.
    pub fn is_ours(&self, origin: &str, host: Option<&str>) -> bool {
        let Some((_, origin_host)) = origin.split_once("://") else { return false };
        origin == self.0 || host.is_some_and(|host| origin_host.eq_ignore_ascii_case(host) && host != self.host())
    }
}

impl FromStr for PublicUrl {
    type Err = String;
    fn from_str(text: &str) -> Result<PublicUrl, String> {
        let trimmed = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let host = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(PublicUrl(trimmed)),
            _ => Err(format!("“{text}” is not an address such as https://voice.example.com")),
        }
    }
}

/// A network such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        let left_bits = |a: u128, width: u8| if self.bits == 0 { 0 } else { a >> (width - self.bits) };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => left_bits(a.to_bits().into(), 32) == left_bits(b.to_bits().into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => left_bits(a.to_bits(), 128) == left_bits(b.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;
    fn from_str(text: &str) -> Result<Network, String> {
        let bad = || format!("“{text}” is not a network such as 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.trim().parse()).map_err(|_| bad())?;
        if bits > most { Err(bad()) } else { Ok(Network { address, bits }) }
    }
}

/// The caller's address: of the connection, or what a trusted proxy says it is.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddr(pub IpAddr);

impl ClientAddr {
    /// Walks `X-Forwarded-For` from the right and stops at the first address that is not a trusted proxy's:
    /// whatever stands further left was written by the caller and proves nothing.
    fn find(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut client = peer.to_canonical();
        let forwarded = headers.get_all("x-forwarded-for");
        let mut named: Vec<&str> =
            forwarded.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
        while is_trusted(client) {
            match named.pop().and_then(|text| text.trim().parse::<IpAddr>().ok()) {
                Some(address) => client = address.to_canonical(),
                None => break,
            }
        }
        client
    }

    /// The network that one attacker surely holds: an IPv4 address, or the /64 of an IPv6 one.
    pub fn bucket(&self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("{}/64", std::net::Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        }
    }
}

impl FromRequestParts<AppState> for ClientAddr {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Ok(ClientAddr(ClientAddr::find(peer, &parts.headers, &app.trusted_proxies)))
    }
}

/// Refuses a changing request that a page of another site made a browser send. Browsers say where a request comes
/// from (`Sec-Fetch-Site`, or at least `Origin`); programs say neither, and have no cookie that could be abused.
pub(crate) fn refuse_other_sites(parts: &Parts, app: &AppState) -> Result<(), ApiError> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if parts.method.is_safe() || parts.headers.contains_key("authorization") {
        return Ok(());
    }
    let ours = match (header("sec-fetch-site"), header("origin")) {
        (Some("same-origin" | "none"), _) => true,
        (_, Some(origin)) => app.public_url.is_ours(origin, header("host")),
        (Some(_), None) => false,
        (None, None) => true,
    };
    if ours { Ok(()) } else { Err(ApiError::other_site()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_knows_its_addresses() {
        let net: Network = "10.1.0.0/16".parse().unwrap();
        assert!(net.contains(ip("10.1.255.3")) && !net.contains(ip("10.2.0.1")) && net.contains(ip("::ffff:10.1.2.3")));
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains(ip("203.0.113.9")));
        assert!(!"2001:db8::/32".parse::<Network>().unwrap().contains(ip("2001:db9::1")));
        assert!("10.0.0.0/33".parse::<Network>().is_err() && "ten".parse::<Network>().is_err());
    }

    #[test]
    fn what_a_stranger_claims_about_its_address_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "1.1.1.1, 198.51.100.7, 10.0.0.2".parse().unwrap());
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(ClientAddr::find(ip("10.0.0.1"), &headers, &proxies), ip("198.51.100.7"));
        assert_eq!(ClientAddr::find(ip("203.0.113.5"), &headers, &proxies), ip("203.0.113.5"));
        assert_eq!(ClientAddr::find(ip("10.0.0.1"), &HeaderMap::new(), &proxies), ip("10.0.0.1"));
        assert_eq!(ClientAddr(ip("2001:db8:1:2:3::9")).bucket(), "2001:db8:1:2::/64");
    }

    #[test]
    fn only_our_own_origin_is_ours() {
        let url: PublicUrl = "https://Voice.example.com/".parse().unwrap();
        assert!(url.is_ours("https://voice.example.com", Some("voice.example.com")));
        assert!(
            !url.is_ours("http://voice.example.com", Some("voice.example.com")),
            "a downgraded page is another origin"
        );
        assert!(url.is_ours("http://127.0.0.1:7420", Some("127.0.0.1:7420")));
        assert!(!url.is_ours("https://evil.example", Some("voice.example.com")));
        assert!(!url.is_ours("null", None));
        assert!("ftp://x".parse::<PublicUrl>().is_err() && "https://x/y".parse::<PublicUrl>().is_err());
    }
}
