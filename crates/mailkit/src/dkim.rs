//! Checks what a domain signed (DKIM: RFC 6376, 8301 and 8463): whether body and header are still what they were.
//!
//! Reading takes out of a mail what each signature speaks of; judging needs the domain's key, which stands in the DNS and is
//! fetched by whoever may. What is checked are the fields that [`crate::parse_mail`] reads, cut at the same places, so that
//! nobody is shown words that were not looked at.
use crate::header::{Field, decode_base64, unfold};
use crate::mime::{Part, split_part};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY as RSA_1024, UnparsedPublicKey};

/// Signatures of one mail that are looked at, from the top.
const MOST_SIGNATURES: usize = 8;
/// Fields that a signature may name.
const MOST_NAMED: usize = 200;
/// Fields of which a mail has one. With another one on top of it, a reader may see what nobody signed.
const ONLY_ONE: [&str; 10] = [
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// Why a signature does not stand for a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It cannot be read, or asks for what is not known.
    Malformed,
    /// The body is not the one that was signed.
    AlteredBody,
    /// The header is not the one that was signed, or somebody else signed it.
    AlteredHeader,
    /// Only the beginning of the body was signed (`l=`).
    PartialBody,
    /// A field that must be there once is there twice.
    DoubledField,
    /// Signed with SHA-1, or by a key that is too short.
    Weak,
    /// It was good until a moment that was over when the mail came.
    Expired,
    /// The domain shows no such key.
    NoKey,
    /// The domain withdrew the key.
    Revoked,
    /// The domain says that it is only trying.
    Testing,
    /// The key could not be asked for.
    Unreachable,
}

impl Why {
    /// The word that is stored and told.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Malformed => "malformed",
            Why::AlteredBody => "altered_body",
            Why::AlteredHeader => "altered_header",
            Why::PartialBody => "partial_body",
            Why::DoubledField => "doubled_field",
            Why::Weak => "weak",
            Why::Expired => "expired",
            Why::NoKey => "no_key",
            Why::Revoked => "revoked",
            Why::Testing => "testing",
            Why::Unreachable => "unreachable",
        }
    }

    /// The result as RFC 8601 §2.7.1 calls it.
    pub fn result(self) -> &'static str {
        match self {
            Why::AlteredBody | Why::AlteredHeader => "fail",
            Why::PartialBody | Why::DoubledField | Why::Weak => "policy",
            Why::Testing => "neutral",
            Why::Unreachable => "temperror",
            Why::Malformed | Why::Expired | Why::NoKey | Why::Revoked => "permerror",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rsa,
    Ed25519,
}

/// A signature of a mail with what it speaks of, ready to be judged.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The domain that signed, in small letters.
    pub domain: String,
    /// Which of its keys it used.
    pub selector: String,
    /// What is wrong with it whatever the key says.
    fault: Option<Why>,
    algorithm: Algorithm,
    /// Whether it was made in the name of somebody of the very domain, not of one below it.
    is_of_domain: bool,
    /// Seconds since 1970 after which it counts no longer.
    until: Option<i64>,
    signed: Vec<u8>,
    value: Vec<u8>,
}

impl Signature {
    /// Where its key stands in the DNS, as a TXT record. Nothing where no key could make it count.
    pub fn key_name(&self) -> Option<String> {
        self.fault.is_none().then(|| format!("{}._domainkey.{}", self.selector, self.domain))
    }

