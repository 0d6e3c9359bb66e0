//! Routing over HTTP: why a conversation is where it is, sending it elsewhere, whose turn is next, the rules.
use crate::routing::{
    self, Facts, House, OrderWeights, PARTS, PersonWeights, Reason, Reroute, Rules, TeamFor, Why, WordRule, load_rules,
    words_at,
};
use crate::store::routing::{self as rows, DecisionRow, OursRow};
use ::store::Tx;
use base::{Actor, ConversationId, Error, Lang, Right, StaffId, Time, Ui};
use conversations::{Head, Purpose, Scope};
use httpkit::{Answer, AppState, Can, Configure, Etag, IfMatch, Json, Path, Query, Read, Result, State};
use serde::{Deserialize, Serialize};

/// One sentence in both languages.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Sentence {
    pub ko: String,
    pub en: String,
}

/// One part of what makes somebody's turn come.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PartOut {
    /// `fit`, `value`, `growth`, `waiting` or `emotion`.
    pub name: &'static str,
    /// 0 to 1.
    pub part: f64,
    /// Of 100.
    pub weight: f64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct OursOut {
    pub id: StaffId,
    pub name: String,
}

/// Where a conversation went and why.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RouteOut {
    pub sentence: Sentence,
    pub purpose: Option<Purpose>,
    /// `words`, `rule`, `person` or `nothing`.
    pub purpose_from: String,
    /// How sure, 0 to 1.
    pub sure: f64,
    /// The words it was read from, as they stand in what was said.
    pub words: Vec<String>,
    pub staff_team: Option<String>,
    pub assignee: Option<OursOut>,
    pub parts: Vec<PartOut>,
    /// Whether it went to those who sell, with what they should know at `/packet`.
    pub has_packet: bool,
    pub decided_at: Time,
    /// Decided otherwise so many times.
    pub changes: usize,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct RouteAnswer {
    /// Nothing where nobody decided, such as in what was imported.
    pub route: Option<RouteOut>,
}

/// Names in place of ids, and words in place of places.
async fn why_of(tx: &mut Tx, house: &House, head: &Head, decision: &DecisionRow) -> base::Result<(Why, Facts)> {
    let ids: Vec<StaffId> = decision.assignee.into_iter().chain(decision.decided_by).collect();
    let names = staff::list_staff_names(tx, ids).await?;
    let name_of = |id: Option<StaffId>| id.and_then(|id| names.get(&id).cloned());
    let facts: Facts = serde_json::from_value(decision.facts_json.clone()).unwrap_or_default();
    let texts = conversations::entries_text(tx, decision.entry_ord.as_slice()).await?;
    let words = texts.first().map_or(Vec::new(), |(_, text)| words_at(text, &decision.words));
    let grew = facts.seats_before.zip(facts.seats).filter(|(before, now)| now > before);
    let team = decision.staff_team_id.and_then(|id| house.teams.iter().find(|(team, _)| *team == id));
    let why = Why {
        purpose: decision.purpose,
        purpose_from: decision.purpose_from.clone(),
        words,
        grew,
        team: team.map(|(_, name)| name.clone()),
        who: name_of(decision.assignee),
        chosen_for: decision.chosen_for.clone(),
        language: head.language.map(|lang| lang.as_str().to_owned()),
        decided_by: name_of(decision.decided_by),
        reason: decision.reason.clone(),
    };
    Ok((why, facts))
}

/// The sentence of a decision in both languages.
pub(crate) async fn sentence_of(
    tx: &mut Tx,
    house: &House,
    head: &Head,
    decision: &DecisionRow,
) -> base::Result<Sentence> {
    let (why, _) = why_of(tx, house, head, decision).await?;
    Ok(Sentence { ko: why.tell(Ui::Ko), en: why.tell(Ui::En) })
}

