//! Shared goals: what several departments want together, measured live, with what it conflicts named; and what it was on
//! each day.
mod measure;

pub use measure::{Measure, MeasureAsk, Measured, PERIOD, Unit, get as get_measure, list as list_measures};

use crate::access;
use crate::store::goals::{self as rows, GoalRow, ValueRow};
use ::store::Tx;
use base::{Actor, Day, Error, GoalId, ItemId, Result, StaffId, TagId, Time};
use conversations::Scope;
use httpkit::AppState;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use tagging::{TagEngine, Texts};
use tokio::{select, time::sleep};

/// How often the figures of a day are kept; the last of a day stays.
const KEEP_EVERY: Duration = Duration::from_secs(3_600);
const MOST_WORDS: usize = 300;
const MOST_OWNERS: usize = 12;

/// A department, and who of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerIn {
    /// A team of ours, by its name.
    pub department: String,
    #[serde(default)]
    pub staff: Option<StaffId>,
}

/// With which other goal this one conflicts, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConflictIn {
    pub goal: GoalId,
    /// A sentence: what is given up for what.
    pub words: String,
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoalIn {
    pub words: Texts,
    /// One of `GET /api/measures`.
    pub measure: String,
    #[serde(default)]
    pub item: Option<ItemId>,
    /// With everything below it.
    #[serde(default)]
    pub tag: Option<TagId>,
    pub target: f64,
    /// Whether more is better; true unless said.
    #[serde(default = "yes")]
    pub is_more: bool,
    /// The day it is to be reached by.
    pub until: String,
    /// At least one department.
    pub owners: Vec<OwnerIn>,
    #[serde(default)]
    pub conflict: Option<ConflictIn>,
}

fn yes() -> bool {
    true
}

/// Makes a goal, or puts a changed one in its place; its version was checked by the caller.
pub async fn put_goal(
    tx: &mut Tx,
    app: &AppState,
    actor: &Actor,
    old: Option<GoalRow>,
    new: GoalIn,
) -> Result<GoalRow> {
    let measure = get_measure(&new.measure)?;
    let catalogue = app.get::<TagEngine>().catalogue_in(tx).await?;
    let tag_ord = match new.tag {
        Some(id) => Some(tagging::get_tag(&catalogue, id)?.ord),
        None => None,
    };
    if let Some(item) = new.item {
        access::get_item(tx, item).await?;
    }
    if (new.item.is_some() || new.tag.is_some()) && !measure.can_narrow || new.item.is_some() && new.tag.is_some() {
        return Err(Error::invalid("item", "error-goal-narrow"));
    }
    if !new.target.is_finite() || measure.unit == Unit::Share && !(0.0..=1.0).contains(&new.target) {
        return Err(Error::invalid("target", "error-goal-target"));
    }
    let until = Day::parse(&new.until).map_err(|_| Error::invalid("until", "error-day"))?;
    let owners = check_owners(tx, new.owners).await?;
    if owners.is_empty() {
        return Err(Error::invalid("owners", "error-goal-owners"));
    }
    let (words_ko, words_en) = check_texts("words", new.words)?;
    let (now, id) = (tx.now(), old.as_ref().map_or_else(GoalId::new, |old| old.id));
    let conflict = match new.conflict {
        Some(conflict) if conflict.goal == id => return Err(Error::invalid("conflict", "error-goal-conflict")),
        Some(conflict) => {
            rows::find(tx, conflict.goal).await?.ok_or(Error::invalid("conflict", "error-goal-conflict"))?;
            Some((conflict.goal, check_words("conflict", &conflict.words)?))
        }
        None => None,
    };
    let row = GoalRow {
        id,
        words_ko,
        words_en,
        measure: new.measure,
        item_id: new.item,
        tag_ord,
        target: new.target,
        is_more: new.is_more,
        until: i64::from(until.number()),
        conflicts_id: conflict.as_ref().map(|(goal, _)| *goal),
        conflict_words: conflict.map(|(_, words)| words),
        created_at: old.as_ref().map_or(now, |old| old.created_at),
        created_by: old.as_ref().map_or(actor.staff, |old| old.created_by),
        closed_at: old.as_ref().and_then(|old| old.closed_at),
        rev: old.as_ref().map_or(1, |old| old.rev + 1),
    };
    rows::put(tx, &row).await?;
    rows::put_owners(tx, id, &owners).await?;
    let action = if old.is_some() { "roadmap.goal_changed" } else { "roadmap.goal_made" };
    let before = old.map(|old| json!({"target": old.target, "until": old.until, "measure": old.measure}));
    let detail = json!({"before": before, "target": row.target, "until": row.until, "measure": row.measure});
    staff::note(tx, actor, action, &id.to_string(), detail).await?;
    tx.announce("roadmap.goals_changed", json!({"goal": id}));
    Ok(row)
}

