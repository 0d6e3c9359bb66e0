//! Whether a tag is said more or less than before, or whether that is chance: the newest days of each tag against a
//! negative-binomial baseline with weekdays, judged over all tags together.
//!
//! Method: expected = rate before × exposure of the newest days; the count to come is negative binomial, its variance
//! made of the tag's dispersion and of not knowing the rate exactly, averaged over what the dispersion may be; mid-p
//! value (Lancaster 1961); false discovery rate by
//! Benjamini and Hochberg 1995. Weekdays and dispersion are drawn towards those of all tags (empirical Bayes), since two
//! mentions a week tell nothing of either by themselves.

mod distribution;

pub use distribution::{NegativeBinomial, adjust_p_values};

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The newest days, taken together; 1 or more.
    pub days: usize,
    /// So many days before them are looked at, if there are as many.
    pub baseline_days: usize,
    /// A tag with fewer days before the newest ones has no baseline.
    pub fewest_days: usize,
    /// Of the tags called rising, falling or new, at most this share is chance.
    pub false_discovery: f64,
}

impl Default for Window {
    /// The newest week against half a year.
    fn default() -> Self {
        Self { days: 7, baseline_days: 182, fewest_days: 28, false_discovery: 0.05 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Never said in the baseline and now more than chance.
    New,
    Rising,
    Falling,
    Steady,
    /// Fewer than ten cases, or too short a past.
    TooFew,
}

impl Verdict {
    /// New or rising.
    pub fn is_up(self) -> bool {
        matches!(self, Self::New | Self::Rising)
    }
}

/// With fewer cases in baseline and window together, only their number is shown.
const FEWEST_CASES: u32 = 10;
/// With so many cases, about two a week in half a year, a tag is asked with full weight.
const FULL_WEIGHT: f64 = 50.0;
/// Mid-p values are right on average over many counts, not each for itself, and rates and dispersions are estimates: so
/// much is added to every p, which keeps the promise where counts scatter most (`tests/trend.rs`).
const CAUTION: f64 = 1.15;

/// What can be said of one tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    pub verdict: Verdict,
    /// Cases in the newest days.
    pub observed: u32,
    /// Cases there would be, were all as before; none without a baseline.
    pub expected: Option<f64>,
    /// Where the count would be in 95 of 100 weeks, were all as before.
    pub usual: Option<(u32, u32)>,
    /// Mid-p of so many cases or more (or fewer, when below what was expected).
    pub p: Option<f64>,
    /// `p` adjusted for all that was looked at: the verdict's false discovery rate.
    pub q: Option<f64>,
}

/// Judges all tags together; the answers stand in the order of the tags. Each tag has its cases by day, oldest first, all
/// ending on the same day; a tag that did not exist at first has fewer days. `last_weekday` is that of the last day,
/// 0 to 6, whichever day is 0.
pub fn judge_trends(tags: &[&[u32]], last_weekday: usize, window: &Window) -> Vec<Trend> {
    assert!(window.days > 0 && window.fewest_days > 0, "a window of no days");
    let tags: Vec<Tag> = tags.iter().map(|days| Tag::cut(days, last_weekday, window)).collect();
    let pooled = Pooled::of(&tags, window.days);
    let outlooks: Vec<Option<Outlook>> = tags.iter().map(|tag| tag.outlook(&pooled, window)).collect();
    let all = tags.iter().zip(&outlooks).enumerate();
    let questions: Vec<(usize, &Tag, &Outlook)> = all
        .filter(|(_, (tag, _))| tag.weight() > 0.0)
        .filter_map(|(n, (tag, outlook))| Some((n, tag, outlook.as_ref()?)))
        .collect();
    // Nor is it asked whether a tag fell that is too rare for its silence ever to be told from chance.
    let least = window.false_discovery / questions.len().max(1) as f64;
    let mut asked = Vec::new();
    for (n, tag, outlook) in questions {
        let observed = u64::from(tag.observed());
        asked.push((n, Verdict::Rising, outlook.average(|one| one.mid_upper(observed))));
        if outlook.average(|one| one.mid_lower(0)) <= least {
            asked.push((n, Verdict::Falling, outlook.average(|one| one.mid_lower(observed))));
        }
    }
    let weights: Vec<f64> = asked.iter().map(|one| tags[one.0].weight()).collect();
    let usual = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
    let weighed = asked.iter().zip(&weights).map(|(one, weight)| (one.2 * CAUTION * usual / weight).min(1.0));
    let qs = adjust_p_values(&weighed.collect::<Vec<f64>>());
    let mut trends: Vec<Trend> = tags.iter().zip(&outlooks).map(|(tag, outlook)| tag.undecided(outlook)).collect();
    for (&(n, verdict, p), q) in asked.iter().zip(qs) {
        let trend = &mut trends[n];
        let below = f64::from(trend.observed) < trend.expected.unwrap_or(0.0);
        if (verdict == Verdict::Falling) == below {
            (trend.p, trend.q) = (Some(p), Some(q));
            if q <= window.false_discovery {
                trend.verdict = if tags[n].cases() == 0.0 { Verdict::New } else { verdict };
            }
        }
    }
    trends
}

/// One tag's days, cut into what was and what is new.
struct Tag<'a> {
    before: &'a [u32],
    newest: &'a [u32],
    /// Weekday of the first day of `before`.
    first_weekday: usize,
}

