//! Today: what is waiting, what rose, what changed on the roadmap, and the newest raw voices. Composed from the rooms
//! to the left; it keeps nothing of its own.
use crate::http::items::{ItemOut, items_out};
use crate::store as rows;
use base::{ConversationId, Limit, TagId, Time};
use conversations::{ListQuery, Scope};
use httpkit::{AppState, Can, Json, Read, Result, State};
use people::{AccountCard, PersonCard};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use tagging::counts::Filter;
use tagging::{TagEngine, minute};

/// Raw voices shown.
const VOICES: i64 = 12;
/// A rise on fewer conversations than this says nothing.
const LEAST: u32 = 5;

#[derive(Serialize, utoipa::ToSchema)]
pub struct Today {
    /// Conversations nobody tagged, that wait for an answer, that are mine. Counted up to 10,000.
    pub untagged: i64,
    pub waiting: i64,
    pub mine: i64,
    pub unassigned: i64,
    pub rising: Vec<Rising>,
    pub voices: Vec<Voice>,
    /// Items that changed in the last seven days.
    pub items: Vec<ItemOut>,
}

/// A tag on clearly more conversations in the last seven days than in a usual week of the four before.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Rising {
    pub tag: TagId,
    pub last_week: u32,
    /// Conversations of the four weeks before, together.
    pub four_weeks_before: u32,
}

/// What somebody said, as it was said.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Voice {
    pub conversation: ConversationId,
    pub text: String,
    pub channel: conversations::Channel,
    pub at: Time,
    pub person: Option<PersonCard>,
    pub account: Option<AccountCard>,
}

/// Show today: what waits, what rose, what changed, and raw voices.
#[utoipa::path(get, path = "/api/today", tag = "roadmap", operation_id = "get_today", responses((status = 200, body = Today)))]
pub async fn get_today(can: Can<Read>, State(app): State<AppState>) -> Result<Json<Today>> {
    let engine = app.get::<TagEngine>();
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let [_, mine, unassigned, untagged, waiting] = conversations::count_views(&mut tx, &scope, can.staff).await?;
    let newest = ListQuery::default();
    let page = conversations::list_conversations(&mut tx, &scope, can.staff, &newest, None, Limit::new(VOICES)).await?;
    let ords: Vec<i64> = page.items.iter().map(|h| h.ord).collect();
    let words: HashMap<i64, String> =
        conversations::first_words(&mut tx, &ords).await?.into_iter().map(|(c, _, text)| (c, text)).collect();
    let persons: Vec<i64> = page.items.iter().filter_map(|h| h.person_ord).collect();
    let accounts: Vec<i64> = page.items.iter().filter_map(|h| h.account_ord).collect();
    let cards = people::cards(&mut tx, &persons, &[], &accounts).await?;
    let voices = page
        .items
        .iter()
        .map(|h| Voice {
            conversation: h.id,
            text: words.get(&h.ord).cloned().unwrap_or_else(|| h.preview.clone()),
            channel: h.channel,
            at: h.last_entry_at,
            person: cards.person(h.person_ord),
            account: cards.account(h.account_ord),
        })
        .collect();
    let now = tx.now();
    let changed: HashSet<_> =
        rows::list_changes_since(&mut tx, now.plus(-7 * Time::DAY)).await?.into_iter().map(|c| c.item_id).collect();
    let mut items = rows::load_items(&mut tx, None).await?;
    drop(tx);
    items.retain(|i| changed.contains(&i.id));
    let items = items_out(&app, can.actor(), items).await?;
    let hidden: Vec<u16> = scope.hidden.iter().map(|d| *d as u16).collect();
    let rising = rising(&engine, hidden, now).await?;
    Ok(Json(Today { untagged, waiting, mine, unassigned, rising, voices, items }))
}

async fn rising(engine: &TagEngine, hidden: Vec<u16>, now: Time) -> Result<Vec<Rising>> {
    let between = |from: i64, to: Option<i64>| Filter {
        from: Some(minute(now.plus(-from * Time::DAY))),
        to: to.map(|to| minute(now.plus(-to * Time::DAY))),
        hidden: hidden.clone(),
        ..Filter::default()
    };
    let (week, before) = (between(7, None), between(35, Some(7)));
    let (week, before) = engine.ask(move |c| (c.recent(&week, |_| None), c.recent(&before, |_| None))).await?;
    let catalogue = engine.catalogue();
    let mut list: Vec<Rising> = week
        .into_iter()
        .filter_map(|(tag, (last_week, _))| {
            let four_weeks_before = before.get(&tag).map_or(0, |b| b.0);
            let rose = last_week >= LEAST && last_week * 2 >= four_weeks_before;
            let tag = catalogue.by_ord(i64::from(tag))?.id;
            rose.then_some(Rising { tag, last_week, four_weeks_before })
        })
        .collect();
    list.sort_by_key(|r| std::cmp::Reverse(r.last_week * 4 - r.four_weeks_before.min(r.last_week * 4)));
    list.truncate(6);
    Ok(list)
}
