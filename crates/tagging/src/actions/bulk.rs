//! Tags that come with an import: paths of another system, many at once.
use super::apply::show_on;
use super::catalogue::{insert_imported, write_badges};
use crate::events;
use crate::model::{Catalogue, Kind, Origin, Tag, TagState, Texts, parse_path};
use crate::store::{self as rows, TaggingRow};
use base::{Lang, Result, StaffId, TaggingId, Time};
use conversations::TagMark;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::{Noun, Tx};

/// What happens with a tag of an import that the catalogue does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMode {
    /// It is made under a node named after the source, in state `imported`, until a curator adopts it.
    Create,
    /// It is named in the report; the conversation comes in without it.
    Match,
}

/// The node that the tags of a source stand below. One without a letter or digit in its name still needs one.
fn node_of(source: &str) -> Result<Vec<(String, String)>> {
    parse_path(source).or_else(|_| parse_path("import"))
}

/// What a source calls the tag at this path, if it stands below the node of that source.
pub fn path_in_source<'a>(path: &'a str, source: &str) -> Option<&'a str> {
    let node = node_of(source).ok()?;
    node.iter().try_fold(path, |rest, (slug, _)| rest.strip_prefix(slug.as_str())?.strip_prefix('/'))
}

/// Finds the tag of each path, making those that are missing when asked to. Unknown paths are absent from the answer.
pub async fn match_paths(
    tx: &mut Tx,
    catalogue: &mut Catalogue,
    source: &str,
    paths: &BTreeSet<String>,
    mode: PathMode,
) -> Result<HashMap<String, i64>> {
    let mut found = HashMap::new();
    let mut made: Vec<Tag> = Vec::new();
    for path in paths {
        if let Some(tag) = catalogue.by_any_path(path).filter(|t| t.state != TagState::Retired) {
            found.insert(path.clone(), tag.ord);
            continue;
        }
        let Ok(parts) = parse_path(path) else { continue };
        let below: Vec<(String, String)> = node_of(source)?.into_iter().chain(parts).collect();
        let whole = below.iter().map(|p| p.0.as_str()).collect::<Vec<_>>().join("/");
        if let Some(tag) = catalogue.by_path(&whole) {
            found.insert(path.clone(), tag.ord);
            continue;
        }
        if mode == PathMode::Match {
            continue;
        }
        let (mut parent, mut at) = (0, String::new());
        for (slug, text) in below {
            at = if at.is_empty() { slug.clone() } else { format!("{at}/{slug}") };
            if let Some(known) = catalogue.by_path(&at) {
                parent = known.ord;
                continue;
            }
            let korean = text.chars().any(|c| ('가'..='힣').contains(&c));
            let label = if korean { Texts { ko: Some(text), en: None } } else { Texts { ko: None, en: Some(text) } };
            let tag = insert_imported(tx, None, parent, &at, label, source).await?;
            parent = tag.ord;
            made.push(tag.clone());
            catalogue.push(tag);
        }
        found.insert(path.clone(), parent);
    }
    if !made.is_empty() {
        write_badges(tx, catalogue, &made).await?;
        events::taxonomy_changed(tx, &made.iter().map(|tag| tag.id).collect::<Vec<_>>());
    }
    Ok(found)
}

/// Taggings of many conversations, made by an import.
#[derive(Clone, Debug)]
pub struct ManyTaggings {
    pub tag_ord: i64,
    pub conversation_ord: i64,
    pub entry_ord: Option<i64>,
    pub passage_ord: Option<i64>,
    pub kind: Option<Kind>,
    pub said_at: Time,
    pub person_ord: Option<i64>,
    pub team_ord: Option<i64>,
    pub account_ord: Option<i64>,
    pub door_ord: i64,
    pub channel: &'static str,
    pub language: Option<Lang>,
    pub origin: Origin,
    /// When it was said to fit; now when absent.
    pub tagged_at: Option<Time>,
    pub tagged_by: Option<StaffId>,
    /// One that was taken back before it came in here: history, and no more.
    pub retracted_at: Option<Time>,
}

