//! Changes of the catalogue: published at once or from a draft, taken back in one step. Every step is logged; nothing
//! that was tagged is rewritten.
use super::catalogue::write_badges;
use super::sort::{move_back, move_taggings};
use crate::counts::Selector;
use crate::curation::{self, Fresh, Op, Sheet, SplitMove, Step};
use crate::events;
use crate::model::{Catalogue, Tag, TagState, Texts};
use crate::store::{self as rows, ChangeRow};
use base::{Actor, ChangeId, Error, Result};
use conversations::Scope;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::pin::Pin;
use store::{Noun, Tx};

/// Something to the right that counts tags: a roadmap item. The right room leaves it at this door, so that a curator
/// sees what a change would touch.
pub struct Need {
    pub id: String,
    pub key: Option<String>,
    pub title: Texts,
    /// The tags it names, as they were joined.
    pub tags: Vec<i64>,
    /// What it counts in a catalogue.
    pub selector: Box<dyn Fn(&Catalogue) -> Selector + Send + Sync>,
}

/// `inventory::submit! { tagging::NeedsHook(|tx| Box::pin(list_needs(tx))) }`
pub struct NeedsHook(pub fn(&mut Tx) -> Listing<'_>);
type Listing<'a> = Pin<Box<dyn Future<Output = Result<Vec<Need>>> + Send + 'a>>;
inventory::collect!(NeedsHook);

pub async fn list_needs(tx: &mut Tx) -> Result<Vec<Need>> {
    let mut all = Vec::new();
    for NeedsHook(list) in inventory::iter::<NeedsHook>() {
        all.extend(list(tx).await?);
    }
    Ok(all)
}

/// At most this many operations in one change, and taggings that a split moves.
pub const MOST_OPS: usize = 1_000;
pub const MOST_MOVES: usize = 5_000;
const MOST_TITLE: usize = 200;

/// Gives every tag that operations make its id, so that later ones can name it and a draft keeps naming the same.
pub fn settle_ids(mut ops: Vec<Op>) -> Result<Vec<Op>> {
    let moves: usize = ops.iter().map(|op| if let Op::Split { moves, .. } = op { moves.len() } else { 0 }).sum();
    if ops.len() > MOST_OPS || moves > MOST_MOVES {
        return Err(Error::invalid("ops", "error-change-too-large"));
    }
    for op in &mut ops {
        match op {
            Op::Create { tag } => tag.id = tag.id.or(Some(base::TagId::new())),
            Op::Split { children, .. } => children.iter_mut().for_each(|c| c.id = c.id.or(Some(base::TagId::new()))),
            _ => {}
        }
    }
    Ok(ops)
}

/// Operations tried on a catalogue: what it would be, and the steps.
pub fn try_ops(catalogue: &Catalogue, ops: &[Op], mut fresh: Fresh) -> Result<(Sheet, Vec<Step>)> {
    let mut sheet = Sheet::of(catalogue);
    let mut steps = Vec::new();
    for op in ops {
        steps.extend(sheet.plan(op, &mut fresh)?);
    }
    Ok((sheet, steps))
}

/// Publishes operations at once.
pub async fn publish(tx: &mut Tx, scope: &Scope, actor: &Actor, title: &str, ops: Vec<Op>) -> Result<ChangeRow> {
    let row = draft(tx, actor, title, settle_ids(ops)?).await?;
    publish_draft(tx, scope, actor, row).await
}

/// Keeps operations for later; whether they can be done shows when they are tried.
pub async fn draft(tx: &mut Tx, actor: &Actor, title: &str, ops: Vec<Op>) -> Result<ChangeRow> {
    let row = ChangeRow {
        id: ChangeId::new(),
        state: "draft".into(),
        title: tidy_title(title)?,
        what: what_of(&ops).to_owned(),
        ops_json: serde_json::to_string(&settle_ids(ops)?).map_err(Error::store)?,
        undoes: None,
        created_at: tx.now(),
        created_by: actor.staff,
        published_at: None,
        published_by: None,
        rev: 1,
    };
    rows::insert_change(tx, &row).await?;
    Ok(row)
}

fn tidy_title(title: &str) -> Result<String> {
    let title = textkit::clean_text(title.trim());
    match title.chars().count() > MOST_TITLE {
        true => {
            let args = vec![("max", MOST_TITLE.to_string())];
            Err(Error::Invalid { field: "title", key: "error-longest", args })
        }
        false => Ok(title),
    }
}

fn what_of(ops: &[Op]) -> &'static str {
    match ops {
        [] => "empty",
        [one] => one.name(),
        _ => "batch",
    }
}

