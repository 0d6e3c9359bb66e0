//! The taxonomy as a table: tab-separated, one tag a line, parents before children.
use crate::model::{Aliases, Catalogue, Tag, TagState, Texts};
use base::{Error, Result};
use httpkit::{SkippedLine, UnknownColumn, find_unknown_columns};

/// The taxonomy a new installation may begin with.
pub const STARTER: &str = include_str!("../../../starter/taxonomy.tsv");

pub const COLUMNS: [&str; 12] = [
    "path",
    "label_ko",
    "label_en",
    "aliases_ko",
    "aliases_en",
    "definition_ko",
    "definition_en",
    "use_ko",
    "use_en",
    "not_for_ko",
    "not_for_en",
    "state",
];

/// A line of the table, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub number: u64,
    pub path: String,
    pub label: Texts,
    pub aliases: Aliases,
    pub definition: Texts,
    pub use_when: Texts,
    pub not_for: Texts,
    pub state: Option<TagState>,
}

/// A table, read.
#[derive(Debug)]
pub struct Parsed {
    pub lines: Vec<Line>,
    pub bad: Vec<SkippedLine>,
    pub unknown: Vec<UnknownColumn>,
}

/// Reads the table. Each bad line comes back with its number and the key of its reason; the others are read.
pub fn parse_table(text: &str) -> Result<Parsed> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .map_err(|_| Error::invalid("tsv", "error-tsv-header"))?
        .iter()
        .map(|h| h.trim().to_lowercase())
        .collect();
    if !header.iter().any(|h| h == "path") {
        return Err(Error::invalid("tsv", "error-tsv-header"));
    }
    let place = |name: &str| header.iter().position(|h| h == name);
    let places: Vec<Option<usize>> = COLUMNS.iter().map(|c| place(c)).collect();
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let Ok(record) = record else {
            bad.push(SkippedLine::new(0, "error-tsv-line"));
            continue;
        };
        let number = record.position().map_or(0, csv::Position::line);
        let cell =
            |i: usize| places[i].and_then(|p| record.get(p)).map(|c| c.trim().replace("\\n", "\n")).unwrap_or_default();
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        if cell(0).is_empty() {
            bad.push(SkippedLine::new(number, "error-tsv-no-path"));
            continue;
        }
        let state = match cell(11).as_str() {
            "" => None,
            other => match TagState::parse(other) {
                Ok(TagState::Merged) | Err(_) => {
                    bad.push(SkippedLine::new(number, "error-tsv-state"));
                    continue;
                }
                Ok(state) => Some(state),
            },
        };
        let texts = |i: usize| Texts { ko: Some(cell(i)), en: Some(cell(i + 1)) }.tidy();
        let list = |i: usize| {
            cell(i).split('|').map(str::trim).filter(|a| !a.is_empty()).map(textkit::clean_text).collect::<Vec<_>>()
        };
        lines.push(Line {
            number,
            path: cell(0),
            label: texts(1),
            aliases: Aliases { ko: list(3), en: list(4) },
            definition: texts(5),
            use_when: texts(7),
            not_for: texts(9),
            state,
        });
    }
    Ok(Parsed { lines, bad, unknown: find_unknown_columns(&header, &COLUMNS) })
}

/// The table of the whole catalogue, merged tags left out.
pub fn export_tsv(catalogue: &Catalogue) -> String {
    let clean = |t: &Option<String>| t.as_deref().unwrap_or("").replace(['\t', '\r'], " ").replace('\n', "\\n");
    let mut tags: Vec<&Tag> = catalogue.tags.iter().filter(|t| t.state != TagState::Merged).collect();
    tags.sort_by(|a, b| a.path.cmp(&b.path));
    let mut out = COLUMNS.join("\t");
    out.push('\n');
    for t in tags {
        let cells = [
            t.path.clone(),
            clean(&t.label.ko),
            clean(&t.label.en),
            t.aliases.ko.join("|").replace('\t', " "),
            t.aliases.en.join("|").replace('\t', " "),
            clean(&t.definition.ko),
            clean(&t.definition.en),
            clean(&t.use_when.ko),
            clean(&t.use_when.en),
            clean(&t.not_for.ko),
            clean(&t.not_for.en),
            t.state.as_str().to_owned(),
        ];
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out
}
