//! Counting: per tag a column of facts in the order they were said, scanned with masks. Pure: no clock, no database.
//!
//! A fact is 40 bytes. Merged tags, persons, teams, accounts and conversations are resolved when a query runs, so that a
//! merge and its undo are a change of one map. Periods are half-open and given in minutes of UTC: every zone in use
//! today is whole minutes from UTC.
mod seen;
mod table;

pub use table::{Bucket, Counted, Dim, SIZES, Table, size_of};

use crate::model::Kind;
use crate::trends::Said;
use seen::{FourSeen, Seen};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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
    /// `none` chooses those without; so with the other words.
    pub plan: Option<String>,
    pub value_band: Option<String>,
    pub company_size: Option<String>,
    pub team_size: Option<String>,
    pub channel: Option<String>,
    pub language: Option<String>,
    pub kind: Option<Kind>,
    /// Only taggings without a kind.
    pub without_kind: bool,
    pub door: Option<u16>,
    /// One person, team or account, as they are after merges.
    pub person: Option<u32>,
    pub team: Option<u32>,
    pub account: Option<u32>,
    /// Doors the asking person may not see.
    pub hidden: Vec<u16>,
    /// Plan, value and size as they were when it was said, instead of as they are today.
    pub then: bool,
    /// Where merged tags lead, in another catalogue than today's: one of the past, or one nothing was merged in.
    pub merged: Option<Arc<HashMap<u32, u32>>>,
    /// Count what stood at the end of this minute, instead of what stands now.
    pub at: Option<i32>,
}

impl Filter {
    /// Whether a tagging stands: now, or at the moment that is asked for.
    fn stands(&self, f: &Fact) -> bool {
        match self.at {
            None => f.retracted == LIVING,
            Some(at) => f.tagged <= at && f.retracted > at,
        }
    }
}

impl Filter {
    /// The moment of a fact that this filter asks about.
    fn moment(&self, f: &Fact) -> i32 {
        match self.by {
            By::Said => f.said,
            By::Tagged => f.tagged,
        }
    }
}

/// Distinct conversations, persons, teams and accounts. Never mixed in one bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Four {
    pub conversations: u32,
    pub persons: u32,
    pub teams: u32,
    pub accounts: u32,
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
struct Standings {
    now: Vec<Standing>,
    ever: HashMap<u32, Vec<Standing>>,
}

impl Standings {
    fn set(&mut self, ord: u32, mut list: Vec<Standing>) {
        list.sort_by_key(|s| s.from);
        if self.now.len() <= ord as usize {
            self.now.resize(ord as usize + 1, Standing::default());
        }
        self.now[ord as usize] = list.last().copied().unwrap_or_default();
        self.ever.insert(ord, list);
    }
    fn at(&self, ord: u32, said: i32, then: bool) -> Standing {
        if !then {
            return self.now.get(ord as usize).copied().unwrap_or_default();
        }
        let Some(list) = self.ever.get(&ord) else { return Standing::default() };
        list.iter().rev().find(|s| s.from <= said).or(list.first()).copied().unwrap_or_default()
    }
}

/// Who counts for whom after merges. Ordinals that were never merged stand for themselves.
#[derive(Clone, Debug, Default)]
pub struct Canon(Vec<u32>);

impl Canon {
    fn of(&self, ord: u32) -> u32 {
        match self.0.get(ord as usize) {
            Some(0) | None => ord,
            Some(into) => *into,
        }
    }
}

impl FromIterator<(u32, u32)> for Canon {
    fn from_iter<T: IntoIterator<Item = (u32, u32)>>(pairs: T) -> Canon {
        let mut list = Vec::new();
        for (from, into) in pairs {
            if list.len() <= from as usize {
                list.resize(from as usize + 1, 0);
            }
            list[from as usize] = into;
        }
        Canon(list)
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
    /// Each column in the order of what was said, then of ordinals.
    tags: HashMap<u32, Vec<Fact>>,
    pub channels: Names,
    pub languages: Names,
    pub plans: Names,
    pub bands: Names,
    /// tag → the tag it was merged into.
    pub merged_tags: HashMap<u32, u32>,
    pub merged_persons: Canon,
    pub merged_teams: Canon,
    pub merged_accounts: Canon,
    pub joined_conversations: Canon,
    accounts: Standings,
    teams: Standings,
}

/// The filter with its names turned into numbers.
struct Mask<'a> {
    filter: &'a Filter,
    from: i32,
    to: i32,
    plan: Option<u16>,
    band: Option<u16>,
    company_size: Option<u8>,
    team_size: Option<u8>,
    channel: Option<u16>,
    language: Option<u16>,
    kind: Option<u8>,
    /// Conversations that carry a tag the selector excludes.
    barred: Seen,
}

