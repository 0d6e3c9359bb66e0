//! The words an ask was made of: read from what is tagged, and copied when the ask is answered for the first time.
use crate::model::{Item, Mode};
use crate::store::ledger::{self as rows, AskPassage, Tagged};
use crate::store::list_items;
use ::store::Tx;
use base::{ItemId, Result, Time};
use std::collections::{HashMap, HashSet};
use tagging::{Catalogue, Kind};

/// Kept of one ask.
const MOST: usize = 10;
/// Asks looked at together.
const TOGETHER: usize = 500;
const LONGEST: usize = 1_000;

/// Something somebody said.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    pub quote: String,
    pub said_at: Time,
    pub conversation_ord: Option<i64>,
    /// The tagging they stand behind.
    pub tagging_ord: Option<i64>,
}

/// Copies the words of asks that are not pinned yet, and pins them.
pub async fn pin(tx: &mut Tx, catalogue: &Catalogue, asks: &[i64]) -> Result<()> {
    for asks in asks.chunks(TOGETHER) {
        let unpinned = rows::list_unpinned(tx, asks).await?;
        if unpinned.is_empty() {
            continue;
        }
        let copied = read(tx, catalogue, &unpinned).await?;
        rows::insert_passages(tx, copied).await?;
        rows::pin(tx, &unpinned.iter().map(|one| one.0).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// The words behind asks, newest first: those that were kept, or what is tagged now.
pub async fn list_words(tx: &mut Tx, catalogue: &Catalogue, asks: &[i64]) -> Result<HashMap<i64, Vec<Words>>> {
    let mut all = rows::list_passages(tx, asks).await?;
    let unpinned = rows::list_unpinned(tx, asks).await?;
    all.extend(read(tx, catalogue, &unpinned).await?);
    let mut words: HashMap<i64, Vec<Words>> = HashMap::new();
    for one in all.into_iter().filter(|one| !one.quote.is_empty()) {
        let said = Words {
            quote: one.quote,
            said_at: one.said_at,
            conversation_ord: one.conversation_ord,
            tagging_ord: one.tagging_ord,
        };
        words.entry(one.ask_ord).or_default().push(said);
    }
    // What somebody wrote with their asking itself, which may be tagged by now as well.
    for (ask, quote, said_at, conversation_ord) in rows::list_own_words(tx, asks).await? {
        let said = words.entry(ask).or_default();
        if !said.iter().any(|one| one.quote == quote) {
            said.push(Words { quote, said_at, conversation_ord, tagging_ord: None });
            said.sort_by_key(|one| std::cmp::Reverse(one.said_at));
        }
    }
    Ok(words)
}

type Unpinned = (i64, ItemId, i64, Option<i64>);

async fn read(tx: &mut Tx, catalogue: &Catalogue, asks: &[Unpinned]) -> Result<Vec<AskPassage>> {
    if asks.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: HashSet<ItemId> = asks.iter().map(|one| one.1).collect();
    let items = list_items(tx, wanted.into_iter().collect()).await?;
    let fits: HashMap<ItemId, Fit> = items.iter().map(|item| (item.id, Fit::of(item, catalogue))).collect();
    let mut persons: Vec<i64> = asks.iter().map(|one| one.2).collect();
    persons.sort_unstable();
    persons.dedup();
    let mut of_person: HashMap<i64, Vec<Tagged>> = HashMap::new();
    for one in rows::list_tagged(tx, &persons).await? {
        of_person.entry(one.person_ord).or_default().push(one);
    }
    let mut chosen: Vec<(i64, Tagged)> = Vec::new();
    for (ask, item, person, _) in asks {
        let (Some(fit), Some(said)) = (fits.get(item), of_person.get(person)) else { continue };
        let mut places = HashSet::new();
        let fitting = said.iter().filter(|one| fit.takes(one, catalogue));
        let distinct = fitting.filter(|one| places.insert((one.conversation_ord, one.passage_ord)));
        chosen.extend(distinct.take(MOST).map(|one| (*ask, one.clone())));
    }
    let passages: Vec<i64> = chosen.iter().filter_map(|(_, one)| one.passage_ord).collect();
    let quotes: HashMap<i64, String> =
        conversations::passages_by_ord(tx, &passages).await?.into_iter().map(|one| (one.ord, one.quote)).collect();
    let whole = chosen.iter().filter(|(_, one)| one.passage_ord.is_none()).map(|(_, one)| one.conversation_ord);
    let whole: Vec<i64> = whole.collect();
    let first: HashMap<i64, String> =
        conversations::first_words(tx, &whole).await?.into_iter().map(|one| (one.0, one.2)).collect();
    let mut position: HashMap<i64, i64> = HashMap::new();
    let mut out = Vec::with_capacity(chosen.len());
    for (ask_ord, one) in chosen {
        let quote = match one.passage_ord {
            Some(passage) => quotes.get(&passage),
            None => first.get(&one.conversation_ord),
        };
        let Some(quote) = quote.filter(|quote| !quote.trim().is_empty()) else { continue };
        let place = position.entry(ask_ord).or_default();
        *place += 1;
        out.push(AskPassage {
            ask_ord,
            position: *place,
            tagging_ord: Some(one.ord),
            conversation_ord: Some(one.conversation_ord),
            quote: quote.trim().chars().take(LONGEST).collect(),
            language: one.language,
            said_at: one.said_at,
        });
    }
    Ok(out)
}

/// Which taggings an item takes in, as its selector does.
struct Fit {
    include: Vec<(HashSet<i64>, Vec<Kind>)>,
}

impl Fit {
    fn of(item: &Item, catalogue: &Catalogue) -> Fit {
        let tags = |tag: &crate::model::JoinedTag| match tag.subtree {
            true => catalogue.subtree(tag.tag_ord).into_iter().collect(),
            false => HashSet::from([catalogue.canon(tag.tag_ord)]),
        };
        let include = item.tags.iter().filter(|tag| tag.mode == Mode::Include);
        Fit { include: include.map(|tag| (tags(tag), tag.kinds.clone())).collect() }
    }

    fn takes(&self, one: &Tagged, catalogue: &Catalogue) -> bool {
        let (tag, kind) = (catalogue.canon(one.tag_ord), one.kind.as_deref());
        self.include.iter().any(|(tags, kinds)| {
            tags.contains(&tag) && (kinds.is_empty() || kinds.iter().any(|one| Some(one.as_str()) == kind))
        })
    }
}
