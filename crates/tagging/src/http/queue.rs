//! What waits for a curator over HTTP: proposals, imported tags, near duplicates, tags nobody uses, tags that are too
//! broad, texts that are missing, tags that are taken for each other; and how large the taxonomy should be.
use super::double::period_of;
use super::tags::{StaffName, staff_names};
use crate::actions::{self, Missed};
use crate::agreement::{ConfusablePair, Double, list_pairs};
use crate::counts::{Columns, Filter};
use crate::curation::{Likeness, Words};
use crate::engine::{TagEngine, minute};
use crate::model::{Aliases, Catalogue, Tag, TagState, Texts};
use crate::store as rows;
use ::store::Tx;
use axum::http::StatusCode;
use base::{Actor, ConversationId, Error, PassageId, TagId, Time};
use conversations::Scope;
use httpkit::{AppState, Can, Curate, Json, ProposeTag, Query, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Something that waits for a curator.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct QueueItem {
    /// `proposed`, `imported`, `near`, `confused`, `unused`, `broad` or `missing`.
    pub source: String,
    pub tag: TagId,
    /// The other tag of a pair.
    pub other: Option<TagId>,
    /// How near a pair is, from 0 to 1.
    pub score: Option<f32>,
    /// Distinct conversations behind it: of 90 days for `broad`, tagged twice in 180 days for `confused`, of all time
    /// otherwise.
    pub conversations: Option<u32>,
    /// What a tag lacks: `label_ko`, `label_en`, `definition_ko`, `definition_en`.
    pub lacks: Vec<String>,
    /// The tags nearest to a proposed or imported one, in both languages.
    pub nearest: Vec<NearTag>,
    pub proposal: Option<Proposal>,
}

impl QueueItem {
    pub fn new(source: &str, tag: TagId) -> QueueItem {
        QueueItem {
            source: source.to_owned(),
            tag,
            other: None,
            score: None,
            conversations: None,
            lacks: vec![],
            nearest: vec![],
            proposal: None,
        }
    }
}

/// Who misses a tag, and in what they read.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Proposal {
    pub by: Option<StaffName>,
    pub at: Time,
    pub note: Option<String>,
    pub conversation: Option<ConversationId>,
    /// The words that need it.
    pub quote: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NearTag {
    pub tag: TagId,
    /// 1 for the same words.
    pub score: f32,
}

/// How many tags are in use, and how many there should be at most.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Budget {
    pub limit: u32,
    #[serde(default)]
    pub active: u32,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct QueueOut {
    pub items: Vec<QueueItem>,
    /// How many wait in each source; lists hold the first 200 of each.
    pub counts: BTreeMap<String, u32>,
    pub budget: Budget,
}

const MOST_EACH: usize = 200;
/// A tag without a word in this time is asked about, once it is as old.
const UNUSED_DAYS: i64 = 90;
/// Broad is what has at least so many conversations in 90 days, and this many times the middle tag.
const BROAD_LEAST: u32 = 30;
const BROAD_TIMES: u32 = 10;
/// Two tags are asked about from so many conversations on; once is a slip.
const CONFUSED_LEAST: usize = 2;
/// Notion tags with seven hundred.
const BUDGET: u32 = 700;

fn is_source_node(catalogue: &Catalogue, tag: &Tag) -> bool {
    tag.state == TagState::Imported && catalogue.tags.iter().any(|t| t.parent_ord == tag.ord)
}

fn nearest_of(likeness: &Likeness, catalogue: &Catalogue, words: &Words, skip: Option<i64>) -> Vec<NearTag> {
    let near = likeness.nearest(words, skip, 3);
    near.into_iter().filter_map(|c| Some(NearTag { tag: catalogue.by_ord(c.ord)?.id, score: c.score })).collect()
}

/// What an imported or proposed tag needs decided.
fn list_waiting(
    catalogue: &Catalogue,
    likeness: &Likeness,
    all: &HashMap<u32, (u32, u32)>,
    state: TagState,
) -> Vec<QueueItem> {
    let waits = |t: &&Tag| t.state == state && !is_source_node(catalogue, t);
    let mut list: Vec<(&Tag, u32)> =
        catalogue.tags.iter().filter(waits).map(|t| (t, all.get(&(t.ord as u32)).map_or(0, |n| n.0))).collect();
    list.sort_by_key(|(t, n)| (std::cmp::Reverse(*n), t.path.clone()));
    let item = |(t, n): (&Tag, u32)| QueueItem {
        conversations: Some(n),
        nearest: nearest_of(likeness, catalogue, &Words::new(&t.label, &t.aliases), Some(t.ord)),
        ..QueueItem::new(state.as_str(), t.id)
    };
    list.into_iter().map(item).collect()
}

fn list_near(catalogue: &Catalogue, likeness: &Likeness) -> Vec<QueueItem> {
    let pairs = likeness.pairs().into_iter().filter_map(|(a, b, score)| {
        let (a, b) = (catalogue.by_ord(a)?, catalogue.by_ord(b)?);
        Some(QueueItem { other: Some(b.id), score: Some(score), ..QueueItem::new("near", a.id) })
    });
    pairs.collect()
}

fn list_unused(
    catalogue: &Catalogue,
    used: &HashMap<u32, (u32, u32)>,
    all: &HashMap<u32, (u32, u32)>,
    now: Time,
) -> Vec<QueueItem> {
    let old = Time(now.0 - UNUSED_DAYS * Time::DAY);
    let is_unused = |t: &&Tag| {
        t.state == TagState::Active && t.created_at < old && used.get(&(t.ord as u32)).is_none_or(|n| n.1 == 0)
    };
    let item = |t: &Tag| {
        let n = all.get(&(t.ord as u32)).map_or(0, |n| n.0);
        QueueItem { conversations: Some(n), ..QueueItem::new("unused", t.id) }
    };
    catalogue.tags.iter().filter(is_unused).map(item).collect()
}

fn list_broad(catalogue: &Catalogue, used: &HashMap<u32, (u32, u32)>) -> Vec<QueueItem> {
    let n = |t: &Tag| used.get(&(t.ord as u32)).map_or(0, |n| n.0);
    let active = || catalogue.tags.iter().filter(|t| t.state == TagState::Active);
    let mut uses: Vec<u32> = active().map(n).filter(|n| *n > 0).collect();
    uses.sort_unstable();
    let middle = uses.get(uses.len() / 2).copied().unwrap_or(0);
    let least = BROAD_LEAST.max(BROAD_TIMES * middle);
    let mut list: Vec<&Tag> = active().filter(|t| n(t) >= least).collect();
    list.sort_by_key(|t| std::cmp::Reverse(n(t)));
    list.into_iter().map(|t| QueueItem { conversations: Some(n(t)), ..QueueItem::new("broad", t.id) }).collect()
}

fn list_lacking(catalogue: &Catalogue, used: &HashMap<u32, (u32, u32)>) -> Vec<QueueItem> {
    let lacks = |t: &Tag| -> Vec<String> {
        let both = [("label", &t.label), ("definition", &t.definition)];
        let missing = both.into_iter().flat_map(|(field, texts)| {
            texts
                .by_lang()
                .into_iter()
                .filter(|(_, text)| text.is_none())
                .map(move |(lang, _)| format!("{field}_{lang}"))
        });
        missing.collect()
    };
    let mut list: Vec<(&Tag, Vec<String>)> = catalogue
        .tags
        .iter()
        .filter(|t| t.state == TagState::Active)
        .map(|t| (t, lacks(t)))
        .filter(|(_, l)| !l.is_empty())
        .collect();
    list.sort_by_key(|(t, _)| std::cmp::Reverse(used.get(&(t.ord as u32)).map_or(0, |n| n.0)));
    list.into_iter().map(|(t, lacks)| QueueItem { lacks, ..QueueItem::new("missing", t.id) }).collect()
}

/// Tags that two people took for each other when they tagged the same conversations blind.
fn list_confused(catalogue: &Catalogue, doubles: &[Double]) -> Vec<QueueItem> {
    let often = list_pairs(doubles).into_iter().filter(|pair| pair.conversations.len() >= CONFUSED_LEAST);
    let item = |pair: ConfusablePair| {
        let (tag, against) = (catalogue.by_ord(pair.tags.0)?, catalogue.by_ord(pair.tags.1)?);
        let n = Some(pair.conversations.len() as u32);
        Some(QueueItem { other: Some(against.id), conversations: n, ..QueueItem::new("confused", tag.id) })
    };
    often.filter_map(item).collect()
}

/// Adds who proposed, why, and the words that need it, as far as the actor may see them.
async fn add_proposals(tx: &mut Tx, scope: &Scope, catalogue: &Catalogue, items: &mut [QueueItem]) -> Result<()> {
    let ords: Vec<i64> = items.iter().filter_map(|i| Some(catalogue.by_id(i.tag)?.ord)).collect();
    let said = rows::list_missed(tx, ords).await?;
    let names = staff_names(tx, said.iter().filter_map(|s| s.1)).await?;
    let mut by_tag: HashMap<i64, Proposal> = HashMap::new();
    for (ord, by, at, json) in said {
        let missed: Missed = serde_json::from_str(&json).unwrap_or_default();
        let words = match missed.passage {
            Some(id) => find_quote(tx, scope, id).await?,
            None => None,
        };
        let conversation = match missed.conversation {
            Some(id) => may_see(tx, scope, id).await?.then_some(id),
            None => None,
        };
        by_tag.insert(
            ord,
            Proposal {
                by: by.and_then(|id| names.get(&id).cloned()),
                at,
                note: missed.note,
                conversation,
                quote: words,
            },
        );
    }
    for item in items {
        item.proposal = catalogue.by_id(item.tag).and_then(|t| by_tag.remove(&t.ord));
    }
    Ok(())
}

async fn find_quote(tx: &mut Tx, scope: &Scope, id: PassageId) -> Result<Option<String>> {
    match conversations::get_passage(tx, scope, id).await {
        Ok(passage) => Ok(Some(passage.quote)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

async fn may_see(tx: &mut Tx, scope: &Scope, id: ConversationId) -> Result<bool> {
    match conversations::get_conversation(tx, scope, id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// Conversations per tag, alone and with what lies below: of all time, and since a moment.
type Used = HashMap<u32, (u32, u32)>;

async fn used(app: &AppState, actor: &Actor, catalogue: &Catalogue, since: Time) -> Result<(Used, Used)> {
    let hidden: Vec<u16> = app.hub.hidden_doors(actor).await?.into_iter().map(|d| d as u16).collect();
    let parents: HashMap<u32, u32> =
        catalogue.tags.iter().filter(|t| t.parent_ord != 0).map(|t| (t.ord as u32, t.parent_ord as u32)).collect();
    let all = Filter { hidden, ..Filter::default() };
    let lately = Filter { from: Some(minute(since)), ..all.clone() };
    let ask = move |c: &Columns| {
        let parent = |t: u32| parents.get(&t).copied();
        (c.recent(&all, parent), c.recent(&lately, parent))
    };
    Ok(app.get::<TagEngine>().ask(ask).await?)
}

pub(crate) async fn budget(tx: &mut Tx, catalogue: &Catalogue) -> Result<Budget> {
    let limit = rows::find_setting(tx, "budget").await?.and_then(|v| v.parse().ok()).unwrap_or(BUDGET);
    let active = catalogue.tags.iter().filter(|t| t.state == TagState::Active).count() as u32;
    Ok(Budget { limit, active })
}

fn place_of(catalogue: &Catalogue, source: &str, tag: TagId, other: Option<TagId>) -> (String, i64, i64) {
    let ord = |id: TagId| catalogue.by_id(id).map_or(0, |t| t.ord);
    let (a, b) = (ord(tag), other.map_or(0, ord));
    // A pair is the same pair whichever comes first.
    if b == 0 { (source.to_owned(), a, 0) } else { (source.to_owned(), a.min(b), a.max(b)) }
}

/// Something in the queue that is right as it is.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct LeaveIn {
    pub source: String,
    pub tag: TagId,
    #[serde(default)]
    pub other: Option<TagId>,
    /// False lets it wait again.
    pub leave: bool,
}

/// Leave something in the queue as it is: it is not asked about again.
#[utoipa::path(put, path = "/api/curation/queue", tag = "tagging", operation_id = "leave_in_queue", request_body = LeaveIn,
    responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn leave_in_queue(
    can: Can<Curate>,
    State(app): State<AppState>,
    Json(input): Json<LeaveIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    for id in [Some(input.tag), input.other].into_iter().flatten() {
        catalogue.by_id(id).ok_or(Error::NotFound("tag"))?;
    }
    let (source, tag, other) = place_of(&catalogue, &input.source, input.tag, input.other);
    match input.leave {
        true => rows::leave(&mut tx, &source, tag, other, can.actor().staff).await?,
        false => rows::unleave(&mut tx, &source, tag, other).await?,
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List what waits for a curator.
#[utoipa::path(get, path = "/api/curation/queue", tag = "tagging", operation_id = "list_queue",
    responses((status = 200, body = QueueOut)))]
pub async fn list_queue(can: Can<Curate>, State(app): State<AppState>) -> Result<Json<QueueOut>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let (catalogue, likeness) = engine.likeness().await?;
    let now = Time::now();
    let (all, lately) = used(&app, can.actor(), &catalogue, Time(now.0 - UNUSED_DAYS * Time::DAY)).await?;
    let mut lists = vec![
        list_waiting(&catalogue, &likeness, &all, TagState::Proposed),
        list_waiting(&catalogue, &likeness, &all, TagState::Imported),
        list_near(&catalogue, &likeness),
        list_unused(&catalogue, &lately, &all, now),
        list_broad(&catalogue, &lately),
        list_lacking(&catalogue, &lately),
    ];
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (_, _, period) = period_of(&mut tx, &None, &None).await?;
    lists.push(list_confused(&catalogue, &actions::list_doubles(&mut tx, &scope, &catalogue, period).await?));
    let left: HashSet<(String, i64, i64)> = rows::list_left(&mut tx).await?.into_iter().collect();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut items = Vec::new();
    for mut list in lists {
        list.retain(|item| !left.contains(&place_of(&catalogue, &item.source, item.tag, item.other)));
        for item in &list {
            *counts.entry(item.source.clone()).or_default() += 1;
        }
        list.truncate(MOST_EACH);
        items.extend(list);
    }
    let proposed = items.iter().take_while(|i| i.source == "proposed").count();
    add_proposals(&mut tx, &scope, &catalogue, &mut items[..proposed]).await?;
    let budget = budget(&mut tx, &catalogue).await?;
    Ok(Json(QueueOut { items, counts, budget }))
}

/// Say how many tags the taxonomy should have at most.
#[utoipa::path(put, path = "/api/curation/budget", tag = "tagging", operation_id = "set_budget", request_body = Budget,
    responses((status = 200, body = Budget), (status = 422, body = httpkit::Problem)))]
pub async fn set_budget(
    _can: Can<Curate>,
    State(app): State<AppState>,
    Json(wanted): Json<Budget>,
) -> Result<Json<Budget>> {
    if !(1..=100_000).contains(&wanted.limit) {
        return Err(Error::invalid("limit", "error-budget").into());
    }
    let mut tx = app.db.write().await?;
    rows::put_setting(&mut tx, "budget", &wanted.limit.to_string()).await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let budget = budget(&mut tx, &catalogue).await?;
    tx.commit().await?;
    Ok(Json(budget))
}

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NearestQuery {
    /// What it would be called in Korean.
    pub ko: Option<String>,
    pub en: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct NearestOut {
    pub items: Vec<NearTag>,
}

/// Find the three tags nearest to words, in both languages: before somebody proposes what is there already.
#[utoipa::path(get, path = "/api/curation/nearest", tag = "tagging", operation_id = "list_nearest_tags", params(NearestQuery),
    responses((status = 200, body = NearestOut)))]
pub async fn list_nearest(
    _can: Can<ProposeTag>,
    State(app): State<AppState>,
    Query(query): Query<NearestQuery>,
) -> Result<Json<NearestOut>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let (catalogue, likeness): (Arc<Catalogue>, Arc<Likeness>) = engine.likeness().await?;
    let short = |t: Option<String>| t.map(|t| t.chars().take(200).collect::<String>());
    let label = Texts { ko: short(query.ko), en: short(query.en) }.tidy();
    let words = Words::new(&label, &Aliases::default());
    Ok(Json(NearestOut { items: nearest_of(&likeness, &catalogue, &words, None) }))
}
