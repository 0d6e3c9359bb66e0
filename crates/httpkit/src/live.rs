//! Live events for browsers: the outbox, told to every open stream as server-sent events.
//!
//! One task reads the outbox and writes each event once; all streams share its bytes. A stream that comes back with
//! `Last-Event-ID`, or that was too slow, reads what it missed from the outbox. Nothing is told twice or left out.
use crate::error::chain;
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use base::{Actor, DoorId, StaffId};
use futures::{future::BoxFuture, stream};
use std::{
    collections::{HashSet, VecDeque},
    convert::Infallible,
    sync::{Arc, OnceLock},
    time::Duration,
};
use store::{Db, Event};
use tokio::{
    sync::{OnceCell, broadcast, watch},
    time::{Instant, Interval, MissedTickBehavior, interval, sleep},
};

/// A silent stream says that it lives this often: a page that hears nothing for longer tells so within three seconds.
const PING: Duration = Duration::from_secs(2);
/// A stream ends after an hour and is opened anew, so that whoever listens is still somebody who may.
const LIFETIME: Duration = Duration::from_secs(3_600);
/// Events read from the outbox at a time.
const PAGE: i64 = 500;
/// Whoever missed more than this reads the state anew: it is quicker.
const MOST_MISSED: i64 = 10_000;
/// Events a stream may be behind before it must read the outbox by itself.
const BACKLOG: usize = 1_024;

/// Which doors an actor does not see. The conversations room knows; the server introduces it.
pub trait LiveScope: Send + Sync {
    fn hidden_doors<'a>(&'a self, db: &'a Db, actor: &'a Actor) -> BoxFuture<'a, base::Result<Vec<(i64, DoorId)>>>;
}

/// The live side of an installation; clones share everything.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    db: Db,
    frames: broadcast::Sender<Arc<Frame>>,
    tail: OnceCell<()>,
    scope: OnceLock<Arc<dyn LiveScope>>,
    stopping: watch::Sender<bool>,
}

/// An event as it is sent, written once for all streams.
struct Frame {
    seq: i64,
    /// The door it happened behind, as the payload says it: an ord or an id.
    door: Option<String>,
    /// A staff member whose rights or sessions changed.
    staff_changed: Option<StaffId>,
    doors_changed: bool,
    bytes: Bytes,
}

impl Frame {
    fn of(event: &Event) -> Frame {
        let said = |name: &str| event.payload_json.get(name);
        let door = said("door").filter(|door| !door.is_null()).map(|door| match door.as_str() {
            Some(id) => id.to_owned(),
            None => door.to_string(),
        });
        let staff = said("staff").and_then(|staff| staff.as_str()?.parse().ok());
        let text = format!("id: {}\nevent: {}\ndata: {}\n\n", event.seq, event.kind, event.payload_json);
        Frame {
            seq: event.seq,
            door,
            staff_changed: staff.filter(|_| event.kind == "staff.changed"),
            doors_changed: event.kind.starts_with("conversations.door") || event.kind == "staff.teams_changed",
            bytes: text.into(),
        }
    }
}

/// The first words of a stream: where it begins, the newest seq, and how often it will be heard of at least.
fn hello(from: i64, head: i64) -> String {
    let ping_ms = PING.as_millis();
    format!("id: {from}\nevent: hello\ndata: {{\"seq\":{head},\"ping_ms\":{ping_ms}}}\n\n")
}

/// Tells whoever listens to load everything again, and to go on from here.
fn reset(seq: i64) -> String {
    format!("id: {seq}\nevent: reset\ndata: {{\"seq\":{seq}}}\n\n")
}

impl Hub {
    pub fn new(db: Db) -> Hub {
        let inner = Inner {
            db,
            frames: broadcast::Sender::new(BACKLOG),
            tail: OnceCell::new(),
            scope: OnceLock::new(),
            stopping: watch::Sender::new(false),
        };
        Hub(Arc::new(inner))
    }

    /// Says who knows which doors are hidden. Without one, nothing that happened behind a door is told.
    pub fn set_scope(&self, scope: Arc<dyn LiveScope>) {
        let _ = self.0.scope.set(scope);
    }

    /// Ords of the doors an actor does not see; none while nobody knows of doors.
    pub async fn hidden_doors(&self, actor: &Actor) -> base::Result<Vec<i64>> {
        let Some(scope) = self.0.scope.get() else { return Ok(Vec::new()) };
        Ok(scope.hidden_doors(&self.0.db, actor).await?.into_iter().map(|(ord, _)| ord).collect())
    }

