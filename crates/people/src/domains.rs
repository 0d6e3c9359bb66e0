//! Which mail domains name a company. A domain only ever *proposes* an account.
use flate2::read::GzDecoder;
use std::{io::Read, sync::OnceLock};

static FREE: OnceLock<String> = OnceLock::new();
static DISPOSABLE: OnceLock<String> = OnceLock::new();

fn unpack(bytes: &[u8]) -> String {
    let mut text = String::new();
    // The lists are part of the binary, so a failure here is a broken build, found by the test below.
    GzDecoder::new(bytes).read_to_string(&mut text).expect("a list of mail domains in the binary");
    text
}

/// Binary search over sorted lines, without an index beside them.
fn holds(list: &str, domain: &str) -> bool {
    // In bytes: the middle may fall inside a letter of an international domain.
    let list = list.as_bytes();
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = (low + high) / 2;
        let start = list[..middle].iter().rposition(|byte| *byte == b'\n').map_or(0, |i| i + 1).max(low);
        let end = list[start..].iter().position(|byte| *byte == b'\n').map_or(list.len(), |i| start + i);
        match list[start..end].cmp(domain.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// Whether many who have nothing to do with each other have addresses there.
pub fn is_shared(domain: &str) -> bool {
    holds(FREE.get_or_init(|| unpack(include_bytes!("../lists/free-mail.txt.gz"))), domain)
        || holds(DISPOSABLE.get_or_init(|| unpack(include_bytes!("../lists/disposable-mail.txt.gz"))), domain)
}

/// The registrable domain of a mail address if it can belong to one company: `kim@mail.hanbit.co.kr` → `hanbit.co.kr`.
/// Free-mail and throw-away domains, bare public suffixes, addresses by number and local names give none.
pub fn company_domain(email: &str) -> Option<String> {
    let host = email.rsplit_once('@')?.1.trim().trim_end_matches('.').to_lowercase();
    if !host.is_ascii() && !host.contains('.') || host.starts_with('[') {
        return None;
    }
    let domain = psl::domain(host.as_bytes())?;
    if !domain.suffix().is_known() {
        return None;
    }
    let registrable = std::str::from_utf8(domain.as_bytes()).ok()?.to_owned();
    (!is_shared(&host) && !is_shared(&registrable)).then_some(registrable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_domain_is_the_registrable_one() {
        assert_eq!(company_domain("kim@mail.hanbit.co.kr").as_deref(), Some("hanbit.co.kr"));
        assert_eq!(company_domain("a@a.co.kr"), Some("a.co.kr".into()));
        assert_eq!(company_domain("b@b.co.kr"), Some("b.co.kr".into()));
        assert_eq!(company_domain("Daniel@Fernhill.COM").as_deref(), Some("fernhill.com"));
    }

    #[test]
    fn free_and_throw_away_mail_never_names_a_company() {
        for address in [
            "a@gmail.com",
            "a@naver.com",
            "a@hanmail.net",
            "a@hey.com",
            "a@users.noreply.github.com",
            "a@mailinator.com",
        ] {
            assert_eq!(company_domain(address), None, "{address}");
        }
    }

    #[test]
    fn what_is_no_domain_names_nothing() {
        for address in ["nobody", "a@", "a@localhost", "a@co.kr", "a@com", "a@[127.0.0.1]", "a@127.0.0.1"] {
            assert_eq!(company_domain(address), None, "{address}");
        }
    }

    #[test]
    fn every_line_of_the_lists_is_found_again() {
        for list in
            [include_bytes!("../lists/free-mail.txt.gz").as_slice(), include_bytes!("../lists/disposable-mail.txt.gz")]
        {
            let text = unpack(list);
            let lines: Vec<&str> = text.lines().collect();
            assert!(lines.len() > 10_000 && lines.is_sorted());
            assert!(lines.iter().all(|l| holds(&text, l)));
            assert!(!holds(&text, "") && !holds(&text, "zzzz.zz") && !holds(&text, "0"));
        }
    }
}
