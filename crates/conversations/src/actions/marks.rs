//! What the tagging room shows on conversations, written by it through this door in the transaction of the tagging.
use crate::model::{Purpose, TagState};
use crate::store::conversations;
use base::{Result, TagId};
use store::{Tx, args};

/// A tag as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct TagBadge {
    pub tag_ord: i64,
    pub tag_id: TagId,
    pub path: String,
    pub label_ko: String,
    pub label_en: String,
}

/// A tag on a conversation: the kinds of its taggings, joined by commas, and how many there are.
#[derive(Clone, Debug, PartialEq)]
pub struct TagMark {
    pub tag_ord: i64,
    pub kinds: String,
    pub taggings: i64,
}

pub async fn set_tag_state(tx: &mut Tx, conversation_ord: i64, state: TagState) -> Result<()> {
    conversations::set_tag_states(tx, &[conversation_ord], state).await
}

/// `set_tag_state` for many.
pub async fn set_tag_states(tx: &mut Tx, conversation_ords: &[i64], state: TagState) -> Result<()> {
    conversations::set_tag_states(tx, conversation_ords, state).await
}

/// Says which tags these conversations have now; what stood there before is replaced.
pub async fn set_conversation_tags(tx: &mut Tx, all: &[(i64, Vec<TagMark>)]) -> Result<()> {
    let ords: Vec<i64> = all.iter().map(|(ord, _)| *ord).collect();
    conversations::delete_tags(tx, &ords).await?;
    let marks = all.iter().flat_map(|(ord, marks)| marks.iter().map(move |mark| (*ord, mark)));
    let rows = marks.map(|(ord, mark)| args![mark.tag_ord, ord, &mark.kinds, mark.taggings]).collect();
    conversations::insert_tags(tx, rows).await
}

/// Says how these tags are shown.
pub async fn set_badges(tx: &mut Tx, badges: &[TagBadge]) -> Result<()> {
    let row = |b: &TagBadge| args![b.tag_ord, b.tag_id, &b.path, &b.label_ko, &b.label_en];
    conversations::upsert_badges(tx, badges.iter().map(row).collect()).await
}

/// Says what a conversation is there for, as it was read from its words: only where nobody has said so, and no new version
/// of it.
pub async fn set_purpose_read(tx: &mut Tx, conversation_ord: i64, purpose: Purpose) -> Result<()> {
    conversations::set_purpose_read(tx, conversation_ord, purpose).await
}
