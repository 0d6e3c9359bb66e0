//! The art beside the score: a named person puts an item where no number would, with a sentence. It stays in sight, and is
//! looked at again when the half-year ends.
use super::halves::{read_half, said};
use crate::model::Item;
use crate::store::plan::{self as rows, PlacementRow};
use ::store::Tx;
use base::{Actor, Error, Result};
use serde::Deserialize;
use serde_json::json;

const LAST_PLACE: i64 = 1_000;

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct PlacementIn {
    /// From 1.
    pub place: i64,
    pub words: String,
    /// At the end of this half-year it is looked at again.
    pub half: String,
}

pub async fn place(tx: &mut Tx, actor: &Actor, item: &Item, new: PlacementIn) -> Result<PlacementRow> {
    // Whoever places stands behind it by name: a program has none.
    let by = actor.staff.ok_or(Error::Conflict { key: "error-placement-nobody" })?;
    if !(1..=LAST_PLACE).contains(&new.place) {
        return Err(Error::invalid("place", "error-placement-place"));
    }
    let row = PlacementRow {
        item_id: item.id,
        place: new.place,
        words: said("words", &new.words)?,
        half: read_half(&new.half)?,
        by_staff: Some(by),
        at: tx.now(),
        reviewed_at: None,
    };
    rows::put_placement(tx, &row).await?;
    let after = json!({"place": row.place, "words": row.words, "half": row.half});
    crate::store::log_change(tx, item.id, actor.staff, "place", &json!(null), &after).await?;
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(row)
}

/// Gives the item back to the score.
pub async fn unplace(tx: &mut Tx, actor: &Actor, item: &Item) -> Result<()> {
    let all = rows::list_placements(tx).await?;
    let old = all.into_iter().find(|one| one.item_id == item.id).ok_or(Error::NotFound("placement"))?;
    rows::delete_placement(tx, item.id).await?;
    let before = json!({"place": old.place, "words": old.words, "half": old.half});
    crate::store::log_change(tx, item.id, actor.staff, "place", &before, &json!(null)).await?;
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(())
}

/// Looks at a placement again and keeps it, until the end of another half-year.
pub async fn review(tx: &mut Tx, actor: &Actor, item: &Item, words: &str, half: &str) -> Result<PlacementRow> {
    let all = rows::list_placements(tx).await?;
    let old = all.into_iter().find(|one| one.item_id == item.id).ok_or(Error::NotFound("placement"))?;
    let (words, half) = (said("words", words)?, read_half(half)?);
    let row = PlacementRow { words, half, reviewed_at: Some(tx.now()), by_staff: actor.staff, ..old };
    rows::put_placement(tx, &row).await?;
    let after = json!({"place": row.place, "words": row.words, "half": row.half, "reviewed": true});
    crate::store::log_change(tx, item.id, actor.staff, "place", &json!(null), &after).await?;
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(row)
}
