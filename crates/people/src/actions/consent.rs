//! What a person allows: sayings with their source and moment, appended and never changed; the newest counts.
use crate::access;
use crate::model::{Allowed, Noun, tidy_name};
use crate::store::{self as rows, Consent};
use base::{Actor, ConsentId, Error, PersonId, Result, Time};
use serde_json::json;
use std::collections::HashSet;
use store::Tx;

/// Writes down what somebody said they allow. `source` is where they said so, in words: "a call on Monday".
pub async fn record_consent(
    tx: &mut Tx,
    actor: &Actor,
    id: PersonId,
    kind: Allowed,
    is_given: bool,
    source: &str,
    said_at: Option<Time>,
) -> Result<()> {
    let row = access::get_person(tx, id).await?;
    if row.erased_at.is_some() {
        return Err(Error::Conflict { key: "error-person-erased" });
    }
    let source = tidy_name(source);
    if source.is_empty() {
        return Err(Error::invalid("source", "error-field-empty"));
    }
    let recorded_at = tx.now();
    let said_at = said_at.unwrap_or(recorded_at);
    if said_at > recorded_at {
        return Err(Error::invalid("said_at", "error-said-later"));
    }
    let recorded_by = actor.name.clone();
    let consent = Consent {
        id: ConsentId::new(),
        person_ord: row.ord,
        kind,
        is_given,
        source,
        said_at,
        recorded_at,
        recorded_by,
    };
    rows::insert_consent(tx, &consent).await?;
    staff::note(tx, actor, "people.consent_recorded", &row.id.to_string(), json!({"consent": kind, "given": is_given}))
        .await?;
    tx.announce("people.changed", json!({"person": row.id, "person_ord": row.ord}));
    Ok(())
}

/// Everything a person said of it, also under the records that were merged into theirs; the newest first.
pub async fn list_consents(tx: &mut Tx, person_ord: i64) -> Result<Vec<Consent>> {
    let ords = rows::merged_ords(tx, Noun::Person, person_ord).await?;
    rows::list_consents(tx, &ords).await
}

/// Whether a person allows something, by its newest saying. Who never said it does not.
pub async fn allows(tx: &mut Tx, person_ord: i64, kind: Allowed) -> Result<bool> {
    let said = list_consents(tx, person_ord).await?;
    Ok(said.into_iter().find(|one| one.kind == kind).is_some_and(|one| one.is_given))
}

/// Whether a person said no to something, by its newest saying.
pub async fn refuses(tx: &mut Tx, person_ord: i64, kind: Allowed) -> Result<bool> {
    let said = list_consents(tx, person_ord).await?;
    Ok(said.into_iter().find(|one| one.kind == kind).is_some_and(|one| !one.is_given))
}

/// The newest saying of each kind, of sayings that come newest first.
pub fn newest_of_each(said: &[Consent]) -> impl Iterator<Item = &Consent> {
    let mut met = HashSet::new();
    said.iter().filter(move |one| met.insert(one.kind))
}
