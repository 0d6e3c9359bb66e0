//! Joining two conversations by hand, parting one in two, and taking either back: what is tagged, chosen and asked in them
//! follows the entries it stands on.
use crate::actions::batch::Thread;
use crate::actions::emotions::show;
use crate::actions::join::join;
use crate::actions::take_in::refresh_heads;
use crate::events;
use crate::model::{Author, EntryKind, Status, TagState};
use crate::store::conversations::{self, Head, Participant};
use crate::store::entries::{self, Entry};
use crate::store::partings::{self as rows, PartingRow};
use crate::store::retention;
use base::{Actor, ConversationId, Error, NotificationId, PartingId, Result, StaffId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::pin::Pin;
use store::{Noun, Tx};

/// What a room to the right does so that a joining can be taken back and a parting done, in the same transaction:
/// `inventory::submit! { conversations::PartHook { room, keep, restore, part } }`.
pub struct PartHook {
    pub room: &'static str,
    /// Says how its rows of two conversations stand before they are joined.
    pub keep: for<'a> fn(&'a mut Tx, i64, i64) -> Doing<'a, Value>,
    /// Brings its rows back to how they stood; `from` exists again and its entries stand in it.
    pub restore: for<'a> fn(&'a mut Tx, i64, i64, &'a Value, Time) -> Doing<'a, ()>,
    /// Its rows on entries that now stand in `into` go there from `from`.
    pub part: for<'a> fn(&'a mut Tx, i64, i64) -> Doing<'a, ()>,
}
type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;
inventory::collect!(PartHook);

/// How two conversations were before they were joined.
#[derive(Serialize, Deserialize)]
struct Kept {
    from: Head,
    into: Head,
    /// `into` as the joining left it: what was changed since stays.
    joined: Head,
    entries: Vec<i64>,
    waiting_ids: Vec<String>,
    from_participants: Vec<Participant>,
    into_participants: Vec<Participant>,
    reads: Vec<(StaffId, Time)>,
    notifications: Vec<NotificationId>,
    led: Vec<i64>,
    rooms: Map<String, Value>,
}

/// What was done, and the conversation that now has the entries.
pub(crate) struct Parted {
    pub(crate) id: PartingId,
    pub(crate) head: Head,
}

/// All of one conversation becomes part of another.
pub(crate) async fn join_by_hand(tx: &mut Tx, actor: &Actor, from: Head, into: Head) -> Result<Parted> {
    if from.ord == into.ord {
        return Err(Error::invalid("into", "error-join-itself"));
    }
    let mut rooms = Map::new();
    for hook in inventory::iter::<PartHook> {
        rooms.insert(hook.room.to_owned(), (hook.keep)(tx, from.ord, into.ord).await?);
    }
    let of = |all: &[Participant], ord: i64| all.iter().filter(|p| p.conversation_ord == ord).cloned().collect();
    let participants = conversations::list_participants(tx, &[from.ord, into.ord]).await?;
    let (entries, waiting_ids) =
        (retention::list_entries(tx, &[from.ord]).await?, rows::list_waiting_ids(tx, from.ord).await?);
    let (reads, notifications) =
        (rows::list_reads_of(tx, from.ord).await?, rows::list_notification_ids(tx, from.ord).await?);
    let led = rows::list_joined_to(tx, from.ord).await?;
    let head = join(tx, from.clone(), into.clone()).await?;
    let kept = Kept {
        joined: head.clone(),
        from_participants: of(&participants, from.ord),
        into_participants: of(&participants, into.ord),
        entries,
        waiting_ids,
        reads,
        notifications,
        led,
        rooms,
        from,
        into,
    };
    let id =
        note(tx, actor, "joined", kept.from.ord, kept.into.ord, serde_json::to_value(&kept).map_err(Error::store)?)
            .await?;
    Ok(Parted { id, head })
}

