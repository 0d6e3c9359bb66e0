//! Ords: small dense numbers of nouns, unique, never reused; what indexes, counters and event tables point at.
use crate::{Tx, args, sql};
use base::Result;

/// A noun that carries ords.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Noun {
    Person,
    Team,
    Account,
    Conversation,
    Entry,
    Passage,
    Tag,
    Tagging,
    Touchpoint,
    Door,
    Item,
    Raw,
    Import,
    Ask,
    ItemMerge,
    ItemEvent,
    TellingMessage,
}

impl Noun {
    pub fn as_str(self) -> &'static str {
        match self {
            Noun::Person => "person",
            Noun::Team => "team",
            Noun::Account => "account",
            Noun::Conversation => "conversation",
            Noun::Entry => "entry",
            Noun::Passage => "passage",
            Noun::Tag => "tag",
            Noun::Tagging => "tagging",
            Noun::Touchpoint => "touchpoint",
            Noun::Door => "door",
            Noun::Item => "item",
            Noun::Raw => "raw",
            Noun::Import => "import",
            Noun::Ask => "ask",
            Noun::ItemMerge => "item_merge",
            Noun::ItemEvent => "item_event",
            Noun::TellingMessage => "telling_message",
        }
    }
}

impl Tx {
    /// The next `n` ords of a noun, ascending, the first one being 1.
    pub async fn next_ords(&mut self, noun: Noun, n: usize) -> Result<Vec<i64>> {
        if n == 0 {
            return Ok(Vec::new());
        }
        let n = n as i64;
        let take = sql!("store.take_ords" => (i64,), "INSERT INTO ords (noun, last) VALUES ($1, $2)
            ON CONFLICT (noun) DO UPDATE SET last = ords.last + excluded.last RETURNING last");
        let (last,) = self.get(take, args![noun.as_str(), n]).await?;
        Ok((last - n + 1..=last).collect())
    }

    /// The next ord of a noun.
    pub async fn next_ord(&mut self, noun: Noun) -> Result<i64> {
        Ok(self.next_ords(noun, 1).await?[0])
    }
}
