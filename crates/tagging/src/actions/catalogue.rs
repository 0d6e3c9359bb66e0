//! The catalogue in single steps: making, changing, proposing, adopting and retiring tags; the table in. Each is a
//! change that can be undone.
use super::apply::PassageIn;
use super::curate::{publish, write_steps};
use crate::curation::{Fresh, Op, Sheet, Step, logged};
use crate::model::{Aliases, Catalogue, MAX_DEPTH, Tag, TagState, Texts, slug_of};
use crate::store::{self as rows, ChangeRow};
use crate::tsv::{Line, Parsed, parse_table};
use base::{Actor, ChangeId, ConversationId, Error, PassageId, Result, StaffId, TagId};
use conversations::{Scope, TagBadge};
use httpkit::{SkippedLine, UnknownColumn};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use store::{Noun, Tx};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NewTag {
    /// Its id, when something else in the same change names it; made unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<TagId>,
    #[serde(default)]
    pub parent: Option<TagId>,
    /// The key inside its parent; made from the label unless said.
    #[serde(default)]
    pub slug: Option<String>,
    /// Why it is missed, for the curator; kept with the proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The conversation in which it was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// The words that need it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<PassageIn>,
    pub label: Texts,
    #[serde(default)]
    pub aliases: Aliases,
    #[serde(default)]
    pub definition: Texts,
    #[serde(default, rename = "use")]
    pub use_when: Texts,
    #[serde(default)]
    pub not_for: Texts,
    /// Its place among its neighbours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
}

/// What is given is put; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TagPatch {
    pub parent: Option<TagId>,
    /// True makes it a root.
    #[serde(default)]
    pub to_root: bool,
    pub label: Option<Texts>,
    pub aliases: Option<Aliases>,
    pub definition: Option<Texts>,
    #[serde(rename = "use")]
    pub use_when: Option<Texts>,
    pub not_for: Option<Texts>,
    pub position: Option<i64>,
}

/// Inserts one tag that came with an import, whose parent and path are settled, and logs it.
pub(super) async fn insert_imported(
    tx: &mut Tx,
    by: Option<StaffId>,
    parent_ord: i64,
    path: &str,
    label: Texts,
    source: &str,
) -> Result<Tag> {
    let ord = tx.next_ord(Noun::Tag).await?;
    let tag = Tag {
        ord,
        id: TagId::new(),
        parent_ord,
        canon_ord: ord,
        slug: path.rsplit('/').next().unwrap_or_default().to_owned(),
        path: path.to_owned(),
        state: TagState::Imported,
        position: 0,
        source: Some(source.to_owned()),
        created_at: tx.now(),
        rev: 1,
        label,
        aliases: Aliases::default(),
        definition: Texts::default(),
        use_when: Texts::default(),
        not_for: Texts::default(),
    };
    rows::insert_tag(tx, &tag, by).await?;
    rows::log_op(tx, by, None, "create", ord, &logged(None), &logged(Some(&tag))).await?;
    Ok(tag)
}

/// One operation, published at once; the tag it was about.
async fn publish_one(tx: &mut Tx, actor: &Actor, op: Op, id: TagId) -> Result<Tag> {
    publish(tx, &Scope::default(), actor, "", vec![op]).await?;
    Sheet::of(&rows::load_catalogue(tx).await?).find(id)
}

pub async fn create_tag(tx: &mut Tx, actor: &Actor, new: NewTag) -> Result<Tag> {
    let id = new.id.unwrap_or_else(TagId::new);
    publish_one(tx, actor, Op::Create { tag: NewTag { id: Some(id), ..new } }, id).await
}

