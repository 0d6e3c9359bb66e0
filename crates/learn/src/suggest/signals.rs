//! What speaks for a tag: its linear model, the nearest tagged texts, their centre, its own words.

use super::linear::{AT_REST, COST, Linear, fit_all};
use super::rows::{BITS, Inverted, Rows};
use crate::hash::Idf;
use textkit::LabelMatch;

/// So many of the nearest texts vote.
const VOTERS: usize = 24;
/// Reading stops after this many postings, which keeps a long text within its time.
const POSTINGS: usize = 1_000_000;

/// A recent text moves at most so many models.
const MOST_MOVES: usize = 16;

/// All remembered texts as weighed vectors, with their tags.
#[derive(Clone, Debug)]
pub(crate) struct Corpus {
    pub idf: Idf,
    pub inverted: Inverted,
    /// By row: the tags of its text.
    pub tags: Vec<Vec<u16>>,
}

/// What was fitted to some rows of a corpus.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    /// By row, whether it was learned from.
    learned: Vec<bool>,
    /// A bit for each feature, whether any of these texts has it.
    known: Vec<u64>,
    linear: Linear,
    /// By tag: the length of the sum of its vectors.
    lengths: Vec<f32>,
    /// By tag: how many texts have it.
    pub n: Vec<u32>,
    texts: u32,
}

impl Corpus {
    pub fn empty() -> Corpus {
        Corpus { idf: Idf::flat(BITS), inverted: Inverted::new(&Rows::new(1.0), |_| true), tags: Vec::new() }
    }
}

impl Fitted {
    pub fn empty() -> Fitted {
        Fitted {
            learned: Vec::new(),
            known: Vec::new(),
            linear: Linear::new(&[]),
            lengths: Vec::new(),
            n: Vec::new(),
            texts: 0,
        }
    }

    /// Fits all tags to the rows named, with at most `most` weights in all.
    pub fn new(corpus: &Corpus, rows: &Rows, learned: &[u32], tags: usize, most: usize, threads: usize) -> Fitted {
        let mut positives = vec![Vec::new(); tags];
        for (i, &row) in learned.iter().enumerate() {
            corpus.tags[row as usize].iter().for_each(|&tag| positives[tag as usize].push(i as u32));
        }
        let models = fit_all(rows, learned, &positives, most / tags.max(1), threads);
        let mut sum = vec![0.0f32; 1 << BITS];
        let mut lengths = Vec::with_capacity(tags);
        for of_tag in &positives {
            let members = || of_tag.iter().flat_map(|&i| rows.row(learned[i as usize] as usize));
            members().for_each(|(id, x)| sum[id] += x);
            let square: f32 = members().map(|(id, _)| std::mem::take(&mut sum[id]).powi(2)).sum();
            lengths.push(square.sqrt());
        }
        let mut is_learned = vec![false; rows.len()];
        learned.iter().for_each(|&row| is_learned[row as usize] = true);
        let mut known = vec![0u64; (1 << BITS) / 64];
        learned.iter().flat_map(|&row| rows.row(row as usize)).for_each(|(id, _)| known[id / 64] |= 1 << (id % 64));
        let n = positives.iter().map(|of_tag| of_tag.len() as u32).collect();
        Fitted { learned: is_learned, known, linear: Linear::new(&models), lengths, n, texts: learned.len() as u32 }
    }

    /// Everything that speaks for each of `tags` tags, by tag; some may be younger than what was fitted.
    pub fn signals(
        &self,
        corpus: &Corpus,
        recent: &[Recent],
        vector: &[(u32, f32)],
        words: &Words,
        tags: usize,
    ) -> Vec<Signals> {
        let mut all = vec![Signals { margin: AT_REST, ..Signals::default() }; tags];
        for (signals, margin) in all.iter_mut().zip(self.linear.margins(vector)) {
            signals.margin = margin;
        }
        let products = self.products(corpus, recent, vector);
        for (text, &product) in products.iter().enumerate().filter(|(_, product)| **product > 0.0) {
            for &tag in self.tags_of(corpus, recent, text) {
                let signals = &mut all[tag as usize];
                if product > signals.nearest {
                    (signals.nearest, signals.nearest_text) = (product, text as u32);
                }
                signals.centre += product;
            }
        }
        for (recent, product) in recent.iter().zip(&products[self.learned.len()..]) {
            recent.moves.iter().for_each(|&(tag, by)| all[tag as usize].margin += by * (product + 1.0));
            recent.tags.iter().for_each(|&tag| all[tag as usize].n += 1);
        }
        let voters = largest(&products, VOTERS);
        let total: f32 = voters.iter().map(|&(_, product)| product.powi(3)).sum();
        for (text, product) in voters {
            let tags = self.tags_of(corpus, recent, text);
            tags.iter().for_each(|&tag| all[tag as usize].votes += product.powi(3) / total);
        }
        let texts = (self.texts as usize + recent.len()) as f32;
        for (tag, signals) in all.iter_mut().enumerate() {
            // A recent text counts as if it stood at a right angle to all others: a little too short rather than too long.
            let length = (self.lengths.get(tag).map_or(0.0, |length| length * length) + signals.n as f32).sqrt();
            let fitted = self.n.get(tag).copied().unwrap_or(0);
            signals.centre /=
                if signals.n == 0 { self.lengths.get(tag).copied().unwrap_or(0.0).max(1.0) } else { length };
            signals.n += fitted;
            signals.prior = ((signals.n as f32 + 0.5) / (texts + 1.0)).ln();
        }
        words.add_to(&mut all);
        all
    }