/// Ends a goal, or takes it up again. What it was on each day stays.
pub async fn close_goal(tx: &mut Tx, actor: &Actor, old: GoalRow, closed: bool) -> Result<GoalRow> {
    let row = GoalRow { closed_at: closed.then(|| tx.now()), rev: old.rev + 1, ..old };
    rows::put(tx, &row).await?;
    staff::note(tx, actor, "roadmap.goal_closed", &row.id.to_string(), json!({"closed": closed})).await?;
    tx.announce("roadmap.goals_changed", json!({"goal": row.id}));
    Ok(row)
}

/// What a goal is now, as all of us see it.
pub async fn measure(app: &AppState, measure: &Measure, item: Option<ItemId>, tag: Option<TagId>) -> Result<Measured> {
    let mut tx = app.db.read().await?;
    let (to, scope) = (tx.now(), Scope::shared(&mut tx).await?);
    drop(tx);
    (measure.read)(MeasureAsk { app: app.clone(), scope, from: to.plus(-PERIOD), to, item, tag }).await
}

/// Keeps what every open goal is today.
pub async fn keep_goal_values(app: &AppState) -> Result<()> {
    let mut tx = app.db.read().await?;
    let open: Vec<GoalRow> = rows::list(&mut tx).await?.into_iter().filter(|goal| goal.closed_at.is_none()).collect();
    let zone = staff::get_settings(&mut tx).await?.zone;
    let day = i64::from(tx.now().day_in(&zone).number());
    drop(tx);
    if open.is_empty() {
        return Ok(());
    }
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let mut values = Vec::with_capacity(open.len());
    for goal in open {
        // A measure that is no more has no figure; the goal stays, and says so.
        let Ok(of) = get_measure(&goal.measure) else { continue };
        let tag = goal.tag_ord.and_then(|ord| catalogue.by_ord(catalogue.canon(ord))).map(|tag| tag.id);
        // One that cannot be read never stops the others.
        let now = match measure(app, of, goal.item_id, tag).await {
            Ok(now) => now,
            Err(error) => {
                tracing::warn!(%error, goal = %goal.id, "a goal is not measured today; trying on");
                continue;
            }
        };
        values.push(ValueRow { goal_id: goal.id, day, value: now.value, n: now.n, cases: now.of });
    }
    let mut tx = app.db.write().await?;
    for value in &values {
        rows::put_value(&mut tx, value).await?;
    }
    tx.commit().await
}

/// Keeps the figures of goals until `stop` is ready.
pub async fn run_goals(app: &AppState, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        if let Err(error) = keep_goal_values(app).await {
            tracing::warn!(%error, "the figures of goals are not kept; trying on");
        }
        select! {
            () = &mut stop => return,
            () = sleep(KEEP_EVERY) => {}
        }
    }
}

/// Departments that are there, each once, with somebody who is there.
pub async fn check_owners(tx: &mut Tx, owners: Vec<OwnerIn>) -> Result<Vec<(String, Option<StaffId>)>> {
    let mut out: Vec<(String, Option<StaffId>)> = Vec::with_capacity(owners.len());
    for owner in owners {
        check_owner(tx, Some(&owner.department), owner.staff).await?;
        if !out.iter().any(|(department, _)| *department == owner.department) {
            out.push((owner.department, owner.staff));
        }
    }
    if out.len() > MOST_OWNERS {
        return Err(Error::invalid("owners", "error-goal-owners"));
    }
    Ok(out)
}

pub async fn check_owner(tx: &mut Tx, department: Option<&str>, staff: Option<StaffId>) -> Result<()> {
    if let Some(name) = department
        && staff::find_team(tx, name).await?.is_none()
    {
        let args = vec![("id", name.chars().take(120).collect())];
        return Err(Error::Invalid { field: "department", key: "error-staff-team-unknown", args });
    }
    if let Some(id) = staff
        && !staff::list_members(tx).await?.iter().any(|one| one.id == id && !one.removed)
    {
        return Err(Error::invalid("staff", "error-staff-unknown"));
    }
    Ok(())
}

/// In both languages; what is missing in one is what the other says.
pub fn check_texts(field: &'static str, texts: Texts) -> Result<(String, String)> {
    let (ko, en) = (texts.ko.unwrap_or_default(), texts.en.unwrap_or_default());
    let (ko, en) = (ko.trim(), en.trim());
    let ko = check_words(field, if ko.is_empty() { en } else { ko })?;
    let en = check_words(field, if en.is_empty() { &ko } else { en })?;
    Ok((ko, en))
}

pub fn check_words(field: &'static str, words: &str) -> Result<String> {
    let words = textkit::clean_text(words.trim());
    if words.is_empty() {
        return Err(Error::invalid(field, "error-text-empty"));
    }
    if words.chars().count() > MOST_WORDS {
        return Err(Error::Invalid { field, key: "error-longest", args: vec![("max", MOST_WORDS.to_string())] });
    }
    Ok(words)
}

/// Whether a goal is reached by a figure; unknown below ten cases.
pub fn is_reached(goal: &GoalRow, now: &Measured) -> Option<bool> {
    now.value.map(|value| if goal.is_more { value >= goal.target } else { value <= goal.target })
}

/// How far back the days of a goal are shown.
pub fn first_day_shown(now: Time, zone: &base::Zone) -> i64 {
    i64::from(now.day_in(zone).plus(-400).number())
}
