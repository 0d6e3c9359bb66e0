//! The passages behind a count, in the customers' words; and the tags that stand beside a tag.
use super::counts::{CountsQuery, FEW, filter_of, selector_of};
use super::tags::{StaffName, staff_names};
use crate::counts::{Filter, Four, Selector};
use crate::engine::TagEngine;
use crate::model::Kind;
use crate::store as rows;
use ::store::Tx;
use base::{ConversationId, Cursor, EntryId, Page, Right, TagId, TaggingId, Time};
use conversations::Channel;
use httpkit::{AppState, Can, Json, PageQuery, Path, Query, Read, Result, State};
use people::{AccountCard, PersonCard, TeamCard};
use serde::Serialize;
use std::collections::HashMap;

/// One tagging behind a count, with what was said.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EvidenceOut {
    pub tagging: TaggingId,
    pub tag: TagId,
    pub kind: Option<Kind>,
    /// The passage; or, when the whole conversation was tagged, the first words a person said in it.
    pub quote: String,
    pub is_passage: bool,
    pub entry: Option<EntryId>,
    pub conversation: EvidenceConversation,
    pub person: Option<PersonCard>,
    pub team: Option<TeamCard>,
    pub account: Option<AccountCard>,
    pub said_at: Time,
    pub language: Option<String>,
    pub by: Option<StaffName>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct EvidenceConversation {
    pub id: ConversationId,
    pub subject: Option<String>,
    pub channel: Channel,
}

/// A page of the passages behind a count, newest first.
pub async fn evidence_page(
    app: &AppState,
    actor: &base::Actor,
    selector: Selector,
    query: &CountsQuery,
    page: &PageQuery,
) -> Result<Page<EvidenceOut>> {
    let (filter, _) = filter_of(app, actor, query).await?;
    evidence_behind(app, selector, filter, page).await
}

/// The same behind a filter that was already read.
pub async fn evidence_behind(
    app: &AppState,
    selector: Selector,
    filter: Filter,
    page: &PageQuery,
) -> Result<Page<EvidenceOut>> {
    let after = page.place::<2>()?.map(|[at, ord]| (at as i32, ord as u32));
    let most = page.limit.plus_one() as usize;
    let engine = app.get::<TagEngine>();
    let found = engine.ask(move |c| c.newest(&selector, &filter, after, most)).await?;
    let places = Page::cut(found, page.limit, |(at, ord)| Cursor(vec![i64::from(*at), i64::from(*ord)]));
    let mut tx = app.db.read().await?;
    let ords: Vec<i64> = places.items.iter().map(|(_, ord)| i64::from(*ord)).collect();
    let mut shown = evidence_of(&mut tx, &engine, ords.clone()).await?;
    Ok(Page { items: ords.iter().filter_map(|ord| shown.remove(ord)).collect(), next: places.next })
}

