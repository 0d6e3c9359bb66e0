//! How good suggestions are: the measures of `sarang eval tags`, on texts whose tags are known.

use crate::suggest::{Context, Settings, Suggester, Suggestions, TagWords};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::BufRead;
use std::time::Instant;

/// One line of a file: a text, its language, and the tags it truly has; none at all means that none fits.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Row {
    pub text: String,
    #[serde(default)]
    pub lang: String,
    pub tags: Vec<String>,
    /// By tag: what it is called, by language.
    #[serde(default)]
    pub labels: BTreeMap<String, BTreeMap<String, String>>,
}

/// Why a file cannot be evaluated.
#[derive(Debug)]
pub enum BadRows {
    Unreadable(std::io::Error),
    /// A line, counted from 1, and what is wrong with it.
    Line(usize, String),
    Empty,
}

/// Reads a file of rows, one after the other; blank lines are passed over.
pub fn read_rows(file: impl BufRead, mut take: impl FnMut(Row)) -> Result<usize, BadRows> {
    let mut n = 0;
    for (at, line) in file.lines().enumerate() {
        let line = line.map_err(BadRows::Unreadable)?;
        if !line.trim().is_empty() {
            take(serde_json::from_str(&line).map_err(|why| BadRows::Line(at + 1, why.to_string()))?);
            n += 1;
        }
    }
    if n == 0 { Err(BadRows::Empty) } else { Ok(n) }
}

/// The measures of one group of texts. A share without any text to take it of is 0.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
pub struct Measures {
    /// Share of texts with tags whose first suggestion is right.
    pub p_at_1: f64,
    /// Share of the first three suggestions that are right.
    pub p_at_3: f64,
    /// Share of texts with tags of which at least one is among the first three suggestions.
    pub hit_at_3: f64,
    /// Share of a text's tags among the first five suggestions, averaged over texts.
    pub r_at_5: f64,
    pub ndcg_at_5: f64,
    /// Of believed suggestions, over all texts, those where none fits too.
    pub micro_f1: f64,
    /// Averaged over the tags that the texts have.
    pub macro_f1: f64,
    /// How far confidence is from the share that is right, over ten bins of all suggestions looked at.
    pub ece: f64,
    /// Texts.
    pub n: usize,
}

/// What `sarang eval tags` prints.
#[derive(Clone, Debug, Serialize)]
pub struct TagReport {
    #[serde(flatten)]
    pub all: Measures,
    pub by_lang: BTreeMap<String, Measures>,
    /// Head: more than 20 examples to learn from; torso: 6 to 20; tail: 5 or fewer. A text counts for the tags of its
    /// that lie in the band.
    pub by_band: BTreeMap<&'static str, Measures>,
    /// Of the texts that no tag fits, the share said so; and the share of those said so that is right.
    pub none_recall: f64,
    pub none_precision: f64,
    pub train_secs: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Memory of this process after everything, and at most, in MB; 0 where the system does not tell.
    pub rss_mb: f64,
    pub peak_mb: f64,
}

/// Suggestions beyond this many are not looked at.
const LOOKED_AT: usize = 20;

/// A suggester that learns from rows and is measured on others.
pub struct TagEval {
    suggester: Suggester,
    keys: HashMap<String, i64>,
    labels: BTreeMap<String, BTreeMap<String, String>>,
    counts: HashMap<i64, usize>,
    learned: i64,
    secs: f64,
}

impl TagEval {
    pub fn new(settings: Settings) -> TagEval {
        TagEval {
            suggester: Suggester::new(settings),
            keys: HashMap::new(),
            labels: BTreeMap::new(),
            counts: HashMap::new(),
            learned: 0,
            secs: 0.0,
        }
    }

    pub fn suggester(&self) -> &Suggester {
        &self.suggester
    }

    /// Learns one row; rows come in order of time.
    pub fn learn(&mut self, row: Row) {
        let began = Instant::now();
        let tags: Vec<i64> = row.tags.iter().map(|tag| self.key(tag)).collect();
        self.name_tags(row.labels);
        tags.iter().for_each(|&tag| *self.counts.entry(tag).or_default() += 1);
        self.suggester.learn(self.learned, &row.text, &tags, &Context::default());
        self.learned += 1;
        self.secs += began.elapsed().as_secs_f64();
    }

    /// Fits the models. Tags without a label are called by the last part of their path.
    pub fn train(&mut self) {
        let began = Instant::now();
        let named: Vec<String> = self.labels.keys().cloned().collect();
        named.iter().for_each(|tag| _ = self.key(tag));
        let words = self.keys.iter().map(|(tag, &key)| {
            let mut labels: Vec<String> =
                self.labels.get(tag).map(|of| of.values().cloned().collect()).unwrap_or_default();
            if labels.is_empty() {
                labels.push(tag.rsplit('/').next().unwrap_or(tag).replace(['_', '-'], " "));
            }
            (key, TagWords { labels, ..TagWords::default() })
        });
        let mut words: Vec<_> = words.collect();
        words.sort_by_key(|(key, _)| *key);
        self.suggester.put_tags(words);
        self.suggester.install(self.suggester.train());
        crate::give_back();
        self.secs += began.elapsed().as_secs_f64();
    }

    /// What tags are called, by language.
    pub fn name_tags(&mut self, labels: impl IntoIterator<Item = (String, BTreeMap<String, String>)>) {
        labels.into_iter().for_each(|(tag, of)| self.labels.entry(tag).or_default().extend(of));
    }

    fn key(&mut self, tag: &str) -> i64 {
        let next = self.keys.len() as i64;
        *self.keys.entry(tag.to_owned()).or_insert(next)
    }