impl<'a> Tag<'a> {
    fn cut(days: &'a [u32], last_weekday: usize, window: &Window) -> Self {
        let (before, newest) = days.split_at(days.len().saturating_sub(window.days));
        let before = &before[before.len().saturating_sub(window.baseline_days)..];
        let days = before.len() + newest.len();
        Self { before, newest, first_weekday: (last_weekday + 1 + 7 * days - days) % 7 }
    }

    fn observed(&self) -> u32 {
        self.newest.iter().sum()
    }

    fn cases(&self) -> f64 {
        self.before.iter().map(|&n| f64::from(n)).sum()
    }

    /// How much of the certainty there is this tag is given. Each question costs the others some, so nothing is spent on
    /// a tag of which nothing would be said, and little on a rare one, which hardly ever can be told from chance. All its
    /// cases count, newest and before: given their number, the newest ones are as likely as ever, so that the weights
    /// promise as much as none would (Genovese, Roeder and Wasserman 2006).
    fn weight(&self) -> f64 {
        let cases = self.cases() + f64::from(self.observed());
        if cases < f64::from(FEWEST_CASES) { 0.0 } else { (cases / FULL_WEIGHT).min(1.0) }
    }

    fn weekday(&self, day: usize) -> usize {
        (self.first_weekday + day) % 7
    }

    /// How much of a day each weekday is for this tag, 1 on average.
    fn weekdays(&self, pooled: &[f64; 7]) -> [f64; 7] {
        let mut shares = pooled.map(|share| share * WEEKDAY_PRIOR);
        self.before.iter().enumerate().for_each(|(day, &n)| shares[self.weekday(day)] += f64::from(n));
        shares.map(|share| 7.0 * share / (WEEKDAY_PRIOR + self.cases()))
    }

    /// The exposure of these days, counted from the first of `before`.
    fn exposure(&self, weekdays: &[f64; 7], days: std::ops::Range<usize>) -> f64 {
        days.map(|day| weekdays[self.weekday(day)]).sum()
    }

    /// Pearson's dispersion of the baseline in blocks as long as the window, its degrees of freedom, and the mean count
    /// of a block. None for fewer than five blocks or no case.
    fn dispersion(&self, pooled: &[f64; 7], block: usize) -> Option<(f64, f64, f64)> {
        let blocks = self.before.len() / block;
        let whole = blocks * block;
        let (start, counted) = (self.before.len() - whole, &self.before[self.before.len() - whole..]);
        let cases: u32 = counted.iter().sum();
        if blocks < 5 || cases == 0 {
            return None;
        }
        let weekdays = self.weekdays(pooled);
        let exposure = self.exposure(&weekdays, start..self.before.len());
        let pearson = |(n, days): (usize, &[u32])| {
            let from = start + n * block;
            let mean = f64::from(cases) * self.exposure(&weekdays, from..from + block) / exposure;
            (f64::from(days.iter().sum::<u32>()) - mean).powi(2) / mean
        };
        let freedom = (blocks - 1) as f64;
        let sum: f64 = counted.chunks_exact(block).enumerate().map(pearson).sum();
        Some((sum / freedom, freedom, f64::from(cases) / blocks as f64))
    }

    /// How the count of the newest days is distributed, if all is as before.
    fn outlook(&self, pooled: &Pooled, window: &Window) -> Option<Outlook> {
        if self.before.len() < window.fewest_days || self.newest.len() < window.days {
            return None;
        }
        let weekdays = self.weekdays(&pooled.weekdays);
        let days = self.before.len();
        let share = self.exposure(&weekdays, days..days + self.newest.len()) / self.exposure(&weekdays, 0..days);
        // Half a case more than there was (Jeffreys), so that a tag never said has an outlook, too.
        let mean = (self.cases() + 0.5) * share;
        let own = self.dispersion(&pooled.weekdays, window.days);
        let (dispersion, freedom) = pooled.shrink(own);
        Some(Outlook::new(mean, 1.0 + share, dispersion, freedom))
    }

    fn undecided(&self, outlook: &Option<Outlook>) -> Trend {
        let cases = self.cases() + f64::from(self.observed());
        let too_few = outlook.is_none() || cases < f64::from(FEWEST_CASES);
        Trend {
            verdict: if too_few { Verdict::TooFew } else { Verdict::Steady },
            observed: self.observed(),
            expected: outlook.as_ref().map(|outlook| outlook.likeliest().mean()),
            usual: outlook.as_ref().map(Outlook::usual),
            p: None,
            q: None,
        }
    }
}

/// A tag's weekdays count like those of all tags until it has many more cases than this.
const WEEKDAY_PRIOR: f64 = 70.0;
/// Tags said less than this often in a block tell too little about dispersion.
const TELLING_MEAN: f64 = 1.0;

