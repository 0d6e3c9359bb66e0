//! The one way out to other computers: over HTTP, and for mail. Only to public addresses, unless the operator allows a network: a name is
//! resolved, its addresses are checked, and those are the ones that are called; redirects are
//! followed only where pictures are fetched, and looked at like any other address.
use crate::Network;
use axum::http::{Request, Response, Uri, header, request};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use sha2::Sha256;
use std::{
    error::Error,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

const CONNECT: Duration = Duration::from_secs(5);
/// From the first byte of a request to the last of its answer.
const WHOLE: Duration = Duration::from_secs(15);
/// Of an answer only this much is taken.
const MOST_ANSWER: usize = 4_096;
const MOST_FORM_ANSWER: usize = 65_536;
/// How often an address may lead to another.
const MOST_LED: usize = 3;

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("this is not an http or https address without a name and password in it")]
    Address,
    #[error("{0} is an address inside; whoever runs this server can allow it with outside_networks")]
    Inside(String),
    #[error("no answer within {} seconds", WHOLE.as_secs())]
    Slow,
    #[error("{0}")]
    Unreachable(String),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    tls: TlsConnector,
    allowed: Arc<[Network]>,
}

/// Both ways of a connection, plain or encrypted.
pub trait Wire: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> Wire for T {}

impl Fetcher {
    /// `allowed` are networks that are not public and may be called all the same.
    pub fn new(allowed: Vec<Network>) -> Fetcher {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows the usual versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Fetcher { tls: Arc::new(tls).into(), allowed: allowed.into() }
    }

    /// An address that may be called, as far as that can be said before its name is resolved.
    pub fn check(&self, url: &str) -> Result<Url, FetchError> {
        let url = Url::parse(url).map_err(|_| FetchError::Address)?;
        let is_plain =
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let ip = match url.host().filter(|_| is_plain).ok_or(FetchError::Address)? {
            Host::Ipv4(ip) => IpAddr::V4(ip),
            Host::Ipv6(ip) => IpAddr::V6(ip),
            // What a name leads to is seen when it is resolved.
            Host::Domain(_) => return Ok(url),
        };
        if may_call(ip, &self.allowed) { Ok(url) } else { Err(FetchError::Inside(ip.to_string())) }
    }

    /// Sends a JSON body with some headers; the status of the answer. A redirect is an answer like any other.
    pub async fn post(&self, url: &str, headers: &[(&str, String)], body: String) -> Result<u16, FetchError> {
        let url = self.check(url)?;
        // What is answered is of no use; hearing a short answer out lets the other side end in peace.
        let exchange = self.exchange(&url, "application/json", headers, body, MOST_ANSWER);
        timeout(WHOLE, exchange).await.map_err(|_| FetchError::Slow)?.map(|(status, _)| status)
    }

