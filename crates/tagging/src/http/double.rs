//! Double coding over HTTP: the next conversation to tag blind, the second coding, what differs, the decision.
use crate::actions;
use crate::agreement::Double;
use crate::engine::TagEngine;
use crate::model::Catalogue;
use ::store::Tx;
use axum::http::StatusCode;
use base::{ConversationId, Cursor, Day, DoubleCodingId, Error, Page, TagId, Time};
use conversations::{Author, Channel, Scope};
use httpkit::{AppState, Can, Curate, Json, PageQuery, Path, Query, Read, Result, State, Tag};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// Messages shown of one conversation.
const MOST_SAID: i64 = 200;

/// A conversation as somebody reads it who tags it blind: what was said, without any tag, note or suggestion, and
/// without the id under which its tags could be read.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BlindOut {
    pub id: DoubleCodingId,
    pub channel: Channel,
    pub subject: Option<String>,
    pub opened_at: Time,
    pub said: Vec<SaidOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = BlindMessage)]
pub struct SaidOut {
    pub author: Author,
    pub name: Option<String>,
    pub at: Time,
    pub language: Option<String>,
    pub text: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct NextDoubleCoding {
    pub item: Option<BlindOut>,
    /// Pass it as `after` to leave this one for somebody else.
    pub place: Option<String>,
    /// Conversations you may tag as the second person from this place on, counted up to a hundred.
    pub waiting: usize,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NextQuery {
    /// The `place` of one that you leave for somebody else.
    pub after: Option<String>,
}

/// Get the next conversation to tag blind.
///
/// One that was drawn, that you never tagged, and that you may see. Nothing of what the first person gave is answered.
#[utoipa::path(get, path = "/api/double-codings/next", tag = "tagging", operation_id = "find_next_double_coding", params(NextQuery),
    responses((status = 200, body = NextDoubleCoding)))]
pub async fn find_next(
    can: Can<Tag>,
    State(app): State<AppState>,
    Query(query): Query<NextQuery>,
) -> Result<Json<NextDoubleCoding>> {
    let after = match &query.after {
        Some(place) => Cursor::decode::<1>(place).map_err(|_| Error::invalid("after", "error-cursor"))?[0],
        None => 0,
    };
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (found, waiting) = actions::find_next_double(&mut tx, &scope, can.actor(), after).await?;
    let Some((row, head)) = found else { return Ok(Json(NextDoubleCoding { item: None, place: None, waiting })) };
    let said = conversations::messages(&mut tx, head.ord, MOST_SAID).await?;
    let said = said.into_iter().map(|e| SaidOut {
        author: e.author,
        name: e.author_name,
        at: e.said_at,
        language: e.language.map(|l| l.to_string()),
        text: e.text,
    });
    let item = BlindOut {
        id: row.id,
        channel: head.channel,
        subject: head.subject,
        opened_at: head.opened_at,
        said: said.collect(),
    };
    Ok(Json(NextDoubleCoding { item: Some(item), place: Some(Cursor(vec![head.ord]).encode()), waiting }))
}

/// A set of tags; an empty one says that nothing fits.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct TagSetIn {
    pub tags: Vec<TagId>,
}