/// A tag that somebody misses, with the words that need it. It cannot be applied until a curator adopts it.
pub async fn propose_tag(tx: &mut Tx, scope: &Scope, actor: &Actor, new: NewTag) -> Result<Tag> {
    let passage = match &new.passage {
        None => None,
        Some(p) => {
            let (entry, _) = conversations::get_entry(tx, scope, p.entry_id).await?;
            Some(conversations::make_passage(tx, entry.ord, p.start, p.end, &p.quote, actor.staff).await?.id)
        }
    };
    if let Some(id) = new.conversation {
        conversations::get_conversation(tx, scope, id).await?;
    }
    let catalogue = rows::load_catalogue(tx).await?;
    let mut sheet = Sheet::of(&catalogue);
    let mut fresh = Fresh::new(tx.next_ords(Noun::Tag, 1).await?, tx.now());
    let step = sheet.create("propose", &NewTag { id: None, ..new.clone() }, TagState::Proposed, &mut fresh)?;
    let ord = step.ord;
    write_steps(tx, scope, actor, None, &catalogue, &sheet, &[step]).await?;
    // Ids only: words of customers have no place in a log that is never changed.
    let missed = json!(Missed { note: new.note, conversation: new.conversation, passage });
    rows::log_op(tx, actor.staff, None, "missed", ord, &json!(null), &missed).await?;
    sheet.get(ord).cloned().ok_or(Error::NotFound("tag"))
}

/// Why a proposed tag is missed, and where.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Missed {
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    #[serde(default)]
    pub passage: Option<PassageId>,
}

pub async fn update_tag(tx: &mut Tx, actor: &Actor, old: &Tag, patch: TagPatch) -> Result<Tag> {
    publish_one(tx, actor, Op::Change { tag: old.id, patch }, old.id).await
}

/// Takes an imported or proposed tag into the catalogue, with the imported ones above it.
pub async fn adopt_tag(tx: &mut Tx, actor: &Actor, old: &Tag) -> Result<Tag> {
    publish_one(tx, actor, Op::Adopt { tag: old.id }, old.id).await
}

/// Stops a tag from being applied. What it was applied to stays, and counts.
pub async fn retire_tag(tx: &mut Tx, actor: &Actor, old: &Tag) -> Result<Tag> {
    publish_one(tx, actor, Op::Retire { tag: old.id }, old.id).await
}

pub async fn restore_tag(tx: &mut Tx, actor: &Actor, old: &Tag) -> Result<Tag> {
    publish_one(tx, actor, Op::Restore { tag: old.id }, old.id).await
}

/// What a table did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TableReport {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: Vec<SkippedLine>,
    /// Columns that were passed over.
    pub unknown: Vec<UnknownColumn>,
}

/// Takes a table in, as one change. A path that is there gets the texts of its line; empty cells leave what is there.
pub async fn import_taxonomy(tx: &mut Tx, actor: &Actor, table: &str) -> Result<TableReport> {
    let Parsed { lines, bad, unknown } = parse_table(table)?;
    let read = (lines.len() + bad.len()) as u64;
    let mut report = TableReport { read, skipped: bad, unknown, ..TableReport::default() };
    let catalogue = rows::load_catalogue(tx).await?;
    let mut sheet = Sheet::of(&catalogue);
    let mut fresh = Fresh::new(tx.next_ords(Noun::Tag, lines.len().max(1)).await?, tx.now());
    let (mut steps, mut seen) = (Vec::new(), HashSet::new());
    for (i, line) in lines.into_iter().enumerate() {
        let number = line.number;
        match line_step(&mut sheet, &mut fresh, &mut seen, line, i as i64) {
            Ok(Some(step)) => {
                if step.before.is_none() {
                    report.created += 1
                } else {
                    report.updated += 1
                }
                steps.push(step);
            }
            Ok(None) => report.unchanged += 1,
            Err(LineFault::Skip(reason)) => report.skipped.push(SkippedLine::new(number, reason)),
            Err(LineFault::Stop(e)) => return Err(e),
        }
    }
    if !steps.is_empty() {
        let change = ChangeRow {
            id: ChangeId::new(),
            state: "published".into(),
            title: String::new(),
            what: "table".into(),
            ops_json: "[]".into(),
            undoes: None,
            created_at: tx.now(),
            created_by: actor.staff,
            published_at: Some(tx.now()),
            published_by: actor.staff,
            rev: 1,
        };
        rows::insert_change(tx, &change).await?;
        write_steps(tx, &Scope::default(), actor, Some(change.id), &catalogue, &sheet, &steps).await?;
    }
    Ok(report)
}