/// What was said behind some taggings, by their ordinals. Visibility was decided by whoever chose them.
pub async fn evidence_of(tx: &mut Tx, engine: &TagEngine, ords: Vec<i64>) -> base::Result<HashMap<i64, EvidenceOut>> {
    let list = rows::list_by_ords(tx, ords).await?;
    let catalogue = engine.catalogue();
    let names = staff_names(tx, list.iter().filter_map(|t| t.tagged_by)).await?;
    let conversation_ords: Vec<i64> = list.iter().map(|t| t.conversation_ord).collect();
    let heads = conversations::heads(tx, &conversation_ords).await?;
    let passage_ords: Vec<i64> = list.iter().filter_map(|t| t.passage_ord).collect();
    let passages = conversations::passages_by_ord(tx, &passage_ords).await?;
    let whole: Vec<i64> = list.iter().filter(|t| t.passage_ord.is_none()).map(|t| t.conversation_ord).collect();
    let first = conversations::first_words(tx, &whole).await?;
    let entry_ords: Vec<i64> = passages.iter().map(|p| p.entry_ord).chain(first.iter().map(|f| f.1)).collect();
    let entries: HashMap<i64, EntryId> =
        conversations::entries_by_ord(tx, &entry_ords).await?.into_iter().map(|e| (e.ord, e.id)).collect();
    let persons: Vec<i64> = list.iter().filter_map(|t| t.person_ord).collect();
    let teams: Vec<i64> = list.iter().filter_map(|t| t.team_ord).collect();
    let accounts: Vec<i64> = list.iter().filter_map(|t| t.account_ord).collect();
    let cards = people::cards(tx, &persons, &teams, &accounts).await?;
    let mut out = HashMap::new();
    for t in list {
        let Some(head) = heads.iter().find(|h| h.ord == t.conversation_ord) else { continue };
        let Some(tag) = catalogue.by_ord(t.tag_ord).and_then(|tag| catalogue.by_ord(tag.canon_ord)) else { continue };
        let passage = t.passage_ord.and_then(|ord| passages.iter().find(|p| p.ord == ord));
        let words = first.iter().find(|f| f.0 == t.conversation_ord);
        let (quote, entry_ord) = match (passage, words) {
            (Some(p), _) => (p.quote.clone(), Some(p.entry_ord)),
            (None, Some(w)) => (w.2.clone(), Some(w.1)),
            (None, None) => (head.preview.clone(), None),
        };
        let evidence = EvidenceOut {
            tagging: t.id,
            tag: tag.id,
            kind: t.kind()?,
            quote,
            is_passage: passage.is_some(),
            entry: entry_ord.and_then(|ord| entries.get(&ord).copied()),
            conversation: EvidenceConversation { id: head.id, subject: head.subject.clone(), channel: head.channel },
            person: cards.person(t.person_ord),
            team: cards.team(t.team_ord),
            account: cards.account(t.account_ord),
            said_at: t.said_at,
            language: t.language.clone(),
            by: t.tagged_by.and_then(|id| names.get(&id).cloned()),
        };
        out.insert(t.ord, evidence);
    }
    Ok(out)
}

/// Read the words behind a count, newest first. Takes the filters of the count.
#[utoipa::path(get, path = "/api/tags/{id}/evidence", tag = "tagging", operation_id = "list_tag_evidence",
    params(("id" = TagId, Path), CountsQuery, PageQuery),
    responses((status = 200, body = Page<EvidenceOut>), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn list_tag_evidence(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
    Query(query): Query<CountsQuery>,
    page: PageQuery,
) -> Result<Json<Page<EvidenceOut>>> {
    let selector = selector_of(&app, id, &query).await?;
    Ok(Json(evidence_page(&app, can.actor(), selector, &query, &page).await?))
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct NeighbourOut {
    pub tag: TagId,
    /// Distinct conversations that carry both; null where too few persons stand behind them for you to see.
    pub conversations: Option<u32>,
}

impl NeighbourOut {
    pub fn list(engine: &TagEngine, actor: &base::Actor, found: Vec<(u32, Four)>) -> Vec<NeighbourOut> {
        let catalogue = engine.catalogue();
        let shown = |four: Four| actor.may(Right::SeeSmallCounts) || four.persons >= FEW;
        let out = |(tag, four): (u32, Four)| {
            let conversations = shown(four).then_some(four.conversations);
            Some(NeighbourOut { tag: catalogue.by_ord(i64::from(tag))?.id, conversations })
        };
        found.into_iter().filter_map(out).collect()
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Neighbours {
    pub items: Vec<NeighbourOut>,
}

/// List the tags that stand on the same conversations, most shared first.
#[utoipa::path(get, path = "/api/tags/{id}/neighbours", tag = "tagging", operation_id = "list_tag_neighbours",
    params(("id" = TagId, Path), CountsQuery),
    responses((status = 200, body = Neighbours), (status = 404, body = httpkit::Problem)))]
pub async fn list_tag_neighbours(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
    Query(query): Query<CountsQuery>,
) -> Result<Json<Neighbours>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let selector = selector_of(&app, id, &query).await?;
    let (filter, _) = filter_of(&app, can.actor(), &query).await?;
    let found = engine.ask(move |c| c.neighbours(&selector, &filter, 12)).await?;
    Ok(Json(Neighbours { items: NeighbourOut::list(&engine, can.actor(), found) }))
}
