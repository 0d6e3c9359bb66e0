//! Background work: watching the rules of webhooks, and telling those who asked to be told.
use crate::counts::{Filter, Pick, Selector};
use crate::engine::{TagEngine, minute};
use crate::events;
use crate::model::{Catalogue, Texts};
use crate::store::{self as rows, HookRow, MessageRow};
use ::store::{Db, Job, Tx, jobs};
use base::{Error, HookMessageId, Result, Time};
use httpkit::{AppState, Fetcher, sign_message};
use learn::trend::{Trend, Verdict};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use tokio::{select, time::sleep};

const TELL: &str = "tagging.tell_hook";
/// What a test message is called.
pub const TEST: &str = "tagging.test";
/// What a webhook is about: tags, or what becomes of the roadmap.
pub const TAGS: &str = "tags";
pub const ROADMAP: &str = "roadmap";
/// After something changed, what else changes within this is looked at together.
const GATHER: Duration = Duration::from_secs(1);
/// Without any change a count still falls when its period moves on.
const AT_LEAST: Duration = Duration::from_secs(600);
/// How long a message that was sent or given up can be looked up.
const KEPT: i64 = 30 * Time::DAY;
/// A trend is of a week: within that it is one and the same, also where its verdict wavers.
const TREND_LASTS: i64 = 7 * Time::DAY;
/// Tags named in one message.
const MOST_NAMED: usize = 50;

/// What this room does in the background.
pub fn handlers(app: &AppState) -> jobs::Handlers {
    let fetcher = app.get::<Fetcher>();
    jobs::Handlers::new().on(TELL, move |db, job| {
        let fetcher = fetcher.clone();
        async move {
            let id = job.payload_json["message"].as_str().unwrap_or_default();
            let id = HookMessageId::parse(id).map_err(Error::store)?;
            tell(&db, &fetcher, id, job.attempts).await
        }
    })
}

/// Sends one message. What is refused or not reached is tried again later; after the last try it stays to be seen.
async fn tell(db: &Db, fetcher: &Fetcher, id: HookMessageId, attempts: i64) -> Result<()> {
    let mut tx = db.read().await?;
    // A hook that was removed meanwhile tells nobody.
    let Some(message) = rows::find_message(&mut tx, id).await?.filter(|m| m.state != "sent") else { return Ok(()) };
    let Some(hook) = rows::find_hook(&mut tx, message.hook_id).await? else { return Ok(()) };
    drop(tx);
    let (status, refusal) = if hook.is_active || message.kind == TEST {
        let seconds = Time::now().0 / Time::SECOND;
        let signature = sign_message(&hook.secret, &id.to_string(), seconds, &message.body);
        let headers = [
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ];
        match fetcher.post(&hook.url, &headers, message.body).await {
            Ok(status) if (200..300).contains(&status) => (Some(i64::from(status)), None),
            Ok(status) => (Some(i64::from(status)), Some(format!("answered {status}"))),
            Err(error) => (None, Some(error.to_string())),
        }
    } else {
        (None, Some("paused".to_owned()))
    };
    let ends = !hook.is_active || attempts >= jobs::MOST_ATTEMPTS;
    let state = match &refusal {
        None => "sent",
        Some(_) if ends => "failed",
        Some(_) => "waiting",
    };
    let mut tx = db.write().await?;
    rows::end_try(&mut tx, id, state, attempts, status, refusal.as_deref()).await?;
    events::hooks_changed(&mut tx, hook.id);
    tx.commit().await?;
    match refusal {
        Some(why) if hook.is_active => Err(Error::store(why)),
        _ => Ok(()),
    }
}

/// Writes a message down and has it sent.
pub async fn send(tx: &mut Tx, hook: &HookRow, kind: &str, data: &Value) -> Result<MessageRow> {
    let now = tx.now();
    let message = MessageRow {
        id: HookMessageId::new(),
        hook_id: hook.id,
        at: now,
        kind: kind.to_owned(),
        body: json!({"type": kind, "timestamp": now, "data": data}).to_string(),
        state: "waiting".into(),
        attempts: 0,
        status: None,
        error: None,
    };
    rows::insert_message(tx, &message).await?;
    let payload = json!({ "message": message.id });
    tx.enqueue(Job { kind: TELL, dedupe_key: Some(message.id.to_string()), run_at: now, payload });
    Ok(message)
}

