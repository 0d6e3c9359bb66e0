//! What one of us is writing: kept by the server as it is typed, so that it is there after a crash and on another device.
use crate::actions::reply::Receiver;
use crate::model::DraftKind;
use crate::store::drafts::{self, Draft};
use crate::store::files;
use base::{DoorId, EntryId, Error, Result, StaffId};
use serde::{Deserialize, Serialize};
use store::Tx;

/// The longest draft, in bytes: what is longer can never be sent.
const LONGEST: usize = 1 << 20;

/// To whom a draft goes, and what its author had read. Addresses stand as they were typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
#[schema(as = DraftEnvelope)]
pub struct Envelope {
    pub door: Option<DoorId>,
    /// Whom it would go to anyway, unless somebody said otherwise.
    pub to: Option<Vec<Receiver>>,
    pub cc: Option<Vec<Receiver>>,
    pub bcc: Option<Vec<Receiver>>,
    pub subject: Option<String>,
    pub seen: Option<EntryId>,
    /// Whether the customer's last words stand below it.
    pub quotes: bool,
}

impl Default for Envelope {
    fn default() -> Envelope {
        let (to, cc, bcc) = Default::default();
        Envelope { door: None, to, cc, bcc, subject: None, seen: None, quotes: true }
    }
}

/// Keeps a draft. `rev` is the version it was written on (0: none); a stored one that is another version is not lost:
/// the caller is told, and decides. Without it whatever is stored is replaced.
pub(crate) async fn keep_draft(
    tx: &mut Tx,
    staff_id: StaffId,
    conversation_ord: i64,
    kind: DraftKind,
    text: &str,
    envelope: &Envelope,
    rev: Option<i64>,
) -> Result<i64> {
    if text.len() > LONGEST {
        return Err(Error::TooLarge { limit_bytes: LONGEST as u64 });
    }
    let stored = drafts::list(tx, staff_id, conversation_ord).await?.into_iter().find(|one| one.kind == kind);
    if let (Some(stored), Some(rev)) = (&stored, rev)
        && stored.rev != rev
    {
        return Err(Error::Stale);
    }
    let rev = stored.map_or(0, |stored| stored.rev).max(rev.unwrap_or_default()) + 1;
    let envelope_json = serde_json::to_value(envelope).map_err(Error::store)?;
    let (text, changed_at) = (text.replace('\0', "\u{fffd}"), tx.now());
    drafts::upsert(tx, &Draft { staff_id, conversation_ord, kind, rev, text, envelope_json, changed_at }).await?;
    Ok(rev)
}

/// What is being written in one conversation is from now on being written in another; where somebody writes in both,
/// it is one text.
pub(crate) async fn move_drafts(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let there = drafts::list_of_conversation(tx, into).await?;
    for mut draft in drafts::list_of_conversation(tx, from).await? {
        if let Some(other) = there.iter().find(|one| one.staff_id == draft.staff_id && one.kind == draft.kind) {
            draft.text = format!("{}\n\n{}", other.text, draft.text);
            draft.rev = other.rev.max(draft.rev);
        }
        draft.conversation_ord = into;
        draft.rev += 1;
        drafts::upsert(tx, &draft).await?;
    }
    files::follow(tx, from, into).await?;
    drafts::delete_of_conversation(tx, from).await
}
