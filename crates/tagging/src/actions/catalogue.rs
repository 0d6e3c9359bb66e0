//! The catalogue: making, changing, proposing, adopting and retiring tags; the table in. Every change is logged.
use crate::access::get_tag;
use crate::events;
use crate::model::{Aliases, Catalogue, MAX_DEPTH, MAX_LABEL, MAX_TEXT, Tag, TagState, Texts, check_texts, slug_of};
use crate::store as rows;
use crate::tsv::{Parsed, parse_table};
use base::{Actor, ConversationId, Error, Result, StaffId, TagId};
use conversations::TagBadge;
use httpkit::{SkippedLine, UnknownColumn};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use store::{Noun, Tx};

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct NewTag {
    pub parent: Option<TagId>,
    /// The key inside its parent; made from the label unless said.
    pub slug: Option<String>,
    /// Why it is missed, for the curator; kept with the proposal.
    pub note: Option<String>,
    /// The conversation in which it was missed.
    pub conversation: Option<ConversationId>,
    pub label: Texts,
    #[serde(default)]
    pub aliases: Aliases,
    #[serde(default)]
    pub definition: Texts,
    #[serde(default, rename = "use")]
    pub use_when: Texts,
    #[serde(default)]
    pub not_for: Texts,
}

/// What is given is put; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
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

fn check_tag(tag: &Tag) -> Result<()> {
    if tag.label.is_empty() {
        return Err(Error::invalid("label", "error-tag-label-empty"));
    }
    check_texts("label", &tag.label, MAX_LABEL)?;
    for (field, texts) in [("definition", &tag.definition), ("use", &tag.use_when), ("not_for", &tag.not_for)] {
        check_texts(field, texts, MAX_TEXT)?;
    }
    for (_, list) in tag.aliases.by_lang() {
        if list.len() > 50 || list.iter().any(|a| a.chars().count() > MAX_LABEL) {
            return Err(Error::invalid("aliases", "error-tag-aliases"));
        }
    }
    Ok(())
}

/// Inserts one tag whose parent and path are settled, and logs it.
pub(super) async fn insert_new(
    tx: &mut Tx,
    by: Option<StaffId>,
    parent_ord: i64,
    path: &str,
    state: TagState,
    fill: impl FnOnce(&mut Tag),
) -> Result<Tag> {
    let ord = tx.next_ord(Noun::Tag).await?;
    let mut tag = Tag {
        ord,
        id: TagId::new(),
        parent_ord,
        canon_ord: ord,
        slug: path.rsplit('/').next().unwrap_or_default().to_owned(),
        path: path.to_owned(),
        state,
        position: 0,
        source: None,
        created_at: tx.now(),
        rev: 1,
        label: Texts::default(),
        aliases: Aliases::default(),
        definition: Texts::default(),
        use_when: Texts::default(),
        not_for: Texts::default(),
    };
    fill(&mut tag);
    rows::insert_tag(tx, &tag, by).await?;
    let op = if state == TagState::Proposed { "propose" } else { "create" };
    rows::log_op(tx, by, op, ord, &json!(null), &logged(&tag)).await?;
    Ok(tag)
}

fn logged(tag: &Tag) -> serde_json::Value {
    json!({"path": tag.path, "state": tag.state.as_str(), "label": tag.label, "aliases": tag.aliases,
        "definition": tag.definition, "use": tag.use_when, "not_for": tag.not_for})
}

fn path_below(catalogue: &Catalogue, parent: Option<&Tag>, slug: &str) -> Result<String> {
    let path = parent.map_or_else(|| slug.to_owned(), |p| format!("{}/{slug}", p.path));
    if path.split('/').count() >= MAX_DEPTH {
        return Err(Error::invalid("parent", "error-tag-too-deep"));
    }
    match catalogue.by_path(&path) {
        Some(_) => Err(Error::Conflict { key: "error-tag-path-taken" }),
        None => Ok(path),
    }
}

async fn add_tag(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, new: NewTag, state: TagState) -> Result<Tag> {
    let parent = new.parent.map(|id| get_tag(catalogue, id)).transpose()?;
    let label = new.label.tidy();
    let named = new.slug.or_else(|| label.en.clone()).or_else(|| label.ko.clone()).unwrap_or_default();
    let slug = slug_of(&named)?;
    let path = path_below(catalogue, parent, &slug)?;
    let mut tag = insert_new(tx, actor.staff, parent.map_or(0, |p| p.ord), &path, state, |tag| {
        tag.label = label;
        tag.aliases = new.aliases;
        tag.definition = new.definition.tidy();
        tag.use_when = new.use_when.tidy();
        tag.not_for = new.not_for.tidy();
    })
    .await?;
    check_tag(&tag)?;
    tag.rev = 1;
    reload(tx, &[tag.id]).await?;
    Ok(tag)
}

