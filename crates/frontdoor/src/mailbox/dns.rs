//! Asking a resolver for the texts at a name (RFC 1035), over TCP (RFC 7766) or TLS (RFC 7858): a connection like any other
//! that leaves the house, through the one way out.
use crate::mailbox::{Reach, Tls};
use crate::model::Reason;
use httpkit::{Fetcher, Wire};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

/// For one question with its connection.
const ANSWER: Duration = Duration::from_secs(5);
const TXT: u16 = 16;
const CNAME: u16 = 5;
/// Names that lead on to other names, one after the other.
const MOST_HOPS: usize = 8;
/// Answers to a name that has no text hold this long, in seconds.
const NOTHING_HOLDS: u32 = 600;

/// What a name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    pub records: Vec<Vec<u8>>,
    /// For how many seconds it holds.
    pub holds: u32,
}

/// A resolver as the owner writes it: `10.0.0.53`, `10.0.0.53:5353`, `tls://dns.example`. None when it is no address.
pub fn read_resolver(text: &str) -> Option<Reach> {
    let (tls, place) = match text.trim().strip_prefix("tls://") {
        Some(place) => (Tls::Tls, place),
        None => (Tls::None, text.trim()),
    };
    let usual = if tls == Tls::Tls { 853 } else { 53 };
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, usual),
        Some((host, port)) => (host, port.strip_prefix(':')?.parse().ok()?),
        None => match place.split_once(':') {
            // More than one colon: an address of IPv6 without a port.
            Some((_, rest)) if rest.contains(':') => (place, usual),
            Some((host, port)) => (host, port.parse().ok()?),
            None => (place, usual),
        },
    };
    let is_host =
        !host.is_empty() && host.len() <= 253 && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
    (is_host && port > 0).then(|| Reach { host: host.to_owned(), port, tls })
}

/// Asks for the texts at a name.
pub async fn ask_texts(fetcher: &Fetcher, resolver: &Reach, name: &str) -> Result<Texts, Reason> {
    let place = format!("{}:{}", resolver.host, resolver.port);
    let fault = |why: &str| Reason::new("mailbox-fault-resolver").arg("place", &place).arg("why", why);
    let question = write_question(rand::random(), name).ok_or_else(|| fault(name))?;
    let asking = async {
        // Keys are no secret: unlike a password they may be asked for in the clear.
        let (tcp, _) = fetcher.open(&resolver.host, resolver.port).await.map_err(|error| fault(&error.to_string()))?;
        let mut wire: Box<dyn Wire> = Box::new(tcp);
        if resolver.tls == Tls::Tls {
            wire = resolver.protect(fetcher, wire).await?;
        }
        exchange(&mut *wire, &question).await.map_err(|error| fault(&error.to_string()))
    };
    let answer =
        timeout(ANSWER, asking).await.map_err(|_| Reason::new("mailbox-fault-slow").arg("place", &place))??;
    read_answer(&question, &answer).map_err(fault)
}

async fn exchange(wire: &mut dyn Wire, question: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut framed = (question.len() as u16).to_be_bytes().to_vec();
    framed.extend_from_slice(question);
    wire.write_all(&framed).await?;
    wire.flush().await?;
    let mut answer = vec![0; usize::from(wire.read_u16().await?)];
    wire.read_exact(&mut answer).await?;
    Ok(answer)
}

/// A question for texts, recursion desired. None when the name cannot be one.
fn write_question(id: u16, name: &str) -> Option<Vec<u8>> {
    let mut out = id.to_be_bytes().to_vec();
    out.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        out.push(u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length))?);
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    out.extend_from_slice(&TXT.to_be_bytes());
    out.extend_from_slice(&[0, 1]);
    (name.len() <= 253).then_some(out)
}

