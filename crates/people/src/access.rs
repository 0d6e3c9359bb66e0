//! The only ways to get a person, team or account. Who is merged into another leads to that other.
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
