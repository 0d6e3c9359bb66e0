//! The roadmap as a table (CSV), one item a line.
use crate::model::{JoinedTag, Mode, Status};
use base::{Error, Result};
use httpkit::{SkippedLine, UnknownColumn, find_unknown_columns};
use std::fmt;
use tagging::{Kind, Texts};

/// A line of the table, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub number: u64,
    pub key: Option<String>,
    pub title: Texts,
    pub problem: Texts,
    pub status: Option<Status>,
    pub half: Option<String>,
    pub owner: Option<String>,
    pub effort_low: Option<f64>,
    pub effort_high: Option<f64>,
    pub tags: Vec<TagMark>,
}

/// `database/filters`, `!api/filters` (exclude), `views/*` (with everything below), `export:bug+request` (kinds).
#[derive(Clone, Debug, PartialEq)]
pub struct TagMark {
    pub path: String,
    pub mode: Mode,
    pub subtree: bool,
    pub kinds: Vec<Kind>,
}

impl TagMark {
    /// What joins an item to the tag of a path.
    pub fn of(path: &str, joined: &JoinedTag) -> TagMark {
        TagMark { path: path.into(), mode: joined.mode, subtree: joined.subtree, kinds: joined.kinds.clone() }
    }
}

impl fmt::Display for TagMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.as_str()).collect();
        let (not, below) = (if self.mode == Mode::Exclude { "!" } else { "" }, if self.subtree { "/*" } else { "" });
        write!(f, "{not}{}{below}", self.path)?;
        if kinds.is_empty() { Ok(()) } else { write!(f, ":{}", kinds.join("+")) }
    }
}

pub fn parse_mark(text: &str) -> Result<TagMark> {
    let text = text.trim();
    let (mode, rest) = match text.strip_prefix('!') {
        Some(rest) => (Mode::Exclude, rest),
        None => (Mode::Include, text),
    };
    let (path, kinds) = match rest.rsplit_once(':') {
        Some((path, kinds)) => (path, kinds.split('+').map(|k| Kind::parse(k.trim())).collect::<Result<Vec<_>>>()?),
        None => (rest, vec![]),
    };
    let (path, subtree) = match path.trim().strip_suffix("/*") {
        Some(above) => (above, true),
        None => (path.trim(), false),
    };
    if path.is_empty() {
        return Err(Error::invalid("tags", "error-tag-path"));
    }
    Ok(TagMark { path: path.to_owned(), mode, subtree, kinds })
}

const COLUMNS: [&str; 13] = [
    "key",
    "title_ko",
    "title_en",
    "title",
    "problem_ko",
    "problem_en",
    "problem",
    "status",
    "half",
    "owner",
    "effort_low",
    "effort_high",
    "tags",
];

/// A table, read.
#[derive(Debug)]
pub struct Parsed {
    pub lines: Vec<Line>,
    pub bad: Vec<SkippedLine>,
    pub unknown: Vec<UnknownColumn>,
}

/// Reads the table; bad lines come back with their number and the key of their reason.
pub fn parse_table(text: &str) -> Result<Parsed> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(h) => h.iter().map(|c| c.trim().to_lowercase()).collect(),
        Err(_) => return Err(Error::invalid("csv", "error-csv-header")),
    };
    if !["title_ko", "title_en", "title"].iter().any(|t| header.iter().any(|h| h == t)) {
        return Err(Error::invalid("csv", "error-csv-header"));
    }
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    for (i, record) in reader.records().enumerate() {
        let Ok(record) = record else {
            bad.push(SkippedLine::new(i as u64 + 2, "error-csv-line"));
            continue;
        };
        let number = record.position().map_or(i as u64 + 2, csv::Position::line);
        let cell = |name: &str| {
            let at = header.iter().position(|h| h == name)?;
            record.get(at).map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned)
        };
        match read_line(number, cell) {
            Ok(line) => lines.push(line),
            Err(Error::Invalid { key, .. }) => bad.push(SkippedLine::new(number, key)),
            Err(other) => return Err(other),
        }
    }
    Ok(Parsed { lines, bad, unknown: find_unknown_columns(&header, &COLUMNS) })
}

fn read_line(number: u64, cell: impl Fn(&str) -> Option<String>) -> Result<Line> {
    let weeks = |name: &str| -> Result<Option<f64>> {
        cell(name).map(|c| c.parse().map_err(|_| Error::invalid("effort_low", "error-effort"))).transpose()
    };
    let marks = cell("tags").unwrap_or_default();
    Ok(Line {
        number,
        key: cell("key"),
        title: Texts { ko: cell("title_ko"), en: cell("title_en").or_else(|| cell("title")) },
        problem: Texts { ko: cell("problem_ko"), en: cell("problem_en").or_else(|| cell("problem")) },
        status: cell("status").map(|s| Status::parse(&s.to_lowercase())).transpose()?,
        half: cell("half"),
        owner: cell("owner"),
        effort_low: weeks("effort_low")?,
        effort_high: weeks("effort_high")?,
        tags: marks.split('|').filter(|m| !m.trim().is_empty()).map(parse_mark).collect::<Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_mode_subtree_and_kinds() {
        let mark = |path: &str, mode, subtree, kinds| TagMark { path: path.into(), mode, subtree, kinds };
        assert_eq!(parse_mark("database/filters").unwrap(), mark("database/filters", Mode::Include, false, vec![]));
        assert_eq!(parse_mark(" !api/filters").unwrap(), mark("api/filters", Mode::Exclude, false, vec![]));
        assert_eq!(
            parse_mark("views/*:bug+request").unwrap(),
            mark("views", Mode::Include, true, vec![Kind::Bug, Kind::Request])
        );
        assert!(parse_mark("a:rage").is_err() && parse_mark("!").is_err());
    }

    #[test]
    fn a_bad_line_does_not_stop_its_neighbours() {
        let table = "key,title_ko,status,half,effort_low,tags\nA,가,planned,2026H2,2,a|!b\nB,나,someday,,,\nC,다,,,x,\nD,라,,,,\n";
        let Parsed { lines, bad, unknown } = parse_table(table).unwrap();
        assert_eq!(lines.iter().map(|l| l.key.as_deref().unwrap()).collect::<Vec<_>>(), ["A", "D"]);
        assert_eq!(bad, [SkippedLine::new(3, "error-item-status"), SkippedLine::new(4, "error-effort")]);
        assert_eq!(unknown, []);
        assert!(parse_table("a,b\n1,2\n").is_err());
    }
}
