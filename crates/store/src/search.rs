//! The one search door: the tokens are made by `textkit`, the engines only match them.
//!
//! A match is found in one of two tiers. `words`: every term stands there as a word, or as the beginning of one.
//! `grams`: every term stands there somehow, some only inside longer words. Each tier gives the newest matches first;
//! which of them are good is for the room that owns the texts to say (`textkit::score`).
mod postgres;
mod sqlite;

use crate::{Engine, Noun, Tx, args, sql};
use base::{Error, Result};
use textkit::{IndexTerms, Query, TOKEN_VERSION};

/// What a search of frequent terms looks at, at most.
pub const MOST_RANKED: usize = 50_000;

/// The places a text can be found in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Index {
    Entries,
    Names,
}

/// What matched, as ords, the newest first in each tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub words: Vec<i64>,
    pub grams: Vec<i64>,
    /// There were more matches than asked for, and only the newest are here.
    pub is_cut: bool,
}

impl Found {
    pub fn len(&self) -> usize {
        self.words.len() + self.grams.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Both tiers, the better one first.
    pub fn ords(&self) -> impl Iterator<Item = i64> {
        self.words.iter().chain(&self.grams).copied()
    }
}

/// Makes entries found by what they say; one that is indexed already is indexed anew.
pub async fn index(tx: &mut Tx, entries: Vec<(i64, IndexTerms)>) -> Result<()> {
    put(tx, Index::Entries, entries).await
}

/// The same for entries that were never indexed: on SQLite it costs a fifth less, and is an error for any other.
pub async fn index_new(tx: &mut Tx, entries: Vec<(i64, IndexTerms)>) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => sqlite::add(tx, entries).await,
        Engine::Postgres => index(tx, entries).await,
    }
}

/// Entries are found no more.
pub async fn remove(tx: &mut Tx, entry_ords: &[i64]) -> Result<()> {
    take(tx, Index::Entries, entry_ords).await
}

/// The newest entries that match, at most `most` of them.
pub async fn find(tx: &mut Tx, query: &Query, most: usize) -> Result<Found> {
    look(tx, Index::Entries, query, None, most).await
}

/// How many entries are indexed.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    let count = sql!("store.count_entries" => (i64,), "SELECT COUNT(*) FROM search_entries");
    Ok(tx.get(count, []).await?.0)
}

/// Whether the index was made with the tokens that queries are made with; if not, everything is to be indexed anew.
pub async fn is_current(tx: &mut Tx) -> Result<bool> {
    let version = sql!("store.get_token_version" => (i64,), "SELECT token_version FROM search_state WHERE id = 1");
    Ok(tx.get(version, []).await?.0 == i64::from(TOKEN_VERSION))
}

/// Says that everything is indexed with the tokens of this version.
pub async fn mark_current(tx: &mut Tx) -> Result<()> {
    let mark = sql!("store.set_token_version", "UPDATE search_state SET token_version = $1 WHERE id = 1");
    tx.run(mark, args![i64::from(TOKEN_VERSION)]).await?;
    Ok(())
}

/// Empties the index.
pub async fn clear(tx: &mut Tx) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => {
            let clear = sql!(
                "store.clear_entries_sqlite",
                "/*sqlite INSERT INTO search_entries (search_entries) VALUES ('delete-all')*/"
            );
            tx.run(clear, []).await?;
            let clear = sql!(
                "store.clear_names_sqlite",
                "/*sqlite INSERT INTO search_names (search_names) VALUES ('delete-all')*/"
            );
            tx.run(clear, []).await?;
        }
        Engine::Postgres => {
            tx.run(sql!("store.clear_entries_pg", "/*pg DELETE FROM search_entries*/"), []).await?;
            tx.run(sql!("store.clear_names_pg", "/*pg DELETE FROM search_names*/"), []).await?;
        }
    }
    Ok(())
}

/// The number of a noun inside the key of a name: key = ord * 8 + number.
fn code(noun: Noun) -> Result<i64> {
    match noun {
        Noun::Person => Ok(0),
        Noun::Team => Ok(1),
        Noun::Account => Ok(2),
        Noun::Tag => Ok(3),
        Noun::Item => Ok(4),
        _ => Err(Error::store(format!("{} has no searched names", noun.as_str()))),
    }
}

/// Makes names of persons, teams, accounts, tags and roadmap items found; anew if they are indexed already.
pub async fn index_names(tx: &mut Tx, noun: Noun, names: Vec<(i64, IndexTerms)>) -> Result<()> {
    let code = code(noun)?;
    put(tx, Index::Names, names.into_iter().map(|(ord, terms)| (ord * 8 + code, terms)).collect()).await
}

/// Names are found no more.
pub async fn remove_names(tx: &mut Tx, noun: Noun, ords: &[i64]) -> Result<()> {
    let code = code(noun)?;
    let keys: Vec<i64> = ords.iter().map(|ord| ord * 8 + code).collect();
    take(tx, Index::Names, &keys).await
}

/// The ords of one noun whose names match, at most `most` of them.
pub async fn find_names(tx: &mut Tx, noun: Noun, query: &Query, most: usize) -> Result<Found> {
    let mut found = look(tx, Index::Names, query, Some(code(noun)?), most).await?;
    found.words.iter_mut().chain(&mut found.grams).for_each(|key| *key /= 8);
    Ok(found)
}

async fn put(tx: &mut Tx, index: Index, rows: Vec<(i64, IndexTerms)>) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => sqlite::put(tx, index, rows).await,
        Engine::Postgres => postgres::put(tx, index, rows).await,
    }
}

async fn take(tx: &mut Tx, index: Index, keys: &[i64]) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => sqlite::take(tx, index, keys).await,
        Engine::Postgres => postgres::take(tx, index, keys).await,
    }
}

async fn look(tx: &mut Tx, index: Index, query: &Query, code: Option<i64>, most: usize) -> Result<Found> {
    if query.terms.is_empty() || most == 0 {
        return Ok(Found::default());
    }
    let mut found = Found::default();
    let by_words = query.terms.iter().all(|t| !t.words.is_empty() || !t.prefixes.is_empty());
    let by_grams = query.terms.iter().any(|t| !t.phrases.is_empty());
    if by_words {
        found.words = newest(tx, index, query, false, code, most + 1).await?;
    }
    if by_grams && found.words.len() <= most {
        let mut seen = found.words.clone();
        seen.sort_unstable();
        found.grams = newest(tx, index, query, true, code, most + 1).await?;
        found.grams.retain(|ord| seen.binary_search(ord).is_err());
    }
    found.is_cut = found.len() > most;
    found.words.truncate(most);
    found.grams.truncate(most - found.words.len());
    Ok(found)
}

/// The keys that match, newest first; with `inside` also those where a term is only part of a word.
async fn newest(
    tx: &mut Tx,
    index: Index,
    q: &Query,
    inside: bool,
    code: Option<i64>,
    most: usize,
) -> Result<Vec<i64>> {
    let keys = match tx.engine() {
        Engine::Sqlite => sqlite::newest(tx, index, sqlite::expression(q, inside), code, most).await?,
        Engine::Postgres => postgres::newest(tx, index, postgres::expression(q, inside), code, most).await?,
    };
    keys.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json).map_err(Error::store))
}
