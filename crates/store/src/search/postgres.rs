//! The index in a `tsvector` that is written as a literal, so that PostgreSQL's own text parser never sees the text.
//! Words are lexemes `w…`, pairs of letters `g…`: an index on weights would have to look at every row.
use super::Index;
use crate::{Filter, Tx, args, sql};
use base::Result;
use std::collections::BTreeMap;
use std::fmt::Write;
use textkit::{IndexTerms, Query};

/// Places in a tsvector end here; later ones begin anew, so that phrases far into a long text are found too.
const PLACES: usize = 16_383;
/// PostgreSQL refuses a tsvector of a megabyte; what comes after this much is not indexed.
const MOST_BYTES: usize = 900_000;
/// It keeps this many places of one lexeme.
const MOST_PLACES: usize = 255;

fn literal(terms: &IndexTerms) -> String {
    let mut lexemes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut bytes = 0;
    for word in &terms.words {
        if bytes > MOST_BYTES / 2 {
            break;
        }
        let lexeme = format!("w{word}");
        bytes += lexeme.len() + 8;
        lexemes.entry(lexeme).or_default();
    }
    for (place, gram) in terms.grams.iter().enumerate() {
        if bytes > MOST_BYTES {
            break;
        }
        let places = lexemes.entry(format!("g{gram}")).or_default();
        if places.is_empty() {
            bytes += gram.len() + 9;
        }
        if places.len() < MOST_PLACES {
            places.push(place % PLACES + 1);
            bytes += 2;
        }
    }
    let mut text = String::with_capacity(bytes * 2);
    for (lexeme, places) in lexemes {
        let _ = write!(text, "'{lexeme}'");
        for (n, place) in places.iter().enumerate() {
            let _ = write!(text, "{}{place}", if n == 0 { ':' } else { ',' });
        }
        text.push(' ');
    }
    text
}

pub(super) async fn put(tx: &mut Tx, index: Index, rows: Vec<(i64, IndexTerms)>) -> Result<()> {
    let put = match index {
        Index::Entries => sql!(
            "store.put_entries_pg",
            "/*pg INSERT INTO search_entries (ord, terms) VALUES ($1, CAST(CAST($2 AS TEXT) AS TSVECTOR))
            ON CONFLICT (ord) DO UPDATE SET terms = excluded.terms*/"
        ),
        Index::Names => sql!(
            "store.put_names_pg",
            "/*pg INSERT INTO search_names (ord, terms) VALUES ($1, CAST(CAST($2 AS TEXT) AS TSVECTOR))
            ON CONFLICT (ord) DO UPDATE SET terms = excluded.terms*/"
        ),
    };
    // One statement must not meet a key twice: the last one counts.
    let rows: BTreeMap<i64, IndexTerms> = rows.into_iter().collect();
    tx.insert_rows(put, rows.into_iter().map(|(key, terms)| args![key, literal(&terms)]).collect()).await?;
    Ok(())
}

pub(super) async fn take(tx: &mut Tx, index: Index, keys: &[i64]) -> Result<()> {
    let take = match index {
        Index::Entries => sql!("store.take_entries_pg", "/*pg DELETE FROM search_entries WHERE ord = ANY($1)*/"),
        Index::Names => sql!("store.take_names_pg", "/*pg DELETE FROM search_names WHERE ord = ANY($1)*/"),
    };
    tx.run(take, args![keys]).await?;
    Ok(())
}

/// Every term must match; a term matches by any of its alternatives. Tokens are letters and digits only.
pub(super) fn expression(query: &Query, inside: bool) -> String {
    let terms = query.terms.iter().map(|term| {
        let words = term.words.iter().map(|w| format!("'w{w}'"));
        let prefixes = term.prefixes.iter().map(|p| format!("'w{p}':*"));
        let phrase = |p: &Vec<String>| {
            let grams: Vec<String> = p.iter().map(|g| format!("'g{g}'")).collect();
            format!("({})", grams.join(" <-> "))
        };
        let phrases = term.phrases.iter().filter(|_| inside).map(phrase);
        format!("({})", words.chain(prefixes).chain(phrases).collect::<Vec<_>>().join(" | "))
    });
    terms.collect::<Vec<_>>().join(" & ")
}

/// The keys as one JSON list. Planned anew for each search: a plan for any expression is wrong for most of them.
pub(super) async fn newest(
    tx: &mut Tx,
    index: Index,
    expression: String,
    code: Option<i64>,
    most: usize,
) -> Result<Option<String>> {
    let head = match index {
        Index::Entries => "SELECT CAST(json_agg(ord) AS TEXT) FROM (SELECT ord FROM search_entries",
        Index::Names => "SELECT CAST(json_agg(ord) AS TEXT) FROM (SELECT ord FROM search_names",
    };
    let mut search = Filter::new("store.find_ords_pg", head);
    search.and("terms @@ CAST(CAST($1 AS TEXT) AS TSQUERY)", args![expression]);
    if let Some(code) = code {
        search.and("ord % 8 = $1", args![code]);
    }
    search.push("ORDER BY ord DESC LIMIT $1) AS newest", args![most as i64]);
    Ok(tx.all_dyn::<(Option<String>,)>(search).await?.pop().and_then(|row| row.0))
}