/// Applies them; those that live already are left alone. How many are new. One event for all.
pub async fn apply_many(tx: &mut Tx, list: Vec<ManyTaggings>) -> Result<usize> {
    let conversations: Vec<i64> = list.iter().map(|t| t.conversation_ord).collect::<HashSet<_>>().into_iter().collect();
    if conversations.is_empty() {
        return Ok(0);
    }
    let living = rows::list_living(tx, conversations.clone()).await?;
    let mut seen: HashSet<(i64, i64, i64)> =
        living.iter().map(|r| (r.tag_ord, r.conversation_ord, r.passage_ord.unwrap_or(0))).collect();
    let mut is_new = |t: &ManyTaggings| seen.insert((t.tag_ord, t.conversation_ord, t.passage_ord.unwrap_or(0)));
    let fresh: Vec<ManyTaggings> = list.into_iter().filter(|t| t.retracted_at.is_some() || is_new(t)).collect();
    if fresh.is_empty() {
        return Ok(0);
    }
    let (taxonomy_seq, now) = (rows::taxonomy_seq(tx).await?, tx.now());
    let ords = tx.next_ords(Noun::Tagging, fresh.len()).await?;
    let made: Vec<TaggingRow> = fresh
        .into_iter()
        .zip(&ords)
        .map(|(t, ord)| TaggingRow {
            ord: *ord,
            id: TaggingId::new(),
            tag_ord: t.tag_ord,
            conversation_ord: t.conversation_ord,
            entry_ord: t.entry_ord,
            passage_ord: t.passage_ord,
            kind: t.kind.map(|k| k.as_str().to_owned()),
            origin: t.origin.as_str().to_owned(),
            said_at: t.said_at,
            tagged_at: t.tagged_at.unwrap_or(now),
            tagged_by: t.tagged_by,
            retracted_at: t.retracted_at,
            retracted_by: None,
            person_ord: t.person_ord,
            team_ord: t.team_ord,
            account_ord: t.account_ord,
            door_ord: t.door_ord,
            channel: t.channel.to_owned(),
            language: t.language.map(|l| l.to_string()),
            taxonomy_seq,
        })
        .collect();
    rows::insert_taggings(tx, &made).await?;
    show_many(tx, &living, &made).await?;
    events::applied_many(tx, ords[0], ords[ords.len() - 1]);
    Ok(made.len())
}

/// Says of conversations that came in when it was said that no tag fits them: (conversation, opened at, said at).
pub async fn apply_nothing(tx: &mut Tx, list: &[(i64, Time, Time)]) -> Result<()> {
    for (conversation, opened_at, at) in list {
        if rows::find_nothing(tx, *conversation).await?.is_none()
            && rows::list_living(tx, vec![*conversation]).await?.is_empty()
        {
            rows::insert_nothing(tx, *conversation, *opened_at, *at, None).await?;
            show_on(tx, *conversation).await?;
        }
    }
    Ok(())
}

/// `show_on` for conversations that just came in, without reading each one back.
async fn show_many(tx: &mut Tx, living: &[TaggingRow], made: &[TaggingRow]) -> Result<()> {
    let made: Vec<&TaggingRow> = made.iter().filter(|row| row.retracted_at.is_none()).collect();
    let had: HashSet<i64> = living.iter().map(|r| r.conversation_ord).collect();
    let touched: BTreeSet<i64> = made.iter().map(|r| r.conversation_ord).collect();
    let mut fresh: HashMap<(i64, i64), (BTreeSet<&str>, i64)> = HashMap::new();
    for row in made.iter().filter(|r| !had.contains(&r.conversation_ord)) {
        let shown = fresh.entry((row.conversation_ord, row.tag_ord)).or_default();
        shown.0.extend(row.kind.as_deref());
        shown.1 += 1;
    }
    let mut shown: HashMap<i64, Vec<TagMark>> = HashMap::new();
    for ((conversation, tag_ord), (kinds, taggings)) in fresh {
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(",");
        shown.entry(conversation).or_default().push(TagMark { tag_ord, kinds, taggings });
    }
    conversations::set_conversation_tags(tx, &shown.into_iter().collect::<Vec<_>>()).await?;
    let simple: Vec<i64> = touched.iter().copied().filter(|c| !had.contains(c)).collect();
    rows::retract_nothing_of(tx, simple.clone()).await?;
    conversations::set_tag_states(tx, &simple, conversations::TagState::Tagged).await?;
    for conversation in touched.into_iter().filter(|c| had.contains(c)) {
        show_on(tx, conversation).await?;
    }
    Ok(())
}