/// From one entry on, a conversation becomes another one of its own.
pub(crate) async fn part_from(
    tx: &mut Tx,
    actor: &Actor,
    head: Head,
    first: &Entry,
    subject: Option<String>,
) -> Result<Parted> {
    let all = entries::list_of(tx, &[head.ord]).await?;
    let is_later = |one: &&Entry| (one.said_at, one.ord) >= (first.said_at, first.ord) && one.kind != EntryKind::Event;
    let moved: Vec<Entry> = all.iter().filter(is_later).cloned().collect();
    let stays = all.iter().any(|one| one.kind == EntryKind::Message && !moved.iter().any(|other| other.ord == one.ord));
    if !stays || !moved.iter().any(|one| one.kind == EntryKind::Message) {
        return Err(Error::invalid("entry", "error-part-all"));
    }
    let fresh = new_conversation(tx, &head, &moved, subject).await?;
    conversations::insert(tx, &[&fresh]).await?;
    conversations::update_head(tx, &fresh).await?;
    let ords: Vec<i64> = moved.iter().map(|one| one.ord).collect();
    rows::move_entries(tx, &ords, fresh.ord).await?;
    take_part(tx, &head, &fresh, &moved).await?;
    for hook in inventory::iter::<PartHook> {
        (hook.part)(tx, head.ord, fresh.ord).await?;
    }
    let kept = json!({"head": head, "entries": ords});
    let was = Head { entry_count: head.entry_count - moved.len() as i64, ..head };
    conversations::set_entry_count(tx, was.ord, was.entry_count).await?;
    refresh(tx, vec![was.clone(), fresh.clone()]).await?;
    let (was, fresh) = (get(tx, was.ord).await?, get(tx, fresh.ord).await?);
    let participants = conversations::list_participants(tx, &[was.ord, fresh.ord]).await?;
    for head in [&was, &fresh] {
        let theirs: Vec<_> = participants.iter().filter(|p| p.conversation_ord == head.ord).cloned().collect();
        people::untouch(tx, head.id.bytes()).await?;
        touch(tx, head, &theirs).await?;
    }
    let id = note(tx, actor, "parted", was.ord, fresh.ord, kept).await?;
    events::parted(tx, &was, &fresh);
    events::changed(tx, &was);
    Ok(Parted { id, head: fresh })
}

/// Takes a joining or a parting back. Answers with the conversation that is there again, or whole again.
pub(crate) async fn undo_parting(tx: &mut Tx, actor: &Actor, row: PartingRow) -> Result<Head> {
    if row.undone_at.is_some() || rows::is_any_later(tx, &[row.from_ord, row.into_ord], row.at, row.id).await? {
        return Err(Error::Conflict { key: "error-parting-later" });
    }
    let head = if row.kind == "joined" { undo_join(tx, &row).await? } else { undo_part(tx, &row).await? };
    rows::mark_undone(tx, row.id).await?;
    staff::note(tx, actor, "conversations.parting_undone", &head.id.to_string(), json!({"parting": row.id})).await?;
    Ok(head)
}

