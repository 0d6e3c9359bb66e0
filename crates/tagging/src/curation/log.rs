//! Steps as the log keeps them, and the catalogue as a fold of the log.
use super::{Sheet, SplitMove, Step};
use crate::model::{Aliases, Tag, TagState, Texts};
use base::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// All of a tag that can change. What was logged before curation came has no places in it: they follow from the path.
#[derive(Serialize, Deserialize)]
struct Logged {
    #[serde(default)]
    parent_ord: Option<i64>,
    #[serde(default)]
    canon_ord: Option<i64>,
    #[serde(default)]
    position: Option<i64>,
    path: String,
    state: TagState,
    label: Texts,
    aliases: Aliases,
    definition: Texts,
    #[serde(rename = "use")]
    use_when: Texts,
    not_for: Texts,
}

/// One side of a step, as it is written into the log.
pub fn logged(tag: Option<&Tag>) -> Value {
    let Some(t) = tag else { return Value::Null };
    json!({"path": t.path, "state": t.state.as_str(), "label": t.label, "aliases": t.aliases,
        "definition": t.definition, "use": t.use_when, "not_for": t.not_for, "parent_ord": t.parent_ord,
        "canon_ord": t.canon_ord, "position": t.position})
}

/// A line of the log. Lines that say something about a tag without changing it have neither side.
#[derive(Clone, Debug)]
pub struct LoggedOp {
    pub op: String,
    pub tag_ord: i64,
    pub before_json: String,
    pub after_json: String,
}

/// A side of a line, with what never changes of the tag (`fixed`: its row). None where the tag was not there.
fn side(text: &str, sheet: &Sheet, fixed: &Tag) -> Result<Option<Tag>> {
    let value: Value = serde_json::from_str(text).map_err(Error::store)?;
    if value.is_null() || value.get("path").is_none() {
        return Ok(None);
    }
    let l: Logged = serde_json::from_value(value).map_err(Error::store)?;
    let (above, slug) = match l.path.rsplit_once('/') {
        Some((above, slug)) => (Some(above), slug),
        None => (None, l.path.as_str()),
    };
    let by_path = || above.and_then(|path| sheet.by_path(path)).map_or(0, |t| t.ord);
    Ok(Some(Tag {
        parent_ord: l.parent_ord.unwrap_or_else(by_path),
        canon_ord: l.canon_ord.unwrap_or(fixed.ord),
        position: l.position.unwrap_or(fixed.position),
        slug: slug.to_owned(),
        state: l.state,
        label: l.label,
        aliases: l.aliases.tidy(),
        definition: l.definition,
        use_when: l.use_when,
        not_for: l.not_for,
        path: l.path,
        ..fixed.clone()
    }))
}

/// Whether a line of the log is about the catalogue, or only says something beside it.
fn is_step(op: &str) -> bool {
    op != "missed"
}

/// The catalogue that a log comes to. `fixed` are the rows of all tags that ever were, for what never changes of them.
pub fn fold<'a>(log: impl Iterator<Item = &'a LoggedOp>, fixed: &HashMap<i64, Tag>) -> Result<Sheet> {
    let mut sheet = Sheet::default();
    for line in log.filter(|line| is_step(&line.op)) {
        let row = fixed.get(&line.tag_ord).ok_or_else(|| Error::store("the log names a tag without a row"))?;
        match side(&line.after_json, &sheet, row)? {
            Some(tag) => sheet.put(tag),
            None => sheet.remove(line.tag_ord),
        }
    }
    Ok(sheet)
}

/// A line as the step it was, for taking it back.
pub fn read_step(line: &LoggedOp, fixed: &Tag) -> Result<Step> {
    let empty = Sheet::default();
    Ok(Step {
        op: "undo",
        ord: line.tag_ord,
        before: side(&line.before_json, &empty, fixed)?,
        after: side(&line.after_json, &empty, fixed)?,
        moves: Vec::<SplitMove>::new(),
    })
}

/// The taggings that a line says were moved: those retracted and those made for them.
pub fn read_moves(line: &LoggedOp) -> Result<Option<Vec<(i64, i64)>>> {
    let value: Value = serde_json::from_str(&line.after_json).map_err(Error::store)?;
    value.get("moved").map(|pairs| serde_json::from_value(pairs.clone()).map_err(Error::store)).transpose()
}
