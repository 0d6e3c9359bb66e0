//! What people of ours do with customers' records: make, edit, merge, undo, decide on proposals; and the doors
//! through which rooms to the right write what this room shows.
use crate::access;
use crate::model::{Noun, PersonIn, Touchpoint, fold_email, tidy_name};
use crate::store::{self as rows, AccountRow, NewIdentity, PersonRow};
use base::{AccountId, Actor, Error, Result, TeamId, Time};
use serde::Deserialize;
use serde_json::json;
use store::Tx;

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct PersonEdit {
    pub name: Option<String>,
    pub role: Option<String>,
    pub email: Option<String>,
    pub language: Option<String>,
    pub team: Option<TeamId>,
    pub account: Option<AccountId>,
}

/// A person written down by one of us. A known address leads to the person who has it: `Conflict`.
pub async fn create_person(tx: &mut Tx, edit: PersonEdit) -> Result<PersonRow> {
    let name = edit.name.as_deref().map(tidy_name).filter(|n| !n.is_empty());
    let email = match edit.email.as_deref().map(str::trim).filter(|e| !e.is_empty()) {
        None => None,
        Some(e) => Some(fold_email(e).ok_or_else(|| Error::invalid("email", "error-email"))?),
    };
    if name.is_none() && email.is_none() {
        return Err(Error::invalid("name", "error-field-empty"));
    }
    if let Some(e) = &email
        && !rows::list_identified(tx, "email", vec![e.clone()]).await?.is_empty()
    {
        return Err(Error::Conflict { key: "error-email-taken" });
    }
    let said = PersonIn { source: "staff".into(), name, email, at: tx.now(), ..PersonIn::default() };
    let who = super::resolve_people(tx, &[said]).await?;
    let ord = who[0].person_ord.ok_or(Error::NotFound("person"))?;
    let row = rows::list_persons_by_ord(tx, vec![ord]).await?.pop().ok_or(Error::NotFound("person"))?;
    let (role, language, team, account) = (edit.role, edit.language, edit.team, edit.account);
    change_person(tx, row, PersonEdit { role, language, team, account, ..PersonEdit::default() }).await
}

/// Changes what is given. The version was checked by the caller.
pub async fn change_person(tx: &mut Tx, mut row: PersonRow, edit: PersonEdit) -> Result<PersonRow> {
    if row.erased_at.is_some() {
        return Err(Error::Conflict { key: "error-person-erased" });
    }
    if let Some(name) = edit.name.as_deref().map(tidy_name) {
        if name.is_empty() {
            return Err(Error::invalid("name", "error-field-empty"));
        }
        row.name = name;
    }
    if let Some(email) = edit.email.as_deref().map(str::trim) {
        let fold = fold_email(email).ok_or_else(|| Error::invalid("email", "error-email"))?;
        match rows::list_identified(tx, "email", vec![fold.clone()]).await?.first() {
            Some((_, owner)) if *owner != row.ord => return Err(Error::Conflict { key: "error-email-taken" }),
            Some(_) => {}
            None => {
                let (kind, source) = ("email".to_owned(), "staff".to_owned());
                let new = NewIdentity {
                    person_ord: row.ord,
                    kind,
                    value: fold,
                    proof: "said by staff",
                    source,
                    at: tx.now(),
                };
                rows::insert_identities(tx, vec![new]).await?;
            }
        }
        row.email = Some(email.to_owned());
    }
    if let Some(role) = edit.role {
        row.role = Some(tidy_name(&role)).filter(|r| !r.is_empty());
    }
    if let Some(language) = edit.language {
        row.language = Some(language).filter(|l| !l.is_empty());
    }
    if let Some(team) = edit.team {
        row.team_ord = Some(access::get_team(tx, team).await?.ord);
    }
    if let Some(account) = edit.account {
        row.account_ord = Some(access::get_account(tx, account).await?.ord);
    }
    row.rev += 1;
    rows::update_person(tx, &row).await?;
    rows::index_names(tx, store::Noun::Person, std::iter::once((row.ord, row.name.as_str()))).await?;
    tx.announce("people.changed", json!({"person": row.id, "person_ord": row.ord}));
    Ok(row)
}

/// One of two that are the same leads to the other from now on. Nothing is rewritten; `undo_merge` takes it back.
pub async fn merge(tx: &mut Tx, actor: &Actor, noun: Noun, from: i64, into: i64) -> Result<i64> {
    if from == into {
        return Err(Error::invalid("into", "error-merge-self"));
    }
    // Those that led to `from` lead to `into` now, so that a redirect is always one hop.
    for ord in rows::merged_ords(tx, noun, from).await? {
        rows::set_canon(tx, noun, ord, into).await?;
    }
    let id = rows::insert_merge(tx, noun.as_str(), from, into, actor.staff).await?;
    tx.announce("people.merged", json!({"noun": noun.as_str(), "from": from, "into": into}));
    Ok(id)
}

