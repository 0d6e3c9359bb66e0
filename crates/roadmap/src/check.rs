//! What must always hold in this room.
use crate::store::{self as rows, ledger};
use ::store::{Broken, Tx};
use base::Result;

pub async fn check(tx: &mut Tx) -> Result<Vec<Broken>> {
    let catalogue = tagging::load_catalogue(tx).await?;
    let mut broken = Vec::new();
    for item in rows::load_items(tx).await? {
        for tag in item.tags.iter().filter(|tag| catalogue.by_ord(tag.tag_ord).is_none()) {
            let detail = format!("item {} is joined to tag {}", item.id, tag.tag_ord);
            broken.push(Broken { invariant: "roadmap: the tags of an item are there", detail });
        }
    }
    for id in rows::list_orphans(tx).await? {
        broken.push(Broken {
            invariant: "roadmap: texts, tags, asks and history belong to an item",
            detail: id.to_string(),
        });
    }
    for id in rows::merges::list_lost(tx).await? {
        broken.push(Broken { invariant: "roadmap: a merged item leads to one that is there", detail: id.to_string() });
    }
    for (event, ask) in ledger::list_missing(tx).await? {
        let detail = format!("ask {ask} has no row for event {event}");
        broken.push(Broken {
            invariant: "roadmap: the asks of an item are told, skipped or pending, for each event",
            detail,
        });
    }
    for (event, ask) in ledger::list_false(tx).await? {
        let detail = format!("the row of ask {ask} for event {event}");
        broken.push(Broken {
            invariant: "roadmap: each row of the ledger belongs to an ask and an event of its item",
            detail,
        });
    }
    Ok(broken)
}