    /// Judges it by the records at [`Signature::key_name`]; `at` is when the mail came, in seconds since 1970.
    pub fn judge(&self, records: &[Vec<u8>], at: i64) -> Result<(), Why> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.until.is_some_and(|until| until < at) {
            return Err(Why::Expired);
        }
        // Of several records one may be the key (RFC 6376 §3.6.2.2); the first fault is told.
        let mut first = None;
        for record in records {
            match self.judge_by(record) {
                Ok(()) => return Ok(()),
                Err(why) => first = first.or(Some(why)),
            }
        }
        Err(first.unwrap_or(Why::NoKey))
    }

    fn judge_by(&self, record: &[u8]) -> Result<(), Why> {
        let tags = Tags::read(record).ok_or(Why::NoKey)?;
        let lists = |name: &str, word: &str| {
            tags.get(name).is_none_or(|list| list.split(':').any(|one| matches!(one.trim(), "*") || one.trim() == word))
        };
        let kind = tags.get("k").unwrap_or("rsa".into());
        let is_kind = match self.algorithm {
            Algorithm::Rsa => kind == "rsa",
            Algorithm::Ed25519 => kind == "ed25519",
        };
        if tags.get("v").is_some_and(|v| v != "DKIM1") || !is_kind || !lists("h", "sha256") || !lists("s", "email") {
            return Err(Why::NoKey);
        }
        let flags = tags.get("t").unwrap_or_default();
        let has = |flag: &str| flags.split(':').any(|one| one.trim() == flag);
        if has("s") && !self.is_of_domain {
            return Err(Why::NoKey);
        }
        let key = tags.get("p").ok_or(Why::NoKey)?;
        if key.trim().is_empty() {
            return Err(Why::Revoked);
        }
        let key = decode_base64(key.as_bytes());
        let is_good = match self.algorithm {
            Algorithm::Rsa => {
                let key = rsa_key(&key).ok_or(Why::NoKey)?;
                if key.len() < 128 {
                    return Err(Why::Weak);
                }
                // 1024 bits are the least that counts (RFC 8301 §3.2).
                UnparsedPublicKey::new(&RSA_1024, key).verify(&self.signed, &self.value).is_ok()
            }
            Algorithm::Ed25519 => {
                let hash = digest(&SHA256, &self.signed);
                UnparsedPublicKey::new(&ED25519, key).verify(hash.as_ref(), &self.value).is_ok()
            }
        };
        match (is_good, has("y")) {
            (false, _) => Err(Why::AlteredHeader),
            (true, true) => Err(Why::Testing),
            (true, false) => Ok(()),
        }
    }
}

/// The signatures of a mail, from the top.
pub fn read_signatures(bytes: &[u8]) -> Vec<Signature> {
    let part = split_part(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start());
    let is_signature = |field: &&Field<'_>| field.name.eq_ignore_ascii_case(b"DKIM-Signature");
    let fields: Vec<Field<'_>> =
        part.header.fields.iter().filter(is_signature).take(MOST_SIGNATURES).copied().collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let is_doubled = ONLY_ONE.iter().any(|name| part.header.all(name).count() > 1);
    let mut bodies = Bodies::default();
    let mut read = |field: &Field<'_>| {
        let mut signature = read_signature(field, &part, &mut bodies)?;
        if is_doubled {
            signature.fault = signature.fault.or(Some(Why::DoubledField));
        }
        Some(signature)
    };
    fields.iter().filter_map(&mut read).collect()
}

/// When the server that took the mail in wrote that it did, in seconds since 1970: its line stands on top.
pub fn read_received_at(bytes: &[u8]) -> Option<i64> {
    let part = split_part(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start());
    let line = unfold(part.header.first("Received")?).into_owned();
    let date = String::from_utf8_lossy(&line).rsplit_once(';').map(|(_, date)| date.to_owned())?;
    crate::date::read_date(&date).map(|micros| micros / 1_000_000)
}

