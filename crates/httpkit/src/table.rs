//! What a table that people bring is answered with beside its counts: lines that did not come in, columns nobody knows.
use crate::say;
use base::Ui;
use serde::Serialize;

/// A line that did not come in.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SkippedLine {
    /// The line's number in the table, from 1.
    pub item: String,
    /// The key of the reason: the same in every language.
    pub reason: String,
    /// The reason in the caller's language.
    pub text: String,
}

impl SkippedLine {
    pub fn new(line: u64, reason: &str) -> SkippedLine {
        SkippedLine { item: line.to_string(), reason: reason.to_owned(), text: String::new() }
    }
}

/// A column that was passed over, since no table of this kind has it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct UnknownColumn {
    pub column: String,
    /// The column it was probably meant to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
    /// What there is to say about it, in the caller's language.
    pub text: String,
}

/// The columns of a header, in small letters, that are not among those known. One without a name is no column.
pub fn find_unknown_columns(header: &[String], known: &[&str]) -> Vec<UnknownColumn> {
    let unknown = header.iter().filter(|column| !column.is_empty() && !known.contains(&column.as_str()));
    let near = |column: &str| {
        let (word, changes) = base::find_nearest(column, known)?;
        // Further away than half of itself, it is another word.
        (changes * 2 <= column.chars().count()).then(|| word.to_owned())
    };
    let warn = |column: &String| UnknownColumn { column: column.clone(), nearest: near(column), text: String::new() };
    unknown.map(warn).collect()
}

/// Says both in a language.
pub fn say_table(ui: Ui, skipped: &mut [SkippedLine], unknown: &mut [UnknownColumn]) {
    for line in skipped {
        line.text = say(ui, &line.reason, &[]).unwrap_or_else(|| line.reason.clone());
    }
    for one in unknown {
        let column = ("column", one.column.clone());
        let said = match &one.nearest {
            Some(nearest) => say(ui, "table-column-near", &[column, ("nearest", nearest.clone())]),
            None => say(ui, "table-column-unknown", &[column]),
        };
        one.text = said.unwrap_or_else(|| one.column.clone());
    }
}
