//! The only ways to get a person, team or account. Who is merged into another leads to that other.
use crate::model::fold_email;
use crate::store::{self as rows, AccountRow, PersonRow, TeamRow};
use base::{AccountId, Error, PersonId, Result, TeamId};
use store::Tx;

pub async fn get_person(tx: &mut Tx, id: PersonId) -> Result<PersonRow> {
    let row = rows::find_person(tx, id).await?.ok_or(Error::NotFound("person"))?;
    if row.canon_ord == row.ord {
        return Ok(row);
    }
    rows::list_persons_by_ord(tx, vec![row.canon_ord]).await?.pop().ok_or(Error::NotFound("person"))
}

/// Who is known by a mail address, and that address as it is known.
pub async fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<(PersonRow, String)>> {
    let Some(folded) = fold_email(email) else { return Ok(None) };
    let Some((known, ord)) = rows::list_identified(tx, "email", vec![folded]).await?.pop() else { return Ok(None) };
    let canon = rows::list_persons_by_ord(tx, vec![ord]).await?.pop().map_or(ord, |row| row.canon_ord);
    let row = rows::list_persons_by_ord(tx, vec![canon]).await?.pop();
    Ok(row.filter(|row| row.erased_at.is_none()).map(|row| (row, known)))
}

pub async fn get_team(tx: &mut Tx, id: TeamId) -> Result<TeamRow> {
    let row = rows::find_team(tx, id).await?.ok_or(Error::NotFound("team"))?;
    if row.canon_ord == row.ord {
        return Ok(row);
    }
    rows::list_teams_by_ord(tx, vec![row.canon_ord]).await?.pop().ok_or(Error::NotFound("team"))
}

pub async fn get_account(tx: &mut Tx, id: AccountId) -> Result<AccountRow> {
    let row = rows::find_account(tx, id).await?.ok_or(Error::NotFound("account"))?;
    if row.canon_ord == row.ord {
        return Ok(row);
    }
    rows::list_accounts_by_ord(tx, vec![row.canon_ord]).await?.pop().ok_or(Error::NotFound("account"))
}
