//! Counting: per tag a column of facts, scanned with masks. Pure: no clock, no database.
//!
//! A fact is 40 bytes. Merged tags, persons, teams, accounts and conversations are resolved when a query runs, so that a
//! merge and its undo are a change of one map. Periods are half-open and given in minutes of UTC: every zone in use
//! today is whole minutes from UTC.
use crate::model::Kind;
use std::collections::{BTreeMap, HashMap};

/// A tagging that was never retracted.
pub const LIVING: i32 = i32::MAX;

/// One tagging, as numbers. Zero means none for person, team and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub ord: u32,
    pub said: i32,
    pub tagged: i32,
    pub retracted: i32,
    pub conversation: u32,
    pub person: u32,
    pub team: u32,
    pub account: u32,
    pub door: u16,
    pub language: u16,
    pub channel: u8,
    pub kind: u8,
}

/// Which facts are asked for: any of `include`, and no conversation that carries any of `exclude`.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    pub include: Vec<Pick>,
    pub exclude: Vec<Pick>,
}

/// Some tags (a subtree is already spread out here) and the kinds that count: 0 is every kind.
#[derive(Clone, Debug, Default)]
pub struct Pick {
    pub tags: Vec<u32>,
    pub kinds: u16,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// When it was said: the default everywhere.
    #[default]
    Said,
    Tagged,
}

/// Which of the selected facts count. An empty filter counts every living fact.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub from: Option<i32>,
    pub to: Option<i32>,
    pub by: By,
    pub plan: Option<String>,
    pub value_band: Option<String>,
    pub channel: Option<String>,
    pub language: Option<String>,
    pub kind: Option<Kind>,
    pub door: Option<u16>,
    /// One person, team or account, as they are after merges.
    pub person: Option<u32>,
    pub team: Option<u32>,
    pub account: Option<u32>,
    /// Doors the asking person may not see.
    pub hidden: Vec<u16>,
    /// Plan and value as they were when it was said, instead of as they are today.
    pub then: bool,
}

/// Distinct conversations, persons, teams and accounts. Never mixed in one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Four {
    pub conversations: u32,
    pub persons: u32,
    pub teams: u32,
    pub accounts: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub total: Four,
    /// Living taggings behind the figures.
    pub n: u32,
    /// Per bucket (the caller's week number): conversations, persons, accounts.
    pub series: BTreeMap<i32, Four>,
    pub plans: BTreeMap<String, Four>,
    pub value_bands: BTreeMap<String, Four>,
    pub channels: BTreeMap<String, Four>,
    pub languages: BTreeMap<String, Four>,
    pub kinds: BTreeMap<String, Four>,
}

/// What a person said under the selected tags, for lists of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonShare {
    pub person: u32,
    pub account: u32,
    pub conversations: u32,
    pub taggings: u32,
    pub first: i32,
    pub last: i32,
}

/// Plan and value band of an account from a minute on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub from: i32,
    pub plan: u16,
    pub band: u16,
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
    pub fn find(&self, name: &str) -> Option<u16> {
        self.index.get(name).copied()
    }
    pub fn name(&self, n: u16) -> &str {
        if n == 0 { "" } else { self.list.get(n as usize - 1).map_or("", String::as_str) }
    }
}

/// The columns and the maps that resolve them.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    tags: HashMap<u32, Vec<Fact>>,
    pub channels: Names,
    pub languages: Names,
    pub plans: Names,
    pub bands: Names,
    /// tag → the tag it was merged into.
    pub merged_tags: HashMap<u32, u32>,
    pub merged_persons: HashMap<u32, u32>,
    pub merged_teams: HashMap<u32, u32>,
    pub merged_accounts: HashMap<u32, u32>,
    pub joined_conversations: HashMap<u32, u32>,
    /// account → its standings, oldest first.
    standings: HashMap<u32, Vec<Standing>>,
}

fn resolve(map: &HashMap<u32, u32>, n: u32) -> u32 {
    if map.is_empty() { n } else { map.get(&n).copied().unwrap_or(n) }
}

/// A set of ordinals: dense, so a bit each.
#[derive(Default)]
struct Seen {
    bits: Vec<u64>,
    n: u32,
}

impl Seen {
    fn insert(&mut self, ord: u32) {
        if ord == 0 {
            return;
        }
        let (word, bit) = (ord as usize / 64, 1u64 << (ord % 64));
        if word >= self.bits.len() {
            self.bits.resize(word + 1 + word / 4, 0);
        }
        if self.bits[word] & bit == 0 {
            self.bits[word] |= bit;
            self.n += 1;
        }
    }
    fn has(&self, ord: u32) -> bool {
        self.bits.get(ord as usize / 64).is_some_and(|w| w & (1 << (ord % 64)) != 0)
    }
}

