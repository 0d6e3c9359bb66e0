//! Lists of conversations and the counts of the views.
use super::out::{ConversationOut, list_out};
use crate::access::Scope;
use crate::actions::list::{self, ListQuery, MOST_COUNTED};
use crate::model::{Channel, Mood, Sort, View};
use crate::store::conversations;
use base::{AccountId, Day, DoorId, Error, Lang, PersonId, StaffId, TagId, TeamId, Time, Zone};
use httpkit::{AppState, Can, Json, PageQuery, Query, Read, Result, State};
use serde::{Deserialize, Serialize};

/// Nobody says a moment in more characters.
const LONGEST_WHEN: usize = 200;

/// What to list. What is left out does not narrow.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListIn {
    #[serde(default)]
    #[param(required = false, inline)]
    view: View,
    #[serde(default)]
    #[param(required = false, inline)]
    sort: Sort,
    /// A team of ours, by its name.
    staff_team: Option<String>,
    /// Who answers.
    #[param(value_type = Option<String>)]
    assignee: Option<StaffId>,
    #[param(value_type = Option<String>)]
    door: Option<DoorId>,
    #[param(inline)]
    channel: Option<Channel>,
    #[param(value_type = Option<String>)]
    language: Option<Lang>,
    source: Option<String>,
    external_id: Option<String>,
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    #[param(value_type = Option<String>)]
    team: Option<TeamId>,
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// A tag, with all below it.
    #[param(value_type = Option<String>)]
    tag: Option<TagId>,
    /// The emotion that customers named last, or the side they ended on.
    #[param(inline)]
    emotion: Option<Mood>,
    /// Words that were said in it.
    q: Option<String>,
    /// Last said on this day or later; a moment is taken too.
    from: Option<String>,
    /// Last said before this day or moment.
    to: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ListOut {
    items: Vec<ConversationOut>,
    next: Option<String>,
    /// By value only the newest so many are in order, by turn those who wait longest, and there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    ranked_newest: Option<i64>,
}

/// List conversations.
#[utoipa::path(get, path = "/api/conversations", tag = "conversations", operation_id = "list_conversations",
    params(ListIn, PageQuery), responses((status = 200, body = ListOut)))]
pub async fn list_conversations(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<ListIn>,
    page: PageQuery,
) -> Result<Json<ListOut>> {
    let mut tx = app.db.read().await?;
    let zone = staff::get_settings(&mut tx).await?.zone;
    let query = ListQuery {
        view: query.view,
        sort: query.sort,
        staff_team: query.staff_team,
        assignee: query.assignee,
        door: query.door,
        channel: query.channel,
        language: query.language,
        source: query.source,
        external_id: query.external_id,
        person: query.person,
        team: query.team,
        account: query.account,
        tag: query.tag,
        mood: query.emotion,
        q: query.q,
        from: query.from.map(|text| moment("from", &text, &zone)).transpose()?,
        to: query.to.map(|text| moment("to", &text, &zone)).transpose()?,
    };
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let found = list::list_page(&mut tx, &scope, can.staff, &query, page.place()?, page.limit).await?;
    let items = list_out(&mut tx, can.actor(), found.page.items).await?;
    Ok(Json(ListOut { items, next: found.page.next, ranked_newest: found.ranked }))
}

/// The beginning of a day where we are, or a moment.
fn moment(field: &'static str, text: &str, zone: &Zone) -> base::Result<Time> {
    if let Ok(day) = Day::parse(text) {
        return Ok(day.start_in(zone));
    }
    Time::parse(text).map_err(|_| Error::invalid(field, "error-day"))
}

/// How many, counted up to ten thousand.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CountOut {
    n: i64,
    /// There are at least so many.
    more: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ViewCounts)]
pub struct CountsOut {
    all: CountOut,
    mine: CountOut,
    unassigned: CountOut,
    team: CountOut,
    untagged: CountOut,
    waiting: CountOut,
    snoozed: CountOut,
}

/// Count the conversations of each view.
#[utoipa::path(get, path = "/api/conversations/counts", tag = "conversations", operation_id = "count_views",
    responses((status = 200, body = CountsOut)))]
pub async fn count_views(can: Can<Read>, State(app): State<AppState>) -> Result<Json<CountsOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let counts = list::count_views(&mut tx, &scope, can.staff).await?;
    let [all, mine, unassigned, team, untagged, waiting, snoozed] =
        counts.map(|n| CountOut { n, more: n >= MOST_COUNTED });
    Ok(Json(CountsOut { all, mine, unassigned, team, untagged, waiting, snoozed }))
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AnsweredOut {
    /// Conversations that customers began within the period.
    asked: i64,
    /// Of these, how many have an answer by a person.
    answered: i64,
    /// Days, ending now.
    days: i64,
}

/// How many of those who wrote to us within thirty days were answered by a person.
#[utoipa::path(get, path = "/api/conversations/answered", tag = "conversations", operation_id = "count_answered",
    responses((status = 200, body = AnsweredOut)))]
pub async fn count_answered(can: Can<Read>, State(app): State<AppState>) -> Result<Json<AnsweredOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (now, days) = (tx.now(), 30);
    let (asked, answered) =
        conversations::count_answered(&mut tx, now.plus(-days * Time::DAY), now, &scope.hidden).await?;
    Ok(Json(AnsweredOut { asked, answered, days }))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WhenIn {
    /// In words: 내일 오전 10시, tomorrow 10am, in 3 hours.
    text: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct WhenOut {
    /// The moment that is meant; null when it is not understood or has passed.
    at: Option<Time>,
}

/// Read a moment in words, in the zone of the house.
#[utoipa::path(get, path = "/api/when", tag = "conversations", operation_id = "read_when", params(WhenIn),
    responses((status = 200, body = WhenOut)))]
pub async fn read_when(
    _: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<WhenIn>,
) -> Result<Json<WhenOut>> {
    let mut tx = app.db.read().await?;
    let zone = staff::get_settings(&mut tx).await?.zone;
    let text: String = query.text.chars().take(LONGEST_WHEN).collect();
    Ok(Json(WhenOut { at: textkit::read_when(&text, tx.now(), &zone) }))
}
