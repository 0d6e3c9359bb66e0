//! What is known about the numbers in facts: their names, who was merged into whom, and how accounts and teams stand.
use std::collections::HashMap;

/// Plan, value band and size band of an account from a minute on; of a team the size alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub from: i32,
    pub plan: u16,
    pub band: u16,
    pub size: u8,
}

/// The standings of accounts or of teams, by ordinal. Those of today stand close together, since most counts ask for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Standings {
    now: Vec<Standing>,
    /// The oldest first; none of those that nothing is known of.
    ever: Vec<Vec<Standing>>,
    /// The largest number of each kind there ever was.
    pub most: Standing,
}

impl Standings {
    pub fn set(&mut self, ord: u32, mut list: Vec<Standing>) {
        list.sort_by_key(|s| s.from);
        for s in &list {
            self.most.plan = self.most.plan.max(s.plan);
            self.most.band = self.most.band.max(s.band);
            self.most.size = self.most.size.max(s.size);
        }
        if self.now.len() <= ord as usize {
            self.now.resize(ord as usize + 1, Standing::default());
            self.ever.resize(ord as usize + 1, Vec::new());
        }
        list.shrink_to_fit();
        self.now[ord as usize] = list.last().copied().unwrap_or_default();
        self.ever[ord as usize] = list;
    }
    /// As it is now, or as it was when something was said.
    #[inline]
    pub fn at(&self, ord: u32, said: i32, then: bool) -> Standing {
        let now = self.now.get(ord as usize).copied().unwrap_or_default();
        if !then || now.from <= said {
            return now;
        }
        let Some(list) = self.ever.get(ord as usize) else { return Standing::default() };
        list.iter().rev().find(|s| s.from <= said).or(list.first()).copied().unwrap_or_default()
    }
    /// From when until when it stood as it did when something was said.
    pub fn steady(&self, ord: u32, said: i32) -> (i32, i32) {
        let list = self.ever.get(ord as usize).map_or(&[][..], Vec::as_slice);
        let later = list.partition_point(|s| s.from <= said).max(1);
        // Before the first that is known it stood like that.
        let from = if later > 1 { list[later - 1].from } else { i32::MIN };
        (from, list.get(later).map_or(i32::MAX, |next| next.from))
    }
    /// Each that is known, as it is now.
    pub fn each(&self) -> impl Iterator<Item = (u32, Standing)> {
        (0..).zip(&self.now).filter(|(ord, _)| !self.ever[*ord as usize].is_empty()).map(|(ord, now)| (ord, *now))
    }
}

/// How each conversation was felt at its worst, by ordinal: 1 for very bad to 5 for very good, 0 where nothing was read.
#[derive(Clone, Debug, Default)]
pub struct Emotions(Vec<u8>);

impl Emotions {
    /// −2 to +2, or nothing.
    pub fn set(&mut self, conversation: u32, worst: Option<i64>) {
        let place = conversation as usize;
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        self.0[place] = worst.map_or(0, |worst| (worst.clamp(-2, 2) + 3) as u8);
    }
    #[inline]
    pub(super) fn of(&self, conversation: u32) -> u8 {
        self.0.get(conversation as usize).copied().unwrap_or(0)
    }
}

/// Who counts for whom after merges. Ordinals that were never merged stand for themselves.
#[derive(Clone, Debug, Default)]
pub struct Canon {
    into: Vec<u32>,
    /// A bit for each that leads elsewhere: nearly none do, and these stay near the processor.
    led: Vec<u64>,
}

impl Canon {
    #[inline]
    pub fn of(&self, ord: u32) -> u32 {
        let led = self.led.get(ord as usize / 64).is_some_and(|word| word >> (ord % 64) & 1 == 1);
        if led { self.into[ord as usize] } else { ord }
    }

    /// The largest ordinal anybody counts for.
    pub(super) fn most(&self) -> u32 {
        self.into.iter().copied().max().unwrap_or(0)
    }
}

impl FromIterator<(u32, u32)> for Canon {
    fn from_iter<T: IntoIterator<Item = (u32, u32)>>(pairs: T) -> Canon {
        let mut canon = Canon::default();
        for (from, into) in pairs.into_iter().filter(|(_, into)| *into != 0) {
            let at = from as usize;
            canon.into.resize(canon.into.len().max(at + 1), 0);
            canon.led.resize(canon.led.len().max(at / 64 + 1), 0);
            canon.into[at] = into;
            canon.led[at / 64] |= 1 << (at % 64);
        }
        canon
    }
}

#[derive(Clone, Debug, Default)]
pub struct Names {
    list: Vec<String>,
    index: HashMap<String, u16>,
}

impl Names {
    /// The number of a name; 0 is "none".
    pub fn number(&mut self, name: &str) -> u16 {
        if name.is_empty() {
            return 0;
        }
        if let Some(n) = self.index.get(name) {
            return *n;
        }
        self.list.push(name.to_owned());
        let n = u16::try_from(self.list.len()).unwrap_or(u16::MAX);
        self.index.insert(name.to_owned(), n);
        n
    }
    /// The largest number given so far.
    pub(super) fn most(&self) -> u16 {
        self.list.len() as u16
    }
    pub fn find(&self, name: &str) -> Option<u16> {
        self.index.get(name).copied()
    }
    pub fn name(&self, n: u16) -> &str {
        if n == 0 { "" } else { self.list.get(n as usize - 1).map_or("", String::as_str) }
    }
}
