//! The only way to get an item.
use crate::model::Item;
use crate::store as rows;
use ::store::Tx;
use base::{Error, ItemId, Result};

pub async fn get_item(tx: &mut Tx, id: ItemId) -> Result<Item> {
    rows::load_items(tx, Some(id)).await?.pop().ok_or(Error::NotFound("item"))
}
