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

/// Merges that are followed one after another; there are never this many.
const MOST_LEADS: usize = 32;

/// The item of an id, also of one that was merged into another.
pub async fn get_item(tx: &mut Tx, id: ItemId) -> Result<Item> {
    let mut id = id;
    for _ in 0..MOST_LEADS {
        if let Some(item) = rows::load_items(tx, Some(id)).await?.pop() {
            return Ok(item);
        }
        id = rows::merges::find_lead(tx, id).await?.ok_or(Error::NotFound("item"))?;
    }
    Err(Error::NotFound("item"))
}

/// Whether an item is on the roadmap.
pub async fn has_item(tx: &mut Tx, id: ItemId) -> Result<bool> {
    Ok(!rows::load_items(tx, Some(id)).await?.is_empty())
}
