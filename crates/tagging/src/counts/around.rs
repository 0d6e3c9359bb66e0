//! What stands around: tags on the same conversations, what is spoken of lately, how often each tag is used.
use super::hear::{Detail, lay, share, threads};
use super::seen::{FourSeen, Seen};
use super::voices::CONVERSATION;
use super::{By, Columns, Filter, Four, Mark, Selector, said_between};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// A tag as it counts: its own facts and those of the tags merged into it.
type Merged<'a> = (u32, Vec<&'a [Mark]>);

impl Columns {
    /// The columns of each tag as they count in the catalogue asked about: with those of tags merged into it.
    fn by_canonical_tag(&self, filter: &Filter, tags: impl Iterator<Item = u32>) -> Vec<Merged<'_>> {
        let mut own: BTreeMap<u32, Vec<&[Mark]>> = BTreeMap::new();
        for tag in tags {
            let into = self.current(filter, tag);
            own.entry(into).or_default().extend(self.tags.get(&tag).map(Vec::as_slice));
        }
        own.into_iter().collect()
    }

    /// Tags that stand on the same conversations, most shared first, with whom they are shared by.
    pub fn neighbours(&self, selector: &Selector, filter: &Filter, limit: usize) -> Vec<(u32, Four)> {
        let Some(asked) = self.asked(selector, filter) else { return vec![] };
        let (mut here, mut near) = (Seen::default(), Seen::default());
        for note in self.hear(&asked, &lay(&[], Detail::Whole, None), &[]).iter().flat_map(|heard| &heard.notes) {
            here.insert(self.ordinal(CONVERSATION, note.voice));
        }
        if here.len() == 0 {
            return vec![];
        }
        // Every voice in the same conversations, those of other tags too. Numbered from one, since zero is nobody.
        let voices = 0..self.voices.len() as u32;
        voices.filter(|voice| here.has(self.ordinal(CONVERSATION, *voice))).for_each(|voice| near.insert(voice + 1));
        let is_shared = |f: &&Mark| filter.stands(f) && near.has(f.voice + 1);
        let own = self.chosen(&selector.include, filter);
        let others = self.by_canonical_tag(filter, self.tags.keys().copied().filter(|t| !own.contains_key(t)));
        let counted = deal(&others, self.len(), |hand| {
            let mut seen = Seen::default();
            let conversations = |(_, columns): &Merged| {
                seen.clear();
                columns
                    .iter()
                    .copied()
                    .flatten()
                    .filter(is_shared)
                    .for_each(|f| seen.insert(self.ordinal(CONVERSATION, f.voice)));
                seen.len()
            };
            hand.into_iter().map(conversations).collect()
        });
        let mut list: Vec<(&Merged, u32)> = others.iter().zip(counted).filter(|(_, n)| *n > 0).collect();
        list.sort_unstable_by_key(|((tag, _), n)| (Reverse(*n), *tag));
        list.truncate(limit);
        let four = |((tag, columns), _): (&Merged, u32)| {
            let mut seen = FourSeen::default();
            columns.iter().copied().flatten().filter(is_shared).for_each(|f| seen.insert(self.who(f.voice)));
            (*tag, seen.four())
        };
        list.into_iter().map(four).collect()
    }

    /// For each chosen tag that was spoken of since the first beginning, what was counted from each beginning to the next.
    pub fn lately(&self, selector: &Selector, filter: &Filter, starts: &[i32]) -> Vec<(u32, Vec<Four>)> {
        let recent = Filter { from: starts.first().copied(), to: None, by: By::Said, ..filter.clone() };
        let Some(asked) = self.asked(&Selector { include: vec![], ..selector.clone() }, &recent) else { return vec![] };
        let chosen = self.chosen(&selector.include, filter);
        let tags = self.by_canonical_tag(filter, chosen.keys().copied());
        let lengths = tags.iter().flat_map(|(_, columns)| columns).map(|column| column.len());
        let counted = deal(&tags, lengths.sum(), |hand| {
            let mut seen = FourSeen::default();
            let mut count = |(tag, columns): &Merged, i: usize| {
                let kinds = chosen.get(tag).copied().unwrap_or(0);
                let end = starts.get(i + 1).copied().unwrap_or(i32::MAX);
                seen.clear();
                for f in columns.iter().flat_map(|facts| said_between(facts, starts[i], end)) {
                    if self.counts(f, kinds, &asked.mask) {
                        seen.insert(self.who(f.voice));
                    }
                }
                seen.four()
            };
            hand.into_iter().map(|tag| (0..starts.len()).map(|i| count(tag, i)).collect()).collect()
        });
        let all = tags.iter().map(|(tag, _)| *tag).zip(counted);
        all.filter(|(_, weeks): &(u32, Vec<Four>)| weeks.iter().any(|four| four.conversations > 0)).collect()
    }

    /// Distinct conversations per tag since a minute: alone, and with everything below it (`parent_of` climbs).
    pub fn recent(&self, filter: &Filter, parent_of: impl Fn(u32) -> Option<u32>) -> HashMap<u32, (u32, u32)> {
        let Some(mask) = self.mask(filter) else { return HashMap::new() };
        let own = self.by_canonical_tag(filter, self.tags.keys().copied());
        let mut below: BTreeMap<u32, Vec<&[Mark]>> = BTreeMap::new();
        for (tag, columns) in &own {
            let mut line = vec![*tag];
            while let Some(parent) = line.last().and_then(|t| parent_of(*t)).filter(|p| !line.contains(p)) {
                line.push(parent);
            }
            line.into_iter().for_each(|tag| below.entry(tag).or_default().extend(columns));
        }
        let count = |tags: &[Merged]| {
            deal(tags, self.len(), |hand| {
                let mut seen = Seen::default();
                let conversations = |(_, columns): &Merged| {
                    seen.clear();
                    for facts in columns {
                        let said = if filter.by == By::Said { said_between(facts, mask.from, mask.to) } else { facts };
                        let counted = said.iter().filter(|f| self.counts(f, 0, &mask));
                        counted.for_each(|f| seen.insert(self.ordinal(CONVERSATION, f.voice)));
                    }
                    seen.len()
                };
                hand.into_iter().map(conversations).collect()
            })
        };
        let below: Vec<Merged> = below.into_iter().collect();
        let mut out: HashMap<u32, (u32, u32)> = HashMap::new();
        own.iter().zip(count(&own)).for_each(|((tag, _), n)| out.entry(*tag).or_default().0 = n);
        below.iter().zip(count(&below)).for_each(|((tag, _), n)| out.entry(*tag).or_default().1 = n);
        out.retain(|_, used| *used != (0, 0));
        out
    }
}

/// Deals tags out to all processors like cards, since they are of very different sizes; what came of each, in order.
fn deal<'a, T: Send>(
    tags: &'a [Merged<'a>],
    facts: usize,
    play: impl Fn(Vec<&'a Merged<'a>>) -> Vec<T> + Sync,
) -> Vec<T> {
    let hands = threads();
    let played = share(hands, facts, |hand| play(tags.iter().skip(hand).step_by(hands).collect()));
    let mut played: Vec<_> = played.into_iter().map(Vec::into_iter).collect();
    (0..tags.len()).filter_map(|i| played[i % hands].next()).collect()
}
