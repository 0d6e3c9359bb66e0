//! Where we go: one direction that we follow, and others that only ask “what if”. To follow another is a decision, kept with
//! what it undoes.
use crate::model::Item;
use crate::rank::Ranking;
use crate::store::plan::{self as rows, DirectionRow};
use ::store::Tx;
use base::{Actor, DirectionId, Error, ItemId, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use tagging::Texts;

const MOST_WORDS: usize = 400;
const MOST_FIT: i64 = 3;

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct DirectionIn {
    /// What we follow, in a few words: “teams first”.
    pub words: Texts,
    /// Who answers for it.
    pub owner: String,
    pub until: Option<Time>,
    /// Why, if it is clear already.
    #[serde(default)]
    pub reason: String,
    /// Begin with how items fit this one.
    pub like: Option<DirectionId>,
}

/// What is given is put.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct DirectionPatch {
    pub words: Option<Texts>,
    pub owner: Option<String>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<Time>)]
    pub until: Option<Option<Time>>,
    /// How items fit it, 0 to 3; an item that is not named stays.
    pub fits: Option<Vec<FitIn>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FitIn {
    pub item: ItemId,
    pub weight: i64,
}

/// An item whose place changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Moved {
    pub item: ItemId,
    pub title: Texts,
    pub from: usize,
    pub to: usize,
}

/// What following another direction undoes: items whose place falls, and those that rise instead, the furthest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Undoes {
    pub fall: Vec<Moved>,
    pub rise: Vec<Moved>,
    /// In the half-year that runs: what would leave it, and what would come.
    pub half: String,
    pub leave: Vec<ItemId>,
    pub come: Vec<ItemId>,
}

/// Items whose place differs between two rankings: (those that fall, those that rise).
pub fn find_moved(now: &Ranking, then: &Ranking) -> (Vec<Moved>, Vec<Moved>) {
    let places: HashMap<ItemId, usize> =
        then.items.iter().filter_map(|one| Some((one.item.id, one.place?.rank))).collect();
    let moved = now.items.iter().filter_map(|one| {
        let (from, to) = (one.place?.rank, *places.get(&one.item.id)?);
        (from != to).then(|| Moved { item: one.item.id, title: one.item.title.clone(), from, to })
    });
    let (mut fall, mut rise): (Vec<Moved>, Vec<Moved>) = moved.partition(|one| one.to > one.from);
    fall.sort_by_key(|one| (std::cmp::Reverse(one.to - one.from), one.from));
    rise.sort_by_key(|one| (std::cmp::Reverse(one.from - one.to), one.from));
    (fall, rise)
}

fn check(d: &DirectionRow) -> Result<()> {
    if d.words_ko.is_empty() && d.words_en.is_empty() {
        return Err(Error::invalid("words", "error-direction-words"));
    }
    if d.owner.is_empty() {
        return Err(Error::invalid("owner", "error-direction-owner"));
    }
    for (field, text) in [("words", &d.words_ko), ("words", &d.words_en), ("owner", &d.owner), ("reason", &d.reason)] {
        super::halves::check_length(field, text, MOST_WORDS)?;
    }
    Ok(())
}

fn clean(text: &str) -> String {
    textkit::clean_text(text.trim())
}

/// Writes a direction down that only asks “what if”.
pub async fn create_direction(tx: &mut Tx, actor: &Actor, new: DirectionIn) -> Result<DirectionRow> {
    let words = new.words.tidy();
    let now = tx.now();
    let row = DirectionRow {
        id: DirectionId::new(),
        words_ko: words.ko.unwrap_or_default(),
        words_en: words.en.unwrap_or_default(),
        owner: clean(&new.owner),
        is_committed: false,
        since: now,
        until: new.until,
        reason: clean(&new.reason),
        undoes_json: "null".into(),
        by_staff: actor.staff,
        created_at: now,
        ended_at: None,
        rev: 1,
    };
    check(&row)?;
    rows::insert_direction(tx, &row).await?;
    if let Some(like) = new.like {
        rows::find_direction(tx, like).await?.ok_or(Error::NotFound("direction"))?;
        for (item, weight) in rows::list_links(tx, like).await? {
            rows::put_link(tx, row.id, item, weight).await?;
        }
    }
    staff::note(tx, actor, "roadmap.direction_created", &row.id.to_string(), json!({"owner": row.owner})).await?;
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(row)
}