    /// The share of a text's words, and of its pieces of words, that was in no text learned.
    pub fn unknown(&self, vector: &[(u32, f32)]) -> [f32; 2] {
        let pieces = vector.partition_point(|&(id, _)| id < 1 << (BITS - 1));
        [&vector[pieces..], &vector[..pieces]].map(|block| {
            let is_known = |id: u32| self.known.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1);
            let mass =
                |all: bool| -> f32 { block.iter().filter(|&&(id, _)| all || !is_known(id)).map(|&(_, x)| x * x).sum() };
            mass(false) / mass(true).max(1e-9)
        })
    }

    /// The inner product with each text: first the fitted ones by row, then the recent ones; 0 for forgotten texts.
    pub fn products(&self, corpus: &Corpus, recent: &[Recent], vector: &[(u32, f32)]) -> Vec<f32> {
        let mut products = vec![0.0f32; self.learned.len()];
        corpus.inverted.add_products(vector, POSTINGS, &mut products);
        products
            .iter_mut()
            .zip(&self.learned)
            .filter(|(_, learned)| !**learned)
            .for_each(|(product, _)| *product = 0.0);
        products.extend(recent.iter().map(|recent| product(&recent.vector, vector)));
        products
    }

    fn tags_of<'a>(&self, corpus: &'a Corpus, recent: &'a [Recent], text: usize) -> &'a [u16] {
        match text.checked_sub(self.learned.len()) {
            None => &corpus.tags[text],
            Some(at) => &recent[at].tags,
        }
    }

    /// From now on the text of a row says nothing near its words. Its share in the linear models and centres stays until
    /// they are fitted anew.
    pub fn forget(&mut self, row: usize) {
        self.learned[row] = false;
    }

    /// By some tags: how much each feature of a vector speaks for it.
    pub fn weights(&self, tags: &[usize], vector: &[(u32, f32)]) -> Vec<Vec<f32>> {
        self.linear.weights(tags, vector)
    }
}

/// The places and values of the largest numbers above 0, largest first.
pub(crate) fn largest(values: &[f32], most: usize) -> Vec<(usize, f32)> {
    let mut all: Vec<(usize, f32)> = values.iter().copied().enumerate().filter(|&(_, value)| value > 0.0).collect();
    let order = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if all.len() > most {
        all.select_nth_unstable_by(most, order);
        all.truncate(most);
    }
    all.sort_unstable_by(order);
    all
}

/// The inner product of two vectors whose features are in order.
pub(crate) fn product(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += a[i].1 * b[j].1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}

/// A text learned after the models were fitted. It moves the linear models by one step of the same descent, kept as a
/// share of its own vector.
#[derive(Clone, Debug)]
pub(crate) struct Recent {
    pub id: i64,
    pub vector: Vec<(u32, f32)>,
    pub tags: Vec<u16>,
    /// By tag: how far its model moves along the vector.
    pub moves: Vec<(u16, f32)>,
}

impl Recent {
    /// `margins` are those of the text, by tag.
    pub fn new(id: i64, vector: Vec<(u32, f32)>, tags: Vec<u16>, margins: &[f32]) -> Recent {
        let square: f32 = vector.iter().map(|(_, x)| x * x).sum();
        let step = |slack: f32| slack / (square + 1.0 + 0.5 / COST);
        let mut moves: Vec<(u16, f32)> = margins
            .iter()
            .enumerate()
            .filter_map(|(tag, &margin)| {
                let tag = tag as u16;
                match tags.binary_search(&tag) {
                    Ok(_) if margin < 1.0 => Some((tag, step(1.0 - margin))),
                    Err(_) if margin > -0.9 => Some((tag, -step(margin + 1.0))),
                    _ => None,
                }
            })
            .collect();
        moves.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        moves.truncate(MOST_MOVES.max(tags.len()));
        Recent { id, vector, tags, moves }
    }
}

/// What a text has in common with the words of the tags.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// By tag: the score of the label or alias found in the text.
    pub labels: Vec<(u16, f32)>,
    /// By tag: the inner product with its label, aliases and definitions.
    pub products: Vec<f32>,
}

impl Words {
    pub fn new(matches: &[LabelMatch], words: &Inverted, vector: &[(u32, f32)], tags: usize) -> Words {
        let mut products = vec![0.0; tags];
        words.add_products(vector, usize::MAX, &mut products);
        Words { labels: matches.iter().map(|found| (found.id as u16, found.score)).collect(), products }
    }

    /// Leaves out the words of some tags.
    pub fn hide(&mut self, hidden: &[bool]) {
        self.labels.retain(|&(tag, _)| !hidden[tag as usize]);
        self.products.iter_mut().zip(hidden).filter(|(_, hidden)| **hidden).for_each(|(product, _)| *product = 0.0);
    }

    fn add_to(&self, all: &mut [Signals]) {
        for &(tag, score) in &self.labels {
            if let Some(signals) = all.get_mut(tag as usize) {
                signals.label = score;
            }
        }
        for (signals, &product) in all.iter_mut().zip(&self.products) {
            signals.words = product;
        }
    }
}

/// What speaks for one tag.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signals {
    pub n: u32,
    pub margin: f32,
    pub nearest: f32,
    /// Which text that is: a row, or after all rows a recent one.
    pub nearest_text: u32,
    pub votes: f32,
    pub centre: f32,
    pub label: f32,
    pub words: f32,
    pub prior: f32,
}
