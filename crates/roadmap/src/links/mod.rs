//! What items are called elsewhere: the address of an issue read as the name it has there, and what a tracker tells of it.
mod heard;
mod name;

pub use heard::{Heard, TrackerKind, read_heard};
pub use name::name_of;

use crate::actions::{ItemPatch, update_item};
use crate::model::{Item, Status};
use crate::store::find_item;
use crate::store::links::{self as rows, LinkRow};
use ::store::Tx;
use base::{Actor, Error, ItemId, Result};
use serde_json::json;
use tagging::Catalogue;

/// How far something is elsewhere, in our words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Open,
    Building,
    Done,
    /// Closed without being built.
    Dropped,
}

impl LinkState {
    pub fn as_str(self) -> &'static str {
        match self {
            LinkState::Open => "open",
            LinkState::Building => "building",
            LinkState::Done => "done",
            LinkState::Dropped => "dropped",
        }
    }
    pub fn parse(text: &str) -> Result<LinkState> {
        [LinkState::Open, LinkState::Building, LinkState::Done, LinkState::Dropped]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::store(format!("a link stands at “{text}”")))
    }
}

const MOST_URL: usize = 2_000;

/// Links an item to the address of something elsewhere. That may be linked to one item only.
pub async fn add_link(tx: &mut Tx, actor: &Actor, item: &Item, url: &str) -> Result<LinkRow> {
    let url = url.trim();
    let named = name_of(url).filter(|_| url.len() <= MOST_URL);
    let (source, external_id) = named.ok_or_else(|| Error::invalid("url", "error-link-url"))?;
    let known = rows::list_named(tx, source, vec![external_id.clone()]).await?.pop();
    match known {
        Some(link) if link.item_id == item.id => return Ok(link),
        Some(_) => return Err(Error::Conflict { key: "error-link-taken" }),
        None => {}
    }
    let link = LinkRow {
        item_id: item.id,
        url: Some(url.to_owned()),
        by_staff: actor.staff,
        ..LinkRow::blank(source, &external_id, tx.now())
    };
    rows::insert(tx, vec![link.clone()]).await?;
    changed(tx, item.id);
    Ok(link)
}

pub async fn remove_link(tx: &mut Tx, item: ItemId, source: &str, external_id: &str) -> Result<()> {
    if rows::remove(tx, item, source, external_id).await? == 0 {
        return Err(Error::NotFound("link"));
    }
    changed(tx, item);
    Ok(())
}

/// Takes in what a tracker told: how far its issue is, when that is newer than what is known. The item, if it is one of
/// ours. With `moves`, what is begun there counts as being built; that it is done there says nothing yet to those who
/// asked for it.
pub async fn hear(
    tx: &mut Tx,
    catalogue: &Catalogue,
    source: &str,
    heard: &Heard,
    moves: bool,
) -> Result<Option<ItemId>> {
    let Some(link) = rows::list_named(tx, source, vec![heard.external_id.clone()]).await?.pop() else {
        return Ok(None);
    };
    if link.state_at.is_some_and(|at| at >= heard.at) {
        return Ok(Some(link.item_id));
    }
    let was = link.state.clone();
    let link = LinkRow {
        state_name: Some(heard.state_name.clone()),
        state: Some(heard.state.as_str().into()),
        state_at: Some(heard.at),
        ..link
    };
    rows::put_state(tx, &link).await?;
    changed(tx, link.item_id);
    let begins = heard.state == LinkState::Building && was.as_deref() != Some(LinkState::Building.as_str());
    if moves
        && begins
        && let Some(item) = find_item(tx, link.item_id).await?
        && matches!(item.status, Status::Considering | Status::Planned | Status::Parked)
    {
        let patch = ItemPatch { status: Some(Status::Building), ..ItemPatch::default() };
        update_item(tx, &Actor::system(), catalogue, &item, patch).await?;
    }
    Ok(Some(link.item_id))
}

fn changed(tx: &mut Tx, item: ItemId) {
    tx.announce("roadmap.item_changed", json!({ "item": item }));
}