/// Changes a direction that was not left; the version was checked by the caller.
pub async fn update_direction(
    tx: &mut Tx,
    actor: &Actor,
    old: DirectionRow,
    patch: DirectionPatch,
) -> Result<DirectionRow> {
    if old.ended_at.is_some() {
        return Err(Error::Conflict { key: "error-direction-left" });
    }
    let mut row = old;
    if let Some(words) = patch.words {
        let words = words.tidy();
        (row.words_ko, row.words_en) = (words.ko.unwrap_or_default(), words.en.unwrap_or_default());
    }
    if let Some(owner) = patch.owner {
        row.owner = clean(&owner);
    }
    row.until = patch.until.unwrap_or(row.until);
    check(&row)?;
    row.rev += 1;
    rows::update_direction(tx, &row).await?;
    for fit in patch.fits.unwrap_or_default() {
        let item = crate::access::get_item(tx, fit.item).await?;
        write_fit(tx, actor, &row, &item, fit.weight).await?;
    }
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(row)
}

/// Says how an item fits the direction we follow: 0 to 3.
pub async fn put_fit(tx: &mut Tx, actor: &Actor, item: &Item, weight: i64) -> Result<()> {
    let direction = rows::find_committed(tx).await?.ok_or(Error::Conflict { key: "error-direction-none" })?;
    write_fit(tx, actor, &direction, item, weight).await?;
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(())
}

async fn write_fit(tx: &mut Tx, actor: &Actor, direction: &DirectionRow, item: &Item, weight: i64) -> Result<()> {
    if !(0..=MOST_FIT).contains(&weight) {
        return Err(Error::invalid("weight", "error-direction-weight"));
    }
    let links = rows::list_links(tx, direction.id).await?;
    let before = links.iter().find(|(id, _)| *id == item.id).map_or(0, |(_, weight)| *weight);
    if before == weight {
        return Ok(());
    }
    rows::put_link(tx, direction.id, item.id, weight).await?;
    let (before, after) = (json!({"fit": before}), json!({"fit": weight, "direction": direction.id}));
    crate::store::log_change(tx, item.id, actor.staff, "fit", &before, &after).await
}

/// Follows a direction from now on, with the reason and what that undoes; the one before is left.
pub async fn commit_direction(
    tx: &mut Tx,
    actor: &Actor,
    old: DirectionRow,
    reason: &str,
    undoes: &Undoes,
) -> Result<DirectionRow> {
    if old.ended_at.is_some() || old.is_committed {
        return Err(Error::Conflict { key: "error-direction-left" });
    }
    let reason = clean(reason);
    if reason.is_empty() {
        return Err(Error::invalid("reason", "error-direction-reason"));
    }
    let now = tx.now();
    if let Some(mut before) = rows::find_committed(tx).await? {
        (before.ended_at, before.rev) = (Some(now), before.rev + 1);
        rows::update_direction(tx, &before).await?;
    }
    let undoes_json = serde_json::to_string(undoes).map_err(Error::store)?;
    let row = DirectionRow {
        is_committed: true,
        since: now,
        reason,
        undoes_json,
        by_staff: actor.staff,
        rev: old.rev + 1,
        ..old
    };
    check(&row)?;
    rows::update_direction(tx, &row).await?;
    let detail = json!({"reason": row.reason, "falls": undoes.fall.len(), "rises": undoes.rise.len()});
    staff::note(tx, actor, "roadmap.direction_committed", &row.id.to_string(), detail).await?;
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(row)
}