async fn route_out(tx: &mut Tx, head: &Head) -> base::Result<Option<RouteOut>> {
    let decisions = rows::list_decisions(tx, &[head.ord]).await?;
    let Some(last) = decisions.last() else { return Ok(None) };
    let house = House::load(tx).await?;
    let (why, facts) = why_of(tx, &house, head, last).await?;
    let now = tx.now();
    let waited = head.waiting_since.map_or(0.0, |since| house.due(head.staff_team_id, since, now).gone);
    let weights = house.rules.order.as_array();
    let parts = PARTS.iter().zip(facts.parts(waited)).zip(weights);
    let who = last.assignee.zip(why.who.clone());
    Ok(Some(RouteOut {
        sentence: Sentence { ko: why.tell(Ui::Ko), en: why.tell(Ui::En) },
        purpose: last.purpose,
        purpose_from: last.purpose_from.clone(),
        sure: last.sure,
        words: why.words,
        staff_team: why.team,
        assignee: who.map(|(id, name)| OursOut { id, name }),
        parts: parts.map(|((name, part), weight)| PartOut { name, part, weight }).collect(),
        has_packet: last.purpose == Some(Purpose::Buy),
        decided_at: last.decided_at,
        changes: decisions.iter().filter(|one| one.reason.is_some()).count(),
    }))
}

/// Say where a conversation went and why.
#[utoipa::path(get, path = "/api/conversations/{id}/route", tag = "frontdoor", operation_id = "get_route",
    params(("id" = ConversationId, Path)), responses((status = 200, body = RouteAnswer), (status = 404, body = httpkit::Problem)))]
pub async fn get_route(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<RouteAnswer>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    Ok(Json(RouteAnswer { route: route_out(&mut tx, &head).await? }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct RerouteIn {
    pub reason: Reason,
    /// What it is there for; needed when that is the reason.
    pub purpose: Option<Purpose>,
    /// A team of staff by name; that of the purpose unless said.
    pub staff_team: Option<String>,
    /// Somebody of us; chosen unless said.
    pub assignee: Option<StaffId>,
}

/// Send a conversation elsewhere, with a reason. What is left open follows from the reason, which moves the weights.
#[utoipa::path(post, path = "/api/conversations/{id}/route", tag = "frontdoor", operation_id = "reroute_conversation",
    params(("id" = ConversationId, Path)), request_body = RerouteIn,
    responses((status = 200, body = RouteAnswer), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn reroute_conversation(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    Json(input): Json<RerouteIn>,
) -> Result<Json<RouteAnswer>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let RerouteIn { reason, purpose, staff_team, assignee } = input;
    let to = Reroute { reason, purpose, team: staff_team, assignee };
    routing::reroute(&mut tx, can.actor(), &scope, id, to).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let route = route_out(&mut tx, &head).await?;
    tx.commit().await?;
    Ok(Json(RouteAnswer { route }))
}

/// Whose turn is next.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NextOut {
    /// Nothing when nobody waits whom you may see.
    pub conversation: Option<ConversationId>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NextQuery {
    /// The conversation that is open, which is not the next one.
    #[param(value_type = Option<String>)]
    pub after: Option<ConversationId>,
}

/// Find whose turn is next: of those who wait for you, else of those nobody answers, or somebody who is away.
#[utoipa::path(get, path = "/api/routing/next", tag = "frontdoor", operation_id = "find_next_asker", params(NextQuery),
    responses((status = 200, body = NextOut)))]
pub async fn find_next_asker(
    can: Can<Answer>,
    State(app): State<AppState>,
    Query(query): Query<NextQuery>,
) -> Result<Json<NextOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let but = match query.after {
        Some(id) => Some(conversations::get_conversation(&mut tx, &scope, id).await?.ord),
        None => None,
    };
    let next = routing::find_next(&mut tx, &scope, can.staff, but).await?;
    let Some(ord) = next else { return Ok(Json(NextOut { conversation: None })) };
    let head = conversations::get_by_ord(&mut tx, &scope, ord).await?;
    Ok(Json(NextOut { conversation: Some(head.id) }))
}

/// What decisions are made by. Its version stands in the ETag.
#[utoipa::path(get, path = "/api/routing", tag = "frontdoor", operation_id = "get_routing",
    responses((status = 200, body = Rules)))]
pub async fn get_routing(_: Can<Read>, State(app): State<AppState>) -> Result<Etag<Rules>> {
    let (rules, rev) = load_rules(&mut app.db.read().await?).await?;
    Ok(Etag(rev, rules))
}

/// What is not said stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct RulesPatch {
    pub order: Option<OrderWeights>,
    pub person: Option<PersonWeights>,
    pub teams: Option<Vec<TeamFor>>,
    pub words: Option<Vec<WordRule>>,
}

