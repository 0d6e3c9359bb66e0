//! Closing, with at most two keys about what came of it; and the sentence that says what stands on the roadmap.
use super::insights::announce;
use crate::store::learning::{self as rows, ClosingRow, WordsRow};
use base::{Actor, EntryId, Error, ItemId, Result, Ui};
use conversations::{Author, Change, EntryKind, Head, Scope, Status};
use roadmap::Item;
use store::Tx;
use tagging::{Catalogue, Texts};

pub const OUTCOMES: [&str; 5] = ["solved", "answered", "noted", "no_answer", "not_ours"];
pub const LEARNED: [&str; 3] = ["yes", "no", "nothing"];

/// Closes a conversation if it is open, and remembers what was said of it: either may stay unsaid, or be said later.
pub async fn close(
    tx: &mut Tx,
    actor: &Actor,
    head: Head,
    outcome: Option<String>,
    learned: Option<String>,
) -> Result<ClosingRow> {
    let is_one = |word: &Option<String>, of: &[&str]| word.as_deref().is_none_or(|word| of.contains(&word));
    if !is_one(&outcome, &OUTCOMES) {
        return Err(Error::invalid("outcome", "error-outcome"));
    }
    if !is_one(&learned, &LEARNED) {
        return Err(Error::invalid("learned", "error-learned"));
    }
    let ord = head.ord;
    let last = rows::find_closing(tx, ord).await?;
    let closes = head.status != Status::Closed;
    // An insight that was confirmed says by itself that something was learned: nobody is asked for it.
    let has_insight = !rows::list_insights_of(tx, ord).await?.is_empty();
    let learned = learned.or_else(|| has_insight.then(|| "yes".to_owned()));
    let row = match last.filter(|_| !closes) {
        Some(last) => ClosingRow { outcome: outcome.or(last.outcome), learned: learned.or(last.learned), ..last },
        None => ClosingRow { conversation_ord: ord, closed_at: tx.now(), outcome, learned },
    };
    rows::put_closing(tx, &row, actor.staff).await?;
    announce(tx, &head);
    if closes {
        conversations::change_conversation(
            tx,
            actor,
            head,
            Change { status: Some(Status::Closed), ..Change::default() },
        )
        .await?;
    }
    Ok(row)
}

/// Conversations that one of us closed without saying more are closed all the same: a share of what is learned counts them.
pub async fn note_closed(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    for (ord, by) in rows::list_closed_unsaid(tx, conversations).await? {
        let row = ClosingRow { conversation_ord: ord, closed_at: tx.now(), outcome: None, learned: None };
        rows::put_closing(tx, &row, by).await?;
    }
    Ok(())
}

/// A sentence about a roadmap item that can be added to an answer with one key.
pub struct ItemWords {
    pub item: ItemId,
    pub title: Texts,
    /// `noted`: it stands on the roadmap. `told`: this is what became of it.
    pub kind: &'static str,
    pub ko: String,
    pub en: String,
}

/// What can be said of the roadmap in a conversation: the items its tags are joined to, what is done first, without what
/// was said already.
pub async fn list_item_words(tx: &mut Tx, catalogue: &Catalogue, head: &Head) -> Result<Vec<ItemWords>> {
    let tags = rows::list_tags_at(tx, head.ord, 0).await?;
    let tags: Vec<u32> = tags.into_iter().map(|(tag, _)| catalogue.canon(tag) as u32).collect();
    let said = rows::list_words_of(tx, head.ord).await?;
    let names =
        |picks: &[tagging::counts::Pick]| picks.iter().any(|pick| pick.tags.iter().any(|tag| tags.contains(tag)));
    let mut words: Vec<ItemWords> = Vec::new();
    for item in roadmap::list_items_of_tags(tx, catalogue, tags.iter().map(|tag| i64::from(*tag)).collect()).await? {
        let selector = item.selector(catalogue);
        if !names(&selector.include) || names(&selector.exclude) {
            continue;
        }
        let Some(kind) = kind_of(&item) else { continue };
        if !said.iter().any(|one| one.item_id == item.id && one.kind == kind) {
            words.push(say(item, kind));
        }
    }
    words.sort_by_key(|one| one.kind != "told");
    Ok(words)
}

fn kind_of(item: &Item) -> Option<&'static str> {
    match item.status {
        roadmap::Status::Shipped => Some("told"),
        roadmap::Status::Declined | roadmap::Status::Parked => None,
        _ => Some("noted"),
    }
}

fn say(item: Item, kind: &'static str) -> ItemWords {
    let title =
        |first: &Option<String>, other: &Option<String>| first.clone().or_else(|| other.clone()).unwrap_or_default();
    let tell = |ui, title: String| {
        let key = if kind == "told" { "roadmap-words-told" } else { "roadmap-words-noted" };
        httpkit::say(ui, key, &[("title", title)]).unwrap_or_default()
    };
    ItemWords {
        item: item.id,
        ko: tell(Ui::Ko, title(&item.title.ko, &item.title.en)),
        en: tell(Ui::En, title(&item.title.en, &item.title.ko)),
        title: item.title,
        kind,
    }
}

/// Remembers that an answer of ours said what stands on the roadmap, or what became of it.
pub async fn note_item_words(
    tx: &mut Tx,
    actor: &Actor,
    scope: &Scope,
    head: &Head,
    item: ItemId,
    kind: &str,
    entry: EntryId,
) -> Result<()> {
    if !["noted", "told"].contains(&kind) {
        return Err(Error::invalid("kind", "error-roadmap-words"));
    }
    roadmap::find_item(tx, item).await?.ok_or(Error::NotFound("item"))?;
    let (entry, of) = conversations::get_entry(tx, scope, entry).await?;
    if of.ord != head.ord || entry.kind != EntryKind::Message || entry.author != Author::Staff {
        return Err(Error::invalid("entry_id", "error-probe-entry"));
    }
    let row = WordsRow {
        conversation_ord: head.ord,
        item_id: item,
        kind: kind.to_owned(),
        entry_ord: entry.ord,
        person_ord: head.person_ord,
        said_at: entry.said_at,
    };
    rows::insert_words(tx, &row, actor.staff).await?;
    announce(tx, head);
    Ok(())
}
