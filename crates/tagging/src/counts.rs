//! Counting: per tag a column of facts in the order they were said, scanned with masks. Pure: no clock, no database.
//!
//! Merged tags, persons, teams, accounts and conversations are resolved when a query runs, so that a
//! merge and its undo are a change of one map. Periods are half-open and given in minutes of UTC: every zone in use
//! today is whole minutes from UTC.
mod around;
mod hear;
mod known;
mod seen;
mod table;
mod voices;

pub use known::{Canon, Emotions, Names, Standing};
pub use table::{Bucket, Counted, Dim, EMOTIONS, SIZES, Table, size_of};

use crate::model::Kind;
use crate::trends::Said;
use known::Standings;
use seen::{FourSeen, Seen};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use voices::{ACCOUNT, CLASSES, CONVERSATION, Mark, PERSON, TEAM, Voices};

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
    /// How the conversation was felt at its worst, as it is known today: one of `EMOTIONS`.
    pub emotion: Option<String>,
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
    fn stands(&self, f: &Mark) -> bool {
        match self.at {
            None => f.retracted == LIVING,
            Some(at) => f.tagged <= at && f.retracted > at,
        }
    }
}

impl Filter {
    /// The moment of a fact that this filter asks about.
    fn moment(&self, f: &Mark) -> i32 {
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
    /// What they said last: the conversation, and the tagging.
    pub last_in: u32,
    pub last_tagging: u32,
}

/// The columns and the maps that resolve them.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Each column in the order of what was said, then of ordinals.
    tags: HashMap<u32, Vec<Mark>>,
    voices: Voices,
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
    pub emotions: Emotions,
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
    emotion: Option<u8>,
    kind: Option<u8>,
    /// Conversations that carry a tag the selector excludes.
    barred: Seen,
}

/// Facts of one tag and the kinds of them that count, as bits; 0 is every kind.
type Slice<'a> = (&'a [Mark], u16);

/// What a question is about: the facts of the chosen tags, and which of them count.
struct Asked<'a> {
    slices: Vec<Slice<'a>>,
    mask: Mask<'a>,
}

fn key(f: &Mark) -> (i32, u32) {
    (f.said, f.ord)
}

impl Columns {
    /// Adds a fact while loading, when order does not matter yet; `settle` ends the loading.
    pub fn load(&mut self, tag: u32, fact: Fact) {
        let mark = self.voices.mark(&fact);
        self.tags.entry(tag).or_default().push(mark);
    }
    pub fn settle(&mut self) {
        self.voices.shrink();
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
        let mut late: Vec<(u32, Mark)> = Vec::new();
        for (tag, fact) in facts {
            let mark = self.voices.mark(&fact);
            let column = self.tags.entry(tag).or_default();
            match column.binary_search_by_key(&key(&mark), key) {
                Ok(place) => column[place] = mark,
                Err(place) if place == column.len() => column.push(mark),
                Err(_) => late.push((tag, mark)),
            }
        }
        late.sort_by_key(|(tag, mark)| (*tag, key(mark)));
        late.dedup_by_key(|(tag, mark)| (*tag, key(mark)));
        for of_tag in late.chunk_by(|a, b| a.0 == b.0) {
            let column = self.tags.entry(of_tag[0].0).or_default();
            column.extend(of_tag.iter().map(|(_, mark)| *mark));
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
    /// Each fact with its tag, for the proof against the rows.
    pub fn facts(&self) -> impl Iterator<Item = (u32, Fact)> {
        self.tags.iter().flat_map(|(tag, marks)| marks.iter().map(|mark| (*tag, self.voices.fact(mark))))
    }

    /// Nothing when the filter names what nobody has: then nothing counts.
    fn mask<'a>(&self, filter: &'a Filter) -> Option<Mask<'a>> {
        let number = |name: &Option<String>, find: &dyn Fn(&str) -> Option<u16>| match name.as_deref() {
            None => Some(None),
            Some("none") => Some(Some(0)),
            Some(name) => find(name).map(Some),
        };
        let named = |name, names: &Names| number(name, &|name| names.find(name));
        let placed = |name, find: fn(&str) -> Option<u8>| {
            number(name, &|name| find(name).map(u16::from)).map(|n| n.map(|n| n as u8))
        };
        Some(Mask {
            filter,
            from: filter.from.unwrap_or(i32::MIN),
            to: filter.to.unwrap_or(i32::MAX),
            plan: named(&filter.plan, &self.plans)?,
            band: named(&filter.value_band, &self.bands)?,
            company_size: placed(&filter.company_size, size_number)?,
            team_size: placed(&filter.team_size, size_number)?,
            channel: named(&filter.channel, &self.channels)?,
            language: named(&filter.language, &self.languages)?,
            emotion: placed(&filter.emotion, emotion_number)?,
            kind: if filter.without_kind { Some(0) } else { filter.kind.map(Kind::number) },
            barred: Seen::default(),
        })
    }

    /// Whether a fact counts, as far as it shows without its voice.
    #[inline]
    fn is_asked(&self, f: &Mark, kinds: u16, m: &Mask) -> bool {
        let at = m.filter.moment(f);
        m.filter.stands(f)
            && at >= m.from
            && at < m.to
            && (kinds == 0 || kinds & (1 << f.kind) != 0)
            && m.kind.is_none_or(|k| f.kind == k)
    }

