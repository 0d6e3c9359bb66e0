//! Search over HTTP.
use super::out::{HitOut, SnippetOut};
use crate::access::Scope;
use crate::actions::search;
use base::{Error, Limit};
use httpkit::{AppState, Can, Json, PageQuery, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchIn {
    /// Words, in Korean or English; "quoted" ones must stand there as they are.
    q: String,
    /// `conversations`, the only room searched here.
    room: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct SearchOut {
    pub items: Vec<HitOut>,
    pub next: Option<String>,
    /// There were so many matches that only this many of the newest were put in order.
    pub ranked_newest: Option<i64>,
}

/// Find conversations by what was said in them: one hit each, best first.
#[utoipa::path(get, path = "/api/search", tag = "conversations", operation_id = "search_conversations",
    params(SearchIn, PageQuery), responses((status = 200, body = SearchOut)))]
pub async fn search_conversations(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<SearchIn>,
    page: PageQuery,
) -> Result<Json<SearchOut>> {
    if query.room.as_deref().is_some_and(|room| room != "conversations") {
        return Err(Error::invalid("room", "error-search-room").into());
    }
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    Ok(Json(find_conversations(&mut tx, &scope, &query.q, page.place()?, page.limit).await?))
}

/// The conversations part of any search, as it is shown.
pub async fn find_conversations(
    tx: &mut Tx,
    scope: &Scope,
    q: &str,
    after: Option<[i64; 1]>,
    limit: Limit,
) -> base::Result<SearchOut> {
    let hits = search::search(tx, scope, q, after, limit).await?;
    let persons: Vec<i64> = hits.items.iter().filter_map(|hit| hit.head.person_ord).collect();
    let cards = people::cards(tx, &persons, &[], &[]).await?;
    let out = |hit: search::Hit| HitOut {
        id: hit.head.id,
        person: cards.person(hit.head.person_ord),
        external_id: hit.head.external_id,
        entry_id: hit.entry_id,
        subject: hit.head.subject,
        channel: hit.head.channel,
        at: hit.at,
        snippet: SnippetOut { text: hit.snippet.text, marks: hit.snippet.marks },
        score: hit.score,
    };
    Ok(SearchOut {
        items: hits.items.into_iter().map(out).collect(),
        next: hits.next,
        ranked_newest: hits.ranked_newest,
    })
}