pub async fn get_draft(tx: &mut Tx, id: ChangeId) -> Result<ChangeRow> {
    let row = rows::find_change(tx, id).await?.ok_or(Error::NotFound("change"))?;
    if row.state == "draft" { Ok(row) } else { Err(Error::Conflict { key: "error-change-not-draft" }) }
}

pub fn ops_of(row: &ChangeRow) -> Result<Vec<Op>> {
    serde_json::from_str(&row.ops_json).map_err(Error::store)
}

/// Writes a draft anew.
pub async fn change_draft(
    tx: &mut Tx,
    mut row: ChangeRow,
    title: Option<String>,
    ops: Option<Vec<Op>>,
) -> Result<ChangeRow> {
    if let Some(title) = title {
        row.title = tidy_title(&title)?;
    }
    if let Some(ops) = ops {
        row.what = what_of(&ops).to_owned();
        row.ops_json = serde_json::to_string(&settle_ids(ops)?).map_err(Error::store)?;
    }
    row.rev += 1;
    rows::update_change(tx, &row).await?;
    Ok(row)
}

pub async fn drop_draft(tx: &mut Tx, mut row: ChangeRow) -> Result<()> {
    row.state = "dropped".into();
    row.rev += 1;
    rows::update_change(tx, &row).await
}

/// Does all of a draft, or nothing of it.
pub async fn publish_draft(tx: &mut Tx, scope: &Scope, actor: &Actor, mut row: ChangeRow) -> Result<ChangeRow> {
    let ops = ops_of(&row)?;
    if ops.is_empty() {
        return Err(Error::invalid("ops", "error-change-empty"));
    }
    let catalogue = rows::load_catalogue(tx).await?;
    let made: usize = ops.iter().map(Op::makes).sum();
    let ords = if made == 0 { vec![] } else { tx.next_ords(Noun::Tag, made).await? };
    let fresh = Fresh::new(ords, tx.now());
    let (sheet, steps) = try_ops(&catalogue, &ops, fresh)?;
    write_steps(tx, scope, actor, Some(row.id), &catalogue, &sheet, &steps).await?;
    row.state = "published".into();
    (row.published_at, row.published_by) = (Some(tx.now()), actor.staff);
    row.rev += 1;
    rows::update_change(tx, &row).await?;
    Ok(row)
}

/// Takes a published change back in one step. What it changed must still be as it left it. Taking back an undo brings
/// the change about again.
pub async fn undo_change(tx: &mut Tx, scope: &Scope, actor: &Actor, id: ChangeId) -> Result<ChangeRow> {
    let mut row = rows::find_change(tx, id).await?.ok_or(Error::NotFound("change"))?;
    if row.state != "published" {
        return Err(Error::Conflict { key: "error-change-not-published" });
    }
    let lines = rows::list_log_of(tx, id).await?;
    let fixed = rows::list_fixed(tx).await?;
    let mut steps = Vec::with_capacity(lines.len());
    let mut moved = Vec::new();
    for line in &lines {
        let row = fixed.get(&line.tag_ord).ok_or(Error::NotFound("tag"))?;
        steps.push(curation::read_step(line, row)?);
        moved.extend(curation::read_moves(line)?.map(|pairs| (line.tag_ord, pairs)));
    }
    let mut later = Vec::new();
    for line in rows::list_standing_after(tx, id).await? {
        let row = fixed.get(&line.tag_ord).ok_or(Error::NotFound("tag"))?;
        later.push(curation::read_step(&line, row)?);
    }
    let catalogue = rows::load_catalogue(tx).await?;
    let mut sheet = Sheet::of(&catalogue);
    let back = sheet.undo(&steps, &later)?;
    let undo = ChangeRow {
        id: ChangeId::new(),
        state: "published".into(),
        what: "undo".into(),
        ops_json: "[]".into(),
        undoes: Some(row.id),
        created_at: tx.now(),
        created_by: actor.staff,
        published_at: Some(tx.now()),
        published_by: actor.staff,
        rev: 1,
        title: row.title.clone(),
    };
    rows::insert_change(tx, &undo).await?;
    // Passages go back first: a tag that was made for them can go only when it is empty.
    for (tag, pairs) in moved.iter().rev() {
        let pairs = move_back(tx, scope, actor, pairs).await?;
        if let Some(on) = sheet.get(*tag) {
            let mut after = curation::logged(Some(on));
            after["moved"] = json!(pairs);
            let before = curation::logged(Some(on));
            rows::log_op(tx, actor.staff, Some(undo.id), "undo", *tag, &before, &after).await?;
        }
    }
    write_steps(tx, scope, actor, Some(undo.id), &catalogue, &sheet, &back).await?;
    if let Some(before) = row.undoes {
        let mut original = rows::find_change(tx, before).await?.ok_or(Error::NotFound("change"))?;
        original.state = "published".into();
        original.rev += 1;
        rows::update_change(tx, &original).await?;
    }
    row.state = "undone".into();
    row.rev += 1;
    rows::update_change(tx, &row).await?;
    Ok(undo)
}

