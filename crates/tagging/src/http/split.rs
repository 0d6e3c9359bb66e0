//! Sorting the passages of a tag that is split, and finding passages that a new tag fits: both only propose, people
//! decide.
use super::evidence::{EvidenceOut, evidence_of};
use crate::access;
use crate::actions::NewTag;
use crate::counts::{Filter, Pick, Selector};
use crate::curation::{Basket, Sorter};
use crate::engine::TagEngine;
use crate::model::{Catalogue, Tag};
use crate::store as rows;
use base::{ConversationId, EntryId, Error, Limit, TagId, Time};
use conversations::Scope;
use httpkit::{AppState, Can, Curate, Json, Path, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use textkit::LabelMatcher;

/// The tags that passages are sorted onto: some that are there, some that would be made.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct SplitIn {
    #[serde(default)]
    pub existing: Vec<TagId>,
    #[serde(default)]
    pub children: Vec<NewTag>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct SplitOut {
    /// The passages of the tag itself, the sure ones of each child first, the unsure ones last.
    pub items: Vec<SplitItem>,
    /// How many there are in all; a page holds the newest 500.
    pub total: u32,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct SplitItem {
    #[serde(flatten)]
    pub evidence: EvidenceOut,
    /// The place of the child it seems to belong to: those that are there first, then those to be made.
    pub suggested: Option<u32>,
    pub score: f32,
    /// Whether the suggestion is clear enough not to be asked about.
    pub is_sure: bool,
}

const MOST_SORTED: usize = 500;
/// Passages of a child that is there already, to compare with.
const MOST_COMPARED: usize = 200;
const MOST_CHILDREN: usize = 9;

fn own(ord: i64) -> Selector {
    Selector { include: vec![Pick { tags: vec![ord as u32], kinds: 0 }], exclude: vec![] }
}

/// Sort a tag's passages onto the tags it would be split into.
///
/// Only a proposal: by the words of each child and by the passages that existing children have.
#[utoipa::path(post, path = "/api/tags/{id}/sorted", tag = "tagging", operation_id = "sort_passages", request_body = SplitIn,
    params(("id" = TagId, Path)),
    responses((status = 200, body = SplitOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn sort_passages(
    can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
    Json(input): Json<SplitIn>,
) -> Result<Json<SplitOut>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let tag = access::get_tag(&catalogue, id)?.ord;
    let existing: Vec<Tag> =
        input.existing.iter().map(|id| access::get_tag(&catalogue, *id).cloned()).collect::<base::Result<_>>()?;
    if !(1..=MOST_CHILDREN).contains(&(existing.len() + input.children.len())) {
        return Err(Error::invalid("children", "error-split-children").into());
    }
    let hidden: Vec<u16> = app.hub.hidden_doors(can.actor()).await?.into_iter().map(|d| d as u16).collect();
    let filter = Filter { hidden, ..Filter::default() };
    let children: Vec<i64> = existing.iter().map(|t| t.ord).collect();
    let (mine, theirs, total) = engine
        .ask(move |c| {
            let newest =
                |ord: i64, most| c.newest(&own(ord), &filter, None, most).into_iter().map(|(_, o)| i64::from(o));
            let mine: Vec<i64> = newest(tag, MOST_SORTED).collect();
            let theirs: Vec<Vec<i64>> = children.iter().map(|ord| newest(*ord, MOST_COMPARED).collect()).collect();
            (mine, theirs, c.count_four(&own(tag), &filter).1)
        })
        .await?;
    let mut tx = app.db.read().await?;
    let mut choices: Vec<Basket> = existing
        .iter()
        .map(|t| Basket::new(&t.label, &t.aliases, &t.definition))
        .chain(input.children.iter().map(|c| Basket::new(&c.label, &c.aliases, &c.definition)))
        .collect();
    for (choice, ords) in choices.iter_mut().zip(theirs) {
        choice.texts = evidence_of(&mut tx, &engine, ords).await?.into_values().map(|e| e.quote).collect();
    }
    let mut shown = evidence_of(&mut tx, &engine, mine.clone()).await?;
    drop(tx);
    let texts: Vec<EvidenceOut> = mine.iter().filter_map(|ord| shown.remove(ord)).collect();
    let quotes: Vec<String> = texts.iter().map(|e| e.quote.clone()).collect();
    let sorted = tokio::task::spawn_blocking(move || {
        let sorter = Sorter::new(&choices);
        quotes.iter().map(|q| sorter.sort(q)).collect::<Vec<_>>()
    })
    .await
    .map_err(Error::store)?;
    let mut items: Vec<SplitItem> = texts
        .into_iter()
        .zip(sorted)
        .map(|(evidence, s)| SplitItem { evidence, suggested: s.place, score: s.score, is_sure: s.is_sure })
        .collect();
    items.sort_by_key(|i| (!i.is_sure, i.suggested.filter(|_| i.is_sure)));
    Ok(Json(SplitOut { items, total }))
}

/// A passage that a tag seems to fit and that does not carry it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FoundPassage {
    pub conversation: ConversationId,
    pub subject: Option<String>,
    pub said_at: Time,
    pub entry: EntryId,
    /// In Unicode scalars of the entry, half-open.
    pub start: u32,
    pub end: u32,
    pub quote: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct FoundList {
    pub items: Vec<FoundPassage>,
}

const MOST_WORDINGS: usize = 8;
const MOST_FOUND: i64 = 50;

/// Find earlier passages that speak of a tag and do not carry it: for looking through before it is put on them.
#[utoipa::path(get, path = "/api/tags/{id}/found", tag = "tagging", operation_id = "find_passages", params(("id" = TagId, Path)),
    responses((status = 200, body = FoundList), (status = 404, body = httpkit::Problem)))]
pub async fn find_passages(
    can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
) -> Result<Json<FoundList>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let tag = access::get_tag(&catalogue, id)?;
    let words: Vec<String> = wordings(tag);
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let mut hits = Vec::new();
    let mut seen = HashSet::new();
    for text in &words {
        let found = conversations::search(&mut tx, &scope, text, None, Limit::new(MOST_FOUND)).await?;
        hits.extend(found.items.into_iter().filter(|h| seen.insert(h.head.ord)));
    }
    let carries = carrying(&mut tx, &catalogue, tag.ord, hits.iter().map(|h| h.head.ord).collect()).await?;
    hits.retain(|h| !carries.contains(&h.head.ord));
    hits.truncate(MOST_FOUND as usize);
    let mut entries = Vec::new();
    for hit in &hits {
        entries.push(conversations::get_entry(&mut tx, &scope, hit.entry_id).await?.0);
    }
    drop(tx);
    let matcher = LabelMatcher::new(words.iter().map(|w| (1, w.as_str(), 1.0)));
    let items = hits.into_iter().zip(entries).filter_map(|(hit, entry)| {
        let (start, end) = sentence(&entry.text, matcher.matches(&entry.text).first()?.spans.first().copied()?);
        let quote = entry.text.chars().skip(start).take(end - start).collect();
        let (start, end) = (start as u32, end as u32);
        let (conversation, subject) = (hit.head.id, hit.head.subject);
        Some(FoundPassage { conversation, subject, said_at: hit.at, entry: entry.id, start, end, quote })
    });
    Ok(Json(FoundList { items: items.collect() }))
}

