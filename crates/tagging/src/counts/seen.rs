//! Sets of ordinals: they are dense, so a bit each.
use super::Four;
use super::voices::CLASSES;

/// A set that is emptied in the time of what is in it, not of what could be.
#[derive(Clone, Default)]
pub(super) struct Seen {
    bits: Vec<u64>,
    /// The words that are not zero.
    touched: Vec<u32>,
    n: u32,
}

impl Seen {
    /// Zero stands for nobody.
    pub fn insert(&mut self, ord: u32) {
        if ord == 0 {
            return;
        }
        let (word, bit) = (ord as usize / 64, 1u64 << (ord % 64));
        if word >= self.bits.len() {
            self.bits.resize(word + 1 + word / 4, 0);
        }
        let held = &mut self.bits[word];
        if *held & bit == 0 {
            if *held == 0 {
                self.touched.push(word as u32);
            }
            *held |= bit;
            self.n += 1;
        }
    }
    pub fn has(&self, ord: u32) -> bool {
        self.bits.get(ord as usize / 64).is_some_and(|w| w & (1 << (ord % 64)) != 0)
    }
    pub fn clear(&mut self) {
        for word in self.touched.drain(..) {
            self.bits[word as usize] = 0;
        }
        self.n = 0;
    }
    pub fn len(&self) -> u32 {
        self.n
    }
}

/// The conversations, persons, teams and accounts of some facts.
#[derive(Clone, Default)]
pub(super) struct FourSeen([Seen; CLASSES]);

impl FourSeen {
    pub fn insert(&mut self, who: [u32; CLASSES]) {
        for (seen, ord) in self.0.iter_mut().zip(who) {
            seen.insert(ord);
        }
    }
    pub fn clear(&mut self) {
        self.0.iter_mut().for_each(Seen::clear);
    }
    pub fn four(&self) -> Four {
        let [conversations, persons, teams, accounts] = self.0.each_ref().map(Seen::len);
        Four { conversations, persons, teams, accounts }
    }
}