/// What all tags have in common.
struct Pooled {
    /// The share of each weekday.
    weekdays: [f64; 7],
    dispersion: f64,
    /// How many degrees of freedom the common dispersion is worth against a tag's own.
    freedom: f64,
}

impl Pooled {
    fn of(tags: &[Tag], block: usize) -> Self {
        // One case on each weekday beforehand, so that no weekday is impossible.
        let (mut cases, mut days) = ([1.0; 7], [1.0; 7]);
        for tag in tags {
            for (day, &n) in tag.before.iter().enumerate() {
                cases[tag.weekday(day)] += f64::from(n);
                days[tag.weekday(day)] += 1.0;
            }
        }
        let rates: [f64; 7] = std::array::from_fn(|day| cases[day] / days[day]);
        let sum: f64 = rates.iter().sum();
        let weekdays = rates.map(|rate| rate / sum);
        let measured: Vec<_> = tags.iter().filter_map(|tag| tag.dispersion(&weekdays, block)).collect();
        let telling: Vec<_> = measured.into_iter().filter(|one| one.2 >= TELLING_MEAN).collect();
        let (dispersion, freedom) = pool_dispersions(&telling);
        Self { weekdays, dispersion, freedom }
    }

    /// A tag's own dispersion (if any) drawn towards that of all, and how well it is known, in degrees of freedom. The
    /// rarer the tag, the less its own says (see `pool_dispersions`).
    fn shrink(&self, own: Option<(f64, f64, f64)>) -> (f64, f64) {
        let (own, freedom, mean) = own.unwrap_or((self.dispersion, 0.0, 0.0));
        let told = 2.0 * self.dispersion * mean;
        let freedom = freedom * told / (told + 1.0);
        ((self.freedom * self.dispersion + freedom * own) / (self.freedom + freedom), self.freedom + freedom)
    }
}

/// The count to come, for some values its dispersion may have, each with its weight.
struct Outlook([(f64, NegativeBinomial); 7]);

impl Outlook {
    /// The dispersion is scaled inverse chi-square with so many degrees of freedom; its quantiles are those of Wilson and
    /// Hilferty 1931, taken at the nodes of Gauss and Hermite.
    fn new(mean: f64, doubt: f64, dispersion: f64, freedom: f64) -> Self {
        const NODES: [(f64, f64); 7] = [
            (-3.750_439_717_725_742, 5.482_688_559_722_18e-4),
            (-2.366_759_410_734_541, 3.075_712_396_758_651e-2),
            (-1.154_405_394_739_968, 0.240_123_178_605_012_7),
            (0.0, 0.457_142_857_142_857_1),
            (1.154_405_394_739_968, 0.240_123_178_605_012_7),
            (2.366_759_410_734_541, 3.075_712_396_758_651e-2),
            (3.750_439_717_725_742, 5.482_688_559_722_18e-4),
        ];
        let spread = 2.0 / (9.0 * freedom);
        Self(NODES.map(|(node, weight)| {
            let ratio = (1.0 - spread - node * spread.sqrt()).max(0.2).powi(3);
            (weight, NegativeBinomial::new(mean, mean * (dispersion / ratio).max(1.0) * doubt))
        }))
    }

    fn likeliest(&self) -> &NegativeBinomial {
        &self.0[3].1
    }

    fn average(&self, of: impl Fn(&NegativeBinomial) -> f64) -> f64 {
        self.0.iter().map(|(weight, one)| weight * of(one)).sum::<f64>().min(1.0)
    }

    fn usual(&self) -> (u32, u32) {
        (self.likeliest().quantile(0.025) as u32, self.likeliest().quantile(0.975) as u32)
    }
}

/// The common dispersion, and its weight from how far the tags' own ones scatter beyond chance. A single estimate from k
/// blocks of mean m scatters with variance (2φ² + φ/m) / k; what lies above that is real difference between tags.
fn pool_dispersions(measured: &[(f64, f64, f64)]) -> (f64, f64) {
    let freedom: f64 = measured.iter().map(|one| one.1).sum();
    if measured.len() < 10 {
        return (1.0f64.max(weighed_mean(measured, freedom)), 26.0);
    }
    let common = weighed_mean(measured, freedom);
    let by_chance = |&(_, df, mean): &(f64, f64, f64)| (2.0 * common * common + common / mean) / df;
    let chance: f64 = measured.iter().map(by_chance).sum::<f64>() / measured.len() as f64;
    let scatter = measured.iter().map(|one| (one.0 - common).powi(2)).sum::<f64>() / (measured.len() - 1) as f64;
    let real = (scatter - chance).max(0.0);
    (common.max(1.0), (2.0 * common * common / real.max(1e-6)).clamp(2.0, 1000.0))
}

fn weighed_mean(measured: &[(f64, f64, f64)], freedom: f64) -> f64 {
    if measured.is_empty() { 1.0 } else { measured.iter().map(|one| one.0 * one.1).sum::<f64>() / freedom }
}