/// After a change: conversations show the tag under its present name, and everybody hears of it.
async fn reload(tx: &mut Tx, changed: &[TagId]) -> Result<()> {
    let catalogue = rows::load_catalogue(tx).await?;
    refresh_badges(tx, &catalogue).await?;
    events::taxonomy_changed(tx, changed);
    Ok(())
}

pub async fn create_tag(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, new: NewTag) -> Result<Tag> {
    add_tag(tx, actor, catalogue, new, TagState::Active).await
}

/// A tag that somebody misses. It cannot be applied until a curator adopts it.
pub async fn propose_tag(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, new: NewTag) -> Result<Tag> {
    let missed = json!({"note": new.note, "conversation": new.conversation});
    let said = new.note.is_some() || new.conversation.is_some();
    let tag = add_tag(tx, actor, catalogue, new, TagState::Proposed).await?;
    if said {
        rows::log_op(tx, actor.staff, "missed", tag.ord, &json!(null), &missed).await?;
    }
    Ok(tag)
}

pub async fn update_tag(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, old: &Tag, patch: TagPatch) -> Result<Tag> {
    let mut tag = old.clone();
    if let Some(label) = patch.label {
        tag.label = label.tidy();
    }
    if let Some(aliases) = patch.aliases {
        tag.aliases = aliases;
    }
    for (place, given) in [
        (&mut tag.definition, patch.definition),
        (&mut tag.use_when, patch.use_when),
        (&mut tag.not_for, patch.not_for),
    ] {
        if let Some(given) = given {
            *place = given.tidy();
        }
    }
    tag.position = patch.position.unwrap_or(tag.position);
    check_tag(&tag)?;
    let parent = match patch.parent {
        Some(id) => Some(get_tag(catalogue, id)?),
        None => None,
    };
    if parent.is_some() || patch.to_root {
        if parent.is_some_and(|p| catalogue.subtree(old.ord).contains(&p.ord)) {
            return Err(Error::invalid("parent", "error-tag-below-itself"));
        }
        let parent_ord = parent.map_or(0, |p| p.ord);
        if parent_ord != tag.parent_ord {
            tag.path = path_below(catalogue, parent, &tag.slug)?;
            tag.parent_ord = parent_ord;
            move_below(tx, catalogue, old, &tag.path).await?;
        }
    }
    tag.rev += 1;
    rows::update_tag(tx, &tag).await?;
    let op = if tag.parent_ord == old.parent_ord { "change" } else { "move" };
    rows::log_op(tx, actor.staff, op, tag.ord, &logged(old), &logged(&tag)).await?;
    reload(tx, &[tag.id]).await?;
    Ok(tag)
}

/// The paths of everything below a tag that moves.
async fn move_below(tx: &mut Tx, catalogue: &Catalogue, old: &Tag, new_path: &str) -> Result<()> {
    for ord in catalogue.subtree(old.ord).into_iter().filter(|o| *o != old.ord) {
        let Some(tag) = catalogue.by_ord(ord) else { continue };
        let path = format!("{new_path}{}", tag.path.strip_prefix(&old.path).unwrap_or_default());
        if path.split('/').count() >= MAX_DEPTH {
            return Err(Error::invalid("parent", "error-tag-too-deep"));
        }
        rows::update_tag(tx, &Tag { path, rev: tag.rev + 1, ..tag.clone() }).await?;
    }
    Ok(())
}

async fn set_state(tx: &mut Tx, actor: &Actor, old: &Tag, state: TagState, op: &str) -> Result<Tag> {
    let tag = Tag { state, rev: old.rev + 1, ..old.clone() };
    rows::update_tag(tx, &tag).await?;
    rows::log_op(tx, actor.staff, op, tag.ord, &logged(old), &logged(&tag)).await?;
    reload(tx, &[tag.id]).await?;
    Ok(tag)
}

/// Takes an imported or proposed tag into the catalogue, with the imported ones above it.
pub async fn adopt_tag(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, old: &Tag) -> Result<Tag> {
    if !matches!(old.state, TagState::Imported | TagState::Proposed) {
        return Err(Error::Conflict { key: "error-tag-not-adoptable" });
    }
    for above in catalogue.line(old).into_iter().filter(|t| t.ord != old.ord && t.state == TagState::Imported) {
        set_state(tx, actor, above, TagState::Active, "adopt").await?;
    }
    set_state(tx, actor, old, TagState::Active, "adopt").await
}

