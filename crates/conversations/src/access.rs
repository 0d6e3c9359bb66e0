//! The only ways to a row for an actor: the door decides, and what is hidden is not there.
use crate::model::Visibility;
use crate::store::conversations::{self, Head};
use crate::store::doors::{self, Door};
use crate::store::emotions;
use crate::store::entries::{self, Entry, SaidByPerson};
use crate::store::passages::{self, Passage};
use base::{Actor, ConversationId, EntryId, Error, PassageId, Result, Role, Time};
use store::Tx;

/// What an actor may see: everything but what came in by these doors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Ords of doors.
    pub hidden: Vec<i64>,
}

impl Scope {
    /// Owners and the house itself see every door; the others those that are open or theirs.
    pub async fn of(tx: &mut Tx, actor: &Actor) -> Result<Scope> {
        let Some(staff) = actor.staff.filter(|_| actor.role != Role::Owner) else { return Ok(Scope::default()) };
        Ok(Scope { hidden: doors::list_hidden(tx, staff).await?.into_iter().map(|(ord,)| ord).collect() })
    }

    /// What everybody sees: nothing that came in by a door of some teams only.
    pub async fn shared(tx: &mut Tx) -> Result<Scope> {
        let of_teams = doors::list(tx).await?.into_iter().filter(|door| door.visibility == Visibility::Teams);
        Ok(Scope { hidden: of_teams.map(|door| door.ord).collect() })
    }

    pub fn sees(&self, door_ord: i64) -> bool {
        !self.hidden.contains(&door_ord)
    }
}

/// A conversation by its id, or by one it had before it was joined.
pub async fn get_conversation(tx: &mut Tx, scope: &Scope, id: ConversationId) -> Result<Head> {
    let ord = conversations::find_ord(tx, id).await?.ok_or(Error::NotFound("conversation"))?;
    get_by_ord(tx, scope, ord).await
}

pub async fn get_by_ord(tx: &mut Tx, scope: &Scope, ord: i64) -> Result<Head> {
    let head = conversations::list_by_ord(tx, &[ord]).await?.pop();
    head.filter(|head| scope.sees(head.door_ord)).ok_or(Error::NotFound("conversation"))
}

/// An entry and the conversation it stands in.
pub async fn get_entry(tx: &mut Tx, scope: &Scope, id: EntryId) -> Result<(Entry, Head)> {
    let ord = entries::find_ord(tx, id).await?.ok_or(Error::NotFound("entry"))?;
    let entry = entries::list_by_ord(tx, &[ord]).await?.pop().ok_or(Error::NotFound("entry"))?;
    let head = get_by_ord(tx, scope, entry.conversation_ord).await.map_err(|error| hide(error, "entry"))?;
    Ok((entry, head))
}

pub async fn get_passage(tx: &mut Tx, scope: &Scope, id: PassageId) -> Result<Passage> {
    let passage = passages::find(tx, id).await?.ok_or(Error::NotFound("passage"))?;
    get_by_ord(tx, scope, passage.conversation_ord).await.map_err(|error| hide(error, "passage"))?;
    Ok(passage)
}

/// Says that the thing asked for is not there, not what stands around it.
fn hide(error: Error, noun: &'static str) -> Error {
    if matches!(error, Error::NotFound(_)) { Error::NotFound(noun) } else { error }
}

// -- What other rooms read here; they have checked the doors, or count without showing.

/// The heads of these conversations, in no order.
pub async fn heads(tx: &mut Tx, conversation_ords: &[i64]) -> Result<Vec<Head>> {
    conversations::list_by_ord(tx, conversation_ords).await
}

/// How conversations were felt at their worst, −2 to +2, by ord: these, none where no entry was read; or all that were
/// felt. `conversations.felt` says of which it changed.
pub async fn worst_felt(tx: &mut Tx, only: Option<&[i64]>) -> Result<Vec<(i64, Option<i64>)>> {
    if let Some(ords) = only {
        let all = emotions::list_worst_of(tx, ords).await?;
        return Ok(all.into_iter().map(|(ord, worst, _)| (ord, worst)).collect());
    }
    let pair = |text: &str| {
        let (ord, worst) = text.split_once(',')?;
        Some((ord.parse().ok()?, Some(worst.parse().ok()?)))
    };
    let all = emotions::find_all_worst(tx).await?;
    let pairs = all.split(';').filter(|text| !text.is_empty());
    pairs.map(|text| pair(text).ok_or_else(|| Error::store(format!("an emotion reads “{text}”")))).collect()
}

/// Whole entries by ord, in no order.
pub async fn entries_by_ord(tx: &mut Tx, entry_ords: &[i64]) -> Result<Vec<Entry>> {
    entries::list_by_ord(tx, entry_ords).await
}

/// The present texts of entries: (ord, text), in no order.
pub async fn entries_text(tx: &mut Tx, entry_ords: &[i64]) -> Result<Vec<(i64, String)>> {
    Ok(entries::list_texts(tx, entry_ords).await?.into_iter().map(|(ord, _, text)| (ord, text)).collect())
}

/// The first thing a person said in each conversation, else the first anybody said: (conversation, entry, text).
pub async fn first_words(tx: &mut Tx, conversation_ords: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    let mut all = Vec::with_capacity(conversation_ords.len());
    for ord in conversation_ords {
        all.extend(entries::find_first_words(tx, *ord).await?.map(|(entry, text)| (*ord, entry, text)));
    }
    Ok(all)
}

/// What customers said in a time, in the newest so many conversations that an actor may see; by some doors only where any
/// are named.
pub async fn list_said_by_persons(
    tx: &mut Tx,
    scope: &Scope,
    time: (Time, Time),
    doors: &[i64],
    conversations: i64,
) -> Result<Vec<SaidByPerson>> {
    entries::list_said_by_persons(tx, time, &scope.hidden, doors, conversations).await
}

/// The newest message that somebody said in a conversation.
pub async fn find_last_said(tx: &mut Tx, conversation_ord: i64) -> Result<Option<EntryId>> {
    entries::find_last_said(tx, conversation_ord).await
}

/// What was said in a conversation, oldest first, at most `most` messages: for suggesting tags.
pub async fn messages(tx: &mut Tx, conversation_ord: i64, most: i64) -> Result<Vec<Entry>> {
    entries::list_messages(tx, conversation_ord, most).await
}

/// Passages by ord, in no order.
pub async fn passages_by_ord(tx: &mut Tx, passage_ords: &[i64]) -> Result<Vec<Passage>> {
    passages::list_by_ord(tx, passage_ords).await
}

/// The conversation of a source by its external id, also when it was joined to another.
pub async fn find_by_external(tx: &mut Tx, source: &str, external_id: &str) -> Result<Option<Head>> {
    let ids = vec![external_id.to_owned()];
    if let Some(head) = conversations::list_by_external(tx, source, ids.clone()).await?.pop() {
        return Ok(Some(head));
    }
    let Some((_, into)) = conversations::list_joined(tx, source, ids).await?.pop() else { return Ok(None) };
    Ok(conversations::list_by_ord(tx, &[into]).await?.pop())
}

/// All doors, by name.
pub async fn list_doors(tx: &mut Tx) -> Result<Vec<Door>> {
    doors::list(tx).await
}
