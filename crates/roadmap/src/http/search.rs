//! Search over all rooms: a few hits of each. It stands in the rightmost room that reads, which sees them all.
use crate::shelf::{ItemShelf, OnShelf};
use crate::store as rows;
use base::{AccountId, ConversationId, ItemId, Limit, PersonId, TagId, TeamId};
use conversations::Scope;
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use store::{Noun, search};
use tagging::{Tag, TagEngine, TagState, Texts};

const EACH: usize = 5;
/// Tags are few, and the best of all that match are wanted.
const MOST_TAGS: usize = 1_000;
/// Items that are scored.
const MOST_ITEMS: usize = 500;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RoomsQuery {
    pub q: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct RoomHits {
    pub conversations: Vec<ConversationHit>,
    pub persons: Vec<PersonHit>,
    pub teams: Vec<TeamHit>,
    pub accounts: Vec<AccountHit>,
    pub tags: Vec<TagHit>,
    pub items: Vec<ItemHit>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ConversationHit {
    pub id: ConversationId,
    pub title: Option<String>,
    pub snippet: String,
    /// Matched words in the snippet, in Unicode scalars.
    pub marks: Vec<(usize, usize)>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct PersonHit {
    pub id: PersonId,
    pub name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TeamHit {
    pub id: TeamId,
    pub name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountHit {
    pub id: AccountId,
    pub name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TagHit {
    pub id: TagId,
    pub path: String,
    pub label: Texts,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemHit {
    pub id: ItemId,
    pub title: Texts,
}

/// Find in every room: at most five of each.
#[utoipa::path(get, path = "/api/search/rooms", tag = "roadmap", operation_id = "search_rooms", params(RoomsQuery),
    responses((status = 200, body = RoomHits)))]
pub async fn search_rooms(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<RoomsQuery>,
) -> Result<Json<RoomHits>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let q = query.q.trim();
    let hits = conversations::search(&mut tx, &scope, q, None, Limit::new(EACH as i64)).await?;
    let conversations = hits
        .items
        .into_iter()
        .map(|h| ConversationHit {
            id: h.head.id,
            title: h.head.subject,
            snippet: h.snippet.text,
            marks: h.snippet.marks,
        })
        .collect();
    let persons = people::find_names(&mut tx, Noun::Person, q, EACH).await?;
    let teams = people::find_names(&mut tx, Noun::Team, q, EACH).await?;
    let accounts = people::find_names(&mut tx, Noun::Account, q, EACH).await?;
    let cards = people::cards(&mut tx, &persons, &teams, &accounts).await?;
    let found = search::find_names(&mut tx, Noun::Tag, &textkit::parse_query(q), MOST_TAGS).await?;
    let mut tags: Vec<&Tag> = found
        .ords()
        .filter_map(|ord| catalogue.by_ord(ord))
        .filter(|t| !matches!(t.state, TagState::Merged | TagState::Retired))
        .collect();
    // "Filters" before "Filters of the API" for whoever seeks filters.
    let sought = textkit::fold(q);
    tags.sort_by_cached_key(|t| {
        let labels = [&t.label.ko, &t.label.en].into_iter().flatten().map(|label| textkit::fold(label));
        labels
            .map(|label| (label != sought, !label.starts_with(&sought), label.chars().count()))
            .min()
            .unwrap_or((true, true, 0))
    });
    let tags = tags
        .into_iter()
        .take(EACH)
        .map(|t| TagHit { id: t.id, path: t.path.clone(), label: t.label.clone() })
        .collect();
    let parsed = textkit::parse_query(q);
    // Those that are called so go first; of very many the first are scored.
    let shelf = app.get::<ItemShelf>().items().await?;
    let holds: Vec<&OnShelf> = shelf.iter().filter(|one| one.holds(&parsed)).collect();
    let (called, others): (Vec<&OnShelf>, Vec<&OnShelf>) = holds.into_iter().partition(|one| one.is_called(&parsed));
    let likely = called.into_iter().chain(others).take(MOST_ITEMS).map(|one| one.item.id).collect();
    let mut items: Vec<(f32, ItemHit)> = rows::list_items(&mut tx, likely)
        .await?
        .into_iter()
        .filter_map(|i| {
            let texts = [&i.key, &i.title.ko, &i.title.en, &i.problem.ko, &i.problem.en];
            let text = texts.into_iter().flatten().cloned().collect::<Vec<_>>().join("\n");
            let score = textkit::score(&parsed, &text);
            (score > 0.0).then_some((score, ItemHit { id: i.id, title: i.title }))
        })
        .collect();
    items.sort_by(|a, b| b.0.total_cmp(&a.0));

    Ok(Json(RoomHits {
        conversations,
        persons: persons
            .into_iter()
            .filter_map(|o| cards.person(Some(o)))
            .map(|p| PersonHit { id: p.id, name: p.name })
            .collect(),
        teams: teams
            .into_iter()
            .filter_map(|o| cards.team(Some(o)))
            .map(|t| TeamHit { id: t.id, name: t.name })
            .collect(),
        accounts: accounts
            .into_iter()
            .filter_map(|o| cards.account(Some(o)))
            .map(|a| AccountHit { id: a.id, name: a.name })
            .collect(),
        tags,
        items: items.into_iter().take(EACH).map(|(_, hit)| hit).collect(),
    }))
}