/// The texts in an answer to a question of ours.
fn read_answer(question: &[u8], answer: &[u8]) -> Result<Texts, &'static str> {
    const BROKEN: &str = "the answer cannot be read";
    let mut at = Reader { all: answer, at: 0 };
    let (id, flags) = (at.number().ok_or(BROKEN)?, at.number().ok_or(BROKEN)?);
    let counts = [at.number().ok_or(BROKEN)?, at.number().ok_or(BROKEN)?];
    at.at = 12;
    if id.to_be_bytes() != question[..2] || flags & 0x8000 == 0 || counts[0] != 1 {
        return Err("the answer is to another question");
    }
    let asked = Reader { all: question, at: 12 }.name().ok_or(BROKEN)?;
    if at.name().as_ref() != Some(&asked) || at.number() != Some(TXT) || at.number().is_none() {
        return Err("the answer is to another question");
    }
    match flags & 0xf {
        0 => {}
        3 => return Ok(Texts { records: Vec::new(), holds: NOTHING_HOLDS }),
        2 => return Err("the resolver could not find it out"),
        5 => return Err("the resolver refuses to answer us"),
        _ => return Err("the resolver could not answer"),
    }
    let mut rows = Vec::new();
    for _ in 0..counts[1] {
        let name = at.name().ok_or(BROKEN)?;
        let kind = at.number().ok_or(BROKEN)?;
        at.number().ok_or(BROKEN)?;
        let holds = u32::from(at.number().ok_or(BROKEN)?) << 16 | u32::from(at.number().ok_or(BROKEN)?);
        let length = usize::from(at.number().ok_or(BROKEN)?);
        let begin = at.at;
        let data = at.take(length).ok_or(BROKEN)?;
        rows.push((name, kind, holds, begin, data));
    }
    let (mut name, mut holds) = (asked, u32::MAX);
    for _ in 0..MOST_HOPS {
        let of_name = |row: &&(String, u16, u32, usize, &[u8])| row.0 == name;
        let texts: Vec<_> = rows.iter().filter(of_name).filter(|row| row.1 == TXT).collect();
        if !texts.is_empty() {
            let holds = texts.iter().map(|row| row.2).min().unwrap_or(holds).min(holds);
            return Ok(Texts { records: texts.into_iter().map(|row| join_texts(row.4)).collect(), holds });
        }
        let Some(next) = rows.iter().filter(of_name).find(|row| row.1 == CNAME) else { break };
        holds = holds.min(next.2);
        name = Reader { all: answer, at: next.3 }.name().ok_or(BROKEN)?;
    }
    Ok(Texts { records: Vec::new(), holds: NOTHING_HOLDS })
}

/// The strings of a record, as one.
fn join_texts(mut data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    while let Some((&length, rest)) = data.split_first() {
        let (text, rest) = rest.split_at(usize::from(length).min(rest.len()));
        out.extend_from_slice(text);
        data = rest;
    }
    out
}

