//! Blocked senders: an address or a domain whose mail is kept and shown apart, and never acknowledged.
use crate::domains::is_shared;
use crate::model::{BlockKind, fold_domain, fold_email, tidy_name};
use crate::store::{self as rows, Block};
use base::{Actor, BlockId, Error, Result};
use serde_json::json;
use store::Tx;

/// Blocks `spam@shop.example`, or everybody at `shop.example`. Addresses of ours and domains that many share are refused.
pub async fn block_sender(tx: &mut Tx, actor: &Actor, sender: &str, why: Option<&str>) -> Result<Block> {
    let (kind, value) = read_sender(sender).ok_or_else(|| Error::invalid("sender", "error-blocked-sender"))?;
    if rows::is_of_staff(tx, &value).await? {
        return Err(Error::invalid("sender", "error-block-ours"));
    }
    if kind == BlockKind::Domain && is_shared(&value) {
        return Err(Error::invalid("sender", "error-block-shared"));
    }
    let why = why.map(tidy_name).filter(|why| !why.is_empty());
    let block = Block { id: BlockId::new(), kind, value, why, blocked_at: tx.now(), blocked_by: actor.name.clone() };
    if !rows::insert_block(tx, &block).await? {
        return Err(Error::Conflict { key: "error-blocked-already" });
    }
    staff::note(tx, actor, "people.sender_blocked", &block.id.to_string(), json!({"sender": block.value})).await?;
    tx.announce("people.senders_blocked", json!({}));
    Ok(block)
}

pub async fn unblock_sender(tx: &mut Tx, actor: &Actor, id: BlockId) -> Result<()> {
    let block = rows::find_block(tx, id).await?.ok_or(Error::NotFound("sender"))?;
    rows::delete_block(tx, id).await?;
    staff::note(tx, actor, "people.sender_unblocked", &id.to_string(), json!({"sender": block.value})).await?;
    tx.announce("people.senders_blocked", json!({}));
    Ok(())
}

/// Whether mail from this address is kept aside: the address itself is blocked, or the domain it is in or below.
pub async fn is_blocked(tx: &mut Tx, address: &str) -> Result<bool> {
    let Some(folded) = fold_email(address) else { return Ok(false) };
    let domain = folded.rsplit_once('@').map_or("", |(_, domain)| domain);
    let mut values: Vec<String> = above(domain).map(str::to_owned).collect();
    values.push(folded.clone());
    Ok(!rows::list_blocked_values(tx, values).await?.is_empty())
}

/// `mail.shop.example` and every domain above it: `shop.example`, `example`.
fn above(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, above)| above))
        .filter(|d| !d.is_empty())
}

fn read_sender(text: &str) -> Option<(BlockKind, String)> {
    let text = text.trim();
    if let Some(domain) = text.strip_prefix('@').or((!text.contains('@')).then_some(text)) {
        let domain = fold_domain(domain.trim_end_matches('.'));
        let is_name = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
        let is_domain = domain.contains('.') && domain.len() <= 253 && domain.split('.').all(is_name);
        return is_domain.then_some((BlockKind::Domain, domain));
    }
    Some((BlockKind::Address, fold_email(text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_or_a_domain() {
        let read = |text| read_sender(text).map(|(kind, value)| (kind.as_str(), value));
        assert_eq!(read(" Spam@Shop.Example "), Some(("address", "spam@shop.example".into())));
        assert_eq!(read("@Shop.Example"), Some(("domain", "shop.example".into())));
        assert_eq!(read("광고.한국"), Some(("domain", "xn--299aqd.xn--3e0b707e".into())));
        for none in ["", "@", "shop", "a@b c", "shop..example", "%.example", "a@"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn a_domain_is_below_those_above_it() {
        assert_eq!(above("a.b.example").collect::<Vec<_>>(), ["a.b.example", "b.example", "example"]);
    }
}
