//! The only ways to get a tag or a tagging for an actor.
use crate::model::{Catalogue, Tag, TagState};
use crate::store::{self as rows, TaggingRow};
use base::{Error, Result, TagId, TaggingId};
use conversations::{Head, Scope};
use store::Tx;

/// A tag by id; one that was merged leads to the tag it was merged into.
pub fn find_tag(catalogue: &Catalogue, id: TagId) -> Option<&Tag> {
    let tag = catalogue.by_id(id)?;
    if tag.state == TagState::Merged { catalogue.by_ord(tag.canon_ord) } else { Some(tag) }
}

pub fn get_tag(catalogue: &Catalogue, id: TagId) -> Result<&Tag> {
    find_tag(catalogue, id).ok_or(Error::NotFound("tag"))
}

/// A tagging whose conversation the actor may see.
pub async fn get_tagging(tx: &mut Tx, scope: &Scope, id: TaggingId) -> Result<(TaggingRow, Head)> {
    let row = rows::find_tagging(tx, id).await?.ok_or(Error::NotFound("tagging"))?;
    match conversations::get_by_ord(tx, scope, row.conversation_ord).await {
        Ok(head) => Ok((row, head)),
        Err(Error::NotFound(_)) => Err(Error::NotFound("tagging")),
        Err(other) => Err(other),
    }
}
