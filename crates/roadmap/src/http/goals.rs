//! Shared goals over HTTP: what is wanted, what it is now, what it was, and with what it conflicts.
use crate::goals::{
    self, GoalIn, Measured, Unit, close_goal, first_day_shown, get_measure, is_reached, list_measures, measure,
    put_goal,
};
use crate::store::goals::{self as rows, GoalRow, ValueRow};
use axum::http::StatusCode;
use base::{Day, Error, GoalId, ItemId, StaffId, TagId, Time};
use httpkit::{AppState, Can, Etag, Idem, IfMatch, Json, Path, Plan, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use tagging::{Catalogue, TagEngine, Texts};

#[derive(Serialize, utoipa::ToSchema)]
pub struct GoalOwner {
    pub department: String,
    pub staff: Option<StaffId>,
    pub name: Option<String>,
}

/// What a goal was on a day.
#[derive(Serialize, utoipa::ToSchema)]
pub struct GoalDay {
    pub day: String,
    /// Null below ten cases.
    pub value: Option<f64>,
    pub n: i64,
    pub of: Option<i64>,
}

/// A goal that conflicts with this one, and how; named by either of the two.
#[derive(Serialize, utoipa::ToSchema)]
pub struct GoalConflict {
    pub goal: GoalId,
    pub title: Texts,
    pub words: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct GoalOut {
    pub id: GoalId,
    pub words: Texts,
    pub measure: String,
    pub unit: Unit,
    pub item: Option<ItemId>,
    pub tag: Option<TagId>,
    pub target: f64,
    pub is_more: bool,
    pub until: String,
    pub owners: Vec<GoalOwner>,
    pub conflicts: Vec<GoalConflict>,
    /// What it is now; null where nobody measures it any more.
    pub now: Option<Measured>,
    /// First and last moment that the figure is of; null where it is of all there is now.
    pub from: Option<Time>,
    pub to: Option<Time>,
    /// Null where there are too few cases to say.
    pub is_reached: Option<bool>,
    /// One for each day, oldest first.
    pub days: Vec<GoalDay>,
    pub created_at: Time,
    pub closed_at: Option<Time>,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct GoalList {
    pub items: Vec<GoalOut>,
}

/// Everything that goals are shown with.
struct Around {
    catalogue: std::sync::Arc<Catalogue>,
    goals: Vec<GoalRow>,
    owners: Vec<rows::OwnerRow>,
    values: Vec<ValueRow>,
    names: std::collections::HashMap<StaffId, String>,
    now: Time,
}

async fn load_around(app: &AppState) -> Result<Around> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let mut tx = app.db.read().await?;
    let (goals, owners) = (rows::list(&mut tx).await?, rows::list_owners(&mut tx).await?);
    let zone = staff::get_settings(&mut tx).await?.zone;
    let now = tx.now();
    let values = rows::list_values(&mut tx, first_day_shown(now, &zone)).await?;
    let names = staff::list_staff_names(&mut tx, owners.iter().filter_map(|one| one.staff_id).collect()).await?;
    Ok(Around { catalogue: engine.catalogue(), goals, owners, values, names, now })
}

fn texts_of(goal: &GoalRow) -> Texts {
    Texts { ko: Some(goal.words_ko.clone()), en: Some(goal.words_en.clone()) }
}

async fn goal_out(app: &AppState, around: &Around, goal: &GoalRow) -> Result<GoalOut> {
    let of = get_measure(&goal.measure).ok();
    let tag = goal.tag_ord.and_then(|ord| around.catalogue.by_ord(around.catalogue.canon(ord))).map(|tag| tag.id);
    let now = match of {
        Some(of) => Some(measure(app, of, goal.item_id, tag).await?),
        None => None,
    };
    let owner = |one: &rows::OwnerRow| GoalOwner {
        department: one.department.clone(),
        staff: one.staff_id,
        name: one.staff_id.and_then(|id| around.names.get(&id).cloned()),
    };
    let conflict = |of: &GoalRow, words: &Option<String>| GoalConflict {
        goal: of.id,
        title: texts_of(of),
        words: words.clone().unwrap_or_default(),
    };
    let own = goal.conflicts_id.and_then(|id| around.goals.iter().find(|one| one.id == id));
    let others = around.goals.iter().filter(|one| one.conflicts_id == Some(goal.id));
    let conflicts = own.map(|one| conflict(one, &goal.conflict_words)).into_iter();
    let conflicts = conflicts.chain(others.map(|one| conflict(one, &one.conflict_words))).collect();
    let of_period = of.is_some_and(|of| of.is_of_period);
    let days = around.values.iter().filter(|value| value.goal_id == goal.id).map(|value| GoalDay {
        day: Day::from_number(value.day as i32).to_string(),
        value: value.value,
        n: value.n,
        of: value.cases,
    });
    Ok(GoalOut {
        id: goal.id,
        words: texts_of(goal),
        measure: goal.measure.clone(),
        unit: of.map_or(Unit::Count, |of| of.unit),
        item: goal.item_id,
        tag,
        target: goal.target,
        is_more: goal.is_more,
        until: Day::from_number(goal.until as i32).to_string(),
        owners: around.owners.iter().filter(|one| one.goal_id == goal.id).map(owner).collect(),
        conflicts,
        is_reached: now.as_ref().and_then(|now| is_reached(goal, now)),
        now,
        from: of_period.then(|| around.now.plus(-goals::PERIOD)),
        to: of_period.then_some(around.now),
        days: days.collect(),
        created_at: goal.created_at,
        closed_at: goal.closed_at,
        rev: goal.rev,
    })
}

/// The goals of an item, or of tags.
pub async fn goals_about(app: &AppState, tags: &[TagId], items: &[ItemId]) -> Result<Vec<GoalOut>> {
    let around = load_around(app).await?;
    let mut out = Vec::new();
    for goal in around.goals.iter().filter(|goal| goal.closed_at.is_none()) {
        let tag = goal.tag_ord.and_then(|ord| around.catalogue.by_ord(around.catalogue.canon(ord))).map(|tag| tag.id);
        if tag.is_some_and(|tag| tags.contains(&tag)) || goal.item_id.is_some_and(|item| items.contains(&item)) {
            out.push(goal_out(app, &around, goal).await?);
        }
    }
    Ok(out)
}

/// List the goals that we share, the next due first; those that ended last.
#[utoipa::path(get, path = "/api/goals", tag = "roadmap", operation_id = "list_goals", responses((status = 200, body = GoalList)))]
pub async fn list_goals(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<GoalList>> {
    let around = load_around(&app).await?;
    let mut items = Vec::with_capacity(around.goals.len());
    for goal in &around.goals {
        items.push(goal_out(&app, &around, goal).await?);
    }
    items.sort_by_key(|goal| goal.closed_at.is_some());
    Ok(Json(GoalList { items }))
}

async fn answer(app: &AppState, id: GoalId) -> Result<GoalOut> {
    let around = load_around(app).await?;
    let goal = around.goals.iter().find(|one| one.id == id).ok_or(Error::NotFound("goal"))?;
    goal_out(app, &around, goal).await
}

/// Read one goal.
#[utoipa::path(get, path = "/api/goals/{id}", tag = "roadmap", operation_id = "get_goal", params(("id" = GoalId, Path)),
    responses((status = 200, body = GoalOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_goal(_can: Can<Read>, State(app): State<AppState>, Path(id): Path<GoalId>) -> Result<Etag<GoalOut>> {
    let out = answer(&app, id).await?;
    Ok(Etag(out.rev, out))
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct GoalMade {
    pub id: GoalId,
}

/// Make a goal.
#[utoipa::path(post, path = "/api/goals", tag = "roadmap", operation_id = "create_goal", request_body = GoalIn,
    responses((status = 201, body = GoalMade), (status = 422, body = httpkit::Problem)))]
pub async fn create_goal(can: Can<Plan>, State(app): State<AppState>, input: Idem<GoalIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let row = put_goal(&mut tx, &app, can.actor(), None, input.body.clone()).await?;
    input.finish(tx, StatusCode::CREATED, &GoalMade { id: row.id }).await
}

/// Change a goal: all of it is said anew.
#[utoipa::path(put, path = "/api/goals/{id}", tag = "roadmap", operation_id = "put_goal", request_body = GoalIn,
    params(("id" = GoalId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = GoalOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn change_goal(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<GoalId>,
    version: IfMatch,
    Json(input): Json<GoalIn>,
) -> Result<Etag<GoalOut>> {
    let mut tx = app.db.write().await?;
    let old = rows::find(&mut tx, id).await?.ok_or(Error::NotFound("goal"))?;
    version.check(old.rev)?;
    put_goal(&mut tx, &app, can.actor(), Some(old), input).await?;
    tx.commit().await?;
    let out = answer(&app, id).await?;
    Ok(Etag(out.rev, out))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct GoalClosing {
    pub closed: bool,
}

/// End a goal, or take it up again.
#[utoipa::path(patch, path = "/api/goals/{id}", tag = "roadmap", operation_id = "close_goal", request_body = GoalClosing,
    params(("id" = GoalId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = GoalOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem)))]
pub async fn end_goal(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<GoalId>,
    version: IfMatch,
    Json(input): Json<GoalClosing>,
) -> Result<Etag<GoalOut>> {
    let mut tx = app.db.write().await?;
    let old = rows::find(&mut tx, id).await?.ok_or(Error::NotFound("goal"))?;
    version.check(old.rev)?;
    close_goal(&mut tx, can.actor(), old, input.closed).await?;
    tx.commit().await?;
    let out = answer(&app, id).await?;
    Ok(Etag(out.rev, out))
}

/// Something a goal can be measured by, and what it is now.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MeasureOut {
    pub key: &'static str,
    pub unit: Unit,
    /// Whether a goal may name an item or a tag with it.
    pub can_narrow: bool,
    pub is_of_period: bool,
    pub now: Measured,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct MeasureList {
    pub items: Vec<MeasureOut>,
}

/// List what goals can be measured by, with what each is now.
#[utoipa::path(get, path = "/api/measures", tag = "roadmap", operation_id = "list_measures",
    responses((status = 200, body = MeasureList)))]
pub async fn get_measures(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<MeasureList>> {
    let mut items = Vec::new();
    for one in list_measures() {
        let now = measure(&app, one, None, None).await?;
        items.push(MeasureOut {
            key: one.key,
            unit: one.unit,
            can_narrow: one.can_narrow,
            is_of_period: one.is_of_period,
            now,
        });
    }
    Ok(Json(MeasureList { items }))
}
