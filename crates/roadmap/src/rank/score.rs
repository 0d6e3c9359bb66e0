//! What an item is worth: demand times importance times strategy, over effort, each part from rows.
//!
//! `hear` counts what people ask for, which takes long; `weigh` sets it beside fit and effort, which takes next to nothing.
//!
//! Demand saturates in an account and fades: an account counts log2(1 + a), where a is its asks, each halved for every
//! half-life since it was last said. One loud account cannot win alone, and what nobody has said for years weighs little.
//! Importance is the mean weight of those accounts, by their demand, so that demand times importance is the sum over
//! accounts of what they say times what they weigh. The interval is that of a Poisson bootstrap over accounts (Hanley and
//! MacGibbon 2006): an account is drawn the same number of times for every item, so that ranks can be compared.
use base::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Days after which an ask may count half, for those who ask “what if”.
pub const HALF_LIVES: [f64; 9] = [30.0, 60.0, 90.0, 120.0, 180.0, 270.0, 365.0, 730.0, 1_825.0];
/// Draws of the bootstrap.
const DRAWS: usize = 200;
/// The interval holds this share of the draws.
const HELD: f64 = 0.8;

/// One ask, as far as it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Voice {
    /// Whose it is: an account, or a person who has none. Any number that is theirs alone.
    pub asker: u64,
    pub last_at: Time,
    /// What the account weighs: of its value, its plan and its segments, multiplied.
    pub weight: f64,
    /// Which weights those are: a number for each way in which an account can stand.
    pub standing: u16,
}

/// By which formula. Both are demand × importance × strategy ÷ effort; they differ in what the parts are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// Demand saturates and fades, accounts weigh, strategy is the fit with the direction.
    #[default]
    Ours,
    /// Reach × impact × confidence ÷ effort (McBride 2018): demand is how many persons ask, importance is 1, strategy is the
    /// impact, from 0.25 to 3 by the fit, times the confidence.
    Rice,
}

/// What else is known of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stand {
    /// How well it fits the direction: 0 to 1.
    pub fit: f64,
    /// How sure it is that it can be built: 0 to 1. Only RICE asks.
    pub confidence: f64,
    /// Person-weeks: at best, most likely, at worst.
    pub effort: Option<[f64; 3]>,
}

/// The rules of the house.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    pub formula: Formula,
    /// Days after which an ask counts half.
    pub half_life_days: f64,
    /// What an item keeps that does not fit the direction at all: 0 to 1.
    pub without_fit: f64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { formula: Formula::Ours, half_life_days: 180.0, without_fit: 0.5 }
    }
}

/// What is asked for, before it is set beside fit and effort.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    pub asks: usize,
    pub askers: usize,
    pub demand: f64,
    /// Mean weight of the askers by their demand; 1 when nobody asks.
    pub importance: f64,
    /// The demand of the accounts that stand alike: (standing, demand).
    pub by_standing: Arc<[(u16, f64)]>,
    /// The same as it would be with each of `HALF_LIVES`; like the draws, only of what is ranked.
    pub by_half_life: Arc<[Vec<f64>]>,
    draws: Arc<[f32]>,
}

/// The score, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    pub heard: Heard,
    pub strategy: f64,
    /// Person-weeks, the mean of the three points (PERT: Malcolm and others 1959).
    pub effort: Option<f64>,
    /// What it is worth, whatever it costs.
    pub value: f64,
    /// Absent without an effort.
    pub score: Option<f64>,
}

/// Where an item stands among the others: ranks from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub rank: usize,
    /// In four draws of five it stood between these: items in there are as good as tied with it.
    pub from: usize,
    pub to: usize,
}

/// Mean of a three-point estimate.
pub fn expected_effort([low, likely, high]: [f64; 3]) -> f64 {
    (low + 4.0 * likely + high) / 6.0
}

/// What an asker says that often: the asks of one account or person, each as much as it still counts.
fn says(counted: f64, voices: usize, rules: &Rules) -> f64 {
    match rules.formula {
        Formula::Ours => (1.0 + counted).log2(),
        Formula::Rice => voices as f64,
    }
}

/// How much an ask still counts: half for each half-life since it was last said.
pub fn fade(last_at: Time, rules: &Rules, now: Time) -> f64 {
    let days = now.since(last_at).max(0) as f64 / Time::DAY as f64;
    (-days / rules.half_life_days).exp2()
}

