//! What is usual: which tags an account, a door, and each neighbouring tag come with, as log-odds on top of the text.

use std::collections::HashMap;

/// What a place or neighbour says counts as if it had been seen so often without telling anything.
const DOUBT: f32 = 10.0;
/// What each source may add or take, as log-odds.
const MOST: f32 = 2.0;
/// Sources beyond this many are not counted, which bounds memory.
const MOST_SOURCES: usize = 100_000;

/// What tags come from: an account, a door or another tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Account(i64),
    Door(i64),
    Tag(u16),
}

#[derive(Clone, Debug, Default)]
struct Counts {
    texts: u32,
    /// By tag, in order.
    tags: Vec<(u16, u32)>,
}

impl Counts {
    fn change(&mut self, tags: &[u16], is_added: bool) {
        let by = |n: u32| if is_added { n.saturating_add(1) } else { n.saturating_sub(1) };
        self.texts = by(self.texts);
        for &tag in tags {
            match self.tags.binary_search_by_key(&tag, |entry| entry.0) {
                Ok(at) => self.tags[at].1 = by(self.tags[at].1),
                Err(at) => self.tags.insert(at, (tag, by(0))),
            }
        }
        self.tags.retain(|entry| entry.1 > 0);
    }

    fn of(&self, tag: u16) -> u32 {
        self.tags.binary_search_by_key(&tag, |entry| entry.0).map_or(0, |at| self.tags[at].1)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Usual {
    all: Counts,
    by: HashMap<Source, Counts>,
}

impl Usual {
    pub fn add(&mut self, tags: &[u16], account: Option<i64>, door: Option<i64>) {
        self.change(tags, account, door, true);
    }

    pub fn remove(&mut self, tags: &[u16], account: Option<i64>, door: Option<i64>) {
        self.change(tags, account, door, false);
    }

    fn change(&mut self, tags: &[u16], account: Option<i64>, door: Option<i64>, is_added: bool) {
        self.all.change(tags, is_added);
        let neighbours = tags.iter().filter(|_| tags.len() > 1).map(|&tag| Source::Tag(tag));
        let places = account.map(Source::Account).into_iter().chain(door.map(Source::Door));
        for source in places.chain(neighbours) {
            if self.by.len() < MOST_SOURCES || self.by.contains_key(&source) {
                let counts = self.by.entry(source).or_default();
                counts.change(tags, is_added);
                if counts.texts == 0 {
                    self.by.remove(&source);
                }
            }
        }
    }

    /// What to add to the log-odds of one tag.
    pub fn lift(&self, tag: u16, account: Option<i64>, door: Option<i64>, neighbours: &[u16]) -> f32 {
        let places = [account.map(Source::Account), door.map(Source::Door)];
        let places: f32 = places.into_iter().flatten().map(|source| self.lift_by(tag, source)).sum();
        let by_tag: f32 = neighbours.iter().map(|&other| self.lift_by(tag, Source::Tag(other))).sum();
        places + by_tag / neighbours.len().max(1) as f32
    }

    fn lift_by(&self, tag: u16, source: Source) -> f32 {
        let Some(counts) = self.by.get(&source) else { return 0.0 };
        let share = (self.all.of(tag) as f32 + 0.5) / (self.all.texts as f32 + 1.0);
        let here = (counts.of(tag) as f32 + DOUBT * share) / (counts.texts as f32 + DOUBT);
        (here / share).ln().clamp(-MOST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tag_that_is_usual_at_a_door_is_lifted_there_and_lowered_elsewhere() {
        let mut usual = Usual::default();
        for i in 0..40 {
            usual.add(&[i % 2], None, Some(i64::from(i % 2)));
        }
        assert!(usual.lift(0, None, Some(0), &[]) > 0.3);
        assert!(usual.lift(0, None, Some(1), &[]) < -0.3);
        assert_eq!(usual.lift(0, None, Some(99), &[]), 0.0);
    }

    proptest! {
        #[test]
        fn counts_do_not_depend_on_the_order_and_taking_back_leaves_no_trace(
            texts in prop::collection::vec((prop::collection::btree_set(0u16..5, 0..3), 0i64..3, 0i64..3), 1..20),
            more in prop::collection::vec((prop::collection::btree_set(0u16..5, 0..3), 0i64..3, 0i64..3), 0..10),
        ) {
            let as_list = |tags: &std::collections::BTreeSet<u16>| tags.iter().copied().collect::<Vec<_>>();
            let (mut forward, mut backward) = (Usual::default(), Usual::default());
            texts.iter().for_each(|(tags, account, door)| forward.add(&as_list(tags), Some(*account), Some(*door)));
            for (tags, account, door) in more.iter().chain(texts.iter().rev()) {
                backward.add(&as_list(tags), Some(*account), Some(*door));
            }
            more.iter().for_each(|(tags, account, door)| backward.remove(&as_list(tags), Some(*account), Some(*door)));
            for tag in 0..5 {
                for place in 0..3 {
                    let lift = |usual: &Usual| usual.lift(tag, Some(place), Some(place), &[0, 1]);
                    prop_assert_eq!(lift(&forward), lift(&backward));
                }
            }
        }
    }
}
