//! The enquiries that the purposes are learned from: written by hand for this project, in Korean and English.
use super::place_of;

const TABLE: &str = include_str!("../../purposes/enquiries.tsv");
const FRESH: &str = include_str!("../../purposes/fresh.tsv");
/// One part in this many is never learned from when the model is measured.
const PARTS: u64 = 4;

#[derive(Clone, Debug, PartialEq)]
pub struct Enquiry {
    /// A place in `PURPOSES`.
    pub purpose: usize,
    /// `ko` or `en`.
    pub lang: String,
    pub text: String,
}

impl Enquiry {
    /// Which of `PARTS` parts it belongs to: decided by its text alone (FNV-1a), so that a new line moves no other.
    pub(super) fn part(&self) -> u64 {
        let hash = self
            .text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        (hash ^ (hash >> 32)) % PARTS
    }

    /// Whether it is kept aside to measure with.
    pub fn is_held_out(&self) -> bool {
        self.part() == 0
    }

    pub(super) fn parts() -> impl Iterator<Item = u64> {
        0..PARTS
    }
}

/// The enquiries of this crate.
pub fn enquiries() -> Vec<Enquiry> {
    parse_enquiries(TABLE).unwrap_or_else(|line| panic!("enquiries.tsv, line {line}"))
}

/// Enquiries written after everything else was settled: nothing was chosen by looking at them.
pub fn fresh_enquiries() -> Vec<Enquiry> {
    parse_enquiries(FRESH).unwrap_or_else(|line| panic!("fresh.tsv, line {line}"))
}

/// A table with the columns purpose, language and text, divided by tabs under a heading. An error is the number of a line
/// that is not so.
pub fn parse_enquiries(table: &str) -> Result<Vec<Enquiry>, usize> {
    let lines = table.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let mut cells = line.splitn(3, '\t');
            let (purpose, lang, text) = (cells.next(), cells.next(), cells.next());
            let purpose = purpose.and_then(place_of).ok_or(at + 1)?;
            let (lang, text) = lang.zip(text).filter(|(_, text)| !text.trim().is_empty()).ok_or(at + 1)?;
            Ok(Enquiry { purpose, lang: lang.to_owned(), text: text.to_owned() })
        })
        .collect()
}