    /// Sends a form that holds secrets, so over https, except to an inner address that the operator allows; the status of
    /// the answer and its text.
    pub async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<(u16, String), FetchError> {
        let url = self.check(url)?;
        let is_inner = url.host_str().and_then(|host| host.parse().ok()).is_some_and(|ip| !is_public(ip));
        if url.scheme() != "https" && !is_inner {
            return Err(FetchError::Address);
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let exchange = self.exchange(&url, "application/x-www-form-urlencoded", &[], body, MOST_FORM_ANSWER);
        let (status, answer) = timeout(WHOLE, exchange).await.map_err(|_| FetchError::Slow)??;
        Ok((status, String::from_utf8_lossy(&answer).into_owned()))
    }

    /// The bytes at an address, at most so many; where it leads elsewhere, each address is looked at anew. None where there
    /// are none or more.
    pub async fn get(&self, url: &str, most: usize) -> Result<Option<Bytes>, FetchError> {
        timeout(WHOLE, self.get_now(url, most)).await.map_err(|_| FetchError::Slow)?
    }

    async fn get_now(&self, url: &str, most: usize) -> Result<Option<Bytes>, FetchError> {
        let mut url = self.check(url)?;
        for _ in 0..=MOST_LED {
            let (connections, answer) = self.ask(&url, Request::get("/").header(header::ACCEPT, "image/*"), "").await?;
            if !answer.status().is_redirection() {
                let is_there = answer.status().is_success();
                let heard = Limited::new(answer.into_body(), most).collect().await;
                drop(connections);
                return Ok(heard.ok().filter(|_| is_there).map(|all| all.to_bytes()));
            }
            let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            let to = to.and_then(|to| url.join(to).ok()).ok_or(FetchError::Address)?;
            url = self.check(to.as_str())?;
        }
        Ok(None)
    }

    async fn exchange(
        &self,
        url: &Url,
        kind: &'static str,
        headers: &[(&str, String)],
        body: String,
        most: usize,
    ) -> Result<(u16, Bytes), FetchError> {
        let mut request =
            Request::post("/").header(header::CONTENT_TYPE, kind).header(header::ACCEPT, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let (_connections, answer) = self.ask(url, request, body).await?;
        let status = answer.status().as_u16();
        let heard = Limited::new(answer.into_body(), most).collect().await;
        Ok((status, heard.map(|all| all.to_bytes()).unwrap_or_default()))
    }

    /// Sends a request, whatever address it was begun with, to `url`. The connection ends with the set, whichever way its
    /// owner is left.
    async fn ask(
        &self,
        url: &Url,
        request: request::Builder,
        body: impl Into<Bytes>,
    ) -> Result<(JoinSet<hyper::Result<()>>, Response<Incoming>), FetchError> {
        let host = url.host_str().unwrap_or_default();
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let target: Uri = url[url::Position::BeforePath..url::Position::AfterQuery].parse().map_err(unreachable)?;
        let request = request
            .uri(target)
            .header(header::HOST, authority)
            .header(header::USER_AGENT, concat!("sarang/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(body.into()))
            .map_err(unreachable)?;
        let stream = self.connect(url).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
        let mut connections = JoinSet::new();
        connections.spawn(connection);
        let answer = sender.send_request(request).await.map_err(unreachable)?;
        Ok((connections, answer))
    }

    async fn connect(&self, url: &Url) -> Result<Box<dyn Wire>, FetchError> {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let (tcp, _) = self.open(host, url.port_or_known_default().unwrap_or(443)).await?;
        if url.scheme() == "http" { Ok(Box::new(tcp)) } else { self.protect(host, Box::new(tcp)).await }
    }

    /// A connection to one of the addresses that the name leads to and that may be called, and whether that is a public one.
    pub async fn open(&self, host: &str, port: u16) -> Result<(TcpStream, bool), FetchError> {
        let connecting = async {
            let found: Vec<SocketAddr> = lookup_host((host, port)).await?.collect();
            let outside: Vec<SocketAddr> = found.into_iter().filter(|a| may_call(a.ip(), &self.allowed)).collect();
            if outside.is_empty() { Ok(None) } else { TcpStream::connect(&outside[..]).await.map(Some) }
        };
        let tcp: io::Result<Option<TcpStream>> = timeout(CONNECT, connecting).await.map_err(|_| FetchError::Slow)?;
        let tcp = tcp.map_err(unreachable)?.ok_or_else(|| FetchError::Inside(host.to_owned()))?;
        let is_public = tcp.peer_addr().is_ok_and(|peer| is_public(peer.ip()));
        Ok((tcp, is_public))
    }

    /// Encrypts a connection to a host, whose certificate must be good.
    pub async fn protect(&self, host: &str, wire: Box<dyn Wire>) -> Result<Box<dyn Wire>, FetchError> {
        let name = ServerName::try_from(host.to_owned()).map_err(unreachable)?;
        Ok(Box::new(self.tls.connect(name, wire).await.map_err(unreachable)?))
    }
}

/// The innermost cause says what happened.
fn unreachable(error: impl Error) -> FetchError {
    let mut cause: &dyn Error = &error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    FetchError::Unreachable(cause.to_string())
}

fn may_call(ip: IpAddr, allowed: &[Network]) -> bool {
    is_public(ip) || allowed.iter().any(|network| network.contains(ip))
}

/// Whether an address belongs to the public internet (IANA's special-purpose registries, RFC 6890 and its updates).
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let special = matches!(
                (a, b, c),
                (0 | 10 | 127 | 224.., _, _)
                    | (100, 64..=127, _)
                    | (169, 254, _)
                    | (172, 16..=31, _)
                    | (192, 168, _)
                    | (192, 0, 0 | 2)
                    | (192, 88, 99)
                    | (198, 18 | 19, _)
                    | (198, 51, 100)
                    | (203, 0, 113)
            );
            !special
        }
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Global unicast without the ranges that stand for something else: addresses of IPv4 hidden in IPv6 are judged as such.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let s = v6.segments();
    let hidden = |high: u16, low: u16| {
        let bits = u32::from(high) << 16 | u32::from(low);
        is_public(IpAddr::V4(bits.into()))
    };
    match s {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => hidden(high, low),
        [0x2002, high, low, ..] => hidden(high, low),
        // Protocol assignments with Teredo, benchmarking, ORCHID; documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// What signs messages of a webhook: random, known to us and to whoever receives them.
pub fn new_signing_secret() -> String {
    let bytes: [u8; 24] = rand::random();
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// The signature of a message by the Standard Webhooks specification, version 1: HMAC-SHA256 of id, seconds and body.
pub fn sign_message(secret: &str, id: &str, seconds: i64, body: &str) -> String {
    let coded = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = STANDARD.decode(coded).unwrap_or_else(|_| coded.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Whether a body is signed with a secret: HMAC-SHA256 in hexadecimal digits, with or without `sha256=` before them.
/// Compared in constant time.
pub fn is_signed(secret: &str, body: &[u8], signature: &str) -> bool {
    let digits = signature.strip_prefix("sha256=").unwrap_or(signature).as_bytes();
    let byte = |two: &[u8]| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok();
    let Some(bytes) = digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>() else { return false };
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    mac.verify_slice(&bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::"]
        {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn an_address_inside_is_refused_however_it_is_written() {
        let fetcher = Fetcher::new(vec![]);
        for inside in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://[::1]:80/",
            "http://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
        ] {
            assert!(matches!(fetcher.check(inside), Err(FetchError::Inside(_))), "{inside}");
        }
        for other in ["ftp://example.com/", "file:///etc/passwd", "https://a:b@example.com/", "nonsense", "https://"] {
            assert!(matches!(fetcher.check(other), Err(FetchError::Address)), "{other}");
        }
        assert!(fetcher.check("https://example.com/hook?x=1").is_ok());
        assert!(Fetcher::new(vec!["127.0.0.1".parse().unwrap()]).check("http://127.0.0.1:9/").is_ok());
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_when_it_is_resolved() {
        let refused = Fetcher::new(vec![]).post("http://localhost:9/", &[], "{}".into()).await.unwrap_err();
        assert!(refused.to_string().contains("inside"), "{refused}");
    }

    /// The value that the reference libraries of the specification test against.
    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        let body = "{\"test\": 2432232314}";
        let signed =
            sign_message("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_ne!(new_signing_secret(), new_signing_secret());
    }
}