/// Tells every webhook about the roadmap what became of an item.
pub async fn tell_of_roadmap(tx: &mut Tx, kind: &str, data: &Value) -> Result<()> {
    for hook in rows::list_hooks(tx).await?.iter().filter(|hook| hook.is_active && hook.topic == ROADMAP) {
        send(tx, hook, kind, data).await?;
        events::hooks_changed(tx, hook.id);
    }
    Ok(())
}

/// How a tag stands under a rule.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The tag as the hook names it: what was merged since is told of under its new name.
    pub tag_ord: i64,
    pub conversations: u32,
    pub persons: u32,
    pub trend: Option<Trend>,
    pub is_reached: bool,
}

/// How the tags of a hook stand now: its one tag; or, without one and for trends, each that reached the rule. Only what
/// came in by doors that are open to everybody is counted, since nobody knows who reads the message.
pub async fn look_at(app: &AppState, hook: &HookRow) -> Result<Vec<Standing>> {
    let mut tx = app.db.read().await?;
    let zone = staff::get_settings(&mut tx).await?.zone;
    let hidden: Vec<u16> =
        conversations::Scope::shared(&mut tx).await?.hidden.iter().map(|door| *door as u16).collect();
    drop(tx);
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let branch = hook.tag_ord.map(|ord| catalogue.subtree(catalogue.canon(ord)));
    let (Some(least), Some(days)) = (hook.least, hook.days) else {
        let table = engine.trends(hidden, zone).await?;
        let is_meant = |ord: &i64| branch.as_ref().is_none_or(|below| below.contains(ord));
        let up = table.tags.iter().filter(|(ord, t)| t.trend.verdict.is_up() && !t.is_said_below && is_meant(ord));
        let standing = |(ord, t): (&i64, &crate::TagTrend)| {
            let (trend, persons) = (t.trend, t.persons);
            Standing { tag_ord: *ord, conversations: trend.observed, persons, trend: Some(trend), is_reached: true }
        };
        return Ok(up.map(standing).collect());
    };
    let first = minute(Time::now().day_in(&zone).plus(1 - days as i32).start_in(&zone));
    let filter = Filter { from: Some(first), hidden, ..Filter::default() };
    let all = || catalogue.tags.iter().map(|tag| tag.ord).collect();
    let tags: Vec<u32> = branch.clone().unwrap_or_else(all).into_iter().map(|ord| ord as u32).collect();
    let selector = Selector { include: vec![Pick { tags, kinds: 0 }], exclude: vec![] };
    let one = hook.tag_ord;
    let counted = engine.ask(move |c| match one {
        Some(ord) => vec![(ord, c.count_four(&selector, &filter).0)],
        None => c.lately(&selector, &filter, &[first]).into_iter().map(|(tag, n)| (i64::from(tag), n[0])).collect(),
    });
    let standing = |(tag_ord, four): (i64, crate::counts::Four)| Standing {
        tag_ord,
        conversations: four.conversations,
        persons: four.persons,
        trend: None,
        is_reached: i64::from(four.conversations) >= least,
    };
    let found = counted.await?.into_iter().map(standing);
    Ok(found.filter(|standing| one.is_some() || standing.is_reached).collect())
}