/// What each asker says, and what they weigh: (asker, (says, weight, standing)).
pub fn list_says(voices: &[Voice], rules: &Rules, now: Time) -> BTreeMap<u64, (f64, f64, u16)> {
    let mut of_asker: BTreeMap<u64, (f64, usize, Voice)> = BTreeMap::new();
    for voice in voices {
        let one = of_asker.entry(voice.asker).or_insert((0.0, 0, *voice));
        one.0 += fade(voice.last_at, rules, now);
        one.1 += 1;
    }
    let weight = |voice: &Voice| if rules.formula == Formula::Rice { 1.0 } else { voice.weight };
    let said = |(counted, n, voice): (f64, usize, Voice)| (says(counted, n, rules), weight(&voice), voice.standing);
    of_asker.into_iter().map(|(asker, of)| (asker, said(of))).collect()
}

/// What is asked for at a moment. Only what is `ranked`, because its effort is known, is drawn.
pub fn hear(voices: &[Voice], rules: &Rules, now: Time, ranked: bool) -> Heard {
    let of_asker = list_says(voices, rules, now);
    let (mut demand, mut weighed, mut draws) = (0.0, 0.0, vec![0.0f32; if ranked { DRAWS } else { 0 }]);
    let mut by_standing: BTreeMap<u16, f64> = BTreeMap::new();
    for (asker, (says, weight, standing)) in &of_asker {
        demand += says;
        weighed += says * weight;
        *by_standing.entry(*standing).or_default() += says;
        draw(*asker, (says * weight) as f32, &mut draws);
    }
    let by_half_life = |days: f64| {
        let mut other: BTreeMap<u16, f64> = BTreeMap::new();
        for (says, _, standing) in list_says(voices, &Rules { half_life_days: days, ..*rules }, now).into_values() {
            *other.entry(standing).or_default() += says;
        }
        other.into_values().collect()
    };
    Heard {
        asks: voices.len(),
        askers: of_asker.len(),
        demand,
        importance: if demand > 0.0 { weighed / demand } else { 1.0 },
        by_standing: by_standing.into_iter().collect(),
        by_half_life: HALF_LIVES.into_iter().filter(|_| ranked).map(by_half_life).collect(),
        draws: draws.into(),
    }
}

/// What of its worth an item keeps by its fit, or its impact times how sure it is.
pub fn strategy(stand: &Stand, rules: &Rules) -> f64 {
    match rules.formula {
        Formula::Ours => rules.without_fit + (1.0 - rules.without_fit) * stand.fit,
        Formula::Rice => stand.confidence * if stand.fit > 0.0 { 3.0 * stand.fit } else { 0.25 },
    }
}

/// What an item is worth, by what is asked for and where it stands.
pub fn weigh(heard: Heard, stand: &Stand, rules: &Rules) -> Parts {
    let strategy = strategy(stand, rules);
    let effort = stand.effort.map(expected_effort).filter(|weeks| *weeks > 0.0);
    let value = heard.demand * heard.importance * strategy;
    Parts { heard, strategy, effort, value, score: effort.map(|weeks| value / weeks) }
}

impl Heard {
    /// Whether it can be ranked.
    pub fn is_drawn(&self) -> bool {
        !self.draws.is_empty()
    }
}

impl Parts {
    /// The score in a draw of the bootstrap.
    fn draws(&self) -> impl Iterator<Item = f64> {
        let whole = self.strategy / self.effort.unwrap_or(1.0);
        self.heard.draws.iter().map(move |sum| f64::from(*sum) * whole)
    }

    /// Within this the score lies in four draws of five.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let mut draws: Vec<f64> = self.draws().collect();
        draws.sort_by(f64::total_cmp);
        self.score.map(|_| held(&draws))
    }
}

/// Adds what an asker says to each draw as often as it is drawn there. The same asker is drawn alike for every item.
fn draw(asker: u64, says: f32, draws: &mut [f32]) {
    for (block, four) in draws.chunks_mut(4).enumerate() {
        let mut bits = mix(asker ^ ((block as u64 + 1) << 48));
        for sum in four {
            *sum += says * f32::from(times((bits & 0xffff) as u16));
            bits >>= 16;
        }
    }
}

