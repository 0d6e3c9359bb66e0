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
use tagging::TrendIs;

/// Raw voices shown.
const VOICES: i64 = 12;
/// Rising tags shown.
const MOST_RISING: usize = 6;

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

/// A tag that is new, or said more in the newest seven whole days than chance lets one expect (`GET /api/tags/trends`).
#[derive(Serialize, utoipa::ToSchema)]
pub struct Rising {
    pub tag: TagId,
    pub is: TrendIs,
    /// Conversations in those days.
    pub n: u32,
    /// Where the number would be in 95 of 100 weeks, were all as before.
    pub usual: Option<[u32; 2]>,
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
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let [_, mine, unassigned, _, untagged, waiting, _] = conversations::count_views(&mut tx, &scope, can.staff).await?;
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
    let items = rows::list_items(&mut tx, changed.into_iter().collect()).await?;
    drop(tx);
    let items = items_out(&app, can.actor(), items).await?;
    let rising = rising(&app, can.actor()).await?;
    Ok(Json(Today { untagged, waiting, mine, unassigned, rising, voices, items }))
}

/// The clearest first. Of a tag and one below it that both rise, the one below says it more exactly.
async fn rising(app: &AppState, actor: &base::Actor) -> Result<Vec<Rising>> {
    let (_, _, _, trends) = tagging::trends_out(app, actor).await?;
    let up = trends.into_iter().filter(|t| matches!(t.is, TrendIs::New | TrendIs::Rising) && !t.is_said_below);
    let shown = up.filter_map(|t| Some(Rising { tag: t.tag, is: t.is, n: t.n?, usual: t.usual }));
    Ok(shown.take(MOST_RISING).collect())
}
