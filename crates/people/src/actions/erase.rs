//! Erasing a person: what they are known by goes; ordinals stay, so that counts do not move; and a digest of it stays,
//! so that an old archive does not bring them back.
use crate::access;
use crate::model::Noun;
use crate::store::{self as rows, Erasure};
use base::{Actor, PersonId, Result};
use serde_json::json;
use store::Tx;

/// Empties a person and everybody who was merged into them: names, addresses, identities and consents go. What a source
/// says of the time before belongs to the emptied row and fills nothing; who writes again is somebody new.
pub async fn erase_person(tx: &mut Tx, actor: &Actor, id: PersonId) -> Result<()> {
    let row = access::get_person(tx, id).await?;
    let ords = rows::merged_ords(tx, Noun::Person, row.ord).await?;
    let known_by = rows::list_known_by(tx, &ords).await?;
    rows::erase_persons(tx, &ords).await?;
    let digests = known_by.iter().map(|(kind, value)| digest(kind, value)).collect();
    rows::remember_digests(tx, row.ord, digests).await?;
    rows::index_names(tx, store::Noun::Person, ords.iter().map(|ord| (*ord, ""))).await?;
    let (erased_at, erased_by) = (tx.now(), actor.name.clone());
    let ids = rows::list_person_ids(tx, &ords).await?;
    let erasures = ids.into_iter().map(|person_id| Erasure { person_id, erased_at, erased_by: erased_by.clone() });
    rows::insert_erasures(tx, erasures.collect()).await?;
    tx.announce("people.changed", json!({"person": row.id, "person_ord": row.ord}));
    Ok(())
}

/// What somebody was known by, so that it can be recognised and not read: 128 bits of BLAKE3.
pub(crate) fn digest(kind: &str, value: &str) -> String {
    let hash = blake3::derive_key("sarangbang 2026 erased identity", format!("{kind}\0{value}").as_bytes());
    hash[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