/// Poisson with mean 1, from sixteen even bits.
fn times(bits: u16) -> u8 {
    /// 65,536 times the chance of at most so many.
    const UP_TO: [u16; 7] = [24_109, 48_219, 60_273, 64_292, 65_296, 65_497, 65_531];
    UP_TO.iter().take_while(|most| bits >= **most).count() as u8
}

/// The last step of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The bounds of the middle of sorted numbers.
fn held<T: Copy>(sorted: &[T]) -> (T, T) {
    let cut = ((1.0 - HELD) / 2.0 * sorted.len() as f64) as usize;
    (sorted[cut], sorted[sorted.len() - 1 - cut])
}

/// The place of each item among those that have a score; best first is rank 1.
pub fn rank(all: &[&Parts]) -> Vec<Option<Place>> {
    let scored: Vec<usize> = (0..all.len()).filter(|at| all[*at].score.is_some()).collect();
    let mut draws: Vec<Vec<(f64, usize)>> = (0..DRAWS).map(|_| Vec::with_capacity(scored.len())).collect();
    for at in &scored {
        all[*at].draws().zip(&mut draws).for_each(|(score, draw)| draw.push((score, *at)));
    }
    let best_first = |a: &(f64, usize), b: &(f64, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    let mut ranks: Vec<Vec<usize>> = all.iter().map(|_| Vec::with_capacity(DRAWS)).collect();
    for draw in &mut draws {
        draw.sort_unstable_by(best_first);
        draw.iter().enumerate().for_each(|(rank, (_, at))| ranks[*at].push(rank + 1));
    }
    let mut order: Vec<(f64, usize)> = scored.iter().filter_map(|at| Some((all[*at].score?, *at))).collect();
    order.sort_unstable_by(best_first);
    let mut places = vec![None; all.len()];
    for (at_rank, (_, at)) in order.iter().enumerate() {
        ranks[*at].sort_unstable();
        let (from, to) = held(&ranks[*at]);
        let rank = at_rank + 1;
        places[*at] = Some(Place { rank, from: from.min(rank), to: to.max(rank) });
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    const NOW: Time = Time(1_700_000_000_000_000);

    fn voice(asker: u64, days: i64, weight: f64) -> Voice {
        Voice { asker, last_at: NOW.plus(-days * Time::DAY), weight, standing: 0 }
    }

    fn score(voices: &[Voice], stand: &Stand, rules: &Rules, now: Time) -> Parts {
        weigh(hear(voices, rules, now, true), stand, rules)
    }

    fn stands(fit: f64, effort: Option<[f64; 3]>) -> Stand {
        Stand { fit, confidence: 1.0, effort }
    }

    /// The same, written a second time as the words of the rule say it, asker by asker.
    fn slowly(voices: &[Voice], stand: &Stand, rules: &Rules) -> (f64, f64, Option<f64>) {
        let weights: HashMap<u64, f64> = voices.iter().rev().map(|voice| (voice.asker, voice.weight)).collect();
        let (mut demand, mut value) = (0.0, 0.0);
        for (asker, weight) in &weights {
            let mut asks = 0.0;
            for voice in voices.iter().filter(|voice| voice.asker == *asker) {
                let half_lives = (NOW.0 - voice.last_at.0).max(0) as f64 / 86_400e6 / rules.half_life_days;
                asks += 0.5f64.powf(half_lives);
            }
            demand += (1.0 + asks).ln() / 2f64.ln();
            value += (1.0 + asks).ln() / 2f64.ln() * weight;
        }
        value *= rules.without_fit + (1.0 - rules.without_fit) * stand.fit;
        (demand, value, stand.effort.map(|[low, likely, high]| value / ((low + likely * 4.0 + high) / 6.0)))
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
    }

    proptest! {
        #[test]
        fn every_part_comes_from_the_rows(
            said in prop::collection::vec((0..9u64, -3..2000i64, 0.1..10.0f64), 0..60),
            fit in 0.0..=1.0f64,
            effort in prop::option::of((0.1..5.0f64, 5.0..9.0f64, 9.0..30.0f64)),
            half_life_days in 10.0..700.0f64,
        ) {
            let of_first: HashMap<u64, f64> = said.iter().rev().map(|(asker, _, weight)| (*asker, *weight)).collect();
            let voices: Vec<Voice> = said.iter().map(|(asker, days, _)| voice(*asker, *days, of_first[asker])).collect();
            let stand = stands(fit, effort.map(|(low, likely, high)| [low, likely, high]));
            let rules = Rules { half_life_days, ..Rules::default() };
            let parts = score(&voices, &stand, &rules, NOW);
            let (demand, value, score) = slowly(&voices, &stand, &rules);
            prop_assert!(near(parts.heard.demand, demand) && near(parts.value, value));
            prop_assert!(near(parts.heard.demand * parts.heard.importance * parts.strategy, parts.value));
            match (parts.score, score) {
                (Some(ours), Some(theirs)) => prop_assert!(near(ours, theirs)),
                (ours, theirs) => prop_assert_eq!(ours.is_some(), theirs.is_some()),
            }
        }
    }

    #[test]
    fn one_loud_account_does_not_win_alone() {
        let stand = stands(1.0, Some([1.0; 3]));
        let loud: Vec<Voice> = (0..60).map(|_| voice(1, 0, 1.0)).collect();
        let many: Vec<Voice> = (0..7).map(|asker| voice(asker, 0, 1.0)).collect();
        let all = [score(&loud, &stand, &Rules::default(), NOW), score(&many, &stand, &Rules::default(), NOW)];
        assert_eq!(rank(&all.each_ref())[1].map(|place| place.rank), Some(1));
    }

    #[test]
    fn the_interval_of_a_sum_over_accounts_is_the_one_of_the_textbook() {
        // A sum of n equal parts, each drawn Poisson(1) times: mean n, deviation √n; 80 % of a normal lie within 1.2816.
        let stand = stands(1.0, Some([1.0; 3]));
        let widths: Vec<f64> = (0..40)
            .map(|world| {
                let voices: Vec<Voice> = (0..400).map(|asker| voice(world * 1_000 + asker, 0, 1.0)).collect();
                let (from, to) = score(&voices, &stand, &Rules::default(), NOW).interval().unwrap();
                to - from
            })
            .collect();
        let mean = widths.iter().sum::<f64>() / widths.len() as f64;
        assert!((mean / (2.0 * 1.2816 * 20.0) - 1.0).abs() < 0.05, "{mean}");
    }

    #[test]
    fn the_table_is_that_of_poisson() {
        let mut counts = [0f64; 9];
        (0..=u16::MAX).for_each(|bits| counts[times(bits) as usize] += 1.0 / 65_536.0);
        let (mut chance, mut mean) = ((-1f64).exp(), 0.0);
        for (k, count) in counts.iter().enumerate().take(7) {
            assert!((count - chance).abs() < 2e-5, "{k}: {count} instead of {chance}");
            mean += k as f64 * count;
            chance /= k as f64 + 1.0;
        }
        assert!((mean - 1.0).abs() < 1e-3);
    }

    #[test]
    fn who_asks_alike_is_tied_and_what_has_no_effort_has_no_place() {
        let stand = stands(0.5, Some([1.0, 2.0, 3.0]));
        let of = |first: u64| (first..first + 30).map(|asker| voice(asker, 5, 1.0)).collect::<Vec<_>>();
        let one = |first| score(&of(first), &stand, &Rules::default(), NOW);
        let without = score(&of(0), &Stand { effort: None, ..stand }, &Rules::default(), NOW);
        let places = rank(&[&one(0), &one(100), &without]);
        assert!(places[2].is_none());
        assert!(places[..2].iter().flatten().all(|place| (place.from, place.to) == (1, 2)), "{places:?}");
    }

    #[test]
    fn the_preset_is_reach_times_impact_times_confidence_over_effort() {
        let voices = [voice(1, 900, 7.0), voice(1, 0, 7.0), voice(2, 30, 1.0)];
        let rules = Rules { formula: Formula::Rice, ..Rules::default() };
        let of = |fit: f64, confidence| {
            score(&voices, &Stand { fit, confidence, effort: Some([2.0; 3]) }, &rules, NOW).score
        };
        assert_eq!([of(0.0, 1.0), of(1.0 / 3.0, 1.0), of(1.0, 0.5)], [Some(0.375), Some(1.5), Some(2.25)]);
    }
}
