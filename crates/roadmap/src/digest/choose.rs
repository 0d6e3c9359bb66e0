//! Which words somebody reads in the morning. Pure.
//!
//! A fifth is drawn by chance, each message of the time as likely as any other: what nobody looked for. A fifth is about
//! what rose. The rest is the newest of each stratum, so that a loud one does not drown the others: strata are value band ×
//! language × channel, each weighs the square root of its persons (a power allocation: between a seat for each stratum and
//! a seat for each person) times its band, and seats are dealt by one systematic draw, so that over many days each stratum
//! comes up as often as it weighs. Every conversation and every person stands there once.
use base::Time;
use learn::random::Random;
use std::collections::{BTreeMap, HashSet};

/// Whose words, and by which way they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stratum {
    /// The place of the account's value band from the smallest, counted from 1; 0 where nothing is known.
    pub band: usize,
    pub language: String,
    pub channel: String,
}

/// A message that may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub entry: i64,
    pub conversation: i64,
    /// 0 for nobody we know.
    pub person: i64,
    pub said_at: Time,
    pub stratum: Stratum,
}

/// Why it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    New,
    /// The ord of the tag that rose.
    Rising(i64),
    Chance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    pub entry: i64,
    pub why: Why,
}

/// How many by chance, how many of what rises; the others are the newest.
pub fn shares(n: usize) -> (usize, usize) {
    (n.div_ceil(5), n / 5)
}

/// Chooses at most `n`, newest first. `rising`: tags with the entries tagged with them, the clearest tag and the newest
/// entry first. `seen`: what this reader had before. The same `seed` and the same candidates give the same page.
pub fn choose(
    candidates: &[Candidate],
    rising: &[(i64, Vec<i64>)],
    seen: &HashSet<i64>,
    n: usize,
    seed: u64,
) -> Vec<Pick> {
    let mut fresh: Vec<&Candidate> = candidates.iter().filter(|one| !seen.contains(&one.entry)).collect();
    fresh.sort_unstable_by_key(|one| std::cmp::Reverse((one.said_at, one.entry)));
    fresh.dedup_by_key(|one| one.entry);
    let mut page = Page { random: Random::new(seed), ..Page::default() };
    let (by_chance, of_rising) = shares(n);
    page.draw(&fresh, by_chance.min(n));
    page.follow_rising(&fresh, rising, page.picks.len() + of_rising);
    page.deal(&fresh, n);
    let place: BTreeMap<i64, usize> = fresh.iter().enumerate().map(|(at, one)| (one.entry, at)).collect();
    page.picks.sort_by_key(|pick| place.get(&pick.entry).copied());
    page.picks
}

struct Page {
    random: Random,
    picks: Vec<Pick>,
    conversations: HashSet<i64>,
    persons: HashSet<i64>,
}

impl Default for Page {
    fn default() -> Page {
        Page { random: Random::new(0), picks: Vec::new(), conversations: HashSet::new(), persons: HashSet::new() }
    }
}

impl Page {
    fn is_free(&self, one: &Candidate) -> bool {
        !self.conversations.contains(&one.conversation) && !self.persons.contains(&one.person)
    }

    fn take(&mut self, one: &Candidate, why: Why) {
        self.picks.push(Pick { entry: one.entry, why });
        self.conversations.insert(one.conversation);
        if one.person != 0 {
            self.persons.insert(one.person);
        }
    }

    fn draw(&mut self, fresh: &[&Candidate], most: usize) {
        let mut left: Vec<&Candidate> = fresh.to_vec();
        while self.picks.len() < most && !left.is_empty() {
            let one = left.swap_remove(self.random.below(left.len()));
            if self.is_free(one) {
                self.take(one, Why::Chance);
            }
        }
    }

    /// One of each tag in turn.
    fn follow_rising(&mut self, fresh: &[&Candidate], rising: &[(i64, Vec<i64>)], most: usize) {
        let by_entry: BTreeMap<i64, &Candidate> = fresh.iter().map(|one| (one.entry, *one)).collect();
        let mut lists: Vec<(i64, std::slice::Iter<i64>)> = rising.iter().map(|(tag, all)| (*tag, all.iter())).collect();
        while self.picks.len() < most && !lists.is_empty() {
            lists.retain_mut(|(tag, entries)| {
                if self.picks.len() >= most {
                    return false;
                }
                let next = entries.by_ref().filter_map(|entry| by_entry.get(entry)).find(|one| self.is_free(one));
                if let Some(one) = next {
                    self.take(one, Why::Rising(*tag));
                }
                next.is_some()
            });
        }
    }

