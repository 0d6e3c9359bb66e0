//! The only way to get an item.
use crate::model::Item;
use crate::store as rows;
use ::store::Tx;
use base::{Error, ItemId, Result};
use std::collections::HashSet;
use tagging::Catalogue;

/// The tags an item counts, with everything below and with what was merged into them.
pub async fn list_tags_of_item(tx: &mut Tx, catalogue: &Catalogue, id: ItemId) -> Result<Vec<i64>> {
    let item = get_item(tx, id).await?;
    let counted: HashSet<i64> =
        item.selector(catalogue).include.iter().flat_map(|pick| &pick.tags).map(|tag| i64::from(*tag)).collect();
    Ok(catalogue.tags.iter().filter(|tag| counted.contains(&catalogue.canon(tag.ord))).map(|tag| tag.ord).collect())
}

/// Items that count or leave out some present tags, in the order of the board.
pub async fn list_items_of_tags(tx: &mut Tx, catalogue: &Catalogue, tags: Vec<i64>) -> Result<Vec<Item>> {
    // Joined to the tag, to one above it, or to one that was merged into any of these.
    let lines = tags.iter().filter_map(|ord| catalogue.by_ord(*ord)).flat_map(|tag| catalogue.line(tag));
    let present: HashSet<i64> = lines.map(|tag| tag.ord).collect();
    let named = catalogue.tags.iter().filter(|tag| present.contains(&tag.canon_ord)).map(|tag| tag.ord).collect();
    let ids = rows::list_joined(tx, named).await?;
    rows::list_items(tx, ids).await
}

/// Merges that are followed one after another; there are never this many.
const MOST_LEADS: usize = 32;

/// The item of an id, also of one that was merged into another.
pub async fn get_item(tx: &mut Tx, id: ItemId) -> Result<Item> {
    let mut id = id;
    for _ in 0..MOST_LEADS {
        if let Some(item) = rows::find_item(tx, id).await? {
            return Ok(item);
        }
        id = rows::merges::find_lead(tx, id).await?.ok_or(Error::NotFound("item"))?;
    }
    Err(Error::NotFound("item"))
}

/// Whether an item is on the roadmap.
pub async fn has_item(tx: &mut Tx, id: ItemId) -> Result<bool> {
    Ok(rows::find_item(tx, id).await?.is_some())
}