    /// Suggests for each row and compares.
    pub fn measure(&mut self, rows: &[Row]) -> TagReport {
        let mut times = Vec::with_capacity(rows.len());
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(rows.len());
        for row in rows {
            let truth: BTreeSet<i64> = row.tags.iter().map(|tag| self.key(tag)).collect();
            let began = Instant::now();
            let found = self.suggester.suggest(&row.text, &Context::default(), LOOKED_AT);
            times.push(began.elapsed().as_secs_f64() * 1e3);
            outcomes.push(Outcome { truth, found });
        }
        times.sort_by(f64::total_cmp);
        let quantile = |q: f64| times.get(((times.len() as f64 * q) as usize).min(times.len().max(1) - 1)).copied();
        let mut of_lang: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
        for (row, outcome) in rows.iter().zip(&outcomes) {
            let lang = if row.lang.is_empty() { "unknown" } else { &row.lang };
            of_lang.entry(lang.to_owned()).or_default().push(outcome);
        }
        let band = |tag: &i64| match self.counts.get(tag).copied().unwrap_or(0) {
            0..=5 => "tail",
            6..=20 => "torso",
            _ => "head",
        };
        let by_band = ["head", "torso", "tail"].map(|name| (name, measure(&outcomes, &|tag| band(tag) == name)));
        let said = outcomes.iter().filter(|outcome| outcome.found.says_none);
        let said_right = said.clone().filter(|outcome| outcome.truth.is_empty()).count() as f64;
        let none = outcomes.iter().filter(|outcome| outcome.truth.is_empty()).count();
        TagReport {
            all: measure(&outcomes, &|_| true),
            by_lang: of_lang.into_iter().map(|(lang, of)| (lang, measure(of, &|_| true))).collect(),
            by_band: by_band.into_iter().collect(),
            none_recall: said_right / none.max(1) as f64,
            none_precision: said_right / said.count().max(1) as f64,
            train_secs: self.secs,
            p50_ms: quantile(0.5).unwrap_or(0.0),
            p99_ms: quantile(0.99).unwrap_or(0.0),
            rss_mb: memory("VmRSS:"),
            peak_mb: memory("VmHWM:"),
        }
    }
}

/// One text's truth and answer.
struct Outcome {
    truth: BTreeSet<i64>,
    found: Suggestions,
}

/// Measures over the tags that `counts`; texts of whose tags none counts are left out, unless all count.
fn measure<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>, counts: &dyn Fn(&i64) -> bool) -> Measures {
    let mut sums = Measures::default();
    let mut tagged = 0.0;
    // By tag: right, believed, true.
    let mut of_tag: BTreeMap<i64, [f64; 3]> = BTreeMap::new();
    let mut bins = [[0.0f64; 3]; 10];
    for outcome in outcomes {
        let truth: BTreeSet<i64> = outcome.truth.iter().copied().filter(|tag| counts(tag)).collect();
        let items = &outcome.found.items;
        for item in items[..outcome.found.believed].iter().filter(|item| counts(&item.tag)) {
            let of = of_tag.entry(item.tag).or_default();
            of[1] += 1.0;
            of[0] += f64::from(u8::from(truth.contains(&item.tag)));
        }
        truth.iter().for_each(|&tag| of_tag.entry(tag).or_default()[2] += 1.0);
        for item in items.iter().take(5).filter(|item| counts(&item.tag)) {
            let bin = &mut bins[((item.confidence * 10.0) as usize).min(9)];
            bin[0] += 1.0;
            bin[1] += f64::from(item.confidence);
            bin[2] += f64::from(u8::from(truth.contains(&item.tag)));
        }
        if truth.is_empty() {
            sums.n += usize::from(outcome.truth.is_empty());
            continue;
        }
        sums.n += 1;
        tagged += 1.0;
        let right: Vec<bool> = items.iter().take(5).map(|item| truth.contains(&item.tag)).collect();
        let among = |most: usize| right.iter().take(most).filter(|right| **right).count() as f64;
        let gain = |place: usize| 1.0 / ((place + 2) as f64).log2();
        let ideal: f64 = (0..truth.len().min(5)).map(gain).sum();
        sums.p_at_1 += among(1);
        sums.p_at_3 += among(3) / 3.0;
        sums.hit_at_3 += f64::from(u8::from(among(3) > 0.0));
        sums.r_at_5 += among(5) / truth.len() as f64;
        sums.ndcg_at_5 += (0..right.len()).filter(|&at| right[at]).map(gain).sum::<f64>() / ideal;
    }
    for sum in [&mut sums.p_at_1, &mut sums.p_at_3, &mut sums.hit_at_3, &mut sums.r_at_5, &mut sums.ndcg_at_5] {
        *sum /= f64::max(tagged, 1.0);
    }
    let f1 = |of: &[f64; 3]| 2.0 * of[0] / (of[1] + of[2]).max(1.0);
    let all = of_tag.values().fold([0.0; 3], |sum, of| [sum[0] + of[0], sum[1] + of[1], sum[2] + of[2]]);
    sums.micro_f1 = f1(&all);
    let present: Vec<f64> = of_tag.values().filter(|of| of[2] > 0.0).map(f1).collect();
    sums.macro_f1 = present.iter().sum::<f64>() / present.len().max(1) as f64;
    let looked_at: f64 = bins.iter().map(|bin| bin[0]).sum();
    sums.ece = bins.iter().map(|bin| (bin[1] - bin[2]).abs()).sum::<f64>() / looked_at.max(1.0);
    sums
}

/// What this process holds in memory, or held at most, in MB, where the system tells.
fn memory(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kb: Option<f64> = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    kb.unwrap_or(0.0) / 1024.0
}