    /// Deals what is left among the strata, again and again while any of them has something.
    fn deal(&mut self, fresh: &[&Candidate], most: usize) {
        let mut strata: BTreeMap<&Stratum, Vec<&Candidate>> = BTreeMap::new();
        for one in fresh.iter().rev().filter(|one| self.is_free(one)) {
            strata.entry(&one.stratum).or_default().push(one);
        }
        let mut strata: Vec<(f64, Vec<&Candidate>)> =
            strata.into_iter().map(|(stratum, all)| (weight(stratum, &all), all)).collect();
        self.random.shuffle(&mut strata);
        while self.picks.len() < most && !strata.is_empty() {
            let seats = systematic(&strata, most - self.picks.len(), self.random.unit());
            for (seats, (_, all)) in seats.into_iter().zip(&mut strata) {
                for _ in 0..seats {
                    // The newest stands last.
                    while let Some(one) = all.pop() {
                        if self.is_free(one) {
                            self.take(one, Why::New);
                            break;
                        }
                    }
                }
            }
            strata.retain(|(_, all)| !all.is_empty());
        }
    }
}

fn weight(stratum: &Stratum, all: &[&Candidate]) -> f64 {
    let mut persons: Vec<i64> =
        all.iter().map(|one| if one.person == 0 { -one.conversation } else { one.person }).collect();
    persons.sort_unstable();
    persons.dedup();
    (persons.len() as f64).sqrt() * stratum.band.max(1) as f64
}