/// Writes what came of steps: the log, the rows, the names that conversations show; and tells everybody.
pub(super) async fn write_steps(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    change: Option<ChangeId>,
    old: &Catalogue,
    sheet: &Sheet,
    steps: &[Step],
) -> Result<()> {
    // A tag that a split fills must be there first.
    let touched = write_rows(tx, actor, old, sheet).await?;
    for step in steps {
        let before = curation::logged(step.before.as_ref());
        let mut after = curation::logged(step.after.as_ref());
        if !step.moves.is_empty() {
            let moves = resolve_moves(sheet, step)?;
            after["moved"] = json!(move_taggings(tx, scope, actor, sheet, step.ord, moves).await?);
        }
        rows::log_op(tx, actor.staff, change, step.op, step.ord, &before, &after).await?;
    }
    let new = rows::load_catalogue(tx).await?;
    show_names(tx, old, &new, &touched).await?;
    let ids: Vec<base::TagId> =
        touched.iter().filter_map(|ord| new.by_ord(*ord).or_else(|| old.by_ord(*ord))).map(|t| t.id).collect();
    events::taxonomy_changed(tx, &ids);
    Ok(())
}

fn resolve_moves(sheet: &Sheet, step: &Step) -> Result<Vec<(SplitMove, i64)>> {
    step.moves.iter().map(|one| Ok((one.clone(), sheet.find(one.to)?.ord))).collect()
}

/// Rows of every tag that differs; their ordinals.
async fn write_rows(tx: &mut Tx, actor: &Actor, old: &Catalogue, sheet: &Sheet) -> Result<Vec<i64>> {
    let gone: Vec<i64> = old.tags.iter().map(|t| t.ord).filter(|ord| sheet.get(*ord).is_none()).collect();
    if !gone.is_empty() {
        let needed: HashSet<i64> = list_needs(tx).await?.into_iter().flat_map(|n| n.tags).collect();
        if rows::has_living(tx, gone.clone()).await? || gone.iter().any(|ord| needed.contains(ord)) {
            return Err(Error::Conflict { key: "error-tag-in-use" });
        }
    }
    let differs = |t: &&Tag| old.by_ord(t.ord).is_none_or(|was| Tag { rev: t.rev, ..was.clone() } != **t);
    let changed: Vec<Tag> = sheet.tags().filter(differs).cloned().collect();
    let is_new = |t: &&Tag| old.by_ord(t.ord).is_none();
    let known: BTreeMap<i64, i64> = match changed.iter().any(|t| is_new(&t)) {
        true => rows::list_fixed(tx).await?.into_iter().map(|(ord, t)| (ord, t.rev)).collect(),
        false => BTreeMap::new(),
    };
    let (mut updates, mut inserts) = (vec![], vec![]);
    for mut tag in changed {
        match old.by_ord(tag.ord).map(|t| t.rev).or(known.get(&tag.ord).copied()) {
            Some(rev) => {
                tag.rev = rev + 1;
                updates.push(tag);
            }
            None => inserts.push(tag),
        }
    }
    for ord in &gone {
        rows::remove_tag(tx, *ord).await?;
    }
    rows::put_tags(tx, &updates).await?;
    for tag in &inserts {
        rows::insert_tag(tx, tag, actor.staff).await?;
    }
    Ok(gone.into_iter().chain(updates.iter().chain(&inserts).map(|t| t.ord)).collect())
}

/// Renews what conversations and the search show of the touched tags, of all below them and all that lead to them.
async fn show_names(tx: &mut Tx, old: &Catalogue, new: &Catalogue, touched: &[i64]) -> Result<()> {
    let mut shown: HashSet<i64> =
        touched.iter().flat_map(|ord| new.subtree(*ord)).chain(touched.iter().copied()).collect();
    let led = new.tags.iter().filter(|t| shown.contains(&t.canon_ord)).map(|t| t.ord);
    shown.extend(led.collect::<Vec<_>>());
    let tags: Vec<Tag> = new.tags.iter().filter(|t| shown.contains(&t.ord)).cloned().collect();
    write_badges(tx, new, &tags).await?;
    let was_named = |ord: &&i64| old.by_ord(**ord).is_some_and(|t| t.state != TagState::Merged);
    let is_named = |ord: &&i64| new.by_ord(**ord).is_some_and(|t| t.state != TagState::Merged);
    let unnamed: Vec<i64> = touched.iter().filter(|o| was_named(o) && !is_named(o)).copied().collect();
    if unnamed.is_empty() { Ok(()) } else { store::search::remove_names(tx, Noun::Tag, &unnamed).await }
}