/// Takes a merge back: who led to the other only because of it stands alone again.
pub async fn undo_merge(tx: &mut Tx, id: i64) -> Result<()> {
    let merge = rows::find_merge(tx, id).await?.filter(|m| m.undone_at.is_none()).ok_or(Error::NotFound("merge"))?;
    let noun = match merge.noun.as_str() {
        "person" => Noun::Person,
        "team" => Noun::Team,
        _ => Noun::Account,
    };
    rows::undo_merge(tx, id).await?;
    // The group of `from` is what it was merged from earlier, and itself.
    let mut group = vec![merge.from_ord];
    let mut i = 0;
    while i < group.len() {
        let older = rows::list_merges_into(tx, noun.as_str(), group[i]).await?;
        group.extend(older.iter().filter(|m| m.id < id).map(|m| m.from_ord));
        i += 1;
    }
    for ord in group {
        rows::set_canon(tx, noun, ord, merge.from_ord).await?;
    }
    tx.announce("people.merged", json!({"noun": noun.as_str(), "from": merge.from_ord, "into": merge.from_ord}));
    Ok(())
}

/// Says yes or no to the account that a mail domain proposes. Yes gives it to the domain's persons who have none.
pub async fn decide_proposal(
    tx: &mut Tx,
    actor: &Actor,
    domain: &str,
    accept: bool,
    name: Option<String>,
) -> Result<Option<AccountId>> {
    let proposal = rows::find_proposal(tx, domain).await?.filter(|p| p.state == "open");
    let proposal = proposal.ok_or(Error::NotFound("proposal"))?;
    if !accept {
        rows::decide_proposal(tx, domain, "declined", proposal.account_ord, actor.staff).await?;
        return Ok(None);
    }
    let ord = match proposal.account_ord {
        Some(ord) => ord,
        None => {
            let ord = tx.next_ord(store::Noun::Account).await?;
            let row = AccountRow {
                ord,
                id: AccountId::new(),
                canon_ord: ord,
                source: Some("domain".into()),
                external_id: Some(domain.to_owned()),
                name: tidy_name(name.as_deref().unwrap_or(domain)),
                domain: Some(domain.to_owned()),
                created_at: tx.now(),
                last_seen_at: Some(tx.now()),
                rev: 1,
            };
            rows::insert_accounts(tx, std::slice::from_ref(&row)).await?;
            rows::index_names(tx, store::Noun::Account, std::iter::once((ord, row.name.as_str()))).await?;
            ord
        }
    };
    let persons: Vec<i64> = rows::list_by_domain(tx, domain).await?.into_iter().map(|r| r.0).collect();
    rows::set_account(tx, persons, ord).await?;
    rows::decide_proposal(tx, domain, "accepted", Some(ord), actor.staff).await?;
    let row = rows::list_accounts_by_ord(tx, vec![ord]).await?.pop().ok_or(Error::NotFound("account"))?;
    tx.announce("people.changed", json!({"account": row.id, "account_ord": ord}));
    Ok(Some(row.id))
}

/// Writes what happened onto the one timeline.
pub async fn touch(tx: &mut Tx, list: &[Touchpoint]) -> Result<()> {
    rows::insert_touchpoints(tx, list).await
}

/// Something went on: its touchpoint moves to the later moment.
pub async fn retouch(tx: &mut Tx, subject_id: [u8; 16], at: Time, summary: &str) -> Result<()> {
    rows::update_touchpoints(tx, subject_id, at, summary).await
}

/// A subject is on nobody's timeline any more, until it is touched anew.
pub async fn untouch(tx: &mut Tx, subject: [u8; 16]) -> Result<()> {
    rows::delete_touchpoints(tx, subject).await
}

/// The team and account a person is of.
pub async fn belongs(tx: &mut Tx, person_ord: i64) -> Result<(Option<i64>, Option<i64>)> {
    let row = rows::list_persons_by_ord(tx, vec![person_ord]).await?.pop();
    Ok(row.map_or((None, None), |row| (row.team_ord, row.account_ord)))
}

/// It turned out to be part of something else.
pub async fn retouch_subject(tx: &mut Tx, from: [u8; 16], into: [u8; 16]) -> Result<()> {
    rows::move_touchpoints(tx, from, into).await
}
