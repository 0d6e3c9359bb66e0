//! What this room does when conversations are joined by hand and that is taken back, and when one is parted: each fact
//! stays with what it was said of. Samples of how good suggestions and coders are were forgotten and stay so.
use super::apply::show_on;
use crate::store as rows;
use ::store::Tx;
use base::{Result, TaggingId, Time};
use conversations::PartHook;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which facts stand where.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Facts of the conversation that is joined, and which of them were living.
    moved: Vec<(i64, bool)>,
    /// What said of either that there is nothing to tag.
    nothing_from: Option<TaggingId>,
    nothing_into: Option<TaggingId>,
}

async fn keep(tx: &mut Tx, from: i64, into: i64) -> Result<Value> {
    let moved = rows::list_facts_of(tx, from).await?;
    let moved = moved.into_iter().map(|(ord, retracted)| (ord, retracted.is_none())).collect();
    let (nothing_from, nothing_into) = (rows::find_nothing(tx, from).await?, rows::find_nothing(tx, into).await?);
    serde_json::to_value(Kept { moved, nothing_from, nothing_into }).map_err(base::Error::store)
}

async fn restore(tx: &mut Tx, from: i64, into: i64, kept: &Value, joined_at: Time) -> Result<()> {
    let kept: Kept = serde_json::from_value(kept.clone()).map_err(base::Error::store)?;
    let ords: Vec<i64> = kept.moved.iter().map(|(ord, _)| *ord).collect();
    let living: Vec<i64> = kept.moved.iter().filter(|(_, living)| *living).map(|(ord, _)| *ord).collect();
    rows::move_some_taggings(tx, &ords, from).await?;
    // Of two facts for one tag the joining let one go: there is room for both again.
    rows::revive(tx, &living, joined_at).await?;
    rows::move_nothing_back(tx, kept.nothing_from, from, joined_at).await?;
    rows::move_nothing_back(tx, kept.nothing_into, into, joined_at).await?;
    // What was tagged meanwhile on words of the one goes with the words.
    rows::part_taggings(tx, from).await?;
    show_on(tx, from).await?;
    show_on(tx, into).await
}

async fn part(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    rows::part_taggings(tx, into).await?;
    rows::double::forget_doubles(tx, vec![from]).await?;
    rows::forget_shown(tx, from).await?;
    show_on(tx, from).await?;
    show_on(tx, into).await
}

inventory::submit! { PartHook {
    room: "tagging",
    keep: |tx, from, into| Box::pin(keep(tx, from, into)),
    restore: |tx, from, into, kept, at| Box::pin(restore(tx, from, into, kept, at)),
    part: |tx, from, into| Box::pin(part(tx, from, into)),
} }
