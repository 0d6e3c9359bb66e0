//! Where the entries of each feature stand in one long list. Most features of a wide space have none, and take no room.

use std::ops::Range;

/// Features are found by this many of their highest bits first.
const BUCKET_BITS: u32 = 16;

/// By feature, how many entries it has and where they begin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    bits: u32,
    /// By highest bits, the first place in `ids` and `ends`; none at all when nothing has an entry.
    buckets: Vec<u32>,
    /// Features that have entries, in order, and where those of each end.
    ids: Vec<u32>,
    ends: Vec<u32>,
}

impl Directory {
    /// From features below `1 << bits`, one for each entry, in any order.
    pub fn new(bits: u32, entries: impl Iterator<Item = usize>) -> Directory {
        let mut entries: Vec<u32> = entries.map(|id| id as u32).collect();
        entries.sort_unstable();
        let mut directory = Directory { bits, ..Directory::default() };
        if entries.is_empty() {
            return directory;
        }
        let mut end = 0;
        for same in entries.chunk_by(|a, b| a == b) {
            end += same.len() as u32;
            directory.ids.push(same[0]);
            directory.ends.push(end);
        }
        directory.ids.shrink_to_fit();
        directory.ends.shrink_to_fit();
        let low = directory.low_bits();
        let begins = |bucket: u32| directory.ids.partition_point(|id| id >> low < bucket) as u32;
        directory.buckets = (0..=1 << (bits - low)).map(begins).collect();
        directory
    }

    fn low_bits(&self) -> u32 {
        self.bits.saturating_sub(BUCKET_BITS)
    }

    /// Where a feature stands among those that have entries.
    fn find(&self, id: u32) -> Option<usize> {
        let bucket = (id >> self.low_bits()) as usize;
        let (from, to) = (*self.buckets.get(bucket)? as usize, *self.buckets.get(bucket + 1)? as usize);
        self.ids[from..to].binary_search(&id).ok().map(|at| from + at)
    }

    fn begin(&self, at: usize) -> u32 {
        at.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// Where the entries of a feature stand.
    pub fn range(&self, id: u32) -> Range<usize> {
        self.find(id).map_or(0..0, |at| self.begin(at) as usize..self.ends[at] as usize)
    }

    /// All entries.
    pub fn len(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    /// A list with a place for each entry, filled in the order of `entries`, those of each feature together.
    pub fn sort<T: Copy + Default>(&self, entries: impl Iterator<Item = (usize, T)>) -> Vec<T> {
        let mut next: Vec<u32> = (0..self.ids.len()).map(|at| self.begin(at)).collect();
        let mut sorted = vec![T::default(); self.len()];
        for (id, entry) in entries {
            let at = self.find(id as u32).expect("a feature that was counted");
            sorted[next[at] as usize] = entry;
            next[at] += 1;
        }
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_are_found_with_their_feature_in_the_order_they_came(
            bits in prop::sample::select(vec![4u32, 16, 18]),
            entries in prop::collection::vec((0usize..16, any::<u8>()), 0..60),
        ) {
            // Spread over the space, first and last feature too.
            let wide = |id: usize| id * ((1 << bits) - 1) / 15;
            let directory = Directory::new(bits, entries.iter().map(|(id, _)| wide(*id)));
            let sorted = directory.sort(entries.iter().map(|&(id, entry)| (wide(id), entry)));
            prop_assert_eq!(directory.len(), entries.len());
            for id in 0..16 {
                let of: Vec<u8> = entries.iter().filter(|entry| entry.0 == id).map(|entry| entry.1).collect();
                prop_assert_eq!(&sorted[directory.range(wide(id) as u32)], of);
            }
            let other = (wide(3) + 1) as u32;
            if bits > 4 {
                prop_assert!(directory.range(other).is_empty());
            }
        }
    }
}