/// What a message says, in words and numbers; no text of a customer.
pub fn describe(app: &AppState, catalogue: &Catalogue, hook: &HookRow, mut standings: Vec<Standing>) -> Value {
    let label = |t: &Texts| json!({"ko": t.ko, "en": t.en});
    let tag_of = |ord: i64| catalogue.by_ord(catalogue.canon(ord));
    let named = |ord: i64| tag_of(ord).map(|tag| json!({"id": tag.id, "path": tag.path, "label": label(&tag.label)}));
    standings.sort_by_key(|s| (std::cmp::Reverse(s.conversations), s.tag_ord));
    let shown = standings.iter().take(MOST_NAMED).filter_map(|s| {
        let tag = tag_of(s.tag_ord)?;
        let mut said = json!({"id": tag.id, "path": tag.path, "label": label(&tag.label), "conversations": s.conversations,
            "persons": s.persons, "link": app.public_url.join(&format!("/tags/{}", tag.id))});
        if let Some(trend) = &s.trend {
            said["is"] = json!(if trend.verdict == Verdict::New { "new" } else { "rising" });
            said["usual"] = json!(trend.usual);
        }
        Some(said)
    });
    let tags: Vec<Value> = shown.collect();
    let more = standings.len().saturating_sub(MOST_NAMED);
    let rule = json!({"tag": hook.tag_ord.and_then(named), "least": hook.least, "days": hook.days});
    json!({"hook": hook.id, "rule": rule, "tags": tags, "more": more})
}

/// The tags that are to be told of now, and those that may be told of again.
fn compare(hook: &HookRow, standings: &[Standing], told: &[(i64, Time)], now: Time) -> (Vec<Standing>, Vec<i64>) {
    let told: HashMap<i64, Time> = told.iter().copied().collect();
    let reached: HashSet<i64> = standings.iter().filter(|s| s.is_reached).map(|s| s.tag_ord).collect();
    let fresh = standings.iter().filter(|s| s.is_reached && !told.contains_key(&s.tag_ord)).cloned().collect();
    let rests = |at: Time| hook.least.is_some() || at.plus(TREND_LASTS) < now;
    let fallen = told.iter().filter(|(tag, at)| !reached.contains(tag) && rests(**at)).map(|(tag, _)| *tag).collect();
    (fresh, fallen)
}

/// Looks at every rule: tells once when it is reached, and is ready again when it no longer is.
async fn look(app: &AppState) -> Result<()> {
    let hooks = rows::list_hooks(&mut app.db.read().await?).await?;
    for hook in hooks.iter().filter(|hook| hook.is_active && hook.topic == TAGS) {
        let standings = look_at(app, hook).await?;
        let told = rows::list_told(&mut app.db.read().await?, hook.id).await?;
        let (fresh, fallen) = compare(hook, &standings, &told, Time::now());
        if fresh.is_empty() && fallen.is_empty() {
            continue;
        }
        // Of several nodes one writes first, and the others see it here; so with a hook that was changed meanwhile.
        let mut tx = app.db.write().await?;
        if rows::find_hook(&mut tx, hook.id).await?.is_none_or(|now| now.rev != hook.rev) {
            continue;
        }
        let told = rows::list_told(&mut tx, hook.id).await?;
        let (fresh, fallen) = compare(hook, &standings, &told, tx.now());
        rows::delete_told(&mut tx, hook.id, fallen).await?;
        if !fresh.is_empty() {
            rows::insert_told(&mut tx, hook.id, &fresh.iter().map(|s| s.tag_ord).collect::<Vec<_>>()).await?;
            let kind = if hook.least.is_some() { "tagging.threshold" } else { "tagging.trend" };
            let data = describe(app, &app.get::<TagEngine>().catalogue(), hook, fresh);
            send(&mut tx, hook, kind, &data).await?;
        }
        events::hooks_changed(&mut tx, hook.id);
        tx.commit().await?;
    }
    Ok(())
}

async fn forget(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    let before = tx.now().plus(-KEPT);
    rows::forget_messages(&mut tx, before).await?;
    tx.commit().await
}

/// Watches the rules until `stopped` is ready.
pub async fn watch_hooks(app: &AppState, stopped: impl Future<Output = ()>) {
    tokio::pin!(stopped);
    let mut head = app.db.watch();
    loop {
        let seen = *head.borrow_and_update();
        if let Err(error) = look(app).await {
            tracing::warn!(%error, "the rules of webhooks cannot be looked at; trying again");
        }
        select! {
            () = &mut stopped => return,
            () = async { drop(head.wait_for(|now| *now > seen).await); sleep(GATHER).await } => {}
            () = sleep(AT_LEAST) => if let Err(error) = forget(&app.db).await {
                tracing::warn!(%error, "old messages of webhooks are not forgotten; trying again later");
            },
        }
    }
}