/// The last week each ordinal was counted in: distinct counts of many weeks, one after another, without sorting.
#[derive(Default)]
struct Stamps(Vec<u32>);

impl Stamps {
    fn is_first_in(&mut self, week: u32, ord: u32) -> bool {
        let place = ord as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1 + place / 4, 0);
        }
        ord != 0 && std::mem::replace(&mut self.0[place], week) != week
    }
}

#[derive(Default)]
struct FourSeen([Seen; 4]);

impl FourSeen {
    fn insert(&mut self, f: &Fact) {
        for (seen, ord) in self.0.iter_mut().zip([f.conversation, f.person, f.team, f.account]) {
            seen.insert(ord);
        }
    }
    fn four(&self) -> Four {
        let [c, p, t, a] = &self.0;
        Four { conversations: c.n, persons: p.n, teams: t.n, accounts: a.n }
    }
}

/// Groups of one dimension: few keys, so a short list beats a map.
#[derive(Default)]
struct Groups(Vec<(u16, FourSeen)>);

impl Groups {
    fn insert(&mut self, key: u16, f: &Fact) {
        match self.0.iter().position(|(k, _)| *k == key) {
            Some(i) => self.0[i].1.insert(f),
            None => {
                let mut seen = FourSeen::default();
                seen.insert(f);
                self.0.push((key, seen));
            }
        }
    }
    fn named(&self, name: impl Fn(u16) -> String) -> BTreeMap<String, Four> {
        self.0.iter().map(|(k, s)| (name(*k), s.four())).collect()
    }
}

/// The filter with its names turned into numbers. A name nobody has counts nothing.
struct Mask<'a> {
    filter: &'a Filter,
    from: i32,
    to: i32,
    plan: Option<u16>,
    band: Option<u16>,
    channel: Option<u16>,
    language: Option<u16>,
    kind: Option<u8>,
    impossible: bool,
}

impl Columns {
    pub fn push(&mut self, tag: u32, fact: Fact) {
        let column = self.tags.entry(tag).or_default();
        match column.binary_search_by_key(&fact.ord, |f| f.ord) {
            Ok(i) => column[i] = fact,
            Err(i) => column.insert(i, fact),
        }
    }
    pub fn shrink(&mut self) {
        self.tags.values_mut().for_each(Vec::shrink_to_fit);
    }
    pub fn set_standings(&mut self, account: u32, mut list: Vec<Standing>) {
        list.sort_by_key(|s| s.from);
        self.standings.insert(account, list);
    }
    pub fn len(&self) -> usize {
        self.tags.values().map(Vec::len).sum()
    }
    pub fn is_empty(&self) -> bool {
        self.tags.values().all(Vec::is_empty)
    }
    /// Each tag with its facts, for the proof against the rows.
    pub fn facts(&self) -> impl Iterator<Item = (u32, &[Fact])> {
        self.tags.iter().map(|(t, f)| (*t, f.as_slice()))
    }

    fn standing(&self, fact: &Fact, then: bool) -> (u16, u16) {
        let Some(list) = self.standings.get(&fact.account) else { return (0, 0) };
        let found = if then { list.iter().rev().find(|s| s.from <= fact.said).or(list.first()) } else { list.last() };
        found.map_or((0, 0), |s| (s.plan, s.band))
    }

