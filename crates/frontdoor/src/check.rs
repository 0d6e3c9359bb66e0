//! What must always hold in this room.
use crate::store as rows;
use ::store::{Broken, Tx};
use base::Result;

/// What an import says it skipped is there with a reason, and every item it read came to something.
pub async fn check(tx: &mut Tx) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    for (id, report, skips) in rows::list_with_skips(tx).await? {
        let counts: crate::Counts = serde_json::from_value(report).unwrap_or_default();
        if counts.skipped as i64 != skips {
            let detail = format!("import {id} says {}, kept are {skips}", counts.skipped);
            broken.push(Broken { invariant: "frontdoor: every skip has a reason", detail });
        }
        let became = counts.imported + counts.updated + counts.unchanged + counts.skipped;
        if counts.read != became {
            let detail = format!("import {id} read {}, of which {became} came to something", counts.read);
            broken.push(Broken { invariant: "frontdoor: nothing that was read is lost", detail });
        }
    }
    for (message, event, ask) in rows::tellings::list_contradictions(tx).await? {
        let detail = format!("message {message} and the ledger differ about ask {ask} and event {event}");
        broken.push(Broken { invariant: "frontdoor: what was told is told in the ledger", detail });
    }
    for (message,) in rows::tellings::list_stray(tx).await? {
        let detail = format!("message {message}");
        broken.push(Broken { invariant: "frontdoor: a message belongs to a telling, and ends with it", detail });
    }
    for (id,) in rows::outside::list_of_no_item(tx).await? {
        let detail = format!("item {id}");
        broken.push(Broken {
            invariant: "frontdoor: what is public is of an item, and what was proved of somebody",
            detail,
        });
    }
    for (id,) in rows::leaving::list_broken(tx).await? {
        let detail = format!("what {id} said is no conversation, or stands beside it still");
        broken.push(Broken { invariant: "frontdoor: what somebody says who leaves is a conversation", detail });
    }
    Ok(broken)
}
