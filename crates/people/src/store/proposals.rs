//! Accounts that a mail domain proposes.
use base::{Result, StaffId, Time};
use store::{Tx, args, row, sql};

pub async fn propose(tx: &mut Tx, domain: &str, account_ord: Option<i64>, persons: i64) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!("people.propose",
        "INSERT INTO account_proposals (domain, state, account_ord, persons, proposed_at) VALUES ($1, 'open', $2, $3, $4)
         ON CONFLICT (domain) DO UPDATE SET persons = account_proposals.persons + excluded.persons,
           account_ord = COALESCE(account_proposals.account_ord, excluded.account_ord)"),
        args![domain, account_ord, persons, at],
    )
    .await?;
    Ok(())
}

row! { #[derive(Clone, Debug)] pub struct ProposalRow {
    pub domain: String, pub state: String, pub account_ord: Option<i64>, pub persons: i64, pub proposed_at: Time,
} }

pub async fn find_proposal(tx: &mut Tx, domain: &str) -> Result<Option<ProposalRow>> {
    tx.find(
        sql!("people.find_proposal" => ProposalRow,
            "SELECT domain, state, account_ord, persons, proposed_at FROM account_proposals WHERE domain = $1"),
        args![domain],
    )
    .await
}

pub async fn list_open_proposals(tx: &mut Tx, limit: i64) -> Result<Vec<ProposalRow>> {
    tx.all(
        sql!("people.list_open_proposals" => ProposalRow,
            "SELECT domain, state, account_ord, persons, proposed_at FROM account_proposals
             WHERE state = 'open' ORDER BY persons DESC, domain LIMIT $1"),
        args![limit],
    )
    .await
}

pub async fn decide_proposal(
    tx: &mut Tx,
    domain: &str,
    state: &str,
    account_ord: Option<i64>,
    by: Option<StaffId>,
) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!("people.decide_proposal",
        "UPDATE account_proposals SET state = $2, account_ord = $3, decided_at = $4, decided_by = $5 WHERE domain = $1"),
        args![domain, state, account_ord, at, by],
    )
    .await?;
    Ok(())
}
