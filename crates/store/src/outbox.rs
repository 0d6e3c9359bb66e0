//! Events in commit order without gaps, written last in their transaction; and the watch that says there are new ones.
use crate::{Db, Tx, args, row, sql};
use base::{Result, Time};
use std::sync::{Arc, Once};
use std::time::Duration;
use tokio::sync::watch;

/// How long events are kept.
pub const KEPT: i64 = 7 * Time::DAY;
/// How often a node looks for events of other nodes and processes.
const POLL: Duration = Duration::from_millis(100);

row! {
    /// Something that happened: `room.past_tense`, with ids.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Event {
        pub seq: i64,
        pub at: Time,
        pub kind: String,
        pub payload_json: serde_json::Value,
    }
}

/// The newest seq this process knows of.
pub(crate) struct Watch {
    head: watch::Sender<i64>,
    polls: Once,
}

impl Default for Watch {
    fn default() -> Watch {
        Watch { head: watch::Sender::new(0), polls: Once::new() }
    }
}

impl Watch {
    pub fn moved_to(&self, seq: i64) {
        self.head.send_if_modified(|head| {
            let moved = seq > *head;
            *head = seq.max(*head);
            moved
        });
    }
}

impl Tx {
    /// Writes the announced events; the head is locked by the one writer, so the order of seq is the order of commits.
    pub(crate) async fn write_events(&mut self) -> Result<Option<i64>> {
        let events = std::mem::take(&mut self.events);
        if events.is_empty() {
            return Ok(None);
        }
        let (n, at) = (events.len() as i64, self.now());
        let take =
            sql!("store.move_head" => (i64,), "UPDATE outbox_head SET seq = seq + $1 WHERE id = 1 RETURNING seq");
        let (head,) = self.get(take, args![n]).await?;
        let rows = events.into_iter().zip(head - n + 1..).map(|((kind, ids), seq)| args![seq, at, kind, ids]).collect();
        self.insert_rows(
            sql!("store.insert_event", "INSERT INTO outbox (seq, at, kind, payload_json) VALUES ($1, $2, $3, $4)"),
            rows,
        )
        .await?;
        Ok(Some(head))
    }

    /// Forgets events older than a week; how many.
    pub async fn forget_old_events(&mut self) -> Result<u64> {
        let before = self.now().plus(-KEPT);
        self.run(
            sql!("store.forget_events", "DELETE FROM outbox WHERE seq < (SELECT MIN(seq) FROM outbox WHERE at >= $1)"),
            args![before],
        )
        .await
    }

    /// The seq of the newest event, 0 before the first.
    pub async fn head(&mut self) -> Result<i64> {
        Ok(self.get(sql!("store.get_head" => (i64,), "SELECT seq FROM outbox_head WHERE id = 1"), []).await?.0)
    }

    /// The events after `seq`, oldest first, at most `limit`.
    pub async fn events_after(&mut self, seq: i64, limit: i64) -> Result<Vec<Event>> {
        self.all(
            sql!("store.list_events_after" => Event,
                "SELECT seq, at, kind, payload_json FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2"),
            args![seq, limit],
        )
        .await
    }
}

impl Db {
    /// The seq of the newest event, 0 before the first.
    pub async fn head(&self) -> Result<i64> {
        self.read().await?.head().await
    }

    /// The events after `seq`, oldest first, at most `limit`. Whoever asks from before `forgotten_until` has missed
    /// some and must begin anew.
    pub async fn events_after(&self, seq: i64, limit: i64) -> Result<Vec<Event>> {
        self.read().await?.events_after(seq, limit).await
    }

    /// The seq up to which events are forgotten: asking after it or after any later one misses nothing.
    pub async fn forgotten_until(&self) -> Result<i64> {
        let mut tx = self.read().await?;
        let first = sql!("store.get_first_event" => (Option<i64>,), "SELECT MIN(seq) FROM outbox");
        match tx.get(first, []).await?.0 {
            Some(seq) => Ok(seq - 1),
            None => tx.head().await,
        }
    }

    /// Says the seq of the newest event whenever it moves: at once for commits of this process, within 100 ms for
    /// those of others.
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.0.watch.polls.call_once(|| {
            let store = Arc::downgrade(&self.0);
            tokio::spawn(async move {
                let mut failing = false;
                while let Some(inner) = store.upgrade() {
                    let db = Db(inner);
                    match db.head().await {
                        Ok(seq) => {
                            failing = false;
                            db.0.watch.moved_to(seq);
                        }
                        Err(error) if !failing => {
                            failing = true;
                            tracing::warn!(%error, "cannot look for new events; trying on");
                        }
                        Err(_) => {}
                    }
                    drop(db);
                    tokio::time::sleep(POLL).await;
                }
            });
        });
        self.0.watch.head.subscribe()
    }
}
