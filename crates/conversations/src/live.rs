//! Which doors a live stream leaves out: what one may not see does not move on one's screen either.
use crate::access::Scope;
use crate::store::doors;
use base::{Actor, DoorId, Result};
use httpkit::LiveScope;
use std::pin::Pin;
use store::Db;

/// Tells the live hub which doors are hidden; the server introduces it with `hub.set_scope`.
pub struct DoorScope;

impl LiveScope for DoorScope {
    fn hidden_doors<'a>(
        &'a self,
        db: &'a Db,
        actor: &'a Actor,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<(i64, DoorId)>>> + Send + 'a>> {
        Box::pin(async move {
            let mut tx = db.read().await?;
            let scope = Scope::of(&mut tx, actor).await?;
            let all = doors::list(&mut tx).await?;
            Ok(all.into_iter().filter(|door| !scope.sees(door.ord)).map(|door| (door.ord, door.id)).collect())
        })
    }
}