/// Deals `n` seats by one systematic draw (Madow 1949): each gets the whole part of its share, or one more.
fn systematic<T>(weighted: &[(f64, T)], n: usize, start: f64) -> Vec<usize> {
    let step = weighted.iter().map(|(weight, _)| weight).sum::<f64>() / n as f64;
    let (mut reached, mut next) = (0.0, start * step);
    let seats = weighted.iter().map(|(weight, _)| {
        reached += weight;
        let mut seats = 0;
        while next < reached {
            next += step;
            seats += 1;
        }
        seats
    });
    seats.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(entry: i64, conversation: i64, person: i64, stratum: (usize, u8, u8)) -> Candidate {
        let (band, language, channel) = stratum;
        let stratum = Stratum { band, language: format!("l{language}"), channel: format!("c{channel}") };
        Candidate { entry, conversation, person, said_at: Time(entry / 2 * 1_000_000), stratum }
    }

    fn worlds() -> impl Strategy<Value = Vec<Candidate>> {
        prop::collection::vec((1..40i64, 0..20i64, (0..3usize, 0..2u8, 0..2u8)), 0..80).prop_map(|all| {
            (1..)
                .zip(all)
                .map(|(entry, (conversation, person, of))| candidate(entry, conversation, person, of))
                .collect()
        })
    }

    proptest! {
        /// Whatever was said: nothing twice, nothing that was had before, nobody twice; the page is full unless everything
        /// that is left is of somebody or of a conversation that stands on it; what is new is the newest of its stratum;
        /// what rises carries its tag; and the order in which candidates come changes nothing.
        #[test]
        fn a_page_is_full_fair_and_the_same_again(
            all in worlds(),
            rising in prop::collection::vec((100..104i64, prop::collection::vec(1..80i64, 0..6)), 0..3),
            had in prop::collection::hash_set(1..80i64, 0..20), n in 0..20usize, seed in any::<u64>(),
        ) {
            let picks = choose(&all, &rising, &had, n, seed);
            let of = |entry: i64| all.iter().find(|one| one.entry == entry).unwrap();
            let chosen: Vec<&Candidate> = picks.iter().map(|pick| of(pick.entry)).collect();
            let distinct = |mut list: Vec<i64>| { let n = list.len(); list.sort_unstable(); list.dedup(); list.len() == n };
            prop_assert!(picks.len() <= n);
            prop_assert!(distinct(chosen.iter().map(|one| one.entry).collect()));
            prop_assert!(distinct(chosen.iter().map(|one| one.conversation).collect()));
            prop_assert!(distinct(chosen.iter().filter(|one| one.person != 0).map(|one| one.person).collect()));
            prop_assert!(chosen.iter().all(|one| !had.contains(&one.entry)));
            let conflicts = |one: &Candidate| chosen.iter().any(|c| c.conversation == one.conversation || one.person != 0 && c.person == one.person);
            let left: Vec<&Candidate> = all.iter().filter(|one| !had.contains(&one.entry) && !conflicts(one)).collect();
            prop_assert!(picks.len() == n || left.is_empty());
            for pick in &picks {
                match pick.why {
                    Why::New => prop_assert!(!left.iter().any(|one| one.stratum == of(pick.entry).stratum
                        && (one.said_at, one.entry) > (of(pick.entry).said_at, pick.entry))),
                    Why::Rising(tag) => prop_assert!(rising.iter().any(|(one, all)| *one == tag && all.contains(&pick.entry))),
                    Why::Chance => {}
                }
            }
            let (by_chance, of_rising) = shares(n);
            prop_assert!(picks.iter().filter(|pick| pick.why == Why::Chance).count() <= by_chance);
            prop_assert!(picks.iter().filter(|pick| matches!(pick.why, Why::Rising(_))).count() <= of_rising);
            let mut turned = all.clone();
            turned.reverse();
            prop_assert_eq!(choose(&turned, &rising, &had, n, seed), picks);
        }

        /// Days on end: no reader ever gets the same words twice, and everything that can be had is had in the end.
        #[test]
        fn nothing_comes_twice_over_many_days(all in worlds(), n in 1..15usize) {
            let mut had = HashSet::new();
            for day in 0..200 {
                let picks = choose(&all, &[], &had, n, day);
                if picks.is_empty() { break; }
                for pick in picks { prop_assert!(had.insert(pick.entry)); }
            }
            prop_assert_eq!(had.len(), all.len());
        }
    }

    #[test]
    fn the_first_day_without_any_tag_gives_a_whole_page() {
        let all: Vec<Candidate> = (1..=40).map(|n| candidate(n, n, n, (0, 0, (n % 3) as u8))).collect();
        let picks = choose(&all, &[], &HashSet::new(), 12, 7);
        assert_eq!(picks.len(), 12);
        assert_eq!(picks.iter().filter(|pick| pick.why == Why::Chance).count(), 3);
        assert_eq!(picks.iter().filter(|pick| pick.why == Why::New).count(), 9);
    }

    /// Chi-square with 29 degrees of freedom is below 58.3 in 999 of 1,000 draws.
    #[test]
    fn chance_prefers_nobody() {
        let all: Vec<Candidate> = (1..=30).map(|n| candidate(n, n, n, ((n % 3) as usize, 0, 0))).collect();
        let mut counts = [0f64; 30];
        for seed in 0..3_000u64 {
            let picks = choose(&all, &[], &HashSet::new(), 12, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            picks.iter().filter(|pick| pick.why == Why::Chance).for_each(|pick| counts[pick.entry as usize - 1] += 1.0);
        }
        let wanted = 3.0 * 3_000.0 / 30.0;
        let chi: f64 = counts.iter().map(|n| (n - wanted).powi(2) / wanted).sum();
        assert!(chi < 58.3, "{chi}");
    }

    #[test]
    fn a_quiet_stratum_comes_up_as_often_as_it_weighs() {
        // 100 persons write in one way, 4 in another: √100 to √4 is five to one.
        let mut all: Vec<Candidate> = (1..=100).map(|n| candidate(n, n, n, (0, 0, 0))).collect();
        all.extend((101..=104).map(|n| candidate(n, n, n, (0, 1, 0))));
        let mut quiet = 0;
        for seed in 0..2_000u64 {
            let picks = choose(&all, &[], &HashSet::new(), 5, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            quiet += picks.iter().filter(|pick| pick.why == Why::New && pick.entry > 100).count();
        }
        // Four seats each day, of which a sixth.
        assert!((1_250..1_420).contains(&quiet), "{quiet}");
    }

    #[test]
    fn seats_are_dealt_by_weight_and_none_is_lost() {
        for start in [0.0, 0.3, 0.999] {
            let seats = systematic(&[(6.0, ()), (3.0, ()), (1.0, ())], 10, start);
            assert_eq!(seats, [6, 3, 1]);
            assert_eq!(systematic(&[(1.0, ()), (1.0, ()), (1.0, ())], 2, start).iter().sum::<usize>(), 2);
        }
    }
}
