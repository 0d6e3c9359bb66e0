//! Joining two threads of which one turned out to be part of the other. The elder one stays; nothing is lost.
use crate::actions::batch::Thread;
use crate::actions::drafts::move_drafts;
use crate::actions::emotions::show;
use crate::actions::take_in::refresh_heads;
use crate::events;
use crate::model::{Status, TagState};
use crate::store::conversations::{self, Head};
use base::{Error, Result};
use std::pin::Pin;
use store::Tx;

/// What a room to the right does with its own rows when a conversation is joined to another, in the same transaction:
/// `inventory::submit! { conversations::JoinHook(|tx, from, into| Box::pin(follow_join(tx, from, into))) }`. At that
/// moment `from` no longer exists and `into` has everything.
pub struct JoinHook(pub fn(&mut Tx, i64, i64) -> Following<'_>);
type Following<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;
inventory::collect!(JoinHook);

/// Joins these conversations to the eldest of them, and says which that is.
pub(crate) async fn join_all(tx: &mut Tx, ords: &[i64]) -> Result<Head> {
    let mut heads = conversations::list_by_ord(tx, ords).await?;
    heads.sort_by_key(|head| head.ord);
    let mut heads = heads.into_iter();
    let mut elder = heads.next().ok_or(Error::NotFound("conversation"))?;
    for younger in heads {
        elder = join(tx, younger, elder).await?;
    }
    Ok(elder)
}

pub(super) async fn join(tx: &mut Tx, from: Head, into: Head) -> Result<Head> {
    conversations::join(tx, &from, into.ord).await?;
    conversations::move_tags(tx, from.ord, into.ord).await?;
    move_drafts(tx, from.ord, into.ord).await?;
    let mut head = Head {
        status: if from.status == Status::Open { Status::Open } else { into.status },
        assignee: into.assignee.or(from.assignee),
        staff_team_id: into.staff_team_id.or(from.staff_team_id),
        snoozed_until: into.snoozed_until.min(from.snoozed_until),
        purpose: into.purpose.or(from.purpose),
        entry_count: into.entry_count + from.entry_count,
        tag_state: strongest(into.tag_state, from.tag_state),
        ..into
    };
    if from.opened_at < head.opened_at {
        head.opened_at = from.opened_at;
        head.subject = from.subject.or(head.subject);
        if from.person_ord.is_some() {
            (head.person_ord, head.team_ord, head.account_ord) = (from.person_ord, from.team_ord, from.account_ord);
        }
    }
    conversations::update_head(tx, &head).await?;
    conversations::set_tag_states(tx, &[head.ord], head.tag_state).await?;
    let mut thread = [Thread::stored(head)];
    refresh_heads(tx, &mut thread).await?;
    let [Thread { head, .. }] = thread;
    show(tx, &[head.ord]).await?;
    people::retouch_subject(tx, from.id.bytes(), head.id.bytes()).await?;
    for JoinHook(follow) in inventory::iter::<JoinHook>() {
        follow(tx, from.ord, head.ord).await?;
    }
    events::joined(tx, (from.ord, from.id), &head);
    Ok(head)
}

fn strongest(a: TagState, b: TagState) -> TagState {
    let rank =
        |state: &TagState| [TagState::Untagged, TagState::Nothing, TagState::Tagged].iter().position(|s| s == state);
    std::cmp::max_by_key(a, b, rank)
}