    fn mask<'a>(&self, filter: &'a Filter) -> Mask<'a> {
        let mut impossible = false;
        let mut number = |name: &Option<String>, names: &Names| {
            name.as_ref().map(|n| {
                if n == "none" {
                    0
                } else {
                    names.find(n).unwrap_or_else(|| {
                        impossible = true;
                        0
                    })
                }
            })
        };
        let (plan, band) = (number(&filter.plan, &self.plans), number(&filter.value_band, &self.bands));
        let (channel, language) = (number(&filter.channel, &self.channels), number(&filter.language, &self.languages));
        Mask {
            filter,
            from: filter.from.unwrap_or(i32::MIN),
            to: filter.to.unwrap_or(i32::MAX),
            plan,
            band,
            channel,
            language,
            kind: filter.kind.map(Kind::number),
            impossible,
        }
    }

    fn passes(&self, f: &Fact, m: &Mask) -> bool {
        let at = match m.filter.by {
            By::Said => f.said,
            By::Tagged => f.tagged,
        };
        f.retracted == LIVING
            && at >= m.from
            && at < m.to
            && m.kind.is_none_or(|k| f.kind == k)
            && m.channel.is_none_or(|c| f.channel as u16 == c)
            && m.language.is_none_or(|l| f.language == l)
            && m.filter.door.is_none_or(|d| f.door == d)
            && m.filter.person.is_none_or(|p| f.person == p)
            && m.filter.team.is_none_or(|t| f.team == t)
            && m.filter.account.is_none_or(|a| f.account == a)
            && !m.filter.hidden.contains(&f.door)
            && (m.plan.is_none() && m.band.is_none() || {
                let (plan, band) = self.standing(f, m.filter.then);
                m.plan.is_none_or(|p| p == plan) && m.band.is_none_or(|b| b == band)
            })
    }

    /// The tags merged into these, and these.
    fn with_merged(&self, tags: &[u32]) -> Vec<u32> {
        let mut all = tags.to_vec();
        all.extend(self.merged_tags.iter().filter(|(_, into)| tags.contains(into)).map(|(from, _)| *from));
        all.sort_unstable();
        all.dedup();
        all
    }

    fn picked<'a>(&'a self, pick: &'a Pick) -> impl Iterator<Item = &'a Fact> {
        self.with_merged(&pick.tags)
            .into_iter()
            .filter_map(|t| self.tags.get(&t))
            .flatten()
            .filter(move |f| pick.kinds == 0 || pick.kinds & (1 << f.kind) != 0)
    }

    /// Every fact the selector and filter let through, with merged people already resolved. A fact that two picks
    /// choose comes twice: distinct counts do not mind, lists remove it.
    fn each(&self, selector: &Selector, filter: &Filter, mut visit: impl FnMut(&Fact)) {
        let mask = self.mask(filter);
        if mask.impossible {
            return;
        }
        let mut barred = Seen::default();
        for pick in &selector.exclude {
            for f in self.picked(pick).filter(|f| f.retracted == LIVING) {
                barred.insert(resolve(&self.joined_conversations, f.conversation));
            }
        }
        for pick in &selector.include {
            for f in self.picked(pick) {
                let resolved = Fact {
                    conversation: resolve(&self.joined_conversations, f.conversation),
                    person: resolve(&self.merged_persons, f.person),
                    team: resolve(&self.merged_teams, f.team),
                    account: resolve(&self.merged_accounts, f.account),
                    ..*f
                };
                if self.passes(&resolved, &mask) && !barred.has(resolved.conversation) {
                    visit(&resolved);
                }
            }
        }
    }

    /// Distinct counts, the series by `bucket` of the moment, and the counts by each segment.
    pub fn count(&self, selector: &Selector, filter: &Filter, bucket: impl Fn(i32) -> i32) -> Counted {
        let mut total = FourSeen::default();
        let mut ords = Seen::default();
        let (mut plans, mut bands, mut channels, mut languages, mut kinds) =
            (Groups::default(), Groups::default(), Groups::default(), Groups::default(), Groups::default());
        let mut weekly: BTreeMap<i32, Vec<[u32; 4]>> = BTreeMap::new();
        self.each(selector, filter, |f| {
            total.insert(f);
            ords.insert(f.ord);
            let (plan, band) = self.standing(f, filter.then);
            plans.insert(plan, f);
            bands.insert(band, f);
            channels.insert(f.channel as u16, f);
            languages.insert(f.language, f);
            kinds.insert(f.kind as u16, f);
            let at = if filter.by == By::Said { f.said } else { f.tagged };
            weekly.entry(bucket(at)).or_default().push([f.conversation, f.person, f.team, f.account]);
        });
        let mut counted: [Stamps; 4] = Default::default();
        let series = weekly.into_iter().zip(1..).map(|((bucket, list), week)| {
            let mut ns = [0; 4];
            for ords in list {
                for ((n, counted), ord) in ns.iter_mut().zip(&mut counted).zip(ords) {
                    *n += u32::from(counted.is_first_in(week, ord));
                }
            }
            let [conversations, persons, teams, accounts] = ns;
            (bucket, Four { conversations, persons, teams, accounts })
        });
        let series = series.collect();
        Counted {
            total: total.four(),
            n: ords.n,
            series,
            plans: plans.named(|k| self.plans.name(k).to_owned()),
            value_bands: bands.named(|k| self.bands.name(k).to_owned()),
            channels: channels.named(|k| self.channels.name(k).to_owned()),
            languages: languages.named(|k| self.languages.name(k).to_owned()),
            kinds: kinds.named(|k| Kind::from_number(k as u8).map_or(String::new(), |k| k.as_str().to_owned())),
        }
    }

    /// Only the four distinct numbers and n, for cards and lists.
    pub fn count_four(&self, selector: &Selector, filter: &Filter) -> (Four, u32) {
        let (mut total, mut ords) = (FourSeen::default(), Seen::default());
        self.each(selector, filter, |f| {
            total.insert(f);
            ords.insert(f.ord);
        });
        (total.four(), ords.n)
    }

    /// Tagging ordinals behind a count, newest first, after a position `(moment, ord)`; at most `limit`.
    pub fn newest(
        &self,
        selector: &Selector,
        filter: &Filter,
        after: Option<(i32, u32)>,
        limit: usize,
    ) -> Vec<(i32, u32)> {
        let mut found = Vec::new();
        self.each(selector, filter, |f| {
            let at = if filter.by == By::Said { f.said } else { f.tagged };
            if after.is_none_or(|a| (at, f.ord) < a) {
                found.push((at, f.ord));
            }
        });
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        found.truncate(limit);
        found
    }

    /// The people behind a count, who spoke last first.
    pub fn people(&self, selector: &Selector, filter: &Filter) -> Vec<PersonShare> {
        let mut by_person: HashMap<u32, (PersonShare, Vec<u32>, Vec<u32>)> = HashMap::new();
        self.each(selector, filter, |f| {
            if f.person == 0 {
                return;
            }
            let blank = PersonShare {
                person: f.person,
                account: 0,
                conversations: 0,
                taggings: 0,
                first: f.said,
                last: f.said,
            };
            let (share, conversations, taggings) = by_person.entry(f.person).or_insert((blank, vec![], vec![]));
            share.first = share.first.min(f.said);
            if f.said >= share.last || share.account == 0 {
                share.account = f.account;
            }
            share.last = share.last.max(f.said);
            conversations.push(f.conversation);
            taggings.push(f.ord);
        });
        let distinct = |mut list: Vec<u32>| {
            list.sort_unstable();
            list.dedup();
            list.len() as u32
        };
        let mut people: Vec<PersonShare> = by_person
            .into_values()
            .map(|(share, c, t)| PersonShare { conversations: distinct(c), taggings: distinct(t), ..share })
            .collect();
        people.sort_unstable_by_key(|p| std::cmp::Reverse((p.last, p.person)));
        people
    }

    /// How many accounts there are today in each plan and in each value band, merged ones counted once.
    pub fn segment_sizes(&self) -> (BTreeMap<String, u32>, BTreeMap<String, u32>) {
        let (mut plans, mut bands) = (BTreeMap::new(), BTreeMap::new());
        for (account, list) in &self.standings {
            if resolve(&self.merged_accounts, *account) != *account {
                continue;
            }
            if let Some(now) = list.last() {
                *plans.entry(self.plans.name(now.plan).to_owned()).or_default() += 1;
                *bands.entry(self.bands.name(now.band).to_owned()).or_default() += 1;
            }
        }
        (plans, bands)
    }

    /// Tags that stand on the same conversations, most shared first.
    pub fn neighbours(&self, selector: &Selector, filter: &Filter, limit: usize) -> Vec<(u32, u32)> {
        let mut here = Seen::default();
        self.each(selector, filter, |f| here.insert(f.conversation));
        let own: Vec<u32> = selector.include.iter().flat_map(|p| self.with_merged(&p.tags)).collect();
        let mut shared: HashMap<u32, Seen> = HashMap::new();
        for (tag, facts) in self.tags.iter().filter(|(t, _)| !own.contains(t)) {
            let tag = resolve(&self.merged_tags, *tag);
            for f in facts.iter().filter(|f| f.retracted == LIVING) {
                let conversation = resolve(&self.joined_conversations, f.conversation);
                if here.has(conversation) {
                    shared.entry(tag).or_default().insert(conversation);
                }
            }
        }
        let mut list: Vec<(u32, u32)> = shared.into_iter().map(|(t, s)| (t, s.n)).collect();
        list.sort_unstable_by_key(|(t, n)| (std::cmp::Reverse(*n), *t));
        list.truncate(limit);
        list
    }

    /// Distinct conversations per tag since a minute: alone, and with everything below it (`parent_of` climbs).
    pub fn recent(&self, filter: &Filter, parent_of: impl Fn(u32) -> Option<u32>) -> HashMap<u32, (u32, u32)> {
        let mask = self.mask(filter);
        let (mut own, mut below): (Vec<u64>, Vec<u64>) = (vec![], vec![]);
        for (tag, facts) in &self.tags {
            let tag = resolve(&self.merged_tags, *tag);
            let mut line = vec![tag];
            while let Some(parent) = line.last().and_then(|t| parent_of(*t)).filter(|p| !line.contains(p)) {
                line.push(parent);
            }
            for f in facts.iter().filter(|f| self.passes(f, &mask)) {
                let conversation = u64::from(resolve(&self.joined_conversations, f.conversation));
                own.push(u64::from(tag) << 32 | conversation);
                below.extend(line.iter().map(|t| u64::from(*t) << 32 | conversation));
            }
        }
        let mut out: HashMap<u32, (u32, u32)> = HashMap::new();
        for (which, mut list) in [own, below].into_iter().enumerate() {
            list.sort_unstable();
            list.dedup();
            for key in list {
                let entry = out.entry((key >> 32) as u32).or_default();
                if which == 0 { entry.0 += 1 } else { entry.1 += 1 }
            }
        }
        out
    }
}
