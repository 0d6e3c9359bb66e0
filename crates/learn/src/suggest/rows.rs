//! Many feature vectors in little memory, by text and by feature: 22 bits of id and 10 bits of weight each.

use crate::directory::Directory;
use std::sync::Arc;

/// The width of the feature space, so that an id and a weight fit into four bytes.
pub(crate) const BITS: u32 = 22;
const WEIGHT_BITS: u32 = 32 - BITS;
const STEPS: f32 = ((1 << WEIGHT_BITS) - 1) as f32;
/// Rows are numbered within this many bits.
pub(crate) const MOST_ROWS: usize = 1 << (32 - WEIGHT_BITS);

/// An id or row below `1 << 22` with a weight from 0 to `most`, rounded to a 1023rd of it.
pub(crate) fn pack(id: u32, weight: f32, most: f32) -> u32 {
    (id << WEIGHT_BITS) | (weight / most * STEPS).round().clamp(0.0, STEPS) as u32
}

pub(crate) fn unpack(packed: u32, most: f32) -> (usize, f32) {
    ((packed >> WEIGHT_BITS) as usize, (packed & ((1 << WEIGHT_BITS) - 1)) as f32 * (most / STEPS))
}

/// Vectors one after the other; weights go from 0 to `most`.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    offsets: Vec<u32>,
    packed: Vec<u32>,
    most: f32,
}

impl Rows {
    pub fn new(most: f32) -> Rows {
        Rows { offsets: vec![0], packed: Vec::new(), most }
    }

    pub fn push(&mut self, vector: &[(u32, f32)]) {
        self.packed.extend(vector.iter().map(|&(id, weight)| pack(id, weight, self.most)));
        self.offsets.push(self.packed.len() as u32);
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// How many weights all vectors have together.
    pub fn weights(&self) -> usize {
        self.packed.len()
    }

    pub fn packed(&self, row: usize) -> &[u32] {
        &self.packed[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        self.packed(row).iter().map(|&packed| unpack(packed, self.most))
    }

    /// The same vectors with other numbers for their features.
    pub fn renumbered(&self, number: impl Fn(usize) -> u32) -> Rows {
        let low = (1 << WEIGHT_BITS) - 1;
        let packed = |&packed: &u32| (number((packed >> WEIGHT_BITS) as usize) << WEIGHT_BITS) | (packed & low);
        let (offsets, packed) = (self.offsets.clone(), self.packed.iter().map(packed).collect());
        Rows { offsets, packed, most: self.most }
    }

    pub fn vector(&self, row: usize) -> Vec<(u32, f32)> {
        self.row(row).map(|(id, weight)| (id as u32, weight)).collect()
    }
}

/// The same vectors by feature: which rows have it, and how much.
#[derive(Clone, Debug)]
pub(crate) struct Inverted {
    directory: Arc<Directory>,
    postings: Vec<u32>,
    most: f32,
}

impl Inverted {
    /// Every row of `rows` that `include` names; the row's number stays.
    pub fn new(rows: &Rows, include: impl Fn(usize) -> bool) -> Inverted {
        let features = (0..rows.len()).filter(|&row| include(row)).flat_map(|row| rows.row(row)).map(|(id, _)| id);
        Inverted::within(Arc::new(Directory::new(BITS, features)), rows, include)
    }

    /// `directory` has an entry for each feature of each row included.
    pub fn within(directory: Arc<Directory>, rows: &Rows, include: impl Fn(usize) -> bool) -> Inverted {
        assert!(rows.len() <= MOST_ROWS, "rows are numbered within {BITS} bits");
        let packed = |row: usize| rows.row(row).map(move |(id, weight)| (id, pack(row as u32, weight, rows.most)));
        let postings = directory.sort((0..rows.len()).filter(|&row| include(row)).flat_map(packed));
        Inverted { directory, postings, most: rows.most }
    }

    /// Adds to `sums`, by row, the inner product with a vector. Rare features come first, and reading stops after
    /// `budget` postings, so that a long text costs no more than a short one.
    pub fn add_products(&self, vector: &[(u32, f32)], budget: usize, sums: &mut [f32]) {
        if self.postings.is_empty() {
            return;
        }
        let count = |id: u32| self.directory.range(id).len();
        let all: usize = vector.iter().map(|&(id, _)| count(id)).sum();
        if all <= budget {
            return vector.iter().for_each(|&feature| self.add_feature(feature, sums));
        }
        let mut by_rarity: Vec<(u32, f32)> = vector.to_vec();
        by_rarity.sort_by_cached_key(|&(id, _)| (count(id), id));
        let mut left = budget;
        for feature in by_rarity {
            let Some(rest) = left.checked_sub(count(feature.0)) else { break };
            left = rest;
            self.add_feature(feature, sums);
        }
    }

    fn add_feature(&self, (id, weight): (u32, f32), sums: &mut [f32]) {
        for &posting in &self.postings[self.directory.range(id)] {
            let (row, of_row) = unpack(posting, self.most);
            sums[row] += weight * of_row;
        }
    }
}
