//! What persons said in conversations, as the texts that are learned from and suggested for.
use crate::model::Catalogue;
use crate::store as rows;
use ::store::Tx;
use base::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// So many scalars of what was said are read.
pub const LONGEST: usize = 4_000;

/// What persons said in one conversation, one message after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    pub text: String,
    /// Scalars so far.
    length: usize,
    /// Where each stretch of an entry stands in the text.
    stretches: Vec<Stretch>,
}

#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    /// The first scalar in the text, and behind the last.
    at: Range<usize>,
    entry: i64,
    /// Where it begins within the entry.
    from: usize,
}

impl Said {
    /// Adds words of no entry, such as the subject; where they stand now, as far as there was room.
    pub fn add(&mut self, words: &str) -> Range<usize> {
        let start = self.length;
        for c in words.chars().take(LONGEST.saturating_sub(start)) {
            self.text.push(c);
            self.length += 1;
        }
        let at = start..self.length;
        if !at.is_empty() {
            self.text.push('\n');
            self.length += 1;
        }
        at
    }

    /// Adds what is new in an entry; what a mail quotes of others was said elsewhere.
    pub fn add_entry(&mut self, entry: i64, text: &str, is_mail: bool) {
        let visible = match is_mail {
            true => mailkit::split_reply(text).visible(text),
            false => std::iter::once(0..text.chars().count()).collect(),
        };
        for range in visible {
            let bytes = textkit::scalar_to_byte(text, range.start)..textkit::scalar_to_byte(text, range.end);
            let at = self.add(&text[bytes]);
            if !at.is_empty() {
                self.stretches.push(Stretch { at, entry, from: range.start });
            }
        }
    }

    /// A place in the text as places in entries: (entry, start, end).
    pub fn places(&self, start: usize, end: usize) -> impl Iterator<Item = (i64, usize, usize)> {
        self.stretches.iter().filter_map(move |stretch| {
            let (from, to) = (start.max(stretch.at.start), end.min(stretch.at.end));
            let offset = |at: usize| at - stretch.at.start + stretch.from;
            (from < to).then(|| (stretch.entry, offset(from), offset(to)))
        })
    }
}

/// One conversation to learn from.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub conversation: i64,
    pub said: Said,
    /// The quotes that its tags stand on.
    pub quotes: Vec<String>,
    /// As mapped now: merged tags are the ones they were merged into.
    pub tags: Vec<i64>,
    pub account: Option<i64>,
    pub door: i64,
}

impl Lesson {
    /// What is learned: the words that tags stand on count twice, since they were chosen as evidence.
    pub fn text(&self) -> String {
        self.quotes.iter().chain([&self.said.text]).fold(String::new(), |text, words| text + words + "\n")
    }
}

/// What was said in conversations, and the tags they have; those that are gone are left out.
pub async fn read_lessons(tx: &mut Tx, catalogue: &Catalogue, conversations: &[i64]) -> Result<Vec<Lesson>> {
    let ords = conversations.to_vec();
    let mut said: BTreeMap<i64, Vec<rows::SaidRow>> = BTreeMap::new();
    for row in rows::list_said(tx, ords.clone()).await? {
        said.entry(row.conversation_ord).or_default().push(row);
    }
    let mut given: BTreeMap<i64, (BTreeSet<i64>, Vec<String>)> = BTreeMap::new();
    for (conversation, tag, quote) in rows::list_given(tx, ords.clone()).await? {
        let (tags, quotes) = given.entry(conversation).or_default();
        tags.insert(catalogue.by_ord(tag).map_or(tag, |tag| tag.canon_ord));
        quotes.extend(quote.filter(|quote| !quote.is_empty() && !quotes.contains(quote)));
    }
    let heads = rows::list_learned_heads(tx, ords).await?;
    let lesson = |head: rows::HeadRow| {
        let mut all = Said::default();
        all.add(head.subject.as_deref().unwrap_or(""));
        for row in said.remove(&head.ord).unwrap_or_default() {
            all.add_entry(row.entry_ord, &row.text, head.channel == "email");
        }
        let (tags, quotes) = given.remove(&head.ord).unwrap_or_default();
        let (conversation, account, door) = (head.ord, head.account_ord, head.door_ord);
        Lesson { conversation, said: all, quotes, tags: tags.into_iter().collect(), account, door }
    };
    Ok(heads.into_iter().map(lesson).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_entries_and_quoted_mail_is_left_out() {
        let mut said = Said::default();
        said.add("환불");
        said.add_entry(7, "돈을 돌려주세요", false);
        said.add_entry(8, "Still waiting for it.\n\nOn Monday, Kim wrote:\n> we look into refunds\n", true);
        assert!(!said.text.contains("refunds"), "{}", said.text);
        let at = said.text.chars().position(|c| c == '돌').unwrap();
        assert_eq!(said.places(at, at + 3).collect::<Vec<_>>(), [(7, 3, 6)]);
        let byte = said.text.find("waiting").unwrap();
        let at = said.text[..byte].chars().count();
        assert_eq!(said.places(at, at + 7).collect::<Vec<_>>(), [(8, 6, 13)]);
        // The subject stands in no entry.
        assert_eq!(said.places(0, 2).count(), 0);
    }

    #[test]
    fn no_more_is_read_than_fits() {
        let mut said = Said::default();
        said.add_entry(1, &"말 ".repeat(LONGEST), false);
        said.add_entry(2, "more", false);
        assert!(said.text.chars().count() <= LONGEST + 1);
        assert!(said.places(0, 2 * LONGEST).all(|(entry, start, end)| entry == 1 && start < end && end <= LONGEST));
    }
}
