//! Asks that one of us writes down, and what is known of an ask beside what was tagged.
use super::follow::blank;
use super::{Origin, State};
use crate::model::Item;
use crate::store::asks::{self as rows, AskRow};
use ::store::{Noun, Tx};
use base::{Actor, AskId, Error, ItemId, Lang, PersonId, Result, Time};
use serde::Deserialize;
use serde_json::json;
use tagging::counts::PersonShare;

const MOST_WORDS: usize = 4_000;
/// How somebody can be told: in the thread they used, by a mail of its own, by one of us.
const WAYS: [&str; 3] = ["thread", "mail", "hand"];

/// What somebody asked for elsewhere.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct AskIn {
    pub person: PersonId,
    /// What they said, or what one of us heard.
    pub words: String,
    /// Now unless said.
    pub said_at: Option<Time>,
    #[schema(value_type = Option<String>)]
    pub language: Option<Lang>,
    /// `thread`, `mail` or `hand`.
    pub way_back: Option<String>,
}

/// What is given is put; `null` takes away.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct AskPatch {
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<String>)]
    pub words: Option<Option<String>>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<String>)]
    pub language: Option<Option<Lang>>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<String>)]
    pub way_back: Option<Option<String>>,
}

/// Writes down what somebody asked for. Whoever asks for the item already keeps their one ask, which takes the words in.
pub async fn write_down(tx: &mut Tx, actor: &Actor, item: &Item, new: AskIn) -> Result<AskRow> {
    let person = people::get_person(tx, new.person).await?;
    let now = tx.now();
    let said_at = new.said_at.map_or(now, |at| at.min(now));
    let words = check_words(Some(new.words))?;
    if words.is_none() {
        return Err(Error::invalid("words", "error-ask-words"));
    }
    let known = rows::list_of_persons(tx, item.id, vec![person.ord]).await?;
    let own = known.iter().position(|row| row.person_ord == person.ord).unwrap_or(0);
    let old = known.into_iter().nth(own);
    let (_, account_ord) = people::belongs(tx, person.ord).await?;
    let language = new.language.map(|language| language.to_string()).or(person.language);
    let way_back = check_way(new.way_back)?;
    let row = match old {
        Some(old) => {
            let row = AskRow {
                origin: Origin::Hand.as_str().into(),
                state: State::Open.as_str().into(),
                because: None,
                first_at: old.first_at.min(said_at),
                last_at: old.last_at.max(said_at),
                words,
                language: language.or(old.language),
                way_back: way_back.or(old.way_back),
                by_staff: actor.staff,
                rev: old.rev + 1,
                ..old
            };
            rows::update(tx, &row).await?;
            row
        }
        None => {
            let mut row = AskRow {
                ord: tx.next_ord(Noun::Ask).await?,
                account_ord,
                origin: Origin::Hand.as_str().into(),
                first_at: said_at,
                last_at: said_at,
                language,
                way_back,
                words,
                by_staff: actor.staff,
                ..blank(item.id, person.ord, now)
            };
            row.changed_at = now;
            rows::insert(tx, vec![row.clone()]).await?;
            row
        }
    };
    announce(tx, &row);
    Ok(row)
}

/// Changes what is known of an ask; the version was checked by the caller.
pub async fn change(tx: &mut Tx, actor: &Actor, old: AskRow, patch: AskPatch) -> Result<AskRow> {
    let mut row = old.clone();
    if let Some(words) = patch.words {
        row.words = check_words(words)?;
    }
    if let Some(language) = patch.language {
        row.language = language.map(|language| language.to_string());
    }
    if let Some(way) = patch.way_back {
        row.way_back = check_way(way)?;
    }
    if row == old {
        return Ok(row);
    }
    row.by_staff = actor.staff;
    rows::update(tx, &row).await?;
    announce(tx, &row);
    Ok(AskRow { rev: old.rev + 1, ..row })
}

/// What somebody asked for on the public roadmap, their address proved.
#[derive(Clone, Debug)]
pub struct Wish {
    pub item: ItemId,
    pub person: PersonId,
    /// Why, in their words; may be empty.
    pub words: String,
    pub language: Option<Lang>,
    /// Where the words came in.
    pub conversation_ord: Option<i64>,
    pub said_at: Time,
}

/// Somebody asks for an item themselves, and wants to be told by mail. Whoever asks for it already keeps their one ask.
pub async fn take_wish(tx: &mut Tx, wish: Wish) -> Result<AskId> {
    let item = crate::access::get_item(tx, wish.item).await?;
    let person = people::get_person(tx, wish.person).await?;
    let known = rows::list_of_persons(tx, item.id, vec![person.ord]).await?;
    let own = known.iter().position(|row| row.person_ord == person.ord).unwrap_or(0);
    let old = known.into_iter().nth(own);
    let (_, account_ord) = people::belongs(tx, person.ord).await?;
    let is_new = old.is_none();
    let old = old.unwrap_or_else(|| AskRow { account_ord, ..blank(item.id, person.ord, wish.said_at) });
    let mut row = AskRow {
        origin: Origin::Visitor.as_str().into(),
        state: State::Open.as_str().into(),
        because: None,
        first_at: old.first_at.min(wish.said_at),
        last_at: old.last_at.max(wish.said_at),
        words: check_words(Some(wish.words))?.or(old.words),
        language: wish.language.map(|language| language.to_string()).or(old.language),
        way_back: Some("mail".into()),
        conversation_ord: wish.conversation_ord.or(old.conversation_ord),
        ..old
    };
    if is_new {
        row.ord = tx.next_ord(Noun::Ask).await?;
        (row.created_at, row.changed_at) = (tx.now(), tx.now());
        rows::insert(tx, vec![row.clone()]).await?;
    } else {
        rows::update(tx, &row).await?;
    }
    announce(tx, &row);
    Ok(row.id)
}

/// Leaves of an ask only what somebody may see who may not read everything that was said.
pub fn show_only(row: &mut AskRow, share: Option<&PersonShare>) {
    // What a visitor wrote came in by a door, and is read there.
    if row.origin == Origin::Visitor.as_str() {
        row.words = None;
    }
    let at = |minute: i32| Time(i64::from(minute) * Time::MINUTE);
    match share {
        Some(share) if row.origin == Origin::Taggings.as_str() => {
            (row.first_at, row.last_at) = (at(share.first), at(share.last));
            (row.conversations, row.passages) = (i64::from(share.conversations), i64::from(share.taggings));
        }
        Some(share) => (row.conversations, row.passages) = (i64::from(share.conversations), i64::from(share.taggings)),
        None => (row.conversations, row.passages) = (0, 0),
    }
}

fn announce(tx: &mut Tx, row: &AskRow) {
    tx.announce("roadmap.asks_changed", json!({"item": row.item_id}));
}

fn check_words(words: Option<String>) -> Result<Option<String>> {
    let words = words.map(|words| textkit::clean_text(words.trim())).filter(|words| !words.is_empty());
    if words.as_ref().is_some_and(|words| words.chars().count() > MOST_WORDS) {
        let args = vec![("max", MOST_WORDS.to_string())];
        return Err(Error::Invalid { field: "words", key: "error-longest", args });
    }
    Ok(words)
}

fn check_way(way: Option<String>) -> Result<Option<String>> {
    match way {
        Some(way) if !WAYS.contains(&way.as_str()) => Err(Error::invalid("way_back", "error-way-back")),
        way => Ok(way),
    }
}