/// Stops a tag from being applied. What it was applied to stays, and counts.
pub async fn retire_tag(tx: &mut Tx, actor: &Actor, old: &Tag) -> Result<Tag> {
    match old.state {
        TagState::Merged | TagState::Retired => Err(Error::Conflict { key: "error-tag-not-retirable" }),
        _ => set_state(tx, actor, old, TagState::Retired, "retire").await,
    }
}

pub async fn restore_tag(tx: &mut Tx, actor: &Actor, old: &Tag) -> Result<Tag> {
    match old.state {
        TagState::Retired => set_state(tx, actor, old, TagState::Active, "restore").await,
        _ => Err(Error::Conflict { key: "error-tag-not-retired" }),
    }
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

/// Takes a table in. A path that is there gets the texts of its line; empty cells leave what is there.
pub async fn import_taxonomy(tx: &mut Tx, actor: &Actor, table: &str) -> Result<TableReport> {
    let Parsed { lines, bad, unknown } = parse_table(table)?;
    let read = (lines.len() + bad.len()) as u64;
    let mut report = TableReport { read, skipped: bad, unknown, ..TableReport::default() };
    let mut catalogue = rows::load_catalogue(tx).await?;
    let (mut changed, mut seen) = (Vec::new(), HashSet::new());
    for (i, line) in lines.into_iter().enumerate() {
        let slugs: Result<Vec<String>> = line.path.split('/').map(slug_of).collect();
        let Ok(slugs) = slugs else {
            report.skipped.push(SkippedLine::new(line.number, "error-tag-path"));
            continue;
        };
        let path = slugs.join("/");
        if !seen.insert(path.clone()) {
            report.skipped.push(SkippedLine::new(line.number, "error-tsv-twice"));
            continue;
        }
        let above = path.rsplit_once('/').map(|(above, _)| above);
        let parent = above.and_then(|p| catalogue.by_path(p));
        if slugs.len() >= MAX_DEPTH || above.is_some() && parent.is_none() {
            report.skipped.push(SkippedLine::new(line.number, "error-tsv-no-parent"));
            continue;
        }
        let known = catalogue.by_path(&path).cloned();
        let state = line.state.unwrap_or(known.as_ref().map_or(TagState::Active, |t| t.state));
        let fill = |tag: &mut Tag| {
            let put = |place: &mut Texts, given: Texts| {
                *place = Texts { ko: given.ko.or(place.ko.take()), en: given.en.or(place.en.take()) };
            };
            put(&mut tag.label, line.label);
            put(&mut tag.definition, line.definition);
            put(&mut tag.use_when, line.use_when);
            put(&mut tag.not_for, line.not_for);
            if !line.aliases.ko.is_empty() {
                tag.aliases.ko = line.aliases.ko;
            }
            if !line.aliases.en.is_empty() {
                tag.aliases.en = line.aliases.en;
            }
            if tag.label.is_empty() {
                tag.label.en = path.rsplit('/').next().map(str::to_owned);
            }
            tag.state = state;
        };
        let tag = match known {
            Some(old) => {
                let mut tag = old.clone();
                fill(&mut tag);
                tag.aliases = sorted(tag.aliases);
                if (Tag { aliases: sorted(old.aliases.clone()), ..old.clone() }) == tag {
                    report.unchanged += 1;
                    continue;
                }
                check_tag(&tag)?;
                tag.rev += 1;
                rows::update_tag(tx, &tag).await?;
                rows::log_op(tx, actor.staff, "change", tag.ord, &logged(&old), &logged(&tag)).await?;
                report.updated += 1;
                catalogue.tags.retain(|t| t.ord != tag.ord);
                tag
            }
            None => {
                let parent_ord = parent.map_or(0, |p| p.ord);
                let position = i as i64;
                let tag = insert_new(tx, actor.staff, parent_ord, &path, state, |tag| {
                    fill(tag);
                    tag.position = position;
                })
                .await?;
                check_tag(&tag)?;
                report.created += 1;
                tag
            }
        };
        changed.push(tag.id);
        let mut tags = std::mem::take(&mut catalogue.tags);
        tags.push(tag);
        catalogue = Catalogue::new(tags);
    }
    if !changed.is_empty() {
        reload(tx, &changed).await?;
    }
    Ok(report)
}

fn sorted(mut aliases: Aliases) -> Aliases {
    aliases.ko.sort();
    aliases.en.sort();
    aliases
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