/// Why a line brings nothing: it is passed over with a reason, or the whole table is refused.
enum LineFault {
    Skip(&'static str),
    Stop(Error),
}

/// What one line of a table does.
fn line_step(
    sheet: &mut Sheet,
    fresh: &mut Fresh,
    seen: &mut HashSet<String>,
    line: Line,
    position: i64,
) -> Result<Option<Step>, LineFault> {
    let slugs: Result<Vec<String>> = line.path.split('/').map(slug_of).collect();
    let slugs = slugs.map_err(|_| LineFault::Skip("error-tag-path"))?;
    let path = slugs.join("/");
    if !seen.insert(path.clone()) {
        return Err(LineFault::Skip("error-tsv-twice"));
    }
    let above = path.rsplit_once('/').map(|(above, _)| above);
    let parent = above.and_then(|p| sheet.by_path(p)).cloned();
    if slugs.len() >= MAX_DEPTH || above.is_some() && parent.is_none() {
        return Err(LineFault::Skip("error-tsv-no-parent"));
    }
    let state = line.state;
    let put = |place: &mut Texts, given: Texts| {
        *place = Texts { ko: given.ko.or(place.ko.take()), en: given.en.or(place.en.take()) };
    };
    match sheet.by_path(&path).cloned() {
        Some(mut tag) => {
            put(&mut tag.label, line.label);
            put(&mut tag.definition, line.definition);
            put(&mut tag.use_when, line.use_when);
            put(&mut tag.not_for, line.not_for);
            for (place, given) in [(&mut tag.aliases.ko, line.aliases.ko), (&mut tag.aliases.en, line.aliases.en)] {
                if !given.is_empty() {
                    *place = given;
                }
            }
            tag.state = state.unwrap_or(tag.state);
            sheet.rewrite(tag).map_err(LineFault::Stop)
        }
        None => {
            let slug = slugs.last().cloned();
            let label = if line.label.is_empty() { Texts { ko: None, en: slug.clone() } } else { line.label };
            let new = NewTag {
                parent: parent.map(|p| p.id),
                slug,
                label,
                aliases: line.aliases,
                definition: line.definition,
                use_when: line.use_when,
                not_for: line.not_for,
                position: Some(position),
                ..NewTag::default()
            };
            let made = sheet.create("create", &new, state.unwrap_or(TagState::Active), fresh);
            made.map(Some).map_err(LineFault::Stop)
        }
    }
}

/// Writes the names of all tags where conversations show them.
pub async fn refresh_badges(tx: &mut Tx, catalogue: &Catalogue) -> Result<()> {
    write_badges(tx, catalogue, &catalogue.tags).await
}

/// The same for some of them.
pub(super) async fn write_badges(tx: &mut Tx, catalogue: &Catalogue, tags: &[Tag]) -> Result<()> {
    let badges: Vec<TagBadge> = tags
        .iter()
        .map(|t| {
            let shown = catalogue.by_ord(t.canon_ord).unwrap_or(t);
            TagBadge {
                tag_ord: t.ord,
                tag_id: shown.id,
                path: shown.path.clone(),
                label_ko: catalogue.label_path(shown, "ko"),
                label_en: catalogue.label_path(shown, "en"),
            }
        })
        .collect();
    conversations::set_badges(tx, &badges).await?;
    let names = tags.iter().filter(|t| t.state != TagState::Merged).map(|t| {
        let words: Vec<&str> = [&t.label.ko, &t.label.en]
            .into_iter()
            .flatten()
            .chain(&t.aliases.ko)
            .chain(&t.aliases.en)
            .map(String::as_str)
            .collect();
        (t.ord, textkit::index_terms(&words.join("\n")))
    });
    store::search::index_names(tx, Noun::Tag, names.collect()).await
}
