//! Half-years: what each team can do, what is promised, and decisions frozen as they were made.
use crate::model::{Item, tidy_half};
use crate::store::plan::{self as rows, DecisionRow, MustRow};
use ::store::Tx;
use base::{Actor, DecisionId, Error, ItemId, Result};
use serde_json::json;
use std::collections::BTreeMap;

/// Person-weeks by team.
pub type Capacity = BTreeMap<String, f64>;

const MOST_TEAMS: usize = 50;
const MOST_WEEKS: f64 = 10_000.0;
const MOST_WORDS: usize = 1_000;

/// What a half-year was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub capacity: Capacity,
    pub musts: Vec<MustRow>,
    pub rev: i64,
}

/// A half-year in its one spelling.
pub fn read_half(text: &str) -> Result<String> {
    tidy_half(Some(text.to_owned()))?.ok_or_else(|| Error::invalid("half", "error-half"))
}

pub(super) fn check_length(field: &'static str, text: &str, max: usize) -> Result<()> {
    if text.chars().count() > max {
        return Err(Error::Invalid { field, key: "error-longest", args: vec![("max", max.to_string())] });
    }
    Ok(())
}

/// Words that must be there.
pub(super) fn said(field: &'static str, text: &str) -> Result<String> {
    let text = textkit::clean_text(text.trim());
    check_length(field, &text, MOST_WORDS)?;
    if text.is_empty() { Err(Error::invalid(field, "error-plan-words")) } else { Ok(text) }
}

pub async fn load_plan(tx: &mut Tx, half: &str) -> Result<Plan> {
    let (json, rev) = rows::find_half(tx, half).await?.unwrap_or_else(|| ("{}".into(), 0));
    let capacity = serde_json::from_str(&json).map_err(Error::store)?;
    Ok(Plan { capacity, musts: rows::list_musts(tx, half).await?, rev })
}

/// Says what each team can do; the version was checked by the caller. The new one.
pub async fn put_capacity(tx: &mut Tx, actor: &Actor, half: &str, capacity: &Capacity, rev: i64) -> Result<i64> {
    check_capacity(capacity)?;
    let json = serde_json::to_string(capacity).map_err(Error::store)?;
    rows::put_half(tx, half, &json, rev + 1, actor.staff).await?;
    staff::note(tx, actor, "roadmap.capacity", half, json!(capacity)).await?;
    tx.announce("roadmap.plan_changed", json!({"half": half}));
    Ok(rev + 1)
}

pub fn check_capacity(capacity: &Capacity) -> Result<()> {
    let fits = |(team, weeks): (&String, &f64)| {
        let named = !team.trim().is_empty() && team.trim() == team && team.chars().count() <= 100;
        named && (0.0..=MOST_WEEKS).contains(weeks)
    };
    if capacity.len() <= MOST_TEAMS && capacity.iter().all(fits) {
        return Ok(());
    }
    Err(Error::invalid("capacity", "error-capacity"))
}

/// Promises an item for a half-year, with the sentence that says to whom and why.
pub async fn put_must(tx: &mut Tx, actor: &Actor, half: &str, item: &Item, words: &str) -> Result<()> {
    let words = said("words", words)?;
    rows::put_must(tx, half, item.id, &words, actor.staff).await?;
    let after = json!({"half": half, "words": words});
    crate::store::log_change(tx, item.id, actor.staff, "must", &json!(null), &after).await?;
    tx.announce("roadmap.plan_changed", json!({"half": half}));
    Ok(())
}

pub async fn delete_must(tx: &mut Tx, actor: &Actor, half: &str, item: ItemId) -> Result<()> {
    if rows::delete_must(tx, half, item).await? == 0 {
        return Err(Error::NotFound("promise"));
    }
    let before = json!({"half": half});
    crate::store::log_change(tx, item, actor.staff, "must", &before, &json!(null)).await?;
    tx.announce("roadmap.plan_changed", json!({"half": half}));
    Ok(())
}

/// Keeps a decision as it was made, with everything it was made from.
pub async fn freeze(tx: &mut Tx, actor: &Actor, half: &str, words: &str, body_json: &str) -> Result<DecisionRow> {
    let row = DecisionRow {
        id: DecisionId::new(),
        half: half.to_owned(),
        words: said("words", words)?,
        at: tx.now(),
        by_staff: actor.staff,
    };
    rows::insert_decision(tx, &row, body_json).await?;
    staff::note(tx, actor, "roadmap.decided", &row.id.to_string(), json!({"half": half, "words": row.words})).await?;
    tx.announce("roadmap.plan_changed", json!({"half": half}));
    Ok(row)
}
