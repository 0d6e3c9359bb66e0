//! The index in FTS5: two columns without content, the rowid is the key.
use super::Index;
use crate::{Tx, Value, args, sql};
use base::Result;
use textkit::{IndexTerms, Query};

pub(super) async fn put(tx: &mut Tx, index: Index, rows: Vec<(i64, IndexTerms)>) -> Result<()> {
    let put = match index {
        Index::Entries => sql!(
            "store.put_entries_sqlite",
            "/*sqlite INSERT OR REPLACE INTO search_entries (rowid, words, grams) VALUES ($1, $2, $3)*/"
        ),
        Index::Names => sql!(
            "store.put_names_sqlite",
            "/*sqlite INSERT OR REPLACE INTO search_names (rowid, words, grams) VALUES ($1, $2, $3)*/"
        ),
    };
    tx.insert_rows(put, values(rows)).await?;
    Ok(())
}

/// Entries that are not there yet.
pub(super) async fn add(tx: &mut Tx, rows: Vec<(i64, IndexTerms)>) -> Result<()> {
    let add = sql!(
        "store.add_entries_sqlite",
        "/*sqlite INSERT INTO search_entries (rowid, words, grams) VALUES ($1, $2, $3)*/"
    );
    tx.insert_rows(add, values(rows)).await?;
    Ok(())
}

fn values(rows: Vec<(i64, IndexTerms)>) -> Vec<[Value; 3]> {
    rows.into_iter().map(|(key, terms)| args![key, terms.words.join(" "), terms.grams.join(" ")]).collect()
}

pub(super) async fn take(tx: &mut Tx, index: Index, keys: &[i64]) -> Result<()> {
    let take = match index {
        Index::Entries => {
            sql!("store.take_entries_sqlite", "/*sqlite DELETE FROM search_entries WHERE rowid = ANY($1)*/")
        }
        Index::Names => sql!("store.take_names_sqlite", "/*sqlite DELETE FROM search_names WHERE rowid = ANY($1)*/"),
    };
    tx.run(take, args![keys]).await?;
    Ok(())
}

/// Every term must match; a term matches by any of its alternatives. Tokens are letters and digits only.
pub(super) fn expression(query: &Query, inside: bool) -> String {
    let terms = query.terms.iter().map(|term| {
        let words = term.words.iter().map(|w| format!("\"{w}\""));
        let words: Vec<String> = words.chain(term.prefixes.iter().map(|p| format!("\"{p}\"*"))).collect();
        let mut either = Vec::new();
        if !words.is_empty() {
            either.push(format!("words : ({})", words.join(" OR ")));
        }
        if inside && !term.phrases.is_empty() {
            let phrases: Vec<String> = term.phrases.iter().map(|p| format!("\"{}\"", p.join(" "))).collect();
            either.push(format!("grams : ({})", phrases.join(" OR ")));
        }
        format!("({})", either.join(" OR "))
    });
    terms.collect::<Vec<_>>().join(" AND ")
}

/// The keys as one JSON list: a row each would cost more than the search itself.
pub(super) async fn newest(
    tx: &mut Tx,
    index: Index,
    expression: String,
    code: Option<i64>,
    most: usize,
) -> Result<Option<String>> {
    let most = most as i64;
    let found = match (index, code) {
        (Index::Entries, _) => {
            let newest = sql!("store.find_entries_sqlite" => (Option<String>,),
                "/*sqlite SELECT json_group_array(rowid) FROM (
                    SELECT rowid FROM search_entries WHERE search_entries MATCH $1 ORDER BY rowid DESC LIMIT $2)*/");
            tx.get(newest, args![expression, most]).await?
        }
        (Index::Names, code) => {
            let newest = sql!("store.find_names_sqlite" => (Option<String>,),
                "/*sqlite SELECT json_group_array(rowid) FROM (
                    SELECT rowid FROM search_names WHERE search_names MATCH $1 AND rowid % 8 = $2
                    ORDER BY rowid DESC LIMIT $3)*/");
            tx.get(newest, args![expression, code.unwrap_or(0), most]).await?
        }
    };
    Ok(found.0)
}
