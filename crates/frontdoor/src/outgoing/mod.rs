//! Mail that goes out: what is due is composed, signed and handed over, each address by itself, so that a bad one never
//! stops another; what came back is told.
//!
//! The queue is the deliveries themselves. One of them is taken for ten seconds, again and again while it is being sent,
//! and then settled. Should the program die in between, it is sent again when the ten seconds are over, as the same bytes
//! under the same Message-ID: between the moment another server has taken a mail over and the moment we have written that
//! down nobody can know (RFC 1047), and a mail that comes twice is better than one that never comes.
mod acknowledge;
mod letter;
mod machine;
mod notifications;
mod quote;
mod smtp;

pub use acknowledge::{Came, follow, is_nobody, is_ours};
pub use machine::{begin_letter, send_letter};
pub use notifications::{find_sender, run_notifications, tell_by_mail};
pub use smtp::Line;

use crate::Keys;
use crate::mailbox::{Mailbox, get_for_door};
use crate::{satisfaction, telling};
use ::store::{Db, raws::Packed};
use base::{Result, Time};
use conversations::{Outgoing, ReplyKind, Tried};
use httpkit::{AppState, Fetcher};
use std::{collections::HashSet, convert::Infallible, time::Duration};
use tagging::TagEngine;
use tokio::{select, task::JoinSet, time::sleep};

/// What is due is found within this.
const LOOK: Duration = Duration::from_secs(1);
/// How long a delivery is taken for, and how often that is said again while it is being sent.
const TAKEN_FOR: i64 = 10 * Time::SECOND;
const TAKE_AGAIN: Duration = Duration::from_secs(3);
/// Doors that send side by side.
const AT_ONCE: usize = 8;