async fn undo_join(tx: &mut Tx, row: &PartingRow) -> Result<Head> {
    let kept: Kept = serde_json::from_value(row.kept_json.clone()).map_err(Error::store)?;
    if rows::find_joined_into(tx, row.from_ord).await? != Some(row.into_ord) {
        return Err(Error::Conflict { key: "error-parting-later" });
    }
    let now = get(tx, row.into_ord).await?;
    let Kept { from, into, .. } = &kept;
    rows::forget_joined(tx, from.ord, &kept.led).await?;
    conversations::insert(tx, &[from]).await?;
    conversations::update_head(tx, from).await?;
    rows::move_entries(tx, &kept.entries, from.ord).await?;
    rows::move_waiting_ids(tx, &from.source, kept.waiting_ids.clone(), from.ord).await?;
    rows::move_notifications(tx, kept.notifications.clone(), from.ord).await?;
    for (staff, at) in &kept.reads {
        conversations::mark_read(tx, *staff, from.ord, *at).await?;
    }
    // Whoever came to the one while both were joined stays there; the others are where they were.
    let came = conversations::list_participants(tx, &[into.ord]).await?;
    let was: HashSet<_> =
        kept.from_participants.iter().map(|p| Participant { conversation_ord: into.ord, ..p.clone() }).collect();
    let stay = came.into_iter().filter(|p| !was.contains(p) || kept.into_participants.contains(p));
    let stay: Vec<Participant> = stay.collect();
    rows::delete_participants(tx, into.ord).await?;
    conversations::insert_participants(tx, stay.iter().cloned().chain(kept.from_participants.clone())).await?;
    let back = give_back(now, into, &kept.joined, kept.entries.len() as i64);
    conversations::update_head(tx, &back).await?;
    conversations::update_taken(tx, &back).await?;
    for hook in inventory::iter::<PartHook> {
        if let Some(value) = kept.rooms.get(hook.room) {
            (hook.restore)(tx, from.ord, into.ord, value, row.at).await?;
        }
    }
    refresh(tx, vec![from.clone(), back]).await?;
    let (from, back) = (get(tx, from.ord).await?, get(tx, into.ord).await?);
    // Each stands on the timelines of its own participants again, at its own moment.
    people::untouch(tx, back.id.bytes()).await?;
    touch(tx, &back, &stay).await?;
    touch(tx, &from, &kept.from_participants).await?;
    events::parted(tx, &back, &from);
    events::changed(tx, &back);
    Ok(from)
}

/// The parted conversation is joined to the one it came from, which has the head it had.
async fn undo_part(tx: &mut Tx, row: &PartingRow) -> Result<Head> {
    let before: Head = serde_json::from_value(row.kept_json["head"].clone()).map_err(Error::store)?;
    let (parted, rest) = (get(tx, row.into_ord).await?, get(tx, row.from_ord).await?);
    let whole = join(tx, parted, rest.clone()).await?;
    let head = Head { subject: rest.subject, status: rest.status, assignee: rest.assignee, ..whole };
    let head = Head {
        staff_team_id: rest.staff_team_id,
        snoozed_until: rest.snoozed_until,
        purpose: rest.purpose,
        person_ord: before.person_ord,
        team_ord: before.team_ord,
        account_ord: before.account_ord,
        opened_at: rest.opened_at,
        ..head
    };
    conversations::update_head(tx, &head).await?;
    conversations::update_taken(tx, &head).await?;
    refresh(tx, vec![head]).await?;
    get(tx, row.from_ord).await
}

/// What the joining changed of a head goes back, but for what somebody changed since.
fn give_back(now: Head, before: &Head, joined: &Head, entries: i64) -> Head {
    fn back<T: PartialEq + Clone>(now: T, before: &T, joined: &T) -> T {
        if now == *joined { before.clone() } else { now }
    }
    Head {
        status: back(now.status, &before.status, &joined.status),
        assignee: back(now.assignee, &before.assignee, &joined.assignee),
        staff_team_id: back(now.staff_team_id, &before.staff_team_id, &joined.staff_team_id),
        snoozed_until: back(now.snoozed_until, &before.snoozed_until, &joined.snoozed_until),
        purpose: back(now.purpose, &before.purpose, &joined.purpose),
        subject: back(now.subject.clone(), &before.subject, &joined.subject),
        opened_at: back(now.opened_at, &before.opened_at, &joined.opened_at),
        person_ord: back(now.person_ord, &before.person_ord, &joined.person_ord),
        team_ord: back(now.team_ord, &before.team_ord, &joined.team_ord),
        account_ord: back(now.account_ord, &before.account_ord, &joined.account_ord),
        entry_count: now.entry_count - entries,
        ..now
    }
}