    /// Whether what a voice said counts. The moment of saying matters only for how its account and team stood then.
    #[inline]
    fn fits(&self, voice: u32, said: i32, m: &Mask) -> bool {
        let v = voice as usize;
        let filter = m.filter;
        let plain = m.channel.is_none_or(|c| self.voices.channels[v] as u16 == c)
            && m.language.is_none_or(|l| self.voices.languages[v] == l)
            && filter.door.is_none_or(|d| self.voices.doors[v] == d)
            && (filter.hidden.is_empty() || !filter.hidden.contains(&self.voices.doors[v]));
        if !plain {
            return false;
        }
        // One after the other, since each is somewhere else in memory.
        let who = |class| self.ordinal(class, voice);
        filter.person.is_none_or(|p| who(PERSON) == p)
            && filter.team.is_none_or(|t| who(TEAM) == t)
            && filter.account.is_none_or(|a| who(ACCOUNT) == a)
            && m.team_size.is_none_or(|s| self.teams.at(who(TEAM), said, filter.then).size == s)
            && (m.plan.is_none() && m.band.is_none() && m.company_size.is_none() || {
                let standing = self.accounts.at(who(ACCOUNT), said, filter.then);
                m.plan.is_none_or(|p| p == standing.plan)
                    && m.band.is_none_or(|b| b == standing.band)
                    && m.company_size.is_none_or(|s| s == standing.size)
            })
            && m.emotion.is_none_or(|e| self.emotions.of(who(CONVERSATION)) == e)
            && (m.barred.len() == 0 || !m.barred.has(who(CONVERSATION)))
    }

    /// The conversation, person, team and account a voice counts for: with merged ones resolved.
    #[inline]
    fn who(&self, voice: u32) -> [u32; CLASSES] {
        [CONVERSATION, PERSON, TEAM, ACCOUNT].map(|class| self.ordinal(class, voice))
    }

    #[inline]
    fn ordinal(&self, class: usize, voice: u32) -> u32 {
        self.canons()[class].of(self.voices.who[class][voice as usize])
    }

    fn canons(&self) -> [&Canon; CLASSES] {
        [&self.joined_conversations, &self.merged_persons, &self.merged_teams, &self.merged_accounts]
    }

    #[inline]
    fn counts(&self, f: &Mark, kinds: u16, m: &Mask) -> bool {
        self.is_asked(f, kinds, m) && self.fits(f.voice, f.said, m)
    }

    /// The fact as it counts: with merged people resolved. Nothing when it does not count.
    fn counted(&self, f: &Mark, kinds: u16, m: &Mask) -> Option<Fact> {
        self.counts(f, kinds, m).then(|| {
            let [conversation, person, team, account] = self.who(f.voice);
            Fact { conversation, person, team, account, ..self.voices.fact(f) }
        })
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
                mask.barred.insert(self.ordinal(CONVERSATION, f.voice));
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
        let (four, n, _) = self.count_with(selector, filter, &[]);
        (four, n)
    }

    /// The same; and the persons and accounts of those taken together with others, given as (person, account or 0).
    pub fn count_with(&self, selector: &Selector, filter: &Filter, others: &[(u32, u32)]) -> (Four, u32, [u32; 2]) {
        let (mut total, mut n) = (FourSeen::default(), 0);
        self.each(selector, filter, |f| {
            total.insert([f.conversation, f.person, f.team, f.account]);
            n += 1;
        });
        let four = total.four();
        for (person, account) in others {
            total.insert([0, self.merged_persons.of(*person), 0, self.merged_accounts.of(*account)]);
        }
        let Four { persons, accounts, .. } = total.four();
        (four, n, [persons, accounts])
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
        let place = |f: &Mark| (filter.moment(f), f.ord);
        let mut found = Vec::new();
        for (facts, kinds) in asked.slices {
            let counted = facts.iter().rev().filter(|f| after.is_none_or(|a| place(f) < a));
            let counted = counted.filter(|f| self.counts(f, kinds, &asked.mask)).map(place);
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
                last_in: f.conversation,
                last_tagging: f.ord,
            };
            let (share, conversations, taggings) = by_person.entry(f.person).or_insert((blank, vec![], vec![]));
            share.first = share.first.min(f.said);
            if f.said >= share.last || share.account == 0 {
                share.account = f.account;
            }
            if (f.said, f.ord) >= (share.last, share.last_tagging) {
                (share.last_in, share.last_tagging) = (f.conversation, f.ord);
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

    /// Value band, plan and size of an account today; empty where nothing is known.
    pub fn standing_of(&self, account: u32) -> [&str; 3] {
        let now = self.accounts.at(account, i32::MAX, false);
        let size = usize::from(now.size).checked_sub(1).and_then(|at| SIZES.get(at)).map_or("", |(key, _)| key);
        [self.bands.name(now.band), self.plans.name(now.plan), size]
    }

    /// How many accounts there are today in each plan and in each value band, merged ones counted once.
    pub fn segment_sizes(&self) -> (BTreeMap<String, u32>, BTreeMap<String, u32>) {
        let (mut plans, mut bands) = (BTreeMap::new(), BTreeMap::new());
        for (_, now) in self.accounts.each().filter(|(account, _)| self.merged_accounts.of(*account) == *account) {
            *plans.entry(now.plan).or_default() += 1;
            *bands.entry(now.band).or_default() += 1;
        }
        let named = |sizes: BTreeMap<u16, u32>, names: &Names| {
            sizes.into_iter().map(|(number, n)| (names.name(number).to_owned(), n)).collect()
        };
        (named(plans, &self.plans), named(bands, &self.bands))
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
}

/// The facts of a column that were said in a period.
fn said_between(facts: &[Mark], from: i32, to: i32) -> &[Mark] {
    let (start, end) = (facts.partition_point(|f| f.said < from), facts.partition_point(|f| f.said < to));
    &facts[start..end.max(start)]
}

fn emotion_number(key: &str) -> Option<u8> {
    EMOTIONS.iter().position(|known| *known == key).map(|i| i as u8 + 1)
}

fn size_number(key: &str) -> Option<u8> {
    SIZES.iter().position(|(known, _)| *known == key).map(|i| i as u8 + 1)
}
