//! What an item says before its release, so that support, docs and sales are ready; and afterwards what really came.
use super::halves::check_length;
use crate::model::Item;
use crate::store::plan as rows;
use ::store::Tx;
use base::{Actor, Error, ItemId, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

const MOST_WORDS: usize = 2_000;
const MOST_CONTACTS: f64 = 1e6;

/// Everything is empty until somebody says it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ReleaseNote {
    /// Where it is documented, or what is to be written.
    pub documentation: String,
    /// The prepared answer for whoever asks.
    #[serde(rename = "macro")]
    #[schema(rename = "macro")]
    pub prepared_answer: String,
    /// Who was trained.
    pub trained: String,
    /// Where on their way people should learn of it.
    pub learned_where: String,
    /// Conversations a month that are expected to come of it, from and to; fewer when negative.
    pub contacts_from: Option<f64>,
    pub contacts_to: Option<f64>,
    /// Conversations a month that came of it, and person-weeks it took.
    pub contacts_actual: Option<f64>,
    pub weeks_actual: Option<f64>,
    /// What we would say differently next time.
    pub afterwards: String,
}

pub async fn load_release(tx: &mut Tx, item: ItemId) -> Result<(ReleaseNote, i64)> {
    let Some((json, rev)) = rows::find_release(tx, item).await? else { return Ok((ReleaseNote::default(), 0)) };
    Ok((serde_json::from_str(&json).map_err(Error::store)?, rev))
}

pub async fn load_releases(tx: &mut Tx) -> Result<HashMap<ItemId, ReleaseNote>> {
    let read = |(item, json): (ItemId, String)| Ok((item, serde_json::from_str(&json).map_err(Error::store)?));
    rows::list_releases(tx).await?.into_iter().map(read).collect()
}

/// Puts what is said; the version was checked by the caller. The new one.
pub async fn put_release(
    tx: &mut Tx,
    actor: &Actor,
    item: &Item,
    note: ReleaseNote,
    rev: i64,
) -> Result<(ReleaseNote, i64)> {
    let clean = |text: &str| textkit::clean_text(text.trim());
    let note = ReleaseNote {
        documentation: clean(&note.documentation),
        prepared_answer: clean(&note.prepared_answer),
        trained: clean(&note.trained),
        learned_where: clean(&note.learned_where),
        afterwards: clean(&note.afterwards),
        ..note
    };
    for text in [&note.documentation, &note.prepared_answer, &note.trained, &note.learned_where, &note.afterwards] {
        check_length("documentation", text, MOST_WORDS)?;
    }
    let contacts = [note.contacts_from, note.contacts_to, note.contacts_actual];
    let fits = |n: &f64| (-MOST_CONTACTS..=MOST_CONTACTS).contains(n);
    if !contacts.iter().flatten().all(fits) || note.contacts_from.zip(note.contacts_to).is_some_and(|(a, b)| a > b) {
        return Err(Error::invalid("contacts_from", "error-release-contacts"));
    }
    if note.weeks_actual.is_some_and(|weeks| !(0.0..=10_000.0).contains(&weeks)) {
        return Err(Error::invalid("weeks_actual", "error-effort"));
    }
    let before = load_release(tx, item.id).await?.0;
    let json = serde_json::to_string(&note).map_err(Error::store)?;
    rows::put_release(tx, item.id, &json, rev + 1, actor.staff).await?;
    crate::store::log_change(tx, item.id, actor.staff, "release", &json!(before), &json!(note)).await?;
    tx.announce("roadmap.item_changed", json!({"item": item.id}));
    Ok((note, rev + 1))
}
