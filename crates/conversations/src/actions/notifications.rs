//! Telling one of us: named in a note, given a conversation, a customer of theirs spoke, its rest is over.
use crate::events;
use crate::mentions::find_mentions;
use crate::model::NotificationKind;
use crate::store::conversations::Head;
use crate::store::entries;
use crate::store::notifications::{self, NotificationRow};
use base::{Actor, EntryId, NotificationId, Result, StaffId};
use std::collections::HashMap;
use store::Tx;

/// Tells somebody. Nobody is told what they did themselves.
pub(crate) async fn tell(
    tx: &mut Tx,
    actor: &Actor,
    whom: StaffId,
    kind: NotificationKind,
    head: &Head,
    entry_ord: Option<i64>,
) -> Result<()> {
    if actor.staff == Some(whom) {
        return Ok(());
    }
    let (id, at, by_staff) = (NotificationId::new(), tx.now(), actor.staff);
    let row = NotificationRow {
        id,
        staff_id: whom,
        at,
        kind,
        conversation_ord: head.ord,
        entry_ord,
        by_staff,
        read_at: None,
    };
    notifications::insert(tx, &row).await?;
    events::notified(tx, head, whom);
    Ok(())
}

/// Tells whoever has a conversation that one of us spoke in it.
pub async fn tell_assignee(tx: &mut Tx, actor: &Actor, head: &Head, entry: EntryId) -> Result<()> {
    let Some(whom) = head.assignee else { return Ok(()) };
    let entry_ord = entries::find_ord(tx, entry).await?;
    tell(tx, actor, whom, NotificationKind::Said, head, entry_ord).await
}

/// Tells whoever is named in a note.
pub(crate) async fn tell_named(tx: &mut Tx, actor: &Actor, head: &Head, text: &str, entry_ord: i64) -> Result<()> {
    if !text.contains('@') && !text.contains('＠') {
        return Ok(());
    }
    let mut names: Vec<(String, Vec<StaffId>)> = Vec::new();
    let mut teams: HashMap<String, Vec<StaffId>> = HashMap::new();
    for member in staff::list_members(tx).await?.into_iter().filter(|member| !member.removed) {
        names.push((member.name, vec![member.id]));
        for team in member.teams {
            teams.entry(team).or_default().push(member.id);
        }
    }
    names.extend(teams);
    for whom in find_mentions(text, &names) {
        tell(tx, actor, whom, NotificationKind::Mention, head, Some(entry_ord)).await?;
    }
    Ok(())
}