/// Tag a conversation as the second person.
///
/// It enters no count. 409 when you tagged it before, or when somebody else was quicker.
#[utoipa::path(post, path = "/api/double-codings/{id}/coding", tag = "tagging", operation_id = "code_second", request_body = TagSetIn,
    params(("id" = DoubleCodingId, Path)),
    responses((status = 204, description = "Kept"), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn code_second(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<DoubleCodingId>,
    Json(body): Json<TagSetIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    actions::code_second(&mut tx, &scope, can.actor(), &catalogue, id, &body.tags).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Decide between two codings.
///
/// Afterwards the conversation carries exactly these tags: what is missing is applied, what does not belong is taken
/// back. 409 when it was decided before.
#[utoipa::path(post, path = "/api/double-codings/{id}/decision", tag = "tagging", operation_id = "decide_double_coding", request_body = TagSetIn,
    params(("id" = DoubleCodingId, Path)),
    responses((status = 204, description = "Decided"), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn decide(
    can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<DoubleCodingId>,
    Json(body): Json<TagSetIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    actions::decide_double(&mut tx, &scope, can.actor(), &catalogue, id, &body.tags).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoubleState {
    #[default]
    All,
    /// The two differ and nobody decided yet.
    Undecided,
    Differ,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DoublesQuery {
    #[param(inline)]
    pub state: Option<DoubleState>,
    /// First day on which a second person coded, in the installation's zone; 180 days ago unless said.
    pub from: Option<String>,
    /// The day after the last; until now unless said.
    pub to: Option<String>,
    /// Only conversations on which somebody gave this tag or one below it.
    pub branch: Option<TagId>,
    /// Only conversations on which one gave this tag where another gave `against`.
    pub tag: Option<TagId>,
    pub against: Option<TagId>,
}

/// A conversation that two people tagged. Who they are is not told.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DoubleOut {
    pub id: DoubleCodingId,
    pub conversation: ConversationId,
    pub subject: Option<String>,
    /// The first words a person said in it.
    pub words: String,
    pub language: Option<String>,
    pub coded_at: Time,
    pub first: Vec<TagId>,
    pub second: Vec<TagId>,
    /// What was decided, if it was.
    pub decided: Option<Vec<TagId>>,
}

/// The period of a query: days as they were asked, and the moments they mean.
pub(super) async fn period_of(
    tx: &mut Tx,
    from: &Option<String>,
    to: &Option<String>,
) -> Result<(Day, Day, (Time, Time))> {
    let zone = staff::get_settings(tx).await?.zone;
    let day = |text: &Option<String>, field: &'static str, usual: Day| match text {
        Some(text) => Day::parse(text).map_err(|_| Error::invalid(field, "error-day")),
        None => Ok(usual),
    };
    let tomorrow = tx.now().day_in(&zone).plus(1);
    let to = day(to, "to", tomorrow)?;
    let from = day(from, "from", tomorrow.plus(-180))?;
    if from > to {
        return Err(Error::invalid("to", "error-period").into());
    }
    Ok((from, to, (from.start_in(&zone), to.start_in(&zone))))
}

/// The double codings a query means, in the order of the conversations.
async fn wanted(tx: &mut Tx, scope: &Scope, catalogue: &Catalogue, query: &DoublesQuery) -> Result<Vec<Double>> {
    let (_, _, period) = period_of(tx, &query.from, &query.to).await?;
    let mut list = actions::list_doubles(tx, scope, catalogue, period).await?;
    match query.state.unwrap_or_default() {
        DoubleState::All => {}
        DoubleState::Differ => list.retain(Double::differs),
        DoubleState::Undecided => list.retain(|d| d.differs() && d.decided.is_none()),
    }
    let ord = |id: TagId| crate::access::get_tag(catalogue, id).map(|tag| tag.ord);
    if let Some(branch) = query.branch {
        let branch: BTreeSet<i64> = catalogue.subtree(ord(branch)?).into_iter().collect();
        list.retain(|d| !d.first.is_disjoint(&branch) || !d.second.is_disjoint(&branch));
    }
    if let (Some(a), Some(b)) = (query.tag, query.against) {
        let (a, b) = (ord(a)?, ord(b)?);
        let stands = |x: &BTreeSet<i64>, y: &BTreeSet<i64>| {
            x.contains(&a) && !y.contains(&a) && y.contains(&b) && !x.contains(&b)
        };
        list.retain(|d| stands(&d.first, &d.second) || stands(&d.second, &d.first));
    }
    Ok(list)
}

/// List conversations that two people tagged.
///
/// With what each gave and what was decided; never who gave it.
#[utoipa::path(get, path = "/api/double-codings", tag = "tagging", operation_id = "list_double_codings", params(DoublesQuery, PageQuery),
    responses((status = 200, body = Page<DoubleOut>), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn list_doubles(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<DoublesQuery>,
    page: PageQuery,
) -> Result<Json<Page<DoubleOut>>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let [after] = page.place()?.unwrap_or([0]);
    let mut list = wanted(&mut tx, &scope, &catalogue, &query).await?;
    list.retain(|d| d.conversation_ord > after);
    list.truncate(page.limit.plus_one() as usize);
    let cut = Page::cut(list, page.limit, |d| Cursor(vec![d.conversation_ord]));
    let ords: Vec<i64> = cut.items.iter().map(|d| d.conversation_ord).collect();
    let heads = conversations::heads(&mut tx, &ords).await?;
    let heads: HashMap<i64, _> = heads.into_iter().map(|head| (head.ord, head)).collect();
    let words = conversations::first_words(&mut tx, &ords).await?;
    let mut words: HashMap<i64, String> = words.into_iter().map(|(ord, _, text)| (ord, text)).collect();
    let ids = |tags: BTreeSet<i64>| tags.into_iter().filter_map(|ord| Some(catalogue.by_ord(ord)?.id)).collect();
    let items = cut.items.into_iter().filter_map(|d| {
        let head = heads.get(&d.conversation_ord)?;
        Some(DoubleOut {
            id: d.id,
            conversation: head.id,
            subject: head.subject.clone(),
            words: words.remove(&head.ord).unwrap_or_else(|| head.preview.clone()),
            language: head.language.map(|l| l.to_string()),
            coded_at: d.coded_at,
            first: ids(d.first),
            second: ids(d.second),
            decided: d.decided.map(ids),
        })
    });
    Ok(Json(Page { items: items.collect(), next: cut.next }))
}