fn wordings(tag: &Tag) -> Vec<String> {
    let labels = [&tag.label.ko, &tag.label.en].into_iter().flatten();
    labels.chain(&tag.aliases.ko).chain(&tag.aliases.en).take(MOST_WORDINGS).cloned().collect()
}

async fn carrying(
    tx: &mut ::store::Tx,
    catalogue: &Catalogue,
    tag: i64,
    conversations: Vec<i64>,
) -> Result<HashSet<i64>> {
    let living = rows::list_living(tx, conversations).await?;
    Ok(living.iter().filter(|r| catalogue.canon(r.tag_ord) == tag).map(|r| r.conversation_ord).collect())
}

/// The sentence around some words, in Unicode scalars.
fn sentence(text: &str, (from, to): (usize, usize)) -> (usize, usize) {
    let chars: Vec<char> = text.chars().collect();
    let ends = |c: char| matches!(c, '\n' | '.' | '?' | '!' | '。' | '…');
    let to = to.clamp(1, chars.len());
    let mut start = from.min(to - 1);
    while start > 0 && !ends(chars[start - 1]) {
        start -= 1;
    }
    let mut end = to;
    while end < chars.len() && !ends(chars[end - 1]) {
        end += 1;
    }
    while start < end && chars[start].is_whitespace() {
        start += 1;
    }
    while end > start && chars[end - 1].is_whitespace() {
        end -= 1;
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_out_around_the_words() {
        let text = "안녕하세요. 필터가 자꾸 풀려요! 고맙습니다.\nThanks";
        let at = text.chars().position(|c| c == '필').unwrap();
        let (start, end) = sentence(text, (at, at + 2));
        assert_eq!(text.chars().skip(start).take(end - start).collect::<String>(), "필터가 자꾸 풀려요!");
        assert_eq!(sentence("filter", (0, 6)), (0, 6));
    }
}