/// Sends what is due until `stop` is ready; then ends the tries under way.
pub async fn run_outgoing(app: &AppState, stop: impl Future<Output = ()>) {
    let (mut sending, mut busy) = (JoinSet::new(), HashSet::new());
    tokio::pin!(stop);
    loop {
        match list_due_doors(&app.db).await {
            Ok(doors) => {
                for door in doors {
                    if busy.len() < AT_ONCE && busy.insert(door) {
                        let app = app.clone();
                        sending.spawn(async move {
                            if let Err(error) = send_by(&app, door).await {
                                tracing::warn!(%error, door, "mail that is due waits; trying on");
                            }
                            door
                        });
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "cannot look for mail that is due; trying on"),
        }
        select! {
            () = &mut stop => break,
            () = sleep(LOOK) => {}
        }
        while let Some(ended) = sending.try_join_next() {
            match ended {
                Ok(door) => drop(busy.remove(&door)),
                // Which door it was is not known any more; two at one door do not send the same mail either.
                Err(_) => busy.clear(),
            }
        }
    }
    while sending.join_next().await.is_some() {}
}

async fn list_due_doors(db: &Db) -> Result<Vec<i64>> {
    conversations::list_due_doors(&mut db.read().await?).await
}

/// Sends all that is due by one door, one after the other, over one connection where it lasts.
async fn send_by(app: &AppState, door: i64) -> Result<()> {
    let (keys, fetcher) = (app.get::<Keys>(), app.get::<Fetcher>());
    let mut line: Option<Line> = None;
    loop {
        let mut tx = app.db.read().await?;
        let Some((out, position)) = conversations::find_due(&mut tx, door).await? else { break };
        let mailbox = get_for_door(&mut tx, door).await?;
        let ready = match &mailbox {
            Some(mailbox) => prepare(app, &keys, mailbox, &out).await?,
            None => Err(Tried::Later("no mailbox".into())),
        };
        drop(tx);
        let source = mailbox.as_ref().map(Mailbox::source).unwrap_or_default();
        let (bytes, new) = match ready {
            Ok(Ready { bytes, new }) => (Ok(bytes), new),
            Err(tried) => (Err(tried), None),
        };
        if !take(&app.db, &out, position, &source, new).await? {
            continue;
        }
        let tried = match (&mailbox, bytes) {
            (Some(mailbox), Ok(bytes)) => {
                let sending = hand_over(&mut line, &fetcher, &keys, mailbox, &out, position, &bytes);
                keep_while(&app.db, &out, position, sending).await
            }
            (_, Err(tried)) => tried,
            (None, Ok(_)) => Tried::Later("no mailbox".into()),
        };
        let mut tx = app.db.write().await?;
        let state = conversations::settle_delivery(&mut tx, &out, position, tried).await?;
        telling::follow_delivery(&mut tx, &app.get::<TagEngine>(), &out, state).await?;
        tx.commit().await?;
    }
    if let Some(line) = line {
        line.close().await;
    }
    Ok(())
}

/// The bytes that go out; with the first address of an entry also their Message-ID, and the bytes packed to be kept.
struct Ready {
    bytes: Vec<u8>,
    new: Option<(String, Packed)>,
}

async fn prepare(app: &AppState, keys: &Keys, mailbox: &Mailbox, out: &Outgoing) -> Result<Result<Ready, Tried>> {
    let mut tx = app.db.read().await?;
    if let Some(raw) = out.entry.raw_ord {
        return Ok(match tx.read_raw(raw).await {
            Ok(bytes) => Ok(Ready { bytes, new: None }),
            // Erased with the person it was for.
            Err(base::Error::NotFound(_)) => Err(Tried::Refused { answer: "erased".into(), rests: false }),
            Err(error) => return Err(error),
        });
    }
    let (mut unsubscribe, mut html) = (None, None);
    let text = match out.reply.kind {
        ReplyKind::Answer => {
            let zone = staff::get_settings(&mut tx).await?.zone;
            let quoted = out.quoted.as_ref().map(|quoted| quote::write(quoted, &out.head, &zone));
            letter::with_signature(&out.entry.text, &mailbox.signature) + &quoted.unwrap_or_default()
        }
        ReplyKind::Acknowledgement => {
            letter::with_signature(&acknowledge::text_of(&mut tx, out).await?, &mailbox.signature)
        }
        ReplyKind::Question => {
            let (text, stop) = satisfaction::text_of(&mut tx, keys, &app.public_url, out).await?;
            unsubscribe = Some(stop);
            letter::with_signature(&text, &mailbox.signature)
        }
        ReplyKind::Notice => {
            let entry = (out.entry.ord, out.entry.text.as_str());
            let mail = telling::text_of(&mut tx, keys, &app.public_url, entry, &mailbox.signature).await?;
            unsubscribe = Some(mail.stop);
            html = Some(mail.html);
            mail.text
        }
    };
    drop(tx);
    let mut files = Vec::with_capacity(out.files.len());
    for file in &out.files {
        match app.db.read_blob(&file.blob_hash).await {
            Ok(bytes) => files.push((file.name.clone(), file.mime.clone(), bytes)),
            Err(base::Error::NotFound(_)) => {
                return Ok(Err(Tried::Refused { answer: "a file of it is gone".into(), rests: false }));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(match letter::write(keys, mailbox, out, (&text, html), files, unsubscribe) {
        Ok((id, bytes)) => {
            let packed = app.db.pack_raw(&mailbox.source(), "eml", &bytes).await?;
            Ok(Ready { bytes, new: Some((id, packed)) })
        }
        Err(answer) => Err(Tried::Refused { answer, rests: false }),
    })
}

/// Takes a delivery, and keeps what goes out in the same transaction. False when somebody else has it.
async fn take(db: &Db, out: &Outgoing, position: i64, source: &str, new: Option<(String, Packed)>) -> Result<bool> {
    let mut tx = db.write().await?;
    let until = tx.now().plus(TAKEN_FOR);
    if !conversations::claim_delivery(&mut tx, out.entry.ord, position, until).await? {
        return Ok(false);
    }
    if let Some((id, packed)) = new {
        let raws = tx.keep_raws(vec![packed]).await?;
        conversations::name_outgoing(&mut tx, out, source, &id, raws[0]).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Waits for a try, and says meanwhile that it is under way.
async fn keep_while(db: &Db, out: &Outgoing, position: i64, sending: impl Future<Output = Tried>) -> Tried {
    select! {
        tried = sending => tried,
        never = take_on(db, out, position) => match never {},
    }
}

/// Says again and again that a delivery is under way. What is being handed over is never broken off because that failed.
async fn take_on(db: &Db, out: &Outgoing, position: i64) -> Infallible {
    loop {
        sleep(TAKE_AGAIN).await;
        let taking = async {
            let mut tx = db.write().await?;
            let until = tx.now().plus(TAKEN_FOR);
            conversations::keep_delivery(&mut tx, out.entry.ord, position, until).await?;
            tx.commit().await
        };
        if let Err(error) = taking.await {
            tracing::warn!(%error, "cannot say that a delivery is under way; sending on");
        }
    }
}

async fn hand_over(
    line: &mut Option<Line>,
    fetcher: &Fetcher,
    keys: &Keys,
    mailbox: &Mailbox,
    out: &Outgoing,
    position: i64,
    bytes: &[u8],
) -> Tried {
    let Some(to) = out.deliveries.iter().find(|one| one.position == position) else {
        return Tried::Refused { answer: "no address".into(), rests: false };
    };
    // A connection that was left lying may have been closed meanwhile: then, and only then, a new one is tried at once.
    for _ in 0..2 {
        let (mut open, is_fresh) = match line.take() {
            Some(open) => (open, false),
            None => {
                let secret = match mailbox.secret(keys) {
                    Ok(secret) => secret,
                    Err(error) => return Tried::Later(error.to_string()),
                };
                match Line::open(fetcher, mailbox, &secret).await {
                    Ok(open) => (open, true),
                    Err(fault) => return Tried::Later(fault),
                }
            }
        };
        if !is_fresh && !open.is_alive().await {
            continue;
        }
        return match open.send(&mailbox.address, &to.address, bytes).await {
            Ok(tried) => {
                *line = Some(open);
                tried
            }
            Err(fault) => Tried::Later(fault),
        };
    }
    Tried::Later("the server closes every connection".into())
}