/// Nothing when it names no domain: then nobody signed.
fn read_signature(field: &Field<'_>, part: &Part<'_>, bodies: &mut Bodies) -> Option<Signature> {
    let tags = Tags::read(field.value);
    let domain = tags.as_ref().and_then(|tags| tags.get("d")).map(|d| d.to_lowercase()).filter(|d| is_host(d))?;
    let tags = tags?;
    let selector = tags.get("s").map(|s| s.to_lowercase()).filter(|s| is_host(s));
    let empty = Signature {
        domain: domain.clone(),
        selector: selector.clone().unwrap_or_default(),
        fault: Some(Why::Malformed),
        algorithm: Algorithm::Rsa,
        is_of_domain: true,
        until: None,
        signed: Vec::new(),
        value: Vec::new(),
    };
    let mut whole = || -> Result<Signature, Why> {
        let need = |name: &str| tags.get(name).filter(|value| !value.is_empty()).ok_or(Why::Malformed);
        let algorithm = match need("a")?.to_lowercase().as_str() {
            "rsa-sha256" => Algorithm::Rsa,
            "ed25519-sha256" => Algorithm::Ed25519,
            "rsa-sha1" => return Err(Why::Weak),
            _ => return Err(Why::Malformed),
        };
        let ways = tags.get("c").unwrap_or_default().to_lowercase();
        let (head, body) = ways.split_once('/').unwrap_or((ways.as_str(), ""));
        let (head, body) = (Way::read(head)?, Way::read(body)?);
        let named: Vec<String> = need("h")?.split(':').map(|name| name.trim().to_lowercase()).collect();
        // It may speak in the name of one below its domain, and must at least sign whom the mail is from.
        let of = tags.get("i").and_then(|i| i.rsplit_once('@').map(|(_, of)| of.to_lowercase()));
        let is_of_domain = of.as_ref().is_none_or(|of| *of == domain);
        let is_below = of.as_ref().is_none_or(|of| of.ends_with(&format!(".{domain}")));
        let is_known =
            need("v")? == "1" && tags.get("q").is_none_or(|q| q.split(':').any(|one| one.trim() == "dns/txt"));
        let is_fit = named.len() <= MOST_NAMED && named.iter().any(|name| name == "from");
        if !is_known || !is_fit || !(is_of_domain || is_below) || selector.is_none() {
            return Err(Why::Malformed);
        }
        let number = |name: &str| tags.get(name).map(|n| n.parse::<u64>().map_err(|_| Why::Malformed)).transpose();
        let until = number("x")?.map(|until| i64::try_from(until).unwrap_or(i64::MAX));
        let body = bodies.get(body, part.body);
        let counted = number("l")?.map(|l| usize::try_from(l).unwrap_or(usize::MAX));
        if counted.is_some_and(|l| l > body.len()) {
            return Err(Why::AlteredBody);
        }
        let hash = digest(&SHA256, &body[..counted.unwrap_or(body.len())]);
        if hash.as_ref() != decode_base64(need("bh")?.as_bytes()) {
            return Err(Why::AlteredBody);
        }
        if counted.is_some_and(|l| l < body.len()) {
            return Err(Why::PartialBody);
        }
        let (value, fault) = (decode_base64(need("b")?.as_bytes()), None);
        let signed = signed_header(part, &named, field, head);
        Ok(Signature { fault, algorithm, is_of_domain, until, signed, value, ..empty.clone() })
    };
    Some(whole().unwrap_or_else(|why| Signature { fault: Some(why), ..empty.clone() }))
}

/// The bytes that were signed of the header: of each name the lowest field that was not taken yet, and the signature's own
/// field without its value.
fn signed_header(part: &Part<'_>, named: &[String], own: &Field<'_>, way: Way) -> Vec<u8> {
    let (mut taken, mut out) = (vec![false; part.header.fields.len()], Vec::new());
    for name in named {
        let is_next = |at: &usize| !taken[*at] && part.header.fields[*at].name.eq_ignore_ascii_case(name.as_bytes());
        if let Some(at) = (0..taken.len()).rev().find(is_next) {
            taken[at] = true;
            let field = part.header.fields[at];
            way.write_field(part.raw, &field, field.value, &mut out);
            out.extend_from_slice(b"\r\n");
        }
    }
    way.write_field(part.raw, own, &without_value(own.value), &mut out);
    out
}

/// A signature field with nothing after `b=`.
fn without_value(raw: &[u8]) -> Vec<u8> {
    let is_value = |tag: &[u8]| tag.split(|b| *b == b'=').next().is_some_and(|name| name.trim_ascii() == b"b");
    let mut tags = Vec::new();
    for tag in raw.split(|b| *b == b';') {
        let end = tag.iter().position(|b| *b == b'=').map_or(tag.len(), |equals| equals + 1);
        tags.push(if is_value(tag) { &tag[..end] } else { tag });
    }
    tags.join(&b';')
}

/// How much of the white space counts (RFC 6376 §3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Simple,
    Relaxed,
}

impl Way {
    fn read(word: &str) -> Result<Way, Why> {
        match word.trim() {
            "" | "simple" => Ok(Way::Simple),
            "relaxed" => Ok(Way::Relaxed),
            _ => Err(Why::Malformed),
        }
    }