/// Change what decisions are made by.
#[utoipa::path(patch, path = "/api/routing", tag = "frontdoor", operation_id = "change_routing",
    params(("If-Match" = String, Header, description = "The version you read")), request_body = RulesPatch,
    responses((status = 200, body = Rules), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn change_routing(
    can: Can<Configure>,
    State(app): State<AppState>,
    version: IfMatch,
    Json(patch): Json<RulesPatch>,
) -> Result<Etag<Rules>> {
    let mut tx = app.db.write().await?;
    let (before, rev) = load_rules(&mut tx).await?;
    version.check(rev)?;
    let rules = Rules {
        order: patch.order.unwrap_or(before.order),
        person: patch.person.unwrap_or(before.person),
        teams: patch.teams.unwrap_or(before.teams),
        words: patch.words.unwrap_or(before.words),
    };
    rules.check()?;
    let known = rows::list_staff_teams(&mut tx).await?;
    if let Some(team) = rules.teams.iter().find(|team| !known.iter().any(|(_, name)| *name == team.staff_team)) {
        let args = vec![("id", team.staff_team.clone())];
        return Err(Error::Invalid { field: "teams", key: "error-staff-team-unknown", args }.into());
    }
    let json = serde_json::to_value(&rules).map_err(Error::store)?;
    rows::put_rules(&mut tx, &json).await?;
    staff::note(&mut tx, can.actor(), "frontdoor.routing_changed", "routing", json).await?;
    tx.announce("frontdoor.routing_changed", serde_json::json!({}));
    let (rules, rev) = load_rules(&mut tx).await?;
    tx.commit().await?;
    Ok(Etag(rev, rules))
}

/// What one of us says of themselves.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReadyOut {
    pub id: StaffId,
    pub name: String,
    pub languages: Vec<Lang>,
    /// The purposes they know well.
    pub skills: Vec<Purpose>,
    /// Takes conversations now.
    pub is_here: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ReadyList {
    pub items: Vec<ReadyOut>,
}

fn ready_out(row: OursRow) -> ReadyOut {
    let words = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    ReadyOut {
        id: row.staff_id,
        name: row.name,
        languages: words(&row.languages).iter().filter_map(|word| word.parse().ok()).collect(),
        skills: words(&row.skills).iter().filter_map(|word| word.parse().ok()).collect(),
        is_here: row.is_here,
    }
}

/// List who takes conversations, what they speak and know.
#[utoipa::path(get, path = "/api/routing/staff", tag = "frontdoor", operation_id = "list_ready",
    responses((status = 200, body = ReadyList)))]
pub async fn list_ready(_: Can<Read>, State(app): State<AppState>) -> Result<Json<ReadyList>> {
    let all = rows::list_ours(&mut app.db.read().await?).await?;
    Ok(Json(ReadyList { items: all.into_iter().map(ready_out).collect() }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct ReadyIn {
    pub languages: Vec<Lang>,
    pub skills: Vec<Purpose>,
    pub is_here: bool,
}

fn may_say(actor: &Actor, id: StaffId) -> base::Result<()> {
    if actor.staff == Some(id) { Ok(()) } else { actor.need(Right::ManageStaff) }
}

/// Say of oneself what one speaks and knows, and whether one takes conversations; of others, who manages staff.
#[utoipa::path(put, path = "/api/routing/staff/{id}", tag = "frontdoor", operation_id = "set_ready",
    params(("id" = StaffId, Path)), request_body = ReadyIn,
    responses((status = 200, body = ReadyOut), (status = 403, body = httpkit::Problem), (status = 404, body = httpkit::Problem)))]
pub async fn set_ready(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<StaffId>,
    Json(input): Json<ReadyIn>,
) -> Result<Json<ReadyOut>> {
    may_say(can.actor(), id)?;
    let mut tx = app.db.write().await?;
    let name = staff::list_staff_names(&mut tx, vec![id]).await?.remove(&id).ok_or(Error::NotFound("staff_member"))?;
    let join = |words: Vec<String>| {
        let mut words = words;
        words.sort_unstable();
        words.dedup();
        words.join(",")
    };
    let row = OursRow {
        staff_id: id,
        name,
        languages: join(input.languages.iter().map(Lang::to_string).collect()),
        skills: join(input.skills.iter().map(Purpose::to_string).collect()),
        is_here: input.is_here,
        rev: 1,
    };
    rows::put_ours(&mut tx, &row).await?;
    tx.announce("frontdoor.routing_changed", serde_json::json!({}));
    tx.commit().await?;
    Ok(Json(ready_out(row)))
}
