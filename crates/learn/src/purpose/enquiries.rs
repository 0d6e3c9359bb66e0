//! The enquiries that the purposes are learned from: written by hand for this project by three writers, in Korean and
//! English, of many trades.
use super::place_of;

const FIRST: &str = include_str!("../../purposes/enquiries.tsv");
const FURTHER: &str = include_str!("../../purposes/further.tsv");
const FRESH: &str = include_str!("../../purposes/fresh.tsv");

#[derive(Clone, Debug, PartialEq)]
pub struct Enquiry {
    /// A place in `PURPOSES`.
    pub purpose: usize,
    /// `ko` or `en`.
    pub lang: String,
    pub text: String,
}

/// What one writer wrote, in the order of writing.
#[derive(Clone, Debug)]
pub struct Writing {
    pub writer: &'static str,
    pub enquiries: Vec<Enquiry>,
}

/// By writer: the first wrote in both languages for the first model, then one in each language.
pub fn writings() -> [Writing; 3] {
    let (english, korean) = read(FURTHER, "further.tsv").into_iter().partition(|one| one.lang == "en");
    [
        Writing { writer: "first", enquiries: read(FIRST, "enquiries.tsv") },
        Writing { writer: "english", enquiries: english },
        Writing { writer: "korean", enquiries: korean },
    ]
}

/// All that the reader learns from.
pub fn enquiries() -> Vec<Enquiry> {
    writings().into_iter().flat_map(|writing| writing.enquiries).collect()
}

/// Enquiries that were put aside before anything was chosen: nothing was learned from them, and nothing chosen by them.
pub fn fresh_enquiries() -> Vec<Enquiry> {
    read(FRESH, "fresh.tsv")
}

fn read(table: &str, name: &str) -> Vec<Enquiry> {
    parse_enquiries(table).unwrap_or_else(|line| panic!("{name}, line {line}"))
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
