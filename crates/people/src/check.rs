//! What must always hold in this room.
use crate::store as rows;
use base::Result;
use store::{Broken, Tx};

pub async fn check(tx: &mut Tx) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    for (noun, ord) in rows::list_broken_canons(tx).await? {
        broken.push(Broken { invariant: "people: a merge ends in one hop", detail: format!("{noun} {ord}") });
    }
    for (what, ord) in rows::list_dangling(tx).await? {
        broken.push(Broken { invariant: "people: what is pointed at is there", detail: format!("{what} {ord}") });
    }
    Ok(broken)
}