    /// A field without the line end that closes it.
    fn write_field(self, raw: &[u8], field: &Field<'_>, value: &[u8], out: &mut Vec<u8>) {
        match self {
            Way::Simple => {
                // White space before the colon counts as well.
                let begin = field.name.as_ptr() as usize - raw.as_ptr() as usize;
                let colon = field.value.as_ptr() as usize - raw.as_ptr() as usize;
                let mut all = raw[begin..colon].to_vec();
                all.extend_from_slice(value);
                let lines: Vec<&[u8]> = lines(&all).collect();
                out.extend_from_slice(&lines.join(&b"\r\n"[..]));
            }
            Way::Relaxed => {
                out.extend(field.name.iter().map(u8::to_ascii_lowercase));
                out.push(b':');
                let words: Vec<&[u8]> = value
                    .split(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
                    .filter(|word| !word.is_empty())
                    .collect();
                out.extend_from_slice(&words.join(&b' '));
            }
        }
    }

    fn write_body(self, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(body.len() + 2);
        // Empty lines at the end do not count.
        let mut end = 0;
        for line in lines(body) {
            match self {
                Way::Simple => out.extend_from_slice(line),
                Way::Relaxed => write_relaxed(line, &mut out),
            }
            let is_empty = out.ends_with(b"\r\n") || out.is_empty();
            out.extend_from_slice(b"\r\n");
            if !is_empty {
                end = out.len();
            }
        }
        out.truncate(end);
        if out.is_empty() && self == Way::Simple {
            out.extend_from_slice(b"\r\n");
        }
        out
    }
}

/// A line with each run of white space as one space, and none at its end.
fn write_relaxed(line: &[u8], out: &mut Vec<u8>) {
    let mut is_space = false;
    for &byte in line {
        if matches!(byte, b' ' | b'\t') {
            is_space = true;
            continue;
        }
        if std::mem::take(&mut is_space) {
            out.push(b' ');
        }
        out.push(byte);
    }
}

/// Lines without their ends, whichever those are; what follows the last end is none unless there is something.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|b| *b == b'\n').map(|line| {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    })
}

/// The body of a mail in both ways, each made once however many signatures there are.
#[derive(Default)]
struct Bodies([Option<Vec<u8>>; 2]);

impl Bodies {
    fn get(&mut self, way: Way, body: &[u8]) -> &[u8] {
        self.0[way as usize].get_or_insert_with(|| way.write_body(body))
    }
}

/// `name=value; …` of signatures and keys (RFC 6376 §3.2), without the white space that folding leaves.
struct Tags(Vec<(String, String)>);

impl Tags {
    fn read(raw: &[u8]) -> Option<Tags> {
        let line = String::from_utf8(unfold(raw).into_owned()).ok()?;
        let mut tags: Vec<(String, String)> = Vec::new();
        for tag in line.split(';').filter(|tag| !tag.trim().is_empty()) {
            let (name, value) = tag.split_once('=')?;
            let name = name.trim().to_owned();
            // A name that is there twice makes the whole list void.
            if tags.iter().any(|(known, _)| *known == name) {
                return None;
            }
            tags.push((name, value.trim().to_owned()));
        }
        Some(Tags(tags))
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    text.len() <= 180 && text.split('.').all(is_label)
}

/// The RSAPublicKey within a SubjectPublicKeyInfo (RFC 5280 §4.1), or the key itself where a domain shows that.
fn rsa_key(der: &[u8]) -> Option<&[u8]> {
    let (tag, inside, _) = read_der(der)?;
    let (first, _, rest) = read_der(inside)?;
    match (tag, first) {
        (0x30, 0x02) => Some(der),
        (0x30, 0x30) => match read_der(rest)? {
            (0x03, bits, _) => bits.strip_prefix(&[0]),
            _ => None,
        },
        _ => None,
    }
}

/// A value of DER: its tag, what it holds, and what follows.
fn read_der(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(short), rest),
        0x81..=0x83 => {
            let (long, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            (long.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (inside, rest) = rest.split_at_checked(length)?;
    Some((tag, inside, rest))
}