/// A conversation of its own for entries of another: of whoever spoke first in them.
async fn new_conversation(tx: &mut Tx, head: &Head, moved: &[Entry], subject: Option<String>) -> Result<Head> {
    let id = ConversationId::new();
    let speaker = moved.iter().find(|one| one.author == Author::Person && one.person_ord.is_some());
    let person_ord = speaker.and_then(|one| one.person_ord).or(head.person_ord);
    let (team_ord, account_ord) = match person_ord == head.person_ord {
        true => (head.team_ord, head.account_ord),
        false => people::belongs(tx, person_ord.unwrap_or_default()).await?,
    };
    Ok(Head {
        ord: tx.next_ord(Noun::Conversation).await?,
        id,
        external_id: id.to_string(),
        subject: subject.or_else(|| head.subject.clone()),
        status: Status::Open,
        snoozed_until: None,
        person_ord,
        team_ord,
        account_ord,
        language: moved.iter().find_map(|one| one.language).or(head.language),
        opened_at: moved.iter().map(|one| one.said_at).min().unwrap_or(head.opened_at),
        entry_count: moved.len() as i64,
        tag_state: TagState::Untagged,
        about_room: None,
        about_id: None,
        about_anchor: None,
        attributes_json: None,
        created_at: tx.now(),
        rev: 1,
        ..head.clone()
    })
}

/// Whoever said something in what was parted takes part in it.
async fn take_part(tx: &mut Tx, head: &Head, fresh: &Head, moved: &[Entry]) -> Result<()> {
    let speaks = |p: &Participant| {
        moved.iter().any(|one| {
            (p.person_ord != 0 && one.person_ord == Some(p.person_ord))
                || (!p.staff_key.is_empty() && one.staff_id.is_some_and(|id| id.to_string() == p.staff_key))
                || (!p.name.is_empty() && one.author_name.as_deref() == Some(&p.name))
        })
    };
    let all = conversations::list_participants(tx, &[head.ord]).await?;
    let theirs: Vec<Participant> = all
        .into_iter()
        .filter(|p| speaks(p) || Some(p.person_ord) == fresh.person_ord)
        .map(|p| Participant { conversation_ord: fresh.ord, ..p })
        .collect();
    conversations::insert_participants(tx, theirs.into_iter()).await
}

/// A conversation on the timelines of those who take part in it.
async fn touch(tx: &mut Tx, head: &Head, participants: &[Participant]) -> Result<()> {
    let persons: HashSet<i64> = participants.iter().map(|p| p.person_ord).filter(|ord| *ord != 0).collect();
    let thread = Thread::stored(head.clone());
    let mut touched = Vec::new();
    for person in persons {
        let (team, account) = match Some(person) == head.person_ord {
            true => (head.team_ord, head.account_ord),
            false => people::belongs(tx, person).await?,
        };
        touched.push(thread.touchpoint(Some(person), team, account));
    }
    people::touch(tx, &touched).await
}

async fn note(tx: &mut Tx, actor: &Actor, kind: &str, from: i64, into: i64, kept: Value) -> Result<PartingId> {
    let (id, at) = (PartingId::new(), tx.now());
    let (kind, by_staff) = (kind.to_owned(), actor.staff);
    let row = PartingRow { id, kind, from_ord: from, into_ord: into, at, by_staff, kept_json: kept, undone_at: None };
    rows::insert(tx, &row).await?;
    let action = if row.kind == "joined" { "conversations.joined" } else { "conversations.parted" };
    staff::note(tx, actor, action, &id.to_string(), json!({"from": from, "into": into})).await?;
    Ok(id)
}

/// Makes heads anew from what is stored now, with how they were felt.
async fn refresh(tx: &mut Tx, heads: Vec<Head>) -> Result<()> {
    let ords: Vec<i64> = heads.iter().map(|head| head.ord).collect();
    let mut threads: Vec<Thread<'static>> = heads.into_iter().map(Thread::stored).collect();
    refresh_heads(tx, &mut threads).await?;
    show(tx, &ords).await
}

async fn get(tx: &mut Tx, ord: i64) -> Result<Head> {
    conversations::list_by_ord(tx, &[ord]).await?.pop().ok_or(Error::NotFound("conversation"))
}
