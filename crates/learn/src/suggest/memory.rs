//! The tagged texts that suggestions learn from, as counted features, within a fixed budget.

use super::rows::{BITS, MOST_ROWS, Rows};
use crate::hash::count_features;
use std::collections::HashMap;

/// Sublinear counts lie below this.
const MOST_COUNT: f32 = 16.0;
/// So many features of one text are kept: those of its beginning.
const LONGEST_TEXT: usize = 2_000;
/// So many texts are kept word for word, to fit the blend to; a thinner sample of all when there are more.
const MOST_TEXTS: usize = 6_000;

/// One remembered text, apart from its features.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub id: i64,
    pub tags: Vec<u16>,
    pub account: Option<i64>,
    pub door: Option<i64>,
    /// Grows with every text learned.
    pub turn: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Memory {
    /// By row. Ids grow with time: of a crowded tag the texts with the largest ids stay.
    pub kept: Vec<Kept>,
    pub rows: Rows,
    row_of: HashMap<i64, u32>,
    texts: HashMap<i64, String>,
    /// A text is kept word for word when its hash is a multiple of this power of two.
    sample: u64,
    /// How many features fit in.
    budget: usize,
    turn: u64,
}

impl Memory {
    pub fn new(budget: usize) -> Memory {
        let rows = Rows::new(MOST_COUNT);
        Memory { kept: Vec::new(), rows, row_of: HashMap::new(), texts: HashMap::new(), sample: 1, budget, turn: 0 }
    }

    /// Remembers a text under an id that is not taken. `tags` are in order and distinct.
    pub fn put(
        &mut self,
        id: i64,
        text: &str,
        counted: &[(u32, f32)],
        tags: Vec<u16>,
        place: (Option<i64>, Option<i64>),
    ) {
        self.turn += 1;
        self.row_of.insert(id, self.kept.len() as u32);
        self.kept.push(Kept { id, tags, account: place.0, door: place.1, turn: self.turn });
        self.rows.push(counted);
        if spread(id).is_multiple_of(self.sample) {
            self.texts.insert(id, beginning(text).to_owned());
            while self.texts.len() > MOST_TEXTS {
                self.sample *= 2;
                let sample = self.sample;
                self.texts.retain(|&id, _| spread(id).is_multiple_of(sample));
            }
        }
        if self.rows.weights() > self.budget + self.budget / 8 || self.rows.len() >= MOST_ROWS {
            self.tidy();
        }
    }

    /// What was remembered under an id, apart from its features.
    pub fn forget(&mut self, id: i64) -> Option<Kept> {
        let row = self.row_of.remove(&id)?;
        self.texts.remove(&id);
        Some(self.kept[row as usize].clone())
    }

    /// The rows that are not forgotten, in order of id.
    pub fn alive(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self.row_of.values().map(|&row| row as usize).collect();
        rows.sort_unstable_by_key(|&row| self.kept[row].id);
        rows
    }

    pub fn len(&self) -> usize {
        self.row_of.len()
    }

    /// Changes whenever a text is learned.
    pub fn turn(&self) -> u64 {
        self.turn
    }

    pub fn row_of(&self, id: i64) -> Option<usize> {
        self.row_of.get(&id).map(|&row| row as usize)
    }

    pub fn text(&self, row: usize) -> Option<&str> {
        self.texts.get(&self.kept[row].id).map(String::as_str)
    }

    /// Drops what is forgotten or does not fit: each tag keeps its newest texts, as many as leave room for the others.
    fn tidy(&mut self) {
        let stay = self.within_budget(&self.alive());
        let mut rows = Rows::new(MOST_COUNT);
        stay.iter().for_each(|&row| rows.push(&self.rows.vector(row)));
        self.rows = rows;
        self.kept = stay.iter().map(|&row| self.kept[row].clone()).collect();
        self.row_of = self.kept.iter().enumerate().map(|(row, kept)| (kept.id, row as u32)).collect();
        let known = &self.row_of;
        self.texts.retain(|id, _| known.contains_key(id));
    }

    fn within_budget(&self, order: &[usize]) -> Vec<usize> {
        let cost = |row: usize| self.rows.packed(row).len();
        let mut kept = order.to_vec();
        let mut most = 1usize << 20;
        while kept.iter().map(|&row| cost(row)).sum::<usize>() > self.budget || kept.len() > MOST_ROWS / 2 {
            most = most * 3 / 4;
            let mut of_tag: HashMap<u16, usize> = HashMap::new();
            let mut is_kept = |row: usize| {
                let tags: &[u16] = if self.kept[row].tags.is_empty() { &[u16::MAX] } else { &self.kept[row].tags };
                tags.iter().fold(false, |is_kept, &tag| {
                    let seen = of_tag.entry(tag).or_default();
                    *seen += 1;
                    is_kept || *seen <= most
                })
            };
            let mut newest: Vec<usize> = kept.iter().rev().copied().filter(|&row| is_kept(row)).collect();
            newest.reverse();
            kept = newest;
            if most == 0 {
                break;
            }
        }
        kept
    }
}

/// The features of a text, of its beginning when it is long.
pub(crate) fn features(text: &str) -> Vec<(u32, f32)> {
    count_features(beginning(text), BITS)
}

fn beginning(text: &str) -> &str {
    &text[..textkit::scalar_to_byte(text, LONGEST_TEXT)]
}

/// A number that looks random and is the same for the same id.
pub(crate) fn spread(id: i64) -> u64 {
    let hash = (id as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