struct Reader<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.all.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        self.take(2).map(|two| u16::from_be_bytes([two[0], two[1]]))
    }

    /// A name in small letters. A pointer leads back, never on, so there is an end.
    fn name(&mut self) -> Option<String> {
        let (mut name, mut end, mut lowest) = (String::new(), None, self.at);
        loop {
            let length = self.take(1)?[0];
            match length {
                0 => break,
                1..=63 => {
                    let label = self.take(usize::from(length))?;
                    name.extend(label.iter().map(|byte| char::from(byte.to_ascii_lowercase())));
                    name.push('.');
                }
                0xc0.. => {
                    let to = usize::from(length & 0x3f) << 8 | usize::from(self.take(1)?[0]);
                    end = end.or(Some(self.at));
                    if to >= lowest {
                        return None;
                    }
                    (lowest, self.at) = (to, to);
                }
                _ => return None,
            }
            if name.len() > 255 {
                return None;
            }
        }
        self.at = end.unwrap_or(self.at);
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An answer with rows of (owner, kind, seconds, data).
    fn answer(question: &[u8], code: u8, rows: &[(&[u8], u16, u32, Vec<u8>)]) -> Vec<u8> {
        let mut out = question.to_vec();
        (out[2], out[3], out[7]) = (0x81, 0x80 | code, rows.len() as u8);
        for (owner, kind, seconds, data) in rows {
            out.extend_from_slice(owner);
            out.extend_from_slice(&kind.to_be_bytes());
            out.extend_from_slice(&[0, 1]);
            out.extend_from_slice(&seconds.to_be_bytes());
            out.extend_from_slice(&(data.len() as u16).to_be_bytes());
            out.extend_from_slice(data);
        }
        out
    }

    fn text(words: &[&str]) -> Vec<u8> {
        words.iter().flat_map(|word| [vec![word.len() as u8], word.as_bytes().to_vec()].concat()).collect()
    }

    #[test]
    fn a_resolver_is_an_address_with_or_without_a_port() {
        let reach = |host: &str, port, tls| Some(Reach { host: host.into(), port, tls });
        assert_eq!(read_resolver(" 10.0.0.53 "), reach("10.0.0.53", 53, Tls::None));
        assert_eq!(read_resolver("10.0.0.53:5353"), reach("10.0.0.53", 5353, Tls::None));
        assert_eq!(read_resolver("tls://dns.example"), reach("dns.example", 853, Tls::Tls));
        assert_eq!(read_resolver("2001:db8::53"), reach("2001:db8::53", 53, Tls::None));
        assert_eq!(read_resolver("[2001:db8::53]:54"), reach("2001:db8::53", 54, Tls::None));
        for wrong in ["", "https://dns.example/", "a b", "10.0.0.53:x", "10.0.0.53:0", "tls://", "x:70000"] {
            assert_eq!(read_resolver(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn texts_are_read_through_other_names_and_in_pieces() {
        let question = write_question(7, "R._domainkey.hanok.example").unwrap();
        let here: &[u8] = &[0xc0, 12];
        let simple = answer(&question, 0, &[(here, TXT, 300, text(&["v=DKIM1; ", "p=AB"]))]);
        let found = read_answer(&question, &simple).unwrap();
        assert_eq!(found, Texts { records: vec![b"v=DKIM1; p=AB".to_vec()], holds: 300 });
        let other = [&[3][..], b"key", &[5], b"other", &[0]].concat();
        let rows = [
            (here, CNAME, 60, other.clone()),
            (&other[..], TXT, 300, text(&["k=1"])),
            (&[5, b's', b'p', b'a', b'm', b'y', 0], TXT, 9, text(&["no"])),
        ];
        let led = answer(&question, 0, &rows);
        assert_eq!(read_answer(&question, &led).unwrap(), Texts { records: vec![b"k=1".to_vec()], holds: 60 });
        assert!(read_answer(&question, &answer(&question, 3, &[])).unwrap().records.is_empty());
        let circle = answer(&question, 0, &[(here, CNAME, 60, here.to_vec())]);
        assert!(read_answer(&question, &circle).unwrap().records.is_empty());
        assert!(read_answer(&question, &answer(&question, 2, &[])).is_err());
        let another = write_question(8, "r._domainkey.hanok.example").unwrap();
        assert!(read_answer(&another, &simple).is_err(), "its number is another one");
        let elsewhere = write_question(7, "r._domainkey.evil.example").unwrap();
        assert!(read_answer(&elsewhere, &simple).is_err());
        assert!(read_answer(&question, &question).is_err(), "a question is no answer");
        assert_eq!(write_question(1, &"a".repeat(64)), None);
        assert_eq!(write_question(1, "a..b"), None);
    }

    proptest! {
        #[test]
        fn any_answer_is_read(bytes in prop::collection::vec(any::<u8>(), 0..300), count in 0u8..4) {
            let question = write_question(0, "a.example").unwrap();
            let mut all = question.clone();
            (all[2], all[7]) = (0x81, count);
            all.extend_from_slice(&bytes);
            let _ = read_answer(&question, &all);
            let _ = read_answer(&question, &bytes);
        }
    }
}
