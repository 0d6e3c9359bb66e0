//! What stands on the outside of a mail that a server handed over: whom it was delivered to, and what that server found out
//! about its sender. Both are written by servers, and below theirs anybody may have written the same.
use crate::header::{Fields, read_addresses, unfold};
use crate::mime::split_part;
use crate::{Address, ParsedMail};

/// The outside of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// The addresses it was delivered to, as far as servers wrote them down; a blind copy is seen only here.
    pub delivered_to: Vec<Address>,
    /// What the server that is trusted found out.
    pub results: Option<Results>,
    /// BLAKE3 of the body, whatever its line ends: with the Message-ID it tells a copy from another mail.
    pub body_hash: String,
}

/// Results of checks, each a word such as `pass`, `fail`, `softfail`, `none` (RFC 8601).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results {
    pub spf: Option<String>,
    pub dkim: Option<String>,
    /// The domain that signed, of the result that is told.
    pub dkim_domain: Option<String>,
    pub dmarc: Option<String>,
}

/// Reads the outside of a mail. `server` is the name under which the receiving server writes its results; without it
/// nobody's results count.
pub fn read_envelope(bytes: &[u8], mail: &ParsedMail, server: Option<&str>) -> Envelope {
    let part = split_part(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start());
    const PLACES: [&str; 5] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To"];
    let delivered = PLACES.iter().flat_map(|name| part.header.all(name));
    let mut hasher = blake3::Hasher::new();
    for line in part.body.trim_ascii_end().split(|&b| b == b'\n') {
        hasher.update(line.strip_suffix(b"\r").unwrap_or(line));
        hasher.update(b"\n");
    }
    let from = mail.from.as_ref().and_then(|from| from.email.rsplit_once('@')).map(|(_, domain)| domain.to_lowercase());
    Envelope {
        delivered_to: delivered.flat_map(|raw| read_addresses(raw, None, &mut Vec::new())).collect(),
        results: server.and_then(|server| read_results(&part.header, server, from.as_deref())),
        body_hash: hasher.finalize().to_hex()[..32].to_owned(),
    }
}

/// Whether what a domain signed speaks for an address of another: the same domain, or one below it.
pub fn speaks_for(signer: &str, sender_domain: &str) -> bool {
    let (signer, sender) = (signer.to_lowercase(), sender_domain.to_lowercase());
    sender == signer || signer.contains('.') && sender.strip_suffix(&signer).is_some_and(|below| below.ends_with('.'))
}

/// Only the topmost field counts, and only when the trusted server wrote it: each server writes above what came, so what
/// stands below may have come with the mail.
fn read_results(header: &Fields<'_>, server: &str, from: Option<&str>) -> Option<Results> {
    let raw = header.first("Authentication-Results")?;
    let text = String::from_utf8_lossy(&unfold(raw)).into_owned();
    let mut parts = split_results(&text).into_iter();
    let name = parts.next()?;
    if !name.split_whitespace().next()?.trim_matches('"').eq_ignore_ascii_case(server.trim()) {
        return None;
    }
    let mut results = Results::default();
    for part in parts {
        let mut words = part.split_whitespace();
        let Some((method, result)) = words.next().and_then(|word| word.split_once('=')) else { continue };
        let method = method.split('/').next().unwrap_or_default().to_lowercase();
        let result: String = result.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let property = |name: &str| {
            let found =
                words.clone().filter_map(|word| word.split_once('=')).find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim_matches('"').trim_start_matches('@').to_lowercase())
        };
        match method.as_str() {
            "spf" => results.spf = results.spf.or(Some(result)),
            "dmarc" => results.dmarc = results.dmarc.or(Some(result)),
            "dkim" => {
                let signer = property("header.d").or_else(|| {
                    property("header.i").map(|i| i.rsplit_once('@').map_or(i.clone(), |(_, d)| d.to_owned()))
                });
                let speaks = |signer: &Option<String>| {
                    signer.as_deref().zip(from).is_some_and(|(signer, from)| speaks_for(signer, from))
                };
                // Of several signatures the one that speaks for the sender is told.
                let is_better = results.dkim.is_none()
                    || result == "pass"
                        && (results.dkim.as_deref() != Some("pass")
                            || !speaks(&results.dkim_domain) && speaks(&signer));
                if is_better {
                    (results.dkim, results.dkim_domain) = (Some(result), signer);
                }
            }
            _ => {}
        }
    }
    Some(results)
}

/// Cut at the semicolons that stand neither in quotes nor in comments; comments are left out.
fn split_results(text: &str) -> Vec<String> {
    let (mut parts, mut now) = (Vec::new(), String::new());
    let (mut depth, mut is_quoted, mut is_escaped) = (0usize, false, false);
    for c in text.chars() {
        if std::mem::take(&mut is_escaped) {
            if depth == 0 {
                now.push(c);
            }
            continue;
        }
        match c {
            '\\' if is_quoted || depth > 0 => is_escaped = true,
            '"' if depth == 0 => {
                is_quoted = !is_quoted;
                now.push(c);
            }
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => {
                depth = depth.saturating_sub(1);
                now.push(' ');
            }
            ';' if !is_quoted && depth == 0 => parts.push(std::mem::take(&mut now)),
            // A space inside quotes is no end of a word.
            c if depth == 0 => now.push(if is_quoted && c.is_whitespace() { '_' } else { c }),
            _ => {}
        }
    }
    parts.push(now);
    parts
}
