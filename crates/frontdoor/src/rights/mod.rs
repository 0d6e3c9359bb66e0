//! What belongs to a person: taking everything along, and being erased from every room; also from a backup that is
//! restored later.
mod asked;
mod export;
mod list;
mod mbox;

pub(crate) use export::{Form, PersonExport};
pub use list::{erase_again, keep_erasure_list, read_erasure_list};

use base::{Actor, PersonId, Result};
use serde_json::json;
use store::{Db, Tx};

/// What erasing a person emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Erased {
    pub entries: usize,
}

/// Erases a person from every room, with a line in the audit log, and notes it where a restored backup finds it. Counts
/// do not move.
pub async fn erase_person(db: &Db, actor: &Actor, id: PersonId) -> Result<Erased> {
    let mut tx = db.write().await?;
    let erased = erase_in(&mut tx, actor, id).await?;
    tx.commit().await?;
    if let Err(error) = keep_erasure_list(db).await {
        // The store knows it; the file is written anew when the server starts.
        tracing::error!(%error, "the list of erased persons cannot be written");
    }
    Ok(erased)
}

/// Each room forgets what it holds, those to the right first: what they know leads through those to the left.
async fn erase_in(tx: &mut Tx, actor: &Actor, id: PersonId) -> Result<Erased> {
    let row = people::get_person(tx, id).await?;
    let id = row.id;
    crate::store::ambassadors::forget_person(tx, row.ord).await?;
    let persons = people::merged_persons(tx, row.ord).await?;
    let letters = crate::store::tellings::list_entries_of(tx, &persons).await?;
    conversations::erase_letters(tx, &letters).await?;
    crate::store::tellings::forget_person(tx, &persons).await?;
    httpkit::empty_kept_replies(tx).await?;
    roadmap::ledger::erase_person(tx, &persons).await?;
    let known = people::list_known_as(tx, row.ord).await?;
    let addresses = known.into_iter().map(|(_, value, _, _)| value).chain(row.email.clone());
    let addresses: Vec<String> = addresses.map(|address| address.to_lowercase()).collect();
    crate::store::outside::forget_wishes_of(tx, &persons, addresses.clone()).await?;
    crate::store::leaving::forget_of(tx, &persons, addresses).await?;
    let entries = conversations::erase_person(tx, id).await?;
    people::erase_person(tx, actor, id).await?;
    staff::note(tx, actor, "people.erased", &id.to_string(), json!({"entries": entries})).await?;
    Ok(Erased { entries })
}