    /// Ends all streams, so that the server can stop.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        self.0.frames.receiver_count()
    }

    /// Opens a stream: `hello` with the newest seq, then what was missed, then whatever happens.
    pub async fn open(&self, actor: &Actor, headers: &HeaderMap) -> base::Result<Response> {
        let inner = &self.0;
        // Subscribed first and read after: nothing can fall between.
        let frames = inner.frames.subscribe();
        inner.tail.get_or_try_init(|| start_tail(inner)).await?;
        let head = inner.db.head().await?;
        let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.trim().parse::<i64>().ok());
        let is_kept = match last {
            Some(last) => last <= head && head - last <= MOST_MISSED && last >= inner.db.forgotten_until().await?,
            None => true,
        };
        let greeting = match (last, is_kept) {
            (Some(_), false) => reset(head),
            (Some(last), true) => hello(last, head),
            (None, _) => hello(head, head),
        };
        let mut ping = interval(PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ping.reset();
        let mut listener = Listener {
            hub: self.clone(),
            actor: actor.clone(),
            hidden: HashSet::new(),
            frames,
            seen: last.filter(|_| is_kept).unwrap_or(head),
            waiting: VecDeque::from([Bytes::from("retry: 1000\n\n"), Bytes::from(greeting)]),
            ping,
            stopping: inner.stopping.subscribe(),
            ends_at: Instant::now() + LIFETIME,
        };
        listener.learn_hidden_doors().await?;
        // A change of rights among these was before this actor was let in: the stream goes on.
        let _ = listener.catch_up(head).await?;
        let body = stream::unfold(listener, |mut listener| async move {
            let bytes = listener.next().await?;
            Some((Ok::<_, Infallible>(bytes), listener))
        });
        let kind = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
        // Nginx would otherwise hold events back until a buffer is full.
        let unbuffered = [("x-accel-buffering", "no")];
        Ok((kind, unbuffered, Body::from_stream(body)).into_response())
    }
}

/// Reads the outbox from now on and tells every stream.
async fn start_tail(inner: &Arc<Inner>) -> base::Result<()> {
    let mut watch = inner.db.watch();
    let mut seen = inner.db.head().await?;
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            let Some(inner) = weak.upgrade() else { return };
            match inner.db.events_after(seen, PAGE).await {
                Ok(events) => {
                    for event in &events {
                        seen = event.seq;
                        // Nobody listening is no failure.
                        let _ = inner.frames.send(Arc::new(Frame::of(event)));
                    }
                    if events.len() as i64 == PAGE {
                        continue;
                    }
                }
                Err(error) => {
                    tracing::warn!(cause = %chain(&error), "live events cannot be read; trying again");
                    sleep(Duration::from_secs(1)).await;
                    continue;
                }
            }
            drop(inner);
            if watch.wait_for(|head| *head > seen).await.is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// One open stream.
struct Listener {
    hub: Hub,
    actor: Actor,
    /// Doors this actor does not see, as ords and as ids.
    hidden: HashSet<String>,
    frames: broadcast::Receiver<Arc<Frame>>,
    seen: i64,
    waiting: VecDeque<Bytes>,
    ping: Interval,
    stopping: watch::Receiver<bool>,
    ends_at: Instant,
}

impl Listener {
    /// The next bytes to send; nothing when the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(bytes) = self.waiting.pop_front() {
                self.ping.reset();
                return Some(bytes);
            }
            let received = tokio::select! {
                received = self.frames.recv() => received,
                _ = self.ping.tick() => return Some(Bytes::from_static(b": ping\n\n")),
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                _ = tokio::time::sleep_until(self.ends_at) => return None,
            };
            match received {
                Ok(frame) => self.take(&frame).await?,
                // Too slow: what was dropped still stands in the outbox.
                Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up(i64::MAX).await.ok()??,
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// Takes an event once and in order; nothing when the stream must end.
    async fn take(&mut self, frame: &Frame) -> Option<()> {
        if frame.seq <= self.seen {
            return Some(());
        }
        if frame.seq > self.seen + 1 {
            self.catch_up(frame.seq - 1).await.ok()??;
        }
        self.tell(frame).await
    }

    async fn tell(&mut self, frame: &Frame) -> Option<()> {
        self.seen = frame.seq;
        if frame.doors_changed {
            let before = self.hidden.clone();
            self.learn_hidden_doors().await.ok()?;
            // What stands on the screen may be behind a door that was closed: everything is to be loaded again.
            if before != self.hidden {
                self.waiting.push_back(reset(frame.seq).into());
                return Some(());
            }
        }
        if frame.door.as_ref().is_none_or(|door| !self.hides(door)) {
            self.waiting.push_back(frame.bytes.clone());
        }
        // Whoever was removed, demoted or signed out must ask to be let in again.
        if frame.staff_changed.is_some() && frame.staff_changed == self.actor.staff {
            return None;
        }
        Some(())
    }

    fn hides(&self, door: &str) -> bool {
        self.hub.0.scope.get().is_none() || self.hidden.contains(door)
    }

    /// Reads from the outbox what lies between the last event seen and `until`; nothing when the stream must end.
    async fn catch_up(&mut self, until: i64) -> base::Result<Option<()>> {
        let mut goes_on = Some(());
        while self.seen < until {
            let events = self.hub.0.db.events_after(self.seen, PAGE).await?;
            for event in events.iter().filter(|event| event.seq <= until) {
                goes_on = goes_on.and(self.tell(&Frame::of(event)).await);
            }
            if (events.len() as i64) < PAGE {
                break;
            }
        }
        Ok(goes_on)
    }

    async fn learn_hidden_doors(&mut self) -> base::Result<()> {
        let Some(scope) = self.hub.0.scope.get().cloned() else { return Ok(()) };
        let hidden = scope.hidden_doors(&self.hub.0.db, &self.actor).await?;
        self.hidden = hidden.iter().flat_map(|(ord, id)| [ord.to_string(), id.to_string()]).collect();
        Ok(())
    }
}