/// Facts of one tag and the kinds of them that count, as bits; 0 is every kind.
type Slice<'a> = (&'a [Fact], u16);

/// What a question is about: the facts of the chosen tags, and which of them count.
struct Asked<'a> {
    slices: Vec<Slice<'a>>,
    mask: Mask<'a>,
}

fn key(f: &Fact) -> (i32, u32) {
    (f.said, f.ord)
}

impl Columns {
    /// Adds a fact while loading, when order does not matter yet; `settle` ends the loading.
    pub fn load(&mut self, tag: u32, fact: Fact) {
        self.tags.entry(tag).or_default().push(fact);
    }
    pub fn settle(&mut self) {
        for column in self.tags.values_mut() {
            column.sort_by_key(key);
            column.shrink_to_fit();
        }
    }
    pub fn push(&mut self, tag: u32, fact: Fact) {
        self.push_all([(tag, fact)]);
    }
    /// Adds facts, or puts them in the places of their former selves: a moment of saying never changes.
    pub fn push_all(&mut self, facts: impl IntoIterator<Item = (u32, Fact)>) {
        let mut late: Vec<(u32, Fact)> = Vec::new();
        for (tag, fact) in facts {
            let column = self.tags.entry(tag).or_default();
            match column.binary_search_by_key(&key(&fact), key) {
                Ok(place) => column[place] = fact,
                Err(place) if place == column.len() => column.push(fact),
                Err(_) => late.push((tag, fact)),
            }
        }
        late.sort_by_key(|(tag, fact)| (*tag, key(fact)));
        late.dedup_by_key(|(tag, fact)| (*tag, key(fact)));
        for of_tag in late.chunk_by(|a, b| a.0 == b.0) {
            let column = self.tags.entry(of_tag[0].0).or_default();
            column.extend(of_tag.iter().map(|(_, fact)| *fact));
            // Two runs that are each in order: sorting merges them.
            column.sort_by_key(key);
        }
    }
    /// What is known of an account over time.
    pub fn set_standings(&mut self, account: u32, list: Vec<Standing>) {
        self.accounts.set(account, list);
    }
    /// The size of a team over time.
    pub fn set_team_sizes(&mut self, team: u32, list: Vec<Standing>) {
        self.teams.set(team, list);
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

    /// Nothing when the filter names what nobody has: then nothing counts.
    fn mask<'a>(&self, filter: &'a Filter) -> Option<Mask<'a>> {
        let number = |name: &Option<String>, find: &dyn Fn(&str) -> Option<u16>| match name.as_deref() {
            None => Some(None),
            Some("none") => Some(Some(0)),
            Some(name) => find(name).map(Some),
        };
        let named = |name, names: &Names| number(name, &|name| names.find(name));
        let sized = |name| number(name, &|name| size_number(name).map(u16::from)).map(|n| n.map(|n| n as u8));
        Some(Mask {
            filter,
            from: filter.from.unwrap_or(i32::MIN),
            to: filter.to.unwrap_or(i32::MAX),
            plan: named(&filter.plan, &self.plans)?,
            band: named(&filter.value_band, &self.bands)?,
            company_size: sized(&filter.company_size)?,
            team_size: sized(&filter.team_size)?,
            channel: named(&filter.channel, &self.channels)?,
            language: named(&filter.language, &self.languages)?,
            kind: if filter.without_kind { Some(0) } else { filter.kind.map(Kind::number) },
            barred: Seen::default(),
        })
    }

    /// The fact as it counts: with merged people resolved. Nothing when it does not count.
    #[inline]
    fn counted(&self, f: &Fact, kinds: u16, m: &Mask) -> Option<Fact> {
        let at = m.filter.moment(f);
        let plain = m.filter.stands(f)
            && at >= m.from
            && at < m.to
            && (kinds == 0 || kinds & (1 << f.kind) != 0)
            && m.kind.is_none_or(|k| f.kind == k)
            && m.channel.is_none_or(|c| f.channel as u16 == c)
            && m.language.is_none_or(|l| f.language == l)
            && m.filter.door.is_none_or(|d| f.door == d)
            && !m.filter.hidden.contains(&f.door);
        if !plain {
            return None;
        }
        let f = Fact {
            conversation: self.joined_conversations.of(f.conversation),
            person: self.merged_persons.of(f.person),
            team: self.merged_teams.of(f.team),
            account: self.merged_accounts.of(f.account),
            ..*f
        };
        let fits = m.filter.person.is_none_or(|p| f.person == p)
            && m.filter.team.is_none_or(|t| f.team == t)
            && m.filter.account.is_none_or(|a| f.account == a)
            && m.team_size.is_none_or(|s| self.teams.at(f.team, f.said, m.filter.then).size == s)
            && (m.plan.is_none() && m.band.is_none() && m.company_size.is_none() || {
                let standing = self.accounts.at(f.account, f.said, m.filter.then);
                m.plan.is_none_or(|p| p == standing.plan)
                    && m.band.is_none_or(|b| b == standing.band)
                    && m.company_size.is_none_or(|s| s == standing.size)
            })
            && !m.barred.has(f.conversation);
        fits.then_some(f)
    }

    fn merged<'a>(&'a self, filter: &'a Filter) -> &'a HashMap<u32, u32> {
        filter.merged.as_deref().unwrap_or(&self.merged_tags)
    }

    /// Where a tag leads in the catalogue that is asked about.
    fn current(&self, filter: &Filter, tag: u32) -> u32 {
        self.merged(filter).get(&tag).copied().unwrap_or(tag)
    }

    /// The tags merged into these, and these.
    fn with_merged(&self, tags: &[u32], filter: &Filter) -> Vec<u32> {
        let mut all = tags.to_vec();
        all.extend(self.merged(filter).iter().filter(|(_, into)| tags.contains(into)).map(|(from, _)| *from));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Each chosen tag once, with the kinds any of the picks lets through.
    fn chosen(&self, picks: &[Pick], filter: &Filter) -> BTreeMap<u32, u16> {
        let mut chosen = BTreeMap::new();
        for pick in picks {
            for tag in self.with_merged(&pick.tags, filter) {
                let kinds = chosen.entry(tag).or_insert(pick.kinds);
                *kinds = if *kinds == 0 || pick.kinds == 0 { 0 } else { *kinds | pick.kinds };
            }
        }
        chosen
    }

    fn slices(&self, picks: &[Pick], filter: &Filter) -> Vec<Slice<'_>> {
        let facts = |(tag, kinds)| self.tags.get(&tag).map(|f| (f.as_slice(), kinds));
        self.chosen(picks, filter).into_iter().filter_map(facts).collect()
    }

    /// What selector and filter are about, narrowed to the period as far as the order of the columns allows.
    fn asked<'a>(&'a self, selector: &Selector, filter: &'a Filter) -> Option<Asked<'a>> {
        let mut mask = self.mask(filter)?;
        for (facts, kinds) in self.slices(&selector.exclude, filter) {
            for f in facts.iter().filter(|f| filter.stands(f) && (kinds == 0 || kinds & (1 << f.kind) != 0)) {
                mask.barred.insert(self.joined_conversations.of(f.conversation));
            }
        }
        let mut slices = self.slices(&selector.include, filter);
        if filter.by == By::Said {
            slices.iter_mut().for_each(|(facts, _)| *facts = said_between(facts, mask.from, mask.to));
        }
        slices.retain(|(facts, _)| !facts.is_empty());
        Some(Asked { slices, mask })
    }

    /// Every fact the selector and filter let through, each once.
    fn each(&self, selector: &Selector, filter: &Filter, mut visit: impl FnMut(&Fact)) {
        let Some(asked) = self.asked(selector, filter) else { return };
        for (facts, kinds) in asked.slices {
            facts.iter().filter_map(|f| self.counted(f, kinds, &asked.mask)).for_each(|f| visit(&f));
        }
    }

    /// Only the four distinct numbers and n, for cards and lists.
    pub fn count_four(&self, selector: &Selector, filter: &Filter) -> (Four, u32) {
        let (mut total, mut n) = (FourSeen::default(), 0);
        self.each(selector, filter, |f| {
            total.insert(f);
            n += 1;
        });
        (total.four(), n)
    }

    /// Tagging ordinals behind a count, newest first, after a position `(moment, ord)`; at most `limit`.
    pub fn newest(
        &self,
        selector: &Selector,
        filter: &Filter,
        after: Option<(i32, u32)>,
        limit: usize,
    ) -> Vec<(i32, u32)> {
        let Some(asked) = self.asked(selector, filter) else { return vec![] };
        let place = |f: &Fact| (filter.moment(f), f.ord);
        let mut found = Vec::new();
        for (facts, kinds) in asked.slices {
            let counted = facts.iter().rev().filter(|f| after.is_none_or(|a| place(f) < a));
            let counted = counted.filter(|f| self.counted(f, kinds, &asked.mask).is_some()).map(place);
            // A column is in the order of saying: its last ones are its newest.
            found.extend(counted.take(if filter.by == By::Said { limit } else { usize::MAX }));
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
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
        for account in self.accounts.ever.keys().filter(|a| self.merged_accounts.of(**a) == **a) {
            let now = self.accounts.at(*account, 0, false);
            *plans.entry(self.plans.name(now.plan).to_owned()).or_default() += 1;
            *bands.entry(self.bands.name(now.band).to_owned()).or_default() += 1;
        }
        (plans, bands)
    }

    /// When each tag was said, as it is mapped today: its first day, and (day, conversation, person) from day `since` on.
    pub fn said_by_day(&self, filter: &Filter, since: i32, day_of: impl Fn(i32) -> i32) -> HashMap<u32, Said> {
        let Some(mask) = self.mask(filter) else { return HashMap::new() };
        let mut said: HashMap<u32, Said> = HashMap::new();
        for (tag, facts) in &self.tags {
            let tag = self.current(filter, *tag);
            for f in said_between(facts, mask.from, mask.to).iter().filter_map(|f| self.counted(f, 0, &mask)) {
                let place = said.entry(tag).or_insert_with(|| Said { on: vec![], first: i32::MAX });
                let day = day_of(f.said);
                place.first = place.first.min(day);
                if day >= since {
                    place.on.push((day, f.conversation, f.person));
                }
            }
        }
        said
    }

    /// Distinct conversations per tag since a minute: alone, and with everything below it (`parent_of` climbs).
    pub fn recent(&self, filter: &Filter, parent_of: impl Fn(u32) -> Option<u32>) -> HashMap<u32, (u32, u32)> {
        let Some(mask) = self.mask(filter) else { return HashMap::new() };
        let (mut own, mut below): (Vec<u64>, Vec<u64>) = (vec![], vec![]);
        for (tag, facts) in &self.tags {
            let tag = self.current(filter, *tag);
            let mut line = vec![tag];
            while let Some(parent) = line.last().and_then(|t| parent_of(*t)).filter(|p| !line.contains(p)) {
                line.push(parent);
            }
            let facts = if filter.by == By::Said { said_between(facts, mask.from, mask.to) } else { facts };
            for f in facts.iter().filter_map(|f| self.counted(f, 0, &mask)) {
                let conversation = u64::from(f.conversation);
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

/// The facts of a column that were said in a period.
fn said_between(facts: &[Fact], from: i32, to: i32) -> &[Fact] {
    let (start, end) = (facts.partition_point(|f| f.said < from), facts.partition_point(|f| f.said < to));
    &facts[start..end.max(start)]
}

fn size_number(key: &str) -> Option<u8> {
    SIZES.iter().position(|(known, _)| *known == key).map(|i| i as u8 + 1)
}
